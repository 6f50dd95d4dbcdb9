"""What a student gets: points by question as the gradebook has them, and what lateness costs."""

from dataclasses import dataclass

from autograder.core.result import Result, exact


@dataclass(frozen=True)
class Score:
    """What the gradebook holds on one student's question."""

    student: str
    question: str
    auto: float | None
    manual: float | None
    extra: float
    possible: float
    needs_review: bool
    comment: str

    @property
    def earned(self) -> float:
        """The points that count: a human's number before ours, and extra credit on top."""
        given = self.manual if self.manual is not None else self.auto
        return 0.0 if given is None else exact(given + self.extra)

    @property
    def waits(self) -> bool:
        """Whether there is no number yet, neither a human's nor ours."""
        return self.manual is None and self.auto is None


@dataclass(frozen=True)
class Grade:
    """A student's points by question, and what goes off their sum for being late."""

    student: str
    scores: tuple[Score, ...]
    penalty: float = 0.0
    seconds_late: float = 0.0

    @property
    def sum(self) -> float:
        """The points before the penalty."""
        return exact(sum(score.earned for score in self.scores))

    @property
    def total(self) -> float:
        """What counts, as `nbgrader export` computes it."""
        return exact(max(0.0, self.sum - self.penalty))

    @property
    def possible(self) -> float:
        return exact(sum(score.possible for score in self.scores))

    @property
    def waiting(self) -> float:
        """The points of questions that nobody has given a number yet."""
        return exact(sum(score.possible for score in self.scores if score.waits))

    @property
    def needs_review(self) -> bool:
        return any(score.needs_review for score in self.scores)


def automatic(student: str, result: Result) -> Grade:
    """The grade that a verdict alone gives, before any person has looked."""
    return Grade(
        student,
        tuple(
            Score(student, each.id, each.earned, None, 0.0, each.possible, each.needs_review, "")
            for each in result.questions
        ),
    )


def for_people(seconds: float) -> str:
    """A time in its two largest units: `2 d 3 h`, `5 min`."""
    minutes = max(1, round(seconds / 60))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [f"{days} d" * bool(days), f"{hours} h" * bool(hours)]
    parts += [f"{minutes} min" * bool(minutes and not days)]
    return " ".join(filter(None, parts))
