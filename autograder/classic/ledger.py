"""A classic course's gradebook: what it plans for an assignment, and where its scores go."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from autograder.classic.plan import PlannedNotebook, Slot
from autograder.classic.score import CellScore
from autograder.classic.settings import ClassicFolder
from autograder.core.errors import UserError
from autograder.database import opened, speaking
from autograder.gradebook import NO_RESPONSE, Gradebook, enter
from autograder.tables import InSession

Scores = Mapping[str, tuple[CellScore, ...]]  # by notebook


class Ledger(Gradebook):
    """nbgrader's gradebook of a classic course, cell by cell; use as a context manager."""

    def __init__(self, folder: ClassicFolder) -> None:
        if not folder.gradebook.is_file():
            what = "there is no gradebook yet"
            raise UserError(f"{folder.gradebook}: {what}. {to_generate(folder, 'ASSIGNMENT')}")
        self._api, self._book = opened(folder)
        super().__init__(folder, InSession(self._api, self._book))
        self._course = folder

    def __enter__(self) -> "Ledger":
        return self

    def assignments(self) -> list[str]:
        """The names of all assignments that have notebooks."""
        with speaking(self._course):
            found = self._book.db.query(self._api.Assignment).all()
            return sorted(each.name for each in found if each.notebooks)

    def notebooks(self, assignment: str) -> tuple[PlannedNotebook, ...]:
        """The notebooks of an assignment as they were generated; UserError where none were."""
        with speaking(self._course):
            query = self._book.db.query(self._api.Assignment)
            found = query.filter(self._api.Assignment.name == assignment).one_or_none()
            if found is None or not found.notebooks:
                what = f"{assignment} has no notebooks in it"
                remedy = to_generate(self._course, assignment)
                raise UserError(f"{self._course.gradebook}: {what}. {remedy}")
            return tuple(planned(notebook) for notebook in found.notebooks)

    def enter(self, student: str, assignment: str, scores: Scores, handed_in: str) -> None:
        """Write one student's scores in one commit. What a human entered stays."""
        with self._writing():
            submission = self._submission(student, assignment)
            moment = self._moment(handed_in) if handed_in else submission.timestamp
            anew = submission.timestamp != moment
            submission.timestamp = moment
            self._add_missing_rows(submission)
            for notebook in submission.notebooks:
                self._enter_notebook(notebook, scores[notebook.notebook.name], anew)
            self._book.db.flush()
            self._penalize(submission)

    def points(self, assignment: str) -> dict[str, dict[tuple[str, str], Any]]:
        """By student, what the gradebook holds on each (notebook, cell): nbgrader's own rows."""
        api = self._api
        with speaking(self._course):
            query = self._book.db.query(api.SubmittedAssignment).join(api.Assignment)
            return {
                each.student_id: {
                    (notebook.notebook.name, grade.cell.name): grade
                    for notebook in each.notebooks
                    for grade in notebook.grades
                }
                for each in query.filter(api.Assignment.name == assignment).all()
            }

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

    def _add_missing_rows(self, submission: Any) -> None:
        """The rows of notebooks and cells that came to the assignment after the submission."""
        api, db = self._api, self._book.db
        db.flush()
        present = {own.notebook_id: own for own in submission.notebooks}
        for notebook in submission.assignment.notebooks:
            own = present.get(notebook.id)
            if own is None:
                own = api.SubmittedNotebook(notebook=notebook, assignment=submission)
                db.add(own)
                db.flush()
            graded = {grade.cell_id for grade in own.grades}
            said = {comment.cell_id for comment in own.comments}
            tasks = list(notebook.task_cells)
            for cell in [*notebook.grade_cells, *tasks]:
                if cell.id not in graded:
                    db.add(api.Grade(cell=cell, notebook=own))
            for cell in [*notebook.solution_cells, *tasks]:
                if cell.id not in said:
                    db.add(api.Comment(cell=cell, notebook=own))
        db.flush()
        db.expire(submission)

    def _enter_notebook(self, notebook: Any, scores: tuple[CellScore, ...], anew: bool) -> None:
        known = {score.cell: score for score in scores}
        for grade in notebook.grades:
            if score := known.get(grade.cell.name):
                enter(grade, score.auto, anew, score.review)
        for comment in notebook.comments:
            found = known.get(comment.cell.name)
            comment.auto_comment = NO_RESPONSE if found and found.untouched else None

    def _penalize(self, submission: Any) -> None:
        """The course's own penalty for what came late, notebook by notebook, as nbgrader does."""
        penalties, db = self._course.penalties, self._book.db
        db.refresh(submission)
        for notebook in submission.notebooks:
            notebook.late_submission_penalty = None
            db.flush()
            db.refresh(notebook)
            late = submission.total_seconds_late
            if late > 0:
                student = submission.student_id
                asked = penalties.plugin_inst.late_submission_penalty(student, notebook.score, late)
                if asked is not None:
                    notebook.late_submission_penalty = max(0, min(asked, notebook.score))


def planned(notebook: Any) -> PlannedNotebook:
    """A notebook of the gradebook as a plain value."""
    kernel = json.loads(notebook.kernelspec) if notebook.kernelspec else {}
    language = str(kernel.get("language") or "python").lower()
    return PlannedNotebook(notebook.name, tuple(slots(notebook)), language)


def slots(notebook: Any) -> Iterator[Slot]:
    """The cells of a notebook that nbgrader knows."""
    grades = {cell.name: cell for cell in notebook.grade_cells}
    tasks = {cell.name: cell for cell in notebook.task_cells}
    solutions = {cell.name for cell in notebook.solution_cells}
    for cell in notebook.source_cells:
        graded = grades.get(cell.name) or tasks.get(cell.name)
        yield Slot(
            name=cell.name,
            kind=cell.cell_type,
            source=cell.source or "",
            locked=bool(cell.locked),
            checksum=cell.checksum or "",
            grade=cell.name in grades,
            solution=cell.name in solutions,
            task=cell.name in tasks,
            points=float(graded.max_score or 0.0) if graded else 0.0,
        )


def to_generate(folder: ClassicFolder, assignment: str) -> str:
    """What to type so that the gradebook knows an assignment."""
    return f"Type: cd {folder.root} && nbgrader generate_assignment {assignment}"
