"""The warm process: imports once, then forks a guest into fresh namespaces for every submission.

It never runs student code itself. Where several graders share it, each is served by a fork of its
own. For each submission it starts a bubblewrap "holder", which
builds all namespaces and mounts; the forked child joins them by one `setns`, forks once more to
enter the process namespace, gives up all rights and becomes the worker. Killing the holder ends
everything inside. Nothing secret may ever be in this process: students can read a copy of it.
"""

import contextlib
import gc
import importlib
import os
import socket
import sys
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from . import (
    bounded,
    compiled,
    dataless,
    drawing,
    fonts,
    heap,
    opening,
    optimizers,
    seeding,
    shell,
    wire,
    worker,
)
from .opening import Opening
from .walls import (
    Holder,
    adopt_orphans,
    alone_with,
    drop_rights,
    end_with_parent,
    fork_alone,
    join,
    start_holder,
)

FIRST_CELL = f"import {drawing.PLOTS} as plt"
FIRST_FIGURE = f"{FIRST_CELL}\nplt.plot([0, 1]); plt.show()\nplt.close('all')"


def main(descriptor: int, modules: list[str]) -> None:
    """Warm up, and serve the control socket until it is closed."""
    control = socket.socket(fileno=descriptor)
    serve(control, warm_up(modules))


def serve(control: socket.socket, runner: shell.Shell, lasting: bool = True) -> None:
    """Greet on a control socket, and fork guests until it is closed.

    `lasting` is whether many are to come: then walls are built before they are asked for.
    """
    adopt_orphans()
    maker = Maker(control, runner, lasting)
    with contextlib.suppress(wire.WireError, OSError):
        made = {name: worker.as_array(data) for name, data in fonts.made().items()}
        wire.send(control, wire.encode({"ok": os.getpid(), "fonts": made}))
        while True:
            request = wire.decode(wire.receive(control))
            wire.send(control, wire.encode(maker.answer(request)))
            maker.prepare(request)
    for holder in maker.every():
        holder.end()


@dataclass
class Maker:
    """Makes the guests that one caller asks for, and ends them."""

    control: socket.socket
    runner: shell.Shell
    lasting: bool
    holders: dict[int, Holder] = field(default_factory=dict)
    spare: dict[tuple[str, ...], Holder] = field(default_factory=dict)
    openings: dict[tuple[str, ...], Opening] = field(default_factory=dict)

    def every(self) -> list[Holder]:
        """All holders that there are."""
        return [*self.holders.values(), *self.spare.values()]

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """One request: spawn a guest on the socket that comes with it, or end one."""
        if request["op"] == "end":
            holder = self.holders.pop(request["guest"], None)
            if holder:
                holder.end()
            return {"ok": None}
        _, descriptors, _, _ = socket.recv_fds(self.control, 1, 1)
        command = tuple(request["holder"])
        holder = self.spare.pop(command, None) or start_holder(command)
        try:
            ran = self.forked(tuple(request["opening"]), descriptors[0], holder.ready())
        except (RuntimeError, OSError, ValueError) as error:
            holder.end()  # and with it what may have been forked
            return {"error": str(error)}
        finally:
            os.close(descriptors[0])
        self.holders[holder.process.pid] = holder
        return {"ok": holder.process.pid, "ran": ran}

    def forked(self, cells: tuple[str, ...], descriptor: int, target: int) -> list[dict[str, Any]]:
        """Fork a guest, behind these cells where that can be; what became of them there."""
        if cells and self.lasting and cells not in self.openings:
            fork = partial(fork_guest, self.runner)
            self.openings[cells] = opening.run_once(cells, self.runner, fork)
        opened = self.openings.get(cells)
        if not opened or not opened.ran:
            fork_guest(self.runner, descriptor, target)
            return []
        if not opened.fork(descriptor, target):  # perhaps it has, and was ended then
            del self.openings[cells]
            raise RuntimeError("what guests are forked from has gone")
        return opened.ran

    def prepare(self, request: dict[str, Any]) -> None:
        """Have walls for the next guest, and let go of what ended ones left behind."""
        if self.lasting and request["op"] == "spawn":
            command = tuple(request["holder"])
            self.spare.setdefault(command, start_holder(command))
        reap_orphans({holder.process.pid for holder in self.every()})


def share(listener: socket.socket, runner: shell.Shell, lasting: bool) -> None:
    """Serve everybody who calls, each by a fork; does not end by itself.

    `lasting` is whether many notebooks are to come.
    """
    if lasting:
        rehearse(runner, FIRST_FIGURE)  # for one notebook it would not pay
        heap.give_back()
    while True:
        caller, _ = listener.accept()
        if not os.fork():
            end_with_parent()
            listener.close()
            serve(caller, runner, lasting)
            os._exit(0)
        caller.close()
        reap_orphans()


def reap_orphans(own: AbstractSet[int] = frozenset()) -> None:
    """Let go of what ended holders left behind; the holders themselves are waited for by name."""
    with open(f"/proc/self/task/{os.getpid()}/children") as children:
        orphans = [int(pid) for pid in children.read().split()]
    for pid in orphans:
        if pid not in own:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def fork_guest(runner: shell.Shell, descriptor: int, target: int) -> None:
    """Fork a guest that talks on `descriptor` into the namespaces of the process `target`."""
    pid = fork_alone()
    if not pid:
        be_guest(descriptor, target, runner)
    os.waitpid(pid, 0)


def be_guest(descriptor: int, target: int, runner: shell.Shell) -> None:
    """In the forked child: join, give up everything, serve; never returns."""
    try:
        join(target)
        if fork_alone():
            os._exit(0)  # the worker is the child: only it is inside the process namespace
        sock = alone_with(descriptor)
        drop_rights()
        os.chdir("/scratch")
        worker.serve(sock, runner)
    except OSError as error:
        os.write(2, f"{error}\n".encode())  # for us; once the guest is alone it leads nowhere
    finally:
        os._exit(0)


def warm_up(modules: list[str]) -> shell.Shell:
    """Build the shell and import what submissions will."""
    bounded.install()
    compiled.lay_open()
    fonts.bring()
    with heap.uncollected():
        runner = shell.build()
        dataless.load([*dataless.ALWAYS, *modules])
        if "torch" in modules:
            warm_torch(trains="torch.optim" in modules)
        drawing.load()
        gc.freeze()  # what a reset below would look through
        rehearse(runner, FIRST_CELL)
    sys.path.append("/scratch")
    return runner


def rehearse(runner: shell.Shell, cell: str) -> None:
    """Run a cell of ours, forget it, and keep the memory of all that it needed shared."""
    shell.run_cell(runner, cell, 60.0, 1 << 16)
    runner.reset(new_session=True)  # which collects the garbage
    runner.execution_count = 1
    gc.freeze()


def warm_torch(trains: bool) -> None:
    """One thread, one training step: what torch imports late would cost every guest seconds.

    The first optimizer is made where notebooks train.
    """
    torch = importlib.import_module("torch")
    optimizers.spare_the_compiler()
    seeding.spare_the_stack()
    torch.set_num_threads(1)
    layer = torch.nn.Conv2d(1, 1, 3)
    layer(torch.ones(1, 1, 5, 5)).sum().backward()
    if trains:
        torch.optim.SGD(layer.parameters(), lr=0.1, momentum=0.9).step()
