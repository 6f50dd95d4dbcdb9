"""Into namespaces that a bubblewrap has built, and out of every right that is not needed there."""

import contextlib
import ctypes
import json
import os
import select
import signal
import socket
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO

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
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
PR_CAP_AMBIENT, CLEAR_ALL = 47, 4
CAPABILITY_VERSION = 0x20080522
CAPSET = {"x86_64": 126, "aarch64": 91}  # the system call's number
BUILT_SECONDS = 20.0  # for a bubblewrap on a busy machine


@dataclass
class Holder:
    """A bubblewrap that keeps namespaces open; `pid` is a process inside them.

    It leads a group: where it is killed while it builds, its child waits for it for ever.
    """

    process: subprocess.Popen[bytes]
    status: IO[str]

    def ready(self) -> int:
        """Wait until all mounts are made; the pid to join."""
        assert self.process.stdout is not None
        handle, said = os.pidfd_open(self.process.pid), self.process.stdout.fileno()
        try:
            heard, _, _ = select.select([said, handle], [], [], BUILT_SECONDS)
        finally:
            os.close(handle)
        if heard != [said] or self.process.stdout.read(2) != b"R\n":
            raise RuntimeError("bubblewrap could not build the sandbox")
        return int(json.loads(self.status.readline())["child-pid"])

    def leave(self) -> None:
        """Let the holder go; its namespaces stay for those who have joined them."""
        assert self.process.stdin
        self.process.stdin.close()
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)
        self.end()

    def end(self) -> None:
        """Kill the holder and with it everything in its namespaces."""
        kill_group(self.process)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.status):
            if pipe:
                pipe.close()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that leads a group with all in it, also where it has ended itself."""
    if process.returncode is None:  # until it is waited for, nobody else gets its number
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def has_ended(pid: int, seconds: float) -> bool:
    """Whether a process ends within so many seconds."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)


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
            start_new_session=True,
        )
    finally:
        os.close(theirs)
    return Holder(process, os.fdopen(status))


def join(target: int, kinds: Iterable[str] = CLONE_NEW) -> None:
    """Enter namespaces of the process `target` at once: all of them, or those of these kinds."""
    handle = os.pidfd_open(target)
    if libc.setns(handle, sum(CLONE_NEW[kind] for kind in kinds)):
        raise OSError(ctypes.get_errno(), "cannot join the sandbox")
    os.close(handle)


def fork_alone() -> int:
    """Fork a process of ours that has one thread, without Python's hooks, which are for others.

    They look after locks which others may hold. That takes a millisecond, as it touches two hundred
    pages. A notebook may have hooks of its own: those are its checks' affair.
    """
    pid = int(libc.fork())
    if pid < 0:
        raise OSError(ctypes.get_errno(), "cannot fork")
    return pid


def alone_with(descriptor: int) -> socket.socket:
    """Close every descriptor but one, which becomes number 3; 0, 1 and 2 lead nowhere."""
    os.dup2(descriptor, 3)
    nowhere = os.open("/dev/null", os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.closerange(4, 4096)
    os.setsid()
    return socket.socket(fileno=3)


def become(user: int) -> None:
    """Turn from root into another user, who belongs to no groups, for real and for good."""
    leave_bounds()
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def leave_bounds() -> None:
    """See to it that no program brings capabilities back."""
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def end_with_parent() -> None:
    """Be killed when the parent ends; also be an ordinary process again after other rights."""
    libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of what is left below by processes that end."""
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def drop_rights() -> None:
    """Give up every capability, for good."""
    leave_bounds()
    libc.prctl(PR_CAP_AMBIENT, CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    number = CAPSET[os.uname().machine]
    if libc.syscall(number, header, nothing) or libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "cannot drop capabilities")
