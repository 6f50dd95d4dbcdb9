"""What it costs to be late, which dates are understood, and what is refused with a sentence."""

from datetime import UTC, datetime, timedelta

import pytest

from autograder.core.course import Course
from autograder.core.errors import CourseError
from autograder.core.rules import Late, moment, seconds_late

HOUR, DAY = 3600, 86400
NOON = datetime(2026, 11, 30, 12)


@pytest.mark.parametrize(
    ("late", "seconds", "penalty"),
    [
        (Late(), 9 * DAY, 0),
        (Late(percent_per_day=10), 0, 0),
        (Late(percent_per_day=10), 1, 0.8),
        (Late(percent_per_day=10), DAY, 0.8),
        (Late(percent_per_day=10), DAY + 1, 1.6),
        (Late(percent_per_day=10), 99 * DAY, 8),
        (Late(percent_per_day=10, most_percent=50), 99 * DAY, 4),
        (Late(percent_per_day=10, grace_minutes=30), 1800, 0),
        (Late(percent_per_day=10, grace_minutes=30), 1801, 0.8),
        (Late(percent_per_day=10, zero_after_days=2), 2 * DAY, 1.6),
        (Late(percent_per_day=10, zero_after_days=2), 2 * DAY + 1, 8),
        (Late(zero_after_days=0), 1, 8),
        (Late(own=lambda earned, seconds: 0.5 * seconds / HOUR), 3 * HOUR, 1.5),
        (Late(own=lambda earned, seconds: 100), HOUR, 8),
        (Late(own=lambda earned, seconds: -1), HOUR, 0),
        (Late(own=lambda earned, seconds: None), HOUR, 0),
    ],
)
def test_what_goes_off_eight_points(late, seconds, penalty):
    assert late.penalty(8, seconds) == pytest.approx(penalty)


@pytest.mark.parametrize("earned", [0, -1, 0.004, 1 / 3, 7.777])
def test_never_more_is_taken_off_than_there_is(earned):
    assert 0 <= Late(zero_after_days=0).penalty(earned, 1) <= max(earned, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-30 23:59 Europe/Berlin", datetime(2026, 11, 30, 22, 59, tzinfo=UTC)),
        ("2026-11-30 23:59:30 UTC", datetime(2026, 11, 30, 23, 59, 30, tzinfo=UTC)),
        ("2026-07-01 00:00 +05:30", datetime(2026, 6, 30, 18, 30, tzinfo=UTC)),
        ("2026-10-25 02:30 Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),  # the later
    ],
)
def test_a_date_is_a_moment(text, expected):
    assert moment(text).astimezone(UTC) == expected


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (
            {"due": {"01_a": "2026-11-30 23:59"}},
            "due of 01_a is '2026-11-30 23:59'; write",
        ),
        ({"due": {"01_a": "2026-11-31 23:59 UTC"}}, "which is no date, time and zone"),
        ({"due": {"01_a": "2026-11-30 23:59 Europe/Berlim"}}, "unknown time zone 'Europe/Berlim'"),
        ({"due": {"01_a": "2026-11-30 23:59 ../../etc"}}, "which is no date, time and zone"),
        ({"due": {"01_a": NOON}}, "due of 01_a is datetime"),
        ({"due": {"02_b": "2026-11-30 23:59 UTC"}}, "names '02_b', which is not among"),
        ({"due": "2026-11-30 23:59 UTC"}, "due must be a mapping"),
        ({"late": "10 %"}, "late is '10 %'; write such as Late"),
        ({"counting": "average"}, "counting is 'average'; use one of: last, best, first"),
        ({"attempts": -1}, "attempts is -1; use a whole number"),
    ],
)
def test_rules_that_are_none_are_refused_with_a_sentence(given, complaint):
    with pytest.raises(ValueError, match=complaint.replace("(", r"\(")):
        Course("cnn", ["01_a"], **given)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"percent_per_day": 110}, "late.percent_per_day is 110; use 0 to 100"),
        ({"percent_per_day": "10"}, "late.percent_per_day is '10'; use a number"),
        ({"most_percent": -5}, "late.most_percent is -5"),
        ({"grace_minutes": float("inf")}, "late.grace_minutes is inf"),
        ({"zero_after_days": True}, "late.zero_after_days is True"),
        ({"own": 3}, "late.own is no function"),
        ({"own": max, "percent_per_day": 1}, "late has both own and percent_per_day"),
    ],
)
def test_a_policy_that_is_none_is_refused_with_a_sentence(given, complaint):
    with pytest.raises(ValueError, match=complaint):
        Late(**given)


@pytest.mark.parametrize(
    ("own", "complaint"),
    [
        (lambda earned, seconds: 1 / 0, "raised ZeroDivisionError: division by zero. Mend"),
        (lambda earned, seconds: "much", "gave 'much' for 8 points, 60 s late. Let it give"),
        (lambda earned, seconds: float("nan"), "gave nan"),
        (lambda earned: 0, "raised TypeError"),
    ],
)
def test_a_function_of_the_course_that_fails_is_named(own, complaint):
    with pytest.raises(CourseError, match=r"course_config\.py: late: `<lambda>`") as refused:
        Late(own=own).penalty(8, 60)
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("handed_in", "due", "extension", "late"),
    [
        (NOON, NOON, None, 0),
        (NOON + timedelta(seconds=1), NOON, None, 1),
        (NOON + timedelta(hours=3), NOON, timedelta(hours=2), HOUR),
        (NOON + timedelta(hours=3), NOON, timedelta(days=1), 0),
        (None, NOON, None, 0),
        (NOON, None, timedelta(hours=1), 0),
    ],
)
def test_lateness_is_reckoned_from_the_due_date_and_the_extension(handed_in, due, extension, late):
    assert seconds_late(handed_in, due, extension) == late
