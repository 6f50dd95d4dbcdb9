"""Keeps watch over the memory that all processes of one submission take together.

The kernel bounds each process by itself. What many of them take is added up from outside, a few
times a second; a submission that takes too much is ended before the machine suffers.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

INTERVAL = 0.2  # seconds
KILOBYTE = 1 << 10
WHOLE = ("RssAnon:", "RssShmem:")  # all that is no file, however many share it
SHARES = ("Pss_Anon:", "Pss_Shmem:")  # the same, divided by the number of those who share it


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
        while not self._done.wait(INTERVAL):
            if sum(map(memory, descendants(root))) > limit and taken(root) > limit:
                self.bitten = True
                end()
                return


def taken(root: int) -> float:
    """Bytes that all descendants of a process take together, what they share counted once."""
    return sum(memory(pid, "smaps_rollup", SHARES) or memory(pid) for pid in descendants(root))


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
