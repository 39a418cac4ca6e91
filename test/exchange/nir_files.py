"""What the Python package nir makes of a file, and files that it writes. Called by nir.test.ts; answers in JSON.

    nir_files.py read FILE            the graph, type-checked
    nir_files.py copy FILE TO         read, then written again by nir
    nir_files.py spikes FILE          a NIRGraphData file
    nir_files.py make FOLDER          graphs of other tools' kinds, FOLDER/NAME.nir each
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


def graph(*nodes, edges=None):
    inner = {str(k): node for k, node in enumerate(nodes)}
    names = ["input", *inner, "output"]
    return nir.NIRGraph(
        nodes={"input": nir.Input({"input": np.array([3])}), **inner, "output": nir.Output({"output": np.array([2])})},
        edges=edges or list(zip(names, names[1:])),
        type_check=False,
    )


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
}


def make(folder):
    for name, graph_of in MADE.items():
        nir.write(f"{folder}/{name}.nir", graph_of())
    return sorted(MADE)


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    print(json.dumps({"read": read, "copy": copy, "spikes": spikes, "make": make}[command](*arguments)))
