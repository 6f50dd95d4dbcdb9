"""The course as one value, checked when made."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.core.rules import COUNTING, Late, Rules, moment

SERVER = "postgresql+psycopg://"
EXAMPLE = f"{SERVER}teacher:${{PASSWORD}}@localhost/course"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Course:
    """What `course_config.py` says.

    `name` is nbgrader's course id, `assignments` the folders below `assignments/` in the order of
    the lecture, `seed` what all randomness of the hidden tests comes from, `workers` how many
    submissions run side by side (0: one for each processor), `data` a folder with MNIST's files
    (without it, AUTOGRADER_DATA, the user's cache or the embedded digits are used). `due` holds the
    due dates by assignment, `late` what it costs to be late, `counting` which attempt of a student
    counts (last, best, first), `attempts` how many of them do at most (0: any number), `database`
    the address of a PostgreSQL server for the gradebook (without it, a file in the course folder).
    """

    name: str
    assignments: list[str] = field(default_factory=list)
    seed: int = 0
    workers: int = 0
    data: str | None = None
    due: Mapping[str, str | None] = field(default_factory=dict)
    late: Late = field(default_factory=Late)
    counting: str = "last"
    attempts: int = 0
    database: str = ""
    root: Path = Path(".")

    def __post_init__(self) -> None:
        for problem in self._problems():
            raise ValueError(problem)

    def _problems(self) -> list[str]:
        problems = []
        if not isinstance(self.name, str) or not NAME.fullmatch(self.name):
            problems.append(f"name {self.name!r} must be letters, digits, '-' and '_'")
        if not isinstance(self.assignments, list | tuple) or not self.assignments:
            problems.append(
                'assignments must be a list of folder names, such as ["01_convolution"]'
            )
            return problems
        for assignment in self.assignments:
            if not isinstance(assignment, str) or not NAME.fullmatch(assignment):
                problems.append(f"assignment {assignment!r} must be letters, digits, '-' and '_'")
        if len(set(self.assignments)) < len(self.assignments):
            problems.append("assignments names one folder twice; name each once")
        if self.database != "" and not str(self.database).startswith(SERVER):
            problems.append(f"database {self.database!r} is no address such as {EXAMPLE}")
        for name in ("seed", "workers", "attempts"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                problems.append(f"{name} is {value!r}; use a whole number of 0 or more")
        return [*problems, *self._problems_of_rules()]

    def _problems_of_rules(self) -> list[str]:
        problems = []
        if not isinstance(self.late, Late):
            problems.append(f"late is {self.late!r}; write such as Late(percent_per_day=10)")
        if self.counting not in COUNTING:
            problems.append(f"counting is {self.counting!r}; use one of: {', '.join(COUNTING)}")
        if not isinstance(self.due, Mapping):
            return [*problems, 'due must be a mapping, such as {"01_a": "2026-11-30 23:59 UTC"}']
        for name in self.due:
            if name not in self.assignments:
                known = ", ".join(self.assignments)
                problems.append(f"due names {name!r}, which is not among the assignments: {known}")
                continue
            try:
                self.rules(name)
            except ValueError as error:
                problems.append(f"due of {name} {error}")
        return problems

    def rules(self, assignment: str) -> Rules:
        """What holds for an assignment's grades, without extensions."""
        given = self.due.get(assignment)
        never = assignment in self.due and given is None
        due = None if given is None else moment(given)
        return Rules(due, never, self.late, self.counting, self.attempts)
