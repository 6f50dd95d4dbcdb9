"""The class that is graded: copies of the sample students' notebooks, no two of them equal."""

import atexit
import itertools
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder import config
from autograder.core.assignment import Assignment
from autograder.folder import CourseFolder
from autograder.lesson.release import release
from autograder.samples import sample_class
from benchmarks.meter import ROOT

# What only shows how long a deadline is, and what nbgrader does not survive.
LEFT_OUT = ("an endless loop", "a memory hog", "sys.exit", "an attempt to cheat", "not a notebook")
BIN = Path(sys.executable).parent
AUTOGRADER = [sys.executable, "-m", "autograder"]
ENVIRONMENT = dict(os.environ) | {
    "PATH": f"{BIN}:{os.environ['PATH']}",
    "OMP_NUM_THREADS": "1",  # for everybody: side by side, threads of one process starve another's
    "PYTHONDONTWRITEBYTECODE": "",  # what was compiled once is there the next time, as is usual
}


def known(name: str) -> Assignment:
    """The assignment called `name` of this course."""
    return config.load_assignment(config.load_course(ROOT), name)


def kinds(assignment: Assignment) -> list[str]:
    """The different notebooks: solved, in another style, stubs, half done, six mistakes, …"""
    samples = sample_class(assignment)
    return [sample.text for sample in samples if not sample.what.startswith(LEFT_OUT)]


def notebooks(assignment: Assignment, count: int) -> Iterator[tuple[str, str]]:
    """Student and notebook, `count` times: the kinds in turn, each copy with a mark of its own."""
    turn = itertools.islice(itertools.cycle(kinds(assignment)), count)
    for number, text in enumerate(turn, start=1):
        yield f"student{number:03}", own_copy(text, number)


def own_copy(text: str, number: int) -> str:
    """The notebook with a comment of its own at the end of its last code cell."""
    notebook = json.loads(text)
    cell = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][-1]
    cell["source"] = "".join(cell["source"]) + f"\n# copy {number}"
    return json.dumps(notebook)


def place() -> Path:
    """A new folder, which is removed when all has been measured.

    On some disks every new file costs more while many have just been removed.
    """
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def course_with(assignment: Assignment, root: Path, count: int) -> CourseFolder:
    """A working course in `root`, released, with `count` submissions."""
    folder = CourseFolder(root)
    folder.make(config.load_course(ROOT))
    release(assignment, folder)
    hand_in(assignment, folder, count)
    return folder


def hand_in(assignment: Assignment, folder: CourseFolder, count: int) -> None:
    """Put `count` submissions into `submitted/`."""
    for student, text in notebooks(assignment, count):
        file = folder.submitted_notebook(student, assignment.name, assignment.notebook)
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
