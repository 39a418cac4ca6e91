"""Starts the kernel: `python -m spikelab.kernel [--node PATH] CONNECTION_FILE`. The kernelspec calls `main` with the same arguments.
With `--where` for a connection file it prints what it would start, as JSON.

On Linux and macOS this process becomes Node; on Windows, which has no exec, it stays and hands signals and the exit code on.
"""
import os
import sys

from .node import PACKAGE, NoNode, find_node

PROGRAM = os.path.join(PACKAGE, "dist", "kernel", "main.js")


def where(node, problem):
    import json

    with open(os.path.join(PACKAGE, "package.json"), encoding="utf-8") as file:
        version = json.load(file)["version"]
    print(json.dumps({"node": node, "program": PROGRAM, "version": version, "problem": problem}))
    return 0


def arguments(argv):
    """The Node that the installation chose, or None, and what is left."""
    if len(argv) >= 2 and argv[0] == "--node":
        return argv[1], argv[2:]
    return None, argv


def become(command):
    """Runs a command in this process's place."""
    if os.name == "nt":
        from .child import run_child

        sys.exit(run_child(command))
    sys.stdout.flush()
    os.execv(command[0], command)


def main(argv):
    chosen, rest = arguments(argv)
    if len(rest) != 1:
        sys.stderr.write("Usage: python -m spikelab.kernel [--node PATH] CONNECTION_FILE. Jupyter starts this program.\n")
        return 64
    try:
        node = find_node(chosen)
        if not os.path.isfile(PROGRAM):
            again = "%s -m pip install --force-reinstall spikelab" % sys.executable
            raise NoNode("%s is missing. Install Spikelab again: %s" % (PROGRAM, again))
        if rest[0] == "--where":
            return where(node, None)
        become([node, PROGRAM, rest[0]])
    except (NoNode, OSError) as error:
        if rest[0] == "--where":
            return where(None, str(error))
        from .excuse import explain

        return explain(rest[0], str(error))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
