"""What a hidden test asks, known by heart after the first time.

A test's randomness is seeded, so it makes the same requests to every notebook, and its verdict
depends on nothing but the replies. The requests are therefore sent ahead in one go; and replies
that were judged before, to the byte, are not judged once more.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.core.result import Check
from autograder.sandbox.guest import wire
from autograder.sandbox.lines import Played

ENDINGS = 256  # that are remembered of one test, a few hundred bytes each


@dataclass(frozen=True)
class Ending:
    """What came of a test: its check, the forbidden names that were noticed, the calls it made."""

    check: Check
    noticed: frozenset[str]
    asked: int


@dataclass
class Script:
    """The requests of one test, and what came of the replies that were met so far."""

    requests: tuple[wire.Frame, ...]
    endings: dict[bytes, Ending] = field(default_factory=dict)

    def remember(self, replies: Sequence[wire.Frame], ending: Ending) -> None:
        """Keep what came of these replies; all is forgotten when it is too much."""
        if len(self.endings) >= ENDINGS:
            self.endings.clear()
        self.endings[digest(replies)] = ending


class Diverged(BaseException):
    """The test asked for something else than it did before; no test may catch this."""


class Player:
    """Answers a test from what was played."""

    def __init__(self, script: Script, played: Played) -> None:
        self._script = script
        self._played = played
        self.asked = 0
        self.diverged = False

    def ask(self, request: wire.Frame) -> wire.Frame:
        """The reply that was played; `Lost` where there was none, `Diverged` for another request.

        Requests count as the same when their bytes do.
        """
        number = self.asked
        known = self._script.requests[number : number + 1]
        if not known or known[0] != request:
            self.diverged = True
            raise Diverged
        if number == len(self._played.replies) and self._played.lost:
            raise self._played.lost
        self.asked += 1
        return self._played.replies[number]


def digest(frames: Sequence[wire.Frame]) -> bytes:
    """Bytes that differ when the frames do."""
    found = hashlib.sha256()
    for frame in frames:
        found.update(b"%d/%d/" % (len(frame.header), len(frame.buffers)))
        found.update(frame.header)
        for buffer in frame.buffers:
            found.update(b"%d/" % buffer.nbytes)
            found.update(buffer)
    return found.digest()
