"""Grades many submissions side by side: jobs in, results out as they are ready.

Each worker process keeps one warm `Grader`. What goes in and comes out are plain values, so that
another `concurrent.futures.Executor` can take the local one's place.
"""

import ctypes
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

from autograder.core.assignment import Assignment
from autograder.core.errors import AutograderError, GraderError
from autograder.core.outcome import Outcome
from autograder.core.result import Check, QuestionResult, Result
from autograder.core.submission import read_notebook
from autograder.pipeline import Grader, sandbox_for
from autograder.sandbox import selftest
from autograder.sandbox.backend import chosen

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Job:
    """One submission to grade: its bytes and nothing of the class."""

    key: str
    notebook: str
    data: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)
    seed: int = 0
    only: str | None = None  # run the tests of this question alone


_graders: list[Grader] = []  # the one of this worker process


def start_worker(assignment: Assignment, sandbox: str) -> None:
    """Make this process's grader."""
    confine()
    _graders[:] = [Grader(assignment, sandbox_for(assignment, sandbox))]


def confine() -> None:
    """Bind this worker process to the command that started it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # no worker outlives the command
    os.environ["OMP_NUM_THREADS"] = "1"  # side by side, threads of one worker starve the other's
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the main process's business


def grader() -> Grader:
    """The grader of this worker process."""
    return _graders[0]


def grade_job(job: Job) -> Result:
    """The verdict on one job in this process."""
    return grader().grade(read_notebook(job.notebook, job.data, job.files), job.seed, job.only)


@contextmanager
def pool(assignment: Assignment, sandbox: str, workers: int) -> Iterator[Executor]:
    """An executor whose processes each hold a warm grader; left at once when interrupted."""
    # What does not work is said here, in one sentence, rather than by every worker.
    with Grader(assignment, chosen(sandbox)) as grader:
        selftest.require(grader.backend)
    with processes(workers, start_worker, (assignment, sandbox)) as executor:
        yield executor


@contextmanager
def processes(
    workers: int, start: Callable[..., None], arguments: tuple[Any, ...]
) -> Iterator[Executor]:
    """Fresh worker processes, each begun with `start(*arguments)`; what waits ends with them."""
    executor = ProcessPoolExecutor(
        workers or os.cpu_count() or 1,
        mp_context=get_context("spawn"),
        initializer=start,
        initargs=arguments,
    )
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def grade_all(
    assignment: Assignment, jobs: Iterable[Job], executor: Executor
) -> Iterator[tuple[Job, Result]]:
    """The verdicts in the order in which they are ready; what we broke is BROKEN, never zero."""
    pending: dict[Future[Result], Job] = {executor.submit(grade_job, job): job for job in jobs}
    for future in as_completed(pending):
        job, error = pending[future], future.exception()
        if isinstance(error, BrokenProcessPool):
            remedy = "Run the command again: finished submissions are kept"
            raise GraderError(f"a grading process was killed or could not start. {remedy}")
        yield job, future.result() if error is None else broken(assignment, job, error)


def broken(assignment: Assignment, job: Job, error: BaseException) -> Result:
    """The result where the platform failed: every question waits for a human."""
    reason = str(error) if isinstance(error, AutograderError) else repr(error)
    note = "Grading this notebook failed. This costs nothing: an instructor will look at it."
    questions = tuple(
        QuestionResult(
            question.id,
            question.points,
            ()
            if question.written
            else (Check("grading", question.id, note, Outcome.BROKEN, question.points, note),),
            question.written,
        )
        for question in assignment.questions
    )
    problem = f"Not graded: {reason}"
    return Result(assignment.name, job.notebook, questions, "full", problems=(problem,))
