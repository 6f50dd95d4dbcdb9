"""From a cell's outputs to its points: nbgrader's own rule, except that stderr costs nothing."""

from dataclasses import dataclass, replace
from typing import Any

from autograder.classic.plan import Slot
from autograder.classic.restore import RestoredCell
from autograder.core.outcome import Outcome
from autograder.core.result import CellRun

LOST = {
    Outcome.TIMED_OUT: ("CellTimeoutError", "The cell did not finish in the time allowed."),
    Outcome.OUT_OF_MEMORY: ("MemoryError", "The cell asked for more memory than is allowed."),
    Outcome.SKIPPED: ("DeadKernelError", "Not run: the process had ended too often."),
}
DEAD = ("DeadKernelError", "The process ended in this cell.")


@dataclass(frozen=True)
class CellScore:
    """What the gradebook is told about one cell: `auto` is None where a person has the say."""

    cell: str
    auto: float | None = None
    possible: float = 0.0
    review: bool = False
    untouched: bool = False  # an answer that is as it was released
    note: str = ""
    test: bool = False  # decided by a test among the student's cells


def with_error(run: CellRun) -> CellRun:
    """The run with an error among its outputs wherever the cell did not end well."""
    errors = [output for output in run.outputs if output["output_type"] == "error"]
    if run.outcome is Outcome.PASSED or errors:
        return run
    name, words = LOST.get(run.outcome, DEAD)
    error = {"output_type": "error", "ename": name, "evalue": words, "traceback": [words]}
    return replace(run, outputs=(*run.outputs, error))


def scored(slot: Slot, cell: RestoredCell | None, run: CellRun | None) -> CellScore:
    """The score of a cell that nbgrader knows, from what the student left and what came of it."""
    score = CellScore(slot.name, possible=slot.points, test=slot.is_test)
    if cell is None or slot.task:
        return score
    outputs = with_error(run).outputs if run else ()
    content = node(slot, cell, outputs)
    score = replace(score, untouched=slot.solution and is_untouched(content))
    if not slot.grade:
        return score
    return graded(score, content)


def graded(score: CellScore, content: Any) -> CellScore:
    """The score with nbgrader's verdict on a grade cell."""
    from nbgrader.utils import determine_grade

    try:
        auto, _ = determine_grade(content)
    except (ValueError, KeyError) as error:  # above the cell's points, or no text
        note = f"{score.cell}: {error}. A person has to decide."
        return replace(score, review=True, note=note)
    return replace(score, auto=None if auto is None else float(auto))


def node(slot: Slot, cell: RestoredCell, outputs: tuple[dict[str, Any], ...]) -> Any:
    """A cell as nbgrader looks at it, without what was written to stderr."""
    from nbgrader.utils import NotebookNode

    kept = [output for output in outputs if output.get("name") != "stderr"]
    return NotebookNode(
        cell_type=cell.kind,
        source=cell.source,
        metadata=NotebookNode(nbgrader=NotebookNode(slot.metadata)),
        outputs=[NotebookNode(output) for output in kept] if cell.kind == "code" else [],
    )


def is_untouched(content: Any) -> bool:
    """Whether an answer is to the letter as it was released."""
    from nbgrader.utils import compute_checksum

    return bool(compute_checksum(content) == content.metadata.nbgrader["checksum"])
