"""Spyx as its tutorials write it: nnx.Linear and LIF in a Sequential, run over time, cross-entropy of the integral, Adam."""

import peer  # first: it sets the threads

import jax
import jax.numpy as jnp
import numpy as np
import optax
import spyx
import spyx.fn
import spyx.nn
from flax import nnx


class Tutorial:
    describe = f"Spyx {spyx.__version__}, JAX {jax.__version__}"

    def __init__(self, work, batch):
        m, rngs = work.meta, nnx.Rngs(1)
        self.model = spyx.nn.Sequential(
            nnx.Linear(m["inputs"], m["hidden"], use_bias=False, rngs=rngs),
            spyx.nn.LIF((m["hidden"],), beta=0.95, rngs=rngs),
            nnx.Linear(m["hidden"], m["classes"], use_bias=False, rngs=rngs),
            spyx.nn.LIF((m["classes"],), beta=0.95, rngs=rngs),
        )
        self.optimizer = nnx.Optimizer(self.model, optax.adam(5e-4), wrt=nnx.Param)
        loss_of = spyx.fn.integral_crossentropy(time_axis=0)

        @nnx.jit
        def run(model, x):
            return spyx.nn.run(model, x)[0].sum(0)

        @nnx.jit
        def step(model, optimizer, x, y):
            def loss(model):
                traces, _ = spyx.nn.run(model, x)
                return loss_of(traces, y), traces.sum(0)

            gradients, counts = nnx.grad(loss, has_aux=True)(model)
            optimizer.update(model, gradients)
            return counts

        self.run, self.step = run, step

    def evaluate(self, spikes):
        return np.asarray(self.run(self.model, jnp.swapaxes(jnp.asarray(spikes), 0, 1)))

    def train(self, spikes, labels):
        x = jnp.swapaxes(jnp.asarray(spikes), 0, 1)
        return np.asarray(self.step(self.model, self.optimizer, x, jnp.asarray(labels)))


peer.serve(Tutorial)
