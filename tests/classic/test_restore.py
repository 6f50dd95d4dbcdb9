"""A submitted notebook put right: locked cells, deleted ones, and the words a course uses."""

import pytest

from autograder.classic.plan import Plan, PlannedNotebook, Slot
from autograder.classic.restore import restored
from autograder.core.submission import Cell, Submission

TEST = "assert f() == 1\n# HIDE\nassert f() > 0\n# SHOW"
ANSWER = Slot("f", "code", "def f(): ...", False, "", solution=True)
CHECK = Slot("f1", "code", TEST, True, "", grade=True, points=1)
TIMED = Slot("f2", "code", "%%time\nassert f() == 1", True, "", grade=True, points=1)
WHY = Slot("why", "markdown", "YOUR ANSWER HERE", False, "", grade=True, solution=True, points=2)
NOTEBOOK = PlannedNotebook("main", (ANSWER, CHECK, TIMED, WHY))
CELLS = (
    Cell("code", "def f(): return 1", "f"),
    Cell("code", "assert f() == 1", "f1"),
    Cell("code", TIMED.source, "f2"),
    Cell("markdown", "Because.", "why"),
)


def shaped(*cells, **rules):
    """The notebook of these cells, put right by a plan with these rules."""
    plan = Plan("hw", (NOTEBOOK,), **rules)
    return restored(plan, NOTEBOOK, Submission("main.ipynb", cells))


def test_hidden_tests_between_a_courses_own_words_are_no_change_of_the_student():
    own = (("HIDE", "BEGIN HIDDEN TESTS"), ("SHOW", "END HIDDEN TESTS"))
    found = shaped(*CELLS, delimiters=own)
    assert found.problems == ()
    assert found.cells[1].source == TEST
    edited = Cell("code", "assert True", "f1")
    said = shaped(CELLS[0], edited, *CELLS[2:], delimiters=own).problems
    assert said == ("main: the test cell f1 was changed; the original was run.",)


def test_marks_without_an_end_in_a_students_test_cell_do_not_hold_up_whoever_reads_them():
    endless = Cell("code", "### BEGIN HIDDEN TESTS\n" * 100_000, "f1")
    assert "was changed" in shaped(CELLS[0], endless, *CELLS[2:]).problems[0]


@pytest.mark.parametrize(
    ("gone", "source"),
    [(1, f"# f1 was missing.\n\n{TEST}"), (2, TIMED.source), (3, "why was missing.\n\n{}")],
)
def test_what_is_put_back_says_so_and_is_no_untouched_answer(gone, source):
    left = [cell for n, cell in enumerate(CELLS) if n != gone]
    found = shaped(*left, restores=True, notice="{cell_id} was missing.\n\n")
    assert found.cells[gone].source == source.format(WHY.source)
    assert [cell.slot.name for cell in found.cells] == ["f", "f1", "f2", "why"]


def test_a_notebook_without_any_mark_is_one_sentence():
    bare = [Cell(cell.kind, cell.source) for cell in CELLS]
    (problem,) = shaped(*bare).problems
    assert "no cell has nbgrader's mark" in problem
