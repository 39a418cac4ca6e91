"""SpikingJelly as its MNIST tutorial writes it: Linear and LIFNode step by step, mean squared error of the firing rates, Adam."""

from peer import serve

import torch
from spikingjelly.activation_based import functional, layer, neuron, surrogate
from torch import nn

torch.set_num_threads(1)


class Tutorial:
    describe = f"SpikingJelly, PyTorch {torch.__version__}"

    def __init__(self, work, batch):
        torch.manual_seed(1)
        m = work.meta
        lif = lambda: neuron.LIFNode(tau=2.0, surrogate_function=surrogate.ATan())
        self.net = nn.Sequential(
            layer.Linear(m["inputs"], m["hidden"], bias=False),
            lif(),
            layer.Linear(m["hidden"], m["classes"], bias=False),
            lif(),
        )
        self.classes = m["classes"]
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=1e-3)

    def rates(self, x):
        out = 0.0
        for t in range(x.size(0)):
            out = out + self.net(x[t])
        return out / x.size(0)

    @torch.no_grad()
    def evaluate(self, spikes):
        rates = self.rates(torch.from_numpy(spikes).transpose(0, 1))
        functional.reset_net(self.net)
        return (rates * spikes.shape[1]).round().numpy()

    def train(self, spikes, labels):
        self.optimizer.zero_grad()
        rates = self.rates(torch.from_numpy(spikes).transpose(0, 1))
        onehot = nn.functional.one_hot(torch.from_numpy(labels), self.classes).float()
        nn.functional.mse_loss(rates, onehot).backward()
        self.optimizer.step()
        functional.reset_net(self.net)
        return (rates.detach() * spikes.shape[1]).round().numpy()


serve(Tutorial)
