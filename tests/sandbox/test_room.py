"""A shell that allows less than notebooks are promised is told so, before any is run."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import room
from autograder.sandbox.guest.worker import DESCRIPTORS

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "tests" / "golden" / "perfect" / "submission.ipynb"


def tried_within(bound):
    """`autograder try`, started by a shell with a bound."""
    line = f'ulimit {bound}; exec "$0" -m autograder try 01_convolution "$1"'
    return subprocess.run(
        ["/bin/sh", "-c", line, sys.executable, str(NOTEBOOK)], cwd=ROOT, capture_output=True,
        encoding="utf-8", timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bound", "words"),
    [
        ("-n 64", "open files are bounded too low here: ulimit -Hn is 64, and a notebook may need"),
        ("-n 12", "open files are bounded too low here: ulimit -Hn is 12, and a notebook may need"),
        (
            "-s 100",
            "stack are bounded too low here: ulimit -Hs is 100, and a notebook may need 512",
        ),
        ("-v 1200000", "memory are bounded too low here: ulimit -Hv is 1200000, and a notebook"),
    ],
)
def test_too_low_a_bound_is_named_with_the_option_of_the_shell(bound, words):
    ran = tried_within(bound)
    assert ran.returncode == 2
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_bound_on_the_stack_that_may_be_raised_is():
    ran = tried_within("-S -s 100")
    assert (ran.returncode, ran.stderr) == (0, "")


def test_what_is_asked_for_is_what_guests_take():
    assert max(DESCRIPTORS) == room.DESCRIPTORS
