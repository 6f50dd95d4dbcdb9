"""matplotlib's list of fonts: made once on a machine, and then there for all guests."""

import json
from contextlib import closing

import pytest

from autograder.core.limits import Limits
from autograder.sandbox import fonts
from autograder.sandbox.backend import chosen
from autograder.sandbox.session import Session

LOOK = """
import matplotlib.font_manager
print(sorted(font.name for font in matplotlib.font_manager.fontManager.ttflist if font.size == "7"))
"""


@pytest.fixture
def look(monkeypatch, tmp_path):
    """A function that says which fonts of size 7 a guest knows; there is no list at first."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    def look(kind):
        with closing(chosen(kind)) as backend, Session(backend, Limits(cell_seconds=60)) as session:
            (run,) = session.run([LOOK])
        return "".join(output["text"] for output in run.outputs if output.get("name") == "stdout")

    return look


def test_a_list_is_made_once_and_then_found_by_guests_of_both_kinds(look):
    assert fonts.known() is None
    assert look("full") == "[]\n"
    (file,) = fonts.known().iterdir()
    listed = json.loads(file.read_text(encoding="utf-8"))
    listed["ttflist"][0] |= {"name": "Marked", "size": "7"}  # which no machine has
    file.write_text(json.dumps(listed), encoding="utf-8")
    assert look("full") == look("fresh") == "['Marked']\n"


@pytest.mark.parametrize("spoiled", [b"", b"{", b'{"_version": 5}'])
def test_a_list_that_is_torn_is_made_anew_in_the_guest(look, spoiled):
    assert look("full") == "[]\n"
    (file,) = fonts.known().iterdir()
    file.write_bytes(spoiled)
    assert look("full") == "[]\n"


def test_where_no_list_can_be_kept_there_is_none(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    fonts.keep({"fontlist-v3.json": b"{}"})
    assert fonts.known() is None
