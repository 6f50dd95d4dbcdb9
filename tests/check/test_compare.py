"""What `like` lets pass, and the sentence for what it does not."""

import math
import operator

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.check import compare, like
from autograder.check.compare import TOLERANCE, difference
from autograder.check.student import Remote, Student, twin

A = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
T = torch.tensor([1.0, 2.0])
NO_ARRAY = "An array was expected, your function returned {}."
NO_NUMBERS = "An array of numbers was expected, yours holds something else."
MOST, SOME = "The shape is right, but most values are not.", "The shape is right, but some values "
WRONG_NUMBER, WRONG_ANSWER = "The number is not right.", "The answer is not right."


def remote(value):
    """A value as it comes from a notebook: what cannot travel is an object that stays there."""
    return Student(twin({"f": lambda: value})).f()


def changed(array, place, value):
    """A copy of an array with another value at one place."""
    array = array.copy()
    array[place] = value
    return array


BIG = np.arange(72.0).reshape(8, 9)
BORDER = np.pad(BIG[1:-1, 1:-1], 1)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        pytest.param(A, A.copy(), id="an array"),
        pytest.param(A.astype(np.float32), A, id="float32"),
        pytest.param(A.astype(np.int8), A, id="whole numbers for floats"),
        pytest.param(A, A.astype(int), id="floats for whole numbers"),
        pytest.param(A.astype(complex), A, id="complex numbers without an imaginary part"),
        pytest.param(np.asfortranarray(A), A, id="another layout"),
        pytest.param(A * (1 + TOLERANCE / 2), A, id="within the tolerance"),
        pytest.param(changed(A, (0, 0), 1 + 5e-5), A, id="tolerance by the largest value"),
        pytest.param(np.zeros((0, 3)), np.zeros((0, 3)), id="empty"),
        pytest.param(np.array(2.0), np.array(2.0), id="no dimension"),
        pytest.param(np.array([np.inf, -np.inf, np.nan]), np.array([np.inf, -np.inf, np.nan]),
                     id="infinite and NaN where expected"),
        pytest.param(np.array([True, False]), np.array([True, False]), id="truth values"),
        pytest.param(T, T.clone(), id="a tensor"),
        pytest.param(T.double(), T, id="a tensor of another dtype"),
        pytest.param(T.clone().requires_grad_(), T, id="a tensor with a gradient"),
        pytest.param(torch.tensor(True), torch.tensor(True), id="a tensor of a truth value"),
        pytest.param(1.0 + 1e-9, 1.0, id="a number"),
        pytest.param(np.float32(0.1), 0.1, id="numpy's number"),
        pytest.param(0.1, np.float64(0.1), id="numpy's number expected"),
        pytest.param(math.nan, math.nan, id="NaN where expected"),
        pytest.param(1j * (1 + 1e-9), 1j, id="a complex number"),
        pytest.param(np.int64(3), 3, id="a whole number"),
        pytest.param(np.bool_(True), True, id="a bool"),
        pytest.param(2**100, 2**100, id="a large whole number"),
        pytest.param("text", "text", id="a text"),
        pytest.param(None, None, id="nothing"),
        pytest.param({1, 2}, {2, 1}, id="a set"),
        pytest.param((1.0, A), [1.0 + 1e-9, A], id="a tuple for a list"),
        pytest.param({"a": 1, "b": [A]}, {"b": [A], "a": 1}, id="a dict in another order"),
    ],
)  # fmt: skip
def test_what_is_equal_by_value_passes(actual, expected):
    assert difference(actual, expected) is None
    assert actual == like(expected)
    assert like(expected) == actual
    assert not operator.ne(actual, like(expected))


@pytest.mark.parametrize(
    ("actual", "expected", "message"),
    [
        (A.tolist(), A, NO_ARRAY.format("a list")),
        (None, A, NO_ARRAY.format("nothing (None)")),
        (1.0, A, NO_ARRAY.format("a number")),
        (T, A, NO_ARRAY.format("a torch tensor")),
        (np.float64(1), np.array(1.0), NO_ARRAY.format("a number")),
        (remote(A.view(np.matrix)), A, NO_ARRAY.format("an np.matrix")),
        (remote(np.ma.masked_array(A)), A, NO_ARRAY.format("a masked array")),
        (remote(len), A, NO_ARRAY.format("an object of another kind")),
        (remote(lambda: 1), A, NO_ARRAY.format("a function")),
        (remote(n for n in "ab"), A, NO_ARRAY.format("a generator")),
        (remote(np.array([None])), A, NO_NUMBERS),
        (np.array([True]), A, NO_NUMBERS),
        (np.array([1.0]), np.array([True]), NO_NUMBERS.replace("numbers", "truth values")),
        (A[0], A, "The result should have 2 axes, yours has 1."),
        (A, A[0], "The result should have 1 axis, yours has 2."),
        (A[:, 1:], A, "The shape of the result is not right: axis 1 is too short."),
        (A.T, A, "The shape of the result is not right: axis 0 is too long, axis 1 is too short."),
        (A + 1, A, MOST),
        (changed(A, (0, 1), 0), A, SOME + "are not."),
        (changed(A, (0, 1), np.nan), A, SOME + "are NaN or infinite."),
        (A * np.inf, A, SOME + "are NaN or infinite."),
        (np.array([np.nan, 2.0]), np.array([np.inf, 2.0]), SOME + "are not."),
        (A * (1 + 10 * TOLERANCE), A, MOST),
        (np.array([10**6, 2]), np.array([10**6, 1]), SOME + "are not."),
        (BORDER, BIG, "Only values at the border are wrong."),
        (changed(BIG, (2, 2), 0), BIG, SOME + "are not."),
        (A + 1j, A, MOST),
        (A, T, "A torch tensor was expected, your function returned an array."),
        (T + 1, T, MOST),
        (T.reshape(2, 1), T, "The result should have 1 axis, yours has 2."),
        (remote(T.bfloat16()), T,
         "A dense torch tensor was expected, of a dtype that NumPy knows too."),
        (2.0, 1.0, WRONG_NUMBER),
        (math.nan, 1.0, WRONG_NUMBER),
        (1.0 + 3 * TOLERANCE, 1.0, WRONG_NUMBER),
        (1j, 1.0, "A number was expected, your function returned a complex number."),
        (3, 3.0, "A number was expected, your function returned a whole number."),
        (3.0, 3, "A whole number was expected, your function returned a number."),
        (True, 1, "A whole number was expected, your function returned a bool."),
        (1, True, "A bool was expected, your function returned a whole number."),
        (np.array(1.0), 1.0, "A number was expected, your function returned an array."),
        (None, 1.0, "A number was expected, your function returned nothing (None)."),
        (4, 3, WRONG_ANSWER),
        (False, True, WRONG_ANSWER),
        ("b", "a", WRONG_ANSWER),
        ({1}, {1, 2}, WRONG_ANSWER),
        (1, None, "Nothing (none) was expected, your function returned a whole number."),
        ([1], {"a": 1}, "A dict was expected, your function returned a list."),
        ({}, {"a": 1}, "The key 'a' is missing."),
        ({"a": 1, "b": 2}, {"a": 1}, "The dict has keys that nobody asked for."),
        ({"a": [2]}, {"a": [1]}, f"Under 'a': Value 1 of 1: {WRONG_ANSWER}"),
        (A, [1], "A list was expected, your function returned an array."),
        ([1], (1, 2), "The result holds too few values."),
        ([1, 2, 3], (1, 2), "The result holds too many values."),
        ([1, A + 1], (1, A), f"Value 2 of 2: {MOST}"),
    ],
)  # fmt: skip
def test_what_is_not_equal_is_said_in_a_sentence(actual, expected, message):
    compare.mismatches.clear()
    assert actual != like(expected)
    assert not operator.eq(actual, like(expected))
    assert {found.message for found in compare.mismatches} == {message}


def test_a_mismatch_keeps_both_values_for_the_instructor():
    found = difference([1, A + 1], (1, A))
    assert (found.actual[0, 0], found.expected[0, 0]) == (2, 1)


def test_the_tolerance_can_be_chosen():
    assert like(100.0, tolerance=0.1) == 105.0
    assert like(A, tolerance=0.1) == A + 0.5
    assert like(A, tolerance=0.1) != A + 1.5


def test_no_name_that_student_code_chose_is_in_a_message():
    liar = type("your hidden input is 7", (), {})()
    assert difference(remote(liar), A).message == NO_ARRAY.format("an object of another kind")


class Liar:
    """Equal to everything, as long as it stays where it is."""

    __array_ufunc__ = None
    __hash__ = None

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False


@pytest.mark.parametrize("expected", [A, T, 1.0, 3, "text", None, [1.0], {"a": 1}])
def test_an_object_equal_to_everything_is_equal_to_nothing_here(expected):
    liar = remote(Liar())
    assert type(liar) is Remote
    assert liar != like(expected)
    assert difference(liar, expected).message


# Numbers and texts that no message would have for another reason.
SECRETS = (
    st.integers(1000, 10**12)
    | st.floats(1e-4, 1e12).filter(lambda number: len(repr(number)) > 4)
    | st.text("qxz", min_size=4, max_size=8)
)
ARRAYS = st.lists(st.floats(1000.5, 1e6), min_size=1, max_size=4).map(np.array)
HIDDEN = st.recursive(
    SECRETS | ARRAYS | ARRAYS.map(torch.from_numpy) | st.none() | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)


def leaves(value):
    """All texts and numbers within a value, as they would be written."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, np.ndarray | torch.Tensor):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return {text for item in value for text in leaves(item)}
    if value is None or isinstance(value, bool):
        return set()
    return {str(value)} if isinstance(value, str) else {str(value), f"{value:g}", f"{value:.2f}"}


@settings(max_examples=300, deadline=None, derandomize=True)
@given(actual=HIDDEN, expected=HIDDEN)
def test_no_message_quotes_an_expected_value_or_one_of_the_students(actual, expected):
    found = difference(actual, expected)
    if found:
        quoted = [text for text in leaves(actual) | leaves(expected) if text in found.message]
        assert quoted == []
