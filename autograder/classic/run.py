"""Runs one classic notebook in a sandbox, its tests among the student's cells, as nbgrader does.

The tests run in the student's own process: they need its names. So what they say can be forged,
and nothing here claims otherwise. What is claimed: a cell that fails, hangs or kills the process
costs itself, and the crudest forgery, errors that do not come out, is noticed by two decoys.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from autograder.classic.plan import Plan, PlannedNotebook
from autograder.classic.restore import Restored, restored
from autograder.core.errors import SubmissionError
from autograder.core.outcome import Outcome
from autograder.core.result import CellRun
from autograder.core.submission import read_notebook
from autograder.sandbox.again import settled
from autograder.sandbox.backend import Backend
from autograder.sandbox.session import Session

# Courses ask for this variable to find out that they are graded.
PRELUDE = "__import__('os').environ.update(NBGRADER_EXECUTION='autograde')"
DECOYS = ("assert False, {word!r}", "raise ValueError({word!r})")
TAMPERED = "a test that must fail did not: the notebook changes how errors are reported."


@dataclass(frozen=True)
class RanNotebook:
    """What became of one notebook: a run for each cell, None for those without code."""

    notebook: str
    restored: Restored
    runs: tuple[CellRun | None, ...] = ()
    damage: str = ""  # why it could not be read
    tampered: bool = False


class CellSession(Session):
    """A session that tells a cell's last value from what it displayed, as scoring needs."""

    _values: tuple[int, ...] = ()

    def _run_cell(self, source: str) -> CellRun:
        self._values = ()
        run = super()._run_cell(source)
        return replace(run, outputs=tuple(marked(run.outputs, self._values)))

    def _request(self, request: dict[str, Any], seconds: float) -> Any:
        answer = super()._request(request, seconds)
        if request["op"] == "cell":
            kinds = [output["output_type"] for output in answer["outputs"]]
            self._values = tuple(n for n, kind in enumerate(kinds) if kind == "execute_result")
        return answer


def marked(outputs: tuple[dict[str, Any], ...], values: tuple[int, ...]) -> list[dict[str, Any]]:
    """The outputs, those at the places `values` being results."""
    return [
        output | {"output_type": "execute_result", "execution_count": None}
        if place in values and output["output_type"] == "display_data"
        else output
        for place, output in enumerate(outputs)
    ]


def ran(
    plan: Plan, notebook: PlannedNotebook, backend: Backend, data: bytes, files: Mapping[str, bytes]
) -> RanNotebook:
    """Restore a submitted notebook and run its cells in order.

    Where a process ended that should have answered, all is run again: it may have been ended from
    outside, which is nobody's mistake.
    """
    try:
        submission = read_notebook(notebook.file, data)
    except SubmissionError as error:
        return RanNotebook(notebook.name, Restored(()), damage=str(error))
    shape = restored(plan, notebook, submission)
    found = settled(lambda: ran_once(plan, shape, backend, files), outcomes, successes)
    return replace(found, notebook=notebook.name)


def ran_once(
    plan: Plan, shape: Restored, backend: Backend, files: Mapping[str, bytes]
) -> tuple[RanNotebook, bool]:
    """One run of all cells, and whether the process ended in one of them."""
    with CellSession(backend, plan.limits, files) as session:
        session.run([PRELUDE])
        done = iter(session.run([cell.source for cell in shape.cells if cell.runs]))
        runs = tuple(next(done) if cell.runs else None for cell in shape.cells)
        tampered = any(runs) and is_tampered(session)
        return RanNotebook("", shape, runs, tampered=tampered), session.died


def outcomes(ran: RanNotebook) -> list[Outcome]:
    """What became of each cell that ran."""
    return [run.outcome for run in ran.runs if run]


def successes(ran: RanNotebook) -> int:
    """How many cells ended well."""
    return outcomes(ran).count(Outcome.PASSED)


def is_tampered(session: Session) -> bool:
    """Whether cells that must fail do not."""
    decoys = [decoy.format(word=secrets.token_hex(8)) for decoy in DECOYS]
    return any(run.outcome is Outcome.PASSED for run in session.run(decoys))
