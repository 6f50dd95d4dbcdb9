"""Proves that nothing is gained by what a function does to its arguments.

What a student's function writes into its arguments comes back into those of the hidden test. A
test that computes what it expects only then can be made to expect whatever the student likes.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import numpy as np

from autograder.check import modules
from autograder.check.judge import Judge
from autograder.check.student import twin
from autograder.core.outcome import Outcome
from autograder.sandbox.guest import wire

Function = Callable[..., Any]
Names = dict[str, Any]


def overwriting_faults(judge: Judge) -> Iterator[str]:
    """What is wrong where functions fill their arguments with zeros, and work with those."""
    names = vars(modules.reference(judge.assignment))
    for question in judge.assignment.coded:
        function = names[question.id]
        deserved = passing(judge, names | {question.id: zeroing(function, of=copied)})
        passed = passing(judge, names | {question.id: zeroing(function, of=lambda value: value)})
        for test in sorted(passed - deserved):
            yield (
                f"test {test} passes when {question.id} overwrites its arguments; "
                "compute what is expected before the call"
            )


def passing(judge: Judge, names: Names) -> set[str]:
    """The hidden tests that a namespace passes."""
    checks = judge.examine(lambda question: nullcontext(twin(dict(names)))).checks
    return {check.id for check in checks if check.outcome is Outcome.PASSED}


def zeroing(function: Function, of: Callable[[Any], Any]) -> Function:
    """The function, of arguments in which every number that can be overwritten is zero."""

    def call(*args: Any, **named: Any) -> Any:
        given = [of(value) for value in args]
        options = {key: of(value) for key, value in named.items()}
        for value in (*given, *options.values()):
            fill(value)
        return function(*given, **options)

    return call


def fill(value: Any) -> None:
    """Overwrite all numbers in arrays and tensors, also those in lists, tuples and dicts."""
    if isinstance(value, np.ndarray):
        if value.flags.writeable:
            value.fill(0)
    elif wire.is_tensor(value):
        value.detach().fill_(0)
    elif isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            fill(item)


def copied(value: Any) -> Any:
    """The value with arrays and tensors of its own; everything else is the same object."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if wire.is_tensor(value):
        return value.detach().clone()
    if type(value) in (list, tuple):
        return type(value)(copied(item) for item in value)
    return {key: copied(item) for key, item in value.items()} if type(value) is dict else value
