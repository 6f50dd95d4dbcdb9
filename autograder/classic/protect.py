"""Has a classic course's own `nbgrader autograde` run its cells in the sandbox; can be undone.

A few lines are added at the end of the course's nbgrader_config.py. What stood there stays as it
was, to the byte, and is there again when the lines are taken away.
"""

import os
import re
import shutil
from pathlib import Path
from typing import Any

from autograder.classic.settings import (
    NBGRADER_CONFIG,
    SANDBOXED,
    ClassicFolder,
    open_course,
    started,
)
from autograder.core.errors import UserError

BLOCK = """

# Begin: added by `autograder adopt --protect`, taken away by `autograder adopt --unprotect`.
# `nbgrader autograde` and formgrader's button run cells in the sandbox. The other steps are those
# that counted when this was added; change them here.
c = get_config()  # noqa: F821 - given by nbgrader
c.Autograde.autograde_preprocessors = [
{steps}]
# End: added by `autograder adopt --protect`.
"""
ADDED = re.compile(rb"\n\n# Begin: added by `autograder adopt --protect`.*"
                   rb"# End: added by `autograder adopt --protect`\.\n", re.DOTALL)  # fmt: skip


def protect(folder: Path) -> ClassicFolder:
    """Add the lines; UserError where they have no effect, and then nothing is changed."""
    config = open_course(folder).root / NBGRADER_CONFIG
    before = config.read_bytes() if config.is_file() else None
    steps = "".join(f'    "{name}",\n' for name in steps_with_ours(config.parent))
    write(config, without_block(before or b"") + BLOCK.format(steps=steps).encode())
    done = False
    try:
        course = open_course(folder)
        done = course.protected
    finally:
        if not done:
            put_back(config, before)
    if not done:
        what = "another settings file has its own Autograde.autograde_preprocessors"
        raise UserError(f"{folder}: {what}. Name {SANDBOXED} there, in the place of Execute")
    return course


def unprotect(folder: Path) -> ClassicFolder:
    """Take the lines away again; the file, too, where nothing else stands in it."""
    config = open_course(folder).root / NBGRADER_CONFIG
    if config.is_file():
        put_back(config, without_block(config.read_bytes()) or None)
    course = open_course(folder)
    if course.protected:
        what = f"{SANDBOXED} stands in lines that `--protect` did not write"
        raise UserError(f"{config}: {what}. Take it out by hand")
    return course


def steps_with_ours(root: Path) -> list[str]:
    """The names of nbgrader's steps in this course, the one that runs cells replaced by ours."""
    from nbconvert.preprocessors import ExecutePreprocessor
    from nbgrader.converters import Autograde

    app = started(root)
    steps = Autograde(coursedir=app.coursedir, parent=app).autograde_preprocessors
    kinds = [named(step) if isinstance(step, str) else step for step in steps]
    found = [SANDBOXED if issubclass(kind, ExecutePreprocessor) else dotted(kind) for kind in kinds]
    if SANDBOXED not in found:
        what = "Autograde.autograde_preprocessors has no step that runs cells"
        raise UserError(f"{root / NBGRADER_CONFIG}: {what}, so there is nothing to protect")
    return found


def named(name: str) -> Any:
    """The class with a dotted name."""
    from traitlets.utils.importstring import import_item

    return import_item(name)


def dotted(kind: Any) -> str:
    """The name under which nbgrader finds a class."""
    short = f"nbgrader.preprocessors.{kind.__name__}"
    ours = kind.__module__.startswith("nbgrader.preprocessors.")
    return short if ours else f"{kind.__module__}.{kind.__qualname__}"


def without_block(data: bytes) -> bytes:
    """The file as it was before anything was added."""
    return ADDED.sub(b"", data)


def put_back(config: Path, data: bytes | None) -> None:
    """The file with these bytes, or no file."""
    if data is None:
        config.unlink(missing_ok=True)
    else:
        write(config, data)


def write(config: Path, data: bytes) -> None:
    """Write the settings whole or not at all; a link stays a link."""
    target = config.resolve()
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(data)
    if target.exists():
        shutil.copymode(target, part)
    os.replace(part, target)
