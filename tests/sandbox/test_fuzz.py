"""Bytes that a student wrote are refused in one sentence or read; nothing else ever happens."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import bombs, targets

ROOT = Path(__file__).parents[2]
often = settings(max_examples=400, deadline=None, derandomize=True)

# --- good inputs with a few wounds ----------------------------------------------------------------

TOKENS = {
    "frame": [b"\xc7\xff\x02", b"\xdd\xff\xff\xff\xff", b"\xd4\x02\x90", b"\xc1", b"\xcf" * 9],
    "stream": [b"\0" * 8, b"\xff" * 8, b"\0\0\0\0\0\x10\0\0", b"\0\0\0\x40", b"\xc9\xff\xff"],
    "notebook": [b"NaN", b"-Infinity", b"1e999", b"[" * 3000, b'"\\ud800"', b"\xff\xfe", b"\xef"
                 b"\xbb\xbf", b"null", b'"nbformat":4,', b"9" * 5000, b"\0", b'{"":', b"\x1b[31m"],
}  # fmt: skip


def wounded(target):
    """Good inputs of a target in which a few places were overwritten, cut, doubled or moved."""
    place = st.floats(0, 1)
    wound = st.tuples(
        st.sampled_from(["put", "cut", "double", "end"]),
        place,
        place,
        st.binary(min_size=1, max_size=9) | st.sampled_from(TOKENS[target]),
    )
    return st.builds(inflict, st.sampled_from(targets.seeds(target)), st.lists(wound, max_size=4))


def inflict(data, wounds):
    """`data` after the wounds."""
    for kind, first, second, new in wounds:
        start, stop = sorted((int(first * len(data)), int(second * len(data))))
        if kind == "put":
            data = data[:start] + new + data[start + len(new) :]
        elif kind == "cut":
            data = data[:start] + data[stop:]
        elif kind == "double":
            data = data[:stop] + data[start:stop] + data[stop:]
        else:
            data = data[:start] + new
    return data


@pytest.mark.parametrize("target", targets.TARGETS)
def test_a_good_input_is_read_and_a_wounded_one_is_read_or_refused(target):
    for data in targets.seeds(target):
        targets.TARGETS[target](data)

    @often
    @given(wounded(target))
    def survives(data):
        targets.TARGETS[target](data)

    survives()


@pytest.mark.parametrize("target", targets.TARGETS)
def test_any_bytes_are_read_or_refused(target):
    @often
    @given(st.binary(max_size=200))
    def survives(data):
        targets.TARGETS[target](data)

    survives()


# --- notebooks of wrong shapes --------------------------------------------------------------------

SCALARS = (
    st.none() | st.booleans() | st.floats() | st.integers(-(10**40), 10**40)
    | st.text(st.characters(exclude_categories=()), max_size=8)
)  # fmt: skip
WORDS = st.sampled_from(
    ["nbformat", "cells", "cell_type", "source", "metadata", "nbgrader", "grade_id", "level"]
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=3), inner),
    max_leaves=12,
)
SOURCES = st.text(max_size=9) | st.lists(st.text(max_size=4) | ANYTHING, max_size=4) | ANYTHING
META = st.fixed_dictionaries({}, optional={"nbgrader": ANYTHING, "tags": ANYTHING}) | ANYTHING
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | ANYTHING,
        "source": SOURCES,
        "input": SOURCES,
        "metadata": META,
        "level": SCALARS,
        "id": ANYTHING,
    },
)
LISTS = st.lists(CELLS | ANYTHING, max_size=4) | ANYTHING
NOTEBOOKS = st.fixed_dictionaries(
    {"nbformat": st.sampled_from([4, 4, 4, 3, 2, "4", 4.0]) | ANYTHING},
    optional={
        "cells": LISTS,
        "worksheets": st.lists(st.fixed_dictionaries({"cells": LISTS}) | ANYTHING) | ANYTHING,
        "metadata": ANYTHING,
    },
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32-be", "latin-1", "utf-7"])


@often
@given(NOTEBOOKS, st.booleans(), ENCODINGS)
def test_a_notebook_of_any_shape_and_encoding_is_read_or_refused(content, escaped, encoding):
    text = json.dumps(content, ensure_ascii=escaped)
    targets.notebook(text.encode(encoding, "replace"))


@often
@given(st.lists(st.tuples(WORDS, ANYTHING), max_size=8))
def test_of_a_key_that_is_there_twice_one_is_taken(pairs):
    body = ",".join(f"{json.dumps(key)}:{json.dumps(value)}" for key, value in pairs)
    targets.notebook(f'{{"nbformat":4,{body}}}'.encode("utf-8", "surrogatepass"))


# --- little that becomes much ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["wire", "notebook"])
def test_what_grows_stays_within_memory_and_comes_to_an_end(kind):
    ran = subprocess.run(
        [sys.executable, "-m", bombs.__name__, kind], cwd=ROOT, capture_output=True, text=True
    )
    expected = bombs.frames() if kind == "wire" else bombs.notebooks()
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.splitlines()) == len(list(expected))
