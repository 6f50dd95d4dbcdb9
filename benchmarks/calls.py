"""A call of a student's function from a hidden test: the round trip through the sandbox."""

import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import numpy as np

from autograder.check.student import Student
from autograder.core.limits import Limits
from autograder.sandbox.backend import chosen
from autograder.sandbox.channel import ANSWERS, Channel
from autograder.sandbox.session import Session
from benchmarks.row import Row, row

CELL = "def same(value):\n    return value"
LIMITS = Limits(call_seconds=60, question_seconds=3600, total_seconds=3600)
MEGABYTE = 1_000_000
PARTS = 5  # each with a median of its own
PAYLOADS = {  # what is passed, its size, milliseconds that must do and that are aimed for
    "call_int": ("an int", 7, (0.1, 0.05)),
    "call_1mb": ("an array of 1 MB", np.ones(MEGABYTE // 8), (1.0, 0.5)),
    "call_30mb": ("an array of 30 MB", np.ones(30 * MEGABYTE // 8), (50.0, 25.0)),
}


def rows(repetitions: tuple[int, int, int]) -> Iterator[Row]:
    """Wall-clock milliseconds of a call, there and back; the first call is not counted."""
    with closing(chosen("full")) as backend, Session(backend, LIMITS) as session:
        session.run([CELL])
        for (name, (what, value, bounds)), count in zip(PAYLOADS.items(), repetitions, strict=True):
            with session.check("calls") as channel:
                samples = round_trips(channel, value, count)
            medians = [statistics.median(part) for part in parts(samples)]
            yield row(name, f"a remote call with {what}, round trip", "ms", bounds, medians,
                      calls=count, least=min(samples))  # fmt: skip


def parts(samples: list[float]) -> list[list[float]]:
    """The samples in the order of time, cut into `PARTS`."""
    size = -(-len(samples) // PARTS)
    return [samples[start : start + size] for start in range(0, len(samples), size)]


def round_trips(channel: Channel, value: Any, count: int) -> list[float]:
    """Milliseconds of `count` calls of the student's identity function with `value`."""
    student, samples = Student(channel.ask), []
    for _ in range(count + 1):
        channel.room = ANSWERS  # as if each call were a check of its own
        started = time.perf_counter()
        back = student.same(value)
        samples.append((time.perf_counter() - started) * 1e3)
        if not np.array_equal(back, value):
            raise RuntimeError("the value that came back is not the one that was sent")
        student.exchanges.clear()
    return samples[1:]
