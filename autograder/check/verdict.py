"""From what a hidden test raised to what the student reads.

The text of a student's own exception and the values of a failed comparison stay with the
instructor: both could carry hidden inputs.
"""

import pytest

from autograder.check import compare
from autograder.check.student import NotThere, StudentError
from autograder.core.outcome import Outcome
from autograder.sandbox.channel import Lost
from autograder.sandbox.guest import wire

INTROSPECTION = "\nassert "
MISSHAPEN = (
    *(TypeError, ValueError, AttributeError, LookupError, ArithmeticError),
    RuntimeError,  # torch's word for shapes that do not match, and what is nested too deep
    wire.Refused,  # a result that cannot be passed on to the next call
)
UNSAID = "The result is not as it should be."
BROKEN = "The check itself failed. This costs you nothing: your instructor will look at it."


def verdict(
    raised: pytest.ExceptionInfo[BaseException] | None, when: str, talked: bool
) -> tuple[Outcome, str]:
    """The outcome of one test and the sentence for the student.

    `talked` says whether the student's code had already been called: an error of the test's own
    before that is ours, afterwards it comes from a result of an unexpected kind.
    """
    if raised is None:
        return Outcome.PASSED, ""
    error = raised.value
    if isinstance(error, Lost):
        return error.outcome, error.message
    if isinstance(error, StudentError):
        return of_student(error)
    if when != "call":
        return Outcome.BROKEN, BROKEN
    if isinstance(error, AssertionError):
        return Outcome.FAILED, UNSAID if by_a_library(error) else message_of(error)
    if isinstance(error, MISSHAPEN) and talked:
        return Outcome.FAILED, "The result is not of the kind that was asked for."
    return Outcome.BROKEN, BROKEN


def of_student(error: StudentError) -> tuple[Outcome, str]:
    """The verdict where the student's code raised."""
    if isinstance(error, NotThere):
        return Outcome.SKIPPED, error.text
    if error.type == "NotImplementedError":
        return Outcome.SKIPPED, "Not implemented yet."
    if error.type == "MemoryError":
        return Outcome.OUT_OF_MEMORY, "It asked for more memory than is allowed."
    return Outcome.RAISED, f"Your code raised {article(error.type)}."


def article(name: str) -> str:
    """The word with its indefinite article."""
    return f"{'an' if name[:1] in 'AEIOU' else 'a'} {name}"


def message_of(error: AssertionError) -> str:
    """The author's sentence where there is one, else that of the comparison that failed."""
    text = str(error)
    written = text.split(INTROSPECTION)[0] if INTROSPECTION in text else text
    if written and not written.startswith("assert "):
        return written.strip()
    if compare.mismatches:
        return compare.mismatches[-1].message
    return UNSAID


def by_a_library(error: AssertionError) -> bool:
    """Whether the assertion is not the author's but, say, numpy.testing's, which quotes values."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return frame is not None and "site-packages" in frame.tb_frame.f_code.co_filename
