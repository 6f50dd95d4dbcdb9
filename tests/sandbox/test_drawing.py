"""matplotlib is imported without the help of `set`, and draws the same."""

import json
import subprocess
import sys

LOADED = """
import io, json
from autograder.sandbox.guest import drawing

drawing.load()
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
"""


def said(code):
    """What a fresh process says as JSON that has imported it so and runs `code`."""
    ran = subprocess.run(
        [sys.executable, "-c", f"{LOADED}{code}"], capture_output=True, text=True, check=True
    )
    return json.loads(ran.stdout)


def test_properties_are_set_as_ever():
    code = """
(line,) = plt.plot([0, 1])
line.set(color="red", lw=3)
plt.gca().set(title="a line", xlim=(0, 2))
try:
    line.set(colour="red")
except AttributeError as error:
    said = str(error)
axes = plt.gca()
print(json.dumps([line.get_color(), line.get_lw(), axes.get_title(), axes.get_xlim(), said]))
"""
    color, width, title, limits, error = said(code)
    assert (color, width, title, limits) == ("red", 3, "a line", [0, 2])
    assert "unexpected keyword argument 'colour'" in error


def test_kinds_that_a_notebook_makes_are_described():
    code = """
from matplotlib.lines import Line2D

class Wave(Line2D):
    def set_waves(self, number): ...

print(json.dumps(["waves" in Wave.set.__doc__, Line2D.set.__doc__ is None]))
"""
    assert said(code) == [True, True]
