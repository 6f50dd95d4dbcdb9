"""The history of every grade: `results/<assignment>/history/<student>.jsonl`, a line for each.

Lines are added and never changed. Each says when, why, on which submission, and how many points.
A grade that is written twice, because a command was ended in between, makes one line.
"""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder.core.errors import UserError
from autograder.core.grade import Grade
from autograder.folder import CourseFolder, part
from autograder.judged import PACKAGES
from autograder.verdicts import Verdict, now

VERSIONS = {"python", *PACKAGES}
TOLD = {"sandbox", "seed", "data"}  # whose values are told, too
POINTS = ("points", "by_hand", "extra", "penalty", "total")
NEEDED = {"graded", "attempts", "submission", "judged", *POINTS}
ASKED = "regrade asked for"

Entry = Mapping[str, Any]


def place(folder: CourseFolder, assignment: str, student: str) -> Path:
    """The file of a student's history."""
    return folder.results / part(assignment) / "history" / f"{part(student)}.jsonl"


def entries(file: Path) -> list[Entry]:
    """All grades of a student, the earliest first; half a line at the end is none."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
    except FileNotFoundError:
        return []
    try:
        found = [json.loads(line) for line in lines if line.endswith("\n") and line.strip()]
        if not all(isinstance(each, dict) and each.keys() >= NEEDED for each in found):
            raise ValueError("a line is no grade")
        return found
    except (ValueError, RecursionError) as error:
        remedy = "Mend that line, or move the file away: a new one is begun"
        raise UserError(f"{file}: not a history of grades ({error}). {remedy}") from None


def note(file: Path, verdict: Verdict, grade: Grade, asked: bool = False) -> str:
    """Add a grade to the history, unless it is there; why it was given, or nothing."""
    known = entries(file)
    last = known[-1] if known else None
    new = entry(verdict, grade)
    reason = why(last, new, asked)
    if reason:
        append(file, {"when": now(), "reason": reason} | new)
    return reason


def entry(verdict: Verdict, grade: Grade) -> dict[str, Any]:
    """A grade as it is written down, without time and reason."""
    scores = {score.question: score for score in grade.scores}
    return {
        "attempt": verdict.attempt,
        "attempts": verdict.attempts,
        "handed_in": verdict.handed_in,
        "submission": verdict.submission,
        "points": {name: score.auto for name, score in scores.items()},
        "by_hand": {n: each.manual for n, each in scores.items() if each.manual is not None},
        "extra": {n: each.extra for n, each in scores.items() if each.extra},
        "penalty": grade.penalty,
        "total": grade.total,
        "possible": grade.possible,
        "waiting": [name for name, score in scores.items() if score.waits],
        "graded": verdict.made,
        "judged": dict(verdict.judged),
    }


def why(last: Entry | None, new: Entry, asked: bool = False) -> str:
    """Why this grade comes after the last one; nothing where it is the same grade."""
    if last is None:
        return "first grade"
    if last["graded"] == new["graded"] and all(last[name] == new[name] for name in POINTS):
        return ""
    found = [*reasons(last, new)]
    if asked and last["graded"] != new["graded"]:
        found.append(ASKED)
    elif not found and last["points"] != new["points"]:
        found.append("run again")
    return "; ".join(found)


def reasons(last: Entry, new: Entry) -> Iterator[str]:
    """What is new in a grade against the last one."""
    if last["submission"] != new["submission"]:
        handed_in_again = new["attempts"] > last["attempts"]
        yield "new submission" if handed_in_again else f"attempt {new['attempt']} counts now"
    yield from (f"{change} changed" for change in changes(last["judged"], new["judged"]))
    same = last["points"] != new["points"] and last["judged"] == new["judged"]
    if same and last["submission"] == new["submission"] and any_none(last["points"]):
        yield "waited for review"
    if any(last[name] != new[name] for name in ("by_hand", "extra")):
        yield "points by hand"
    if last["penalty"] != new["penalty"] and last["submission"] == new["submission"]:
        yield "lateness reckoned anew"


def any_none(points: Mapping[str, float | None]) -> bool:
    """Whether a question had no number."""
    return any(value is None for value in points.values())


def changes(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    """What of all that a verdict depends on is another now; versions with their numbers."""
    versions = []
    for name in dict.fromkeys([*before, *now]):
        one, other = before.get(name, "none"), now.get(name, "none")
        if one == other:
            continue
        if name in VERSIONS:
            versions.append(f"{name} {one} → {other}")
        else:
            yield f"{name} ({one} → {other})" if name in TOLD else name
    if versions:
        yield f"versions ({', '.join(versions)})"


def append(file: Path, line: Entry) -> None:
    """Add a line in one go, after cutting off half a line that an ended command left."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab+") as stream:
        stream.seek(0)
        whole = stream.read().rfind(b"\n") + 1
        stream.truncate(whole)
        stream.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
