"""Releases an assignment through nbgrader, after proof that nothing secret goes with it."""

import contextlib
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.core.assignment import Assignment
from autograder.core.errors import CourseError, GraderError
from autograder.database import locked
from autograder.extensions import rules_of
from autograder.folder import CourseFolder
from autograder.gradebook import Gradebook
from autograder.lesson.build import built_text
from autograder.lesson.notebook import read_cells
from autograder.lesson.weave import body_lines

LOCKED = "database is locked"


def release(assignment: Assignment, folder: CourseFolder) -> list[str]:
    """Build the notebook and have nbgrader release it; what was written, a line each.

    CourseError where something would leak, or where cells were added or removed while there are
    submissions; nothing is written then.
    """
    notebook = folder.source_notebook(assignment.name, assignment.notebook)
    text = built_text(assignment)
    refuse_leaks(assignment, texts_beside(notebook) | {notebook.name: text})
    with Gradebook(folder) as gradebook:
        refuse_changed_cells(assignment, text, gradebook)
    notebook.parent.mkdir(parents=True, exist_ok=True)
    notebook.write_text(text, encoding="utf-8")
    generate(assignment, folder)
    with Gradebook(folder) as gradebook:
        gradebook.settle(assignment.name, rules_of(assignment, folder))  # nbgrader wants due dates
    files = sorted(folder.release_notebook(assignment.name, assignment.notebook).parent.rglob("*"))
    return [f"released: {file}" for file in files if file.is_file()]


def refuse_leaks(assignment: Assignment, texts: Mapping[str, str]) -> None:
    """CourseError with the first thing that would be given away."""
    for where, what in leaks(assignment, texts):
        remedy = "Take it out of the lesson, or out of the folder, then release again"
        raise CourseError(f"{assignment.name}: {where}", f"gives away {what}", remedy)


def texts_beside(notebook: Path) -> dict[str, str]:
    """All files in the source folder of an assignment: nbgrader releases each of them."""
    folder = notebook.parent
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8", errors="replace")
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def leaks(assignment: Assignment, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Where a text (by file name) repeats a line of a solution, mistake, variant or hidden test.

    Each find is a place in the text and what stands there, with the file and line it is from.
    """
    known = secrets(assignment)
    found = []
    for name, text in texts.items():
        pieces = [(place, plain(line)) for place, line in lines(name, text)]
        everything = "\n".join(line for _, line in pieces)
        hits = [secret for secret in known if secret in everything]
        for place, line in pieces:
            found += [(place, f"{known[hit]} “{hit}”") for hit in hits if hit in line]
    return found


def secrets(assignment: Assignment) -> dict[str, str]:
    """The lines that students must not get, each with its file and number."""
    files = (
        assignment.reference_file,
        assignment.mistakes_file,
        assignment.variants_file,
        assignment.hidden_tests,
    )
    return {
        line: place
        for file in files
        if file.is_file()
        for line, place in secret_lines(file).items()
    }


def secret_lines(file: Path) -> dict[str, str]:
    """The telling lines of one module, each with its place."""
    try:
        telling = body_lines(file)
    except SyntaxError as error:
        raise CourseError(f"{file}:{error.lineno}", error.msg, "Correct that line") from None
    numbered = enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    places = {plain(line): f"{file.name}:{number}" for number, line in numbered}
    return {line: places[line] for line in telling}


def lines(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Each line of a file with its place; of a notebook all texts, whatever their kind."""
    if not name.endswith(".ipynb"):
        yield from ((f"{name}:{number}", line) for number, line in enumerate(text.splitlines(), 1))
        return
    notebook = json.loads(text)
    for number, cell in enumerate(notebook.pop("cells"), 1):
        source = "".join(cell.pop("source"))
        for index, line in enumerate(source.splitlines(), 1):
            yield f"{name}, cell {number}, line {index}", line
        yield from ((f"{name}, cell {number}", line) for line in strings(cell))
    yield from ((name, line) for line in strings(notebook))


def strings(value: Any) -> Iterator[str]:
    """All lines of text within a JSON value."""
    if isinstance(value, str):
        yield from value.splitlines()
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def plain(line: str) -> str:
    """A line without its indentation and with single spaces, as `body_lines` has it."""
    return " ".join(line.split())


def refuse_changed_cells(assignment: Assignment, text: str, gradebook: Gradebook) -> None:
    """CourseError where nbgrader would refuse to change the cells of what is handed in."""
    frozen = gradebook.frozen_cells(assignment.name)
    cells = {(assignment.notebook, cell.grade_id) for cell in read_cells(text) if cell.grade_id}
    if frozen is None or frozen == cells:
        return
    changes = [f"{notebook}/{id} is gone" for notebook, id in sorted(frozen - cells)]
    changes += [f"{notebook}/{id} is new" for notebook, id in sorted(cells - frozen)]
    what = f"cells were added or removed while there are submissions: {', '.join(changes)}"
    remedy = "Undo that, or give the new version another assignment name"
    raise CourseError(assignment.lesson, what, remedy)


def generate(assignment: Assignment, folder: CourseFolder) -> None:
    """Run nbgrader's generate_assignment with the course folder's settings, wherever we are."""
    from nbgrader.apps.api import NbGraderAPI
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader(folder.config.name, path=str(folder.root)).load_config()
    api = NbGraderAPI(config=config)
    with contextlib.redirect_stderr(io.StringIO()):  # it is in the log, too
        done = api.generate_assignment(assignment.name)
    if not done["success"]:
        raise GraderError(failure(assignment, folder, done.get("log", "") + done["error"]))


def failure(assignment: Assignment, folder: CourseFolder, log: str) -> str:
    """nbgrader's log in one sentence that says what to do."""
    if LOCKED in log:
        return locked(folder)
    reasons = [line for line in log.splitlines() if "Error: " in line or "Exception: " in line]
    reason = reasons[0].strip() if reasons else "it gave no reason"
    remedy = (
        f"For its whole log run `nbgrader generate_assignment {assignment.name}` in {folder.root}"
    )
    return f"nbgrader cannot release {assignment.name}: {reason}. {remedy}"
