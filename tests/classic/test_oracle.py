"""Scores are nbgrader's own: whole courses graded by both, compared cell by cell."""

import re
import shutil
from pathlib import Path

import pytest

from tests.classic.oracle import (
    CONFIG,
    NOISY,
    SOLUTION,
    TESTS,
    Class,
    code,
    essay_cells,
    function,
    hand_in_comparable,
    main_cells,
    notebook,
    text,
    without,
)
from tests.classic.oracle import test_cell as check_cell

KINDS = Path(__file__).with_name("kinds.txt")
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


@pytest.mark.heavy
def test_140_kinds_of_tests_get_nbgraders_own_score(tmp_path, typed, graded, rows):
    root = tmp_path / "kinds"
    (root / "source" / "hw1").mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG.replace("timeout = 3", "timeout = 60"))
    (root / "source" / "hw1" / "kinds.ipynb").write_text(notebook(list(kinds())))
    typed(root, "generate_assignment", "hw1")
    Class(root).hand_in("student01", {"level": "def level(x):\n    return x"})
    other = shutil.copytree(root, tmp_path / "other")
    typed(other, "autograde", "hw1")
    graded(root)
    ours, theirs = rows(root, "hw1"), rows(other, "hw1")
    assert len(ours) > 140
    assert {key: (ours[key], theirs[key]) for key in ours if ours[key] != theirs[key]} == {}


def kinds():
    """A cell for each kind of value, magic, error and surrounding that a test may have."""
    yield code("import numpy as np", grade_id="provided", locked=True)
    yield code(function("level", "return x"), grade_id="level", solution=True)
    rows = re.findall(r"(?s)# %% ([\d.]+) (\w+)\n(.*?)\n(?=# %%|\Z)", KINDS.read_text("utf-8"))
    yield from (check_cell(name, float(points), source) for points, name, source in rows)


@pytest.mark.heavy
def test_a_course_with_names_folders_and_rules_of_its_own(tmp_path, typed, graded, rows):
    roots = [own_course(tmp_path / name, typed) for name in ("ours", "theirs")]
    graded(roots[0])
    typed(roots[1], "autograde", "hw1")
    ours, theirs = (rows(root, "hw1") for root in roots)
    assert {key[0] for key in ours} == {f"student0{n}" for n in range(1, 7)}
    assert {key: (ours[key], theirs[key]) for key in ours if ours[key] != theirs[key]} == {}
    assert ours["student02", "main", "penalty"] == 3
    typed(roots[0], "generate_feedback", "hw1")
    assert (roots[0] / "fb" / "hw1" / "student01" / "main.html").is_file()


def own_course(root, typed):
    """A course whose instructor changed what can be changed, with submissions."""
    (root / "master" / "hw1").mkdir(parents=True)
    (root / "db").mkdir()
    (root / "late.py").write_text(LATE)
    (root / "nbgrader_config.py").write_text(OWN_CONFIG.format(root=root))
    (root / "master" / "hw1" / "helper.py").write_text("def f():\n    return 0")
    cells = [
        code(function("g", "return 1", ""), grade_id="g", solution=True),
        check_cell("g1", 1, "assert g() == 1"),
        check_cell("g2", 2, "assert g() < 5\n# VERSTECKT AN\nassert g() > 0\n# VERSTECKT AUS"),
        check_cell("f1", 3, "import helper\nassert helper.f() == 7"),
        text(SOLUTION.format(body="So."), grade_id="why", grade=True, solution=True, points=2),
        text("Draw.", grade_id="task", task=True, locked=True, points=2),
    ]
    (root / "master" / "hw1" / "main.ipynb").write_text(notebook(cells))
    typed(root, "generate_assignment", "hw1")
    typed(root, "db", "assignment", "add", "hw1", f"--duedate={STAMP}")
    course = OwnClass(root)
    answers = {"g": "def g():\n    return 1", "why": "Because."}
    place = course.hand_in("student01", answers)
    (place / "helper.py").write_text("def f():\n    return 7")
    course.hand_in("student02", answers, stamp="2026-05-03 12:00:00 UTC")
    course.hand_in("student03", {}, stamp="2026-05-09 12:00:00 UTC")
    for student, gone in (("student04", "g1"), ("student05", "why"), ("student06", "task")):
        course.hand_in(student, answers, without(gone, only="main"))
    course.hand_in("nobody", answers)
    return root


class OwnClass(Class):
    """Hands in where the course of `own_course` keeps submissions."""

    def __init__(self, root):
        super().__init__(root)
        self.release = root / "out" / "hw1" / "."

    def place(self, student):
        return self.root / "in" / self.assignment / student


LATE = """\
from nbgrader.plugins import BasePlugin


class TakeOff(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 1.5 * (total_seconds_late // 86400)
"""
OWN_CONFIG = """\
import sys

sys.path.insert(0, "{root}")
from late import TakeOff

c = get_config()
c.CourseDirectory.course_id = "own"
c.CourseDirectory.root = "{root}"
c.CourseDirectory.source_directory = "master"
c.CourseDirectory.release_directory = "out"
c.CourseDirectory.submitted_directory = "in"
c.CourseDirectory.autograded_directory = "done"
c.CourseDirectory.feedback_directory = "fb"
c.CourseDirectory.directory_structure = "{{nbgrader_step}}/{{assignment_id}}/{{student_id}}"
c.CourseDirectory.db_url = "sqlite:///{root}/db/grades.sqlite"
c.CourseDirectory.student_id_exclude = "nobody"
c.OverwriteCells.add_missing_cells = True
c.AssignLatePenalties.plugin_class = TakeOff
c.Autograde.exclude_overwriting = {{"hw1": ["helper.py"]}}
c.ClearHiddenTests.begin_test_delimeter = "VERSTECKT AN"
c.ClearHiddenTests.end_test_delimeter = "VERSTECKT AUS"
"""


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
