"""matplotlib's list of fonts, as it was made behind the walls, kept in the user's cache.

The warm process makes it when there is none, and tells it when it is called. It is made before
any student's code runs.
"""

import contextlib
import hashlib
import os
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path, PurePath
from typing import Any


def folder() -> Path:
    """Where the list for this Python and this matplotlib is kept."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    try:
        version = metadata.version("matplotlib")
    except metadata.PackageNotFoundError:
        version = "none"
    digest = hashlib.sha256(f"{sys.prefix} {version}".encode()).hexdigest()[:16]
    return cache / "cnn-autograder" / f"fonts-{digest}"


def known() -> Path | None:
    """The folder, if a list is there."""
    place = folder()
    return place if any(place.glob("*.json")) else None


def keep(made: Mapping[str, Any]) -> None:
    """Keep a list for the next time, if there is room; others may read it, as guests have to."""
    place = folder()
    for name, content in made.items():
        with contextlib.suppress(OSError):
            place.mkdir(parents=True, exist_ok=True)
            place.chmod(0o755)
            part = place / f".{PurePath(name).name}.{os.getpid()}"
            part.write_bytes(bytes(content))
            part.chmod(0o644)
            part.replace(place / PurePath(name).name)
