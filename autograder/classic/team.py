"""Runs many classic submissions side by side; scores are made of the runs in the main process."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from autograder.classic.plan import Plan
from autograder.classic.run import RanNotebook, ran
from autograder.core.errors import AutograderError
from autograder.crew import Hopeless, as_ready
from autograder.sandbox import selftest
from autograder.sandbox.backend import Backend, chosen
from autograder.workers import AHEAD, processes


@dataclass(frozen=True)
class Handed:
    """What one student handed in: the notebooks of the assignment that are there, by file name."""

    student: str
    notebooks: Mapping[str, bytes]
    files: Mapping[str, bytes] = field(default_factory=dict)
    damage: str = ""  # why the folder could not be read


Ran = tuple[RanNotebook, ...]

_bench: list[tuple[Plan, Backend]] = []  # the one of this worker process


def start_worker(plan: Plan, sandbox: str) -> None:
    """Make this process's sandbox."""
    _bench[:] = [(plan, chosen(sandbox, plan.imports))]


def run_handed(handed: Handed) -> Ran:
    """The runs of one submission's notebooks in this process."""
    plan, backend = _bench[0]
    files = dict(handed.files) | {
        name: data
        for name, data in plan.files.items()
        if name not in plan.kept or name not in handed.files
    }
    return tuple(
        ran(plan, notebook, backend, handed.notebooks[notebook.file], files)
        for notebook in plan.notebooks
        if notebook.file in handed.notebooks
    )


@contextmanager
def team(plan: Plan, sandbox: str, workers: int) -> Iterator[Executor]:
    """An executor whose processes each hold a warm sandbox; left at once when interrupted."""
    with closing(chosen(sandbox)) as backend:  # what does not work is said here, once
        selftest.require(backend)
    with processes(workers, start_worker, (plan, sandbox)) as executor:
        yield executor


def run_all(
    handed: Iterable[Handed],
    executor: Executor,
    workers: int = 0,
    begun: Callable[[Handed], None] = lambda handed: None,
) -> Iterator[tuple[Handed, Ran | str]]:
    """The runs in the order in which they are ready; a sentence where the platform failed."""
    ahead = AHEAD * (workers or os.cpu_count() or 1)
    for each, future in as_ready(executor, run_handed, handed, ahead, begun):
        error = future.exception()
        if isinstance(error, Hopeless):
            raise error
        if error is None:
            yield each, future.result()
        else:
            reason = str(error) if isinstance(error, AutograderError) else repr(error)
            yield each, f"Not graded: {reason}"
