"""Brings notebooks that were handed in into the course folder, byte for byte.

Nothing in the folder is trusted: links and devices are left out, names are checked, sizes have
bounds. A file that cannot be graded is collected all the same, and said so.
"""

import os
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.core.assignment import Assignment
from autograder.core.errors import SubmissionError, UserError
from autograder.core.submission import SIZE_LIMIT, read_notebook
from autograder.folder import CourseFolder

STUDENT = re.compile(r"\w[\w.@+ -]{0,63}")
FILES_LIMIT = 200
BYTES_LIMIT = 32 << 20  # of all files beside the notebook
IGNORED = re.compile(r"(^|/)(\.|__pycache__|__MACOSX)")
TIMESTAMP = "timestamp.txt"


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
    """Copy one student's folder into `submitted/`; an earlier submission moves to `attempts/`."""
    student = path.name
    if not STUDENT.fullmatch(student):
        return Collected(student, False, "not collected: the folder's name is no student id")
    if path.is_symlink() or not path.is_dir():
        return Collected(student, False, "not collected: not a folder (a link or a file)")
    try:
        notebook, note = find_notebook(assignment, path)
        files = dict(files_beside(path, notebook))
    except UserError as error:
        return Collected(student, False, f"not collected: {error}")
    files[f"{assignment.notebook}.ipynb"] = notebook.read_bytes()
    target = folder.submitted / student / assignment.name
    if not unchanged(target, files):
        keep_earlier(target, folder.root / "attempts" / assignment.name / student)
        write(target, files, notebook.stat().st_mtime)
    return Collected(student, True, "; ".join(filter(None, [note, readable(assignment, files)])))


def find_notebook(assignment: Assignment, path: Path) -> tuple[Path, str]:
    """The notebook in a student's folder, and a note where its name is another."""
    wanted = f"{assignment.notebook}.ipynb"
    notebooks = sorted(path.glob("*.ipynb"))
    found = [each for each in notebooks if is_plain(each) and not IGNORED.search(each.name)]
    for each in found:
        if each.name == wanted:
            return sized(each), ""
    if len(found) == 1:
        return sized(found[0]), f"the notebook was named {found[0].name!r}"
    what = "no notebook" if not found else f"{len(found)} notebooks, none of them {wanted}"
    raise UserError(f"{what}; put {wanted} there")


def is_plain(path: Path) -> bool:
    """Whether a path is an ordinary file, not a link, device or pipe."""
    return stat.S_ISREG(path.lstat().st_mode)


def is_text(name: str) -> bool:
    """Whether a file's name can be written as UTF-8."""
    return not any("\ud800" <= char <= "\udfff" for char in name)


def sized(notebook: Path) -> Path:
    """The notebook, unless it is too large to be read at all."""
    if notebook.stat().st_size > SIZE_LIMIT:
        raise UserError(f"{notebook.name} has more than {SIZE_LIMIT >> 20} MB; clear its outputs")
    return notebook


def files_beside(path: Path, notebook: Path) -> Iterator[tuple[str, bytes]]:
    """The other files of a submission, by relative name.

    Links, hidden files and names that are no text (bytes beside UTF-8) are left out.
    """
    left, count = BYTES_LIMIT, 0
    for parent, folders, names in os.walk(path, followlinks=False):
        folders[:] = [name for name in sorted(folders) if not IGNORED.search(name)]
        for name in sorted(names):
            file = Path(parent, name)
            relative = file.relative_to(path).as_posix()
            skipped = file == notebook or relative == TIMESTAMP or IGNORED.search(relative)
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


def read_files(target: Path) -> dict[str, bytes]:
    """All files of a collected submission, the time stamp left out."""
    return {
        file.relative_to(target).as_posix(): file.read_bytes()
        for file in sorted(target.rglob("*"))
        if file != target / TIMESTAMP and not file.is_symlink() and file.is_file()
    }


def keep_earlier(target: Path, attempts: Path) -> None:
    """Move an earlier submission out of the way, under the next free number."""
    if target.exists():
        attempts.mkdir(parents=True, exist_ok=True)
        taken = (int(path.name) for path in attempts.iterdir() if path.name.isdecimal())
        number = 1 + max(taken, default=0)
        shutil.move(target, attempts / f"{number:03}")


def write(target: Path, files: dict[str, bytes], modified: float) -> None:
    """Write a submission and nbgrader's time stamp beside its final place, then move it there."""
    half = target.with_name(f".{target.name}.part")
    shutil.rmtree(half, ignore_errors=True)
    for name, data in files.items():
        (half / name).parent.mkdir(parents=True, exist_ok=True)
        (half / name).write_bytes(data)
    moment = datetime.fromtimestamp(modified, UTC)
    (half / TIMESTAMP).write_text(f"{moment:%Y-%m-%d %H:%M:%S} UTC", encoding="utf-8")
    half.rename(target)
