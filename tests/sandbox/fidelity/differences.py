"""Where a notebook is seen to run otherwise than in Jupyter, each difference with its reason.

The table in docs/fidelity.md is this one; a test holds the two together.
"""

from collections.abc import Callable
from dataclasses import dataclass

Seen = list[list[tuple]]
KINDS = ("text/plain", "image/png")


def text_and_pictures(seen):
    """What Jupyter shows, without the kinds of output that do not leave the sandbox."""
    return [[each if each[0] != "value" else ("value", kept(each[1])) for each in cell]
            for cell in seen]  # fmt: skip


def kept(data):
    """Of one value: its text and its picture."""
    return {mime: data[mime] for mime in data if mime in KINDS}


def error_last(seen):
    """What Jupyter shows, the error after all else."""
    return [sorted(cell, key=lambda each: each[0] == "error") for cell in seen]


@dataclass(frozen=True)
class Difference:
    """Behaviours that differ for one reason. `shows` tells what is seen here instead:
    a text that is among the outputs, or a function of what Jupyter shows."""

    behaviours: tuple[str, ...]
    jupyter: str
    here: str
    reason: str
    shows: str | Callable[[Seen], Seen]

    def is_as_told(self, ours, theirs):
        """Whether the difference is the one that is described, and there at all."""
        told = self.shows in repr(ours) if isinstance(self.shows, str) else None
        return ours != theirs and (told if told is not None else ours == self.shows(theirs))


DIFFERENCES = (
    Difference(
        (
            *("display of HTML", "HTML as the last value", "Markdown", "a formula", "JSON"),
            *("an SVG picture", "a JPEG picture", "a picture of PIL's", "JavaScript"),
            *("a _repr_html_ like a table's", "a _repr_mimebundle_"),
            *("a progress bar of IPython's", "an animation as a page"),
            *("%%html", "%%javascript", "%%latex", "%%markdown", "a widget"),
        ),
        "The rich form is shown.",
        "The object's plain text is shown; of pictures, PNG only.",
        "What a student's code writes as a page could attack whoever reads the page.",
        text_and_pictures,
    ),
    Difference(
        ("figures as SVG", "the notebook backend of matplotlib"),
        "The figure is a drawing, or a page with buttons.",
        "The figure is a PNG picture.",
        "The same: SVG can carry a program, and there is nobody to press buttons.",
        "image/png",
    ),
    Difference(
        ("%matplotlib widget", "%matplotlib agg"),
        "An error, where ipympl is not installed; no figure.",
        "The figure is a PNG picture.",
        "Who draws a figure wants to see it.",
        "image/png",
    ),
    Difference(
        ("interact",),
        "What the function returns is inside the widget.",
        "It stands below the cell.",
        "There is no page in which the widget could live.",
        "{'text/plain': '2'}",
    ),
    Difference(
        ("an Output widget",),
        "What is printed into the widget is inside it.",
        "It stands below the cell.",
        "The same.",
        "[[('stdout', 'inside\\noutside\\n')]]",
    ),
    Difference(
        (
            *("a shell command", "a shell command whose output is kept", "%sx", "%%bash", "%%sh"),
            *("%%script", "%%python", "%ls", "%system", "!pip", "%pip"),
            *("what a script prints, kept", "a shell command with names, in a loop"),
        ),
        "The command runs.",
        "A line says that it was not run; the cell goes on.",
        "The sandbox offers no shell and no packages beyond the course's.",
        "not run",
    ),
    Difference(
        ("input", "getpass"),
        "The error says that the frontend does not support input.",
        "The error says that nobody can answer while a notebook is graded.",
        "A student who reads it knows what to do.",
        "cannot be answered while a notebook is graded",
    ),
    Difference(
        ("pdb.set_trace", "%debug"),
        "The debugger asks, in colours, and there is no answer.",
        "It asks without colours, and the same error follows as for input().",
        "There is nobody at the keyboard.",
        "input() cannot be answered while a notebook is graded",
    ),
    Difference(
        ("exit",),
        "The kernel ends, and with it the notebook.",
        "The cell ends; the next cells run.",
        "A forgotten exit() should cost a cell, not the assignment.",
        "still here",
    ),
    Difference(
        ("a process that ends itself",),
        "The kernel is gone, and the notebook stops.",
        "A line says that the process ended; the other cells are run again, and go on.",
        "A deadly cell should cost itself alone.",
        "The process ended in this cell.",
    ),
    Difference(
        ("an error after a figure", "a _repr_png_ that fails"),
        "The error stands where it happened.",
        "The error is the last output of its cell.",
        "A cell has one error at most, and it is told apart from what the cell shows.",
        error_last,
    ),
    Difference(
        ("SystemExit, raised", "sys.exit", "%xmode"),
        "The error is shown without its line.",
        "The error names the student's line and is the last output.",
        "An error always says where.",
        "('error', '",
    ),
    Difference(
        ("an exception of one's own",),
        "The error has the name of the student's class.",
        "It has the name of the nearest class that Python itself defines.",
        "A name made up by a student could look like a message of ours.",
        "('error', 'ValueError', 'wrong shape', 3)",
    ),
    Difference(
        ("an exception of a library's own",),
        "The error has the name of the library's class.",
        "It has the name of the nearest class that Python itself defines; its text says the other.",
        "The same: from outside it cannot be told whose class it is.",
        "('error', 'ValueError', 'Singular matrix', 2)",
    ),
    Difference(
        ("an exception that is raised again", "an exception in front of finally"),
        "The error names the line at which the cell was left.",
        "It names the line in which it came up.",
        "So does Python's own traceback, and that is the line to look at.",
        "('error', 'ZeroDivisionError', 'division by zero', 1)",
    ),
    Difference(
        ("a group of exceptions",),
        "The traceback is printed among the standard error.",
        "It is an error output like any other.",
        "IPython cannot format groups yet.",
        "('error', 'ExceptionGroup'",
    ),
    Difference(
        ("a text that cannot be made",),
        "The second error is shown twice.",
        "It is shown once.",
        "Once is enough.",
        "[[('error', 'ValueError', 'no text', 3)]]",
    ),
    Difference(
        ("a warning of the compiler's",),
        "It is there three times.",
        "It is there once.",
        "Once is enough.",
        """'<cell>:2: SyntaxWarning: "is" with a literal.""",
    ),
    Difference(
        ("a standard output that is not put back",),
        "What later cells print is lost.",
        "Each cell prints where it should.",
        "Who forgets to put it back should not lose what the other cells show.",
        "still seen",
    ),
    Difference(
        ("a line magic that is not there", "a cell magic that is not there"),
        "A line among the standard error; the cell counts as failed.",
        "An error output; the cell counts as failed.",
        "What stops a cell looks the same everywhere.",
        "no_such_magic` not found.', 1)",
    ),
    Difference(
        (
            *("help with one question mark", "help with two question marks"),
            *("help with the question mark in front", "%psource"),
        ),
        "The help opens in a part of the window that no notebook keeps.",
        "The help stands below the cell.",
        "There is no window.",
        "The doubled value.",
    ),
    Difference(
        ("a search with a question mark",),
        "The names are listed in that part of the window.",
        "They stand below the cell.",
        "There is no window.",
        "conv_one\\nconv_two",
    ),
    Difference(
        ("%pdef",),
        "IPython's own texts are coloured.",
        "They are not; colours that the student prints stay.",
        "The pages that we make are no terminals.",
        "f(x, y=2)",
    ),
    Difference(
        ("%autosave",),
        "A line confirms the interval.",
        "Nothing happens.",
        "There is nothing to save.",
        "[[]]",
    ),
    Difference(
        ("%lsmagic",),
        "The magics of the kernel and of other rows' extensions are listed too.",
        "Those that work here are listed.",
        "A kernel has commands of its own.",
        "%%time",
    ),
    Difference(
        ("a display updated by a later cell",),
        "The output of the earlier cell changes.",
        "It stays as it was.",
        "A cell's outputs leave the sandbox when the cell ends.",
        "[[('value', {'text/plain': \"'before'\"})], []]",
    ),
    Difference(
        ("half of a character from below",),
        "Each half becomes a question mark.",
        "The character is put together.",
        "It arrives in pieces only by chance.",
        "é",
    ),
    Difference(
        ("a task that sleeps while other cells run",),
        "It goes on between the cells.",
        "It goes on while a cell awaits something.",
        "Between cells nothing runs: checks begin from a notebook at rest.",
        "[[], [], [('value', {'text/plain': '[]'})]]",
    ),
    Difference(
        ("asyncio.run", "run_until_complete"),
        "An error says that a loop is running already.",
        "It works.",
        "A loop runs only in cells that await or make tasks.",
        "'done'",
    ),
    Difference(
        ("asking whether this is a notebook", "the settings of the kernel"),
        "The shell's class is ZMQInteractiveShell, and its settings hold the kernel's.",
        "It has another name, and no kernel.",
        "Libraries that ask would answer with widgets, which nobody could see.",
        "False",
    ),
    Difference(
        ("sys.argv",),
        "The words that started the kernel.",
        "One word.",
        "Nothing of the grader's command line is told.",
        "'1'",
    ),
    Difference(
        ("unittest.main without arguments",),
        "It takes those words for its own, and ends with a usage message.",
        "The tests run.",
        "The same.",
        "Ran 1 test",
    ),
    Difference(
        ("a pool that is spawned",),
        "An error: Jupyter's main module says nothing of where it came from.",
        "It works, for functions of modules.",
        "Its main module is an ordinary one.",
        "[7]",
    ),
    Difference(
        ("sys.path",),
        "The notebook's folder is searched first.",
        "It is searched last.",
        "A file named like a library must not take the library's place.",
        "'/runtime'",
    ),
    Difference(
        ("the help of what can be drawn",),
        "The help of a line's `set` lists its properties.",
        "It does not; `set` works the same.",
        "To write these lists takes a third of matplotlib's import, and nobody reads them here.",
        "False",
    ),
    Difference(
        ("the digits of scikit-learn",),
        "They are there.",
        "Their file cannot be read.",
        "Hidden tests of networks are made of them.",
        "('error', 'OSError'",
    ),
    Difference(
        ("the network",),
        "It is there.",
        "There is none; a notebook can talk to itself.",
        "Nothing may get out.",
        "('error', 'FileNotFoundError'",
    ),
)


def known():
    """The difference that is known of each behaviour that differs."""
    return {name: difference for difference in DIFFERENCES for name in difference.behaviours}


def table():
    """The differences as the table in docs/fidelity.md."""
    lines = ["| What | In Jupyter | Here | Why |", "|---|---|---|---|"]
    for each in DIFFERENCES:
        names = "; ".join(each.behaviours).replace("|", "\\|")
        lines.append(f"| {names} | {each.jupyter} | {each.here} | {each.reason} |")
    return "\n".join(lines)
