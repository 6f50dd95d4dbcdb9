"""Whole notebooks and what they earn: a folder of golden/ is a case. See golden/README.md."""

import json
from pathlib import Path

import pytest

from autograder import config
from autograder.inputs import read_submission, sandbox_for
from autograder.pipeline import Grader

FOLDER = Path(__file__).parent / "golden"
CASES = sorted(path.parent.name for path in FOLDER.glob("*/submission.ipynb"))


def opened(sandbox="full"):
    """The grader of the first assignment; to be used as a context manager."""
    course = config.load_course(Path(__file__).parent)
    assignment = config.load_assignment(course, "01_convolution")
    return Grader(assignment, sandbox_for(assignment, sandbox))


def verdict(grader, case):
    """What a case comes to, without what differs from run to run or from lesson to lesson."""
    result = grader.grade(read_submission(FOLDER / case / "submission.ipynb"))
    return {
        "earned": result.earned,
        "possible": result.possible,
        "needs_review": result.needs_review,
        "repairs": [text for text in result.repairs if not text.startswith("Cells are missing")],
        "problems": list(result.problems),
        "questions": {
            question.id: {
                "outcome": question.outcome.value,
                "earned": question.earned,
                "mistakes": sorted({check.mistake for check in question.checks if check.mistake}),
            }
            for question in result.questions
        },
    }


@pytest.fixture(scope="module", params=["full", pytest.param("fresh", marks=pytest.mark.heavy)])
def grader(request):
    """One grader for all cases, on each backend: both come to the same."""
    with opened(request.param) as grader:
        yield grader


@pytest.mark.parametrize("case", CASES)
def test_a_golden_notebook_earns_what_it_earned(grader, case):
    expected = json.loads((FOLDER / case / "results.json").read_text(encoding="utf-8"))
    assert verdict(grader, case) == expected


def test_every_case_stands_in_the_table_of_the_readme():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert sorted(line.split("`")[1] for line in text.splitlines() if line[:3] == "| `") == CASES


def write_missing():
    """Write results.json for every case that has none, to be read before it is committed."""
    with opened() as grader:
        for case in CASES:
            file = FOLDER / case / "results.json"
            if not file.exists():
                file.write_text(
                    json.dumps(verdict(grader, case), indent=1) + "\n", encoding="utf-8"
                )
                print(f"written: {file}")


if __name__ == "__main__":
    write_missing()
