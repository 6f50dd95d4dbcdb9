"""What is told while a class is graded: counts, pace, verdicts; nothing that a student wrote."""

import json
from dataclasses import replace

import pytest

from autograder import events
from autograder.core.outcome import Outcome
from autograder.events import Pace, Run, as_line, verdict_of
from autograder.log import Log

ALWAYS = {"schema", "event", "at", "assignment", "total", "done", "kept", "elapsed", "eta"}
OF_VERDICTS = {"student", "earned", "possible", "needs_review", "outcome", "seconds", "cells"}


@pytest.fixture
def clock(monkeypatch):
    """The clock, to be moved by hand."""
    now = [100.0]
    monkeypatch.setattr(events.time, "monotonic", lambda: now[0])
    return now


def test_the_time_left_is_reckoned_from_what_was_graded_now(clock, verdict):
    told = []
    run = Run(told.append)
    run.begin(10)
    clock[0] += 5  # what starting costs says nothing of the rest
    run.kept("ann", verdict_of(verdict()))
    assert told[-1].pace.left is None
    run.started("bob")
    clock[0] += 4
    run.finished("bob", verdict_of(verdict()))
    clock[0] += 4
    run.finished("cid", verdict_of(verdict()))
    pace = told[-1].pace
    assert (pace.total, pace.done, pace.kept, pace.elapsed) == (10, 3, 1, 13)
    assert (pace.rate, pace.left) == (0.25, 28)
    run.ended()
    assert [event.name for event in told] == [
        *("run_started", "submission_kept", "submission_started"),
        *("submission_finished", "submission_finished", "run_finished"),
    ]


def test_an_error_is_told_as_the_end():
    told = []
    Run(told.append).ended(ValueError("the disk is full"))
    assert (told[0].name, told[0].note) == ("run_interrupted", "the disk is full")


@pytest.mark.parametrize(
    ("outcomes", "points", "outcome"),
    [
        ({}, "5/5", "PASSED"),
        ({"double": Outcome.FAILED}, "3/5", "FAILED"),
        ({"double": Outcome.BROKEN}, "3/5 review", "BROKEN"),
        ({"double": Outcome.BROKEN, "hypotenuse": Outcome.BROKEN}, "review", "BROKEN"),
    ],
)
def test_a_verdict_in_a_few_numbers(verdict, outcomes, points, outcome):
    found = verdict_of(verdict(**outcomes))
    assert (found.points, found.outcome) == (points, outcome)


def test_a_line_is_ascii_with_the_keys_that_are_documented(verdict):
    told = []
    run = Run(told.append)
    run.begin(1)
    result = replace(verdict(cells=[("print('\x1b[31m')", [])]), problems=("\u202egnp.exe",))
    run.finished("\x1b]0;evil\x07 ünn\n", verdict_of(result))
    begun, finished = (as_line(event, "01_small") for event in told)
    assert set(json.loads(begun)) == ALWAYS
    assert set(json.loads(finished)) == ALWAYS | OF_VERDICTS
    assert finished.isascii()
    assert finished.rstrip("\n").isprintable()
    assert finished.count("\n") == 1
    assert json.loads(finished)["student"] == "\x1b]0;evil\x07 ünn\n"
    assert "gnp" not in finished
    assert "print" not in finished


def test_the_log_is_added_to_and_a_torn_line_stays_alone(tmp_path):
    file = tmp_path / "logs" / "01.jsonl"
    for _ in range(2):
        with Log(file, "01") as log:
            log(events.Event("run_interrupted", Pace()))  # nothing was begun: nothing to tell
            log(events.Event("run_started", Pace(total=3)))
        with file.open("a") as torn:
            torn.write('{"schema": 1, "ev')
    lines = file.read_text().splitlines()
    assert [line.count('"run_started"') for line in lines] == [1, 0, 1, 0]
    assert json.loads(lines[2])["total"] == 3


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path):
    (tmp_path / "logs").write_text("no folder")
    with Log(tmp_path / "logs" / "01.jsonl", "01") as log:
        for _ in range(2):
            log(events.Event("run_started", Pace(total=3)))
    assert (tmp_path / "logs").read_text() == "no folder"
