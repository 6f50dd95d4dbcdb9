"""Takes the place of nbgrader's `Execute`: `nbgrader autograde` then runs cells in the sandbox.

Named in a course's own nbgrader_config.py by `protect`, for those who press formgrader's button.
All else stays nbgrader's there; `autograder grade` forgives more, runs in parallel and can be
interrupted.
"""

import atexit
import functools
from pathlib import Path
from typing import Any

from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from nbgrader.utils import NotebookNode, is_grade, is_solution

from autograder.classic.restore import SKIP
from autograder.classic.run import PRELUDE, CellSession
from autograder.classic.score import with_error
from autograder.classic.settings import limits_in, seconds_of
from autograder.collect import files_beside
from autograder.core.result import CellRun
from autograder.sandbox import selftest
from autograder.sandbox.backend import Backend, chosen


class SandboxExecute(NbGraderPreprocessor):  # type: ignore[misc] # nbgrader has no types
    """Runs a notebook's cells in the sandbox and fills in their outputs."""

    def preprocess(self, notebook: Any, resources: Any) -> Any:
        """The notebook with outputs; stderr is left out where it would cost points."""
        folder = Path(resources["metadata"]["path"])
        files = {name: data for name, data in files_beside(folder, folder)
                 if not name.endswith(".ipynb")}  # fmt: skip
        root = Path(self.parent.parent.coursedir.root)  # of the command that made the exporter
        limits = limits_in(root, seconds_of(Execute(parent=self.parent).timeout))
        cells = [cell for cell in notebook.cells if is_run(cell)]
        with CellSession(backend(), limits, files) as session:
            session.run([PRELUDE])
            runs = session.run([cell.source for cell in cells])
        for cell, run in zip(cells, runs, strict=True):
            cell.outputs = outputs(run, quiet=is_grade(cell) and not is_solution(cell))
        return notebook, resources


@functools.cache
def backend() -> Backend:
    """The sandbox of this process, tried once and kept warm until the process ends."""
    kept = chosen("full")
    atexit.register(kept.close)
    selftest.require(kept)
    return kept


def is_run(cell: Any) -> bool:
    """Whether a cell has code to be run; a tag keeps no test from running."""
    skipped = SKIP in cell.metadata.get("tags", []) and not is_grade(cell)
    return cell.cell_type == "code" and bool(cell.source.strip()) and not skipped


def outputs(run: CellRun, quiet: bool) -> list[Any]:
    """A run's outputs as nbgrader keeps them; without stderr where `quiet`."""
    kept = with_error(run).outputs
    return [NotebookNode(each) for each in kept if not (quiet and each.get("name") == "stderr")]
