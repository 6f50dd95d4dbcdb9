"""A course of one question, made of the texts that a test gives."""

from functools import partial

import pytest

from autograder.check.judge import Judge
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
    expected = like(reference.double(values))
    assert student.double(values) == expected


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
    """A function that makes an assignment from its texts."""
    return partial(written, tmp_path)


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    """The judge of the assignment above, collected once for all tests of a file."""
    with Judge(written(tmp_path_factory.mktemp("small"))) as judge:
        yield judge


def written(
    root,
    hidden_tests=HIDDEN_TESTS,
    reference=REFERENCE,
    mistakes=MISTAKES,
    points=2.0,
    further=(),
):
    """An assignment whose files lie in `root`, with `further` questions."""
    folder = root / "assignments" / "01_small"
    texts = {
        folder / "hidden_tests.py": hidden_tests,
        root / "reference" / "doubling.py": reference,
        root / "reference" / "doubling_mistakes.py": mistakes,
    }
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    questions = (Question("double", points), *further, Question("why", 1.0, written=True))
    where = {"folder": folder, "reference_folder": root / "reference"}
    return Assignment(
        "01_small", "Small", "small", reference="doubling", questions=questions, **where
    )
