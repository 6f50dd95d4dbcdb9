"""The warm process: imports once, then forks a guest into fresh namespaces for every submission.

It never runs student code itself. Where several graders share it, each is served by a fork of its
own. For each submission it starts a bubblewrap "holder", which
builds all namespaces and mounts; the forked child joins them by one `setns`, forks once more to
enter the process namespace, gives up all rights and becomes the worker. Killing the holder ends
everything inside. Nothing secret may ever be in this process: students can read a copy of it.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import socket
import sys
from typing import Any

from . import bounded, compiled, dataless, drawing, fonts, heap, optimizers, shell, wire, worker
from .walls import Holder, alone_with, drop_rights, join, start_holder

PR_SET_CHILD_SUBREAPER = 36
libc = ctypes.CDLL(None)
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
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    holders: dict[int, Holder] = {}
    spare: dict[tuple[str, ...], Holder] = {}
    with contextlib.suppress(wire.WireError, OSError):
        made = {name: worker.as_array(data) for name, data in fonts.made().items()}
        wire.send(control, wire.encode({"ok": os.getpid(), "fonts": made}))
        while True:
            request = wire.decode(wire.receive(control))
            wire.send(control, wire.encode(perform(request, control, runner, holders, spare)))
            if lasting and request["op"] == "spawn":
                command = tuple(request["holder"])
                spare.setdefault(command, start_holder(command))
            reap_orphans(holders, spare)
    for holder in [*holders.values(), *spare.values()]:
        holder.end()


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
            listener.close()
            serve(caller, runner, lasting)
            os._exit(0)
        caller.close()
        reap_orphans({}, {})


def reap_orphans(holders: dict[int, Holder], spare: dict[tuple[str, ...], Holder]) -> None:
    """Let go of what ended holders left behind; the holders themselves are waited for by name."""
    own = {holder.process.pid for holder in [*holders.values(), *spare.values()]}
    with open(f"/proc/self/task/{os.getpid()}/children") as children:
        orphans = [int(pid) for pid in children.read().split()]
    for pid in orphans:
        if pid not in own:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def perform(
    request: dict[str, Any],
    control: socket.socket,
    runner: shell.Shell,
    holders: dict[int, Holder],
    spare: dict[tuple[str, ...], Holder],
) -> dict[str, Any]:
    """One request: spawn a guest on the socket that comes with it, or end one."""
    if request["op"] == "end":
        holder = holders.pop(request["guest"], None)
        if holder:
            holder.end()
        return {"ok": None}
    _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    command = tuple(request["holder"])
    holder = spare.pop(command, None) or start_holder(command)
    try:
        target = holder.ready()
    except (RuntimeError, OSError, ValueError) as error:
        holder.end()
        os.close(descriptors[0])
        return {"error": str(error)}
    pid = os.fork()
    if not pid:
        be_guest(descriptors[0], target, runner)
    os.close(descriptors[0])
    os.waitpid(pid, 0)
    holders[holder.process.pid] = holder
    return {"ok": holder.process.pid}


def be_guest(descriptor: int, target: int, runner: shell.Shell) -> None:
    """In the forked child: join, give up everything, serve; never returns."""
    try:
        join(target)
        if os.fork():
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
        dataless.load(modules)
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
    torch.set_num_threads(1)
    layer = torch.nn.Conv2d(1, 1, 3)
    layer(torch.ones(1, 1, 5, 5)).sum().backward()
    if trains:
        torch.optim.SGD(layer.parameters(), lr=0.1, momentum=0.9).step()
