"""Damaged notebooks: what was meant is found, what was put right is said, nothing is lost."""

from dataclasses import replace

import pytest

from autograder.core.forbidden import plain
from autograder.core.repair import repaired
from autograder.core.submission import Cell, Submission

IMPORT = Cell("code", "import numpy as np", "provided-1", id="i1")
TASK_F = Cell("markdown", "## First\n\nWrite a function `f` that returns one.", id="i2")
STUB_F = Cell(
    "code", 'def f():\n    """One."""\n    raise NotImplementedError()', "f-solution", id="i3"
)
TEST_F = Cell("code", 'assert f() == 1, "one is asked for"', "f", id="i4")
STUB_G = Cell(
    "code", "def g():\n    # YOUR CODE HERE\n    raise NotImplementedError()", "g-solution", id="i5"
)
TEST_G = Cell("code", 'assert g() == 2, "two is asked for"', "g", id="i6")
QUIZ = Cell("code", "choice = {\n    'a': None,  # YOUR ANSWER HERE\n}", "choice-solution", id="i7")
TASK_WHY = Cell("markdown", "## Why?\n\nSay in words why one is not two.", id="i8")
WHY = Cell("markdown", "*Your answer here.*", "why", id="i9")
TASK_HOW = Cell("markdown", "## How?\n\nSay in words how to count to two.", id="i10")
HOW = Cell("markdown", "*Your answer here.*", "how", id="i11")
END = Cell("markdown", "That was all. Save the notebook.", id="i12")
CODE = (IMPORT, TASK_F, STUB_F, TEST_F, STUB_G, TEST_G, QUIZ)
RELEASED = (*CODE, TASK_WHY, WHY, TASK_HOW, HOW, END)
F = replace(STUB_F, source='def f():\n    """One."""\n    return 1')
G = replace(STUB_G, source="def g():\n    return 2")
PICKED = replace(QUIZ, source="choice = {\n    'a': 3,\n}")
BECAUSE = replace(WHY, source="Because it is *less*.")
STEPS = replace(HOW, source="Step by step.")
SOLVED = (IMPORT, TASK_F, F, TEST_F, G, TEST_G, PICKED, TASK_WHY, BECAUSE, TASK_HOW, STEPS, END)
ANSWERS = {
    "f-solution": F,
    "g-solution": G,
    "choice-solution": PICKED,
    "why": BECAUSE,
    "how": STEPS,
}


def meant(cells, released=RELEASED):
    """The repaired notebook of these cells."""
    return repaired(Submission("a.ipynb", tuple(cells)), Submission("a.ipynb", released))


def texts(found):
    """The text of each answer, by grade id."""
    return {name: cell and cell.source for name, cell in found.answers.items()}


def values(found):
    """The names after all cells ran, in one process and one after the other."""
    names = {}
    for source in found.sources:
        try:
            exec(compile(plain(source), "cell", "exec"), names)
        except Exception:  # a cell that fails costs itself only, as in Jupyter
            continue
    return names


def solved(found):
    """Whether all answers in code count."""
    names = values(found)
    return (names["f"](), names["g"](), names["choice"]) == (1, 2, {"a": 3})


def with_(at, *new, instead=True):
    """The solved notebook with other cells in one place."""
    place = SOLVED.index(at)
    return [*SOLVED[:place], *new, *SOLVED[place + instead :]]


def grown(at, *others):
    """The solved notebook with other cells grown together with one of its cells."""
    source = "\n\n".join(cell.source for cell in (at, *others))
    return [cell for cell in with_(at, replace(at, source=source)) if cell not in others]


def without(*gone):
    """The solved notebook without some cells."""
    return [cell for cell in SOLVED if cell not in gone]


def unmarked(cells, ids=False):
    """Cells without nbgrader's marks, and without ids unless they are kept."""
    return [replace(cell, grade_id="", meta={}, id=cell.id if ids else "") for cell in cells]


def test_a_sound_notebook_is_taken_as_it_is():
    found = meant(SOLVED)
    assert found.cells == SOLVED
    assert found.answers == ANSWERS
    assert (found.repairs, found.problems) == ((), ())
    assert solved(found)


def test_an_untouched_notebook_is_no_damage():
    found = meant(RELEASED)
    assert {name: cell.source for name, cell in found.answers.items()} == {
        cell.grade_id: cell.source for cell in (STUB_F, STUB_G, QUIZ, WHY, HOW)
    }
    assert (found.repairs, found.problems) == ((), ())


OWN = Cell("code", "helper = 3")


def prompted(cell):
    """A cell as it is copied from a console."""
    lines = cell.source.split("\n")
    return replace(
        cell, source="\n".join(["In [3]: " + lines[0], *("   ...: " + x for x in lines[1:])])
    )


OLD = "A cell had grown together with cells of the assignment. We took them apart."
OUTSIDE = "We found your answers to {} outside of the cells meant for them."
EMPTY = (
    "{} is there with an answer, and also as the empty cell that you were given. "
    "We took the answer."
)
SEVERAL = "One cell holds the answers to f, g. We took each of them by itself."
RETYPED = "Your code for {} stood in a cell of text, which is not run. We ran it as code."
SPLIT = "Your code for f was split in the middle, into several cells. We put it together again."
LOST = (
    "Your cells had lost the marks by which we know them; some editors drop them. "
    "We knew your answers by their content and their place."
)
SPACES = (
    "Some code held spaces, quotes or dashes that Python cannot read (they come along when "
    "code is copied from a web page or a PDF). We replaced them by plain ones."
)
FENCED = (
    "Some code stood between marks that are not Python (``` of Markdown, or <<<<<<< of Git). "
    "We left the marks out."
)
HIDDEN = "Your code for f stood below {}, which keeps it out of the notebook. We ran it without."
PARTLY = (
    "The cell with your code for f cannot be read as a whole. We took what can be read by itself."
)
MISSING = "Cells are missing: {}. This costs nothing: what your code needs was put back."
TWICE = "{} is there twice. As in Jupyter, the last one counts."


@pytest.mark.parametrize(
    ("cells", "repairs"),
    [
        pytest.param(with_(F, F, F), [TWICE.format("f")], id="a copy"),
        pytest.param(with_(F, F, STUB_F), [EMPTY.format("f")], id="the stub after the answer"),
        pytest.param(with_(F, STUB_F, F), [EMPTY.format("f")], id="the stub before the answer"),
        pytest.param([*SOLVED, *unmarked([STUB_F, STUB_G])], [EMPTY.format("f"), EMPTY.format("g")],
                     id="stubs without marks at the end"),
        pytest.param(
            grown(F, Cell("code", "def f():\n    raise NotImplementedError()")),
            [EMPTY.format("f")], id="the stub below the answer, in its cell"),
        pytest.param(
            [*SOLVED, Cell("code", "def f():\n    pass\n\n\nhelper = 2")], [EMPTY.format("f")],
            id="a stub beside something else"),
        pytest.param([*SOLVED, QUIZ], [EMPTY.format("choice")], id="the empty quiz at the end"),
        pytest.param(with_(F, replace(F, kind="markdown")), [RETYPED.format("f")], id="Markdown"),
        pytest.param(with_(F, replace(F, kind="raw")), [RETYPED.format("f")], id="raw"),
        pytest.param(unmarked(with_(F, replace(F, kind="markdown"))), [RETYPED.format("f"), LOST],
                     id="Markdown without marks"),
        pytest.param(with_(F, replace(F, source="def f():"), Cell("code", "    return 1")), [SPLIT],
                     id="split below the first line"),
        pytest.param(
            with_(F, replace(F, source='def f():\n    """One.'), Cell("code", '"""\n    one = 1'),
                  Cell("code", "    return one")), [SPLIT], id="split twice, once in a text"),
        pytest.param(
            with_(F, replace(F, source='def f():\n    """One."""'), Cell("code", "    one = 1"),
                  Cell("code", "    return one")), [SPLIT], id="each piece but the last is code"),
        pytest.param(
            with_(F, replace(F, source="one = 1"), Cell("code", "def f():\n    return one")),
            [OUTSIDE.format("f")], id="split between statements"),
        pytest.param(
            grown(F, G), [SEVERAL], id="two answers in one cell"),
        pytest.param(grown(F, TEST_F, G), [OLD], id="answers and a check in one cell"),
        pytest.param(
            grown(IMPORT, F), [OUTSIDE.format("f"), MISSING.format("provided-1")],
            id="an answer in a given cell"),
        pytest.param([IMPORT, *reversed(SOLVED[1:])], [], id="turned round"),
        pytest.param(without(TEST_F, TEST_G), [MISSING.format("f, g")], id="no checks"),
        pytest.param(without(IMPORT), [MISSING.format("provided-1")], id="no imports"),
        pytest.param([*without(F), *unmarked([F])], [OUTSIDE.format("f")], id="in an own cell"),
        pytest.param(with_(F, STUB_F, *unmarked([F])), [EMPTY.format("f"), OUTSIDE.format("f")],
                     id="below the stub"),
        pytest.param([*with_(G, replace(G, source="")), Cell("code", G.source)],
                     [OUTSIDE.format("g")], id="the cell emptied, the answer elsewhere"),
        pytest.param(unmarked(SOLVED), [LOST], id="no marks, no ids"),
        pytest.param(unmarked(SOLVED, ids=True), [LOST], id="no marks"),
        pytest.param([replace(cell, id=f"new{n}") for n, cell in enumerate(SOLVED)], [],
                     id="other ids"),
        pytest.param(with_(F, OWN, F, OWN), [], id="cells of one's own"),
        pytest.param(with_(G, replace(G, source=G.source.replace("    ", "\u00a0\u00a0\u00a0 "))),
                     [SPACES], id="spaces from a web page"),
        pytest.param(with_(F, replace(F, source=f"%%time\n{F.source}")), [], id="a magic"),
        pytest.param(grown(F, Cell("code", "%matplotlib inline\nx = !ls\nf?")), [],
                     id="lines of IPython's"),
        pytest.param(
            [*SOLVED, Cell("code", "def f():\n    return None")], [EMPTY.format("f")],
            id="a stub that returns nothing"),
        pytest.param(with_(F, replace(F, source=f"```python\n{F.source}\n```")), [FENCED],
                     id="between fences"),
        pytest.param(with_(F, replace(F, source=f"{F.source}\n```")), [FENCED], id="a fence below"),
        pytest.param(
            with_(F, replace(F, source=f"<<<<<<< HEAD\n{STUB_F.source}\n=======\n{F.source}\n"
                                       ">>>>>>> theirs")),
            [FENCED, EMPTY.format("f")], id="Git's marks"),
        pytest.param(with_(F, replace(F, kind="markdown", source=f"```python\n{F.source}\n```")),
                     [RETYPED.format("f")], id="a block of code in the cell, now of text"),
        pytest.param(
            with_(F, STUB_F, Cell("markdown", f"So:\n~~~\n{F.source}\n~~~\nThat is all.")),
            [RETYPED.format("f"), EMPTY.format("f"), OUTSIDE.format("f")],
            id="a block of code in a text"),
        pytest.param(with_(F, replace(F, source=F.source.replace('"""', "\u201d\u201d\u201d"))),
                     [SPACES], id="quotes of a word processor"),
        pytest.param(with_(F, replace(F, source=f"%%timeit -n1\n{F.source}")),
                     [HIDDEN.format("%%timeit")], id="a magic that keeps it to itself"),
        pytest.param(with_(F, replace(F, source=f"%%writefile f.py\n{F.source}")),
                     [HIDDEN.format("%%writefile")], id="a magic that writes a file"),
        pytest.param(
            with_(F, replace(F, source="def f():"), Cell("code", ""),
                  Cell("markdown", "A thought."), Cell("code", "    return 1")),
            [SPLIT], id="split, with a thought between the parts"),
        pytest.param(with_(F, replace(F, source=f"{F.source}\n\nThis works, I think.")),
                     [PARTLY], id="a sentence below the code"),
        pytest.param(with_(F, replace(F, source=f"{F.source}\n\nprint((f()")), [PARTLY],
                     id="a line below that is not finished"),
        pytest.param(with_(F, prompted(F), prompted(STUB_F)), [EMPTY.format("f")], id="prompts"),
        pytest.param(with_(F, F, replace(STUB_F, source=f"%%time\n{STUB_F.source}")),
                     [EMPTY.format("f")], id="a magic above the stub"),
        pytest.param(
            with_(F, F, replace(STUB_F, source=f"%matplotlib inline\n'a note'\n{STUB_F.source}")),
            [EMPTY.format("f")], id="a magic beside the stub"),
        pytest.param(
            with_(F, replace(F, source=f"# mine\n\n%%time\n{F.source}")),
            ["A line that begins with %% has to be the first of its cell. We put it there."],
            id="a magic below a comment"),
        pytest.param(
            with_(F, replace(F, source='def f():\n    """One."""\n    # here\n'
                                       "    def f():\n        return 1\n    return")),
            ["Your code for f stood inside of the function that you were given, as a second one of "
             "the same name. We took it out."], id="pasted into the stub"),
        pytest.param([*SOLVED, Cell("code", "def h(): 1", "h-solution"), Cell("code", "h()", "h")],
                     ["The notebook seems to be made from another version of the assignment: "
                      "this one has no h, h-solution."], id="an older release"),
    ],
)  # fmt: skip
def test_code_counts_whatever_became_of_its_cells(cells, repairs):
    found = meant(cells)
    assert solved(found)
    assert found.repairs == tuple(repairs)
    assert found.problems == ()


AS_TEXT = "Your text for why stood in a code cell. We read it as text and did not run it."
JOINED = "Your text for why stands in 2 cells. We put its parts together."
CHOSEN = "Your text for why stands in 2 cells. We took the one that is filled in."


@pytest.mark.parametrize(
    ("cells", "answers", "repairs"),
    [
        pytest.param(with_(BECAUSE, replace(BECAUSE, kind="code")), {}, [AS_TEXT], id="code"),
        pytest.param(
            with_(BECAUSE, replace(BECAUSE, kind="code", source=f"%%markdown\n{BECAUSE.source}")),
            {}, [AS_TEXT], id="a magic"),
        pytest.param(with_(BECAUSE, replace(BECAUSE, kind="raw")), {}, [], id="raw"),
        pytest.param(
            with_(BECAUSE, replace(BECAUSE, source="One is"), replace(BECAUSE, source="less.")),
            {"why": "One is\n\nless."}, [JOINED], id="split"),
        pytest.param(with_(BECAUSE, BECAUSE, WHY), {}, [CHOSEN], id="beside the empty one"),
        pytest.param(with_(BECAUSE, BECAUSE, BECAUSE), {}, [CHOSEN], id="a copy"),
        pytest.param(with_(BECAUSE, WHY, *unmarked([BECAUSE])), {}, [OUTSIDE.format("why")],
                     id="below its cell"),
        pytest.param(with_(BECAUSE, *unmarked([BECAUSE])), {}, [OUTSIDE.format("why")],
                     id="without its mark"),
        pytest.param(with_(BECAUSE, *unmarked([replace(BECAUSE, kind="code")])), {},
                     [OUTSIDE.format("why")], id="in a code cell without its mark"),
        pytest.param(grown(TASK_WHY, BECAUSE), {}, [OLD, OUTSIDE.format("why")],
                     id="below the question, in its cell"),
        pytest.param(grown(BECAUSE, TASK_HOW, STEPS), {}, [OLD, OUTSIDE.format("how")],
                     id="two answers and a question in one cell"),
        pytest.param(unmarked(without(TASK_HOW)), {}, [LOST], id="no question between two answers"),
        pytest.param(
            unmarked([TASK_HOW, STEPS, END, IMPORT, F, G, PICKED, TASK_WHY, BECAUSE]), {},
            [MISSING.format("f, g"), LOST], id="moved, without marks"),
    ],
)  # fmt: skip
def test_what_was_written_is_found(cells, answers, repairs):
    found = meant(cells)
    assert texts(found) == {name: cell.source for name, cell in ANSWERS.items()} | answers
    assert sorted(found.repairs) == sorted(repairs)
    assert solved(found)


def test_a_text_that_was_not_written_is_not_invented():
    found = meant(without(BECAUSE))
    assert found.answers["why"] is None
    assert found.problems == ("We found no cell with an answer to why.",)


def test_notes_beside_a_written_answer_stay_notes():
    note = Cell("markdown", "A thought of my own.")
    found = meant(with_(BECAUSE, note, BECAUSE, note))
    assert found.answers == ANSWERS
    assert found.cells.count(note) == 2
    assert found.repairs == ()


BROKEN = "def f(:\n    return 1"


def test_code_that_cannot_be_read_is_still_the_answer():
    for cell in (replace(F, source=BROKEN), Cell("code", BROKEN)):
        found = meant(with_(F, cell))
        assert found.answers["f-solution"].source == BROKEN
        assert "f" not in values(found)
        assert (values(found)["g"](), found.problems) == (2, ())


def test_what_can_be_read_of_a_draft_does_not_replace_an_answer():
    draft = Cell("code", "def f():\n    return 0\n\nprint((f()")
    found = meant([*SOLVED, draft])
    assert values(found)["f"]() == 1
    assert found.answers["f-solution"] == F


def test_a_draft_in_a_text_does_not_replace_an_answer():
    text = Cell("markdown", "First I had\n```\ndef f():\n    return 0\n```")
    found = meant([*SOLVED, text])
    assert (values(found)["f"](), found.cells.count(text)) == (1, 1)
    timed = meant([*SOLVED, Cell("code", "%%timeit\ndef f():\n    return 0")])
    assert (timed.answers["f-solution"], timed.repairs) == (F, ())


def test_pieces_are_not_joined_across_a_task_of_the_course():
    cells = with_(F, replace(F, source="def f():"), TASK_HOW, Cell("code", "    return 1"))
    assert "f" not in values(meant(cells))


def test_a_mistake_in_a_cell_of_several_answers_costs_its_own_question():
    both = replace(F, source=f"{BROKEN}\n\n\n{G.source}")
    found = meant(cell for cell in with_(F, both) if cell != G)
    assert "f" not in values(found)
    assert values(found)["g"]() == 2
    assert found.answers["f-solution"].source.strip() == BROKEN
    assert found.repairs == (
        "A cell that holds several answers cannot be read as a whole. We took it apart, so that "
        "the mistake costs only its own question.",
    )


def test_the_last_of_two_answers_counts_and_a_backup_in_text_does_not():
    other = Cell("code", "def f():\n    return 'another'")
    assert values(meant([*SOLVED, other]))["f"]() == "another"
    backup = replace(other, kind="markdown")
    found = meant([*SOLVED, backup])
    assert values(found)["f"]() == 1
    assert found.repairs == ()


def test_a_line_below_a_visible_check_needs_the_check():
    both = replace(TEST_F, source=TEST_F.source + "\nprint(1)")
    found = meant(with_(TEST_F, both))
    assert solved(found)
    assert found.repairs == ()


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ((), "The notebook has no code cells."),
        ((TASK_F, BECAUSE), "The notebook has no code cells."),
        (
            (IMPORT, Cell("code", "def h(): ...", "h-solution"), Cell("code", "h()", "h")),
            "None of the cells belong to this assignment: is it another one's notebook?",
        ),
        ((IMPORT, F, BECAUSE, STEPS, PICKED), "We found no cell with an answer to g."),
    ],
)
def test_what_cannot_be_put_right_is_a_problem(cells, problem):
    assert meant(cells).problems == (problem,)


def test_a_class_is_a_stub_while_all_its_methods_are():
    stub = "class A:\n    def __init__(self):\n        raise NotImplementedError()"
    done = "class A:\n    def __init__(self):\n        self.x = 1"
    release = (Cell("code", stub, "A-solution"),)
    found = meant([Cell("code", done, "A-solution"), Cell("code", stub)], release)
    assert found.sources == (done,)


@pytest.mark.parametrize("cuts", [(4,), (6,), (4, 6), (3, 5), (2, 6), (1, 2, 4)])
def test_a_class_that_was_split_is_whole_again(cuts):
    stub = "class A:\n    def __init__(self):\n        raise NotImplementedError()"
    done = (
        "class A:\n    def __init__(self):\n        self.x = 1\n        self.y = 2\n"
        "    # A method.\n    @property\n    def z(self):\n        return self.x + self.y"
    )
    lines = done.split("\n")
    parts = [lines[a:b] for a, b in zip((0, *cuts), (*cuts, len(lines)), strict=True)]
    cells = [Cell("code", "\n".join(part)) for part in parts]
    found = meant([IMPORT, *cells, TEST_F], (IMPORT, Cell("code", stub, "A-solution"), TEST_F))
    assert values(found)["A"]().z == 3
    assert found.answers["A-solution"].source == done


def test_an_answer_that_is_indented_as_a_whole_is_part_of_nothing():
    indented = replace(G, source="    def g():\n        self = 2\n        return self")
    assert solved(meant(with_(G, indented)))


def test_an_answer_without_a_name_is_known_by_its_mark():
    release = (
        IMPORT,
        Cell("code", "# YOUR CODE HERE\nraise NotImplementedError()", "free-solution"),
    )
    answer = Cell("code", "x = 1", "free-solution")
    found = meant((IMPORT, answer, Cell("code", "y = 2")), release)
    assert found.answers == {"free-solution": answer}


def test_a_notebook_beyond_all_measure_is_run_as_it_is():
    huge = Cell("code", "x = 1\n" * 50_000)
    found = meant([*SOLVED, STUB_F, huge])
    assert found.sources[-2:] == (STUB_F.source, huge.source)
    assert len(found.repairs) == 1


def test_its_code_is_not_read_whatever_was_released():
    options = Cell("code", "options = {}\noptions['a'] = None", "options-solution")
    use, huge, make = Cell("code", "y = x"), Cell("code", "z = 1\n" * 50_000), Cell("code", "x = 1")
    found = meant([use, huge, options, make], (options,))
    assert found.sources == (use.source, huge.source, options.source, make.source)


def test_a_value_that_was_released_is_no_answer_until_it_is_another():
    options = Cell("code", "options = {'a': 1}\noptions['b'] = None", "options-solution")
    changed = replace(options, source="options = {'a': 2}\noptions['b'] = None")
    assert meant([changed, options], (options,)).answers["options-solution"] == changed
    assert meant([options, changed], (options,)).answers["options-solution"] == changed


def test_code_in_a_copy_of_a_cell_for_text_still_runs():
    helper = replace(WHY, kind="code", source="one = 1")
    found = meant([helper, *with_(F, replace(F, source="def f():\n    return one"))])
    assert found.answers["why"] == BECAUSE
    assert solved(found)
