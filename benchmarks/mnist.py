"""A class of notebooks that train a network in torch, against the floor."""

from collections.abc import Iterator

from benchmarks import conv, pupils
from benchmarks.row import Row


def rows(count: int, rounds: int) -> Iterator[Row]:
    """Ours and the floor in turn, `rounds` times; the medians count."""
    assignment = pupils.known("06_mnist")
    ours, floors = [], []
    for _ in range(rounds):
        ours.append(conv.graded(assignment, count))
        floors.append(conv.floor(assignment, count))
    yield conv.floor_row("mnist_floor", assignment, count, (1.4, 1.15), ours, floors)
