"""What a guest claims about a cell: no more outputs than it may show, and real pictures."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from autograder.sandbox.claims import cell_run
from autograder.sandbox.guest.outputs import OUTPUT_COUNT

SHOWN = {"output_type": "display_data", "data": {"text/plain": "x"}}


def test_no_more_outputs_are_taken_than_a_cell_may_show():
    ran = {"outputs": [SHOWN] * 20_000, "pictures": [], "late": False, "failure": None}
    shown = cell_run("x", ran, 1.0).outputs
    assert len(shown) == OUTPUT_COUNT + 1  # the last value, too
    assert shown[0]["data"] == {"text/plain": "x"}


def kinds_of(picture):
    """What is kept of a cell that shows these bytes as a picture."""
    claimed = np.frombuffer(base64.b64encode(picture), np.uint8)
    shown = {"output_type": "display_data", "data": {"image/png": 0, "text/plain": "<Figure>"}}
    ran = {"outputs": [shown], "pictures": [claimed], "late": False, "failure": None}
    return set(cell_run("x", ran, 1.0).outputs[0]["data"])


def png(width, height):
    """The bytes of a black picture of that size."""
    file = io.BytesIO()
    Image.new("1", (width, height)).save(file, "png")
    return file.getvalue()


@pytest.mark.parametrize("size", [(1, 1), (6000, 6000)])
def test_a_picture_is_taken_as_it_is(size):
    assert kinds_of(png(*size)) == {"image/png", "text/plain"}


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"<html><script>alert(1)</script>",
        png(1, 1)[:20],
        png(20_000, 20_000),  # which takes a browser more than a gigabyte to show
        png(1, 1).replace(bytes([0, 0, 0, 1] * 2), b"\xff" * 8, 1),
    ],
    ids=["nothing", "a page", "a beginning", "too large", "beyond all measure"],
)
def test_what_no_browser_could_show_is_left_out(picture):
    assert kinds_of(picture) == {"text/plain"}
