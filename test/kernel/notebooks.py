"""Runs notebooks through the kernel, two at a time, and prints the outputs of their cells as JSON.

    python notebooks.py < requests.json        a list of {"name", "folder", "environment", "cells": [sources]}
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
        started = time.monotonic()
        await client.async_execute(env={**os.environ, **request.get("environment", {})})
        seconds = time.monotonic() - started
    return {"name": request["name"], "seconds": seconds, "cells": [cell.outputs for cell in cells]}


async def main():
    turn = asyncio.Semaphore(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
    print(json.dumps(await asyncio.gather(*(execute(request, turn) for request in json.load(sys.stdin)))))


asyncio.run(main())
