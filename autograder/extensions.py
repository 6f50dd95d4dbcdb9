"""More time for single students: `extensions.csv` in the course folder, a line for each grant.

It names students, so it lives with the marks and not in course_config.py. `grade` enters the
extensions into nbgrader's gradebook; the file outlives a new one.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from autograder import config
from autograder.core.assignment import Assignment
from autograder.core.errors import UserError
from autograder.core.rules import Rules
from autograder.folder import CourseFolder
from autograder.whole import put

COLUMNS = ("assignment", "student", "extension", "reason")
DURATION = re.compile(r"(?:(\d{1,4}) ?d)? ?(?:(\d{1,4}) ?h)? ?(?:(\d{1,5}) ?(?:m|min))?")


def rules_of(assignment: Assignment, folder: CourseFolder) -> Rules:
    """What holds for an assignment's grades: the course's rules and the students' extensions."""
    rules = config.load_course(assignment.folder).rules(assignment.name)
    return replace(rules, extensions=extensions(folder, assignment.name))


def extensions(folder: CourseFolder, assignment: str) -> dict[str, timedelta]:
    """The extensions for an assignment by student; of several for one, the last line counts."""
    return {
        student: more for name, student, more in granted(folder.extensions) if name == assignment
    }


def granted(file: Path) -> Iterator[tuple[str, str, timedelta]]:
    """The lines of the file; UserError with its place for one that cannot be read."""
    text = text_of(file)
    lines = csv.reader(io.StringIO(text), delimiter=delimiter(text))
    for number, row in enumerate(lines, start=1):
        cells = [cell.strip() for cell in row]
        if number == 1 and tuple(cells[:3]) != COLUMNS[:3]:
            what = "the first line does not name the columns"
            raise UserError(f"{file}:1: {what}. Write: {','.join(COLUMNS)}")
        if number == 1 or not any(cells):
            continue
        try:
            name, student, more = cells[:3]
            yield name, student, duration(more)
        except ValueError as error:
            what = str(error) if len(cells) >= 3 else "has fewer than three columns"
            raise UserError(f"{file}:{number}: {what}. Mend or remove the line") from None


def grant(folder: CourseFolder, assignment: str, student: str, more: str, reason: str) -> timedelta:
    """Add a line to the file; the extension, or UserError where `more` is no time."""
    try:
        extension = duration(more)
    except ValueError as error:
        raise UserError(f"{error}. Write such as: 2d, 12h, '1d 6h', 90m; 0 takes it back") from None
    dict.fromkeys(granted(folder.extensions))  # what is there can be read, or nothing is added
    text = text_of(folder.extensions) or ",".join(COLUMNS) + "\n"
    added = io.StringIO(text if text.endswith("\n") else text + "\n")
    added.seek(0, io.SEEK_END)
    line = (assignment, student, more, " ".join(reason.split()))
    csv.writer(added, delimiter=delimiter(text), lineterminator="\n").writerow(line)
    put(folder.extensions, added.getvalue().encode())
    return extension


def told(
    assignment: Assignment, folder: CourseFolder, student: str, more: str, reason: str
) -> Iterator[str]:
    """Grant an extension and say what it means."""
    if not re.fullmatch(r"\w[\w.@+ -]{0,63}", student):
        raise UserError(f"{student!r} is no student id. Use letters, digits and . @ + - _")
    extension = grant(folder, assignment.name, student, more, reason)
    due = config.load_course(assignment.folder).rules(assignment.name).due
    until = f", until {due + extension:%Y-%m-%d %H:%M %Z}" if due else ""
    yield f"{student}: {more} more for {assignment.name}{until}. Written: {folder.extensions}"
    if not due:
        yield f"{assignment.name} has no due date in course_config.py: `due={{…}}`"
    known = {path.name for path in folder.submitted.glob("*")}
    if known and student not in known:
        yield f"{student} has handed in nothing so far{config.did_you_mean(student, known)[:-1]}"
    yield f"Then: autograder grade {assignment.name}"


def text_of(file: Path) -> str:
    """The file's text; empty where there is none."""
    if file.exists() and not file.is_file():  # a pipe never ends
        raise UserError(f"{file}: is no file. Save it as text in UTF-8")
    try:
        return file.read_text(encoding="utf-8-sig")  # a spreadsheet puts a mark before it
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise UserError(f"{file}: cannot be read ({error}). Save it as text in UTF-8") from None


def delimiter(text: str) -> str:
    """What stands between columns: spreadsheets of some countries write `;`."""
    return ";" if ";" in text.partition("\n")[0] else ","


def duration(text: str) -> timedelta:
    """`2d`, `12h`, `1d 6h` or `90m` as a time; ValueError for anything else."""
    found = DURATION.fullmatch(text.strip())
    if text.strip() == "0":
        return timedelta()
    if not found or not any(found.groups()):
        raise ValueError(f"{text!r} is no extension")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)
