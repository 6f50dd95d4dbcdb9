"""Does by bounded means what the filter of system calls refuses, so that notebooks can do it.

Memory that processes share lies in a file of /dev/shm, whose size is limited. Who waits for many
descriptors asks for all of them each time, instead of having the kernel remember them. And whoever
grades may keep files from everybody, but a notebook can read what it has written. Who wants a
stack without bounds gets a large one.
"""

import mmap
import os
import resource
import selectors
import tempfile
from collections.abc import Sequence
from typing import Any

SHARED_FILES = "/dev/shm"
USUAL = 0o022  # who may not do what with a new file
PLAIN = mmap.mmap  # as Python has it
SET_LIMIT = resource.setrlimit  # likewise


class Mapping(PLAIN):
    """`mmap.mmap`, with a file behind memory that is to be shared and has none."""

    __module__ = "mmap"

    def __new__(
        cls, fileno: int, length: int, flags: int = mmap.MAP_SHARED, *rest: Any, **named: Any
    ) -> "Mapping":
        copied = mmap.ACCESS_COPY in (named.get("access"), *rest[1:2])
        if fileno != -1 or length <= 0 or not flags & mmap.MAP_SHARED or copied:
            return super().__new__(cls, fileno, length, flags, *rest, **named)
        with tempfile.TemporaryFile(dir=SHARED_FILES) as file:
            os.posix_fallocate(file.fileno(), 0, length)  # else what has no room ends the process
            flags &= ~mmap.MAP_ANONYMOUS
            return super().__new__(cls, file.fileno(), length, flags, *rest, **named)


def set_limit(number: int, limits: Sequence[int], /) -> None:
    """`resource.setrlimit`; who asks for more stack than there may be gets as much as that."""
    now, most = limits
    _, bound = resource.getrlimit(number)
    if number == resource.RLIMIT_STACK and bound != resource.RLIM_INFINITY:
        now, most = (each if 0 <= each < bound else bound for each in (now, most))
    SET_LIMIT(number, (now, most))


def install() -> None:
    """Do so from now on."""
    os.umask(USUAL)
    mapping: Any = mmap
    selecting: Any = selectors
    Mapping.__name__ = Mapping.__qualname__ = "mmap"
    mapping.mmap = Mapping
    setting: Any = resource
    setting.setrlimit = set_limit
    selecting.DefaultSelector = selectors.PollSelector
