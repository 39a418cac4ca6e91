"""Runs a notebook as papermill does: after the cell tagged `parameters` another one with the given values. Run: parameters.py KERNEL JSON < sources.json"""
import json
import sys

import nbformat
from nbclient import NotebookClient

sources = json.load(sys.stdin)
values = json.loads(sys.argv[2])
cells = [nbformat.v4.new_code_cell(source) for source in sources]
cells[0].metadata["tags"] = ["parameters"]
injected = nbformat.v4.new_code_cell("// Parameters\n" + "\n".join(f"let {name} = {json.dumps(value)};" for name, value in values.items()))
injected.metadata["tags"] = ["injected-parameters"]
notebook = nbformat.v4.new_notebook(cells=[cells[0], injected, *cells[1:]])
NotebookClient(notebook, kernel_name=sys.argv[1], timeout=60).execute()
print(json.dumps([cell.outputs for cell in notebook.cells]))
