"""Hostile folders: what is handed in as links, devices, bombs, and names that are no names."""

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.attempts import attempts_of
from autograder.collect import collect
from autograder.core.assignment import Assignment, Question
from autograder.core.errors import UserError
from autograder.core.rules import Rules
from autograder.folder import CourseFolder
from autograder.inputs import read_submission

ROOT = Path(__file__).parents[2]
CANARY = "canary-of-the-gradebook"
PLAIN = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
NOTEBOOK = json.dumps(PLAIN).encode()


@pytest.fixture
def school(tmp_path):
    """A course with a secret, and an empty folder for what students hand in."""
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "gradebook.db").write_text(CANARY)
    (tmp_path / "handed_in" / "honest").mkdir(parents=True)
    (tmp_path / "handed_in" / "honest" / "a.ipynb").write_bytes(NOTEBOOK)
    return tmp_path


def collected(school):
    """What is said of each student; the honest one is always collected, the secret stays one."""
    assignment = Assignment(
        "01_a", "A", "a", school / "assignments" / "01_a", school / "reference", "a",
        (Question("f", 1),),
    )  # fmt: skip
    folder = CourseFolder(school / "course")
    found = {item.student: item for item in collect(assignment, school / "handed_in", folder)}
    assert found["honest"].collected
    assert found["honest"].note == ""
    for path in folder.submitted.rglob("*"):
        kind = path.lstat().st_mode
        assert stat.S_ISREG(kind) or stat.S_ISDIR(kind)
        assert not stat.S_ISREG(kind) or CANARY not in path.read_text(errors="replace")
        assert not stat.S_ISREG(kind) or not kind & 0o6111
    assert (school / "course" / "gradebook.db").read_text() == CANARY
    assert {path.name for path in school.iterdir()} <= {"course", "handed_in", "trap"}
    return found


def link_to_the_gradebook(folder):
    (folder / "a.ipynb").symlink_to(folder.parents[1] / "course" / "gradebook.db")


def link_beside(folder):
    (folder / "a.ipynb").write_bytes(NOTEBOOK)
    (folder / "data").symlink_to(folder.parents[1] / "course")
    (folder / "helper.py").symlink_to(folder.parents[1] / "course" / "gradebook.db")
    (folder / "self").symlink_to(folder)


def link_for_a_folder(folder):
    folder.rmdir()
    folder.symlink_to(folder.parents[1] / "course")


def link_that_goes_round(folder):
    (folder / "a.ipynb").symlink_to("a.ipynb")
    (folder / "b.ipynb").symlink_to("/proc/self/environ")


def pipes(folder):
    os.mkfifo(folder / "a.ipynb")
    os.mkfifo(folder / "data.csv")


def devices(folder):
    if os.geteuid() != 0:
        pytest.skip("only root can make a device")
    os.mknod(folder / "a.ipynb", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    os.mknod(folder / "zero", stat.S_IFCHR | 0o666, os.makedev(1, 5))


def sockets(folder):
    with socket.socket(socket.AF_UNIX) as listener:
        here = os.getcwd()
        os.chdir(folder)
        try:
            listener.bind("a.ipynb")
        finally:
            os.chdir(here)


def setuid_programs(folder):
    (folder / "a.ipynb").write_bytes(NOTEBOOK)
    (folder / "run").write_bytes(b"#!/bin/sh\n")
    (folder / "run").chmod(0o6777)


def sparse_giant(folder):
    (folder / "a.ipynb").write_bytes(NOTEBOOK)
    with (folder / "data.bin").open("wb") as file:
        file.truncate(1 << 40)


def deep_folders(folder):
    (folder / "a.ipynb").write_bytes(NOTEBOOK)
    deep = folder
    for _ in range(60):
        deep = deep / ("d" * 30)
    deep.mkdir(parents=True)
    (deep / "x").write_bytes(b"x")


def folders_without_end(folder):
    """Deeper than Python's own walks go: those are recursive."""
    (folder / "a.ipynb").write_bytes(NOTEBOOK)
    inner = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=inner)
        outer, inner = inner, os.open("d", os.O_RDONLY, dir_fd=inner)
        os.close(outer)
    os.close(os.open("x", os.O_CREAT | os.O_WRONLY, dir_fd=inner))
    os.close(inner)


def names_beside_utf8(folder):
    (folder / "a.ipynb").write_bytes(NOTEBOOK)
    (folder / "data").mkdir()
    for name in (b"\xff.txt", b"data/\xed\xa0\x80.txt", b"\x80" * 200):
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(b"x")


def nameless_files(folder):
    (folder / "a.ipynb").write_bytes(NOTEBOOK)
    for name in (
        "-rf",
        "--help.ipynb",
        "a;reboot",
        "\x1b[2J",
        "\u202egnp.exe",
        " ",
        "new\nline",
        "*",
    ):
        (folder / name).write_bytes(b"x")


@pytest.fixture
def removed():
    """The folders that are removed in the end by a program that can."""
    folders = []
    yield folders
    subprocess.run(["rm", "-rf", "--", *folders], check=True)


HOSTILE = (
    link_to_the_gradebook, link_beside, link_for_a_folder, link_that_goes_round, pipes, devices,
    sockets, setuid_programs, sparse_giant, deep_folders, folders_without_end, names_beside_utf8,
    nameless_files,
)  # fmt: skip


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__.replace("_", "-"))
def test_a_hostile_folder_brings_nothing_but_plain_files(school, removed, make):
    folder = school / "handed_in" / "hostile"
    removed.append(folder)
    folder.mkdir()
    make(folder)
    said = collected(school)["hostile"]
    assert said.collected or said.note.startswith("not collected: ")
    assert "\x1b" not in said.note


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__.replace("_", "-"))
def test_what_others_have_put_into_submitted_is_kept_and_read_within_bounds(school, removed, make):
    folder = CourseFolder(school / "course")
    place = folder.submitted / "hostile" / "01_a"
    removed.append(school)
    place.mkdir(parents=True)
    make(place)
    kept = attempts_of(folder, "01_a", "hostile", Rules())
    for attempt in kept.candidates:
        _, files = attempt.content("a.ipynb")
        assert sum(map(len, files.values())) < 1 << 20
        assert CANARY.encode() not in b"".join(files.values())
    again = attempts_of(folder, "01_a", "hostile", Rules())
    assert [each.digest for each in again.candidates] == [each.digest for each in kept.candidates]


@pytest.mark.parametrize(
    "name", ["--help", "-rf", "..;", ".. ", "a\nb", "$(reboot)", "\u202ea", "~"]
)
def test_a_folder_named_like_an_option_or_a_path_is_no_student(school, name):
    folder = school / "handed_in" / name
    folder.mkdir()
    (folder / "a.ipynb").write_bytes(NOTEBOOK)
    said = collected(school).get(name)  # what begins with a dot is not even looked at
    assert said is None or not said.collected
    assert sorted(os.listdir(school / "course" / "submitted")) == ["honest"]


BOMBS = {
    "deep": b"[" * 10**6,
    "deep-object": b'{"a":' * 10**5,
    "digits": b'{"nbformat": 4, "cells": [], "x": ' + b"9" * 10**6 + b"}",
    "format-of-digits": b'{"nbformat": ' + b"4" * 10**5 + b"}",
    "no-numbers": b'{"nbformat": NaN, "cells": [Infinity]}',
    "utf16-half": json.dumps(PLAIN).encode("utf-16")[:-1],
    "nul": b"\0" * 10**6,
    "cells-of-cells": b'{"nbformat": 4, "cells": [' + b"[]," * 10**5 + b"[]]}",
    "list-for-a-format": b'{"nbformat": [4], "cells": {}}',
    "surrogates": b'{"nbformat": "\\ud800", "cells": []}',
    "much-source": json.dumps(
        PLAIN | {"cells": [{"cell_type": "code", "source": "x" * (5 << 20)}]}
    ).encode(),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_file_that_is_no_notebook_is_said_in_one_sentence(school, bomb):
    folder = school / "handed_in" / "hostile"
    folder.mkdir()
    (folder / "a.ipynb").write_bytes(BOMBS[bomb])
    found = collected(school)["hostile"]
    assert found.collected
    assert 0 < len(found.note) < 500
    with pytest.raises(UserError):
        read_submission(folder / "a.ipynb")


def tried(folder, *words):
    """What `autograder try 01_convolution` says of a notebook in `folder`."""
    command = [sys.executable, "-m", "autograder", "try", *words]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("name", ["--help.ipynb", "-rf.ipynb", "$(id).ipynb", "\u202ebypi.ipynb"])
def test_a_notebook_named_like_an_option_is_a_file_or_a_clear_mistake(school, name):
    path = school / "handed_in" / name
    path.write_bytes(b"no notebook")
    ran = tried(school, "01_convolution", str(path))
    assert ran.returncode == 2
    assert "not JSON" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_notebook_of_any_size_is_a_clear_mistake_before_it_is_read(school):
    path = school / "a.ipynb"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    ran = tried(school, "01_convolution", str(path))
    path.unlink()
    assert ran.returncode == 2
    assert "a.ipynb: the file is 1,048,576 MB, more than 128 MB. Clear its outputs" in ran.stderr


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a link to nothing"])
def test_what_is_no_file_is_a_clear_mistake_and_no_wait(school, kind):
    path = school / "trap"
    {
        "a pipe": os.mkfifo,
        "a folder": os.mkdir,
        "a link to nothing": lambda path: path.symlink_to("x"),
    }[kind](path)
    ran = tried(school, "01_convolution", str(path))
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
