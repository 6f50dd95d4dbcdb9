"""Shows what a regrade does to each student, before it is written; and all grades ever given."""

from collections.abc import Callable, Collection, Iterator, Sequence
from statistics import mean

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from autograder import history, verdicts
from autograder.core.assignment import Assignment
from autograder.core.errors import UserError
from autograder.core.grade import Grade, Score
from autograder.core.result import exact
from autograder.folder import CourseFolder
from autograder.marking import Graded
from autograder.report import plain


def preview(assignment: Assignment, held: Sequence[Graded]) -> RenderableType:
    """Students whose grade would be another, who loses most first, and the sums below."""
    known = [item for item in held if item.before and is_graded(item.before)]
    new = sorted(item.student for item in held if item not in known)
    changed = [item for item in known if is_changed(item)]
    lines = list(summary(known, new, len(known) - len(changed)))
    if not changed:
        return Group(*map(Text, lines))
    table = Table(title=f"{assignment.name} · what would change", header_style="bold")
    table.add_column("student", no_wrap=True)
    table.add_column("questions")
    for name in ("before", "after", "difference"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("why")
    for item in sorted(changed, key=lambda item: (difference(item), item.student)):
        before = item.before.total if item.before else 0.0
        points = (f"{before:g}", f"{item.grade.total:g}", signed(difference(item)))
        words = (plain(", ".join(moves(item))), plain(item.reason))
        table.add_row(plain(item.student), words[0], *points, words[1])
    return Group(table, *map(Text, lines))


def agreed(
    assignment: Assignment,
    folder: CourseFolder,
    held: Sequence[Graded],
    dry_run: bool,
    ask: Callable[[str], bool] | None,
    out: Console,
) -> bool:
    """Show who gains and loses; whether that may be written. A regrade is forgotten if not."""
    out.print(preview(assignment, held))
    if not dry_run and (ask is None or ask("Write these grades?")):
        return True
    if not dry_run:
        verdicts.forget_regrade(folder, assignment.name, [item.student for item in held])
    out.print("Nothing was written.")
    return False


def is_graded(grade: Grade) -> bool:
    """Whether anything was entered yet."""
    return not all(score.waits for score in grade.scores)


def is_changed(item: Graded) -> bool:
    """Whether a student's points, or what waits, would be others."""
    return difference(item) != 0 or any(moves(item))


def difference(item: Graded) -> float:
    """What a student gains, or loses where it is negative."""
    return exact(item.grade.total - (item.before.total if item.before else 0.0))


def moves(item: Graded) -> Iterator[str]:
    """Each question whose points would be others, as `convolve1d 3 → 2`."""
    before = {score.question: score for score in item.before.scores} if item.before else {}
    for score in item.grade.scores:
        one, other = shown(before.get(score.question)), shown(score)
        if one != other:
            yield f"{score.question} {one} → {other}"
    if item.before and item.before.penalty != item.grade.penalty:
        yield f"late −{item.before.penalty:g} → −{item.grade.penalty:g}"


def shown(score: Score | None) -> str:
    """The points of a question, `?` while it waits for a person."""
    return "?" if score is None or score.waits else f"{score.earned:g}"


def signed(points: float) -> str:
    """A difference, coloured."""
    style = "green" if points > 0 else "red" if points < 0 else "dim"
    return f"[{style}]{points:+g}[/]"


def summary(known: Sequence[Graded], new: Sequence[str], same: int) -> Iterator[str]:
    """How many gain and lose, and how much; the mean; who has no grade yet."""
    gains = [difference(item) for item in known if difference(item) > 0]
    losses = [-difference(item) for item in known if difference(item) < 0]
    yield (
        f"{len(gains)} gain {exact(sum(gains)):g} points, {len(losses)} lose "
        f"{exact(sum(losses)):g}, {same} keep what they have."
    )
    if known:
        before = mean(item.before.total for item in known if item.before)
        after = mean(item.grade.total for item in known)
        yield f"Mean: {before:.2f} → {after:.2f}"
    if new:
        some = ", ".join(new[:8]) + (" …" if len(new) > 8 else "")
        yield f"First grades: {len(new)} ({some})"


def history_table(
    name: str, folder: CourseFolder, students: Collection[str] = ()
) -> RenderableType:
    """Every grade of an assignment, student by student; UserError where there is none."""
    place = folder.results / name / "history"
    found = {file.stem: history.entries(file) for file in sorted(place.glob("*.jsonl"))}
    for missing in sorted(set(students) - set(found)):
        raise UserError(f"{missing!r} has no grade for {name} yet. Run `autograder grade {name}`")
    if not found:
        raise UserError(f"{name}: no grade was given yet. Run `autograder grade {name}`")
    table = Table(title=f"{name} · history", header_style="bold")
    for column in ("student", "when (UTC)", "points", "attempt", "questions", "why"):
        right = column in ("points", "attempt")
        table.add_column(column, justify="right" if right else "left", no_wrap=right)
    for student, entries in found.items():
        if not students or student in students:
            table.add_section()
            for number, entry in enumerate(entries):
                table.add_row("" if number else plain(student), *map(plain, cells(entry)))
    return table


def cells(entry: history.Entry) -> tuple[str, ...]:
    """A grade of the history as cells of the table."""
    by_hand, extra = entry["by_hand"], entry["extra"]
    points = []
    for name, auto in entry["points"].items():
        given = by_hand.get(name, auto)
        hand = " by hand" if name in by_hand else ""
        more = f" {extra[name]:+g} extra" if name in extra else ""
        points.append(f"{name} {'?' if given is None else f'{given:g}'}{hand}{more}")
    points += [f"late −{entry['penalty']:g}"] if entry["penalty"] else []
    return (
        entry["when"][:16].replace("T", " "),
        f"{entry['total']:g}/{entry['possible']:g}",
        f"{entry['attempt']} of {entry['attempts']} ({entry['submission'][:8]})",
        ", ".join(points),
        entry["reason"],
    )
