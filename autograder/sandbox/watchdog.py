"""Keeps watch over what all processes of one submission take together: memory and processors.

The kernel bounds each process by itself. What many of them take is added up from outside, a few
times a second. A submission that takes too much memory is ended before the machine suffers; one
that has many busy threads has to wait for those of others.
"""

import math
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

INTERVAL = 0.2  # seconds
KILOBYTE = 1 << 10
WHOLE = ("RssAnon:", "RssShmem:")  # all that is no file, however many share it
FEW = 2  # threads of a submission may be busy; where there are more, all together weigh as one
STEP = 1.25  # by which each step of niceness divides a thread's weight; kernel/sched/core.c
NICEST = 19
SHARES = ("Pss_Anon:", "Pss_Shmem:")  # the same, divided by the number of those who share it
IN_MEMORY = ("scratch", "tmp", "dev/shm")  # where a submission's files lie
FILE = 2 << 10  # bytes that the kernel holds for a file, however little is in it
DESCRIPTOR = 208 << 10  # bytes that may be on their way in an open socket; net/core/sock.c


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
            if sum(map(memory, family)) > most and taken(root) > most:
                self.bitten = True
                end()
                return


def taken(root: int) -> float:
    """Bytes that all descendants of a process take together, what they share counted once."""
    return sum(memory(pid, "smaps_rollup", SHARES) or memory(pid) for pid in descendants(root))


def held(family: Iterable[int]) -> float:
    """Bytes that the kernel may hold for a family of processes, beside their own memory."""
    descriptors, files = 0, dict.fromkeys(map(device, (f"/{name}" for name in IN_MEMORY)), 0)
    own = frozenset(files)
    for pid in family:
        with suppress(OSError):  # it has ended
            descriptors += os.stat(f"/proc/{pid}/fd").st_size  # 0 before Linux 6.2
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


def hold_back(family: Iterable[int], before: int) -> int:
    """Let the threads of a family of processes weigh together as one, where many are busy.

    Many must have been so `before`, too: some are for a moment only. How many are busy now.
    """
    threads = [thread for pid in family for thread in threads_of(pid)]
    busy = sum(map(is_busy, threads))
    if (steadily := min(busy, before)) > FEW:
        niceness = min(NICEST, math.ceil(math.log(steadily, STEP)))
        for thread in threads:
            with suppress(OSError):  # it has ended, or nobody may do that here
                if os.getpriority(os.PRIO_PROCESS, int(thread.name)) < niceness:
                    os.setpriority(os.PRIO_PROCESS, int(thread.name), niceness)
    return busy


def threads_of(pid: int) -> list[Path]:
    """Where the kernel tells of each thread of a process."""
    with suppress(OSError):
        return list(Path(f"/proc/{pid}/task").iterdir())
    return []


def is_busy(thread: Path) -> bool:
    """Whether a thread runs or waits for a processor."""
    with suppress(OSError):
        return (thread / "stat").read_bytes().rpartition(b")")[2].split()[0] == b"R"
    return False


def descendants(root: int) -> Iterator[int]:
    """The processes below `root`, as far as they are still there."""
    with suppress(OSError, ValueError):
        for task in Path(f"/proc/{root}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield int(child)
                yield from descendants(int(child))


def memory(pid: int, file: str = "status", names: tuple[str, ...] = WHOLE) -> float:
    """Bytes of memory that a process takes; 0 where it has ended or is not to be looked into."""
    with suppress(OSError, ValueError):
        lines = Path(f"/proc/{pid}/{file}").read_text(errors="replace").splitlines()
        sizes = [int(line.split()[1]) for line in lines if line.startswith(names)]
        return float(sum(sizes) * KILOBYTE)
    return 0.0
