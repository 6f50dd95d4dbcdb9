"""Keeps watch over what all processes of one submission take together: memory and processors.

The kernel bounds each process by itself. What many of them take is added up from outside, a few
times a second. A submission that takes too much memory is ended before the machine suffers; one
that has many busy threads has to wait for those of others.
"""

import math
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

INTERVAL = 0.2  # seconds
KILOBYTE = 1 << 10
STATUS = re.compile(rb"\n(State|Threads|RssAnon|RssShmem|VmPTE):\s*(\w+)")
TABLES = b"VmPTE"  # of pages that are there, or would be if somebody wrote to them
WHOLE = (b"RssAnon", b"RssShmem")  # all that is no file, however many share it
FEW = 2  # threads of a submission may be busy; where there are more, all together weigh as one
STEP = 1.25  # by which each step of niceness divides a thread's weight; kernel/sched/core.c
NICEST = 19
SHARES = re.compile(rb"\nPss_(?:Anon|Shmem):\s*(\d+)")  # the same, divided by who shares it
IN_MEMORY = ("scratch", "tmp", "dev/shm")  # where a submission's files lie
FILE = 2 << 10  # bytes that the kernel holds for a file, however little is in it
DESCRIPTOR = 208 << 10  # bytes that may be on their way in an open socket; net/core/sock.c


@dataclass(frozen=True)
class Process:
    """What is looked at of a process: all from one file, as each costs a hundredth of a look."""

    pid: int
    memory: float = 0.0  # bytes
    tables: float = 0.0  # bytes that the kernel takes to find them
    threads: int = 0
    is_busy: bool = False  # the first thread
    is_stopped: bool = False  # by a signal


class Watchdog:
    """Calls `end` once the descendants of the process `root` take more than `limit` bytes."""

    def __init__(self, root: int, limit: float, end: Callable[[], None]) -> None:
        self.bitten = False  # whether it has ended the submission
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, args=(root, limit, end), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._done.set()
        self._thread.join()

    def _watch(self, root: int, limit: float, end: Callable[[], None]) -> None:
        busy = 0
        while not self._done.wait(INTERVAL):
            family = list(descendants(root))
            busy = hold_back(family, busy)
            most = limit - held(family)
            if sum(each.memory + each.tables for each in family) > most and taken(root) > most:
                self.bitten = True
                end()
                return


def taken(root: int) -> float:
    """Bytes that all descendants of a process take together, what they share counted once."""
    return sum((shared(each.pid) or each.memory) + each.tables for each in descendants(root))


def held(family: Iterable[Process]) -> float:
    """Bytes that the kernel may hold for a family of processes, beside their own memory."""
    descriptors, files = 0, dict.fromkeys(map(device, (f"/{name}" for name in IN_MEMORY)), 0)
    own = frozenset(files)
    roots: dict[tuple[int, int], int] = {}  # with a process that sees it
    for each in family:
        with suppress(OSError):  # it has ended
            descriptors += os.stat(f"/proc/{each.pid}/fd").st_size  # 0 before Linux 6.2
        with suppress(OSError):
            root = os.stat(f"/proc/{each.pid}/root")
            roots.setdefault((root.st_dev, root.st_ino), each.pid)
    for pid in roots.values():
        for folder in (f"/proc/{pid}/root/{name}" for name in IN_MEMORY):
            if (where := device(folder)) not in own:
                files[where] = max(files.get(where, 0), used(folder))
    return descriptors * DESCRIPTOR + sum(files.values()) * FILE


def device(folder: str) -> int:
    """The file system on which a folder lies; 0 where it cannot be told."""
    with suppress(OSError):
        return os.stat(folder).st_dev
    return 0


def used(folder: str) -> int:
    """How many files are on the file system of a folder."""
    with suppress(OSError):
        found = os.statvfs(folder)
        return found.f_files - found.f_ffree
    return 0


def hold_back(family: Iterable[Process], before: int) -> int:
    """Let the threads of a family of processes weigh together as one, where many are busy.

    Many must have been so `before`, too: some are for a moment only. How many are busy now.
    """
    busy = sum(map(busy_in, family))
    if (steadily := min(busy, before)) > FEW:
        niceness = min(NICEST, math.ceil(math.log(steadily, STEP)))
        for thread in (thread for each in family for thread in threads_of(each.pid)):
            with suppress(OSError):  # it has ended, or nobody may do that here
                if os.getpriority(os.PRIO_PROCESS, thread) < niceness:
                    os.setpriority(os.PRIO_PROCESS, thread, niceness)
    return busy


def threads_of(pid: int) -> list[int]:
    """The threads of a process, as far as it is still there."""
    with suppress(OSError):
        return list(map(int, os.listdir(f"/proc/{pid}/task")))
    return []


def busy_in(process: Process) -> int:
    """How many threads of a process run or wait for a processor."""
    if process.threads == 1:
        return int(process.is_busy)
    return sum(map(is_busy, threads_of(process.pid)))


def is_busy(thread: int) -> bool:
    """Whether a thread runs or waits for a processor."""
    with suppress(OSError):
        return told(f"/proc/{thread}/task/{thread}/stat").rpartition(b")")[2].startswith(b" R")
    return False


def descendants(root: int) -> Iterator[Process]:
    """The processes below `root`, as far as they are still there."""
    return below(root, threads_of(root))


def below(root: int, threads: Iterable[int]) -> Iterator[Process]:
    """The processes that threads of the process `root` have started, and those below them."""
    with suppress(OSError, ValueError):
        for thread in threads:
            for pid in map(int, told(f"/proc/{root}/task/{thread}/children").split()):
                yield (process := look_at(pid))
                yield from below(pid, [pid] if process.threads == 1 else threads_of(pid))


def look_at(pid: int) -> Process:
    """A process as it is now; one that takes nothing where it has ended or is not to be seen."""
    with suppress(OSError):
        said = dict(STATUS.findall(told(f"/proc/{pid}/status")))
        size = sum(int(said.get(name, 0)) for name in WHOLE) * KILOBYTE
        tables = int(said.get(TABLES, 0)) * KILOBYTE
        state = said[b"State"]
        return Process(
            pid, size, tables, int(said[b"Threads"]), state == b"R", state == b"T"
        )  # fmt: skip
    return Process(pid)


def shared(pid: int) -> float:
    """Bytes that a process takes, its part of what it shares; 0 where that cannot be told."""
    with suppress(OSError):
        return float(sum(map(int, SHARES.findall(told(f"/proc/{pid}/smaps_rollup")))) * KILOBYTE)
    return 0.0


def told(file: str) -> bytes:
    """What the kernel tells in a file; `Path` would take thrice as long."""
    with open(file, "rb", buffering=0) as lines:
        return lines.read()
