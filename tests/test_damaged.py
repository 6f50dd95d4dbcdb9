"""Random damage to a solved notebook: what keeps the meaning keeps the points; nothing crashes."""

import json
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder import autograded, config
from autograder.check.judge import Judge
from autograder.check.student import twin
from autograder.core.outcome import Outcome
from autograder.core.repair import repaired
from autograder.core.result import Result
from autograder.core.submission import read_notebook
from autograder.lesson import build
from autograder.lesson.notebook import notebook_text

ASSIGNMENT = config.load_assignment(config.load_course(Path(__file__).parent), "01_convolution")
BUILT = build.built_text(ASSIGNMENT)
RELEASE = read_notebook("release", BUILT.encode())


def cells_of(text):
    """The cells of a notebook, each with its source as one text."""
    return [cell | {"source": "".join(cell["source"])} for cell in json.loads(text)["cells"]]


RELEASED = cells_of(BUILT)
SOLVED = cells_of(build.solved_text(ASSIGNMENT))
QUICK = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
OWN = [
    {"cell_type": "code", "source": "note = [n for n in range(3)]", "metadata": {}},
    {"cell_type": "code", "source": "%time note = 1\n!ls", "metadata": {}},
    {"cell_type": "code", "source": "this is no code", "metadata": {}},
    {"cell_type": "markdown", "source": "I don't know yet.", "metadata": {}},
    {"cell_type": "raw", "source": "", "metadata": {}},
]
LOST = [
    lambda n, cell: {},
    lambda n, cell: {"id": f"aBc{n}", "colab": {"base_uri": "https://example.org/"}},
    lambda n, cell: {"vscode": {"languageId": "python"}},
    lambda n, cell: {"tags": ["skip-execution"]},
    lambda n, cell: cell["metadata"],
]


def grade_id(cell):
    """What nbgrader calls a cell."""
    return cell["metadata"].get("nbgrader", {}).get("grade_id", "")


def is_solution(cell):
    """Whether a cell holds an answer in code."""
    return grade_id(cell).endswith("-solution")


def is_written(cell):
    """Whether a cell holds an answer in text."""
    return cell["cell_type"] == "markdown" and bool(grade_id(cell))


STUBS = [cell for cell in RELEASED if is_solution(cell)]


def copied(draw, cells):
    """Cells copied to other places, and stubs from a second copy of the notebook."""
    for _ in range(draw(st.integers(0, 3))):
        extra = draw(st.sampled_from(draw(st.sampled_from([cells, STUBS]))))
        cells.insert(draw(st.integers(0, len(cells))), extra)
    return cells


def moved(draw, cells):
    """A few cells somewhere else, or all of them anywhere."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.permutations(cells))
    for _ in range(draw(st.integers(0, 3))):
        cell = cells.pop(draw(st.integers(0, len(cells) - 1)))
        cells.insert(draw(st.integers(0, len(cells))), cell)
    return cells


def deleted(draw, cells):
    """Some of the cells that are no answers deleted."""
    gone = draw(st.sets(st.integers(0, len(cells) - 1), max_size=8))
    return [cell for n, cell in enumerate(cells) if n not in gone or is_solution(cell)]


def retyped(draw, cells):
    """Some answers in cells of another kind."""
    which = draw(st.sets(st.integers(0, len(cells) - 1), max_size=6))
    kind = draw(st.sampled_from(["markdown", "raw"]))
    return [
        cell | {"cell_type": kind} if n in which and is_solution(cell) else cell
        for n, cell in enumerate(cells)
    ]


def merged(draw, cells):
    """Neighbours in one cell, of the kind of the first."""
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(cells) - 2))
        first, second = cells[at : at + 2]
        if not (is_written(first) or is_written(second)):
            gap = draw(st.sampled_from(["\n", "\n\n"]))
            cells[at : at + 2] = [first | {"source": first["source"] + gap + second["source"]}]
    return cells


def split(draw, cells):
    """Cells split at the end of a line."""
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(cells) - 1))
        lines = cells[at]["source"].split("\n")
        if len(lines) > 1 and cells[at]["cell_type"] == "code":
            line = draw(st.integers(1, len(lines) - 1))
            parts = ("\n".join(lines[:line]), "\n".join(lines[line:]))
            marks = (cells[at]["metadata"], draw(st.sampled_from([cells[at]["metadata"], {}])))
            cells[at : at + 1] = [
                cells[at] | {"source": part, "metadata": mark}
                for part, mark in zip(parts, marks, strict=True)
            ]
    return cells


def added(draw, cells):
    """Cells of the student's own at the beginning and the end."""
    notes = st.lists(st.sampled_from(OWN), max_size=2)
    return [*draw(notes), *cells, *draw(notes)]


def saved_elsewhere(draw, cells):
    """Ids, metadata and the way of writing sources as another editor leaves them."""
    lost, keeps_ids = draw(st.sampled_from(LOST)), draw(st.booleans())
    write = draw(st.sampled_from([
        str,
        lambda text: text.splitlines(keepends=True),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
    ]))  # fmt: skip
    return [
        {name: value for name, value in cell.items() if keeps_ids or name != "id"}
        | {"metadata": lost(n, cell), "source": write(cell["source"])}
        for n, cell in enumerate(cells)
    ]


@st.composite
def damaged(draw):
    """The bytes of a solved notebook after damage that keeps its meaning."""
    cells = [dict(cell) for cell in SOLVED]
    for damage in (copied, moved, deleted, retyped, merged, split, added, saved_elsewhere):
        cells = list(damage(draw, cells))
    return json.dumps({"nbformat": 4, "nbformat_minor": draw(st.integers(0, 5)), "cells": cells})


@pytest.fixture(scope="module")
def judge():
    """The hidden tests of the first assignment."""
    with Judge(ASSIGNMENT) as judge:
        yield judge


def names_of(sources):
    """The names after all cells ran in this process, each in its turn."""
    names = {}
    for source in sources:
        try:
            exec(compile(source, "cell", "exec"), names)
        except Exception:  # a cell that fails costs itself only, as in Jupyter
            continue
    return names


@settings(QUICK, max_examples=30)
@given(damaged())
def test_damage_that_keeps_the_meaning_keeps_all_points(judge, text):
    found = repaired(read_notebook("a.ipynb", text.encode()), RELEASE)
    names = names_of(found.sources)
    examination = judge.examine(lambda question: nullcontext(twin(names)))
    assert [check for check in examination.checks if check.outcome is not Outcome.PASSED] == []
    assert not [id for id, cell in found.answers.items() if cell is None and "-solution" in id]


PIECES = [line for cell in SOLVED for line in cell["source"].split("\n")]
SOURCES = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=6).map("\n".join),
    st.sampled_from([cell["source"] for cell in SOLVED]),
    st.text(max_size=40),
    st.lists(st.text(max_size=9), max_size=3),
    st.none(),
)
CELLS = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown", "raw", "heading", None]), "source": SOURCES},
    optional={
        "metadata": st.sampled_from([cell["metadata"] for cell in SOLVED]) | st.none(),
        "id": st.sampled_from([cell["id"] for cell in SOLVED]) | st.integers(),
    },
)


@settings(QUICK, max_examples=150)
@given(st.lists(CELLS, max_size=12))
def test_no_notebook_is_too_damaged_to_be_shown(cells):
    submission = read_notebook("a.ipynb", json.dumps({"nbformat": 4, "cells": cells}).encode())
    found = repaired(submission, RELEASE)
    result = Result("01_convolution", "a.ipynb", (), "full", repairs=found.repairs)
    shown = autograded.graded_cells(autograded.base_of(BUILT), found, result)
    assert notebook_text(autograded.with_ids(shown))
    assert all("\n" not in sentence for sentence in found.repairs + found.problems)
