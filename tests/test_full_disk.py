"""A disk that fills up while a class is graded: one sentence, and nothing lost."""

import os
import subprocess

import pytest

from tests.test_unattended import copy_of, differences, finished, kept, started, state

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk"),
]
STUDENTS = 16
FULL = ("No space left on device", "disk is full", "disk I/O error")


@pytest.fixture
def small_disk(tmp_path):
    """The folder of a disk of 16 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    options = ["-t", "tmpfs", "-o", "size=16m", "tmpfs", place]
    done = subprocess.run(["mount", *options], capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        pytest.skip(f"a container that may not mount: {done.stderr.strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def fill(disk, left):
    """A file that takes all room but so many kilobytes."""
    ballast = disk / "ballast"
    room = os.statvfs(disk)
    with ballast.open("wb") as file:
        file.truncate(0)
        os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - (left << 10))
    return ballast


@pytest.mark.parametrize("left", [0, 40, 150, 300])
def test_a_disk_that_fills_up_costs_nothing_but_time(school, small_disk, left):
    folder = school(STUDENTS)
    peace = copy_of(folder, "peace")
    assert finished(started(peace))[0] == 0
    here = copy_of(folder, small_disk / "course")
    ballast = fill(small_disk, left)
    status, words = finished(started(here, cwd=folder.root.parent))
    assert status == 1
    assert any(word in words for word in FULL), words
    assert words.splitlines()[-1].startswith("autograder: ")
    assert kept(here) < STUDENTS
    ballast.unlink()
    status, words = finished(started(here, cwd=folder.root.parent))
    assert (status, kept(here)) == (0, STUDENTS), words
    assert differences(state(here), state(peace)) == []
    assert not list(here.root.rglob("*.part"))
