"""A belt behind the walls: a process gives up, for good, what its namespaces should not show.

Namespaces keep a guest in; Landlock holds once more where a mount or a namespace was not what it
should be. Where the kernel has none, namespaces hold alone. TCP is left to the network namespace,
in which a notebook may talk to itself. Numbers are from linux/landlock.h.
"""

import contextlib
import ctypes
import os
import struct
from collections.abc import Mapping, Sequence

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # on every architecture
EXECUTE, WRITE_FILE, READ_FILE, READ_DIRECTORY = 1, 2, 4, 8
FIRST, REFER, TRUNCATE, DEVICES = (1 << 13) - 1, 1 << 13, 1 << 14, 1 << 15
SCOPES = 1 | 2  # no abstract sockets, no signals out of the domain
PATH_BENEATH = 1

libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """The version of Landlock that this kernel has; 0 for none."""
    return max(0, int(libc.syscall(CREATE_RULESET, None, 0, 1)))


def restrict(places: Mapping[str, Sequence[str]]) -> None:
    """Leave this process what lies in `places`, folders by what may be done there."""
    known = version()
    if not known or not places:
        return
    every = FIRST | (known >= 2) * REFER | (known >= 3) * TRUNCATE | (known >= 5) * DEVICES
    scopes = SCOPES if known >= 6 else 0
    attributes = struct.pack("=QQQ", every, 0, scopes)[: 24 if known >= 6 else 8]
    ruleset = called(CREATE_RULESET, attributes, len(attributes), 0)
    rights = {
        "list": READ_DIRECTORY,
        "read": READ_DIRECTORY | READ_FILE | EXECUTE,
        "devices": every & (READ_DIRECTORY | READ_FILE | WRITE_FILE | TRUNCATE | DEVICES),
        "write": every,
    }
    for kind, folders in places.items():
        for folder in folders:
            with contextlib.suppress(FileNotFoundError):  # nothing there, nothing to leave
                allow(ruleset, folder, rights[kind])
    called(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def allow(ruleset: int, folder: str, rights: int) -> None:
    """Add to the rules what may be done below a folder."""
    beneath = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    called(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, beneath), 0)
    os.close(beneath)


def called(number: int, *arguments: int | bytes) -> int:
    """What a system call answers; OSError where it refuses."""
    answer = int(libc.syscall(number, *arguments))
    if answer < 0:
        raise OSError(ctypes.get_errno(), "cannot put Landlock on")
    return answer
