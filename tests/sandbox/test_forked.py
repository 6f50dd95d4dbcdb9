"""A notebook that computes in several threads or processes does so in the checks, too."""

import pytest

from autograder.check.student import Student
from autograder.core.outcome import Outcome

both = pytest.mark.parametrize("backend", ["full", "fresh"], indirect=True)
POOLS = {
    "ThreadPoolExecutor": "from concurrent.futures import ThreadPoolExecutor\n"
    "pool = ThreadPoolExecutor(2)",
    "ProcessPoolExecutor": "from concurrent.futures import ProcessPoolExecutor\n"
    "import multiprocessing\n"
    "pool = ProcessPoolExecutor(2, multiprocessing.get_context('fork'))",
    "Pool": "import multiprocessing\npool = multiprocessing.get_context('fork').Pool(2)",
    "ThreadPool": "from multiprocessing.pool import ThreadPool\npool = ThreadPool(2)",
}
USE = "def f(numbers):\n    return list(pool.map(abs, numbers))\nf([-2])"
WIDE = """\
import torch
torch.set_num_threads(4)
def f(size):
    return (torch.ones(size, size) @ torch.ones(size, size)).sum().item()
f(600)
def g(size):
    torch.set_num_threads(4)
    return f(size)
"""


def asked(session, name, *given):
    """What a function of the notebook answers, twice in each of two checks."""
    answers = []
    for _ in range(2):
        with session.check("f") as channel:
            student = Student(channel.ask)
            answers += [getattr(student, name)(*given) for _ in range(2)]
    return answers


@both
@pytest.mark.parametrize("pool", POOLS)
def test_a_pool_that_the_notebook_keeps_works_in_every_check(opened, backend, pool):
    session, runs = opened(POOLS[pool], USE)
    assert [run.outcome for run in runs] == [Outcome.PASSED] * 2
    assert asked(session, "f", [-4]) == [[4]] * 4


def test_a_pool_made_in_a_check_works_and_one_that_was_closed_stays_so(opened):
    own = (
        "def f():\n    with ThreadPoolExecutor(2) as own:\n        return list(own.map(abs, [-1]))"
    )
    closed = "pool.shutdown()\ndef g():\n    try:\n        pool.submit(abs, 1)\n"
    closed += "    except RuntimeError:\n        return 'closed'"
    session, _ = opened(POOLS["ThreadPoolExecutor"], USE, own, closed)
    assert asked(session, "f") == [[1]] * 4
    assert asked(session, "g") == ["closed"] * 4


@both
@pytest.mark.parametrize("before", ["", "import os\nos.environ['OMP_NUM_THREADS'] = '4'\n"])
@pytest.mark.parametrize("name", ["f", "g"])
def test_torch_in_several_threads_works_in_every_check(opened, backend, before, name):
    session, runs = opened(before + WIDE, cell_seconds=60, memory_mb=4096)
    assert [run.outcome for run in runs] == [Outcome.PASSED], runs[0].outputs
    assert asked(session, name, 600) == [600.0**3] * 4


LOCKED = """\
import threading, time
lock = threading.Lock()
def hold():
    while True:
        with lock:
            time.sleep(0.001)
threading.Thread(target=hold, daemon=True).start()
def f():
    return threading.active_count()
"""


@both
def test_a_thread_of_the_notebook_is_not_taken_for_one_of_a_check(opened):
    session, _ = opened(LOCKED)
    assert asked(session, "f") == [1, 1, 1, 1]


STARTED = """\
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from joblib import Parallel, delayed
def double(x):
    return 2 * x
def spawn(numbers, method="spawn"):
    with multiprocessing.get_context(method).Pool(1) as pool:
        return pool.map(double, numbers)
def forkserver(numbers):
    return spawn(numbers, "forkserver")
def executor(numbers):
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(double, numbers))
def joblib(numbers):
    return Parallel(n_jobs=2)(delayed(double)(number) for number in numbers)
"""


@both
def test_processes_that_would_be_started_from_nothing_know_the_notebook_in_checks(opened, backend):
    session, _ = opened(STARTED)
    for name in ("spawn", "forkserver", "executor", "joblib"):
        assert asked(session, name, [3, 4]) == [[6, 8]] * 4


@both
def test_what_joblib_has_started_in_a_cell_does_not_hold_up_a_check(opened, backend):
    session, [_, run] = opened(STARTED, "joblib([3, 4])")
    assert run.outputs[0]["data"]["text/plain"] == "[6, 8]"
    assert asked(session, "joblib", [3, 4]) == [[6, 8]] * 4
