"""Source that is made to hold up or to end whoever reads it: it is read, and nothing is overlooked.

Each of these once raised, took minutes, or kept gigabytes.
"""

import pytest

from autograder.core import forbidden
from autograder.core.forbidden import READ, shortcuts
from autograder.core.kept import TREES, kept
from autograder.core.repair import repaired
from autograder.core.submission import Cell, Submission

PROVIDED = Cell("code", "import numpy as np\nimport math", "provided-1")
STUB = Cell("code", "def convolve(x, w):\n    raise NotImplementedError()", "convolve-solution")
RELEASED = Submission("released", (PROVIDED, STUB))
ANSWER = "def convolve(x, w):\n    return np.convolve(x, w)\n"
SOURCES = {
    "a sum of thousands of terms": "x = " + "+".join(["1"] * 2500),
    "a text of thousands of parts": "x = getattr(np, " + "+".join(['"a"'] * 2500) + ")",
    "thousands of branches": "if 1: pass\n" + "elif 2: pass\n" * 2000,
    "thousands of names in a row": "x = a" + ".a" * 2800,
    "thousands of calls in a row": "x = a" + ".a()" * 900,
    "calls of getattr in each other": "x = " + "getattr(" * 80 + "np" + ', "a")' * 80,
    "assignments by the ten thousand": "a = b\n" * 20_000,
    "aliases of aliases": "a0 = np\n" + "".join(f"a{n + 1} = a{n}\n" for n in range(10_000)),
    "aliases that grow": "a0 = np\n" + "".join(f"a{n + 1} = a{n}.b\n" for n in range(10_000)),
    "definitions by the thousand": "".join(f"def f{n}(): pass\n" for n in range(6000)),
    "spaces before a command": "x = (\n" + " " * 100_000 + "!",
    "words before a command": "x = (\n" + "a " * 50_000 + "!",
    "spaces after a mark of Markdown": "```" + " " * 150_000 + "!",
    "blank lines": "\n" * 100_000 + "x = (",
    "copies of a released cell": "\n".join([PROVIDED.source] * 2500),
    "copies with lines between": "\ny\n".join([PROVIDED.source] * 2500),
    "brackets": "(" * 100_000,
    "minus signs": "x = " + "-" * 100_000 + "1",
    "digits": "x = " + "9" * 100_000,
    "digits in another base": "x = 0x" + "f" * 50_000,
    "zeros": "x = 1\0",
    "a foreign encoding": "# -*- coding: utf-7 -*-\nx = 1",
    "signs of the writing direction": "x = 1  # \u202e\u2066",
}


def read(*sources):
    """The shortcuts that are found in a notebook of these cells, once it is put right."""
    cells = (PROVIDED, *(Cell("code", source) for source in sources), Cell("code", ANSWER))
    meant = repaired(Submission("handed in", cells), RELEASED)
    return shortcuts(meant.sources, {"convolve": ["numpy.convolve"]})


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_a_notebook_is_read_to_its_end(source):
    assert read(source).keys() == {"convolve"}


@pytest.mark.parametrize("many", [900, 4900])
def test_so_is_one_of_many_cells(many):
    for text in ("x = (", "a{n} = a{m}", "def f{n}(): return f{m}()\nf{n}()"):
        assert read(*(text.format(n=n, m=n + 1) for n in range(many))).keys() == {"convolve"}


def test_a_shortcut_within_a_deep_expression_is_found():
    deep = "def convolve(x, w):\n    return " + "1 + " * 2000 + "np.convolve(x, w)"
    [found] = shortcuts(["import numpy as np", deep], {"convolve": ["numpy.convolve"]})["convolve"]
    assert found.name == "numpy.convolve"


def test_shortcuts_within_handlers_and_cases_are_found():
    for where in ("try:\n    1 / 0\nexcept Exception:\n", "match 1:\n  case 1:\n"):
        body = "".join(f"    {line}\n" for line in ANSWER.splitlines())
        assert shortcuts(["import numpy as np", where + body], {"convolve": ["numpy"]})


def test_what_is_longer_than_anybody_writes_is_not_read():
    long = "x = 1\n" * (READ // 6 + 1)
    assert shortcuts([long, "import numpy as np", ANSWER], {"convolve": ["numpy"]}) == {}


def test_what_everybody_has_stays_known_and_what_one_has_makes_room():
    asked = []
    look = kept(1000)(lambda text: asked.append(text) or len(text))
    given, first, second = "a" * 300, "b" * 300, "c" * 300
    for text in (given, first, given, second, given, second, first):
        assert look(text) == 300
    assert asked == [given, first, second, first]


def test_a_text_too_long_to_be_kept_beside_others_is_looked_at_once_in_a_row():
    asked = []
    look = kept(1000)(lambda text: asked.append(text) or len(text))
    assert [look(text) for text in ("a", "b" * 2000, "b" * 2000, "a")] == [1, 2000, 2000, 1]
    assert asked == ["a", "b" * 2000, "a"]


def test_thousands_of_short_texts_make_room_too():
    asked = []
    look = kept(1000)(asked.append)
    for text in [*map(str, range(2000)), "0"]:
        look(text)
    assert len(asked) == 2001


def test_what_is_kept_of_a_class_of_bombs_has_a_bound():
    for number in range(8):
        forbidden.parsed(f"x{number};" * 20_000)
    held = forbidden.parsed.__closure__
    [answers] = [cell.cell_contents for cell in held if isinstance(cell.cell_contents, dict)]
    assert sum(len(key[0]) for key in answers) <= TREES
