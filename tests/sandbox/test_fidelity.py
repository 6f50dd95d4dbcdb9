"""A notebook in the sandbox and the same notebook in Jupyter: a reader sees the same."""

from contextlib import closing
from pathlib import Path

import pytest

from autograder.core.outcome import Outcome
from tests.sandbox.fidelity import differences
from tests.sandbox.fidelity.behaviours import BESIDE, behaviours
from tests.sandbox.fidelity.jupyter import Jupyter
from tests.sandbox.fidelity.shown import shown

PAGE = Path(__file__).parents[2] / "docs" / "fidelity.md"
BEHAVIOURS = behaviours()
KNOWN = differences.known()


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory):
    """One kernel for all notebooks of this file."""
    with closing(Jupyter(tmp_path_factory.mktemp("jupyter"))) as jupyter:
        yield jupyter


def heavy(name):
    """The behaviour as a parameter; what imports torch takes seconds on both sides."""
    slow = any("import torch" in cell for cell in BEHAVIOURS[name])
    return pytest.param(name, marks=pytest.mark.heavy if slow else ())


@pytest.mark.parametrize("name", [heavy(name) for name in BEHAVIOURS])
def test_a_notebook_shows_what_it_shows_in_jupyter(opened, jupyter, name):
    cells = BEHAVIOURS[name]
    _, runs = opened(*cells, files=BESIDE, memory_mb=2048)
    ours = [shown(run.outputs) for run in runs]
    theirs = [shown(outputs) for outputs in jupyter.run(cells)]
    if name in KNOWN:
        assert KNOWN[name].is_as_told(ours, theirs), f"here: {ours}\nin Jupyter: {theirs}"
    else:
        assert ours == theirs


def test_a_cell_fails_where_an_error_is_shown(opened):
    for name in ("an exception", "a syntax error", "KeyboardInterrupt, raised", "sys.exit"):
        _, runs = opened(*BEHAVIOURS[name])
        assert [run.outcome for run in runs] == [
            Outcome.RAISED if shown(run.outputs)[-1:][0][0] == "error" else Outcome.PASSED
            for run in runs
        ]
        assert runs[0].outcome is Outcome.RAISED


def test_every_known_difference_is_one_of_a_behaviour_and_told_once():
    names = [name for each in differences.DIFFERENCES for name in each.behaviours]
    assert sorted(names) == sorted(set(names))
    assert set(names) <= set(BEHAVIOURS)


def test_the_page_lists_the_differences_that_are_known():
    assert differences.table() in PAGE.read_text(encoding="utf-8"), differences.table()


# --- the bounds of what does not come by print ----------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "for n in range(99):\n    display.clear_output(wait=True)\n    print(str(n) * 500)",
        "shown = display.display('', display_id=True)\n"
        "for n in range(99):\n    shown.update(str(n) * 500)",
    ],
    ids=["cleared", "updated"],
)
def test_what_takes_the_place_of_older_output_takes_its_room(opened, cell):
    _, [run] = opened("from IPython import display\n" + cell, output_kb=4)
    [output] = run.outputs
    assert (output.get("text") or output["data"]["text/plain"]).strip("'\n") == "98" * 500


@pytest.mark.parametrize("descriptor", [1, 2])
def test_what_comes_from_below_is_cut_too(opened, descriptor):
    _, [run] = opened(f"import os\nos.write({descriptor}, b'x' * 1_000_000);", output_kb=4)
    [output] = run.outputs
    assert output["name"] == ("stdout", "stderr")[descriptor - 1]
    assert len(output["text"]) < 5000
    assert output["text"].endswith("(output cut here)\n")


def test_what_writes_without_end_from_below_is_stopped_by_the_size_of_a_file(opened):
    endless = "import os\nwhile True:\n    os.write(1, b'x' * 100_000)"
    _, [run, after] = opened(endless, "print('here')", file_mb=1)
    assert run.outputs[-1]["evalue"] == "[Errno 27] File too large"
    assert after.outputs[0]["text"] == "here\n"


def test_a_cell_runs_where_no_descriptor_is_left(opened):
    _, [_, run] = opened(
        "files = []\ntry:\n    while True:\n        files.append(open('/dev/null'))\n"
        "except OSError:\n    pass",
        "print('here')",
    )
    assert (run.outcome, run.outputs[0]["text"]) == (Outcome.PASSED, "here\n")
