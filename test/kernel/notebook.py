"""Runs a notebook through the kernel with nbclient and prints its outputs as JSON. Run: python notebook.py KERNEL_NAME < sources.json"""
import json
import sys

import nbformat
from nbclient import NotebookClient

sources = json.load(sys.stdin)
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
NotebookClient(notebook, kernel_name=sys.argv[1], timeout=600, allow_errors=True).execute()
# What a front end does with it: a text that is not UTF-8 could not be saved.
nbformat.writes(notebook).encode("utf-8")
print(json.dumps([[cell.execution_count, cell.outputs] for cell in notebook.cells]))
