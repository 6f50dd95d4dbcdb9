"""The memory of the whole engine while it grades, without what belongs to the students.

Its processes share pages, so each page counts once: the sum of the proportional set sizes of all
processes of the command, less what guest processes have for themselves. A guest process is a
Python in a process namespace of its own.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import conv, pupils
from benchmarks.row import Row, row

LIBRARIES = {"NumPy": "01_convolution", "torch": "06_mnist"}
PAUSE = 0.2  # seconds between two looks
MEGABYTE = 1024  # in kB
PROC = Path("/proc")


@dataclass
class Watcher:
    """Looks at the processes of a running command now and then: MB, with and without guests."""

    engine: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)

    def __call__(self, process: subprocess.Popen[bytes]) -> None:
        """Look until the command ends."""
        while process.poll() is None:
            sizes = [size for pid in tree(process.pid) if (size := sizes_of(pid))]
            whole = sum(size["Pss"] for size in sizes)
            guests = sum(size["Private_Clean"] + size["Private_Dirty"] for size in sizes
                         if size["guest"])  # fmt: skip
            self.whole.append(whole / MEGABYTE)
            self.engine.append((whole - guests) / MEGABYTE)
            time.sleep(PAUSE)


def rows(counts: tuple[int, int], rounds: int) -> Iterator[Row]:
    """The most that the engine holds with two workers, in each of `rounds` runs."""
    for (library, name), count in zip(LIBRARIES.items(), counts, strict=True):
        watchers = []
        for _ in range(rounds):
            watchers.append(Watcher())
            conv.grade(pupils.known(name), count, watchers[-1])
        samples = [max(watcher.engine) for watcher in watchers]
        yield row(f"memory_{library.lower()}", f"memory of the engine, two workers, {name}", "MB",
                  (600.0, 300.0), samples, looks=[len(watcher.engine) for watcher in watchers],
                  with_guests_mb=[round(max(watcher.whole)) for watcher in watchers])  # fmt: skip


def tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it has ended
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def sizes_of(pid: int) -> dict[str, int]:
    """A process's memory in kB, and whether it is a guest; empty where it has ended."""
    with suppress(OSError):
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        sizes = {name[:-1]: int(number) for name, number, *_ in map(str.split, lines[1:])}
        return sizes | {"guest": is_guest(pid)}
    return {}


def is_guest(pid: int) -> bool:
    """Whether a process is a Python in a process namespace of its own."""
    apart = os.readlink(PROC / str(pid) / "ns/pid") != os.readlink(PROC / "self/ns/pid")
    return apart and (PROC / str(pid) / "comm").read_text().startswith("python")
