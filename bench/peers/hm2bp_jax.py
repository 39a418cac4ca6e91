"""HM2-BP in JAX, batch size 1, one jit for a training step: the same algorithm in closed form. Equations as in docs/numerics.md."""

import peer  # first: it sets the threads

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_default_matmul_precision", "highest")


def integrate(x, threshold, w0, neuron):
    """Spikes [T, units] of LIF neurons into which x [T, units] arrives; with w0, each inhibits the others a step later."""
    tau_m, tau_s, refractory = neuron["tauM"], neuron["tauS"], neuron["refractory"]

    def step(state, arriving):
        v, i, r, fired = state
        i = i * (1 - 1 / tau_s) + arriving - w0 * (fired.sum() - fired)
        v = v * (1 - 1 / tau_m) + i / tau_s
        v = jnp.where(r > 0, 0, v)
        r = jnp.maximum(r - 1, 0)
        fired = (v > threshold).astype(x.dtype)
        return (v * (1 - fired), i, jnp.where(fired > 0, float(refractory), r), fired), fired

    nothing = jnp.zeros(x.shape[1])
    _, spikes = jax.lax.scan(step, (nothing,) * 4, x[1:], unroll=4)
    return jnp.concatenate([jnp.zeros((1, x.shape[1])), spikes])


class Hm2bp:
    """784-800-10, margin loss, linear side effect, effect ratio, exponential regulariser, Adam: the preset mnist-dense."""

    describe = f"JAX {jax.__version__}"

    def __init__(self, work, batch):
        assert batch == 1, "HM2-BP in JAX: batch size 1"
        self.m, self.neuron = work.meta, work.meta["neuron"]
        age = np.arange(work.steps)[:, None] - np.arange(work.steps)[None, :] - self.neuron["refractory"]
        kernel = np.exp(-age / self.neuron["tauM"]) - np.exp(-age / self.neuron["tauS"])
        self.kernel = jnp.asarray(np.where(age >= 0, kernel, 0), dtype=jnp.float32)
        self.c = 1 / (1 - self.neuron["tauS"] / self.neuron["tauM"])
        w = [jnp.asarray(w) for w in work.weights]
        zeros = lambda: [jnp.zeros_like(x) for x in w]
        self.state = (w, zeros(), zeros(), jnp.zeros(()))
        self.forward = jax.jit(self._forward)
        self.learn = jax.jit(self._learn, donate_argnums=0)

    def weights(self):
        return [np.asarray(w) for w in self.state[0]]

    def layer(self, w, below, k):
        layer = self.m["layers"][k]
        x = jnp.concatenate([jnp.zeros((1, w.shape[0])), below[:-1] @ w.T])
        return integrate(x, layer["threshold"] - 1e-6, layer["lateralInhibition"], self.neuron)

    def _forward(self, w, below):
        return self.layer(w[1], self.layer(w[0], below, 0), 1).sum(0)

    def evaluate(self, spikes):
        return np.asarray(self.forward(self.state[0], jnp.asarray(spikes[0])))[None]

    def potentials(self, own, below):
        trace = self.kernel @ below
        steps = jnp.arange(own.shape[0], dtype=jnp.float32)[:, None]
        again = jnp.where(own > 0, steps + self.neuron["refractory"], 0)
        last = jnp.concatenate([jnp.ones((1, own.shape[1])), jnp.maximum(jax.lax.cummax(again)[:-1], 1)])
        last = jnp.minimum(last, steps)
        keep = own * jnp.exp(-(steps - last) / self.neuron["tauM"])
        weight = own.at[last.astype(int), jnp.arange(own.shape[1])[None]].add(-keep)
        e = self.c * (weight.T @ trace)
        e = jnp.where(own.sum(0)[:, None] > 0, e, 0.1)
        return jnp.where(below.sum(0)[None] > 0, e, 0)

    def passage(self, k, w, own, below, delta):
        o, o_below = own.sum(0)[:, None], below.sum(0)[None]
        e = self.potentials(own, below)
        share = jnp.where(o > 0, e / jnp.maximum(o, 1), 0.5)
        side = 1 + (w * share).sum(1) / self.m["layers"][k]["threshold"]
        ratio = jnp.where((o > 0) & (o_below > 0), e / jnp.maximum(o_below, 1), 1)
        return delta[:, None] * e * side[:, None], (delta[:, None] * w * ratio).sum(0)

    def lateral(self, output, label):
        layer, o = self.m["layers"][1], output.sum(0)
        both = (o[:, None] > 0) & (o[None] > 0)
        ratio = jnp.where(both, self.potentials(output, output) / jnp.maximum(o[None], 1), 1)
        gain = jnp.where((o > 0) | (jnp.arange(len(o)) == label), 1 / layer["threshold"], 0)
        loop = ratio * ratio.T * gain[:, None] * gain[None]
        open_ = 1 - layer["lateralInhibition"] ** 2 * (loop.sum(1) - jnp.diagonal(loop))
        return jnp.where(open_ == 0, 1, 1 / open_)

    def _learn(self, state, below, label):
        w, m, v, count = state
        loss = self.m["loss"]
        hidden = self.layer(w[0], below, 0)
        output = self.layer(w[1], hidden, 1)
        counts = output.sum(0)
        target = jnp.where(jnp.arange(len(counts)) == label, loss["desired"], loss["undesired"])
        delta = counts - target
        delta = jnp.where(jnp.abs(delta) <= loss["margin"], 0, delta)

        def update(_):
            every = max(len(output) // loss["desired"], 1)
            steps = jnp.arange(len(output))
            stand_in = ((steps % every == 0) & (steps > 0)).astype(output.dtype)
            replaced = output.at[:, label].set(jnp.where(counts[label] == 0, stand_in, output[:, label]))
            g1, p = self.passage(1, w[1], replaced, hidden, delta)
            g0, _ = self.passage(0, w[0], hidden, below, p)
            return self.adam(w, m, v, count + 1, (g0, g1 * self.lateral(output, label)[:, None]))

        return jax.lax.cond(jnp.all(delta == 0), lambda _: state, update, None), counts

    def adam(self, w, m, v, count, gradients):
        r, a = self.m["regularizer"], self.m["optimizer"]
        b1, b2 = a["beta1"], a["beta2"]
        out = ([], [], [])
        for wk, mk, vk, g in zip(w, m, v, gradients):
            q = jnp.square(wk / r["limit"]).mean(1, keepdims=True)
            g = g + wk * (r["lambda"] * r["beta"] / r["limit"] * jnp.exp(r["beta"] * (q - 1)))
            mk, vk = b1 * mk + (1 - b1) * g, b2 * vk + (1 - b2) * g * g
            rate = self.m["learningRate"] / (1 - b1**count)
            wk = wk - rate * mk / (jnp.sqrt(vk / (1 - b2**count)) + a["epsilon"])
            for kept, value in zip(out, (wk, mk, vk)):
                kept.append(value)
        return (*out, count)

    def train(self, spikes, labels):
        self.state, counts = self.learn(self.state, jnp.asarray(spikes[0]), int(labels[0]))
        return np.asarray(counts)[None]


peer.serve(Hm2bp)
