"""The working course: a folder in nbgrader's layout, in which nbgrader's own commands work too."""

import ast
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from autograder.core.course import Course
from autograder.core.errors import UserError

STEPS = ("source", "release", "submitted", "autograded", "feedback", "results", "exchange")
IN_CONFIG = """\

# The gradebook's server; what stands there as ${{NAME}} is taken from the environment.
from autograder.folder import filled  # noqa: E402
database = {url!r}
c.CourseDirectory.db_url = filled(database)
"""
DATABASE = re.compile(r"(?m)^database = (['\"].*['\"])$")  # the same line, to be read
VARIABLE = re.compile(r"\$\{(\w+)\}")
PASSWORD = re.compile(r"(://[^:/@]*):[^@]*@")
CONFIG = '''\
"""nbgrader's settings for this folder.

Generated from course_config.py: what is changed here is overwritten. The folder may be moved.
"""

from pathlib import Path

here = Path(__file__).resolve().parent

c = get_config()  # noqa: F821 - given by nbgrader
c.CourseDirectory.course_id = {name!r}
c.CourseDirectory.root = str(here)
c.Exchange.root = str(here / "exchange")
{database}
# Your own settings: nbgrader_own_config.py beside this file is read here and never written.
if (here / "nbgrader_own_config.py").is_file():
    load_subconfig("nbgrader_own_config.py", path=str(here))  # noqa: F821 - given by nbgrader

# `nbgrader autograde` and formgrader's button run student code in the sandbox and judge it by the
# hidden tests, as `autograder grade` does.
c.Autograde.exporter_class = "autograder.dropin.SandboxExporter"
c.SandboxExporter.course = str((here / {course!r}).resolve())

# What lateness costs is said in course_config.py. It is taken off what is earned at the moment,
# marks by hand included, so it is reckoned anew before anything leaves the gradebook.
c.AssignLatePenalties.plugin_class = "autograder.lateness.CoursePolicy"
c.CoursePolicy.course = c.SandboxExporter.course
c.ExportApp.plugin_class = "autograder.lateness.SettledExport"
c.SettledExport.course = c.SettledGrades.course = c.SandboxExporter.course
c.SettledExport.folder = c.SettledGrades.folder = str(here)
c.GenerateFeedback.preprocessors = [
    "autograder.lateness.SettledGrades",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# nbgrader's own list without ClearSolutions and ClearHiddenTests. The notebooks in source/ hold
# stubs and no hidden tests; ClearSolutions would replace signature and docstring as well.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]
'''


@dataclass(frozen=True)
class CourseFolder:
    """Where everything of a running course lies; only `make` touches the disk."""

    root: Path

    @property
    def source(self) -> Path:
        return self.root / "source"

    @property
    def release(self) -> Path:
        return self.root / "release"

    @property
    def submitted(self) -> Path:
        return self.root / "submitted"

    @property
    def autograded(self) -> Path:
        return self.root / "autograded"

    @property
    def feedback(self) -> Path:
        return self.root / "feedback"

    @property
    def results(self) -> Path:
        return self.root / "results"

    @property
    def attempts(self) -> Path:
        return self.root / "attempts"

    @property
    def extensions(self) -> Path:
        return self.root / "extensions.csv"

    @property
    def exchange(self) -> Path:
        return self.root / "exchange"

    @property
    def gradebook(self) -> Path:
        return self.root / "gradebook.db"

    @property
    def server(self) -> str:
        """The address of the gradebook's server, as in course_config.py; empty for a file."""
        text = self.config.read_text(encoding="utf-8") if self.config.is_file() else ""
        found = DATABASE.search(text)
        return str(ast.literal_eval(found[1])) if found else ""

    @property
    def database_url(self) -> str:
        """The gradebook for SQLAlchemy, as nbgrader has it in this folder."""
        return filled(self.server) or f"sqlite:///{self.gradebook.resolve()}"

    @property
    def book(self) -> str:
        """The gradebook's place in words: a file, or an address without its password."""
        return PASSWORD.sub(r"\1@", self.server) or str(self.gradebook)

    @property
    def config(self) -> Path:
        return self.root / "nbgrader_config.py"

    @property
    def unready(self) -> str:
        """Why there is nothing to mark yet, and what to do; empty where there is something."""
        if any(self.release.glob("*/*.ipynb")):
            return ""
        return "nothing is released yet. Run `autograder release ASSIGNMENT` first"

    def source_notebook(self, assignment: str, notebook: str) -> Path:
        return self.source / part(assignment) / f"{part(notebook)}.ipynb"

    def release_notebook(self, assignment: str, notebook: str) -> Path:
        return self.release / part(assignment) / f"{part(notebook)}.ipynb"

    def submitted_notebook(self, student: str, assignment: str, notebook: str) -> Path:
        return self.submitted / part(student) / part(assignment) / f"{part(notebook)}.ipynb"

    def autograded_notebook(self, student: str, assignment: str, notebook: str) -> Path:
        return self.autograded / part(student) / part(assignment) / f"{part(notebook)}.ipynb"

    def feedback_page(self, student: str, assignment: str, notebook: str) -> Path:
        return self.feedback / part(student) / part(assignment) / f"{part(notebook)}.html"

    def result(self, student: str, assignment: str) -> Path:
        return self.results / part(assignment) / f"{part(student)}.json"

    def make(self, course: Course) -> None:
        """Create what is missing and bring nbgrader_config.py up to date; safe to repeat."""
        try:
            for step in STEPS:
                (self.root / step).mkdir(parents=True, exist_ok=True)
            server = IN_CONFIG.format(url=course.database) if course.database else ""
            way = self._way_to(course.root)
            text = CONFIG.format(name=course.name, course=way, database=server)
            if not self.config.is_file() or self.config.read_text(encoding="utf-8") != text:
                self.config.write_text(text, encoding="utf-8")
        except OSError as error:
            what = f"cannot be written ({error.strerror})"
            raise UserError(f"{error.filename}: {what}. Make the folder writable") from None

    def _way_to(self, course: Path) -> str:
        """The way to course_config.py: from here, where the two can be moved together."""
        here, there = self.root.resolve(), course.resolve()
        return os.path.relpath(there, here) if here.is_relative_to(there) else str(there)


def course_folder(course: Course) -> CourseFolder:
    """The working folder of a course, beside its course_config.py."""
    return CourseFolder(course.root / "course")


def filled(address: str) -> str:
    """An address with each ${NAME} from the environment; UserError where one is not set."""

    def value(name: re.Match[str]) -> str:
        if name[1] not in os.environ:
            what = f"database in course_config.py: the variable {name[1]} is not set"
            raise UserError(f"{what}. Set it, such as export {name[1]}=…, then run this again")
        return quote(os.environ[name[1]], safe="")

    return VARIABLE.sub(value, address)


def part(name: str) -> str:
    """`name`, which may come from a student, as one part of a path; UserError where it is none."""
    if name in ("", ".", "..") or set(name) & set("/\\\0"):
        raise UserError(f"{name!r} cannot be part of a path. Use letters, digits, '-', '_' and '.'")
    return name
