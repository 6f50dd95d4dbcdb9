"""What nbgrader's tables hold on submissions: read, changed in memory, then saved.

It speaks to the tables. nbgrader's objects ask the database for each of their parts, and for sums
that nobody looks at here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from autograder.database import rows_by

Named = Sequence[tuple[str, Any]]  # rows, each with its question
UNGRADED = {
    "auto_score": None, "manual_score": None, "extra_credit": None, "needs_manual_grade": True,
}  # fmt: skip
UNSAID = {"auto_comment": None, "manual_comment": None}


class Row:
    """A row of a table, with an attribute for each column; it knows what of it is stored."""

    def __init__(self, table: Any, stored: Mapping[str, Any], **new: Any) -> None:
        self._table, self._stored = table, stored
        vars(self).update(stored, **new)

    @property
    def table(self) -> Any:
        return self._table

    @property
    def is_new(self) -> bool:
        return not self._stored

    def changes(self) -> dict[str, Any]:
        """The columns that say something else than is stored."""
        known = self._stored
        return {
            name: value
            for name, value in vars(self).items()
            if name[0] != "_" and (name not in known or known[name] != value)
        }

    def update(self) -> Any:
        """The statement that stores the changes of a row that is there already."""
        table = self._table
        return table.update().where(table.c.id == self._stored["id"]).values(self.changes())


@dataclass(frozen=True)
class Cell:
    """A released cell, of which each submission has a row: its points, or a comment."""

    id: str
    notebook: str
    question: str
    points: float | None  # the most that can be earned; None where comments are written


@dataclass(frozen=True)
class Released:
    """An assignment as nbgrader released it."""

    assignment: Any  # its row
    notebooks: Sequence[str]
    cells: Sequence[Cell]

    @property
    def points(self) -> dict[str, float]:
        """The questions with their points."""
        return {each.question: each.points for each in self.cells if each.points is not None}


@dataclass(frozen=True)
class Sheet:
    """All rows of one student's submission."""

    student: str
    submission: Any
    notebooks: Sequence[Any]
    grades: Named
    comments: Named
    own: Sequence[Row] = ()  # the student's, where it is new

    @property
    def rows(self) -> list[Row]:
        """All of them, each after those that it refers to."""
        named = [row for _, row in (*self.grades, *self.comments)]
        return [*self.own, self.submission, *self.notebooks, *named]


class Sheets:
    """Reads and saves sheets, within what a session of the gradebook's is about to do."""

    def __init__(self, api: ModuleType, session: Any) -> None:
        self._api = api
        self._session = session
        self._known: tuple[Any, Sequence[str], Sequence[Cell]] = (None, (), ())

    def released(self, name: str) -> Released | None:
        """What was released of an assignment; None where nbgrader knows none of that name."""
        for assignment in self._rows(self._api.Assignment, name=[name]):
            return Released(assignment, *self._parts(assignment.id))
        return None

    def _parts(self, assignment: str) -> tuple[Sequence[str], Sequence[Cell]]:
        """The ids of an assignment's notebooks and its cells, which are the same for a class.

        They are read again only after somebody else has written to the file.
        """
        state = assignment, self._state()
        if state[1] is None or state != self._known[0]:
            api = self._api
            books = self._rows(api.Notebook, assignment_id=[assignment])
            ids = [book.id for book in sorted(books, key=lambda book: str(book.name))]
            found = self._session.execute(cells_in(ids, api)).all()
            cells = [
                Cell(id, notebook, name.removesuffix("-solution"), points)
                for id, notebook, name, kind, points in found
                if kind in ("GradeCell", "SolutionCell")
            ]
            self._known = state, ids, cells
        return self._known[1:]

    def _state(self) -> tuple[Any, int] | None:
        """What is another as soon as others have written to the file; a server does not say."""
        connection = self._session.connection()
        if connection.dialect.name != "sqlite":
            return None
        driver = connection.connection.dbapi_connection
        return driver, driver.execute("PRAGMA data_version").fetchone()[0]

    def of_class(self, released: Released, only: Sequence[str] | None = None) -> list[Sheet]:
        """The sheets of all who have one, or of these students alone."""
        api, some = self._api, {} if only is None else {"student_id": only}
        found = self._rows(api.SubmittedAssignment, assignment_id=[released.assignment.id], **some)
        ids = [each.id for each in found]
        books = self._rows(api.SubmittedNotebook, notebook_id=released.notebooks, assignment_id=ids)
        own = grouped(books, "assignment_id")
        grades = self._named(api.Grade, released, books)
        comments = self._named(api.Comment, released, books)
        return [
            Sheet(
                each.student_id,
                each,
                own[each.id],
                [pair for book in own[each.id] for pair in grades[book.id]],
                [pair for book in own[each.id] for pair in comments[book.id]],
            )
            for each in found
        ]

    def of_student(self, released: Released, student: str) -> Sheet:
        """A student's sheet, a new one where there is none."""
        found = self.of_class(released, [student])
        return found[0] if found else self._blank(released, student)

    def _blank(self, released: Released, student: str) -> Sheet:
        """The rows that nbgrader's `add_submission` makes."""
        api, grades, comments = self._api, [], []
        known = self._rows(api.Student, id=[student])
        submission = self._new(
            api.SubmittedAssignment, assignment_id=released.assignment.id, student_id=student,
            timestamp=None, extension=None,
        )  # fmt: skip
        books = {
            each: self._new(api.SubmittedNotebook, assignment_id=submission.id, notebook_id=each,
                            late_submission_penalty=None)
            for each in released.notebooks
        }  # fmt: skip
        for cell in released.cells:
            place = {"cell_id": cell.id, "notebook_id": books[cell.notebook].id}
            if cell.points is None:
                comments.append((cell.question, self._new(api.Comment, **place, **UNSAID)))
            else:
                grades.append((cell.question, self._new(api.Grade, **place, **UNGRADED)))
        own = [] if known else [Row(api.Student.__table__, {}, id=student)]
        return Sheet(student, submission, list(books.values()), grades, comments, own)

    def _new(self, kind: Any, **columns: Any) -> Any:
        return Row(kind.__table__, {}, id=self._api.new_uuid(), **columns)

    def save(self, rows: Iterable[Row]) -> None:
        """Write what is new or another than is stored, each after what it refers to."""
        new: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            if row.is_new:
                new[row.table].append(row.changes())
            elif row.changes():
                self._session.execute(row.update())
        for table, values in new.items():
            self._session.execute(table.insert(), values)

    def _rows(self, kind: Any, **among: Sequence[str]) -> list[Any]:
        """The rows of which each column named here is one of these values."""
        if not all(among.values()):
            return []
        table = kind.__table__
        found = self._session.execute(rows_by(table, *among), among)
        columns = tuple(found.keys())
        return [Row(table, dict(zip(columns, each, strict=True))) for each in found]

    def _named(
        self, kind: Any, released: Released, books: Iterable[Any]
    ) -> Mapping[str, list[tuple[str, Any]]]:
        """The grades or comments of notebooks with their questions, as they were released."""
        cells, ids = [cell.id for cell in released.cells], [book.id for book in books]
        rows = grouped(self._rows(kind, cell_id=cells, notebook_id=ids), "cell_id")
        pairs: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        for cell in released.cells:
            for row in rows[cell.id]:
                pairs[row.notebook_id].append((cell.question, row))
        return pairs


def grouped(rows: Iterable[Any], column: str) -> Mapping[str, list[Any]]:
    """Rows by what a column says."""
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found


def cells_in(notebooks: Sequence[str], api: ModuleType) -> Any:
    """Asks for the cells of notebooks: id, notebook's id, name, kind, and points if graded."""
    cell, graded = api.BaseCell.__table__, api.GradeCell.__table__
    every = cell.outerjoin(graded, graded.c.id == cell.c.id).select()
    every = every.where(cell.c.notebook_id.in_(notebooks))
    return every.with_only_columns(
        cell.c.id, cell.c.notebook_id, cell.c.name, cell.c.type, graded.c.max_score
    )
