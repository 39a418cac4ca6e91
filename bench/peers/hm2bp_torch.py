"""HM2-BP in PyTorch, batch size 1: the same algorithm in closed form, over the inputs that fired. Equations as in docs/numerics.md."""

import torch

from peer import serve

torch.set_num_threads(1)


@torch.jit.script
def integrate(x: torch.Tensor, threshold: float, w0: float, tau_m: float, tau_s: float, refractory: int) -> torch.Tensor:
    """Spikes [T, units] of LIF neurons into which x [T, units] arrives; with w0, each inhibits the others a step later."""
    steps, units = x.shape
    v = torch.zeros(units)
    i = torch.zeros(units)
    rests = torch.zeros(units)  # the last step of the refractory period
    fired = torch.zeros(units, dtype=torch.bool)
    out = torch.zeros(steps, units)
    keep_m, keep_s, gain = 1 - 1 / tau_m, 1 - 1 / tau_s, 1 / tau_s
    for t in range(1, steps):
        i.mul_(keep_s).add_(x[t])
        if w0 != 0.0:
            before = fired.to(torch.float32)
            i.sub_(before.sum() - before, alpha=w0)
        v.mul_(keep_m).add_(i, alpha=gain)
        v.masked_fill_(rests >= t, 0.0)
        fired = v > threshold
        v.masked_fill_(fired, 0.0)
        rests.masked_fill_(fired, float(t + refractory))
        out[t].copy_(fired)
    return out


class Hm2bp:
    """784-800-10, margin loss, linear side effect, effect ratio, exponential regulariser, Adam: the preset mnist-dense."""

    describe = f"PyTorch {torch.__version__}"

    def __init__(self, work, batch):
        assert batch == 1, "HM2-BP in PyTorch: batch size 1"
        meta = work.meta
        self.m, self.neuron = meta, meta["neuron"]
        self.w = [torch.from_numpy(w) for w in work.weights]
        self.adam = torch.optim.Adam(self.w, lr=meta["learningRate"], fused=True)
        steps, r = work.steps, self.neuron["refractory"]
        age = torch.arange(steps)[:, None] - torch.arange(steps)[None, :] - r  # of an input spike at each step
        kernel = torch.exp(-age / self.neuron["tauM"]) - torch.exp(-age / self.neuron["tauS"])
        self.kernel = torch.where(age >= 0, kernel, torch.zeros(()))
        self.c = 1 / (1 - self.neuron["tauS"] / self.neuron["tauM"])

    def weights(self):
        return [w.numpy() for w in self.w]

    def layer(self, below, k):
        n, layer = self.neuron, self.m["layers"][k]
        x = torch.zeros(below.shape[0], self.w[k].shape[0])
        x[1:] = below[:-1] @ self.w[k].T
        return integrate(x, layer["threshold"] - 1e-6, layer["lateralInhibition"], n["tauM"], n["tauS"], n["refractory"])

    @torch.no_grad()
    def evaluate(self, spikes):
        return self.layer(self.layer(torch.from_numpy(spikes[0]), 0), 1).sum(0)[None].numpy()

    def potentials(self, own, below):
        """e [own, below]: 0.1 for a silent neuron, 0 for a silent input."""
        trace = self.kernel @ below
        steps = torch.arange(own.shape[0], dtype=torch.float32)[:, None]
        again = torch.where(own > 0, steps + self.neuron["refractory"], torch.zeros(()))
        last = torch.cat([torch.ones(1, own.shape[1]), torch.cummax(again, 0).values[:-1].clamp(min=1)])
        last = torch.minimum(last, steps)
        keep = own * torch.exp(-(steps - last) / self.neuron["tauM"])
        weight = own.scatter_add(0, last.long(), -keep)
        e = self.c * (weight.T @ trace)
        e = torch.where(own.sum(0)[:, None] > 0, e, torch.full((), 0.1))
        return torch.where(below.sum(0)[None] > 0, e, torch.zeros(()))

    def passage(self, k, own, below, delta):
        """Gradient [units, inputs that fired] and error of those inputs."""
        w, o, o_below = self.w[k], own.sum(0)[:, None], below.sum(0)[None]
        e = self.potentials(own, below)
        share = torch.where(o > 0, e / o.clamp(min=1), torch.full((), 0.5))
        side = 1 + (w * share).sum(1) / self.m["layers"][k]["threshold"]
        ratio = torch.where((o > 0) & (o_below > 0), e / o_below.clamp(min=1), torch.ones(()))
        return delta[:, None] * e * side[:, None], (delta[:, None] * w * ratio).sum(0)

    def hidden(self, own, below, delta):
        """As `passage`, with the columns of silent inputs left out: they receive nothing, and a silent neuron's ratio is 0.5."""
        w, fired = self.w[0], below.sum(0) > 0
        o = own.sum(0)[:, None]
        e = self.potentials(own, below[:, fired])
        live = (w[:, fired] * (e / o.clamp(min=1))).sum(1)
        side = 1 + torch.where(o[:, 0] > 0, live, 0.5 * w.sum(1)) / self.m["layers"][0]["threshold"]
        gradient = torch.zeros_like(w)
        gradient[:, fired] = delta[:, None] * e * side[:, None]
        return gradient

    def lateral(self, output, label):
        layer = self.m["layers"][1]
        e, o = self.potentials(output, output), output.sum(0)
        both = (o[:, None] > 0) & (o[None] > 0)
        ratio = torch.where(both, e / o[None].clamp(min=1), torch.ones(()))
        gain = torch.where((o > 0) | (torch.arange(len(o)) == label), 1 / layer["threshold"], 0.0)
        loop = ratio * ratio.T * gain[:, None] * gain[None]
        open_ = 1 - layer["lateralInhibition"] ** 2 * (loop.sum(1) - loop.diagonal())
        return torch.where(open_ == 0, torch.ones(()), 1 / open_)

    @torch.no_grad()
    def train(self, spikes, labels):
        m, label, loss = self.m, int(labels[0]), self.m["loss"]
        below = torch.from_numpy(spikes[0])
        hidden = self.layer(below, 0)
        output = self.layer(hidden, 1)
        counts = output.sum(0)
        desired = torch.full_like(counts, loss["undesired"])
        desired[label] = loss["desired"]
        delta = counts - desired
        delta = torch.where(delta.abs() <= loss["margin"], torch.zeros(()), delta)
        if bool((delta == 0).all()):
            return counts[None].numpy()
        lateral = self.lateral(output, label)
        if counts[label] == 0:
            every = max(len(output) // loss["desired"], 1)
            output[every::every, label] = 1
        g1, p = self.passage(1, output, hidden, delta)
        g0 = self.hidden(hidden, below, p)
        for w, g in zip(self.w, (g0, g1 * lateral[:, None])):
            scale = m["regularizer"]["limit"]
            q = (w / scale).square().mean(1, keepdim=True)
            beta = m["regularizer"]["beta"]
            w.grad = g + w * (m["regularizer"]["lambda"] * beta / scale * torch.exp(beta * (q - 1)))
        self.adam.step()
        return counts[None].numpy()


serve(Hm2bp)
