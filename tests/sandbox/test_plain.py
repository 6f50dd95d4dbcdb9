"""What is left out for cells of plain Python would have changed nothing."""

import ast
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from autograder.sandbox.guest.plain import ALONE, AWAITING, is_tidy

LINES = [
    "def f(x):", "    return x", "class A:", "@f", "@f(", "    1)", "x = 1", "x", "", " ", "\t",
    "# said", "    # said", ">>> x", "... x", "    >>> x", "In [1]: x", "   ...: x", "%%time",
    "%time x", "!ls", "'" * 3, '    """', "    x; x", "def f(): pass", "\x0cx", "    pass\rx",
    "    pass\x0b", "    (", ")", "\\", "    pass\\", "async def f(): pass", "\xa0", "\u2028x",
]  # fmt: skip
cells = st.lists(st.sampled_from(LINES), min_size=1, max_size=7).map("\n".join).filter(bool)
often = settings(max_examples=2000, deadline=None, derandomize=True)


class Tidier(TransformerManager):
    """Only what IPython does before it looks for its own syntax."""

    def do_token_transforms(self, lines):
        return lines


@often
@given(cells)
def test_a_cell_that_is_called_tidy_is_not_changed_by_what_tidies_cells(cell):
    if is_tidy(cell):
        assert Tidier().transform_cell(cell) == (cell if cell.endswith("\n") else cell + "\n")


@often
@given(cells)
def test_what_is_called_a_lone_definition_is_one_statement(cell):
    cell += "\n"
    with contextlib.suppress(SyntaxError, ValueError):
        whole = compile(cell, "<cell>", "exec", AWAITING)
        if ALONE.fullmatch(cell):
            [statement] = compile(cell, "<cell>", "exec", ast.PyCF_ONLY_AST | AWAITING).body
            assert compile(ast.Module([statement], []), "<cell>", "exec", AWAITING) == whole


@pytest.mark.parametrize(
    "cell",
    [
        "def f(x):\n    return x",
        "# said\n\n@f\nclass A:\n    def f(x):\n        return x\n\n    # said\n# said after\n",
    ],
)
def test_usual_definitions_are_tidy_and_alone(cell):
    assert is_tidy(cell)
    assert ALONE.fullmatch(f"{cell}\n")


SHOUTING = """\
import ast

class Shouting(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.Constant(node.value.upper())

get_ipython().ast_transformers.append(Shouting())
"""
STRIPPED = ">>> def f():\n...     return 'quiet'"


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ((SHOUTING, "def f():\n    return 'quiet'", "f()"), "'QUIET'"),
        ((STRIPPED, "f()"), "'quiet'"),
        (("def f(): pass\n\x0cf is f",), "True"),
        (("def f(): pass\rf is f",), "True"),
        (("a = 1000\nb = 1000\na is b",), "False"),  # as in Jupyter, statement by statement
        (("\ndef f():\n    return 1\n", "f.__code__.co_firstlineno"), "1"),
        (("def f():\n    !ls\n", "f()"), ""),
        (("def f():\n    1 / 0", "try:\n    f()\nexcept ZeroDivisionError as error:\n    line = "
          "error.__traceback__.tb_next.tb_lineno", "line"), "2"),
        (("def f(): pass", "f.__code__.co_filename[:17]"), "'<ipython-input-1-'"),
        (("from __future__ import annotations", "def f(x: int): pass", "f.__annotations__['x']"),
         "'int'"),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_a_notebook_shows_what_it_always_showed(opened, cells, value):
    _, runs = opened(*cells)
    shown = [output.get("data", {}).get("text/plain", "") for output in runs[-1].outputs]
    assert "".join(shown) == value


def test_a_warning_about_a_lone_function_is_shown_once(opened):
    _, [run] = opened("def f(x):\n    return x is 1")
    texts = [output["text"] for output in run.outputs if "text" in output]
    assert sum(text.count("SyntaxWarning") for text in texts) == 1


def test_a_lone_function_that_cannot_be_translated_fails_and_says_why(opened):
    _, [run] = opened("def f():\n    nonlocal x")
    assert run.outcome == "RAISED"
    assert "nonlocal" in str(run.outputs)
