"""Notices forbidden library functions at the moment when a notebook's code calls them.

Reading the code finds most shortcuts; this finds those whose names are put together at run time.
A library's own use of another is no offence: what counts is called by code that is not installed,
be it a cell or a file beside the notebook, or by a library that does not say the name, because it
was given the function.
"""

import inspect
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from types import CodeType, FrameType, ModuleType
from typing import Any

from . import children, compiled

CELL_FILE = "<ipython-input-"  # how the shell names the file of a cell
# where libraries come from, and what is no file and no student's either
PLACES = {*filter(None, sys.path), *map(os.path.dirname, (os.__file__, __file__))} - {os.getcwd()}
INSTALLED = (*PLACES, "<frozen ", "<__array_function__", "<hidden test>")
Function = int | tuple[str, int]
OUT_OF_TORCH = "torch.overrides"  # with which code gets out of sight of whoever listens to torch
PASSING_ON = "__torch_function__"  # a library's own calls what others have called


def is_cell(file: str) -> bool:
    """Whether a frame's file is a cell of the notebook."""
    return file.startswith(CELL_FILE)


@contextmanager
def watching(names: Sequence[str], before: set[str] | None = None) -> Iterator[set[str]]:
    """Collect the forbidden names that cells call meanwhile, in the set of `before` if any.

    Threads that go on afterwards add what they call later.
    """
    noticed = set() if before is None else before
    if not names:
        yield noticed
        return
    watch = watcher(names, noticed)
    sys.settrace(None)  # what is called by a tracer of the notebook's own nobody sees
    threading.setprofile(watch)  # for threads that begin meanwhile
    sys.setprofile(watch)
    try:
        with children.awaited():
            yield noticed
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
        if not compiled.leave():
            noticed.update(name for name in names if name.startswith(OUT_OF_TORCH))
        noticed |= children.told()


def watcher(names: Sequence[str], noticed: set[str]) -> Callable[[FrameType, str, Any], None]:
    """A profile function that adds to `noticed`; it is called often, so it remembers much."""
    known = functions_behind(tuple(names), len(sys.modules))
    loaded = len(sys.modules)
    modules = verdicts(tuple(names))
    process = os.getpid()
    of_torch = any(name.partition(".")[0] == "torch" for name in names)

    def notice(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal known, loaded
        caller = frame if event == "c_call" else frame.f_back if event == "call" else None
        if caller is None:
            return
        code = caller.f_code
        library = is_installed(code.co_filename)
        if library and code.co_name == PASSING_ON:
            return
        if of_torch:
            compiled.listen(notice)
        if not library and len(sys.modules) != loaded:
            loaded = len(sys.modules)
            known = functions_behind(tuple(names), loaded)
        name = known.get(identity(arg if event == "c_call" else frame.f_code))
        if name is None and not library and not (event == "call" and implied(frame)):
            module = origin(frame, event, arg)
            name = modules.get(module)
            if name is None:
                name = modules[module] = within(names, module)
        said = library and name and name.rpartition(".")[2] in code.co_names
        if name and not said and name not in noticed:
            noticed.add(name)
            if os.getpid() != process:
                children.tell(name)

    return notice


@cache
def is_installed(file: str) -> bool:
    """Whether code of this file is a library's, or the grader's."""
    return file.startswith(INSTALLED)


_learned: dict[Function, str] = {}  # before the notebook could put others in their place


def learn(names: Sequence[str]) -> None:
    """Note what functions are behind the names now, whatever will be called so later."""
    _learned.update(targets(names))


@cache
def functions_behind(names: tuple[str, ...], loaded: int) -> dict[Function, str]:
    """What was learned of the names, and `targets`, anew only where modules were `loaded`."""
    return {key: name for key, name in _learned.items() if name in names} | targets(names)


@cache
def verdicts(names: tuple[str, ...]) -> dict[str, str]:
    """What was found `within` the modules that were met so far."""
    return {}


def targets(names: Sequence[str]) -> dict[Function, str]:
    """The functions behind the names, as far as they are loaded."""
    found = {}
    for name in names:
        owner, _, last = name.rpartition(".")
        home = owner_of(owner)
        # a module imports some of its parts when it is asked for them
        item = vars(home).get(last) if isinstance(home, ModuleType) else getattr(home, last, None)
        if isinstance(item, type):
            item = vars(item).get("__init__")
        if item is not None and not isinstance(item, ModuleType):
            innermost = inspect.unwrap(item)  # a decorator's code is that of all that it decorates
            found[identity(getattr(innermost, "__code__", item))] = name
    return found


def identity(function: Any) -> Function:
    """What tells a function from others: the place of its code, which a copy has too, or itself."""
    if isinstance(function, CodeType) and function.co_filename != compiled.__file__:
        return function.co_filename, function.co_firstlineno
    return id(function)


def owner_of(path: str) -> Any:
    """The module or the class of that name, where it is loaded."""
    if path in sys.modules:
        return sys.modules[path]
    module, _, name = path.rpartition(".")
    kind = vars(sys.modules[module]).get(name) if module in sys.modules else None
    return kind if isinstance(kind, type) else None


def implied(frame: FrameType) -> bool:
    """Whether it is a method that nobody calls by name: an object is shown, or thrown away."""
    name = frame.f_code.co_name
    return name.startswith("__") and name not in ("__init__", "__new__", "__call__")


def origin(frame: FrameType, event: str, arg: Any) -> str:
    """The module that a called function comes from."""
    if event == "call":
        return str(frame.f_globals.get("__name__", ""))
    return str(getattr(arg, "__module__", None) or type(getattr(arg, "__self__", arg)).__module__)


def within(names: Sequence[str], module: str) -> str:
    """The forbidden module that `module` is or lies in; empty where there is none."""
    for name in names:
        if module == name or module.startswith(f"{name}."):
            return name
    return ""
