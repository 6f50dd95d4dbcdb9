"""What a guest claims about a cell: as many outputs are taken as a cell may show."""

from autograder.sandbox.claims import cell_run
from autograder.sandbox.guest.outputs import OUTPUT_COUNT

SHOWN = {"output_type": "display_data", "data": {"text/plain": "x"}}


def test_no_more_outputs_are_taken_than_a_cell_may_show():
    ran = {"outputs": [SHOWN] * 20_000, "pictures": [], "late": False, "failure": None}
    shown = cell_run("x", ran, 1.0).outputs
    assert len(shown) == OUTPUT_COUNT + 1  # the last value, too
    assert shown[0]["data"] == {"text/plain": "x"}
