"""What was found while a process was stopped is looked for again; who is stopped goes on."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from autograder import halts
from autograder.core.errors import GraderError


@pytest.fixture
def listening():
    """This process takes note when it goes on."""
    before = signal.getsignal(signal.SIGCONT)
    halts.listen()
    yield
    signal.signal(signal.SIGCONT, before)


def interrupted(times, found="found"):
    """A function that goes on after a stop so many times, fails then, and finds something."""
    left = [times]

    def find():
        if left[0] > 0:
            left[0] -= 1
            os.kill(os.getpid(), signal.SIGCONT)  # a process that runs hears of it, too
            raise GraderError("a deadline has passed")
        return found

    return find


def test_what_fails_after_a_stop_is_tried_again(listening):
    assert halts.without(interrupted(2)) == "found"


def test_what_was_found_after_a_stop_does_not_count(listening):
    found = []

    def find():
        found.append(len(found))
        if len(found) < 3:
            os.kill(os.getpid(), signal.SIGCONT)
        return found[-1]

    assert halts.without(find) == 2


def test_an_error_without_a_stop_is_an_error(listening):
    with pytest.raises(GraderError, match="no sandbox"):
        halts.without(lambda: (_ for _ in ()).throw(GraderError("no sandbox")))


def test_who_is_stopped_for_ever_is_given_up(listening):
    with pytest.raises(GraderError, match="again and again"):
        halts.without(interrupted(99))


def state(pid):
    """The letter that the kernel has for what a process does."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def until(pid, letter):
    """Wait until a process is in a state."""
    ends = time.monotonic() + 10
    while state(pid) != letter and time.monotonic() < ends:
        time.sleep(0.01)
    assert state(pid) == letter


def test_a_process_that_is_stopped_in_two_looks_goes_on(monkeypatch):
    monkeypatch.setattr(halts, "PAUSE", 0.0)
    child = subprocess.Popen(["sleep", "60"])
    try:
        os.kill(child.pid, signal.SIGSTOP)
        until(child.pid, "T")
        waker = halts.Waker()
        waker.look()
        assert state(child.pid) == "T"  # it might have been about to go on
        waker.look()
        until(child.pid, "S")
    finally:
        with suppress(ProcessLookupError):
            child.kill()
        child.wait()
