"""What is handed in comes into the course folder byte for byte; nothing in it is trusted."""

import json
import os
import re
import socket
import tempfile
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.attempts import NAME, OURS, SECRET, TIMESTAMP
from autograder.collect import BYTES_LIMIT, FILES_LIMIT, collect, time_of
from autograder.core.assignment import Assignment, Question
from autograder.core.errors import UserError
from autograder.core.submission import SIZE_LIMIT
from autograder.folder import CourseFolder

NOTEBOOK = json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": []}, indent=3).encode()


class Class:
    """A folder of students who hand in, and the course folder that it is collected into."""

    def __init__(self, root):
        self.handed_in = root / "handed_in"
        self.folder = CourseFolder(root / "course")
        self.assignment = Assignment(
            name="01_a",
            title="A",
            notebook="a",
            folder=root / "assignments" / "01_a",
            reference_folder=root / "reference",
            reference="a",
            questions=(Question("f", 1),),
        )

    def hand_in(self, student, **files):
        """Write a student's folder: the notebook, unless it is None, and other files."""
        for name, data in ({"a.ipynb": NOTEBOOK} | files).items():
            if data is not None:
                file = self.handed_in / student / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(data)
        return self.handed_in / student

    def collect(self):
        """The notes on all students, by name; and whether they were collected."""
        return {
            item.student: (item.collected, item.note)
            for item in collect(self.assignment, self.handed_in, self.folder)
        }

    def collected(self, student):
        """The files that were collected from a student, by name, without those of nbgrader's."""
        target = self.folder.submitted / student / "01_a"
        files = {
            path.relative_to(target).as_posix(): path.read_bytes()
            for path in target.rglob("*")
            if path.is_file()
        }
        return {name: data for name, data in files.items() if name not in OURS}

    def attempts(self, student):
        """The names of the submissions that are kept, the present one last."""
        kept = self.folder.root / "attempts" / "01_a" / student
        return sorted(path.name for path in kept.iterdir()) if kept.exists() else []


@pytest.fixture
def school(tmp_path):
    """A class of nobody."""
    return Class(tmp_path)


FINE = (True, "")


def test_everybody_has_a_secret_that_stays_so_that_feedback_can_be_released(school):
    for student in ("ada", "grace"):
        school.hand_in(student, **{SECRET: b"of the student's own"})
    school.collect()
    files = [school.folder.submitted / name / "01_a" / SECRET for name in ("ada", "grace")]
    first = [file.read_text() for file in files]
    assert len(set(first)) == 2
    assert all(re.fullmatch("[0-9a-f]{128}", text) for text in first)
    school.collect()
    assert [file.read_text() for file in files] == first


def test_notebooks_come_with_the_files_beside_them_and_a_time_stamp(school):
    notebook = school.hand_in("ada", **{"mine.py": b"x = 1", "data/a.csv": b"\x00"}) / "a.ipynb"
    school.hand_in("grace hopper-2")
    os.utime(notebook, (0, 1_767_225_599))
    assert school.collect() == {"ada": FINE, "grace hopper-2": FINE}
    assert school.collected("ada") == {
        "a.ipynb": NOTEBOOK,
        "mine.py": b"x = 1",
        "data/a.csv": b"\x00",
    }
    stamp = school.folder.submitted / "ada" / "01_a" / TIMESTAMP
    assert stamp.read_text() == "2025-12-31 23:59:59 UTC"


@pytest.mark.parametrize("seconds", [0, -(2**40), 2**40, 2**60])
def test_a_date_that_cannot_be_gives_way_to_the_time_of_collecting(seconds):
    there = "/dev/shm" if Path("/dev/shm").is_dir() else None  # it keeps dates that disks do not
    with tempfile.TemporaryDirectory(dir=there) as folder:
        notebook = Path(folder, "a.ipynb")
        notebook.touch()
        os.utime(notebook, (0, seconds))
        kept = notebook.stat().st_mtime == seconds
        stamp, note = time_of(notebook)
    moment = datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
    assert not kept or abs(moment - datetime.now(UTC)) < timedelta(minutes=5)
    assert not kept or note.startswith("the file's date")


@pytest.mark.parametrize(
    ("files", "collected", "note"),
    [
        ({"a.ipynb": None, "homework (1).ipynb": NOTEBOOK}, True,
         "the notebook was named 'homework (1).ipynb'"),
        ({"other.ipynb": NOTEBOOK}, True, ""),
        ({"._a.ipynb": b"\x00\x05", ".a.ipynb": b""}, True, ""),
        ({"a.ipynb": None, "b.ipynb": NOTEBOOK, "._b.ipynb": b""}, True,
         "the notebook was named 'b.ipynb'"),
        ({"a.ipynb": None, "b.ipynb": NOTEBOOK, "c.ipynb": NOTEBOOK}, False,
         "not collected: 2 notebooks, none of them a.ipynb; put a.ipynb there"),
        ({"a.ipynb": None, "a.py": b""}, False,
         "not collected: no notebook; put a.ipynb there"),
        ({"a.ipynb": None, "a.ipynb/a.ipynb": NOTEBOOK}, True,
         "the notebook was named 'a.ipynb/a.ipynb'"),
        ({"a.ipynb": None, "x/y/z/b.IPYNB": NOTEBOOK, "x/y/.b.ipynb": NOTEBOOK}, True,
         "the notebook was named 'x/y/z/b.IPYNB'"),
        ({"a.ipynb": None, "w/x/y/z/b.ipynb": NOTEBOOK}, False,
         "not collected: no notebook; put a.ipynb there"),
        ({"a.ipynb": None, "a.ipynb.txt": NOTEBOOK}, True,
         "the notebook was named 'a.ipynb.txt'"),
        ({"a.ipynb": b"\x89PNG"}, True, "a.ipynb: not a text file."),
        ({"a.ipynb": b"{}"}, True, "a.ipynb: notebook format unknown, not 4."),
        ({f"{n}.txt": b"" for n in range(FILES_LIMIT + 1)}, False,
         "not collected: more than 200 files or 32 MB beside the notebook; remove what is not"),
        ({"big": b"x" * (BYTES_LIMIT + 1)}, False, "not collected: more than 200 files or 32 MB"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_not_as_asked_is_said(school, files, collected, note):
    school.hand_in("ada", **files)
    found, said = school.collect()["ada"]
    assert found == collected
    assert said.startswith(note)
    assert bool(said) == bool(note)
    assert ("a.ipynb" in school.collected("ada")) == collected


def test_a_file_beyond_the_bound_is_not_even_read(school):
    path = school.hand_in("ada") / "a.ipynb"
    os.truncate(path, SIZE_LIMIT + 1)
    assert school.collect()["ada"] == (
        *(False, "not collected: a.ipynb has more than 128 MB; clear its outputs"),
    )


def test_as_many_files_as_allowed_are_collected(school):
    school.hand_in("ada", **{f"{n}.txt": b"" for n in range(FILES_LIMIT)})
    assert school.collect()["ada"] == FINE
    assert len(school.collected("ada")) == FILES_LIMIT + 1


@pytest.mark.parametrize(
    "name",
    [".git/config", ".DS_Store", "__pycache__/a.pyc", "__MACOSX/a", "x/.ipynb_checkpoints/a"],
)
def test_hidden_and_cached_files_stay_where_they_are(school, name):
    school.hand_in("ada", **{name: b"x"})
    assert school.collect()["ada"] == FINE
    assert list(school.collected("ada")) == ["a.ipynb"]


def test_links_devices_and_names_beside_utf8_stay_where_they_are(school, tmp_path, monkeypatch):
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "file").write_text("secret")
    path = school.hand_in("ada")
    (path / "link").symlink_to(secret / "file")
    (path / "folder").symlink_to(secret)
    (path / "hard.txt").write_text("kept")
    os.mkfifo(path / "pipe")
    (path / os.fsdecode(b"\xff.txt")).write_text("x")
    with socket.socket(socket.AF_UNIX) as listener:
        monkeypatch.chdir(path)  # a socket's whole path may be too long for its name
        listener.bind("socket")
    assert school.collect()["ada"] == FINE
    assert school.collected("ada") == {"a.ipynb": NOTEBOOK, "hard.txt": b"kept"}


def test_a_notebook_that_is_a_link_is_none(school, tmp_path):
    (tmp_path / "gradebook.db").write_text("secret")
    path = school.hand_in("ada", **{"a.ipynb": None, "x.txt": b""})
    (path / "a.ipynb").symlink_to(tmp_path / "gradebook.db")
    assert school.collect()["ada"] == (False, "not collected: no notebook; put a.ipynb there")


@pytest.mark.parametrize("name", ["-rf", "a" * 65, "a;b", "new\nline", "a:b", "~root", "$(x)"])
def test_a_folder_whose_name_is_no_student_is_left_out(school, name):
    school.hand_in(name)
    school.hand_in("ada")
    assert school.collect() == {
        name: (False, "not collected: the folder's name is no student id"), "ada": FINE
    }  # fmt: skip
    assert [path.name for path in school.folder.submitted.iterdir()] == ["ada"]


def test_what_is_no_folder_is_left_out(school):
    school.hand_in("ada")
    (school.handed_in / "notes.txt").write_text("x")
    (school.handed_in / "grace").symlink_to(school.handed_in / "ada")
    (school.handed_in / ".hidden").mkdir()
    no_folder = (False, "not collected: not a folder (a link or a file)")
    assert school.collect() == {"ada": FINE, "grace": no_folder, "notes.txt": no_folder}


@pytest.mark.parametrize("name", ["a.ipynb", "data.csv"])
def test_what_may_not_be_read_keeps_nobody_else_from_being_collected(school, closed, name):
    for student in ("ada", "grace", "joan"):
        school.hand_in(student, **{"data.csv": b"1"})
    closed(school.handed_in / "grace" / name)
    refused = (False, f"not collected: {name}: Permission denied")
    assert school.collect() == {"ada": FINE, "grace": refused, "joan": FINE}


def test_the_same_again_changes_nothing(school):
    files = {"data/timestamp.txt": b"mine", "timestamp.txt": b"not mine", "x.py": b""}
    school.hand_in("ada", **files)
    school.collect()
    stamp = school.folder.submitted / "ada" / "01_a" / TIMESTAMP
    written = stamp.stat().st_mtime_ns
    assert school.collect() == {"ada": FINE}
    assert stamp.stat().st_mtime_ns == written
    assert school.attempts("ada") == ["001"]
    assert school.collected("ada")["data/timestamp.txt"] == b"mine"
    assert stamp.read_text().endswith(" UTC")


@pytest.mark.parametrize("change", ["a.ipynb", "x.py", "new.py"])
def test_what_was_handed_in_again_is_another_attempt(school, change):
    school.hand_in("ada", **{"x.py": b"1"})
    school.collect()
    for number in (1, 2):
        path = school.hand_in("ada", **{"a.ipynb": NOTEBOOK, "x.py": b"1"})
        (path / change).write_bytes(NOTEBOOK + b"\n" * number)
        assert school.collect() == {"ada": FINE}
    assert school.attempts("ada") == ["001", "002", "003"]
    kept = school.folder.root / "attempts" / "01_a" / "ada"
    assert (kept / "001" / "a.ipynb").read_bytes() == NOTEBOOK
    assert (kept / "001" / TIMESTAMP).is_file()
    assert school.collected("ada")[change] == NOTEBOOK + b"\n\n"


def test_a_kept_attempt_is_never_written_over(school):
    for number in range(4):
        path = school.hand_in("ada", **{"x.py": bytes([number])})
        school.collect()
        if number == 2:
            kept = school.folder.root / "attempts" / "01_a" / "ada"
            (kept / "001" / "x.py").unlink()
            os.rename(kept / "001", path.parent.parent / "removed by hand")
    assert school.attempts("ada") == ["002", "003", "004"]


def test_half_a_copy_of_an_interrupted_run_is_no_obstacle(school):
    half = school.folder.submitted / "ada" / ".01_a.part"
    half.mkdir(parents=True)
    (half / "left over").write_text("x")
    school.hand_in("ada")
    assert school.collect() == {"ada": FINE}
    assert school.collected("ada") == {"a.ipynb": NOTEBOOK}
    assert not half.exists()


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_text("x")])
def test_a_folder_that_is_none_is_named(school, make):
    make(school.handed_in)
    with pytest.raises(UserError, match=r"handed_in: no such folder\. Name the one that holds"):
        school.collect()


def test_a_folder_of_nobody_is_named(school):
    school.handed_in.mkdir()
    with pytest.raises(UserError, match="handed_in: the folder is empty"):
        school.collect()


def test_of_several_notebooks_the_newest_that_is_named_alike_is_taken(school):
    names = ["A-copy1.ipynb", "A (1).ipynb", "test.ipynb"]
    path = school.hand_in("ada", **{"a.ipynb": None}, **dict.fromkeys(names, NOTEBOOK))
    school.assignment = replace(school.assignment, notebook="A")
    for moment, name in enumerate(names, start=1_767_225_599):
        os.utime(path / name, (moment, moment))
    told = "the notebook was named 'A (1).ipynb', and taken from 3 notebooks"
    assert school.collect()["ada"] == (True, told)
    assert set(school.collected("ada")) == {"A.ipynb", "A-copy1.ipynb", "test.ipynb"}
    os.utime(path / "A-copy1.ipynb", (1_767_225_600, 1_767_225_600))
    assert not school.collect()["ada"][0]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_may_be_spelt_in_any_way(school, form):
    school.assignment = replace(school.assignment, notebook="übung_1")
    name = unicodedata.normalize(form, "Übung 1 - Kopie.ipynb")
    school.hand_in("ada", **{"a.ipynb": NOTEBOOK, name: NOTEBOOK})
    assert school.collect()["ada"][1].startswith("the notebook was named")
    assert set(school.collected("ada")) == {"übung_1.ipynb", "a.ipynb"}


def test_of_several_notebooks_the_one_with_the_assignments_cells_is_taken(school):
    def notebook(grade_id):
        mark = {"nbgrader": {"grade_id": grade_id}}
        cell = {"cell_type": "code", "source": "x", "metadata": mark}
        return json.dumps({"nbformat": 4, "cells": [cell]}).encode()

    school.assignment.folder.mkdir(parents=True)
    school.assignment.built.write_bytes(notebook("f"))
    files = {"b.ipynb": notebook("f"), "c.ipynb": notebook("g"), "d.ipynb": b"no notebook"}
    school.hand_in("ada", **{"a.ipynb": None}, **files)
    assert school.collect()["ada"][1].startswith("the notebook was named 'b.ipynb', and taken")
    assert school.collected("ada")["a.ipynb"] == files["b.ipynb"]


def test_the_name_that_a_notebook_had_is_kept_for_its_student(school):
    school.hand_in("ada", **{"a.ipynb": None, "b.ipynb": NOTEBOOK, NAME: b"forged"})
    school.hand_in("eve", **{NAME: b"forged"})
    for _ in range(2):
        school.collect()
    kept = school.folder.submitted / "ada" / "01_a" / NAME
    assert kept.read_text() == "b.ipynb"
    assert not (school.folder.submitted / "eve" / "01_a" / NAME).exists()
    assert school.attempts("ada") == ["001"]
