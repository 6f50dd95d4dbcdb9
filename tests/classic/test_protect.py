"""`adopt --protect`: a few lines in the course's own settings, taken away again to the byte."""

import shutil

import pytest

from autograder.classic import day, settings
from autograder.classic.protect import protect, unprotect
from autograder.classic.settings import SANDBOXED
from autograder.core.errors import CourseError, UserError
from tests.classic.oracle import CONFIG, write_course
from tests.classic.test_adopt import typed_in


@pytest.fixture
def course(tmp_path):
    """A course before anything was generated."""
    return write_course(tmp_path / "course")


def steps(root):
    """The steps of nbgrader's autograder in a course, by name."""
    from nbgrader.converters import Autograde

    app = settings.started(root)
    found = Autograde(coursedir=app.coursedir, parent=app).autograde_preprocessors
    return [each if isinstance(each, str) else each.__name__ for each in found]


@pytest.mark.parametrize(
    "text",
    [
        CONFIG,
        CONFIG.rstrip("\n"),
        CONFIG.replace("\n", "\r\n"),
        f"# \u00e4\n{CONFIG}\n\n\n",
        "",
        None,
    ],
    ids=["plain", "no line end", "Windows", "blank lines", "empty", "no file"],
)
def test_the_lines_come_and_go_and_leave_no_trace(course, text):
    file = course / "nbgrader_config.py"
    file.unlink()
    if text is not None:
        file.write_bytes(text.encode())
    before = file.read_bytes() if text else None
    assert protect(course).protected
    assert steps(course)[0] == SANDBOXED
    assert settings.open_course(course).unused == ()
    assert not unprotect(course).protected
    assert (file.read_bytes() if file.exists() else None) == before
    assert steps(course)[0] == "Execute"


def test_the_courses_own_steps_stay_where_they_were(course):
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(
            "from nbgrader.preprocessors import Execute\n"
            "class Careful(Execute):\n    pass\n"
            "c.Autograde.autograde_preprocessors = [\n"
            "    'nbgrader.preprocessors.ClearOutput', Careful,\n"
            "    'nbgrader.preprocessors.SaveAutoGrades']\n"
        )
    protect(course)
    assert steps(course) == [
        "nbgrader.preprocessors.ClearOutput",
        SANDBOXED,
        "nbgrader.preprocessors.SaveAutoGrades",
    ]


def test_where_the_lines_would_have_no_effect_nothing_is_changed(course):
    file = course / "nbgrader_config.py"
    own = '{"Autograde": {"autograde_preprocessors": ["nbgrader.preprocessors.Execute"]}}'
    (course / "nbgrader_config.json").write_text(own)
    before = file.read_bytes()
    with pytest.raises(UserError, match="another settings file"):
        protect(course)
    assert file.read_bytes() == before
    (course / "nbgrader_config.json").unlink()
    for broken in (f"{CONFIG}if True:\n", f"{CONFIG}c = \\\n"):  # which our lines would complete
        file.write_text(broken)
        with pytest.raises(CourseError, match="nbgrader_config"):
            protect(course)
        assert file.read_text() == broken


def test_lines_that_were_written_by_hand_are_left_to_the_hand(course):
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"c.Autograde.autograde_preprocessors = [{SANDBOXED!r}]\n")
    with pytest.raises(UserError, match="Take it out by hand"):
        unprotect(course)


def test_a_link_to_settings_that_several_courses_share_stays_a_link(course, tmp_path):
    shared = tmp_path / "shared.py"
    shutil.move(course / "nbgrader_config.py", shared)
    shared.chmod(0o640)
    (course / "nbgrader_config.py").symlink_to(shared)
    protect(course)
    assert (course / "nbgrader_config.py").is_symlink()
    assert shared.stat().st_mode & 0o777 == 0o640
    assert SANDBOXED in shared.read_text()


def test_the_command_says_what_it_did(course, tmp_path):
    assert "--protect" in "\n".join(day.adopt(course))
    status, text = typed_in(tmp_path, "adopt", course, "--protect")
    assert (status, "lines were added at its end" in text) == (0, True)
    status, text = typed_in(tmp_path, "adopt", course, "--protect")
    assert (status, "were added" in text) == (0, False)
    assert "run cells in the sandbox, too" in "\n".join(day.adopt(course))
    status, text = typed_in(tmp_path, "adopt", course, "--unprotect")
    assert (status, "taken away again" in text) == (0, True)
