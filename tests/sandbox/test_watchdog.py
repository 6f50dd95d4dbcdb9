"""The memory of all processes together, which no limit of the kernel adds up."""

import pytest

from autograder.check.student import Student
from autograder.core.outcome import Outcome
from autograder.sandbox.session import Lost

both = pytest.mark.parametrize("backend", ["full", "fresh"], indirect=True)
FAMILY = """\
import os, time
def family(count, megabytes, seconds):
    for _ in range(count):
        if not os.fork():
            kept = bytearray(megabytes << 20)
            time.sleep(seconds)
            os._exit(0)
    time.sleep(seconds)
"""


@both
def test_a_family_of_processes_is_ended_before_it_takes_the_machine(opened, backend):
    session, runs = opened(FAMILY, "family(12, 200, 30)", "x = 1", memory_mb=300, cell_seconds=25)
    assert [run.outcome for run in runs] == [
        Outcome.PASSED, Outcome.OUT_OF_MEMORY, Outcome.PASSED
    ]  # fmt: skip
    with pytest.raises(Lost) as lost, session.check("f") as channel:
        Student(channel.ask).family(12, 200, 30)
    assert lost.value.outcome is Outcome.OUT_OF_MEMORY
    assert not session.died


def test_a_family_that_shares_what_it_has_is_left_alone(opened):
    _, runs = opened(FAMILY, "kept = bytearray(150 << 20)", "family(8, 5, 1)", memory_mb=300)
    assert [run.outcome for run in runs] == [Outcome.PASSED] * 3


@pytest.mark.parametrize(
    "cell",
    [
        "bytearray(1 << 40)",
        "import numpy as np\nnp.ones(1 << 37)",
        "raise OSError(12, 'Cannot allocate memory')",
        "import torch\ntorch.empty(1 << 38)",
    ],
)
def test_memory_that_is_refused_is_told_apart_from_other_errors(opened, cell):
    _, [run] = opened(cell)
    assert run.outcome is Outcome.OUT_OF_MEMORY


def test_a_crash_is_no_lack_of_memory(opened):
    _, [run] = opened("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    assert run.outcome is Outcome.RAISED
