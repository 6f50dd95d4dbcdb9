"""What the terminal shows of a classic course: what was found, and the scores of a class."""

import re
from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from autograder.classic.grading import ClassicGrade
from autograder.classic.plan import Plan, Slot
from autograder.classic.settings import NBGRADER_CONFIG, ClassicFolder
from autograder.report import coloured, plain

MANY = 3  # remarks that are shown of one submission
ODDITIES = {
    r"(?m)^\s*(!|%%(bash|sh|script)\b|%(pip|conda)\b)": "a shell command, which is not run",
    r"\bload_digits\b": "scikit-learn's digits, which the sandbox covers",
}


def plan_lines(plan: Plan, folder: ClassicFolder) -> Iterator[str]:
    """An assignment in a few lines: its points, and which of them student code could forge."""
    graded = [slot for notebook in plan.notebooks for slot in notebook.graded]
    tests, by_hand = plan.points(by_hand=False), plan.points(by_hand=True)
    yield (
        f"{plan.name}: {counted(len(plan.notebooks), 'notebook')}, {counted(len(graded), 'cell')} "
        f"with points: {tests:g} points by tests in cells, {by_hand:g} by hand."
    )
    if tests:
        yield (
            f"  {tests:g} of {tests + by_hand:g} points can be forged: these tests run in the "
            "student's own process, and code that sets out to can give them what they ask for."
        )
        yield (f"  To move them out of reach: autograder adopt {folder.root} {plan.name} --convert")
    for slot in graded:
        yield from (f"  The cell {slot.name} uses {what}." for what in oddities(slot))


def oddities(slot: Slot) -> Iterator[str]:
    """What of a test cell works otherwise in the sandbox."""
    if slot.is_test:
        yield from (what for sign, what in ODDITIES.items() if re.search(sign, slot.source))


def settings_lines(folder: ClassicFolder) -> Iterator[str]:
    """The settings that count, and those that have no effect here."""
    limits = folder.limits
    seconds = f"{limits.cell_seconds:g} s a cell, {limits.total_seconds:g} s a notebook"
    yield f"{folder.root}: limits {seconds}, {limits.memory_mb:g} MB"
    yield from protection_lines(folder)
    for name in folder.unused:
        yield f"{NBGRADER_CONFIG}: Autograde.{name} has no effect on `autograder grade`."


def protection_lines(folder: ClassicFolder) -> Iterator[str]:
    """Whether nbgrader's own autograder and formgrader's button run student code in the sandbox."""
    if folder.protected:
        yield "`nbgrader autograde` and formgrader's button run cells in the sandbox, too."
        yield f"  To have it as it was: autograder adopt {folder.root} --unprotect"
    else:
        yield "`nbgrader autograde` and formgrader's button run student code without a sandbox."
        yield f"  To change that: autograder adopt {folder.root} --protect"


def class_view(plan: str, graded: Sequence[ClassicGrade]) -> RenderableType:
    """Students with their points by notebook, and what is to be said of each."""
    table = Table(title=plan, header_style="bold")
    table.add_column("student", no_wrap=True)
    for name in graded[0].scores if graded else ():
        table.add_column(plain(name), justify="right")
    table.add_column("so far", justify="right", no_wrap=True)
    table.add_column("remarks")
    for grade in sorted(graded, key=lambda grade: grade.student):
        points = [points_of(grade, name) for name in grade.scores]
        table.add_row(plain(grade.student), *points, total(grade), remarks(grade))
    tests = max((grade.tests for grade in graded), default=0.0)
    note = f"{tests:g} points hang on tests in cells, which student code could forge."
    return Group(table, Text(note, style="dim")) if tests else table


def points_of(grade: ClassicGrade, notebook: str) -> str:
    """The automatic points of one notebook."""
    return f"{sum(score.auto or 0.0 for score in grade.scores[notebook]):g}"


def total(grade: ClassicGrade) -> str:
    """The sum of what has a number now, as `3/4`."""
    text = f"{grade.earned:g}/{grade.decided:g}"
    if grade.needs_review:
        return f"[magenta]{text} review[/]"
    return coloured(text, grade.earned / grade.decided if grade.decided else 1.0)


def remarks(grade: ClassicGrade) -> str:
    """What is odd about a submission."""
    words = list(grade.problems[:MANY])
    left = len(grade.problems) - MANY
    return "\n".join(map(plain, [*words, f"… and {left} more"] if left > 0 else words))


def counted(number: int, what: str) -> str:
    """`1 cell`, `2 cells`."""
    return f"{number} {what}{'' if number == 1 else 's'}"
