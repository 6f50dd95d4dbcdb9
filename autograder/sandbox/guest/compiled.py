"""Makes calls visible that Python's profiler does not report: compiled code that calls compiled.

`map` and `functools.partial` call a function that is written in C without a word to anybody. Of
NumPy's such functions those that some teachers forbid are put behind a line of Python; torch tells
its modes of every call, whoever makes it. A thread that `_thread` starts has no profiler unless it
is given one.
"""

import _thread
import contextlib
import sys
import threading
from collections.abc import Callable
from functools import cache
from types import FrameType
from typing import Any

from numpy._core import multiarray

Told = Callable[[FrameType, str, Any], None]

STARTERS = ("start_new_thread", "start_new")
_start_new_thread = _thread.start_new_thread  # which `threading` calls it, too

here = threading.local()  # `mode` is what listens in this thread


def lay_open() -> None:
    """Let nobody call NumPy's own correlations, or start a thread, but by way of Python."""
    for name in STARTERS:
        setattr(_thread, name, start_new_thread)
    for name in ("correlate", "correlate2"):
        function = by_way_of_python(name, getattr(multiarray, name))
        for module in (multiarray, sys.modules["numpy._core._multiarray_umath"]):
            setattr(module, name, function)


def start_new_thread(function: Callable[..., object], *rest: Any) -> int:
    """Start a thread that is profiled as those of `threading` are."""
    profile = threading.getprofile()

    def profiled(*given: Any, **named: Any) -> None:
        sys.setprofile(profile)
        function(*given, **named)

    return _start_new_thread(profiled if profile and callable(function) else function, *rest)


def by_way_of_python(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, with code of its own to be known by."""

    def called(*given: Any, **named: Any) -> Any:
        return function(*given, **named)

    called.__code__ = called.__code__.replace(co_name=name)
    called.__name__ = called.__qualname__ = name
    called.__doc__ = function.__doc__
    return called


def listen(told: Told) -> None:
    """Tell `told` from now on what of torch's this thread calls, once torch is there."""
    torch = sys.modules.get("torch")
    if torch and not (hasattr(here, "mode") or getattr(torch.__spec__, "_initializing", False)):
        here.mode = None  # what is done here calls functions, too
        here.mode = listener()(told)
        here.mode.__enter__()


def leave() -> bool:
    """Listen no more in this thread; whether the notebook has let us listen until now."""
    mode = vars(here).pop("mode", None)
    if not mode:
        return True
    listening: bool = mode in sys.modules["torch.overrides"]._get_current_function_mode_stack()
    with contextlib.suppress(RuntimeError):  # there is nothing that could be left
        mode.__exit__(None, None, None)
    return listening


@cache
def listener() -> Any:
    """The class of torch's modes that tell what is called."""
    overrides: Any = sys.modules["torch.overrides"]

    class Listener(overrides.TorchFunctionMode):  # type: ignore[misc] # of Any
        def __init__(self, told: Told) -> None:
            super().__init__()
            self.told = told

        def __torch_function__(
            self, function: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            profiled = sys.getprofile() is self.told
            if profiled:
                sys.setprofile(None)  # to look costs little, and to be looked at meanwhile much
            if not hasattr(function, "__code__"):  # others the profiler reports
                self.told(sys._getframe(1), "c_call", function)
            if profiled:
                sys.setprofile(self.told)
            return function(*args, **(kwargs or {}))

    return Listener
