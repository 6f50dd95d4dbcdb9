"""The student's notebook as hidden tests see it, over the in-memory twin of a sandbox."""

import random

import numpy as np
import pytest
import torch

from autograder.check.compare import like
from autograder.check.student import NotThere, Remote, Student, StudentError, twin
from autograder.sandbox.guest import wire


def student(**names):
    """A student whose notebook holds these names."""
    return Student(twin(names))


def answering(reply):
    """A student whose notebook always sends this reply."""
    return Student(lambda request: wire.encode(reply))


def unfinished():
    """A stub."""
    raise NotImplementedError


def failing():
    """A function that raises."""
    raise KeyError("text of a student's")


def test_a_call_goes_through_with_all_its_arguments():
    given = {}

    def f(*args, **kwargs):
        given.update(args=args, kwargs=kwargs)
        return [args[0] * 2, (kwargs["c"],)]

    assert student(f=f).f(np.arange(3), 2, c="x")[1] == ("x",)
    assert given["args"][1:] == (2,)
    assert given["kwargs"] == {"c": "x"}


@pytest.mark.parametrize(
    ("argument", "change", "expected"),
    [
        (np.zeros(2), lambda x: x.__setitem__(0, 5), np.array([5.0, 0.0])),
        ([1, 2], lambda x: x.append(3), [1, 2, 3]),
        ([[1], 2], lambda x: x[0].append(3), [[1, 3], 2]),
        ({"a": 1}, lambda x: x.clear(), {}),
        ({"a": np.zeros(1)}, lambda x: x["a"].fill(2), {"a": np.array([2.0])}),
        (torch.zeros(2), lambda x: x.add_(1), torch.ones(2)),
    ],
)
def test_what_a_function_does_to_an_argument_is_seen_by_the_test(argument, change, expected):
    student(f=change).f(argument)
    assert str(argument) == str(expected)


@pytest.mark.parametrize(
    ("argument", "changed"),
    [
        (np.zeros(2), np.ones(3)),
        (np.zeros(2), "text"),
        (np.zeros(2), wire.Handle(1, "ndarray")),
        ([1], (2,)),
        ([1], {"a": 1}),
        ({"a": 1}, [2]),
        (torch.zeros(2), torch.ones(3)),
        (torch.zeros(2), np.ones(2)),
        (3, 4),
    ],
    ids=str,
)
def test_a_change_that_cannot_be_is_ignored(argument, changed):
    before = str(argument)
    assert answering({"ok": 1, "changed": {0: changed, 7: 1, "x": 2}}).f(argument) == 1
    assert str(argument) == before


def test_a_read_only_argument_stays_as_it_is():
    array = np.zeros(2)
    array.flags.writeable = False
    answering({"ok": 1, "changed": {0: np.ones(2)}}).f(array)
    assert array.tolist() == [0, 0]


def test_objects_stay_outside_until_they_are_called_or_looked_at():
    class Net:
        size = 3

        def forward(self, x):
            return x + self.size

    net = student(Net=Net).Net()
    assert (type(net), net.kind, net.size, net.forward(1)) == (Remote, "Net", 3, 4)


def test_objects_can_be_passed_back_alone_and_in_lists():
    names = {
        "make": lambda: len,
        "one": lambda f: f("ab"),
        "all": lambda fs: [f("abc") for f in fs],
    }
    notebook = student(**names)
    made = notebook.make()
    assert notebook.one(made) == 2
    assert notebook.all([made, made]) == [3, 3]


@pytest.mark.parametrize("name", ["_private", "__class_getitem__", "__array__", "__len__"])
def test_private_names_are_never_asked_for(name):
    with pytest.raises(AttributeError):
        getattr(student(), name)
    with pytest.raises(AttributeError):
        getattr(student().f, name)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ({}, "`f` is not defined in the notebook."),
        ({"f": 3}, "`f` is not a function: something else was assigned to that name."),
        ({"f": None}, "`f` is not a function: something else was assigned to that name."),
    ],
)
def test_a_function_that_is_not_there_is_named(names, sentence):
    with pytest.raises(NotThere) as missing:
        student(**names).f(1)
    assert missing.value.text == sentence


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"answer": 3}, 3),
        ({"answer": lambda: [1, 2]}, [1, 2]),
        ({"answer": {"a": None}}, {"a": None}),
    ],
)
def test_the_value_of_a_name_that_may_be_a_function(names, expected):
    assert student(**names).request(op="value", name="answer") == expected


def test_an_expected_exception_passes():
    with student(f=failing).raises("KeyError"):
        student(f=failing).f()


@pytest.mark.parametrize(
    ("function", "wanted", "raised", "text"),
    [
        (failing, "ValueError", AssertionError, "ValueError was expected, KeyError was raised."),
        (len, "ValueError", AssertionError, "ValueError was expected, TypeError was raised."),
        (dict, "KeyError", AssertionError, "KeyError was expected, but nothing was raised."),
        (unfinished, "ValueError", StudentError, "NotImplementedError"),
        (None, "NameError", NotThere, "is not a function"),
    ],
)
def test_any_other_ending_is_told_from_the_expected_one(function, wanted, raised, text):
    notebook = student(f=function)
    with pytest.raises(raised, match=text), notebook.raises(wanted):
        notebook.f()


def test_an_unfinished_function_may_be_what_is_asked_for():
    notebook = student(f=unfinished)
    with notebook.raises("NotImplementedError"):
        notebook.f()


@pytest.mark.parametrize(
    ("reply", "type"),
    [
        (None, "TypeError"),
        ([], "TypeError"),
        ("ok", "TypeError"),
        ({}, "TypeError"),
        ({"ok": 1, "changed": [0]}, "TypeError"),
        ({"missing": 3}, "TypeError"),
        ({"error": "ValueError"}, "TypeError"),
        ({"error": {"type": "ValueError", "message": "text"}}, "ValueError"),
        ({"error": {}}, "Exception"),
        ({"error": {"type": "the hidden input was 3"}}, "Exception"),
        ({"error": {"type": "print"}}, "Exception"),
        ({"error": {"type": ["ValueError"]}}, "Exception"),
        ({"error": {"type": "__doc__", "lines": 5}}, "Exception"),
    ],
    ids=repr,
)
def test_a_reply_that_is_none_is_an_error_of_the_students(reply, type):
    with pytest.raises(StudentError) as raised:
        answering(reply).f()
    assert raised.value.type == type


def test_a_claim_that_an_object_is_missing_reveals_nothing_of_the_request():
    notebook = answering({"missing": "undefined"})
    with pytest.raises(StudentError) as raised:
        notebook.call(wire.Handle(1, "function", "def hidden(): return 42"), ())
    assert "42" not in raised.value.text


def test_bytes_that_nobody_can_read_are_an_error_of_the_students():
    notebook = Student(lambda request: wire.Frame(b"\xc1", ()))
    with pytest.raises(StudentError, match="nobody can read"):
        notebook.f()


def test_the_record_of_a_call_does_not_change_with_its_arguments():
    notebook, array = student(f=lambda x: x.fill(7)), np.zeros(2)
    notebook.f(array)
    array += 1
    [exchange] = notebook.exchanges
    assert wire.decode(exchange.request)["args"][0].tolist() == [0, 0]
    assert wire.decode(exchange.reply)["changed"][0].tolist() == [7, 7]


def test_a_seed_is_set_before_the_call():
    notebook = student(f=lambda: (random.random(), np.random.rand(), torch.rand(1).item()))
    first, again, other = (notebook.call("f", (), seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert not set(first) & set(other)


@pytest.mark.parametrize(
    "source",
    [
        "def first():\n    return 0\n\ndef last(x=lambda: 1):\n    return [y for y in [1]]",
        "def last():\n    return 1\n\nsquares = [x * x for x in [1, 2]]\nadd = lambda x: x",
        "import functools\n\n@functools.cache\ndef last():\n    return 1",
        "class last:\n    def inner(self):\n        return [x for x in [1]]",
        "def last():\n    return inner()\n\ninner = (lambda: 1)",
    ],
)
def test_what_is_defined_is_the_last_function_or_class(source):
    notebook = student(name_of=lambda item: getattr(item, "__name__", ""))
    assert notebook.name_of(notebook.define(source)) == "last"


def test_a_function_can_be_defined_on_the_other_side():
    notebook = student(f=lambda function, x: function(x) + 1)
    helper = notebook.define(
        "def first(x):\n    return x\n\ndef twice(x):\n    return 2 * first(x)"
    )
    assert notebook.f(helper, 5) == 11


@pytest.mark.parametrize(
    ("given", "forged"),
    [
        (np.ones(2), np.array([1j, 2j])),
        (np.ones(2), np.ones((2, 1))),
        (np.ones(2, np.int64), np.full(2, np.nan)),
        (torch.ones(2), torch.ones(2, dtype=torch.complex64)),
        ([1.0], {"a": 1}),
        ({"a": 1}, [1.0]),
    ],
    ids=str,
)
def test_a_change_into_another_kind_is_none(given, forged):
    before = given.clone() if isinstance(given, torch.Tensor) else given.copy()
    answering({"ok": None, "changed": {0: forged, "x": 5, 7: forged}}).f(given)
    assert given == like(before)


LENT = "def helper():\n    return 'lent'"


def using_a_helper(**names):
    """A student whose `f` calls what stands for `helper` among the names of the notebook."""
    exec("def f():\n    return helper()", names)
    return Student(twin(names))


def test_a_name_can_stand_for_what_a_test_has_defined_and_is_given_back():
    seen = using_a_helper(helper=lambda: "own")
    with seen.bound("helper", seen.define(LENT)):
        assert seen.f() == "lent"
    assert seen.f() == "own"


def test_a_name_that_was_not_there_is_not_there_afterwards():
    seen = using_a_helper()
    with pytest.raises(StudentError), seen.bound("helper", seen.define(LENT)):
        seen.f("too much")
    with pytest.raises(StudentError, match="NameError"):
        seen.f()
