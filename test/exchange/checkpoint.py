"""A checkpoint as the Python package safetensors opens it; answers in JSON."""

import hashlib
import json
import sys

from safetensors import safe_open

with safe_open(sys.argv[1], framework="np") as file:
    settings = json.loads(file.metadata()["settings"])
    tensors = {name: file.get_tensor(name) for name in file.keys()}

weights = [tensors[f"{layer['name']}.weight"] for layer in settings["network"]["layers"]]
print(
    json.dumps(
        {
            "format": sorted(settings),
            "tensors": {name: [str(value.dtype), list(value.shape)] for name, value in tensors.items()},
            "weightsSha256": hashlib.sha256(b"".join(weight.tobytes() for weight in weights)).hexdigest(),
            "epochs": [epoch["epoch"] for epoch in settings["position"]["epochs"]],
        }
    )
)
