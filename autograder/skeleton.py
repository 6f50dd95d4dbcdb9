"""Writes a small assignment that verifies, to be filled with a lesson of one's own."""

import re
from collections.abc import Iterator
from pathlib import Path

from autograder.config import read_assignment
from autograder.core.course import Course
from autograder.core.errors import UserError
from autograder.lesson.build import write_built

NAME = re.compile(r"(?P<number>\d+_)?(?P<topic>[a-z][a-z0-9_]*)")

ASSIGNMENT = """\
title: {title}
notebook: {topic}
reference: {topic}
questions: # in the order of the lesson
  double: 2
  why: {{points: 1, written: true, rubric: {{"names a reason": 1}}}}
"""

LESSON = """\
# %% [markdown]
# # {title}
#
# Tell the story here: formulas ($y = 2x$), pictures, a small example to do by hand.

# %%
import numpy as np

# %% [markdown]
# ## Twice as much
# Write `double`, which doubles every value of an array.

# %% solution="double"

# %% test="double"
seen = double(np.array([1.5, -2.0]))
assert isinstance(seen, np.ndarray), "double should return an array"
assert seen.shape == (2,), f"two values in, two values out; yours has shape {{seen.shape}}"
assert seen[1] < seen[0], "signs should survive"
print("double: all visible checks passed.")

# %% [markdown]
# ## In your own words
# Why is a function better than copying the line?

# %% [markdown] written="why"
# *Your answer here.*
"""

REFERENCE = '''\
"""{title}: the reference solutions."""

import numpy as np


def double(values):
    """Twice every value of an array of any shape.

    Returns an array of the same shape; `values` stays as it is.
    """
    return 2 * np.asarray(values, dtype=float)
'''

MISTAKES = '''\
"""Known mistakes of {topic}, each with a name and a hint."""

from autograder.check import mistake
from reference.{topic} import double


@mistake(of=double, hint="What should become of -1? Try it by hand.")
def loses_the_sign(values):
    """Magnitudes are doubled, signs are lost."""
    return 2.0 * abs(values)


@mistake(of=double, hint="Look at the array that you passed in, before and after the call.")
def changes_its_argument(values):
    """The result is written into the argument."""
    values *= 2
    return values
'''

VARIANTS = '''\
"""Correct code for {topic} in other styles: none may lose a point."""

import numpy as np

from autograder.check import variant
from reference.{topic} import double


@variant(of=double)
def double_by_adding(values):
    """The sum of the array and itself."""
    return np.add(values, values)
'''

TESTS = '''\
"""Hidden tests of {name}. The first paragraph of a docstring is what the student reads."""

from autograder.check import like, points


@points("double", 1)
def test_double_doubles_every_value(student, reference, rng):
    """Every value of an array is doubled, negative ones too."""
    values = rng.standard_normal((3, 4)) - 0.5
    expected = like(reference.double(values))
    assert student.double(values) == expected


@points("double", 1)
def test_double_leaves_its_argument_alone(student, reference, rng):
    """The array that is passed in stays as it is."""
    values = rng.standard_normal(5) + 3
    before = values.copy()
    student.double(values)
    assert values == like(before), "Your function changed the array that was passed in."
'''


def write_skeleton(course: Course, name: str) -> Iterator[Path]:
    """Write the files of a new assignment and build its notebook; never overwrites one."""
    match = NAME.fullmatch(name)
    if not match:
        raise UserError(f"{name!r} is no name for an assignment. Use one such as 07_attention")
    topic = match["topic"]
    folder, reference = course.root / "assignments" / name, course.root / "reference"
    texts = {
        folder / "assignment.yaml": ASSIGNMENT,
        folder / "lesson.py": LESSON,
        folder / "hidden_tests.py": TESTS,
        reference / f"{topic}.py": REFERENCE,
        reference / f"{topic}_mistakes.py": MISTAKES,
        reference / f"{topic}_variants.py": VARIANTS,
    }
    for file in texts:
        if file.exists():
            raise UserError(f"{file}: exists already. Choose another name or remove it first")
    words = {"name": name, "topic": topic, "title": topic.replace("_", " ").capitalize()}
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(**words), encoding="utf-8")
        yield file
    assignment = read_assignment(folder, course)
    write_built(assignment)
    yield assignment.built
