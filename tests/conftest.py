"""A tiny course, released once through the real nbgrader and copied for each test."""

import errno
import json
import os
import shutil
import signal
from pathlib import Path

import pytest

from autograder import config
from autograder.core.outcome import Outcome
from autograder.core.result import CellRun, Check, QuestionResult, Result
from autograder.folder import course_folder
from autograder.lesson.build import write_built
from autograder.lesson.release import release

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # below `nohup`, or behind a shell's `&`
    signal.signal(signal.SIGINT, signal.default_int_handler)

LESSON = """\
# %% [markdown]
# # Small things
#
# Two functions and a sentence.
# %%
import math
# %% solution="double"
# %% test="double"
assert double(2) == 4
# %% show=true
print(math.pi)
# %% solution="hypotenuse"
# %% test="hypotenuse"
assert hypotenuse(3, 4) == 5
# %% [markdown] written="why"
# *Your answer here.*
"""
REFERENCE = '''\
"""The truth of the small course."""

import math


def double(number):
    """Twice the number."""
    twice = sum([number, number])
    return twice


def hypotenuse(a, b):
    """The longest side of a right triangle with the legs `a` and `b`."""
    return math.sqrt(a * a + b * b)
'''
MISTAKES = '''\
from autograder.check import mistake


@mistake(of="hypotenuse", hint="Which power undoes a square?")
def forgets_the_root(a, b):
    """The sum of the squares is returned."""
    return a * a + b * b * math.pow(1, 2)
'''
HIDDEN_TESTS = '''\
from autograder.check import like, points


@points("double", 2)
def test_doubles_large_numbers(student):
    """Large numbers are doubled."""
    assert student.double(123456789) == 246913578, "not twice as much"
'''
CLASS = (
    {"double-solution": "def double(number):\n    return 2 * number"},
    {"double-solution": "def double(number):\n    return 3 * number", "why": "It adds up."},
    {"hypotenuse-solution": "def hypotenuse(a, b):\n    return (a * a + b * b) ** 0.5"},
    {"hypotenuse-solution": "def hypotenuse(a, b):\n    return a * a + b * b"},
    {"double-solution": "import os\nos._exit(1)"},
    {"double-solution": "raise ValueError('no')"},
    {},
)
MORE_TESTS = '''

@points("hypotenuse", 3)
def test_knows_another_triangle(student):
    """Other triangles are right, too."""
    assert student.hypotenuse(5, 12) == like(13.0)
'''
FILES = {
    "course_config.py": "from autograder import Course\n\n"
    'course = Course("small", assignments=["01_small"], seed=7)\n',
    "assignments/01_small/lesson.py": LESSON,
    "assignments/01_small/hidden_tests.py": HIDDEN_TESTS,
    "assignments/01_small/assignment.yaml": "title: Small things\nnotebook: small\n"
    "reference: small\nquestions:\n  double: 2\n  hypotenuse: 3\n"
    "  why: {points: 4, written: true}\n",
    "reference/small.py": REFERENCE,
    "reference/small_mistakes.py": MISTAKES,
}
WRAPPER = """\
#!/bin/sh
skip=
for word do
    shift
    if [ "$skip" ]; then skip=; continue; fi
    case "$word" in
    {hole} ;;
    *) set -- "$@" "$word" ;;
    esac
done
exec {real} "$@"
"""
DOUBLE = "def double(number):\n    return 2 * number"
POINTS = {"double": 2.0, "hypotenuse": 3.0}


@pytest.fixture(scope="session")
def released_course(tmp_path_factory):
    """The root of a course that was released once; not to be changed."""
    root = tmp_path_factory.mktemp("released") / "course"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    course = config.load_course(root)
    course_folder(course).make(course)
    assignment = config.load_assignment(course, "01_small")
    write_built(assignment)
    release(assignment, course_folder(course))
    return root


@pytest.fixture
def course_root(released_course, tmp_path):
    """A copy of the released course, elsewhere: whatever is done there is this test's own."""
    return shutil.copytree(released_course, tmp_path / "moved")


@pytest.fixture
def assignment(course_root):
    """The only assignment of the small course."""
    return config.load_assignment(config.load_course(course_root), "01_small")


@pytest.fixture
def folder(course_root):
    """The working folder of the small course."""
    return course_folder(config.load_course(course_root))


@pytest.fixture
def holed(tmp_path, monkeypatch):
    """A function that puts a bubblewrap on the PATH that leaves a hole in the walls."""
    real = shutil.which("bwrap")

    def holed(hole):
        wrapper = tmp_path / "bin" / "bwrap"
        wrapper.parent.mkdir()
        wrapper.write_text(WRAPPER.format(hole=hole, real=real), encoding="utf-8")
        wrapper.chmod(0o755)
        monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")

    return holed


@pytest.fixture
def closed(monkeypatch):
    """A function that lets nobody read a file; root, who may read all, is told so as well."""
    locked, opens = [], Path.open

    def refuse(path, *words, **named):
        if path in locked:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return opens(path, *words, **named)

    def close(file):
        file.chmod(0)
        locked.append(file)

    monkeypatch.setattr(Path, "open", refuse)
    return close


@pytest.fixture
def nbgrader_api():
    """A function that opens nbgrader's own API on a course folder, as formgrader does."""
    from nbgrader.apps.api import NbGraderAPI
    from traitlets.config.loader import PyFileConfigLoader

    def opened(folder):
        settings = PyFileConfigLoader("nbgrader_config.py", path=str(folder.root)).load_config()
        return NbGraderAPI(config=settings)

    return opened


@pytest.fixture
def verdict():
    """A function that makes a result: the outcome of each code question's single check."""

    def made(double=Outcome.PASSED, hypotenuse=Outcome.PASSED, cells=(), problems=()):
        outcomes = {"double": double, "hypotenuse": hypotenuse}
        coded = [
            QuestionResult(name, POINTS[name], (checked(name, outcome),))
            for name, outcome in outcomes.items()
        ]
        runs = tuple(CellRun(source, Outcome.PASSED, tuple(outputs)) for source, outputs in cells)
        questions = (*coded, QuestionResult("why", 4.0, written=True))
        return Result("01_small", "small.ipynb", questions, "full", 0.1, tuple(problems), runs)

    return made


def checked(question, outcome):
    """A check that gives all points of its question, with message and hint unless it passed."""
    words = {} if outcome is Outcome.PASSED else {"message": "It is off.", "hint": "Try zero."}
    title = f"The {question} is right."
    return Check(f"test_{question}", question, title, outcome, POINTS[question], **words)


@pytest.fixture
def handed_in(folder):
    """A function that puts a changed copy of the released notebook into submitted/."""

    def put(student, answers=None, change=lambda cells: cells, stamp="2026-05-01 12:00:00 UTC"):
        notebook = json.loads(folder.release_notebook("01_small", "small").read_text())
        for cell in notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            cell["source"] = (answers or {}).get(grade_id, cell["source"])
        notebook["cells"] = change(notebook["cells"])
        file = folder.submitted_notebook(student, "01_small", "small")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(notebook), encoding="utf-8")
        file.with_name("timestamp.txt").write_text(stamp, encoding="utf-8")
        file.with_name("submission_secret.txt").write_text(f"of {student}", encoding="utf-8")
        return file.read_bytes()

    return put


@pytest.fixture
def school(assignment, folder, handed_in):
    """A function that hands in for a class of a size, a corrupt file among them; their folder."""
    with assignment.hidden_tests.open("a", encoding="utf-8") as file:
        file.write(MORE_TESTS)

    def hand_in(count):
        for number in range(count):
            extra = {"why": f"Answer {number}"} if number % 3 else {}
            handed_in(f"student{number:02}", CLASS[number % len(CLASS)] | extra)
        file = folder.submitted_notebook("student00", "01_small", "small")
        file.write_bytes(file.read_bytes()[:100])
        return folder

    return hand_in
