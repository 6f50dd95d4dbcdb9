"""The slow backends: a fresh Python for every submission, in bubblewrap or with limits only."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from autograder.core.errors import GraderError, SandboxUnavailable
from autograder.core.limits import Limits
from autograder.sandbox import bwrap
from autograder.sandbox.guest import walls
from autograder.scratch import own_folder

GUEST_MAIN = "import sys; sys.path.insert(0, {path!r}); from guest.worker import main; main({fd})"
# No namespace ends with the process that grades; the kernel ends each process with its parent.
MORTAL = "import ctypes, os, signal; prctl = ctypes.CDLL(None).prctl; \
end = lambda: prctl(1, signal.SIGKILL); end(); os.register_at_fork(after_in_child=end); "
ERROR_TAIL = 2000  # characters of a guest's stderr in an error of ours


@dataclass
class FreshGuest:
    """A started guest process: talk on `sock`, end it with `kill`."""

    process: subprocess.Popen[bytes]
    sock: socket.socket
    errors: IO[bytes]
    scratch: tempfile.TemporaryDirectory[str] | None = field(default=None)
    ran: Sequence[dict[str, Any]] = ()  # it starts from nothing

    @property
    def root(self) -> int:
        """The process below which all of the guest's processes are."""
        return self.process.pid

    def end(self) -> None:
        """End the guest and everything it started; safe to call twice, from any thread."""
        walls.kill_group(self.process)

    def kill(self) -> None:
        """The same, and clean up."""
        self.end()
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


class BwrapBackend:
    """A fresh Python in bubblewrap: own namespaces, allow-listed files, an unprivileged user."""

    strength = "full"

    def __init__(self, data: Path | None = None) -> None:
        self.places = bwrap.places()
        self._data = data

    def start(self, limits: Limits, opening: Sequence[str] = ()) -> FreshGuest:
        ours, theirs = socket.socketpair()
        command = bwrap.command(limits, guest_command("/runtime", theirs.fileno()), self._data)
        return launch(command, ours, theirs, data=self._data)

    def close(self) -> None:
        """Nothing stays behind between guests."""


class WeakBackend:
    """A fresh Python with resource limits only, for machines without namespaces; own work only."""

    strength = "weak"

    def __init__(self) -> None:
        self.places: dict[str, list[str]] = {}  # nothing is closed

    def start(self, limits: Limits, opening: Sequence[str] = ()) -> FreshGuest:
        words = drop_root()
        ours, theirs = socket.socketpair()
        home = None if words else own_folder()  # which another user cannot walk through
        scratch = tempfile.TemporaryDirectory("", "autograder-", home, ignore_cleanup_errors=True)
        if words:
            os.chown(scratch.name, bwrap.GUEST_UID, bwrap.GUEST_UID)
        runtime = str(Path(__file__).parent)
        command = [*words, *guest_command(runtime, theirs.fileno(), MORTAL)]
        guest = launch(command, ours, theirs, cwd=scratch.name)
        guest.scratch = scratch
        return guest

    def close(self) -> None:
        """Nothing stays behind between guests."""


def drop_root() -> list[str]:
    """The words before a command that make root an unprivileged user; none for other users."""
    if os.geteuid() != 0:
        return []
    words = bwrap.become_guest()
    code = "import os, sys; sys.exit(not os.access(sys.executable, os.X_OK))"
    if subprocess.run([*words, sys.executable, "-c", code], capture_output=True).returncode:
        raise SandboxUnavailable(
            "--sandbox=weak as root: the unprivileged user cannot start "
            f"{sys.executable}. Run as an ordinary user, or use the full sandbox"
        )
    return words


def guest_command(runtime: str, descriptor: int, before: str = "") -> list[str]:
    """The command line of a guest whose `guest` package lies in `runtime`."""
    code = before + GUEST_MAIN.format(path=runtime, fd=descriptor)
    return [sys.executable, "-I", "-B", "-c", code]


def launch(
    command: list[str],
    ours: socket.socket,
    theirs: socket.socket,
    cwd: str | None = None,
    data: Path | None = None,
) -> FreshGuest:
    """Start `command` in a process group of its own with an empty environment and one socket."""
    errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by FreshGuest.kill
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=[theirs.fileno()],
            env=bwrap.environment(cwd or "/scratch", data),
            cwd=cwd or "/",
            start_new_session=True,
        )
    except OSError as error:
        raise GraderError(f"cannot start {command[0]}: {error.strerror}") from error
    finally:
        theirs.close()
    return FreshGuest(process, ours, errors)
