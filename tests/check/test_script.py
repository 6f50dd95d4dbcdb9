"""Requests that are sent ahead, and replies that were judged before: the verdicts stay the same."""

from contextlib import contextmanager

import pytest

from autograder.check.judge import Judge
from autograder.check.script import Script, digest
from autograder.core.outcome import Outcome
from autograder.sandbox.channel import Lost
from autograder.sandbox.guest import wire
from autograder.sandbox.guest.namespace import Namespace
from autograder.sandbox.lines import Played

TWO_CALLS = '''\
from autograder.check import like, points

judged = []


@points("double", 2)
def test_twice(student, rng):
    """Two calls, the second with what came back from the first."""
    judged.append(1)
    first = student.double(rng.standard_normal(3))
    assert student.double({second}) == like(2 * first)


@points("double", 0.5)
def test_counts(student):
    """How often this was judged."""
    assert len(judged) == student.count()
'''
THIRD = "first / 3) * (3"  # which nobody can tell to be made of the first answer


class Stage:
    """An in-memory notebook that can be played to, and notes what it was asked."""

    def __init__(self, last=100, **names):
        self.names, self.last = names, last  # number of the last request that is answered
        self.played, self.asked, self.left = 0, 0, 0
        self.sent = []  # how many requests each time
        self._answer = None

    @contextmanager
    def line(self, question):
        ask = Namespace(dict(self.names)).answer

        def counted(request):
            self.asked += 1
            return ask(request)

        yield counted

    def play(self, question, requests, further=False):
        self.sent.append(len(requests))
        if not further:
            self.played += 1
            self._answer = Namespace(dict(self.names)).answer
        lost = Lost(Outcome.TIMED_OUT, "Too slow.") if len(requests) > self.last else None
        return Played(tuple(self._answer(request) for request in requests[: self.last]), lost)

    def leave(self, question):
        self.left += 1


def right(values):
    """What is asked for."""
    return 2.0 * values


def wrong(values):
    """Something else."""
    return 3.0 * values


def outcomes(judge, stage):
    """How the checks end on a stage."""
    return [each.outcome.value for each in judge.examine(stage.line, stage=stage).checks]


def test_the_second_notebook_is_sent_everything_ahead(judge):
    first, second = Stage(double=right), Stage(double=right)
    assert outcomes(judge, first) == outcomes(judge, second) == ["PASSED", "PASSED"]
    assert (first.asked, first.played) == (2, 0)
    assert (second.asked, second.played) == (0, 2)


def test_other_replies_are_judged_by_themselves(judge):
    for double, expected in ((right, "PASSED"), (wrong, "FAILED"), (right, "PASSED")):
        assert outcomes(judge, Stage(double=double))[0] == expected


@pytest.fixture
def two_calls(assignment):
    """A function that makes a judge whose first test makes two calls."""
    made = []

    def two_calls(second):
        tests = TWO_CALLS.replace("{second}", second)
        made.append(Judge(assignment(hidden_tests=tests, points=2.5)))
        return made[-1]

    yield two_calls
    for judge in made:
        judge.close()


def test_a_reply_that_was_judged_before_is_not_judged_again(two_calls):
    judge = two_calls("first")
    names = {"double": right, "count": lambda: 1}
    for _ in range(3):
        assert outcomes(judge, Stage(**names)) == ["PASSED", "PASSED"]
    assert outcomes(judge, Stage(double=right, count=lambda: 2))[1] == "FAILED"  # it was once


def test_a_test_that_asks_for_something_else_is_run_as_it_is(two_calls):
    judge = two_calls(THIRD)
    assert outcomes(judge, Stage(double=right, count=lambda: 1))[0] == "PASSED"
    stage = Stage(double=lambda values: 2.0 * values + 1, count=lambda: 1)
    live = Stage(double=stage.names["double"], count=lambda: 1)
    assert outcomes(judge, stage)[0] == judge.examine(live.line).checks[0].outcome == "FAILED"
    assert stage.left == 1
    assert stage.asked == 2


def test_a_test_that_is_run_as_it_is_has_not_broken_before(two_calls):
    judge = two_calls(THIRD)
    assert outcomes(judge, Stage(double=right, count=lambda: 1))[0] == "PASSED"
    stage = Stage(double=lambda values: 2.0 * values + 1, count=lambda: 1)
    assert judge.examine(stage.line, stage=stage).broken == []
    assert stage.left == 1


def test_where_ways_have_parted_nothing_is_sent_before_it_is_known_what_will_be_asked(two_calls):
    judge = two_calls("first")
    other = {"double": lambda values: 2.0 * values + 1, "count": lambda: 1}
    usual = {"double": right, "count": lambda: 1}
    assert outcomes(judge, Stage(**usual))[0] == "PASSED"
    assert outcomes(judge, Stage(**other))[0] == "FAILED"  # the second call is another
    for names, outcome, sent in (
        (other, "FAILED", [1, 1]),
        (usual, "PASSED", [1, 1]),  # judged: it may part here
        (usual, "PASSED", [1, 1]),  # known to go on after this reply
        (other, "FAILED", [1, 1]),
    ):
        stage = Stage(**names)
        assert outcomes(judge, stage)[0] == outcome
        assert (stage.left, stage.asked, stage.sent[:2]) == (0, 0, sent)
        assert len(judge.examine(stage.line, stage=stage).exchanges["test_twice"]) == 2


def test_a_call_that_hangs_where_ways_have_parted_is_told_like_any_other(two_calls):
    judge = two_calls("first")
    names = {"double": right, "count": lambda: 1}
    assert outcomes(judge, Stage(**names))[0] == "PASSED"
    outcomes(judge, Stage(double=lambda values: 2.0 * values + 1, count=lambda: 1))
    for answer in (right, lambda values: 2.0 * values + 1):
        stage = Stage(double=answer, count=lambda: 1, last=1)
        stage.play = hanging(stage.play)
        assert outcomes(judge, stage)[0] == "TIMED_OUT"


def test_time_that_is_used_up_where_ways_have_parted_is_held_against_nobody_else(two_calls):
    judge = two_calls("first")
    names = {"double": right, "count": lambda: 1}
    other = {"double": lambda values: 2.0 * values + 1, "count": lambda: 1}
    assert outcomes(judge, Stage(**names))[0] == "PASSED"
    outcomes(judge, Stage(**other))
    for given in (names, other):
        stage = Stage(**given)
        stage.play = hanging(stage.play, outright=True)
        assert outcomes(judge, stage)[0] == "TIMED_OUT"
    assert outcomes(judge, Stage(**names))[0] == "PASSED"
    assert outcomes(judge, Stage(**other))[0] == "FAILED"


def hanging(play, outright=False):
    """A stage's `play` that gives no answer to what comes later."""

    def hangs(question, requests, further=False):
        lost = Lost(Outcome.TIMED_OUT, "Too slow.")
        if further and outright:
            raise lost
        return Played((), lost) if further else play(question, requests)

    return hangs


def test_a_call_that_hangs_is_told_like_any_other(two_calls):
    judge = two_calls(THIRD)
    names = {"double": right, "count": lambda: 1}
    outcomes(judge, Stage(**names))
    examined = judge.examine((stage := Stage(last=1, **names)).line, stage=stage)
    assert examined.checks[0].outcome is Outcome.TIMED_OUT
    assert len(examined.exchanges["test_twice"]) == 2
    assert outcomes(judge, Stage(**names))[0] == "PASSED"  # nothing of it was remembered


def test_forbidden_names_that_one_notebook_calls_are_not_held_against_the_next(judge, monkeypatch):
    monkeypatch.setitem(judge.assignment.forbidden, "double", ("numpy.convolve",))
    code = compile(
        "def double(x):\n    np.convolve(x, x)\n    return 2.0 * x", "<ipython-input-1>", "exec"
    )
    names = {"np": __import__("numpy")}
    exec(code, names)
    found = []
    for double in (right, right, names["double"], names["double"], right, names["double"]):
        stage = Stage(double=double)
        found.append(bool(judge.examine(stage.line, 7, stage=stage).noticed["double"]))
    assert found == [False, False, True, True, False, True]


FORGETS = '''\
from autograder.check import like, points


@points("double", 2)
def test_forgets(student):
    """What takes too long to be replayed is kept from the diagnosis."""
    try:
        first, second = student.double(1.0), student.double(2.0)
    finally:
        del student.exchanges[1:]
    assert (first, second) == (2.0, 4.0)
'''


def test_a_test_may_keep_exchanges_from_the_diagnosis(assignment):
    with Judge(assignment(hidden_tests=FORGETS)) as judge:
        for double, outcome in ((right, "PASSED"), (right, "PASSED"), (wrong, "FAILED")) * 2:
            stage = Stage(double=double)
            examined = judge.examine(stage.line, stage=stage)
            assert [each.outcome.value for each in examined.checks] == [outcome]
            assert len(examined.exchanges["test_forgets"]) == 1
            assert stage.left == 0  # all that it asks was sent ahead


def test_what_the_reference_is_asked_is_known_before_the_first_notebook(two_calls):
    judge = two_calls("first")
    judge._loop.reference.count = lambda: 1
    for _ in range(2):
        judge.rehearse()
    stage = Stage(double=right, count=lambda: 1)
    assert outcomes(judge, stage) == ["PASSED", "PASSED"]
    assert (stage.asked, stage.played) == (0, 2)


def test_what_takes_long_to_learn_is_learned_from_the_first_notebook_that_passes(
    two_calls, monkeypatch
):
    monkeypatch.setattr("autograder.check.judge.REHEARSAL", 0.0)
    judge = two_calls("first")
    judge.rehearse()
    for asked in (3, 0):
        stage = Stage(double=right, count=lambda: 1)
        assert outcomes(judge, stage) == ["PASSED", "PASSED"]
        assert stage.asked == asked


@pytest.mark.parametrize("second", ["first", "-first) * (-1"])
def test_what_tells_an_answer_is_not_sent_before_the_answer_is_given(two_calls, second):
    judge = two_calls(second)
    judge._loop.reference.count = lambda: 1
    judge.rehearse()
    for sent in ([1, 1, 1], [1, 1, 1]):
        stage = Stage(double=right, count=lambda: 1)
        assert outcomes(judge, stage) == ["PASSED", "PASSED"]
        assert stage.sent == sent


def test_frames_with_the_same_bytes_cut_in_another_way_are_told_apart():
    frames = [
        [wire.Frame(b"ab", ()), wire.Frame(b"c", ())],
        [wire.Frame(b"a", ()), wire.Frame(b"bc", ())],
        [wire.Frame(b"ab", (memoryview(b"c"),))],
        [wire.Frame(b"abc", ())],
        [wire.Frame(b"", (memoryview(b"ab"), memoryview(b"c")))],
    ]
    assert len({digest(each) for each in frames}) == len(frames)


def test_what_is_remembered_has_a_bound(monkeypatch):
    monkeypatch.setattr("autograder.check.script.ENDINGS", 3)
    script = Script(())
    for number in range(10):
        script.remember(digest([wire.encode(number)]), None)
        assert len(script.endings) <= 3


BREAKS = '''\
from autograder.check import points


@points("double", 2)
def test_breaks(student):
    """Ours breaks where two comes back."""
    if student.double(1) == 2:
        raise OSError("ours")
'''


def test_a_check_that_broke_is_told_of_each_time(assignment):
    with Judge(assignment(hidden_tests=BREAKS)) as judge:
        told = []
        for value in (1, 2, 2, 2):
            stage = Stage(double=lambda _, value=value: value)
            told.append(len(judge.examine(stage.line, stage=stage).broken))
    assert told == [0, 1, 1, 1]
