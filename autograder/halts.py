"""Processes that are stopped for a while, by Ctrl-Z or `kill -STOP`: they go on, and nobody pays.

One that stands still would hold up a class for ever. And the clocks that a notebook is measured by
go on meanwhile: what was found in such a time says nothing of the notebook.
"""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from autograder.core.errors import AutograderError, GraderError
from autograder.sandbox.watchdog import descendants

PAUSE = 1.0  # seconds between two looks
TRIES = 5  # until a process is left alone by whoever stops it
Found = TypeVar("Found")

_ended: list[None] = []  # an item for each time that this process went on


class Waker:
    """Has processes below this one go on that are stopped."""

    def __init__(self) -> None:
        self._next = 0.0
        self._stopped: set[int] = set()

    def look(self) -> None:
        """Wake who is stopped now and was at the last look; nothing where that was just now.

        Who is stopped in one look may be about to go on, with all others after Ctrl-Z.
        """
        if (now := time.monotonic()) >= self._next:
            self._next = now + PAUSE
            stopped = {each.pid for each in descendants(os.getpid()) if each.is_stopped}
            for pid in stopped & self._stopped:
                with suppress(OSError):  # it has ended
                    os.kill(pid, signal.SIGCONT)
            self._stopped = stopped


def listen() -> None:
    """Take note from now on when this process goes on."""
    signal.signal(signal.SIGCONT, lambda *ignored: _ended.append(None))


def without(find: Callable[[], Found]) -> Found:
    """What is found in a time in which this process was not stopped."""
    for _ in range(TRIES):
        before = len(_ended)
        try:
            found = find()
        except AutograderError:
            if len(_ended) == before:
                raise
        else:
            if len(_ended) == before:
                return found
    raise GraderError("the process that graded it was stopped again and again")
