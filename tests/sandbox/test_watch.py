"""Forbidden functions are noticed when a cell calls them, however it found their names."""

import numpy as np
import pytest

from autograder.sandbox.guest import watch

CALLED = '"np.con" + "volve([1.0, 2], [1.0])"'


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('getattr(np, "con" + "volve")([1.0, 2], [1.0])', {"numpy.convolve"}),
        ('list(map(vars(np)["con" + "volve"], [[1.0, 2]], [[1.0]]))', {"numpy.convolve"}),
        (f"eval({CALLED})", {"numpy.convolve"}),
        (f"exec({CALLED})", {"numpy.convolve"}),
        (f"eval('eval(' + repr({CALLED}) + ')')", {"numpy.convolve"}),
        ("np.polymul([1.0, 2], [1.0])", set()),  # what NumPy does itself is no offence
        ("eval('np.ones(3)')", set()),
    ],
)
def test_a_forbidden_function_is_noticed_where_a_cell_calls_it(source, found):
    cell = compile(source, "<ipython-input-1-0>", "eval")
    with watch.watching(["numpy.convolve"]) as noticed:
        eval(cell, {"np": np})
    assert noticed == found
