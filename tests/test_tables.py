"""Tables in a file, spoken to directly: each value is what nbgrader's session makes of it."""

import sqlite3
from datetime import datetime, timedelta

import pytest

from autograder.core.errors import GraderError
from autograder.database import opened
from autograder.folder import CourseFolder
from autograder.tables import READ, WRITTEN, InFile, InSession, is_complete, tables_of

MOMENTS = (datetime(2026, 5, 1, 12, 0, 0, 123456), datetime(1999, 12, 31), None)
SPANS = (timedelta(days=400, microseconds=1), timedelta(0), -timedelta(hours=3), None)


@pytest.fixture
def both(folder):
    """The same tables twice: directly, and through nbgrader's session."""
    tables = InFile(folder.gradebook), InSession(*opened(folder))
    yield tables
    for each in tables:
        each.close()


@pytest.fixture
def submission(both):
    """A submission's row, of which `rows` and `update` are asked."""
    (assignment,) = both[0].rows("assignment", name=["01_small"])
    both[0].insert("student", [{"id": "ann"}])
    row = {"id": "s", "assignment_id": assignment["id"], "student_id": "ann"}
    both[0].insert("submitted_assignment", [row])
    both[0].commit()
    return {"id": ["s"]}


@pytest.mark.parametrize("writer", [0, 1])
@pytest.mark.parametrize(
    ("column", "value"),
    [*(("timestamp", each) for each in MOMENTS), *(("extension", each) for each in SPANS)],
)
def test_both_read_what_one_has_written(both, submission, writer, column, value):
    both[writer].update("submitted_assignment", "s", {column: value})
    both[writer].commit()
    found = [each.rows("submitted_assignment", **submission) for each in both]
    assert found[0] == found[1]
    assert found[0][0][column] == value


def kinds(rows):
    """The types of all values."""
    return [{name: type(value) for name, value in row.items()} for row in rows]


def test_both_have_the_same_columns_of_all_tables(both, submission):
    for table in READ | WRITTEN:
        known = both[0].connection.execute(f"SELECT id FROM {table}")
        ids = [id for (id,) in known] or ["none"]
        found = [each.rows(table, id=ids) for each in both]
        assert found[0] == found[1]
        assert kinds(found[0]) == kinds(found[1])


def test_what_is_not_committed_is_not_there(both, submission):
    both[0].update("submitted_assignment", "s", {"timestamp": MOMENTS[0]})
    both[0].rollback()
    assert both[1].rows("submitted_assignment", **submission)[0]["timestamp"] is None


def test_the_state_is_another_once_others_have_written(both, submission):
    known = both[0].state()
    both[0].update("submitted_assignment", "s", {"timestamp": MOMENTS[0]})
    both[0].commit()
    assert both[0].state() == known
    both[1].update("submitted_assignment", "s", {"timestamp": MOMENTS[1]})
    both[1].commit()
    assert both[0].state() != known
    assert both[1].state() is None


def test_nbgrader_makes_what_is_missing(tmp_path):
    folder = CourseFolder(tmp_path)
    assert not is_complete(folder.gradebook)
    sqlite3.connect(folder.gradebook).close()
    tables = tables_of(folder)
    assert is_complete(folder.gradebook)
    assert tables.rows("student", id=["ann"]) == []
    tables.close()


def test_a_file_that_cannot_be_written_is_said(tmp_path):
    folder = CourseFolder(tmp_path)
    folder.gradebook.mkdir()
    with pytest.raises(GraderError, match=r"unable to open database file\. Check that"):
        tables_of(folder)
