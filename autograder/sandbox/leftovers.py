"""Walls that were killed while they were built: what waits for them in vain is ended.

A bubblewrap's child waits for it before it can see that it has gone, and is in a group of its own
then. Whoever has started both may have been killed with it: so the next command looks, too.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROGRAM = "bwrap"
MARK = b"\0/runtime/guest\0"  # in the command line of ours


def end() -> None:
    """Kill the first processes of namespaces whose bubblewrap has gone."""
    for pid in orphans():
        with suppress(OSError):  # it has ended, or is another user's
            os.kill(pid, signal.SIGKILL)


def orphans() -> Iterator[int]:
    """Those of our walls' processes that are the first of their namespace, and without parents."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError, KeyError):  # it has ended
            if program(pid) == PROGRAM and is_first(pid) and is_ours(pid):
                yield int(pid)


def program(pid: str) -> str:
    """The name of the program that a process runs."""
    return Path(f"/proc/{pid}/comm").read_text(errors="replace").strip()


def is_first(pid: str) -> bool:
    """Whether a process is the first in a namespace, and its parent none that has made it."""
    lines = Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines()
    said = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    first = said["NSpid"].split()[1:][-1:] == ["1"]
    return first and program(said["PPid"]) != PROGRAM


def is_ours(pid: str) -> bool:
    """Whether these walls are made of this program's files."""
    return MARK in Path(f"/proc/{pid}/cmdline").read_bytes()
