"""Brings notebooks that were handed in into the course folder, byte for byte.

Nothing in the folder is trusted: links and devices are left out, names are checked, sizes have
bounds. A file that cannot be graded is collected all the same, and said so. What was collected
before is kept in `attempts/`; see there.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.attempts import OURS, keep_present, put_in_place, read_files
from autograder.core.assignment import Assignment
from autograder.core.errors import SubmissionError, UserError
from autograder.core.submission import read_notebook
from autograder.folder import CourseFolder
from autograder.named import IGNORED, NESTED, find_notebook, name_of
from autograder.named import is_plain as is_plain  # which others take from here

STUDENT = re.compile(r"\w[\w.@+ -]{0,63}")
FILES_LIMIT = 200
BYTES_LIMIT = 32 << 20  # of all files beside the notebook
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # archives without times give 1980


@dataclass(frozen=True)
class Collected:
    """What became of one student's folder; `note` is empty where all went well."""

    student: str
    collected: bool
    note: str = ""


def collect(assignment: Assignment, handed_in: Path, folder: CourseFolder) -> Iterator[Collected]:
    """Copy `handed_in`/<student>/<notebook>.ipynb, with the files beside it, for each student."""
    if not handed_in.is_dir():
        raise UserError(
            f"{handed_in}: no such folder. Name the one that holds a folder per student"
        )
    students = sorted(path for path in handed_in.iterdir() if not path.name.startswith("."))
    if not students:
        raise UserError(f"{handed_in}: the folder is empty. It must hold one folder per student")
    for path in students:
        yield collect_one(assignment, path, folder)


def collect_one(assignment: Assignment, path: Path, folder: CourseFolder) -> Collected:
    """Copy one student's folder into `submitted/`, and into `attempts/`, where all of them stay."""
    student = path.name
    if not STUDENT.fullmatch(student):
        return Collected(student, False, "not collected: the folder's name is no student id")
    if path.is_symlink() or not path.is_dir():
        return Collected(student, False, "not collected: not a folder (a link or a file)")
    try:
        notebook, note = find_notebook(assignment, path)
        files = dict(files_beside(path, notebook))
        files[f"{assignment.notebook}.ipynb"] = notebook.read_bytes()
        stamp, doubt = time_of(notebook)
    except UserError as error:
        return Collected(student, False, f"not collected: {error}")
    except OSError as error:  # it may not be read, or is changed at this moment
        why = f"{Path(error.filename or path).name}: {error.strerror}"
        return Collected(student, False, f"not collected: {why}")
    keep_present(folder, assignment.name, student)
    if unchanged(folder.submitted / student / assignment.name, files):
        doubt = ""
    else:
        called = name_of(notebook, path) if note else ""
        put_in_place(folder, assignment.name, student, files, stamp, called)
        keep_present(folder, assignment.name, student)
    notes = [note, doubt, readable(assignment, files)]
    return Collected(student, True, "; ".join(filter(None, notes)))


def time_of(notebook: Path) -> tuple[str, str]:
    """When a notebook was handed in, as its file says, and a note where that cannot be."""
    told, seconds = None, notebook.stat().st_mtime
    with suppress(ValueError, OverflowError, OSError):  # no calendar goes that far
        told = datetime.fromtimestamp(seconds, UTC)
    if told and told >= EARLIEST:
        return f"{told:%Y-%m-%d %H:%M:%S} UTC", ""
    now, date = datetime.now(UTC), f" ({told:%Y-%m-%d})" if told else ""
    note = f"the file's date{date} cannot be; the time of collecting counts"
    return f"{now:%Y-%m-%d %H:%M:%S} UTC", note


def is_text(name: str) -> bool:
    """Whether a file's name can be written as UTF-8."""
    return not any("\ud800" <= char <= "\udfff" for char in name)


def files_beside(path: Path, notebook: Path) -> Iterator[tuple[str, bytes]]:
    """The other files of a submission, by relative name.

    Links, hidden files and names that are no text (bytes beside UTF-8) are left out.
    """
    left, count = BYTES_LIMIT, 0
    for parent, folders, names in os.walk(path, followlinks=False):
        depth = len(Path(parent).relative_to(path).parts)
        seen = sorted(folders) if depth < NESTED else []
        folders[:] = [name for name in seen if not IGNORED.search(name)]
        for name in sorted(names):
            file = Path(parent, name)
            relative = file.relative_to(path).as_posix()
            skipped = file == notebook or relative in OURS or IGNORED.search(relative)
            if skipped or not is_plain(file) or not is_text(relative):
                continue
            count += 1
            left -= file.stat().st_size
            if left < 0 or count > FILES_LIMIT:
                bound = f"{FILES_LIMIT} files or {BYTES_LIMIT >> 20} MB"
                raise UserError(f"more than {bound} beside the notebook; remove what is not needed")
            yield relative, file.read_bytes()


def readable(assignment: Assignment, files: dict[str, bytes]) -> str:
    """A note where the notebook cannot be graded as it is."""
    name = f"{assignment.notebook}.ipynb"
    try:
        read_notebook(name, files[name])
    except SubmissionError as error:
        return str(error)
    return ""


def unchanged(target: Path, files: dict[str, bytes]) -> bool:
    """Whether `target` already holds exactly this submission."""
    return target.is_dir() and read_files(target) == files
