"""Lines to a finished notebook: one fork answers the checks of a question as long as they pass.

A fork costs more than most checks. So a check may be asked of a fork that has answered earlier
ones; if it does not pass there, it is asked again of a fresh fork, and that answer counts. From
then on every check of the question has a fork of its own. What one check does to the notebook can
therefore cost the next one nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from autograder.sandbox.guest import wire
from autograder.sandbox.session import Channel, Session

Ask = Callable[[wire.Frame], wire.Frame]
AFRESH = wire.encode({"op": "afresh"})


class Lines:
    """The forks of one session, opened when they are needed; use as a context manager."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._stack = ExitStack()
        self._channel: Channel | None = None
        self._question = ""
        self._used = False  # whether the open fork has answered an earlier check
        self._budget = 0.0  # of the question, before the running check
        self._apart: set[str] = set()  # questions whose checks have forks of their own

    def __enter__(self) -> "Lines":
        return self

    def __exit__(self, *exception: object) -> None:
        self._hang_up()

    @contextmanager
    def line(self, question: str) -> Iterator[Ask]:
        """How a check asks the notebook; `Lost` where there is nobody to answer."""
        if self._channel is None or question != self._question or question in self._apart:
            self._hang_up()
            self._channel = self._stack.enter_context(self._session.check(question))
            self._question = question
            self._budget = self._channel.budget
        else:
            self._used, self._budget = True, self._channel.budget
            self._channel.ask(AFRESH)
        yield self._channel.ask

    def failed(self, question: str) -> bool:
        """Give the question's checks forks of their own; whether the last one deserves one, too."""
        again = self._used and question == self._question
        if again and self._channel:
            self._channel.budget, self._channel.died = self._budget, False
        self._apart.add(question)
        self._hang_up()
        return again

    def _hang_up(self) -> None:
        self._stack.close()
        self._channel, self._used = None, False
