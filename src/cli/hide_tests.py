"""Takes hidden tests out of the feedback that students get. `nbgrader_config.py` beside this file uses it."""
import re

from nbgrader import preprocessors, utils


class HideTests(preprocessors.ClearHiddenTests):
    """Feedback tells what a hidden test expected and what came, and shows neither its code nor the lines around an error."""

    def preprocess_cell(self, cell, resources, index):
        if cell.cell_type != "code" or not utils.is_grade(cell) or utils.is_solution(cell):
            return cell, resources  # a student's own text may have these words
        if self.begin_test_delimeter in cell.source:
            for output in cell.outputs:
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
                elif output.output_type == "stream":
                    output.text = without_frames(output.text, cell.source)
        return super().preprocess_cell(cell, resources, index)


def without_frames(text, source):
    """Text without the lines of the cell that a message about types shows around its place."""
    code = set(source.splitlines())

    def is_frame(line):
        found = re.fullmatch(r"[> ] *\d* \| ?(.*)", re.sub(r"\x1b\[\d+m", "", line))
        return found is not None and (found[1] in code or found[1].strip() in ("", "^"))

    return "\n".join(line for line in text.split("\n") if not is_frame(line))
