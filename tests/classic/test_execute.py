"""`nbgrader autograde` itself, its cells run in the sandbox: the settings that the page names."""

import re
from pathlib import Path

import pytest

from tests.classic.oracle import HONEST, Class, tagged

PAGE = Path(__file__).parents[2] / "docs" / "adopt.md"
NOSY = "import os\nseen = os.path.exists({gradebook!r})"


def settings_on_the_page():
    """The lines that an instructor is told to put into nbgrader_config.py."""
    return re.search(r"(?s)```python\n(.*?)```", PAGE.read_text(encoding="utf-8"))[1]


@pytest.mark.heavy
def test_nbgraders_own_command_runs_cells_in_the_sandbox(oracle, typed, rows):
    with (oracle / "nbgrader_config.py").open("a") as config:
        config.write(settings_on_the_page())
    nosy = NOSY.format(gradebook=str(oracle / "gradebook.db"))
    course = Class(oracle)
    course.hand_in("student01", change=tagged("skip-execution"))
    course.hand_in("student02", HONEST | {"by_hand": f"area = 12\n{nosy}\narea -= 12 * seen"})
    course.hand_in("student03", HONEST | {"total": "import os\nos._exit(0)"})
    typed(oracle, "autograde", "hw1")
    found = rows(oracle, "hw1")
    assert found["student01", "levels", "value_float"] == (0.5, None, False)
    assert found["student01", "levels", "warns"] == (2, None, False)
    assert found["student02", "essay", "area"] == (2, None, False)
    assert found["student03", "levels", "reads_data"] == (0, None, False)
    assert found["student03", "levels", "after_the_loop"] == (2, None, False)
