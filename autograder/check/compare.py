"""Comparison by value: what a question's contract asks, no more.

Any numeric dtype that holds the right values passes; a list, a matrix or a tensor where an array
is asked does not. Messages for students never quote a hidden input, an expected value or a value
of the student's, which may carry one of the two.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.sandbox.guest import wire

TOLERANCE = 1e-5  # relative to the largest expected magnitude: float32 arithmetic passes
KINDS = {
    "list": "a list",
    "tuple": "a tuple",
    "dict": "a dict",
    "set": "a set",
    "str": "a text",
    "bool": "a bool",
    "int": "a whole number",
    "float": "a number",
    "complex": "a complex number",
    "ndarray": "an array",
    "NoneType": "nothing (None)",
    "matrix": "an np.matrix",
    "MaskedArray": "a masked array",
    "Tensor": "a torch tensor",
    "function": "a function",
    "generator": "a generator",
}
KINDS_OF = {"numbers": "iufc", "truth values": "b"}  # NumPy's letters for dtypes
mismatches: list["Mismatch"] = []  # of the running test, the last one first to be shown


@dataclass(frozen=True)
class Mismatch:
    """Why a value is not as expected: for the student, and in full for the instructor."""

    message: str
    actual: Any
    expected: Any

    def within(self, place: str) -> "Mismatch":
        """The same, said of a part of a larger value."""
        return Mismatch(f"{place}: {self.message}", self.actual, self.expected)


class like:
    """Equal by value to `expected`, within `TOLERANCE` of its scale for floating-point numbers."""

    __array_ufunc__ = None  # numpy then leaves `array == like(…)` to us
    __hash__ = None  # type: ignore[assignment] # equality with a tolerance has no hash

    def __init__(self, expected: Any, tolerance: float = TOLERANCE) -> None:
        self.expected = expected
        self.tolerance = tolerance

    def __eq__(self, actual: object) -> bool:
        found = difference(actual, self.expected, self.tolerance)
        if found:
            mismatches.append(found)
        return found is None

    def __repr__(self) -> str:
        return f"like({self.expected!r})"


def difference(actual: Any, expected: Any, tolerance: float = TOLERANCE) -> Mismatch | None:
    """Why `actual` is not `expected`, or None where it is."""
    if wire.is_tensor(expected):
        message = _tensor(actual, expected, tolerance)
    elif isinstance(expected, np.ndarray):
        message = _array(actual, expected, tolerance)
    elif isinstance(expected, dict):
        return _dict(actual, expected, tolerance)
    elif isinstance(expected, tuple | list):
        return _sequence(actual, expected, tolerance)
    else:
        message = _scalar(actual, expected, tolerance)
    return Mismatch(message, actual, expected) if message else None


def kind_of(value: Any) -> str:
    """What a value is, in words; never a name that student code could have chosen."""
    name = getattr(value, "kind", None) or type(value).__name__
    if isinstance(value, np.generic):
        name = type(value.item()).__name__
    return KINDS.get(name, "an object of another kind")


def _array(actual: Any, expected: np.ndarray, tolerance: float) -> str:
    of_what = "truth values" if expected.dtype.kind == "b" else "numbers"
    if kind_of(actual) != KINDS["ndarray"]:
        return f"An array was expected, your function returned {kind_of(actual)}."
    if type(actual) is not np.ndarray or actual.dtype.kind not in KINDS_OF[of_what]:
        return f"An array of {of_what} was expected, yours holds something else."
    if actual.ndim != expected.ndim:
        axes = f"{expected.ndim} {'axis' if expected.ndim == 1 else 'axes'}"
        return f"The result should have {axes}, yours has {actual.ndim}."
    if actual.shape != expected.shape:
        return f"The shape of the result is not right: {_shape_words(actual, expected)}."
    return _values(actual, expected, tolerance)


def _tensor(actual: Any, expected: Any, tolerance: float) -> str:
    if kind_of(actual) != KINDS["Tensor"]:
        return f"A torch tensor was expected, your function returned {kind_of(actual)}."
    if not wire.is_tensor(actual):
        return "A dense torch tensor was expected, of a dtype that NumPy knows too."
    return _array(actual.detach().numpy(), expected.detach().numpy(), tolerance)


def _shape_words(actual: np.ndarray, expected: np.ndarray) -> str:
    words = [
        f"axis {axis} is too {'long' if got > wanted else 'short'}"
        for axis, (got, wanted) in enumerate(zip(actual.shape, expected.shape, strict=True))
        if got != wanted
    ]
    return ", ".join(words)


def _values(actual: np.ndarray, expected: np.ndarray, tolerance: float) -> str:
    if not np.isfinite(actual).all() and np.isfinite(expected).all():
        return "The shape is right, but some values are NaN or infinite."
    if actual.dtype.kind in "iu" and expected.dtype.kind in "iu":
        tolerance = 0.0  # whole numbers are right or wrong
    scale = _scale(expected)
    wrong = ~np.isclose(actual, expected, tolerance, tolerance * scale, equal_nan=True)
    if not wrong.any():
        return ""
    if wrong.mean() > 0.5:
        return "The shape is right, but most values are not."
    inner = wrong[tuple(slice(1, -1) for _ in wrong.shape)]
    if not inner.any() and inner.size:
        return "Only values at the border are wrong."
    return "The shape is right, but some values are not."


def _scale(expected: np.ndarray) -> float:
    finite = np.abs(expected[np.isfinite(expected)]) if expected.size else expected
    return float(finite.max()) if finite.size else 0.0


def _dict(actual: Any, expected: dict[Any, Any], tolerance: float) -> Mismatch | None:
    if type(actual) is not dict:
        message = f"A dict was expected, your function returned {kind_of(actual)}."
        return Mismatch(message, actual, expected)
    for key in expected:
        if key not in actual:
            return Mismatch(f"The key {key!r} is missing.", actual, expected)
    if len(actual) > len(expected):
        return Mismatch("The dict has keys that nobody asked for.", actual, expected)
    for key, wanted in expected.items():
        if found := difference(actual[key], wanted, tolerance):
            return found.within(f"Under {key!r}")
    return None


def _sequence(actual: Any, expected: Any, tolerance: float) -> Mismatch | None:
    if type(actual) not in (tuple, list):
        wanted = kind_of(expected).capitalize()
        message = f"{wanted} was expected, your function returned {kind_of(actual)}."
        return Mismatch(message, actual, expected)
    if len(actual) != len(expected):
        word = "many" if len(actual) > len(expected) else "few"
        return Mismatch(f"The result holds too {word} values.", actual, expected)
    for index, (got, wanted) in enumerate(zip(actual, expected, strict=True)):
        if found := difference(got, wanted, tolerance):
            return found.within(f"Value {index + 1} of {len(expected)}")
    return None


def _scalar(actual: Any, expected: Any, tolerance: float) -> str:
    plain = actual.item() if isinstance(actual, np.generic) else actual
    wanted = expected.item() if isinstance(expected, np.generic) else expected
    if type(plain) is not type(wanted):
        words = kind_of(wanted).capitalize()
        return f"{words} was expected, your function returned {kind_of(actual)}."
    if isinstance(wanted, float | complex):
        close = np.isclose(plain, wanted, rtol=tolerance, atol=tolerance * 1e-3, equal_nan=True)
        return "" if close else "The number is not right."
    return "" if plain == wanted else "The answer is not right."
