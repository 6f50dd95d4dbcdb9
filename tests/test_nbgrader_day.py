"""nbgrader's own commands in a course folder, typed as its documentation has them."""

import csv
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.gradebook import Gradebook

BIN = Path(sys.executable).parent
NAMES = r".*(?P<student_id>student\d\d)_01_small_attempt_(?P<timestamp>[0-9\-]+)_(?P<file_id>.*)"
ANSWER = "def double(number):\n    return number + number"
MORE_TESTS = '''

@points("hypotenuse", 3)
def test_knows_another_triangle(student):
    """Other triangles are right, too."""
    assert student.hypotenuse(5, 12) == like(13.0)
'''


@pytest.fixture
def typed(assignment, course_root):
    """A function that types an nbgrader command in a folder, as a user with this home."""
    with assignment.hidden_tests.open("a", encoding="utf-8") as file:
        file.write(MORE_TESTS)

    def run(line, where, home=course_root):
        environment = {"PATH": f"{BIN}:{os.defpath}", "HOME": str(home)}
        done = subprocess.run(
            [BIN / "nbgrader", *line.split()], cwd=where, env=environment,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"nbgrader {line}\n{done.stderr}"
        return done.stdout + done.stderr

    return run


@pytest.fixture
def student(folder, tmp_path):
    """A student's home, whose nbgrader knows the exchange."""
    home = tmp_path / "home"
    (home / ".jupyter").mkdir(parents=True)
    (home / ".jupyter" / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        f"c.Exchange.root = {str(folder.exchange)!r}\n"
        "c.CourseDirectory.course_id = 'small'\n",
        encoding="utf-8",
    )
    return home


def points(folder):
    """The points of all questions, by student."""
    with Gradebook(folder) as book:
        found = book.scores("01_small")
    return {name: sum(each.earned for each in found if each.student == name)
            for name in {each.student for each in found}}  # fmt: skip


@pytest.mark.heavy
def test_the_exchange_from_release_to_feedback(folder, typed, student):
    typed("generate_assignment 01_small --force", folder.root)
    typed("release_assignment 01_small", folder.root)
    assert "small 01_small" in typed("list", student, student)
    typed("fetch_assignment 01_small", student, student)
    notebook = student / "01_small" / "small.ipynb"
    stub = "# YOUR CODE HERE\\n"
    text = notebook.read_text(encoding="utf-8")
    assert stub in text
    assert "test_doubles_large_numbers" not in text
    notebook.write_text(text.replace(stub, "return 2 * number\\n", 1), encoding="utf-8")
    typed("submit 01_small", student, student)

    typed("collect 01_small", folder.root)
    (name,) = [path.parent.name for path in folder.submitted.glob("*/01_small")]
    typed("autograde 01_small", folder.root)
    assert points(folder) == {name: 2.0}
    typed("generate_feedback 01_small", folder.root)
    typed("release_feedback 01_small", folder.root)
    typed("fetch_feedback 01_small", student, student)
    (page,) = (student / "01_small" / "feedback").rglob("small.html")
    shown = page.read_text(encoding="utf-8")
    assert "Large numbers are doubled." in shown
    assert "(Score: 2.0 / 9.0)" in shown
    for secret in ("123456789", "test_doubles_large_numbers", "not twice as much"):
        assert secret not in shown


@pytest.mark.heavy
def test_archives_and_the_table_of_points(folder, typed, handed_in):
    data = handed_in("student02", {"double-solution": ANSWER})
    folder.submitted_notebook("student02", "01_small", "small").unlink()
    archive = folder.root / "downloaded" / "01_small" / "archive"
    archive.mkdir(parents=True)
    with zipfile.ZipFile(archive / "all.zip", "w") as file:
        file.writestr("student02_01_small_attempt_2026-05-01-12-00-00_small.ipynb", data)
    named = f"--FileNameCollectorPlugin.named_regexp={NAMES}"
    typed(f"zip_collect 01_small --force {named}", folder.root)
    assert folder.submitted_notebook("student02", "01_small", "small").read_bytes() == data
    typed("autograde 01_small", folder.root)
    typed("generate_feedback 01_small", folder.root)
    typed("release_feedback 01_small", folder.root)  # which needs a secret of each submission
    assert len(list((folder.exchange / "small" / "feedback").glob("*.html"))) == 1
    typed("export", folder.root)
    with (folder.root / "grades.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["student_id"], row["score"], row["max_score"]) == ("student02", "2.0", "9.0")
