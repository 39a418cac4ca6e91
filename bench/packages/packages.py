"""python packages.py KERNELS FOLDER CELLS: runs each cell in each kernel, in a folder with the packages; prints what each cell printed or failed with."""
import json
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "kernel"))
from client import Kernel  # noqa: E402

kernels, folder, cells = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text())
silent = "no answer within 90 s"
colours = re.compile(r"\x1b\[[0-9;]*m")


def shown(kernel: Kernel, code: str) -> dict:
    outputs, took = kernel.execute(code, timeout=90)
    text = {"stdout": "", "stderr": ""}
    error = None
    for message in outputs:
        content = message["content"]
        if message["msg_type"] == "stream":
            text[content["name"]] += content["text"]
        if message["msg_type"] == "error":
            error = f"{content['ename']}: {content['evalue']}"
    if took != took:
        error = silent
    return {"out": text["stdout"].strip(), "error": colours.sub("", error or text["stderr"].strip())[:300]}


results = {}
for spec in sorted(kernels.iterdir()):
    description = json.loads((spec / "kernel.json").read_text())
    results[spec.name] = {}
    kernel = None
    try:
        for name, cell in cells.items():
            if kernel is None or kernel.process.poll() is not None:
                kernel = Kernel(description, folder)
                kernel.request("shell", "kernel_info_request", {}, 60)
            one = shown(kernel, cell["code"])
            results[spec.name][name] = one
            if one["error"] == silent:
                kernel.close()
            elif one["out"] != cell["out"]:
                time.sleep(0.5)  # tslab answers what comes within 0.2 s of an error with "abort"
    finally:
        if kernel is not None and kernel.process.poll() is None:
            kernel.shutdown()
print(json.dumps(results))
