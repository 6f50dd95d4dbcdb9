"""What is going on: a bar or a line on a terminal, a line for each submission elsewhere."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from autograder.core.assignment import Assignment

err = Console(stderr=True)


def graded_class(
    assignment: Assignment, folder: Any, sandbox: str, workers: int,
    students: Collection[str] = (), regrade: bool = False,
) -> list[Any]:  # fmt: skip
    """Grade with a progress bar; the verdicts of all students asked for."""
    from autograder.classroom import grade_class
    from autograder.report import plain, total_of

    graded = []
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(f"grade {assignment.name}", total=None)
        for item in grade_class(assignment, folder, sandbox, workers, students, regrade,
                                lambda count: bar.update(task, total=count)):  # fmt: skip
            graded.append(item)
            points = total_of(item.result)
            bar.update(task, advance=1, description=f"{plain(item.student)}: {points}")
            if not err.is_terminal:
                err.print(f"{plain(item.student)}: {points}")
    return graded


@contextmanager
def spinning(what: str) -> Iterator[Any]:
    """A line that says what is going on, on a terminal only."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what)
        yield lambda step: bar.update(task, description=f"{what}: {step}")
