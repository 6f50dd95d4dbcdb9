"""Brings what is noticed in a process that was forked meanwhile to the one that it comes from."""

import contextlib
import os
from collections.abc import Iterator

ROOM = 1 << 16  # bytes, as many as the kernel holds in a pipe

_line: list[int] = []  # its two ends, once there are children
_awaited: list[bool] = []  # not empty while somebody wants to know


@contextlib.contextmanager
def awaited() -> Iterator[None]:
    """Lay a line to the processes that are forked meanwhile."""
    _awaited.append(True)
    try:
        yield
    finally:
        _awaited.pop()


def lay_line() -> None:
    """Do so just before a fork; where no descriptor is left, there is none for the child either."""
    if _awaited and not _line:
        with contextlib.suppress(OSError):
            _line.extend(os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC))


def tell(name: str) -> None:
    """In a child: pass on a name."""
    with contextlib.suppress(OSError, IndexError):  # nobody is there any more
        os.write(_line[1], f"{name}\n".encode())


def told() -> set[str]:
    """The names that children have passed on since the last time."""
    with contextlib.suppress(OSError, IndexError):  # nothing has come
        return set(os.read(_line[0], ROOM).decode("utf-8", "replace").splitlines())
    return set()


os.register_at_fork(before=lay_line)
