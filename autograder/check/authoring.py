"""The words that authors of hidden tests, mistakes and variants write."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, TypeVar

import pytest

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Mistake:
    """A known wrong variant of a question: a mutant, a diagnosis and a lecture note in one."""

    name: str
    question: str
    hint: str
    sentence: str
    function: Callable[..., Any]


@dataclass(frozen=True)
class Variant:
    """Correct code in another style; may never lose a point."""

    name: str
    question: str
    function: Callable[..., Any]


def points(question: str, number: float, hint: str = "", stays: str = "") -> pytest.MarkDecorator:
    """Give a hidden test its question and its points, and a hint that is shown when it fails.

    `stays` says why a test is kept that catches no mistake which an earlier one lets through.
    """
    return pytest.mark.points(question, number, hint, stays)


def mistake(*, of: Any, hint: str) -> Callable[[Function], Function]:
    """Mark a function as a known mistake of the question `of` (a reference or its name).

    The function's name says what the student did, its docstring says it in a sentence, `hint`
    says what to think about without giving the answer away.
    """

    def mark(function: Function) -> Function:
        name = function.__name__
        known = Mistake(name, _question(of), hint, inspect.getdoc(function) or "", function)
        function.mistake = known  # type: ignore[attr-defined] # read back by `declared`
        if isinstance(function, type):
            function.__name__ = known.question  # as a student's class: handles tell their kind
        return function

    return mark


def variant(*, of: Any) -> Callable[[Function], Function]:
    """Mark a function as correct code for the question `of` in another style."""

    def mark(function: Function) -> Function:
        function.variant = Variant(function.__name__, _question(of), function)  # type: ignore[attr-defined] # read back by `declared`
        return function

    return mark


def _question(of: Any) -> str:
    return of if isinstance(of, str) else str(of.__name__)


def declared(module: ModuleType, kind: str) -> list[Any]:
    """The `mistake`s or `variant`s of a module, in the order in which they are written."""
    return [getattr(item, kind) for item in vars(module).values() if hasattr(item, kind)]
