"""A course of one question, made of the texts that a test gives."""

import pytest

from autograder.core.assignment import Assignment, Question

REFERENCE = '''\
import numpy as np


def double(values):
    """Twice every value."""
    return 2 * np.asarray(values, dtype=float)
'''
HIDDEN_TESTS = '''\
from autograder.check import like, points


@points("double", 1, hint="Try -1.")
def test_doubles(student, reference, rng):
    """Every value is doubled.

    This paragraph is not for students.
    """
    values = rng.standard_normal(3)
    assert student.double(values) == like(reference.double(values))


@points("double", 1)
def test_leaves_its_argument_alone(student, rng):
    """The argument stays as it is."""
    values = rng.standard_normal(3)
    before = values.copy()
    student.double(values)
    assert values == like(before), "Your function changed its argument."
'''
MISTAKES = '''\
from autograder.check import mistake


@mistake(of="double", hint="What becomes of -1?")
def loses_the_sign(values):
    """Magnitudes are doubled, signs are lost."""
    return 2 * abs(values)


@mistake(of="double", hint="Look at your argument before and after.")
def writes_into_its_argument(values):
    """The result is written into the argument."""
    values *= 2
    return values


@mistake(of="double", hint="Which names does the function know?")
def asks_for_a_wrong_name(values):
    """A name is used that is nowhere defined."""
    return 2 * value
'''


@pytest.fixture
def assignment(tmp_path):
    """A function that makes the assignment from its texts."""

    def made(hidden_tests=HIDDEN_TESTS, reference=REFERENCE, mistakes=MISTAKES, points=2.0):
        folder = tmp_path / "assignments" / "01_small"
        texts = {
            folder / "hidden_tests.py": hidden_tests,
            tmp_path / "reference" / "doubling.py": reference,
            tmp_path / "reference" / "doubling_mistakes.py": mistakes,
        }
        for file, text in texts.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        questions = (Question("double", points), Question("why", 1.0, written=True))
        where = {"folder": folder, "reference_folder": tmp_path / "reference"}
        return Assignment("01_small", "Small", "small", reference="doubling", questions=questions,
                          **where)  # fmt: skip

    return made
