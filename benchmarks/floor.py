"""The floor: what the students' and the reference's code alone costs, in one process.

The cells that are graded are executed as plain Python; then each call that the hidden tests make
to the student's functions and to the reference is made once more, with copies of its arguments.
Nothing else is counted: no import, no pytest, no comparison, no copy, no sandbox.
"""

import contextlib
import copy
import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from autograder.check import modules
from autograder.check.judge import Judge
from autograder.check.student import twin
from autograder.core.assignment import Assignment
from autograder.core.repair import repaired
from autograder.core.submission import read_notebook
from autograder.inputs import released
from benchmarks import pupils

Names = dict[str, Any]


@dataclass
class Recorder:
    """Keeps the outermost calls of the functions that it wraps, with copies of their arguments."""

    calls: list[tuple[Callable[..., Any], tuple[Any, ...], Names]] = field(default_factory=list)
    inside: bool = False

    def wrapped(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, recorded unless another recorded one calls it."""

        def call(*args: Any, **kwargs: Any) -> Any:
            if self.inside:
                return function(*args, **kwargs)
            self.calls.append((function, *copy.deepcopy((args, kwargs))))
            self.inside = True
            try:
                return function(*args, **kwargs)
            finally:
                self.inside = False

        return call


@dataclass(frozen=True)
class Work:
    """What one notebook makes student and reference compute."""

    cells: list[str]
    names: Names  # of the finished notebook
    student: Recorder
    reference: Recorder


def main(name: str, count: int) -> None:
    """Print what `count` submissions cost, as JSON: seconds for each part, and their calls."""
    assignment = pupils.known(name)
    with Judge(assignment) as judge:
        kinds = pupils.kinds(assignment)[:count]
        for _ in range(2):  # what is computed once for a class is there the second time
            works = [recorded(assignment, judge, text) for text in kinds]
    turn = [works[number % len(works)] for number in range(count)]
    for work in works:
        replayed(work)  # what is imported late is imported now
    parts = [replayed(work) for work in turn]
    cells, student, reference = (sum(part) for part in zip(*parts, strict=True))
    calls = sum(len(work.student.calls) + len(work.reference.calls) for work in turn)
    found = {"cells": cells, "student": student, "reference": reference}
    print(json.dumps({"seconds": sum(found.values()), "calls": calls, "parts": found}))


def recorded(assignment: Assignment, judge: Judge, text: str) -> Work:
    """Run a notebook and its hidden tests in this process, and keep all calls."""
    submission = read_notebook(assignment.built.name, text.encode())
    cells = list(repaired(submission, released(assignment)).sources)
    names: Names = {"__name__": "__main__"}
    run_cells(cells, names)
    student, reference = Recorder(), Recorder()
    questions = [question.id for question in assignment.coded]
    with (
        replaced(names, questions, student),
        replaced(vars(modules.reference(assignment)), questions, reference),
    ):
        judge.examine(lambda question: nullcontext(twin(names)))
    return Work(cells, names, student, reference)


@contextlib.contextmanager
def replaced(names: Names, questions: list[str], recorder: Recorder) -> Iterator[None]:
    """Let the recorder stand between the tests and the functions meanwhile."""
    before = {name: names[name] for name in questions if callable(names.get(name))}
    names.update({name: recorder.wrapped(function) for name, function in before.items()})
    try:
        yield
    finally:
        names.update(before)


def replayed(work: Work) -> tuple[float, float, float]:
    """Seconds for the cells, the student's calls and the reference's."""
    cells = timed(lambda: run_cells(work.cells, {"__name__": "__main__"}))
    return cells, seconds_of(work.student), seconds_of(work.reference)


def seconds_of(recorder: Recorder) -> float:
    """Seconds for the recorded calls, each with arguments of its own."""
    spent = 0.0
    for function, args, kwargs in recorder.calls:
        given, named = copy.deepcopy((args, kwargs))
        spent += timed(lambda: attempt(function, given, named))  # noqa: B023 - called at once
    return spent


def timed(work: Callable[[], None]) -> float:
    """The processor seconds that `work` takes in this process."""
    with contextlib.redirect_stdout(io.StringIO()):
        before = time.process_time()
        work()
        return time.process_time() - before


def run_cells(cells: list[str], names: Names) -> None:
    """Compile and execute the cells; what one raises ends it alone."""
    for number, source in enumerate(cells):
        with contextlib.suppress(Exception):  # sample students make mistakes
            exec(compile(source, f"<ipython-input-{number}>", "exec"), names)


def attempt(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Names) -> None:
    """Call a function that may raise, as sample students' do."""
    with contextlib.suppress(Exception):
        function(*args, **kwargs)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
