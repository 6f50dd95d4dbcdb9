"""Imports early what a notebook's functions import when they are called.

A check is a fork of the finished notebook, and what is imported there is gone with it. Whoever
writes `import torch` into a function would pay for it in every check, with seconds.
"""

import ast
import contextlib
import importlib.util
import re
import sys
from collections.abc import Callable, Iterator

from . import shell, watch

STARTERS = ("multiprocessing", "concurrent")  # Python's own, which checks make something of
SIGN = re.compile(r"(?m)(?:^[ \t]+|[:;] *)(?:import|from)[ \t]")  # in code that may import inside
MAGIC = re.compile(r"\A\s*%%.*")  # what is below it is a text for IPython, and mostly a program


def fetch(cell: str, as_python: Callable[[str], str], seconds: float) -> None:
    """Import what functions in `cell` would; what cannot be had they will say themselves."""
    if seconds <= 0 or not SIGN.search(cell):
        return
    with shell.interrupted_after(seconds):
        for statement in inside(ast.parse(as_python(MAGIC.sub("", cell)))):
            with contextlib.suppress(ImportError):
                text = compile(ast.Module([statement], []), "<import>", "exec")
                exec(text, {})


def inside(tree: ast.Module) -> Iterator[ast.stmt]:
    """The imports of installed libraries that stand in functions."""
    functions = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    for node in (child for function in functions for child in ast.walk(function)):
        names: list[str | None] = []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        if isinstance(node, ast.stmt) and names and all(map(is_library, names)):
            yield node


def is_library(module: str | None) -> bool:
    """Whether a module belongs to an installed library; most of Python's own take no time."""
    root = str(module).partition(".")[0]
    if root in STARTERS:
        return True
    if root in sys.stdlib_module_names:
        return False
    found = importlib.util.find_spec(root)
    return found is not None and watch.is_installed(found.origin or "")
