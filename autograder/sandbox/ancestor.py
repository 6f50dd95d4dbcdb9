"""The common ancestor of graders and guests, so that libraries are imported once for both.

Python's fork server, which graders are forked from, loads this module first. It imports what both
sides need and forks the warm process off, which goes behind the walls for good. Only then does it
learn what students must not: its environment, and with it where the hidden tests are. What it was
started with can be read by every guest, so that is what guests are meant to have.
"""

import gc
import importlib
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from socket import AF_UNIX, socket
from typing import Any, NoReturn

from autograder.sandbox import bwrap
from autograder.sandbox.guest import dataless, heap, landlock, walls

ORDERS = "AUTOGRADER_ORDERS"  # the variable that names the folder with these files:
WARM, KNOWN = "warm.json", "environment.json"  # what the warm process needs; the rest
ADDRESS = "zygote"  # where it listens, in the same folder
FINDING = ("PYTHONPATH", "PYTHONSAFEPATH")  # the variables with which this module is found


def possible() -> bool:
    """Whether guests may have this ancestor.

    The interpreter's file, through /proc/self/exe, is seen past the walls then. It must be safe
    there: root's, or kept by Landlock.
    """
    return os.geteuid() == 0 or landlock.version() > 0


@dataclass(frozen=True)
class Orders:
    """What the fork server does before it forks graders; `folder` is private.

    `lasting` is whether many notebooks are to come.
    """

    folder: Path
    modules: Sequence[str]
    data: Path | None
    lasting: bool

    @property
    def address(self) -> str:
        """Where the warm process listens."""
        return str(self.folder / ADDRESS)

    def given(self) -> dict[str, str]:
        """The whole environment to start it with; what else there is now, it learns later."""
        own = bwrap.environment("/scratch", self.data)
        orders = {
            "modules": list(self.modules),
            "walls": bwrap.outer(self.data),
            "user": bwrap.GUEST_UID if os.geteuid() == 0 else None,
            "path": visible(sys.path),
            "environment": own,
            "lasting": self.lasting,
        }
        for name, content in ((WARM, orders), (KNOWN, dict(os.environ))):
            (self.folder / name).write_text(json.dumps(content), encoding="utf-8")
        found = {name: os.environ[name] for name in FINDING if name in os.environ}
        return own | found | {ORDERS: str(self.folder)}


def visible(path: Sequence[str]) -> list[str]:
    """The folders of an import path that are there behind the walls."""
    bound = [*bwrap.bound_paths(), Path("/usr")]
    return [each for each in path if any(Path(each).is_relative_to(place) for place in bound)]


def divide() -> None:
    """Fork the warm process off, if that was ordered, and take on the environment of graders."""
    folder = Path(os.environ.pop(ORDERS, ""))
    if not folder.is_absolute():
        return
    gc.disable()  # until all is loaded: imports leave no garbage, and are a tenth faster
    orders = json.loads((folder / WARM).read_text(encoding="utf-8"))
    with suppress(ImportError, OSError, RuntimeError):  # then every grader starts its own
        fork_off(orders, str(folder / ADDRESS))
    os.environ.clear()
    os.environ.update(json.loads((folder / KNOWN).read_text(encoding="utf-8")))
    (folder / KNOWN).unlink()


def fork_off(orders: Mapping[str, Any], address: str) -> None:
    """Import the modules, and leave a warm process that listens at `address`."""
    with socket(AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        holder = walls.start_holder(tuple(orders["walls"]))  # builds while modules are imported
        try:
            dataless.load([*dataless.ALWAYS, *orders["modules"]])
            if orders["lasting"]:
                heap.gather()  # before it is shared: afterwards each would have its own
            target, (entered, entering) = holder.ready(), os.pipe()
            if not os.fork():
                be_warm(listener.fileno(), target, entering, orders)
            os.close(entering)
            os.read(entered, 1)
            os.close(entered)
        finally:
            holder.leave()


def be_warm(listener: int, target: int, entering: int, orders: Mapping[str, Any]) -> NoReturn:
    """In the forked child: go behind the walls, forget where it came from, serve; never returns."""
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        kinds = ("mnt", "ipc", "net") if orders["user"] else ("user", "mnt", "ipc", "net")
        walls.join(target, kinds)
        if orders["user"]:
            walls.become(orders["user"])
        walls.drop_rights()
        walls.end_with_parent()
        os.write(entering, b"!")
        sock = walls.alone_with(listener)
        os.environ.clear()
        os.environ.update(orders["environment"])
        sys.path[:] = ["/runtime", *orders["path"]]
        sys.dont_write_bytecode = True
        for name in [each for each in sys.modules if each.partition(".")[0] == "autograder"]:
            del sys.modules[name]
        zygote = importlib.import_module("guest.zygote")
        zygote.share(sock, zygote.warm_up(orders["modules"]), orders["lasting"])
    finally:
        os._exit(0)


divide()
