"""Tells whose doing it was that a process ended: what a notebook does, it does again.

A process that is ended from outside, by the kernel for want of memory or by a person, is nobody's
mistake. From inside the two look the same.
"""

from collections.abc import Callable
from typing import TypeVar

RUNS = 4
Found = TypeVar("Found")


def settled(
    run: Callable[[], tuple[Found, bool]],
    essence: Callable[[Found], object],
    worth: Callable[[Found], float],
) -> Found:
    """What a run finds: one in which no process ended, or the second of two that are alike.

    `run` gives what it found and whether a process ended. Two are alike where they have the same
    `essence`. Where no two runs are alike, the one of most `worth` counts.
    """
    found, died = run()
    seen = [found]
    while died and len(seen) < RUNS:
        found, died = run()
        if not died or essence(found) == essence(seen[-1]):
            return found
        seen.append(found)
    return max(seen, key=worth)
