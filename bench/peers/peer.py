"""What every peer of bench:peers shares: one core, the workload as written by workload.mjs, and turns told on standard input.

A peer gives `train(spikes, labels)` for one batch and `evaluate(spikes)`, both with spikes [batch, T, inputs] of 0 and 1 as float32;
both return the firing counts of the output layer [batch, classes]. A turn is a line {"do": "train" | "evaluate", "from": a, "to": b};
its answer a line {"wall": s, "cpu": s, "peakMB": n}. {"do": "counts", …} is answered with {"counts": [...]}, {"do": "weights", "file": …}
with {} and the weights in that file.
"""

import json
import os
import sys
import time

if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # one thread means one core, whatever a library starts
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import numpy as np  # after the threads are set


class Workload:
    """The samples, the network's constants and its first weights."""

    def __init__(self, folder):
        with open(os.path.join(folder, "workload.json"), encoding="utf-8") as file:
            self.meta = json.load(file)
        self.steps, self.inputs = self.meta["steps"], self.meta["inputs"]
        self.bits = np.memmap(os.path.join(folder, "spikes.bits"), dtype=np.uint8, mode="r")
        self.labels = np.array(self.meta["labels"], dtype=np.int64)
        first = np.fromfile(os.path.join(folder, "weights.f32"), dtype="<f4")
        hidden, classes = self.meta["hidden"], self.meta["classes"]
        self.weights = [
            first[: hidden * self.inputs].reshape(hidden, self.inputs).copy(),
            first[hidden * self.inputs :].reshape(classes, hidden).copy(),
        ]

    def batch(self, start, end):
        size = self.steps * self.inputs  # a whole number of bytes a sample
        bits = np.unpackbits(self.bits[start * size // 8 : end * size // 8], bitorder="little")
        return bits.reshape(end - start, self.steps, self.inputs).astype(np.float32), self.labels[start:end]


def peak_megabytes():
    """Peak resident memory of this process; None where the system does not say."""
    try:
        with open("/proc/self/status", encoding="utf-8") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))
    except OSError:
        return None


def serve(make):
    """Runs the turns that the bench asks for. `make(workload, batch)` builds the peer; argv: folder, batch."""
    work, batch = Workload(sys.argv[1]), int(sys.argv[2])
    peer = make(work, batch)
    spikes, labels = work.batch(0, batch)
    peer.evaluate(spikes)  # compiled and warm before the first turn
    print(json.dumps({"ready": peer.describe}), flush=True)
    for line in sys.stdin:
        turn = json.loads(line)
        if turn["do"] == "quit":
            break
        if turn["do"] == "weights":
            np.concatenate([np.asarray(w, dtype="<f4").ravel() for w in peer.weights()]).tofile(turn["file"])
            print("{}", flush=True)
            continue
        batches = [work.batch(k, k + batch) for k in range(turn["from"], turn["to"], batch)]  # not timed
        if turn["do"] == "counts":
            counts = np.concatenate([np.asarray(peer.evaluate(spikes)) for spikes, _ in batches])
            print(json.dumps({"counts": counts.astype(int).tolist()}), flush=True)
            continue
        wall, cpu = time.perf_counter(), time.process_time()
        for spikes, labels in batches:
            peer.train(spikes, labels) if turn["do"] == "train" else peer.evaluate(spikes)
        answer = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        print(json.dumps(answer | {"peakMB": peak_megabytes()}), flush=True)
