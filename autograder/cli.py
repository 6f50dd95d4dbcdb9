"""The command line: `autograder --help`."""

import json
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from autograder.core.errors import AutograderError
from autograder.here import chosen_assignments, classic_or_ours, load, load_course, opened
from autograder.lock import alone
from autograder.progress import graded_class, say, spinning
from autograder.stopping import Stopped, stoppable
from autograder.streams import err, out

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Release notebooks, run them in a sandbox, judge them by hidden tests, return feedback.",
)

Name = Annotated[str, typer.Argument(metavar="ASSIGNMENT", help="A folder of assignments/.")]
Names = Annotated[
    list[str] | None, typer.Argument(metavar="[ASSIGNMENT]…", help="Default: all of the course.")
]
Folder = Annotated[
    Path, typer.Option("--course", help="The working course folder, made when missing.")
]
Sandbox = Annotated[
    str,
    typer.Option(help="full; fresh: a new Python each time; weak: limits only, for your own work."),
]
Only = Annotated[list[str] | None, typer.Option(help="This student only; may be given again.")]
Workers = Annotated[
    int, typer.Option(min=0, help="Submissions side by side; 0: the course's or one per processor.")
]
COURSE = Path("course")


def main() -> None:
    """Run a command; an error that a person can mend ends in one sentence and exit status 2."""
    try:
        with stoppable():
            app(standalone_mode=True)
    except AutograderError as error:
        err.print(
            f"autograder: {error}", style="red", markup=False, highlight=False, soft_wrap=True
        )
        sys.exit(error.exit_code)
    except Stopped as stopped:
        err.print("autograder: interrupted. Finished work is kept; run the command again to go on.")
        sys.exit(stopped.status)
    except OSError as error:
        where = error.filename or "the system"
        what = f"{where}: {error.strerror or error}. "
        what += "Nothing finished is lost; mend it, then run it again."
        err.print(f"autograder: {what}", style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


@app.command()
def doctor(sandbox: Sandbox = "full") -> None:
    """Look at this machine: packages, programs and each guarantee of the sandbox, with remedies."""
    from autograder import doctor, report

    well = True
    for finding in doctor.findings():
        well &= finding.well
        remedy = "" if finding.well else f"  → {finding.remedy}"
        out.print(f"{'[green]✓[/]' if finding.well else '[red]✗[/]'}      {finding.what}{remedy}")
    guarantees, reason = doctor.sandbox_state(sandbox)
    for line in report.guarantee_lines(guarantees):
        out.print(line)
    if reason:
        out.print(f"[red]✗[/] {reason}")
    if not (well and guarantees and all(item.kept for item in guarantees)):
        raise typer.Exit(2)


@app.command()
def build(
    assignments: Names = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail if out of date.")
    ] = False,
) -> None:
    """Build the students' notebooks from their lessons and references."""
    from autograder.lesson.build import built_text, is_current, write_built

    stale = []
    for assignment in chosen_assignments(assignments):
        if check:
            current = is_current(assignment.built, built_text(assignment))
            stale += [] if current else [assignment.name]
            out.print(f"{assignment.built}: {'up to date' if current else '[red]out of date[/]'}")
        else:
            changed = write_built(assignment)
            out.print(f"{assignment.built}: {'written' if changed else 'unchanged'}")
    if stale:
        raise typer.Exit(2)


@app.command()
def verify(
    assignments: Names = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the whole matrix as JSON.")
    ] = False,
    sandbox: Sandbox = "full",
    workers: Workers = 0,
    seeds: Annotated[int, typer.Option(min=1, help="How many seeds the tests must hold for.")] = 20,
) -> None:
    """Prove assignments sound: reference, stubs, every known mistake, every correct variant."""
    from autograder import report
    from autograder.lesson.verify import verify

    proofs = []
    for assignment in chosen_assignments(assignments):
        with spinning(f"verify {assignment.name}") as step:
            proof = verify(assignment, sandbox, workers, seeds, step)
        proofs.append(proof)
        if not as_json:
            for line in report.proof_lines(proof):
                out.print(line)
    if as_json:
        print(json.dumps({"schema": 1, "assignments": [proof.to_json() for proof in proofs]}))
    if any(proof.faults for proof in proofs):
        raise typer.Exit(2)


@app.command()
def release(assignment: Name, course: Folder = COURSE) -> None:
    """Build an assignment, prove that nothing leaks, and put it into nbgrader's release folder."""
    from autograder.lesson.release import release

    work, known = opened(course), load(assignment)
    with alone(work.root, say):
        for line in release(known, work):
            out.print(line, markup=False)


@app.command()
def collect(
    assignment: Name,
    folder: Annotated[Path, typer.Argument(help="Holds FOLDER/<student>/<notebook>.ipynb.")],
    course: Folder = COURSE,
) -> None:
    """Bring in what was handed in: each student's notebook with the files beside it."""
    from autograder.collect import collect
    from autograder.report import plain

    work, known, count = opened(course), load(assignment), 0
    with alone(work.root, say):
        for item in collect(known, folder, work):
            count += item.collected
            if item.note:
                out.print(f"{plain(item.student)}: {plain(item.note)}")
    out.print(f"{count} submissions collected in {work.submitted}")


@app.command()
def grade(
    assignment: Name,
    student: Only = None,
    workers: Workers = 0,
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Run unchanged ones, too; show who gains and loses.")
    ] = False,
    dry: Annotated[
        bool, typer.Option("--dry-run", help="Show who would gain or lose; write no grades.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write a regrade without asking.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what happens as JSON, a line for each event.")
    ] = False,
    sandbox: Sandbox = "full",
    course: Folder = COURSE,
) -> None:
    """Run and judge what is new or changed; write points to the gradebook as they are there."""
    from autograder import changes
    from autograder.classic.settings import is_classic
    from autograder.report import class_table

    if is_classic(course):
        from autograder.classic import day

        day.show(course, assignment, sandbox, workers, student or (), regrade, out, as_json, dry)
        return
    known, work = load(assignment), opened(course)
    workers = workers or load_course().workers
    grades = partial(graded_class, known, work, sandbox, workers, student or (), regrade, as_json)
    if dry or regrade:
        ask = not (dry or yes or as_json) and sys.stdin.isatty() and out.is_terminal
        held, question = grades(hold=True), typer.confirm if ask else None
        if not changes.agreed(known, work, held, dry, question, err if as_json else out):
            return
    graded = grades()
    if as_json:
        return
    out.print(class_table(known, graded))
    fresh = sum(item.fresh for item in graded)
    out.print(f"{fresh} graded now, {len(graded) - fresh} unchanged. Gradebook: {work.book}")


@app.command()
def extend(
    assignment: Name,
    student: Annotated[str, typer.Argument(help="The student's id.")],
    time: Annotated[str, typer.Argument(help="Such as 2d, 12h, '1d 6h'; 0 takes it back.")],
    reason: Annotated[str, typer.Option(help="For your records.")] = "",
    course: Folder = COURSE,
) -> None:
    """Give a student more time; kept in extensions.csv, entered into nbgrader by `grade`."""
    from autograder import extensions

    known, work = load(assignment), opened(course)
    with alone(work.root, say):
        for line in extensions.told(known, work, student, time, reason):
            out.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command(name="history")
def history_(
    assignment: Name,
    student: Only = None,
    course: Folder = COURSE,
) -> None:
    """Show every grade that was given, when, and why."""
    from autograder import changes

    out.print(changes.history_table(load(assignment).name, opened(course), student or ()))


@app.command()
def adopt(
    folder: Annotated[Path, typer.Argument(help="An existing nbgrader course.")],
    assignments: Names = None,
    convert: Annotated[bool, typer.Option("--convert", help="Write drafts in our format.")] = False,
    protect: Annotated[
        bool | None,
        typer.Option(
            "--protect/--unprotect", help="Have `nbgrader autograde` use the sandbox, or no more."
        ),
    ] = None,
) -> None:
    """Take over an nbgrader course with tests in its cells: `grade --course FOLDER` works there."""
    from autograder.classic import day

    lines = (day.convert if convert else day.adopt)(folder, assignments or [])
    if protect is not None:
        lines = day.protect(folder, protect)
    for line in lines:
        out.print(line, markup=False, highlight=False, soft_wrap=True)


@app.command(name="try")
def try_(
    assignment: Name,
    notebook: Annotated[Path, typer.Argument(help="The notebook to grade.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object only.")] = False,
    sandbox: Sandbox = "full",
) -> None:
    """Grade one notebook and record nothing."""
    from autograder import inputs, report, workers
    from autograder.core.submission import read_notebook

    known = load(assignment)
    job = workers.Job(notebook.name, notebook.name, inputs.bytes_of(notebook))
    read_notebook(job.notebook, job.data)  # says at once what is wrong with it
    with workers.pool(known, sandbox, 1, once=True) as executor:
        result = executor.submit(workers.grade_job, job).result()
    if as_json:
        print(json.dumps(result.to_json()))
    else:
        out.print(report.result_view(result))


@app.command()
def feedback(assignment: Name, course: Folder = COURSE) -> None:
    """Write one page per student, and an overview of the class."""
    from autograder.pages import write_feedback

    pages = write_feedback(load(assignment), opened(course))
    out.print(f"{len(pages) - 1} pages, for example {pages[0]}")
    out.print(f"Class overview: {pages[-1]}")


@app.command()
def formgrader(
    port: Annotated[int, typer.Option(help="Where to listen; the next one if it is taken.")] = 8888,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page, or only print it.")
    ] = True,
    course: Folder = COURSE,
) -> None:
    """Start JupyterLab with nbgrader's formgrader, to mark by hand; Ctrl-C ends it."""
    from autograder.formgrader import server

    folder, told = classic_or_ours(course)
    for line in told:
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    found = server(folder, port)
    out.print(f"Formgrader: {found.page}", soft_wrap=True, highlight=False)
    out.print("Ctrl-C ends it.")
    found.become(browser)


@app.command()
def new(name: Annotated[str, typer.Argument(help="Such as 07_attention.")]) -> None:
    """Write a skeleton assignment that verifies, to be filled with a lesson of your own."""
    from autograder.skeleton import write_skeleton

    for file in write_skeleton(load_course(), name):
        out.print(f"written: {file}")
    out.print(f'Add "{name}" to assignments in course_config.py, then: autograder verify {name}')


@app.command()
def demo(
    every: Annotated[bool, typer.Option("--all", help="All assignments of the course.")] = False,
    course: Folder = COURSE,
    sandbox: Sandbox = "full",
    workers: Workers = 0,
) -> None:
    """See the whole life of an assignment with a sample class, from lesson to feedback."""
    from autograder.demo import run_demo

    known = load_course()
    names = known.assignments if every else known.assignments[:1]
    run_demo(known, names, opened(course), sandbox, workers, out)


@app.command()
def data(
    fetch: Annotated[bool, typer.Option("--fetch", help="Download MNIST to the cache.")] = False,
) -> None:
    """Show which pictures 06_mnist uses; fetch MNIST and check that every file is as published."""
    from autograder import data

    course = load_course()
    folder = course.root / course.data if course.data else None
    if fetch:
        out.print(f"MNIST is in {data.fetch(folder)}", soft_wrap=True)
    for line in data.status(folder):
        out.print(line, markup=False, soft_wrap=True)
