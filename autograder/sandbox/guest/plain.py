"""Cells that are plain Python: read once, and not searched for what only IPython understands.

IPython tidies each cell, cuts it into tokens, reads it, and translates it statement by statement.
For most cells that takes longer than to run them. What would change nothing is left out here.
"""

import ast
import re
from collections.abc import Callable
from types import CodeType
from typing import Any

AWAITING = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
PROMPTS = ("%%", ">>>", "In [", "..:")
BLANK = re.compile(r"\n[^\S\n]+(?:\n|\Z)")  # a line with nothing but spaces
# one function or class at the margin, and nothing else, in lines that end as usual
ALONE = re.compile(
    r"(?:#[^\r\f\n]*\n|\n)*(?:@[^\r\f\n]*\n)*(?:def|class)\b(?:[^\r\f\n]*\n(?=[ \t#\n]|\Z))+"
)


class Ready(ast.Pass):
    """A statement that was translated when it was read."""

    code: CodeType


def code_of(tree: Any) -> CodeType | None:
    """The code of the one statement in it, if that was translated when it was read."""
    body = getattr(tree, "body", None)
    return body[0].code if isinstance(body, list) and body and isinstance(body[0], Ready) else None


def is_tidy(cell: str) -> bool:
    """Whether IPython finds no prompts, spaces or margins that it would take away."""
    untidy = cell[0].isspace() or BLANK.search(cell) or any(sign in cell for sign in PROMPTS)
    return not untidy


def read(text: str, name_of: Callable[[str], str]) -> ast.AST:
    """The statements of a cell; a lone definition is translated on the way, in half the time.

    Others are not, as equal constants of two statements would become one object.
    """
    if ALONE.fullmatch(text):
        node = Ready()
        node.code = compile(text, name_of(text), "exec", AWAITING, dont_inherit=True)
        return ast.Module([node], [])
    tree: ast.AST = compile(text, "<cell>", "exec", ast.PyCF_ONLY_AST | AWAITING, dont_inherit=True)
    return tree
