"""Rebuilds what a student meant from a damaged notebook, and says what was put right.

Nothing here costs points and nothing is guessed about what code should do: cells are read in the
kind they were meant in, put together where they were split, taken apart where they were merged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from autograder.core import remarks
from autograder.core.answers import Release, Slot, known_places, matched, read_release, speaks_of
from autograder.core.execution import in_running_order, some
from autograder.core.pasted import (
    Step,
    answered,
    with_magics_first,
    with_plain_characters,
    without_fences,
    without_hiding_magics,
    without_outer_stubs,
    without_prompts,
)
from autograder.core.pieces import (
    bare,
    cut_at,
    read_code,
    readable_parts,
    span,
    stands,
    statements_making,
)
from autograder.core.submission import Cell, Submission

CELLS = 1000  # of a notebook beyond all measure, which would keep the whole class waiting
CHARACTERS = 250_000
CUTS = 100  # around released texts in one cell, one within the other
READ = 1_500_000  # characters that are read for that
TRIES = 300  # cells that cannot be read and for which others are tried to be pieces of one


@dataclass(frozen=True)
class Repaired:
    """A submission as it was meant: its cells, the answer in each slot, what runs, what was done.

    `answers` holds a cell of `cells`, or None, for each cell that students write into, by grade id.
    `sources` are the texts to run, in order. `repairs` are sentences for student and instructor on
    what was put right, `problems` on what could not be.
    """

    cells: tuple[Cell, ...]
    answers: Mapping[str, Cell | None]
    sources: tuple[str, ...]
    repairs: tuple[str, ...]
    problems: tuple[str, ...] = ()


def repaired(submission: Submission, released: Submission) -> Repaired:
    """The submission as it was meant, measured by what was released."""
    return rebuilt(submission.cells, submission.remarks, released.cells)


@lru_cache(maxsize=8)  # the verdict, the gradebook and the autograded notebook ask in turn
def rebuilt(
    given: tuple[Cell, ...], remarked: tuple[str, ...], released: tuple[Cell, ...]
) -> Repaired:
    """The cells as they were meant, and what is to be told of them."""
    release = read_release(released)
    cells, told = list(given), list(remarked)
    if len(cells) > CELLS or sum(len(cell.source) for cell in cells) > CHARACTERS:
        release = replace(release, legible=False)
        told.append("The notebook is so large that it was run as it is and nothing was put right.")
    steps: tuple[Callable[[Sequence[Cell], Release], Step], ...] = (
        without_prompts,
        with_plain_characters,
        without_fences,
        with_magics_first,
        without_hiding_magics,
        without_outer_stubs,
        without_released_text,
        in_their_kind,
        put_together,
        taken_apart,
    )
    for step in steps if release.legible else ():
        cells, said = step(cells, release)
        told += said
    told += remarks.on_copies(cells, release)
    cells, answers = matched(cells, release)
    places = set(known_places(cells, release, answers).values())
    sources, moved = in_running_order(cells, release)
    told += remarks.on_marks(given, answers, release)
    told += remarks.on_texts(given, release)
    problems = remarks.amiss(places, cells, answers, release)
    told += remarks.on_cells(places, cells, release) if any(answers.values()) else []
    repairs = tuple(dict.fromkeys([*told, *moved]))
    return Repaired(tuple(cells), answers, tuple(sources), repairs, tuple(problems))


def without_released_text(cells: Sequence[Cell], release: Release) -> Step:
    """Take cells apart that have grown together with cells of the assignment."""
    found: list[Cell] = []
    told = []
    for cell in cells:
        cuts = min(CUTS, READ // max(len(cell.source), 1))
        parts = [cell] if release.holds(cell) else freed(cell, release, cuts)
        found += parts
        if len(parts) > 1 and any(is_answer_part(part, release) for part in parts):
            told = ["A cell had grown together with cells of the assignment. We took them apart."]
    return found, told


def freed(cell: Cell, release: Release, cuts: int) -> list[Cell]:
    """The cell, cut around each released text that it holds as whole lines."""
    text = bare(cell.source)
    lines = f"\n{text}\n"
    slot = release.slot_of(cell)
    for place, other, known in release.known if cuts else ():
        if len(lines) > len(known) and known in lines:
            parts = lines.split(known, 1)
            marks = (bool(slot and slot.place < place), bool(slot and slot.place > place))
            rest = [
                part_of(cell, part.strip("\n"), release, cell.grade_id if kept else "")
                for part, kept in zip(parts, marks, strict=True)
            ]
            if read_code(text).alone and not all(read_code(each.source).alone for each in rest):
                continue
            first, last = (freed(each, release, cuts - 1) for each in rest)
            return [part for part in (*first, other, *last) if part.source.strip()]
    return [cell]


def part_of(cell: Cell, source: str, release: Release, mark: str = "") -> Cell:
    """A part of a cell, marked for the slot whose names it makes."""
    code = read_code(source)
    names = [
        name
        for name in sorted(release.names if cell.kind == "code" else ())
        if name in code.makes or (not code.alone and speaks_of(Cell("code", source), {name}))
    ]
    mark = release.coded[names[0]].cell.grade_id if names else mark
    return Cell(cell.kind, source, mark)


def is_answer_part(cell: Cell, release: Release) -> bool:
    """Whether a part of a cell is an answer, and not a line that was added to a check."""
    released = release.holds(cell)
    code = release.code(cell)
    return not released and (cell.kind != "code" or bool(code.answers & release.names))


def in_their_kind(cells: Sequence[Cell], release: Release) -> Step:
    """Turn answers in code that became text into code again, and the other way round."""
    coded = answered(cells, release)
    found, told = [], []
    for cell in cells:
        slot = meant_for(cell, release, coded)
        if slot is None or not cell.source.strip() or slot.is_code == (cell.kind == "code"):
            found.append(cell)
            continue
        if slot.is_code:
            told.append(
                f"Your code for {slot.question} stood in a cell of text, which is not run. "
                "We ran it as code."
            )
            found.append(replace(cell, kind="code"))
        elif not release.code(cell).makes:  # what makes something is code, whatever its mark
            if cell.kind == "code":
                told.append(f"Your text for {slot.question} stood in a code cell. "
                            "We read it as text and did not run it.")  # fmt: skip
            first, _, rest = cell.source.lstrip().partition("\n")
            text = rest if first.startswith("%%") else cell.source
            found.append(replace(cell, kind="markdown", source=text))
        else:
            found.append(cell)
    return found, told


def meant_for(cell: Cell, release: Release, coded: set[str]) -> Slot | None:
    """The slot that a cell was meant for by its mark or, in a cell of text, by its code."""
    slot = release.slot_of(cell)
    if cell.kind == "code":
        return slot
    code = release.code(cell)
    for name in sorted(code.answers & release.names - coded):
        return release.coded[name]
    if slot and slot.is_code:
        empty = slot.is_untouched(cell) or bool(slot.names & coded)
        readable = code.alone if not slot.names else speaks_of(cell, slot.names)
        return None if empty or not readable else slot
    return slot


def put_together(cells: Sequence[Cell], release: Release) -> Step:
    """Join code cells that were split in the middle of a statement."""
    found: list[Cell] = []
    told: list[str] = []
    tries = TRIES
    row: list[int] = []  # the places in `found` of code cells with nothing of ours between them
    for cell in cells:
        if cell.is_code:
            row.append(len(found))
        elif (cell.source.strip() and release.holds(cell)) or release.slot_of(cell):
            row = []
        found.append(cell)
        if not cell.is_code or tries <= 0:
            continue
        if not all(stands(found[place].source) for place in row[-2:]):
            tries -= 1
            last = [found[place].source for place in row]
            if (back := span(last)) > 1:
                row, pieces = row[:-back], row[-back:]
                rest = [found[n] for n in range(pieces[0], len(found)) if n not in pieces]
                whole = joined([found[n] for n in pieces], release)
                row.append(pieces[0])
                found[pieces[0] :] = [whole, *rest]
                told.append(split_told(whole, release))
    return found, told


def joined(pieces: Sequence[Cell], release: Release) -> Cell:
    """The pieces of a cell as one, with the mark of the first that has one."""
    first = next((piece for piece in pieces if release.slot_of(piece)), pieces[0])
    return replace(first, source="\n".join(piece.source for piece in pieces))


def split_told(cell: Cell, release: Release) -> str:
    """A sentence on a cell that was put together."""
    names = sorted(release.code(cell).makes & release.names)
    what = f"Your code for {release.coded[names[0]].question}" if names else "A cell"
    return f"{what} was split in the middle, into several cells. We put it together again."


def taken_apart(cells: Sequence[Cell], release: Release) -> Step:
    """Take cells apart that hold several answers, or a stub beside something else."""
    found: list[Cell] = []
    told: list[str] = []
    coded = answered(cells, release)
    for cell in cells:
        parts = answers_in(cell, release, coded) if cell.is_code else [cell]
        found += parts
        if len(parts) < 2:
            continue
        code = [release.code(part).answers & release.names for part in parts]
        questions = sorted({release.coded[name].question for names in code for name in names})
        if len(questions) > 1:
            several = f"One cell holds the answers to {some(questions)}"
            told.append(f"{several}. We took each of them by itself.")
        elif not read_code(cell.source).alone:
            told.append(apart_told(cell, release))
    return found, told


def apart_told(cell: Cell, release: Release) -> str:
    """A sentence on a cell that cannot be read as a whole."""
    spoken = [name for name in sorted(release.names) if speaks_of(cell, {name})]
    if len(spoken) > 1:
        return (
            "A cell that holds several answers cannot be read as a whole. We took it apart, so "
            "that the mistake costs only its own question."
        )
    question = release.coded[spoken[0]].question
    return (
        f"The cell with your code for {question} cannot be read as a whole. We took what can be "
        "read by itself."
    )


def answers_in(cell: Cell, release: Release, coded: set[str]) -> list[Cell]:
    """The parts of a cell, where it holds more than one answer; else the cell."""
    code = release.code(cell)
    if code.alone and not code.makes & release.names:
        return [cell]
    texts = [cell.source]
    names = release.names
    spoken = {name for name in names if not code.alone and speaks_of(cell, {name})}
    if len(spoken) > 1 or (spoken and not spoken & coded):
        texts = readable_parts(cell.source)
    stubs = code.stubs & names & coded and not code.only_stubs
    if len(texts) == 1 and not stubs and statements_making(cell.source, names) < 2:
        return [cell]
    parts = [part for text in texts for part in cut_at(text, names)]
    making = sum(bool(read_code(part).makes & names) for part in parts)
    if making + (len(texts) > 1) < 2 and not stubs:
        return [cell]
    return [part_of(cell, part, release) for part in parts]
