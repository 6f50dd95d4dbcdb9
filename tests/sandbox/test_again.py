"""Whose doing it was that a process ended, told by running again."""

import pytest

from autograder.sandbox.again import RUNS, settled

WHOLE, DEAD, WORSE = ("a b", False), ("a", True), ("", True)


@pytest.mark.parametrize(
    ("runs", "found", "count"),
    [
        ([WHOLE], "a b", 1),
        ([DEAD, WHOLE], "a b", 2),  # ended from outside, once
        ([DEAD, DEAD], "a", 2),  # the notebook's own doing
        ([DEAD, WORSE, WHOLE], "a b", 3),
        ([WORSE, DEAD, DEAD], "a", 3),
        ([WORSE, DEAD, WORSE, DEAD], "a", RUNS),  # no two in a row are alike: the best counts
    ],
)
def test_what_a_notebook_does_it_does_again(runs, found, count):
    left = iter(runs)
    assert settled(lambda: next(left), str.split, len) == found
    assert len(runs) - len(list(left)) == count
