"""Reads course_config.py and assignment.yaml; every complaint says file, key and remedy."""

import dataclasses
import difflib
import os
import runpy
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from autograder.core.assignment import Assignment, Question
from autograder.core.course import Course
from autograder.core.errors import CourseError, UserError
from autograder.core.forbidden import with_unseen
from autograder.core.limits import Limits
from autograder.core.result import exact

CONFIG = "course_config.py"
KEYS = ("title", "notebook", "reference", "questions", "limits", "imports", "data", "forbidden")
FORBIDDEN_KEYS = ("forbid", "everywhere", "questions")
POLICIES = ("zero", "review")
IMPORTABLE = ("torch", "torch.optim", "sklearn", "scipy")
QUESTION_KEYS = ("points", "written", "rubric")


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` that holds course_config.py."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / CONFIG).is_file():
            return folder
    raise UserError(
        f"{start}: no {CONFIG} here or above. Change into the folder of the course and try again"
    )


def here() -> Path:
    """The current folder; UserError where somebody has removed it."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise UserError(
            "The current folder is gone. Change into the course and try again"
        ) from None


def load_course(start: Path | None = None) -> Course:
    """The `course` of the nearest course_config.py."""
    root = find_root(start or here())
    file = root / CONFIG
    try:
        names = runpy.run_path(str(file))
    except (Exception, SystemExit) as error:  # whatever the author's file raises
        what = "it ends the program" if isinstance(error, SystemExit) else str(error)
        raise CourseError(where_in(file, error), what, "Correct that line") from error
    course = names.get("course")
    if not isinstance(course, Course):
        remedy = 'End the file with: course = Course("name", assignments=["01_convolution"])'
        raise CourseError(file, "it defines no `course`", remedy)
    if course.data:  # hidden tests and workers look there
        os.environ.setdefault("AUTOGRADER_DATA", str(root / course.data))
    return replace(course, root=root)


def where_in(file: Path, error: BaseException) -> str:
    """`file:line` of the author's line behind an error."""
    if isinstance(error, SyntaxError):
        return f"{file}:{error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
             if frame.filename == str(file)]  # fmt: skip
    return f"{file}:{lines[-1]}" if lines else str(file)


def load_assignment(course: Course, name: str) -> Assignment:
    """The assignment called `name`, also one the course does not list yet; else a suggestion."""
    folder = course.root / "assignments" / name
    if name not in course.assignments and not (folder / "assignment.yaml").is_file():
        hint = did_you_mean(name, course.assignments)
        raise UserError(f"assignment {name!r} is not known{hint} {', '.join(course.assignments)}")
    return read_assignment(folder, course)


def assignment_at(folder: Path) -> Assignment:
    """The assignment in `folder`, whether or not the course lists it yet."""
    return read_assignment(folder.resolve(), load_course(folder))


def read_assignment(folder: Path, course: Course) -> Assignment:
    """The assignment that `folder`/assignment.yaml describes."""
    file = folder / "assignment.yaml"
    given = read_mapping(file)
    known_keys(file, given, KEYS)
    for key in ("title", "notebook", "reference"):
        if not isinstance(given.get(key), str) or not given[key].strip():
            raise CourseError(file, f"`{key}` is missing or not a text", f"Add a line `{key}: …`")
    return Assignment(
        name=folder.name,
        title=given["title"],
        notebook=given["notebook"],
        folder=folder,
        reference_folder=course.root / "reference",
        reference=given["reference"],
        questions=tuple(questions(file, given.get("questions"))),
        limits=limits(file, given.get("limits") or {}),
        seed=course.seed,
        forbidden=forbidden(file, given),
        forbid=(given.get("forbidden") or {}).get("forbid", "review"),
        imports=imports(file, given.get("imports") or []),
        data=yes_or_no(file, "data", given.get("data", False)),
    )


def read_mapping(file: Path) -> dict[str, Any]:
    """The YAML mapping in `file`."""
    try:
        given = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        remedy = f"Write one, or run `autograder new {file.parent.name}`"
        raise CourseError(file, "the file is missing", remedy) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        what = " ".join(str(error).split())
        raise CourseError(file, what, "Correct the YAML at that place") from None
    if not isinstance(given, dict):
        raise CourseError(file, "it is no mapping of keys to values", f"Keys: {', '.join(KEYS)}")
    return given


def known_keys(file: Path, given: Mapping[Any, Any], known: Iterable[str], of: str = "") -> None:
    """Refuse a key that nobody reads, with the nearest that somebody does."""
    for key in given:
        if key not in known:
            what = f"unknown key `{of}{key}`"
            raise CourseError(
                file, what, f"Known{did_you_mean(str(key), known)} {', '.join(known)}"
            )


def questions(file: Path, given: Any) -> Iterable[Question]:
    """The questions in their order."""
    if not isinstance(given, dict) or not given:
        remedy = "Write one line for each, `name: points`"
        raise CourseError(file, "`questions` is missing or empty", remedy)
    for id, entry in given.items():
        yield question(file, str(id), entry)


def question(file: Path, id: str, entry: Any) -> Question:
    """One question: a number of points, or a mapping for a written answer."""
    if not isinstance(entry, dict):
        entry = {"points": entry}
    known_keys(file, entry, QUESTION_KEYS, of=f"questions.{id}.")
    points = entry.get("points")
    if not is_worth(points):
        what = f"`questions.{id}` has {points!r} points"
        raise CourseError(file, what, "Give a number above 0")
    rubric = entry.get("rubric") or {}
    if not isinstance(rubric, dict) or not all(map(is_worth, rubric.values())):
        what = f"the rubric of `questions.{id}` is no mapping of texts to points"
        raise CourseError(file, what, 'Write e.g. `rubric: {"names a reason": 1}`')
    if rubric and exact(sum(rubric.values())) != points:
        what = f"the rubric of `questions.{id}` sums to {sum(rubric.values()):g}, not {points:g}"
        raise CourseError(file, what, "Make the two equal")
    return Question(id, points, bool(entry.get("written")), tuple(rubric.items()))


def is_worth(points: Any) -> bool:
    """Whether a value of the YAML file is a number of points."""
    number = isinstance(points, int | float) and not isinstance(points, bool)
    return number and 0 < points < float("inf")


def limits(file: Path, given: Any) -> Limits:
    """The limits, defaults where the file is silent."""
    if not isinstance(given, dict):
        raise CourseError(file, "`limits` is no mapping", "Write e.g. `limits: {call_seconds: 5}`")
    known_keys(file, given, [field.name for field in dataclasses.fields(Limits)], of="limits.")
    try:
        return Limits(**given)
    except ValueError as error:
        what, _, remedy = str(error).partition("; ")
        key, _, rest = what.partition(" ")
        raise CourseError(file, f"`limits.{key}` {rest}", remedy.capitalize()) from None


def forbidden(file: Path, given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The library names that each question does not allow."""
    entry = given.get("forbidden") or {}
    if not isinstance(entry, dict):
        raise CourseError(file, "`forbidden` is no mapping", f"Keys: {', '.join(FORBIDDEN_KEYS)}")
    known_keys(file, entry, FORBIDDEN_KEYS, of="forbidden.")
    if entry.get("forbid", "review") not in POLICIES:
        what = f"`forbidden.forbid` is {entry['forbid']!r}"
        raise CourseError(file, what, f"Use one of: {', '.join(POLICIES)}")
    own = entry.get("questions") or {}
    if not isinstance(own, dict):
        raise CourseError(file, "`forbidden.questions` is no mapping", "Write `name: [names]`")
    coded = [each.id for each in questions(file, given.get("questions")) if not each.written]
    known_keys(file, own, coded, of="forbidden.questions.")
    everywhere = names(file, "everywhere", entry.get("everywhere") or [])
    found = {id: everywhere + names(file, f"questions.{id}", own.get(id) or []) for id in coded}
    return {id: with_unseen(listed) for id, listed in found.items() if listed}


def names(file: Path, key: str, given: Any) -> tuple[str, ...]:
    """A list of dotted names."""
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        what = f"`forbidden.{key}` is no list of names"
        raise CourseError(file, what, "Write e.g. [numpy.convolve, scipy.signal]")
    return tuple(given)


def imports(file: Path, given: Any) -> tuple[str, ...]:
    """The modules that the warm process imports before it forks."""
    if not isinstance(given, list) or not all(name in IMPORTABLE for name in given):
        what = "`imports` must be a list of modules that are slow to import"
        raise CourseError(file, what, f"Known: {', '.join(IMPORTABLE)}")
    return tuple(given)


def yes_or_no(file: Path, key: str, given: Any) -> bool:
    """A truth value."""
    if not isinstance(given, bool):
        raise CourseError(file, f"`{key}` is {given!r}", f"Write `{key}: true` or leave it out")
    return given


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean …?)` where something is near, and a full stop."""
    near = difflib.get_close_matches(word, list(known), 1, 0.5)
    return f" (did you mean {near[0]}?):" if near else ":"
