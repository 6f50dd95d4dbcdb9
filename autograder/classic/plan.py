"""What a classic assignment consists of, as its course's gradebook knows it: plain values."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from autograder.core.limits import Limits


@dataclass(frozen=True)
class Slot:
    """A cell that nbgrader knows: what it is worth, and its text as it was released."""

    name: str
    kind: str
    source: str
    locked: bool
    checksum: str
    grade: bool = False
    solution: bool = False
    task: bool = False
    points: float = 0.0

    @property
    def is_test(self) -> bool:
        """Whether the cell's outputs decide its points."""
        return self.grade and not self.solution and self.kind == "code"

    @property
    def by_hand(self) -> bool:
        """Whether a person gives the points."""
        return self.task or (self.grade and not self.is_test)

    @property
    def metadata(self) -> dict[str, Any]:
        """The `nbgrader` entry of the cell's metadata, schema 3."""
        entry: dict[str, Any] = {
            "cell_type": self.kind,
            "checksum": self.checksum,
            "grade": self.grade,
            "grade_id": self.name,
            "locked": self.locked,
            "schema_version": 3,
            "solution": self.solution,
            "task": self.task,
        }
        return entry | ({"points": self.points} if self.grade or self.task else {})


@dataclass(frozen=True)
class PlannedNotebook:
    """One notebook of an assignment with its slots, in the notebook's order."""

    name: str
    slots: tuple[Slot, ...]
    language: str = "python"

    @property
    def file(self) -> str:
        return f"{self.name}.ipynb"

    @property
    def graded(self) -> tuple[Slot, ...]:
        """The cells that carry points."""
        return tuple(slot for slot in self.slots if slot.grade or slot.task)

    @cached_property
    def by_name(self) -> dict[str, Slot]:
        return {slot.name: slot for slot in self.slots}


@dataclass(frozen=True)
class Plan:
    """A classic assignment: all that its grading depends on besides a submission."""

    name: str
    notebooks: tuple[PlannedNotebook, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)  # of source/, laid over a submission's
    kept: frozenset[str] = frozenset()  # of these the student's copy counts
    limits: Limits = field(default_factory=Limits)
    restores: bool = False  # whether test cells that were deleted are put back
    notice: str = ""  # what stands above such a cell
    delimiters: tuple[tuple[str, str], ...] = ()
    imports: tuple[str, ...] = ()  # large modules that the warm process imports beforehand

    @property
    def digest(self) -> str:
        """A digest of everything here."""
        digest = hashlib.sha256()
        shape = (self.restores, self.notice, self.delimiters)
        for part in (self.name, self.notebooks, sorted(self.kept), self.limits, shape):
            digest.update(f"{part!r}\0".encode("utf-8", "replace"))
        for name in sorted(self.files):
            digest.update(f"{name}/{hashlib.sha256(self.files[name]).hexdigest()}".encode())
        return digest.hexdigest()

    def points(self, *, by_hand: bool) -> float:
        """The points that persons give, or those that test cells give."""
        slots = [slot for notebook in self.notebooks for slot in notebook.graded]
        return sum(slot.points for slot in slots if slot.by_hand == by_hand)


def with_usual_marks(source: str, delimiters: Iterable[tuple[str, str]]) -> str:
    """A text with `BEGIN HIDDEN TESTS` and its like where the course has words of its own."""
    for own, usual in delimiters:
        source = source.replace(own, usual)
    return source
