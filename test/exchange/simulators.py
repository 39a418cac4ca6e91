"""Runs an exported network in snnTorch and in Norse on recorded input spikes, and compares every output spike.

    simulators.py FOLDER    FOLDER has network-1e-4.nir (snnTorch reads files as dt 1e-4), network-1e-3.nir and run-<k>.nir

Answers in JSON: for each simulator its version, how many output spikes it and Spikelab made, and how many differ.
"""

import contextlib
import io
import json
import sys
from importlib.metadata import version
from pathlib import Path

import nir
import numpy as np
import torch

DT = 1e-3  # seconds of a step in the recorded spikes


def trains(file):
    """Layers of a NIRGraphData file as arrays [steps, neurons]."""
    layers = {}
    for name, node in nir.serialization.read_data(file).nodes.items():
        events = node.observables["spikes"]
        spikes = np.zeros((round(events.t_max / DT), events.n_neurons), dtype=bool)
        spikes[np.rint(events.time[0] / DT).astype(int), events.idx[0]] = True
        layers[name] = spikes
    return layers


def simulate(network, spikes):
    """Output spikes [steps, samples, neurons] for input spikes of the same kind."""
    state, outputs = None, []
    with torch.no_grad():
        for step in torch.tensor(spikes).float():
            output, state = network(step, state)
            outputs.append(output.numpy() > 0)
    return np.stack(outputs)


def snntorch(folder):
    from snntorch.import_nir import import_from_nir

    return import_from_nir(nir.read(folder / "network-1e-4.nir"))


def norse(folder):
    import norse.torch

    return norse.torch.from_nir(nir.read(folder / "network-1e-3.nir"), dt=DT)


def compare(make, folder, inputs, ours, delay):
    with contextlib.redirect_stdout(io.StringIO()):  # snnTorch prints the graph
        network = make(folder)
    theirs = simulate(network, inputs)[:-delay]
    expected = ours[delay:]  # a layer of Spikelab hears the one before it a step later
    return {
        "version": version(make.__name__),
        "spikes": int(theirs.sum()),
        "spikesOfSpikelab": int(expected.sum()),
        "different": int((theirs != expected).sum()),
    }


def main(folder):
    runs = [trains(file) for file in sorted(folder.glob("run-*.nir"))]
    names = list(runs[0])
    layers = len(names) - 1
    inputs = np.stack([run["input"] for run in runs], axis=1)
    ours = np.stack([run["output"] for run in runs], axis=1)
    found = {make.__name__: compare(make, folder, inputs, ours, layers) for make in (snntorch, norse)}
    print(json.dumps({"samples": len(runs), "torch": torch.__version__, "nir": version("nir"), **found}))


main(Path(sys.argv[1]))
