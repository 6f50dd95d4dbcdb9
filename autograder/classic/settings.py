"""Reads a classic course's own settings: nbgrader_config.py by nbgrader, autograder.toml by us."""

import contextlib
import logging
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder import config
from autograder.core.errors import CourseError, UserError
from autograder.core.limits import Limits
from autograder.folder import CourseFolder, part

MARK = "autograder.toml"
NBGRADER_CONFIG = "nbgrader_config.py"
GENERATED = "Generated from course_config.py"  # in the settings of courses of ours
SQLITE = "sqlite:///"
SANDBOXED = "autograder.classic.execute.SandboxExecute"  # our step for nbgrader's autograder
UNLIMITED = 3600.0  # seconds of one cell, where the course sets no timeout
ROUNDS = 20  # cells that may use up all their time before a notebook's time is up
MARK_TEXT = """\
# Written by `autograder adopt`: this course's notebooks are graded in the sandbox.
# nbgrader's own settings stay where they are, in nbgrader_config.py.

workers = 0  # submissions side by side; 0: one per processor

[limits]  # of one notebook; without a line here, cell_seconds is nbgrader's timeout
# cell_seconds = 30
# total_seconds = 600
# memory_mb = 2048
"""


@dataclass(frozen=True)
class ClassicFolder(CourseFolder):
    """A classic course: where its steps lie, and the settings of nbgrader's that count here."""

    structure: str = "{nbgrader_step}/{student_id}/{assignment_id}"
    steps: dict[str, str] = field(default_factory=dict)
    database: Path = Path("gradebook.db")
    ignored: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()  # students who are not graded
    limits: Limits = field(default_factory=Limits)
    workers: int = 0
    restores: bool = False
    notice: str = ""  # the line above a cell that is put back, as nbgrader words it
    delimiters: tuple[tuple[str, str], ...] = ()  # the course's own, each with the usual one
    kept: dict[str, frozenset[str]] = field(default_factory=dict)  # files, by assignment
    penalties: Any = None  # nbgrader's AssignLatePenalties, with the course's plugin
    unused: tuple[str, ...] = ()  # settings that have no effect here
    protected: bool = False  # whether `nbgrader autograde` itself runs cells in the sandbox

    @property
    def gradebook(self) -> Path:
        return self.database

    @property
    def server(self) -> str:
        return ""

    @property
    def unready(self) -> str:
        if self.gradebook.is_file():
            return ""
        return "there is no gradebook yet. Type there: nbgrader generate_assignment ASSIGNMENT"

    def place(self, step: str, student: str, assignment: str) -> Path:
        """Where nbgrader keeps one step of one submission."""
        names = {"nbgrader_step": self.steps[step], "student_id": student}
        return self.root / self.structure.format(**names, assignment_id=assignment)

    def source_of(self, assignment: str) -> Path:
        """The folder of an assignment's master version."""
        return self.place("source", ".", part(assignment))

    def students(self, assignment: str) -> list[str]:
        """Everybody with a folder of the assignment among the submissions."""
        sign = "\0"
        shape = re.escape(str(self.place("submitted", sign, part(assignment))))
        known = re.compile(shape.replace(re.escape(sign), r"(?P<student>[^/]+)", 1))
        found = self.root.glob(str(self.place("submitted", "*", assignment).relative_to(self.root)))
        matches = (known.match(str(path)) for path in found if is_folder(path))
        names = {match["student"] for match in matches if match}
        return sorted(name for name in names - self.excluded if not name.startswith("."))


def is_folder(path: Path) -> bool:
    """Whether a path is a folder itself, not a link to one."""
    return path.is_dir() and not path.is_symlink()


def is_classic(folder: Path) -> bool:
    """Whether a folder was adopted."""
    return (folder / MARK).is_file()


def refuse(folder: Path) -> None:
    """UserError where a folder is an nbgrader course of somebody's, not one of ours."""
    config = folder / NBGRADER_CONFIG
    ours = not config.exists() or GENERATED in config.read_text(encoding="utf-8")
    if is_classic(folder):
        what = "is an adopted nbgrader course: of our commands, `grade` and `formgrader` work there"
        raise UserError(f"{folder}: {what}. Use nbgrader's own for the rest, e.g. "
                        "`nbgrader generate_feedback ASSIGNMENT`")  # fmt: skip
    if not ours:
        what = f"holds an {NBGRADER_CONFIG} that is not ours"
        raise UserError(f"{folder}: {what}. Run `autograder adopt {folder}` first")


def adopt(folder: Path) -> ClassicFolder:
    """Write the mark of an adopted course where it is missing; UserError where it is no course."""
    course = open_course(folder)
    if not (folder / MARK).exists():
        (folder / MARK).write_text(MARK_TEXT, encoding="utf-8")
    return course


def open_course(folder: Path) -> ClassicFolder:
    """The classic course in a folder, its settings read by nbgrader itself."""
    root = folder.absolute()
    if not root.is_dir():
        raise UserError(f"{folder}: no such folder. Name the folder of an nbgrader course")
    refuse_other_courses(folder)
    app = started(root)
    directory = app.coursedir
    if Path(directory.root).resolve() != root.resolve():
        what = f"CourseDirectory.root is {directory.root}, not this folder"
        raise CourseError(root / NBGRADER_CONFIG, what, "Correct it, or adopt that folder")
    steps = ("source", "release", "submitted", "autograded", "feedback")
    course = ClassicFolder(
        root,
        structure=directory.directory_structure,
        steps={step: getattr(directory, f"{step}_directory") for step in steps},
        database=database_file(directory.db_url, root),
        ignored=tuple(directory.ignore),
        excluded=frozenset(filter(None, directory.student_id_exclude.split(","))),
    )
    with readable(root):
        course = with_preprocessors(course, app)
    return with_mark(course)


def refuse_other_courses(folder: Path) -> None:
    """UserError where a folder is no nbgrader course, or one that is ours already."""
    ours = folder / NBGRADER_CONFIG
    if ours.is_file() and GENERATED in ours.read_text(encoding="utf-8"):
        remedy = "There, `autograder grade ASSIGNMENT` works without `adopt`"
        raise UserError(f"{folder}: belongs to a course of the autograder's own. {remedy}")
    if not any((folder / name).exists() for name in (NBGRADER_CONFIG, "source", "gradebook.db")):
        what = f"neither {NBGRADER_CONFIG} nor source/ nor gradebook.db is there"
        raise UserError(f"{folder}: no nbgrader course ({what}). Name the course's folder")


def started(root: Path) -> Any:
    """nbgrader's application with the settings that count in a folder."""
    from nbgrader.apps import NbGrader

    app = NbGrader(log_level="ERROR")
    complaints = Complaints()
    app.log.handlers[:] = [complaints]
    app.log.propagate = False
    with contextlib.chdir(root), readable(root):
        app.initialize([], root=str(root))
    for error in complaints.errors:
        where = config.where_in(root / NBGRADER_CONFIG, error)
        raise CourseError(where, f"{type(error).__name__}: {error}", "Correct that line")
    return app


class Complaints(logging.Handler):
    """Keeps the errors that nbgrader only logs while it reads its settings."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[Exception] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and isinstance(record.exc_info[1], Exception):
            self.errors.append(record.exc_info[1])


@contextlib.contextmanager
def readable(root: Path) -> Iterator[None]:
    """A setting that nbgrader does not take ends in one sentence."""
    from traitlets import TraitError

    try:
        yield
    except TraitError as error:
        raise CourseError(root / NBGRADER_CONFIG, str(error).rstrip("."), "Correct it") from None
    except SystemExit:
        remedy = "`nbgrader autograde --help` in that folder says why; correct the file"
        raise CourseError(root / NBGRADER_CONFIG, "nbgrader cannot read it", remedy) from None


def database_file(url: str, root: Path) -> Path:
    """The gradebook's file; UserError for another kind of database."""
    if not url.startswith(SQLITE):
        remedy = "Set CourseDirectory.db_url to an SQLite file"
        raise UserError(f"{root}: the gradebook is no SQLite file ({url.split(':')[0]}). {remedy}")
    return root / url.removeprefix(SQLITE)


def with_preprocessors(course: ClassicFolder, app: Any) -> ClassicFolder:
    """The course with what it sets for nbgrader's autograder."""
    from nbgrader import preprocessors
    from nbgrader.converters import Autograde

    autograde = Autograde(coursedir=app.coursedir, parent=app)
    seconds = seconds_of(preprocessors.Execute(parent=app).timeout)
    overwriting = preprocessors.OverwriteCells(parent=app)
    penalties = preprocessors.AssignLatePenalties(parent=app)
    penalties.init_plugin()
    given = set(app.config.get("Autograde", {}))
    ours = SANDBOXED in map(str, autograde.autograde_preprocessors)
    return replace(
        course,
        limits=limits_for(seconds, {}),
        restores=overwriting.add_missing_cells,
        notice=overwriting.missing_cell_notification,
        delimiters=tuple(own_delimiters(app)),
        kept={name: frozenset(files) for name, files in autograde.exclude_overwriting.items()},
        penalties=penalties,
        unused=tuple(sorted(given & UNUSED - ({"autograde_preprocessors"} if ours else set()))),
        protected=ours,
    )


UNUSED = {
    "autograde_preprocessors",
    "sanitize_preprocessors",
    "pre_convert_hook",
    "post_convert_hook",
    "exporter_class",
}


def own_delimiters(app: Any) -> Iterator[tuple[str, str]]:
    """What a course writes instead of BEGIN SOLUTION and its like, each with the usual words."""
    from nbgrader import preprocessors

    kinds = (
        preprocessors.ClearSolutions,
        preprocessors.ClearHiddenTests,
        preprocessors.ClearMarkScheme,
    )
    for kind in kinds:
        for name, trait in kind.class_traits().items():
            own, usual = getattr(kind(parent=app), name, ""), trait.default_value
            if name.endswith("_delimeter") and own != usual:  # nbgrader's spelling
                yield own, usual


def seconds_of(timeout: Any) -> float:
    """nbgrader's timeout of a cell, where None and -1 mean none."""
    return float(timeout) if timeout and timeout > 0 else UNLIMITED


def limits_for(seconds: float, given: dict[str, Any], file: Path = Path(MARK)) -> Limits:
    """A classic notebook's limits: wider than ours, as nbgrader has none besides the timeout."""
    seconds = given.get("cell_seconds", seconds)
    total = ROUNDS * seconds if isinstance(seconds, int | float) else 1.0
    wide = {"total_seconds": total, "cpu_seconds": total, "memory_mb": 2048.0}
    wide |= {"scratch_mb": 256.0, "file_mb": 128.0, "output_kb": 200.0}
    return config.limits(file, {"cell_seconds": seconds} | wide | given)


def with_mark(course: ClassicFolder) -> ClassicFolder:
    """The course with the settings of its autograder.toml, where there is one."""
    given = read_mark(course.root / MARK)
    limits = limits_in(course.root, course.limits.cell_seconds)
    return replace(course, workers=given.get("workers", 0), limits=limits)


def limits_in(root: Path, seconds: float) -> Limits:
    """The limits of a course whose cells have so many seconds by nbgrader's settings."""
    return limits_for(seconds, read_mark(root / MARK).get("limits", {}), root / MARK)


def read_mark(file: Path) -> dict[str, Any]:
    """What an autograder.toml says, checked; nothing where there is none."""
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise CourseError(file, f"no TOML ({error})", "Correct that line") from None
    config.known_keys(file, given, ("workers", "limits"))
    workers, limits = given.get("workers", 0), given.get("limits", {})
    if not isinstance(workers, int) or workers < 0:
        raise CourseError(file, f"`workers` is {workers!r}", "Write e.g. workers = 4")
    if not isinstance(limits, dict):
        raise CourseError(file, "`limits` is no table", "Write [limits] on a line of its own")
    return given
