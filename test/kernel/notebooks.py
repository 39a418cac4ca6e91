"""Runs notebooks through the kernel, two at a time, and prints the outputs of their cells as JSON.

    python notebooks.py [--one-core] < requests.json        a list of {"name", "folder", "environment", "cells": [sources]}

With --one-core one at a time, on one processor (Linux); `cpuSeconds` is then what a notebook's processes used.
"""
import asyncio
import json
import os
import sys
import time

import nbformat
from nbclient import NotebookClient


async def execute(request, turn):
    cells = [nbformat.v4.new_code_cell(source) for source in request["cells"]]
    notebook = nbformat.v4.new_notebook(cells=cells)
    path = {"metadata": {"path": request.get("folder", ".")}}
    client = NotebookClient(notebook, kernel_name="spikelab", timeout=300, allow_errors=True, resources=path)
    async with turn:
        started, used = time.monotonic(), of_children()
        await client.async_execute(env={**os.environ, **request.get("environment", {})})
        seconds, cpu_seconds = time.monotonic() - started, of_children() - used
    return {"name": request["name"], "seconds": seconds, "cpuSeconds": cpu_seconds, "cells": [cell.outputs for cell in cells]}


def of_children():
    times = os.times()
    return times.children_user + times.children_system


async def main():
    one_core = "--one-core" in sys.argv
    if one_core:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    turn = asyncio.Semaphore(1 if one_core else 2)
    print(json.dumps(await asyncio.gather(*(execute(request, turn) for request in json.load(sys.stdin)))))


asyncio.run(main())
