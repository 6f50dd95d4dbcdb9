"""Grades a classic assignment: runs what is new or changed, keeps each submission at once."""

import hashlib
import json
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from autograder import __version__
from autograder.classic import pages
from autograder.classic.handed import handed_by, plan_of, stamp_of
from autograder.classic.ledger import Ledger, Scores
from autograder.classic.plan import Plan, PlannedNotebook
from autograder.classic.restore import Restored
from autograder.classic.run import TAMPERED, RanNotebook
from autograder.classic.score import CellScore, scored
from autograder.classic.settings import ClassicFolder
from autograder.classic.team import Handed, Ran, run_all, team
from autograder.core.errors import UserError
from autograder.core.outcome import Outcome
from autograder.core.result import exact
from autograder.events import times
from autograder.stopping import check
from autograder.whole import put

MISSING = "{notebook} was not handed in: no points."


@dataclass(frozen=True)
class ClassicGrade:
    """One student's scores by notebook, and what is to be said of them."""

    student: str
    scores: Scores
    problems: tuple[str, ...] = ()
    fresh: bool = True
    times: tuple[tuple[Outcome, float], ...] = ()  # what became of each cell, and its seconds

    @property
    def cells(self) -> list[CellScore]:
        return [score for scores in self.scores.values() for score in scores]

    @property
    def earned(self) -> float:
        return exact(sum(score.auto or 0.0 for score in self.cells))

    @property
    def decided(self) -> float:
        """The points of all cells that have a number now."""
        return exact(sum(score.possible for score in self.cells if score.auto is not None))

    @property
    def tests(self) -> float:
        """The points that tests in cells give."""
        return exact(sum(score.possible for score in self.cells if score.test))

    @property
    def needs_review(self) -> bool:
        return any(score.review for score in self.cells)


def grade_classic(
    folder: ClassicFolder,
    assignment: str,
    sandbox: str = "full",
    workers: int = 0,
    only: Collection[str] = (),
    regrade: bool = False,
    announce: Callable[[int], None] = lambda count: None,
    begun: Callable[[str], None] = lambda student: None,
) -> Generator[ClassicGrade, None, None]:
    """The scores, kept ones first; each submission is committed as soon as it is there.

    `announce` is told how many students there are, `begun` of each whose turn has come.
    """
    with Ledger(folder) as ledger:
        plan = plan_of(folder, ledger, assignment)
        judged = f"{__version__}/{sandbox}/{plan.digest}"
        todo: list[str] = []
        students = students_of(folder, assignment, only)
        announce(len(students))
        for student in students:
            check()
            handed = handed_by(folder, plan, student)
            kept = None if regrade else stored(folder, plan, handed, judged)
            if kept:
                ledger.enter(student, assignment, kept.scores, stamp_of(folder, plan, student))
                yield kept
            elif handed.damage:  # a folder that cannot be read waits for a human
                yield keep(folder, ledger, plan, handed, handed.damage, judged)
            else:
                todo.append(student)
        sound = (handed_by(folder, plan, student) for student in todo)
        workers = workers or folder.workers
        if not todo:
            return
        with closing(fresh_runs(plan, sound, sandbox, workers, begun)) as found:
            for handed, outcome in found:
                yield keep(folder, ledger, plan, handed, outcome, judged)


def students_of(folder: ClassicFolder, assignment: str, only: Collection[str]) -> list[str]:
    """The students who handed in; UserError where there are none, or not those asked for."""
    found = folder.students(assignment)
    for student in sorted(set(only) - set(found)):
        raise UserError(f"{student!r} handed in nothing for {assignment}. "
                        f"Students: {', '.join(found[:12]) or 'none'}")  # fmt: skip
    if not found:
        place = folder.place("submitted", "STUDENT", assignment)
        remedy = f"Type: cd {folder.root} && nbgrader collect {assignment}"
        raise UserError(f"{place}: nobody handed in {assignment}. {remedy}")
    return [student for student in found if not only or student in only]


def fresh_runs(
    plan: Plan,
    handed: Iterable[Handed],
    sandbox: str,
    workers: int,
    begun: Callable[[str], None],
) -> Generator[tuple[Handed, Ran | str], None, None]:
    """Runs of submissions that have no scores."""
    with team(plan, sandbox, workers) as executor:
        yield from run_all(handed, executor, workers, lambda each: begun(each.student))


def keep(
    folder: ClassicFolder,
    ledger: Ledger,
    plan: Plan,
    handed: Handed,
    outcome: Ran | str,
    judged: str,
) -> ClassicGrade:
    """Write scores to the gradebook, pages to `autograded/` and, last of all, `results/`."""
    runs = as_runs(plan, handed, outcome)
    done = (run for ran in runs.values() for run in ran.runs if run)
    grade = replace(judgement(plan, handed.student, runs), times=times(done))
    stamp = stamp_of(folder, plan, handed.student)
    ledger.enter(handed.student, plan.name, grade.scores, stamp)
    pages.write(folder, plan, handed.student, runs, stamp)
    scores = {name: [asdict(score) for score in each] for name, each in grade.scores.items()}
    store = {"identity": identity(judged, handed), "scores": scores, "problems": grade.problems}
    put(result_file(folder, plan, handed.student), json.dumps(store).encode())
    return grade


def as_runs(plan: Plan, handed: Handed, outcome: Ran | str) -> dict[str, RanNotebook]:
    """The runs by notebook; where there are none, each notebook as damaged."""
    if not isinstance(outcome, str):
        return {ran.notebook: ran for ran in outcome}
    return {
        notebook.name: RanNotebook(notebook.name, Restored(()), damage=outcome)
        for notebook in plan.notebooks
        if notebook.file in handed.notebooks or not handed.notebooks
    }


def judgement(plan: Plan, student: str, runs: dict[str, RanNotebook]) -> ClassicGrade:
    """The scores of a submission, made of its runs."""
    scores = {each.name: tuple(scores_of(each, runs.get(each.name))) for each in plan.notebooks}
    problems: list[str] = []
    for notebook in plan.notebooks:
        ran = runs.get(notebook.name)
        if ran is None:
            problems.append(MISSING.format(notebook=notebook.file))
            continue
        problems += [ran.damage] if ran.damage else ran.restored.problems
        problems += [f"{notebook.name}: {TAMPERED}"] if ran.tampered else []
        problems += [score.note for score in scores[notebook.name] if score.note]
    return ClassicGrade(student, scores, tuple(problems))


def scores_of(notebook: PlannedNotebook, ran: RanNotebook | None) -> Iterator[CellScore]:
    """A score for each cell that nbgrader knows."""
    if ran is None:  # not handed in: nothing to wait for
        yield from (
            CellScore(slot.name, 0.0, slot.points, test=slot.is_test) for slot in notebook.graded
        )
        return
    pairs = zip(ran.restored.cells, ran.runs, strict=True)
    found = {cell.slot.name: (cell, run) for cell, run in pairs if cell.slot}
    for slot in notebook.slots:
        score = scored(slot, *found.get(slot.name, (None, None)))
        suspect = bool(ran.damage) or (ran.tampered and slot.is_test)
        if slot.grade or slot.task or slot.solution:
            yield score if not suspect else CellScore(**asdict(score) | {"review": True})


def stored(folder: ClassicFolder, plan: Plan, handed: Handed, judged: str) -> ClassicGrade | None:
    """The scores kept for exactly this submission, judged by exactly this plan."""
    kept = read_stored(result_file(folder, plan, handed.student))
    written = pages.is_written(folder, plan, handed.student, names_of(plan, handed))
    if kept is None or kept["identity"] != identity(judged, handed) or not written:
        return None
    scores = {name: tuple(CellScore(**score) for score in each)
              for name, each in kept["scores"].items()}  # fmt: skip
    grade = ClassicGrade(handed.student, scores, tuple(kept["problems"]), fresh=False)
    return None if grade.needs_review else grade


def names_of(plan: Plan, handed: Handed) -> set[str]:
    """The notebooks of the plan that were handed in."""
    return {each.name for each in plan.notebooks if each.file in handed.notebooks}


def read_stored(file: Path) -> dict[str, Any] | None:
    """What `keep` wrote; None where there is nothing or it was cut off."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return kept if isinstance(kept, dict) and "identity" in kept else None


def result_file(folder: ClassicFolder, plan: Plan, student: str) -> Path:
    """Where a submission's scores are kept."""
    return folder.result(student, plan.name)


def identity(judged: str, handed: Handed) -> str:
    """What scores stand for: the submission's bytes and what judged them."""
    digest = hashlib.sha256(judged.encode())
    for files in (handed.notebooks, handed.files):
        for name in sorted(files):
            digest.update(f"{name}/{hashlib.sha256(files[name]).hexdigest()}\0".encode())
        digest.update(b"\1")
    return digest.hexdigest()
