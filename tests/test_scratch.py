"""The folder for a process's sockets: one for each, gone in the end, also after a kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import scratch

MAKER = """
import os, signal, sys
from pathlib import Path
from autograder.scratch import own_folder, passing_folder
assert own_folder() is own_folder()
with passing_folder() as passing:
    pass
assert own_folder().exists() and not passing.exists()
with passing_folder() as passing:
    print(own_folder(), passing, flush=True)
    os.kill(os.getpid(), int(sys.argv[1])) if int(sys.argv[1]) else None
"""


@pytest.fixture
def made(tmp_path):
    """A function that lets a process make folders and end by a signal, or none; the folders."""

    def make(number=0):
        words = [sys.executable, "-c", MAKER, str(int(number))]
        done = subprocess.run(
            words, env=os.environ | {"TMPDIR": str(tmp_path)}, capture_output=True, encoding="utf-8"
        )
        assert (done.returncode, done.stderr) == (-number, "")
        return [Path(name) for name in done.stdout.split()]

    return make


def test_the_folder_is_gone_in_the_end(made, tmp_path):
    made()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed_by_the_next(made, tmp_path):
    left = made(signal.SIGKILL)
    assert [path.is_dir() for path in left] == [True, True]
    made()
    assert list(tmp_path.iterdir()) == []


def test_nor_does_one_stay_whose_process_had_no_time_to_lock_it(made, tmp_path):
    (tmp_path / f"{scratch.PREFIX}early").mkdir()
    made()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_swept_before_it_is_locked_is_made_anew(monkeypatch, tmp_path):
    made = [tmp_path / "gone", tmp_path / "there"]
    made[1].mkdir()
    monkeypatch.setattr(scratch.tempfile, "mkdtemp", lambda **words: made.pop(0))
    folder, lock = scratch.locked_folder()
    os.close(lock)
    assert folder == tmp_path / "there"


def test_the_folder_of_a_process_that_lives_is_left_alone():
    folder = scratch.own_folder()
    scratch.sweep()
    assert (folder / scratch.LOCK).exists()


def test_a_folder_too_deep_for_sockets_is_not_used(tmp_path):
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    code = "from autograder import scratch, workers; from autograder.crew import *; import time\n"
    code += "with workers.processes(1, abs, (1,)) as crew: print(crew.submit(abs, -1).exception())"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"TMPDIR": str(deep)}, capture_output=True,
        encoding="utf-8",
    )  # fmt: skip
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "None\n")
    assert list(deep.iterdir()) == []


@pytest.mark.parametrize(
    ("xdg", "home", "expected"),
    [
        ("/a", "/b", "/a/cnn-autograder"),
        ("", "/b", "/b/.cache/cnn-autograder"),
        ("../a", "/b", "/b/.cache/cnn-autograder"),
        (None, "/b", "/b/.cache/cnn-autograder"),
        (None, "b", None),
        ("a", "b", None),
    ],
)
def test_what_is_kept_for_the_user_lies_in_the_cache_or_nowhere(monkeypatch, xdg, home, expected):
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    if xdg is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", xdg)
    monkeypatch.setenv("HOME", home)
    assert scratch.user_cache() == Path(expected or scratch.own_folder() / "cnn-autograder")
