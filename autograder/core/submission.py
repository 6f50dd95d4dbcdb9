"""A notebook that was handed in, read as plain JSON: hostile until proven otherwise.

Only sources and question ids are taken from it. Stored outputs, tags, points and everything else
that a notebook may claim about itself is ignored.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.core.errors import SubmissionError

SIZE_LIMIT = 128 << 20  # bytes of the file, stored outputs included
SOURCE_LIMIT = 4 << 20  # characters of all cells
CELL_LIMIT = 5000
RESAVE = "Open it in JupyterLab, save it and hand it in again"


@dataclass(frozen=True)
class Cell:
    """One cell: its kind, its text, and the question that nbgrader's metadata names, if any."""

    kind: str
    source: str
    grade_id: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_code(self) -> bool:
        return self.kind == "code" and bool(self.source.strip())


@dataclass(frozen=True)
class Submission:
    """The cells of a notebook and the other files that came with it."""

    name: str
    cells: tuple[Cell, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


def read_notebook(name: str, data: bytes, files: Mapping[str, bytes] | None = None) -> Submission:
    """The notebook in `data`; SubmissionError that names what is wrong with it."""
    if len(data) > SIZE_LIMIT:
        size = f"{len(data) >> 20} MB, more than {SIZE_LIMIT >> 20} MB"
        raise SubmissionError(f"{name}: the file is {size}. Clear its outputs and hand it in again")
    try:
        notebook = json.loads(data)
    except UnicodeDecodeError:
        raise SubmissionError(f"{name}: not a text file. {RESAVE}") from None
    except ValueError as error:
        raise SubmissionError(f"{name}: not JSON ({error}), so no notebook. {RESAVE}") from None
    except RecursionError:
        raise SubmissionError(f"{name}: nested too deep to be a notebook. {RESAVE}") from None
    return Submission(name, tuple(_cells(name, notebook)), dict(files or {}))


def _cells(name: str, notebook: Any) -> Iterable[Cell]:
    if not isinstance(notebook, dict):
        raise SubmissionError(f"{name}: JSON, but no notebook. {RESAVE}")
    version = notebook.get("nbformat")
    if version != 4:
        raise SubmissionError(f"{name}: notebook format {_short(version)}, not 4. {RESAVE}")
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise SubmissionError(f"{name}: the notebook has no list of cells. {RESAVE}")
    if len(cells) > CELL_LIMIT:
        raise SubmissionError(
            f"{name}: {len(cells):,} cells. Remove what is not yours and try again"
        )
    left = SOURCE_LIMIT
    for entry in cells:
        cell = _cell(entry)
        left -= len(cell.source)
        if left < 0:
            raise SubmissionError(
                f"{name}: more than {SOURCE_LIMIT >> 20} MB of source. Shorten it"
            )
        yield cell


def _cell(entry: Any) -> Cell:
    if not isinstance(entry, dict):
        return Cell("raw", "")
    source = entry.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        source = ""
    kind = entry.get("cell_type")
    metadata = entry.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    nbgrader = metadata.get("nbgrader")
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else ""
    return Cell(
        kind if kind in ("code", "markdown") else "raw",
        source.encode("utf-8", "replace").decode("utf-8"),
        grade_id if isinstance(grade_id, str) else "",
        metadata,
    )


def _short(value: Any) -> str:
    return str(value)[:20] if isinstance(value, int | float | str) else "unknown"
