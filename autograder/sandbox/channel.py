"""The line of one check to its own fork of the finished notebook.

All deadlines and bounds are kept on this side; nothing that comes back can stretch one.
"""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator, Sequence

from autograder.core.outcome import Outcome
from autograder.sandbox.guest import wire
from autograder.sandbox.guest.stream import Stream

STARVED = "It took more memory than is allowed."
TOO_MUCH = "Its results take more memory than is allowed."
IN_A_CALL = "The process ended while your code was running."
IN_A_CELL = "The process ended while your notebook was running."
BEFORE = "The process ended before the check began."
ENDED = frozenset([IN_A_CALL, IN_A_CELL, BEFORE])  # what is said where nobody was left to answer
ANSWERS = wire.BUFFER_LIMIT  # bytes of all replies to one check, which are held at the same time
DECODED = 15  # bytes that each byte of a header weighs more: lists take that much once decoded
WINDOW = 1 << 15  # bytes of requests that are sent ahead: far less than a socket holds
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
        self.usable = True  # whether all that was asked has been answered

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
                        self._stream.send(requests[first:sent], deadline)
                    reply = self._stream.receive(deadline)
            self._take(reply)
            underway -= sizes[number]
            yield reply

    def _take(self, reply: wire.Frame) -> None:
        """Give the reply its room; `Lost` where there is none."""
        self.room -= reply.size + DECODED * len(reply.header)
        if self.room < 0:
            self.usable = False  # there may be more to come
            raise Lost(Outcome.OUT_OF_MEMORY, TOO_MUCH)

    @contextlib.contextmanager
    def _asking(self) -> Iterator[float]:
        """The deadline for a reply; the time until it is there is taken from the budget."""
        started = time.monotonic()
        self.usable = False
        try:
            yield started + max(min(self._seconds, self.budget), 0.001)
            self.usable = True
        except TimeoutError:
            raise Lost(Outcome.TIMED_OUT, "It did not finish in the time allowed.") from None
        except GONE:
            if self._starved():
                raise Lost(Outcome.OUT_OF_MEMORY, STARVED) from None
            self.died = True
            raise Lost(Outcome.RAISED, IN_A_CALL) from None
        finally:
            self.budget -= time.monotonic() - started
