"""Surrogate-gradient BPTT in PyTorch as fast as it goes: one matrix product over all of T a layer, the loop over time compiled and
differentiated by hand. Same neurons, thresholds and input spikes; cross-entropy of the output counts, Adam."""

import torch

from peer import serve

torch.set_num_threads(1)


@torch.jit.script
def run(x: torch.Tensor, threshold: float, keep_m: float, keep_s: float, gain: float) -> tuple[torch.Tensor, torch.Tensor]:
    """Spikes and membranes before the reset, [T, batch, units] each."""
    v = torch.zeros_like(x[0])
    i = torch.zeros_like(x[0])
    spikes = torch.empty_like(x)
    membranes = torch.empty_like(x)
    for t in range(x.shape[0]):
        i = i * keep_s + x[t]
        v = v * keep_m + i * gain
        membranes[t] = v
        fired = (v > threshold).to(v.dtype)
        spikes[t] = fired
        v = v * (1 - fired)
    return spikes, membranes


@torch.jit.script
def back(
    grad: torch.Tensor,
    spikes: torch.Tensor,
    membranes: torch.Tensor,
    threshold: float,
    keep_m: float,
    keep_s: float,
    gain: float,
) -> torch.Tensor:
    """Gradient of what arrives; fast sigmoid in place of the step's derivative, the reset not differentiated."""
    slope = grad / (1 + 25 * (membranes - threshold).abs() / threshold).square()
    out = torch.empty_like(grad)
    gv = torch.zeros_like(grad[0])
    gi = torch.zeros_like(grad[0])
    for k in range(grad.shape[0]):
        t = grad.shape[0] - 1 - k
        gv = gv * keep_m * (1 - spikes[t]) + slope[t]
        gi = gi * keep_s + gv * gain
        out[t] = gi
    return out


class Lif(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, threshold, keep_m, keep_s, gain):
        spikes, membranes = run(x, threshold, keep_m, keep_s, gain)
        ctx.save_for_backward(spikes, membranes)
        ctx.constants = (threshold, keep_m, keep_s, gain)
        return spikes

    @staticmethod
    def backward(ctx, grad):
        return back(grad, *ctx.saved_tensors, *ctx.constants), None, None, None, None


class Bptt:
    describe = f"PyTorch {torch.__version__}"

    def __init__(self, work, batch):
        m, n = work.meta, work.meta["neuron"]
        self.w = [torch.from_numpy(w).requires_grad_() for w in work.weights]
        self.thresholds = [layer["threshold"] for layer in m["layers"]]
        self.constants = (1 - 1 / n["tauM"], 1 - 1 / n["tauS"], 1 / n["tauS"])
        self.adam = torch.optim.Adam(self.w, lr=m["learningRate"], fused=True)

    def forward(self, spikes):
        x = torch.from_numpy(spikes).transpose(0, 1).contiguous()  # [T, batch, inputs]
        for w, threshold in zip(self.w, self.thresholds):
            x = Lif.apply(x @ w.T, float(threshold), *self.constants)
        return x.sum(0)

    @torch.no_grad()
    def evaluate(self, spikes):
        return self.forward(spikes).numpy()

    def train(self, spikes, labels):
        self.adam.zero_grad()
        counts = self.forward(spikes)
        torch.nn.functional.cross_entropy(counts, torch.from_numpy(labels)).backward()
        self.adam.step()
        return counts.detach().numpy()


serve(Bptt)
