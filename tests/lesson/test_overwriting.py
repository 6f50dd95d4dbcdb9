"""Hidden tests through which an overwritten argument could win points."""

import pytest

from autograder.check.judge import Judge
from autograder.lesson.overwriting import overwriting_faults
from tests.check.conftest import HIDDEN_TESTS, written

EXPECTS_TOO_LATE = """
@points("double", 0)
def test_late(student, reference, rng):
    \"\"\"Every value is doubled.\"\"\"
    values = {values}
    assert student.double(values) == like(reference.double(values))
"""


def faults(root, test=""):
    """What is said of the small assignment with one test more."""
    with Judge(written(root, HIDDEN_TESTS + test)) as judge:
        return list(overwriting_faults(judge))


def test_tests_that_expect_before_they_call_are_sound(tmp_path):
    assert faults(tmp_path) == []


@pytest.mark.parametrize("values", ["rng.standard_normal(3)", "[rng.standard_normal(3)]"])
def test_a_test_that_computes_too_late_what_it_expects_is_named(tmp_path, values):
    (fault,) = faults(tmp_path, EXPECTS_TOO_LATE.format(values=values))
    assert fault.startswith("test test_late passes when double overwrites its arguments; compute")
