"""Many small frames over one socket: what has come is read in one go, and parsed piece by piece.

A call and its reply are some hundred bytes each, so asking the kernel costs more than the frame.
"""

import contextlib
import select
import socket
import struct
import time
from collections.abc import Sequence

import numpy as np

from . import wire
from .frame import HEAD

AHEAD = 1 << 16  # bytes to read in one go
EAGER_SECONDS = 100e-6  # what it takes to be woken up, on an idle machine
PROMPT_SECONDS = 150e-6  # from a reply to the next request, where one waits for the other
ON_ITS_WAY = 2 << 20  # bytes in a socket; the kernel gives ordinary users less
SO_SNDBUFFORCE = 32  # asm-generic/socket.h


def wide_pair() -> tuple[socket.socket, socket.socket]:
    """The two ends of a line that much may be on at once."""
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        widen(end)
    return ours, theirs


def widen(sock: socket.socket) -> None:
    """Let more be on its way at once, so that the two sides wait less often for each other."""
    for option in (SO_SNDBUFFORCE, socket.SO_SNDBUF):  # the first is for root alone
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, option, ON_ITS_WAY)
            return


class Stream:
    """Frames over a socket that belongs to this stream alone.

    With a deadline (monotonic seconds) it raises `TimeoutError` there; without one it waits.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        sock.setblocking(False)
        self._data = memoryview(bytearray(AHEAD))
        self._start = self._end = 0  # of what was read and not yet taken
        self._eager_until = 0.0
        self._waited = 1.0  # seconds, the last time that nothing was there

    def send(self, frames: Sequence[wire.Frame], deadline: float | None = None) -> None:
        """Write frames, one behind the other; OSError where the other side is gone."""
        parts = [part for frame in frames for part in frame.parts]
        if all(part.nbytes < AHEAD for part in parts):
            self._write(memoryview(b"".join(parts)), deadline)
        else:
            for part in parts:
                self._write(part, deadline)

    def receive(self, deadline: float | None = None, eager: bool = False) -> wire.Frame:
        """Read one frame; WireError for bad ones. `eager` looks for a moment before it sleeps."""
        if self._start == self._end:
            self._eager_until = time.monotonic() + EAGER_SECONDS if eager else 0.0
            self._start, self._end = 0, self._read(self._data, deadline)
        return self.waiting() or wire.read(lambda count: self._take(count, deadline))

    def waiting(self) -> wire.Frame | None:
        """The next frame, if all of it was read along with an earlier one, and it is a good one."""
        found = first_of(self._data[self._start : self._end])
        if found is None:
            return None
        self._start += found[1]
        return found[0]

    @property
    def prompt(self) -> bool:
        """Whether the other side was quick the last time that nothing was there."""
        return self._waited < PROMPT_SECONDS

    def _write(self, data: memoryview, deadline: float | None) -> None:
        while data.nbytes:
            try:
                data = data[self._sock.send(data) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)

    def _take(self, count: int, deadline: float | None) -> memoryview:
        """The next `count` bytes; memory is touched, and so taken, only as they arrive."""
        have = self._end - self._start
        taken = memoryview(bytearray(count)) if count <= AHEAD else np.empty(count, np.uint8).data
        ready = min(count, have)
        taken[:ready] = self._data[self._start : self._start + ready]
        self._start += ready
        while ready < count:
            if count - ready >= AHEAD:
                ready += self._read(taken[ready:], deadline)
                continue
            self._start, self._end = 0, self._read(self._data, deadline)
            more = min(count - ready, self._end)
            taken[ready : ready + more] = self._data[:more]
            self._start, ready = more, ready + more
        return taken

    def _read(self, room: memoryview, deadline: float | None) -> int:
        began = now = time.monotonic()
        while True:
            if deadline is not None and now >= deadline:
                raise TimeoutError
            try:
                got = self._sock.recv_into(room)
            except BlockingIOError:
                if now > self._eager_until:
                    self._wait(select.POLLIN, deadline)
                now = time.monotonic()
                self._waited = now - began
                continue
            if not got:
                raise wire.WireError("the other side went away")
            return got

    def _wait(self, event: int, deadline: float | None) -> None:
        poll = select.poll()
        poll.register(self._sock, event)
        left = None if deadline is None else 1e3 * (deadline - time.monotonic())
        if (left is not None and left <= 0) or not poll.poll(left):
            raise TimeoutError


def first_of(data: memoryview) -> tuple[wire.Frame, int] | None:
    """The frame with which `data` begins, and its length; None where `wire.read` has to look at it.

    That is where more of it is to come, or where it is a bad one.
    """
    if len(data) < HEAD.size:
        return None
    length, count = HEAD.unpack_from(data)
    at = HEAD.size + 8 * count
    if length > wire.HEADER_LIMIT or count > wire.BUFFER_COUNT or len(data) < at + length:
        return None
    sizes = struct.unpack_from(f"!{count}Q", data, HEAD.size) if count else ()
    end = at + length
    if len(data) < end + sum(sizes):
        return None
    header, buffers = bytes(data[at:end]), []
    for size in sizes:
        buffers.append(memoryview(bytearray(data[end : end + size])))
        end += size
    return wire.Frame(header, tuple(buffers)), end
