"""Scores are nbgrader's own: whole courses graded by both, compared cell by cell."""

import shutil

import pytest

from tests.classic.oracle import NOISY, TESTS, Class, essay_cells, hand_in_comparable, main_cells

STAMP = "2026-05-01 12:00:00 UTC"


def test_the_oracle_has_more_than_45_cells():
    assert len([*main_cells(), *essay_cells()]) > 45


def test_the_documented_course_is_graded_as_nbgrader_grades_it(quickstart, typed, graded, rows):
    other = shutil.copytree(quickstart, quickstart.with_name("other"))
    typed(other, "autograde", "ps1")
    found = graded(quickstart, "ps1")
    assert rows(quickstart, "ps1") == rows(other, "ps1")
    assert {name: grade.earned for name, grade in found.items()} == {"bitdiddle": 1.5, "hacker": 3}


@pytest.mark.heavy
def test_automatic_tests_are_graded_as_nbgrader_grades_them(tmp_path, typed, graded, rows):
    typed(tmp_path, "quickstart", "course101", "--autotest")
    root = tmp_path / "course101"
    typed(root, "generate_assignment", "ps1")
    course = Class(root, "ps1")
    course.hand_in("student01", AUTOTESTED)
    course.hand_in("student02", AUTOTESTED | {"squares": "def squares(n):\n    return [1]"})
    course.hand_in("student03", {})
    other = shutil.copytree(root, tmp_path / "other")
    typed(other, "autograde", "ps1")
    found = graded(root, "ps1")
    assert rows(root, "ps1") == rows(other, "ps1")
    assert [found[f"student0{n}"].earned for n in (1, 3)] == [3, 0]


AUTOTESTED = {
    "squares": "def squares(n):\n    if n < 1:\n        raise ValueError('too small')\n"
    "    return [i**2 for i in range(1, n + 1)]",
    "sum_of_squares": "def sum_of_squares(n):\n    return sum(squares(n))",
    "cell-d3df8cd59fd0eb74": "my_dictionary = {'one': 1, 'two': 2, 'three': 3}",
}


@pytest.mark.heavy
def test_every_cell_gets_nbgraders_own_score_but_for_stderr(oracle, typed, graded, rows):
    typed(oracle, "db", "assignment", "add", "hw1", f"--duedate={STAMP}")
    hand_in_comparable(Class(oracle))
    other = shutil.copytree(oracle, oracle.with_name("other"))
    typed(other, "autograde", "hw1")
    graded(oracle)
    ours, theirs = rows(oracle, "hw1"), rows(other, "hw1")
    assert ours.keys() == theirs.keys()
    assert {key for key in ours if ours[key] != theirs[key]} == differing(ours)


def differing(ours):
    """Where ours may differ: stderr costs nothing; so the penalty of all points is higher."""
    noisy = {key for key in ours if key[2] in NOISY and ours[key][0]}
    return noisy | {("student09", "levels", "penalty")}


def test_honest_work_gets_what_nbgrader_gave_once(oracle, graded):
    course = Class(oracle)
    course.hand_in("student01")
    course.hand_in("student02", {})
    found = graded(oracle)
    scores = {score.cell: score.auto for score in found["student01"].scores["levels"]}
    expected = {name: float(points) for name, (points, _) in (TESTS | NOISY).items()}
    assert {name: scores[name] for name in expected} == expected | PARTIAL
    assert found["student02"].earned == 1
    assert scores_by_hand(found["student01"]) == {"why": None, "by_hand": None, "task": None}
    assert scores_by_hand(found["student02"]) == {"why": 0, "by_hand": 0, "task": None}


PARTIAL = {
    "value_int": 2,
    "value_float": 0.5,
    "value_zero": 0,
    "value_after_display": 0.5,
    "value_after_print": 1.5,
    "value_exponent": 0.001,
    "value_number_in_quotes": 2,
    "ends_with_error": 0,
}


def scores_by_hand(grade):
    """The points of cells that people grade."""
    names = ("why", "by_hand", "task")
    return {score.cell: score.auto for score in grade.scores["essay"] if score.cell in names}
