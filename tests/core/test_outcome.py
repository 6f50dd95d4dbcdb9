"""The gravest outcome stands for the whole."""

import pytest

from autograder.core.outcome import SEVERITY, Outcome, worst

PASSED, FAILED, RAISED = Outcome.PASSED, Outcome.FAILED, Outcome.RAISED
SKIPPED, BROKEN, LATE = Outcome.SKIPPED, Outcome.BROKEN, Outcome.TIMED_OUT
HOG = Outcome.OUT_OF_MEMORY


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], SKIPPED),
        ([PASSED], PASSED),
        ([PASSED, SKIPPED], SKIPPED),
        ([SKIPPED, FAILED, PASSED], FAILED),
        ([FAILED, RAISED], RAISED),
        ([LATE, RAISED], LATE),
        ([LATE, HOG], HOG),
        ([PASSED, BROKEN, HOG], BROKEN),
    ],
)
def test_the_worst_outcome_wins_in_any_order(outcomes, expected):
    assert worst(outcomes) is expected
    assert worst(reversed(outcomes)) is expected


def test_every_outcome_has_its_place_in_the_order_of_severity():
    assert sorted(SEVERITY) == sorted(Outcome)
