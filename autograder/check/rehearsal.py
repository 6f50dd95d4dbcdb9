"""The reference in a notebook's place: what tests ask is learned before anybody hands in."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from types import ModuleType

from autograder.check.student import Ask, twin
from autograder.sandbox.guest import wire
from autograder.sandbox.lines import Played


class Rehearsal:
    """A stage on which the reference answers."""

    def __init__(self, reference: ModuleType) -> None:
        self._names = dict(vars(reference))
        self._ask = twin(self._names)

    def line(self, question: str) -> AbstractContextManager[Ask]:
        """The reference, as it is when it has just been loaded."""
        self._ask = twin(dict(self._names))
        return nullcontext(self._ask)

    def play(self, question: str, requests: Sequence[wire.Frame], further: bool = False) -> Played:
        """Its replies to requests."""
        with nullcontext(self._ask) if further else self.line(question) as ask:
            return Played(tuple(map(ask, requests)))

    def leave(self, question: str) -> None:
        """There is nothing to forget."""
