"""Checks that share a fork: whatever one does to the notebook, the next one does not feel it."""

import pytest

from autograder.check.student import Student, StudentError
from autograder.core.outcome import Outcome
from autograder.sandbox.channel import Lost
from autograder.sandbox.lines import Lines


def verdicts(session, count=4, question="f"):
    """Whether `f() == "right"` in each of `count` checks, judged as the judge does; and the forks.

    The forks are counted by the names that the notebook's processes go by.
    """
    forks, passed = set(), []

    def once(lines):
        try:
            with lines.line(question) as ask:
                student = Student(ask)
                forks.add(student.pid())
                return Outcome.PASSED if student.f() == "right" else Outcome.FAILED
        except StudentError as error:
            unwritten = error.type == "NotImplementedError"
            return Outcome.SKIPPED if unwritten else Outcome.RAISED
        except Lost as lost:
            return lost.outcome

    with Lines(session) as lines:
        for _ in range(count):
            outcome = once(lines)
            if lines.again(question, outcome):
                outcome = once(lines)
            passed.append(outcome is Outcome.PASSED)
    return passed, len(forks)


PID = "import os\ndef pid():\n    return os.getpid()"
COUNTS = "calls = 0\ndef f():\n    global calls\n    calls += 1\n"


def test_one_fork_answers_all_checks_that_pass(opened):
    session, _ = opened(PID, "def f():\n    return 'right'")
    assert verdicts(session) == ([True] * 4, 1)


@pytest.mark.parametrize(
    "spoilt",
    [
        "    return 'right' if calls == 1 else 'wrong'",
        "    return 'right' if calls == 1 else 1 / 0",
        "    return 'right' if calls == 1 else os._exit(1)",
        "    while calls > 1: pass\n    return 'right'",
        "    x = bytearray(20 << 20) if calls == 1 else bytearray(1 << 40)\n    return 'right'",
    ],
)
def test_what_one_check_spoils_costs_the_next_one_nothing(opened, spoilt):
    session, _ = opened(PID, COUNTS + spoilt, call_seconds=3)
    passed, forks = verdicts(session)
    assert passed == [True] * 4
    assert forks > 3


def test_a_notebook_that_is_right_only_once_it_was_used_is_wrong(opened):
    session, _ = opened(PID, COUNTS + "    return 'right' if calls > 1 else 'wrong'")
    assert verdicts(session) == ([False] * 4, 4)


def test_a_stub_needs_one_fork(opened):
    session, _ = opened(PID, "def f():\n    raise NotImplementedError")
    assert verdicts(session) == ([False] * 4, 1)


def test_many_stubs_need_one_fork_together(opened):
    session, _ = opened(PID, "def f():\n    raise NotImplementedError")
    with Lines(session) as lines:
        forks = set()
        for question in "abc":
            with lines.line(question) as ask:
                forks.add(Student(ask).pid())
            assert not lines.again(question, Outcome.SKIPPED)
    assert len(forks) == 1


def test_a_stub_after_an_answer_is_asked_once_more(opened):
    session, _ = opened(PID)
    with Lines(session) as lines:
        for question, outcome, again in (
            *(("a", Outcome.PASSED, False), ("b", Outcome.SKIPPED, True)),
            *(("b", Outcome.SKIPPED, False), ("c", Outcome.SKIPPED, False)),
            *(("d", Outcome.FAILED, True), ("d", Outcome.FAILED, False)),
        ):
            with lines.line(question) as ask:
                Student(ask).pid()
            assert lines.again(question, outcome) == again


def test_a_stub_that_is_none_once_it_was_used_is_wrong(opened):
    stub = "    if calls == 1:\n        raise NotImplementedError\n    return 'right'"
    session, _ = opened(PID, COUNTS + stub)
    assert verdicts(session)[0] == [False] * 4


def test_the_time_lost_in_a_used_fork_is_given_back(opened):
    session, _ = opened(
        PID, COUNTS + "    while calls > 1: pass\n    return 'right'",
        call_seconds=2, question_seconds=3,
    )  # fmt: skip
    assert verdicts(session)[0] == [True] * 4


def test_handles_are_numbered_anew_for_every_check(opened):
    session, _ = opened("class Thing:\n    pass")
    numbers = []
    with Lines(session) as lines:
        for _ in range(2):
            with lines.line("Thing") as ask:
                numbers.append(Student(ask).Thing().target.id)
    assert numbers == [1, 1]


def test_questions_share_a_fork_but_not_their_time(opened):
    session, _ = opened(PID, "import time\ndef f():\n    time.sleep(1)", question_seconds=1.5)
    with Lines(session) as lines:
        forks = set()
        for question in ("f", "g"):
            with lines.line(question) as ask:
                student = Student(ask)
                forks.add(student.pid())
                student.f()
    assert len(forks) == 1


def test_the_next_question_goes_on_where_a_failed_one_has_ended(opened):
    session, _ = opened(PID)
    with Lines(session) as lines:
        forks = []
        for question, outcome in (
            ("a", Outcome.PASSED), ("b", Outcome.FAILED), ("b", Outcome.FAILED),
            ("b", Outcome.FAILED), ("c", Outcome.PASSED), ("b", Outcome.PASSED),
        ):  # fmt: skip
            with lines.line(question) as ask:
                forks.append(Student(ask).pid())
            lines.again(question, outcome)
    names = dict(zip(dict.fromkeys(forks), "ABCD", strict=True))
    assert "".join(names[fork] for fork in forks) == "AABCCD"


def test_nothing_goes_on_in_a_fork_that_owes_an_answer(opened):
    session, _ = opened(PID, "import time\ndef f():\n    time.sleep(60)", call_seconds=1)
    with Lines(session) as lines:
        with lines.line("f") as ask, pytest.raises(Lost):
            Student(ask).f()
        assert not lines.again("f", Outcome.FAILED)
        with lines.line("g") as ask:
            assert Student(ask).pid()


COUNTED = """
def counted():
    with open('/tmp/asked', 'ab') as file:
        file.write(b'x')
        return file.tell() - 1
def f():
    answer = ANSWERS[counted()]
    if answer == 'unwritten':
        raise NotImplementedError
    return answer
"""


def test_who_claims_not_to_be_written_gets_no_second_try_for_a_later_check(opened):
    answers = ["right", "wrong", "wrong", "unwritten", "wrong", "right"]
    session, _ = opened(PID, f"ANSWERS = {answers}", COUNTED)
    assert verdicts(session)[0] == [True, False, False, False]
