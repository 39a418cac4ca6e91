"""
Makes the camera files of camera-files.test.ts with the programs of the field, and reads each of them back with another one:

    python -m venv /path/to/venv
    /path/to/venv/bin/pip install dv-processing==2.0.4 expelliarmus==1.1.12 tonic==1.7.0 aedat==2.3.0 lz4==4.4.5 pillow==13.0.0
    /path/to/venv/bin/python test/data/camera_files.py

AEDAT 4: written by dv-processing, read by aedat. Prophesee's .dat: written by expelliarmus, read by tonic's rules in NumPy. AEDAT 3.1: nobody's library
writes it today; written here after iniVation's page of the format, read by tonic. NumPy's .npy and .npz: tonic's structured arrays, and
four arrays as SpikingJelly 2.0.0 saves them (np.savez with t, x, y, p). PNG: Pillow. LZ4 frames with
all their checksums: lz4.
"""
import json
import struct
from pathlib import Path

import aedat
import dv_processing as dv
import lz4.frame
import numpy as np
import tonic.io
from expelliarmus import Wizard
from PIL import Image

folder = Path(__file__).parent / "camera"
folder.mkdir(exist_ok=True)
draw = np.random.default_rng(14)
count = 300
columns, rows = 40, 30


def events(first):
    """Sorted microseconds from `first` on, over 60 ms."""
    return tonic.io.make_structured_array(
        draw.integers(0, columns, count), draw.integers(0, rows, count),
        first + np.sort(draw.integers(0, 60_000, count)), draw.integers(0, 2, count),
    )


def listed(found):
    """[t, x, y, p] of each event."""
    return [[int(e[name]) for name in "txyp"] for e in found]


expected = {}

# AEDAT 4, times since 1970 as cameras write them.
given = events(1_700_000_000_000_000)
kinds = {"none": "NONE", "lz4": "LZ4", "lz4-high": "LZ4_HIGH", "zstd": "ZSTD", "zstd-high": "ZSTD_HIGH"}
for name, kind in kinds.items():
    path = folder / f"{name}.aedat4"
    path.unlink(missing_ok=True)
    config = dv.io.MonoCameraWriter.EventOnlyConfig("DVXplorer_sample", (columns, rows), getattr(dv.CompressionType, kind))
    config.addImuStream()
    writer = dv.io.MonoCameraWriter(str(path), config)
    for part in np.array_split(given, 3):  # three packets
        store = dv.EventStore()
        for e in part:
            store.push_back(int(e["t"]), int(e["x"]), int(e["y"]), bool(e["p"]))
        writer.writeEvents(store)
        writer.writeImu(dv.IMU(int(part["t"][-1]), *[20.0] * 10))
    del writer
    decoder = aedat.Decoder(str(path))
    found = np.concatenate([packet["events"] for packet in decoder if "events" in packet])
    read = [[int(e["t"]), int(e["x"]), int(e["y"]), int(e["on"] if "on" in e.dtype.names else e["p"])] for e in found]
    assert read == listed(given), name
expected["aedat4"] = listed(given)

# Prophesee's .dat: expelliarmus writes no size of the sensor; the page of the format has it in the header.
given = np.sort(events(0), order="t")
dat = np.zeros(count, dtype=[("t", "<i8"), ("x", "<i2"), ("y", "<i2"), ("p", "<u1")])
for name in "txyp":
    dat[name] = given[name]
Wizard(encoding="dat").save(fpath=folder / "expelliarmus.dat", arr=dat)
assert listed(Wizard(encoding="dat").read(folder / "expelliarmus.dat")) == listed(given)
words = np.zeros(count, dtype=[("t", "<u4"), ("data", "<u4")])
words["t"] = given["t"]
words["data"] = given["x"].astype("u4") | given["y"].astype("u4") << 14 | given["p"].astype("u4") << 28
header = f"% Data file containing CD events\n% Date 2020-09-14 14:18:29\n% Version 2\n% Width {columns}\n% Height {rows}\n"
(folder / "sized.dat").write_bytes(header.encode() + bytes([12, 8]) + words.tobytes())
assert listed(Wizard(encoding="dat").read(folder / "sized.dat")) == listed(given)
expected["dat"] = listed(given)

# AEDAT 3.1 as the DVS Gesture recordings have it: two packets of polarity events, one of special events between them, one event not valid.
given = np.sort(events(80_000_000), order="t")
lines = ["#!AER-DAT3.1", "#Format: RAW", "#Source 1: DVS128", "#Start-Time: 2015-11-10 12:12:12 (TZ+0000)", "#!END-HEADER"]
body = "".join(line + "\r\n" for line in lines).encode()


def packet(kind, part, invalid=()):
    words = np.zeros(len(part), dtype=[("data", "<u4"), ("t", "<i4")])
    words["data"] = part["x"].astype("u4") << 17 | part["y"].astype("u4") << 2 | part["p"].astype("u4") << 1 | 1
    words["t"] = part["t"]
    for n in invalid:
        words["data"][n] &= ~np.uint32(1)
    head = struct.pack("<hhiiiiii", kind, 1, 8, 4, 0, len(part), len(part), len(part) - len(invalid))
    return head + words.tobytes()


(folder / "gesture.aedat").write_bytes(body + packet(1, given[:200]) + packet(1, given[200:]))
raw = tonic.io.get_aer_events_from_file(str(folder / "gesture.aedat"), 3.1, len(body))
address, mask = raw["address"], 0x1FFF  # as tonic.io.read_dvs_ibm does, which of tonic 1.7.0 fails before it comes to it
found = tonic.io.make_structured_array(address >> 17 & mask, address >> 2 & mask, raw["timeStamp"], address >> 1 & 1)
assert listed(found) == listed(given)
mixed = body + packet(1, given[:200], invalid=[7]) + packet(0, given[:3]) + packet(1, given[200:])
(folder / "mixed.aedat").write_bytes(mixed)
expected["aedat3"] = listed(given)
first = int(given["t"][0])
windows = [(2, first + 1_000, first + 20_000), (1, first + 30_000, first + 50_000)]
table = "class,startTime_usec,endTime_usec\n" + "".join(f"{a},{b},{c}\n" for a, b, c in windows)
(folder / "gesture_labels.csv").write_text(table)
expected["windows"] = windows

# What LZ4 frames may have and dv-processing leaves out: checksums, sizes, blocks of their own; 70,000 bytes are more than one block.
text = b"".join(b"%d spikes, " % n for n in range(6_000))[:70_000]
for name, linked in ("linked", True), ("apart", False):
    frame = lz4.frame.compress(text, content_checksum=True, block_checksum=True, store_size=True, block_linked=linked,
                               block_size=lz4.frame.BLOCKSIZE_MAX64KB, compression_level=9)
    (folder / f"{name}.lz4").write_bytes(frame)

# Tonic's structured arrays, of a camera and of a cochlea.
given = events(0)
np.save(folder / "tonic.npy", given)
expected["npy"] = listed(given)
np.savez(folder / "spikingjelly.npz", **{name: given[name] for name in "txyp"})
np.savez_compressed(folder / "structured.npz", events=given)
shd = np.zeros(50, dtype=[("t", int), ("x", int), ("p", int)])
shd["t"], shd["x"], shd["p"] = np.sort(draw.integers(0, 60_000, 50)), draw.integers(0, 70, 50), 1
np.save(folder / "cochlea.npy", shd)
expected["cochlea"] = [[int(e["t"]), int(e["x"])] for e in shd]

# Images: five by four, in every kind that a program writes without being asked.
grey = draw.integers(0, 256, (4, 5), dtype=np.uint8)
colour = draw.integers(0, 256, (4, 5, 3), dtype=np.uint8)
images = {
    "grey": Image.fromarray(grey),
    "colour": Image.fromarray(colour),
    "opaque": Image.fromarray(colour).convert("RGBA"),
    "glass": Image.merge("RGBA", [*Image.fromarray(colour).split(), Image.fromarray(grey)]),
    "bits": Image.fromarray(grey).point(lambda value: 255 * (value > 99)).convert("1", dither=Image.Dither.NONE),
    "palette": Image.fromarray(colour).quantize(20, dither=Image.Dither.NONE),
    "palette4": Image.fromarray(grey // 64).quantize(4, dither=Image.Dither.NONE),
    "wide": Image.fromarray(grey.astype(np.uint16) * 100),
}
expected["images"] = {}
for name, image in images.items():
    image.save(folder / f"{name}.png")
    read = np.asarray(Image.open(folder / f"{name}.png").convert("L" if name in ("grey", "bits") else "RGB"))
    expected["images"][name] = read.tolist()
(folder / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
