"""Notebooks that are handed in: what can be read is read, what cannot is refused in a sentence."""

import json

import pytest

from autograder.core.errors import SubmissionError
from autograder.core.submission import CELL_LIMIT, SIZE_LIMIT, SOURCE_LIMIT, read_notebook


def notebook(*cells, **rest):
    """The bytes of a notebook of format 4."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": cells} | rest).encode()


def code(source, **rest):
    """A code cell."""
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": []} | rest


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "not JSON"),
        (b"this is no notebook", "not JSON"),
        (b'{"nbformat": 4', "not JSON"),
        (b"\x89PNG\r\n\x1a\n", "not a text file"),
        (b"[" * 200_000, "nested too deep"),
        (b"1" * 5000, "not JSON"),
        (b"[]", "JSON, but no notebook"),
        (b"null", "JSON, but no notebook"),
        (b"{}", "notebook format unknown, not 4"),
        (notebook(nbformat=3), "notebook format 3, not 4"),
        (notebook(nbformat=5), "notebook format 5, not 4"),
        (notebook(nbformat=[4]), "notebook format unknown, not 4"),
        (notebook(nbformat="x" * 999), "notebook format 'x{19}, not 4"),
        (notebook(nbformat="\x1b[31m9"), r"notebook format '\\x1b\[31m9', not 4"),
        (b'{"nbformat": 4}', "no list of cells"),
        (notebook(cells={"0": code("1")}), "no list of cells"),
        (notebook(*[code("")] * (CELL_LIMIT + 1)), "5,001 cells"),
        (notebook(code("#" * (SOURCE_LIMIT + 1))), "more than 4 MB of source"),
        (notebook(*[code("#" * (1 << 20))] * 5), "more than 4 MB of source"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_notebook_is_refused_in_one_sentence(data, complaint):
    with pytest.raises(SubmissionError, match=complaint) as refused:
        read_notebook("homework.ipynb", data)
    assert str(refused.value).startswith("homework.ipynb: ")
    assert "\n" not in str(refused.value)


def test_a_file_beyond_the_bound_is_refused_unread():
    with pytest.raises(SubmissionError, match=r"more than 128 MB\. Clear its outputs"):
        read_notebook("homework.ipynb", b"\xff" * (SIZE_LIMIT + 1))


@pytest.mark.parametrize(
    ("cell", "kind", "source"),
    [
        (code("x = 1"), "code", "x = 1"),
        (code(["x = 1\n", "y = 2"]), "code", "x = 1\ny = 2"),
        (code(["x = 1\n", None, 2, "y = 2"]), "code", "x = 1\ny = 2"),
        (code(None), "code", ""),
        (code(3.5), "code", ""),
        (code({"text": "x"}), "code", ""),
        ({"cell_type": "code"}, "code", ""),
        ({"cell_type": "markdown", "source": "text"}, "markdown", "text"),
        ({"cell_type": "heading", "source": "text"}, "raw", "text"),
        ({"cell_type": ["code"], "source": "text"}, "raw", "text"),
        ({"source": "text"}, "raw", "text"),
        ("a text", "raw", ""),
        (None, "raw", ""),
        ([code("x")], "raw", ""),
        (code("a\ud800b = 'é🙂'"), "code", "a?b = 'é🙂'"),
    ],
)
def test_a_cell_of_any_shape_is_read_as_kind_and_text(cell, kind, source):
    [read] = read_notebook("a.ipynb", notebook(cell)).cells
    assert (read.kind, read.source) == (kind, source)
    read.source.encode()


@pytest.mark.parametrize(
    ("metadata", "grade_id"),
    [
        ({"nbgrader": {"grade_id": "f", "points": 1e9, "grade": True}}, "f"),
        ({"nbgrader": {"grade_id": 7}}, ""),
        ({"nbgrader": {"grade_id": "f\ud800"}}, "f?"),  # half a character could not be written
        ({"nbgrader": {"grade_id": "f" * 1000}}, "f" * 200),
        ({"nbgrader": {"grade_id": ["f"]}}, ""),
        ({"nbgrader": {}}, ""),
        ({"nbgrader": "f"}, ""),
        ({"nbgrader": None}, ""),
        ({}, ""),
        ("f", ""),
        ([], ""),
        (None, ""),
    ],
)
def test_metadata_of_any_type_gives_a_question_or_none(metadata, grade_id):
    [read] = read_notebook("a.ipynb", notebook(code("x", metadata=metadata))).cells
    assert read.grade_id == grade_id


def test_a_notebook_whose_bulk_is_outputs_is_read():
    picture = {"output_type": "display_data", "data": {"image/png": "A" * (50 << 20)}}
    read = read_notebook("a.ipynb", notebook(code("x = 1", outputs=[picture])))
    assert [cell.source for cell in read.cells] == ["x = 1"]


def test_as_many_cells_as_allowed_are_read():
    assert len(read_notebook("a.ipynb", notebook(*[code("1")] * CELL_LIMIT)).cells) == CELL_LIMIT


def test_the_mark_of_other_editors_at_the_start_of_a_file_is_no_obstacle():
    data = b"\xef\xbb\xbf" + notebook(code("x = 1"))
    assert read_notebook("a.ipynb", data).cells[0].source == "x = 1"


def test_a_cell_of_white_space_is_no_code():
    cells = read_notebook("a.ipynb", notebook(code(" \n\t"), code("x"))).cells
    assert [cell.is_code for cell in cells] == [False, True]


def test_files_beside_the_notebook_come_along():
    files = {"data/digits.csv": b"1,2"}
    assert read_notebook("a.ipynb", notebook(), files).files == files


OLD_CELLS = [
    {"cell_type": "heading", "level": 2, "source": "A title"},
    {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python", "outputs": []},
    {"cell_type": "markdown", "source": "text"},
]


def test_notebooks_of_the_old_format_are_read_and_that_is_told():
    sheets = [{"cells": OLD_CELLS[:2]}, {"cells": OLD_CELLS[2:]}, {"cells": None}, "nothing"]
    data = json.dumps({"nbformat": 3, "nbformat_minor": 0, "worksheets": sheets}).encode()
    read = read_notebook("a.ipynb", data)
    assert [(cell.kind, cell.source) for cell in read.cells] == [
        ("markdown", "## A title"),
        ("code", "x = 1\ny = 2"),
        ("markdown", "text"),
    ]
    assert read.remarks == ("The notebook was saved in the old format 3. We read it all the same.",)


@pytest.mark.parametrize(
    "rest", [{"nbformat": "4"}, {"nbformat_minor": 0}, {"nbformat": None}, {"metadata": None}]
)
def test_what_a_notebook_says_of_itself_may_be_wrong(rest):
    assert read_notebook("a.ipynb", notebook(code("x = 1"), **rest)).cells[0].source == "x = 1"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n"),
        (["x = 1\r\n", "y = 2"], "x = 1\ny = 2"),
        ("x = 1\ry = 2", "x = 1\ny = 2"),
        ("\ufeffx = 1", "x = 1"),
        ("x\u200b = 1", "x = 1"),
        (["x = 1", "y = 2"], "x = 1\ny = 2"),
        (["x = 1\n", "", "y = 2"], "x = 1\ny = 2"),
    ],
)
def test_what_editors_put_in_unseen_is_taken_out(source, text):
    assert read_notebook("a.ipynb", notebook(code(source))).cells[0].source == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_a_file_in_another_encoding_is_read(encoding):
    data = json.dumps({"nbformat": 4, "cells": [code("s = 'größer'")]}, ensure_ascii=False)
    read = read_notebook("a.ipynb", data.encode(encoding))
    assert read.cells[0].source == "s = 'größer'"
    assert len(read.remarks) == (encoding == "cp1252")


def test_zeros_at_the_end_of_a_file_are_no_obstacle():
    assert read_notebook("a.ipynb", notebook(code("x = 1")) + b"\0" * 512).cells


def test_the_id_of_a_cell_comes_along_if_it_is_one():
    read = read_notebook("a.ipynb", notebook(code("x", id="abc"), code("x", id=7), code("x")))
    assert [cell.id for cell in read.cells] == ["abc", "", ""]


def test_more_values_than_memory_is_meant_for_are_refused():
    with pytest.raises(SubmissionError, match=r"more than 5 million values\. Clear its outputs"):
        read_notebook("a.ipynb", b'{"metadata": [' + b"[]," * 2_500_001)
