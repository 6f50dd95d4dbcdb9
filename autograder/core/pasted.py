"""What came into cells along with code that was copied: odd spaces and quotes, fences, magics."""

import ast
import re
import textwrap
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import takewhile

from autograder.core.answers import Release
from autograder.core.forbidden import parsed
from autograder.core.pieces import HIDING, bare, does_nothing, read_code
from autograder.core.submission import Cell

# Spaces, quotes and dashes as web pages, PDFs and word processors set them.
PLAIN = (
    dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000"), " ")
    | dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u00ab\u00bb"), '"')
    | dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b"), "'")
    | dict.fromkeys(map(ord, "\u2010\u2011\u2013\u2212"), "-")
)
FENCE = re.compile(r"^\s*+(?:```|~~~)\s*+\w*+\s*+$")
PROMPT = re.compile(
    r"^(?:>>>|\.\.\.|In \[\d+\]:|\s*\.{3,}:)(?: |$)"
)  # those that IPython takes off
MARKS = ("```", "~~~", "<" * 7, "=" * 7, ">" * 7)  # of which one is in each line of both kinds
CONFLICT = re.compile(r"^(?:<{7}(?: .*)?|={7}|>{7}(?: .*)?)$")

MARKED = (
    "Some code stood between marks that are not Python (``` of Markdown, or <<<<<<< of Git). "
    "We left the marks out."
)

Step = tuple[list[Cell], list[str]]


def without_prompts(cells: Sequence[Cell], release: Release) -> Step:
    """Take the prompts off code, as IPython does when it runs it: so its names can be read."""
    found = []
    for cell in cells:
        text = cell.source.strip()
        if cell.is_code and PROMPT.match(text.partition("\n")[0]):
            source = "\n".join(PROMPT.sub("", line) for line in text.split("\n"))
            found.append(replace(cell, source=source) if read_code(source).alone else cell)
        else:
            found.append(cell)
    return found, []


def with_plain_characters(cells: Sequence[Cell], release: Release) -> Step:
    """Replace characters that Python cannot read, where nothing else is wrong with a cell."""
    found = []
    for cell in cells:
        broken = cell.is_code and not cell.source.isascii() and not read_code(cell.source).alone
        source = cell.source.translate(PLAIN) if broken else cell.source
        mended = source != cell.source and read_code(source).alone
        found.append(replace(cell, source=source) if mended else cell)
    if found == list(cells):
        return found, []
    return found, [
        "Some code held spaces, quotes or dashes that Python cannot read (they come along when "
        "code is copied from a web page or a PDF). We replaced them by plain ones."
    ]


def without_fences(cells: Sequence[Cell], release: Release) -> Step:
    """Take Markdown's ``` off code, and code that answers a question out of text."""
    marked = [
        not release.holds(cell) and any(mark in cell.source for mark in MARKS) for cell in cells
    ]
    if not any(marked):
        return list(cells), []
    coded = answered(cells, release)
    found: list[Cell] = []
    told: list[str] = []
    for cell, may_be in zip(cells, marked, strict=True):
        lines = cell.source.split("\n") if may_be else []
        if not any(map(is_mark, lines)):
            found.append(cell)
        elif cell.kind == "code":
            source = "\n".join(line for line in lines if not is_mark(line))
            mended = not read_code(cell.source).alone and read_code(source).alone
            found.append(replace(cell, source=source) if mended else cell)
            if mended:
                told.append(MARKED)
        else:
            parts = list(blocks(cell, release, coded))
            found += parts
            told += [moved_told(part, release) for part in parts if part.kind == "code"]
    return found, told


def is_mark(line: str) -> bool:
    """Whether a line is one of Markdown's fences, or of Git's marks of a conflict."""
    return bool(FENCE.match(line) or CONFLICT.match(line))


def blocks(cell: Cell, release: Release, coded: AbstractSet[str]) -> Iterator[Cell]:
    """A cell of text, with blocks of code that answer a question as cells of their own."""
    texts: list[list[str]] = [[]]
    fences: list[str] = []
    for line in cell.source.split("\n"):
        if FENCE.match(line):
            fences.append(line)
            texts.append([])
        else:
            texts[-1].append(line)
    slot = release.slot_of(cell)
    prose: list[str] = []
    for place, text in enumerate(texts):
        block = Cell("code", "\n".join(text))
        if place % 2 and release.code(block).answers & release.names - coded:
            mark = cell.grade_id if slot and slot.is_code else ""
            yield replace(block, grade_id=mark)
        else:
            prose += [*fences[place - 1 : place], *text]
    rest = "\n".join(prose)
    if bare(rest):
        yield replace(cell, source=rest)


def moved_told(cell: Cell, release: Release) -> str:
    """A sentence on code that was found in a text."""
    name = min(release.code(cell).answers & release.names)
    question = release.coded[name].question
    return f"Your code for {question} stood in a cell of text, which is not run. We ran it as code."


def without_hiding_magics(cells: Sequence[Cell], release: Release) -> Step:
    """Take a magic off an answer that would otherwise be made nowhere in the notebook."""
    if not any(HIDING.match(cell.source) for cell in cells):
        return list(cells), []
    coded = answered([cell for cell in cells if not HIDING.match(cell.source)], release)
    found: list[Cell] = []
    told: list[str] = []
    for cell in cells:
        magic, _, rest = cell.source.lstrip().partition("\n")
        hides = cell.kind == "code" and HIDING.match(magic)
        names = release.code(Cell("code", rest)).answers & release.names - coded if hides else ()
        found.append(replace(cell, source=rest) if names else cell)
        for name in sorted(names)[:1]:
            what = f"Your code for {release.coded[name].question} stood below {magic.split()[0]}"
            told.append(f"{what}, which keeps it out of the notebook. We ran it without.")
    return found, told


def with_magics_first(cells: Sequence[Cell], release: Release) -> Step:
    """Put a cell magic above the comments that stand over it, where IPython would not see it."""
    found: list[Cell] = []
    told: list[str] = []
    for cell in cells:
        magic = "%" in cell.source and "%%" in cell.source  # one sign is found six times as fast
        lines = cell.source.split("\n") if magic else []
        comments = list(takewhile(lambda line: line.strip()[:1] in ("", "#"), lines))
        rest = lines[len(comments) :]
        if cell.is_code and any(map(str.strip, comments)) and "".join(rest[:1]).startswith("%%"):
            told = ["A line that begins with %% has to be the first of its cell. We put it there."]
            cell = replace(cell, source="\n".join([rest[0], *comments, *rest[1:]]))
        found.append(cell)
    return found, told


def without_outer_stubs(cells: Sequence[Cell], release: Release) -> Step:
    """Take a function out of the one of the same name that it was pasted into."""
    found: list[Cell] = []
    told: list[str] = []
    for cell in cells:
        tree = parsed(cell.source) if cell.is_code and release.names else None
        outer = tree.body[0] if tree and len(tree.body) == 1 else None
        inner = pasted_into(outer) if isinstance(outer, ast.FunctionDef) else None
        if inner is None or inner.name not in release.names:
            found.append(cell)
            continue
        first = min([inner.lineno, *(each.lineno for each in inner.decorator_list)]) - 1
        lines = cell.source.split("\n")[first : inner.end_lineno]
        found.append(replace(cell, source=textwrap.dedent("\n".join(lines))))
        question = release.coded[inner.name].question
        told.append(f"Your code for {question} stood inside of the function that you were given, "
                    "as a second one of the same name. We took it out.")  # fmt: skip
    return found, told


def pasted_into(outer: ast.FunctionDef) -> ast.FunctionDef | None:
    """The function of the same name that is all there is in a function, if it is so."""
    inner = [node for node in outer.body if not does_nothing(node)]
    found = inner[0] if len(inner) == 1 else None
    return found if isinstance(found, ast.FunctionDef) and found.name == outer.name else None


def answered(cells: Sequence[Cell], release: Release) -> set[str]:
    """The names that code cells answer."""
    return {name for cell in cells if cell.is_code for name in release.code(cell).answers}
