"""The same assignment for otter-grader, which joins where `OTTER` or the path names its command."""

import ast
import json
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from autograder.core.assignment import Assignment
from benchmarks import classic, conv, meter, pupils
from benchmarks.row import Row, row

# otter runs a test file without a file, so a function's source is not to be had: it passes itself.
HEAD = """\
OK_FORMAT = False
from otter.test_files import test_case
name = {name!r}
points = {points!r}
"""
FOOT = """
inspect = types.SimpleNamespace(getsource=lambda function: function)
Notebook.define = lambda self, function: function

@test_case(points={points!r}, hidden=True)
def hidden(env):
    student = Notebook(env)
"""


def command() -> str | None:
    """Where otter is installed, if it is."""
    return os.environ.get("OTTER") or shutil.which("otter")


def rows(count: int, peers: int, rounds: int) -> Iterator[Row]:
    """What ours costs for each notebook of a class, and `otter run`, which starts for each."""
    assignment = pupils.known("01_convolution")
    ratios, ours, theirs = [], [], []
    for _ in range(rounds):
        ours.append(conv.grade(assignment, count).cpu / count)
        theirs.append(graded(assignment, peers) / peers)
        ratios.append(ours[-1] / theirs[-1])
    detail = {"submissions": count, "otter submissions": peers, "otter": version()}
    yield row("conv_otter", f"{count} × {assignment.name}: CPU, against otter run", "of otter's",
              (1 / 25, 1 / 40), ratios, ours_s=ours, otter_s=theirs, **detail)  # fmt: skip


def version() -> str:
    """What otter says of its version, below its letters."""
    told = subprocess.run([str(command()), "--version"], capture_output=True, text=True, check=True)
    return re.findall(r"Otter-Grader version: (\S+)", told.stdout)[0]


def graded(assignment: Assignment, count: int) -> float:
    """Seconds for `count` notebooks, one `otter run` for each; the first must earn all points."""
    full = sum(question.points for question in assignment.coded)
    seconds = 0.0
    with tempfile.TemporaryDirectory() as folder:
        package = packed(assignment, Path(folder, "autograder.zip"))
        for number, (_, text) in enumerate(pupils.notebooks(assignment, count)):
            file = Path(folder, assignment.built.name)
            file.write_text(text, encoding="utf-8")
            words = [str(command()), "run", "-a", str(package), "-o", folder, "--no-logo"]
            used = meter.run([*words, str(file)], Path(folder), pupils.ENVIRONMENT)
            if used.status or (number == 0 and earned(Path(folder, "results.json")) != full):
                raise RuntimeError(f"otter run: {used.output[-2000:]}")
            seconds += used.cpu
    return seconds


def earned(file: Path) -> float:
    """The points in otter's results."""
    results = json.loads(file.read_text(encoding="utf-8"))
    return sum(float(test.get("score", 0.0)) for test in results["tests"])


def packed(assignment: Assignment, file: Path) -> Path:
    """otter's package of the assignment: a test file for each question."""
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("otter_config.json", json.dumps({"show_hidden": True}))
        for name, text in tests(assignment).items():
            package.writestr(f"tests/{name}.py", text)
    return file


def tests(assignment: Assignment) -> dict[str, str]:
    """otter's test file of each question, with the hidden tests that we have."""
    shared, own = classic.parts(assignment)
    found = {}
    for question in assignment.coded:
        marks = {"name": question.id, "points": question.points}
        calls = [line for line in own[question.id] if is_call(line)]
        functions = [line for line in own[question.id] if not is_call(line)]
        body = "".join(f"    {call}\n" for call in calls)
        found[question.id] = "\n".join(
            [HEAD.format(**marks), *shared, *functions, FOOT.format(**marks) + body]
        )
    return found


def is_call(text: str) -> bool:
    """Whether this is the call of a test and not the test."""
    return isinstance(ast.parse(text).body[0], ast.Expr)
