"""Puts off what torch knows of tensors without data (device `meta`) until it is needed.

To note the shapes that each operation makes of them takes a quarter of torch's import.
"""

import importlib
import re
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from types import ModuleType
from typing import Any

from . import seldom

NAME = "torch._meta_registrations"
SIGNS = re.compile(r"\bmeta\b|\bFake|\bskip_init\b")  # in code that makes such tensors
EXPLAINED_BY = ("torch._decomp", "torch._prims", "torch._refs")  # which it imports, too
# What graders and guests load, whatever an assignment asks for: a tenth of a second. The last two
# NumPy imports where they are first used, which would be in one check after the other.
ALWAYS = ("numpy", "numpy.fft", "numpy.random")
MAKERS = {"torch._dynamo", "torch.utils.flop_counter"}  # modules that do, and come after torch


class Later(ModuleType):
    """Stands in the place of it, or of what it imports, and fetches it for whoever looks."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        fetch()
        return getattr(importlib.import_module(self.__name__), name)


class Lookout:
    """Fetches it before a module is imported that makes such tensors by itself."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: Any = None) -> None:
        """No module: others find it."""
        if name in MAKERS:
            fetch()


def load(modules: Sequence[str]) -> None:
    """Import modules, and torch, where it is among them and not here yet, without all that.

    What else of torch is `seldom` used is put off with it.
    """
    late = "torch" in modules and "torch" not in sys.modules
    if late:
        sys.modules[NAME] = Later(NAME)
        sys.meta_path.insert(0, Lookout())
    with seldom.put_off(modules) if late else nullcontext():
        for name in modules:
            importlib.import_module(name)
    if late:
        stand_in(sys.modules["torch"])


def stand_in(torch: Any) -> None:
    """Do what else was left out of torch, and let others find what explains its operations."""
    let = getattr(torch._C, "_set_generator_metaclass", None)
    if let:  # generators are made by it, where torch has it
        let(importlib.import_module("torch._opaque_base").OpaqueBaseMeta)
    for name in EXPLAINED_BY:
        if name not in sys.modules:
            setattr(torch, name.removeprefix("torch."), Later(name))


def needed_by(code: str) -> None:
    """Fetch it before code runs that makes tensors without data."""
    if SIGNS.search(code):
        fetch()


def fetch() -> None:
    """Import it now, if it was put off."""
    found = sys.modules.get(NAME)
    if found is not None and found.__spec__ is None:
        del sys.modules[NAME]
        importlib.import_module(NAME)
