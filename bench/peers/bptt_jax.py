"""Surrogate-gradient BPTT in JAX: one jit for a training step, one matrix product over all of T a layer, scans over time."""

import peer  # first: it sets the threads

import jax
import jax.numpy as jnp
import numpy as np


@jax.custom_gradient
def fire(u):
    """1 where u > 0; fast sigmoid in place of the derivative."""
    return (u > 0).astype(u.dtype), lambda g: g / jnp.square(1 + 25 * jnp.abs(u))


class Bptt:
    describe = f"JAX {jax.__version__}"

    def __init__(self, work, batch):
        self.m, n = work.meta, work.meta["neuron"]
        self.keep_m, self.keep_s, self.gain = 1 - 1 / n["tauM"], 1 - 1 / n["tauS"], 1 / n["tauS"]
        w = [jnp.asarray(w) for w in work.weights]
        zeros = lambda: [jnp.zeros_like(x) for x in w]
        self.state = (w, zeros(), zeros(), jnp.zeros(()))
        self.forward = jax.jit(self._forward)
        self.learn = jax.jit(self._learn, donate_argnums=0)

    def _forward(self, w, spikes):
        x = jnp.swapaxes(spikes, 0, 1)
        for wk, layer in zip(w, self.m["layers"]):
            arriving = x @ wk.T

            def step(state, a, threshold=layer["threshold"]):
                v, i = state
                i = i * self.keep_s + a
                v = v * self.keep_m + i * self.gain
                fired = fire(v / threshold - 1)
                return (v * (1 - jax.lax.stop_gradient(fired)), i), fired

            _, x = jax.lax.scan(step, (jnp.zeros(arriving.shape[1:]),) * 2, arriving, unroll=4)
        return x.sum(0)

    def evaluate(self, spikes):
        return np.asarray(self.forward(self.state[0], jnp.asarray(spikes)))

    def _learn(self, state, spikes, labels):
        w, m, v, count = state

        def loss(w):
            counts = self._forward(w, spikes)
            return -jnp.take_along_axis(jax.nn.log_softmax(counts), labels[:, None], 1).mean(), counts

        gradients, counts = jax.grad(loss, has_aux=True)(w)
        a, count = self.m["optimizer"], count + 1
        b1, b2 = a["beta1"], a["beta2"]
        m = [b1 * mk + (1 - b1) * g for mk, g in zip(m, gradients)]
        v = [b2 * vk + (1 - b2) * g * g for vk, g in zip(v, gradients)]
        rate = self.m["learningRate"] / (1 - b1**count)
        w = [
            wk - rate * mk / (jnp.sqrt(vk / (1 - b2**count)) + a["epsilon"]) for wk, mk, vk in zip(w, m, v)
        ]
        return (w, m, v, count), counts

    def train(self, spikes, labels):
        self.state, counts = self.learn(self.state, jnp.asarray(spikes), jnp.asarray(labels))
        return np.asarray(counts)


peer.serve(Bptt)
