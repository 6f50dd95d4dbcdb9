"""Which cells of a submission run, and in which order."""

import pytest

from autograder.core.repair import repaired
from autograder.core.submission import Cell, Submission

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


def run(*cells):
    """The sources that run of a notebook of these cells."""
    return list(repaired(notebook(*cells), RELEASE).sources)


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
def test_what_runs_and_in_which_order(cells, expected):
    assert run(*cells) == [cell.source for cell in expected]


@pytest.mark.parametrize("idle", [SHOW, TEST_F], ids=["show", "test"])
def test_a_changed_show_or_test_cell_runs_like_any_other(idle):
    changed = Cell("code", idle.source + "\nx = 1", idle.grade_id)
    assert run(IMPORT, HELPER, changed)[2:] == [changed.source]


def test_cells_are_known_by_their_text_and_not_by_metadata():
    unmarked = [Cell(cell.kind, cell.source) for cell in RELEASED]
    assert run(*unmarked) == run(*RELEASED)


def test_spaces_at_the_ends_of_lines_do_not_make_another_cell():
    spaced = Cell("code", "\n" + HELPER.source.replace("\n", "  \n") + "\n\n")
    assert run(IMPORT, spaced) == [IMPORT.source, spaced.source]


SEEN = Cell("code", "seen = f()\nassert seen == 1", "f")
USING = Cell("code", "print(seen)")
RELEASE_WITH_NAMES = notebook(IMPORT, STUB_F, SEEN)


def test_a_visible_check_runs_where_a_cell_of_ones_own_uses_its_names():
    sources = repaired(notebook(IMPORT, F, SEEN, USING), RELEASE_WITH_NAMES).sources
    assert list(sources) == [IMPORT.source, F.source, SEEN.source, USING.source]
    assert SEEN.source not in repaired(notebook(IMPORT, F, SEEN), RELEASE_WITH_NAMES).sources


def test_a_name_that_is_local_to_a_function_does_not_bring_a_check_back():
    local = Cell("code", "def f():\n    seen = 1\n    return seen", "f-solution")
    assert SEEN.source not in repaired(notebook(IMPORT, local, SEEN), RELEASE_WITH_NAMES).sources


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        pytest.param(["y = f()", "def f(): return 1"], [1, 0], id="a function"),
        pytest.param(["class A(B): pass", "class B(C): pass", "class C: pass"], [2, 1, 0],
                     id="bases of bases"),
        pytest.param(["def f(x=np.pi): return x", "import numpy as np"], [1, 0], id="a default"),
        pytest.param(["def f(): return g()", "y = f()", "def g(): return 1"], [0, 2, 1],
                     id="what a called function calls"),
        pytest.param(["def f(): return g()", "def g(): return 1"], [0, 1],
                     id="names that are looked up later need no order"),
        pytest.param(["y = sum([1])", "sum = 3"], [0, 1], id="a builtin is there already"),
        pytest.param(["y = x", "x = 1", "x = 2"], [1, 0, 2], id="the first that makes a name"),
        pytest.param(["x = 1", "y = h(x)", "x = 2", "def h(v): return v + x", "x = 3"],
                     [0, 3, 1, 2, 4], id="a definition that only looks up later"),
        pytest.param(["x = 1", "h(x)", "x = 2", "z = x\ndef h(v): return v"], [0, 1, 2, 3],
                     id="not where that would change a value"),
        pytest.param(["y = nowhere", "z = 1"], [0, 1], id="a name that is never made"),
    ],
)  # fmt: skip
def test_cells_run_before_what_would_fail_without_them(cells, order):
    sources = repaired(notebook(*(Cell("code", text) for text in cells)), notebook()).sources
    assert [cells.index(source) for source in sources] == order


def test_a_cell_that_ran_earlier_is_told():
    cells = (IMPORT, HELPER, Cell("code", "y = g()"), F, G)
    assert (
        "The cell that begins with “y = g()” uses g, which is made further below. "
        "We ran “def g():” before it."
    ) in repaired(notebook(*cells), RELEASE).repairs
    assert run(*cells) == [IMPORT.source, HELPER.source, G.source, "y = g()", F.source]


def test_a_provided_cell_that_is_put_back_finds_the_imports_it_needs():
    uses = Cell("code", "ANGLE = np.pi / 2", "provided-2")
    release = notebook(IMPORT, STUB_F, uses)
    sources = repaired(notebook(TEXT, IMPORT, F), release).sources
    assert list(sources) == [IMPORT.source, uses.source, F.source]


def test_nothing_is_moved_on_behalf_of_a_provided_cell_that_stands_where_it_stood():
    helper = Cell(
        "code", "def plan():\n    return f(1)\ndef now():\n    return 1\nx = now()", "provided-2"
    )
    cells = (IMPORT, helper, F)
    found = repaired(Submission("a.ipynb", cells), Submission("a.ipynb", cells))
    assert found.repairs == ()
    assert list(found.sources) == [cell.source for cell in cells]
