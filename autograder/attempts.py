"""Every submission that was seen, as it was, and which of a student's counts.

`submitted/` holds a student's last submission, as nbgrader wants it; nbgrader's own commands write
there, too. `attempts/<assignment>/<student>/001`, `002` and so on hold all of them, the last one
included, and are never changed. So whatever becomes of `submitted/`, also when a command is ended
in the middle, no submission is lost.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.core.rules import Rules
from autograder.folder import CourseFolder, part
from autograder.judged import submission_digest
from autograder.named import files_in
from autograder.whole import PART, put, remove

TIMESTAMP = "timestamp.txt"  # nbgrader's
GIVEN = "timestamp_given.txt"  # a time stamp of the student's that could not be believed
NAME = "handed_in_as.txt"  # the name that the notebook had, where it was another
SECRET = "submission_secret.txt"  # by which nbgrader's exchange knows whose feedback is whose
OURS = (TIMESTAMP, GIVEN, NAME, SECRET)
UNFINISHED = tuple(f".{name}.{PART}" for name in (TIMESTAMP, SECRET))
STAMP = re.compile(r"[12]\d{3}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?( [A-Za-z+-][\w/+:-]{0,39})?")
EARLIEST = "2000"
LONGEST = 100  # bytes of a time stamp
BYTES = 1 << 30  # of all files of a submission


@dataclass(frozen=True)
class Attempt:
    """One submission of a student, by its number among all of them."""

    number: int
    place: Path
    digest: str  # of its content
    handed_in: str
    called: str = ""  # the notebook's name, where it was another

    def content(self, notebook: str) -> tuple[bytes, dict[str, bytes]]:
        """The bytes of the notebook called `notebook`, and of the files beside it."""
        files = read_files(self.place)
        return files.pop(notebook, b""), files


@dataclass(frozen=True)
class Attempts:
    """The attempts of a student that may count, and how many there are."""

    candidates: tuple[Attempt, ...]
    total: int


def unreadable(folder: CourseFolder, assignment: str, student: str) -> Attempts:
    """An attempt of which nothing can be read, and so nothing kept."""
    place = folder.submitted / student / assignment
    number = len(numbered(folder, assignment, student)) + 1
    return Attempts((Attempt(number, place, "unreadable", ""),), number)


def attempts_of(folder: CourseFolder, assignment: str, student: str, rules: Rules) -> Attempts:
    """A student's attempts by the rules, after the present one was kept."""
    keep_present(folder, assignment, student)
    kept = numbered(folder, assignment, student)
    within = kept[: rules.attempts or None]
    chosen = {"first": within[:1], "last": within[-1:], "best": within}[rules.counting]
    return Attempts(tuple(map(attempt_in, chosen)), len(kept))


def attempt_in(place: Path) -> Attempt:
    """The attempt in a folder of `attempts/`."""
    digest = submission_digest(read_files(place))
    stamp, called = text_of(place / TIMESTAMP), text_of(place / NAME)
    return Attempt(int(place.name), place, digest, stamp, called)


def text_of(file: Path) -> str:
    """What is written in one of our small files; nothing where there is none."""
    return file.read_text(encoding="utf-8").strip() if file.is_file() else ""


def numbered(folder: CourseFolder, assignment: str, student: str) -> list[Path]:
    """The folders of a student's attempts, the earliest first."""
    place = folder.attempts / part(assignment) / part(student)
    found = place.iterdir() if place.is_dir() else ()
    return sorted(
        (path for path in found if path.name.isdecimal()), key=lambda path: int(path.name)
    )


def keep_present(folder: CourseFolder, assignment: str, student: str) -> None:
    """Copy what lies in `submitted/` to `attempts/`, unless it is there as the last one."""
    target = folder.submitted / part(student) / part(assignment)
    bring_back(target)
    if not target.is_dir():
        return
    believable_stamp(target)
    if not is_plain(target / SECRET):  # one from elsewhere, at which `release_feedback` would stop
        put(target / SECRET, secrets.token_hex(64).encode())
    earlier = numbered(folder, assignment, student)
    files = read_files(target)
    if earlier and read_files(earlier[-1]) == files:
        return
    beside = {name: (target / name).read_bytes() for name in OURS if is_plain(target / name)}
    number = 1 + (int(earlier[-1].name) if earlier else 0)
    place = folder.attempts / assignment / student / f"{number:03}"
    write(place, files | beside)


def put_in_place(
    folder: CourseFolder,
    assignment: str,
    student: str,
    files: Mapping[str, bytes],
    stamp: str,
    called: str,
) -> None:
    """Make this a student's present submission; the one before it was kept already."""
    target = folder.submitted / part(student) / part(assignment)
    ours = {TIMESTAMP: stamp.encode()} | ({NAME: called.encode()} if called else {})
    write(target, dict(files) | ours)


def write(target: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder beside its place, then move it there; what was there goes last."""
    half, before = beside(target, "part"), beside(target, "before")
    remove(half)
    half.mkdir(parents=True)
    for name, data in files.items():
        (half / name).parent.mkdir(parents=True, exist_ok=True)
        (half / name).write_bytes(data)
    if target.exists():
        target.rename(before)
    half.rename(target)
    remove(before)


def beside(target: Path, word: str) -> Path:
    """A hidden name beside a folder, for what is only half done."""
    return target.with_name(f".{target.name}.{word}")


def bring_back(target: Path) -> None:
    """Undo half a move of `write`'s: a command was ended in the middle of it."""
    before = beside(target, "before")
    if before.is_dir() and not target.exists():
        before.rename(target)
    elif before.is_dir():
        remove(before)


def believable_stamp(target: Path) -> None:
    """Put the time at which a submission came here in the place of a stamp that says nothing.

    In nbgrader's exchange the student's own program writes the stamp. One that is missing or
    broken must not mean “in time”.
    """
    file = target / TIMESTAMP
    if is_plain(file) and file.stat().st_size <= LONGEST:
        text = file.read_text(encoding="utf-8", errors="replace").strip()
        if STAMP.fullmatch(text) and text >= EARLIEST and is_moment(text[:19]):
            return
    came = max((each.stat().st_ctime for each in target.glob("*.ipynb") if is_plain(each)),
               default=target.stat().st_ctime)  # fmt: skip
    if file.is_symlink() or file.exists():
        file.rename(target / GIVEN)
    moment = datetime.fromtimestamp(came, UTC)
    put(file, f"{moment:%Y-%m-%d %H:%M:%S} UTC".encode())


def is_moment(text: str) -> bool:
    """Whether there is such a day, and such a time of day."""
    with suppress(ValueError):
        return bool(datetime.fromisoformat(text))
    return False


def is_plain(file: Path) -> bool:
    """Whether this is a file and no link."""
    return file.is_file() and not file.is_symlink()


def read_files(target: Path) -> dict[str, bytes]:
    """All files of a submission, without those that are ours or nbgrader's.

    What goes beyond `BYTES` is left out, so that nobody can take the memory of whoever grades.
    """
    found: dict[str, bytes] = {}
    left = BYTES
    for file in files_in(target):
        name, size = file.relative_to(target).as_posix(), file.stat().st_size
        if name not in (*OURS, *UNFINISHED) and size <= left:
            left -= size
            found[name] = file.read_bytes()
    return found


def best(grades: Sequence[tuple[int, float]]) -> int:
    """The number of the attempt with the most points; of equal ones, the later."""
    return max(grades, key=lambda pair: (pair[1], pair[0]))[0]
