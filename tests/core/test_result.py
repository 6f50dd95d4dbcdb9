"""Points and their sums, and results to disk and back."""

import json

import pytest

from autograder.core.outcome import Outcome
from autograder.core.result import (
    CellRun,
    Check,
    QuestionResult,
    Result,
    exact,
    from_store,
)

OUTPUTS = (
    {"output_type": "stream", "name": "stdout", "text": "π ≈ 3.14\n"},
    {"output_type": "display_data", "data": {"image/png": "iVBORw0="}, "metadata": {}},
)


def check(outcome, possible=1.0, **words):
    """A check of question `f`."""
    return Check("test_f", "f", "f is right.", outcome, possible, **words)


def question(*checks, possible=2.0):
    """The question `f` with its checks."""
    return QuestionResult("f", possible, checks)


def result(*questions, **rest):
    """A result of a full sandbox."""
    return Result("01_a", "a.ipynb", questions, "full", **rest)


WRITTEN = QuestionResult("why", 4.0, written=True)
FULL = result(
    question(check(Outcome.PASSED), check(Outcome.FAILED, message="No.", hint="?", mistake="m")),
    WRITTEN,
    seconds=1.25,
    problems=("A cell is missing.",),
    cells=(CellRun("x = 1", Outcome.PASSED, OUTPUTS, 0.5), CellRun("1/0", Outcome.RAISED)),
)


@pytest.mark.parametrize("outcome", Outcome)
def test_a_check_earns_all_its_points_or_none(outcome):
    assert check(outcome, 1.5).earned == (1.5 if outcome is Outcome.PASSED else 0.0)


@pytest.mark.parametrize("count", [3, 7, 10, 300])
def test_sums_have_no_binary_dust(count):
    checks = [check(Outcome.PASSED, 0.1) for _ in range(count)]
    assert question(*checks, possible=count / 10).earned == count / 10
    singles = result(*(question(each, possible=0.1) for each in checks))
    assert singles.earned == singles.possible == count / 10


def test_a_question_is_as_its_worst_check():
    assert question(check(Outcome.PASSED), check(Outcome.TIMED_OUT)).outcome is Outcome.TIMED_OUT
    assert WRITTEN.outcome is Outcome.SKIPPED


def test_what_is_graded_by_hand_counts_in_neither_sum():
    graded = result(question(check(Outcome.PASSED, 2.0)), WRITTEN)
    assert (graded.earned, graded.possible) == (2.0, 2.0)
    assert WRITTEN.earned is None
    assert not graded.needs_review


def test_what_we_broke_has_no_points_and_asks_for_a_human():
    broken = question(check(Outcome.PASSED), check(Outcome.BROKEN))
    graded = result(broken, question(check(Outcome.PASSED, 2.0)))
    assert broken.earned is None
    assert graded.needs_review
    assert (graded.earned, graded.possible) == (2.0, 4.0)


def test_the_object_of_try_has_these_keys_in_this_order():
    printed = FULL.to_json()
    assert list(printed) == [
        *("schema", "assignment", "notebook", "earned", "possible", "needs_review"),
        *("sandbox", "seconds", "repairs", "problems", "questions"),
    ]
    assert list(printed["questions"][0]) == ["id", "earned", "possible", "outcome", "checks"]
    assert list(printed["questions"][0]["checks"][1]) == [
        *("id", "title", "outcome", "earned", "possible", "message", "hint", "mistake")
    ]
    assert (printed["schema"], printed["earned"], printed["possible"]) == (1, 1.0, 2.0)


def test_a_result_comes_back_from_disk_as_it_was():
    assert from_store(json.loads(json.dumps(FULL.to_store()))) == FULL


def test_a_broken_result_comes_back_broken():
    back = from_store(json.loads(json.dumps(result(question(check(Outcome.BROKEN))).to_store())))
    assert back.needs_review
    assert back.questions[0].earned is None


def test_seconds_are_kept_to_the_millisecond():
    assert from_store(result(seconds=1.23456).to_store()).seconds == 1.235


@pytest.mark.parametrize(("points", "expected"), [(0.1 + 0.2, 0.3), (1 / 3, 0.333333), (2, 2)])
def test_exact_points(points, expected):
    assert exact(points) == expected
