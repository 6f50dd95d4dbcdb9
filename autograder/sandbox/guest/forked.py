"""Makes good what a fork of a finished notebook lacks: of all its threads only one is there.

A pool that the notebook keeps would wait for threads that are gone, and so would OpenMP, once it
has used several. In a check, pools begin anew at their first use, and torch computes in one thread.
Processes that would be started from nothing are forked there: so they know the notebook's
functions, and what they call is noticed.
"""

import queue
import sys
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

kept: list[Any] = []  # pools of the notebook's that nobody here has any more


def make_good() -> None:
    """Do so in this process, which has just been forked."""
    torch: Any = sys.modules.get("torch")
    if torch:
        torch.set_num_threads(1)
        torch.set_num_threads = lambda number: None
    reused: Any = sys.modules.get(JOBLIB + "reusable_executor")
    if reused:
        kept.append(reused._executor)  # its end would be told to processes that are the notebook's
        reused._executor = None
    for module, names in STARTED.items():
        for name in names if module in sys.modules else ():
            process = getattr(sys.modules[module], name)
            process._Popen = staticmethod(sys.modules[CONTEXT].ForkProcess._Popen)
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


JOBLIB = "joblib.externals.loky."
CONTEXT = "multiprocessing.context"  # without which there is none of the others
STARTED = {
    CONTEXT: ("SpawnProcess", "ForkServerProcess"),
    JOBLIB + "backend.process": ("LokyProcess",),
}
POOLS = {
    "concurrent.futures.thread": ("ThreadPoolExecutor", "submit", new_threads),
    "concurrent.futures.process": ("ProcessPoolExecutor", "submit", new_processes),
    "multiprocessing.pool": ("Pool", "_check_running", new_workers),
}
