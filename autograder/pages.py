"""Writes the feedback of a class: a page for each student, and one on all of them."""

from pathlib import Path

from autograder import feedback, history, verdicts
from autograder.core.assignment import Assignment
from autograder.core.errors import UserError
from autograder.extensions import rules_of
from autograder.folder import CourseFolder
from autograder.gradebook import Gradebook
from autograder.lock import alone
from autograder.marking import on_attempts
from autograder.overview import overview
from autograder.progress import say
from autograder.whole import put


def write_feedback(assignment: Assignment, folder: CourseFolder) -> list[Path]:
    """Write every student's page and the class overview; UserError where nothing is graded.

    Points, comments and penalties are the gradebook's, as they are now. Waits for a command that
    is at work in the folder.
    """
    with alone(folder.root, say):
        return pages_of(assignment, folder)


def pages_of(assignment: Assignment, folder: CourseFolder) -> list[Path]:
    """The pages, written."""
    found = verdicts.all_counting(folder, assignment.name)
    if not found:
        raise UserError(
            f"{assignment.name}: nothing is graded yet. Run `autograder grade {assignment.name}`"
        )
    rules = rules_of(assignment, folder)
    with Gradebook(folder) as gradebook:
        grades = gradebook.settle(assignment.name, rules)
    for missing in sorted(set(found) - set(grades)):
        what = f"{missing}'s grade is not in it, though a verdict is in {folder.results}"
        raise UserError(f"{folder.gradebook}: {what}. Run `autograder grade {assignment.name}`")
    pages = []
    for student, verdict in found.items():
        page = folder.feedback_page(student, assignment.name, assignment.notebook)
        attempt = " ".join(on_attempts(verdict, rules.counting))
        feedback.write(assignment, student, verdict.result, page, grades[student], attempt)
        history.note(history.place(folder, assignment.name, student), verdict, grades[student])
        pages.append(page)
    results = {student: verdict.result for student, verdict in found.items()}
    sheet = folder.feedback / f"{assignment.name}.html"
    known = {student: grades[student] for student in found}
    put(sheet, overview(assignment, results, known).encode())
    return [*pages, sheet]
