"""Reads what lies in a classic course's folders: the plan of an assignment and submissions."""

import os
import re
from pathlib import Path

from autograder.attempts import LONGEST, TIMESTAMP
from autograder.classic.ledger import Ledger
from autograder.classic.plan import Plan
from autograder.classic.settings import ClassicFolder
from autograder.classic.team import Handed
from autograder.collect import files_beside
from autograder.config import IMPORTABLE, did_you_mean
from autograder.core.errors import UserError
from autograder.inputs import bytes_of
from autograder.named import is_plain

NOTEBOOK = ".ipynb"


def plan_of(folder: ClassicFolder, ledger: Ledger, assignment: str) -> Plan:
    """All that grading an assignment depends on; UserError where it was never generated."""
    refuse_unknown(folder, ledger, assignment)
    notebooks = ledger.notebooks(assignment)
    for notebook in notebooks:
        if notebook.language != "python":
            what = f"{assignment}/{notebook.file} is written in {notebook.language}"
            raise UserError(f"{folder.root}: {what}. Only Python notebooks can be graded here")
    source = folder.source_of(assignment)
    return Plan(
        assignment,
        notebooks,
        files=source_files(folder, source),
        kept=folder.kept.get(assignment, frozenset()),
        limits=folder.limits,
        restores=folder.restores,
        notice=folder.notice,
        delimiters=folder.delimiters,
        imports=imports_of(source),
    )


def refuse_unknown(folder: ClassicFolder, ledger: Ledger, assignment: str) -> None:
    """UserError with the nearest name where there is no such assignment at all."""
    known = sorted({*ledger.assignments(), *assignments_in(folder)})
    if assignment not in known:
        hint = did_you_mean(assignment, known)
        what = f"assignment {assignment!r} is not known{hint} {', '.join(known) or 'none'}"
        raise UserError(f"{folder.root}: {what}")


def assignments_in(folder: ClassicFolder) -> list[str]:
    """The assignments that have a folder with notebooks in source/."""
    place = folder.place("source", ".", "*").relative_to(folder.root)
    return sorted({path.name for path in folder.root.glob(str(place)) if notebooks_in(path)})


def notebooks_in(source: Path) -> list[Path]:
    """The notebooks of an assignment's master version."""
    return sorted(source.glob(f"*{NOTEBOOK}")) if source.is_dir() else []


def source_files(folder: ClassicFolder, source: Path) -> dict[str, bytes]:
    """The files that the course lays beside a submission, as nbgrader chooses them."""
    from nbgrader.utils import find_all_files

    ignored = [*folder.ignored, f"*{NOTEBOOK}"]
    found = [Path(name) for name in find_all_files(str(source), ignored)]
    return {file.relative_to(source).as_posix(): file.read_bytes() for file in sorted(found)}


def imports_of(source: Path) -> tuple[str, ...]:
    """The large modules that an assignment's notebooks import."""
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in notebooks_in(source)]
    return tuple(
        name
        for name in IMPORTABLE
        if any(re.search(rf"\b(import|from)\s+{name}\b|\b{name}\.", text) for text in texts)
    )


def handed_by(folder: ClassicFolder, plan: Plan, student: str) -> Handed:
    """What a student handed in; links, devices and hidden files are left out."""
    place = folder.place("submitted", student, plan.name)
    found = {notebook.file: place / notebook.file for notebook in plan.notebooks}
    notebooks: dict[str, bytes] = {}
    try:
        there = {name: file for name, file in found.items() if file.is_file() and is_plain(file)}
        notebooks |= {name: bytes_of(file) for name, file in there.items()}
        files = dict(files_beside(place, place))
    except UserError as error:
        return Handed(student, notebooks, damage=str(error))
    except OSError as error:  # it may not be read, or is changed at this moment
        damage = f"{Path(error.filename or place).name}: {error.strerror}"
        return Handed(student, notebooks, damage=damage)
    others = {name: data for name, data in files.items() if not name.endswith(NOTEBOOK)}
    return Handed(student, notebooks, others, "" if there else misnamed(place, list(found)))


def misnamed(place: Path, wanted: list[str]) -> str:
    """What to say where none of the assignment's notebooks are there."""
    present = ", ".join(sorted(path.name for path in place.glob(f"*{NOTEBOOK}")))
    return f"no {' or '.join(wanted)} was handed in, but {present or 'no notebook at all'}"


def stamp_of(folder: ClassicFolder, plan: Plan, student: str) -> str:
    """The time stamp beside a submission, as nbgrader writes and reads it; empty for no stamp."""
    file = folder.place("submitted", student, plan.name) / TIMESTAMP
    if not os.access(file, os.R_OK) or not is_plain(file) or file.stat().st_size > LONGEST:
        return ""
    return file.read_text(encoding="utf-8", errors="replace").strip()
