"""One notebook from a cold command line: everything is started, one verdict is given."""

from collections.abc import Iterator

from autograder.core.assignment import Assignment
from autograder.folder import CourseFolder
from benchmarks import classic, meter, pupils
from benchmarks.row import Row, row

LIBRARIES = {"NumPy": "01_convolution", "torch": "05_lenet"}


def rows(rounds: int) -> Iterator[Row]:
    """`autograder try` and `nbgrader autograde` of the same notebook, in turn."""
    for library, name in LIBRARIES.items():
        assignment = pupils.known(name)
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(tried(assignment))
            theirs.append(autograded(assignment))
        pairs = list(zip(ours, theirs, strict=True))
        detail = {f"{who}_{what}_s": [round(getattr(used, what), 2) for used in list_]
                  for who, list_ in (("ours", ours), ("nbgrader", theirs))
                  for what in ("cpu", "wall")}  # fmt: skip
        yield row(f"cold_{library.lower()}", f"one {name} from a cold start: CPU, against nbgrader",
                  "of nbgrader's", (1 / 4, 1 / 8), [a.cpu / b.cpu for a, b in pairs],
                  wall_ratios=[round(a.wall / b.wall, 3) for a, b in pairs], **detail)  # fmt: skip


def tried(assignment: Assignment) -> meter.Used:
    """Grade a solved notebook with `autograder try`."""
    folder = pupils.place()
    file = folder / assignment.built.name
    file.write_text(pupils.kinds(assignment)[0], encoding="utf-8")
    words = [*pupils.AUTOGRADER, "try", assignment.name, str(file), "--json"]
    used = meter.run(words, env=pupils.ENVIRONMENT)
    if used.status:
        raise RuntimeError(f"autograder try {assignment.name}: {used.output[-2000:]}")
    return used


def autograded(assignment: Assignment) -> meter.Used:
    """Grade the same notebook with nbgrader."""
    folder = pupils.place()
    classic.make(assignment, folder)
    pupils.hand_in(assignment, CourseFolder(folder), 1)
    return classic.autograde(assignment, folder)
