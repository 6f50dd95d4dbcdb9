"""Measures a whole process tree: the processor time it uses up.

`getrusage` knows only children that somebody waited for; what a dying process namespace reaps is
lost to it. A control group counts every process that was ever inside, however it ended. Where no
group can be made, a subreaper waits for whatever is left: a lower bound, and the results say so.
"""

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PR_SET_CHILD_SUBREAPER = 36
GROUPED = "control group"
WAITED = "waited for, a lower bound"
ENTER = 'echo 0 > "$0" && exec "$@"'  # for sh: step into the group, then become the command
SETTLE_SECONDS = 20.0  # for what a command leaves behind to end
Watch = Callable[[subprocess.Popen[bytes]], None]


@dataclass(frozen=True)
class Used:
    """What one command took, and what it said."""

    cpu: float  # seconds of all its processes, user and system
    wall: float  # seconds
    status: int
    output: str


@dataclass(frozen=True)
class Group:
    """A control group of our own; `counter` holds the time used in it, in `unit` seconds."""

    folder: Path
    counter: str
    unit: float

    @property
    def entry(self) -> Path:
        """The file that lists the processes inside and lets others in."""
        return self.folder / "cgroup.procs"

    def cpu(self) -> float:
        """Seconds that all processes ever inside have used up."""
        words = (self.folder / self.counter).read_text(encoding="utf-8").split()
        number = words[words.index("usage_usec") + 1] if "usage_usec" in words else words[0]
        return int(number) * self.unit

    def members(self) -> list[int]:
        """The processes inside."""
        return [int(pid) for pid in self.entry.read_text(encoding="utf-8").split()]

    def settle(self) -> None:
        """Wait until all processes inside have ended."""
        ends = time.monotonic() + SETTLE_SECONDS
        while self.members() and time.monotonic() < ends:
            time.sleep(0.02)

    def remove(self) -> None:
        """Remove the group, unless something still lives in it."""
        with suppress(OSError):
            self.folder.rmdir()


def places() -> Iterator[tuple[Path, str, float]]:
    """Where a group can be made, as this machine is laid out: folder, counter, unit."""
    lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    own = {names: path for _, names, path in (line.split(":", 2) for line in lines)}
    for mount in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
        _, point, kind, options, *_ = mount.split()
        if kind == "cgroup2":
            yield Path(point + own.get("", "/")), "cpu.stat", 1e-6
        elif kind == "cgroup" and "cpuacct" in options.split(","):
            path = next((path for names, path in own.items() if "cpuacct" in names.split(",")), "/")
            yield Path(point + path), "cpuacct.usage", 1e-9


def new_group() -> Group | None:
    """A new group that counts, or None where this user can make none."""
    for parent, counter, unit in places():
        group = Group(parent / f"benchmark-{os.getpid()}-{time.monotonic_ns()}", counter, unit)
        try:
            group.folder.mkdir()
            group.cpu()
            words = ["sh", "-c", ENTER, str(group.entry), "true"]
            subprocess.run(words, check=True, capture_output=True)
        except (OSError, ValueError, subprocess.CalledProcessError):
            group.remove()
        else:
            return group
    return None


def kind() -> str:
    """How processor time is counted on this machine."""
    group = new_group()
    if group is None:
        return WAITED
    group.settle()
    group.remove()
    return GROUPED


def run(
    command: Sequence[str],
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    watch: Watch | None = None,
) -> Used:
    """Run a command to its end; the time of all processes that it started.

    `watch` is given the running process, and may look at it until it ends.
    """
    group = new_group()
    with tempfile.TemporaryDirectory() as folder, open(f"{folder}/output", "w+b") as said:
        sums = Path(folder, "sums")
        started = time.monotonic()
        process = subprocess.Popen(
            words(command, group, sums), cwd=cwd, env=env and dict(env), stdin=subprocess.DEVNULL,
            stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            if watch:
                watch(process)
            status = process.wait()
        finally:
            end(process, group)
        wall = time.monotonic() - started
        cpu = spent(group) if group else json.loads(sums.read_text(encoding="utf-8"))
        said.seek(0)
        return Used(cpu, wall, status, said.read().decode(errors="replace"))


def end(process: subprocess.Popen[bytes], group: Group | None) -> None:
    """Kill what still runs of a command that was interrupted."""
    if process.poll() is None:
        for pid in group.members() if group else [process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def words(command: Sequence[str], group: Group | None, sums: Path) -> list[str]:
    """The command inside the group, or below a subreaper that writes to `sums` what it counted."""
    if group:
        return ["sh", "-c", ENTER, str(group.entry), *command]
    return [sys.executable, "-m", "benchmarks.meter", str(sums), *command]


def spent(group: Group) -> float:
    """Seconds used up in the group once all in it has ended; the group is removed."""
    group.settle()
    try:
        return group.cpu()
    finally:
        group.remove()


def wait_for_all(sums: Path, command: Sequence[str]) -> int:
    """Run a command below a subreaper, wait for every orphan, write the sum of their seconds."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    process = subprocess.Popen(command)
    status = process.wait()
    with suppress(ChildProcessError):
        while True:
            os.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    sums.write_text(json.dumps(used.ru_utime + used.ru_stime), encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(wait_for_all(Path(sys.argv[1]), sys.argv[2:]))
