"""Norse as its MNIST tutorial writes it: a recurrent LIF cell step by step, the largest membrane of a leaky readout, Adam.
The readout has no spikes: its counts are membranes."""

from peer import serve

import norse.torch as norse
import torch
from torch import nn

torch.set_num_threads(1)


class Net(nn.Module):
    def __init__(self, inputs, hidden, classes):
        super().__init__()
        self.l1 = norse.LIFRecurrentCell(inputs, hidden, p=norse.LIFParameters(alpha=100, v_th=torch.tensor(0.5)), dt=0.001)
        self.fc_out = nn.Linear(hidden, classes, bias=False)
        self.out = norse.LILinearCell(classes, classes, dt=0.001)

    def forward(self, x):
        s1 = so = None
        voltages = []
        for step in range(x.size(0)):
            z, s1 = self.l1(x[step], s1)
            vo, so = self.out(nn.functional.relu(self.fc_out(z)), so)
            voltages.append(vo)
        return torch.stack(voltages)


class Tutorial:
    describe = f"Norse, PyTorch {torch.__version__}"

    def __init__(self, work, batch):
        torch.manual_seed(1)
        m = work.meta
        self.net = Net(m["inputs"], m["hidden"], m["classes"])
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=2e-3)

    def best(self, spikes):
        return torch.max(self.net(torch.from_numpy(spikes).transpose(0, 1)), 0).values

    @torch.no_grad()
    def evaluate(self, spikes):
        return self.best(spikes).numpy()

    def train(self, spikes, labels):
        self.optimizer.zero_grad()
        m = self.best(spikes)
        nn.functional.nll_loss(nn.functional.log_softmax(m, dim=1), torch.from_numpy(labels)).backward()
        self.optimizer.step()
        return m.detach().numpy()


serve(Tutorial)
