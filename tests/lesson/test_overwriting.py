"""Hidden tests through which an overwritten argument could win points, or cost others some."""

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
KEEPS = """
import numpy as np
KEPT = {kept}


@points("double", 0)
def test_kept(student):
    \"\"\"What is kept is doubled.\"\"\"
    given = KEPT
    assert np.shape(student.double(given)) == (2,)
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


@pytest.mark.parametrize("kept", ["np.ones(2)", "[np.ones(1), np.ones(1)]"])
def test_what_outlives_a_test_must_not_be_handed_out(tmp_path, kept):
    (fault,) = faults(tmp_path, KEEPS.format(kept=kept))
    assert "after double has overwritten its arguments; pass a copy" in fault
    copies = KEEPS.format(kept=kept).replace("= KEPT\n", "= [each.copy() for each in KEPT]\n")
    assert faults(tmp_path / "copies", copies) == []
