"""Looks at the machine: what is there, what is missing, and what to type about it."""

import importlib.metadata
import platform
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from autograder.core.errors import AutograderError
from autograder.sandbox import bwrap, selftest
from autograder.sandbox.backend import chosen
from autograder.sandbox.guest import landlock
from autograder.sandbox.selftest import Guarantee

PACKAGES = ("numpy", "nbgrader", "jupyterlab", "ipywidgets", "torch", "scikit-learn")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `remedy` is what to type where it is not well."""

    what: str
    well: bool
    remedy: str = ""


def findings() -> Iterator[Finding]:
    """The interpreter, the packages and the programs that the platform uses."""
    version = platform.python_version()
    yield Finding(f"Python {version}", sys.version_info[:2] == (3, 11), "Use Python 3.11")
    for name in PACKAGES:
        try:
            yield Finding(f"{name} {importlib.metadata.version(name)}", True)
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, False, "Run `make setup`")
    known = landlock.version()
    belt = f"Landlock {known}" if known else "no Landlock in this kernel: the walls hold alone"
    yield Finding(belt, True)
    yield bubblewrap()


def bubblewrap() -> Finding:
    """Whether the program that builds the walls is there, and new enough."""
    if shutil.which("bwrap") is None:
        return Finding("bubblewrap", False, bwrap.INSTALL)
    version = bwrap.version()
    said = "bubblewrap " + ".".join(map(str, version))
    return Finding(said, version >= bwrap.OLDEST, bwrap.INSTALL)


def sandbox_state(kind: str) -> tuple[list[Guarantee], str]:
    """What the sandbox guarantees here, and the reason where it cannot even start."""
    try:
        with closing(chosen(kind)) as backend:
            return selftest.guarantees(backend), ""
    except AutograderError as error:
        return [], str(error)
