"""Writes the class page for the instructor: how the points fell and which mistakes were made."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import mean, median

from autograder.core.assignment import Assignment, Question
from autograder.core.grade import Grade, Score, automatic, for_people
from autograder.core.result import Result, exact
from autograder.feedback import mistake_sentences
from autograder.markup import template

BIN_WIDTHS = (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100)
BIN_COUNT = 20  # bins of the histogram, at most
MISTAKE_COUNT = 15  # mistakes that are listed


@dataclass(frozen=True)
class Bin:
    """How many students have from `start` to `end` points; the last bin holds its end too."""

    start: float
    end: float
    count: int


@dataclass(frozen=True)
class Column:
    """A question and what became of it in the class; `mean` is None while nothing is decided."""

    question: Question
    mean: float | None
    solved: int
    waiting: int


@dataclass(frozen=True)
class Row:
    """A student's line of the heat map; None stands for a question the result does not have."""

    student: str
    result: Result
    grade: Grade
    entries: tuple[Score | None, ...]

    @property
    def review(self) -> bool:
        return needs_review(self.grade, self.result)

    @property
    def late(self) -> str:
        """How late the submission came, and what that costs."""
        if not self.grade.seconds_late:
            return ""
        cost = f": −{self.grade.penalty:g}" if self.grade.penalty else ""
        return for_people(self.grade.seconds_late) + cost


@dataclass(frozen=True)
class Seen:
    """A mistake and how many students made it."""

    name: str
    question: str
    count: int
    sentence: str


def overview(
    assignment: Assignment,
    results: Mapping[str, Result],
    grades: Mapping[str, Grade] | None = None,
) -> str:
    """The class on one HTML page that needs nothing else; `grades` are the gradebook's."""
    known = {name: automatic(name, result) for name, result in results.items()} | dict(grades or {})
    judged = possible(assignment, known.values())
    sums = [grade.total for grade in known.values()]
    bins = histogram(sums, judged)
    return template("overview.html.j2").render(
        assignment=assignment,
        possible=judged,
        mean=mean(sums) if sums else 0.0,
        median=median(sums) if sums else 0.0,
        review=sum(needs_review(known[name], result) for name, result in results.items()),
        weak=sum(result.sandbox != "full" for result in results.values()),
        bins=bins,
        most=max(bin.count for bin in bins),
        columns=[column(question, known.values()) for question in assignment.questions],
        rows=[row(assignment, known[name], results[name]) for name in sorted(results)],
        mistakes=mistakes_seen(assignment, results.values()),
    )


def histogram(sums: Iterable[float], possible: float) -> list[Bin]:
    """The points in bins of a round width that reach from 0 to `possible`."""
    fitting = (width for width in BIN_WIDTHS if possible / width <= BIN_COUNT)
    width = next(fitting, possible / BIN_COUNT)
    count = max(1, math.ceil(possible / width - 1e-9))
    found = Counter(min(int(points / width + 1e-9), count - 1) for points in sums)
    return [Bin(exact(i * width), exact((i + 1) * width), found[i]) for i in range(count)]


def possible(assignment: Assignment, grades: Iterable[Grade]) -> float:
    """The points to be had so far: written answers count as soon as a person has marked one."""
    marked = {each.question for grade in grades for each in grade.scores if each.manual is not None}
    counted = [each for each in assignment.questions if not each.written or each.id in marked]
    return exact(sum(question.points for question in counted))


def needs_review(grade: Grade, result: Result) -> bool:
    """Whether a person is asked, because of the program or about a number given by hand."""
    written = {question.id for question in result.questions if question.written}
    return any(
        score.needs_review and not (score.question in written and score.waits)
        for score in grade.scores
    )


def column(question: Question, grades: Iterable[Grade]) -> Column:
    """One question over the class; the mean is a share of its points, from 0 to 1."""
    entries = [each for grade in grades for each in grade.scores if each.question == question.id]
    shares = [entry.earned / entry.possible for entry in entries if not entry.waits]
    return Column(
        question,
        mean(shares) if shares else None,
        solved=sum(share >= 1 for share in shares),
        waiting=len(entries) - len(shares),
    )


def row(assignment: Assignment, grade: Grade, result: Result) -> Row:
    """One student's questions in the order of the assignment."""
    entries = {score.question: score for score in grade.scores}
    ids = [question.id for question in assignment.questions]
    return Row(grade.student, result, grade, tuple(map(entries.get, ids)))


def mistakes_seen(assignment: Assignment, results: Iterable[Result]) -> list[Seen]:
    """The mistakes of the class, the most frequent first; a student counts once for each."""
    found = Counter(made for result in results for made in mistakes_made(result).items())
    sentences = mistake_sentences(assignment) if found else {}
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0][::-1]))
    return [
        Seen(name, question, count, sentences.get(name, ""))
        for (name, question), count in ranked[:MISTAKE_COUNT]
    ]


def mistakes_made(result: Result) -> dict[str, str]:
    """The mistakes of one submission, each with the first question in which it shows."""
    return {
        check.mistake: question.id
        for question in reversed(result.questions)
        for check in question.checks
        if check.mistake
    }
