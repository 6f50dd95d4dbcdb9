"""What of a submission is run, and what there is to say about its shape."""

from collections.abc import Sequence

from autograder.core.assignment import Assignment
from autograder.core.submission import Cell, Submission


def cells_to_run(submission: Submission, release: Submission) -> list[str]:
    """The sources to run, in the student's order.

    Provided cells that were deleted come first, so that nobody fails for want of an import.
    Cells that only draw and visible checks are left out where they are as released: they cannot
    change a verdict. Nothing is matched by metadata, which the student may have lost or changed.
    """
    idle = {_bare(cell) for cell in release.cells if cell.is_code and not _is_needed(cell)}
    present = {_bare(cell) for cell in submission.cells if cell.is_code}
    missing = [
        cell.source
        for cell in release.cells
        if cell.is_code and is_provided(cell) and _bare(cell) not in present
    ]
    return missing + [
        cell.source for cell in submission.cells if cell.is_code and _bare(cell) not in idle
    ]


def is_provided(cell: Cell) -> bool:
    """Whether the course provides this cell's code and it has to run."""
    return cell.is_code and cell.grade_id.startswith("provided-")


def is_solution(cell: Cell) -> bool:
    """Whether students write their code into this cell of the release."""
    return cell.is_code and cell.grade_id.endswith("-solution")


def _is_needed(cell: Cell) -> bool:
    return is_provided(cell) or is_solution(cell)


def _bare(cell: Cell) -> str:
    return "\n".join(line.rstrip() for line in cell.source.strip().splitlines())


def shape_problems(
    assignment: Assignment, submission: Submission, release: Submission
) -> list[str]:
    """What is odd about the notebook's shape, for student and instructor; it costs nothing."""
    ids = [cell.grade_id for cell in submission.cells if cell.grade_id]
    known = [cell.grade_id for cell in release.cells if cell.grade_id]
    if not any(cell.is_code for cell in submission.cells):
        return ["The notebook has no code cells."]
    if ids and not set(ids) & {id for id in known if not id.startswith("provided-")}:
        return [
            f"None of the cells belong to {assignment.name}: is it another assignment's notebook?"
        ]
    problems = [f"The cell {id} is there {ids.count(id)} times; all copies were run in order."
                for id in dict.fromkeys(ids) if id in known and ids.count(id) > 1]  # fmt: skip
    missing = [id for id in known if id not in ids]
    if missing and ids:
        problems.append(
            f"Cells are missing or lost their mark: {_some(missing)}. This costs nothing."
        )
    return problems


def _some(names: Sequence[str], most: int = 6) -> str:
    left = len(names) - most
    return ", ".join(names[:most]) + (f" and {left} more" if left > 0 else "")
