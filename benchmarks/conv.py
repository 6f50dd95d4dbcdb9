"""A class of NumPy notebooks: against `nbgrader autograde`, and against the floor."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.core.assignment import Assignment
from autograder.folder import CourseFolder
from benchmarks import classic, meter, pupils
from benchmarks.row import Row, row

FEW = 2  # submissions of the small run that tells what starting costs: one for each worker


@dataclass(frozen=True)
class Cost:
    """Processor seconds of a command over `count` submissions, and how many of them are the start.

    The start is what the command costs before the first submission.
    """

    count: int
    cpu: float
    start: float
    wall: float

    @property
    def marginal(self) -> float:
        """Seconds of one submission more."""
        return (self.cpu - self.start) / self.count

    def each(self, count: int) -> float:
        """Seconds of each of `count` submissions, with their share of the start."""
        return self.start / count + self.marginal


def rows(count: int, peers: int, rounds: int) -> Iterator[Row]:
    """Ours and nbgrader's in turn, then the floor; `rounds` times, the medians count."""
    assignment = pupils.known("01_convolution")
    ours: list[Cost] = []
    theirs: list[Cost] = []
    floors = []
    for number in range(rounds):
        for own in (True, False) if number % 2 == 0 else (False, True):
            if own:
                ours.append(graded(assignment, count))
            else:
                theirs.append(autograded(assignment, peers))
        floors.append(floor(assignment, count))
    ratios = [
        mine.cpu / count / other.each(count) for mine, other in zip(ours, theirs, strict=True)
    ]
    detail = {"submissions": count, "nbgrader submissions": peers}
    yield row("conv_nbgrader", f"{count} × 01_convolution: CPU, against nbgrader autograde",
              "of nbgrader's", (1 / 25, 1 / 40), ratios, **detail,
              **told("ours", ours, count), **told("nbgrader", theirs, count))  # fmt: skip
    yield floor_row("conv_floor", assignment, count, (5.0, 2.0), ours, floors)


def floor_row(
    name: str, assignment: Assignment, count: int, bounds: tuple[float, float],
    ours: list[Cost], floors: list[float],
) -> Row:  # fmt: skip
    """The row that holds our cost against the floor's, round by round."""
    ratios = [mine.cpu / count / least for mine, least in zip(ours, floors, strict=True)]
    return row(name, f"{count} × {assignment.name}: CPU, against the floor", "× the floor",
               bounds, ratios, submissions=count, **told("ours", ours, count),
               floor_ms=[round(1e3 * least, 2) for least in floors])  # fmt: skip


def told(who: str, costs: list[Cost], count: int) -> dict[str, list[float]]:
    """What the costs consist of, for the results: milliseconds a submission, and seconds."""
    return {
        f"{who}_ms": [round(1e3 * cost.each(count), 1) for cost in costs],
        f"{who}_marginal_ms": [round(1e3 * cost.marginal, 1) for cost in costs],
        f"{who}_start_s": [round(cost.start, 2) for cost in costs],
        f"{who}_wall_s": [round(cost.wall, 1) for cost in costs],
    }


def graded(assignment: Assignment, count: int) -> Cost:
    """What `autograder grade` costs, from the command line, with two workers."""
    few, many = (grade(assignment, number) for number in (FEW, count))
    marginal = (many.cpu - few.cpu) / (count - FEW)
    return Cost(count, many.cpu, few.cpu - FEW * marginal, many.wall)


def grade(assignment: Assignment, count: int, watch: meter.Watch | None = None) -> meter.Used:
    """Grade a new class of `count`; RuntimeError with the last words where that fails."""
    folder = pupils.place()
    course = pupils.course_with(assignment, folder / "course", count)
    words = ["grade", assignment.name, "--workers", "2", "--course", str(course.root)]
    used = meter.run([*pupils.AUTOGRADER, *words], env=pupils.ENVIRONMENT, watch=watch)
    if used.status or len(list(course.autograded.glob("*/*"))) != count:
        raise RuntimeError(f"autograder {' '.join(words)}: {used.output[-2000:]}")
    return used


def autograded(assignment: Assignment, count: int) -> Cost:
    """What `nbgrader autograde` costs for the same notebooks."""
    folder = pupils.place()
    classic.make(assignment, folder)
    start = classic.start(assignment, folder)
    pupils.hand_in(assignment, CourseFolder(folder), count)
    used = classic.autograde(assignment, folder)
    return Cost(count, used.cpu, start.cpu, used.wall)


def floor(assignment: Assignment, count: int) -> float:
    """Seconds that each of `count` submissions costs at least."""
    words = [sys.executable, "-m", "benchmarks.floor", assignment.name, str(count)]
    used = meter.run(words, env=pupils.ENVIRONMENT)
    if used.status:
        raise RuntimeError(f"benchmarks.floor {assignment.name}: {used.output[-2000:]}")
    return float(json.loads(used.output.splitlines()[-1])["seconds"]) / count
