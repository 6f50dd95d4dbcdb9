"""Backends start a guest process and hand back the socket to it: the one seam of this package.

`bwrap` gives the full sandbox, `weak` only resource limits and an empty environment.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from autograder.core.errors import GraderError, SandboxUnavailable
from autograder.core.limits import Limits
from autograder.sandbox import bwrap

GUEST_MAIN = "import sys; sys.path.insert(0, {path!r}); from guest.worker import main; main({fd})"
ERROR_TAIL = 2000  # characters of a guest's stderr in an error of ours


@dataclass
class Guest:
    """A started guest process: talk on `sock`, end it with `kill`."""

    process: subprocess.Popen[bytes]
    sock: socket.socket
    errors: IO[bytes]
    scratch: tempfile.TemporaryDirectory[str] | None = field(default=None)

    def kill(self) -> None:
        """End the guest and everything it started; safe to call twice."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.sock.close()
        self.errors.close()
        if self.scratch:
            self.scratch.cleanup()

    def last_words(self) -> str:
        """The end of what the guest wrote to stderr: for us, never for students."""
        if self.errors.closed:
            return ""
        self.errors.seek(0, os.SEEK_END)
        self.errors.seek(max(0, self.errors.tell() - ERROR_TAIL))
        return self.errors.read().decode(errors="replace").strip()


class Backend(Protocol):
    """Starts guests. `strength` is stamped on every result: "full" or "weak"."""

    strength: str

    def start(self, limits: Limits) -> Guest:
        """A guest under `limits`, not yet greeted."""
        ...


class BwrapBackend:
    """A fresh Python in bubblewrap: own namespaces, allow-listed files, an unprivileged user."""

    strength = "full"

    def start(self, limits: Limits) -> Guest:
        ours, theirs = socket.socketpair()
        command = bwrap.command(limits, guest_command("/runtime", theirs.fileno()))
        return launch(command, ours, theirs)


class WeakBackend:
    """A fresh Python with resource limits only, for machines without namespaces; own work only."""

    strength = "weak"

    def start(self, limits: Limits) -> Guest:
        ours, theirs = socket.socketpair()
        scratch = tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True)
        runtime = str(Path(__file__).parent)
        command = [*drop_root(scratch.name), *guest_command(runtime, theirs.fileno())]
        guest = launch(command, ours, theirs, cwd=scratch.name)
        guest.scratch = scratch
        return guest


def drop_root(scratch: str) -> list[str]:
    """The words before a command that make root an unprivileged user; none for other users."""
    if os.geteuid() != 0:
        return []
    user = str(bwrap.GUEST_UID)
    words = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs"]
    os.chown(scratch, bwrap.GUEST_UID, bwrap.GUEST_UID)
    if subprocess.run([*words, sys.executable, "-c", ""], capture_output=True).returncode:
        raise SandboxUnavailable(
            "--sandbox=weak as root: the unprivileged user cannot start "
            f"{sys.executable}. Run as an ordinary user, or use the full sandbox"
        )
    return words


def guest_command(runtime: str, descriptor: int) -> list[str]:
    """The command line of a guest whose `guest` package lies in `runtime`."""
    code = GUEST_MAIN.format(path=runtime, fd=descriptor)
    return [sys.executable, "-I", "-B", "-c", code]


def launch(
    command: list[str], ours: socket.socket, theirs: socket.socket, cwd: str | None = None
) -> Guest:
    """Start `command` in a process group of its own with an empty environment and one socket."""
    errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by Guest.kill
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=[theirs.fileno()],
            env=environment(cwd or "/scratch"),
            cwd=cwd or "/",
            start_new_session=True,
        )
    except OSError as error:
        raise GraderError(f"cannot start {command[0]}: {error.strerror}") from error
    finally:
        theirs.close()
    return Guest(process, ours, errors)


def environment(home: str) -> dict[str, str]:
    """Everything that a guest's environment holds."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
    }


def chosen(name: str) -> Backend:
    """The backend called `name`: "full" or "weak"; `SandboxUnavailable` with the remedy."""
    if name == "weak":
        return WeakBackend()
    bwrap.require()
    return BwrapBackend()
