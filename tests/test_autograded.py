"""The notebooks in autograded/: trusted cells, the student's answers, our outputs, nothing else."""

import base64
import json
import re
from dataclasses import replace

import nbformat
import pytest

from autograder import autograded
from autograder.core.errors import UserError
from autograder.core.outcome import Outcome
from autograder.gradebook import Gradebook

ANSWERS = {
    "double-solution": "def double(number):\n    return 2 * number",
    "why": "Because **squares** add up.",
}
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()


@pytest.fixture
def written(assignment, folder, handed_in, verdict):
    """A function that hands in, writes, and reads back the cells."""

    def write(answers=ANSWERS, change=lambda cells: cells, result=None):
        data = handed_in("ann", answers, change)
        file = autograded.write(assignment, folder, "ann", data, result or verdict())
        notebook = nbformat.read(file, 4)
        nbformat.validate(notebook)
        return notebook.cells

    return write


def named(cells, grade_id):
    """The one cell that nbgrader knows by this name."""
    (found,) = [
        cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    ]
    return found


def code(source, **metadata):
    return {"cell_type": "code", "id": "x1", "source": source, "metadata": metadata,
            "outputs": [], "execution_count": None}  # fmt: skip


def text(source, **more):
    return {"cell_type": "markdown", "id": "x2", "source": source, "metadata": {}} | more


def add(*new, at=None):
    """A change that puts cells into a notebook."""
    return lambda cells: [*cells[:at], *new, *(cells[at:] if at is not None else [])]


def own(cells):
    """The cells that are not of the release, in their order, with the one before each."""
    ids = [cell.id for cell in cells]
    return [
        (cells[n - 1].source if n else "", cell)
        for n, cell in enumerate(cells)
        if ids[n].startswith("own-")
    ]


def test_answers_stand_in_the_released_cells(written, folder):
    release = json.loads(folder.release_notebook("01_small", "small").read_text())["cells"]
    cells = written()
    assert [cell.metadata for cell in cells] == [cell["metadata"] for cell in release]
    assert [cell.id for cell in cells] == [cell["id"] for cell in release]
    assert named(cells, "double-solution").source == ANSWERS["double-solution"]
    assert named(cells, "why").source == ANSWERS["why"]
    assert "raise NotImplementedError" in named(cells, "hypotenuse-solution").source


def test_nbgrader_finds_locked_cells_unchanged_and_answers_changed(written):
    from nbgrader.utils import compute_checksum

    cells = written(ANSWERS | {"double": "assert True", "provided-1": "import os"})
    same = {
        cell.metadata.nbgrader.grade_id: cell.metadata.nbgrader.checksum == compute_checksum(cell)
        for cell in cells
        if "nbgrader" in cell.metadata
    }
    assert same == {
        "provided-1": True, "double-solution": False, "double": True,
        "hypotenuse-solution": True, "hypotenuse": True, "why": False,
    }  # fmt: skip


def test_changed_locked_cells_are_shown_after_the_true_ones(written):
    cells = written({"double": "assert True"})
    assert [(before, cell.source, cell.metadata) for before, cell in own(cells)] == [
        ("assert double(2) == 4", "assert True", {})
    ]


def test_the_students_own_cells_stay_in_their_order(written):
    extra = [code("first = 1", tags=["skip-execution"]), text("Some *thoughts*.")]
    cells = written(change=add(*extra, at=3))
    assert [cell.source for _, cell in own(cells)] == ["first = 1", "Some *thoughts*."]
    assert own(cells)[0][0] == ANSWERS["double-solution"]
    assert all(cell.metadata == {} for _, cell in own(cells))


def test_the_last_copy_of_an_answer_counts(written):
    mark = {"nbgrader": {"grade_id": "double-solution", "solution": True, "points": 99}}
    cells = written(
        change=add(code("def double(n):\n    return n + n", **mark), code("  ", **mark))
    )
    assert named(cells, "double-solution").source == "def double(n):\n    return n + n"
    assert [cell.source for _, cell in own(cells)] == [ANSWERS["double-solution"]]


def test_an_empty_copy_of_a_written_answer_does_not_hide_it(written):
    mark = {"nbgrader": {"grade_id": "why"}}
    cells = written(change=add(text("*Your answer here.*", metadata=mark)))
    assert named(cells, "why").source == ANSWERS["why"]


@pytest.mark.parametrize("ids", [True, False], ids=["ids kept", "ids lost"])
def test_answers_without_their_mark_find_their_place(written, ids):
    def lose_marks(cells):
        kept = [cell | {"metadata": {}} for cell in cells]
        return kept if ids else [cell | {"id": f"new{n}"} for n, cell in enumerate(kept)]

    cells = written(change=lose_marks)
    assert named(cells, "why").source == ANSWERS["why"]
    assert named(cells, "double-solution").source == ANSWERS["double-solution"]
    assert own(cells) == []


def test_an_answer_in_a_cell_of_ones_own_takes_the_place_of_the_stub(written):
    answer = "def hypotenuse(a, b):\n    return (a * a + b * b) ** 0.5"
    cells = written(change=add(code(answer)))
    assert named(cells, "hypotenuse-solution").source == answer
    assert own(cells) == []


def test_the_parts_of_a_written_answer_stand_together(written):
    mark = {"nbgrader": {"grade_id": "why"}}
    cells = written(change=add(text("And there is more.", metadata=mark)))
    assert named(cells, "why").source == f"{ANSWERS['why']}\n\nAnd there is more."
    assert own(cells) == []


def test_repairs_are_noted_before_problems(written, verdict):
    result = replace(verdict(problems=["It stopped."]), repairs=("We put it together.",))
    assert written(result=result)[0].source.endswith("\n\n* We put it together.\n* It stopped.")


def test_our_run_gives_the_outputs(written, verdict):
    stored = [{"output_type": "stream", "name": "stdout", "text": "all tests passed"}]
    ran = {"output_type": "stream", "name": "stderr", "text": "careful"}
    picture = {
        "output_type": "display_data",
        "data": {"image/png": PIXEL, "text/html": "<b>no</b>", "text/plain": "<Figure>"},
        "metadata": {"isolated": True},
    }
    error = {"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["line"]}
    runs = [("import math\n", [ran, picture]), ("1 / 0", [error])]
    change = lambda cells: [*cells, code("1 / 0") | {"outputs": stored}]  # noqa: E731 - a test's own
    cells = written(change=change, result=verdict(cells=runs))
    picture_kept = picture | {
        "data": {"image/png": PIXEL, "text/plain": "<Figure>"},
        "metadata": {},
    }
    assert named(cells, "provided-1").outputs == [ran, picture_kept]
    assert own(cells)[0][1].outputs == [error]
    assert named(cells, "double-solution").outputs == []


def test_cells_with_the_same_text_keep_their_own_outputs(written, verdict):
    def printed(text):
        return {"output_type": "stream", "name": "stdout", "text": text}

    runs = [("print(next(n))", [printed("1")]), ("print(next(n))", [printed("2")])]
    change = add(code("print(next(n))"), code("print(next(n))"))
    cells = written(change=change, result=verdict(cells=runs))
    assert [cell.outputs[0].text for _, cell in own(cells)] == ["1", "2"]


def test_test_cells_tell_what_the_checks_found(written, verdict):
    cells = written(result=verdict(hypotenuse=Outcome.FAILED))
    (good,) = named(cells, "double").outputs
    assert (good.output_type, good.name) == ("stream", "stdout")
    assert good.text == "double: 2 of 2 points\n✓     2/2  The double is right.\n"
    (bad,) = named(cells, "hypotenuse").outputs
    assert bad.text.splitlines() == [
        "hypotenuse: 0 of 3 points",
        "✗     0/3  The hypotenuse is right.",
        "           It is off.",
        "           Hint: Try zero.",
    ]


def test_what_we_broke_is_no_failure(written, verdict):
    cells = written(result=verdict(double=Outcome.BROKEN))
    lines = named(cells, "double").outputs[0].text.splitlines()
    assert lines[:2] == [
        "double: waits for a person of 2 points",
        "?     0/2  The double is right.",
    ]


def test_problems_are_noted_first(written, verdict):
    cells = written(result=verdict(problems=["The cell “<b>” was\nstopped."]))
    assert cells[0].source == ("**Notes of the autograder**\n\n* The cell “<\u2060b>” was stopped.")


def test_a_file_that_is_no_notebook_leaves_the_release(assignment, folder, verdict):
    file = autograded.write(assignment, folder, "ann", b"\x00 no notebook", verdict())
    assert (
        "raise NotImplementedError" in named(nbformat.read(file, 4).cells, "double-solution").source
    )


def test_writing_replaces_what_nbgrader_made_read_only(written, folder):
    written()
    file = folder.autograded_notebook("ann", "01_small", "small")
    file.chmod(0o444)
    written({"why": "Anew."})
    assert "Anew." in file.read_text(encoding="utf-8")
    names = sorted(each.name for each in file.parent.iterdir())
    assert names == ["small.ipynb", "submission_secret.txt", "timestamp.txt"]


def test_two_writings_are_equal_to_the_byte(written, folder):
    extra = add(code("x"), code("x"), text("y"))
    written(change=extra)
    file = folder.autograded_notebook("ann", "01_small", "small")
    before = file.read_bytes()
    written(change=extra)
    assert file.read_bytes() == before


def test_an_assignment_that_was_not_released_is_said(assignment, folder, handed_in, verdict):
    data = handed_in("ann")
    folder.release_notebook("01_small", "small").unlink()
    with pytest.raises(
        UserError, match=r"not released yet. Run `autograder release 01_small` first"
    ):
        autograded.write(assignment, folder, "ann", data, verdict())


@pytest.mark.parametrize("damaged", [b"{", b"[]", b"{}", b"\xff", b'{"cells": [1]}'])
def test_a_release_that_is_damaged_is_said(assignment, folder, handed_in, verdict, damaged):
    data = handed_in("ann")
    folder.release_notebook("01_small", "small").write_bytes(damaged)
    with pytest.raises(UserError, match=r"is no notebook any more. Run `autograder release 01_sm"):
        autograded.write(assignment, folder, "ann", data, verdict())


HOSTILE = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"


def hostile(cells):
    """A notebook that tries to get HTML into every place that nbgrader shows."""
    rich = {"output_type": "display_data", "data": {"text/html": HOSTILE}, "metadata": {}}
    picture = {"a.png": {"image/svg+xml": HOSTILE}}
    return [
        text(HOSTILE),
        text("![x](attachment:a.png)", attachments=picture),
        {
            "cell_type": "raw",
            "id": "r",
            "source": HOSTILE,
            "metadata": {"raw_mimetype": "text/html"},
        },
        code(f"# {HOSTILE}") | {"outputs": [rich]},
        *cells,
    ]


@pytest.fixture
def attacked(written, folder, verdict):
    """The small course after one submission that is hostile wherever it can be."""
    printed = {"output_type": "stream", "name": "stdout", "text": HOSTILE}
    raised = {"output_type": "error", "ename": HOSTILE, "evalue": HOSTILE, "traceback": [HOSTILE]}
    shown = {"output_type": "display_data", "data": {"text/plain": HOSTILE}, "metadata": {}}
    runs = [(f"# {HOSTILE}", [printed, raised, shown])]
    result = verdict(hypotenuse=Outcome.FAILED, cells=runs, problems=[HOSTILE])
    written(ANSWERS | {"why": HOSTILE}, hostile, result)
    with Gradebook(folder) as gradebook:
        gradebook.record("ann", result)
    return folder


def assert_harmless(page):
    """All that was hostile is there, as text."""
    body = page[page.index("<body") :]
    assert body.count("alert(1)") > 10
    assert "<script>alert" not in body
    assert "<img src=x" not in body
    assert not re.search(r"""(href|src)\s*=\s*['"]?\s*javascript:""", body)


def test_nbgraders_feedback_shows_points_and_nothing_hostile(attacked, nbgrader_api):
    done = nbgrader_api(attacked).generate_feedback("01_small", "ann")
    assert done["success"], done
    page = attacked.feedback_page("ann", "01_small", "small").read_text(encoding="utf-8")
    assert "(Score: 2.0 / 9.0)" in page
    assert "The hypotenuse is right." in page
    assert_harmless(page)


def test_formgraders_page_shows_the_checks_and_nothing_hostile(attacked):
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader import handlers

    exporter = HTMLExporter(
        template_name="formgrade", extra_template_basedirs=[handlers.template_path]
    )
    names = ("assignment_id", "notebook_id", "submission_id", "base_url", "student")
    resources = dict.fromkeys((*names, "last_name", "first_name", "notebook_path"), "name")
    file = attacked.autograded_notebook("ann", "01_small", "small")
    page, _ = exporter.from_filename(str(file), resources=resources | {"index": 0, "total": 1})
    assert "The hypotenuse is right." in page
    assert_harmless(page)


def test_a_written_answer_is_followed_by_its_rubric(assignment, folder, handed_in, verdict):
    rubric = (("names the reason", 3.0), ("gives an example", 1.0))
    questions = tuple(
        replace(each, rubric=rubric) if each.written else each for each in assignment.questions
    )
    assignment = replace(assignment, questions=questions)
    file = autograded.write(assignment, folder, "ann", handed_in("ann", ANSWERS), verdict())
    cells = nbformat.read(file, 4).cells
    after = cells[cells.index(named(cells, "why")) + 1]
    assert "* 3: names the reason\n* 1: gives an example" in after.source
    assert "nbgrader" not in after.metadata
