"""What is written to nbgrader's database, and what is read from it."""

from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from autograder.core.errors import UserError
from autograder.core.grade import Grade, Score
from autograder.core.result import QuestionResult, Result, exact
from autograder.core.rules import Rules, in_utc, seconds_late
from autograder.database import opened, speaking
from autograder.folder import CourseFolder

NO_RESPONSE = "No response."  # nbgrader's words for an answer that is as it was released
Named = list[tuple[str, Any]]  # rows, each with its question
Rows = tuple[Named, Named]  # of grades and of comments


class Gradebook:
    """nbgrader's gradebook of a course folder; use as a context manager."""

    def __init__(self, folder: CourseFolder) -> None:
        self._folder = folder
        self._api, self._book = opened(folder)

    def __enter__(self) -> "Gradebook":
        return self

    def __exit__(self, *exception: object) -> None:
        self._book.close()

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
        with self._writing(), self._book.db.no_autoflush:  # it is flushed where it is needed
            return self._recorded(student, result, untouched, handed_in, rules or Rules(), anew)

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
                return self._recorded(student, result, untouched, handed_in, rules or Rules(), anew)
            finally:
                self._book.db.rollback()

    def _recorded(
        self, student: str, result: Result, untouched: Set[str], handed_in: str,
        rules: Rules, anew: bool,
    ) -> Grade:  # fmt: skip
        cells = self._grade_cells(result.assignment)
        refuse_stale(result, cells)
        submission = self._submission(student, result.assignment)
        moment = self._moment(handed_in)
        anew = anew or submission.timestamp != moment
        submission.timestamp = moment
        questions = {question.id: question for question in result.questions}
        rows = self._rows(self._api.Grade, submission), self._rows(self._api.Comment, submission)
        for name, grade in rows[0]:
            question = questions[name]
            enter(grade, points(question, name in untouched), anew, question.needs_review)
        for name, comment in rows[1]:
            comment.auto_comment = NO_RESPONSE if name in untouched else None
        return self._settled(submission, cells, rules, rows)

    def settle(
        self, assignment: str, rules: Rules, stamps: Mapping[str, str] | None = None
    ) -> dict[str, Grade]:
        """Bring due date, extensions and penalties up to date with what was entered meanwhile.

        The grades by student. `stamps` are times of handing in, where nbgrader has entered
        another attempt's; then only these students are settled.
        """
        with self._writing():
            cells = self._grade_cells(assignment)
            api, grades = self._api, {}
            set_due(self._book.db.query(api.Assignment).filter_by(name=assignment).one(), rules)
            for submission in self._submissions(assignment):
                if stamps is not None:
                    if submission.student_id not in stamps:
                        continue
                    submission.timestamp = self._moment(stamps[submission.student_id])
                grades[submission.student_id] = self._settled(submission, cells, rules)
        return grades

    def grades(self, assignment: str) -> dict[str, Grade]:
        """All grades of an assignment by student, as they stand in the gradebook now."""
        with speaking(self._folder):
            cells = self._grade_cells(assignment)
            return {
                each.student_id: Grade(
                    each.student_id,
                    tuple(self._scores(each, cells)),
                    sum(own.late_submission_penalty or 0.0 for own in each.notebooks),
                    each.total_seconds_late,
                )
                for each in self._submissions(assignment)
            }

    def scores(self, assignment: str) -> list[Score]:
        """All that is recorded for an assignment, by student and question."""
        with speaking(self._folder):
            cells = self._grade_cells(assignment)
            found = [
                score
                for each in self._submissions(assignment)
                for score in self._scores(each, cells)
            ]
        return sorted(found, key=lambda score: (score.student, score.question))

    def frozen_cells(self, assignment: str) -> set[tuple[str, str]] | None:
        """The notebooks and cells that must stay, because there are submissions; None if none."""
        api = self._api
        with speaking(self._folder):
            query = self._book.db.query(api.Assignment).filter(api.Assignment.name == assignment)
            found = query.one_or_none()
            if found is None or not found.submissions:
                return None
            return {
                (each.name, cell.name) for each in found.notebooks for cell in each.source_cells
            }

    def _moment(self, stamp: str) -> datetime | None:
        """A time stamp as nbgrader reads it, in UTC; None for what is none."""
        try:
            return cast(datetime, self._api.utils.parse_utc(stamp))
        except (ValueError, OverflowError):
            return None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One commit for all that is written within, or nothing at all."""
        try:
            with speaking(self._folder):
                yield
                self._book.db.commit()
        finally:
            self._book.db.rollback()  # nothing, after a commit

    def _grade_cells(self, assignment: str) -> dict[str, float]:
        """The released questions with their points; UserError where there are none."""
        api = self._api
        query = self._book.db.query(api.GradeCell.name, api.GradeCell.max_score)
        query = query.join(api.Notebook, api.Notebook.id == api.GradeCell.notebook_id)
        query = query.join(api.Assignment, api.Assignment.id == api.Notebook.assignment_id)
        cells = dict(map(tuple, query.filter(api.Assignment.name == assignment).all()))
        if not cells:
            remedy = f"Run `autograder release {assignment}` first"
            raise UserError(f"{self._folder.book}: {assignment} is not in it. {remedy}")
        return cells

    def _submission(self, student: str, assignment: str) -> Any:
        """The row of a submission, made as nbgrader makes it where there is none."""
        api, db = self._api, self._book.db
        if db.get(api.Student, student) is None:
            db.add(api.Student(id=student))
        known = db.query(api.Assignment).filter(api.Assignment.name == assignment).one()
        query = db.query(api.SubmittedAssignment)
        found = query.filter_by(assignment_id=known.id, student_id=student).one_or_none()
        return found or self._new_submission(student, known)

    def _new_submission(self, student: str, assignment: Any) -> Any:
        """The rows that nbgrader's `add_submission` writes, without its commit."""
        api, db = self._api, self._book.db
        submission = api.SubmittedAssignment(assignment_id=assignment.id, student_id=student)
        db.add(submission)
        owns = [api.SubmittedNotebook(notebook=each, assignment=submission)
                for each in assignment.notebooks]  # fmt: skip
        db.add_all(owns)
        db.flush()
        for own in owns:  # rows of the tables, which cost a fraction of objects
            cells = {api.Grade: own.notebook.grade_cells, api.Comment: own.notebook.solution_cells}
            for table, known in cells.items():
                if rows := [{"cell_id": cell.id, "notebook_id": own.id} for cell in known]:
                    db.execute(table.__table__.insert(), rows)
        return submission

    def _submissions(self, assignment: str) -> list[Any]:
        """The rows of all submissions of an assignment."""
        api = self._api
        query = self._book.db.query(api.SubmittedAssignment).join(api.Assignment)
        return list(query.filter(api.Assignment.name == assignment).all())

    def _settled(
        self, submission: Any, cells: dict[str, float], rules: Rules, rows: Rows | None = None
    ) -> Grade:
        """The grade of a submission, after its lateness was entered by the rules."""
        db = self._book.db
        db.flush()
        known = submission.assignment
        set_due(known, rules)
        extension = rules.extensions.get(submission.student_id, submission.extension)
        # nbgrader adds it to the due date, also where there is none
        submission.extension = (extension or None) if known.duedate else None
        late = seconds_late(submission.timestamp, known.duedate, submission.extension)
        scores = tuple(self._scores(submission, cells, rows))
        penalty = rules.late.penalty(exact(sum(score.earned for score in scores)), late)
        for place, notebook in enumerate(submission.notebooks):  # the sum of them is what counts
            notebook.late_submission_penalty = (penalty or None) if place == 0 else None
        return Grade(submission.student_id, scores, penalty, late)

    def _rows(self, table: Any, submission: Any) -> list[tuple[str, Any]]:
        """The grades or comments of a submission, each with its question."""
        api = self._api
        query = self._book.db.query(api.BaseCell.name, table)
        query = query.join(table, table.cell_id == api.BaseCell.id).join(api.SubmittedNotebook)
        rows = query.filter(api.SubmittedNotebook.assignment_id == submission.id).all()
        return [(name.removesuffix("-solution"), row) for name, row in rows]

    def _scores(
        self, submission: Any, cells: dict[str, float], rows: Rows | None = None
    ) -> Iterator[Score]:
        tables = self._api.Grade, self._api.Comment
        grades, commented = rows or (self._rows(table, submission) for table in tables)
        comments = dict(commented)
        for name, grade in grades:
            yield Score(
                student=submission.student_id,
                question=name,
                auto=grade.auto_score,
                manual=grade.manual_score,
                extra=grade.extra_credit or 0.0,
                possible=cells[name],
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


def refuse_stale(result: Result, cells: dict[str, float]) -> None:
    """UserError where the gradebook knows other questions or points than the result."""
    now = {question.id: float(question.possible) for question in result.questions}
    if differing := {id for id, _ in now.items() ^ cells.items()}:
        what = (
            f"questions or points were changed after its release ({', '.join(sorted(differing))})"
        )
        remedy = f"Run `autograder release {result.assignment}` first"
        raise UserError(f"{result.assignment}: {what}. {remedy}")
