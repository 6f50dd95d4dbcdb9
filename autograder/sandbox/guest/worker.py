"""The process inside the sandbox: runs the notebook once, then forks for every check.

Each check is served by a child forked from the finished notebook, on a socket of its own, so a
crash, a mutation or a hang in one check changes nothing in the next.
"""

import contextlib
import ctypes
import gc
import os
import resource
import signal
import socket
import struct
import sys
from functools import cache
from typing import Any, TextIO

import numpy as np

from . import (
    bounded,
    compiled,
    dataless,
    fonts,
    forked,
    heap,
    inner,
    landlock,
    namespace,
    shell,
    stream,
    watch,
    wire,
)

MEGABYTE = 1 << 20
SIZE, DATA = 0, 5  # places in /proc/self/statm
STACK = 64 << 20  # bytes
RESERVED = 8 << 30  # bytes of addresses without memory: a torch for CUDA takes a third of that
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
SIGNALS = 1024  # that wait, and timers
DESCRIPTORS = (256, 320)  # those beyond the first number are for the checks


def main(descriptor: int) -> None:
    """Build a shell and serve the socket `descriptor`: the fresh process of one submission."""
    bounded.install()
    compiled.lay_open()
    fonts.bring()
    runner = shell.build()
    sys.path.append(os.getcwd())  # the student's own modules, behind everything installed
    serve(socket.socket(fileno=descriptor), runner)


def serve(sock: socket.socket, runner: shell.Shell) -> None:
    """Take on limits, belt and filter, greet, and answer until the other side closes the socket."""
    runner.begin_here()
    rules = wire.decode(wire.receive(sock))
    limits = rules["limits"]
    watch.learn(rules["forbidden"])
    confine(limits)
    landlock.restrict(rules["places"])
    filter_calls(rules["filter"])
    wire.send(sock, wire.encode({"ok": os.getpid()}))
    with contextlib.suppress(wire.WireError, OSError):
        while True:
            request = wire.decode(wire.receive(sock))
            wire.send(sock, reply_to(request, runner, sock, limits))


def reply_to(
    request: dict[str, Any], runner: shell.Shell, sock: socket.socket, limits: dict[str, Any]
) -> wire.Frame:
    """The encoded reply to one request of the session."""
    operation = request["op"]
    if operation == "file":
        return wire.encode({"ok": write_file(request["name"], request["data"])})
    if operation == "cell":
        return run_cell(runner, request, limits)
    if operation == "fork":
        with contextlib.suppress(OSError):  # no more processes: the other side must not wait for us
            return wire.encode({"ok": fork_check(runner, sock, request["watched"])})
    if operation == "end":
        end_check(request["pid"])
        return wire.encode({"ok": None})
    return wire.encode({"error": f"cannot do {operation!r}"})


def run_cell(runner: shell.Shell, request: dict[str, Any], limits: dict[str, Any]) -> wire.Frame:
    """Run a cell; outputs too large for one frame are dropped."""
    limit = int(limits["output_kb"] * 1024)
    heap.spare_room()
    dataless.needed_by(request["source"])
    ran = shell.run_cell(runner, request["source"], request["seconds"], limit)
    left = request["seconds"] - ran["seconds"] if request["asked"] else 0.0
    with contextlib.suppress(BaseException):  # the border of the student's world
        runner.functions |= namespace.functions(runner.user_ns)
        inner.fetch(request["source"], runner.transform_cell, left)
    pictures = []
    for output in ran["outputs"]:
        for mime, text in output.get("data", {}).items():
            if mime == "image/png":
                pictures.append(text.encode())
                output["data"][mime] = len(pictures) - 1
    try:
        return wire.encode({"ok": ran | {"pictures": [as_array(each) for each in pictures]}})
    except BaseException:  # the border of the student's world
        return wire.encode({"ok": ran | {"outputs": [], "pictures": []}})


def as_array(data: bytes) -> Any:
    """Bytes as an array, so that they travel beside the header."""
    return np.frombuffer(data, np.uint8)


def confine(limits: dict[str, Any]) -> None:
    """Set this process's own limits; hard ones, which nothing inside can raise again."""
    with open("/proc/self/statm") as statm:
        pages = [int(number) * resource.getpagesize() for number in statm.read().split()]
    more = int(limits["memory_mb"] * MEGABYTE)
    memory = pages[DATA] + more
    _, addresses = resource.getrlimit(resource.RLIMIT_AS)
    stack = tuple(smaller(each, STACK) for each in resource.getrlimit(resource.RLIMIT_STACK))
    cpu = max(1, round(limits["cpu_seconds"]))
    bounds = {
        resource.RLIMIT_DATA: (memory, memory + heap.SPARE),  # what it can write to
        resource.RLIMIT_STACK: stack,  # which is not counted there
        resource.RLIMIT_AS: (smaller(pages[SIZE] + more + RESERVED, addresses),) * 2,
        resource.RLIMIT_CPU: (cpu, cpu + 1),
        resource.RLIMIT_FSIZE: (int(limits["file_mb"] * MEGABYTE),) * 2,
        resource.RLIMIT_NPROC: (int(limits["processes"]),) * 2,
        resource.RLIMIT_NOFILE: DESCRIPTORS,
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_SIGPENDING: (SIGNALS,) * 2,  # both are a user's,
        resource.RLIMIT_MSGQUEUE: (0, 0),  # who has others running beside
        resource.RLIMIT_RTPRIO: (0, 0),  # neither is to be had before others,
        resource.RLIMIT_NICE: (0, 0),  # whatever the user who grades may have
    }
    for name, bound in bounds.items():
        resource.setrlimit(name, bound)


def smaller(size: int, most: int) -> int:
    """The smaller one of two bounds, of which each may be none."""
    found = [each for each in (size, most) if each != resource.RLIM_INFINITY]
    return min(found, default=resource.RLIM_INFINITY)


def filter_calls(program: bytes) -> None:
    """Let the kernel refuse the system calls that `program` names, for good."""
    lines = ctypes.create_string_buffer(program, len(program))
    count = struct.pack("@HxxxxxxP", len(program) // 8, ctypes.addressof(lines))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(count), 0, 0
    ):
        raise OSError(ctypes.get_errno(), "cannot filter system calls")


def write_file(name: str, data: Any) -> bool:
    """Lay a file that was handed in beside the notebook; whether there was room for it."""
    path = os.path.join(os.getcwd(), name)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        content = data.tobytes()
        with open(path, "wb") as file:
            file.write(content)
        if name.endswith(".py"):
            dataless.needed_by(content.decode("utf-8", "replace"))
    except (OSError, ValueError):  # no room, or a name that cannot be here
        with contextlib.suppress(OSError, ValueError):
            os.unlink(path)  # what there is of it would be in the way
        return False
    return True


def fork_check(runner: shell.Shell, sock: socket.socket, watched: bool) -> int:
    """Fork a child that serves one check on the socket that comes with the request."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS[1],) * 2)
    _, descriptors, _, _ = socket.recv_fds(sock, 1, 1)
    nowhere()  # there for all checks
    gc.freeze()  # a collection in the child would otherwise copy every page that it visits
    pid = os.fork()
    if pid:
        os.close(descriptors[0])
        return pid
    with contextlib.suppress(BaseException):  # whatever happens, the child ends here
        os.setpgid(0, 0)
        sock.close()
        with contextlib.suppress(BaseException):  # the notebook may have changed what is mended
            forked.make_good()
        serve_check(socket.socket(fileno=descriptors[0]), runner, watched)
    os._exit(0)


def serve_check(sock: socket.socket, runner: shell.Shell, watched: bool) -> None:
    """Answer calls into the notebook's namespace until the other side hangs up."""
    sys.stdout = sys.stderr = nowhere()
    served = namespace.Namespace(runner.user_ns, watched, runner.functions)
    line = stream.Stream(sock)
    while True:
        line.send([served.answer(line.receive(eager=line.prompt))])


@cache
def nowhere() -> TextIO:
    """What checks print goes here."""
    return open(os.devnull, "w")


def end_check(pid: int) -> None:
    """Make sure that the child of one check is gone, and what it has started beside it."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)
