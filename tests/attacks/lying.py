"""Lying in the file: metadata, outputs, names, cells that are not what they say."""

import copy
import json

from tests.attacks.attack import ALL, Attack, Notebook, code_cell, grade_id, honest, solution_of

SCRIPT = "<script>alert('attacked')</script><img src=x onerror=alert(1)>"
WRONG = "def convolve1d(x, w):\n    return np.zeros(len(x) + len(w) - 1)"


def marks(cell):
    """What nbgrader's metadata says of a cell; an empty dict where it says nothing."""
    return cell["metadata"].get("nbgrader", {})


def wrong(notebook: Notebook) -> None:
    """One question is not solved, so that there is something to lie about."""
    solution_of(notebook, "convolve1d")["source"] = WRONG


def lying(name, aim, change, earns=0.0, **rest):
    """A notebook with one wrong answer and a lie about it."""

    def both(notebook):
        wrong(notebook)
        change(notebook)

    return Attack(name, aim, change=both, earns=earns, **rest)


def more_points(notebook):
    """Points a thousandfold, marks of graded cells on every cell."""
    for cell in notebook["cells"]:
        cell["metadata"].setdefault("nbgrader", {}).update(
            points=1000, grade=True, locked=True, schema_version=3, score=1000, earned=1000
        )


def skipped_execution(notebook):
    """Tags that ask whoever executes the notebook to leave cells out, or to let them fail."""
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "hide", "remove-cell"]
        cell["metadata"]["deletable"] = cell["metadata"]["editable"] = True


def tests_that_pass(notebook):
    """Visible checks replaced by ones that always pass."""
    for cell in notebook["cells"]:
        if marks(cell).get("grade"):
            cell["source"] = "assert True"


def tests_deleted(notebook):
    """Visible checks deleted."""
    notebook["cells"] = [cell for cell in notebook["cells"] if not marks(cell).get("grade")]


def swapped_names(notebook):
    """The solved cell of one question under the name of another."""
    first, second = solution_of(notebook, "convolve1d"), solution_of(notebook, "translate")
    first["metadata"], second["metadata"] = second["metadata"], first["metadata"]


def stored_success(notebook):
    """Outputs that say that all went well, with HTML and JavaScript."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            data = {"text/html": SCRIPT, "application/javascript": "alert(1)", "text/plain": "REACHED",
                    "image/svg+xml": f"<svg onload=alert(1)>{SCRIPT}</svg>"}  # fmt: skip
            cell["outputs"] = [
                {"output_type": "display_data", "data": data, "metadata": {}},
                {"output_type": "error", "ename": SCRIPT, "evalue": SCRIPT, "traceback": [SCRIPT]},
                {"output_type": "stream", "name": "stdout", "text": "REACHED 16 of 16 points"},
            ]


def retyped(notebook):
    """A solution as Markdown, another as raw text."""
    solution_of(notebook, "convolve1d")["cell_type"] = "markdown"


def names_with_markup(notebook):
    """HTML in every place that holds a name."""
    notebook["metadata"] = {
        "kernelspec": {"name": SCRIPT, "display_name": SCRIPT, "language": SCRIPT},
        "title": SCRIPT, "authors": [{"name": SCRIPT}], "language_info": {"name": SCRIPT},
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": SCRIPT}},
    }  # fmt: skip
    for cell in notebook["cells"]:
        cell["id"] = SCRIPT
        if marks(cell).get("grade"):
            cell["metadata"]["nbgrader"]["grade_id"] = SCRIPT


def first_lines_with_markup(notebook):
    """Cells that fail, with markup in their first line, their error and their function's name."""
    for text in (
        SCRIPT,
        "\x1b[31mred\x1b[0m \u202egnorw\u202c",
        "`</code><script>`",
        "{{ 7 * 7 }}",
    ):
        source = f"# {text}\ndef f(): raise type({text!r}, (ValueError,), {{}})({text!r})\nf()"
        notebook["cells"].append(code_cell(source))
    notebook["cells"].append(
        code_cell(f"raise SyntaxError({SCRIPT!r}, ({SCRIPT!r}, 1, 1, '\x1b[2J'))")
    )


def active_markdown(notebook):
    """Written answers with scripts, links that run code, attachments."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and marks(cell):
            cell["source"] = (
                f"{SCRIPT} [link](javascript:alert(1)) ![x](data:text/html,REACHED)\n$$\\href{{javascript:x}}{{y}}$$"
            )
            cell["attachments"] = {"x.svg": {"image/svg+xml": SCRIPT}}


def odd_cells(notebook):
    """Cells that are none: texts, numbers, lists, sources of foreign types."""
    notebook["cells"] += [
        "cell", 5, None, [], {}, {"cell_type": 7, "source": 5}, {"cell_type": "code", "source": [1, None]},
        {"cell_type": "code", "source": "x = 1", "metadata": "none"},
        {"cell_type": "code", "source": "x = 1", "metadata": {"nbgrader": [1]}},
        {"cell_type": "code", "source": "x = '\ud800'", "metadata": {"nbgrader": {"grade_id": {}}}},
    ]  # fmt: skip


def many_copies(notebook):
    """Hundreds of copies of one question's cells, the last one wrong."""
    cell = solution_of(notebook, "convolve1d")
    notebook["cells"] += [copy.deepcopy(cell) for _ in range(200)]


def false_provided(notebook):
    """Provided cells with other content under their old mark."""
    for cell in notebook["cells"]:
        if grade_id(cell).startswith("provided-"):
            cell["source"] += "\nnp.allclose = np.array_equal = lambda *args, **kwargs: True"


def future_format(notebook):
    """A later minor format, deep metadata, numbers that are none."""
    notebook["nbformat_minor"] = 99
    notebook["metadata"]["deep"] = json.loads("[" * 500 + "]" * 500)
    notebook["metadata"]["number"] = float("nan")


def marks_of_tasks(notebook):
    """Every cell a task of nbgrader's, worth fifty points and never changed since."""
    for cell in notebook["cells"]:
        cell["metadata"].setdefault("nbgrader", {}).update(
            task=True, grade=False, solution=False, points=50, checksum="0" * 32, schema_version=3
        )


def one_mark_for_all(notebook):
    """The mark of a solved question on every cell."""
    for cell in notebook["cells"]:
        cell["metadata"]["nbgrader"] = dict(marks(solution_of(notebook, "translate")))


def marks_that_lead_away(notebook):
    """Marks that are paths, commands, numbers, numbers that are none, and far too long."""
    names = ["../../../x", "/etc/passwd", "'; DROP TABLE grade; --", "\0", "x" * 100_000, 5, None,
             ["x"], {"a": 1}, "=1+1", float("nan")]  # fmt: skip
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"].setdefault("nbgrader", {})["grade_id"] = names[number % len(names)]


def impossible_points(notebook):
    """Points that no number can hold, or that are none."""
    points = [1e308, float("inf"), float("nan"), -5, "9", None, 10**400, True, [1], 1e-300]
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"].setdefault("nbgrader", {})["points"] = points[number % len(points)]


def written_as_code(notebook):
    """Written answers as programs."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and marks(cell):
            cell |= code_cell("import os\nprint('REACH' + 'ED')\nos._exit(0)") | {
                "metadata": cell["metadata"]
            }


def pictures_from_elsewhere(notebook):
    """Written answers with pictures that log out whoever looks, and tell that somebody has."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and marks(cell):
            cell["source"] = (
                "![x](/logout) ![y][z] <img src=/logout>\n\n[z]: http://127.0.0.1:9/seen"
            )


ATTACKS = [
    lying("marks-of-tasks", "tasks that nobody has set", marks_of_tasks),
    lying("one-mark-for-all", "the mark of a solved question on all cells", one_mark_for_all),
    lying("marks-that-lead-away", "marks that are paths, commands and no texts", marks_that_lead_away),
    lying("impossible-points", "points that no gradebook can add up", impossible_points),
    lying("written-as-code", "programs in place of written answers", written_as_code),
    lying("pictures-from-elsewhere", "pictures that are fetched by who reads", pictures_from_elsewhere),
    Attack("twin-letters", "the name of a right answer with a letter of another script",
           "\nconvolv\u04351d = honest\ndef convolve1d(x, w): return x\n"),
    lying("more-points", "points that the file claims", more_points, core=True),
    lying("skip-execution", "tags by which cells are not run", skipped_execution, core=True),
    lying("tests-that-pass", "visible checks that always pass", tests_that_pass),
    lying("deleted-tests", "visible checks that are gone", tests_deleted),
    lying("swapped-names", "the mark of a solved question on another", swapped_names),
    lying("stored-success", "stored outputs that claim success and carry scripts", stored_success, core=True),
    lying("retyped-cell", "code that is said to be Markdown", retyped),
    lying("names-with-markup", "scripts in ids, kernels, titles, authors", names_with_markup, core=True),
    lying("lines-with-markup", "scripts, escapes and hidden characters in code and errors",
          first_lines_with_markup, core=True),
    lying("active-markdown", "scripts and links in written answers", active_markdown),
    lying("odd-cells", "cells that are no cells", odd_cells),
    lying("many-copies", "two hundred copies of a wrong answer", many_copies),
    lying("false-provided", "provided cells that were changed", false_provided, harms_itself=True),
    lying("future-format", "a format that does not exist yet", future_format),
    Attack("html-outputs", "scripts in the outputs of its own cells", f"""
from IPython.display import HTML, Javascript, SVG, Markdown, Latex, display
for kind in (HTML, Javascript, Markdown, Latex):
    display(kind({SCRIPT!r}))
display({{"application/javascript": "alert(1)", "application/vnd.jupyter.widget-view+json": {{}}}}, raw=True)
get_ipython().run_cell_magic("javascript", "", "alert(1)")
get_ipython().run_cell_magic("html", "", "<script>alert(1)</script>")
print("<script>alert(1)</script>")
""", earns=ALL, core=True),
    Attack("false-picture", "a picture that is HTML", """
import base64
from IPython.display import display
text = base64.b64encode(b"<html><script>alert(1)</script>").decode()
display({"image/png": text, "text/plain": "x"}, raw=True)
display({"image/png": "\\"><script>alert(1)</script>", "text/plain": "x"}, raw=True)
""", earns=ALL, harms_itself=True),
    Attack("shell-doors", "commands of the shell, magics and installers", """
!touch /tmp/left
%pip install numpy==1.0
%system id
get_ipython().system("id")
get_ipython().run_line_magic("sx", "id")
""", earns=ALL),
    Attack("transformed-cells", "later cells rewritten before they run", """
get_ipython().input_transformers_cleanup.append(
    lambda lines: ["def convolve2d(image, kernel): raise ValueError\\n"] if "convolve2d" in "".join(lines) else lines)
get_ipython().events.register("post_run_cell", lambda *ignored: None)
""", harms_itself=True, earns=ALL),
    Attack("stub-by-name", "another function under the name that is asked for", """
def something(x, w): return np.zeros(1)
something.__name__ = something.__qualname__ = "convolve1d"
convolve1d = type("convolve1d", (), {"__call__": lambda self, x, w: np.zeros(len(x) + len(w) - 1),
                                      "__wrapped__": honest})()
"""),
]  # fmt: skip


def decorated(notebook):
    """Tags, an own kernel, own cells with emoji and right-to-left text, own stored outputs."""
    notebook["metadata"]["kernelspec"] = {"name": "my-env", "display_name": "Mein Kurs ✨"}
    for cell in notebook["cells"]:
        cell["metadata"]["tags"] = ["mine", "slideshow"]
    notebook["cells"].insert(
        0, {"cell_type": "markdown", "metadata": {}, "source": "# 👩🏽‍🔬 שלום <b>hi</b>"}
    )
    notebook["cells"].insert(1, code_cell("from IPython.display import HTML\nHTML('<b>bold</b>')"))


def copied(notebook):
    """A solution cell twice, as copy and paste does, and one moved to the end."""
    cell = solution_of(notebook, "convolve1d")
    notebook["cells"].append(copy.deepcopy(cell))


def without_marks(notebook):
    """All metadata is gone: another editor dropped it."""
    for cell in notebook["cells"]:
        cell["metadata"] = {}


HONEST = [
    honest(
        "other-letters",
        "a name in letters that Python takes for the usual ones",
        "\n\U0001d41c\U0001d428nvolve1d = honest\n",
    ),
    honest("own-decoration", "tags, emoji, own cells, HTML tables", change=decorated),
    honest("copied-cell", "a cell copied by accident", change=copied),
    honest("lost-marks", "an editor that drops all metadata", change=without_marks),
]
