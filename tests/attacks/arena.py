"""Grades attacks and honest notebooks in turns, and says what an attack has done."""

import contextlib
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from multiprocessing import util
from pathlib import Path
from typing import Any

from autograder import autograded, feedback, workers
from autograder.core.outcome import Outcome
from autograder.core.result import Result
from autograder.lesson import build
from autograder.workers import Job
from tests.attacks.attack import Attack, Notebook, code_cell
from tests.attacks.world import World

WORKERS = 2
BETWEEN = 4  # attacks between two honest notebooks
ENDING_SECONDS = 5.0  # for processes to be gone
SPARE = 4  # of a kind that the warm process may hold ready or not; a leak is many times that
RESULT_LIMIT = 16 << 20  # characters of one stored result
TAGS = frozenset(["script", "iframe", "object", "embed", "svg", "img", "form", "base", "link"])
FORBIDDEN_KINDS = ("text/html", "image/svg+xml", "application/javascript")


@dataclass(repr=False)
class Run:
    """What became of all notebooks of one backend."""

    world: World
    order: list[str]
    data: dict[str, bytes]
    results: dict[str, Result] = field(default_factory=dict)
    processes: list[str] = field(default_factory=list)  # marked ones, when all was graded
    grown: dict[str, int] = field(default_factory=dict)  # what there is more of than at the start

    def offences(self, attack: Attack) -> list[str]:
        """A sentence for everything that an attack has done and must not do."""
        result = self.results[attack.name]
        text = self.shown(attack)
        found = [f"the student reads {place}" for place in self.world.stolen(text)]
        found += sorted({line for line in text.split("\\n") if "REACHED" in line})
        heard = [line for line in self.world.listeners.received if attack.name in line]
        found += [f"a listener heard {line[:200]!r}" for line in heard]
        found += [f"a process stays: {line}" for line in self.processes if attack.name in line]
        found += [
            f"a file stays: {path}" for path in self.world.files_left() if attack.name in path
        ]
        found += [
            f"{name} was harmed" for name in self.neighbours(attack) if not self.perfect(name)
        ]
        if len(text) > RESULT_LIMIT:
            found.append(f"the result takes {len(text) >> 20} MB of the grader")
        active = page_offences(self.page(attack.name)) - page_offences(self.page(self.order[0]))
        return [*found, *points_off(attack, result), *sorted(active)]

    def shown(self, attack: Attack) -> str:
        """All that anybody gets to read of a submission, without its own source."""
        stored = self.results[attack.name].to_store()
        for cell in stored["cells"]:
            cell["source"] = ""
        return json.dumps(stored, allow_nan=False)  # what JSON cannot hold, nobody can read again

    def page(self, name: str) -> str:
        """The feedback page on a notebook."""
        return feedback.page(self.world.assignment, name, self.results[name])

    def notebook(self, attack: Attack) -> Notebook:
        """The notebook that a grader opens in the browser."""
        file = autograded.write(
            self.world.assignment, self.world.folder, f"student-{attack.name}",
            self.data[attack.name], self.results[attack.name],
        )  # fmt: skip
        return json.loads(file.read_text(encoding="utf-8"))

    def neighbours(self, attack: Attack) -> list[str]:
        """The honest notebooks that were graded before, beside and after an attack."""
        place = self.order.index(attack.name)
        around = self.order[max(0, place - BETWEEN - 1) : place + BETWEEN + 2]
        return [name for name in around if name.startswith("neighbour")]

    def perfect(self, name: str) -> bool:
        """Whether a notebook got all points and nothing was said against it."""
        result = self.results[name]
        return result.earned == result.possible and not result.problems


def points_off(attack: Attack, result: Result) -> Iterator[str]:
    """A sentence for each question whose points are not as deserved."""
    for question in result.judged:
        deserved = min(attack.earns, question.possible) if question.id == attack.question else None
        deserved = question.possible if deserved is None else deserved
        if question.outcome is Outcome.BROKEN:
            yield f"{question.id} is BROKEN: {result.problems} {result.notes}"
        elif question.earned > deserved or (question.earned < deserved and not attack.harms_itself):
            yield f"{question.id} earned {question.earned} and deserves {deserved} {result.problems}"


class Tags(HTMLParser):
    """Collects what a browser would run, load or send."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [f"<{tag}>"] * (tag in TAGS)
        self.found += [
            f"{name}={value}" for name, value in attributes
            if name.startswith("on") or "javascript:" in (value or "").lower()
        ]  # fmt: skip


def page_offences(page: str) -> set[str]:
    """What a page holds that is active, or that hides."""
    tags = Tags()
    tags.feed(page)
    hidden = {char for char in page if char in "\x1b\x00\u202e\u2066\u200b"}
    return {f"the page holds {each!r}" for each in [*tags.found, *hidden]}


def graded(world: World, backend: str, attacks: Sequence[Attack]) -> Run:
    """Grade the attacks on one backend with honest notebooks before, between and after them."""
    solved = json.loads(build.solved_text(world.assignment))
    run = Run(world, [], {})
    start = [neighbour(world, solved, f"neighbour-start{number}") for number in range(2 * WORKERS)]
    jobs = []
    for number, attack in enumerate(attacks):
        if number % BETWEEN == 0:
            jobs.append(neighbour(world, solved, f"neighbour-{number}"))
        jobs.append(job(attack, solved, world))
    jobs += [neighbour(world, solved, f"neighbour-end{number}") for number in range(WORKERS)]
    run.order = [each.key for each in jobs]
    run.data = {each.key: each.data for each in jobs}
    with spooled(world), workers.pool(world.assignment, backend, WORKERS) as executor:
        list(workers.grade_all(world.assignment, start, executor))
        before = at_rest()
        run.results = {
            each.key: result for each, result in workers.grade_all(world.assignment, jobs, executor)
        }
        run.processes = settled(world.processes_left, [])
        after = settled(belongings, before)
    run.grown = {
        name: count - before[name] for name, count in after.items() if count > before[name] + SPARE
    }
    return run


def job(attack: Attack, solved: Notebook, world: World) -> Job:
    """The submission that an attack hands in."""
    return Job(attack.name, "convolution.ipynb", attack.notebook(solved, world.facts), attack.files)


def neighbour(world: World, solved: Notebook, name: str) -> Job:
    """An honest, perfect submission that holds a secret of its own."""
    comment = code_cell(f"# {world.hide(f'the work of {name}')}\nmine = 1")
    notebook = solved | {"cells": [*solved["cells"], comment]}
    return Job(name, "convolution.ipynb", json.dumps(notebook).encode())


@contextlib.contextmanager
def spooled(world: World) -> Iterator[None]:
    """Let temporary files of the grader lie in a folder that is looked at afterwards."""
    util.get_temp_dir()  # Python's fork server keeps its socket there, longer than this folder
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = tempfile.tempdir = str(world.base / "spool")
    try:
        yield
    finally:
        tempfile.tempdir = None
        os.environ.pop("TMPDIR")
        if before:
            os.environ["TMPDIR"] = before


def settled(look: Any, wanted: Any) -> Any:
    """What `look` finds once it is what is wanted, or after a while at the latest."""
    ends = time.monotonic() + ENDING_SECONDS
    while (found := look()) != wanted and time.monotonic() < ends:
        time.sleep(0.05)
    return found


def belongings() -> Counter[str]:
    """How many processes of each name are below this one, and how many files they hold open."""
    parents, names = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError):  # it may have ended meanwhile
                head, _, rest = (entry / "stat").read_text(errors="replace").rpartition(")")
                state, parent = rest.split()[:2]
                if state != "Z":  # the warm process lets go of them at the next request
                    parents[int(entry.name)], names[int(entry.name)] = int(parent), head
    own = {os.getpid()}
    while grown := {pid for pid, parent in parents.items() if parent in own} - own:
        own |= grown
    counted = Counter(names[pid].partition("(")[2] for pid in own if pid in names)
    for pid in own - {os.getpid()}:
        with contextlib.suppress(OSError):
            counted["open files"] += len(os.listdir(f"/proc/{pid}/fd"))
    return counted


def at_rest() -> Counter[str]:
    """What there is once it no longer changes: a warm process makes ready for the next one."""
    found: Counter[str] = Counter()
    while found != (found := belongings()):
        time.sleep(0.5)
    return found


def outputs_of(notebook: Notebook) -> list[dict[str, Any]]:
    """All outputs of a notebook's cells."""
    return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
