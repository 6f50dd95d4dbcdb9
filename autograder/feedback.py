"""Writes what a student reads: one HTML file for each submission that needs nothing else."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.check import modules
from autograder.core.assignment import Assignment
from autograder.core.grade import Grade, Score, automatic, for_people
from autograder.core.outcome import Outcome
from autograder.core.result import CellRun, Check, QuestionResult, Result, exact
from autograder.gradebook import NO_RESPONSE
from autograder.markup import excerpt, template

CELL_COUNT = 12  # cells with an error that are shown

QUESTION_WORDS = {
    Outcome.PASSED: "solved",
    Outcome.FAILED: "not right yet",
    Outcome.RAISED: "stopped with an error",
    Outcome.TIMED_OUT: "did not finish in time",
    Outcome.OUT_OF_MEMORY: "asked for too much memory",
    Outcome.SKIPPED: "not done yet",
    Outcome.BROKEN: "waits for your instructor",
}
CHECK_WORDS = QUESTION_WORDS | {
    Outcome.PASSED: "passed",
    Outcome.SKIPPED: "not run",
    Outcome.BROKEN: "could not be checked",
}
CELL_WORDS = CHECK_WORDS | {Outcome.SKIPPED: "was not run"}
SYMBOLS = {Outcome.PASSED: "✓", Outcome.SKIPPED: "–", Outcome.BROKEN: "…"}  # all others: ✗


@dataclass(frozen=True)
class Tally:
    """The points of a page: earned, decided so far, waiting for a person, and all there are.

    `earned` is what the gradebook says: with marks by hand and extra credit, less the penalty.
    """

    earned: float
    decided: float
    waiting: float
    penalty: float = 0.0
    late: str = ""
    extra: float = 0.0

    @property
    def everything(self) -> float:
        return exact(self.decided + self.waiting)

    @property
    def open(self) -> float:
        """What is neither earned, nor waiting, nor lost by being late."""
        return max(0.0, exact(self.decided - self.earned - self.penalty))


@dataclass(frozen=True)
class Diagnosis:
    """The known mistake that a question's answers agree with."""

    name: str
    sentence: str
    hint: str


@dataclass(frozen=True)
class Story:
    """A question as its page tells it: nothing that all its checks have in common is said twice."""

    question: QuestionResult
    checks: tuple[Check, ...]
    score: Score
    message: str = ""
    diagnosis: Diagnosis | None = None

    @property
    def earned(self) -> float | None:
        """The points that count; None while the question waits for a person."""
        return None if self.score.waits else self.score.earned

    @property
    def comment(self) -> str:
        """What a person wrote; our own word for an untouched answer says nothing new."""
        return "" if self.score.comment == NO_RESPONSE else self.score.comment

    @property
    def by_hand(self) -> bool:
        return self.score.manual is not None

    @property
    def share(self) -> float:
        return min(1.0, max(0.0, (self.earned or 0.0) / (self.question.possible or 1.0)))

    @property
    def tone(self) -> str:
        return tone(self.earned, self.question.possible)

    @property
    def words(self) -> str:
        if self.by_hand:
            return "marked by your instructor"
        if self.question.written:
            return "waits to be read" if self.score.waits else "no answer"
        return "partly right" if self.tone == "part" else QUESTION_WORDS[self.question.outcome]

    @property
    def left(self) -> int:
        return sum(check.outcome is not Outcome.PASSED for check in self.checks)


@dataclass(frozen=True)
class Trouble:
    """A cell that did not end well: its first lines, how it ended, and its error."""

    source: str
    words: str
    error: str


def page(
    assignment: Assignment,
    student: str,
    result: Result,
    grade: Grade | None = None,
    attempt: str = "",
) -> str:
    """The feedback on one submission as one HTML page that needs nothing else.

    `grade` is what the gradebook holds, `attempt` a sentence on which attempt counts.
    """
    grade = grade or automatic(student, result)
    named = any(check.mistake for question in result.questions for check in question.checks)
    sentences = mistake_sentences(assignment) if named else {}
    known = (*automatic(student, result).scores, *grade.scores)
    scores = {score.question: score for score in known}
    stories = [story(each, sentences, scores[each.id]) for each in result.questions]
    cells = troubles(result.cells)
    return template("feedback.html.j2").render(
        words=CHECK_WORDS,
        symbols=SYMBOLS,
        assignment=assignment,
        student=student,
        result=result,
        tally=tally(grade),
        attempt=attempt,
        stories=stories,
        next=next_step(stories),
        flawless=all(each.tone in ("good", "wait") for each in stories),
        cells=cells[:CELL_COUNT],
        cells_left=len(cells[CELL_COUNT:]),
    )


def write(
    assignment: Assignment,
    student: str,
    result: Result,
    file: Path,
    grade: Grade | None = None,
    attempt: str = "",
) -> None:
    """Write the page of one submission to `file`: whole or not at all."""
    text = page(assignment, student, result, grade, attempt)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        os.replace(part, file)
    finally:
        part.unlink(missing_ok=True)


def tally(grade: Grade) -> Tally:
    """The points of a grade; what waits for a person is neither earned nor lost."""
    return Tally(
        grade.total,
        exact(grade.possible - grade.waiting),
        grade.waiting,
        grade.penalty,
        for_people(grade.seconds_late) if grade.seconds_late else "",
        exact(sum(score.extra for score in grade.scores if not score.waits)),
    )


def tone(earned: float | None, possible: float) -> str:
    """How a question is coloured: good, part, open, or wait."""
    if earned is None:
        return "wait"
    if earned >= possible:
        return "good"
    return "part" if earned > 0 else "open"


def story(question: QuestionResult, sentences: Mapping[str, str], score: Score) -> Story:
    """The question with its diagnosis, and with what is common to its checks told once."""
    found = next((check for check in question.checks if check.mistake), None)
    diagnosis = None
    if found and found.mistake:
        diagnosis = Diagnosis(found.mistake, sentences.get(found.mistake, ""), found.hint)
    message = common_message(question)
    told = {diagnosis.hint} if diagnosis else set()
    checks = []
    for check in question.checks:
        hint = "" if check.hint in told else check.hint
        told.add(check.hint)
        checks.append(replace(check, hint=hint, message="" if message else check.message))
    return Story(question, tuple(checks), score, message, diagnosis)


def common_message(question: QuestionResult) -> str:
    """The message of all checks, where none passed and all say the same."""
    said = {(check.outcome, check.message) for check in question.checks}
    if len(question.checks) < 2 or len(said) > 1:
        return ""
    return next(iter(said))[1]


def next_step(stories: Iterable[Story]) -> Story | None:
    """The question that is nearest to being solved, or None where all are."""
    todo = [each for each in stories if each.left and not each.by_hand and each.tone != "good"]
    return max(todo, key=lambda entry: entry.share, default=None)


def troubles(runs: Iterable[CellRun]) -> list[Trouble]:
    """The cells that ended with an error; unfinished stubs are none."""
    return [
        Trouble(excerpt(run.source.strip("\n")), CELL_WORDS[run.outcome], excerpt(error_text(run)))
        for run in runs
        if run.outcome is not Outcome.PASSED and error_of(run).get("ename") != "NotImplementedError"
    ]


def error_of(run: CellRun) -> Mapping[str, Any]:
    """The error among a cell's outputs; an empty mapping where there is none."""
    return next((output for output in run.outputs if output.get("output_type") == "error"), {})


def error_text(run: CellRun) -> str:
    """The error that ended a cell, or else the note on why it was stopped."""
    error = error_of(run)
    if error:
        lines = error.get("traceback") or [f"{error.get('ename')}: {error.get('evalue')}"]
        return "\n".join(map(str, lines))
    return str(run.outputs[-1].get("text", "")).strip() if run.outputs else ""


def mistake_sentences(assignment: Assignment) -> dict[str, str]:
    """What each known mistake is, in a sentence; empty where the author wrote none."""
    if not assignment.mistakes_file.is_file():
        return {}
    return {mistake.name: mistake.sentence for mistake in modules.mistakes(assignment)}
