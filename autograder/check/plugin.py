"""The pytest plugin: gives hidden tests their fixtures and turns reports into checks.

Loaded by `pytest assignments/01_convolution --submission some.ipynb`, where the instructor sees
pytest's own introspection, and by the judge, which keeps one session for many submissions.
"""

import hashlib
import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import numpy as np
import pytest

from autograder.check import compare, modules
from autograder.check.compare import like
from autograder.check.student import Ask, Exchange, Student, twin
from autograder.check.verdict import verdict
from autograder.core.assignment import Assignment
from autograder.core.errors import AutograderError
from autograder.core.outcome import Outcome
from autograder.core.result import Check
from autograder.sandbox.guest import wire
from autograder.sandbox.lines import Played

KEPT = 64 << 20  # bytes of a notebook's replies to all tests

Line = Callable[[str], AbstractContextManager[Ask]]  # takes the question that asks
Again = Callable[[str, Outcome], bool]  # whether a check with an outcome is asked once more


class Stage(Protocol):
    """Where requests can be sent ahead: the lines to a notebook in a sandbox."""

    def play(self, question: str, requests: Sequence[wire.Frame], further: bool = False) -> Played:
        """The replies to requests; `Lost` where there is nobody to answer.

        `further` goes on where the last ones have ended.
        """
        ...

    def leave(self, question: str) -> None:
        """Forget that something was played: the next check has a fork of its own, and its time."""
        ...


def never(question: str, outcome: Outcome) -> bool:
    """Ask no check again: each has a notebook of its own."""
    return False


@dataclass
class Examination:
    """One submission before the hidden tests: how to reach it, and what came of each test."""

    assignment: Assignment
    line: Line
    seed: int = 0
    again: Again = never
    stage: Stage | None = None  # None: each request has to be asked
    checks: list[Check] = field(default_factory=list)
    exchanges: dict[str, list[Exchange]] = field(default_factory=dict)
    noticed: dict[str, set[str]] = field(default_factory=dict)  # forbidden names, by question
    broken: list[str] = field(default_factory=list)  # what went wrong in tests of ours
    room: int = KEPT  # bytes left for replies that the diagnosis is given

    def take_back(self) -> None:
        """Forget what came of the last test: it is run once more."""
        check = self.checks.pop()
        self.broken = [each for each in self.broken if not each.startswith(f"{check.id} ")]

    def let_go(self, test: str) -> None:
        """Keep no reply to a test for which there is no room."""
        for exchange in self.exchanges.get(test, ()):
            self.room -= exchange.reply.size if exchange.reply else 0
            if self.room < 0:
                exchange.reply = None


EXAMINATION = pytest.StashKey[Examination]()
PATIENTS = pytest.StashKey[dict[Path, Examination]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options for running an assignment's hidden tests by hand."""
    group = parser.getgroup("autograder", "hidden tests of an assignment")
    group.addoption("--submission", help="the notebook to test; without it the reference is tested")
    group.addoption(
        "--sandbox", default="full", choices=["full", "fresh", "weak"], help="default: full"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that `points` sets."""
    config.addinivalue_line(
        "markers", "points(question, number, hint): what a hidden test is worth"
    )


@pytest.fixture
def student(request: pytest.FixtureRequest) -> Iterator[Student]:
    """The notebook under test; every test gets it in the same fresh state."""
    with student_of(examination_of(request.node), request.node) as proxy:
        yield proxy


@contextmanager
def student_of(
    examination: Examination, item: pytest.Item, line: Line | None = None
) -> Iterator[Student]:
    """The notebook under test, as one test calls it; by the examination's line or another."""
    question = question_of(item)
    with (line or examination.line)(question) as ask:
        proxy = Student(ask, examination.assignment.forbidden.get(question, ()))
        examination.exchanges[item.name] = proxy.exchanges
        try:
            yield proxy
        finally:
            proxy.restore()
        examination.noticed.setdefault(question, set()).update(proxy.noticed)


def question_of(item: pytest.Item) -> str:
    """The question that a test belongs to; empty for what is no hidden test."""
    marker = item.get_closest_marker("points")
    return str(marker.args[0]) if marker else ""


@pytest.fixture
def reference(request: pytest.FixtureRequest) -> ModuleType:
    """The reference module of the assignment."""
    return modules.reference(examination_of(request.node).assignment)


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """The only source of randomness, seeded by course, assignment and test."""
    examination = examination_of(request.node)
    return generator(examination.assignment, request.node.name, examination.seed)


def generator(assignment: Assignment, test: str, seed: int) -> np.random.Generator:
    """The generator of one test: the same numbers in every run with the same seed."""
    bits = np.random.PCG64(0)
    bits.state = beginning(f"{assignment.seed + seed}/{assignment.name}/{test}")
    return np.random.Generator(bits)


@cache
def beginning(words: str) -> Any:
    """The state in which a generator seeded with `words` begins."""
    return np.random.PCG64(list(hashlib.sha256(words.encode()).digest())).state


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Keep the verdict of every hidden test."""
    report = yield
    if call.when == "call" or call.excinfo:
        keep_check(item, call.when, call.excinfo)
    if call.when == "setup":
        compare.mismatches.clear()
    return report


def keep_check(
    item: pytest.Item, when: str, raised: pytest.ExceptionInfo[BaseException] | None
) -> None:
    """Note what came of one hidden test; the first that goes wrong in it counts."""
    marker = item.get_closest_marker("points")
    examination = item.config.stash.get(EXAMINATION, None)  # None when run by hand
    if not examination or not marker or any(each.id == item.name for each in examination.checks):
        return
    talked = bool(examination.exchanges.get(item.name))
    outcome, message = verdict(raised, when, talked)
    examination.checks.append(check_of(item, marker, outcome, message))
    if outcome is Outcome.BROKEN and raised:
        examination.broken.append(f"{item.name} broke: {raised.exconly()}")


def check_of(item: pytest.Item, marker: pytest.Mark, outcome: Outcome, message: str) -> Check:
    """The check that the student reads, from a hidden test and its outcome."""
    question, number, hint, _ = marker.args
    text = inspect.getdoc(getattr(item, "function", None)) or item.name
    return Check(
        id=item.name,
        question=question,
        title=" ".join(text.split("\n\n")[0].split()),
        outcome=outcome,
        possible=float(number),
        message=message,
        hint=hint if outcome is not Outcome.PASSED else "",
    )


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: Any, right: Any) -> Any:
    """For the instructor: both values under a failed `== like(…)`."""
    if op != "==" or not isinstance(right, like):
        return None
    found = compare.difference(left, right.expected, right.tolerance)
    message = found.message if found else "equal"
    return [f"{type(left).__name__} == like(…): {message}", "student:", *f"{left!r}".splitlines(),
            "expected:", *f"{right.expected!r}".splitlines()]  # fmt: skip


def examination_of(item: Any) -> Examination:
    """The examination that a test belongs to: the judge's, or one by folder when run by hand."""
    config = item.config
    judged: Examination | None = config.stash.get(EXAMINATION, None)
    if judged is not None:
        return judged
    patients: dict[Path, Examination] = config.stash.setdefault(PATIENTS, {})
    folder = item.path.parent
    if folder not in patients:
        patients[folder] = by_hand(config, folder)
    return patients[folder]


def by_hand(config: pytest.Config, folder: Path) -> Examination:
    """The examination for `pytest assignments/… [--submission NOTEBOOK]`."""
    from autograder.config import assignment_at
    from autograder.pipeline import opened

    assignment = assignment_at(folder)
    notebook = config.getoption("--submission")
    if not notebook:
        names = vars(modules.reference(assignment))
        return Examination(assignment, lambda question: nullcontext(twin(dict(names))))
    stack = ExitStack()
    config.add_cleanup(stack.close)
    try:
        patient = opened(assignment, Path(notebook), config.getoption("--sandbox"))
        session = stack.enter_context(patient)
    except AutograderError as error:
        pytest.exit(str(error), returncode=error.exit_code)

    @contextmanager
    def line(question: str) -> Iterator[Ask]:
        with session.check(question) as channel:
            yield channel.ask

    return Examination(assignment, line)
