"""Lateness, marks by hand and extra credit: nbgrader's commands and our pages, one number."""

import csv
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from autograder import classroom, pages
from autograder.core.errors import UserError
from autograder.gradebook import Gradebook

BIN = Path(sys.executable).parent
BOTH = {
    "double-solution": "def double(number):\n    return 2 * number",
    "hypotenuse-solution": "def hypotenuse(a, b):\n    return (a*a + b*b) ** 0.5",
    "why": "Because squares add up.",
}
COURSE = """\
from autograder import Course, Late

course = Course(
    "small",
    assignments=["01_small"],
    seed=7,
    due={"01_small": "2026-05-02 12:00 UTC"},
    late=Late(percent_per_day=10, grace_minutes=5, zero_after_days=9),
)
"""
STAMPS = {
    "ann": "2026-05-02 12:00:00 UTC",
    "bob": "2026-05-02 12:05:00 UTC",  # within the grace
    "dan": "2026-05-02 12:05:01 UTC",
    "eve": "2026-05-04 12:00:00 UTC",
    "fay": "2026-05-04 12:00:00 UTC",  # with an extension of a day
    "gus": "2026-05-30 12:00:00 UTC",
}
HOSTILE = "Well <script>alert(1)</script> done & 'so' on."


@pytest.fixture
def late_class(assignment, folder, course_root, handed_in, verdict, monkeypatch):
    """A graded class, each as late as its stamp says; marked by hand afterwards."""
    (course_root / "course_config.py").write_text(COURSE)
    for student, stamp in STAMPS.items():
        handed_in(student, BOTH, stamp=stamp)
    folder.extensions.write_text("assignment,student,extension,reason\n01_small,fay,1d,ill\n")
    monkeypatch.setattr(
        classroom, "fresh_results",
        lambda assignment, jobs, *rest: ((job, verdict()) for job in jobs),
    )  # fmt: skip
    graded = {item.student: item for item in classroom.grade_class(assignment, folder)}
    assert [graded[name].grade.total for name in STAMPS] == [5, 5, 4.5, 4, 4.5, 0]
    from nbgrader.api import Gradebook as Theirs

    with Theirs(folder.database_url) as book:
        for student in STAMPS:
            why = book.find_grade("why", "small", "01_small", student)
            why.manual_score, why.needs_manual_grade, why.extra_credit = 3, False, 0.5
            book.find_comment("why", "small", "01_small", student).manual_comment = HOSTILE
            double = book.find_grade("double", "small", "01_small", student)
            double.manual_score, double.needs_manual_grade = 1.25, False
        book.db.commit()
    return folder


TOTALS = {"ann": 7.75, "bob": 7.75, "dan": 6.97, "eve": 6.2, "fay": 6.97, "gus": 0}
PENALTIES = {"ann": 0, "bob": 0, "dan": 0.78, "eve": 1.55, "fay": 0.78, "gus": 7.75}


def score_on(page):
    """The large number of a student's page."""
    return float(re.search(r'<p class="score"><b>([\d.]+)</b>', page)[1])


def test_export_and_every_page_show_the_same_points(late_class, assignment, nbgrader_api):
    folder = late_class
    environment = {"PATH": f"{BIN}:{os.defpath}", "HOME": str(folder.root.parent)}
    subprocess.run([BIN / "nbgrader", "export"], cwd=folder.root, env=environment, check=True,
                   capture_output=True)  # fmt: skip
    with (folder.root / "grades.csv").open(encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {name: float(row["score"]) for name, row in rows.items()} == TOTALS
    assert {name: float(row["late_submission_penalty"]) for name, row in rows.items()} == PENALTIES
    assert {row["raw_score"] for row in rows.values()} == {"7.75"}
    assert {row["duedate"] for row in rows.values()} == {"2026-05-02 12:00:00"}

    api = nbgrader_api(folder)
    shown = {each["student"]: each for each in api.get_submissions("01_small")}
    assert {each["score"] for each in shown.values()} == {7.75}  # formgrader: before the penalty
    assert api.generate_feedback("01_small", "eve")["success"]
    page = folder.feedback_page("eve", "01_small", "small").read_text()
    assert "(Score: 6.2 / 9.0)" in page
    assert "Late submission penalty (Score: -1.55)" in page

    pages.write_feedback(assignment, folder)
    for student, total in TOTALS.items():
        page = folder.feedback_page(student, "01_small", "small").read_text()
        assert score_on(page) == total
        assert "Well &lt;script&gt;alert(1)&lt;/script&gt; done" in page
        assert "<script" not in page
    page = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Handed in 28 d late: −7.75 points, taken off already." in page
    assert "0.5 points extra, in these points." in page
    assert "next step" not in page  # marked by hand: there is nothing left to be checked
    assert "in place of the 2 points that the checks below give" in page
    sheet = " ".join(
        re.sub(r"<[^>]+>", " ", (folder.feedback / "01_small.html").read_text()).split()
    )
    assert "eve late 2 d: −1.55 1.25 3 3.5 6.2" in sheet


def test_nbgraders_own_step_takes_off_the_same(late_class, assignment):
    from nbgrader.api import Gradebook as Theirs
    from nbgrader.preprocessors import AssignLatePenalties
    from traitlets.config.loader import PyFileConfigLoader

    folder = late_class
    settings = PyFileConfigLoader("nbgrader_config.py", path=str(folder.root)).load_config()
    step = AssignLatePenalties(config=settings)
    names = {"notebook": "small", "assignment": "01_small", "db_url": folder.database_url}
    for student in STAMPS:
        step.preprocess(NO_CELLS, {"nbgrader": names | {"student": student}})
    with Theirs(folder.database_url) as book:
        found = {each.student_id: each for each in book.find_assignment("01_small").submissions}
        theirs = {name: each.late_submission_penalty for name, each in found.items()}
        late = {name: each.total_seconds_late for name, each in found.items()}
    assert theirs == PENALTIES
    assert (late["eve"], late["fay"]) == (2 * 86400, 86400)
    pages.write_feedback(assignment, folder)
    with Gradebook(folder) as book:
        assert {name: each.penalty for name, each in book.grades("01_small").items()} == PENALTIES


class Cells(dict):
    """A notebook without cells."""

    cells = ()


NO_CELLS = Cells()


def test_everything_survives_a_new_gradebook_but_what_was_entered_by_hand(
    late_class, assignment, folder
):
    from autograder.lesson.release import release

    for file in folder.root.glob("gradebook.db*"):
        file.unlink()
    with pytest.raises(UserError, match="01_small is not in it"):
        pages.write_feedback(assignment, folder)
    release(assignment, folder)
    with pytest.raises(UserError, match=r"ann's grade is not in it.* Run `autograder grade"):
        pages.write_feedback(assignment, folder)
    graded = {item.student: item for item in classroom.grade_class(assignment, folder)}
    assert [graded[name].grade.total for name in STAMPS] == [5, 5, 4.5, 4, 4.5, 0]
    assert not any(item.fresh for item in graded.values())


def test_a_release_tells_nbgrader_the_due_date(assignment, folder, course_root):
    from nbgrader.api import Gradebook as Theirs

    from autograder.lesson.release import release

    (course_root / "course_config.py").write_text(COURSE)
    release(assignment, folder)
    with Theirs(folder.database_url) as book:
        assert str(book.find_assignment("01_small").duedate) == "2026-05-02 12:00:00"


def test_an_extension_without_a_due_date_harms_nobody(late_class, assignment, course_root):
    text = COURSE.replace('"2026-05-02 12:00 UTC"', "None")
    (course_root / "course_config.py").write_text(text)
    graded = {each.student: each.grade for each in classroom.grade_class(assignment, late_class)}
    assert {grade.penalty for grade in graded.values()} == {0}
    from nbgrader.api import Gradebook as Theirs

    with Theirs(late_class.database_url) as book:
        found = book.find_submission("01_small", "fay")
        assert (found.duedate, found.total_seconds_late) == (None, 0)


def test_an_extension_that_nbgrader_was_told_stays_until_the_file_says_otherwise(
    late_class, assignment
):
    from nbgrader.api import Gradebook as Theirs

    with Theirs(late_class.database_url) as book:
        book.update_or_create_submission("01_small", "eve", extension=timedelta(days=2))
    graded = {each.student: each.grade for each in classroom.grade_class(assignment, late_class)}
    assert graded["eve"].penalty == 0
    with late_class.extensions.open("a") as file:
        file.write("01_small,eve,0,\n")
    graded = {each.student: each.grade for each in classroom.grade_class(assignment, late_class)}
    assert graded["eve"].penalty == 1.55


def test_a_due_date_that_nbgrader_was_told_counts_where_the_course_says_nothing(
    late_class, assignment, course_root
):
    from nbgrader.api import Gradebook as Theirs

    with Theirs(late_class.database_url) as book:
        book.update_or_create_assignment("01_small", duedate="2026-05-03 12:00:00 UTC")
    (course_root / "course_config.py").write_text(COURSE.replace("due={", "due={} and {"))
    graded = {each.student: each.grade for each in classroom.grade_class(assignment, late_class)}
    assert graded["eve"].penalty == pytest.approx(0.78)  # a day, of 7.75


def text_of(console):
    """The lines that were printed."""
    return console.export_text().splitlines()


def test_the_table_of_a_class_tells_who_was_late_and_which_attempt_counts(late_class, assignment):
    from rich.console import Console

    from autograder.report import class_table

    graded = list(classroom.grade_class(assignment, late_class))
    console = Console(width=120, record=True, file=open(os.devnull, "w"))  # noqa: SIM115 - recorded
    console.print(class_table(assignment, graded))
    console.file.close()
    rows = {line[1:].split()[0]: line.split("│")[4:6] for line in text_of(console) if "/5" in line}
    assert [cell.strip() for cell in rows["eve"]] == ["5/5", "2 d: −1.55"]
    assert [cell.strip() for cell in rows["ann"]] == ["5/5", ""]


def test_what_still_waits_says_so(late_class, assignment, folder):
    from nbgrader.api import Gradebook as Theirs

    with Theirs(folder.database_url) as book:
        why = book.find_grade("why", "small", "01_small", "ann")
        why.manual_score, why.needs_manual_grade = None, True
        book.db.commit()
    pages.write_feedback(assignment, folder)
    page = folder.feedback_page("ann", "01_small", "small").read_text()
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "4.25 of 5 points so far" in text
    assert "4 waiting for your instructor" in text
    assert "Your answer will be read by your instructor." in text


def test_formgraders_notebook_says_which_attempt_counts_after_nbgrader_cleared_it(
    late_class, assignment, folder, handed_in, course_root
):
    from autograder import dropin

    (course_root / "course_config.py").write_text(COURSE.replace("seed=7", "counting='first'"))
    handed_in("eve", BOTH | {"why": "Another."}, stamp="2026-05-09 12:00:00 UTC")
    list(classroom.grade_class(assignment, folder))
    file = folder.autograded_notebook("eve", "01_small", "small")
    whole = file.read_bytes()
    assert b"Attempt 1 of 2 counts" in whole
    file.unlink()
    from nbgrader.api import Gradebook as Theirs

    with Theirs(folder.database_url) as book:  # as `nbgrader autograde` does
        book.update_or_create_submission("01_small", "eve", timestamp="2026-05-09 12:00:00")
    dropin.restore(folder, course_root, "01_small", "eve")
    assert file.read_bytes() == whole
    with Theirs(folder.database_url) as book:
        assert book.find_submission("01_small", "eve").total_seconds_late == 2 * 86400
