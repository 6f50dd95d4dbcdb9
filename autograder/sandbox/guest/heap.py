"""Lets memory that was freed stay with the process, and gathers it in large pages.

The C library gives large blocks back to the kernel at once, and every page that is had anew costs
a fault: more than to fill it. Arrays that come and go with every call would pay it every time.
"""

import contextlib
import ctypes
import gc
import resource
from collections.abc import Iterable, Iterator
from functools import cache

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h
LARGEST = 32 << 20  # bytes; the C library takes no more
KEPT = 128 << 20  # bytes that may lie idle at the end of the heap
MADV_COLLAPSE = 25  # linux/mman.h; since Linux 6.1
LARGE_PAGE = 2 << 20  # bytes
SPARE = 32 << 20  # bytes to say in that there are no more


@cache
def keep() -> None:
    """Do so from now on; where the C library is another one, nothing changes."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(M_MMAP_THRESHOLD, LARGEST)
        mallopt(M_TRIM_THRESHOLD, KEPT)


_left = [0]  # bytes that this process had when it last gave back


def give_back(least: int = 0) -> None:
    """Give back to the kernel what lies idle now, unless it cannot be as much as `least` bytes.

    For a little it is dearer to have the pages taken away and made anew than to leave them.
    """
    if resident() < _left[0] + least:
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)
    _left[0] = resident()


def resident() -> int:
    """Bytes that this process has in memory."""
    with open("/proc/self/statm", "rb", buffering=0) as pages:
        return int(pages.read().split()[1]) * resource.getpagesize()


def gather() -> None:
    """Have the C library's heap of now in large pages, as far as the kernel does that.

    For a process that forks often: the table of its pages is copied, and given up, each time.
    Python's small objects lie elsewhere. They count who refers to them, so each process writes to
    all of their pages soon, and tears large ones apart again.
    """
    libc = ctypes.CDLL(None)
    with contextlib.suppress(OSError), open("/proc/self/maps") as lines:
        for start in list(large_pages(lines)):
            libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(LARGE_PAGE), MADV_COLLAPSE)


def large_pages(maps: Iterable[str]) -> Iterator[int]:
    """Where a large page could lie in the process's heap, by lines of its `maps`."""
    for line in maps:
        span, rights, _, _, inode, *name = line.split()
        if (rights, inode, name) == ("rw-p", "0", ["[heap]"]):
            start, end = (int(number, 16) for number in span.split("-"))
            first = -(-start // LARGE_PAGE) * LARGE_PAGE
            yield from range(first, end - LARGE_PAGE + 1, LARGE_PAGE)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """No look for garbage meanwhile: imports leave none, and a tenth of their time goes into it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def make_room() -> None:
    """Let this process have what it was spared: the error that memory is used up takes some."""
    bound_by(0)


def spare_room() -> None:
    """Keep `SPARE` bytes of what this process may have for `make_room`."""
    bound_by(SPARE)


def bound_by(spared: int) -> None:
    """Let this process have all the memory that it may, but for so many bytes."""
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    with contextlib.suppress(ValueError, OSError):  # a notebook has left itself less than that
        resource.setrlimit(resource.RLIMIT_DATA, (most - spared, most))
