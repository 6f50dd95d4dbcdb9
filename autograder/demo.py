"""The whole life of an assignment with a sample class, from lesson to feedback."""

import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from autograder.collect import collect
from autograder.config import load_assignment
from autograder.core.assignment import Assignment
from autograder.core.course import Course
from autograder.core.errors import UserError
from autograder.folder import CourseFolder
from autograder.lesson.build import write_built
from autograder.lesson.release import release
from autograder.pages import write_feedback
from autograder.progress import graded_class
from autograder.report import class_table, plain
from autograder.samples import write_class

SAMPLE = re.compile(r"student\d\d")


def run_demo(
    course: Course,
    names: Sequence[str],
    folder: CourseFolder,
    sandbox: str,
    workers: int,
    out: Console,
) -> None:
    """Build, release, hand in, collect, grade, write feedback; say what to try next."""
    refuse_real_class(folder)
    for name in names:
        assignment = load_assignment(course, name)
        step(out, f"Build {assignment.built.name} from its lesson and its reference")
        write_built(assignment)
        step(out, "Release it: nothing of the reference, mistakes or hidden tests may be in it")
        for line in release(assignment, folder):
            out.print(f"  {line}", markup=False)
        hand_in(assignment, folder, out)
        grade(assignment, folder, sandbox, workers or course.workers, out)
        pages = write_feedback(assignment, folder)
    farewell(assignment, folder, pages, out)


def refuse_real_class(folder: CourseFolder) -> None:
    """The demo never mixes its sample students with real ones."""
    real = [path.name for path in folder.submitted.glob("*") if not SAMPLE.fullmatch(path.name)]
    if real:
        raise UserError(f"{folder.root}: holds submissions of {real[0]!r} and others. "
                        "Run the demo elsewhere: autograder demo --course demo-course")  # fmt: skip


def step(out: Console, text: str) -> None:
    """Announce a step."""
    out.print(f"\n[bold cyan]▸[/] [bold]{text}[/]")


def hand_in(assignment: Assignment, folder: CourseFolder, out: Console) -> None:
    """Write the sample class and collect it."""
    handed_in = folder.root / "handed_in" / assignment.name
    shutil.rmtree(handed_in, ignore_errors=True)
    samples = write_class(assignment, handed_in)
    step(out, f"A sample class of {len(samples)} hands in, with real variety")
    notes = {item.student: item.note for item in collect(assignment, handed_in, folder)}
    for sample in samples:
        note = f"[yellow]({plain(notes[sample.student])})[/]" if notes[sample.student] else ""
        out.print(f"  {sample.student}  {plain(sample.what)} {note}")


def grade(
    assignment: Assignment, folder: CourseFolder, sandbox: str, workers: int, out: Console
) -> None:
    """Run the class in the sandbox and show the table."""
    step(out, "Run each notebook in the sandbox, judge it by hidden tests from outside")
    graded = graded_class(assignment, folder, sandbox, workers)
    out.print(class_table(assignment, graded))


def farewell(assignment: Assignment, folder: CourseFolder, pages: list[Path], out: Console) -> None:
    """Where everything lies, and what to try next."""
    name, bin = assignment.name, shown(Path(sys.executable).parent)
    example = folder.root / "handed_in" / name / "student05" / assignment.built.name
    step(out, "What to look at, and what to try next")
    lines = {
        "Feedback pages": f"{shown(pages[0].parents[2])}, for example {shown(pages[4])}",
        "Class overview": shown(pages[-1]),
        "Gradebook": f"{shown(folder.gradebook)}, nbgrader's own",
        "One notebook": f"{bin}/autograder try {name} {shown(example)}",
        "Why it is sound": f"{bin}/autograder verify {name}",
        "What is guaranteed": f"{bin}/autograder doctor",
        "With nbgrader": f"cd {shown(folder.root)} && {sys.prefix}/bin/nbgrader export",
    }
    for title, line in lines.items():
        out.print(f"  {title:19} {line}", markup=False, highlight=False, soft_wrap=True)


def shown(path: Path) -> str:
    """The path from here, where it lies below, else the whole."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
