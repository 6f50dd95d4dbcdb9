"""What `nbgrader autograde` and formgrader's button do in a course folder: the same as `grade`.

nbgrader hands each notebook to an exporter, which runs it. The course folder's settings name ours
instead: it has `autograder grade` run all of them in the sandbox, in a process of its own, so that
neither nbgrader nor a Jupyter server ever holds student code, hidden tests or their modules.
"""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbgrader.converters.base import NbGraderException
from traitlets import Unicode

from autograder import autograded, config, verdicts
from autograder.attempts import SECRET, TIMESTAMP, attempt_in, numbered
from autograder.core.errors import AutograderError, UserError
from autograder.extensions import rules_of
from autograder.folder import CourseFolder
from autograder.gradebook import Gradebook
from autograder.marking import with_attempts

KEPT = (TIMESTAMP, SECRET)


class SandboxExporter(NotebookExporter):
    """Takes the place of nbgrader's exporter: grades in the sandbox, exports what was found."""

    course = Unicode(help="The folder that holds course_config.py.").tag(config=True)
    sandbox = Unicode("full", help="As in `autograder grade --sandbox`.").tag(config=True)

    def __init__(self, **settings: Any) -> None:
        """Grade; nbgrader makes one exporter for each command, before it touches a submission."""
        super().__init__(**settings)  # type: ignore[no-untyped-call] # nbconvert's
        command: Any = self.parent
        self._folder = CourseFolder(Path(command.coursedir.root))
        try:
            refuse_other_gradebook(self._folder, command.coursedir.db_url)
            students = sorted(chosen(command.assignments, command.coursedir.student_id_exclude))
            if students:
                self._grade(command.coursedir.assignment_id, students, command.force)
        except AutograderError as error:
            self.log.error("%s", error)
            raise NbGraderException(str(error)) from None

    def from_filename(
        self, filename: str, resources: Any = None, **settings: Any
    ) -> tuple[Any, dict[str, Any]]:
        """The text of a student's graded notebook, whatever lies in `filename`."""
        names = resources["nbgrader"]
        file = self._folder.autograded_notebook(
            names["student"], names["assignment"], names["notebook"]
        )
        restore(self._folder, Path(self.course), names["assignment"], names["student"])
        remove_others(file.parent, self._folder.source / names["assignment"])
        text = file.read_text(encoding="utf-8")
        return text, {**resources, "output_extension": self.file_extension}

    def _grade(self, assignment: str, students: Iterable[str], anew: bool) -> None:
        """Run `autograder grade`, whose lines go to nbgrader's log; UserError where it fails."""
        options = [f"--course={self._folder.root}", f"--sandbox={self.sandbox}"]
        options += [f"--student={student}" for student in students] + ["--regrade"] * anew
        said = [""]
        with subprocess.Popen(
            [sys.executable, "-P", "-m", "autograder", "grade", assignment, *options],
            cwd=config.find_root(Path(self.course)),
            env=os.environ | {"COLUMNS": "1000"},  # a line for each message
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        ) as grading:
            for line in grading.stderr or ():
                said.append(line.strip())
                self.log.info("autograder grade: %s", said[-1])
        if grading.returncode:
            raise UserError(said[-1] or f"autograder grade: status {grading.returncode}")


def chosen(assignments: Iterable[str], excluded: str) -> set[str]:
    """The students behind nbgrader's list of folders, `submitted/<student>/<assignment>`."""
    return {Path(folder).parent.name for folder in assignments} - set(excluded.split(","))


def refuse_other_gradebook(folder: CourseFolder, url: str) -> None:
    """UserError where nbgrader was told to use a database that is not the course folder's."""
    here = folder.database_url
    if not folder.server:  # two ways to one file are the same
        url = f"sqlite:///{Path(url.removeprefix('sqlite:///')).resolve()}"
    if url != here:
        remedy = "Leave out `--db`"
        raise UserError(f"{url}: points are written to {folder.book} only. {remedy}")


def restore(folder: CourseFolder, course: Path, name: str, student: str) -> None:
    """Bring back what nbgrader has overwritten since we graded.

    `--force` and the button clear the folder in `autograded/`. And every time it enters the time
    of the last attempt, also where another one counts.
    """
    assignment = config.load_assignment(config.load_course(course), name)
    verdict = verdicts.counting(folder, name, student)
    if verdict is None:
        raise UserError(f"{student}: not graded yet. Run `autograder grade {name}`")
    rules = rules_of(assignment, folder)
    with Gradebook(folder) as gradebook:
        gradebook.settle(name, rules, {student: verdict.handed_in})
    if folder.autograded_notebook(student, name, assignment.notebook).is_file():
        return
    place = numbered(folder, name, student)[verdict.attempt - 1]
    notebook, _ = attempt_in(place).content(f"{assignment.notebook}.ipynb")
    autograded.write(assignment, folder, student, notebook, with_attempts(verdict, rules))


def remove_others(target: Path, source: Path) -> None:
    """Remove a student's files that nbgrader copied: formgrader would serve their HTML as its own.

    Files of the instructor, which nbgrader took from `source/`, stay.
    """
    for file in sorted(target.rglob("*")):
        ours = file.parent == target and (file.suffix == ".ipynb" or file.name in KEPT)
        if not (ours or file.is_dir() or (source / file.relative_to(target)).is_file()):
            file.unlink()
