"""Keeps one pytest session with the hidden tests of an assignment and runs it over submissions.

pytest owns its loop, so it lives in a thread of its own, which waits there until the judge is
closed: collecting once costs a third of what a session for each submission would. A process that
is forked from here has the session, too, though that thread is gone.
"""

import inspect
import os
import sys
import threading
import time
import warnings
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from types import ModuleType
from typing import Literal

import pytest

from autograder.check import compare, modules, plugin
from autograder.check.plugin import EXAMINATION, Again, Examination, Line, Stage, never
from autograder.check.rehearsal import Rehearsal
from autograder.check.script import Ending, Player, Recorder, Script, digest
from autograder.check.student import Exchange
from autograder.check.telling import telling
from autograder.core.assignment import Assignment
from autograder.core.errors import CourseError, GraderError
from autograder.core.outcome import Outcome
from autograder.core.result import exact
from autograder.sandbox.channel import Lost
from autograder.sandbox.guest import optimizers, seeding, wire

OPTIONS = (
    "-s --assert=plain --disable-plugin-autoload --import-mode=importlib --noconftest "
    "-p no:cacheprovider -p no:terminal -p no:faulthandler -p no:doctest -p no:unittest "
    "-p no:warnings -p no:logging -p no:junitxml -p no:pastebin -p no:stepwise "
    "-o python_files=hidden_tests.py"
)
SCRIPTS = 2000  # of all tests and seeds
REHEARSAL = 0.15  # processor seconds


class Loop:
    """Replaces pytest's loop over tests by one over submissions."""

    def __init__(self, reference: ModuleType) -> None:
        self.reference = reference
        self.ready = threading.Event()  # whether the tests are collected, or never will be
        self.closed = threading.Event()
        self.items: list[pytest.Item] = []
        self.plain: dict[str, list[str] | None] = {}  # what a mere call of a test has to give
        self.scripts: dict[tuple[str, int], Script] = {}  # by test and seed
        self.broken: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember why a file of hidden tests does not load."""
        if report.failed:
            self.broken.append(str(report.longrepr).splitlines()[-1])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport:
        """A report without the traceback in colour that nobody reads: it costs 30 ms a failure."""
        outcome: Literal["passed", "failed"] = "failed" if call.excinfo else "passed"
        assert call.when != "collect"
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, call.when)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Keep the session open until the judge is closed; tests are run from outside."""
        self.items = session.items
        self.plain = {item.name: arguments_of(item) for item in session.items}
        self.ready.set()
        self.closed.wait()
        return True

    def examine(self, examination: Examination, names: Collection[str]) -> None:
        """Run the tests that `names` holds for one submission."""
        for item in self.items:
            if item.name in names:
                item.config.stash[EXAMINATION] = examination
                self.judge(item, examination)

    def judge(self, item: pytest.Item, examination: Examination) -> None:
        """Run one test; once more where its outcome may come from what earlier ones left behind."""
        self.run(item, examination)
        check = examination.checks[-1]
        if examination.again(check.question, check.outcome):
            examination.take_back()
            self.run(item, examination)
        examination.let_go(item.name)

    def run(self, item: pytest.Item, examination: Examination) -> None:
        """Run one test: by pytest's protocol, or, where it asks for nothing else, by a call.

        The protocol costs 2 ms a test, which is more than most tests themselves.
        """
        compare.mismatches.clear()
        arguments = self.plain[item.name]
        if arguments is None:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
        elif not self.played(item, arguments, examination):
            recorder = Recorder()
            call(item, arguments, examination, self.reference, recorder.on(examination.line))
            self.learn(item, examination, recorder)

    def played(self, item: pytest.Item, arguments: list[str], examination: Examination) -> bool:
        """Judge a test by the replies to its script; False where it has to be run as it is."""
        script = self.scripts.get((item.name, examination.seed))
        if script is None or examination.stage is None or 0 in script.barriers:
            return False
        player = Player(script, examination.stage, plugin.question_of(item))
        try:
            known = player.begin()
        except Lost:  # nobody answers: that is said when the test is run
            return False
        if known:
            recall(item, examination, script, player.replies, known)
            return True
        return self.heard(item, arguments, examination, script, player)

    def heard(
        self, item: pytest.Item, arguments: list[str], examination: Examination, script: Script,
        player: Player,
    ) -> bool:  # fmt: skip
        """Run a test over what was sent ahead; False where it asks for something else."""
        question, recorder = plugin.question_of(item), Recorder()
        earlier = examination.noticed.pop(question, set())
        line = recorder.on(lambda question: nullcontext(player.ask))
        call(item, arguments, examination, self.reference, line)
        own = examination.noticed.pop(question, set())
        if player.diverged:
            examination.take_back()
            assert examination.stage
            examination.stage.leave(question)
        elif player.judged:
            remember(script, item, examination, recorder, player.key, own)
        examination.noticed[question] = earlier | own
        return not player.diverged

    def learn(self, item: pytest.Item, examination: Examination, recorder: Recorder) -> None:
        """Keep what a test asks of the first notebook that passes."""
        key, question = (item.name, examination.seed), plugin.question_of(item)
        passed = examination.checks[-1].outcome is Outcome.PASSED
        if examination.stage and passed and key not in self.scripts:
            if len(self.scripts) >= SCRIPTS:
                self.scripts.clear()
            held = telling(recorder.requests, recorder.replies)
            script = self.scripts[key] = Script(tuple(recorder.requests), barriers=held)
            for number in held:
                script.go_this_way(digest(recorder.replies[:number]))
            if not examination.noticed.get(question):
                remember(script, item, examination, recorder, digest(recorder.replies))


def remember(
    script: Script, item: pytest.Item, examination: Examination, recorder: Recorder,
    replies: bytes, noticed: Collection[str] = (),
) -> None:  # fmt: skip
    """Keep what came of a test: not where ours broke, nor where its talk was cut but at its end."""
    talk, check = examination.exchanges[item.name], examination.checks[-1]
    if check.outcome is not Outcome.BROKEN and recorder.begins_with(talk):
        script.remember(replies, Ending(check, frozenset(noticed), len(talk)))


def arguments_of(item: pytest.Item) -> list[str] | None:
    """The arguments of a test that needs our fixtures alone and has no mark but `points`."""
    if not isinstance(item, pytest.Function) or hasattr(item, "callspec"):
        return None
    ours = {"student", "reference", "rng", "request"}
    marks = {mark.name for mark in item.iter_markers()}
    if not marks <= {"points"} or not ours >= set(item.fixturenames):
        return None
    arguments = list(inspect.signature(item.obj).parameters)
    return arguments if "request" not in arguments else None


def recall(
    item: pytest.Item, examination: Examination, script: Script, replies: Sequence[wire.Frame],
    known: Ending,
) -> None:  # fmt: skip
    """Note what came of a test when it was answered like this before."""
    pairs = zip(script.requests, replies[: known.told], strict=False)
    examination.exchanges[item.name] = [Exchange(*pair) for pair in pairs]
    examination.noticed.setdefault(known.check.question, set()).update(known.noticed)
    examination.checks.append(known.check)


def call(
    item: pytest.Item,
    arguments: list[str],
    examination: Examination,
    reference: ModuleType,
    line: Line | None = None,
) -> None:
    """Call a test with our fixtures and keep its verdict."""
    assert isinstance(item, pytest.Function)
    when = "setup"
    try:
        with plugin.student_of(examination, item, line) as student:
            fixtures = {
                "student": student,
                "reference": reference,
                "rng": plugin.generator(examination.assignment, item.name, examination.seed),
            }
            when = "call"
            item.obj(**{name: fixtures[name] for name in arguments})
    except BaseException:  # whatever a test raises; the verdict tells whose fault it is
        plugin.keep_check(item, when, pytest.ExceptionInfo.from_current())
    else:
        plugin.keep_check(item, when, None)


class Judge:
    """The hidden tests of one assignment, collected and ready; use as a context manager."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        reference = modules.reference(assignment)  # one that does not load is said here, once
        modules.prepare_for(assignment.hidden_tests)
        self._loop = Loop(reference)
        self._ended = ""  # why there is no session any more
        self._thread = threading.Thread(target=self._live, name="judge", daemon=True)
        self._thread.start()
        self._loop.ready.wait()
        if self._ended:
            raise self._failed(self._ended)
        optimizers.spare_the_compiler()
        seeding.spare_the_stack()
        for problem in problems(assignment, self._loop):
            self.close()
            raise problem

    def __enter__(self) -> "Judge":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the session and its thread."""
        self._loop.closed.set()
        self._thread.join()

    def examine(
        self,
        line: Line,
        seed: int = 0,
        only: Collection[str] | None = None,
        again: Again = never,
        stage: Stage | None = None,
    ) -> Examination:
        """Run the hidden tests, or those that `only` names, over `line`."""
        examination = Examination(self.assignment, line, seed, again, stage)
        names = self.tests() if only is None else only
        errors: list[BaseException] = []

        def run() -> None:
            try:
                with warnings.catch_warnings(action="ignore"):  # of numbers that a student has sent
                    self._loop.examine(examination, names)
            except BaseException as error:  # the end of this thread must reach the one who waits
                errors.append(error)

        # Beside this thread, so that Ctrl-C is never taken for an error of a test.
        beside = threading.Thread(target=run, name="examination", daemon=True)
        beside.start()
        beside.join()
        if errors:
            raise self._failed(repr(errors[0])) from errors[0]
        return examination

    def rehearse(self) -> None:
        """Learn from the reference what the tests ask, so that it is known for all notebooks.

        Where that takes long, tests compute much and ask little: the rest is learned from the
        first notebook that passes.
        """
        reference = Rehearsal(self._loop.reference)
        ends = time.process_time() + REHEARSAL
        for item in self._loop.items:
            if time.process_time() < ends:
                self.examine(reference.line, only=[item.name], stage=reference)

    def tests(self, question: str | None = None) -> set[str]:
        """The names of all hidden tests, or of those of one question."""
        return {
            item.name
            for item, mark in self._marked()
            if question is None or mark.args[0] == question
        }

    def stays(self) -> dict[str, str]:
        """The tests whose author says why they stay, with the reason."""
        return {item.name: mark.args[3] for item, mark in self._marked() if mark.args[3]}

    def _marked(self) -> list[tuple[pytest.Item, pytest.Mark]]:
        marks = [(item, item.get_closest_marker("points")) for item in self._loop.items]
        return [(item, mark) for item, mark in marks if mark]

    def _failed(self, reason: str) -> GraderError:
        return GraderError(f"{self.assignment.hidden_tests}: {reason}")

    def _live(self) -> None:
        arguments = [str(self.assignment.hidden_tests), *OPTIONS.split(), "-c", os.devnull]
        arguments += ["--rootdir", str(self.assignment.folder)]
        sys.modules.pop(self.assignment.hidden_tests.stem, None)  # another assignment's, if any
        try:
            ended = pytest.main(arguments, plugins=[plugin, self._loop])
            self._ended = f"pytest ended with {ended}"
        except BaseException as error:  # the end of this thread must reach the one who waits
            self._ended = repr(error)
        self._loop.ready.set()


def problems(assignment: Assignment, loop: Loop) -> list[CourseError]:
    """What is wrong with the hidden tests as they stand beside assignment.yaml."""
    file = assignment.hidden_tests
    if loop.broken:
        return [
            CourseError(file, loop.broken[0], "Run it with `pytest` to see the whole traceback")
        ]
    sums = {question.id: 0.0 for question in assignment.coded}
    found = []
    for item in loop.items:
        marker = item.get_closest_marker("points")
        if marker is None or marker.args[0] not in sums:
            what = f"{item.name} has no @points, or for a question that is not in assignment.yaml"
            found.append(CourseError(file, what, f"Known questions: {', '.join(sums)}"))
        else:
            sums[marker.args[0]] += marker.args[1]
    for question in assignment.coded:
        if exact(sums[question.id]) != question.points:
            what = f"the tests of {question.id} are worth {exact(sums[question.id]):g} points"
            remedy = f"assignment.yaml says {question.points:g}; change one of the two"
            found.append(CourseError(file, what, remedy))
    return found
