"""A folder for the sockets of this process; what a killed one has left is removed by the next."""

import atexit
import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from multiprocessing.process import current_process
from pathlib import Path
from typing import Any

PREFIX = "autograder-run-"
LOCK = "lock"  # held as long as the process is there


@cache
def own_folder() -> Path:
    """The folder, which is removed in the end; multiprocessing puts its socket there, too."""
    sweep()
    folder, process = Path(tempfile.mkdtemp(prefix=PREFIX)), os.getpid()
    lock = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    multiprocessing: Any = current_process()
    multiprocessing._config["tempdir"] = str(folder)

    def remove() -> None:
        if os.getpid() == process:  # not in a fork of it
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


def sweep() -> None:
    """Remove the folders of this user's processes that have ended without doing so."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # somebody else's, still in use, or removed meanwhile
            if folder.stat().st_uid == os.geteuid() and not folder.is_symlink():
                with (folder / LOCK).open("r+") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder, ignore_errors=True)
