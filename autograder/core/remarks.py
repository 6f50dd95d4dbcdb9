"""What is told about a notebook that was put right, to student and instructor."""

from collections.abc import Mapping, Sequence, Set

from autograder.core.answers import Release
from autograder.core.execution import some
from autograder.core.pieces import bare
from autograder.core.submission import Cell


def on_copies(cells: Sequence[Cell], release: Release) -> list[str]:
    """A sentence on each answer in code that is there more than once."""
    told = []
    made = [release.code(cell) for cell in cells if cell.is_code]
    for slot in release.slots:
        answers = [code for code in made if code.answers & slot.names]
        stubs = [code for code in made if code.stubs & slot.names and not code.answers & slot.names]
        if len(answers) > 1:
            told.append(f"{slot.question} is there {times(len(answers))}. As in Jupyter, "
                        "the last one counts.")  # fmt: skip
        if answers and stubs:
            told.append(f"{slot.question} is there with an answer, and also as the empty cell "
                        "that you were given. We took the answer.")  # fmt: skip
    return told


def on_marks(
    cells: Sequence[Cell], answers: Mapping[str, Cell | None], release: Release
) -> list[str]:
    """A sentence on answers that were found by their content or their place."""
    given = [
        (slot, cell)
        for slot in release.slots
        if (cell := answers[slot.cell.grade_id]) and not slot.is_untouched(cell)
    ]
    lost = [slot.question for slot, cell in given if not slot.is_marked(cell)]
    if given and not any(cell.grade_id for cell in cells):
        return ["Your cells had lost the marks by which we know them; some editors drop them. "
                "We knew your answers by their content and their place."]  # fmt: skip
    if lost:
        return [f"We found your answers to {some(lost)} outside of the cells meant for them."]
    return []


def on_texts(cells: Sequence[Cell], release: Release) -> list[str]:
    """A sentence on each written answer that stands in several cells."""
    told = []
    for slot in (slot for slot in release.slots if not slot.is_code):
        marked = [cell for cell in cells if slot.is_marked(cell)]
        texts = {bare(cell.source) for cell in marked if not slot.is_untouched(cell)}
        if len(marked) > 1:
            what = f"Your text for {slot.question} stands in {len(marked)} cells"
            put = "put its parts together" if len(texts) > 1 else "took the one that is filled in"
            told.append(f"{what}. We {put}.")
    return told


def times(count: int) -> str:
    """`twice` or `3 times`."""
    return "twice" if count == 2 else f"{count} times"


def on_cells(places: Set[int], cells: Sequence[Cell], release: Release) -> list[str]:
    """Sentences on cells that are missing, or of another version of the assignment."""
    ours = {cell.grade_id for place, cell in enumerate(release.cells) if place in places}
    known = [cell.grade_id for cell in release.cells if cell.grade_id]
    other = sorted({cell.grade_id for cell in cells} - {"", *known})
    writable = {slot.cell.grade_id for slot in release.slots}
    missing = [id for id in known if id not in ours | writable]
    told = []
    if other:
        told.append("The notebook seems to be made from another version of the assignment: "
                    f"this one has no {some(other)}.")  # fmt: skip
    if missing:
        told.append(f"Cells are missing: {some(missing)}. This costs nothing: "
                    "what your code needs was put back.")  # fmt: skip
    return told


def amiss(
    places: Set[int],
    cells: Sequence[Cell],
    answers: Mapping[str, Cell | None],
    release: Release,
) -> list[str]:
    """Sentences on what could not be put right: another notebook, or no answer at all."""
    if not any(cell.is_code for cell in cells):
        return ["The notebook has no code cells."]
    known = [release.cells[place] for place in places]  # text may stand in a place by chance
    ours = {cell.grade_id for cell in known if cell.kind == "code"}
    marked = any(map(release.slot_of, cells))
    if not marked and all(id.startswith("provided-") for id in ours if id):
        return ["None of the cells belong to this assignment: is it another one's notebook?"]
    none = [slot.question for slot in release.slots if answers[slot.cell.grade_id] is None]
    return [f"We found no cell with an answer to {some(none)}."] if none else []
