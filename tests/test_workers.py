"""What worker processes begin with, and what they make of a job where the platform itself fails."""

import os
import signal
from contextlib import closing
from dataclasses import replace
from multiprocessing import forkserver
from pathlib import Path

import pytest

from autograder import config, halts, workers
from autograder.core.errors import AutograderError, GraderError
from autograder.workers import Job, grade_job, processes

NOTEBOOK = b'{"nbformat": 4, "cells": []}'


class Disturbed:
    """A grader that is disturbed so many times."""

    def __init__(self, times, disturb):
        self.left, self.disturb = times, disturb

    def grade(self, submission, seed, only):
        self.left -= 1
        return self.disturb() if self.left >= 0 else submission.name


def failed():
    """The sandbox fails."""
    raise GraderError("the fork server failed")


def halted():
    """The process is stopped meanwhile and goes on, as after Ctrl-Z."""
    os.kill(os.getpid(), signal.SIGCONT)
    return "all deadlines have passed"


@pytest.fixture
def job(monkeypatch):
    """A function that lets a grader do a job in this process."""

    def do(grader):
        monkeypatch.setattr(workers, "_graders", [grader])
        return grade_job(Job("ann", "a.ipynb", NOTEBOOK))

    return do


def test_a_sandbox_that_fails_once_costs_nothing(job):
    assert job(Disturbed(0, failed)) == job(Disturbed(1, failed)) == "a.ipynb"
    with pytest.raises(GraderError):
        job(Disturbed(2, failed))


def test_a_verdict_from_a_time_in_which_the_process_was_stopped_does_not_count(job):
    before = signal.getsignal(signal.SIGCONT)
    halts.listen()
    try:
        assert job(Disturbed(0, halted)) == job(Disturbed(2, halted)) == "a.ipynb"
    finally:
        signal.signal(signal.SIGCONT, before)


def test_a_process_that_could_not_begin_ends_and_breaks_nobodys_submission(job):
    with pytest.raises(SystemExit):
        job(GraderError("bubblewrap was killed"))


ROOT = Path(__file__).parents[1]


@pytest.fixture
def assignment(monkeypatch):
    """An assignment, and nothing that was prepared before."""
    monkeypatch.setattr(workers, "_graders", [])
    monkeypatch.setattr(workers, "_measures", [])
    return config.load_assignment(config.load_course(ROOT), "01_convolution")


def test_a_worker_begins_with_what_was_prepared(assignment, monkeypatch):
    monkeypatch.setenv(workers.PREPARED, str(assignment.folder))
    workers.prepare()
    assert workers.PREPARED not in os.environ  # nothing that is started later sees it
    [measure] = workers._measures
    with closing(measure.judge):
        assert set(measure.judge.tests()) == {name for name, _ in measure.judge._loop.scripts}
        workers.start_worker(assignment, "weak", "", None)
        assert workers.grader().judge is measure.judge


def test_what_was_prepared_serves_no_other_assignment(assignment, monkeypatch):
    monkeypatch.setenv(workers.PREPARED, str(assignment.folder))
    workers.prepare()
    workers.start_worker(replace(assignment, seed=assignment.seed + 1), "weak", "", None)
    with closing(workers._measures[0].judge), closing(workers.grader().judge):
        assert workers.grader().judge is not workers._measures[0].judge


def test_what_cannot_be_prepared_is_left_for_the_worker_to_say(assignment, monkeypatch, tmp_path):
    monkeypatch.setenv(workers.PREPARED, str(tmp_path))
    workers.prepare()
    assert workers._measures == []
    broken = replace(assignment, reference="nowhere")
    workers.start_worker(broken, "weak", "", None)
    with pytest.raises(AutograderError, match=r"nowhere\.py"):
        workers.ready()


def test_the_process_that_workers_are_forked_from_ends_with_them():
    with processes(1, int, ()) as crew:
        assert crew.submit(len, "abc").result() == 3
    assert forkserver._forkserver._forkserver_pid is None
