"""A regrade as people see it: who gains, who loses, the question before it, the history after."""

import io
import os
import re
import subprocess
import sys

import pytest
from rich.console import Console

from autograder import changes, verdicts
from autograder.core.grade import Grade, Score
from autograder.gradebook import Gradebook
from autograder.marking import Graded

RIGHT = {
    "double-solution": "def double(number):\n    return 2 * number",
    "hypotenuse-solution": "def hypotenuse(a, b):\n    return (a * a + b * b) ** 0.5",
}
SQUARE = RIGHT | {"hypotenuse-solution": "def hypotenuse(a, b):\n    return 1.0 * (a * a + b * b)"}
WRONG_TEST = '''

@points("hypotenuse", 3)
def test_knows_another_triangle(student):
    """Other triangles are right, too."""
    assert student.hypotenuse(5, 12) == like(169.0)
'''


@pytest.fixture
def typed(assignment, course_root):
    """A function that types a command of ours in the course; hidden tests hold a mistake."""
    with assignment.hidden_tests.open("a", encoding="utf-8") as file:
        file.write(WRONG_TEST)

    def run(*words):
        done = subprocess.run(
            [sys.executable, "-m", "autograder", *words], cwd=course_root,
            env=os.environ | {"COLUMNS": "140"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    return run


def totals(folder):
    """All points in the gradebook by student."""
    with Gradebook(folder) as book:
        return {name: grade.total for name, grade in book.grades("01_small").items()}


def row(text, student):
    """A student's cells in a table."""
    line = next(line for line in text.splitlines() if line.strip("│ ").startswith(student))
    return [cell.strip() for cell in line.split("│")[2:-1]]


def test_a_test_that_was_wrong_is_mended_shown_and_written(
    typed, assignment, folder, handed_in, course_root
):
    handed_in("student01", RIGHT)
    handed_in("student02", SQUARE)
    typed("grade", "01_small")
    assert totals(folder) == {"student01": 2, "student02": 5}

    text = assignment.hidden_tests.read_text()
    assignment.hidden_tests.write_text(text.replace("169.0", "13.0"))
    shown = typed("grade", "01_small", "--dry-run")
    assert row(shown, "student02") == ["hypotenuse 3 → 0", "5", "2", "-3", "hidden tests changed"]
    assert row(shown, "student01") == ["hypotenuse 0 → 3", "2", "5", "+3", "hidden tests changed"]
    assert shown.index("student02") < shown.index("student01")  # who loses comes first
    assert "1 gain 3 points, 1 lose 3, 0 keep what they have." in shown
    assert shown.rstrip().endswith("Nothing was written.")
    assert totals(folder) == {"student01": 2, "student02": 5}

    assert "2 graded now, 0 unchanged" in typed("grade", "01_small")  # the dry run's verdicts
    assert "0 graded now, 2 unchanged" in typed("grade", "01_small")
    assert totals(folder) == {"student01": 5, "student02": 2}
    shown = typed("grade", "01_small", "--regrade", "--student", "student01")
    assert "0 gain 0 points, 0 lose 0, 1 keep what they have." in shown

    told = typed("history", "01_small")
    assert re.findall(r"first grade|hidden tests changed|regrade asked for", told) == [
        *("first grade", "hidden tests changed", "regrade asked for"),
        *("first grade", "hidden tests changed"),
    ]
    assert "double 2, hypotenuse 3" in told
    assert "student01" not in typed("history", "01_small", "--student", "student02")

    typed("extend", "01_small", "student02", "2d", "--reason", "ill")
    assert folder.extensions.read_text().endswith("01_small,student02,2d,ill\n")


@pytest.mark.parametrize(("answer", "dry_run", "kept"), [
    (None, False, True), (True, False, True), (False, False, False), (None, True, True),
])  # fmt: skip
def test_only_a_no_makes_a_regrade_forgotten(assignment, folder, answer, dry_run, kept):
    waiting = verdicts.drawer(folder, "01_small", "ann", verdicts.REGRADE)
    waiting.mkdir(parents=True)
    held = [graded("ann", 2, 5)]
    ask = None if answer is None else lambda question: answer
    out = Console(file=io.StringIO())
    assert changes.agreed(assignment, folder, held, dry_run, ask, out) == (kept and not dry_run)
    assert waiting.exists() == kept


def graded(student, before, after, reason="hidden tests changed", waits=False, penalty=(0.0, 0.0)):
    """A student whose only question has other points now."""

    def grade(points, off):
        auto = None if waits and points == before else points
        return Grade(student, (Score(student, "double", auto, None, 0.0, 9, False, ""),), off)

    return Graded(student, None, True, grade(after, penalty[1]), before=grade(before, penalty[0]),
                  reason=reason)  # fmt: skip


def shown(assignment, held):
    """A preview as it is printed."""
    console = Console(width=140, file=io.StringIO())
    console.print(changes.preview(assignment, held))
    return console.file.getvalue()


def test_a_preview_tells_first_grades_apart_and_hides_what_stays(assignment):
    text = shown(
        assignment, [graded("ann", 2, 2), graded("bob", 5, 4.5), graded("new", 0, 3, waits=True)]
    )
    assert "ann" not in text
    assert row(text, "bob")[:4] == ["double 5 → 4.5", "5", "4.5", "-0.5"]
    assert "0 gain 0 points, 1 lose 0.5, 1 keep what they have." in text
    assert "Mean: 3.50 → 3.25" in text
    assert "First grades: 1 (new)" in text


def test_a_preview_of_nothing_new_is_no_table(assignment):
    text = shown(assignment, [graded("ann", 2, 2)])
    assert text.splitlines() == ["0 gain 0 points, 0 lose 0, 1 keep what they have.",
                                 "Mean: 2.00 → 2.00"]  # fmt: skip


def test_lateness_is_a_change_too_and_markup_is_only_text(assignment):
    held = [graded("ann", 4, 4, "[bold]odd[/]", penalty=(0.4, 0.8))]
    text = shown(assignment, held)
    assert row(text, "ann") == ["late −0.4 → −0.8", "3.6", "3.2", "-0.4", "[bold]odd[/]"]
