"""From the source of a reference to a stub, a solution cell or a mistake in a student's cell.

Everything works on source text by position, so that comments and layout survive.
"""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.core.errors import CourseError

STUB = ["# YOUR CODE HERE", "raise NotImplementedError()"]

Definition = ast.FunctionDef | ast.ClassDef
Body = Callable[[list[str]], list[str]]


def definitions(file: Path) -> dict[str, ast.stmt]:
    """The functions, classes and plain assignments of a module, by name."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, Definition):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = node
    return found


def stub(file: Path, question: str) -> str:
    """Signature and docstring of the reference with a body to be filled in."""
    return _with_bodies(file, question, lambda body: STUB)


def solution(file: Path, question: str) -> str:
    """The reference as it stands, for a notebook that earns full marks."""
    return _with_bodies(file, question, lambda body: body)


def _with_bodies(file: Path, question: str, change: Body) -> str:
    node = definitions(file).get(question)
    if node is None:
        remedy = "Write it there, or take the question out of lesson.py and assignment.yaml"
        raise CourseError(file, f"it has no {question}", remedy)
    lines = file.read_text(encoding="utf-8").splitlines()
    if isinstance(node, ast.Assign):
        return _quiz(lines, node, change)
    functions = [child for child in ast.walk(node) if isinstance(child, ast.FunctionDef)]
    if isinstance(node, ast.ClassDef):
        functions = [child for child in functions if child in node.body]
    else:
        functions = functions[:1]
    text: list[str] = []
    position = node.lineno - 1
    for function in functions:
        first, last = _body_span(function)
        body = textwrap.dedent("\n".join(lines[first:last])).splitlines()
        text += lines[position:first]
        text += textwrap.indent("\n".join(change(body)), _indent(lines[first])).splitlines()
        position = last
    return "\n".join(text + lines[position : node.end_lineno])


def _quiz(lines: list[str], node: ast.Assign, change: Body) -> str:
    text = lines[node.lineno - 1 : node.end_lineno]
    if change(text) is not STUB:
        return "\n".join(change(text))
    if not isinstance(node.value, ast.Dict):
        return f"{ast.unparse(node.targets[0])} = None  # YOUR ANSWER HERE"
    entries = [
        f"    {ast.unparse(key)}: None,  # YOUR ANSWER HERE" for key in node.value.keys if key
    ]
    return "\n".join([f"{ast.unparse(node.targets[0])} = {{", *entries, "}"])


def _body_span(node: Definition) -> tuple[int, int]:
    """Line numbers (from 0, end exclusive) of a function's body without its docstring."""
    first = 1 if ast.get_docstring(node, clean=False) is not None else 0
    start = node.body[first - 1].end_lineno if first else node.body[0].lineno - 1
    assert start is not None
    assert node.end_lineno is not None
    return start, node.end_lineno


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())] or "    "


def renamed(function: Callable[..., Any], question: str) -> str:
    """The source of a mistake or variant as a student would write it: no decorator, other name."""
    source = textwrap.dedent(inspect.getsource(function))
    node = ast.parse(source).body[0]
    assert isinstance(node, Definition)
    text = "\n".join(source.splitlines()[node.lineno - 1 :])
    return re.sub(rf"\b{re.escape(node.name)}\b", question, text)


def body_lines(file: Path) -> set[str]:
    """The lines of all bodies in a module that would give something away: code, no docstrings."""
    text = file.read_text(encoding="utf-8")
    told: set[int] = set()
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, Definition | ast.Module) and ast.get_docstring(node, clean=False):
            told.update(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
        if isinstance(node, Definition):
            told.update(range(node.lineno, node.body[0].lineno))
        if isinstance(node, ast.ClassDef):
            methods = [child for child in node.body if isinstance(child, ast.FunctionDef)]
            inside = {line for child in methods for line in span(child)}
            told.update(set(span(node)) - inside)
        if isinstance(node, ast.Import | ast.ImportFrom):
            told.update(range(node.lineno, (node.end_lineno or 0) + 1))
    return {
        " ".join(line.split())
        for number, line in enumerate(text.splitlines(), 1)
        if number not in told and telling(line)
    }


def span(node: Definition) -> range:
    """The line numbers, from 1, that a definition covers."""
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def telling(line: str) -> bool:
    """Whether a line says something: `else:` and `return y` stand in every notebook."""
    return len(re.findall(r"\w+", line)) >= 3
