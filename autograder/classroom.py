"""Grades a class: runs what is new or changed, keeps each verdict as soon as it is there."""

import gc
from collections.abc import Callable, Collection, Generator, Iterable
from contextlib import closing

from autograder.attempts import bring_back
from autograder.core.assignment import Assignment
from autograder.core.errors import UserError
from autograder.core.result import Result
from autograder.folder import CourseFolder
from autograder.gradebook import Gradebook
from autograder.marking import Case, Graded, Marking
from autograder.stopping import check
from autograder.whole import sweep
from autograder.workers import Job, grade_all, pool


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
    hold: bool = False,
) -> Generator[Graded, None, None]:
    """The grades, those with kept verdicts first; `announce` is told how many students there are.

    `begun` is told of each whose turn has come. No more notebooks are in memory than are graded.
    `hold` writes no grade: verdicts are kept for the next time, and what would be is told.
    """
    sweep_up(assignment, folder)
    students = students_of(assignment, folder, only)
    announce(len(students))
    with Gradebook(folder) as gradebook:
        marking = Marking(assignment, folder, gradebook, sandbox, regrade, hold)
        gc.freeze()  # what is loaded by now stays: no collection has to look at it again
        waiting: dict[str, Case] = {}
        for student in students:
            check()
            case = marking.open(student)
            if case.missing:
                waiting[student] = case.without_outputs()
            else:
                yield marking.close(case)
        jobs = (marking.job(student, each) for student in list(waiting)
                for each in waiting[student].missing)  # fmt: skip
        if not waiting:
            return
        # closed here, and not whenever: at the very end of Python it would find nothing in order
        with closing(fresh_results(assignment, jobs, sandbox, workers, begun)) as found:
            for job, fresh in found:
                student, _, number = job.key.rpartition("/")
                marking.take(waiting[student], int(number), fresh)
                if not waiting[student].missing:
                    yield marking.close(waiting.pop(student))


def sweep_up(assignment: Assignment, folder: CourseFolder) -> None:
    """Remove what a command that was killed has left half done; bring back what it moved away."""
    for half in folder.submitted.glob(f"*/.{assignment.name}.before"):
        bring_back(half.with_name(assignment.name))
    sweep(folder.results / assignment.name, ".*")
    sweep(folder.results / assignment.name, "*/*/.*")
    sweep(folder.attempts / assignment.name, "*/.*")
    sweep(folder.autograded, f"*/{assignment.name}/.*")
    sweep(folder.submitted, f"*/.{assignment.name}")


def fresh_results(
    assignment: Assignment,
    jobs: Iterable[Job],
    sandbox: str,
    workers: int,
    begun: Callable[[str], None],
) -> Generator[tuple[Job, Result], None, None]:
    """Verdicts on jobs that have none."""
    with pool(assignment, sandbox, workers) as executor:
        yield from grade_all(
            assignment, jobs, executor, workers, lambda job: begun(student_of(job))
        )


def student_of(job: Job) -> str:
    """Whose attempt a job is."""
    return job.key.rpartition("/")[0]
