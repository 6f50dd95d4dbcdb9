"""Files that are there whole or not at all, also after a power cut."""

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

PART = "part"  # how the name of a file ends that is not whole yet


def put(file: Path, data: bytes) -> None:
    """Write a file beside its place and then move it there, also over one that is read-only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{PART}")
    with part.open("wb") as half:
        half.write(data)
        half.flush()
        os.fsync(half.fileno())
    os.replace(part, file)


def keep(file: Path, data: bytes) -> None:
    """The same for what can be had again: it need not outlast a power cut, and others may do so."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    unfinished.write_bytes(data)
    unfinished.replace(file)


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, as far as that can be, also where it is deep."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except RecursionError:
        with suppress(OSError):
            flatten(folder)
            shutil.rmtree(folder, ignore_errors=True)


def flatten(folder: Path) -> None:
    """Leave files alone in a folder: what its folders hold is moved up, step by step."""
    while inner := next((each for each in folder.iterdir() if is_folder(each)), None):
        for each in inner.iterdir():
            each.rename(folder / secrets.token_hex(16))
        inner.rmdir()


def is_folder(path: Path) -> bool:
    """Whether a path is a folder and no link to one."""
    return path.is_dir() and not path.is_symlink()


def sweep(folder: Path, pattern: str) -> None:
    """Remove what an interrupted command left below a folder, `pattern` being its place there."""
    for left in folder.glob(f"{pattern}.{PART}"):
        if is_folder(left):
            remove(left)
        else:
            left.unlink(missing_ok=True)
