"""Lets torch seed its generators without taking down who asked for it.

CUDA and other devices are seeded when they are there, which they are not here. Until then torch
keeps the text of the whole stack, for the error that this may end in, and to make that text takes
thirty times as long as to seed the generator that there is.
"""

import sys
import traceback
from types import SimpleNamespace
from typing import Any

DEVICES = ("torch.cuda", "torch.xpu", "torch.mtia")


def spare_the_stack() -> None:
    """Do so from now on, where torch is loaded; where torch is built otherwise, nothing changes."""
    silent = SimpleNamespace(**vars(traceback) | {"format_stack": no_stack})
    for device in map(sys.modules.get, DEVICES):
        if getattr(device, "traceback", None) is traceback:
            vars(device)["traceback"] = silent


def no_stack(*_: Any, **__: Any) -> list[str]:
    """The lines of a stack that nobody will read."""
    return []
