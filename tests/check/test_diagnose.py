"""The known mistake behind a wrong answer, found by asking it the same questions."""

from contextlib import nullcontext

import numpy as np
import pytest

from autograder.check import modules
from autograder.check.authoring import Mistake
from autograder.check.diagnose import diagnosed, same_reply, same_talk, talk_of
from autograder.check.judge import Judge
from autograder.check.student import Exchange, twin
from autograder.core.assignment import Question
from autograder.core.outcome import Outcome
from autograder.sandbox.guest import wire
from tests.check import conftest


@pytest.fixture
def named(judge):
    """A function that tells the mistakes found in a `double` of a student's, by test."""
    reference, mistakes = modules.reference(judge.assignment), modules.mistakes(judge.assignment)

    def found(double):
        examination = judge.examine(lambda question: nullcontext(twin({"double": double})))
        checks = diagnosed(examination, reference, mistakes)
        return [(check.outcome.value, check.mistake, check.hint) for check in checks]

    return found


def loses_signs_by_another_way(values):
    """The mistake `loses_the_sign`, written differently."""
    return np.sqrt(4 * values**2).astype(np.float32)


def writes_by_another_way(values):
    """The mistake `writes_into_its_argument`, written differently."""
    values[:] = values + values
    return values


def uses_what_is_nowhere(values):
    """The mistake `asks_for_a_wrong_name`, with another name."""
    return elsewhere * values  # noqa: F821 - the mistake itself


SIGN, WRITES = "loses_the_sign", "writes_into_its_argument"
PASSED = ("PASSED", None, "")


@pytest.mark.parametrize(
    ("double", "expected"),
    [
        pytest.param(lambda values: values + values, [PASSED, PASSED], id="right"),
        pytest.param(
            loses_signs_by_another_way,
            [("FAILED", SIGN, "What becomes of -1?"), PASSED],
            id="a wrong value",
        ),
        pytest.param(
            writes_by_another_way,
            [PASSED, ("FAILED", WRITES, "Look at your argument before and after.")],
            id="a changed argument",
        ),
        pytest.param(
            uses_what_is_nowhere,
            [("RAISED", "asks_for_a_wrong_name", "Which names does the function know?")] * 2,
            id="an exception",
        ),
        pytest.param(
            lambda values: values * 3, [("FAILED", None, "Try -1."), PASSED], id="unknown"
        ),
        pytest.param(None, [("SKIPPED", None, "Try -1."), ("SKIPPED", None, "")], id="nothing"),
    ],
)
def test_the_mistake_that_answers_alike_is_named(named, double, expected):
    assert named(double) == expected


def test_two_mistakes_at_once_are_both_named_or_neither(named):
    def both(values):
        values *= 2
        values[:] = abs(values)
        return values

    first, second = named(both)
    assert (first[0], second[0]) == ("FAILED", "FAILED")
    assert {first[1], second[1]} <= {SIGN, WRITES, None}


def test_no_mistake_is_named_where_a_check_passed(named):
    for outcome, mistake, _ in named(loses_signs_by_another_way):
        assert (mistake is None) == (outcome == Outcome.PASSED)


FURTHER = {
    "hidden_tests": """

@points("quadruple", 1)
def test_quadruples(student, reference, rng):
    values = rng.standard_normal(3)
    assert student.quadruple(values) == like(reference.quadruple(values))
""",
    "reference": """

def quadruple(values):
    return double(double(values))
""",
    "mistakes": """

@mistake(of="quadruple", hint="How often is it doubled?")
def doubles_only_once(values):
    return 2 * values
""",
}


@pytest.fixture
def named_in_both(assignment):
    """The mistakes found where `quadruple` uses `double`, by test, for a notebook's names."""
    texts = {name: getattr(conftest, name.upper()) + further for name, further in FURTHER.items()}
    with Judge(assignment(**texts, further=(Question("quadruple", 1.0),))) as judge:
        reference, mistakes = (
            modules.reference(judge.assignment),
            modules.mistakes(judge.assignment),
        )

        def found(names):
            examination = judge.examine(lambda question: nullcontext(twin(names)))
            checks = diagnosed(examination, reference, mistakes)
            return {check.id: (check.mistake, check.hint) for check in checks}

        yield found


def test_a_mistake_is_named_in_the_question_whose_function_uses_the_one_where_it_was_made(
    named_in_both,
):
    double = loses_signs_by_another_way
    found = named_in_both({"double": double, "quadruple": lambda values: double(double(values))})
    assert found["test_doubles"] == (SIGN, "What becomes of -1?")
    assert found["test_quadruples"] == (SIGN, "It comes from your `double`. What becomes of -1?")


def test_a_mistake_of_its_own_is_named_beside_one_in_another_question(named_in_both):
    names = {"double": loses_signs_by_another_way, "quadruple": lambda values: values + values}
    found = named_in_both(names)
    assert (found["test_doubles"][0], found["test_quadruples"][0]) == (SIGN, "doubles_only_once")


@pytest.mark.parametrize(
    "reply",
    [5, [], {}, {"error": [1]}, {"error": 5}, {"ok": 1, "changed": 5}, {"ok": 1, "changed": [[]]}],
)
def test_a_reply_that_is_none_is_like_no_mistake(reply):
    for ours in ({"ok": 1}, {"error": {"type": "ValueError"}}):
        assert not same_reply(wire.encode(ours), wire.encode(reply))


def test_a_reply_that_is_much_longer_is_not_read_for_each_mistake(monkeypatch):
    long, read = wire.encode({"ok": [[]] * 5000}), []
    monkeypatch.setattr(wire, "decode", read.append)
    assert not same_reply(wire.encode({"ok": [1.0]}), long)
    assert read == []


def test_numbers_of_other_kinds_are_the_same_reply():
    ours = wire.encode({"ok": [1.0] * 2000, "changed": {}})
    assert same_reply(ours, wire.encode({"ok": [np.float64(1)] * 2000, "changed": {}}))


def test_a_mistake_is_asked_no_further_than_to_its_first_other_answer():
    asked = []

    def counts(value):
        asked.append(value)
        return value

    mistake = Mistake("counts", "double", "A value is returned as it is.", "", counts)
    requests = [call("double", float(number)) for number in range(5)]
    talk = talk_of([Exchange(each, wire.encode({"ok": 1.0, "changed": {}})) for each in requests])
    assert not same_talk(talk, mistake, {"double": counts})
    assert asked == [0.0]
    alike = [wire.encode({"ok": float(n), "changed": {}}) for n in range(5)]
    talk = talk_of([Exchange(*pair) for pair in zip(requests, alike, strict=True)])
    for _ in range(2):
        assert same_talk(talk, mistake, {"double": counts})
    assert asked == [0.0, *map(float, range(5))]  # once more from the first on, and then never


def call(name, *args):
    """The request that a call makes."""
    request = {"op": "call", "target": name, "args": args, "kwargs": {}, "seed": None}
    return wire.encode(request | {"watch": []})
