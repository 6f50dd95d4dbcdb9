"""Builds the notebook that students get from its lesson and its reference."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.core.assignment import Assignment
from autograder.core.errors import CourseError
from autograder.lesson import weave
from autograder.lesson.notebook import (
    LessonCell,
    NotebookCell,
    notebook_text,
    read_lesson,
    stable_ids,
)

Filling = Callable[[str], str]
FIXED = {"deletable": False, "editable": False}
FOLDED = {"jupyter": {"source_hidden": True}}
LONG = 25  # lines of provided code, from which on it is folded: it is to be run, not read


def built_text(assignment: Assignment) -> str:
    """The released notebook's text: stubs in the solution cells."""
    return filled_text(assignment, lambda id: weave.stub(assignment.reference_file, id))


def solved_text(assignment: Assignment, other: dict[str, str] | None = None) -> str:
    """The notebook solved by the reference, or by the text in `other` for some questions."""
    given = other or {}
    return filled_text(
        assignment,
        lambda id: given[id] if id in given else weave.solution(assignment.reference_file, id),
    )


def with_solution(text: str, question: str, source: str) -> str:
    """The text of a built notebook with another source in one solution cell."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == f"{question}-solution":
            cell["source"] = source
    return json.dumps(notebook)


def filled_text(assignment: Assignment, filling: Filling) -> str:
    """The notebook with `filling(question)` in each solution cell."""
    lesson = read_lesson(assignment.lesson)
    check_markers(assignment, lesson)
    ids = stable_ids(f"{cell.marker}/{cell.question or cell.source}" for cell in lesson)
    cells = []
    provided = 0
    for cell, id in zip(lesson, ids, strict=True):
        provided += is_provided(cell)
        source = filling(cell.question) if cell.marker == "solution" else cell.source
        metadata = metadata_of(assignment, cell, provided)
        cells.append(NotebookCell(cell.kind, source, id, metadata))
    return notebook_text(cells)


def is_provided(cell: LessonCell) -> bool:
    """Code that the course provides and that runs while grading."""
    return cell.kind == "code" and not cell.marker


def metadata_of(assignment: Assignment, cell: LessonCell, provided: int) -> dict[str, Any]:
    """nbgrader's metadata (schema 3) for one cell of a lesson."""
    if cell.marker == "show":
        return {"autograder": {"show": True}} | FOLDED
    if cell.marker == "solution":
        return nbgrader(cell, f"{cell.question}-solution", solution=True)
    if cell.marker == "test":
        points = assignment.question(cell.question).points
        return FIXED | nbgrader(cell, cell.question, grade=True, locked=True, points=points)
    if cell.marker == "written":
        points = assignment.question(cell.question).points
        return nbgrader(cell, cell.question, grade=True, solution=True, points=points)
    if is_provided(cell):
        folded = FOLDED if len(cell.source.splitlines()) > LONG else {}
        return FIXED | folded | nbgrader(cell, f"provided-{provided}", locked=True)
    return {}


def nbgrader(cell: LessonCell, grade_id: str, **marks: Any) -> dict[str, Any]:
    """The `nbgrader` entry of a cell's metadata."""
    entry = {"grade": False, "solution": False, "locked": False, "task": False} | marks
    fixed = {"schema_version": 3, "grade_id": grade_id, "cell_type": cell.kind}
    return {"nbgrader": dict(sorted((entry | fixed).items()))}


def check_markers(assignment: Assignment, lesson: list[LessonCell]) -> None:
    """Each question has its cells, and each marked cell its question."""
    file = assignment.lesson
    known = {question.id: question for question in assignment.questions}
    for cell in lesson:
        if cell.question and cell.question not in known:
            what = f"a cell is marked {cell.marker}={cell.question!r}"
            raise CourseError(file, what, f"Questions in assignment.yaml: {', '.join(known)}")
    for question in assignment.questions:
        wanted = ["written"] if question.written else ["solution", "test"]
        for marker in wanted:
            found = sum((cell.marker, cell.question) == (marker, question.id) for cell in lesson)
            if found != 1:
                what = f"question {question.id} has {found} cells marked {marker}"
                raise CourseError(file, what, f'Mark exactly one: # %% {marker}="{question.id}"')


def write_built(assignment: Assignment) -> bool:
    """Write the notebook beside its lesson; whether that changed the file."""
    text = built_text(assignment)
    if is_current(assignment.built, text):
        return False
    assignment.built.write_text(text, encoding="utf-8")
    return True


def is_current(file: Path, text: str) -> bool:
    """Whether `file` holds exactly `text`."""
    return file.is_file() and file.read_text(encoding="utf-8") == text
