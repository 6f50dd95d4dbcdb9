"""Proves an assignment sound before any student sees it.

In the sandbox, as submissions: the reference, the untouched stubs, every mistake and every
variant. In memory, where it is cheap: the same with many other seeds.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, as_completed
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from autograder.check import modules
from autograder.check.authoring import Mistake, Variant
from autograder.check.diagnose import diagnosed, remember
from autograder.check.judge import Judge
from autograder.check.student import twin
from autograder.core.assignment import Assignment
from autograder.core.outcome import Outcome
from autograder.core.result import Check, Result
from autograder.lesson import build, weave
from autograder.lesson.overwriting import overwriting_faults
from autograder.lesson.release import leaks
from autograder.workers import Job, grade_all, grader, pool

SEEDS = 20
Progress = Callable[[str], None]


@dataclass
class Proof:
    """What was tried, and what did not hold; sound when `faults` is empty."""

    assignment: str
    faults: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)
    matrix: dict[str, dict[str, Any]] = field(default_factory=dict)  # by mistake
    variants: list[str] = field(default_factory=list)
    seeds: int = SEEDS

    @property
    def caught(self) -> int:
        return sum(bool(row["caught_by"]) for row in self.matrix.values())

    @property
    def named(self) -> int:
        return sum(row["diagnosed"] for row in self.matrix.values())

    def to_json(self) -> dict[str, Any]:
        """The object that `verify --json` prints for one assignment."""
        count = len(self.matrix) or 1
        alarms = [fault for fault in self.faults if fault.startswith("variant ")]
        return {
            "assignment": self.assignment,
            "sound": not self.faults,
            "faults": self.faults,
            "seeds": self.seeds,
            "tests": self.tests,
            "mistakes": self.matrix,
            "caught": self.caught / count,
            "diagnosed": self.named / count,
            "variants": self.variants,
            "false_alarms": len(alarms),
        }


def verify(
    assignment: Assignment,
    sandbox: str = "full",
    workers: int = 0,
    seeds: int = SEEDS,
    progress: Progress = lambda step: None,
) -> Proof:
    """Try everything; the proof lists each fault in a sentence."""
    proof = Proof(assignment.name, seeds=seeds)
    progress("files")
    proof.faults += file_faults(assignment)
    with pool(assignment, sandbox, workers) as executor:
        in_memory(assignment, proof, executor, progress)
        in_sandbox(assignment, proof, executor, progress)
        proof.faults += useless_tests(proof, executor.submit(reasons_to_stay).result())
    return proof


def file_faults(assignment: Assignment) -> list[str]:
    """Whether the committed notebook is what its lesson builds, twice, and gives nothing away."""
    text = build.built_text(assignment)
    faults = [
        f"{file}: gives away {what}"
        for file, what in leaks(assignment, {assignment.built.name: text})
    ]
    if text != build.built_text(assignment):
        faults.append(f"{assignment.built.name}: two builds differ")
    if not build.is_current(assignment.built, text):
        faults.append(
            f"{assignment.built.name}: out of date; run `autograder build {assignment.name}`"
        )
    return faults


def in_memory(assignment: Assignment, proof: Proof, executor: Executor, progress: Progress) -> None:
    """Reference, mistakes and variants against the hidden tests, with every seed."""
    trials = {executor.submit(seed_faults, seed): seed for seed in range(proof.seeds)}
    for number, trial in enumerate(as_completed(trials), start=1):
        progress(f"seed {trials[trial]} in memory ({number} of {proof.seeds})")
    proof.faults += [fault for trial in trials for fault in trial.result()]


def seed_faults(seed: int) -> list[str]:
    """What does not hold with one seed, in a worker process.

    Seed by seed, because every mistake is then asked the same: what diagnosis has once replayed
    for one of them serves for all.
    """
    judge = grader().judge
    reference, faults = vars(modules.reference(judge.assignment)), []
    for check in lost(examined(judge, reference, seed)):
        faults.append(f"reference fails {check.id}: {check.message}")
    for mistake in modules.mistakes(judge.assignment):
        faults += mistake_faults(judge, mistake, seed)
    for variant in modules.variants(judge.assignment):
        faults += variant_faults(judge, variant, seed)
    if seed == 0:
        faults += overwriting_faults(judge)
    return [f"{fault}, with seed {seed}" for fault in faults]


def reasons_to_stay() -> dict[str, str]:
    """The tests that stay for a reason of their own, in a worker process."""
    return grader().judge.stays()


def useless_tests(proof: Proof, stays: Mapping[str, str]) -> Iterator[str]:
    """Tests that catch no mistake which an earlier test of their question lets through."""
    caught: set[str] = set()
    for test in proof.tests:
        catches = {name for name, row in proof.matrix.items() if test in row["caught_by"]}
        if not catches - caught and test not in stays:
            yield f"test {test} catches nothing new; remove it or say why it stays"
        caught |= catches


def examined(
    judge: Judge,
    names: dict[str, Any],
    seed: int,
    tests: set[str] | None = None,
    known: Mistake | None = None,
) -> list[Check]:
    """The diagnosed checks of a namespace in memory, which may be that of a known mistake."""
    examination = judge.examine(lambda question: nullcontext(twin(dict(names))), seed, tests)
    if known:
        remember(known, examination)
    reference = modules.reference(judge.assignment)
    return diagnosed(examination, reference, modules.mistakes(judge.assignment))


def lost(checks: Iterable[Check]) -> list[Check]:
    """The checks that did not pass."""
    return [check for check in checks if check.outcome is not Outcome.PASSED]


def mistake_faults(judge: Judge, mistake: Mistake, seed: int) -> Iterator[str]:
    """Whether a mistake slips through, is taken for another, or costs points elsewhere.

    The last is asked with the first seed alone, and where other questions use this one. Tests
    that catch nothing new, but stay for a reason of their own, are left to the sandbox.
    """
    elsewhere = seed == 0 and mistake.question in leaned_on(judge)
    tests = judge.tests(None if elsewhere else mistake.question) - set(judge.stays())
    names = vars(modules.reference(judge.assignment)) | {mistake.question: mistake.function}
    checks = lost(examined(judge, names, seed, tests, mistake))
    found = [check for check in checks if check.question == mistake.question]
    if others := [check.id for check in checks if check not in found]:
        yield f"mistake {mistake.name} costs points elsewhere: {', '.join(others)}"
    if not found:
        yield f"mistake {mistake.name} passes {mistake.question}"
    elif wrong := {str(check.mistake) for check in found} - {mistake.name}:
        yield f"mistake {mistake.name} is taken for {', '.join(wrong)}"


@cache  # for the judge of this worker process
def leaned_on(judge: Judge) -> set[str]:
    """The questions without which tests of other questions fail: those that others use."""
    whole = vars(modules.reference(judge.assignment))
    return {
        question.id
        for question in judge.assignment.coded
        if any(
            check.question != question.id
            for check in lost(examined(judge, whole | {question.id: not_written}, 0))
        )
    }


def not_written(*given: Any, **named: Any) -> None:
    """Stands for a question that is not answered."""
    raise NotImplementedError


def variant_faults(judge: Judge, variant: Variant, seed: int) -> Iterator[str]:
    """Whether correct code loses points."""
    names = vars(modules.reference(judge.assignment)) | {variant.question: variant.function}
    for check in lost(examined(judge, names, seed, judge.tests(variant.question))):
        yield f"variant {variant.name} fails {check.id}: {check.message}"


def in_sandbox(
    assignment: Assignment, proof: Proof, executor: Executor, progress: Progress
) -> None:
    """Every kind of submission as a real notebook in a real sandbox."""
    known = {mistake.name: mistake for mistake in modules.mistakes(assignment)}
    correct = {variant.name: variant for variant in modules.variants(assignment)}
    proof.variants = list(correct)
    proof.matrix = {name: {} for name in known}  # in the order in which they are written
    for job, result in grade_all(assignment, submissions(assignment), executor):
        kind, _, name = job.key.partition(" ")
        progress(f"sandbox: {job.key}")
        checks = [check for question in result.questions for check in question.checks]
        if kind == "mistake":
            proof.matrix[name] = row_of(known[name], checks)
            proof.faults += row_faults(known[name], proof.matrix[name])
        else:
            proof.faults += submission_faults(job.key, result)
        if kind == "reference":
            proof.tests = [check.id for check in checks]


def submissions(assignment: Assignment) -> Iterator[Job]:
    """The notebooks to try, solved in every known way."""
    solved = build.solved_text(assignment)
    yield job(assignment, "reference", solved)
    yield job(assignment, "stubs", build.built_text(assignment))
    known: list[Mistake | Variant] = [*modules.mistakes(assignment), *modules.variants(assignment)]
    for item in known:
        source = weave.renamed(item.function, item.question)
        text = build.with_solution(solved, item.question, source)
        key = f"{type(item).__name__.lower()} {item.name}"
        yield job(assignment, key, text, item.question)


def job(assignment: Assignment, key: str, text: str, only: str | None = None) -> Job:
    """A job from a notebook's text."""
    return Job(key, assignment.built.name, text.encode(), only=only)


def row_of(mistake: Mistake, checks: list[Check]) -> dict[str, Any]:
    """What the hidden tests made of a mistake."""
    own = [check for check in lost(checks) if check.question == mistake.question]
    return {
        "question": mistake.question,
        "caught_by": [check.id for check in own],
        "diagnosed": bool(own) and {check.mistake for check in own} == {mistake.name},
    }


def row_faults(mistake: Mistake, row: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a row of the matrix."""
    if not row["caught_by"]:
        yield f"mistake {mistake.name} loses no points in {mistake.question}"
    elif not row["diagnosed"]:
        yield f"mistake {mistake.name} is not diagnosed by its name"


def submission_faults(key: str, result: Result) -> Iterator[str]:
    """Whether the reference and variants earned everything, and the stubs nothing."""
    if any(question.needs_review for question in result.questions):
        yield f"{key}: could not be graded: {' '.join(result.problems)}"
    for question in result.judged:
        if key == "stubs" and question.earned:
            yield f"stubs earn {question.earned:g} points in {question.id}"
        if key != "stubs" and lost(question.checks):
            failed = ", ".join(check.id for check in lost(question.checks))
            yield f"{key} loses points in {question.id}: {failed}"
