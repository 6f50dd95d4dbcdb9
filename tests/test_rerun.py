"""Which verdict counts where a submission was graded more than once."""

import pytest

from autograder import rerun
from autograder.core.outcome import Outcome
from autograder.core.result import CellRun, Check, QuestionResult, Result
from autograder.sandbox.channel import IN_A_CALL

RIGHT, WRONG, LOST, MISSING = "right", "wrong", "lost", "missing"
OUTCOMES = {
    RIGHT: Outcome.PASSED, WRONG: Outcome.FAILED, LOST: Outcome.RAISED, MISSING: Outcome.SKIPPED,
}  # fmt: skip
WHOLE = CellRun("x = 1", Outcome.PASSED)
CUT = CellRun("x = 1", Outcome.RAISED, ({"output_type": "stream", "name": "stderr", "text": ""},))
FAILED = CellRun("x = y", Outcome.RAISED, ({"output_type": "error"},))


def result(*answers, cell=WHOLE, flagged=False, cells=()):
    """A verdict on one question with a check for each answer, each worth a point."""
    checks = [
        Check(f"test_{n}", "f", "", OUTCOMES[each], 1.0, IN_A_CALL if each == LOST else "")
        for n, each in enumerate(answers)
    ]
    question = QuestionResult("f", float(len(checks)), tuple(checks), flagged=flagged)
    return Result("a", "n", (question,), "full", cells=cells or (cell,))


def cut_at(place):
    """Four cells, one of which has ended the process."""
    return tuple(CUT if number == place else WHOLE for number in range(4))


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


@pytest.mark.parametrize("best", range(1, 4))
def test_a_notebook_that_ends_in_other_cells_each_time_guesses_once(best):
    runs = [result(RIGHT if run == best else WRONG, cells=cut_at(run)) for run in range(4)]
    judged = rerun.with_first_answers(runs[best], runs)
    assert (judged.earned, rerun.RESTLESS in judged.problems) == (0.0, True)


def test_a_notebook_that_ends_in_a_cell_cannot_choose_which_of_its_guesses_counts():
    cut = cut_at(0)
    runs = [result(WRONG, LOST, RIGHT, cells=cut), *[result(RIGHT, RIGHT, RIGHT, cells=cut)] * 2]
    assert rerun.with_first_answers(runs[-1], runs).earned == 2.0


def test_what_was_missing_while_others_ended_the_process_is_no_answer():
    runs = [result(RIGHT, MISSING, cells=cut_at(1)), result(MISSING, RIGHT, cells=cut_at(0))]
    runs += [result(RIGHT, LOST, cells=cut_at(2)), result(RIGHT, RIGHT, cells=cut_at(3))]
    assert rerun.with_first_answers(runs[-1], runs).earned == 2.0


def test_a_process_that_ends_elsewhere_every_time_is_told_of():
    runs = [result(*[LOST if n == run else RIGHT for n in range(4)]) for run in range(4)]
    assert rerun.RESTLESS in rerun.with_first_answers(runs[0], runs).problems
    alike = [*runs[:3], runs[2]]
    assert not rerun.with_first_answers(alike[-1], alike).problems
