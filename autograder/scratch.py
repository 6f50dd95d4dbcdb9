"""Folders of this process, and the user's; what a killed one has left is removed by the next."""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing.process import current_process
from pathlib import Path
from typing import Any

PREFIX = "autograder-run-"
LOCK = "lock"  # held as long as the process is there
SHORT = 64  # bytes of the folder around ours: the name of a socket in it has at most 43 more


@cache
def own_folder() -> Path:
    """A folder for sockets, removed in the end; multiprocessing puts its own there, too."""
    (folder, _), process = locked_folder(), os.getpid()
    multiprocessing: Any = current_process()
    multiprocessing._config["tempdir"] = str(folder)

    def remove() -> None:
        if os.getpid() == process:  # not in a fork of it
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


@contextmanager
def passing_folder() -> Iterator[Path]:
    """A folder for a while."""
    folder, lock = locked_folder()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def locked_folder() -> tuple[Path, int]:
    """A new folder, and the lock by which others know that it is in use."""
    sweep()
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place()))
        with suppress(FileNotFoundError):  # somebody swept before there was a lock
            lock = lock_in(folder)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (folder / LOCK).exists():  # else somebody swept before it was locked
                return folder, lock
            os.close(lock)


def lock_in(folder: Path) -> int:
    """The open lock file of a folder; also where whoever made the folder had no time for it."""
    return os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


def place() -> Path:
    """The folder for temporary files; another one where sockets could not be there."""
    asked = tempfile.gettempdir()
    return Path(asked if len(os.fsencode(asked)) <= SHORT else "/tmp")


def sweep() -> None:
    """Remove the folders of this user's processes that have ended without doing so."""
    for folder in place().glob(f"{PREFIX}*"):
        with suppress(OSError):  # somebody else's, still in use, or removed meanwhile
            if folder.stat().st_uid == os.geteuid() and not folder.is_symlink():
                lock = lock_in(folder)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
                finally:
                    os.close(lock)


def user_cache() -> Path:
    """Where this program keeps what it would otherwise fetch or make anew.

    Where the user has no home, nothing is kept beyond this process.
    """
    asked = (os.environ.get("XDG_CACHE_HOME", ""), os.path.expanduser("~/.cache"))
    home = next(filter(os.path.isabs, asked), None)
    return Path(home or own_folder()) / "cnn-autograder"
