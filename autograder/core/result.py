"""The verdict on one submission, from checks over questions to the sum."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from autograder.core.outcome import Outcome, worst
from autograder.core.repair import Repaired

SCHEMA = 1


@dataclass(frozen=True)
class Check:
    """One hidden test's verdict. `title`, `message` and `hint` are what the student reads."""

    id: str
    question: str
    title: str
    outcome: Outcome
    possible: float
    message: str = ""
    hint: str = ""
    mistake: str | None = None

    @property
    def earned(self) -> float:
        return self.possible if self.outcome is Outcome.PASSED else 0.0

    def to_json(self) -> dict[str, Any]:
        """The check as `try --json` prints it."""
        names = ("id", "title", "outcome", "earned", "possible", "message", "hint", "mistake")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class QuestionResult:
    """A question's checks; a written question has none and waits for a human."""

    id: str
    possible: float
    checks: tuple[Check, ...] = ()
    written: bool = False
    flagged: bool = False  # a shortcut that is not allowed was used: a human looks at it

    @cached_property  # as a dozen places ask in turn
    def outcome(self) -> Outcome:
        return Outcome.SKIPPED if self.written else worst(check.outcome for check in self.checks)

    @property
    def needs_review(self) -> bool:
        return self.flagged or self.outcome is Outcome.BROKEN

    @cached_property
    def earned(self) -> float | None:
        """Points, or None where a human has the say: written answers and what we broke."""
        if self.written or self.outcome is Outcome.BROKEN:
            return None
        return exact(sum(check.earned for check in self.checks))

    def to_json(self) -> dict[str, Any]:
        """The question as `try --json` prints it."""
        return {
            "id": self.id,
            "earned": self.earned,
            "possible": self.possible,
            "outcome": self.outcome,
            "checks": [check.to_json() for check in self.checks],
        }


@dataclass(frozen=True)
class CellRun:
    """What became of one code cell: its outputs as rebuilt, plain nbformat-4 dictionaries."""

    source: str
    outcome: Outcome
    outputs: tuple[dict[str, Any], ...] = ()
    seconds: float = 0.0

    def to_store(self) -> dict[str, Any]:
        """All of it."""
        names = ("source", "outcome", "outputs", "seconds")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Result:
    """The verdict on one submission."""

    assignment: str
    notebook: str
    questions: tuple[QuestionResult, ...]
    sandbox: str
    seconds: float = 0.0
    problems: tuple[str, ...] = ()
    cells: tuple[CellRun, ...] = field(default=(), repr=False)
    repairs: tuple[str, ...] = ()  # what of a damaged notebook was put right
    notes: tuple[str, ...] = ()  # for the instructor alone: why a check of ours broke
    meant: Repaired | None = field(default=None, repr=False, compare=False)  # is not stored

    @property
    def judged(self) -> tuple[QuestionResult, ...]:
        """The questions that have a number now."""
        return tuple(question for question in self.questions if not question.written)

    @property
    def earned(self) -> float:
        return exact(sum(question.earned or 0.0 for question in self.judged))

    @property
    def possible(self) -> float:
        return exact(sum(question.possible for question in self.judged))

    @property
    def needs_review(self) -> bool:
        return any(question.needs_review for question in self.questions)

    def to_json(self) -> dict[str, Any]:
        """The one object that `try --json` prints."""
        return {
            "schema": SCHEMA,
            "assignment": self.assignment,
            "notebook": self.notebook,
            "earned": self.earned,
            "possible": self.possible,
            "needs_review": self.needs_review,
            "sandbox": self.sandbox,
            "seconds": round(self.seconds, 3),
            "repairs": list(self.repairs),
            "problems": list(self.problems),
            "questions": [question.to_json() for question in self.questions],
        }

    def to_store(self) -> dict[str, Any]:
        """Everything, for `results/` in the course folder: `to_json` and the cells' outputs."""
        flagged = [question.id for question in self.questions if question.flagged]
        cells = [cell.to_store() for cell in self.cells]
        return self.to_json() | {"flagged": flagged, "notes": list(self.notes), "cells": cells}


def exact(points: float) -> float:
    """Points without binary dust: 0.1 + 0.2 is 0.3."""
    return round(points, 6)


def from_store(stored: dict[str, Any]) -> Result:
    """The result that `to_store` wrote."""
    return Result(
        assignment=stored["assignment"],
        notebook=stored["notebook"],
        questions=tuple(
            _question(question, question["id"] in stored.get("flagged", ()))
            for question in stored["questions"]
        ),
        sandbox=stored["sandbox"],
        seconds=stored["seconds"],
        problems=tuple(stored["problems"]),
        repairs=tuple(stored.get("repairs", ())),
        notes=tuple(stored.get("notes", ())),
        cells=tuple(_cell(cell) for cell in stored.get("cells", ())),
    )


def _question(stored: dict[str, Any], flagged: bool) -> QuestionResult:
    checks = tuple(
        Check(
            question=stored["id"],
            outcome=Outcome(check["outcome"]),
            **{
                key: check[key] for key in ("id", "title", "possible", "message", "hint", "mistake")
            },
        )
        for check in stored["checks"]
    )
    return QuestionResult(stored["id"], stored["possible"], checks, not checks, flagged)


def _cell(stored: dict[str, Any]) -> CellRun:
    return CellRun(
        stored["source"], Outcome(stored["outcome"]), tuple(stored["outputs"]), stored["seconds"]
    )
