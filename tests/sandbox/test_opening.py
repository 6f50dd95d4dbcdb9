"""Cells of the course that are run once for a class: a notebook cannot tell that they were."""

import os
import signal
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import config
from autograder.core.limits import Limits
from autograder.core.outcome import Outcome
from autograder.core.submission import Cell, read_notebook
from autograder.inputs import sandbox_for
from autograder.pipeline import Grader, opening_of
from autograder.samples import sample_class
from autograder.sandbox.session import Session
from tests.sandbox.test_kills import family

ROOT = Path(__file__).parents[2]
OPENING = ("import os\nmade = []\nprint('once')", "made.append(os.getcwd())")
LOOK = "print(made, In[1:], Out, sorted(os.listdir('.')), os.environ['HOME'])"


@pytest.fixture
def run(backend):
    """A function that runs an opening and cells behind it; how many had run, and what was shown."""

    def run(opening, *cells, **limits):
        with Session(backend, Limits(**limits), opening=opening) as session:
            already = len(session._ran)
            return already, session.run([*opening, *cells])

    return run


def shown(runs):
    """The texts of all streams and values, cell by cell, and how each cell ended."""
    return [
        (each.outcome, [out.get("text") or out["data"] for out in each.outputs]) for each in runs
    ]


def test_a_notebook_cannot_tell_that_its_opening_had_run(backend, run):
    with Session(backend, Limits()) as session:
        plain = session.run([*OPENING, LOOK])
    already, runs = run(OPENING, LOOK)
    assert already == 2
    assert shown(runs) == shown(plain)
    assert "/scratch" in runs[-1].outputs[0]["text"]


def test_what_one_notebook_does_to_it_the_next_one_does_not_see(run):
    for _ in range(2):
        already, runs = run(("made = []",), "made.append(1)\nprint(made)")
        assert already == 1
        assert runs[-1].outputs[0]["text"] == "[1]\n"


LEAVING = {
    "a file": "open('note', 'w').write('x')",
    "a thread": "import threading, time\nthreading.Thread(target=time.sleep, args=[60]).start()",
    "a process": "import os\nif not os.fork(): import time; time.sleep(60)",
    "random numbers": "import random\nrandom.seed(1)",
    "an open file": "kept = open('/usr/bin/env', 'rb')",
    "shared memory": "import mmap\nkept = mmap.mmap(-1, 4096)",
    "another folder": "import os\nos.chdir('/tmp')",
    "an error": "1 / 0",
    "nothing": "import os\nos._exit(0)",
    "a figure": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "a value": "made = [1]\nmade",
}


@pytest.mark.parametrize(
    "cell",
    [*LEAVING.values(), pytest.param("while True: pass", marks=pytest.mark.heavy)],
    ids=[*LEAVING, "endless"],
)
def test_what_leaves_more_than_memory_is_run_by_each_notebook(run, cell):
    already, runs = run((cell,), "2", cell_seconds=1)
    assert already == 0
    assert len(runs) == 2


def test_it_is_run_once_only_where_a_later_cell_ends_the_process(run):
    opening = ("made = []",)
    _, runs = run(opening, "made.append(1)", "import os\nos._exit(0)", "print(made)")
    assert [each.outcome for each in runs].count(Outcome.RAISED) == 1
    assert runs[-1].outputs[0]["text"] == "[1]\n"


def test_where_its_process_is_killed_another_one_takes_its_place(backend, run):
    opening = ("here = 1",)
    assert run(opening)[0] == 1
    for _ in range(3):
        there = family(backend.pid)["opening"]
        assert there
        for pid in there:
            os.kill(pid, signal.SIGKILL)
        assert run(opening, "print(here)")[1][-1].outputs[0]["text"] == "1\n"
        assert run(opening)[0] == 1


def test_it_ends_with_the_warm_process(assignment):
    with closing(sandbox_for(assignment, "full")) as backend:
        with Session(backend, Limits(), opening=("1;",)) as session:
            session.run(["1;"])
        [pid] = family(backend.pid)["opening"]
    ends = time.monotonic() + 10
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < ends:
        time.sleep(0.01)
    assert not os.path.exists(f"/proc/{pid}")


@pytest.fixture(scope="module")
def grader():
    """A grader of the first assignment of this course."""
    assignment = config.load_assignment(config.load_course(ROOT), "01_convolution")
    with Grader(assignment, sandbox_for(assignment, "full")) as grader:
        yield grader


@pytest.fixture
def perfect(grader):
    """A notebook that is solved and as it was released apart from that."""
    [text] = [
        each.text for each in sample_class(grader.assignment) if each.what.endswith("reference")
    ]
    return read_notebook(grader.assignment.built.name, text.encode())


def test_the_opening_is_what_the_course_provides_before_the_first_answer(grader):
    opening = opening_of(grader._measure.release)
    assert [cell.split()[0] for cell in opening] == ["from", "BLUE,"]


def test_a_cell_before_it_is_run_before_it(grader, perfect):
    before = Cell("code", "print('np' in globals())")
    result = grader.grade(replace(perfect, cells=(before, *perfect.cells)))
    assert result.cells[0].outputs[0]["text"] == "False\n"


def test_a_notebook_with_another_one_or_with_files_runs_its_own(grader, perfect, monkeypatch):
    asked = []
    start = grader.backend.start
    monkeypatch.setattr(
        grader.backend, "start", lambda limits, opening: asked.append(opening) or start(limits)
    )
    colours = [
        replace(cell, source=cell.source.replace("#2c6da4", "#000000")) for cell in perfect.cells
    ]
    for given in ({}, {"files": {"beside.py": b"x = 1"}}, {"cells": tuple(colours)}):
        assert grader.grade(replace(perfect, **given)).earned == 16
    assert [len(opening) for opening in asked] == [2, 0, 0]
