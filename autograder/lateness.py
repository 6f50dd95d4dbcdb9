"""Lets nbgrader's own commands take off what `course_config.py` says for being late.

nbgrader enters a penalty when it autogrades, and marks that are given by hand come afterwards. So
it is reckoned anew before points are exported and before a page of feedback is made.
"""

from pathlib import Path
from typing import Any

from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.plugins.export import CsvExportPlugin
from nbgrader.preprocessors import GetGrades
from traitlets import Unicode

from autograder import config
from autograder.core.errors import AutograderError
from autograder.extensions import rules_of
from autograder.folder import CourseFolder
from autograder.gradebook import Gradebook

COURSE = "The folder that holds course_config.py."
FOLDER = "The working course folder."


class CoursePolicy(LateSubmissionPlugin):  # type: ignore[misc] # nbgrader has no types
    """The course's own rule, for nbgrader's AssignLatePenalties."""

    course = Unicode(help=COURSE).tag(config=True)

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float:
        """The points to take off."""
        return config.load_course(Path(self.course)).late.penalty(score, total_seconds_late)


class SettledExport(CsvExportPlugin):  # type: ignore[misc] # nbgrader has no types
    """nbgrader's table of points, with penalties that know the marks given by hand."""

    course = Unicode(help=COURSE).tag(config=True)
    folder = Unicode(help=FOLDER).tag(config=True)

    def export(self, gradebook: Any) -> None:
        """Settle every assignment of the course, then write the table."""
        names = [each.name for each in gradebook.assignments]
        gradebook.db.rollback()  # or its first look would be what it goes on seeing
        known = config.load_course(Path(self.course)).assignments
        for name in names:
            if name in known:
                settle(self, name)
        super().export(gradebook)


class SettledGrades(GetGrades):  # type: ignore[misc] # nbgrader has no types
    """nbgrader's step that puts points into a notebook, after the penalties were settled."""

    course = Unicode(help=COURSE).tag(config=True)
    folder = Unicode(help=FOLDER).tag(config=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._settled: set[str] = set()

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Settle the assignment, once, then go on as nbgrader does."""
        name = resources["nbgrader"]["assignment"]
        if name not in self._settled:
            settle(self, name)
            self._settled.add(name)
        found: tuple[Any, Any] = super().preprocess(nb, resources)
        return found


def settle(step: Any, name: str) -> None:
    """Bring an assignment's penalties up to date; what keeps us from that is logged."""
    folder = CourseFolder(Path(step.folder))
    try:
        assignment = config.load_assignment(config.load_course(Path(step.course)), name)
        with Gradebook(folder) as gradebook:
            gradebook.settle(name, rules_of(assignment, folder))
    except AutograderError as error:
        step.log.error("Penalties are not up to date: %s", error)
