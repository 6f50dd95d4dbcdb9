"""What grading starts from: the released notebook, a submission, a sandbox for the assignment."""

from collections.abc import Mapping
from pathlib import Path

from autograder import data
from autograder.core.assignment import Assignment
from autograder.core.errors import UserError
from autograder.core.submission import Submission, read_notebook
from autograder.sandbox.backend import Backend, chosen


def released(assignment: Assignment) -> Submission:
    """The built notebook, as the measure of what students were given."""
    if not assignment.built.is_file():
        raise UserError(
            f"{assignment.built}: not built yet. Run `autograder build {assignment.name}`"
        )
    return read_notebook(assignment.built.name, assignment.built.read_bytes())


def pictures_for(assignment: Assignment) -> Path | None:
    """The folder with pictures to learn from that the assignment's notebooks see, if any."""
    return data.shown() if assignment.data else None


def sandbox_for(
    assignment: Assignment, kind: str, address: str = "", pictures: Path | None = None
) -> Backend:
    """The backend for an assignment's notebooks: its imports warm, its pictures in sight."""
    return chosen(kind, assignment.imports, pictures or pictures_for(assignment), address)


def read_submission(notebook: Path, files: Mapping[str, bytes] | None = None) -> Submission:
    """The submission in a notebook file; UserError where there is no such file."""
    if notebook.exists() and not (notebook.is_file() or notebook.is_dir()):  # a pipe never ends
        raise UserError(f"{notebook}: is no file. Name a notebook")
    try:
        data = notebook.read_bytes()
    except OSError as error:
        raise UserError(f"{notebook}: cannot be read ({error.strerror}). Check the path") from None
    return read_notebook(notebook.name, data, files)
