"""What is going on: a bar on a terminal, lines elsewhere, events for programs, and the log."""

import sys
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from autograder.core.assignment import Assignment
from autograder.core.result import Check, Result
from autograder.events import Event, Pace, Run, as_line, verdict_of
from autograder.lock import alone
from autograder.log import Log
from autograder.report import coloured, plain
from autograder.stopping import calm
from autograder.streams import err

LAST = 4  # verdicts that stay in sight
SHOWN = 6  # running submissions that are named
EVERY = 25  # submissions between two lines that sum up
EVERY_SECONDS = 60.0  # between the same, where submissions take long


def graded_class(
    assignment: Assignment, folder: Any, sandbox: str, workers: int,
    students: Collection[str] = (), regrade: bool = False, as_json: bool = False,
    hold: bool = False,
) -> list[Any]:  # fmt: skip
    """Grade and show how it goes; the verdicts of all students asked for, without outputs."""
    from autograder.classroom import grade_class

    graded = []
    known: dict[Check, Check] = {}
    with (
        watched(assignment.name, folder.root, as_json) as run,
        closing(grade_class(assignment, folder, sandbox, workers, students, regrade, run.begin,
                            run.started, hold)) as items,
    ):  # fmt: skip
        for item in items:
            tell = run.finished if item.fresh else run.kept
            tell(item.student, verdict_of(item.result))
            graded.append(replace(item, result=slim(item.result, known)))
    return graded


def slim(result: Result, known: dict[Check, Check]) -> Result:
    """The result without outputs, and with checks that are as in others kept once for all."""
    questions = tuple(
        replace(question, checks=tuple(known.setdefault(check, check) for check in question.checks))
        for question in result.questions
    )
    return replace(result, cells=(), questions=questions)


@contextmanager
def watched(name: str, root: Path, as_json: bool = False) -> Iterator[Run]:
    """A run over the class of one assignment: alone in its folder, shown, and written down."""
    with ExitStack() as stack:
        log = stack.enter_context(Log(root / "logs" / f"{name}.jsonl", name))
        run = Run(log, stack.enter_context(shown(name, as_json)))
        try:
            with calm(), alone(root, run.waiting):
                yield run
        finally:
            run.ended(sys.exception())


@contextmanager
def shown(name: str, as_json: bool) -> Iterator[Callable[[Event], None]]:
    """Who shows events: to programs, on a terminal, or line by line."""
    if as_json:
        yield lambda event: print(as_line(event, name), end="", flush=True)
    elif err.is_terminal:
        screen = Screen(name)
        with Live(
            get_renderable=screen.picture, console=err, transient=True, refresh_per_second=4
        ) as live:
            yield lambda event: screen.note(event, live.console)
    else:
        yield Lines()


class Lines:
    """A line for each submission, and one that sums up now and then."""

    def __init__(self) -> None:
        self._told = Pace()

    def __call__(self, event: Event) -> None:
        """Print what is new."""
        if event.verdict:
            say(f"{plain(event.student)}: {event.verdict.points}")
            self._sum_up(event.pace)
        elif event.name == "run_waiting":
            say(plain(event.note))

    def _sum_up(self, pace: Pace) -> None:
        enough = pace.done - self._told.done >= EVERY
        if enough or pace.elapsed - self._told.elapsed >= EVERY_SECONDS:
            self._told = pace
            if pace.done < pace.total:
                say(f"{pace.done} of {pace.total} done{tempo(pace)}")


class Screen:
    """Bar, rate and time left, who is running, and the last verdicts."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._pace = Pace()
        self._seen = time.monotonic()
        self._running: dict[str, float] = {}
        self._last: deque[str] = deque(maxlen=LAST)

    def note(self, event: Event, console: Console) -> None:
        """Take in what happened; the picture is drawn by somebody else, a few times a second."""
        self._pace, self._seen = event.pace, time.monotonic()
        if event.name == "submission_started":
            self._running[event.student] = self._seen
        elif event.verdict:
            self._running.pop(event.student, None)
            self._last.append(f"{plain(event.student)}: {points(event)}")
        elif event.name == "run_waiting":
            console.print(plain(event.note))

    def picture(self) -> RenderableType:
        """All of it as it is now."""
        now, pace = time.monotonic(), self._pace
        bar = ProgressBar(pace.total or None, pace.done, width=40, pulse=not pace.total)
        head = Table.grid(padding=(0, 1))
        count = f"{pace.done}/{pace.total}{tempo(pace, now - self._seen)}"
        head.add_row(f"grade {plain(self._name)}", bar, count)
        running = list(self._running.items())
        names = [f"{plain(name)} ({now - since:.0f} s)" for name, since in running[:SHOWN]]
        more = [f"and {len(running) - SHOWN} more"] if len(running) > SHOWN else []
        line = Text.from_markup(f"[dim]running:[/] {', '.join(names + more)}" if names else "")
        last = [Text.from_markup(f"  {text}") for text in list(self._last)]
        return Group(head, line, *last)


def points(event: Event) -> str:
    """An event's points, coloured by their share."""
    verdict = event.verdict
    if verdict is None or verdict.earned is None or verdict.needs_review:
        return f"[magenta]{verdict.points if verdict else ''}[/]"
    return coloured(verdict.points, verdict.earned / verdict.possible if verdict.possible else 1.0)


def tempo(pace: Pace, since: float = 0.0) -> str:
    """Rate and time left, `since` seconds after the pace was taken; nothing where none is known."""
    if pace.left is None:
        return ""
    each = f"{pace.rate:.1f} a second" if pace.rate >= 1 else f"{1 / pace.rate:.1f} s each"
    return f", {each}, about {clock(max(pace.left - since, 0.0))} left"


def clock(seconds: float) -> str:
    """Seconds as `1:05:09` or `5:09`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def say(text: str) -> None:
    """Print a line of markup to stderr, however long it is."""
    err.print(text, highlight=False, soft_wrap=True)


@contextmanager
def spinning(what: str) -> Iterator[Any]:
    """A line that says what is going on, on a terminal only."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(what)
        yield lambda step: bar.update(task, description=f"{what}: {step}")
