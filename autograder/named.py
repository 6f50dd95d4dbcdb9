"""Finds the notebook among the files of a student, whatever browsers and people have named it."""

import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from autograder.core.assignment import Assignment
from autograder.core.errors import SubmissionError, UserError
from autograder.core.pieces import bare
from autograder.core.submission import SIZE_LIMIT, Cell, read_notebook

IGNORED = re.compile(r"(^|/)(\.|__pycache__|__MACOSX)")
ENDINGS = (".ipynb", ".ipynb.txt", ".ipynb.json")  # the latter two are some browsers' doing
DEPTH = 3  # folders that an unpacked archive may have added
NESTED = 30  # folders, each in the one before, that are looked into: Python's walks are recursive
COUNT = 50  # notebooks that are looked at


def find_notebook(assignment: Assignment, path: Path) -> tuple[Path, str]:
    """The notebook in a student's folder, and a note where its name or place is another."""
    wanted = f"{assignment.notebook}.ipynb"
    found = sorted(each for each in path.iterdir() if is_notebook(each, path))
    if not found:
        found = [each for each in below(path) if is_notebook(each, path)][:COUNT]
    for each in found:
        if each.relative_to(path).as_posix() == wanted:
            return sized(each), ""
    chosen = found[0] if len(found) == 1 else likeliest(assignment, found)
    if chosen:
        others = f", and taken from {len(found)} notebooks" if len(found) > 1 else ""
        return sized(chosen), f"the notebook was named {name_of(chosen, path)!r}{others}"
    what = "no notebook" if not found else f"{len(found)} notebooks, none of them {wanted}"
    raise UserError(f"{what}; put {wanted} there")


def below(path: Path, depth: int = DEPTH) -> Iterator[Path]:
    """The files in the folders of a folder; links are not followed."""
    for folder in sorted(each for each in path.iterdir() if not IGNORED.search(each.name)):
        if stat.S_ISDIR(folder.lstat().st_mode):
            yield from sorted(each for each in folder.iterdir() if is_plain(each))
            yield from below(folder, depth - 1) if depth > 1 else ()


def files_in(folder: Path, depth: int = NESTED) -> Iterator[Path]:
    """The plain files of a folder and of those in it, as far as they can be seen."""
    with suppress(PermissionError):
        for each in sorted(folder.iterdir()):
            if is_plain(each):
                yield each
            elif stat.S_ISDIR(each.lstat().st_mode) and depth:
                yield from files_in(each, depth - 1)


def is_notebook(file: Path, path: Path) -> bool:
    """Whether a file is a notebook by its name, and no link, hidden file or the like."""
    relative = file.relative_to(path).as_posix()
    named = file.name.casefold().endswith(ENDINGS) and not IGNORED.search(relative)
    return named and is_plain(file)


def is_plain(path: Path) -> bool:
    """Whether a path is an ordinary file, not a link, device or pipe."""
    return stat.S_ISREG(path.lstat().st_mode)


def sized(notebook: Path) -> Path:
    """The notebook, unless it is too large to be read at all."""
    if notebook.stat().st_size > SIZE_LIMIT:
        raise UserError(f"{notebook.name} has more than {SIZE_LIMIT >> 20} MB; clear its outputs")
    return notebook


def name_of(file: Path, path: Path) -> str:
    """A file's name below a folder, as text."""
    return file.relative_to(path).as_posix().encode("utf-8", "replace").decode()


def likeliest(assignment: Assignment, found: Sequence[Path]) -> Path | None:
    """The one whose name speaks of the assignment, the newest of several; else by its cells."""
    word = plain(assignment.notebook)
    similar = [each for each in found if word in plain(each.name)]
    similar = similar or [each for each in found if belongs(assignment, each)]
    newest = sorted(similar, key=lambda each: each.stat().st_mtime_ns)[-2:]
    if len(newest) == 2 and newest[0].stat().st_mtime_ns == newest[1].stat().st_mtime_ns:
        return None
    return newest[-1] if newest else None


def plain(name: str) -> str:
    """A name in small letters without signs: `Übung-1 (2)` is `übung12` in any spelling."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFC", name).casefold())


def belongs(assignment: Assignment, notebook: Path) -> bool:
    """Whether a notebook has cells of the assignment."""
    try:
        released = read_notebook("release", assignment.built.read_bytes()).cells
        cells = read_notebook(notebook.name, sized(notebook).read_bytes()).cells
    except (OSError, SubmissionError, UserError):
        return False
    known = {sign for cell in released for sign in signs(cell)}
    return any(sign in known for cell in cells for sign in signs(cell))


def signs(cell: Cell) -> set[str]:
    """What a cell is known by: its mark, unless many notebooks have it, and a text of some size."""
    mark = "" if cell.grade_id.startswith("provided-") else cell.grade_id
    text = bare(cell.source)
    return {mark, text if len(text) > 40 else ""} - {""}
