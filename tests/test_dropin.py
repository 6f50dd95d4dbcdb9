"""`nbgrader autograde` in a course folder: our sandbox, our hidden tests, nobody else's run."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import history
from autograder.folder import CourseFolder
from autograder.gradebook import Gradebook

MAY, JUNE = "2026-05-01 12:00:00 UTC", "2026-06-01 12:00:00 UTC"
RIGHT = {
    "double-solution": "def double(number):\n    return 2 * number",
    "hypotenuse-solution": "def hypotenuse(a, b):\n    return (a * a + b * b) ** 0.5",
    "why": "Because squares add up.",
}
WRONG = RIGHT | {"hypotenuse-solution": "def hypotenuse(a, b):\n    return a * a + b * b"}
MORE_TESTS = '''

@points("hypotenuse", 3)
def test_knows_another_triangle(student):
    """Other triangles are right, too."""
    assert student.hypotenuse(5, 12) == like(13.0)
'''
BIN = Path(sys.executable).parent
WHEN = re.compile(rb'"(?:seconds|made|graded|when)": [^,}]+')


@pytest.fixture(autouse=True)
def all_tests(assignment):
    """Let every question of the small course be judged."""
    with assignment.hidden_tests.open("a", encoding="utf-8") as file:
        file.write(MORE_TESTS)


@pytest.fixture
def nbgrader(folder):
    """A function that runs nbgrader's own program in the course folder, from nobody's shell."""

    def run(*words, where=folder.root, **variables):
        environment = {"PATH": f"{BIN}:{os.defpath}", "HOME": str(folder.root.parent)}
        return subprocess.run(
            [BIN / "nbgrader", *words], cwd=where, env=environment | variables,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return run


@pytest.fixture
def autograder_grade(course_root):
    """A function that runs `autograder grade` on a course folder."""

    def run(folder):
        command = [BIN / "autograder", "grade", "01_small", f"--course={folder.root}"]
        done = subprocess.run(command, cwd=course_root, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    return run


def scores(folder):
    """All that the gradebook holds."""
    with Gradebook(folder) as book:
        return book.scores("01_small")


def points(folder, student):
    """The automatic points of a student's questions."""
    return {each.question: each.auto for each in scores(folder) if each.student == student}


def files(folder):
    """What is kept on a class but its history, without the times of the runs."""
    return {
        path.relative_to(folder.root).as_posix(): WHEN.sub(b"", path.read_bytes())
        for state in (folder.autograded, folder.results)
        for path in sorted(state.rglob("*"))
        if path.is_file() and path.parent.name != "history"
    }


@pytest.fixture
def class_of_four(folder, handed_in, tmp_path):
    """Right and wrong answers, a file that is no notebook; wherever one could do harm, it tries."""
    leave = f"open({str(tmp_path / 'seen')!r}, 'w').close()"
    own = {"cell_type": "code", "source": leave, "metadata": {}, "outputs": []}

    def skip_the_tests(cells):
        for cell in cells:
            cell["metadata"]["tags"] = ["skip-execution"]
        return [own | {"id": "x1", "execution_count": None}, *cells]

    handed_in("student01", RIGHT)
    handed_in("student02", WRONG, skip_the_tests)
    handed_in("student03", RIGHT)
    beside = folder.submitted / "student03" / "01_small"
    (beside / "page.html").write_text("<script>alert(1)</script>", encoding="utf-8")
    (beside / "figure.png").write_bytes(b"theirs")
    (folder.source / "01_small" / "figure.png").write_bytes(b"ours")
    handed_in("student04")
    folder.submitted_notebook("student04", "01_small", "small").write_bytes(b"\x00 no notebook")


@pytest.mark.usefixtures("class_of_four")
def test_it_leaves_what_grade_leaves(folder, nbgrader, autograder_grade, tmp_path):
    other = CourseFolder(Path(shutil.copytree(folder.root, tmp_path / "other")))
    autograder_grade(other)
    done = nbgrader("autograde", "01_small")
    assert done.returncode == 0, done.stderr
    assert points(folder, "student01") == {"double": 2, "hypotenuse": 3, "why": None}
    assert points(folder, "student02") == {"double": 2, "hypotenuse": 0, "why": None}
    assert points(folder, "student04") == {"double": None, "hypotenuse": None, "why": None}
    assert (scores(folder), files(folder)) == (scores(other), files(other))

    course = f"--course-dir={folder.root}"  # from elsewhere the folder's settings hold, too
    again = nbgrader("autograde", "01_small", "--force", "--no-execute", course, where=tmp_path)
    assert again.returncode == 0, again.stderr
    beside = folder.autograded / "student03" / "01_small" / "figure.png"
    assert beside.read_bytes() == b"ours"  # which nbgrader put there
    for each in folder.autograded.glob("*/*/figure.png"):
        each.unlink()
    assert (scores(folder), files(folder)) == (scores(other), files(other))
    assert not (tmp_path / "seen").exists()
    told = history.entries(history.place(folder, "01_small", "student01"))
    assert [each["reason"] for each in told] == ["first grade", "regrade asked for"]


def test_formgraders_button_in_a_server_that_is_running(
    folder, handed_in, nbgrader_api, monkeypatch
):
    from nbgrader.api import Gradebook as Theirs

    api = nbgrader_api(folder)

    async def press():
        return api.autograde("01_small", "student02")

    handed_in("student01", RIGHT)
    handed_in("student02", WRONG, stamp=MAY)
    done = asyncio.run(press())
    assert done["success"], done
    assert "autograder grade: student02: 2/5" in done["log"]
    assert points(folder, "student01") == {}
    with Theirs(folder.database_url) as book:
        grade = book.find_grade("why", "small", "01_small", "student02")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.db.commit()

    # Where the sandbox does not start, that is said and nothing is lost.
    before = files(folder), scores(folder)
    handed_in("student02", WRONG | {"why": "Because of Pythagoras."}, stamp=JUNE)
    with monkeypatch.context() as nowhere:
        nowhere.setenv("PATH", str(BIN))
        done = asyncio.run(press())
    assert not done["success"]
    assert "sandbox: the program bwrap is missing" in done["log"]
    assert (files(folder), scores(folder)) == before

    # A new submission asks the person again who gave points.
    assert asyncio.run(press())["success"]
    (why,) = [score for score in scores(folder) if score.question == "why"]
    assert (why.manual, why.needs_review) == (1.5, True)


def test_the_best_attempt_counts_for_nbgrader_too(folder, handed_in, nbgrader, course_root):
    from nbgrader.api import Gradebook as Theirs

    file = course_root / "course_config.py"
    late = "counting='best', due={'01_small': '2026-04-30 12:00 UTC'}, late=Late(percent_per_day=1)"
    text = (
        file.read_text().replace("seed=7", f"seed=7, {late}").replace("Course\n", "Course, Late\n")
    )
    file.write_text(text)
    handed_in("student01", RIGHT, stamp=MAY)
    assert nbgrader("autograde", "01_small").returncode == 0
    handed_in("student01", WRONG, stamp=JUNE)
    done = nbgrader("autograde", "01_small")  # nbgrader enters June, and we May again
    assert done.returncode == 0, done.stderr
    assert points(folder, "student01") == {"double": 2, "hypotenuse": 3, "why": None}
    with Theirs(folder.database_url) as book:
        found = book.find_submission("01_small", "student01")
        assert (found.total_seconds_late, found.late_submission_penalty) == (86400, 0.05)
    shown = folder.autograded_notebook("student01", "01_small", "small").read_text()
    assert "** 0.5" in shown
    assert "Attempt 1 of 2 counts: the best." in shown


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["01_small", "--db=sqlite:////nowhere/other.db"], "Leave out `--db`"),
        (["02_other"], "assignment '02_other' is not known: 01_small"),
    ],
)
def test_what_cannot_be_graded_is_said_in_a_sentence(folder, handed_in, nbgrader, words, sentence):
    handed_in("student01", RIGHT)
    shutil.copytree(folder.submitted / "student01" / "01_small",
                    folder.submitted / "student01" / "02_other")  # fmt: skip
    done = nbgrader("autograde", *words)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
