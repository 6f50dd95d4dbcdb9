"""What a worker process makes of a job where the platform itself fails."""

import pytest

from autograder import workers
from autograder.core.errors import GraderError
from autograder.workers import Job, grade_job

NOTEBOOK = b'{"nbformat": 4, "cells": []}'


class Failing:
    """A grader whose sandbox fails so many times."""

    def __init__(self, times):
        self.left = times

    def grade(self, submission, seed, only):
        self.left -= 1
        if self.left >= 0:
            raise GraderError("the fork server failed")
        return submission.name


@pytest.fixture
def job(monkeypatch):
    """A function that lets a grader do a job in this process."""

    def do(grader):
        monkeypatch.setattr(workers, "_graders", [grader])
        return grade_job(Job("ann", "a.ipynb", NOTEBOOK))

    return do


def test_a_sandbox_that_fails_once_costs_nothing(job):
    assert job(Failing(0)) == job(Failing(1)) == "a.ipynb"
    with pytest.raises(GraderError):
        job(Failing(2))


def test_a_process_that_could_not_begin_ends_and_breaks_nobodys_submission(job):
    with pytest.raises(SystemExit):
        job(GraderError("bubblewrap was killed"))
