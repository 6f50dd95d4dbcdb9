"""Which cell of a submission is the answer to which question: by its mark, its content, its place.

Code is known by the names it makes, wherever it stands; text by its mark or by its neighbours.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from autograder.core.pieces import Code, Stub, bare, read_code, silent_stubs
from autograder.core.submission import Cell

SIZE = 20  # characters from which on a released text is looked for inside of other cells


@dataclass(frozen=True)
class Slot:
    """A cell of the release that students write into; `names` are what its code makes."""

    cell: Cell
    place: int
    names: frozenset[str] = frozenset()

    @property
    def question(self) -> str:
        return self.cell.grade_id.removesuffix("-solution")

    @property
    def is_code(self) -> bool:
        return self.cell.kind == "code"

    def is_marked(self, cell: Cell) -> bool:
        """Whether nbgrader's or Jupyter's id says that this is the slot's cell."""
        return cell.grade_id == self.cell.grade_id or (
            not cell.grade_id and bool(cell.id) and cell.id == self.cell.id
        )

    def is_untouched(self, cell: Cell) -> bool:
        """Whether nothing was written into the cell."""
        return bare(cell.source) in ("", bare(self.cell.source))


@dataclass(frozen=True)
class Release:
    """What students were given: its cells, and where they write."""

    cells: tuple[Cell, ...]
    slots: tuple[Slot, ...]
    stubs: frozenset[Stub]  # those that do not tell by themselves that nothing was written
    legible: bool = True  # whether the code of the submission is read at all

    @cached_property
    def texts(self) -> dict[str, list[int]]:
        """The places in which each text stands, as `bare` gives it."""
        found: dict[str, list[int]] = {}
        for place, cell in enumerate(self.cells):
            found.setdefault(bare(cell.source), []).append(place)
        return found

    @cached_property
    def unique(self) -> dict[str, int]:
        """The place of each text that stands in one cell alone."""
        return {text: places[0] for text, places in self.texts.items() if text and len(places) == 1}

    @cached_property
    def known(self) -> list[tuple[int, Cell, str]]:
        """The cells that are looked for inside of others, by place and as lines, longest first."""
        writable = {slot.place for slot in self.slots}
        found = [
            (place, replace(cell, source=bare(cell.source)), f"\n{bare(cell.source)}\n")
            for place, cell in enumerate(self.cells)
            if place not in writable and len(bare(cell.source)) >= SIZE
        ]
        return sorted(found, key=lambda each: -len(each[2]))

    @cached_property
    def marks(self) -> dict[str, int]:
        """The place of the cell with each of nbgrader's ids."""
        return {cell.grade_id: place for place, cell in enumerate(self.cells) if cell.grade_id}

    @cached_property
    def ids(self) -> dict[str, int]:
        """The place of the cell with each of Jupyter's ids."""
        return {cell.id: place for place, cell in enumerate(self.cells) if cell.id}

    @cached_property
    def provided(self) -> tuple[Cell, ...]:
        """The cells whose code the course provides and that have to run."""
        return tuple(
            cell for cell in self.cells if cell.is_code and cell.grade_id.startswith("provided-")
        )

    @cached_property
    def idle(self) -> frozenset[str]:
        """The texts of the other code cells that nobody writes into: checks, and what draws."""
        busy = {id(cell) for cell in (*self.provided, *(slot.cell for slot in self.slots))}
        return frozenset(
            bare(cell.source) for cell in self.cells if cell.is_code and id(cell) not in busy
        )

    @cached_property
    def coded(self) -> dict[str, Slot]:
        """The slot that each name belongs to."""
        return {name: slot for slot in self.slots for name in slot.names}

    @property
    def names(self) -> AbstractSet[str]:
        return self.coded.keys()

    def code(self, cell: Cell) -> Code:
        """What a cell's code makes, untouched stubs apart."""
        if not self.legible:
            return Code(alone=True)
        code = read_code(cell.source)
        same = any(made <= code.makes for made, _ in self.stubs)
        return read_code(cell.source, self.stubs) if same else code

    def holds(self, cell: Cell) -> bool:
        """Whether a cell's text stands in a cell of the release."""
        return bare(cell.source) in self.texts

    def place_of(self, cell: Cell) -> int | None:
        """The place of the cell that a cell is by its marks or its text, if any."""
        if cell.grade_id in self.marks:
            return self.marks[cell.grade_id]
        return self.ids[cell.id] if cell.id in self.ids else self.unique.get(bare(cell.source))

    def slot_of(self, cell: Cell) -> Slot | None:
        """The slot that a cell is marked for, if any."""
        by_id = self._by_id.get(cell.id) if cell.id and not cell.grade_id else None
        found = [slot for slot in (self._by_mark.get(cell.grade_id), by_id) if slot]
        return min(found, key=lambda slot: slot.place, default=None)

    @cached_property
    def _by_mark(self) -> dict[str, Slot]:
        """The first slot with each of nbgrader's ids."""
        return {slot.cell.grade_id: slot for slot in reversed(self.slots)}

    @cached_property
    def _by_id(self) -> dict[str, Slot]:
        """The first slot with each of Jupyter's ids."""
        return {slot.cell.id: slot for slot in reversed(self.slots)}


@lru_cache(maxsize=8)
def read_release(cells: tuple[Cell, ...]) -> Release:
    """The released cells as a measure for submissions."""
    slots = tuple(
        Slot(cell, place, read_code(cell.source).makes if cell.kind == "code" else frozenset())
        for place, cell in enumerate(cells)
        if is_answer(cell)
    )
    stubs = silent_stubs(slot.cell.source for slot in slots if slot.is_code)
    return Release(cells, slots, stubs)


def is_answer(cell: Cell) -> bool:
    """Whether students write into this cell of the release, be it code or text."""
    marks = cell.meta.get("nbgrader")
    if isinstance(marks, dict) and "solution" in marks:
        return bool(marks["solution"])
    suffixed = cell.grade_id.endswith("-solution")
    return suffixed or (cell.kind == "markdown" and bool(cell.grade_id))


def matched(cells: Sequence[Cell], release: Release) -> tuple[list[Cell], dict[str, Cell | None]]:
    """The cells, pieces of one text joined, and the cell that answers each slot, by grade id."""
    cells = list(cells)
    codes = [(cell, release.code(cell)) for cell in cells if cell.is_code]
    answers: dict[str, Cell | None] = {}
    for slot in release.slots:
        if slot.is_code:
            choices = code_answers(slot, codes, release)
            answers[slot.cell.grade_id] = next((found[-1] for found in choices if found), None)
    for slot in release.slots:
        if not slot.is_code:
            answers[slot.cell.grade_id] = text_answer(slot, cells, release, answers)
    return cells, answers


def code_answers(
    slot: Slot, codes: Sequence[tuple[Cell, Code]], release: Release
) -> Iterator[list[Cell]]:
    """The cells that may count, the best first: the last that makes the slot's names, no stub."""
    # Jupyter keeps the definition that ran last; code that cannot be read defines nothing.
    yield [cell for cell, code in codes if code.answers & slot.names]
    yield [cell for cell, code in codes if not code.alone and speaks_of(cell, slot.names)]
    marked = [(cell, code) for cell, code in codes if slot.is_marked(cell)]
    changed = [(cell, code) for cell, code in marked if not slot.is_untouched(cell)]
    yield [cell for cell, code in changed if not code.makes & (release.names - slot.names)]
    yield [cell for cell, _ in marked]
    yield [cell for cell, _ in codes if slot.is_untouched(cell)]


def speaks_of(cell: Cell, names: AbstractSet[str]) -> bool:
    """Whether a text that cannot be read as code begins to define one of the names."""
    return any(re.search(DEFINES.format(re.escape(name)), cell.source) for name in names)


DEFINES = r"(?m)^[ \t]*+(?:(?:async[ \t]++)?def|class)[ \t]++{0}\b|^{0}[ \t]*+="


def text_answer(
    slot: Slot, cells: list[Cell], release: Release, answers: Mapping[str, Cell | None]
) -> Cell | None:
    """The text that was written: what is marked for the slot, or else what stands in its place."""
    marked = [
        cell
        for cell in cells
        if slot.is_marked(cell) and not (cell.is_code and release.code(cell).makes)
    ]
    written = [cell for cell in marked if not slot.is_untouched(cell)]
    written = written or in_place(slot, cells, release, answers)
    if written:
        return joined_text(slot, cells, written)
    return marked[-1] if marked else None


def joined_text(slot: Slot, cells: list[Cell], written: Sequence[Cell]) -> Cell:
    """One cell with all that was written; in `cells` it takes the place of its pieces."""
    texts = [bare(cell.source) for cell in written]
    kept = [
        text
        for place, text in enumerate(texts)
        if not any(
            text in other and (len(text) < len(other) or place < at)
            for at, other in enumerate(texts)
            if at != place
        )
    ]
    whole = written[-1]
    if whole.kind != "markdown" or kept != [bare(whole.source)]:
        whole = replace(whole, kind="markdown", source="\n\n".join(kept))
    pieces = {id(cell) for cell in written}
    cells[:] = [
        whole if cell is written[-1] else cell
        for cell in cells
        if id(cell) not in pieces or cell is written[-1]
    ]
    return whole


def in_place(
    slot: Slot, cells: Sequence[Cell], release: Release, answers: Mapping[str, Cell | None]
) -> list[Cell]:
    """The student's own texts between the cells that come before and after the slot's."""
    places = known_places(cells, release, answers)
    before = [at for at, place in places.items() if place < slot.place]
    first = max(before, key=lambda at: (places[at], at)) + 1 if before else 0
    after = [at for at, place in places.items() if place > slot.place and at >= first]
    last = min(after, default=len(cells))
    if not before and not after:
        return []
    own = [cell for at, cell in enumerate(cells[first:last], first)
           if at not in places and is_prose(cell, release)]  # fmt: skip
    rivals = [
        other
        for other in release.slots
        if not other.is_code
        and other.place > slot.place
        and not any(slot.place < place <= other.place for place in places.values())
    ]
    return own[: max(1, len(own) - len(rivals))]


def is_prose(cell: Cell, release: Release) -> bool:
    """Whether a cell holds text of the student's, in whatever kind of cell."""
    untouched = any(slot.is_untouched(cell) for slot in release.slots)
    spoken = cell.kind != "code" or not release.code(cell).alone
    return spoken and not untouched and not speaks_of(cell, release.names)


def known_places(
    cells: Sequence[Cell], release: Release, answers: Mapping[str, Cell | None]
) -> dict[int, int]:
    """The release's cell, by its place, that each cell of a submission is; others are left out."""
    chosen = {id(cell): release.marks[name] for name, cell in answers.items() if cell is not None}
    found: dict[int, int] = {}
    for at, cell in enumerate(cells):
        place = chosen[id(cell)] if id(cell) in chosen else release.place_of(cell)
        if place is not None:
            found[at] = place
    return found
