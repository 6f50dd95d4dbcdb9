"""The fast backend: guests are forked from a warm process instead of started from nothing."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import IO, Any

from autograder.core.errors import GraderError
from autograder.core.limits import Limits
from autograder.sandbox import bwrap, fonts
from autograder.sandbox.guest import walls, wire

WARM_SECONDS = 120.0  # for imports on a busy machine
ANSWER_SECONDS = 30.0
MAIN = "import sys; sys.path.insert(0, '/runtime'); from guest.zygote import main; main({}, {!r})"
LEAVE_SECONDS = 2.0  # for a zygote to end what it has started, once nobody is on its line
GONE = (wire.WireError, OSError)


@dataclass
class ForkedGuest:
    """A guest forked by the zygote: talk on `sock`, end it with `kill`."""

    sock: socket.socket
    id: int
    ran: Sequence[dict[str, Any]]  # what became of cells that had run before it was forked
    server: "ForkServer" = field(repr=False)

    @property
    def root(self) -> int:
        """The process below which all of the guest's processes are."""
        return self.server.pid

    def end(self) -> None:
        """End the guest and everything it started; safe to call twice, from any thread."""
        self.server.end(self.id)

    def kill(self) -> None:
        """The same, and hang up."""
        self.sock.close()
        self.end()

    def last_words(self) -> str:
        """The end of what the warm process wrote to stderr: for us, never for students."""
        return self.server.last_words()


class ForkServer:
    """A zygote with `modules` imported, and the guests it forks; a backend."""

    strength = "full"

    def __init__(
        self, modules: Sequence[str] = (), data: Path | None = None, address: str = ""
    ) -> None:
        self.pid = 0  # of the zygote
        self.places = bwrap.places()
        self._modules = list(modules)
        self._holder = cache(partial(bwrap.holder, data=data))  # the same for a whole class
        self._data = data
        self._address = address  # of a warm process that others use, too
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._errors: IO[bytes] | None = None  # the zygote's stderr
        self._lock = threading.Lock()

    def start(self, limits: Limits, opening: Sequence[str] = ()) -> ForkedGuest:
        """A guest under `limits`, not yet greeted; the zygote is started anew where it died."""
        with self._lock:
            for attempt in range(2):
                try:
                    return self._spawn(limits, opening)
                except GONE as error:
                    words = self.last_words() or str(error)
                    self._stop()
                    if attempt:
                        raise GraderError(f"sandbox: the fork server failed: {words}") from error
        raise AssertionError("unreachable")

    def end(self, guest: int) -> None:
        """Have the zygote end a guest; end the zygote itself where it does not answer."""
        with self._lock:
            if self._control is not None:
                try:
                    self._ask({"op": "end", "guest": guest})
                except GONE:
                    self._stop()

    def close(self) -> None:
        """End the zygote and all its guests."""
        with self._lock:
            self._stop()
            if self._errors:
                self._errors.close()

    def _spawn(self, limits: Limits, opening: Sequence[str]) -> ForkedGuest:
        self._warm()
        ours, theirs = socket.socketpair()
        request = {"op": "spawn", "holder": self._holder(limits), "opening": list(opening)}
        with theirs:
            answer = self._ask(request, theirs)
        if "ok" not in answer:
            ours.close()
            raise GraderError(f"sandbox: {answer.get('error')}")
        return ForkedGuest(ours, answer["ok"], answer["ran"], self)

    def _ask(self, request: dict[str, Any], gift: socket.socket | None = None) -> dict[str, Any]:
        assert self._control is not None
        self._control.settimeout(ANSWER_SECONDS)
        wire.send(self._control, wire.encode(request))
        if gift:
            socket.send_fds(self._control, [b"!"], [gift.fileno()])
        frame = wire.receive(self._control, time.monotonic() + ANSWER_SECONDS)
        answer: dict[str, Any] = wire.decode(frame)
        return answer

    def _warm(self) -> None:
        if self._control is not None:
            return
        if not self._called():
            self._launch()
            self._greeted()

    def _called(self) -> bool:
        """Whether the shared zygote answers; where it has gone, this one starts its own."""
        if self._address:
            self._control = socket.socket(socket.AF_UNIX)
            try:
                self._control.connect(self._address)
                self._greeted()
                return True
            except GONE:
                self._stop()
                self._address = ""
        return False

    def _greeted(self) -> None:
        assert self._control is not None
        said = wire.decode(wire.receive(self._control, time.monotonic() + WARM_SECONDS))
        self.pid = said["ok"]
        fonts.keep(said["fonts"])

    def _launch(self) -> None:
        self._errors = self._errors or tempfile.TemporaryFile("a+b")  # noqa: SIM115 - for `close`
        self._control, theirs = socket.socketpair()
        code = MAIN.format(theirs.fileno(), self._modules)
        with theirs:
            self._process = subprocess.Popen(
                bwrap.zygote([sys.executable, "-I", "-B", "-c", code], self._data),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=[theirs.fileno()],
                env=bwrap.environment("/scratch", self._data),
                cwd="/",
                start_new_session=True,
            )

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        # With all that it has started.
        ended = not self.pid or walls.has_ended(self.pid, LEAVE_SECONDS)
        if self._process is None and not ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self.pid = 0
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def last_words(self) -> str:
        """The end of what the zygote wrote to stderr; empty where another one's is used."""
        if self._errors is None:
            return ""
        self._errors.seek(0)
        return self._errors.read()[-2000:].decode(errors="replace").strip()
