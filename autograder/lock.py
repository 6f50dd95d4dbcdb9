"""One command at a time in a course folder: a lock that ends with its process, however it ends."""

import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TextIO

from autograder.core.errors import UserError
from autograder.stopping import check

LOCK = ".autograder.lock"
PAUSE = 0.2  # seconds between two attempts


@contextmanager
def alone(root: Path, waiting: Callable[[str], None]) -> Iterator[None]:
    """Hold a course folder; where another command does, `waiting` is told of it once.

    The file stays and says who came last. What counts is the lock on it, which the kernel takes
    away from a process that has ended.
    """
    path = root / LOCK
    if path.exists() and not path.is_file():
        raise UserError(f"{path}: is no file, so nobody can hold it. Remove it")
    with path.open("a+", encoding="utf-8") as file:
        if not taken(file):
            waiting(f"{root}: {last(file)} is at work here; waiting until it has finished")
            while not taken(file):
                check()
                time.sleep(PAUSE)
        file.truncate(0)
        words = " ".join(["autograder", *sys.argv[1:]])
        file.write(f"`{words}` (process {os.getpid()}, since {datetime.now():%H:%M})")
        file.flush()
        yield


def taken(file: TextIO) -> bool:
    """Take the lock, unless somebody has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def last(file: TextIO) -> str:
    """Who took the lock last."""
    file.seek(0)
    return file.read().strip() or "another command"
