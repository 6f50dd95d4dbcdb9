"""One pytest session over many submissions, and what is said of hidden tests that are wrong."""

from contextlib import contextmanager, nullcontext

import numpy as np
import pytest

from autograder.check.judge import Judge
from autograder.check.student import twin
from autograder.core.errors import CourseError
from autograder.core.outcome import Outcome
from autograder.sandbox.channel import Lost

SUM = '''\
from autograder.check import points


@points("double", {number})
def test_one(student):
    """One."""


@points("double", 0.1)
def test_two(student):
    """Two."""
'''


def right(values):
    """What is asked for."""
    return 2.0 * values


def flat(values):
    """A wrong answer."""
    return 0.0 * values


def impatient(values):
    """A wrong answer that also changes its argument."""
    values *= 2
    return values


def stub(values):
    """What students start from."""
    raise NotImplementedError


def over(**names):
    """A line to the same names for every question."""
    return lambda question: nullcontext(twin(names))


def judged(judge, double, seed=0):
    """The checks of one submission."""
    return judge.examine(over(double=double), seed).checks


def test_a_submission_gets_a_check_for_every_test(judge):
    [first, second] = judged(judge, right)
    assert (first.id, first.question, first.title) == (
        *("test_doubles", "double", "Every value is doubled."),
    )
    assert (first.outcome, first.possible, first.message, first.hint) == (
        *(Outcome.PASSED, 1.0, "", ""),
    )
    assert second.outcome is Outcome.PASSED


def test_many_submissions_one_after_the_other_do_not_mix(judge):
    found = [
        [check.outcome.value for check in judged(judge, double)]
        for double in (right, flat, impatient, stub, right)
    ]
    assert found == [
        *(["PASSED", "PASSED"], ["FAILED", "PASSED"], ["PASSED", "FAILED"]),
        *(["SKIPPED", "SKIPPED"], ["PASSED", "PASSED"]),
    ]


def test_a_failed_check_says_what_was_seen_and_hints(judge):
    [first, _] = judged(judge, flat)
    [_, second] = judged(judge, impatient)
    assert (first.message, first.hint) == (
        "The shape is right, but most values are not.",
        "Try -1.",
    )
    assert second.message == "Your function changed its argument."


def test_the_same_seed_asks_the_same_questions(judge):
    asked = []

    def listening(values):
        asked.append(values.tolist())
        return 2 * values

    for seed in (0, 0, 1):
        judged(judge, listening, seed)
    first, again, other = asked[:2], asked[2:4], asked[4:]
    assert first == again
    assert first != other
    assert first[0] != first[1]


def test_only_the_tests_of_one_question_are_run(judge):
    assert judge.examine(over(double=right), only=judge.tests("another")).checks == []
    assert len(judge.examine(over(double=right), only=judge.tests("double")).checks) == 2


def test_a_line_that_is_lost_costs_its_check_and_no_other(judge):
    @contextmanager
    def line(question):
        raise Lost(Outcome.TIMED_OUT, "Too slow.")
        yield

    lost = [(check.outcome, check.message) for check in judge.examine(line).checks]
    assert lost == [(Outcome.TIMED_OUT, "Too slow.")] * 2
    assert [check.outcome for check in judged(judge, right)] == [Outcome.PASSED] * 2


def shout(text):
    """Raise it."""
    raise ValueError(text)


@pytest.mark.parametrize(
    "smuggle",
    [
        shout,
        lambda text: shout(AssertionError(text)),
        lambda text: type(text, (Exception,), {})(),
        lambda text: type(text, (), {})(),
        lambda text: text,
        lambda text: {text: 1},
        lambda text: [text],
        lambda text: np.array([text]),
        lambda text: shout(f"\nassert {text}"),
    ],
)
def test_no_hidden_input_comes_back_in_what_a_student_reads(judge, smuggle):
    asked = []

    def double(values):
        asked.extend(map(str, values))
        return smuggle(", ".join(map(str, values)))

    checks = judged(judge, double)
    assert len(asked) == 6
    read = " ".join(f"{check.title} {check.message} {check.hint}" for check in checks)
    assert not [number for number in asked if number[:6] in read]


OURS = '''\
from autograder.check import like, points


@points("double", 2)
def test_is_broken(student):
    """Ours."""
    {body}
'''


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("undefined_name", Outcome.BROKEN),
        ("open('/nowhere/at/all')", Outcome.BROKEN),
        ("raise SystemExit", Outcome.BROKEN),
        ("import pytest; pytest.fail('3.14')", Outcome.BROKEN),
        ("import pytest; pytest.skip('3.14')", Outcome.BROKEN),
        ("student.double(1.0)['a']", Outcome.FAILED),
        ("student.double([1.0]).shape", Outcome.FAILED),
        ("student.double(student.double(1.0))", Outcome.FAILED),
    ],
)  # fmt: skip
def test_an_error_in_a_test_is_ours_before_and_the_students_after_an_answer(
    assignment, body, outcome
):
    with Judge(assignment(OURS.format(body=body))) as judge:
        [check] = judged(judge, lambda values: {"what cannot travel": len})
    assert check.outcome is outcome
    assert "3.14" not in check.message


def test_a_long_nested_answer_is_the_students_fault(judge):
    deep = []
    for _ in range(450):
        deep = [deep]
    assert judged(judge, lambda values: deep)[0].outcome is Outcome.FAILED


def test_an_answer_with_infinite_values_is_compared_all_the_same(judge):
    [check, _] = judged(judge, lambda values: np.array([np.inf, 1e308, -1e308]))
    assert check.message == "The shape is right, but some values are NaN or infinite."


DIFFERS = '''\
import numpy as np

from autograder.check import points


@points("double", 1)
def test_differs(student):
    """Works with what comes back."""
    found = student.double(np.ones(2))
    assert (found - found == 0).all(), "They differ."
'''


def test_numbers_that_nobody_can_work_with_are_no_warnings_of_ours(assignment):
    with Judge(assignment(hidden_tests=DIFFERS, points=1.0)) as judge:
        [check] = judged(judge, lambda values: values + np.inf)
    assert (check.outcome, check.message) == (Outcome.FAILED, "They differ.")


@pytest.mark.parametrize(
    ("hidden_tests", "points", "complaint"),
    [
        (SUM.format(number=1), 2.0,
         "the tests of double are worth 1.1 points. assignment.yaml says 2; change one of the two"),
        (SUM.format(number=2), 2.0, "the tests of double are worth 2.1 points"),
        ("", 2.0, "the tests of double are worth 0 points"),
        (SUM.format(number=1).replace('"double", 0.1', '"doubel", 0.1'), 1.0,
         "test_two has no @points, or for a question that is not in assignment.yaml. "
         "Known questions: double"),
        (SUM.format(number=1) + "\n\ndef test_three(student):\n    pass\n", 1.1,
         "test_three has no @points"),
        ("def broken(:\n", 2.0, "SyntaxError: invalid syntax"),
        ("1 / 0\n", 2.0, "ZeroDivisionError: division by zero"),
        ("import nowhere_to_be_found\n", 2.0, "No module named 'nowhere_to_be_found'"),
        ('from autograder.check import points\n\n@points("double")\ndef test_one(student):\n'
         "    pass\n", 2.0, "missing 1 required positional argument: 'number'"),
    ],
)  # fmt: skip
def test_hidden_tests_that_are_wrong_are_refused_before_any_student(
    assignment, hidden_tests, points, complaint
):
    made = assignment(hidden_tests, points=points)
    with pytest.raises(CourseError) as refused:
        Judge(made)
    assert complaint in str(refused.value)
    assert str(refused.value).startswith(f"{made.hidden_tests}: ")


def test_sums_of_points_are_exact(assignment):
    with Judge(assignment(SUM.format(number=0.2), points=0.3)) as judge:
        assert [check.possible for check in judged(judge, right)] == [0.2, 0.1]


def test_two_assignments_in_one_process_keep_their_own_tests(judge, assignment):
    with Judge(assignment(SUM.format(number=1.9))) as other:
        assert [check.id for check in judged(other, right)] == ["test_one", "test_two"]
        assert judged(judge, right)[0].id == "test_doubles"


def test_hidden_tests_that_are_missing_are_a_complaint_and_not_a_wait(assignment):
    made = assignment()
    made.hidden_tests.unlink()
    with pytest.raises(CourseError, match=r"hidden_tests\.py: the file is missing"):
        Judge(made)


@pytest.mark.parametrize(
    ("reference", "complaint"),
    [
        ("def double(:", "SyntaxError"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(0)", "SystemExit: 0"),
    ],
)
def test_a_reference_that_does_not_load_is_named(assignment, reference, complaint):
    made = assignment(reference=reference)
    with pytest.raises(CourseError, match=complaint) as refused:
        Judge(made)
    assert str(refused.value).startswith(f"{made.reference_file}: ")


HANDS_OUT = '''\
import numpy as np
import torch

from autograder.check import points

ARRAY, TENSOR, LIST, DICT = np.ones(2), torch.ones(2), [1.0, [2.0]], {"a": np.ones(2)}


@points("double", 2)
def test_hands_out(student):
    """What outlives the test is handed out, and can be seen to be changed."""
    for given in (ARRAY, TENSOR, LIST, DICT, DICT):
        student.double(given)
    assert (ARRAY.sum(), TENSOR.sum(), LIST, list(DICT)) == (0, 0, [], ["b"])
'''


def overwrites(value):
    """Writes into whatever it is given."""
    if isinstance(value, list):
        value.clear()
    elif isinstance(value, dict):
        value.clear()
        value["b"] = 3
    else:
        value[:] = 0


def test_what_a_student_overwrites_is_met_by_nobody_else(assignment):
    with Judge(assignment(hidden_tests=HANDS_OUT)) as judge:
        [item] = judge._loop.items
        for _ in range(2):
            [check] = judge.examine(lambda _: nullcontext(twin({"double": overwrites}))).checks
            assert check.outcome is Outcome.PASSED, check.message
            kept = vars(item.module)
            assert (kept["ARRAY"].sum(), kept["TENSOR"].sum()) == (2, 2)
            assert kept["LIST"] == [1.0, [2.0]]
            assert list(kept["DICT"]) == ["a"]
