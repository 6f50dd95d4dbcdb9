"""First drafts in our format: they load and build, and the tests that could be moved work."""

import shutil

import pytest

from autograder import config
from autograder.classic import day
from autograder.classic.convert import texts
from autograder.classic.draft import drafted
from autograder.core.errors import UserError
from autograder.core.submission import Cell, read_notebook
from autograder.lesson.build import built_text, solved_text
from autograder.pipeline import Grader
from autograder.sandbox.backend import chosen
from tests.classic.conftest import DOCUMENTED


def converted(root, *names):
    """The drafts of a course, as our own assignments."""
    lines = list(day.convert(root, list(names)))
    course = config.load_course(root / "converted")
    return {name: config.load_assignment(course, name) for name in course.assignments}, lines


def test_drafts_of_the_documented_course_build(quickstart):
    found, lines = converted(quickstart)
    assert list(found) == ["ps1_problem1", "ps1_problem2"]
    assert all('"nbgrader"' in built_text(each) for each in found.values())
    points = {each.id: each.points for each in found["ps1_problem1"].questions if not each.written}
    assert points == {"squares": 2, "sum_of_squares": 1}
    assert "autograder verify" in lines[-1]
    with pytest.raises(UserError, match="exists already"):
        converted(quickstart)


def test_moved_tests_pass_for_the_solution_and_fail_for_stubs(quickstart):
    assignment = converted(quickstart)[0]["ps1_problem1"]
    assignment.built.write_text(built_text(assignment))
    with Grader(assignment, chosen("full")) as grader:
        solved = grader.grade(read_notebook("a.ipynb", solved_text(assignment).encode()))
        stubs = grader.grade(read_notebook("a.ipynb", assignment.built.read_bytes()))
    checks = {check.id: check for each in solved.questions for check in each.checks}
    moved = ("correct_squares", "squares_invalid_input", "correct_sum_of_squares")
    assert [checks[f"test_{name}"].earned for name in moved] == [1, 1, 0.5]
    assert checks["test_sum_of_squares_uses_squares"].outcome == "BROKEN"  # still to be written
    assert stubs.earned == 0


def test_automatic_tests_become_comparisons_with_the_reference(quickstart):
    shutil.rmtree(quickstart / "source" / "ps1")
    shutil.copytree(DOCUMENTED / "source" / "ps1_autotest", quickstart / "source" / "ps1")
    assignment = converted(quickstart)[0]["ps1_problem1"]
    text = assignment.hidden_tests.read_text()
    assert "assert squares(3) == like(reference.squares(3))" in text
    assert "# TODO: it catches an error" in text
    assert built_text(assignment)


def test_the_oracle_becomes_a_draft_that_loads(oracle):
    found = converted(oracle)[0]
    text = found["hw1_levels"].hidden_tests.read_text()
    assert "assert add(-1, 5) == 4" in text
    assert text.count("partial credit") > 5
    compile(text, "hidden_tests.py", "exec")
    assert "Two points a wall." not in found["hw1_essay"].lesson.read_text()
    assert "def add(x, y):" not in found["hw1_levels"].lesson.read_text()
    assert all(built_text(each) for each in found.values())


def test_a_second_assignment_joins_the_first(oracle):
    source = oracle / "source"
    shutil.copytree(source / "hw1", source / "hw2")
    converted(oracle, "hw1")
    found, lines = converted(oracle, "hw2")
    assert list(found) == ["hw1_essay", "hw1_levels"]
    assert "course_config.py: hw2_essay, hw2_levels" in lines[-2]


def test_an_unknown_assignment_gets_the_nearest_name(quickstart):
    with pytest.raises(UserError, match="did you mean ps1"):
        converted(quickstart, "ps2")


SOLUTION = Cell("code", "def f(x):\n    return x", "f", {"nbgrader": {"solution": True}})


@pytest.mark.parametrize(
    ("source", "todo"),
    [
        ("assert f(1) == 1", ""),
        ("try:\n    f(1)\nexcept ValueError:\n    pass\nelse:\n    assert False", ""),
        ("try:\n    f(1)\nexcept ValueError as e:\n    print(e)", "it catches an error"),
        ("assert g(1) == 1", "it uses no function"),
        ("assert f(unknown) == 1", "it uses unknown, which"),
        ("f = 1\nassert f", "it changes the notebook's names"),
        ("await f(1)\nassert True", "it awaits"),
        ("assert f(1) ==", "it uses no function"),
        ("f(1) * 2", "it gave partial credit"),
        ("print(f(1))", ""),
    ],
)
def test_what_a_person_has_to_write_is_said(source, todo):
    test = Cell("code", source, "t", {"nbgrader": {"grade": True, "points": 1}})
    found = drafted([SOLUTION, test]).tests[0].todo
    assert found.startswith(todo)
    assert bool(found) == bool(todo)


def test_a_module_of_the_courses_own_is_named_and_the_draft_loads():
    provided = Cell("code", "import own_file, math\nfrom own_file import more\nscale = math.pi")
    future = Cell("code", "from __future__ import annotations\nassert f(1) == 1", "t",
                  {"nbgrader": {"grade": True, "points": 1}})  # fmt: skip
    leaning = Cell("code", "assert f(1) == own_file.one", "u",
                   {"nbgrader": {"grade": True, "points": 1}})  # fmt: skip
    draft = drafted([provided, SOLUTION, future, leaning])
    written = texts("a", "A", draft)
    reference, tests = written["reference/a.py"], written["assignments/a/hidden_tests.py"]
    assert reference.count("# TODO: own_file is not installed.") == 1
    assert draft.tests[1].todo == "it uses own_file, which nothing here defines"
    names = {}
    exec(reference, names)
    assert names["math"].pi > names["f"](3)
    compile(tests, "hidden_tests.py", "exec")
