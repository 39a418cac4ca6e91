"""nbgrader's configuration of a Spikelab course, made by `npx spikelab course new`. Change what you like; it is read at each command."""
import os
import sys

from nbclient.exceptions import DeadKernelError
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat.v4 import new_output
from nbgrader import preprocessors, utils

c = get_config()  # noqa: F821

root = os.path.dirname(os.path.abspath(__file__))
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

# Names of files that are handed in by other ways (zip_collect): ada_1-one-neuron.ipynb
c.FileNameCollectorPlugin.named_regexp = r".*?(?P<student_id>[^/\\_]+)_(?P<file_id>[^/\\]+)$"

# nbgrader looks for its own program `alembic` on the path, where an environment that is not activated does not have it.
os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")])

# Marks: only partialCredit is a result, stderr is no failure, and a student's cell cannot change what a test rests on.
if "nbgrader" in sys.argv[0]:
    os.environ["SPIKELAB_GRADING"] = "1"


class ExecuteAndCheckMarks(preprocessors.Execute):
    """Executes; a mark outside of its cell's range, and a kernel that a student ended, cost points and not the whole run."""

    def preprocess(self, nb, resources, *args, **kwargs):
        try:
            nb, resources = super().preprocess(nb, resources, *args, **kwargs)
        except DeadKernelError:
            for cell in nb.cells:
                if cell.cell_type == "code" and cell.get("execution_count") is None:
                    cell.outputs = [failure("KernelEnded", "The kernel had ended before this cell could run.")]
        for cell in nb.cells:
            if cell.cell_type == "code" and utils.is_grade(cell):
                check_mark(cell)
        return nb, resources


def failure(name, message):
    return new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])


def check_mark(cell):
    points = cell.metadata.nbgrader["points"]
    for number, output in enumerate(cell.outputs):
        if output.output_type != "execute_result":
            continue
        text = output["data"].get("text/plain", "")
        try:
            fits = 0 <= float(text) <= points
        except ValueError:
            fits = False
        if not fits:
            cell.outputs[number] = failure("RangeError", f"partialCredit({text}): this cell has {points} points.")


c.Autograde.autograde_preprocessors = [
    ExecuteAndCheckMarks,
    preprocessors.IgnorePattern,
    ClearMetadataPreprocessor,
    preprocessors.LimitOutput,
    preprocessors.SaveAutoGrades,
    preprocessors.AssignLatePenalties,
    preprocessors.CheckCellMetadata,
]
