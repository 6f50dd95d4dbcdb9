"""Which verdict counts where a submission was graded more than once."""

import pytest

from autograder import rerun
from autograder.core.outcome import Outcome
from autograder.core.result import CellRun, Check, QuestionResult, Result
from autograder.sandbox.session import IN_A_CALL

RIGHT, WRONG, LOST = "right", "wrong", "lost"
OUTCOMES = {RIGHT: Outcome.PASSED, WRONG: Outcome.FAILED, LOST: Outcome.RAISED}
WHOLE = CellRun("x = 1", Outcome.PASSED)
CUT = CellRun("x = 1", Outcome.RAISED, ({"output_type": "stream", "name": "stderr", "text": ""},))
FAILED = CellRun("x = y", Outcome.RAISED, ({"output_type": "error"},))


def result(*answers, cell=WHOLE, flagged=False):
    """A verdict on one question with a check for each answer, each worth a point."""
    checks = [
        Check(f"test_{n}", "f", "", OUTCOMES[each], 1.0, IN_A_CALL if each == LOST else "")
        for n, each in enumerate(answers)
    ]
    question = QuestionResult("f", float(len(checks)), tuple(checks), flagged=flagged)
    return Result("a", "n", (question,), "full", cells=(cell,))


@pytest.mark.parametrize(
    ("results", "earned"),
    [
        ([result(RIGHT, LOST), result(RIGHT, RIGHT)], 2.0),  # ended from outside: nothing is lost
        ([result(WRONG, LOST), result(RIGHT, LOST)], 0.0),  # a guess is not made twice
        ([result(RIGHT, LOST), result(WRONG, RIGHT)], 2.0),
        ([result(WRONG, WRONG, cell=CUT), result(RIGHT, RIGHT)], 2.0),  # cells were missing
        ([result(RIGHT, WRONG, cell=FAILED), result(WRONG, RIGHT)], 1.0),  # an error of its own
        ([result(RIGHT, RIGHT), result(WRONG, WRONG, flagged=True)], 0.0),  # a shortcut was seen
    ],
)
def test_what_was_answered_first_stands(results, earned):
    assert rerun.with_first_answers(results[-1], results).earned == earned


def test_a_process_that_ends_elsewhere_every_time_is_told_of():
    runs = [result(*[LOST if n == run else RIGHT for n in range(4)]) for run in range(4)]
    assert rerun.RESTLESS in rerun.with_first_answers(runs[0], runs).problems
    alike = [*runs[:3], runs[2]]
    assert not rerun.with_first_answers(alike[-1], alike).problems
