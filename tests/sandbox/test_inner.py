"""What functions import is there before the first check, and costs no check its time."""

import pytest

from autograder.core.outcome import Outcome
from tests.sandbox.test_session import asking

THERE = "def there(name):\n    import sys\n    return name in sys.modules"


@pytest.mark.parametrize("backend", ["full", "fresh"], indirect=True)
@pytest.mark.parametrize(
    "function",
    [
        "def f():\n    import sympy\n    return sympy.S(1)",
        "def f(): import sympy; return 1",
        "%%time\ndef f(): import sympy",
        "%time x = 1\nclass A:\n    async def f(self):\n        from sympy import core",
    ],
)
def test_a_library_that_a_function_imports_is_there_in_every_check(opened, function):
    session, [run, _] = opened(function, THERE)
    assert run.outcome is Outcome.PASSED
    for _ in range(2):
        with asking(session) as student:
            assert student.there("sympy") is True


def test_what_starts_processes_is_there_too_though_it_is_python_s_own(opened):
    session, _ = opened("def f():\n    import multiprocessing", THERE)
    with asking(session) as student:
        assert student.there("multiprocessing.context") is True


def test_nothing_else_is_imported_before_it_is_asked_for(opened):
    asked = "def f():\n    import this, beside\n    from .sympy import x\n    import nobody\n"
    session, runs = opened(
        asked, "if False:\n    import sympy", THERE, files={"beside.py": b"raise SystemExit"}
    )
    assert [run.outcome for run in runs] == [Outcome.PASSED] * 3
    with asking(session) as student:
        assert [student.there(name) for name in ("this", "beside", "sympy", "nobody")] == [
            False
        ] * 4


def test_what_functions_import_that_no_check_asks_is_not_had_before_a_call(opened):
    session, _ = opened(THERE)
    session.run(["def f():\n    import sympy"])
    with asking(session) as student:
        assert student.there("sympy") is False


def test_a_library_that_takes_all_the_time_costs_its_own_function_only(opened):
    slow = "lambda *args: time.sleep(99) if args[0] == 'sympy' else plain(*args)"
    session, runs = opened(
        f"import time, builtins\nplain = builtins.__import__\nbuiltins.__import__ = {slow}",
        "def f():\n    import sympy",
        "def g():\n    return 1",
        cell_seconds=2,
    )
    assert [run.outcome for run in runs] == [Outcome.PASSED] * 3
    with asking(session, "g") as student:
        assert student.g() == 1
