"""The path of a submission on one screen: run its cells, examine it, diagnose, sum up."""

import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from autograder.check import modules
from autograder.check.diagnose import diagnosed
from autograder.check.judge import Judge
from autograder.check.plugin import Examination
from autograder.core import spelled
from autograder.core.answers import read_release
from autograder.core.assignment import Assignment
from autograder.core.execution import some
from autograder.core.forbidden import READ, shortcuts
from autograder.core.outcome import Outcome
from autograder.core.repair import repaired
from autograder.core.result import CellRun, Check, QuestionResult, Result
from autograder.core.submission import Submission
from autograder.inputs import read_submission, released, sandbox_for
from autograder.rerun import lost, with_first_answers
from autograder.sandbox import selftest
from autograder.sandbox.again import settled
from autograder.sandbox.backend import Backend
from autograder.sandbox.lines import Lines
from autograder.sandbox.session import Session


class Measure:
    """What the submissions of one assignment are measured by, loaded once."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.release = released(assignment)
        self.given = frozenset(cell.source for cell in self.release.cells)
        self.opening = opening_of(self.release)
        self.reference = modules.reference(assignment)
        self.mistakes = modules.mistakes(assignment)
        self.judge = Judge(assignment)


class Grader:
    """One assignment's judge and sandbox, kept warm for many submissions; a context manager."""

    def __init__(
        self, assignment: Assignment, backend: Backend, measure: Measure | None = None
    ) -> None:
        self.assignment = assignment
        self.backend = backend
        self._measure = measure or Measure(assignment)
        self._forbidden = {name for names in assignment.forbidden.values() for name in names}
        self.judge = self._measure.judge

    def __enter__(self) -> "Grader":
        return self

    def __exit__(self, *exception: object) -> None:
        self.judge.close()
        self.backend.close()

    def grade(self, submission: Submission, seed: int = 0, only: str | None = None) -> Result:
        """The verdict on one submission: a function of its bytes and the assignment's.

        Where a process ended that should have answered, everything is done again: it may have
        been ended from outside, which is nobody's mistake. What was answered before stands, so
        that nobody gains by guessing and ending the process where the guess was wrong. All runs
        begin within the time that one may take, so that nobody holds up a class by it.
        """
        results: list[Result] = []
        ends = time.monotonic() + self.assignment.limits.total_seconds

        def run() -> tuple[Result, bool]:
            result, died = self._graded(submission, seed, only)
            results.append(result)
            return result, died and time.monotonic() < ends

        found = settled(run, lost, lambda result: result.earned)
        return with_first_answers(found, results)

    def _graded(self, submission: Submission, seed: int, only: str | None) -> tuple[Result, bool]:
        started = time.monotonic()
        meant = repaired(submission, self._measure.release)
        own = [cell for cell in meant.sources if cell not in self._measure.given]
        limits, files = self.assignment.limits, submission.files
        opens = not files and meant.sources[: len(self._measure.opening)] == self._measure.opening
        opening = self._measure.opening if opens else ()
        with Session(self.backend, limits, files, self._forbidden, opening) as session:
            runs = session.run(meant.sources, own, self._measure.given)
            harmless = spelled.harmless(own, self.assignment.forbidden)
            session.watched = bool(files) or not harmless
            with Lines(session) as lines:
                tests = self.judge.tests(only)
                examination = self.judge.examine(lines.line, seed, tests, lines.again, lines)
        checks = diagnosed(examination, self._measure.reference, self._measure.mistakes)
        used = shortcuts_used(self.assignment, meant.sources, examination)
        problems = [
            *meant.problems,
            *unread(self.assignment, meant.sources),
            *left_out(session.left_out),
            *(each for found in used.values() for each in found),
        ]
        result = Result(
            assignment=self.assignment.name,
            notebook=submission.name,
            questions=tuple(question_results(self.assignment, checks, used)),
            sandbox=self.backend.strength,
            seconds=time.monotonic() - started,
            problems=tuple(dict.fromkeys([*problems, *run_problems(runs)])),
            repairs=meant.repairs,
            notes=tuple(examination.broken),
            cells=tuple(runs),
            meant=meant,
        )
        return result, session.died


def opening_of(release: Submission) -> tuple[str, ...]:
    """The course's own cells with which a notebook begins that nobody has changed."""
    provided = {cell.source for cell in read_release(release.cells).provided}
    return tuple(itertools.takewhile(provided.__contains__, repaired(release, release).sources))


def question_results(
    assignment: Assignment, checks: list[Check], used: Mapping[str, list[str]]
) -> Iterator[QuestionResult]:
    """The checks sorted into the assignment's questions; shortcuts flagged, or paid for."""
    for question in assignment.questions:
        own = tuple(check for check in checks if check.question == question.id)
        flagged = question.id in used
        if flagged and assignment.forbid == "zero":
            words = used[question.id][0]
            own = tuple(replace(each, outcome=Outcome.FAILED, message=words) for each in own)
        yield QuestionResult(question.id, question.points, own, question.written, flagged)


def shortcuts_used(
    assignment: Assignment, cells: Sequence[str], examination: Examination
) -> dict[str, list[str]]:
    """A sentence for each library function that a question does not allow, by question."""
    used = {
        question: [
            f"{question}: `{found.name}` is not allowed here: {found.line}" for found in uses
        ]
        for question, uses in shortcuts(cells, assignment.forbidden).items()
    }
    for question, names in examination.noticed.items():
        if names and question not in used:
            called = ", ".join(f"`{name}`" for name in sorted(names))
            used[question] = [f"{question}: {called} is not allowed here; it was called."]
    return used


def unread(assignment: Assignment, cells: Sequence[str]) -> Iterator[str]:
    """A sentence where a notebook holds more code than is read for shortcuts."""
    if assignment.forbidden and sum(map(len, cells)) > READ:
        yield (
            "The notebook holds so much code that not all of it was read for what is not allowed. "
            "It was only watched while it ran."
        )


def left_out(files: Sequence[str]) -> Iterator[str]:
    """A sentence on the files that could not be laid beside the notebook."""
    names = [name.encode("utf-8", "replace").decode() for name in files]
    if names:
        yield f"There was no room for these files beside the notebook: {some(names)}."


ENDINGS = {
    Outcome.TIMED_OUT: "did not finish in the time allowed and was stopped",
    Outcome.OUT_OF_MEMORY: "asked for more memory than is allowed",
    Outcome.SKIPPED: "was not run, because the process had ended too often",
}


def run_problems(runs: list[CellRun]) -> Iterator[str]:
    """A sentence for each cell that did not end well; unfinished stubs are no news."""
    for run in runs:
        if run.outcome is Outcome.PASSED:
            continue
        error = next((out for out in run.outputs if out["output_type"] == "error"), {})
        what = ENDINGS.get(run.outcome) or f"ended with {error.get('ename', 'the whole process')}"
        if error.get("ename") not in ("NotImplementedError", "AssertionError"):
            first = run.source.strip().splitlines()[0][:60]
            yield f"The cell that begins with “{first}” {what}."


@contextmanager
def opened(assignment: Assignment, notebook: Path, sandbox: str) -> Iterator[Session]:
    """A session in which the notebook has run: for `pytest … --submission`."""
    submission = read_submission(notebook)
    with (
        closing(sandbox_for(assignment, sandbox)) as backend,
        tried(backend, assignment) as session,
    ):
        cells = repaired(submission, released(assignment)).sources
        session.run(cells, cells)
        yield session


def tried(backend: Backend, assignment: Assignment) -> Session:
    """A session behind walls that have just been tried."""
    selftest.require(backend)
    return Session(backend, assignment.limits)
