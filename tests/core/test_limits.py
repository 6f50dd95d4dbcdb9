"""Limits are numbers above 0, checked when they are made."""

import dataclasses

import pytest

from autograder.core.limits import Limits

NAMES = [field.name for field in dataclasses.fields(Limits)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "value", [0, -1, float("nan"), float("inf"), True, "5", None, [5]], ids=repr
)
def test_anything_but_a_number_above_0_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=rf"^{name} is .*; use a number above 0$"):
        Limits(**{name: value})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [1, 0.25])
def test_numbers_above_0_are_taken_as_they_are(name, value):
    assert getattr(Limits(**{name: value}), name) == value
