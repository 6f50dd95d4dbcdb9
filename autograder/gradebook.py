"""What is written to nbgrader's database, and what is read from it."""

import re
from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from autograder.core.errors import UserError
from autograder.core.grade import Grade, Score
from autograder.core.result import QuestionResult, Result, exact
from autograder.core.rules import Rules, in_utc, seconds_late
from autograder.database import nbgrader_api, speaking
from autograder.folder import CourseFolder
from autograder.sheets import Released, Row, Sheet, Sheets
from autograder.tables import Tables, tables_of

USUAL = re.compile(r"\d{4}-(0\d|1[0-2])-\d\d \d\d:\d\d:\d\d(\.\d{1,6})? UTC")  # of time stamps
NO_RESPONSE = "No response."  # nbgrader's words for an answer that is as it was released


class Gradebook:
    """nbgrader's gradebook of a course folder; use as a context manager."""

    def __init__(self, folder: CourseFolder, tables: Tables | None = None) -> None:
        self._folder = folder
        self._tables = tables or tables_of(folder)
        self._sheets = Sheets(self._tables)

    def __enter__(self) -> "Gradebook":
        return self

    def __exit__(self, *exception: object) -> None:
        self._tables.close()

    def record(
        self,
        student: str,
        result: Result,
        untouched: Set[str] = frozenset(),
        handed_in: str = "",
        rules: Rules | None = None,
        anew: bool = False,
    ) -> Grade:
        """Write a verdict in one commit: automatic points, lateness, what waits for a human.

        `untouched` are the questions whose answer is as it was released, `handed_in` is
        nbgrader's time stamp, `anew` says that another submission counts now. What a human
        entered stays. UserError where the assignment was not released as it is now.
        """
        with self._writing():
            rows, grade = self._marked(student, result, untouched, handed_in, rules, anew)
            self._sheets.save(rows)
            return grade

    def would_be(
        self,
        student: str,
        result: Result,
        untouched: Set[str] = frozenset(),
        handed_in: str = "",
        rules: Rules | None = None,
        anew: bool = False,
    ) -> Grade:
        """The grade that `record` would write; nothing is written."""
        with speaking(self._folder):
            try:
                return self._marked(student, result, untouched, handed_in, rules, anew)[1]
            finally:
                self._tables.rollback()

    def _marked(
        self, student: str, result: Result, untouched: Set[str], handed_in: str,
        rules: Rules | None, anew: bool,
    ) -> tuple[list[Row], Grade]:  # fmt: skip
        """The rows with a verdict entered, which are not saved yet, and what grade they are."""
        released = self._released(result.assignment)
        refuse_stale(result, released.points)
        sheet = self._sheets.of_student(released, student)
        moment = self._moment(handed_in)
        anew = anew or sheet.submission.timestamp != moment
        sheet.submission.timestamp = moment
        questions = {question.id: question for question in result.questions}
        for name, grade in sheet.grades:
            question = questions[name]
            enter(grade, points(question, name in untouched), anew, question.needs_review)
        for name, comment in sheet.comments:
            comment.auto_comment = NO_RESPONSE if name in untouched else None
        grade = settled(sheet, released, rules or Rules())
        return [released.assignment, *sheet.rows], grade

    def settle(
        self, assignment: str, rules: Rules, stamps: Mapping[str, str] | None = None
    ) -> dict[str, Grade]:
        """Bring due date, extensions and penalties up to date with what was entered meanwhile.

        The grades by student. `stamps` are times of handing in, where nbgrader has entered
        another attempt's; then only these students are settled.
        """
        with self._writing():
            released, grades = self._released(assignment), {}
            set_due(released.assignment, rules)
            sheets = self._sheets.of_class(released, stamps if stamps is None else list(stamps))
            for sheet in sheets:
                if stamps is not None:
                    sheet.submission.timestamp = self._moment(stamps[sheet.student])
                grades[sheet.student] = settled(sheet, released, rules)
            self._sheets.save([released.assignment, *(row for each in sheets for row in each.rows)])
        return grades

    def grades(self, assignment: str) -> dict[str, Grade]:
        """All grades of an assignment by student, as they stand in the gradebook now."""
        with speaking(self._folder):
            released = self._released(assignment)
            return {
                sheet.student: Grade(
                    sheet.student,
                    tuple(scores_of(sheet, released)),
                    sum(own.late_submission_penalty or 0.0 for own in sheet.notebooks),
                    lateness(sheet, released),
                )
                for sheet in self._sheets.of_class(released)
            }

    def scores(self, assignment: str) -> list[Score]:
        """All that is recorded for an assignment, by student and question."""
        with speaking(self._folder):
            released = self._released(assignment)
            sheets = self._sheets.of_class(released)
            found = [score for sheet in sheets for score in scores_of(sheet, released)]
        return sorted(found, key=lambda score: (score.student, score.question))

    def frozen_cells(self, assignment: str) -> set[tuple[str, str]] | None:
        """The notebooks and cells that must stay, because there are submissions; None if none."""
        with speaking(self._folder):
            return self._sheets.frozen_cells(assignment)

    def _moment(self, stamp: str) -> datetime | None:
        """A time stamp as nbgrader reads it, in UTC; None for what is none."""
        try:
            if USUAL.fullmatch(stamp):  # for which what nbgrader reads others with is not imported
                return datetime.fromisoformat(stamp.removesuffix(" UTC"))
            return cast(datetime, nbgrader_api().utils.parse_utc(stamp))
        except (ValueError, OverflowError):
            return None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One commit for all that is written within, or nothing at all."""
        try:
            with speaking(self._folder):
                yield
                self._tables.commit()
        finally:
            self._tables.rollback()  # nothing, after a commit

    def _released(self, assignment: str) -> Released:
        """What was released of an assignment; UserError where there are no questions."""
        released = self._sheets.released(assignment)
        if released is None or not released.points:
            remedy = f"Run `autograder release {assignment}` first"
            raise UserError(f"{self._folder.book}: {assignment} is not in it. {remedy}")
        return released


def settled(sheet: Sheet, released: Released, rules: Rules) -> Grade:
    """The grade of a submission, after its lateness was entered by the rules."""
    set_due(released.assignment, rules)
    submission = sheet.submission
    extension = rules.extensions.get(sheet.student, submission.extension)
    # nbgrader adds it to the due date, also where there is none
    submission.extension = (extension or None) if released.assignment.duedate else None
    late = lateness(sheet, released)
    scores = tuple(scores_of(sheet, released))
    penalty = rules.late.penalty(exact(sum(score.earned for score in scores)), late)
    for place, notebook in enumerate(sheet.notebooks):  # the sum of them is what counts
        notebook.late_submission_penalty = (penalty or None) if place == 0 else None
    return Grade(sheet.student, scores, penalty, late)


def lateness(sheet: Sheet, released: Released) -> float:
    """How late a submission came, by what is entered."""
    row = sheet.submission
    return seconds_late(row.timestamp, released.assignment.duedate, row.extension)


def scores_of(sheet: Sheet, released: Released) -> Iterator[Score]:
    """What is entered on each question."""
    comments, possible = dict(sheet.comments), released.points
    for name, grade in sheet.grades:
        yield Score(
            student=sheet.student,
            question=name,
            auto=grade.auto_score,
            manual=grade.manual_score,
            extra=grade.extra_credit or 0.0,
            possible=possible[name],
            needs_review=grade.needs_manual_grade,
            comment=said(comments[name]) if name in comments else "",
        )


def points(question: QuestionResult, untouched: bool) -> float | None:
    """What goes into the gradebook as automatic points; None where a human has the say."""
    return 0.0 if question.written and untouched else question.earned


def set_due(assignment: Any, rules: Rules) -> None:
    """Enter the course's due date; one that nbgrader was told stays where it has none."""
    if rules.due or rules.never:
        assignment.duedate = in_utc(rules.due) if rules.due else None


def said(comment: Any) -> str:
    """A human's comment before ours, as nbgrader has it."""
    own = comment.manual_comment
    return str((own if own is not None else comment.auto_comment) or "")


def enter(grade: Any, auto: float | None, anew: bool, review: bool) -> None:
    """Enter automatic points. A human's number stays, and is asked for again on news only."""
    news = anew or grade.auto_score != auto
    grade.auto_score = auto
    if grade.manual_score is None:
        grade.needs_manual_grade = auto is None or review
    elif news:
        grade.needs_manual_grade = True


def refuse_stale(result: Result, cells: Mapping[str, float]) -> None:
    """UserError where the gradebook knows other questions or points than the result."""
    now = {question.id: float(question.possible) for question in result.questions}
    if differing := {id for id, _ in now.items() ^ cells.items()}:
        what = (
            f"questions or points were changed after its release ({', '.join(sorted(differing))})"
        )
        remedy = f"Run `autograder release {result.assignment}` first"
        raise UserError(f"{result.assignment}: {what}. {remedy}")
