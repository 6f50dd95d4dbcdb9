"""Ctrl-C and its kin end a command in good order; pressed again, they do not disturb that."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 5.0  # seconds for tidying up, in which further signals are not heard


class Stopped(BaseException):
    """The command is to end now. No error, so nobody on the way takes it for one of theirs."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.status = 128 + number  # what a shell says of a command that a signal ended


class Brake:
    """What a signal does: once in a while, raise `Stopped`."""

    def __init__(self) -> None:
        self._pulled = -PATIENCE

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Stop; not again while what runs is being tidied up."""
        if time.monotonic() - self._pulled > PATIENCE:
            self._pulled = time.monotonic()
            raise Stopped(number)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let signals raise `Stopped` meanwhile, save those that are ignored, as below `nohup`."""
    brake = Brake()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    heard = [number for number in SIGNALS if before[number] is not signal.SIG_IGN]
    for number in heard:
        signal.signal(number, brake)
    after = before
    try:
        yield
    except Stopped:
        after = dict.fromkeys(SIGNALS, signal.SIG_IGN)  # all that is left is to say so
        raise
    finally:
        for number in heard:
            signal.signal(number, after[number])
