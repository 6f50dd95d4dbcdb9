"""Finds the requests of a test that tell the answer to an earlier one: these are not sent ahead.

A test may hand on what it was answered, or what the reference answers. Who looks at what waits on
the line would find there what is asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.sandbox.guest import wire

LARGE = 2000  # values from which on an array is looked for as a whole only

Whole = tuple[tuple[int, ...], bytes]


@dataclass(frozen=True)
class Part:
    """An array, a number or a text of a message: as a whole, and the fractions in it.

    Without signs, in single precision: so much may be changed when it is handed on.
    """

    whole: Whole
    fractions: frozenset[float]


class Known:
    """What has been said so far."""

    def __init__(self, parts: Iterable[Part] = ()) -> None:
        self._wholes: set[Whole] = set()
        self._fractions: set[float] = set()
        self.add(parts)

    def add(self, parts: Iterable[Part]) -> None:
        """Note that this was said, too."""
        for part in parts:
            self._wholes.add(part.whole)
            self._fractions |= part.fractions

    def tells(self, answer: Part) -> bool:
        """Whether an answer was said, or some of its fractions, in whatever order."""
        return answer.whole in self._wholes or not self._fractions.isdisjoint(answer.fractions)


def telling(requests: Sequence[wire.Frame], replies: Sequence[wire.Frame]) -> set[int]:
    """The numbers of the requests that are the first to say what was answered before them."""
    found: set[int] = set()
    known = Known()
    answers: list[Part] = []
    for number, (request, reply) in enumerate(zip(requests, replies, strict=False)):
        asked = [*parts(arguments(request))]
        told = Known(asked)
        if any(map(told.tells, answers)):
            found.add(number)
        known.add(asked)
        answers = [each for each in (*answers, *parts(value(reply))) if not known.tells(each)]
    return found


def arguments(request: wire.Frame) -> list[Any]:
    """What a request hands to the student's code."""
    asked = wire.decode(request)
    return [asked.get(name) for name in ("args", "kwargs", "source")]


def value(reply: wire.Frame) -> Any:
    """What a reply brings; nothing where that cannot be read."""
    try:
        said = wire.decode(reply)
    except wire.WireError:  # of a student's, which a test may have taken for an error
        return None
    return said.get("ok") if type(said) is dict else None


def parts(message: Any) -> Iterator[Part]:
    """The arrays, numbers and texts of a message, but for 0, 1 and truth: they stand everywhere."""
    if isinstance(message, dict):
        message = [*message, *message.values()]
    if isinstance(message, list | tuple | set):
        for item in message:
            yield from parts(item)
    elif wire.is_tensor(message):
        yield from parts(message.detach().numpy())
    elif isinstance(message, np.ndarray | np.generic | int | float | complex | str):
        array = np.asarray(message)
        if array.dtype.kind in "iufc":
            array = magnitudes(array)
        elif array.dtype.kind not in "bU":  # a whole number beyond all measure
            return
        part = Part((array.shape, array.tobytes()), frozenset(fractions(array)))
        if array.size > 1 or array.dtype.kind == "U" or part.fractions or (array > 1).any():
            yield part


def magnitudes(numbers: np.ndarray) -> np.ndarray:
    """Numbers without their signs, in single precision."""
    with np.errstate(all="ignore"):
        wide = numbers if numbers.dtype.kind == "c" else numbers.astype(float)
        return np.asarray(np.abs(wide), np.float32)


def fractions(array: np.ndarray) -> list[float]:
    """The values of an array that are no whole numbers, unless it is large."""
    if array.dtype.kind != "f" or array.size > LARGE:
        return []
    finite = array[np.isfinite(array)]
    return list(finite[finite % 1 > 0].tolist())
