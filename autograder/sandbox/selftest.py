"""Asks the sandbox itself: can student code see, write, connect or survive?

Each guarantee is tried from inside against something real outside: a secret file, a listening
socket, a process that tries to stay.
"""

import json
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.core.errors import GraderError, SandboxUnavailable
from autograder.core.limits import Limits
from autograder.sandbox.backend import Backend
from autograder.sandbox.session import Session
from autograder.scratch import passing_folder

LIMITS = Limits(cell_seconds=20, memory_mb=512, scratch_mb=16, total_seconds=60)
PROBES = Path(__file__).parent / "probes.py"
SENTENCES = {
    "runs": "student code runs",
    "hidden": "files of the course and of the user cannot be seen",
    "readonly": "nothing can be written outside the scratch folder",
    "scratch": "the scratch folder is writable and its size is limited",
    "offline": "no network: neither TCP nor sockets of this machine",
    "alone": "other processes cannot be seen",
    "unprivileged": "the user is unprivileged for real, without capabilities",
    "namespaces": "no further namespaces can be made",
    "calls": "keyrings, hypervisors and uncounted memory are out of reach",
    "memory": "memory is limited",
    "mortal": "no process outlives its submission",
}
REAL = "Let `bwrap` on your PATH be bubblewrap itself, 0.8 or newer, as your distribution packs it"
KERNEL = "Use a kernel as distributions build it, with CONFIG_SECCOMP_FILTER and CONFIG_USER_NS"
REMEDIES = {
    "runs": "Run `make setup` again, let every user read Python and its packages, and let `bwrap` "
    "on your PATH be bubblewrap itself",
    "hidden": "Keep the course and what is yours out of /usr and of Python's own folders. " + REAL,
    "readonly": REAL,
    "scratch": REAL,
    "offline": REAL,
    "alone": REAL,
    "unprivileged": "Grade as an ordinary user, or as root with setpriv (util-linux). " + REAL,
    "namespaces": REAL,
    "calls": KERNEL,
    "memory": KERNEL,
    "mortal": REAL,
}
ATTEMPTS = 2  # to have student code run, which may be ended from outside
UNSAID = "it ended without a word"
FIRST_THAT = "It could not be tried, because student code does not run: mend that first"
WEAK = "The weak sandbox does not promise it. Use --sandbox=full for work that is not your own"


@dataclass(frozen=True)
class Guarantee:
    """One promise of the sandbox, whether this machine keeps it, and what to do where not."""

    name: str
    sentence: str
    kept: bool
    remedy: str


def guarantees(backend: Backend) -> list[Guarantee]:
    """Try every guarantee in one short submission."""
    marker = f"autograder-survivor-{secrets.token_hex(8)}"
    with outside_world() as world:
        facts = world | {"marker": marker, "scratch_mb": int(LIMITS.scratch_mb)}
        cell = (
            f"{PROBES.read_text(encoding='utf-8')}\nimport json\nprint(json.dumps(probe({facts})))"
        )
        kept, reason, owners = tried(backend, cell, marker)
    kept["unprivileged"] = kept.get("unprivileged") and owners and 0 not in owners
    kept["mortal"] = not survives(marker)
    remedies = remedies_for(backend, "" if kept.get("runs") else reason)
    return [
        Guarantee(name, text, bool(kept.get(name)), remedies[name])
        for name, text in SENTENCES.items()
    ]


def tried(backend: Backend, cell: str, marker: str) -> tuple[dict[str, Any], str, set[int]]:
    """What the probes found, why they could not look, and whose process they left behind."""
    try:
        with Session(backend, LIMITS) as session:
            found = said(session, cell)
            return found, UNSAID, {owner(path) for path in arrived(marker)} if found else set()
    except GraderError as error:
        return {}, str(error).splitlines()[-1].removeprefix("sandbox: "), set()


def remedies_for(backend: Backend, reason: str = "") -> dict[str, str]:
    """What to do about each promise that is not kept; `reason` is why nothing could be tried."""
    if backend.strength == "weak":
        return dict.fromkeys(SENTENCES, WEAK)
    if reason:
        return dict.fromkeys(SENTENCES, FIRST_THAT) | {"runs": f"{REMEDIES['runs']} ({reason})"}
    return REMEDIES


def said(session: Session, cell: str) -> dict[str, Any]:
    """What the probes found, as they printed it."""
    [run] = session.run([cell])
    printed = "".join(out["text"] for out in run.outputs if out.get("name") == "stdout")
    try:
        found = json.loads(printed)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@contextmanager
def outside_world() -> Iterator[dict[str, Any]]:
    """A secret file that any user could read, and two sockets that any user could reach."""
    with passing_folder() as folder, socket.socket() as tcp, unix() as abstract:
        os.chmod(folder, 0o755)
        secret = folder / "secret"
        secret.write_text("secret", encoding="utf-8")
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        yield {
            "secret": str(secret),
            "here": str(Path.cwd()),
            "port": tcp.getsockname()[1],
            "abstract": abstract.getsockname().decode(),
        }


@contextmanager
def unix() -> Iterator[socket.socket]:
    """A listening socket in the abstract namespace of this machine."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"\0autograder-{secrets.token_hex(8)}")
        listener.listen()
        yield listener


def survives(marker: str, seconds: float = 2.0) -> bool:
    """Whether a process with `marker` in its command line is still there after a short while."""
    ends = time.monotonic() + seconds
    while marked(marker):
        if time.monotonic() > ends:
            return True
        time.sleep(0.05)
    return False


def arrived(marker: str, seconds: float = 2.0) -> list[Path]:
    """The processes with `marker`; a command line can be read only a moment after its start."""
    ends = time.monotonic() + seconds
    while not (found := marked(marker)) and time.monotonic() < ends:
        time.sleep(0.01)
    return found


def marked(marker: str) -> list[Path]:
    """The processes of this machine that carry `marker` in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it may have ended meanwhile
                if marker.encode() in (entry / "cmdline").read_bytes():
                    found.append(entry)
    return found


def owner(process: Path) -> int:
    """The real user id of a process, as this machine sees it; 0 where it cannot be told."""
    with suppress(OSError):
        lines = (process / "status").read_text(encoding="utf-8").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("Uid:")))
    return 0


def require(backend: Backend) -> None:
    """Raise `SandboxUnavailable` unless every guarantee of the full sandbox is kept."""
    if backend.strength == "weak":
        return
    broken = []
    for _ in range(ATTEMPTS):
        broken = [item for item in guarantees(backend) if not item.kept]
        if not any(item.name == "runs" for item in broken):  # else it was ended, perhaps
            break
    if broken:
        broken = [item for item in broken if item.name == "runs"] or broken
        remedies = ". ".join(dict.fromkeys(item.remedy for item in broken))
        raise SandboxUnavailable(
            f"sandbox: not guaranteed here: {'; '.join(item.sentence for item in broken)}. "
            f"{remedies}. `autograder doctor` shows all; --sandbox=weak is for your own work only"
        )
