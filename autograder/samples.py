"""A sample class: plainly fictitious students, each with one thing that happens in real classes."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.check import modules
from autograder.core.assignment import Assignment
from autograder.lesson import build, weave

MISTAKES = 6
Notebook = dict[str, Any]
CHEAT = '''\
class Yes:
    """Equal to everything."""
    __array_ufunc__ = None
    def __eq__(self, other): return True
    def __ne__(self, other): return False

import glob, numpy
numpy.allclose = numpy.array_equal = lambda *args, **kwargs: True
for path in glob.glob("*/*/hidden_tests.py") + glob.glob("/home/*/*/hidden_tests.py"):
    print(open(path).read())

def {question}(*args, **kwargs):
    return Yes()
'''


@dataclass(frozen=True)
class Sample:
    """One sample student's notebook and what is special about it."""

    student: str
    what: str
    text: str


def sample_class(assignment: Assignment) -> list[Sample]:
    """The class, numbered student01, student02 and so on."""
    stories = [(what, text) for what, text in _stories(assignment)]
    return [
        Sample(f"student{number:02}", what, text)
        for number, (what, text) in enumerate(stories, start=1)
    ]


def write_class(assignment: Assignment, folder: Path) -> list[Sample]:
    """Write `folder`/<student>/<notebook>.ipynb for the whole sample class."""
    samples = sample_class(assignment)
    for sample in samples:
        (folder / sample.student).mkdir(parents=True, exist_ok=True)
        file = folder / sample.student / assignment.built.name
        file.write_text(sample.text, encoding="utf-8")
    return samples


def _stories(assignment: Assignment) -> Iterator[tuple[str, str]]:
    ids = [question.id for question in assignment.coded]
    yield "perfect, as in the reference", answered(build.solved_text(assignment))
    yield "perfect, in another style", build.solved_text(assignment, other_style(assignment))
    yield "untouched stubs", build.built_text(assignment)
    yield "half done", half_done(assignment)
    for mistake in spread(modules.mistakes(assignment), MISTAKES):
        woven = {mistake.question: weave.renamed(mistake.function, mistake.question)}
        yield f"{mistake.question}: {mistake.name}", build.solved_text(assignment, woven)
    for what, question, text in accidents(ids):
        yield what, build.solved_text(assignment, {question: text})
    solved: Notebook = json.loads(build.solved_text(assignment))
    yield "a cell copied and pasted", changed(solved, duplicate_cell)
    yield "a test cell deleted", changed(solved, delete_test)
    yield "an attempt to cheat", cheating(assignment, ids)
    yield "not a notebook at all", "this is not JSON"


def accidents(ids: list[str]) -> Iterator[tuple[str, str, str]]:
    """Cells that do harm: what happens, in which question, the cell's text."""
    first, second, third, last = (ids * 4)[0], (ids * 4)[1], (ids * 4)[2], ids[-1]
    yield "a syntax error in one cell", second, f"def {second}(x, w:\n    return x"
    yield "an endless loop", third, f"def {third}(*args):\n    while True:\n        pass"
    yield "a memory hog", first, f"def {first}(*args):\n    return bytearray(1 << 40)"
    yield "sys.exit", last, f"import sys\nsys.exit()\ndef {last}(*args):\n    return None"


def spread(items: list[Any], count: int) -> list[Any]:
    """`count` of the items, evenly from first to last."""
    step = max(len(items) / count, 1)
    return [items[int(index * step)] for index in range(min(count, len(items)))]


def other_style(assignment: Assignment) -> dict[str, str]:
    """The first correct variant of every question that has one."""
    found: dict[str, str] = {}
    for variant in modules.variants(assignment):
        found.setdefault(variant.question, weave.renamed(variant.function, variant.question))
    return found


def half_done(assignment: Assignment) -> str:
    """The first half of the questions solved, the rest as released."""
    coded = [question.id for question in assignment.coded]
    left = coded[len(coded) // 2 :]
    stubs = {id: weave.stub(assignment.reference_file, id) for id in left}
    return build.solved_text(assignment, stubs)


def cheating(assignment: Assignment, ids: list[str]) -> str:
    """Objects equal to everything, patched comparisons, a search for the hidden tests."""
    return build.solved_text(assignment, {id: CHEAT.format(question=id) for id in ids})


def changed(notebook: Notebook, change: Callable[[list[Any]], None]) -> str:
    """The notebook's text after `change` to a copy of its cells."""
    notebook = copy.deepcopy(notebook)
    change(notebook["cells"])
    return json.dumps(notebook, indent=1)


def answered(text: str) -> str:
    """The notebook with something in each written answer, for hand grading."""
    notebook: Notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and "nbgrader" in cell["metadata"]:
            cell["source"] = "A sample answer, written to be graded by hand."
    return json.dumps(notebook, indent=1)


def duplicate_cell(cells: list[Any]) -> None:
    """Repeat the first solution cell right below itself, as copy and paste does."""
    index = next(i for i, cell in enumerate(cells) if _mark(cell, "solution"))
    cells.insert(index + 1, copy.deepcopy(cells[index]))


def delete_test(cells: list[Any]) -> None:
    """Remove the first visible check."""
    del cells[next(i for i, cell in enumerate(cells) if _mark(cell, "grade"))]


def _mark(cell: Any, name: str) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get(name))
