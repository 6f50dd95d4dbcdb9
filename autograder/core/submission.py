"""A notebook that was handed in, read as plain JSON: hostile until proven otherwise.

Only sources and question ids are taken from it. Stored outputs, tags, points and everything else
that a notebook may claim about itself is ignored.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from autograder.core.errors import SubmissionError

SIZE_LIMIT = 128 << 20  # bytes of the file, stored outputs included
VALUE_LIMIT = 5_000_000  # each takes up to 80 bytes of memory once it is read
SOURCE_LIMIT = 4 << 20  # characters of all cells
CELL_LIMIT = 5000
NAME_LIMIT = 200  # characters of what a cell is called
UNSEEN = ("\ufeff", "\u200b")  # marks that no editor shows
RESAVE = "Open it in JupyterLab, save it and hand it in again"


@dataclass(frozen=True)
class Cell:
    """One cell: its kind, its text, and the question that nbgrader's metadata names, if any."""

    kind: str
    source: str
    grade_id: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict, compare=False)
    id: str = ""  # what Jupyter calls the cell, since format 4.5

    @property
    def is_code(self) -> bool:
        return self.kind == "code" and bool(self.source.strip())


@dataclass(frozen=True)
class Submission:
    """The cells of a notebook and the other files that came with it."""

    name: str
    cells: tuple[Cell, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()  # what had to be put right before it could be read


def read_notebook(name: str, data: bytes, files: Mapping[str, bytes] | None = None) -> Submission:
    """The notebook in `data`; SubmissionError that names what is wrong with it."""
    bounded(name, len(data))
    if len(data) > VALUE_LIMIT < sum(map(data.count, (b",", b"[", b"{"))):
        what = f"it holds more than {VALUE_LIMIT / 1e6:g} million values"
        raise SubmissionError(f"{name}: {what}. Clear its outputs and hand it in again")
    return replace(_read(name, data), files=dict(files or {}))


def bounded(name: str, size: int) -> None:
    """Raise SubmissionError for a file of more bytes than a notebook may have."""
    if size > SIZE_LIMIT:
        much = f"{size >> 20:,} MB, more than {SIZE_LIMIT >> 20} MB"
        raise SubmissionError(f"{name}: the file is {much}. Clear its outputs and hand it in again")


@lru_cache(maxsize=2)  # a notebook is looked at by several steps in a row
def _read(name: str, data: bytes) -> Submission:
    remarks: list[str] = []
    notebook = _content(name, data, remarks)
    cells = tuple(_cells(name, notebook, remarks))
    return Submission(name, cells, remarks=tuple(remarks))


def _content(name: str, data: bytes, remarks: list[str]) -> Any:
    try:
        return _loaded(data, remarks)
    except UnicodeDecodeError:
        raise SubmissionError(f"{name}: not a text file. {RESAVE}") from None
    except ValueError as error:
        raise SubmissionError(f"{name}: not JSON ({error}), so no notebook. {RESAVE}") from None
    except RecursionError:
        raise SubmissionError(f"{name}: nested too deep to be a notebook. {RESAVE}") from None


def _loaded(data: bytes, remarks: list[str]) -> Any:
    if data.endswith(bytes(4)):  # what a full disk or a lost connection leaves
        data = data.rstrip(b"\0")
    try:
        return json.loads(data)
    except UnicodeDecodeError:
        if not data.lstrip().startswith(b"{"):
            raise
        notebook = json.loads(data.decode("cp1252", "replace"))
        remarks.append("The file was not saved as UTF-8. We read it as an older Windows text.")
        return notebook
    except json.JSONDecodeError as error:  # what a file that was only partly overwritten looks like
        notebook = json.loads(error.doc[: error.pos]) if error.msg == "Extra data" else None
        if not isinstance(notebook, dict):
            raise
        remarks.append("The file went on behind the notebook's end. We left the rest out.")
        return notebook


def _cells(name: str, notebook: Any, remarks: list[str]) -> Iterable[Cell]:
    entries = _entries(name, notebook, remarks)
    if len(entries) > CELL_LIMIT:
        raise SubmissionError(
            f"{name}: {len(entries):,} cells. Remove what is not yours and try again"
        )
    left = SOURCE_LIMIT
    for entry in entries:
        cell = _cell(entry)
        left -= len(cell.source)
        if left < 0:
            raise SubmissionError(
                f"{name}: more than {SOURCE_LIMIT >> 20} MB of source. Shorten it"
            )
        yield cell


def _entries(name: str, notebook: Any, remarks: list[str]) -> list[Any]:
    """The cells as they stand in the file, those of the older format 3 too."""
    if not isinstance(notebook, dict):
        raise SubmissionError(f"{name}: JSON, but no notebook. {RESAVE}")
    version, sheets = notebook.get("nbformat"), notebook.get("worksheets")
    cells = notebook.get("cells")
    if cells is None and isinstance(sheets, list) and str(version) in ("2", "3"):
        remarks.append(
            f"The notebook was saved in the old format {version}. We read it all the same."
        )
        parts = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for part in parts if isinstance(part, list) for cell in part]
    if str(version) != "4" and not (version is None and isinstance(cells, list)):
        raise SubmissionError(f"{name}: notebook format {_short(version)}, not 4. {RESAVE}")
    if not isinstance(cells, list):
        raise SubmissionError(f"{name}: the notebook has no list of cells. {RESAVE}")
    return cells


def _cell(entry: Any) -> Cell:
    if not isinstance(entry, dict):
        return Cell("raw", "")
    kind, level = entry.get("cell_type"), entry.get("level")
    source = _text(entry.get("input", "") if "source" not in entry else entry["source"])
    if kind == "heading" and isinstance(level, int):  # of format 3
        kind, source = "markdown", "#" * min(max(level, 1), 6) + " " + source
    metadata = entry.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    nbgrader = metadata.get("nbgrader")
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else ""
    return Cell(
        kind if kind in ("code", "markdown") else "raw",
        source,
        _name(grade_id),
        metadata,
        _name(entry.get("id")),
    )


def _name(value: Any) -> str:
    """What a cell is called, of a length that a name may have; empty where that is no text."""
    return _whole(value[:NAME_LIMIT]) if isinstance(value, str) else ""


def _whole(text: str) -> str:
    """The text with a sign in place of each half of a character: those cannot be written."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def _text(source: Any) -> str:
    """A cell's text from one string or a list of lines, without what editors put in unseen."""
    text = _joined(source) if isinstance(source, list) else source
    text = text if isinstance(text, str) else ""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():  # as most cells are, and then nothing of the rest is in them
        return text
    text = _whole(text)
    for mark in UNSEEN:
        text = text.replace(mark, "")
    return text


def _joined(source: list[Any]) -> str:
    """The lines of a text, with ends between them where not one has its own."""
    known = set(map(type, source)) <= {str}  # or something has got among them
    lines = source if known else [line for line in source if isinstance(line, str)]
    if len(lines) < 2 or lines[0].endswith("\n"):  # as nearly always
        return "".join(lines)
    ended = any(line.endswith("\n") for line in lines[:-1]) or max(map(len, lines)) < 2
    return ("" if ended else "\n").join(lines)


def _short(value: Any) -> str:
    return ascii(value)[:20] if isinstance(value, int | float | str) else "unknown"
