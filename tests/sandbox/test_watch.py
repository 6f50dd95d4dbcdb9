"""Forbidden functions are noticed when a cell calls them, however it found their names."""

import _thread
import cProfile
import functools
import operator
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from numpy._core import _multiarray_umath, multiarray
from torch.overrides import _get_current_function_mode_stack

from autograder.check.student import Student
from autograder.core.forbidden import UNSEEN
from autograder.core.limits import Limits
from autograder.sandbox.guest import compiled, watch
from autograder.sandbox.session import Session

CORRELATIONS = ("correlate", "correlate2")
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


@pytest.fixture
def no_door_of_numpy():
    """NumPy's compiled functions by way of Python, as in a sandbox; afterwards as they were."""
    homes = (multiarray, _multiarray_umath)
    before = [(home, name, getattr(home, name)) for home in homes for name in CORRELATIONS]
    before += [(_thread, name, getattr(_thread, name)) for name in compiled.STARTERS]
    compiled.lay_open()
    yield
    for home, name, function in before:
        setattr(home, name, function)


@pytest.mark.parametrize("name", CORRELATIONS)
def test_a_compiled_function_of_numpy_is_noticed_where_compiled_code_calls_it(
    name, no_door_of_numpy
):
    source = f"list(map(vars(np._core.multiarray)['corre' + '{name[5:]}'], [[1.0, 2]], [[1.0]]))"
    cell = compile(source, "<ipython-input-1-0>", "eval")
    with watch.watching([f"numpy._core.multiarray.{name}"]) as noticed:
        found = eval(cell, {"np": np})
    assert found[0].tolist() == [1, 2]
    assert noticed == {f"numpy._core.multiarray.{name}"}


@pytest.mark.parametrize("name", CORRELATIONS)
def test_what_numpy_itself_does_with_its_compiled_functions_is_no_offence(name, no_door_of_numpy):
    cell = compile("np.convolve(x, x), np.correlate(x, x)", "<ipython-input-1-0>", "eval")
    with watch.watching([f"numpy._core.multiarray.{name}"]) as noticed:
        eval(cell, {"np": np, "x": np.ones(3)})
    assert noticed == set()


@pytest.mark.parametrize(
    "source",
    [
        "partial(vars(torch)['con' + 'v1d'])(x, x)",
        "list(map(vars(torch)['con' + 'v1d'], [x], [x]))[0]",
        "methodcaller('con' + 'v1d', x, x)(torch)",
        "torch.func.vmap(partial(vars(torch)['con' + 'v1d']))(x[None], x[None])",
        "in_thread(partial(vars(torch)['con' + 'v1d'], x, x))",
        "partial(vars(torch.ops.aten)['con' + 'v1d'])(x, x)",
    ],
)
def test_a_compiled_function_of_torch_is_noticed_where_compiled_code_calls_it(source):
    names = {"torch": torch, "partial": functools.partial, "x": torch.ones(1, 1, 3)}
    names |= {"methodcaller": operator.methodcaller, "in_thread": in_thread}
    torch.ops.aten.conv1d  # noqa: B018 - which puts it among its names
    with watch.watching(["torch.conv1d", "torch._ops"]) as noticed:
        eval(compile(source, "<ipython-input-1-0>", "eval"), names)
    assert noticed in ({"torch.conv1d"}, {"torch._ops"})


def in_thread(action):
    """Have a thread do something that no code of a cell stands behind."""
    run(threading.Thread(target=action))


def test_what_torch_itself_does_with_its_compiled_functions_is_no_offence():
    source = "torch.nn.Conv1d(1, 1, 2)(x).sum().backward(), attend(y, y, y), x.mT.shape, repr(x)"
    names = {"torch": torch, "x": torch.ones(1, 1, 3), "y": torch.ones(3, 1, 3)}
    names["attend"] = torch.nn.MultiheadAttention(3, 1)
    cell = compile(source, "<ipython-input-1-0>", "eval")
    with watch.watching(["torch.conv1d", "torch.bmm", "torch.baddbmm", "torch.linear"]) as noticed:
        eval(cell, names)
    assert noticed == set()


def test_nobody_listens_to_torch_any_more_when_the_call_has_ended():
    with pytest.raises(IndexError), watch.watching(["torch.conv1d"]):
        torch.ones(3)[4]
    assert _get_current_function_mode_stack() == []


def test_who_ends_the_listening_to_torch_is_noticed():
    names = {"pop": functools.partial(torch._C._pop_torch_function_stack), "x": torch.ones(3)}
    with watch.watching(["torch.conv1d", "torch.overrides"]) as noticed:
        eval(compile("x.sum(), pop(), x.sum()", "<ipython-input-1-0>", "eval"), names)
    assert noticed == {"torch.overrides"}


def test_a_mode_of_the_notebooks_own_is_no_offence():
    names = {"torch": torch, "x": torch.ones(3)}
    source = "torch.device('cpu').__enter__(), x.sum()"
    with watch.watching(["torch.conv1d", "torch.overrides"]) as noticed:
        eval(compile(source, "<ipython-input-1-0>", "eval"), names)
    while _get_current_function_mode_stack():
        torch._C._pop_torch_function_stack()
    assert noticed == set()


@pytest.mark.parametrize("function", ["convolve", "add"])
def test_what_a_forked_process_calls_is_noticed(function):
    source = f"Pool(1).submit(np.{function}, [1, 2], [1]).result()"
    names = {"np": np, "Pool": ProcessPoolExecutor}
    with watch.watching(["numpy.convolve"]) as noticed:
        eval(compile(source, "<ipython-input-1-0>", "eval"), names)
    assert noticed == ({"numpy.convolve"} if function == "convolve" else set())


def test_a_thread_of_an_earlier_call_is_still_watched_in_a_later_one():
    noticed = set()
    names = {"np": np}
    with ThreadPoolExecutor(1) as pool:
        with watch.watching(["numpy.convolve"], noticed):
            pool.submit(len, "").result()
        with watch.watching(["numpy.convolve"], noticed):
            cell = compile("np.convolve([1.0, 2], [1.0])", "<ipython-input-1-0>", "eval")
            pool.submit(eval, cell, names).result()
    assert noticed == {"numpy.convolve"}


def test_a_method_of_a_class_is_noticed():
    axes = Figure().subplots()
    cell = compile("axes.xcorr([1.0, 2], [1.0, 3], maxlags=1)", "<ipython-input-1-0>", "eval")
    with watch.watching(["matplotlib.axes.Axes.xcorr", "matplotlib.axes.Axes.plot"]) as noticed:
        eval(cell, {"axes": axes})
    assert noticed == {"matplotlib.axes.Axes.xcorr"}


def run(thread):
    """Have a thread done with what it does."""
    thread.start()
    thread.join()


def test_what_shares_a_decorator_with_a_forbidden_method_is_no_offence():
    axes = Figure().subplots()
    drawn = compile(
        "axes.imshow([[1.0]]), axes.scatter([1.0], [2.0])", "<ipython-input-1-0>", "eval"
    )
    with watch.watching(["matplotlib.axes.Axes.xcorr"]) as noticed:
        eval(drawn, {"axes": axes})
    assert noticed == set()


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


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("numpy.poly1d", "np.poly1d([1.0])"),
        ("sys.setprofile", "sys.setprofile(None)"),
        ("cProfile", "profiler.enable()"),
        ("threading._start_new_thread", "threading._start_new_thread(len, ('',))"),
    ],
)
def test_a_class_and_what_ends_the_watch_are_noticed_as_well(name, source):
    cell = compile(source, "<ipython-input-1-0>", "eval")
    names = {"np": np, "sys": sys, "profiler": cProfile.Profile(), "threading": threading}
    with watch.watching([name]) as noticed:
        eval(cell, names)
    assert noticed == {name}


def test_an_ordinary_thread_is_no_way_round_the_watch():
    cell = compile("run(Thread())", "<ipython-input-1-0>", "eval")
    with watch.watching(UNSEEN) as noticed:
        eval(cell, {"run": run, "Thread": threading.Thread})
    assert noticed == set()


BEHIND = """\
import _thread, multiprocessing, threading
import numpy as np
from joblib import Parallel, delayed
def work(name):
    return getattr(np, name)([1, 2], [1]).tolist()
def spawned(name):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.map(work, [name])
def by_joblib(name):
    return Parallel(n_jobs=2)(delayed(work)(each) for each in [name])
def in_a_thread(name, start=_thread.start_new_thread):
    done, found = threading.Event(), []
    def begun(name):
        found.append(work(name))
        done.set()
    start(begun, (name,))
    done.wait(5)
    return found
"""


@pytest.mark.parametrize("name", ["spawned", "by_joblib", "in_a_thread"])
@pytest.mark.parametrize("function", ["convolve", "add"])
def test_who_works_for_a_function_is_watched_too(backend, name, function):
    names = ["numpy.convolve", *UNSEEN]
    with Session(backend, Limits(), forbidden=names) as session:
        session.run([BEHIND])
        with session.check("f") as channel:
            student = Student(channel.ask, names)
            assert len(getattr(student, name)(function)) == 1
    assert student.noticed == ({"numpy.convolve"} if function == "convolve" else set())
