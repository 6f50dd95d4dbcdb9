"""nbgrader's Validate says what the visible checks say, with nothing that students have not got."""

import json
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from autograder.check import modules
from autograder.config import load_assignment, load_course
from autograder.core.submission import read_notebook
from autograder.lesson import weave
from autograder.lesson.build import built_text, solved_text

ROOT = Path(__file__).parents[1]
COURSE = load_course(ROOT)
BIN = Path(sys.executable).parent
WRONG = 2  # notebooks with a known mistake, of each assignment

# What students have is numpy, torch and matplotlib; 06 takes its digits from scikit-learn where
# nothing was downloaded.
MISSING = """\
import sys

class Missing:
    names = {"autograder", "reference", "scipy", "ipywidgets", "pandas", "pytest", "hypothesis"}

    def __init__(self, finder):
        self.finder = finder

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, path=None, target=None):
        missing = name.split(".")[0] in self.names
        return None if missing else self.finder.find_spec(name, path, target)

sys.meta_path[:] = [Missing(finder) for finder in sys.meta_path]
"""
# The checks without Jupyter: each cell is run as it stands, and those that raise are named.
PLAINLY = """\
import json, sys
names, failed = {"__name__": "__main__", "display": print}, []
for cell in json.load(open(sys.argv[1], encoding="utf-8"))["cells"]:
    if cell["cell_type"] == "code":
        try:
            exec("".join(cell["source"]), names)
        except Exception:
            if cell["metadata"].get("nbgrader", {}).get("grade"):
                failed.append("".join(cell["source"]).strip())
print("\\n" + json.dumps(failed))
"""


@pytest.fixture
def student(tmp_path):
    """A function that runs Python as a student's machine has it, in the student's folder."""
    (tmp_path / "missing").mkdir()
    (tmp_path / "missing" / "sitecustomize.py").write_text(MISSING, encoding="utf-8")
    environment = {
        "PATH": f"{BIN}:{os.defpath}",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(tmp_path / "missing"),
        "MPLBACKEND": "agg",
        "OMP_NUM_THREADS": "1",
    }

    def run(*words):
        return subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=environment, capture_output=True, text=True
        )

    return run


def notebooks(assignment):
    """Notebooks by what they are: solved, untouched, and with one known mistake each."""
    yield "solved", solved_text(assignment)
    yield "stub", built_text(assignment)
    for mistake in islice(modules.mistakes(assignment), WRONG):
        woven = {mistake.question: weave.renamed(mistake.function, mistake.question)}
        yield mistake.name, solved_text(assignment, woven)


def listed(said):
    """The cells that `nbgrader validate` names, by their first lines."""
    parts = said.split("The following cell failed:")[1:]
    return [part.split("The error was:")[0].split()[:4] for part in parts]


@pytest.mark.heavy
@pytest.mark.parametrize("name", COURSE.assignments)
def test_validate_agrees_with_the_visible_checks(name, student, tmp_path):
    assignment = load_assignment(COURSE, name)
    file = tmp_path / assignment.built.name
    for what, text in notebooks(assignment):
        file.write_text(text, encoding="utf-8")
        plainly = student("-c", PLAINLY, str(file))
        failing = json.loads(plainly.stdout.splitlines()[-1])
        done = student("-m", "nbgrader", "validate", file.name)
        assert done.returncode == 0, done.stderr
        assert listed(done.stdout) == [cell.split()[:4] for cell in failing], (what, done.stdout)
        if what == "solved":
            assert "Success! Your notebook passes all the tests." in done.stdout
        if what == "stub":
            ids = {question.id for question in assignment.questions}
            cells = read_notebook(file.name, text.encode()).cells
            checks = [cell for cell in cells if cell.is_code and cell.grade_id in ids]
            assert len(failing) == len(checks)
            assert done.stdout.count("NotImplementedError") >= len(checks)
            assert f"VALIDATION FAILED ON {len(checks)} CELL(S)!" in done.stdout
