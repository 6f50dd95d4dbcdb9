"""The student's notebook as hidden tests see it: a proxy over frames, and a record of the calls."""

import builtins
import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.sandbox.guest import wire
from autograder.sandbox.guest.namespace import Namespace

Ask = Callable[[wire.Frame], wire.Frame]


class StudentError(Exception):
    """Student code raised; `type` names the built-in exception, `text` is theirs (untrusted)."""

    def __init__(self, type: str, text: str, lines: list[Any] | None = None) -> None:
        super().__init__(f"student code raised {type}: {text}")
        self.type = type
        self.text = text
        self.lines = lines or []


class NotThere(StudentError):
    """The notebook has no such function."""


@dataclass
class Exchange:
    """One request and its reply, as frames: what diagnosis replays."""

    request: wire.Frame
    reply: wire.Frame | None = None


@dataclass
class Remote:
    """An object that stays in the sandbox: `remote(…)` calls it, `remote.name` looks at it."""

    student: "Student" = field(repr=False)
    target: str | wire.Handle

    @property
    def kind(self) -> str:
        """The name of its type, as the sandbox claims."""
        return "function" if isinstance(self.target, str) else self.target.kind

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.student.call(self.target, args, kwargs)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.student.request(op="get", target=self.target, name=name)


class Student:
    """`student.f(x)` calls the notebook's `f` in the sandbox; arguments it changed come back."""

    def __init__(self, ask: Ask, watch: Sequence[str] = ()) -> None:
        self._ask = ask
        self._watch = list(watch)
        self.noticed: set[str] = set()  # forbidden names that the student's code called
        self.exchanges: list[Exchange] = []
        self._overwritten: list[tuple[Any, Any]] = []  # arguments, and what they were before

    def __getattr__(self, name: str) -> Remote:
        if name.startswith("_"):
            raise AttributeError(name)
        return Remote(self, name)

    def call(
        self,
        target: str | wire.Handle,
        args: tuple[Any, ...],
        kwargs: dict[str, Any] | None = None,
        seed: int | None = None,
    ) -> Any:
        """Call `target` in the sandbox; `seed` sets the global generators there first."""
        given = [_packed(value) for value in args]
        named = {key: _packed(value) for key, value in (kwargs or {}).items()}
        request = {"target": target, "args": given, "kwargs": named, "seed": seed}
        reply = self._send(op="call", watch=self._watch, **request)
        originals = dict(enumerate(args)) | (kwargs or {})
        for key, changed in reply.get("changed", {}).items():
            if key in originals:
                self._overwritten.append((originals[key], kept(originals[key])))
                write_back(originals[key], changed)
        return self._received(reply["ok"])

    def restore(self) -> None:
        """Undo what was written into arguments: they may outlive the test, and meet others."""
        for original, before in reversed(self._overwritten):
            write_back(original, before)

    def request(self, **request: Any) -> Any:
        """The value that any other request brings."""
        return self._received(self._send(**request)["ok"])

    def define(self, source: str) -> Any:
        """Define a function inside the sandbox from `source`; returns a handle to pass along."""
        return self.request(op="define", source=source)

    @contextlib.contextmanager
    def bound(self, name: str, value: Any) -> Iterator[None]:
        """Let a name of the notebook stand for what a test has defined, for all who use it."""
        before = self.request(op="bind", name=name, target=_packed(value))
        try:
            yield
        finally:
            self.request(op="bind", name=name, target=_packed(before))

    @contextlib.contextmanager
    def raises(self, type: str) -> Iterator[None]:
        """Assert that student code raises the built-in exception `type`."""
        try:
            yield
        except NotThere:
            raise
        except StudentError as error:
            if error.type == "NotImplementedError" != type:
                raise
            if error.type != type:
                raise AssertionError(f"{type} was expected, {error.type} was raised.") from None
        else:
            raise AssertionError(f"{type} was expected, but nothing was raised.")

    def _send(self, **request: Any) -> dict[str, Any]:
        exchange = Exchange(wire.encode(request).kept())
        self.exchanges.append(exchange)
        reply_frame = self._ask(exchange.request)
        exchange.reply = reply_frame
        try:
            reply = wire.decode(reply_frame)
        except wire.WireError as error:
            raise StudentError("TypeError", f"sent what nobody can read: {error}") from None
        noticed = reply.get("noticed") if type(reply) is dict else None
        if type(noticed) is list:
            self.noticed |= {name for name in self._watch if name in noticed}
        return checked(reply, request.get("target"))

    def _received(self, value: Any) -> Any:
        if isinstance(value, wire.Handle):
            return Remote(self, value)
        if isinstance(value, tuple | list):
            return type(value)(self._received(item) for item in value)
        if type(value) is dict:
            return {key: self._received(item) for key, item in value.items()}
        return value


def checked(reply: Any, target: Any) -> dict[str, Any]:
    """The reply where it carries a value; raises what it says otherwise."""
    if type(reply) is dict and "ok" in reply and type(reply.get("changed", {})) is dict:
        return reply
    if type(reply) is dict and type(reply.get("missing")) is str and type(target) is str:
        raise NotThere("NameError", f"`{target}` {MISSING.get(reply['missing'], 'is not there')}.")
    error = reply.get("error") if type(reply) is dict else None
    if type(error) is not dict:
        raise StudentError("TypeError", "sent a reply that is none")
    raise StudentError(builtin(error.get("type")), str(error.get("message")), error.get("lines"))


def builtin(name: Any) -> str:
    """`name` where a built-in exception has it: no other text may pass for a type."""
    kind = getattr(builtins, name, None) if type(name) is str else None
    known = isinstance(kind, type) and issubclass(kind, BaseException)
    return str(name) if known else "Exception"


MISSING = {
    "undefined": "is not defined in the notebook",
    "value": "is not a function: something else was assigned to that name",
}


def twin(names: dict[str, Any]) -> Ask:
    """The in-memory twin of a sandboxed notebook: the same answers from a namespace of ours."""
    return Namespace(names, watched=False).answer


def _packed(value: Any) -> Any:
    if isinstance(value, Remote):
        return value.target
    if type(value) in (list, tuple) and any(isinstance(item, Remote) for item in value):
        return type(value)(_packed(item) for item in value)
    return value


def kept(original: Any) -> Any:
    """What `write_back` needs to undo what it does."""
    if wire.is_tensor(original):
        return original.detach().clone()
    return original.copy() if isinstance(original, np.ndarray | list | dict) else None


def write_back(original: Any, changed: Any) -> None:
    """Let the caller's argument become what the student's function made of it.

    Shape and dtype of an array stay, whatever is written into it: others are a forger's.
    """
    if wire.is_tensor(original) and wire.is_tensor(changed):
        if (original.shape, original.dtype) == (changed.shape, changed.dtype):
            original.data.copy_(changed)
    elif isinstance(original, np.ndarray) and isinstance(changed, np.ndarray):
        alike = (original.shape, original.dtype) == (changed.shape, changed.dtype)
        if original.flags.writeable and alike:
            original[...] = changed
    elif isinstance(original, list) and isinstance(changed, list):
        original[:] = changed
    elif isinstance(original, dict) and isinstance(changed, dict):
        original.clear()
        original.update(changed)
