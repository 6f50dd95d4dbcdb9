"""Forbidden functions are noticed when a cell calls them, however it found their names."""

import subprocess
import sys
import threading

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
        (
            'np.vectorize(vars(np)["con" + "volve"], signature="(n),(m)->(k)")([1.0, 2], [1.0])',
            {"numpy.convolve"},
        ),
        (
            'np.apply_along_axis(vars(np)["con" + "volve"], 0, [1.0, 2], [1.0])',
            {"numpy.convolve"},
        ),
        (
            'run(Thread(target=vars(np)["con" + "volve"], args=([1.0, 2], [1.0])))',
            {"numpy.convolve"},
        ),
        (
            f'eval(compile({CALLED}, "helper.py", "eval"))',
            {"numpy.convolve"},
        ),
        ("np.polymul([1.0, 2], [1.0])", set()),  # what NumPy does itself is no offence
        ("np.vectorize(np.polymul, signature='(n),(m)->(k)')([1.0, 2], [1.0])", set()),
        ("run(Thread(target=np.polymul, args=([1.0, 2], [1.0])))", set()),
        ("eval('np.ones(3)')", set()),
    ],
)
def test_a_forbidden_function_is_noticed_where_a_cell_calls_it(source, found):
    cell = compile(source, "<ipython-input-1-0>", "eval")
    with watch.watching(["numpy.convolve"]) as noticed:
        eval(cell, {"np": np, "Thread": threading.Thread, "run": run})
    assert noticed == found


def run(thread):
    """Have a thread done with what it does."""
    thread.start()
    thread.join()


def test_an_object_that_is_shown_was_not_called():
    ended = subprocess.CompletedProcess([], 0)
    cell = compile("repr(ended)", "<ipython-input-1-0>", "eval")
    with watch.watching(["subprocess"]) as noticed:
        eval(cell, {"ended": ended})
    assert noticed == set()


def test_nobody_calls_unseen_out_of_a_tracer_of_its_own():
    called = []
    before = sys.gettrace()
    try:
        sys.settrace(lambda frame, event, argument: called.append(event))
        with watch.watching(["numpy.convolve"]):
            called.clear()
            run(threading.Thread())
            assert called == []
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("name", ["numpy.poly1d", "sys.setprofile"])
def test_a_class_and_what_ends_the_watch_are_noticed_as_well(name):
    source = {"numpy.poly1d": "np.poly1d([1.0])", "sys.setprofile": "sys.setprofile(None)"}
    cell = compile(source[name], "<ipython-input-1-0>", "eval")
    with watch.watching([name]) as noticed:
        eval(cell, {"np": np, "sys": sys})
    assert noticed == {name}
