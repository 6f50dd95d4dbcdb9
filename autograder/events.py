"""What happens while a class is graded, as plain values: for the terminal, for programs, the log.

An event is a line of JSON in `grade --json` and in the log; docs/instructors.md has the table.
"""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from autograder.core.outcome import Outcome, worst
from autograder.core.result import CellRun, Result

SCHEMA = 1


@dataclass(frozen=True)
class Pace:
    """How far a run is: submissions done, kept ones among them, of how many, after how long."""

    total: int = 0
    done: int = 0
    kept: int = 0
    elapsed: float = 0.0  # seconds
    graded_for: float = 0.0  # seconds since the first submission was begun

    @property
    def rate(self) -> float:
        """Submissions graded in a second."""
        return (self.done - self.kept) / self.graded_for if self.graded_for else 0.0

    @property
    def left(self) -> float | None:
        """Seconds to go, or None while nobody can tell."""
        return (self.total - self.done) / self.rate if self.rate else None


@dataclass(frozen=True)
class Verdict:
    """What became of one submission, without a word of the student's.

    `earned` is None where nothing has a number yet.
    """

    earned: float | None
    possible: float
    needs_review: bool
    outcome: Outcome
    seconds: float
    cells: tuple[tuple[Outcome, float], ...] = ()  # what became of each cell, and its seconds

    @property
    def points(self) -> str:
        """The points, as `12.5/16`, and whether a person is asked."""
        if self.earned is None:
            return "review"
        return f"{self.earned:g}/{self.possible:g}{' review' if self.needs_review else ''}"


@dataclass(frozen=True)
class Event:
    """Something that happened; `name` says what."""

    name: str
    pace: Pace
    student: str = ""
    verdict: Verdict | None = None
    note: str = ""  # why a run waits, or why it ended early
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def to_json(self, assignment: str) -> dict[str, Any]:
        """The event as one flat object; a key that says nothing is left out."""
        pace = self.pace
        left = pace.left
        told: dict[str, Any] = {
            "schema": SCHEMA,
            "event": self.name,
            "at": self.at.isoformat(timespec="milliseconds"),
            "assignment": assignment,
            "total": pace.total,
            "done": pace.done,
            "kept": pace.kept,
            "elapsed": round(pace.elapsed, 3),
            "eta": None if left is None else round(left, 1),
        }
        told |= {"student": self.student} if self.student else {}
        told |= {"note": self.note} if self.note else {}
        return told | (verdict_json(self.verdict) if self.verdict else {})


def as_line(event: Event, assignment: str) -> str:
    """The event as a line of JSON, in ASCII whatever a student is called."""
    return json.dumps(event.to_json(assignment)) + "\n"


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict's part of an event."""
    cells = [{"outcome": outcome, "seconds": round(each, 3)} for outcome, each in verdict.cells]
    names = ("earned", "possible", "needs_review", "outcome")
    told = {name: getattr(verdict, name) for name in names}
    return told | {"seconds": round(verdict.seconds, 3), "cells": cells}


def verdict_of(result: Result) -> Verdict:
    """A result in a few numbers."""
    outcome = worst(question.outcome for question in result.judged)
    decided = any(question.earned is not None for question in result.judged)
    earned = result.earned if decided or not result.needs_review else None
    return Verdict(earned, result.possible, result.needs_review, outcome,
                   result.seconds, times(result.cells))  # fmt: skip


def times(cells: Iterable[CellRun]) -> tuple[tuple[Outcome, float], ...]:
    """What became of cells, and how long they took."""
    return tuple((cell.outcome, cell.seconds) for cell in cells)


class Run:
    """A run over one class: counts, and tells everybody who listens."""

    def __init__(self, *listeners: Callable[[Event], None]) -> None:
        self._listeners = listeners
        self._started = time.monotonic()
        self._first: float | None = None
        self._pace = Pace()

    def begin(self, total: int) -> None:
        """There are so many submissions."""
        self._tell("run_started", total=total)

    def waiting(self, note: str) -> None:
        """Another command is at work."""
        self._tell("run_waiting", note=note)

    def started(self, student: str) -> None:
        """A submission's turn has come."""
        self._first = self._first or time.monotonic()
        self._tell("submission_started", student)

    def kept(self, student: str, verdict: Verdict) -> None:
        """A submission has a verdict from an earlier run."""
        pace = self._pace
        self._tell("submission_kept", student, verdict, done=pace.done + 1, kept=pace.kept + 1)

    def finished(self, student: str, verdict: Verdict) -> None:
        """A submission's verdict is made and written down."""
        self._tell("submission_finished", student, verdict, done=self._pace.done + 1)

    def ended(self, error: BaseException | None = None) -> None:
        """The run is over, or was ended by an error."""
        if error is None:
            self._tell("run_finished")
        else:
            self._tell("run_interrupted", note=str(error) or type(error).__name__)

    def _tell(
        self, name: str, student: str = "", verdict: Verdict | None = None, note: str = "",
        **counts: int,
    ) -> None:  # fmt: skip
        now = time.monotonic()
        since = now - self._first if self._first else 0.0
        self._pace = replace(
            replace(self._pace, **counts), elapsed=now - self._started, graded_for=since
        )
        event = Event(name, self._pace, student, verdict, note)
        for listener in self._listeners:
            listener(event)
