"""The world outside: secrets that anybody could read, listeners, a bystander, and what is left."""

import contextlib
import ctypes
import errno
import os
import secrets
import selectors
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder import config, scratch
from autograder.core.assignment import Assignment
from autograder.core.limits import Limits
from autograder.folder import CourseFolder, course_folder
from autograder.lesson.release import release
from autograder.sandbox.bwrap import GUEST_UID

ROOT = Path(__file__).parents[2]
NAME = "01_convolution"
LIMITS = Limits(
    cell_seconds=4, call_seconds=2, question_seconds=4, total_seconds=40, cpu_seconds=20,
    memory_mb=512, scratch_mb=48,
)  # fmt: skip
SESSION_KEYRING = -3
KEYCTL_REVOKE, KEYCTL_SEARCH = 3, 10
ADD_KEY, KEYCTL = (248, 250) if os.uname().machine == "x86_64" else (217, 219)
libc = ctypes.CDLL(None, use_errno=True)


class Listeners:
    """A TCP, a UDP, an abstract and a path socket; `received` is all that ever came in."""

    def __init__(self, folder: Path, token: str) -> None:
        self.received: list[str] = []
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("0.0.0.0", 0))
        self.abstract, self.path = f"\0attacked-{token}", str(folder / "listener")
        self._unix = [socket.socket(socket.AF_UNIX) for _ in range(2)]
        for listener, address in zip(self._unix, (self.abstract, self.path), strict=True):
            listener.bind(address)
            listener.listen()
        os.chmod(self.path, 0o777)
        self._stop, self._stopped = socket.socketpair()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with selectors.DefaultSelector() as waiting:
            for listener in (self.tcp, self.udp, *self._unix, self._stopped):
                waiting.register(listener, selectors.EVENT_READ)
            while True:
                for key, _ in waiting.select():
                    if key.fileobj is self._stopped:
                        return
                    self._take(key.fileobj)

    def _take(self, listener: Any) -> None:
        if listener is self.udp:
            self.received.append(listener.recv(1 << 16).decode(errors="replace"))
            return
        caller, _ = listener.accept()
        with caller, contextlib.suppress(OSError):
            caller.settimeout(1)
            self.received.append("connected: " + caller.recv(1 << 16).decode(errors="replace"))

    def close(self) -> None:
        """End the thread and all sockets."""
        self._stop.close()
        self._thread.join()
        for each in (self.tcp, self.udp, *self._unix, self._stopped):
            each.close()


@dataclass(repr=False)
class World:
    """What attacks are after, and how it is seen from outside whether they got it."""

    base: Path
    token: str
    assignment: Assignment
    folder: CourseFolder
    listeners: Listeners
    bystander: subprocess.Popen[bytes]
    canaries: dict[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        """What every attacker is told: where all of it lies, but not what it says."""
        return {
            "tcp": self.listeners.tcp.getsockname()[1],
            "udp": self.listeners.udp.getsockname()[1],
            "abstract": self.listeners.abstract,
            "path": self.listeners.path,
            "trap": str(self.base / "trap"),
            "home": str(self.base / "home"),
            "roots": [str(ROOT), str(self.assignment.folder.parents[1])],
            "secrets": [str(path) for path in [*self.secrets(), self.base, ROOT]],
            "pids": [os.getpid(), os.getppid(), self.bystander.pid],
            "key": self.token,
            "token": self.token,
            "mark": f"mark-{self.token}",
        }

    def secrets(self) -> list[Path]:
        """The files that hold a canary, readable by everybody."""
        there = self.assignment
        return [
            there.hidden_tests, there.reference_file, there.mistakes_file, self.folder.gradebook,
            self.folder.submitted_notebook("student02", NAME, there.notebook),
            self.base / "home" / ".ssh" / "id_ed25519",
        ]  # fmt: skip

    def hide(self, place: str) -> str:
        """A new canary, known by the place where it is hidden."""
        self.canaries[place] = f"canary-{secrets.token_hex(8)}"
        return self.canaries[place]

    def stolen(self, text: str) -> list[str]:
        """The places whose canary is in a text."""
        return [place for place, canary in self.canaries.items() if canary in text]

    def files_left(self) -> list[str]:
        """Files that were made in the folders that anybody may write to, and marked ones."""
        shared = [Path("/dev/shm"), Path("/tmp"), Path("/var/tmp"), Path("/"), Path.home()]
        found = [path for trap in ("trap", "spool") for path in (self.base / trap).rglob("*")]
        found += [path for path in (self.base / "home").iterdir() if path.name != ".ssh"]
        for folder in shared:
            with contextlib.suppress(OSError):
                found += [path for path in folder.iterdir() if f"mark-{self.token}" in path.name]
        return [str(path) for path in found if scratch.PREFIX not in str(path)]  # the grader's own

    def mounts_left(self) -> list[str]:
        """Mounts and sockets of this machine that carry the mark."""
        tables = [Path("/proc/self/mountinfo"), Path("/proc/net/unix")]
        lines = [line for table in tables for line in table.read_text().splitlines()]
        return [line for line in lines if f"mark-{self.token}" in line or "/scratch" in line]

    def processes_left(self) -> list[str]:
        """Command lines and names of processes that carry the mark."""
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError):  # it may have ended meanwhile
                if entry.name.isdigit():
                    text = f"{(entry / 'cmdline').read_text()} {(entry / 'comm').read_text()}"
                    found += [text] * (f"mark-{self.token}" in text or f"{self.token}-a" in text)
        return found

    def keys_left(self) -> bool:
        """Whether a guest left its key in the keyring of this session."""
        return found_key("left") is not None


@contextlib.contextmanager
def world() -> Iterator[World]:
    """The world, made and taken down; it lies where the sandbox has no folder of its own."""
    token = secrets.token_hex(4)
    with tempfile.TemporaryDirectory(prefix="attacked-", dir="/var/tmp") as name:
        base = Path(name)
        for folder, mode in ((base, 0o755), (base / "trap", 0o777), (base / "home", 0o777)):
            folder.mkdir(exist_ok=True)
            folder.chmod(mode)
        (base / "spool").mkdir()
        assignment, folder = course(base / "root")
        bystander = subprocess.Popen(["sleep", "3600"], user=ordinary(), cwd="/")
        listeners = Listeners(base, token)
        made = World(base, token, assignment, folder, listeners, bystander)
        hide_secrets(made)
        try:
            yield made
        finally:
            listeners.close()
            bystander.kill()
            bystander.wait()
            os.environ.pop("ATTACKED", None)
            for key in (token, "left"):
                forget_key(key)


def ordinary() -> int | None:
    """The user id of whoever the guests are, so that no right of a user is in the way."""
    return GUEST_UID if os.geteuid() == 0 else None


def course(root: Path) -> tuple[Assignment, CourseFolder]:
    """A course of its own with the real first assignment, short of time and memory."""
    shutil.copytree(ROOT / "assignments" / NAME, root / "assignments" / NAME)
    shutil.copytree(ROOT / "reference", root / "reference")
    text = f'from autograder import Course\n\ncourse = Course("attacked", assignments=["{NAME}"])\n'
    (root / "course_config.py").write_text(text, encoding="utf-8")
    loaded = config.load_course(root)
    folder = course_folder(loaded)
    folder.make(loaded)
    assignment = replace(config.load_assignment(loaded, NAME), limits=LIMITS)
    release(assignment, folder)
    return assignment, folder


def hide_secrets(world: World) -> None:
    """Write a canary into each secret file, the environment and the session's keyring."""
    for path in world.secrets():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f'\nCANARY = "{world.hide(path.name)}"\n' if path.suffix != ".db" else "")
        path.chmod(0o644)
    os.environ["ATTACKED"] = world.hide("the environment")
    add_key(world.token, world.hide("the keyring"))


def add_key(name: str, text: str) -> None:
    """Put a key into the session's keyring, where the kernel has one."""
    made = libc.syscall(ADD_KEY, b"user", name.encode(), text.encode(), len(text), SESSION_KEYRING)
    if made == -1 and ctypes.get_errno() not in (errno.ENOSYS, errno.EPERM, errno.EACCES):
        raise OSError(ctypes.get_errno(), "no key could be added")


def found_key(name: str) -> int | None:
    """The key of that name in the session's keyring, if there is one."""
    ring = ctypes.c_int(SESSION_KEYRING)
    key = libc.syscall(KEYCTL, KEYCTL_SEARCH, ring, b"user", name.encode(), 0)
    return None if key == -1 else int(key)


def forget_key(name: str) -> None:
    """Take a key out of use."""
    key = found_key(name)
    if key is not None:
        libc.syscall(KEYCTL, KEYCTL_REVOKE, key)
