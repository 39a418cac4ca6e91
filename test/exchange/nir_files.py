"""What the Python package nir makes of a file, and files that it writes. Called by nir.test.ts; answers in JSON.

    nir_files.py read FILE            the graph, type-checked
    nir_files.py copy FILE TO         read, then written again by nir
    nir_files.py spikes FILE          a NIRGraphData file
    nir_files.py make FOLDER          graphs of other tools' kinds, FOLDER/NAME.nir each
    nir_files.py simulate FILE STEPS  steps and neurons of the output's spikes, NIR's equations in Euler steps of 1 ms
"""

import json
import sys

import nir
import numpy as np


def describe(node):
    shown = {"type": type(node).__name__}
    for name, value in vars(node).items():
        if isinstance(value, np.ndarray) and value.size:
            shown[name] = {"shape": list(value.shape), "sum": float(value.astype(float).sum()), "dtype": str(value.dtype)}
    return shown


def read(file):
    graph = nir.read(file, type_check=True)
    return {
        "version": nir.serialization.read_version(file),
        "edges": [list(edge) for edge in graph.edges],
        "nodes": {name: describe(node) for name, node in graph.nodes.items()},
    }


def copy(file, to):
    nir.write(to, nir.read(file, type_check=True))
    return {}


def spikes(file):
    data = nir.serialization.read_data(file)
    shown = {}
    for name, node in data.nodes.items():
        events = node.observables["spikes"]
        grid = events.to_time_gridded(dt=1e-3)
        shown[name] = {
            "neurons": events.n_neurons,
            "tMax": events.t_max,
            "idx": events.idx[0].tolist(),
            "time": events.time[0].tolist(),
            "gridded": [list(grid.shape), int(grid.data.sum())],
        }
    return shown


def cuba(size, tau_mem=64e-3, tau_syn=8e-3, r=64.0, threshold=1.0, **more):
    def full(value):
        return np.full(size, value)

    given = dict(tau_mem=full(tau_mem), tau_syn=full(tau_syn), r=full(r), v_leak=full(0.0), v_reset=full(0.0), v_threshold=full(threshold), w_in=full(1.0))
    given.update({name: np.asarray(value) for name, value in more.items()})
    return nir.CubaLIF(**given)


def graph(*nodes, edges=None, inputs=(3,), outputs=(2,), names=None):
    inner = {names[k] if names else str(k): node for k, node in enumerate(nodes)}
    chain = ["input", *inner, "output"]
    return nir.NIRGraph(
        nodes={"input": nir.Input({"input": np.array(inputs)}), **inner, "output": nir.Output({"output": np.array(outputs)})},
        edges=edges or list(zip(chain, chain[1:])),
        type_check=False,
    )


def conv(channels, before, kernel, **more):
    weight = np.sin(np.arange(channels * before * kernel * kernel) + 0.5).reshape(channels, before, kernel, kernel)
    given = dict(stride=1, padding=0, dilation=1, groups=1, bias=np.zeros(channels), input_shape=(4, 4))
    return nir.Conv2d(weight=weight.astype(np.float32), **{**given, **more})


def pool(kind, size):
    return kind(kernel_size=np.array([size, size]), stride=np.array([size, size]), padding=np.array([0, 0]))


def flatten(*shape):
    return nir.Flatten(input_type={"input": np.array(shape)}, start_dim=0, end_dim=-1)


def noted(node, **metadata):
    node.metadata = metadata
    return node


def single_precision(node):
    for name in ("tau_mem", "tau_syn", "r", "w_in", "v_leak", "v_reset", "v_threshold"):
        setattr(node, name, getattr(node, name).astype(np.float32))
    return node


weights = np.arange(6, dtype=np.float32).reshape(2, 3) / 4
linear = nir.Linear(weight=weights)

MADE = {
    # what importNir runs
    "cuba": lambda: graph(linear, cuba(2)),
    "gain": lambda: graph(linear, cuba(2, r=32.0, w_in=[3.0, 3.0])),
    "affine": lambda: graph(nir.Affine(weight=weights, bias=np.zeros(2)), cuba(2)),
    # what it refuses
    "lif": lambda: graph(linear, nir.LIF(tau=np.full(2, 0.01), r=np.ones(2), v_leak=np.zeros(2), v_threshold=np.ones(2))),
    "if": lambda: graph(linear, nir.IF(r=np.ones(2), v_threshold=np.ones(2))),
    "bias": lambda: graph(nir.Affine(weight=weights, bias=np.array([0.0, 0.5])), cuba(2)),
    "leak": lambda: graph(linear, cuba(2, v_leak=[0.0, 0.1])),
    "thresholds": lambda: graph(linear, cuba(2, v_threshold=[1.0, 2.0])),
    "delay": lambda: graph(nir.Delay(delay=np.full(3, 0.001)), linear, cuba(2)),
    "recurrent": lambda: graph(
        linear,
        cuba(2),
        nir.Linear(weight=np.eye(2)),
        edges=[("input", "0"), ("0", "1"), ("1", "2"), ("2", "1"), ("1", "output")],
    ),
    "time constants": lambda: graph(linear, cuba(2), nir.Linear(weight=np.eye(2)), cuba(2, tau_mem=32e-3, r=32.0)),
    "nan": lambda: graph(nir.Linear(weight=weights * np.nan), cuba(2)),
    # float32, as tools with torch inside write it; scalars; names that are paths to HDF5; notes of another program
    "single": lambda: graph(linear, single_precision(cuba(2))),
    "scalars": lambda: graph(linear, cuba(1)),
    "names": lambda: graph(linear, cuba(2), names=["läyer/output", "läyer/b/c"]),
    "notes": lambda: noted(graph(linear, noted(cuba(2), refractory=0.002, name="")), creator="another"),
    "image": lambda: graph(
        conv(2, 1, 3, padding="same"),
        cuba((2, 4, 4), r=32.0, w_in=np.full((2, 4, 4), 3.0), threshold=0.4),
        pool(nir.AvgPool2d, 2),
        cuba((2, 2, 2), tau_mem=20e-3, tau_syn=5e-3, r=30.0, threshold=0.1),
        pool(nir.SumPool2d, 2),
        single_precision(cuba((2, 1, 1), r=160.0, threshold=0.7)),
        flatten(2, 1, 1),
        nir.Linear(weight=np.array([[1.0, 0.5], [-0.25, 1.5]])),
        cuba(2, threshold=0.05),
        inputs=(1, 4, 4),
    ),
    # wrong in itself, or not to be had here
    "uncovered": lambda: graph(pool(nir.SumPool2d, 2), cuba((1, 2, 2)), inputs=(1, 5, 5), outputs=(4,)),
    "even": lambda: graph(conv(1, 1, 2, padding="same"), cuba((1, 4, 4)), inputs=(1, 4, 4), outputs=(16,)),
    "stride": lambda: graph(conv(1, 1, 2, stride=2), cuba((1, 2, 2)), inputs=(1, 4, 4), outputs=(4,)),
    "other image": lambda: graph(conv(1, 1, 3, input_shape=(6, 6)), cuba((1, 2, 2)), inputs=(1, 4, 4), outputs=(4,)),
    "scale": lambda: graph(nir.Scale(scale=np.ones(3)), linear, cuba(2)),
    "subgraph": lambda: graph(graph(linear, cuba(2))),
    "flat image": lambda: graph(flatten(1, 4, 4), conv(1, 1, 3), cuba((1, 2, 2)), inputs=(1, 4, 4), outputs=(4,)),
    "inputs": lambda: graph(nir.Linear(weight=np.eye(2)), cuba(2)),
    "outputs": lambda: graph(linear, cuba(2), outputs=(5,)),
    "neurons": lambda: graph(linear, cuba(3)),
    "no threshold": lambda: graph(linear, cuba(2, threshold=0.0)),
    "no end": lambda: graph(linear, cuba(2), edges=[("input", "0"), ("0", "1")]),
    "fast": lambda: graph(linear, cuba(2, tau_syn=0.5e-3)),
    "slow synapse": lambda: graph(linear, cuba(2, tau_syn=80e-3)),
    "back": lambda: graph(
        linear, cuba(2), edges=[("input", "0"), ("0", "1"), ("1", "output"), ("output", "0")]
    ),
}


def simulate(file, steps):
    graph = nir.read(file, type_check=False)
    spikes = np.zeros((int(steps), *graph.nodes["input"].input_type["input"]))
    for step, train in enumerate(spikes.reshape(int(steps), -1)):
        train[:] = [(7 * neuron + 3 * step) % 5 == 0 for neuron in range(train.size)]
    for name in sorted(set(graph.nodes) - {"input", "output"}):
        spikes = passed(graph.nodes[name], spikes)
    return [list(map(int, place)) for place in np.argwhere(spikes.reshape(int(steps), -1))]


def passed(node, x, dt=1e-3):
    kind = type(node).__name__
    if kind in ("Flatten", "Linear"):
        flat = x.reshape(len(x), -1)
        return flat if kind == "Flatten" else flat @ node.weight.T
    if kind in ("SumPool2d", "AvgPool2d"):
        size = int(node.kernel_size[0])
        fields = x.reshape(*x.shape[:2], x.shape[2] // size, size, x.shape[3] // size, size)
        return fields.sum(axis=(3, 5)) if kind == "SumPool2d" else fields.mean(axis=(3, 5))
    if kind == "Conv2d":
        pad = node.weight.shape[2] // 2  # "same"
        padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, node.weight.shape[2:], axis=(2, 3))
        return np.einsum("tcyxij,kcij->tkyx", windows, node.weight)
    current, v, out = 0.0, 0.0, []
    for step in x:
        current = current + dt / node.tau_syn * (node.w_in * step - current)
        v = v + dt / node.tau_mem * (node.r * current - v)
        out.append(v > node.v_threshold)
        v = np.where(out[-1], 0.0, v)
    return np.array(out, dtype=float)


def make(folder):
    for name, graph_of in MADE.items():
        nir.write(f"{folder}/{name}.nir", graph_of())
    return sorted(MADE)


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    print(json.dumps({"read": read, "copy": copy, "spikes": spikes, "make": make, "simulate": simulate}[command](*arguments)))
