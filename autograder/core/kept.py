"""Remembers what was found out about texts, as long as these are not too long together.

A bound on the number of answers would not do: a syntax tree takes a thousand times the room of a
text that was made for it.
"""

from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

CHARACTERS = 150_000  # of all texts whose answers are kept, some 10 MB; then all are forgotten

P = ParamSpec("P")
T = TypeVar("T")


def kept(function: Callable[P, T]) -> Callable[P, T]:
    """The function of a text, which looks at the same text once."""
    answers: dict[Hashable, T] = {}
    length = 0

    @wraps(function)
    def remembering(*args: P.args, **kwargs: P.kwargs) -> T:
        nonlocal length
        if args not in answers:
            length += len(str(args[0]))
            if length > CHARACTERS:
                answers.clear()
                length = len(str(args[0]))
            answers[args] = function(*args, **kwargs)
        return answers[args]

    return remembering
