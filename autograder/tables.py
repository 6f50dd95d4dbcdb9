"""nbgrader's tables, read and written by name: those in a file, or what a session has before it.

A file is spoken to directly. To import SQLAlchemy and nbgrader's objects takes a quarter of a
second, and then each question some ten times as long. They are there to speak to a server.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from autograder import database
from autograder.database import opened, rows_by, speaking
from autograder.folder import CourseFolder

READ = {"assignment", "notebook", "base_cell", "grade_cells", "source_cell"}
WRITTEN = {"student", "submitted_assignment", "submitted_notebook", "grade", "comment"}
# Columns that a file holds as something else, which is what SQLAlchemy makes of them there.
MOMENTS = ("timestamp", "duedate")
SPANS = ("extension",)  # as the moment so long after the epoch
FLAGS = ("flagged", "locked", "needs_manual_grade")
EPOCH = datetime(1970, 1, 1)


class Tables(Protocol):
    """Tables by name, with what is written by the next commit."""

    def rows(self, table: str, **among: Sequence[str]) -> list[dict[str, Any]]:
        """The rows of which each column named here is one of these values."""

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows, which all name the same columns."""

    def update(self, table: str, id: str, changes: Mapping[str, Any]) -> None:
        """Change columns of a row."""

    def state(self) -> int | None:
        """What is another as soon as others have written here; None where that is not said."""

    def commit(self) -> None: ...

    def rollback(self) -> None: ...

    def close(self) -> None: ...


def tables_of(folder: CourseFolder) -> Tables:
    """The tables of a course folder; nbgrader makes what is missing."""
    if folder.server:
        return InSession(*opened(folder))
    with speaking(folder):
        if not is_complete(folder.gradebook):
            InSession(*opened(folder)).close()
        return InFile(folder.gradebook)


def is_complete(file: Path) -> bool:
    """Whether a file has all tables."""
    if not file.is_file():
        return False
    with closing(connected(file)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in found} >= READ | WRITTEN


def connected(file: Path) -> sqlite3.Connection:
    """A connection that waits for others to finish writing."""
    return sqlite3.connect(file, timeout=database.BUSY_SECONDS)


class InFile:
    """The tables in a file of SQLite's."""

    def __init__(self, file: Path) -> None:
        self.connection = connected(file)
        self.connection.execute("PRAGMA journal_mode=WAL")  # readers never wait

    def rows(self, table: str, **among: Sequence[str]) -> list[dict[str, Any]]:
        some = (f"{name} IN ({marks(values)})" for name, values in among.items())
        values = [value for each in among.values() for value in each]
        found = self._execute(f"SELECT * FROM {table} WHERE {' AND '.join(some)}", values)
        names = [column[0] for column in found.description]
        return [dict(zip(names, map(read, names, row), strict=True)) for row in found]

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        names = ", ".join(rows[0])
        sentence = f"INSERT INTO {table} ({names}) VALUES ({marks(rows[0])})"
        self.connection.executemany(sentence, [stored(row.values()) for row in rows])

    def update(self, table: str, id: str, changes: Mapping[str, Any]) -> None:
        columns = ", ".join(f"{name} = ?" for name in changes)
        values = [*stored(changes.values()), id]
        self._execute(f"UPDATE {table} SET {columns} WHERE id = ?", values)

    def state(self) -> int | None:
        return int(self._execute("PRAGMA data_version").fetchone()[0])

    def commit(self) -> None:
        self.connection.commit()

    def rollback(self) -> None:
        self.connection.rollback()

    def close(self) -> None:
        self.connection.close()

    def _execute(self, sentence: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self.connection.execute(sentence, values)


def marks(values: Iterable[Any]) -> str:
    """A question mark in the place of each value."""
    return ", ".join("?" for _ in values)


def read(column: str, value: Any) -> Any:
    """A value as it was before it was stored in a column."""
    if value is None:
        return None
    if column in FLAGS:
        return bool(value)
    if column in MOMENTS + SPANS:
        moment = datetime.fromisoformat(value)
        return moment - EPOCH if column in SPANS else moment
    return value


def stored(values: Iterable[Any]) -> list[Any]:
    """Values as they are stored in a file."""
    moments = (EPOCH + each if isinstance(each, timedelta) else each for each in values)
    return [
        each.isoformat(" ", "microseconds") if isinstance(each, datetime) else each
        for each in moments
    ]


class InSession:
    """The tables that a session of nbgrader's gradebook has before it."""

    def __init__(self, api: ModuleType, book: Any) -> None:
        self._known = api.Base.metadata.tables
        self._book = book

    def rows(self, table: str, **among: Sequence[str]) -> list[dict[str, Any]]:
        found = self._book.db.execute(rows_by(self._known[table], *among), among)
        names = list(found.keys())
        return [dict(zip(names, row, strict=True)) for row in found]

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        self._book.db.execute(self._known[table].insert(), list(rows))

    def update(self, table: str, id: str, changes: Mapping[str, Any]) -> None:
        known = self._known[table]
        self._book.db.execute(known.update().where(known.c.id == id).values(changes))

    def state(self) -> int | None:
        return None

    def commit(self) -> None:
        self._book.db.commit()

    def rollback(self) -> None:
        self._book.db.rollback()

    def close(self) -> None:
        self._book.close()
