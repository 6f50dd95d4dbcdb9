"""Lets memory that was freed stay with the process.

The C library gives large blocks back to the kernel at once, and every page that is had anew costs
a fault: more than to fill it. Arrays that come and go with every call would pay it every time.
"""

import ctypes
from functools import cache

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h
LARGEST = 32 << 20  # bytes; the C library takes no more
KEPT = 128 << 20  # bytes that may lie idle at the end of the heap


@cache
def keep() -> None:
    """Do so from now on; where the C library is another one, nothing changes."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt:
        mallopt(M_MMAP_THRESHOLD, LARGEST)
        mallopt(M_TRIM_THRESHOLD, KEPT)
