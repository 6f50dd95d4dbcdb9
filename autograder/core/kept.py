"""Remembers what was found out about texts, as long as these are not too long together.

A bound on the number of answers would not do: a syntax tree takes a thousand times the room of a
text that was made for it.
"""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

TREES = 75_000  # characters of all texts of which syntax trees are kept: some 5 MB
FACTS = 1_000_000  # of those of which names or another text are kept: 40 MB at the worst
EACH = 100  # characters that every answer counts for besides its text: many may be short

P = ParamSpec("P")
T = TypeVar("T")


def kept(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Let a function of a text look at the same text once, while the texts have no more characters.

    Room is made by what was not asked for the longest: the cells that all students have stay.
    """

    def kept_within(function: Callable[P, T]) -> Callable[P, T]:
        answers: OrderedDict[tuple[Any, ...], T] = OrderedDict()
        length = 0

        @wraps(function)
        def remembering(*args: P.args, **kwargs: P.kwargs) -> T:
            nonlocal length
            if args in answers:
                answers.move_to_end(args)
                return answers[args]
            answer = answers[args] = function(*args, **kwargs)
            length += size(args)
            while length > most and len(answers) > 1:
                oldest, _ = answers.popitem(last=False)
                length -= size(oldest)
            return answer

        return remembering

    return kept_within


def size(args: tuple[Any, ...]) -> int:
    """What an answer counts for: the length of the text that it is the answer to."""
    return len(args[0]) + EACH
