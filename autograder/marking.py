"""From the verdicts on a student's attempts to the grade: which one counts, and where it goes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder import autograded, history, verdicts
from autograder.attempts import Attempt, Attempts, attempts_of, best, unreadable
from autograder.autograded import submitted
from autograder.core.assignment import Assignment
from autograder.core.errors import SubmissionError
from autograder.core.grade import Grade
from autograder.core.pieces import bare
from autograder.core.repair import Repaired, repaired
from autograder.core.result import Result
from autograder.core.rules import Rules
from autograder.core.submission import read_notebook
from autograder.extensions import rules_of
from autograder.folder import CourseFolder
from autograder.gradebook import Gradebook
from autograder.inputs import released
from autograder.judged import identity, judged_by
from autograder.verdicts import ASIDE, REGRADE, Verdict
from autograder.workers import Job, broken

RULES = {"last": "the last", "best": "the best", "first": "the first"}


@dataclass(frozen=True)
class Graded:
    """One student's verdict that counts, whether it is another than before, and its grade."""

    student: str
    result: Result
    fresh: bool
    grade: Grade
    attempt: int = 1
    attempts: int = 1
    before: Grade | None = None  # what the gradebook held, where that was asked for
    reason: str = ""


@dataclass
class Case:
    """A student whose attempts are being judged, with the verdicts so far, by number."""

    student: str
    attempts: Attempts
    known: Verdict | None  # the one that counts so far
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    waiting: dict[int, Path] = field(default_factory=dict)  # the files of those made just now

    @property
    def missing(self) -> list[Attempt]:
        return [each for each in self.attempts.candidates if each.number not in self.verdicts]

    def without_outputs(self) -> "Case":
        """The case while it waits: of what counted so far, only the numbers are asked for."""
        if self.known:
            slim = replace(self.known.result, cells=())
            self.known = replace(self.known, result=slim)
        return self


class Marking:
    """One assignment's rules and gradebook, while its class is graded.

    `regrade` wants verdicts that were made since it was asked for; `hold` writes no grade.
    """

    def __init__(
        self,
        assignment: Assignment,
        folder: CourseFolder,
        gradebook: Gradebook,
        sandbox: str = "full",
        regrade: bool = False,
        hold: bool = False,
    ) -> None:
        self.assignment = assignment
        self.folder = folder
        self.regrade = regrade
        self.hold = hold
        self.rules = rules_of(assignment, folder)
        self._file = f"{assignment.notebook}.ipynb"
        self._gradebook = gradebook
        self._judged = judged_by(assignment, sandbox)
        self._before = gradebook.grades(assignment.name) if hold else {}

    def open(self, student: str) -> Case:
        """A student's attempts, with the verdicts that are there already."""
        name = self.assignment.name
        try:
            attempts = attempts_of(self.folder, name, student, self.rules)
        except OSError:
            attempts = unreadable(self.folder, name, student)
        case = Case(student, attempts, verdicts.counting(self.folder, name, student))
        for attempt in attempts.candidates:
            if verdict := self._known(case, attempt):
                case.verdicts[attempt.number] = self._of(verdict, case, attempt)
            elif damage := self._damage(attempt):
                job = Job(student, self._file, b"")
                self.take(case, attempt.number, broken(self.assignment, job, damage))
        return case

    def job(self, student: str, attempt: Attempt) -> Job:
        """The job that an attempt makes."""
        return Job(f"{student}/{attempt.number}", self._file, *attempt.content(self._file))

    def take(self, case: Case, number: int, result: Result) -> None:
        """Keep a verdict that was made just now, so that it is not lost before it is written."""
        attempt = next(each for each in case.attempts.candidates if each.number == number)
        what = self._identity(attempt)
        verdict = Verdict(with_name(result, attempt, self.assignment), what, attempt.digest,
                          self._judged)  # fmt: skip
        case.verdicts[number] = self._of(verdict, case, attempt)
        case.waiting[number] = self._aside(case.student, what)
        verdicts.put(case.waiting[number], case.verdicts[number])

    def close(self, case: Case) -> Graded:
        """Choose the attempt that counts and write its grade, unless it is held back."""
        attempt = self._chosen(case)
        verdict = replace(case.verdicts[attempt.number], ungraded=ungraded(case, attempt))
        anew = case.known is not None and case.known.submission != attempt.digest
        arguments = self._arguments(case, attempt) | {"anew": anew}
        if self.hold:
            grade, reason = self._gradebook.would_be(**arguments), self._why(case, verdict)
        else:
            grade, reason = self._write(case, attempt, verdict, arguments)
        return Graded(
            case.student,
            replace(verdict.result, meant=None),  # so that a large class takes little memory
            case.known is None or verdict.made != case.known.made,
            grade,
            attempt.number,
            case.attempts.total,
            self._before.get(case.student),
            reason,
        )

    def _write(
        self, case: Case, attempt: Attempt, verdict: Verdict, arguments: dict[str, Any]
    ) -> tuple[Grade, str]:
        """Gradebook, notebook, history and, last of all, the verdict that counts."""
        name, student = self.assignment.name, case.student
        grade = self._gradebook.record(**arguments)
        shown = with_attempts(verdict, self.rules)
        notebook = self._notebook(attempt, shown)
        autograded.write(self.assignment, self.folder, student, notebook, shown)
        reason = history.note(history.place(self.folder, name, student), verdict, grade,
                              self.regrade)  # fmt: skip
        others = {each.identity: each for each in case.verdicts.values()
                  if each.attempt != verdict.attempt}  # fmt: skip
        for what, other in others.items():
            if self.regrade:
                verdicts.put(verdicts.aside(self.folder, name, student, what), other)
        if verdict != case.known:
            same = verdict.ungraded == case.verdicts[attempt.number].ungraded
            kept = case.waiting.get(attempt.number) if same else None
            verdicts.settle(self.folder.result(student, name), verdict, kept)
        verdicts.tidy(self.folder, name, student, others)
        return grade, reason

    def _why(self, case: Case, verdict: Verdict) -> str:
        """Why the grade would be given anew."""
        known = history.entries(history.place(self.folder, self.assignment.name, case.student))
        grade = self._before.get(case.student)
        if not known or grade is None:
            return "first grade"
        reasons = [*history.reasons(known[-1], history.entry(verdict, grade))]
        return "; ".join([*reasons, *[history.ASKED] * self.regrade])

    def _chosen(self, case: Case) -> Attempt:
        """The attempt that counts."""
        candidates = {attempt.number: attempt for attempt in case.attempts.candidates}
        if len(candidates) == 1:
            return next(iter(candidates.values()))
        totals = [
            (number, self._gradebook.would_be(**self._arguments(case, attempt)).total)
            for number, attempt in candidates.items()
        ]
        return candidates[best(totals)]

    def _arguments(self, case: Case, attempt: Attempt) -> dict[str, Any]:
        """What the gradebook is told of an attempt."""
        result = case.verdicts[attempt.number].result
        notebook = self._notebook(attempt, result)
        return {
            "student": case.student,
            "result": result,
            "untouched": untouched_answers(self.assignment, notebook, result.meant),
            "handed_in": attempt.handed_in,
            "rules": self.rules,
        }

    def _known(self, case: Case, attempt: Attempt) -> Verdict | None:
        """A verdict on exactly this attempt, judged by exactly these tests; None to run it."""
        what = self._identity(attempt)
        found = verdicts.read(self._aside(case.student, what))
        if found and self.regrade and not self.hold:
            return found  # it was shown, so it is what is written
        if found is None and not self.regrade:
            found = case.known
        same = found is not None and found.identity == what
        return found if found and same and not found.result.needs_review else None

    def _aside(self, student: str, what: str) -> Path:
        kind = REGRADE if self.regrade else ASIDE
        return verdicts.aside(self.folder, self.assignment.name, student, what, kind)

    def _identity(self, attempt: Attempt) -> str:
        return identity(self._judged, attempt.digest)

    def _damage(self, attempt: Attempt) -> Exception | None:
        """Why an attempt cannot be run, where it cannot: it waits for a human."""
        try:
            read_notebook(self._file, attempt.content(self._file)[0])
        except SubmissionError as error:
            return error
        except OSError as error:
            return SubmissionError(f"{self._file}: {error.strerror}")
        return None

    def _notebook(self, attempt: Attempt, result: Result) -> bytes:
        """The notebook of an attempt; none where it cannot be read, or its result says it all."""
        try:
            return b"" if result.meant else attempt.content(self._file)[0]
        except OSError:
            return b""

    def _of(self, verdict: Verdict, case: Case, attempt: Attempt) -> Verdict:
        """A verdict as one on this attempt."""
        return replace(
            verdict,
            attempt=attempt.number,
            attempts=case.attempts.total,
            handed_in=attempt.handed_in,
        )


def ungraded(case: Case, chosen: Attempt) -> tuple[int, ...]:
    """The attempts that might be better than the chosen one, if only they could be graded."""
    return tuple(
        number
        for number, verdict in sorted(case.verdicts.items())
        if number != chosen.number
        and any(each.earned is None and not each.written for each in verdict.result.questions)
    )


def with_name(result: Result, attempt: Attempt, assignment: Assignment) -> Result:
    """The result with a sentence on the notebook's name, where it was another."""
    if not attempt.called:
        return result
    was = f"Your file was called “{attempt.called}”"
    told = f"{was}. We took it for {assignment.notebook}.ipynb."
    return replace(result, repairs=(told, *result.repairs))


def with_attempts(verdict: Verdict, rules: Rules) -> Result:
    """The result with a sentence on the attempt that counts, for those who read the notebook."""
    told = [*on_attempts(verdict, rules.counting), *verdict.result.problems]
    return replace(verdict.result, problems=tuple(told))


def on_attempts(verdict: Verdict, counting: str) -> Iterator[str]:
    """A sentence on which attempt counts, where there were several."""
    if verdict.attempts > 1:
        which = RULES[counting]
        if counting == "last" and verdict.attempt < verdict.attempts:
            which = "the last one within the limit"
        yield f"Attempt {verdict.attempt} of {verdict.attempts} counts: {which}."
    for number in verdict.ungraded:
        yield f"Attempt {number} could not be graded and waits for an instructor."


def untouched_answers(
    assignment: Assignment, notebook: bytes, meant: Repaired | None = None
) -> set[str]:
    """The written questions whose cell is still as it was released.

    `meant` is found out from the notebook where it is not known.
    """
    release = released(assignment)
    answers = (meant or repaired(submitted(notebook), release)).answers
    blanks = {cell.grade_id: cell.source for cell in release.cells}
    written = [question.id for question in assignment.questions if question.written]
    given = {id: bare(cell.source) for id in written if (cell := answers.get(id))}
    return {id for id, text in given.items() if text in ("", bare(blanks.get(id, "")))}
