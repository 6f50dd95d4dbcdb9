"""Rows of the gradebook: those that nbgrader would make, and no column written without need."""

import sqlite3

import pytest

from autograder.database import opened
from autograder.sheets import Sheets
from autograder.tables import InFile, InSession

ROWS = """
select table_name, cell, late, flagged, auto_score, manual_score, extra_credit, needs from (
select 'notebook' as table_name, '' as cell, late_submission_penalty as late, flagged, null as
auto_score, null as manual_score, null as extra_credit, null as needs, assignment_id as own from
submitted_notebook
union all select 'grade', base_cell.name, null, null, auto_score, manual_score, extra_credit,
needs_manual_grade, assignment_id from grade join base_cell on base_cell.id = cell_id
join submitted_notebook on submitted_notebook.id = grade.notebook_id
union all select 'comment', base_cell.name, null, null, auto_comment, manual_comment, null, null,
assignment_id from comment join base_cell on base_cell.id = cell_id
join submitted_notebook on submitted_notebook.id = comment.notebook_id
) join submitted_assignment on submitted_assignment.id = own where student_id = ? order by 1, 2
"""


@pytest.fixture(params=["file", "session"])
def tables(request, folder):
    """The tables of a file, spoken to directly and by nbgrader's own session."""
    found = InFile(folder.gradebook) if request.param == "file" else InSession(*opened(folder))
    yield found
    found.close()


@pytest.fixture
def sheets(tables):
    return Sheets(tables)


def stored(folder, sentence, *values):
    """What nbgrader's file holds."""
    connection = sqlite3.connect(folder.gradebook)
    try:
        return connection.execute(sentence, values).fetchall()
    finally:
        connection.close()


def test_a_new_sheet_has_the_rows_that_nbgrader_makes(folder, tables, sheets):
    released = sheets.released("01_small")
    sheets.save(sheets.of_student(released, "ann").rows)
    tables.commit()
    _, gradebook = opened(folder)
    gradebook.add_student("bob")
    with gradebook.db.no_autoflush:  # or SQLAlchemy warns of what nbgrader does
        gradebook.add_submission("01_small", "bob")
    gradebook.close()
    assert stored(folder, ROWS, "ann") == stored(folder, ROWS, "bob") != []
    students = stored(folder, "select * from student")
    assert {row[1:] for row in students} == {(None,) * 4}


def test_what_was_saved_is_read_again_in_the_order_of_the_release(tables, sheets):
    released = sheets.released("01_small")
    new = sheets.of_student(released, "ann")
    sheets.save(new.rows)
    tables.commit()
    (again,) = sheets.of_class(released)
    assert [name for name, _ in again.grades] == list(released.points) == [n for n, _ in new.grades]
    assert [name for name, _ in again.comments] == [name for name, _ in new.comments]
    assert not any(row.changes() for row in again.rows)


def test_a_column_that_somebody_else_writes_meanwhile_stays(folder, tables, sheets):
    released = sheets.released("01_small")
    sheets.save(sheets.of_student(released, "ann").rows)
    tables.commit()
    sheet = sheets.of_student(released, "ann")
    tables.rollback()
    with sqlite3.connect(folder.gradebook) as other:  # as formgrader does
        other.execute("update grade set manual_score = 1.5")
    other.close()
    for _, grade in sheet.grades:
        grade.auto_score = 2.0
    sheets.save(sheet.rows)
    tables.commit()
    assert stored(folder, "select distinct auto_score, manual_score from grade") == [(2.0, 1.5)]


def test_what_others_release_meanwhile_is_seen(folder, sheets):
    before = sheets.released("01_small").points
    assert before == sheets.released("01_small").points != {}
    with sqlite3.connect(folder.gradebook) as other:  # as `nbgrader generate_assignment` does
        other.execute("update grade_cells set max_score = max_score + 1")
    other.close()
    after = {name: points + 1 for name, points in before.items()}
    assert sheets.released("01_small").points == after


def test_an_assignment_that_nbgrader_does_not_know_was_not_released(sheets):
    assert sheets.released("02_other") is None
