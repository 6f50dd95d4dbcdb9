"""What a hidden test asks, known by heart after the first time.

A test's randomness is seeded, so it makes the same requests to every notebook, and its verdict
depends on nothing but the replies. The requests are therefore sent ahead in one go; and replies
that were judged before, to the byte, are not judged once more. Where a test has asked something
else after other replies, the rest is held back from then on until it is known what it will ask.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from autograder.check.plugin import Line, Stage
from autograder.check.student import Ask, Exchange
from autograder.core.result import Check
from autograder.sandbox.channel import Lost
from autograder.sandbox.guest import wire
from autograder.sandbox.guest.frame import parts_of

ENDINGS = 256  # that are remembered of one test, a few hundred bytes each


@dataclass(frozen=True)
class Ending:
    """What came of a test: its check, and the forbidden names that were noticed.

    `told` is how many of its exchanges, from the first on, the test left for the diagnosis.
    """

    check: Check
    noticed: frozenset[str]
    told: int


@dataclass
class Script:
    """The requests of one test, and what came of the replies that were met so far.

    `barriers` are the numbers of requests in whose place a test has asked for something else,
    `ways` the digests of replies after which it went on as it is written.
    """

    requests: tuple[wire.Frame, ...]
    endings: dict[bytes, Ending] = field(default_factory=dict)
    barriers: set[int] = field(default_factory=set)
    ways: set[bytes] = field(default_factory=set)

    def remember(self, replies: bytes, ending: Ending) -> None:
        """Keep what came of replies with this digest; all is forgotten when it is too much."""
        if len(self.endings) >= ENDINGS:
            self.endings.clear()
        self.endings[replies] = ending

    def go_this_way(self, replies: bytes) -> None:
        """Keep that the test went on as it is written after replies with this digest."""
        if len(self.ways) >= ENDINGS:
            self.ways.clear()
        self.ways.add(replies)


@dataclass
class Recorder:
    """Takes down what a test asks, and what it is told."""

    requests: list[wire.Frame] = field(default_factory=list)
    replies: list[wire.Frame] = field(default_factory=list)

    def on(self, line: Line) -> Line:
        """The line, with this recorder on it."""

        @contextmanager
        def tapped(question: str) -> Iterator[Ask]:
            with line(question) as ask:

                def asked(request: wire.Frame) -> wire.Frame:
                    self.requests.append(request)
                    self.replies.append(ask(request))
                    return self.replies[-1]

                yield asked

        return tapped

    def begins_with(self, talk: Sequence[Exchange]) -> bool:
        """Whether these exchanges are the first that were taken down."""
        own = zip(self.requests, self.replies, strict=False)
        return len(talk) <= len(self.replies) and all(
            each.request is request and each.reply is reply
            for each, (request, reply) in zip(talk, own, strict=False)
        )


class Diverged(BaseException):
    """The test asked for something else than it did before; no test may catch this."""


class Player:
    """Answers a test from what is sent ahead, for as long as it asks what its script says."""

    def __init__(self, script: Script, stage: Stage, question: str) -> None:
        self._script = script
        self._stage = stage
        self._question = question
        self._free = False  # whether the test has left its script
        self.replies: list[wire.Frame] = []  # to what was sent ahead
        self._hash = hashlib.sha256()  # of these, each of which it takes in once
        self.lost: Lost | None = None  # why there are no more of them
        self.asked = 0
        self.diverged = False

    @property
    def judged(self) -> bool:
        """Whether what the test found depends on `replies` alone."""
        return not (self._free or self.lost or self.diverged)

    @property
    def key(self) -> bytes:
        """The digest of all replies."""
        return self._hash.digest()

    def begin(self) -> Ending | None:
        """Send ahead what will be asked as far as that is known; what came of it where that is.

        `Lost` where there is nobody to answer.
        """
        while True:
            self._go_on()
            if self.lost:
                return None
            key = self.key
            if key in self._script.endings or key not in self._script.ways:
                return self._script.endings.get(key)

    def ask(self, request: wire.Frame) -> wire.Frame:
        """The reply to a request; `Diverged` where another one was sent ahead in its place.

        Requests count as the same when their bytes do.
        """
        number = self.asked
        known = self._script.requests[number : number + 1] == (request,)
        if number < len(self.replies) and not (known or self._free):
            self._script.barriers.add(number)
            self.diverged = True
            raise Diverged
        if number == len(self.replies):
            self._further(request, known)
        self.asked += 1
        return self.replies[number]

    def _further(self, request: wire.Frame, known: bool) -> None:
        """Have one reply more: this one, or all up to the next parting of the ways."""
        if self.lost:
            raise self.lost.bare()
        if known and not self._free:
            self._script.go_this_way(self.key)
            self._go_on()
        else:
            self._free = True
            self._send([request])
        if self.lost and len(self.replies) == self.asked:
            raise self.lost.bare()

    def _go_on(self) -> None:
        """Send what the script says up to the next place where a test has left it."""
        start, script = len(self.replies), self._script
        end = min((each for each in script.barriers if each > start), default=None)
        self._send(script.requests[start:end])

    def _send(self, requests: Sequence[wire.Frame]) -> None:
        further = bool(self.replies)
        try:
            played = self._stage.play(self._question, requests, further)
        except Lost as error:
            if not further:
                raise
            self.lost = error.bare()
        else:
            self.replies += played.replies
            take_in(self._hash, played.replies)
            self.lost = played.lost


def digest(frames: Iterable[wire.Frame]) -> bytes:
    """Bytes that differ when the frames do."""
    found = hashlib.sha256()
    take_in(found, frames)
    return found.digest()


def take_in(found: "hashlib._Hash", frames: Iterable[wire.Frame]) -> None:
    """Let a hash go on with these frames."""
    for frame in frames:
        for part in parts_of(frame):  # which say how long each is
            found.update(part)
