"""What holds namespaces may be killed while it builds them: nobody waits for it, none stays."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from autograder.core.limits import Limits
from autograder.sandbox import bwrap
from autograder.sandbox.forkserver import ForkServer
from autograder.sandbox.fresh import BwrapBackend
from autograder.sandbox.guest import walls
from autograder.sandbox.guest.walls import has_ended

KILLS = 60
LONGEST = 0.006  # seconds that a bubblewrap builds, or longer


def members(group):
    """The processes of a group that have not ended."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it has ended
                state, _, its, *_ = (entry / "stat").read_text().rpartition(")")[2].split()
                found += [int(entry.name)] if int(its) == group and state not in "ZX" else []
    return found


def gone(group, seconds=5.0):
    """Whether the last of a group ends soon."""
    ends = time.monotonic() + seconds
    while members(group):
        if time.monotonic() > ends:
            return False
        time.sleep(0.01)
    return True


@pytest.fixture
def impatient():
    """Ends a test that waits for ever."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.alarm(120)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("build", [bwrap.outer, lambda: bwrap.holder(Limits())])
def test_a_holder_that_is_killed_at_any_moment_is_noticed_and_leaves_nothing(build):
    chance, command = random.Random(1), tuple(build())
    for _ in range(KILLS):
        holder = walls.start_holder(command)
        time.sleep(chance.uniform(0, LONGEST))
        holder.process.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, holder.process.pid, os.WEXITED | os.WNOWAIT)
        with pytest.raises(RuntimeError, match="could not build"):
            holder.ready()
        holder.end()
        assert gone(holder.process.pid)


@pytest.mark.usefixtures("impatient")
def test_a_fresh_guest_whose_walls_are_killed_while_they_are_built_leaves_nothing():
    chance, backend = random.Random(2), BwrapBackend()
    for _ in range(KILLS):
        guest = backend.start(Limits())
        time.sleep(chance.uniform(0, LONGEST))
        guest.process.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, guest.process.pid, os.WEXITED | os.WNOWAIT)
        guest.kill()
        assert gone(guest.process.pid)


@pytest.mark.usefixtures("impatient")
def test_a_bubblewrap_that_is_killed_while_it_is_tried_is_not_waited_for(monkeypatch):
    code = "sleep 600 & kill -9 $$"  # as what it has started waits for it
    monkeypatch.setattr(bwrap, "command", lambda *ignored: ["/bin/sh", "-c", code])
    with pytest.raises(bwrap.SandboxUnavailable, match="no reason given"):
        bwrap.require()


def test_a_warm_process_has_ended_what_it_started_before_it_is_killed(monkeypatch):
    backend, seen, kill = ForkServer(), [], os.killpg
    backend.start(Limits()).kill()
    warm = backend.pid

    def noted(group, number):
        seen.append(has_ended(warm, 0))
        kill(group, number)

    monkeypatch.setattr(os, "killpg", noted)
    backend.close()  # a holder for the next guest is just being built
    assert seen == [True]


SLEEPING = """
import sys
from autograder.core.limits import Limits
from autograder.sandbox.backend import chosen
from autograder.sandbox.session import Session
cell = f"import subprocess; subprocess.run(['/usr/bin/sleep', '{sys.argv[2]}'])"
Session(chosen(sys.argv[1]), Limits()).run([cell])
"""


def running(words):
    """The process that runs a command, once it is there."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        for entry in Path("/proc").iterdir():
            with suppress(OSError):  # it has ended
                if entry.name.isdigit() and (entry / "cmdline").read_bytes() == words:
                    return int(entry.name)
        time.sleep(0.02)
    raise AssertionError(f"{words} is not running")


@pytest.mark.parametrize("kind", ["full", "fresh"])
def test_what_a_notebook_waits_for_ends_with_its_grader(kind):
    seconds = str(3600 + random.randrange(10**6))
    grader = subprocess.Popen([sys.executable, "-c", SLEEPING, kind, seconds])
    sleeper = running(f"/usr/bin/sleep\0{seconds}\0".encode())
    grader.kill()
    grader.wait()
    try:
        assert has_ended(sleeper, 5)
    finally:
        with suppress(ProcessLookupError):
            os.kill(sleeper, signal.SIGKILL)
