"""`pytest assignments/… --submission NOTEBOOK`, as an instructor types it."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder import config
from autograder.check import modules
from autograder.check.plugin import generator
from autograder.lesson import build, weave

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def assignment():
    """The first assignment of the course."""
    return config.load_assignment(config.load_course(ROOT), "01_convolution")


@pytest.fixture
def run(tmp_path):
    """A function that runs pytest on the assignment, with a notebook handed in or without."""

    def run(text="", *arguments):
        notebook = tmp_path / "handed_in.ipynb"
        notebook.write_text(text, encoding="utf-8")
        submission = ["--submission", str(notebook)] if text else []
        command = [sys.executable, "-m", "pytest", "assignments/01_convolution", *submission,
                   "-p", "no:cacheprovider", *arguments]  # fmt: skip
        clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
        return subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True)

    return run


def test_without_a_notebook_the_reference_is_tested(run):
    done = run()
    assert done.returncode == 0, done.stdout
    assert " passed in " in done.stdout


def test_a_solved_notebook_passes(run, assignment):
    done = run(build.solved_text(assignment))
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout


def test_a_mistake_is_shown_with_both_values(run, assignment):
    mistakes = {mistake.name: mistake for mistake in modules.mistakes(assignment)}
    woven = weave.renamed(mistakes["correlates_in_1d"].function, "convolve1d")
    done = run(build.solved_text(assignment, {"convolve1d": woven}), "-k", "convolve1d")
    assert done.returncode == 1
    assert "test_convolve1d_follows_the_definition" in done.stdout
    assert "ndarray == like(…): The shape is right, but most values are not." in done.stdout
    assert "student:" in done.stdout
    assert "expected:" in done.stdout


def test_a_notebook_that_is_none_is_said_in_a_sentence(run):
    done = run("this is no notebook", "-k", "convolve1d_has")
    assert done.returncode == 2
    assert "Exit: handed_in.ipynb: not JSON" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_the_numbers_of_a_test_are_its_own_and_always_the_same(assignment):
    draws = {
        (test, seed): generator(assignment, test, seed).standard_normal(4)
        for test in ("test_one", "test_two")
        for seed in (0, 1)
    }
    again = generator(assignment, "test_one", 0).standard_normal(4)
    assert np.array_equal(draws["test_one", 0], again)
    assert len({tuple(numbers) for numbers in draws.values()}) == 4
