"""One submission's life in a sandbox: run the cells once, then answer the calls of each check.

A cell that kills the process costs only itself: the guest is started anew and the other cells
run again without it. All deadlines are kept from outside; nothing the guest says can stretch one.
"""

import contextlib
import json
import socket
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from autograder.core.errors import GraderError
from autograder.core.limits import Limits
from autograder.core.outcome import Outcome
from autograder.core.result import CellRun
from autograder.sandbox import room, seccomp
from autograder.sandbox.backend import Backend, Guest
from autograder.sandbox.channel import BEFORE, GONE, IN_A_CELL, Channel, Lost
from autograder.sandbox.claims import cell_run, named, note
from autograder.sandbox.guest import heap, wire
from autograder.sandbox.guest.stream import wide_pair
from autograder.sandbox.watchdog import Watchdog

START_SECONDS = 60.0  # for a guest to greet, on a busy machine
GRACE_SECONDS = 2.0  # between the guest's own alarm and the kill from outside
HOUSEKEEPING_SECONDS = 10.0  # for a fork or an end
STARTS = 3  # attempts to start one guest, which may be ended from outside
MEGABYTE = 1 << 20
TOGETHER = 2  # all processes of a submission may take this many times what one may
INTERPRETER = 512 * MEGABYTE  # of a fresh Python with its packages
OUTPUT_BYTES = 16 << 20  # of all that the cells of one notebook show
RESTARTS = 4  # cells that may kill the process before the rest is given up


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
        self._opening = opening  # cells of the course, which `run` will be given first
        self._given: Collection[str] = ()
        self._untouched = False  # by anything but cells of the course
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

    def run(
        self, cells: Sequence[str], asked: Collection[str] = (), given: Collection[str] = ()
    ) -> list[CellRun]:
        """Run the cells in order; what happened to each, deadly ones included.

        What the functions of those import that are `asked` by checks is there before the first.
        `given` are the course's own: where the process ends before others, no notebook ended it.
        """
        self._asked, self._given = asked, given
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
        self._untouched &= source in self._given
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
            if self._untouched and not starved:
                raise GraderError("sandbox: the process ended in a cell of the course") from None
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
        self._untouched = not self._files  # with which the course's cells may run others' code
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
        with contextlib.suppress(wire.Refused):  # too large for a message, or its name is no text
            request = {"op": "file", "name": name, "data": self._files[name]}
            return bool(self._request(request, START_SECONDS))
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
