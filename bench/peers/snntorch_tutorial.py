"""snnTorch as its tutorial 5 writes it: Linear and Leaky in a loop over time, cross-entropy of the membranes at every step, Adam."""

from peer import serve

import snntorch as snn
import torch
from torch import nn

torch.set_num_threads(1)


class Net(nn.Module):
    def __init__(self, inputs, hidden, classes, beta):
        super().__init__()
        self.fc1, self.lif1 = nn.Linear(inputs, hidden), snn.Leaky(beta=beta)
        self.fc2, self.lif2 = nn.Linear(hidden, classes), snn.Leaky(beta=beta)

    def forward(self, x):
        mem1, mem2 = self.lif1.init_leaky(), self.lif2.init_leaky()
        spk2_rec, mem2_rec = [], []
        for step in range(x.size(0)):
            spk1, mem1 = self.lif1(self.fc1(x[step]), mem1)
            spk2, mem2 = self.lif2(self.fc2(spk1), mem2)
            spk2_rec.append(spk2)
            mem2_rec.append(mem2)
        return torch.stack(spk2_rec, dim=0), torch.stack(mem2_rec, dim=0)


class Tutorial:
    describe = f"snnTorch {getattr(snn, '__version__', '')}, PyTorch {torch.__version__}"

    def __init__(self, work, batch):
        torch.manual_seed(1)
        m = work.meta
        self.net = Net(m["inputs"], m["hidden"], m["classes"], 0.95)
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=5e-4, betas=(0.9, 0.999))
        self.loss = nn.CrossEntropyLoss()

    @torch.no_grad()
    def evaluate(self, spikes):
        return self.net(torch.from_numpy(spikes).transpose(0, 1))[0].sum(0).numpy()

    def train(self, spikes, labels):
        targets = torch.from_numpy(labels)
        spk_rec, mem_rec = self.net(torch.from_numpy(spikes).transpose(0, 1))
        loss_val = torch.zeros(1)
        for step in range(mem_rec.size(0)):
            loss_val += self.loss(mem_rec[step], targets)
        self.optimizer.zero_grad()
        loss_val.backward()
        self.optimizer.step()
        return spk_rec.sum(0).detach().numpy()


serve(Tutorial)
