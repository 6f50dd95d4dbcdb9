"""One submission's life in a sandbox: run the cells once, then answer the calls of each check.

A cell that kills the process costs only itself: the guest is started anew and the other cells
run again without it. All deadlines are kept from outside; nothing the guest says can stretch one.
"""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from autograder.core.errors import GraderError
from autograder.core.limits import Limits
from autograder.core.outcome import Outcome
from autograder.core.result import CellRun
from autograder.sandbox import room, seccomp
from autograder.sandbox.backend import Backend, Guest
from autograder.sandbox.claims import cell_run, named, note
from autograder.sandbox.guest import heap, wire
from autograder.sandbox.guest.stream import Stream, wide_pair
from autograder.sandbox.watchdog import Watchdog

START_SECONDS = 60.0  # for a guest to greet, on a busy machine
GRACE_SECONDS = 2.0  # between the guest's own alarm and the kill from outside
HOUSEKEEPING_SECONDS = 10.0  # for a fork or an end
STARTS = 3  # attempts to start one guest, which may be ended from outside
MEGABYTE = 1 << 20
TOGETHER = 2  # all processes of a submission may take this many times what one may
INTERPRETER = 512 * MEGABYTE  # of a fresh Python with its packages
STARVED = "It took more memory than is allowed."
ANSWERS = wire.BUFFER_LIMIT  # bytes of all replies to one check, which are held at the same time
DECODED = 15  # bytes that each byte of a header weighs more: lists take that much once decoded
TOO_MUCH = "Its results take more memory than is allowed."
OUTPUT_BYTES = 16 << 20  # of all that the cells of one notebook show
WINDOW = 1 << 15  # bytes of requests that are sent ahead: far less than a socket holds
IN_A_CALL = "The process ended while your code was running."
IN_A_CELL = "The process ended while your notebook was running."
BEFORE = "The process ended before the check began."
ENDED = frozenset([IN_A_CALL, IN_A_CELL, BEFORE])  # what is said where nobody was left to answer
RESTARTS = 4  # cells that may kill the process before the rest is given up

GONE = (wire.WireError, OSError)  # TimeoutError is an OSError: always caught first


class Lost(Exception):
    """A request that got no answer; `outcome` says why."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.message = message

    def bare(self) -> "Lost":
        """The same, without the frames that it came through: they hold what was answered before."""
        return Lost(self.outcome, self.message)


class Channel:
    """One check's line to its own fork of the finished notebook."""

    def __init__(
        self, sock: socket.socket, seconds: float, budget: float, starved: Callable[[], bool]
    ) -> None:
        self._stream = Stream(sock)
        self._seconds = seconds
        self._starved = starved  # whether the process was ended for the memory it took
        self.budget = budget  # seconds left for all calls of the question
        self.room = ANSWERS  # bytes left for the replies to the running check
        self.died = False  # whether the process ended without an answer

    def ask(self, request: wire.Frame) -> wire.Frame:
        """The reply to `request`; `Lost` at the deadline or when the process is gone."""
        with self._asking() as deadline:
            self._stream.send([request], deadline)
            reply = self._stream.receive(deadline, eager=True)
        self._take(reply)
        return reply

    def play(self, requests: Sequence[wire.Frame]) -> Iterator[wire.Frame]:
        """The replies to `requests`, one by one as by `ask`, but they are sent ahead.

        Never more than `WINDOW` bytes are on their way: a guest that waits until its replies are
        read must not keep us waiting until our requests are.
        """
        sizes = [request.size for request in requests]
        sent = underway = 0
        for number in range(len(requests)):
            first = sent
            while sent < len(requests) and (sent == number or underway + sizes[sent] <= WINDOW):
                underway += sizes[sent]
                sent += 1
            reply = self._stream.waiting() if sent == first else None
            if reply is None:
                with self._asking() as deadline:
                    if sent > first:
                        self._stream.send(list(requests[first:sent]), deadline)
                    reply = self._stream.receive(deadline)
            self._take(reply)
            underway -= sizes[number]
            yield reply

    def _take(self, reply: wire.Frame) -> None:
        """Give the reply its room; `Lost` where there is none."""
        self.room -= reply.size + DECODED * len(reply.header)
        if self.room < 0:
            raise Lost(Outcome.OUT_OF_MEMORY, TOO_MUCH)

    @contextlib.contextmanager
    def _asking(self) -> Iterator[float]:
        """The deadline for a reply; the time until it is there is taken from the budget."""
        started = time.monotonic()
        try:
            yield started + max(min(self._seconds, self.budget), 0.001)
        except TimeoutError:
            raise Lost(Outcome.TIMED_OUT, "It did not finish in the time allowed.") from None
        except GONE:
            if self._starved():
                raise Lost(Outcome.OUT_OF_MEMORY, STARVED) from None
            self.died = True
            raise Lost(Outcome.RAISED, IN_A_CALL) from None
        finally:
            self.budget -= time.monotonic() - started


class Session:
    """A submission in its sandbox; use as a context manager."""

    def __init__(
        self,
        backend: Backend,
        limits: Limits,
        files: Mapping[str, bytes] | None = None,
        forbidden: Iterable[str] = (),
        opening: Sequence[str] = (),
    ) -> None:
        room.require(limits)
        heap.keep()
        self._backend = backend
        self._limits = limits
        self._forbidden = sorted(forbidden)
        self._files = {name: np.frombuffer(data, np.uint8) for name, data in (files or {}).items()}
        self._ends = time.monotonic() + limits.total_seconds
        self._opening = opening  # the course's own cells, the first that `run` will be given
        self._ran: list[CellRun] = []  # those that had run before the guest was there
        self._guest: Guest | None = None
        self._watchdog: Watchdog | None = None
        self._living: list[str] = []
        self._asked: Collection[str] = ()
        self._restarts = RESTARTS
        self._outputs_left = OUTPUT_BYTES
        self._budgets: dict[str, float] = {}
        self.died = False  # whether a process ended that should have answered
        self.watched = True  # whether calls of forbidden functions are looked for
        self.left_out: tuple[str, ...] = ()  # files for which there was no room
        self._start()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the guest; safe to call twice."""
        if self._watchdog:
            self._watchdog.close()
        if self._guest:
            self._guest.kill()
            self._guest = None

    def run(self, cells: Sequence[str], asked: Collection[str] = ()) -> list[CellRun]:
        """Run the cells in order; what happened to each, deadly ones included.

        What the functions of those import that are `asked` by checks is there before the first.
        """
        self._asked = asked
        runs: list[CellRun] = []
        for index, source in enumerate(cells):
            runs.append(self._run_cell(source))
            if self._guest is None and not self._revive():
                rest = [CellRun(left, Outcome.SKIPPED) for left in cells[index + 1 :]]
                return runs + rest
        return runs

    @contextlib.contextmanager
    def check(self, question: str = "") -> Iterator[Channel]:
        """A line to a fresh fork of the finished notebook, for the calls of one check."""
        budget = self.budget(question)
        with self.fork() as channel:
            channel.budget = budget
            try:
                yield channel
            finally:
                self.keep_budget(question, channel.budget)

    @contextlib.contextmanager
    def fork(self) -> Iterator[Channel]:
        """A line to a fresh fork of the finished notebook, without a budget yet."""
        if self._guest is None and not self._revive():
            raise Lost(Outcome.RAISED, IN_A_CELL)
        ours, theirs = wide_pair()
        with ours:
            with theirs:  # the fork holds the only other end: it closes when the fork ends
                pid = self._fork(theirs)
            channel = Channel(ours, self._limits.call_seconds, 0.0, self._starved)
            try:
                yield channel
            finally:
                self.died |= channel.died
                ours.close()
                self._end(pid)

    def budget(self, question: str) -> float:
        """The seconds that are left for the calls of a question; `Lost` where there are none."""
        left = self._budgets.get(question, self._limits.question_seconds)
        left = min(left, self._ends - time.monotonic())
        if left <= 0:
            raise Lost(Outcome.TIMED_OUT, "Not run: the time for this question was used up before.")
        return left

    def keep_budget(self, question: str, seconds: float) -> None:
        """Note what is left for the calls of a question."""
        self._budgets[question] = seconds

    def _run_cell(self, source: str) -> CellRun:
        if self._ran:
            self._living.append(source)
            return self._ran.pop(0)
        seconds = min(self._limits.cell_seconds, self._ends - time.monotonic())
        if seconds <= 0:
            return CellRun(source, Outcome.TIMED_OUT, (note("The notebook's time is used up."),))
        asked = source in self._asked
        request = {"op": "cell", "source": source, "seconds": seconds, "asked": asked}
        started = time.monotonic()
        try:
            ran = self._request(request, seconds + GRACE_SECONDS)
            run = self._bounded(cell_run(source, ran, time.monotonic() - started))
        except TimeoutError:
            self.close()
            told = note(f"This cell was stopped after {seconds:.0f} seconds.")
            return CellRun(source, Outcome.TIMED_OUT, (told,), seconds)
        except Exception:  # the guest's claims are the student's world
            if starved := self._starved():
                outcome, words = (
                    Outcome.OUT_OF_MEMORY,
                    "This cell was ended: it took too much memory.",
                )
            else:
                outcome, words = Outcome.RAISED, "The process ended in this cell."
            self.died |= not starved
            self.close()
            return CellRun(source, outcome, (note(words),))
        self._living.append(source)
        return run

    def _bounded(self, run: CellRun) -> CellRun:
        """The run, without its outputs where the notebook has shown more than anybody reads."""
        self._outputs_left -= len(json.dumps(run.outputs))
        if self._outputs_left > 0 or not run.outputs:
            return run
        errors = [named(output) for output in run.outputs if output["output_type"] == "error"]
        return replace(run, outputs=(note("(not kept: the notebook shows too much)"), *errors))

    def _start(self) -> None:
        for left in reversed(range(STARTS)):
            try:
                self._greet()
            except GraderError:
                if not left:
                    raise
            else:
                break

    def _greet(self) -> None:
        self._guest = guest = self._backend.start(self._limits, self._opening)
        pairs = zip(self._opening, guest.ran, strict=False)
        self._ran = [cell_run(source, ran, ran["seconds"]) for source, ran in pairs]
        most = TOGETHER * self._limits.memory_mb * MEGABYTE + INTERPRETER
        self._watchdog = Watchdog(guest.root, most, guest.end)
        deadline = time.monotonic() + START_SECONDS
        try:
            rules = {
                "limits": asdict(self._limits),
                "forbidden": self._forbidden,
                "places": self._backend.places,
                "filter": seccomp.program(),
            }
            wire.send(self._guest.sock, wire.encode(rules))
            wire.decode(wire.receive(self._guest.sock, deadline))
            self.left_out = tuple(name for name in self._files if not self._laid_out(name))
        except (*GONE, TimeoutError) as error:
            words = self._guest.last_words() or str(error)
            self.close()
            raise GraderError(f"sandbox: the guest did not start: {words}") from error

    def _laid_out(self, name: str) -> bool:
        """Whether a file that was handed in has found a place beside the notebook."""
        try:
            request = {"op": "file", "name": name, "data": self._files[name]}
            return bool(self._request(request, START_SECONDS))
        except wire.Refused:  # too large for a message, or its name is no text
            return False

    def _starved(self) -> bool:
        return self._watchdog is not None and self._watchdog.bitten

    def _revive(self) -> bool:
        """Start anew and bring back the state of all cells that did not kill the process."""
        cells = self._living
        while self._restarts and time.monotonic() < self._ends:
            self._restarts -= 1
            self._start()
            self._living = []
            for source in cells:
                self._run_cell(source)
                if self._guest is None:
                    break
            else:
                return True
        self._living = cells
        return False

    def _request(self, request: dict[str, Any], seconds: float) -> Any:
        assert self._guest is not None
        deadline = time.monotonic() + seconds
        self._guest.sock.settimeout(seconds)
        wire.send(self._guest.sock, wire.encode(request))
        return wire.decode(wire.receive(self._guest.sock, deadline))["ok"]

    def _fork(self, theirs: socket.socket) -> int:
        assert self._guest is not None
        try:
            self._guest.sock.settimeout(HOUSEKEEPING_SECONDS)
            wire.send(self._guest.sock, wire.encode({"op": "fork", "watched": self.watched}))
            socket.send_fds(self._guest.sock, [b"!"], [theirs.fileno()])
            deadline = time.monotonic() + HOUSEKEEPING_SECONDS
            return int(wire.decode(wire.receive(self._guest.sock, deadline))["ok"])
        except (*GONE, ValueError, KeyError, TypeError, OverflowError):
            self.died = True
            self.close()
            raise Lost(Outcome.RAISED, BEFORE) from None

    def _end(self, pid: int) -> None:
        if self._guest is None:
            return
        try:
            self._request({"op": "end", "pid": pid}, HOUSEKEEPING_SECONDS)
        except (*GONE, KeyError, TypeError):
            self.close()
