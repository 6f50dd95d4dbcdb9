"""Runs inside the sandbox as a notebook cell: `probe` tries to break each guarantee."""

import ctypes
import os
import pathlib
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

MEGABYTE = 1 << 20


def refused(action: Callable[[], object]) -> bool:
    """Whether the system says no."""
    try:
        action()
    except (OSError, MemoryError):
        return True
    return False


def write(path: str) -> None:
    """Write a file."""
    pathlib.Path(path).write_text("x")


def fill(megabytes: int) -> None:
    """Write one large file, a megabyte at a time."""
    with open("filler", "wb") as filler:
        for _ in range(megabytes):
            filler.write(b"x" * MEGABYTE)
            filler.flush()


def connect(family: int, address: Any) -> None:
    """Reach a socket that is listening outside."""
    with socket.socket(family) as caller:
        caller.settimeout(1)
        caller.connect(address)


def status(key: str) -> str:
    """What the system says of this very process."""
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(line.split(":")[1].strip() for line in lines if line.startswith(key))


def probe(facts: dict[str, Any]) -> dict[str, bool]:
    """Which guarantees hold, tried against what `facts` says is there outside."""
    found = {"runs": True}
    places = [facts["secret"], facts["here"] + "/course_config.py", "/var/lib", "/root/.ssh"]
    found["hidden"] = not any(os.path.exists(place) for place in places)
    targets = ["/usr/x", "/x", "/dev/x", sys.prefix + "/x", "/runtime/guest/x"]
    found["readonly"] = all(refused(partial(write, target)) for target in targets)
    write("scratch-file")
    found["scratch"] = refused(lambda: fill(facts["scratch_mb"] + 8))
    pathlib.Path("filler").unlink(missing_ok=True)
    lines = [(socket.AF_INET, ("127.0.0.1", facts["port"])), (socket.AF_UNIX, facts["abstract"])]
    found["offline"] = all(refused(partial(connect, *line)) for line in lines)
    found["alone"] = sum(name.isdigit() for name in os.listdir("/proc")) <= 4
    rights = int(status("CapEff"), 16) | int(status("CapBnd"), 16)
    found["unprivileged"] = not rights and status("NoNewPrivs") == "1"
    libc = ctypes.CDLL(None, use_errno=True)
    found["namespaces"] = libc.unshare(0x10000000) != 0
    keys, segment = (250, 29) if os.uname().machine == "x86_64" else (219, 194)
    found["calls"] = libc.syscall(keys, 0, -3, 0) < 0 and libc.syscall(segment, 0, 4096, 0o600) < 0
    found["calls"] &= refused(lambda: socket.socket(socket.AF_VSOCK))
    found["calls"] &= refused(lambda: os.memfd_create("x"))
    found["memory"] = refused(lambda: bytearray(1024 * MEGABYTE))
    nap = "import time; time.sleep(60)"
    words = [sys.executable, "-I", "-S", "-c", nap, facts["marker"]]  # it need not find packages
    subprocess.Popen(words, start_new_session=True)
    return found
