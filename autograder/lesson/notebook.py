"""The only file that knows nbformat and jupytext: lessons in, notebooks out, equal to the byte."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.core.errors import CourseError

FORMAT = {"nbformat": 4, "nbformat_minor": 5}
MARKERS = ("solution", "test", "written", "show")
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class LessonCell:
    """A cell of a lesson: `marker` is one of MARKERS or empty, `question` what it belongs to."""

    kind: str
    source: str
    marker: str = ""
    question: str = ""


@dataclass(frozen=True)
class NotebookCell:
    """A cell of a notebook to be written."""

    kind: str
    source: str
    id: str
    metadata: dict[str, Any] = field(default_factory=dict)
    outputs: tuple[dict[str, Any], ...] = ()  # of a code cell

    @cached_property  # a released cell is asked again for each student
    def grade_id(self) -> str:
        """What nbgrader calls the cell; empty for a cell that is not nbgrader's."""
        return str(self.metadata.get("nbgrader", {}).get("grade_id", ""))

    @property
    def is_answer(self) -> bool:
        """Whether students write into this cell, be it code or text."""
        return bool(self.metadata.get("nbgrader", {}).get("solution"))

    @cached_property  # most cells of a student's notebook are as they were released
    def as_json(self) -> str:
        """The cell as it stands in a notebook that programs read."""
        return json.dumps(_content(self), ensure_ascii=False)


def read_lesson(file: Path) -> list[LessonCell]:
    """The cells of a lesson in py:percent or ipynb; CourseError where a marker is misspelt."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        remedy = "Write the lesson there, or run `autograder new`"
        raise CourseError(file, f"cannot be read ({error.strerror})", remedy) from None
    import jupytext  # brings Jupyter's server along, so only where a lesson is read

    notebook = jupytext.reads(text, fmt="py:percent" if file.suffix == ".py" else "ipynb")
    return [_lesson_cell(file, cell) for cell in notebook.cells]


def _lesson_cell(file: Path, cell: Any) -> LessonCell:
    marks = {
        key: value for key, value in cell.metadata.items() if key not in ("lines_to_next_cell",)
    }
    for key in marks:
        if key not in MARKERS:
            what = f"a cell is marked `{key}`"
            raise CourseError(file, what, f"Markers are: {', '.join(MARKERS)}")
    if len(marks) > 1:
        raise CourseError(file, f"a cell is marked {' and '.join(marks)}", "Use one marker a cell")
    marker, question = next(iter(marks.items()), ("", ""))
    return LessonCell(
        cell.cell_type, cell.source, marker, "" if marker == "show" else str(question)
    )


def notebook_text(cells: Iterable[NotebookCell]) -> str:
    """The notebook as the text of an .ipynb file, valid and always the same."""
    import nbformat  # which takes longer to import than to grade a dozen notebooks

    notebook = nbformat.from_dict(_notebook(cells))
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook, version=4)) + "\n"


def quick_text(cells: Iterable[NotebookCell]) -> str:
    """The same for programs: in one line, and not looked over once more.

    nbformat takes longer to write a notebook than students' code takes to run.
    """
    head = json.dumps(FORMAT | {"metadata": KERNEL})
    return f'{head[:-1]}, "cells": [{", ".join(cell.as_json for cell in cells)}]}}\n'


def _notebook(cells: Iterable[NotebookCell]) -> dict[str, Any]:
    return FORMAT | {"metadata": KERNEL, "cells": [_content(cell) for cell in cells]}


def _content(cell: NotebookCell) -> dict[str, Any]:
    content: dict[str, Any] = {"cell_type": cell.kind, "id": cell.id, "source": cell.source}
    content["metadata"] = cell.metadata
    if cell.kind == "code":
        content |= {"execution_count": None, "outputs": list(cell.outputs)}
    return content


def read_cells(text: str) -> list[NotebookCell]:
    """The cells of a notebook that we or nbgrader wrote, without outputs."""
    return [
        NotebookCell(cell["cell_type"], "".join(cell["source"]), cell["id"], cell["metadata"])
        for cell in json.loads(text)["cells"]
    ]


def stable_ids(names: Iterable[str]) -> list[str]:
    """Ids that depend on a cell's own text alone, so that an edit changes no other cell's id."""
    seen: dict[str, int] = {}
    ids = []
    for name in names:
        digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        ids.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    return ids
