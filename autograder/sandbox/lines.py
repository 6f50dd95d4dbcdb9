"""Lines to a finished notebook: one fork answers the checks as long as they pass.

A fork costs more than most checks. So a check may be asked of a fork that has answered earlier
ones; if it does not pass there, it is asked again of a fresh fork, and that answer counts. From
then on every check of its question begins in a fork of its own; the next question goes on where
the last one ended. What one check does to the notebook can therefore cost the next one nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from autograder.core.outcome import Outcome
from autograder.sandbox.channel import ANSWERS, Channel, Lost
from autograder.sandbox.guest import wire
from autograder.sandbox.session import Session

Ask = Callable[[wire.Frame], wire.Frame]
AFRESH = wire.encode({"op": "afresh"})


@dataclass(frozen=True)
class Played:
    """The replies to requests that were sent ahead, and why there are no more of them."""

    replies: tuple[wire.Frame, ...]
    lost: Lost | None = None


class Lines:
    """The forks of one session, opened when they are needed; use as a context manager."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._stack = ExitStack()
        self._channel: Channel | None = None
        self._used = False  # whether the open fork has answered an earlier check
        self._idle = True  # whether all that it answered was that nothing is written yet
        self._budget = 0.0  # of the question, before the running check
        self._apart: set[str] = set()  # questions whose checks have forks of their own
        self._stubs: set[str] = set()  # questions that were not written yet
        self._retried: set[str] = set()  # questions of which a check was answered, and not rightly

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *exception: object) -> None:
        self._hang_up()

    @contextmanager
    def line(self, question: str) -> Iterator[Ask]:
        """How a check asks the notebook; `Lost` where there is nobody to answer."""
        with self._opened(question) as channel:
            if self._used:
                channel.ask(AFRESH)
            yield channel.ask

    @contextmanager
    def _opened(self, question: str) -> Iterator[Channel]:
        """The fork for a check, fresh or used, with the budget of its question."""
        self._budget = self._session.budget(question)
        self._used = self._channel is not None and question not in self._apart
        if self._channel is None or not self._used:
            self._hang_up()
            self._channel = self._stack.enter_context(self._session.fork())
            self._idle = True
        channel = self._channel
        channel.budget, channel.room = self._budget, ANSWERS
        try:
            yield channel
        finally:
            self._session.keep_budget(question, channel.budget)

    @contextmanager
    def _as_left(self, question: str) -> Iterator[Channel]:
        """The fork as the last requests have left it."""
        assert self._channel
        self._channel.budget = self._session.budget(question)
        try:
            yield self._channel
        finally:
            self._session.keep_budget(question, self._channel.budget)

    def play(self, question: str, requests: Sequence[wire.Frame], further: bool = False) -> Played:
        """The replies to requests that are sent ahead, on the line that a check would get.

        `further` goes on where the last ones have ended.
        """
        with self._as_left(question) if further else self._opened(question) as channel:
            ahead = [AFRESH] if self._used and not further else []
            replies: list[wire.Frame] = []
            lost = None
            try:
                replies.extend(channel.play([*ahead, *requests]))
            except Lost as error:
                lost = error.bare()
            return Played(tuple(replies[len(ahead) :]), lost)

    def leave(self, question: str) -> None:
        """Take back what was played: the time it took, and the fork, which is not fresh now."""
        self._session.keep_budget(question, self._budget)
        self._hang_up()

    def again(self, question: str, outcome: Outcome) -> bool:
        """Whether a check with this outcome is asked once more, in a fork of its own.

        It is where it failed in a fork that was used. What is not written yet is so in every fork,
        and leaves nothing behind that could make another question look so.
        """
        fresh = self._idle or not self._used
        if outcome is Outcome.SKIPPED and (fresh or question in self._stubs):
            self._stubs.add(question)
            if question not in self._retried:
                self._apart.discard(question)
            return False
        self._idle = False
        if outcome is Outcome.PASSED and question not in self._stubs:
            return False
        if self._used and self._channel:
            self._session.keep_budget(question, self._budget)
            self._channel.died = False
        self._apart.add(question)
        if outcome is not Outcome.SKIPPED:
            self._retried.add(question)
        if self._channel and not self._channel.usable:
            self._hang_up()
        return self._used

    def _hang_up(self) -> None:
        self._stack.close()
        self._channel = None
