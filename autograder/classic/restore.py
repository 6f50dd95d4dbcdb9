"""Puts a submitted notebook right, as nbgrader does before it runs one, but forgiving copies.

What the course locked comes from the gradebook, whatever the student's copy says. A cell that is
there twice counts once, the last time; nothing of the student's metadata is believed but the names.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.classic.plan import Plan, PlannedNotebook, Slot, with_usual_marks
from autograder.core.pieces import bare
from autograder.core.submission import Cell, Submission

HIDDEN = re.compile(r"(?ms)^[^\n]*BEGIN HIDDEN TESTS.*?END HIDDEN TESTS[^\n]*$")
SKIP = "skip-execution"  # a tag by which a cell asks not to be run


@dataclass(frozen=True)
class RestoredCell:
    """A cell of the notebook that is run and shown; `slot` where nbgrader knows it."""

    kind: str
    source: str
    slot: Slot | None = None
    skipped: bool = False

    @property
    def runs(self) -> bool:
        """Whether there is code to be run."""
        return self.kind == "code" and bool(self.source.strip()) and not self.skipped


@dataclass(frozen=True)
class Restored:
    """The cells of a notebook in order, and what is odd about its shape."""

    cells: tuple[RestoredCell, ...]
    problems: tuple[str, ...] = ()

    @property
    def names(self) -> set[str]:
        """The slots that are there."""
        return {cell.slot.name for cell in self.cells if cell.slot}


def restored(plan: Plan, notebook: PlannedNotebook, submission: Submission) -> Restored:
    """The submission with locked cells as they were released, tests back if the plan says so."""
    cells = [restored_cell(cell, slot) for cell, slot in slotted(notebook, submission.cells)]
    present = {cell.slot.name for cell in cells if cell.slot}
    missing = [slot for slot in notebook.graded if slot.name not in present]
    for slot in missing if plan.restores else ():
        cells.insert(place_of(notebook, slot, cells), put_back(slot, plan.notice))
    return Restored(tuple(cells), tuple(problems(plan, notebook, submission, missing)))


def put_back(slot: Slot, notice: str) -> RestoredCell:
    """A cell that a student deleted, with nbgrader's notice above: so an answer is not “as given”.

    A cell magic has to stay the first line, or the test would be none.
    """
    words = notice.format(cell_id=slot.name)
    above = f"# {words}" if slot.kind == "code" else words
    source = slot.source if slot.source.startswith("%%") else above + slot.source
    return RestoredCell(slot.kind, source, slot)


def slotted(plan: PlannedNotebook, cells: Iterable[Cell]) -> Iterable[tuple[Cell, Slot | None]]:
    """Each cell with its slot: of several cells with one name the last has it."""
    taken: set[str] = set()
    pairs: list[tuple[Cell, Slot | None]] = []
    for cell in reversed(list(cells)):
        slot = None if cell.grade_id in taken else plan.by_name.get(cell.grade_id)
        taken |= {slot.name} if slot else set()
        pairs.append((cell, slot))
    return reversed(pairs)


def restored_cell(cell: Cell, slot: Slot | None) -> RestoredCell:
    """One cell, with the gradebook's text where that is locked."""
    tags = cell.meta.get("tags")
    skipped = isinstance(tags, list) and SKIP in tags
    if slot is None:
        return RestoredCell(cell.kind, cell.source, None, skipped)
    source = slot.source if slot.locked else cell.source
    return RestoredCell(slot.kind, source, slot, skipped and not slot.grade)


def place_of(plan: PlannedNotebook, slot: Slot, cells: list[RestoredCell]) -> int:
    """Where a deleted cell goes: behind the nearest earlier slot that is there."""
    order = [each.name for each in plan.slots]
    earlier = set(order[: order.index(slot.name)])
    places = [n for n, cell in enumerate(cells, 1) if cell.slot and cell.slot.name in earlier]
    return max(places, default=0)


def problems(
    plan: Plan, notebook: PlannedNotebook, submission: Submission, missing: list[Slot]
) -> Iterable[str]:
    """What is odd about a notebook's shape, for the instructor."""
    yield from (f"{notebook.name}: {remark}" for remark in submission.remarks)
    names = [cell.grade_id for cell in submission.cells if cell.grade_id in notebook.by_name]
    if not names and notebook.by_name and submission.cells:
        what = "no cell has nbgrader's mark; some editors drop them. A person has to look"
        yield f"{notebook.name}: {what}."
        return
    for name in dict.fromkeys(names):
        if (count := names.count(name)) > 1:
            yield f"{notebook.name}: the cell {name} is there {count} times; the last one counts."
    for slot in missing:
        what = "was deleted and put back" if plan.restores else "was deleted: no points"
        yield f"{notebook.name}: the cell {slot.name} {what}."
    for cell in submission.cells:
        known = notebook.by_name.get(cell.grade_id)
        if known and known.is_test and bare(cell.source) != visible(known.source, plan):
            yield f"{notebook.name}: the test cell {known.name} was changed; the original was run."


def visible(source: str, plan: Plan) -> str:
    """A test cell's text as students got it, without what editors change on their own."""
    return bare(HIDDEN.sub("", with_usual_marks(source, plan.delimiters)))
