"""What grading starts from: the released notebook, a submission, a sandbox for the assignment."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import pictures
from autograder.core.assignment import Assignment
from autograder.core.errors import UserError
from autograder.core.submission import Submission, bounded, read_notebook

if TYPE_CHECKING:  # it comes with NumPy, which a command itself need not load
    from autograder.sandbox.backend import Backend


def released(assignment: Assignment) -> Submission:
    """The built notebook, as the measure of what students were given."""
    if not assignment.built.is_file():
        raise UserError(
            f"{assignment.built}: not built yet. Run `autograder build {assignment.name}`"
        )
    return read_notebook(assignment.built.name, assignment.built.read_bytes())


def pictures_for(assignment: Assignment) -> Path | None:
    """The folder with pictures to learn from that the assignment's notebooks see, if any."""
    return pictures.shown() if assignment.data else None


def sandbox_for(
    assignment: Assignment, kind: str, address: str = "", pictures: Path | None = None
) -> "Backend":
    """The backend for an assignment's notebooks: its imports warm, its pictures in sight."""
    from autograder.sandbox.backend import chosen

    return chosen(kind, assignment.imports, pictures or pictures_for(assignment), address)


def read_submission(notebook: Path, files: Mapping[str, bytes] | None = None) -> Submission:
    """The submission in a notebook file; UserError where there is no such file."""
    return read_notebook(notebook.name, bytes_of(notebook), files)


def bytes_of(notebook: Path) -> bytes:
    """What a notebook file holds; UserError where there is no such file, or one of any size."""
    if notebook.exists() and not (notebook.is_file() or notebook.is_dir()):  # a pipe never ends
        raise UserError(f"{notebook}: is no file. Name a notebook")
    try:
        bounded(notebook.name, notebook.stat().st_size)  # a sparse file takes nobody's disk
        return notebook.read_bytes()
    except OSError as error:
        raise UserError(f"{notebook}: cannot be read ({error.strerror}). Check the path") from None
