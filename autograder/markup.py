"""Turns values of unknown origin into HTML: the one place where pages are put together.

Nothing of a submission is trusted: every value is cut to a bound, escaped, and what could not be
seen in it (control characters, overrides of the writing direction) is shown as a symbol.
"""

import functools
import re
import unicodedata
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from autograder.core.result import exact

TEXT_LIMIT = 1500  # characters of any one text on a page
NAME_LIMIT = 80  # characters of a student's or a file's name
EXCERPT_LINES = 8  # lines of a cell or an error that are shown
HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")  # Unicode's categories of what shows no glyph of its own
HARMLESS = "\n\t\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # the joiners spell words and emoji
CODE = re.compile(r"`([^`\n]+)`")


def visible(value: Any) -> Any:
    """A text within `TEXT_LIMIT` in which each hidden character is a symbol; else the value."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    text = value[:TEXT_LIMIT].replace("\r\n", "\n")
    return "".join(map(symbol, text)) + ("…" if len(value) > TEXT_LIMIT else "")


def symbol(char: str) -> str:
    """The character, or a symbol in its place where it could not be seen."""
    harmless = char in HARMLESS or unicodedata.category(char) not in HIDDEN
    return char if harmless else "\N{REPLACEMENT CHARACTER}"


def brief(name: str) -> str:
    """A name within `NAME_LIMIT`."""
    return name if len(name) <= NAME_LIMIT else name[: NAME_LIMIT - 1] + "…"


def excerpt(text: str) -> str:
    """The first `EXCERPT_LINES` lines of a text."""
    lines = text[: 4 * TEXT_LIMIT].splitlines()
    return "\n".join([*lines[:EXCERPT_LINES], *(["…"] if len(lines) > EXCERPT_LINES else [])])


def prose(text: str) -> Markup:
    """A sentence with its `code` set as code."""
    pieces = CODE.split(visible(text))
    return Markup().join(
        Markup("<code>{}</code>").format(piece) if index % 2 else escape(piece)
        for index, piece in enumerate(pieces)
    )


@functools.cache
def template(name: str) -> Template:
    """A template that escapes all it is given, wherever that comes from."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "prose": prose,
        "brief": brief,
        "words": lambda name: name.replace("_", " "),
        "points": lambda number: f"{exact(number):g}",
        "counted": lambda number, noun: f"{exact(number):g} {noun}{'' if number == 1 else 's'}",
        "percent": lambda part, whole: f"{100 * part / whole if whole else 0:.4g}%",
    }
    return environment.get_template(name)
