"""Keeps verdicts in `results/`: the one that counts of each student, and what was made meanwhile.

`results/<assignment>/<student>.json` is written last of all: what stands there is in the gradebook.
`aside/` holds verdicts on other attempts, and those of a dry run; `regrade/` those of a regrade
that was shown and not written yet. Each file says by its name what it is the verdict on.
"""

import json
import os
import shutil
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder import whole
from autograder.core.result import Result, from_store
from autograder.folder import CourseFolder, part

ASIDE, REGRADE = "aside", "regrade"


def now() -> str:
    """The present moment, for records."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True)
class Verdict:
    """A result, the submission it is on, and what it was judged by."""

    result: Result
    identity: str
    submission: str  # the digest of its content
    judged: Mapping[str, str] = field(default_factory=dict)
    made: str = field(default_factory=now)
    attempt: int = 1
    attempts: int = 1
    handed_in: str = ""
    ungraded: tuple[int, ...] = ()  # attempts that might count, too, and could not be graded

    @property
    def names(self) -> dict[str, Any]:
        """All but the result, as it is stored."""
        return {
            "identity": self.identity,
            "submission": self.submission,
            "judged": dict(self.judged),
            "made": self.made,
            "attempt": self.attempt,
            "attempts": self.attempts,
            "handed_in": self.handed_in,
            "ungraded": self.ungraded,
        }


def counting(folder: CourseFolder, assignment: str, student: str) -> Verdict | None:
    """The verdict that counts; None where there is none or it was cut off."""
    return read(folder.result(student, assignment))


def all_counting(folder: CourseFolder, assignment: str) -> dict[str, Verdict]:
    """The verdicts that count, by student."""
    files = sorted((folder.results / part(assignment)).glob("*.json"))
    found = {file.stem: read(file) for file in files}
    return {student: verdict for student, verdict in found.items() if verdict}


def read(file: Path) -> Verdict | None:
    """The verdict in a file; None where there is none, or half of one, or an older program's."""
    if not file.is_file():  # of what is none, a pipe say, nobody waits for the end
        return None
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
        names = {name: stored[name] for name in Verdict(NONE, "", "").names}
        names["ungraded"] = tuple(names["ungraded"])
        return Verdict(from_store(stored), **names)
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def put(file: Path, verdict: Verdict) -> None:
    """Write a verdict: whole or not at all."""
    whole.put(file, json.dumps(verdict.names | verdict.result.to_store()).encode())


def settle(file: Path, verdict: Verdict, kept: Path | None = None) -> None:
    """Have a verdict count; `kept` is where it waits, if it does so as it is."""
    if kept is not None and kept.is_file():
        os.replace(kept, file)  # it is on the disk already, and its text is the same
    else:
        put(file, verdict)


def aside(
    folder: CourseFolder, assignment: str, student: str, identity: str, kind: str = ASIDE
) -> Path:
    """Where a verdict waits that does not count, or not yet."""
    return drawer(folder, assignment, student, kind) / f"{identity}.json"


def drawer(folder: CourseFolder, assignment: str, student: str, kind: str) -> Path:
    """The folder of a student's waiting verdicts."""
    return folder.results / part(assignment) / kind / part(student)


def tidy(folder: CourseFolder, assignment: str, student: str, wanted: Collection[str]) -> None:
    """Remove waiting verdicts that are on nothing of now."""
    shutil.rmtree(drawer(folder, assignment, student, REGRADE), ignore_errors=True)
    place = drawer(folder, assignment, student, ASIDE)
    for file in place.glob("*.json") if place.is_dir() else ():
        if file.stem not in wanted:
            file.unlink(missing_ok=True)
    with suppress(OSError):  # there is none, or something waits in it
        place.rmdir()


def forget_regrade(folder: CourseFolder, assignment: str, students: Collection[str]) -> None:
    """Remove what a regrade had found that is not to be written."""
    for student in students:
        shutil.rmtree(drawer(folder, assignment, student, REGRADE), ignore_errors=True)


NONE = Result("", "", (), "")
