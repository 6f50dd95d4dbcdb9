"""A notebook feels at home: what Jupyter does, minus the doors of the machine."""

import pytest


@pytest.mark.parametrize(
    ("cell", "outcome", "text"),
    [
        ("1 + 1", "PASSED", "2"),
        ("1 + 1;", "PASSED", ""),
        ("print('out')\n3", "PASSED", "out\n3"),
        ("import sys\nprint('one'); print('two', file=sys.stderr)", "PASSED", "one\ntwo\n"),
        ("print('half a character: \\ud800')", "PASSED", "half a character: ?\n"),
        ("display('a', 'b')", "PASSED", "'a''b'"),
        ("await __import__('asyncio').sleep(0, 'done')", "PASSED", "'done'"),
        ("import asyncio\nasyncio.run(asyncio.sleep(0, 'done'))", "PASSED", "'done'"),
        ("x = _ = 5\nx", "PASSED", "5"),
        ("import inspect\ndef f():\n    return 1\nprint(inspect.getsource(f))", "PASSED",
         "def f():\n    return 1\n\n"),
        ("%matplotlib inline", "PASSED", ""),
        ("%matplotlib widget\nimport matplotlib\nprint(matplotlib.get_backend())", "PASSED",
         "inline"),
        ("%timeit -n1 -r1 1", "PASSED", "per loop"),
        ("%%time\nx = 1", "PASSED", "Wall time"),
        ("!echo out", "PASSED", "(not run: no shell commands here)\n"),
        ("files = !ls\nfiles", "PASSED", "(not run: no shell commands here)\n[]"),
        ("%pip install numpy", "PASSED", "(%pip install numpy was not run: packages are fixed"),
        ("!pip install numpy", "PASSED", "(not run: packages are fixed while grading)\n"),
        ("%%bash\necho out", "PASSED", "(%%bash was not run: no shell commands here)\n"),
        ("%sx ls", "PASSED", "(not run: no shell commands here)\n[]"),
        ("%cd .\n%sx ls", "PASSED", "(not run: no shell commands here)\n[]"),
        ("%%script sh\necho out", "PASSED", "(%%script was not run: no shell commands here)\n"),
        ("%no_such_magic", "RAISED", "`%no_such_magic` not found"),
        ("len?", "PASSED", "Return the number of items in a container."),
        ("%%writefile note.txt\nhello", "PASSED", "Writing note.txt\n"),
        ("input('name? ')", "RAISED", "input() cannot be answered while a notebook is graded"),
        ("import logging\nlogging.warning('careful')", "PASSED", "careful"),
        ("import warnings\nwarnings.warn('careful')", "PASSED", "careful"),
        ("raise ValueError('<b>no</b>')", "RAISED", "<b>no</b>"),
        ("assert False, 'not yet'", "RAISED", "not yet"),
        ("print('out')\nraise ValueError('half a character: \\ud800')", "RAISED", "out\nhalf a"),
        ("class Half:\n    def __repr__(self):\n        return 'a \\ud800'\nprint('out')\nHalf()",
         "PASSED", "out\na ?"),
    ],
    ids=lambda value: value.replace("\n", "; ")[:40],
)  # fmt: skip
def test_what_a_cell_shows(opened, cell, outcome, text):
    _, [run] = opened(cell)
    shown = "".join(
        output.get("text") or output.get("evalue") or output.get("data", {}).get("text/plain", "")
        for output in run.outputs
    )
    assert run.outcome.value == outcome
    assert text in shown
    assert bool(text) == bool(shown)


@pytest.mark.parametrize("cell", ["exit()", "quit()", "exit"])
def test_leaving_a_notebook_does_not_end_it(opened, cell):
    _, runs = opened("x = 1", cell, "print(x)")
    assert [run.outcome.value for run in runs][::2] == ["PASSED", "PASSED"]
    assert runs[2].outputs[0]["text"] == "1\n"


def test_an_error_names_the_line_of_the_cell(opened):
    _, [run] = opened("x = 1\ndef f():\n    return x / 0\nf()")
    [error] = run.outputs
    assert (error["ename"], error["evalue"]) == ("ZeroDivisionError", "division by zero")
    assert error["traceback"][0] == "line 3: return x / 0"
    assert "\x1b" not in "".join(error["traceback"])


def test_the_outputs_are_those_of_the_notebook_format(opened):
    _, [run] = opened("print(1)\ndisplay(2)\n3")
    assert [output["output_type"] for output in run.outputs] == [
        *("stream", "display_data", "display_data"),
    ]


@pytest.mark.parametrize(
    "much",
    ["print('x' * 300_000)", "for n in range(300):\n    display(n)", "display('x' * 300_000)"],
)
def test_the_last_value_is_kept_whatever_was_shown_before(opened, much):
    _, [run] = opened(f"{much}\n0.5")
    assert run.outputs[-1]["data"]["text/plain"] == "0.5"


def test_of_an_endless_value_the_beginning_is_kept(opened):
    _, [run] = opened("'x' * 400_000")
    text = run.outputs[0]["data"]["text/plain"]
    assert text.startswith("'xxx")
    assert text.endswith("x…")
    assert len(text) < 2000


READ_BY_THE_NOTEBOOK = """\
import ast
shell = get_ipython()

class Doubled(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.Constant(node.value * 2)
"""


def test_the_same_cell_can_be_run_again_whatever_was_done_to_what_was_read(opened):
    add, remove = (f"shell.ast_transformers.{word}(double)" for word in ("append", "remove"))
    cells = [READ_BY_THE_NOTEBOOK + "double = Doubled()", add, "21", "21", remove, "21"]
    _, runs = opened(*cells)
    values = [run.outputs[0]["data"]["text/plain"] for run in runs if run.outputs]
    assert values == ["42", "42", "21"]


def test_a_warning_of_the_compiler_is_shown_once(opened):
    _, [run] = opened("x = 1\nx is 1")
    texts = [output["text"] for output in run.outputs if "text" in output]
    assert sum(text.count("SyntaxWarning") for text in texts) == 1


def test_a_future_that_a_cell_asks_for_holds_in_the_next_one(opened):
    _, runs = opened("from __future__ import barry_as_FLUFL", "1 <> 2", "1 != 2")
    assert [run.outcome for run in runs] == ["PASSED", "PASSED", "RAISED"]


def test_a_notebook_may_bring_a_syntax_of_its_own(opened):
    change = "def shout(lines):\n    return [line.upper() for line in lines]\n"
    _, runs = opened(change + "get_ipython().input_transformers_post.append(shout)", "'quiet'")
    assert runs[1].outputs[0]["data"]["text/plain"] == "'QUIET'"
