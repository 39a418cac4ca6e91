"""nbgrader's configuration of a Spikelab course, made by `npx spikelab course new`. Change what you like; it is read at each command."""
import os
import re
import shutil
import stat
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook, new_output
from nbgrader import preprocessors, utils
from nbgrader.api import Gradebook

c = get_config()  # noqa: F821

root = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, root)
import locked_kernel  # noqa: E402 -- the files beside this one
from hide_tests import HideTests  # noqa: E402

c.CourseDirectory.root = root
c.CourseDirectory.course_id = "@COURSE@"
# Release and collect without an administrator: all of the course is in this folder. A hub has a folder of its own for all users here.
c.Exchange.root = os.path.join(root, "exchange")

# What stands in place of a solution. A cell between // BEGIN SOLUTION and // END SOLUTION, hidden tests between // BEGIN HIDDEN TESTS and // END HIDDEN TESTS.
c.ClearSolutions.code_stub = {"typescript": "// YOUR CODE HERE\nthrow new Error('Not answered yet: replace these two lines.');"}

# Seconds that a cell may take; then it is stopped, has no points, and the next ones run.
c.Execute.timeout = 60
c.Execute.startup_timeout = 120
c.Execute.iopub_timeout = 60
c.Execute.raise_on_iopub_timeout = False

# Names of files that are handed in by other ways (zip_collect): ada_1-one-neuron.ipynb, or, as a browser saves it again, ada_1-one-neuron (1).ipynb
notebooks = sorted((path.stem for path in Path(root).glob("source/*/*.ipynb")), key=len, reverse=True)
c.FileNameCollectorPlugin.named_regexp = r".*[/\\](?P<student_id>[^/\\]+)_(?P<file_id>%s)[^/\\_]*$" % "|".join(map(re.escape, notebooks))

# nbgrader looks for its own program `alembic` on the path, where an environment that is not activated does not have it.
os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])

# Marks: only partialCredit is a result, stderr is no failure, and a student's cell cannot change what a test rests on.
if "nbgrader" in sys.argv[0]:
    os.environ["SPIKELAB_GRADING"] = "1"


class ReadAnything(NotebookExporter):
    """Takes a file that is no notebook for one that says so: nbgrader would leave its student out, and end with an error."""

    def from_filename(self, filename, resources=None, **kw):
        try:
            return super().from_filename(filename, resources, **kw)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if is_notebook(filename):
                raise
            self.log.warning("%s is no notebook: %s", filename, error)
            text = f"**This file could not be read as a notebook, so no answer in it was graded.** {type(error).__name__}: {str(error)[:300]}"
            return self.from_notebook_node(new_notebook(cells=[new_markdown_cell(text)]), resources, **kw)


def is_notebook(filename):
    try:
        nbformat.validate(nbformat.read(filename, as_version=4))
    except Exception:  # whatever the reader says: it is what a student handed in
        return False
    return True


class RepairMarks(preprocessors.NbGraderPreprocessor):
    """Takes nbgrader's marks from cells that a student copied or made up and from those that are broken: nbgrader would stop there, for all students."""

    def preprocess(self, nb, resources):
        with Gradebook(resources["nbgrader"]["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(resources["nbgrader"]["notebook"], resources["nbgrader"]["assignment"])
            known = {cell.name for cell in notebook.source_cells}
        seen = set()
        for cell in reversed(nb.cells):
            if "nbgrader" not in cell.metadata:
                continue
            marks = cell.metadata["nbgrader"]
            if is_sound(marks) and marks["grade_id"] in known - seen:
                seen.add(marks["grade_id"])
            else:
                self.log.warning("A cell that is copied, made up or broken does not count: %s", marks)
                del cell.metadata["nbgrader"]
        return nb, resources


def is_sound(marks):
    if not isinstance(marks, dict) or not isinstance(marks.get("grade_id"), str):
        return False
    flags = all(isinstance(marks.get(name), bool) for name in ("grade", "solution", "locked"))
    points = not marks.get("grade") or isinstance(marks.get("points"), (int, float))
    return flags and points and bool(marks.get("grade_id")) and marks.get("schema_version") == 3


class LockedKernel(AsyncKernelManager):
    """A kernel that cannot read the course and writes to its own folder only, where the system can lock that."""

    def format_kernel_cmd(self, extra_arguments=None):
        command = super().format_kernel_cmd(extra_arguments)
        lock = [sys.executable, os.path.join(root, "locked_kernel.py"), root, os.environ["TMPDIR"]]
        return [*lock, *command] if locked_kernel.available() else command


class ExecuteAndCheckMarks(preprocessors.Execute):
    """Executes; a mark outside of its cell's range, and a kernel that a student ended, cost points and not the whole run."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{**kwargs, "kernel_manager_class": LockedKernel})

    def preprocess(self, nb, resources, *args, **kwargs):
        if not locked_kernel.available():
            self.log.warning("No Landlock on this system: students' code can read source/ and write gradebook.db. Grade in a container.")
        for cell in nb.cells:
            # Tags of a student's could keep a test from running, and a test that did not run has all of its points.
            cell.metadata = NotebookNode({key: value for key, value in cell.metadata.items() if key == "nbgrader"})
        self.finished = set()
        try:
            with only_for_the_kernel(resources["metadata"].get("path") or "."):
                nb, resources = super().preprocess(nb, resources, *args, **kwargs)
        except DeadKernelError:
            for index, cell in enumerate(nb.cells):
                if cell.cell_type == "code" and index not in self.finished:
                    cell.outputs = [failure("KernelEnded", "The kernel had ended before this cell did.")]
        for cell in nb.cells:
            if cell.cell_type == "code" and utils.is_grade(cell):
                check_mark(cell)
        return nb, resources

    def preprocess_cell(self, cell, resources, index):
        done = super().preprocess_cell(cell, resources, index)
        self.finished.add(index)
        return done


@contextmanager
def only_for_the_kernel(folder):
    """Notebooks, in which hidden tests are back, are out of the folder while a kernel runs there, and it has a place for temporary files."""
    files = {file: file.read_bytes() for file in Path(folder).glob("*.ipynb")}
    modes = modes_below(root)
    # What a student handed in beside the notebook is no module of Python's that starts the kernel.
    own = {"SPIKELAB_HISTORY": "off", "SPIKELAB_GRADING": "1", "PYTHONSAFEPATH": "1"}
    before = {name: os.environ.get(name) for name in ("TMPDIR", *own)}
    with TemporaryDirectory(prefix="spikelab-grading-") as temporary:
        os.environ.update(own, TMPDIR=temporary)
        for file in files:
            file.unlink()
        try:
            yield
        finally:
            restore_modes(modes)
            remove_links(folder)
            for file, content in files.items():
                put(file, content)
            for name, value in before.items():
                os.environ.pop(name) if value is None else os.environ.update({name: value})


def modes_below(folder):
    """Who may read and write what: Landlock does not keep an owner from changing that."""
    paths = [folder, *(os.path.join(path, name) for path, folders, files in os.walk(folder) for name in folders + files)]
    return {path: os.lstat(path).st_mode for path in paths if not os.path.islink(path)}


def restore_modes(modes):
    for path, mode in modes.items():  # a folder comes before what is in it
        try:
            if os.lstat(path).st_mode != mode and not os.path.islink(path):
                os.chmod(path, stat.S_IMODE(mode))
        except OSError:
            pass  # the student's own file, and gone


def remove_links(folder):
    """Leaves files and folders only: a link would lead the grader, who may read and write anywhere, to the gradebook, and a pipe would hold it up."""
    for path, folders, files in os.walk(folder):
        for one in (os.path.join(path, name) for name in folders + files):
            mode = os.lstat(one).st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                os.unlink(one)


def put(file, content):
    """Writes a file in place of whatever stands there."""
    if file.is_dir():
        shutil.rmtree(file)
    elif file.exists():
        file.unlink()
    with open(file, "xb") as new:
        new.write(content)


def failure(name, message):
    return new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])


def check_mark(cell):
    """One mark from 0 to the points of the cell, or none; an error takes it away."""
    points = cell.metadata.nbgrader["points"]
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    if not results:
        return
    text = results[-1]["data"].get("text/plain", "")
    try:
        mark = float(text)
    except ValueError:
        mark = -1
    cell.outputs = [output for output in cell.outputs if output.output_type != "execute_result"]
    if len(results) > 1 or not 0 <= mark <= points + 1e-9:
        cell.outputs.append(failure("RangeError", f"partialCredit({text}): this cell has {points} points."))
    elif not utils.has_failed(cell):
        results[0]["data"]["text/plain"] = str(min(mark, points))
        cell.outputs.append(results[0])


c.Autograde.exporter_class = ReadAnything
c.Autograde.sanitize_preprocessors = [
    RepairMarks,
    preprocessors.ClearOutput,
    preprocessors.OverwriteKernelspec,
    preprocessors.OverwriteCells,
    preprocessors.CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    ExecuteAndCheckMarks,
    preprocessors.IgnorePattern,
    ClearMetadataPreprocessor,
    preprocessors.LimitOutput,
    preprocessors.SaveAutoGrades,
    preprocessors.AssignLatePenalties,
    preprocessors.CheckCellMetadata,
]
# Without HideTests feedback has the hidden tests in full.
c.GenerateFeedback.preprocessors = [preprocessors.GetGrades, HideTests, CSSHTMLHeaderPreprocessor]
