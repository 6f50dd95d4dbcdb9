"""Backends start guests and hand back the socket to them: the one seam of this package."""

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from autograder.core.limits import Limits
from autograder.sandbox import kinds
from autograder.sandbox.forkserver import ForkServer
from autograder.sandbox.fresh import BwrapBackend, WeakBackend


class Guest(Protocol):
    """A started guest process."""

    sock: socket.socket
    ran: Sequence[dict[str, Any]]  # what became of cells that had run before it was there

    @property
    def root(self) -> int:
        """The process below which all of the guest's processes are."""
        ...

    def end(self) -> None:
        """End the guest and everything it started; safe to call twice, from any thread."""
        ...

    def kill(self) -> None:
        """The same, and hang up."""
        ...

    def last_words(self) -> str:
        """The end of what the guest wrote to stderr: for us, never for students."""
        ...


class Backend(Protocol):
    """Starts guests. `strength` is stamped on every result: "full" or "weak".

    `places` are the folders that guests restrict themselves to, by what may be done there.
    """

    strength: str
    places: dict[str, list[str]]

    def start(self, limits: Limits, opening: Sequence[str] = ()) -> Guest:
        """A guest under `limits`, not yet greeted.

        `opening` are cells of the course that it will be asked to run first. It may begin behind
        them: then `ran` holds what became of each.
        """
        ...

    def close(self) -> None:
        """End what the backend itself keeps running."""
        ...


def chosen(
    kind: str, modules: Sequence[str] = (), data: Path | None = None, address: str = ""
) -> Backend:
    """The backend of a kind, its warm process with `modules` imported; the caller closes it.

    Guests find the folder `data` at /data, and nobody can write there. A warm process that is
    shared at `address` is used where there is one. Refuses as `kinds.require` does.
    """
    kinds.require(kind)
    if kind == kinds.WEAK:
        return WeakBackend()
    return ForkServer(modules, data, address) if kind == kinds.FULL else BwrapBackend(data)
