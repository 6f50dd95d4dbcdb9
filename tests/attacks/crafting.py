"""Crafting: notebooks that are made to end, to hold up or to mislead whoever reads them."""

import copy
from collections.abc import Callable
from typing import Any

from tests.attacks.attack import ALL, Attack, Notebook, code_cell, honest, solution_of

WRONG = "def convolve1d(x, w):\n    return np.zeros(len(x) + len(w) - 1)"
ODD: list[Any] = [
    None,
    5,
    -1.5,
    True,
    "text",
    [],
    {},
    [[]],
    {"a": {}},
    "\ud800",
    "x" * 10_000,
    10**400,
]


def solving(name: str, aim: str, source: str, **rest: Any) -> Attack:
    """An attack whose solution cell holds this source and no answer."""
    return Attack(name, aim, change=replaced(source), **rest)


def beside(name: str, aim: str, *sources: str, **rest: Any) -> Attack:
    """An attack that adds cells to a notebook with one wrong answer."""

    def change(notebook: Notebook) -> None:
        solution_of(notebook, "convolve1d")["source"] = WRONG
        notebook["cells"] += map(code_cell, sources)

    return Attack(name, aim, change=change, **rest)


def replaced(source: str) -> Callable[[Notebook], None]:
    """A change of the solution cell."""

    def change(notebook: Notebook) -> None:
        solution_of(notebook, "convolve1d")["source"] = source

    return change


def spread(key: str, places: str = "cells") -> Callable[[Notebook], None]:
    """A change that puts a value of every kind where `key` belongs."""

    def change(notebook: Notebook) -> None:
        solution_of(notebook, "convolve1d")["source"] = WRONG
        for number, cell in enumerate(notebook["cells"]):
            target = cell if places == "cells" else cell["metadata"].setdefault("nbgrader", {})
            if key != "source" or cell["cell_type"] == "markdown":
                target[key] = copy.deepcopy(ODD[number % len(ODD)])

    return change


def marks_of_all(notebook: Notebook) -> None:
    """Every mark on every cell, so that all answers are everybody's."""
    solution_of(notebook, "convolve1d")["source"] = WRONG
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id", "") for cell in notebook["cells"]]
    for cell in notebook["cells"]:
        for name in names[:5]:
            notebook["cells"] = [*notebook["cells"], cell | {"id": f"../{name}", "metadata": {}}][
                :400
            ]


def stacked(notebook: Notebook) -> None:
    """A thousand empty cells and a thousand of blanks before the first."""
    solution_of(notebook, "convolve1d")["source"] = WRONG
    notebook["cells"] = [code_cell(" \n" * (number % 50)) for number in range(900)] + notebook[
        "cells"
    ]


def lines_of_odd_kinds(notebook: Notebook) -> None:
    """Sources as lists of lines, numbers and lists."""
    for cell in notebook["cells"]:
        cell["source"] = [*cell["source"], 7, None, ["x"], {}]
    solution_of(notebook, "convolve1d")["source"] = [WRONG, 7]


def numbers_of_formats(notebook: Notebook) -> None:
    """Formats and versions that are no numbers, worksheets beside the cells."""
    solution_of(notebook, "convolve1d")["source"] = WRONG
    notebook |= {"nbformat": 4, "nbformat_minor": "∞", "worksheets": [{"cells": [{}]}, 5],
                 "orig_nbformat": {}, "signature": [1], "metadata": [1, 2]}  # fmt: skip


def attached(notebook: Notebook) -> None:
    """Attachments by the megabyte, of every kind."""
    solution_of(notebook, "convolve1d")["source"] = WRONG
    for cell in notebook["cells"]:
        cell["attachments"] = {"../../x.png": {"image/png": "A" * 200_000}, "y": 5, "": None}


def bidirectional(notebook: Notebook) -> None:
    """Names and comments that read as others than they are."""
    solution_of(notebook, "convolve1d")["source"] = (
        f"# \u202e\u2066 {WRONG!r} \u2069\u202c\n" + WRONG.replace("x", "х")  # a Cyrillic letter
    )
    notebook["metadata"]["title"] = "\u202egnp.exe"


ATTACKS = [
    # --- source that is hard to read ---
    solving("deep-brackets", "a syntax tree that no stack holds", WRONG + "\nx = " + "(" * 50_000),
    solving("deep-sum", "a sum of thousands of terms, to end who reads it", WRONG + "\nx = " + "+".join(["1"] * 2500),
            harms_itself=True, core=True),
    solving("deep-branches", "thousands of branches", WRONG + "\nif 1: pass\n" + "elif 2: pass\n" * 2000,
            harms_itself=True),
    solving("many-aliases", "aliases of aliases", WRONG + "\na0 = np\n" + "".join(f"a{n + 1} = a{n}\n" for n in range(9000))),
    solving("many-assignments", "assignments by the ten thousand", WRONG + "\na = b = 1\n" + "a = b\n" * 15_000),
    solving("blank-lines", "blank lines by the hundred thousand", WRONG + "\n" * 100_000 + "x = (", core=True),
    solving("spaces-before-a-command", "spaces before what may be a command", WRONG + "\nx = (\n" + " " * 90_000 + "!"),
    solving("spaces-after-a-fence", "spaces after what may be a mark of Markdown", WRONG + "\n```" + " " * 200_000 + "!", core=True),
    Attack("names-beside-utf8", "files whose names are no text, or no names", earns=ALL,
           files=dict.fromkeys(("\udcff.txt", "n" * 256, "zero\0", "a", "a/b", "../../x", ".", "<script>.csv"), b"x")),
    solving("copies-of-a-cell", "copies of a released cell, grown together", "\n".join(["import numpy as np\nimport math"] * 3000),
            harms_itself=True, core=True),
    solving("huge-number", "a number that takes minutes to read", f"{WRONG}\nx = {'9' * 100_000}"),
    solving("huge-hex-number", "a number in another base, to be printed", f"{WRONG}\nx = 0x{'f' * 50_000}\nx", core=True),
    solving("zero-bytes", "bytes of zero in the source", WRONG + "\n\0\nx = 1"),
    solving("foreign-encoding", "a line that names another encoding", "# -*- coding: utf-7 -*-\n" + WRONG),
    solving("normalised-names", "names that Python reads as others", "def ｃｏｎｖｏｌｖｅ１ｄ(x, w):\n    return np.zeros(3)"),
    solving("carriage-returns", "lines that end where no editor shows it",
            WRONG.replace("\n", "\r") + "\r\x0b\x0c\x1c\x85\u2028"),
    solving("escape-sequences", "sequences that a terminal obeys", f"{WRONG}\n# \x1b]0;x\x07\x1b[2J\x9b31m\n1 / 0"),
    beside("thousand-cells", "nine hundred cells that use what others make",
           *(f"a{n} = a{n + 1}" for n in range(900)), harms_itself=True),
    beside("thousand-pieces", "nine hundred pieces of a cell that was never whole", *["x = ("] * 900, harms_itself=True),
    beside("four-megabytes", "code beyond all measure", *["x;" * 200_000] * 4, harms_itself=True),
    beside("larger-than-a-frame", "a cell that does not fit into a message", "# " + "x" * 1_500_000, core=True),
    beside("last-cell-undoes", "a cell in the end that deletes the names that are asked for",
           "for name in [*globals()]:\n    if name[:1] != '_' and name not in ('get_ipython', 'In', 'Out'): del globals()[name]",
           harms_itself=True),
    beside("shadowed-provided", "what is provided, replaced by names of its own",
           "np = type('np', (), {'zeros': staticmethod(lambda *a: 0)})\nimport builtins\nbuiltins.sum = max",
           harms_itself=True),
    # --- a file that is hard to read ---
    Attack("odd-sources", "a value of every kind where a source belongs", change=spread("source")),
    Attack("odd-metadata", "a value of every kind where metadata belong", change=spread("metadata")),
    Attack("odd-ids", "a value of every kind where an id belongs", change=spread("id")),
    Attack("odd-outputs", "a value of every kind where outputs belong", change=spread("outputs")),
    Attack("odd-counts", "a value of every kind where a count belongs", change=spread("execution_count")),
    Attack("odd-grade-ids", "a value of every kind where a mark belongs", change=spread("grade_id", "marks"), core=True),
    Attack("odd-cell-kinds", "a value of every kind where a kind belongs", change=spread("cell_type"), harms_itself=True),
    Attack("marks-of-all", "the marks and ids of all cells on hundreds of copies", change=marks_of_all, harms_itself=True),
    Attack("blank-cells", "nine hundred cells of blanks", change=stacked),
    Attack("odd-lines", "lines that are numbers and lists", change=lines_of_odd_kinds, harms_itself=True),
    Attack("odd-formats", "formats that are none", change=numbers_of_formats),
    Attack("attached-megabytes", "attachments by the megabyte", change=attached),
    Attack("bidirectional", "code that reads as other code", change=bidirectional),
    # --- outputs that are hard to show ---
    Attack("picture-bomb", "a picture that unpacks to gigabytes", """
import base64, zlib
from IPython.display import display
def chunk(kind, data):
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
size = struct.pack("!IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0)
png = b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(bytes(10**7))) + chunk(b"IEND", b"")
display({"image/png": base64.b64encode(png).decode(), "text/plain": "x"}, raw=True)
""", earns=ALL, core=True),
    Attack("many-small-outputs", "two hundred outputs in each of a hundred cells", """
from IPython.display import display
for number in range(300):
    display({"text/plain": "x" * 3000}, raw=True)
""", earns=ALL),
    Attack("huge-repr", "a value whose representation has no end", """
class Long:
    def __repr__(self): return "x" * (1 << 27)
display(Long())
Long()
""", earns=ALL, harms_itself=True),
    Attack("notes-on-an-error", "an error with notes by the megabyte, and notes without end", """
class Endless(list):
    def __iter__(self): return iter(int, 1)
error = ValueError("x")
error.__notes__ = ["\\x1b[2J<script>" * 1000] * 1000
try:
    raise error
except ValueError:
    get_ipython().showtraceback()
error.__notes__ = Endless(["x"])
raise error
""", earns=ALL, harms_itself=True),
    Attack("chain-of-errors", "an error behind an error, twenty thousand times, and round in a circle", """
error = first = ValueError("0")
for number in range(20_000):
    error, error.__cause__ = ValueError(str(number)), error
first.__context__ = error
raise error
""", earns=ALL),
    Attack("syntax-error-of-lies", "a syntax error whose place and text are impossible", """
class Text(str):
    def __len__(self): return 1 << 40
error = SyntaxError("x")
error.text, error.filename = Text("a"), Text("f")
error.lineno = error.end_lineno = error.end_offset = 10**18
error.offset = -5
raise error
""", earns=ALL),
    Attack("errors-by-the-thousand", "a group of a thousand errors, of a kind with ten million letters", """
kind = type("E" * 10**7, (Exception,), {})
raise BaseExceptionGroup("x" * 10**6, [kind("y" * 10**5)] * 1000)
""", earns=ALL),
    Attack("markup-for-terminals", "markup of the grader's tables in names and errors", """
raise type("[red]x[/]", (Exception,), {})("[link=file:///etc/passwd]click[/link] [/] [bold")
""", earns=ALL),
    Attack("formulas", "text that spreadsheets run", """
print("=cmd|' /C calc'!A0")
raise ValueError("=HYPERLINK(1)")
""", earns=ALL),
    Attack("templates", "text that template engines run", """
print("{{ config }} {% include '/etc/passwd' %} ${7*7} #{7*7} <%= 7*7 %>")
""", earns=ALL),
]  # fmt: skip


def long_and_plain(notebook: Notebook) -> None:
    """Two hundred own cells of notes and experiments, in several alphabets."""
    for number in range(200):
        notebook["cells"].append(
            code_cell(f"# 実験 {number} – опыт – ניסוי\nresult_{number} = {number} + 1")
        )


HONEST = [
    honest("explains-its-errors", "raises from others, adds notes, and catches a group", """
try:
    try:
        [][1]
    except IndexError as error:
        error.add_note("the list is empty")
        raise ExceptionGroup("both", [ValueError("x"), error]) from error
except* IndexError as group:
    assert group.exceptions[0].__notes__ == ["the list is empty"]
except* ValueError:
    pass
"""),
    honest("many-experiments", "two hundred cells of its own", change=long_and_plain),
    honest("long-table", "a table of constants, and a long sum", change=lambda notebook: notebook["cells"].append(
        code_cell("table = [" + ", ".join(map(str, range(5000))) + "]\ntotal = " + " + ".join(["1"] * 300)))),
]  # fmt: skip
