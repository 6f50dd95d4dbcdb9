"""matplotlib's list of fonts, as it was made behind the walls, kept in the user's cache.

The warm process makes it when there is none, and tells it when it is called. It is made before
any student's code runs.
"""

import contextlib
import hashlib
import sys
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from autograder import whole
from autograder.scratch import user_cache


def folder() -> Path:
    """Where the lists for this Python are kept; each is named after the matplotlib it is for."""
    return user_cache() / f"fonts-{hashlib.sha256(sys.prefix.encode()).hexdigest()[:16]}"


def known() -> Path | None:
    """The folder, if a list is there."""
    place = folder()
    return place if any(place.glob("*.json")) else None


def keep(made: Mapping[str, Any]) -> None:
    """Keep a list for the next time, if there is room; others may read it, as guests have to."""
    for name, content in made.items():
        file = folder() / PurePath(name).name
        with contextlib.suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            whole.keep(file, bytes(content))
            file.chmod(0o644)
            file.parent.chmod(0o755)
