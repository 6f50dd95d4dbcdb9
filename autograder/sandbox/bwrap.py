"""The bubblewrap command line: what a guest may see, be and do.

Allow-list only: /usr, the interpreter, its packages and the guest's own files, all read-only;
one sized scratch folder to write to. An ordinary user gets this from one bubblewrap. Root starts
an outer one first, which binds the paths that only root can reach and then becomes an
unprivileged user for real; from there the same inner command runs.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from autograder.core.errors import SandboxUnavailable
from autograder.core.limits import Limits
from autograder.sandbox import fonts
from autograder.sandbox.guest import walls
from autograder.sandbox.guest.fonts import PLACE as FONTS

GUEST_UID = 61184  # a uid that no package of Debian or systemd hands out
MEGABYTE = 1 << 20
SYSTEM = ("usr", "bin", "lib", "lib64", "sbin")
WRITABLE = ("/scratch", "/tmp", "/dev/shm")
DATA = "/data"  # where guests find the pictures to learn from
GUEST_FILES = Path(__file__).parent / "guest"
OLDEST = (0, 8)  # the first with --disable-userns
ATTEMPTS = 3  # of which something else may end all but one
INSTALL = "Install bubblewrap 0.8 or newer: sudo apt-get install bubblewrap"
SETNS_HELP = (
    "Allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1; on Ubuntu load "
    "the AppArmor profile bwrap-userns-restrict), or choose --sandbox=weak for your own work only"
)


def command(limits: Limits, guest: list[str], data: Path | None = None) -> list[str]:
    """The whole command line that runs `guest` inside the sandbox."""
    inner = [*holder(limits, data, fonts.known()), "--", *guest]
    if os.geteuid() == 0:  # who has become another user is not ended by the death of root's
        return [*outer(data), "--unshare-pid", "--", *become_guest(), "--", *inner]
    return inner


def zygote(words: list[str], data: Path | None = None) -> list[str]:
    """The command line of the warm process: sees what guests see, may still make namespaces."""
    if os.geteuid() == 0:
        return [*outer(data), "--", *become_guest(), "--", *words]
    return [*outer(data), "--", *words]


def holder(limits: Limits, data: Path | None = None, listed: Path | None = None) -> list[str]:
    """The bubblewrap that builds one submission's namespaces and mounts, `data` at /data.

    `listed` is the folder with the list of fonts, for a guest that does not inherit it.
    """
    own = ["--ro-bind", str(GUEST_FILES), "/runtime/guest", *hidden_labels(), *list_at(listed)]
    own += ["--symlink", "runtime/guest/etc", "/etc"]  # who a guest is; a mount would cost 0.5 ms
    own += ["--ro-bind", str(data), DATA] if data else []
    closed = ["--remount-ro", "/dev", "--remount-ro", "/"]
    return [*wall(limits), *mounts(bound_paths()), *own, *closed]


def places() -> dict[str, list[str]]:
    """What a guest may do where, once more, for the belt behind these walls."""
    system = [f"/{name}" for name in SYSTEM if not Path("/", name).is_symlink()]
    read = [*system, *map(str, bound_paths()), "/runtime", "/proc", DATA]
    return {"list": ["/"], "read": read, "devices": ["/dev"], "write": list(WRITABLE)}


def hidden_labels() -> list[str]:
    """Cover scikit-learn's digits: hidden tests use them, and their labels stay outside."""
    digits = Path(sysconfig.get_path("purelib"), "sklearn/datasets/data/digits.csv.gz")
    return ["--ro-bind", str(GUEST_FILES / "__init__.py"), str(digits)] if digits.exists() else []


def wall(limits: Limits) -> list[str]:
    """The inner bubblewrap without its mounts: namespaces, no capabilities, sized scratch."""
    size = str(int(limits.scratch_mb * MEGABYTE))
    return [
        str(program()),
        *("--unshare-user", "--unshare-all", "--disable-userns", "--die-with-parent"),
        *("--new-session", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL"),
        *("--hostname", "sandbox", "--proc", "/proc", "--dev", "/dev"),
        *("--dev-bind", "/dev/null", "/dev/zero"),  # a mapping of it is memory that nobody counts
        *("--size", size, "--tmpfs", "/dev/shm", "--size", size, "--tmpfs", "/scratch"),
        *("--size", size, "--tmpfs", "/tmp", "--chdir", "/scratch"),
    ]


def outer(data: Path | None = None) -> list[str]:
    """An outer bubblewrap: binds what only root can reach; root keeps the right to be no root."""
    rights = ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if os.geteuid() == 0 else []
    listed = fonts.known()
    own = [*tools(), GUEST_FILES, *filter(None, (data, listed))]
    return [
        *(str(program()), "--bind", "/proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"),
        *("--perms", "1777", "--tmpfs", "/scratch", "--unshare-ipc", "--unshare-net"),
        *(
            "--die-with-parent",
            "--cap-drop",
            "ALL",
            *rights,
            *mounts([*bound_paths(), *own]),
        ),
        *("--perms", "0755", "--dir", "/runtime", "--ro-bind", str(GUEST_FILES), "/runtime/guest"),
        *list_at(listed),
    ]


def list_at(listed: Path | None) -> list[str]:
    """The words that lay the list of fonts where guests look for it, if there is one."""
    return ["--ro-bind", str(listed), FONTS] if listed else []


def become_guest() -> list[str]:
    """The words that turn root into the unprivileged user, for real."""
    user = str(GUEST_UID)
    becoming = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    # To be killed with one's parent is given up by who becomes another user.
    return [*becoming, "--no-new-privs", "--pdeathsig=KILL"]


def environment(home: str, data: Path | None = None) -> dict[str, str]:
    """Everything that a guest's environment holds."""
    return ({"AUTOGRADER_DATA": DATA} if data else {}) | {
        "PATH": "/usr/bin:/bin",
        "HOME": home,
        "USER": "student",
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "TORCH_COMPILE_DISABLE": "1",  # a compiler of C++ takes longer than all that it speeds up
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
    }


def mounts(binds: list[Path]) -> list[str]:
    """Read-only binds of /usr and of `binds`, below parents that anybody may walk through."""
    words = ["--ro-bind", "/usr", "/usr"]
    for name in SYSTEM[1:]:
        if Path("/", name).is_symlink():
            words += ["--symlink", f"usr/{name}", f"/{name}"]
        elif Path("/", name).exists():
            words += ["--ro-bind", f"/{name}", f"/{name}"]
    made: set[Path] = {Path("/"), Path("/usr")}
    for path in binds:
        for parent in reversed(path.parents):
            if parent not in made and not parent.is_relative_to("/usr"):
                words += ["--perms", "0755", "--dir", str(parent)]
                made.add(parent)
        words += ["--ro-bind", str(path), str(path)]
        made.add(path)
    return words


def bound_paths() -> list[Path]:
    """Where the interpreter and its packages lie, outermost folders only, /usr left out."""
    paths = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parents[1]}
    paths |= {Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")}
    kept: list[Path] = []
    for path in sorted(paths, key=lambda path: len(path.parts)):
        if not any(path.is_relative_to(other) for other in [*kept, Path("/usr")]):
            kept.append(path)
    return kept


def program() -> Path:
    """Where bubblewrap lies, on the path of whoever grades."""
    found = shutil.which("bwrap")
    if found is None:
        raise SandboxUnavailable(f"sandbox: the program bwrap is missing. {INSTALL}")
    return Path(found).resolve()


def tools() -> list[Path]:
    """What the warm process starts and does not find below /usr."""
    return [] if program().is_relative_to("/usr") else [program()]


def version() -> tuple[int, ...]:
    """The version of bubblewrap, as far as it can be read."""
    _, said = tried([str(program()), "--version"])
    return tuple(map(int, re.findall(r"\d+", said)))[:3]


def require() -> None:
    """Raise `SandboxUnavailable` unless bubblewrap is there and can build its namespaces."""
    if version() < OLDEST:
        words = ".".join(map(str, version())) or "of an unknown version"
        raise SandboxUnavailable(f"sandbox: bubblewrap {words} is too old. {INSTALL}")
    if shutil.which("setpriv") is None:
        raise SandboxUnavailable("sandbox: the program setpriv is missing. Install util-linux")
    status, said = tried(command(Limits(), ["/bin/sh", "-c", ":"]))
    if status:
        reason = said.strip().splitlines()[-1:] or ["no reason given"]
        raise SandboxUnavailable(
            f"sandbox: bubblewrap cannot isolate here ({reason[0]}). {SETNS_HELP}"
        )


def tried(words: list[str]) -> tuple[int, str]:
    """How a command ends and what it says; once more where something else seems to have ended it.

    What it says is not waited for: a bubblewrap that is killed leaves who could say something.
    """
    for _ in range(ATTEMPTS):
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=said, stderr=said, env={},
                start_new_session=True,
            )  # fmt: skip
            walls.has_ended(process.pid, walls.BUILT_SECONDS)  # not if somebody has stopped it
            walls.kill_group(process)
            status = process.wait()
            said.seek(0)
            text = said.read().decode(errors="replace")
        if not status or text:
            break
    return status, text
