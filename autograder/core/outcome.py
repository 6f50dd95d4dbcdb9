"""What can become of a check, a question or a cell."""

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """How something ended, from the student's point of view; BROKEN alone is the grader's fault."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    RAISED = "RAISED"
    TIMED_OUT = "TIMED_OUT"
    OUT_OF_MEMORY = "OUT_OF_MEMORY"
    SKIPPED = "SKIPPED"
    BROKEN = "BROKEN"


SEVERITY = (
    Outcome.BROKEN,
    Outcome.OUT_OF_MEMORY,
    Outcome.TIMED_OUT,
    Outcome.RAISED,
    Outcome.FAILED,
    Outcome.SKIPPED,
    Outcome.PASSED,
)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The gravest of several outcomes; SKIPPED where there are none."""
    return min(outcomes, key=SEVERITY.index, default=Outcome.SKIPPED)
