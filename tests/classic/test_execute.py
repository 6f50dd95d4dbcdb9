"""`nbgrader autograde` itself in a course that is protected: its cells run in the sandbox."""

import pytest

from autograder.classic import settings
from autograder.classic.protect import protect
from tests.classic.oracle import HONEST, Class, tagged

NOSY = "import os\nseen = os.path.exists({gradebook!r})"
HUNGRY = "def total(x):\n    return len(bytearray(900 << 20)) and sum(map(int, x.split(',')))"


@pytest.mark.heavy
def test_nbgraders_own_command_runs_cells_in_the_sandbox(oracle, typed, rows):
    settings.adopt(oracle)
    mark = oracle / settings.MARK
    mark.write_text(mark.read_text().replace("# memory_mb = 2048", "memory_mb = 800"))
    protect(oracle)
    nosy = NOSY.format(gradebook=str(oracle / "gradebook.db"))
    course = Class(oracle)
    course.hand_in("student01", change=tagged("skip-execution"))
    course.hand_in("student02", HONEST | {"by_hand": f"area = 12\n{nosy}\narea -= 12 * seen"})
    course.hand_in("student03", HONEST | {"total": "import os\nos._exit(0)"})
    course.hand_in("student04", HONEST | {"total": HUNGRY})
    typed(oracle, "autograde", "hw1")
    found = rows(oracle, "hw1")
    assert found["student01", "levels", "value_float"] == (0.5, None, False)
    assert found["student01", "levels", "warns"] == (2, None, False)
    assert found["student02", "essay", "area"] == (2, None, False)
    assert found["student03", "levels", "reads_data"] == (0, None, False)
    assert found["student03", "levels", "after_the_loop"] == (2, None, False)
    assert found["student04", "levels", "reads_data"] == (0, None, False)
