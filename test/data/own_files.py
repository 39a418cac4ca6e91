"""Writes the files of own-files.test.ts with NumPy and h5py: python own_files.py FOLDER. Prints what is in them as JSON."""
import csv
import json
import sys
from pathlib import Path

import h5py
import numpy as np

folder = Path(sys.argv[1])
draw = np.random.default_rng(14)

# Three Gaussian classes.
centres = np.array([[0, 0, 5], [4, 4, 5], [0, 8, 9]], float)
labels = np.arange(150) % 3
features = centres[labels] + draw.normal(size=(150, 3))
with open(folder / "classes.csv", "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["width", "the, height", "label", 'the "depth"'])
    for row, label in zip(features, labels):
        writer.writerow([row[0], row[1], "red green blue".split()[label], row[2]])

# Every type of number, both byte orders and both orders of axes: the same 24 values.
values = np.arange(24).reshape(6, 2, 2)
types = ["i1", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8", "u1", "<u2", ">u2", "<u4", "<u8", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]
for kind in types:
    np.save(folder / f"{kind.strip('<>')}{'big' if '>' in kind else ''}.npy", values.astype(kind))
np.save(folder / "fortran.npy", np.asfortranarray(values))
np.save(folder / "version2.npy", values)
with open(folder / "version2.npy", "wb") as file:
    np.lib.format.write_array(file, values, version=(2, 0))
np.save(folder / "labels.npy", np.array([0, 1, 0, 1, 0, 1]))
np.save(folder / "bool.npy", np.array([False, True] * 3))
np.save(folder / "text.npy", np.array(["köln", "bonn"] * 3))
np.save(folder / "bytes.npy", np.array([b"a", b"bc"] * 3))
np.save(folder / "objects.npy", np.array([1, "x", None, 2, 3, 4], dtype=object), allow_pickle=True)
np.save(folder / "complex.npy", np.ones((6, 2), complex))
camera = np.zeros(3, dtype=[("t", "<i8"), ("x", "<i2"), ("y", "<i2"), ("p", "|b1")])
camera["t"] = [5, 1000, 2**40]
camera["x"] = [1, 2, 3]
camera["p"] = [True, False, True]
np.save(folder / "camera.npy", camera)

images = draw.integers(0, 256, size=(30, 4, 5), dtype=np.uint8)
classes = np.arange(30) % 3
starts = np.cumsum([0, *draw.integers(0, 40, size=30)])
channels = draw.integers(0, 8, size=starts[-1])
times = np.concatenate([np.sort(draw.uniform(0, 0.05, size=b - a)) for a, b in zip(starts, starts[1:])])
arrays = dict(x_train=images, y_train=classes, x_test=images[:9], y_test=classes[:9], channels=channels, times=times, starts=starts)
np.savez(folder / "plain.npz", **arrays)
np.savez_compressed(folder / "packed.npz", **arrays)

# Every half-precision number.
patterns = np.arange(65536, dtype=np.uint16)
halves = patterns.view(np.float16)
halves[np.isfinite(halves)].astype("<f8").tofile(folder / "halves.f64")
with h5py.File(folder / "halves.h5", "w") as file:
    file["halves"] = halves
    file["scalar"] = np.float16(1.5)


# The layout of SHD: unequal lengths, times in half precision, units in 16 bits.
def shd(name, count):
    seconds = [np.sort(draw.uniform(0, 1, size=draw.integers(1, 60))).astype(np.float16) for _ in range(count)]
    units = [draw.integers(0, 700, size=len(one)).astype(np.uint16) for one in seconds]
    with h5py.File(folder / name, "w") as file:
        for path, lists, kind in ("times", seconds, np.float16), ("units", units, np.uint16):
            dataset = file.create_dataset(f"spikes/{path}", (count,), dtype=h5py.vlen_dtype(kind))
            for n, one in enumerate(lists):
                dataset[n] = one
        file["labels"] = (np.arange(count) % 4).astype(np.uint16)
        file["extra/keys"] = np.array([b"null", b"eins", b"two", b"three"])
        file["extra/speaker"] = np.zeros(count, np.uint16)
    # The same rule as fromArrays, in NumPy: step floor(t / 4 ms) + 1, several events in one step are one, channels joined by seven.
    return [sorted({(int(u) // 7, int(np.floor(float(t) * 1000 / 4 + 1e-9)) + 1) for u, t in zip(a, b)}) for a, b in zip(units, seconds)]


spikes = {"train": shd("shd_train.h5", 600), "test": shd("shd_test.h5", 40)}

for name, before in ("arrays.h5", 0), ("behind.h5", 512):  # MATLAB's files begin with 512 bytes of its own
    with h5py.File(folder / name, "w", userblock_size=before) as file:
        file.create_dataset("group/x", data=features, compression="gzip", chunks=(50, 3), shuffle=True)
        file["big"] = features.astype(">f4")
        file["y"] = labels
        file["names"] = [f"class {label}" for label in labels]
        file["flags"] = labels > 0

# The latest version of the format: metadata anywhere, not at multiples of 8.
with h5py.File(folder / "latest.h5", "w", libver="latest") as file:
    file.create_dataset("x", data=features, compression="gzip", chunks=(50, 3))
    file["z"] = np.arange(1, dtype=np.uint8)
    file["y"] = [f"class {label}" for label in labels]

print(json.dumps({"features": features.tolist(), "images": images.reshape(30, -1).tolist(), "spikes": spikes}))
