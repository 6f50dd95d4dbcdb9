"""Grades a class: runs what is new or changed, keeps each verdict as soon as it is there."""

import gc
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from autograder import autograded, feedback
from autograder.collect import NAME, TIMESTAMP, read_files
from autograder.core.assignment import Assignment
from autograder.core.errors import SubmissionError, UserError
from autograder.core.pieces import bare
from autograder.core.repair import repaired
from autograder.core.result import Result, from_store
from autograder.core.submission import read_notebook
from autograder.folder import CourseFolder
from autograder.gradebook import Gradebook
from autograder.overview import overview
from autograder.pipeline import identity, judged_by, released
from autograder.stopping import check
from autograder.whole import put, sweep
from autograder.workers import Job, broken, grade_all, pool


@dataclass(frozen=True)
class Graded:
    """One student's verdict and whether it was made just now."""

    student: str
    result: Result
    fresh: bool


def students_of(
    assignment: Assignment, folder: CourseFolder, only: Collection[str] = ()
) -> list[str]:
    """The students who handed in; UserError where there are none, or not one of those asked for."""
    found = sorted(path.parent.name for path in folder.submitted.glob(f"*/{assignment.name}"))
    for missing in sorted(set(only) - set(found)):
        raise UserError(f"{missing!r} handed in nothing for {assignment.name}. "
                        f"Students: {', '.join(found[:12]) or 'none'}")  # fmt: skip
    if not found:
        remedy = f"Run `autograder collect {assignment.name} FOLDER` first"
        raise UserError(f"{folder.submitted}: nobody handed in {assignment.name}. {remedy}")
    return [student for student in found if not only or student in only]


def grade_class(
    assignment: Assignment,
    folder: CourseFolder,
    sandbox: str = "full",
    workers: int = 0,
    only: Collection[str] = (),
    regrade: bool = False,
    announce: Callable[[int], None] = lambda count: None,
    begun: Callable[[str], None] = lambda student: None,
) -> Iterator[Graded]:
    """The verdicts, kept ones first; `announce` is told how many students there are.

    `begun` is told of each whose turn has come. No more notebooks are in memory than are graded.
    """
    students = students_of(assignment, folder, only)
    announce(len(students))
    sweep_up(assignment, folder)
    judged = judged_by(assignment) + sandbox
    todo = []
    with Gradebook(folder) as gradebook:
        gc.freeze()  # what is loaded by now stays: no collection has to look at it again
        for student in students:
            check()
            job, damage = job_or_damage(assignment, folder, student)
            kept = None if regrade else stored(folder, assignment, job, judged)
            known = broken(assignment, job, damage) if damage and kept is None else kept
            if known is None:
                todo.append(student)
                continue
            keep(assignment, folder, gradebook, job, known, judged)
            yield Graded(student, known, fresh=kept is None)
        jobs = (job_of(assignment, folder, student) for student in todo)
        for job, fresh in fresh_results(assignment, jobs, sandbox, workers, begun) if todo else ():
            result = with_name(fresh, folder, assignment, job.key)
            keep(assignment, folder, gradebook, job, result, judged)
            yield Graded(job.key, result, fresh=True)


def sweep_up(assignment: Assignment, folder: CourseFolder) -> None:
    """Remove what a command that was killed has left half done."""
    sweep(folder.results / assignment.name, ".*")
    sweep(folder.autograded, f"*/{assignment.name}/.*")
    sweep(folder.submitted, f"*/.{assignment.name}")


def job_or_damage(
    assignment: Assignment, folder: CourseFolder, student: str
) -> tuple[Job, Exception | None]:
    """The job that a submission makes, and why it cannot be done, where it cannot."""
    name = f"{assignment.notebook}.ipynb"
    try:
        job = job_of(assignment, folder, student)
    except OSError as error:
        return Job(student, name, b""), SubmissionError(f"{name}: {error.strerror}")
    try:
        read_notebook(job.notebook, job.data)
    except SubmissionError as error:
        return job, error
    return job, None


def fresh_results(
    assignment: Assignment,
    jobs: Iterable[Job],
    sandbox: str,
    workers: int,
    begun: Callable[[str], None],
) -> Iterator[tuple[Job, Result]]:
    """Verdicts on jobs that have none."""
    with pool(assignment, sandbox, workers) as executor:
        yield from grade_all(assignment, jobs, executor, workers, lambda job: begun(job.key))


def with_name(result: Result, folder: CourseFolder, assignment: Assignment, student: str) -> Result:
    """The result with a sentence on the notebook's name, where it was another."""
    file = folder.submitted / student / assignment.name / NAME
    if not file.is_file():
        return result
    was = f"Your file was called “{file.read_text(encoding='utf-8')}”"
    told = f"{was}. We took it for {assignment.notebook}.ipynb."
    return replace(result, repairs=(told, *result.repairs))


def job_of(assignment: Assignment, folder: CourseFolder, student: str) -> Job:
    """The job that a student's submission makes."""
    files = read_files(folder.submitted / student / assignment.name)
    name = f"{assignment.notebook}.ipynb"
    return Job(student, name, files.pop(name, b""), files)


def keep(
    assignment: Assignment,
    folder: CourseFolder,
    gradebook: Gradebook,
    job: Job,
    result: Result,
    judged: str,
) -> None:
    """Write a verdict to the gradebook, to `autograded/` and, last of all, to `results/`."""
    untouched = untouched_answers(assignment, job)
    gradebook.record(job.key, result, untouched, handed_in_at(folder, assignment, job.key))
    autograded.write(assignment, folder, job.key, job.data, result)
    text = json.dumps({"identity": identity(judged, job.data, job.files)} | result.to_store())
    put(folder.results / assignment.name / f"{job.key}.json", text.encode())


def stored(folder: CourseFolder, assignment: Assignment, job: Job, judged: str) -> Result | None:
    """The verdict kept for exactly this submission, judged by exactly these tests."""
    kept = read_stored(folder.results / assignment.name / f"{job.key}.json")
    if kept is None or kept["identity"] != identity(judged, job.data, job.files):
        return None
    result = from_store(kept)
    return None if result.needs_review else result


def read_stored(file: Path) -> dict[str, object] | None:
    """A stored verdict; None where there is none or it was cut off."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return kept if isinstance(kept, dict) and "identity" in kept else None


def results_of(assignment: Assignment, folder: CourseFolder) -> dict[str, Result]:
    """All verdicts kept for an assignment, by student."""
    files = sorted((folder.results / assignment.name).glob("*.json"))
    kept = {file.stem: read_stored(file) for file in files}
    return {student: from_store(each) for student, each in kept.items() if each}


def untouched_answers(assignment: Assignment, job: Job) -> set[str]:
    """The written questions whose cell is still as it was released."""
    try:
        submission = read_notebook(job.notebook, job.data)
    except SubmissionError:
        return set()
    release = released(assignment)
    answers = repaired(submission, release).answers
    blanks = {cell.grade_id: bare(cell.source) for cell in release.cells}
    given = {id: bare(cell.source) for id, cell in answers.items() if cell}
    return {
        question.id
        for question in assignment.questions
        if question.written and given.get(question.id) in ("", blanks.get(question.id, ""))
    }


def handed_in_at(folder: CourseFolder, assignment: Assignment, student: str) -> str:
    """The time stamp that `collect` wrote."""
    file = folder.submitted / student / assignment.name / TIMESTAMP
    return file.read_text(encoding="utf-8").strip() if file.is_file() else ""


def write_feedback(assignment: Assignment, folder: CourseFolder) -> list[Path]:
    """Write every student's page and the class overview; UserError where nothing is graded."""
    results = results_of(assignment, folder)
    if not results:
        raise UserError(
            f"{assignment.name}: nothing is graded yet. Run `autograder grade {assignment.name}`"
        )
    pages = []
    for student, result in results.items():
        page = folder.feedback / student / assignment.name / f"{assignment.notebook}.html"
        feedback.write(assignment, student, result, page)
        pages.append(page)
    sheet = folder.feedback / f"{assignment.name}.html"
    sheet.write_text(overview(assignment, results), encoding="utf-8")
    return [*pages, sheet]
