"""What all processes take together, which no limit of the kernel adds up."""

import os
import time
from contextlib import suppress

import pytest

from autograder.check.student import Student
from autograder.core.outcome import Outcome
from autograder.sandbox.channel import Lost
from autograder.sandbox.watchdog import descendants, is_busy, threads_of

both = pytest.mark.parametrize("backend", ["full", "fresh"], indirect=True)
FAMILY = """\
import os, time
def family(count, megabytes, seconds):
    for _ in range(count):
        if not os.fork():
            kept = bytearray(megabytes << 20)
            time.sleep(seconds)
            os._exit(0)
    time.sleep(seconds)
"""


@both
def test_a_family_of_processes_is_ended_before_it_takes_the_machine(opened, backend):
    session, runs = opened(FAMILY, "family(12, 200, 30)", "x = 1", memory_mb=300, cell_seconds=25)
    assert [run.outcome for run in runs] == [
        Outcome.PASSED, Outcome.OUT_OF_MEMORY, Outcome.PASSED
    ]  # fmt: skip
    with pytest.raises(Lost) as lost, session.check("f") as channel:
        Student(channel.ask).family(12, 200, 30)
    assert lost.value.outcome is Outcome.OUT_OF_MEMORY
    assert not session.died


def test_a_family_that_shares_what_it_has_is_left_alone(opened):
    _, runs = opened(FAMILY, "kept = bytearray(150 << 20)", "family(8, 5, 1)", memory_mb=300)
    assert [run.outcome for run in runs] == [Outcome.PASSED] * 3


@pytest.mark.parametrize(
    "cell",
    [
        "bytearray(1 << 40)",
        "import numpy as np\nnp.ones(1 << 37)",
        "raise OSError(12, 'Cannot allocate memory')",
        "import torch\ntorch.empty(1 << 38)",
    ],
)
def test_memory_that_is_refused_is_told_apart_from_other_errors(opened, cell):
    _, [run] = opened(cell)
    assert run.outcome is Outcome.OUT_OF_MEMORY


def test_a_crash_is_no_lack_of_memory(opened):
    _, [run] = opened("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    assert run.outcome is Outcome.RAISED


FILES = """\
import os, time
def files(count):
    for number in range(count):
        os.close(os.open(f"/tmp/{number}", os.O_CREAT))
    time.sleep(2)
"""
SOCKETS = """\
import os, socket, time
def sockets(count, processes):
    kept = [socket.socketpair() for _ in range(count)]
    for _ in range(processes):
        if not os.fork():
            time.sleep(30)
            os._exit(0)
    time.sleep(2)
"""


@pytest.mark.parametrize("backend", ["full", "fresh"], indirect=True)
@pytest.mark.parametrize(
    ("make", "most", "few"),
    [
        (FILES, "files(400_000)", "files(1000)"),
        (SOCKETS, "sockets(100, 40)", "sockets(20, 4)"),
    ],
)
def test_what_the_kernel_holds_for_a_submission_counts_as_its_memory(
    opened, backend, make, most, few
):
    _, runs = opened(make, few, most, memory_mb=50, cell_seconds=25)
    assert [run.outcome for run in runs] == [
        Outcome.PASSED, Outcome.PASSED, Outcome.OUT_OF_MEMORY
    ]  # fmt: skip


BUSY = """\
import os, threading
def spin():
    while True:
        pass
for _ in range({}):
    if not os.fork():
        threading.Thread(target=spin).start()
        spin()
"""


def niceness(root):
    """How far each busy thread below a process has to wait for others."""
    found = []
    for thread in (thread for each in descendants(root) for thread in threads_of(each.pid)):
        with suppress(OSError):
            found += [os.getpriority(os.PRIO_PROCESS, thread)] * is_busy(thread)
    return found


@both
def test_many_that_are_busy_weigh_together_no_more_than_one(opened, backend):
    session, _ = opened(BUSY.format(16))
    ends = time.monotonic() + 30
    while not 0 < sum(1.25**-nice for nice in niceness(session._guest.root)) < 1.5:
        assert time.monotonic() < ends, niceness(session._guest.root)
        time.sleep(0.1)
    neighbour, _ = opened("x = 1")
    assert neighbour.run(["x"])[0].outcome is Outcome.PASSED


def test_two_that_are_busy_wait_for_nobody(opened):
    alone = "import os, time\nif not os.fork():\n    while True:\n        pass"
    session, _ = opened(alone, "time.sleep(1)")
    assert [nice for nice in niceness(session._guest.root) if nice] == []
