"""`kill -9` of each process behind one submission, at a moment of its life: no point is lost."""

import json
import os
import random
import signal
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import config
from autograder.core.limits import Limits
from autograder.core.submission import Cell, read_notebook
from autograder.inputs import sandbox_for
from autograder.pipeline import Grader
from autograder.samples import sample_class

ROOT = Path(__file__).parents[2]
SLOW = """
import time
time.sleep(0.2)
def napping(function):
    return lambda *args: time.sleep(0.02) or function(*args)
convolve1d = napping(convolve1d)
"""
ROLES = ("warm process", "opening", "wall", "inner wall", "keeper", "notebook", "fork")
SEED = 20260101


def children(pid):
    """The processes that a process has started, the oldest first."""
    with suppress(OSError):  # it has ended
        there = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(each) for each in there if is_alive(each)]
    return []


def is_alive(pid):
    """Whether a process still has its memory; until the next request the last ones are unwaited."""
    with suppress(OSError):
        return bool(Path(f"/proc/{pid}/cmdline").read_bytes())
    return False


def program(pid):
    """The name of the program that a process runs."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def numbered_in(pid):
    """The namespace in which a process has its number."""
    with suppress(OSError):  # it has ended
        return os.readlink(f"/proc/{pid}/ns/pid")
    return ""


def family(root):
    """What is below the warm process, by what it is there for."""
    walls = [pid for pid in children(root) if program(pid) == "bwrap"]
    inner = [pid for wall in walls for pid in children(wall)]
    forked = [pid for pid in children(root) if pid not in walls]
    notebooks = [pid for pid in forked if numbered_in(pid) != numbered_in(root)]
    found = {"warm process": [root], "wall": walls, "inner wall": inner}
    found["opening"] = [pid for pid in forked if numbered_in(pid) == numbered_in(root)]
    found["keeper"] = [pid for each in inner for pid in children(each)]
    found["notebook"] = notebooks
    found["fork"] = [pid for each in notebooks for pid in children(each)]
    return found


def kill(backend, role, chance, seconds):
    """Wait for a while, then for a process of the role, and kill it; whether there was one."""
    time.sleep(chance.uniform(0, 0.4))
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if backend.pid and (there := family(backend.pid)[role]):
            with suppress(ProcessLookupError):
                os.kill(chance.choice(there), signal.SIGKILL)
                return True
        time.sleep(0.001)
    return False


@pytest.fixture(scope="module")
def grader():
    """One warm grader for all kills."""
    assignment = config.load_assignment(config.load_course(ROOT), "01_convolution")
    with Grader(assignment, sandbox_for(assignment, "full")) as grader:
        yield grader


@pytest.fixture(scope="module")
def submission(grader):
    """A perfect submission that takes a moment."""
    perfect = next(each for each in sample_class(grader.assignment) if "perfect" in each.what)
    read = read_notebook(grader.assignment.built.name, perfect.text.encode())
    return replace(read, cells=(*read.cells, Cell("code", SLOW)))


def graded_under_fire(grader, submission, role, chance):
    """The verdict, as a store has it, while a process of the role is killed."""
    hits = []
    attack = threading.Thread(
        target=lambda: hits.append(kill(grader.backend, role, chance, 5.0)), daemon=True
    )
    attack.start()
    stored = grader.grade(submission).to_store()
    attack.join()
    assert hits == [True]
    return essence(stored)


def essence(stored):
    """A stored verdict without what a clock says."""
    cells = [{name: cell[name] for name in ("source", "outcome", "outputs")} for cell in
             stored["cells"]]  # fmt: skip
    return json.dumps(stored | {"seconds": 0, "cells": cells})


def is_quiet(backend, seconds=10.0):
    """Whether below the warm process only a holder that waits for the next one is left."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        there = family(backend.pid) if backend.pid else {}
        if all(len(there.get(role, [])) <= 1 for role in ROLES) and not there.get("notebook"):
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("role", ROLES)
def test_a_process_that_is_killed_costs_nothing_and_leaves_nothing(grader, submission, role):
    chance = random.Random(f"{SEED}/{role}")
    peace = essence(grader.grade(submission).to_store())
    assert graded_under_fire(grader, submission, role, chance) == peace
    assert essence(grader.grade(submission).to_store()) == peace
    assert is_quiet(grader.backend)


@pytest.mark.heavy
@pytest.mark.parametrize("turn", range(36))
def test_nor_does_it_at_any_other_moment(grader, submission, turn):
    chance = random.Random(f"{SEED}/{turn}")
    peace = essence(grader.grade(submission).to_store())
    found = graded_under_fire(grader, submission, ROLES[turn % len(ROLES)], chance)
    assert found == peace, turn
    assert is_quiet(grader.backend)


LATE = """
import os, signal, time
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
time.sleep(1.2)
os._exit(0)
"""


def test_what_ends_when_its_time_is_used_up_is_not_run_again(grader, submission):
    hurried = replace(grader.assignment, limits=Limits(total_seconds=1))
    late = Grader(hurried, grader.backend, grader._measure)
    runs = []
    late._graded = lambda *given: runs.append(given) or Grader._graded(late, *given)
    late.grade(replace(submission, cells=(Cell("code", LATE), *submission.cells)))
    assert len(runs) == 1
