"""What nbgrader's tables hold on submissions: read, changed in memory, then saved.

It speaks to the tables. nbgrader's objects ask the database for each of their parts, and for sums
that nobody looks at here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from autograder.tables import Tables

Named = Sequence[tuple[str, Any]]  # rows, each with its question
UNGRADED = {
    "auto_score": None, "manual_score": None, "extra_credit": None, "needs_manual_grade": True,
}  # fmt: skip
UNSAID = {"auto_comment": None, "manual_comment": None}


class Row:
    """A row of a table, with an attribute for each column; it knows what of it is stored."""

    def __init__(self, table: str, stored: Mapping[str, Any], **new: Any) -> None:
        self._table, self._stored = table, stored
        vars(self).update(stored, **new)

    @property
    def table(self) -> str:
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
    """Reads and saves sheets, within what is about to be committed."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._known: tuple[Any, Sequence[str], Sequence[Cell]] = (None, (), ())

    def released(self, name: str) -> Released | None:
        """What was released of an assignment; None where nbgrader knows none of that name."""
        for assignment in self._rows("assignment", name=[name]):
            return Released(assignment, *self._parts(assignment.id))
        return None

    def _parts(self, assignment: str) -> tuple[Sequence[str], Sequence[Cell]]:
        """The ids of an assignment's notebooks and its cells, which are the same for a class.

        They are read again only after somebody else has written to the file.
        """
        state = self._tables.state()
        if state is None or self._known[0] != (assignment, state):
            books = self._rows("notebook", assignment_id=[assignment])
            ids = [book.id for book in sorted(books, key=lambda book: str(book.name))]
            self._known = (assignment, state), ids, self._cells(ids)
        return self._known[1:]

    def _cells(self, notebooks: Sequence[str]) -> list[Cell]:
        """The cells of notebooks that are graded, or commented on."""
        cells = self._rows("base_cell", notebook_id=notebooks)
        graded = self._rows("grade_cells", id=[cell.id for cell in cells])
        points = {cell.id: cell.max_score for cell in graded}
        return [
            Cell(cell.id, cell.notebook_id, cell.name.removesuffix("-solution"),
                 points.get(cell.id))
            for cell in cells
            if cell.type in ("GradeCell", "SolutionCell")
        ]  # fmt: skip

    def of_class(self, released: Released, only: Sequence[str] | None = None) -> list[Sheet]:
        """The sheets of all who have one, or of these students alone."""
        some = {} if only is None else {"student_id": only}
        found = self._rows("submitted_assignment", assignment_id=[released.assignment.id], **some)
        ids = [each.id for each in found]
        books = self._rows("submitted_notebook", notebook_id=released.notebooks, assignment_id=ids)
        own = grouped(books, "assignment_id")
        grades = self._named("grade", released, books)
        comments = self._named("comment", released, books)
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
        grades, comments = [], []
        known = self._rows("student", id=[student])
        submission = new("submitted_assignment", assignment_id=released.assignment.id,
                         student_id=student, timestamp=None, extension=None)  # fmt: skip
        books = {
            each: new("submitted_notebook", assignment_id=submission.id, notebook_id=each,
                      flagged=False, late_submission_penalty=None)
            for each in released.notebooks
        }  # fmt: skip
        for cell in released.cells:
            place = {"cell_id": cell.id, "notebook_id": books[cell.notebook].id}
            if cell.points is None:
                comments.append((cell.question, new("comment", **place, **UNSAID)))
            else:
                grades.append((cell.question, new("grade", **place, **UNGRADED)))
        own = [] if known else [Row("student", {}, id=student)]
        return Sheet(student, submission, list(books.values()), grades, comments, own)

    def save(self, rows: Iterable[Any]) -> None:
        """Write what is new or another than is stored, each after what it refers to."""
        added: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            changes = row.changes()
            if row.is_new:
                added[row.table].append(changes)
            elif changes:
                self._tables.update(row.table, row.id, changes)
        for table, values in added.items():
            self._tables.insert(table, values)

    def frozen_cells(self, name: str) -> set[tuple[str, str]] | None:
        """The notebooks and cells that must stay, because there are submissions; None if none."""
        found = [each.id for each in self._rows("assignment", name=[name])]
        if not self._rows("submitted_assignment", assignment_id=found):
            return None
        books = {book.id: book.name for book in self._rows("notebook", assignment_id=found)}
        cells = self._rows("source_cell", notebook_id=list(books))
        return {(books[cell.notebook_id], cell.name) for cell in cells}

    def _rows(self, table: str, **among: Sequence[str]) -> list[Any]:
        """The rows of which each column named here is one of these values."""
        found = self._tables.rows(table, **among) if all(among.values()) else ()
        return [Row(table, each) for each in found]

    def _named(
        self, table: str, released: Released, books: Iterable[Any]
    ) -> Mapping[str, list[tuple[str, Any]]]:
        """The grades or comments of notebooks with their questions, as they were released."""
        cells, ids = [cell.id for cell in released.cells], [book.id for book in books]
        rows = grouped(self._rows(table, cell_id=cells, notebook_id=ids), "cell_id")
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


def new(table: str, **columns: Any) -> Any:
    """A row that is not stored yet, with an id as nbgrader makes them."""
    return Row(table, {}, id=uuid4().hex, **columns)
