"""Whoever builds walls may be killed meanwhile: what they leave waiting is found and ended."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from autograder.core.limits import Limits
from autograder.sandbox import bwrap, leftovers
from autograder.sandbox.guest.walls import has_ended, start_holder

KILLS = 40
LONGEST = 0.008  # seconds that a bubblewrap builds, or longer
BUILD = """
import time
from autograder.core.limits import Limits
from autograder.sandbox import bwrap
from autograder.sandbox.guest import walls
holder = walls.start_holder(tuple(bwrap.holder(Limits())))
print(holder.process.pid, flush=True)
time.sleep(60)
"""


def left_waiting(chance):
    """Kill a process that builds walls, at a moment at which something is left of them."""
    for _ in range(KILLS):
        builder = subprocess.Popen([sys.executable, "-c", BUILD], stdout=subprocess.PIPE)
        holder = int(builder.stdout.readline())
        time.sleep(chance.uniform(0, LONGEST))
        builder.kill()
        builder.communicate()
        assert has_ended(holder, 5)
        if found := list(leftovers.orphans()):
            return found
    return []


def test_what_waits_for_walls_that_are_gone_is_ended_and_nothing_else():
    mine = start_holder(tuple(bwrap.holder(Limits())))
    inside = mine.ready()
    try:
        found = left_waiting(random.Random(4))
        assert found
        leftovers.end()
        assert all(has_ended(pid, 5) for pid in found)
        assert list(leftovers.orphans()) == []
        assert not has_ended(inside, 0)
    finally:
        mine.end()


def test_other_peoples_walls_are_left_alone():
    words = [str(bwrap.program()), "--unshare-user", "--unshare-pid", "--ro-bind", "/", "/"]
    other = subprocess.Popen([*words, "sleep", "60"])
    try:
        inside = first_below(other.pid)
        assert not leftovers.is_first(str(inside))  # its parent is there
        assert not leftovers.is_ours(str(inside))
    finally:
        other.kill()
        other.wait()
    assert has_ended(inside, 0) or os.kill(inside, signal.SIGKILL) is None


def first_below(pid):
    """The first child of a process, once there is one."""
    while not (found := Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        time.sleep(0.01)
    return int(found[0])
