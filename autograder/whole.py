"""Files that are there whole or not at all, also after a power cut."""

import os
import shutil
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


def sweep(folder: Path, pattern: str) -> None:
    """Remove what an interrupted command left below a folder, `pattern` being its place there."""
    for left in folder.glob(f"{pattern}.{PART}"):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
