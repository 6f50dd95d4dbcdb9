"""Makes good what a fork of a finished notebook lacks: of all its threads only one is there.

A pool that the notebook keeps would wait for threads that are gone, and so would OpenMP, once it
has used several. In a check, pools begin anew at their first use, and torch computes in one thread.
"""

import queue
import sys
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakSet


def make_good() -> None:
    """Do so in this process, which has just been forked."""
    torch: Any = sys.modules.get("torch")
    if torch:
        torch.set_num_threads(1)
        torch.set_num_threads = lambda number: None
    for module, (kind, used, begin) in POOLS.items():
        if module in sys.modules:
            begin_anew(getattr(sys.modules[module], kind), used, begin)


def begin_anew(kind: Any, used: str, begin: Callable[[Any], None]) -> None:
    """Have the pools of now begin once more where their method `used` is called first."""
    made, use = kind.__init__, getattr(kind, used)
    here: WeakSet[Any] = WeakSet()

    def note(self: Any, *given: Any, **named: Any) -> None:
        here.add(self)
        made(self, *given, **named)

    def first(self: Any, *given: Any, **named: Any) -> Any:
        if self not in here:
            here.add(self)
            begin(self)
        return use(self, *given, **named)

    kind.__init__ = note
    setattr(kind, used, first)


def new_threads(executor: Any) -> None:
    """A `ThreadPoolExecutor` without its threads, and without what was left for them to do."""
    executor._threads = set()
    executor._work_queue = queue.SimpleQueue()
    executor._idle_semaphore = threading.Semaphore(0)
    executor._shutdown_lock = threading.Lock()


def new_processes(executor: Any) -> None:
    """A `ProcessPoolExecutor` as it was made, unless it was shut down."""
    if not executor._shutdown_thread:
        begin = (executor._max_workers, executor._mp_context)
        executor.__init__(*begin, executor._initializer, executor._initargs)


def new_workers(pool: Any) -> None:
    """A `Pool` or `ThreadPool` as it was made, unless it was closed."""
    if pool._state == "RUN":
        of_processes = type(pool).__name__ == "Pool"
        named = {"context": pool._ctx} if of_processes else {}
        pool.__init__(pool._processes, pool._initializer, pool._initargs, **named)


POOLS = {
    "concurrent.futures.thread": ("ThreadPoolExecutor", "submit", new_threads),
    "concurrent.futures.process": ("ProcessPoolExecutor", "submit", new_processes),
    "multiprocessing.pool": ("Pool", "_check_running", new_workers),
}
