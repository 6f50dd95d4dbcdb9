"""The two commands on a classic course: `adopt`, and `grade` once it is adopted."""

from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

from rich.console import Console

from autograder.classic import convert as drafts
from autograder.classic import protect as protecting
from autograder.classic import settings, summary
from autograder.classic.grading import ClassicGrade, grade_classic
from autograder.classic.handed import assignments_in, plan_of
from autograder.classic.ledger import Ledger, to_generate
from autograder.classic.plan import Plan
from autograder.classic.settings import ClassicFolder
from autograder.config import CONFIG, did_you_mean
from autograder.core.errors import UserError
from autograder.core.outcome import worst
from autograder.events import Verdict
from autograder.progress import watched


def adopt(folder: Path, names: Collection[str] = ()) -> Iterator[str]:
    """Mark a course as adopted and say, assignment by assignment, what was found."""
    course = settings.adopt(folder)
    found = {plan.name: plan for plan in plans(course)}
    asked = chosen(folder, names, sorted({*found, *assignments_in(course)}))
    yield from summary.settings_lines(course)
    for name in asked:
        if name in found:
            yield from summary.plan_lines(found[name], course)
        else:
            yield f"{name}: not in the gradebook yet. {to_generate(course, name)}"
    for name in [name for name in asked if name in found][:1]:
        yield f"Grade with: autograder grade {name} --course {folder}"


def protect(folder: Path, protected: bool) -> Iterator[str]:
    """Have nbgrader's own autograder run cells in the sandbox, or as it did before."""
    course = settings.adopt(folder)
    if course.protected != protected:
        course = (protecting.protect if protected else protecting.unprotect)(folder)
        what = "added at its end" if protected else "taken away again"
        config = course.root / settings.NBGRADER_CONFIG
        yield f"{config}: a few lines were {what}; nothing else changed."
    yield from summary.protection_lines(course)


def chosen(folder: Path, names: Collection[str], known: list[str]) -> list[str]:
    """The assignments named, or all there are; UserError where there is no such assignment."""
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            raise UserError(f"{folder}: assignment {name!r} is not known{hint} {', '.join(known)}")
    return list(names) or known


def plans(course: ClassicFolder) -> Iterator[Plan]:
    """All assignments that the gradebook knows."""
    if course.gradebook.is_file():
        with Ledger(course) as ledger:
            yield from (plan_of(course, ledger, name) for name in ledger.assignments())


def refuse_dry_run(asked: bool) -> None:
    """UserError: what is run in an adopted course is written at once."""
    if asked:
        remedy = "Leave it out; what was entered by hand stays"
        raise UserError(f"--dry-run: not possible in an adopted course. {remedy}")


def show(
    folder: Path,
    assignment: str,
    sandbox: str,
    workers: int,
    students: Collection[str],
    regrade: bool,
    out: Console,
    as_json: bool = False,
    dry_run: bool = False,
) -> None:
    """Grade an assignment of an adopted course: how it goes, then the class."""
    refuse_dry_run(dry_run)
    name, course, graded = Path(assignment).name, settings.open_course(folder), []
    with (
        watched(name, course.root, as_json) as run,
        closing(grade_classic(course, name, sandbox, workers, students, regrade, run.begin,
                              run.started)) as grades,
    ):  # fmt: skip
        for item in grades:
            (run.finished if item.fresh else run.kept)(item.student, verdict_of(item))
            graded.append(item)
    if as_json:
        return
    out.print(summary.class_view(name, graded))
    fresh = sum(item.fresh for item in graded)
    out.print(f"{fresh} graded now, {len(graded) - fresh} unchanged.")
    out.print(f"Pages: cd {folder} && nbgrader generate_feedback {name}", soft_wrap=True)


def verdict_of(grade: ClassicGrade) -> Verdict:
    """A submission's scores in a few numbers; the gravest of its cells is its outcome."""
    outcomes, seconds = zip(*grade.times, strict=True) if grade.times else ((), ())
    return Verdict(
        grade.earned, grade.decided, grade.needs_review, worst(outcomes), sum(seconds), grade.times
    )


def convert(folder: Path, names: Collection[str]) -> Iterator[str]:
    """Write first drafts of assignments in our own format, into `converted/` of the course."""
    course = settings.open_course(folder)
    target = course.root / "converted"
    written = []
    for name in chosen(folder, names, assignments_in(course)):
        for file in drafts.convert(course, name, target):
            written.append(file)
            yield f"written: {file}"
    made = sorted({file.parent.name for file in written if file.name == "lesson.py"})
    if (target / CONFIG).exists():
        yield f"Add to assignments in {target / CONFIG}: {', '.join(made)}"
    else:
        yield f"written: {drafts.write_course(course, target, made)}"
    yield f"Next: cd {target}; look for TODO; autograder build; autograder verify"
