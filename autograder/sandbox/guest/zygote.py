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
import json
import os
import select
import socket
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from . import heap, optimizers, shell, wire, worker

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEW = {
    "cgroup": 0x02000000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "net": 0x40000000,
    "mnt": 0x00020000,
}
PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 24, 36, 38
PR_CAP_AMBIENT, CLEAR_ALL = 47, 4
CAPABILITY_VERSION = 0x20080522
CAPSET = {"x86_64": 126, "aarch64": 91}  # the system call's number
FIRST_CELL = "import matplotlib.pyplot as plt"
FIRST_FIGURE = f"{FIRST_CELL}\nplt.plot([0, 1]); plt.show()\nplt.close('all')"


@dataclass
class Holder:
    """A bubblewrap that keeps namespaces open; `pid` is a process inside them."""

    process: subprocess.Popen[bytes]
    status: int

    def ready(self) -> int:
        """Wait until all mounts are made; the pid to join."""
        assert self.process.stdout is not None
        if self.process.stdout.read(2) != b"R\n":
            raise RuntimeError("bubblewrap could not build the sandbox")
        with os.fdopen(self.status) as lines:
            return int(json.loads(lines.readline())["child-pid"])

    def end(self) -> None:
        """Kill the holder and with it everything in its namespaces."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()


def main(descriptor: int, modules: list[str]) -> None:
    """Warm up, and serve the control socket until it is closed."""
    control = socket.socket(fileno=descriptor)
    serve(control, warm_up(modules))


def serve(control: socket.socket, runner: shell.Shell) -> None:
    """Greet on a control socket, and fork guests until it is closed."""
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    holders: dict[int, Holder] = {}
    spare: dict[tuple[str, ...], Holder] = {}
    with contextlib.suppress(wire.WireError, OSError):
        wire.send(control, wire.encode({"ok": os.getpid()}))
        while True:
            request = wire.decode(wire.receive(control))
            if request["op"] == "share":
                share(control, runner)
                break
            wire.send(control, wire.encode(perform(request, control, runner, holders, spare)))
            if request["op"] == "spawn":
                command = tuple(request["holder"])
                spare.setdefault(command, start_holder(command))
            reap_orphans(holders, spare)
    for holder in [*holders.values(), *spare.values()]:
        holder.end()


def share(control: socket.socket, runner: shell.Shell) -> None:
    """Serve everybody who calls at the address that comes along, until `control` is closed."""
    _, descriptors, _, _ = socket.recv_fds(control, 1, 1)
    listener = socket.socket(fileno=descriptors[0])
    rehearse(runner, FIRST_FIGURE)  # for one notebook it would not pay
    heap.give_back()
    heap.gather()
    while listener in select.select([control, listener], [], [])[0]:
        caller, _ = listener.accept()
        if not os.fork():
            control.close()
            listener.close()
            serve(caller, runner)
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


def start_holder(command: tuple[str, ...]) -> Holder:
    """Start a holder; it is waited for only when it is needed."""
    status, theirs = os.pipe()
    try:
        process = subprocess.Popen(
            [*command, "--json-status-fd", str(theirs), "--", "/bin/sh", "-c", "echo R; read x"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[theirs],
            env={},
        )
    finally:
        os.close(theirs)
    return Holder(process, status)


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


def join(target: int) -> None:
    """Enter all namespaces of the process `target` at once."""
    handle = os.pidfd_open(target)
    if libc.setns(handle, sum(CLONE_NEW.values())):
        raise OSError(ctypes.get_errno(), "cannot join the sandbox")
    os.close(handle)


def alone_with(descriptor: int) -> socket.socket:
    """Close every descriptor but one, which becomes number 3; 0, 1 and 2 lead nowhere."""
    os.dup2(descriptor, 3)
    nowhere = os.open("/dev/null", os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.closerange(4, 4096)
    os.setsid()
    return socket.socket(fileno=3)


def drop_rights() -> None:
    """Give up every capability, for good."""
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    libc.prctl(PR_CAP_AMBIENT, CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    number = CAPSET[os.uname().machine]
    if libc.syscall(number, header, nothing) or libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "cannot drop capabilities")


def warm_up(modules: list[str]) -> shell.Shell:
    """Build the shell and import what submissions will."""
    runner = shell.build()
    for name in modules:
        importlib.import_module(name)
    if "torch" in modules:
        warm_torch(trains="torch.optim" in modules)
    rehearse(runner, FIRST_CELL)
    sys.path.append("/scratch")
    return runner


def rehearse(runner: shell.Shell, cell: str) -> None:
    """Run a cell of ours, forget it, and keep the memory of all that it needed shared."""
    shell.run_cell(runner, cell, 60.0, 1 << 16)
    runner.reset(new_session=True)
    runner.execution_count = 1
    gc.collect()
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
