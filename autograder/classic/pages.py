"""Writes a classic course's `autograded/`, for formgrader and nbgrader's own feedback.

The cells are the student's, with locked ones restored. Text is made harmless, outputs are taken
from our own run and cut to what a person reads, metadata comes from the gradebook alone.
"""

import os
from collections.abc import Iterator
from typing import Any

from autograder.attempts import SECRET, TIMESTAMP, is_plain
from autograder.autograded import notes, shown, with_ids
from autograder.classic.plan import Plan, PlannedNotebook
from autograder.classic.restore import RestoredCell
from autograder.classic.run import RanNotebook
from autograder.classic.score import with_error
from autograder.classic.settings import ClassicFolder
from autograder.core.result import CellRun
from autograder.lesson.notebook import NotebookCell, quick_text
from autograder.neutral import harmless
from autograder.whole import put

SHOWN = 20_000  # characters of one cell's printed text
CUT = "\n… (the rest is not shown)\n"


def write(
    folder: ClassicFolder, plan: Plan, student: str, runs: dict[str, RanNotebook], stamp: str
) -> None:
    """Write a student's notebooks and the course's files beside them; the time stamp comes last."""
    place = folder.place("autograded", student, plan.name)
    (place / TIMESTAMP).unlink(missing_ok=True)
    for notebook in plan.notebooks:
        if ran := runs.get(notebook.name):
            text = quick_text(with_ids(cells(notebook, ran))).encode("utf-8", "replace")
            put(place / notebook.file, text)
        else:
            (place / notebook.file).unlink(missing_ok=True)
    for name, data in plan.files.items():
        put(place / name, data)
    secret = folder.place("submitted", student, plan.name) / SECRET
    # by it `nbgrader release_feedback` knows whose feedback it is
    if os.access(secret, os.R_OK) and is_plain(secret):
        put(place / SECRET, secret.read_bytes())
    if stamp:
        put(place / TIMESTAMP, stamp.encode())


def is_written(folder: ClassicFolder, plan: Plan, student: str, names: set[str]) -> bool:
    """Whether the notebooks in `names`, and no others of the plan, are in `autograded/`."""
    place = folder.place("autograded", student, plan.name)
    there = {each.name for each in plan.notebooks if (place / each.file).is_file()}
    return there == names


def cells(plan: PlannedNotebook, ran: RanNotebook) -> Iterator[NotebookCell]:
    """The notebook's cells, with what is odd about it before them."""
    odd = [ran.damage] if ran.damage else list(ran.restored.problems)
    yield from notes(odd)
    if ran.damage:
        for slot in plan.slots:
            yield NotebookCell(slot.kind, slot.source, "", {"nbgrader": slot.metadata})
    for cell, run in zip(ran.restored.cells, ran.runs, strict=True):
        yield shown_cell(cell, run)


def shown_cell(cell: RestoredCell, run: CellRun | None) -> NotebookCell:
    """One cell as a page may show it."""
    metadata = {"nbgrader": cell.slot.metadata} if cell.slot else {}
    if cell.kind == "code":
        return NotebookCell("code", cell.source, "", metadata, tuple(outputs(run)))
    trusted = cell.slot is not None and cell.slot.locked
    return NotebookCell("markdown", cell.source if trusted else harmless(cell.source), "", metadata)


def outputs(run: CellRun | None) -> Iterator[dict[str, Any]]:
    """The outputs of a run, printed text cut."""
    left = SHOWN
    for raw in with_error(run).outputs if run else ():
        for output in shown(raw):
            if output["output_type"] == "stream" and left <= len(output["text"]):
                output["text"] = output["text"][:left] + CUT
            left -= len(output.get("text", ""))
            if output["output_type"] != "stream" or left > -SHOWN:
                yield output
