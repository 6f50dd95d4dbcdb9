"""Taking a course over: what is found, what is refused, and that nothing of it is changed."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from autograder import formgrader
from autograder.classic import day, settings
from autograder.core.errors import CourseError, UserError
from tests.classic.oracle import CONFIG, Class, write_course


def typed_in(folder, *words):
    """The `autograder` command in a folder: its status, and all that it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, words)],
        cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def course(tmp_path):
    """A course before anything was generated."""
    return write_course(tmp_path / "course")


def test_adopt_says_what_is_at_stake_and_changes_nothing_else(oracle):
    before = contents(oracle)
    text = "\n".join(day.adopt(oracle))
    assert "hw1: 2 notebooks, 42 cells with points: 72.25 points by tests in cells, 12 by" in text
    assert "72.25 of 84.25 points can be forged" in text
    assert f"autograder grade hw1 --course {oracle}" in text
    after = contents(oracle)
    assert after.keys() - before.keys() == {settings.MARK}
    assert [name for name in before if before[name] != after[name]] == []


def contents(root):
    """The files of a course with their bytes; of the gradebook, the text of all its rows."""
    found = {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in root.rglob("*")
        if file.is_file() and not file.name.startswith("gradebook.db")
    }
    with closing(sqlite3.connect(root / "gradebook.db")) as connection:
        return found | {"rows": "\n".join(connection.iterdump())}


def test_an_assignment_that_was_not_generated_is_named(course):
    assert f"cd {course} && nbgrader generate_assignment hw1" in "\n".join(day.adopt(course))


def test_the_courses_own_settings_count(course):
    (course / "nbgrader_config.py").write_text(
        f"{CONFIG}"
        "c.Execute.timeout = 7\n"
        "c.CourseDirectory.submitted_directory = 'in'\n"
        "c.CourseDirectory.student_id_exclude = 'student02'\n"
        "c.Autograde.autograde_preprocessors = []\n"
        "c.Autograde.exclude_overwriting = {'hw1': ['a.py']}\n"
    )
    found = settings.open_course(course)
    for name in ("student01", "student02", ".hidden"):
        (course / "in" / name / "hw1").mkdir(parents=True)
    assert found.limits.cell_seconds == 7
    assert found.students("hw1") == ["student01"]
    assert found.kept == {"hw1": {"a.py"}}
    assert found.unused == ("autograde_preprocessors",)


def test_another_structure_of_folders_is_understood(course):
    with (course / "nbgrader_config.py").open("a") as config:
        structure = "{nbgrader_step}/{assignment_id}/{student_id}"
        config.write(f"c.CourseDirectory.directory_structure = '{structure}'\n")
    (course / "submitted" / "hw1" / "student01").mkdir(parents=True)
    assert settings.open_course(course).students("hw1") == ["student01"]


def test_a_settings_file_with_an_error_names_its_line(course):
    (course / "nbgrader_config.py").write_text("c = get_config()\nc.X.y = unknown\n")
    with pytest.raises(CourseError, match=r"nbgrader_config\.py:2: NameError"):
        settings.adopt(course)
    (course / "nbgrader_config.py").write_text(f"{CONFIG}c.Execute.timeout = 'long'\n")
    with pytest.raises(CourseError, match="expected an int, not the str"):
        settings.adopt(course)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("workers = -1", "`workers` is -1"),
        ("[limits]\ncel_seconds = 3", "did you mean cell_seconds"),
        ("[limits]\ncell_seconds = 'x'", "`limits.cell_seconds` is 'x'"),
        ("limits", "no TOML"),
        ("limit = 3", "did you mean limits"),
    ],
)
def test_mistakes_in_our_settings_are_said(course, text, words):
    (course / settings.MARK).write_text(text)
    with pytest.raises(CourseError, match=words):
        settings.open_course(course)


def test_what_is_no_classic_course_is_refused(course, tmp_path, folder):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no nbgrader course"):
        settings.adopt(tmp_path / "empty")
    with pytest.raises(UserError, match="no such folder"):
        settings.adopt(tmp_path / "nowhere")
    with pytest.raises(UserError, match="of the autograder's own"):
        settings.adopt(folder.root)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.CourseDirectory.root = '/elsewhere'\n")
    with pytest.raises(CourseError, match="is /elsewhere, not this folder"):
        settings.adopt(course)


def test_a_settings_file_that_python_cannot_read_ends_in_a_sentence(course):
    (course / "nbgrader_config.py").write_text("c = get_config(\n")
    status, text = typed_in(course, "adopt", course)
    assert status == 2
    assert "nbgrader_config.py" in text
    assert "Traceback" not in text


def test_our_other_commands_leave_an_nbgrader_course_alone(course, course_root):
    own = (course / "nbgrader_config.py").read_bytes()
    status, text = typed_in(course_root, "release", "01_small", "--course", course)
    assert (status, "autograder adopt" in text) == (2, True)
    settings.adopt(course)
    status, text = typed_in(course_root, "feedback", "01_small", "--course", course)
    assert (status, "nbgrader generate_feedback" in text) == (2, True)
    assert (course / "nbgrader_config.py").read_bytes() == own


def test_the_commands_as_an_instructor_types_them(oracle, tmp_path):
    Class(oracle).hand_in("student01")
    assert typed_in(tmp_path, "adopt", "oracle")[0] == 0
    status, text = typed_in(tmp_path, "grade", "hw1", "--course", "oracle", "--workers", "1")
    assert (status, "60.751/72.25" in text) == (0, True)
    assert "1 graded now, 0 unchanged" in text
    assert "nbgrader generate_feedback hw1" in text
    status, text = typed_in(tmp_path, "grade", "hw3", "--course", "oracle")
    assert (status, "did you mean hw1" in text) == (2, True)


def test_formgrader_starts_in_an_adopted_course_once_there_is_a_gradebook(course, oracle):
    found = formgrader.server(settings.open_course(oracle), 20000)
    assert f"--ServerApp.root_dir={oracle}" in found.command
    with pytest.raises(UserError, match="nbgrader generate_assignment"):
        formgrader.server(settings.open_course(course), 20000)
