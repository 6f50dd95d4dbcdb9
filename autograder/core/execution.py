"""What of a submission is run, and in which order."""

import builtins
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from autograder.core.answers import Release
from autograder.core.pieces import Code, bare
from autograder.core.submission import Cell

BUILTINS = frozenset(dir(builtins))
MOVES = 100  # cells that are run earlier than they stand
TOLD = 4  # of which so many are named


def in_running_order(cells: Sequence[Cell], release: Release) -> tuple[list[str], list[str]]:
    """The sources to run, and sentences on what was put back or run earlier.

    The student's order counts. Provided cells that were deleted come first, so that nobody fails
    for want of an import. Untouched stubs of what is answered elsewhere are left out, and so are
    released cells that only draw and visible checks: they cannot change a verdict, unless a cell of
    the student's uses what they make.
    """
    present = {bare(cell.source) for cell in cells if cell.is_code}
    missing = [cell for cell in release.provided if bare(cell.source) not in present]
    running = [*missing, *without_stubs(without_idle(cells, release), release)]
    codes = [release.code(cell) for cell in running]
    given = {bare(cell.source) for cell in release.provided}
    codes = [  # a provided cell runs as it stands; one that was put back may need what comes later
        replace(code, at_once=frozenset())
        if place >= len(missing) and bare(cell.source) in given
        else code
        for place, (cell, code) in enumerate(zip(running, codes, strict=True))
    ]
    order, moved = hoisted(codes)
    told = [
        f"The cell that begins with “{beginning(running[user])}” uses {name[:60]}, which is made "
        f"further below. We ran “{beginning(running[maker])}” before it."
        for user, maker, name in moved
        if user >= len(missing)
    ]
    if len(told) > TOLD:
        told[TOLD:] = [f"So it was with {len(told) - TOLD} cells more."]
    return [running[place].source for place in order], told


def without_idle(cells: Sequence[Cell], release: Release) -> list[Cell]:
    """The code cells, those left out that are as released and change nothing."""
    coded = [cell for cell in cells if cell.is_code]
    idle = [bare(cell.source) in release.idle for cell in coded]
    kept = [release.code(cell) for cell, out in zip(coded, idle, strict=True) if not out]
    used = {name for code in kept for name in code.at_once | code.later}
    used -= {name for code in kept for name in code.makes}
    used -= {name for cell in release.provided for name in release.code(cell).makes}
    return [
        cell
        for cell, out in zip(coded, idle, strict=True)
        if not out or release.code(cell).makes & used
    ]


def without_stubs(cells: Sequence[Cell], release: Release) -> Iterator[Cell]:
    """The cells without untouched stubs of what is answered elsewhere: they would undo it."""
    answered = {name for cell in cells for name in release.code(cell).answers}
    for cell in cells:
        code = release.code(cell)
        if not (code.only_stubs and code.stubs <= answered & release.names):
            yield cell


def hoisted(codes: Sequence[Code]) -> tuple[list[int], list[tuple[int, int, str]]]:
    """The cells in an order in which names are made before they are used.

    Moved are only cells without which another one would fail, and only where that changes no
    value; each as (user, maker, name). Everything else stays in its order.
    """
    order = list(range(len(codes)))
    moved: list[tuple[int, int, str]] = []
    uses = {name: code.later for code in codes for name in code.makes}
    made: set[str] = set(BUILTINS)
    somewhere = {name for code in codes for name in code.makes}
    place = 0
    while place < len(order):
        code = codes[order[place]]
        lacking = reach(code, uses) & somewhere - made - code.makes
        found = next(makers(order, place, lacking, codes), None) if len(moved) < MOVES else None
        if found is None:
            made |= code.makes
            place += 1
        else:
            later, name = found
            moved.append((order[place], order[later], name))
            order.insert(place, order.pop(later))
    return order, moved


def makers(
    order: Sequence[int], place: int, lacking: AbstractSet[str], codes: Sequence[Code]
) -> Iterator[tuple[int, str]]:
    """The later cells that make what is lacking and may be run before this one."""
    passed: set[str] = set()
    for later in range(place, len(order)) if lacking else ():
        code = codes[order[later]]
        if later > place and code.makes & lacking and not passed & (code.binds | code.at_once):
            yield later, min(code.makes & lacking)
        passed |= code.binds


def reach(code: Code, uses: dict[str, frozenset[str]]) -> set[str]:
    """The names that a cell needs to run, those of the functions that it calls included."""
    todo, found = list(code.at_once), set()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += uses.get(name, ())
    return found


def beginning(cell: Cell) -> str:
    """The first line of a cell, to name it by."""
    return cell.source.strip().split("\n")[0][:60]


def some(names: Sequence[str], most: int = 6) -> str:
    """A few names and how many more there are."""
    left = len(names) - most
    return ", ".join(name[:60] for name in names[:most]) + (f" and {left} more" if left > 0 else "")
