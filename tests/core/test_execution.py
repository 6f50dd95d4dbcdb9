"""Which cells of a submission run, in which order, and what is said about its shape."""

from pathlib import Path

import pytest

from autograder.core.assignment import Assignment, Question
from autograder.core.execution import cells_to_run, shape_problems
from autograder.core.submission import Cell, Submission

ASSIGNMENT = Assignment(
    name="01_a",
    title="A",
    notebook="a",
    folder=Path("assignments/01_a"),
    reference_folder=Path("reference"),
    reference="a",
    questions=(Question("f", 1), Question("g", 1), Question("why", 2, written=True)),
)
IMPORT = Cell("code", "import numpy as np", "provided-1")
HELPER = Cell("code", "def helper():\n    return 1", "provided-2")
TEXT = Cell("markdown", "# A title")
SHOW = Cell("code", "show(picture)")
STUB_F = Cell("code", "def f():\n    raise NotImplementedError()", "f-solution")
STUB_G = Cell("code", "def g():\n    raise NotImplementedError()", "g-solution")
TEST_F = Cell("code", "assert f() == 1", "f")
TEST_G = Cell("code", "assert g() == 2", "g")
WHY = Cell("markdown", "*Your answer here.*", "why")
RELEASED = (TEXT, IMPORT, STUB_F, TEST_F, HELPER, SHOW, STUB_G, TEST_G, WHY)
F = Cell("code", "def f():\n    return 1", "f-solution")
G = Cell("code", "def g():\n    return 2", "g-solution")
OWN = Cell("code", "my_note = 3")


def notebook(*cells):
    """A notebook of these cells."""
    return Submission("a.ipynb", cells)


RELEASE = notebook(*RELEASED)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param(RELEASED, [IMPORT, STUB_F, HELPER, STUB_G], id="as released"),
        pytest.param(
            (TEXT, IMPORT, F, TEST_F, HELPER, SHOW, G, TEST_G, WHY),
            [IMPORT, F, HELPER, G],
            id="solved: drawing and visible checks are left out",
        ),
        pytest.param((G, HELPER, IMPORT, F), [G, HELPER, IMPORT, F], id="the student's own order"),
        pytest.param((F, G), [IMPORT, HELPER, F, G], id="deleted provided cells come first"),
        pytest.param((F, HELPER), [IMPORT, F, HELPER], id="only what is missing comes first"),
        pytest.param((IMPORT, HELPER, OWN, F), [IMPORT, HELPER, OWN, F], id="a cell of one's own"),
        pytest.param((IMPORT, HELPER, F, F), [IMPORT, HELPER, F, F], id="copies run again"),
        pytest.param((), [IMPORT, HELPER], id="empty"),
    ],
)
def test_cells_to_run(cells, expected):
    assert cells_to_run(notebook(*cells), RELEASE) == [cell.source for cell in expected]


@pytest.mark.parametrize("idle", [SHOW, TEST_F], ids=["show", "test"])
def test_a_changed_show_or_test_cell_runs_like_any_other(idle):
    changed = Cell("code", idle.source + "\nx = 1", idle.grade_id)
    assert cells_to_run(notebook(IMPORT, HELPER, changed), RELEASE)[2:] == [changed.source]


def test_cells_are_known_by_their_text_and_not_by_metadata():
    unmarked = [Cell(cell.kind, cell.source) for cell in RELEASED]
    assert cells_to_run(notebook(*unmarked), RELEASE) == cells_to_run(RELEASE, RELEASE)


def test_spaces_at_the_ends_of_lines_do_not_make_another_cell():
    spaced = Cell("code", "\n" + HELPER.source.replace("\n", "  \n") + "\n\n")
    assert cells_to_run(notebook(IMPORT, spaced), RELEASE) == [IMPORT.source, spaced.source]


@pytest.mark.parametrize(
    ("cells", "problems"),
    [
        pytest.param(RELEASED, [], id="as released"),
        pytest.param((*RELEASED, OWN), [], id="more than released"),
        pytest.param((TEXT, WHY), ["The notebook has no code cells."], id="no code"),
        pytest.param((), ["The notebook has no code cells."], id="empty"),
        pytest.param(
            (*RELEASED[:3], F, F, *RELEASED[3:]),
            ["The cell f-solution is there 3 times; all copies were run in order."],
            id="copies",
        ),
        pytest.param(
            [cell for cell in RELEASED if cell not in (TEST_F, HELPER)],
            ["Cells are missing or lost their mark: f, provided-2. This costs nothing."],
            id="deleted",
        ),
        pytest.param(
            (IMPORT, F, HELPER, G),
            ["Cells are missing or lost their mark: f, g, why. This costs nothing."],
            id="all checks deleted",
        ),
        pytest.param(
            (IMPORT, Cell("code", "def h(): ...", "h-solution"), Cell("code", "h()", "h")),
            ["None of the cells belong to 01_a: is it another assignment's notebook?"],
            id="another assignment's",
        ),
        pytest.param([Cell("code", cell.source) for cell in (IMPORT, F)], [], id="no marks at all"),
    ],
)
def test_shape_problems(cells, problems):
    assert shape_problems(ASSIGNMENT, notebook(*cells), RELEASE) == problems


def test_a_long_list_of_missing_cells_is_cut():
    many = notebook(*(Cell("code", f"x = {n}", f"provided-{n}") for n in range(12)), TEST_F)
    [problem] = shape_problems(ASSIGNMENT, notebook(TEST_F), many)
    assert problem.startswith("Cells are missing or lost their mark: provided-0, provided-1, ")
    assert problem.endswith("provided-5 and 6 more. This costs nothing.")
