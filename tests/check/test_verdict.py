"""From what a hidden test raised to an outcome and a sentence without secrets."""

import numpy as np
import pytest

from autograder.check import compare, like
from autograder.check.student import NotThere, StudentError
from autograder.check.verdict import BROKEN, verdict
from autograder.core.outcome import Outcome
from autograder.sandbox.channel import Lost

NOT_OF_THE_KIND = "The result is not of the kind that was asked for."


def told(error, when="call", talked=True):
    """Outcome and sentence for an exception."""
    try:
        raise error
    except BaseException as raised:  # whatever a hidden test may raise
        return verdict(pytest.ExceptionInfo.from_exception(raised), when, talked)


@pytest.mark.parametrize(
    ("error", "outcome", "sentence"),
    [
        (Lost(Outcome.TIMED_OUT, "Too slow."), Outcome.TIMED_OUT, "Too slow."),
        (Lost(Outcome.RAISED, "It ended."), Outcome.RAISED, "It ended."),
        (NotThere("NameError", "`f` is not there."), Outcome.SKIPPED, "`f` is not there."),
        (StudentError("NotImplementedError", ""), Outcome.SKIPPED, "Not implemented yet."),
        (StudentError("MemoryError", ""), Outcome.OUT_OF_MEMORY,
         "It asked for more memory than is allowed."),
        (StudentError("ValueError", "3.14"), Outcome.RAISED, "Your code raised a ValueError."),
        (StudentError("IndexError", "3.14"), Outcome.RAISED, "Your code raised an IndexError."),
        (AssertionError("The author's sentence."), Outcome.FAILED, "The author's sentence."),
        (AssertionError("The author's sentence.\nassert 3.14 == 2"), Outcome.FAILED,
         "The author's sentence."),
        (AssertionError("assert 3.14 == 2"), Outcome.FAILED,
         "The result is not as it should be."),
        (AssertionError(), Outcome.FAILED, "The result is not as it should be."),
        (TypeError("3.14"), Outcome.FAILED, NOT_OF_THE_KIND),
        (AttributeError("3.14"), Outcome.FAILED, NOT_OF_THE_KIND),
        (ZeroDivisionError("3.14"), Outcome.FAILED, NOT_OF_THE_KIND),
        (np.exceptions.AxisError(3, 2), Outcome.FAILED, NOT_OF_THE_KIND),
        (RecursionError("3.14"), Outcome.FAILED, NOT_OF_THE_KIND),
        (RuntimeError("3.14"), Outcome.FAILED, NOT_OF_THE_KIND),
        (OSError("3.14"), Outcome.BROKEN, BROKEN),
        (MemoryError(), Outcome.BROKEN, BROKEN),
        (SystemExit(), Outcome.BROKEN, BROKEN),
    ],
    ids=repr,
)  # fmt: skip
def test_what_was_raised_after_talking_to_the_student(error, outcome, sentence):
    compare.mismatches.clear()
    assert told(error) == (outcome, sentence)
    assert "3.14" not in told(error)[1]


@pytest.mark.parametrize("error", [TypeError(), KeyError("x"), RuntimeError(), NameError()])
def test_an_error_before_the_student_was_asked_is_ours(error):
    assert told(error, talked=False) == (Outcome.BROKEN, BROKEN)


@pytest.mark.parametrize("when", ["setup", "teardown"])
@pytest.mark.parametrize("error", [AssertionError("x"), TypeError(), ValueError("x")])
def test_an_error_around_the_test_is_ours(when, error):
    assert told(error, when) == (Outcome.BROKEN, BROKEN)


def test_no_exception_is_a_pass():
    assert verdict(None, "call", True) == (Outcome.PASSED, "")


def test_a_comparison_without_a_sentence_is_explained_by_its_mismatch():
    compare.mismatches.clear()
    assert np.zeros(3) != like(np.array([0.0, 3.14, 0.0]))
    expected = "The shape is right, but some values are not."
    assert told(AssertionError("assert array([0., 0.]) == like(array([3.14, 0.]))"))[1] == expected
    assert told(AssertionError())[1] == expected
    assert told(AssertionError("The author's."))[1] == "The author's."


def test_values_that_a_library_quotes_stay_with_the_instructor():
    with pytest.raises(AssertionError) as raised:
        np.testing.assert_allclose(np.array([1.0]), np.array([3.14159]))
    _, message = verdict(raised, "call", talked=True)
    assert "3.14" not in message
