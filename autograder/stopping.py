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
    """What a signal does: raise `Stopped`, or see to it that `check` does."""

    def __init__(self) -> None:
        self.calm = False  # whether the work itself looks now and then whether it is to end
        self.number = 0  # of the signal that was heard
        self.heard = -PATIENCE

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Stop; not again while what runs is being tidied up."""
        if time.monotonic() - self.heard > PATIENCE:
            waits = self.calm and not self.number
            self.heard, self.number = time.monotonic(), number
            if not waits:
                raise Stopped(number)


_brakes: list[Brake] = []  # the one that is in use


def check() -> None:
    """End here if that was asked for: a place where nothing is half done."""
    for brake in _brakes:
        if brake.number:
            brake.heard = time.monotonic()
            raise Stopped(brake.number)


@contextmanager
def calm() -> Iterator[None]:
    """Let signals wait for the next `check`, unless that takes too long.

    An exception out of the blue may hit a callback, where Python prints it and goes on.
    """
    for brake in _brakes:
        brake.calm = True
    try:
        yield
        check()
    finally:
        for brake in _brakes:
            brake.calm = False


@contextmanager
def stoppable() -> Iterator[None]:
    """Let signals raise `Stopped` meanwhile, save those that are ignored, as below `nohup`."""
    brake = Brake()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    heard = [number for number in SIGNALS if before[number] is not signal.SIG_IGN]
    for number in heard:
        signal.signal(number, brake)
    _brakes[:] = [brake]
    after = before
    try:
        yield
    except Stopped:
        after = dict.fromkeys(SIGNALS, signal.SIG_IGN)  # all that is left is to say so
        raise
    finally:
        _brakes.clear()
        for number in heard:
            signal.signal(number, after[number])
