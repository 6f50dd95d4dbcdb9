"""Courses made by the real nbgrader once, copied for each test."""

import os
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from autograder.classic import settings
from autograder.classic.grading import grade_classic
from autograder.classic.ledger import Ledger

DOCUMENTED = Path(str(files("nbgrader"))) / "docs" / "source" / "user_guide"


@pytest.fixture(scope="session")
def typed():
    """A function that runs a command of nbgrader's in a folder, as its documentation has it."""

    def run(folder, *words, status=0):
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *words],
            cwd=folder, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


@pytest.fixture(scope="session")
def generated_oracle(tmp_path_factory, typed):
    """The oracle's course with its release; not to be changed."""
    from tests.classic.oracle import write_course

    root = write_course(tmp_path_factory.mktemp("oracle") / "course")
    typed(root, "generate_assignment", "hw1")
    return root


@pytest.fixture(scope="session")
def generated_quickstart(tmp_path_factory, typed):
    """nbgrader's quickstart course with the submissions of its documentation."""
    place = tmp_path_factory.mktemp("quickstart")
    typed(place, "quickstart", "course101")
    shutil.copytree(DOCUMENTED / "submitted", place / "course101" / "submitted")
    typed(place / "course101", "generate_assignment", "ps1")
    return place / "course101"


@pytest.fixture
def quickstart(generated_quickstart, tmp_path):
    """A copy of the quickstart course: whatever is done there is this test's own."""
    return shutil.copytree(generated_quickstart, tmp_path / "course101")


@pytest.fixture
def oracle(generated_oracle, tmp_path):
    """A copy of the oracle's course, without submissions."""
    return shutil.copytree(generated_oracle, tmp_path / "oracle")


@pytest.fixture
def graded():
    """A function that adopts a course and grades an assignment there; scores by student."""

    def grade(root, assignment="hw1", **options):
        options = {"workers": 1} | options
        return {
            grade.student: grade
            for grade in grade_classic(settings.adopt(root), assignment, **options)
        }

    return grade


@pytest.fixture
def rows():
    """A function that reads all that a gradebook holds on an assignment's submissions."""

    def read(root, assignment):
        found = {}
        with Ledger(settings.open_course(root)) as ledger:
            for submission in ledger._book.assignment_submissions(assignment):
                student = submission.student.id
                for notebook in submission.notebooks:
                    place = (student, notebook.name)
                    found[(*place, "penalty")] = notebook.late_submission_penalty
                    for grade in notebook.grades:
                        entry = (grade.auto_score, grade.manual_score, grade.needs_manual_grade)
                        found[(*place, grade.cell.name)] = entry
                    for comment in notebook.comments:
                        found[(*place, f"comment {comment.cell.name}")] = comment.auto_comment
        return found

    return read
