"""The course as one value, checked when made."""

import re
from dataclasses import dataclass, field
from pathlib import Path

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Course:
    """What `course_config.py` says.

    `name` is nbgrader's course id, `assignments` the folders below `assignments/` in the order of
    the lecture, `seed` what all randomness of the hidden tests comes from, `workers` how many
    submissions run side by side (0: one for each processor), `data` a folder with MNIST's files
    (without it, AUTOGRADER_DATA, the user's cache or the embedded digits are used).
    """

    name: str
    assignments: list[str] = field(default_factory=list)
    seed: int = 0
    workers: int = 0
    data: str | None = None
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
        for name in ("seed", "workers"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                problems.append(f"{name} is {value!r}; use a whole number of 0 or more")
        return problems
