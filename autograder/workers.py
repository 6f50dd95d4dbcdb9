"""Grades many submissions side by side: jobs in, results out as they are ready.

Each worker process keeps one warm `Grader`. What goes in and comes out are plain values, so that
another `concurrent.futures.Executor` can take the local one's place.
"""

import gc
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import forkserver, get_context, resource_tracker, util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import halts
from autograder.config import assignment_at
from autograder.core.assignment import Assignment
from autograder.core.errors import AutograderError, GraderError
from autograder.core.outcome import Outcome
from autograder.core.result import Check, QuestionResult, Result
from autograder.core.submission import read_notebook
from autograder.crew import KEPT, Crew, Died, Hopeless, as_ready
from autograder.inputs import pictures_for, sandbox_for
from autograder.sandbox import ancestor, kinds, leftovers, room
from autograder.sandbox.guest import heap
from autograder.scratch import own_folder

if TYPE_CHECKING:  # pytest comes with them, which the command itself does not need
    from autograder.pipeline import Grader, Measure

# Side by side, threads of one worker starve the other's; and what has threads cannot be forked.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
MORTAL, PRELOADED = "autograder.mortal", "autograder.preloaded"  # the first and the last of all
PREPARED = "AUTOGRADER_PREPARED"  # the assignment's folder, for the process workers are forked from
ONCE = "AUTOGRADER_ONCE"  # whether one submission is all there is
MISLEADING = ("PYTHONOPTIMIZE", "PYTHONWARNINGS", "PYTEST_ADDOPTS", "PYTEST_PLUGINS")
STARTS = 4  # attempts to have the first process ready
IDLE = 8 << 20  # bytes of memory that a worker may keep for the next submission
AHEAD = 2  # submissions that are read before their turn, for each worker


@dataclass(frozen=True)
class Job:
    """One submission to grade: its bytes and nothing of the class."""

    key: str
    notebook: str
    data: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)
    seed: int = 0
    only: str | None = None  # run the tests of this question alone


_graders: list["Grader | AutograderError"] = []  # the one of this worker process, or why not
_measures: list["Measure"] = []  # what all workers were forked with


def prepare() -> None:
    """Load what submissions are measured by, before workers are forked that all need it.

    What keeps it from that is found once more, and said, by the worker.
    """
    folder, once = os.environ.pop(PREPARED, ""), os.environ.pop(ONCE, "")
    if folder:
        from autograder.pipeline import Measure

        with suppress(AutograderError):
            measure = Measure(assignment_at(Path(folder)))
            if not once:
                measure.judge.rehearse()
            _measures[:] = [measure]


def start_worker(assignment: Assignment, sandbox: str, address: str, pictures: Path | None) -> None:
    """Make this process's grader; what keeps it from that is said by `ready`."""
    from autograder.pipeline import Grader, Measure

    try:
        prepared = [each for each in _measures if each.assignment == assignment]
        measure = prepared[0] if prepared else Measure(assignment)
        backend = sandbox_for(assignment, sandbox, address, pictures)
        _graders[:] = [Grader(assignment, backend, measure)]
        gc.freeze()  # what is here stays: no collection has to look at it again
    except AutograderError as error:
        _graders[:] = [error]


def ready(_: int = 0) -> None:
    """Raise what keeps this worker process from grading, be it the course or the sandbox."""
    from autograder.sandbox import selftest

    halts.without(lambda: selftest.require(grader().backend))


def grader() -> "Grader":
    """The grader of this worker process."""
    if isinstance(_graders[0], AutograderError):
        raise _graders[0]
    return _graders[0]


def grade_job(job: Job) -> Result:
    """The verdict on one job in this process."""
    if isinstance(_graders[0], AutograderError):
        raise SystemExit(1)  # others could begin: what is wrong is wrong with this process alone
    submission = read_notebook(job.notebook, job.data, job.files)
    grade = partial(grader().grade, submission, job.seed, job.only)
    try:
        return halts.without(partial(tried_twice, grade))
    finally:
        heap.give_back(IDLE)  # what one notebook needed would else stay to the end of the class


def tried_twice(grade: Callable[[], Result]) -> Result:
    """A verdict, also where the sandbox fails once: perhaps something was ended from outside."""
    try:
        return grade()
    except GraderError:
        return grade()


@contextmanager
def pool(
    assignment: Assignment, sandbox: str, workers: int, once: bool = False
) -> Iterator[Executor]:
    """An executor whose processes each hold a warm grader; left at once when interrupted.

    `once` is whether one submission is all there is: then nothing is learned for the next.
    """
    kinds.require(sandbox)
    room.require(assignment.limits)
    pictures = pictures_for(assignment)
    prepared = {PREPARED: str(assignment.folder), ONCE: "1" if once else ""}
    with tempfile.TemporaryDirectory(dir=own_folder()) as folder, environment(prepared):
        orders = None
        if sandbox == kinds.FULL and ancestor.possible():
            orders = ancestor.Orders(Path(folder), assignment.imports, pictures, not once)
        address = orders.address if orders else ""
        begin = (assignment, sandbox, address, pictures)
        with processes(workers, start_worker, begin, assignment.imports, orders) as executor:
            make_ready(executor)
            heap.give_back()
            yield executor


def make_ready(executor: Executor) -> None:
    """Try one process before any submission, so that what does not work is said once.

    It is tried again where it was ended.
    """
    for _, future in as_ready(executor, ready, range(STARTS), 1):
        error = future.exception()
        if error is None:
            return
        if not isinstance(error, Died):
            raise error
    raise GraderError(f"grading processes are killed before they are ready. {KEPT}")


@contextmanager
def processes(
    workers: int,
    start: Callable[..., None],
    arguments: tuple[Any, ...],
    imports: Sequence[str] = (),
    orders: ancestor.Orders | None = None,
) -> Iterator[Executor]:
    """Worker processes, each begun with `start(*arguments)`; what waits ends with them.

    They are forked from a process that has imported what they need, one thread, nothing else. With
    `orders` it forks guests' warm process, too.
    """
    context = get_context("forkserver")
    context.set_forkserver_preload(
        [MORTAL, ancestor.__name__, start.__module__, *imports, PRELOADED]
    )  # fmt: skip
    with environment(ONE_THREAD | same_modules()), plain():  # also for those that replace dead ones
        own_folder()
        track_nothing()
        # A server that still imports would print a traceback.
        with (
            unheard(signal.SIGINT),
            environment(orders.given(), alone=True) if orders else nullcontext(),
        ):
            forkserver.ensure_running()
        crew = Crew(context, workers or os.cpu_count() or 1, start, arguments)
        leftovers.end()  # of a command that was killed
        try:
            yield crew
        finally:
            crew.shutdown()
            end_server()
            leftovers.end()


def track_nothing() -> None:
    """Do without the process that would remove what processes share by name: ours share nothing."""
    tracker: Any = resource_tracker._resource_tracker
    if tracker._fd is None:
        tracker._fd = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)


def end_server() -> None:
    """End the process that workers are forked from: the next ones need another's modules."""
    server: Any = forkserver._forkserver
    if server._forkserver_pid:
        os.kill(server._forkserver_pid, signal.SIGKILL)
        with suppress(FileNotFoundError):  # its socket's folder may be gone
            server._stop()


def same_modules() -> dict[str, str]:
    """Variables with which Python finds modules where this process does, not where it stands."""
    package = str(Path(__file__).parents[1])  # first, as a course may hold a copy of the project
    paths = [package, *filter(None, sys.path)]
    return {"PYTHONPATH": os.pathsep.join(paths), "PYTHONSAFEPATH": "1"}


@contextmanager
def plain() -> Iterator[None]:
    """Start Pythons without options that this one may have, and that are not meant for graders.

    With `-O` no assertion would be checked, with `-W error` notebooks would fail that are right.
    """
    private: Any = util
    options = private._args_from_interpreter_flags
    private._args_from_interpreter_flags = lambda: [
        each for each in options() if not each.startswith(("-O", "-W"))
    ]
    try:
        with environment(dict.fromkeys(MISLEADING, "")):
            yield
    finally:
        private._args_from_interpreter_flags = options


@contextmanager
def unheard(number: signal.Signals) -> Iterator[None]:
    """Keep a signal from this process for the moment, and from what it starts for good."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [number])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def environment(variables: Mapping[str, str], alone: bool = False) -> Iterator[None]:
    """Set variables for what is started meanwhile, beside what is set or alone."""
    before = dict(os.environ)
    if alone:
        os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def grade_all(
    assignment: Assignment,
    jobs: Iterable[Job],
    executor: Executor,
    workers: int = 0,
    begun: Callable[[Job], None] = lambda job: None,
) -> Iterator[tuple[Job, Result]]:
    """The verdicts in the order in which they are ready; what we broke is BROKEN, never zero.

    Jobs are taken as there is room for them, and `begun` is told of each when its turn has come.
    """
    ahead = AHEAD * (workers or os.cpu_count() or 1)
    for job, future in as_ready(executor, grade_job, jobs, ahead, begun):
        error = future.exception()
        if isinstance(error, Hopeless):
            raise error
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
