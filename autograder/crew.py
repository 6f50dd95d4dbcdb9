"""Processes that work side by side, each replaced when it dies: an executor for long runs.

A process that is ended from outside, by the kernel for want of memory say, costs nobody's work:
its task is done once more by the next one. A task that ends three in a row is given up alone.
With `ProcessPoolExecutor` one death ends everything, and nobody can tell whose task it was.
"""

import ctypes
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, TypeVar

from autograder import halts
from autograder.core.errors import AutograderError, GraderError
from autograder.stopping import check

PR_SET_PDEATHSIG = 1
TRIES = 3  # processes that one task may end
HOPELESS = 8 * TRIES  # deaths in a row, whosever, after which the machine is to blame
PAUSE = 0.5  # seconds before the next process, times the number of deaths
GRACE = 2.0  # seconds to clean up for a process that is told to end
LOOK = 0.5  # seconds between two looks at who is running
KEPT = "Run the command again: finished submissions are kept"
Item = TypeVar("Item")


class Hopeless(GraderError):
    """Processes die one after the other, whatever they are at."""


class Died(GraderError):
    """A task ended every process that was at it."""


class Attempt(Future[Any]):
    """What comes of a task, and how often it was begun."""

    tries = 0


@dataclass
class Task:
    """A function to be called in another process."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    attempt: Attempt = field(default_factory=Attempt)


class Place:
    """One place of the crew: a process while there is one, and the line to it."""

    def __init__(self, context: ForkServerContext, *begin: Any) -> None:
        self._context = context
        self._begin = begin  # what the process starts with
        self._process: ForkServerProcess | None = None
        self._line: Connection | None = None

    def do(self, task: Task) -> tuple[bool, Any]:
        """Whether the task was done, and its value or error; EOFError where the process died."""
        try:
            line = self._line or self._start()
            line.send((task.function, task.arguments))
            done, value = line.recv()
        except Exception as error:  # whatever it is, a thread that ended would be waited for
            raise EOFError from error
        return done, value

    def clear(self) -> None:
        """End the process, which may have ended already."""
        if self._line:
            self._line.close()  # an idle process ends with its line
            self._line = None
        if self._process:
            self._process.join(GRACE)
            self.stop(at_once=True)
            self._process.join()
            self._process = None

    def stop(self, at_once: bool = False) -> None:
        """Tell the process to end, from any thread."""
        if process := self._process:
            process.kill() if at_once else process.terminate()

    def _start(self) -> Connection:
        self._line, theirs = self._context.Pipe()
        with theirs:
            process = self._context.Process(target=serve, args=(theirs, *self._begin), daemon=True)
            process.start()
            self._process = process
        return self._line


class Crew(Executor):
    """An executor of `size` processes, each begun with `start(*arguments)` once it is needed."""

    def __init__(
        self,
        context: ForkServerContext,
        size: int,
        start: Callable[..., None],
        arguments: tuple[Any, ...] = (),
    ) -> None:
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._closing = Event()
        self._deaths = 0  # since the last task that was done
        self._places = [Place(context, start, arguments) for _ in range(size)]
        self._threads = [
            Thread(target=self._work, args=(place,), daemon=True) for place in self._places
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Attempt:
        """Have a function called in one of the processes."""
        assert not named, "functions are called by position"
        task = Task(function, arguments)
        self._tasks.put(task)
        return task.attempt

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all processes now; what they were at is lost."""
        self._closing.set()
        for _ in self._threads:
            self._tasks.put(None)
        patience, waker = time.monotonic() + GRACE, halts.Waker()
        for place, thread in zip(self._places, self._threads, strict=True):
            while thread.is_alive():
                place.stop(at_once=time.monotonic() > patience)
                thread.join(0.05)
                waker.look()  # the one that says who has ended may be stopped, too

    def _work(self, place: Place) -> None:
        """Do tasks in one place, one after the other, until the crew is closed."""
        while (task := self._tasks.get()) and not self._closing.is_set():
            if task.attempt.set_running_or_notify_cancel():
                self._do(place, task)
        place.clear()

    def _do(self, place: Place, task: Task) -> None:
        while not self._closing.is_set():
            task.attempt.tries += 1
            try:
                done, value = place.do(task)
            except EOFError:
                place.clear()
                self._deaths += 1
                if error := self._too_many(task):
                    return task.attempt.set_exception(error)
                self._closing.wait(PAUSE * task.attempt.tries)
            else:
                self._deaths = 0
                return task.attempt.set_result(value) if done else task.attempt.set_exception(value)
        return task.attempt.set_exception(GraderError("interrupted"))

    def _too_many(self, task: Task) -> GraderError | None:
        if self._deaths >= HOPELESS:
            what = f"{self._deaths} grading processes in a row were killed or could not start"
            return Hopeless(f"{what}. Look for what ends them, such as a lack of memory. {KEPT}")
        if task.attempt.tries >= TRIES:
            return Died(f"the process that graded it ended {TRIES} times")
        return None


def serve(line: Connection, start: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    """Do what comes over the line until it is closed; the main function of a process."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # none outlives the command
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the command's business
    signal.signal(signal.SIGTERM, leave)
    halts.listen()
    try:
        start(*arguments)
    except AutograderError:
        return  # the next process may fare better
    while True:
        try:
            function, given = line.recv()
        except (EOFError, OSError):  # the command has ended
            return
        done, value = called(function, given)
        try:
            line.send((done, value))
        except OSError:
            return
        except Exception as error:  # a value that cannot be sent fails before a byte of it is
            line.send((False, GraderError(repr(error))))


def leave(*_: object) -> None:
    """End this process as if it had come to its end, so that what it holds is given up."""
    raise SystemExit(0)


def called(function: Callable[..., Any], given: tuple[Any, ...]) -> tuple[bool, Any]:
    """Whether a call came to its end, and what it gave or why not."""
    try:
        return True, function(*given)
    except AutograderError as error:
        return False, error
    except Exception as error:  # whatever it is, somebody waits for word of it
        return False, GraderError(repr(error))


def as_ready(
    executor: Executor,
    function: Callable[[Item], Any],
    items: Iterable[Item],
    ahead: int,
    begun: Callable[[Item], None] = lambda item: None,
) -> Iterator[tuple[Item, Future[Any]]]:
    """Each item with what came of it, in the order in which they are ready.

    `items` may be endless: no more than `ahead` are taken before one is done. `begun` is told of
    each when its turn has come.
    """
    waiting = iter(items)
    pending: dict[Future[Any], Item] = {}
    silent: set[Future[Any]] = set()  # those not yet told of
    waker = halts.Waker()
    while True:
        check()
        for item in islice(waiting, ahead - len(pending)):
            future = executor.submit(function, item)
            pending[future] = item
            silent.add(future)
        if not pending:
            return
        waker.look()
        done, _ = wait(pending, LOOK, FIRST_COMPLETED)
        for future in [each for each in pending if each in silent]:
            if future.running() or future.done():
                silent.remove(future)
                begun(pending[future])
        for future in done:
            yield pending.pop(future), future
            check()
