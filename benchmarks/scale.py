"""A large class in one run: what the engine holds in its first quarter, and in its last.

Looked at from outside, every other second: the memory of the command, of its workers and of the
warm processes, each page counted once; their open descriptors; their number; and the temporary
files. Guests come and go with their submissions and are left out.
"""

import os
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import meter, pupils
from benchmarks.memory import MEGABYTE, PROC, is_guest, sizes_of, tree
from benchmarks.row import Row, row

PAUSE = 2.0  # seconds between two looks
KEPT = 120  # looks that the results keep
ROLES = ("command", "workers", "warm")
WORKERS = 2


@dataclass(frozen=True)
class Look:
    """What the engine holds at one moment."""

    seconds: float
    memory: dict[str, float]  # MB by role
    descriptors: int
    processes: int
    files: int  # temporary ones

    @property
    def whole(self) -> float:
        """MB of all roles."""
        return sum(self.memory.values())


@dataclass
class Watcher:
    """Looks at a running command until it ends; it has `scratch` for its temporary files."""

    scratch: Path
    pause: float = PAUSE
    looks: list[Look] = field(default_factory=list)

    def __call__(self, process: subprocess.Popen[bytes]) -> None:
        """Look now and then, from the moment that all workers are there."""
        started = time.monotonic()
        while process.poll() is None:
            found = dict(roles(process.pid))
            if Counter(found.values())["workers"] >= WORKERS:
                self.looks.append(look(found, time.monotonic() - started, self.scratch))
            time.sleep(self.pause)

    def ratio(self, of: Callable[[Look], float]) -> float:
        """The median of the last quarter's looks, as a multiple of the first quarter's."""
        return quarter(self.looks, -1, of) / quarter(self.looks, 0, of)


def rows(count: int) -> Iterator[Row]:
    """Grade a class of `count` once; memory and descriptors, last quarter against first."""
    watcher = watched(count)
    what, unit = f"{count} × 01_convolution in one run", "× the first quarter's"
    yield row("scale_memory", f"{what}: memory in the last quarter", unit, (1.15, 1.05),
              [watcher.ratio(lambda each: each.whole)], submissions=count,
              most_mb=round(max(each.whole for each in watcher.looks)),
              looks=[asdict(each) for each in thinned(watcher.looks)])  # fmt: skip
    yield row("scale_open", f"{what}: descriptors in the last quarter", unit, (1.1, 1.0),
              [watcher.ratio(lambda each: each.descriptors)],
              processes=[quarter(watcher.looks, part, lambda each: each.processes)
                         for part in (0, -1)],
              files=[quarter(watcher.looks, part, lambda each: each.files)
                     for part in (0, -1)])  # fmt: skip


def watched(count: int, pause: float = PAUSE) -> Watcher:
    """Grade a new class of `count` under a watcher; RuntimeError where that fails or litters."""
    assignment = pupils.known("01_convolution")
    folder = pupils.place()
    scratch = folder / "scratch"
    scratch.mkdir()
    course = pupils.course_with(assignment, folder / "course", count)
    watcher = Watcher(scratch, pause)
    words = ["grade", assignment.name, f"--workers={WORKERS}", f"--course={course.root}"]
    environment = pupils.ENVIRONMENT | {"TMPDIR": str(scratch)}
    used = meter.run([*pupils.AUTOGRADER, *words], env=environment, watch=watcher)
    if used.status or len(list(course.autograded.glob("*/*"))) != count:
        raise RuntimeError(f"autograder {' '.join(words)}: {used.output[-2000:]}")
    if left := list(scratch.iterdir()):
        raise RuntimeError(f"autograder {' '.join(words)} left behind {left}")
    return watcher


def roles(pid: int) -> Iterator[tuple[int, str]]:
    """The engine's processes, each with what it is there for."""
    yield pid, "command"
    for each in tree(pid)[1:]:
        with suppress(OSError):  # it has ended
            words = (PROC / str(each) / "cmdline").read_bytes()
            if b"multiprocessing.forkserver" in words and not is_guest(each):
                mounts = os.readlink(PROC / str(each) / "ns/mnt")
                yield each, "workers" if mounts == os.readlink(PROC / "self/ns/mnt") else "warm"


def look(found: dict[int, str], seconds: float, scratch: Path) -> Look:
    """What the engine's processes hold now."""
    memory = dict.fromkeys(ROLES, 0.0)
    descriptors = 0
    for pid, role in found.items():
        memory[role] += sizes_of(pid).get("Pss", 0) / MEGABYTE
        with suppress(OSError):  # it has ended
            descriptors += len(list((PROC / str(pid) / "fd").iterdir()))
    files = len(list(scratch.rglob("*")))
    return Look(seconds, memory, descriptors, len(found), files)


def quarter(looks: Sequence[Look], part: int, of: Callable[[Look], float]) -> float:
    """The median of the first quarter of all looks, or with -1 of the last."""
    size = max(1, len(looks) // 4)
    return statistics.median(of(each) for each in (looks[-size:] if part else looks[:size]))


def thinned(looks: Sequence[Look]) -> Sequence[Look]:
    """As many of the looks as a picture needs."""
    return looks[:: len(looks) // KEPT + 1]


def looks_in(results: dict[str, Any]) -> list[Look]:
    """The looks that results hold; none where this was not measured."""
    kept = [each for each in results["rows"] if each["name"] == "scale_memory"]
    return [Look(**each) for each in kept[0]["detail"]["looks"]] if kept else []
