"""When a submission is due, what it costs to be late, and which of several attempts counts."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from autograder.core.errors import CourseError

DAY = 24 * 60 * 60  # seconds
COUNTING = ("last", "best", "first")
EXAMPLE = '"2026-11-30 23:59 Europe/Berlin"'

Own = Callable[[float, float], float | None]


@dataclass(frozen=True)
class Late:
    """What is taken off for being late.

    Nothing within `grace_minutes`. Then `percent_per_day` of what was earned for each day begun
    since the due date, `most_percent` at most; everything after `zero_after_days`. Or what `own`
    says: a function of the points earned and the seconds late.
    """

    grace_minutes: float = 0
    percent_per_day: float = 0
    most_percent: float = 100
    zero_after_days: float | None = None
    own: Own | None = None

    def __post_init__(self) -> None:
        for name in ("grace_minutes", "percent_per_day", "most_percent", "zero_after_days"):
            value = getattr(self, name)
            if value is not None and not is_amount(value):
                raise ValueError(f"late.{name} is {value!r}; use a number of 0 or more")
        for name in ("percent_per_day", "most_percent"):
            if getattr(self, name) > 100:
                raise ValueError(f"late.{name} is {getattr(self, name)!r}; use 0 to 100")
        if self.own is not None and not callable(self.own):
            raise ValueError("late.own is no function; name one that takes (earned, seconds_late)")
        if self.own is not None and self.percent_per_day:
            raise ValueError("late has both own and percent_per_day; leave out one of them")

    def penalty(self, earned: float, seconds: float) -> float:
        """The points that go off `earned` for `seconds` late, in hundredths, never more than it."""
        if earned <= 0 or seconds <= 60 * self.grace_minutes:
            return 0.0
        return max(0.0, min(round(self._asked(earned, seconds), 2), earned))

    def _asked(self, earned: float, seconds: float) -> float:
        if self.zero_after_days is not None and seconds > self.zero_after_days * DAY:
            return earned
        if self.own is not None:
            return asked_by(self.own, earned, seconds)
        percent = min(self.percent_per_day * math.ceil(seconds / DAY), self.most_percent)
        return earned * percent / 100


@dataclass(frozen=True)
class Rules:
    """What turns verdicts on attempts into one assignment's grades.

    `due` is None where the course says nothing: then the gradebook's own due date stays. `never`
    says that there is none. `extensions` are by student.
    """

    due: datetime | None = None
    never: bool = False
    late: Late = field(default_factory=Late)
    counting: str = "last"
    attempts: int = 0  # how many count at most; 0: any number
    extensions: Mapping[str, timedelta] = field(default_factory=dict)


def moment(text: object) -> datetime:
    """`2026-11-30 23:59 Europe/Berlin` as a moment; ValueError for anything else.

    Where clocks are put back and show a time twice, the later one is meant.
    """
    parts = text.split() if isinstance(text, str) else []
    if len(parts) != 3:
        raise ValueError(f"is {text!r}; write date, time and time zone, such as {EXAMPLE}")
    day, clock, zone = parts
    try:
        if zone[0] in "+-":
            return datetime.fromisoformat(f"{day}T{clock}{zone}")
        naive = datetime.fromisoformat(f"{day}T{clock}")
        if naive.tzinfo is None:
            return naive.replace(tzinfo=ZoneInfo(zone), fold=1)
    except ZoneInfoNotFoundError:
        raise ValueError(f"names the unknown time zone {zone!r}; write such as {EXAMPLE}") from None
    except (ValueError, OSError):  # no such date; a zone that is a folder
        pass
    raise ValueError(f"is {text!r}, which is no date, time and zone; write such as {EXAMPLE}")


def seconds_late(
    handed_in: datetime | None, due: datetime | None, extension: timedelta | None
) -> float:
    """How late a submission came, as nbgrader counts: 0 where a time is not known."""
    if handed_in is None or due is None:
        return 0.0
    return max(0.0, (handed_in - due - (extension or timedelta())).total_seconds())


def in_utc(known: datetime) -> datetime:
    """A moment as nbgrader's database has it: in UTC, without saying so."""
    return known.astimezone(UTC).replace(tzinfo=None)


def is_amount(value: object) -> bool:
    """Whether a setting is a number of 0 or more."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value < math.inf  # type: ignore[operator] # a number


def asked_by(own: Own, earned: float, seconds: float) -> float:
    """What the course's own function takes off; CourseError where it fails or gives no number."""
    name = getattr(own, "__name__", "own")
    try:
        asked = own(earned, seconds)
    except Exception as error:  # whatever the author's function raises
        what = f"`{name}` raised {type(error).__name__}: {error}"
        raise CourseError("course_config.py: late", what, "Mend that function") from error
    if asked is None:
        return 0.0
    if not isinstance(asked, int | float) or isinstance(asked, bool) or math.isnan(asked):
        what = f"`{name}` gave {asked!r} for {earned:g} points, {seconds:g} s late"
        raise CourseError("course_config.py: late", what, "Let it give a number of points")
    return asked
