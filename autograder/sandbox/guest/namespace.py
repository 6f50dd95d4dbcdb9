"""Answers requests about a namespace: call a function, look at an attribute, define a function.

Inside the sandbox the namespace is the student's notebook. Outside, the same code over the
reference or a known mistake is the in-memory twin.
"""

import builtins
import errno
import random
import sys
from collections.abc import Iterator, Mapping, MutableMapping
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from . import dataless, heap, watch, wire
from .outputs import whole

IN_PLACE = 1 << 16  # bytes from which on an array is compared where it is, not copied for that
MESSAGE_LIMIT = 2000  # characters of an exception's text
NO_ROOM = ("failed to map segment from", "cannot map zero-fill pages")  # glibc's dl-load.c

Reply = dict[str, Any]


class Namespace:
    """Serves requests from `names`; objects that cannot travel are kept here under a number."""

    def __init__(
        self,
        names: MutableMapping[str, Any],
        watched: bool = True,
        former: Mapping[str, Any] | None = None,
    ) -> None:
        self.names = names
        self._former = former or {}  # functions that had a name before something else got it
        self._watched = watched  # whether calls of forbidden functions are looked for
        self.numbers = wire.Numbers()
        self.noticed: set[str] = set()  # forbidden names that were called

    def answer(self, frame: wire.Frame) -> wire.Frame:
        """The reply to one encoded request: `ok` or `error`, and the arguments it changed."""
        try:
            reply = self._perform(wire.decode(frame))
        except BaseException as error:  # the border of the student's world
            reply = {"error": described(error)}
        if self.noticed:
            reply["noticed"] = sorted(self.noticed)
        try:
            return wire.encode(reply, self.numbers.keep)
        except BaseException as error:  # a result whose own methods raise
            return wire.encode({"error": described(error) | {"refused": True}})

    def _perform(self, request: dict[str, Any]) -> Reply:
        operation = request["op"]
        if operation == "call":
            return self._call(request)
        if operation == "define":
            return {"ok": self._define(request["source"])}
        if operation == "get":
            return {"ok": getattr(self._resolve(request["target"]), request["name"])}
        if operation == "value":
            return self._value(request["name"])
        if operation == "bind":
            return self._bind(request["name"], request["target"])
        if operation == "afresh":
            return self._afresh()
        raise ValueError(f"unknown request {operation!r}")

    def _afresh(self) -> Reply:
        """Forget what an earlier check has kept here."""
        self.numbers, self.noticed = wire.Numbers(), set()
        return {"ok": None}

    def _value(self, name: str) -> Reply:
        if name not in self.names:
            return {"missing": "undefined"}
        value = self.names[name]
        return {"ok": value() if callable(value) else value}

    def _bind(self, name: str, target: Any) -> Reply:
        """Let a name stand for an object, or for nothing; what stood there before comes back."""
        before = self.numbers.keep(self.names[name]) if name in self.names else None
        if target is None:
            self.names.pop(name, None)
        else:
            self.names[name] = self._resolve(target)
        return {"ok": before}

    def _resolve(self, target: Any) -> Any:
        if isinstance(target, wire.Handle):
            return self.numbers.objects[target.id]
        if type(target) in (list, tuple) and any(isinstance(item, wire.Handle) for item in target):
            return type(target)(self._resolve(item) for item in target)
        return target

    def _call(self, request: dict[str, Any]) -> Reply:
        target, args, kwargs = request["target"], request["args"], request["kwargs"]
        if isinstance(target, str) and (missing := self._missing(target)):
            return {"missing": missing}
        if request["seed"] is not None:
            seed_everything(request["seed"])
        function = self.names[target] if isinstance(target, str) else self._resolve(target)
        given = dict(enumerate(args)) | kwargs
        before = {key: fingerprint(value) for key, value in given.items() if mutable(value)}
        plain = {key: self._resolve(value) for key, value in given.items()}
        places = [plain[index] for index in range(len(args))]
        with watch.watching(request["watch"] if self._watched else (), self.noticed):
            value = function(*places, **{key: plain[key] for key in kwargs})
        changed = {key: given[key] for key in before if not unchanged(given[key], before[key])}
        return {"ok": value, "changed": changed}

    def _missing(self, name: str) -> str:
        """Why nothing of that name can be called; empty where something can.

        A function counts also where its name stands for something else by now, say its result.
        """
        if name in self.names and not callable(self.names[name]):
            self.names[name] = self._former.get(name, self.names[name])
        if callable(self.names.get(name)):
            return ""
        return "value" if name in self.names else "undefined"

    def _define(self, source: str) -> wire.Handle:
        dataless.needed_by(source)
        names: dict[str, Any] = {"np": np}
        code, name = definition(source)
        exec(code, names)
        return self.numbers.keep(names[name], source)


@lru_cache(maxsize=32)  # one test after the other defines the same
def definition(source: str) -> tuple[CodeType, str]:
    """The code of `source`, and the name of the last function or class that it defines.

    To read it as a tree first would take as long once more, in every check anew.
    """
    code = compile(source, "<hidden test>", "exec")
    inside = [each.co_name for each in code.co_consts if isinstance(each, CodeType)]
    return code, [name for name in inside if name.isidentifier()][-1]  # no lambda, no loop


def functions(names: Mapping[str, Any]) -> dict[str, Any]:
    """What of these names stands for a function or a class."""
    return {name: each for name, each in names.items() if isinstance(each, FunctionType | type)}


def mutable(value: Any) -> bool:
    """Whether a caller could notice that a function changed `value`."""
    return isinstance(value, np.ndarray | list | dict | set) or wire.is_tensor(value)


def fingerprint(value: Any) -> Any:
    """What differs when `value` differs, arrays inside included."""
    if type(value) is np.ndarray:
        large = value.nbytes >= IN_PLACE
        return value.dtype, value.shape, words(value).copy() if large else value.tobytes()
    return frame_of(value).kept()


def unchanged(value: Any, before: Any) -> bool:
    """Whether `value` still is what the fingerprint `before` was taken of."""
    if isinstance(before, wire.Frame):
        return frame_of(value) == before
    if type(before[2]) is np.ndarray:  # compared where it is
        same = (value.dtype, value.shape) == before[:2]
        return same and not np.any(words(value) != before[2])
    return bool(fingerprint(value) == before)


def words(array: np.ndarray) -> np.ndarray:
    """The bytes of an array, eight at a time where they can be had so."""
    flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return flat if flat.size % 8 else flat.view(np.uint64)


def frame_of(value: Any) -> wire.Frame:
    """A frame that tells `value` from others, objects that cannot travel by their identity."""
    return wire.encode(value, lambda item: wire.Handle(id(item), type(item).__name__))


def seed_everything(seed: int) -> None:
    """Seed the global generators of random, NumPy and, where it is loaded, torch."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


def described(error: BaseException) -> dict[str, Any]:
    """An exception as data: the name of its built-in type, its text and the student's lines."""
    starved = isinstance(error, MemoryError) or out_of_memory(error)
    if starved:
        heap.make_room()
    return {
        "type": "MemoryError" if starved else builtin_name(type(error)),
        "message": safe_text(error),
        "lines": [list(line) for line in student_lines(error)],
    }


def out_of_memory(error: BaseException) -> bool:
    """Whether memory was refused; torch and the loader of libraries say so in their texts."""
    torch = type(error) is RuntimeError and "DefaultCPUAllocator: can't alloc" in safe_text(error)
    refused = type(error) is OSError and error.errno == errno.ENOMEM
    return torch or refused or too_large_a_library(error)


def too_large_a_library(error: BaseException) -> bool:
    """Whether the loader of libraries (of imports, or of ctypes) has found no room for one."""
    if type(error) not in (ImportError, OSError):
        return False
    text = safe_text(error)
    return any(words in text for words in NO_ROOM)


def builtin_name(kind: type) -> str:
    """The nearest built-in ancestor's name: a foreign class cannot smuggle text through it."""
    for ancestor in kind.__mro__:
        if getattr(builtins, ancestor.__name__, None) is ancestor:
            return str(ancestor.__name__)
    return "BaseException"


def safe_text(error: BaseException) -> str:
    """`str(error)`, cut; a fixed text where that raises."""
    try:
        return whole(str(error)[:MESSAGE_LIMIT])
    except BaseException:  # the border of the student's world
        return "(its text cannot be shown)"


def student_lines(error: BaseException) -> Iterator[tuple[str, int]]:
    """File and line of each frame of the traceback that lies in a notebook cell."""
    traceback = error.__traceback__
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if watch.is_cell(name):
            yield name, traceback.tb_lineno
        traceback = traceback.tb_next
