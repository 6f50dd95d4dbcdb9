"""Which answers count where a submission was graded more than once: each check's first.

A run is repeated where a process ended, which may have been done from outside. Without this rule a
notebook could guess, end its own process where the guess was wrong, and guess again.
"""

from collections.abc import Sequence
from dataclasses import replace

from autograder.core.outcome import Outcome
from autograder.core.result import CellRun, Check, Result
from autograder.sandbox.again import RUNS
from autograder.sandbox.channel import ENDED

NOTHING: tuple[list[str], list[int]] = ([], [])
JUDGED = (Outcome.PASSED, Outcome.FAILED)
RESTLESS = f"Its process ended in each of {RUNS} runs, every time elsewhere. The best run counts."


def lost(result: Result) -> tuple[list[str], list[int]]:
    """The checks and the cells for whose end nobody was there to answer."""
    checks = [check.id for each in result.questions for check in each.checks if is_lost(check)]
    return checks, [place for place, cell in enumerate(result.cells) if is_cut(cell)]


def is_lost(check: Check) -> bool:
    """Whether the process ended before it had answered a check."""
    return check.outcome is Outcome.RAISED and check.message in ENDED


def is_cut(cell: CellRun) -> bool:
    """Whether the process ended in a cell: there is no error to be shown."""
    return cell.outcome is Outcome.RAISED and cell.outputs[-1]["output_type"] != "error"


def with_first_answers(found: Result, results: Sequence[Result]) -> Result:
    """The verdict, each check as it was first answered after all cells had run.

    Where cells are missing in the verdict itself, or no two runs are alike, what was judged in
    other runs without some cells counts, too: a notebook could else cut its runs on purpose, and
    end those in which it had guessed wrong.
    """
    restless = len(results) == RUNS and lost(results[-1]) not in (NOTHING, lost(results[-2]))
    willing = restless or any(map(is_cut, found.cells))
    first: dict[str, Check] = {}
    for result in results:
        cut = any(map(is_cut, result.cells))
        for check in (check for each in result.questions for check in each.checks):
            if (willing and check.outcome in JUDGED) if cut else not is_lost(check):
                first.setdefault(check.id, check)
    questions = tuple(
        each
        if each.flagged
        else replace(each, checks=tuple(first.get(check.id, check) for check in each.checks))
        for each in found.questions
    )
    problems = (*found.problems, RESTLESS) if restless else found.problems
    return replace(found, questions=questions, problems=problems)
