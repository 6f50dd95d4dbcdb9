"""What the terminal shows: tables and lines, student text always escaped."""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from textwrap import shorten
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from autograder.core.assignment import Assignment
from autograder.core.grade import for_people
from autograder.core.outcome import Outcome
from autograder.core.result import Check, QuestionResult, Result

if TYPE_CHECKING:  # they load NumPy, or nbformat, whose checks of links take seconds to import
    from autograder.lesson.verify import Proof
    from autograder.marking import Graded
    from autograder.sandbox.selftest import Guarantee

SIGNS = {
    Outcome.PASSED: "[green]✓[/]",
    Outcome.SKIPPED: "[dim]–[/]",
    Outcome.BROKEN: "[magenta]?[/]",
}
WRONG = "[red]✗[/]"
STYLES = ((0.999, "green"), (0.5, "yellow"), (0.0, "red"))


def plain(text: str) -> str:
    """Text of a student's without control characters and with rich's markup escaped."""
    visible = (
        c if unicodedata.category(c)[0] != "C" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
    return escape("".join(visible))


def class_table(assignment: Assignment, graded: Sequence["Graded"]) -> RenderableType:
    """Students by questions, with sums and what is to be said of each."""
    several, late = any(each.attempts > 1 for each in graded), any(map(is_late, graded))
    numbers = [str(number) for number, _ in enumerate(assignment.coded, start=1)]
    heads = ["student", *numbers, "points", *["attempt"] * several, *["late"] * late]
    rows = [row_of(item, several, late) for item in sorted(graded, key=lambda item: item.student)]
    table = Table(title=f"{assignment.name} · {assignment.title}", header_style="bold")
    for place, head in enumerate(heads):
        # known, as rich would measure each cell, and again when it knows the width of the remarks
        width = max([len(head), *(row[place].cell_len for row in rows)])
        table.add_column(head, justify="right" if place else "left", no_wrap=True, width=width)
    table.add_column("remarks")
    for row in rows:
        table.add_row(*row)
    names = [f"{number} {question.id}" for number, question in enumerate(assignment.coded, start=1)]
    written = [question.id for question in assignment.questions if question.written]
    hand = f" · by hand: {', '.join(written)}" if written else ""
    return Group(table, Text(f"Questions: {' · '.join(names)}{hand}", style="dim"))


def row_of(item: "Graded", several: bool, late: bool) -> list[Text]:
    """A student's row; `several` and `late` say whether there is a column for these."""
    cells = [points_of(question) for question in item.result.judged]
    cells += [total_of(item.result)]
    cells += [f"{item.attempt} of {item.attempts}"] * several + [lateness(item)] * late
    return [*map(drawn, (plain(item.student), *cells, remarks(item.result)))]


@lru_cache(maxsize=256)  # rich would read the markup of each to measure it, and to show it
def drawn(markup: str) -> Text:
    """A cell of a table; most cells of a class are the same few numbers."""
    return Text.from_markup(markup)


def is_late(item: "Graded") -> bool:
    """Whether a submission came after its due date."""
    return item.grade.seconds_late > 0


def lateness(item: "Graded") -> str:
    """How late a submission came, and what that costs: `2 d 3 h: −1.5`."""
    if not is_late(item):
        return ""
    cost = f": −{item.grade.penalty:g}" if item.grade.penalty else ""
    return f"[yellow]{for_people(item.grade.seconds_late)}{cost}[/]"


def points_of(question: QuestionResult) -> str:
    """A question's points, coloured by their share."""
    if question.earned is None:
        return "[magenta]?[/]"
    return coloured(f"{question.earned:g}", question.earned / question.possible)


def total_of(result: Result) -> str:
    """The sum, as `12.5/16`."""
    text = f"{result.earned:g}/{result.possible:g}"
    if result.needs_review and any(question.earned is not None for question in result.judged):
        return f"[magenta]{text} review[/]"
    return (
        "[magenta]review[/]"
        if result.needs_review
        else coloured(text, result.earned / result.possible)
    )


def coloured(text: str, share: float) -> str:
    """Text in the colour of a share from 0 to 1."""
    style = next(style for least, style in STYLES if share >= least)
    return f"[{style}]{text}[/]"


def remarks(result: Result) -> str:
    """Named mistakes and problems in a few words."""
    mistakes = {check.mistake for question in result.questions for check in question.checks}
    named = [name.replace("_", " ") for name in sorted(filter(None, mistakes))]
    late = {check.outcome for question in result.questions for check in question.checks}
    words = named + [each.lower().replace("_", " ") for each in LOUD if each in late]
    words = words or [*result.problems, *result.repairs, *messages(result)][:1]
    words = [shorten(word, 90, placeholder=" …") for word in words]
    weak = ["weak sandbox"] if result.sandbox == "weak" else []
    return plain("; ".join(weak + words))


def messages(result: Result) -> Iterable[str]:
    """What was seen in the checks that did not pass."""
    for question in result.questions:
        yield from (check.message for check in question.checks if check.message)


LOUD = (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY)


def result_view(result: Result) -> RenderableType:
    """One submission's verdict, for `try`."""
    table = Table(title=plain(f"{result.assignment} · {result.notebook}"), header_style="bold")
    for name in ("question", "check", "points"):
        table.add_column(name, justify="right" if name == "points" else "left")
    for question in result.questions:
        table.add_section()
        if question.written:
            table.add_row(question.id, "waits for an instructor", f"–/{question.possible:g}")
        told: set[str] = set()
        for number, check in enumerate(question.checks):
            points = f"{check.earned:g}/{check.possible:g}"
            table.add_row("" if number else question.id, check_lines(check, told), points)
    remarked = [*result.repairs, *result.problems, *result.notes]
    lines = [Text.from_markup(f"• {plain(problem)}") for problem in remarked]
    note = "  [yellow](weak sandbox: own work only)[/]" if result.sandbox == "weak" else ""
    total = Text.from_markup(f"[bold]{total_of(result)} points[/] in {result.seconds:.1f} s{note}")
    return Group(table, *lines, total)


def check_lines(check: Check, told: set[str]) -> str:
    """A check's sentence; below it what was seen and what to think about, unless `told` before."""
    lines = [f"{SIGNS.get(check.outcome, WRONG)} {plain(check.title)}"]
    below = {
        check.message: f"  [red]{plain(check.message)}[/]",
        check.mistake or "": f"  [yellow]mistake: {str(check.mistake).replace('_', ' ')}[/]",
        check.hint: f"  [cyan]{plain(check.hint)}[/]",
    }
    lines += [line for text, line in below.items() if text and text not in told]
    told.update(below)
    return "\n".join(lines)


def proof_lines(proof: "Proof") -> Iterable[str]:
    """A proof in a few lines of markup."""
    count = len(proof.matrix)
    sign = "[green]✓ sound[/]" if not proof.faults else "[red]✗ not sound[/]"
    yield f"[bold]{proof.assignment}[/] {sign}"
    mistakes = f"{proof.caught}/{count} mistakes caught, {proof.named}/{count} named"
    correct = f"{len(proof.variants)} correct variants · {proof.seeds} seeds"
    yield f"  {len(proof.tests)} hidden tests · {mistakes} · {correct}"
    yield from (f"  [red]✗[/] {escape(fault)}" for fault in proof.faults)


def guarantee_lines(guarantees: Iterable["Guarantee"]) -> Iterable[str]:
    """The sandbox's promises, kept or not."""
    for item in guarantees:
        remedy = "" if item.kept else f"  → {item.remedy}"
        yield f"{'[green]✓ yes[/]' if item.kept else '[red]✗ no [/]'}  {item.sentence}{remedy}"
