"""The cells that the notebooks of a class begin with, run once for all of them.

What a course provides at the head of a notebook is the same for everybody who has left it as it
was. A fork of the warm process runs it, and guests are forked from there. Only memory is handed on
by a fork: where those cells leave anything else behind, each guest runs them itself.
"""

import gc
import os
import random
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from . import dataless, shell, wire
from .walls import alone_with, end_with_parent

SECONDS = 10.0  # for all of the cells
SHOWN = 1 << 16  # bytes that each may show
FOLDERS = ("/scratch", "/tmp", "/dev/shm")  # where they could lay files
Fork = Callable[[int, int], None]  # a guest on this descriptor, in the namespaces of this process


@dataclass
class Opening:
    """A process that has run the cells; `ran` is what they showed, nothing where they do not do."""

    sock: socket.socket
    ran: list[dict[str, Any]]

    def fork(self, descriptor: int, target: int) -> bool:
        """Have a guest forked; False where the process has gone."""
        try:
            wire.send(self.sock, wire.encode({"target": target}))
            socket.send_fds(self.sock, [b"!"], [descriptor])
            return bool(wire.decode(wire.receive(self.sock))["ok"])
        except (wire.WireError, OSError):
            return False


def run_once(cells: Sequence[str], runner: shell.Shell, fork: Fork) -> Opening:
    """Run the cells in a fork of this process, which stays to be forked from by `fork`."""
    ours, theirs = socket.socketpair()
    if not os.fork():
        be_opening(theirs.fileno(), cells, runner, fork)
    theirs.close()
    try:
        ran = wire.decode(wire.receive(ours))["ran"]
    except (wire.WireError, OSError):
        ran = []
    return Opening(ours, ran)


def be_opening(
    descriptor: int, cells: Sequence[str], runner: shell.Shell, fork: Fork
) -> NoReturn:  # fmt: skip
    """In the forked child: run the cells, tell what they showed, fork guests; never returns."""
    try:
        end_with_parent()
        sock = alone_with(descriptor)
        os.chdir("/scratch")  # where guests are
        ran = shown(cells, runner)
        wire.send(sock, wire.encode({"ran": ran}))
        gc.collect()
        gc.freeze()
        while ran:
            target = wire.decode(wire.receive(sock))["target"]
            _, descriptors, _, _ = socket.recv_fds(sock, 1, 1)
            fork(descriptors[0], target)
            os.close(descriptors[0])
            wire.send(sock, wire.encode({"ok": True}))
    finally:
        os._exit(0)


def shown(cells: Sequence[str], runner: shell.Shell) -> list[dict[str, Any]]:
    """What became of each cell; nothing where one fails, draws, or leaves more than memory."""
    before, left, ran = traces(), SECONDS, []
    for source in cells:
        dataless.needed_by(source)
        one = shell.run_cell(runner, source, max(left, 0.001), SHOWN)
        left -= one["seconds"]
        ran.append(one | {"pictures": []})
        if one["failure"] or one["late"] or any("data" in each for each in one["outputs"]):
            return []
    return ran if traces() == before else []


def traces() -> tuple[Any, ...]:
    """What a fork does not hand on, or does not hand on as it is."""
    own, maps = "/proc/self/fd", Path("/proc/self/maps").read_text().splitlines()
    return (
        Path(f"/proc/self/task/{os.getpid()}/children").read_text(),
        [line for line in maps if line.split()[1].endswith("s")],  # all guests would share it
        len(os.listdir("/proc/self/task")),  # threads
        [os.path.realpath(f"{own}/{each}") for each in os.listdir(own)],
        [sorted(os.listdir(folder)) for folder in FOLDERS],
        os.getcwd(),
        random.getstate(),  # a fork begins with another one
    )
