"""A class of a classic course: hard cases, runs that were cut off, and what a human entered."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from autograder.classic import day, settings
from autograder.classic.handed import stamp_of
from autograder.classic.ledger import Ledger
from autograder.classic.plan import Plan
from autograder.classic.settings import ClassicFolder
from autograder.core.errors import SandboxUnavailable, UserError
from tests.classic.oracle import HONEST, Class, hand_in_hard, without

HONEST_POINTS = 60.751


def cells(grade, notebook="levels"):
    """The automatic points of a notebook's cells."""
    return {score.cell: score.auto for score in grade.scores[notebook]}


@pytest.fixture
def course(oracle):
    """The oracle's course, to hand in to."""
    return Class(oracle)


def test_what_stops_nbgrader_costs_at_most_the_cell(course, graded):
    hand_in_hard(course)
    found = graded(course.root)
    assert cells(found["student21"])["value_int"] is None
    assert found["student21"].needs_review
    lost = HONEST_POINTS - 2  # one cell's points: only `reads_data` needs `total`
    assert [found[f"student{n}"].earned for n in (22, 23)] == [lost, lost]
    assert cells(found["student23"])["reads_data"] == 0
    assert [found[f"student{n}"].earned for n in (24, 25)] == [HONEST_POINTS] * 2
    assert "level is there 2 times" in " ".join(found["student24"].problems)
    assert set(cells(found["student26"]).values()) == {None}
    assert found["student26"].needs_review
    assert "not JSON" in found["student26"].problems[0]
    assert "levels (1).ipynb" in " ".join(found["student27"].problems)
    assert found["student27"].needs_review


def odd(**changes):
    """A change of every cell of a notebook's JSON."""
    return lambda name, entries: [each | changes for each in entries]


DAMAGED = {
    "student31": lambda text: "",
    "student32": lambda text: "[]",
    "student33": lambda text: text.replace('"nbformat": 4', '"nbformat": 3'),
    "student34": lambda text: text[: len(text) // 2],
    "student35": lambda text: json.dumps(json.loads(text) | {"cells": "none"}),
}
STRANGE = {
    "student41": odd(metadata=[]),
    "student42": odd(metadata={"nbgrader": ["grade"], "tags": "skip-execution"}),
    "student43": odd(metadata={"nbgrader": {"grade_id": 7, "grade": True}}),
    "student44": odd(source=[["x"], "\ud800", "\0"]),
    "student45": odd(cell_type="raw"),
    "student46": lambda name, entries: [],
    "student47": lambda name, entries: entries[::-1],
}


def test_damaged_notebooks_stop_nobody(course, graded, rows):
    for student, damage in DAMAGED.items():
        file = course.hand_in(student) / "levels.ipynb"
        file.write_text(damage(file.read_text()))
    for student, change in STRANGE.items():
        course.hand_in(student, change=change)
    course.hand_in("student01")
    found = graded(course.root)
    assert found["student01"].earned == HONEST_POINTS
    for student in DAMAGED:
        assert found[student].needs_review, student
        assert cells(found[student], "essay")["area"] == 2
        assert set(cells(found[student]).values()) == {None}
    earned = [found[f"student4{n}"].earned for n in range(1, 7)]
    assert earned == [0, 0, 0, 1, HONEST_POINTS, 0]  # one test needs no answer
    for student in found:
        page = course.root / "autograded" / student / "hw1" / "levels.ipynb"
        assert json.loads(page.read_text())["cells"]
    assert {key[0] for key in rows(course.root, "hw1")} == set(found)


def test_a_notebook_of_any_size_stops_nobody(course, graded):
    os.truncate(course.hand_in("student01") / "levels.ipynb", 1 << 40)
    course.hand_in("student02")
    found = graded(course.root)
    assert found["student01"].needs_review
    assert "more than 128 MB" in " ".join(found["student01"].problems)
    assert found["student02"].earned == HONEST_POINTS


def test_a_second_run_grades_only_what_changed(course, graded):
    course.hand_in("student01")
    course.hand_in("student02", {})
    assert all(grade.fresh for grade in graded(course.root).values())
    place = course.root / "submitted" / "student02" / "hw1"
    (place / "notes.txt").write_text("a file more")
    again = graded(course.root)
    assert {name: grade.fresh for name, grade in again.items()} == {
        "student01": False,
        "student02": True,
    }
    assert all(grade.fresh for grade in graded(course.root, regrade=True).values())


def test_a_new_timeout_grades_everybody_again(course, graded):
    course.hand_in("student01")
    graded(course.root)
    mark = course.root / settings.MARK
    mark.write_text(mark.read_text().replace("# cell_seconds = 30", "cell_seconds = 4"))
    assert graded(course.root)["student01"].fresh


def test_a_number_that_a_human_entered_stays(course, graded, rows):
    course.hand_in("student01")
    graded(course.root)
    with Ledger(settings.open_course(course.root)) as ledger:
        entered = ledger.points("hw1")["student01"]
        for key, points in ((("essay", "why"), 2.5), (("levels", "value_int"), 1.0)):
            entered[key].manual_score, entered[key].needs_manual_grade = points, False
        ledger._book.db.commit()
    graded(course.root, regrade=True)
    found = rows(course.root, "hw1")
    assert found["student01", "essay", "why"] == (None, 2.5, False)
    assert found["student01", "levels", "value_int"] == (2, 1.0, False)


def test_a_test_that_a_student_deleted_can_be_put_back(course, graded):
    course.hand_in("student01", change=without("value_int"))
    assert cells(graded(course.root)["student01"])["value_int"] is None
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write("c.OverwriteCells.add_missing_cells = True\n")
    assert cells(graded(course.root)["student01"])["value_int"] == 2


def test_errors_that_do_not_come_out_are_noticed(course, graded):
    forged = "get_ipython().run_cell = lambda *args, **kwargs: None"
    course.hand_in("student01", HONEST | {"level": forged})
    grade = graded(course.root)["student01"]
    assert grade.needs_review
    assert "a test that must fail did not" in " ".join(grade.problems)


def test_a_killed_run_is_taken_up_where_it_was(course, graded, rows):
    for number in range(1, 7):
        course.hand_in(f"student{number:02}", HONEST if number % 2 else {})
    settings.adopt(course.root)
    words = ["grade", "hw1", "--course", str(course.root), "--workers", "2"]
    command = subprocess.Popen(
        [sys.executable, "-m", "autograder", *words], stderr=subprocess.PIPE, text=True
    )
    line = command.stderr.readline()  # the first submission is committed by now
    os.kill(command.pid, signal.SIGKILL)
    command.wait()
    command.stderr.close()
    assert "student" in line
    found = graded(course.root)
    assert 0 < sum(grade.fresh for grade in found.values()) < 6
    earned = [found[name].earned for name in sorted(found)]
    assert earned == [HONEST_POINTS, 1.0] * 3
    after = rows(course.root, "hw1")
    graded(course.root, regrade=True)
    assert rows(course.root, "hw1") == after


@pytest.mark.heavy
def test_killed_again_and_again_it_ends_with_equal_scores(course, graded, rows):
    for number in range(1, 7):
        course.hand_in(f"student{number:02}", HONEST if number % 2 else {})
    other = shutil.copytree(course.root, course.root.with_name("other"))
    settings.adopt(course.root)
    words = ["grade", "hw1", "--course", str(course.root), "--workers", "2"]
    for lines in (0, 1, 2, 3, 4):  # killed after so many submissions, in the midst of the next
        command = subprocess.Popen(
            [sys.executable, "-m", "autograder", *words], stderr=subprocess.PIPE, text=True
        )
        for _ in range(lines):
            command.stderr.readline()
        os.kill(command.pid, signal.SIGKILL)
        command.wait()
        command.stderr.close()
    graded(course.root)
    graded(other)
    assert rows(course.root, "hw1") == rows(other, "hw1")
    leftovers = [path.name for path in course.root.rglob("*.part")]
    assert leftovers == []


@pytest.mark.parametrize("step", ["results", "autograded", "gradebook"])
def test_whatever_was_lost_is_made_again(course, graded, rows, step):
    course.hand_in("student01")
    graded(course.root)
    before = rows(course.root, "hw1")
    if step == "results":
        (course.root / "results" / "hw1" / "student01.json").write_text('{"identity"')
    elif step == "autograded":
        (course.root / "autograded" / "student01" / "hw1" / "levels.ipynb").unlink()
    else:
        with Ledger(settings.open_course(course.root)) as ledger:
            ledger._book.remove_submission("hw1", "student01")
    graded(course.root)
    assert rows(course.root, "hw1") == before


@pytest.mark.heavy
def test_nbgraders_feedback_and_export_work_afterwards(course, graded, typed):
    course.hand_in("student01", HONEST | {"why": "<script>alert(1)</script> it adds up"})
    graded(course.root)
    typed(course.root, "generate_feedback", "hw1")
    typed(course.root, "export")
    page = (course.root / "feedback" / "student01" / "hw1" / "essay.html").read_text()
    assert "it adds up" in page
    assert "<script>alert(1)" not in page
    assert "60.751" in (course.root / "grades.csv").read_text()
    skipped = typed(course.root, "autograde", "hw1")
    assert "Skipping existing assignment" in skipped


def test_locked_cells_are_the_courses_and_metadata_is_believed_nowhere(course, graded):
    def forge(name, entries):
        for entry in entries:
            entry["metadata"].get("nbgrader", {}).update(points=1000, locked=False)
        return entries

    course.hand_in("student01", change=forge)
    assert graded(course.root)["student01"].earned == HONEST_POINTS
    file = course.root / "autograded" / "student01" / "hw1" / "levels.ipynb"
    marks = [each["metadata"].get("nbgrader", {}) for each in json.loads(file.read_text())["cells"]]
    assert {mark.get("points") for mark in marks if mark.get("grade_id") == "value_int"} == {3}


def test_nobody_is_graded_behind_walls_with_a_hole(course, graded, holed):
    hand_in_hard(course)
    holed('--cap-drop) set -- "$@" --ro-bind /var /var --cap-drop')
    with pytest.raises(SandboxUnavailable, match="not guaranteed here: files of the course"):
        graded(course.root)
    assert not list(course.root.rglob("autograded/student21"))


def test_the_exchange_still_knows_whose_feedback_is_whose(course, graded):
    place = course.hand_in("student01")
    (place / "submission_secret.txt").write_text("of student01")
    graded(course.root)
    kept = course.root / "autograded" / "student01" / "hw1" / "submission_secret.txt"
    assert kept.read_text() == "of student01"


@pytest.mark.parametrize("name", ["levels.ipynb", "data.csv"])
def test_what_may_not_be_read_waits_for_a_person_and_stops_nobody(course, graded, closed, name):
    for student in ("student01", "student02"):
        (course.hand_in(student) / "data.csv").write_text("1")
    closed(course.root / "submitted" / "student01" / "hw1" / name)
    found = graded(course.root)
    assert found["student01"].needs_review
    assert "Permission denied" in found["student01"].problems[0]
    assert found["student02"].earned == HONEST_POINTS


def test_a_time_stamp_is_a_small_file_and_no_link(tmp_path):
    steps = {"submitted": "submitted"}
    folder, plan = ClassicFolder(tmp_path, steps=steps), Plan("ps1", ())
    (tmp_path / "secret").write_text("2026-05-01 12:00:00 UTC")
    places = {each: folder.place("submitted", each, "ps1") for each in ("ann", "bob", "cem", "dan")}
    for place in places.values():
        place.mkdir(parents=True)
    stamps = {student: place / "timestamp.txt" for student, place in places.items()}
    stamps["ann"].write_text("2026-05-01 12:00:00 UTC\n")
    stamps["bob"].symlink_to(tmp_path / "secret")
    stamps["cem"].write_text("2026-05-01 12:00:00 UTC" + " " * 1000)
    found = [stamp_of(folder, plan, student) for student in ("ann", "bob", "cem", "dan")]
    assert found == ["2026-05-01 12:00:00 UTC", "", "", ""]


def test_an_assignment_that_was_never_generated_says_what_to_type(course, graded):
    with pytest.raises(UserError, match="did you mean hw1"):
        graded(course.root, "hw2")
    source = course.root / "source"
    (source / "hw2").mkdir()
    (source / "hw2" / "x.ipynb").write_bytes((source / "hw1" / "essay.ipynb").read_bytes())
    with pytest.raises(UserError, match="nbgrader generate_assignment hw2"):
        graded(course.root, "hw2")


def test_students_who_handed_in_nothing_are_named(course, graded):
    with pytest.raises(UserError, match="nbgrader collect hw1"):
        graded(course.root)
    course.hand_in("student01")
    with pytest.raises(UserError, match="'student07' handed in nothing for hw1"):
        graded(course.root, only=["student07"])


def test_a_dry_run_is_refused_because_it_would_write(tmp_path):
    with pytest.raises(UserError, match="--dry-run: not possible in an adopted course"):
        day.show(tmp_path, "ps1", "full", 1, (), False, None, dry_run=True)
