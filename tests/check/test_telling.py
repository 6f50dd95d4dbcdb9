"""Requests that tell the answer to an earlier one are found, whatever was done to it."""

import numpy as np
import pytest

from autograder.check.telling import telling
from autograder.sandbox.guest import wire

X = np.linspace(-1.7, 2.9, 12)
Y = np.cos(X) * 3


def talk(*pairs):
    """The frames of a talk, from what is asked and what is answered."""
    requests = [{"op": "call", "args": [asked], "kwargs": {}} for asked, _ in pairs]
    replies = [{"ok": answered, "changed": {}} for _, answered in pairs]
    return [list(map(wire.encode, each)) for each in (requests, replies)]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Y, Y),
        (Y, -Y.astype(np.float32)),
        (Y, Y.reshape(3, 4).T[::-1]),
        (Y, [0.5, {"part": (Y[3:5],)}]),
        (Y, Y[7]),
        ({"y": Y, "n": 3}, {"gradient": Y}),
        ({"y": Y, "n": 317}, 317),
        (np.array([5, 6]), np.array([5.0, -6.0])),
        (np.array([True, False]), np.array([True, False])),
        (0.37, -0.37),
        ("kernel", ["kernel"]),
    ],
    ids=str,
)  # fmt: skip
def test_what_was_answered_is_found_in_a_later_request(answer, told):
    assert telling(*talk((X, answer), (X, None), (told, None), (told, None))) == {2}


@pytest.mark.parametrize(
    ("answer", "asked"),
    [(Y, X), (X.max(), X), (True, [True, 1, 0]), (1, 1), ([], []), (None, 5), (10**400, 10**400)],
    ids=str,
)  # fmt: skip
def test_what_is_known_already_tells_nothing(answer, asked):
    assert telling(*talk((X, answer), (asked, Y), (X, None))) == set()


def test_an_answer_that_cannot_be_read_is_none():
    requests, _ = talk((X, Y), (X, Y))
    assert telling(requests, [wire.Frame(b"\xc1", ()), wire.encode(5)]) == set()
