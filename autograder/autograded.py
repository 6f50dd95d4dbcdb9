"""Writes `autograded/`: the notebooks that formgrader shows and nbgrader makes feedback from.

A notebook is built from the released one, whose metadata and locked cells can be trusted, and the
student's answers. All that a student wrote is hostile: text is made harmless, outputs are taken
from our own run, and nothing else of the notebook that was handed in gets here.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from autograder.attempts import SECRET, TIMESTAMP
from autograder.core.assignment import Assignment
from autograder.core.errors import SubmissionError, UserError
from autograder.core.outcome import Outcome
from autograder.core.pieces import bare
from autograder.core.repair import Repaired, repaired
from autograder.core.result import CellRun, Check, QuestionResult, Result
from autograder.core.submission import Cell, Submission, read_notebook
from autograder.folder import CourseFolder
from autograder.lesson.notebook import NotebookCell, quick_text, read_cells, stable_ids
from autograder.neutral import harmless
from autograder.whole import put

KINDS = ("text/plain", "image/png")  # of a display
SIGNS = {Outcome.PASSED: "✓", Outcome.SKIPPED: "–", Outcome.BROKEN: "?"}  # all others: ✗


def write(
    assignment: Assignment, folder: CourseFolder, student: str, data: bytes, result: Result
) -> Path:
    """Write one student's notebook with our outputs; UserError where nothing was released."""
    release = released_text(assignment, folder)
    meant = result.meant or repaired(submitted(data), read_notebook("release", release.encode()))
    cells = graded_cells(base_of(release), meant, result)
    cells = with_rubrics(assignment, cells)
    written = quick_text(with_ids(cells)).encode("utf-8", "replace")  # no lone surrogates
    file = folder.autograded_notebook(student, assignment.name, assignment.notebook)
    put(file, written)
    given = folder.submitted_notebook(student, assignment.name, assignment.notebook)
    for name in (TIMESTAMP, SECRET):
        if os.access(given.with_name(name), os.R_OK):  # else it is not there, or closed
            file.with_name(name).unlink(missing_ok=True)  # nbgrader's copy is read-only
            shutil.copyfile(given.with_name(name), file.with_name(name))
    return file


def released_text(assignment: Assignment, folder: CourseFolder) -> str:
    """The released notebook, with nbgrader's checksums; UserError where it is none."""
    file = folder.release_notebook(assignment.name, assignment.notebook)
    try:
        text = file.read_text(encoding="utf-8")
        base_of(text)
    except FileNotFoundError:
        remedy = f"Run `autograder release {assignment.name}` first"
        raise UserError(f"{file}: not released yet. {remedy}") from None
    except (ValueError, KeyError, TypeError):
        remedy = f"Run `autograder release {assignment.name}` again"
        raise UserError(f"{file}: is no notebook any more. {remedy}") from None
    return text


@dataclass(frozen=True)
class Base:
    """The released cells, and the place of each by its id and by its text, counted from 1."""

    cells: Sequence[NotebookCell]
    ids: Mapping[str, int]
    texts: Mapping[tuple[str, str], int]


@lru_cache(maxsize=1)  # it is the same for a whole class
def base_of(text: str) -> Base:
    """What a released notebook is to the notebooks that are built from it."""
    cells = read_cells(text)
    return Base(
        cells,
        {cell.grade_id: place for place, cell in enumerate(cells, 1) if cell.grade_id},
        {(cell.kind, bare(cell.source)): place for place, cell in enumerate(cells, 1)},
    )


def submitted(data: bytes) -> Submission:
    """The notebook that was handed in; one without cells where the file is none."""
    try:
        return read_notebook("notebook", data)
    except SubmissionError:
        return Submission("notebook", ())


def graded_cells(base: Base, meant: Repaired, result: Result) -> Iterator[NotebookCell]:
    """The released cells with answers and outputs, each followed by what the student put there."""
    extras = extra_cells(base, meant)
    runs = Runs(result.cells)
    questions = {question.id: question for question in result.questions}
    yield from notes([*result.repairs, *result.problems])
    yield from (ordinary(cell, runs) for cell in extras[0])
    for place, cell in enumerate(base.cells, 1):
        given = meant.answers.get(cell.grade_id)
        yield slot(cell, given, runs, questions.get(cell.grade_id))
        yield from (ordinary(extra, runs) for extra in extras[place])


def with_rubrics(assignment: Assignment, cells: Iterable[NotebookCell]) -> Iterator[NotebookCell]:
    """Each written answer followed by its rubric, for the person who grades it."""
    rubrics = {question.id: question.rubric for question in assignment.questions}
    for cell in cells:
        yield cell
        if rubric := rubrics.get(cell.grade_id):
            lines = "\n".join(f"* {points:g}: {criterion}" for criterion, points in rubric)
            yield NotebookCell("markdown", f"**Rubric** (points by criterion)\n\n{lines}", "")


def extra_cells(base: Base, meant: Repaired) -> list[list[Cell]]:
    """The student's other cells, by the number of released cells that come before them."""
    used = {id(cell): base.ids[name] for name, cell in meant.answers.items() if cell is not None}
    extras: list[list[Cell]] = [[] for _ in range(len(base.cells) + 1)]
    last = 0
    for cell in meant.cells:
        same = base.texts.get((cell.kind, bare(cell.source)))
        last = used.get(id(cell)) or base.ids.get(cell.grade_id) or same or last
        if id(cell) not in used and same is None and cell.source.strip():
            extras[last].append(cell)
    return extras


class Runs:
    """What became of the cells that ran, to be asked for by their text, each once."""

    def __init__(self, cells: Iterable[CellRun]) -> None:
        self._left: dict[str, list[CellRun]] = {}
        for run in cells:
            self._left.setdefault(bare(run.source), []).append(run)

    def outputs(self, source: str) -> tuple[dict[str, Any], ...]:
        """The outputs of the next run of this text that may be shown."""
        runs = self._left.get(bare(source))
        found = runs.pop(0).outputs if runs else ()
        return tuple(output for raw in found for output in shown(raw))


def shown(output: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An output cut down to text and pictures, or nothing."""
    kind = output["output_type"]
    if kind == "stream":
        name = "stderr" if output["name"] == "stderr" else "stdout"
        yield stream(str(output["text"]), name)
    elif kind == "error":
        words = {name: str(output[name]) for name in ("ename", "evalue")}
        yield {
            "output_type": kind,
            **words,
            "traceback": [str(line) for line in output["traceback"]],
        }
    elif data := {
        mime: str(output["data"][mime]) for mime in KINDS if mime in output.get("data", {})
    }:
        yield {"output_type": "display_data", "data": data, "metadata": {}}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    """Printed text as an output."""
    return {"output_type": "stream", "name": name, "text": text}


def slot(
    cell: NotebookCell, given: Cell | None, runs: Runs, question: QuestionResult | None
) -> NotebookCell:
    """A released cell as the student left it, with what our run or our checks have to say."""
    if cell.kind == "markdown":
        return replace(cell, source=harmless(given.source)) if given else cell
    source = given.source if given else cell.source
    outputs = runs.outputs(source)
    if question and not cell.is_answer:
        outputs = (stream("\n".join(verdict(question)) + "\n"),)
    return replace(cell, source=source, outputs=outputs) if given or outputs else cell


def ordinary(cell: Cell, runs: Runs) -> NotebookCell:
    """A cell of the student's own, without any metadata."""
    if cell.kind == "code":
        return NotebookCell("code", cell.source, "", outputs=runs.outputs(cell.source))
    return NotebookCell("markdown", harmless(cell.source), "")


def notes(problems: Sequence[str]) -> Iterator[NotebookCell]:
    """A first cell with what is odd about the notebook, where something is."""
    if problems:
        lines = "\n".join(f"* {harmless(' '.join(problem.split()))}" for problem in problems)
        yield NotebookCell("markdown", f"**Notes of the autograder**\n\n{lines}", "")


def verdict(question: QuestionResult) -> Iterator[str]:
    """The checks of a question, as lines of text."""
    earned = "waits for a person" if question.earned is None else f"{question.earned:g}"
    yield f"{question.id}: {earned} of {question.possible:g} points"
    for check in question.checks:
        yield from check_lines(check)


def check_lines(check: Check) -> Iterator[str]:
    """One check: sign, points and title, then what was seen and what to think about."""
    points = f"{check.earned:g}/{check.possible:g}"
    yield f"{SIGNS.get(check.outcome, '✗')} {points:>7}  {check.title}"
    if check.message:
        yield f"           {check.message}"
    if check.hint and check.outcome is not Outcome.PASSED:
        yield f"           Hint: {check.hint}"


def with_ids(cells: Iterable[NotebookCell]) -> list[NotebookCell]:
    """The cells with an id each, those of the release as they are."""
    known = list(cells)
    ids = iter(stable_ids(f"/{cell.kind}/{cell.source}" for cell in known if not cell.id))
    return [cell if cell.id else replace(cell, id=f"own-{next(ids)}") for cell in known]
