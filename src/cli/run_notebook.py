"""Runs a notebook through its kernel without a browser and keeps what came out, also when a cell fails.

    python run_notebook.py REQUEST

REQUEST is JSON: {"notebook", "out", "cwd", "kernel": name or null, "parameters": code or null}. Progress goes to standard
output. The executed notebook is written whole or not at all. Exit codes: 0 all cells ran, 1 a cell or the kernel failed,
130 interrupted, and in these three cases the executed notebook is there; 2 the kernel is not installed, 70 anything else.
"""
import asyncio
import atexit
import json
import os
import signal
import sys
import time
import traceback

import nbformat
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

PROGRESS_SECONDS = 2.0  # between lines about one live output
SIGNAL_SECONDS = 1.0  # one Ctrl-C can arrive several times: from the terminal and from parent processes


def say(text):
    print(text, flush=True)


def write(path, text):
    """Atomically: a reader sees the old file or the whole new one."""
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    temporary = f"{path}.{os.getpid()}.tmp"
    with open(temporary, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    os.replace(temporary, path)


def headline(cell):
    """The first line of code that is not a comment, shortened."""
    lines = [line.strip() for line in cell.source.splitlines()]
    first = next((line for line in lines if line and not line.startswith("//")), lines[0] if lines else "")
    return first if len(first) <= 100 else first[:99] + "…"


class Client(NotebookClient):
    """nbclient, with progress on standard output and Ctrl-C interrupting the cell instead of killing the kernel."""

    interrupted = False
    last_signal = 0.0
    started = 0.0
    next_progress = 0.0

    def begin(self, notebook):
        self.code_cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
        loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM"):
            try:
                loop.add_signal_handler(getattr(signal, name), self.on_stop, name)
            except (NotImplementedError, RuntimeError):  # Windows
                pass

    def on_stop(self, name):
        now = time.monotonic()
        if now - self.last_signal < SIGNAL_SECONDS:
            return
        again, self.interrupted, self.last_signal = self.interrupted, True, now
        if again or name == "SIGTERM":
            say("Stopping the kernel")
            atexit.unregister(self._cleanup_kernel)
            asyncio.ensure_future(self._async_cleanup_kernel())
        else:
            say("Interrupting the cell; once more to stop the kernel")
            asyncio.ensure_future(self.interrupt())

    async def interrupt(self):
        result = self.km.interrupt_kernel()
        if asyncio.iscoroutine(result) or isinstance(result, asyncio.Future):
            await result

    def cell_started(self, cell, cell_index):
        if cell.cell_type != "code" or not cell.source.strip():
            return
        self.started = time.monotonic()
        self.next_progress = self.started + PROGRESS_SECONDS
        number = next(i for i, other in enumerate(self.code_cells, 1) if other is cell)
        say(f"[{number}/{len(self.code_cells)}] {headline(cell)}")

    def cell_executed(self, cell, cell_index, execute_reply):
        say(f"      {time.monotonic() - self.started:.1f} s")

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] == "update_display_data" and time.monotonic() >= self.next_progress:
            text = msg["content"]["data"].get("text/plain")
            if isinstance(text, str) and text:
                say(f"      {text.splitlines()[0]}")
            self.next_progress = time.monotonic() + PROGRESS_SECONDS
        return super().process_message(msg, cell, cell_index)


def inject(notebook, source):
    """Puts a cell where papermill does: in place of one injected before, else behind one tagged `parameters`, else first."""

    def place(tag):
        return next((n for n, cell in enumerate(notebook.cells) if tag in cell.metadata.get("tags", [])), None)

    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["injected-parameters"]})
    if notebook.nbformat_minor < 5:
        del cell["id"]
    earlier, declared = place("injected-parameters"), place("parameters")
    if earlier is not None:
        notebook.cells[earlier] = cell
    else:
        notebook.cells.insert(0 if declared is None else declared + 1, cell)


def run(request):
    notebook = nbformat.read(request["notebook"], as_version=4)
    if request["parameters"] is not None:
        inject(notebook, request["parameters"])
    for cell in notebook.cells:  # a cell that is not reached must not show what an earlier run made
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    kernel = request["kernel"] or notebook.metadata.get("kernelspec", {}).get("name", "spikelab")
    try:
        KernelSpecManager().get_kernel_spec(kernel)
    except NoSuchKernel:
        say(f"The kernel '{kernel}' is not installed for {sys.executable}")
        return 2
    resources = {"metadata": {"path": request["cwd"]}}
    client = Client(notebook, kernel_name=kernel, timeout=None, startup_timeout=120, record_timing=False, resources=resources)
    client.on_notebook_start = client.begin
    client.on_cell_execute = client.cell_started
    client.on_cell_executed = client.cell_executed
    code = 0
    try:
        client.execute()
    except CellExecutionError as error:
        say(str(error).strip())
        code = 1
    except (DeadKernelError, RuntimeError) as error:
        say(f"The kernel ended before the notebook did: {error}")
        code = 1
    except Exception:  # a stopped kernel takes nbclient's channels away under its feet
        if not client.interrupted:
            raise
    finally:
        write(request["out"], nbformat.writes(notebook) + "\n")
    return 130 if client.interrupted else code


if __name__ == "__main__":
    try:
        code = run(json.loads(sys.argv[1]))
    except Exception:
        traceback.print_exc()
        code = 70
    sys.exit(code)
