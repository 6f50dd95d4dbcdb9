"""How a run over a class is shown: on a terminal, line by line, and to programs."""

import json
import os
import pty
import re
import subprocess
import sys

import pytest
from rich.console import Console

from autograder import progress
from autograder.core.outcome import Outcome
from autograder.core.result import Check, QuestionResult, Result
from autograder.events import Event, Pace, Run, verdict_of
from autograder.progress import Lines, Screen, clock, slim, tempo

ESCAPE = re.compile(r"\x1b\[[\d;?]*[a-zA-Z]")
SLOW = {"double-solution": "import time\ntime.sleep(1)"}


@pytest.fixture
def printed(monkeypatch):
    """A console that keeps what goes to stderr."""
    console = Console(record=True, width=60, file=open(os.devnull, "w"))  # noqa: SIM115 - below
    monkeypatch.setattr(progress, "err", console)
    yield lambda: console.export_text(clear=False)
    console.file.close()


def test_lines_sum_up_now_and_then_and_not_at_the_end(printed, verdict):
    run = Run(Lines())
    run.begin(50)
    run.waiting("somebody is at work [here]")
    for number in range(50):
        run.started(f"student{number:02}")
        run.finished(f"student{number:02}", verdict_of(verdict(double=Outcome.FAILED)))
    lines = printed().splitlines()
    assert lines[0] == "somebody is at work [here]"
    assert lines[1] == "student00: 3/5"
    sums = [line for line in lines if "done" in line]
    assert [line.split(",")[0] for line in sums] == ["25 of 50 done"]
    assert re.search(r", [\d.]+ a second, about 0:00 left$", sums[0])
    assert len(lines) == 1 + 50 + 1


def test_slow_submissions_are_summed_up_each_minute(printed, verdict):
    lines = Lines()
    for number, elapsed in enumerate([30.0, 59.0, 61.0, 90.0], start=1):
        pace = Pace(total=9, done=number, elapsed=elapsed, graded_for=elapsed)
        lines(Event("submission_finished", pace, "ann", verdict_of(verdict())))
    assert printed().splitlines()[3] == "3 of 9 done, 20.3 s each, about 2:02 left"
    assert len(printed().splitlines()) == 5


def test_the_screen_shows_count_rate_time_left_who_runs_and_the_last_verdicts(printed, verdict):
    screen = Screen("01_small")
    console = Console(record=True, width=100, file=open(os.devnull, "w"))  # noqa: SIM115 - below
    run = Run(lambda event: screen.note(event, console))
    run.begin(20)
    for number in range(8):
        run.started(f"student{number}")
    for number in range(6):
        run.finished(f"student{number}", verdict_of(verdict()))
    run.started("\x1b[31mred [bold]")
    console.print(screen.picture())
    text = console.export_text()
    console.file.close()
    head, running, *last = text.splitlines()
    assert re.match(r"grade 01_small .* 6/20, [\d.]+ a second, about 0:00 left", head)
    assert running.startswith("running: student6 (0 s), student7 (0 s), �[31mred [bold] (0 s)")
    assert last == [f"  student{number}: 5/5" for number in range(2, 6)]


def test_more_that_run_than_fit_are_counted():
    screen = Screen("01_small")
    run = Run(lambda event: screen.note(event, Console()))
    run.begin(20)
    for number in range(9):
        run.started(f"student{number}")
    console = Console(width=200, file=open(os.devnull, "w"), record=True)  # noqa: SIM115 - below
    console.print(screen.picture())
    console.file.close()
    assert "student5 (0 s), and 3 more" in console.export_text()


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (9.6, "0:10"), (309, "5:09"), (3909, "1:05:09")]
)
def test_how_long_it_takes_is_shown_as_on_a_clock(seconds, shown):
    assert clock(seconds) == shown


def test_no_time_is_told_before_there_is_one():
    assert tempo(Pace(total=9, done=3, kept=3, elapsed=50)) == ""


@pytest.fixture
def grade(folder):
    """A function that runs `autograder grade` on the small course."""

    def run(*words, **streams):
        command = [sys.executable, "-m", "autograder", "grade", "01_small", *words]
        return subprocess.run(
            [*command, f"--course={folder.root}"], cwd=folder.root.parent, check=False, **streams
        )

    return run


def test_programs_get_one_event_in_each_line_and_the_log_the_same(grade, folder, handed_in):
    handed_in("ann")
    handed_in("bob")
    (folder.submitted_notebook("bob", "01_small", "small")).write_bytes(b"no notebook")
    (folder.root.parent / "assignments/01_small/hidden_tests.py").write_text(TESTS)
    done = grade("--json", capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["event"], each.get("student")) for each in told] == [
        ("run_started", None),
        ("submission_finished", "bob"),  # nothing to run
        ("submission_started", "ann"),
        ("submission_finished", "ann"),
        ("run_finished", None),
    ]
    assert (told[1]["earned"], told[1]["needs_review"], told[1]["outcome"]) == (
        *(None, True, "BROKEN"),
    )
    ann = told[3]
    assert (ann["earned"], ann["possible"], ann["outcome"]) == (0, 5, "SKIPPED")
    assert 0 < sum(cell["seconds"] for cell in ann["cells"]) < ann["seconds"]
    assert {cell["outcome"] for cell in ann["cells"]} == {"PASSED"}
    assert (told[-1]["done"], told[-1]["total"], told[-1]["eta"]) == (2, 2, 0)
    log = folder.root / "logs" / "01_small.jsonl"
    assert log.read_text() == done.stdout
    again = grade("--json", capture_output=True, encoding="utf-8")
    assert "submission_kept" in again.stdout
    assert log.read_text() == done.stdout + again.stdout


def test_an_error_is_an_event_too_and_one_sentence(grade):
    done = grade("--json", capture_output=True, encoding="utf-8")
    assert done.returncode == 2
    (event,) = map(json.loads, done.stdout.splitlines())
    assert event["event"] == "run_interrupted"
    assert "nobody handed in 01_small" in event["note"]
    assert done.stderr == f"autograder: {event['note']}\n"


def test_a_terminal_shows_a_bar_that_is_gone_in_the_end(grade, folder, handed_in):
    for student in ("ann", "bob"):
        handed_in(student, SLOW)
    (folder.root.parent / "assignments/01_small/hidden_tests.py").write_text(TESTS)
    ours, theirs = pty.openpty()
    environment = os.environ | {"COLUMNS": "100", "TERM": "xterm-256color"}
    done = grade(stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 1 << 16):
            shown += part
    except OSError:  # how a terminal says that nobody is there any more
        os.close(ours)
    text = ESCAPE.sub("", shown.decode())
    assert done.returncode == 0
    assert "2 graded now" in done.stdout.decode()
    assert "grade 01_small ━" in text
    assert re.search(r"2/2, [\d.]+ (a second|s each), about 0:00 left", text)
    assert "running: ann (0 s)" in text
    assert "bob: 0/5" in text
    assert "Traceback" not in text


TESTS = '''\
from autograder.check import like, points


@points("double", 2)
def test_doubles_large_numbers(student):
    """Large numbers are doubled."""
    assert student.double(123456789) == 246913578, "not twice as much"


@points("hypotenuse", 3)
def test_knows_another_triangle(student):
    """Other triangles are right, too."""
    assert student.hypotenuse(5, 12) == like(13.0)
'''


def test_checks_that_many_have_alike_are_kept_once():
    def result(message):
        checks = (Check("t1", "f", "One.", Outcome.PASSED, 1.0),
                  Check("t2", "f", "Two.", Outcome.FAILED, 1.0, message))  # fmt: skip
        return Result("01", "a.ipynb", (QuestionResult("f", 2.0, checks),), "full")

    known = {}
    first, second = (slim(result(message), known) for message in ("too large", "too small"))
    assert (first, second) == (result("too large"), result("too small"))
    assert first.questions[0].checks[0] is second.questions[0].checks[0]
    assert len(known) == 3
