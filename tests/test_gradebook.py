"""What is written to nbgrader's database is what nbgrader's own programs read from it."""

import csv
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import database
from autograder.core.errors import GraderError, UserError
from autograder.core.outcome import Outcome
from autograder.folder import CourseFolder
from autograder.gradebook import Gradebook

MAY = "2026-05-01 12:00:00 UTC"
JUNE = "2026-06-01 12:00:00 UTC"


@pytest.fixture
def gradebook(folder):
    with Gradebook(folder) as opened:
        yield opened


def row(gradebook, question, student="ann"):
    """The score of one question."""
    (found,) = [
        score
        for score in gradebook.scores("01_small")
        if (score.student, score.question) == (student, question)
    ]
    return found


def by_hand(folder, question, points, comment="Nice."):
    """What formgrader does when a human enters points and a comment."""
    from nbgrader.api import Gradebook as Theirs

    with Theirs(folder.database_url) as book:
        grade = book.find_grade(question, "small", "01_small", "ann")
        grade.manual_score, grade.needs_manual_grade = points, False
        cell = question if question == "why" else f"{question}-solution"
        book.find_comment(cell, "small", "01_small", "ann").manual_comment = comment
        book.db.commit()


OPENED = """
import sys
from pathlib import Path
from autograder.folder import CourseFolder
from autograder.gradebook import Gradebook
with Gradebook(CourseFolder(Path(sys.argv[1]))) as gradebook:
    assert gradebook.scores("01_small") == []
assert not {"nbgrader", "sqlalchemy"} & set(sys.modules)
"""


def test_nothing_of_nbgrader_is_imported_for_a_gradebook_that_is_there(gradebook, folder):
    subprocess.run([sys.executable, "-c", OPENED, folder.root], check=True)


def test_points_are_written_and_read_back(gradebook, verdict):
    gradebook.record("ann", verdict(hypotenuse=Outcome.FAILED), handed_in=MAY)
    assert [(score.question, score.auto, score.possible, score.needs_review) for score in
            gradebook.scores("01_small")] == [
        ("double", 2, 2, False),
        ("hypotenuse", 0, 3, False),
        ("why", None, 4, True),
    ]  # fmt: skip


def test_formgrader_shows_the_same_numbers(gradebook, folder, verdict, handed_in, nbgrader_api):
    from autograder import autograded
    from autograder.config import assignment_at

    data = handed_in("ann")
    result = verdict(hypotenuse=Outcome.FAILED)
    gradebook.record("ann", result, handed_in=MAY)
    autograded.write(
        assignment_at(folder.root.parent / "assignments" / "01_small"), folder, "ann", data, result
    )
    api = nbgrader_api(folder)
    (submission,) = api.get_submissions("01_small")
    assert submission["autograded"]
    assert submission["timestamp"] == "2026-05-01T12:00:00"
    (notebook,) = api.get_notebook_submissions("01_small", "small")
    for shown in (submission, notebook, api.get_submission("01_small", "ann")):
        assert (shown["score"], shown["max_score"], shown["code_score"]) == (2, 9, 2)
        assert shown["needs_manual_grade"]
    assert notebook["failed_tests"]


def test_nbgraders_export_runs_in_the_folder_and_has_the_same_numbers(gradebook, folder, verdict):
    gradebook.record("ann", verdict(), handed_in=MAY)
    gradebook.record("bob", verdict(double=Outcome.RAISED), handed_in=JUNE)
    program = Path(sys.executable).with_name("nbgrader")
    subprocess.run(
        [program, "export", "--to=grades.csv"], cwd=folder.root, check=True, capture_output=True
    )
    with (folder.root / "grades.csv").open(encoding="utf-8") as file:
        rows = {line["student_id"]: line for line in csv.DictReader(file)}
    assert (rows["ann"]["score"], rows["ann"]["max_score"]) == ("5.0", "9.0")
    assert (rows["bob"]["score"], rows["bob"]["timestamp"]) == ("3.0", "2026-06-01 12:00:00")


def test_what_we_broke_costs_nothing_and_waits(gradebook, verdict):
    gradebook.record("ann", verdict(double=Outcome.BROKEN))
    assert row(gradebook, "double").auto is None
    assert row(gradebook, "double").needs_review


def test_an_untouched_answer_gets_nothing_and_needs_nobody(gradebook, verdict):
    gradebook.record("ann", verdict(), {"why"})
    found = row(gradebook, "why")
    assert (found.auto, found.needs_review, found.comment) == (0, False, "No response.")
    gradebook.record("ann", verdict(), set())
    found = row(gradebook, "why")
    assert (found.auto, found.needs_review, found.comment) == (None, True, "")


@pytest.mark.parametrize("question", ["double", "why"])
def test_what_a_human_entered_stays(gradebook, folder, verdict, question):
    gradebook.record("ann", verdict(), {"why"}, MAY)
    by_hand(folder, question, 1.5)
    gradebook.record("ann", verdict(double=Outcome.FAILED), set(), JUNE)
    found = row(gradebook, question)
    assert (found.manual, found.earned, found.comment) == (1.5, 1.5, "Nice.")


def test_a_human_is_asked_again_on_news_only(gradebook, folder, verdict):
    gradebook.record("ann", verdict(), handed_in=MAY)
    by_hand(folder, "why", 3)
    by_hand(folder, "double", 1)
    gradebook.record("ann", verdict(), handed_in=MAY)
    assert not row(gradebook, "why").needs_review
    gradebook.record("ann", verdict(double=Outcome.FAILED), handed_in=MAY)
    assert not row(gradebook, "why").needs_review
    assert row(gradebook, "double").needs_review
    gradebook.record("ann", verdict(double=Outcome.FAILED), handed_in=JUNE)
    assert row(gradebook, "why").needs_review


def test_extra_credit_counts(gradebook, folder, verdict):
    gradebook.record("ann", verdict())
    with sqlite3.connect(folder.gradebook) as connection:
        connection.execute("UPDATE grade SET extra_credit = 0.5")
    connection.close()
    assert row(gradebook, "double").earned == 2.5


def test_one_commit_a_submission(gradebook, verdict):
    said = []
    gradebook._tables.connection.set_trace_callback(said.append)
    gradebook.record("ann", verdict())
    gradebook.record("ann", verdict(), handed_in=MAY)
    assert said.count("COMMIT") == 2


def test_half_a_verdict_is_never_written(gradebook, verdict, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("autograder.gradebook.enter", interrupted)
    with pytest.raises(KeyboardInterrupt):
        gradebook.record("ann", verdict())
    monkeypatch.undo()
    assert gradebook.scores("01_small") == []
    gradebook.record("ann", verdict())
    assert len(gradebook.scores("01_small")) == 3


def test_an_assignment_that_was_not_released_is_said(gradebook, verdict):
    other = replace(verdict(), assignment="02_other")
    with pytest.raises(
        UserError, match=r"02_other is not in it. Run `autograder release 02_other`"
    ):
        gradebook.record("ann", other)


def test_points_that_changed_since_the_release_are_said(gradebook, folder, verdict):
    with sqlite3.connect(folder.gradebook) as connection:
        connection.execute("UPDATE grade_cells SET max_score = 7 WHERE max_score = 3")
    connection.close()
    with pytest.raises(UserError, match=r"\(hypotenuse\). Run `autograder release 01_small` first"):
        gradebook.record("ann", verdict())


HOLDER = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(60)
"""


def test_a_locked_gradebook_is_said_and_by_whom(folder, verdict, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    with Gradebook(folder):
        pass
    words = [sys.executable, "-c", HOLDER, folder.gradebook]
    with subprocess.Popen(words, stdout=subprocess.PIPE, encoding="utf-8") as other:
        assert other.stdout.readline() == "held\n"
        with Gradebook(folder) as waiting, pytest.raises(GraderError) as locked:
            waiting.record("ann", verdict())
        other.kill()
    said = f"gradebook.db: database is locked by process {other.pid} ({sys.executable} -c import sq"
    assert said in str(locked.value)
    assert str(locked.value).endswith(
        "…). Close what is writing to it, then run this command again"
    )
    with Gradebook(folder) as free:
        assert free.scores("01_small") == []


def test_a_file_that_is_no_gradebook_is_said(folder):
    folder.gradebook.write_bytes(b"no database, " * 100)
    with pytest.raises(GraderError, match=r"file is not a database. Check that"):
        Gradebook(folder)


def test_a_gradebook_is_made_where_our_environment_is_not_active(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", os.defpath)
    with Gradebook(CourseFolder(tmp_path)) as made:
        assert made.frozen_cells("01_small") is None
    assert os.environ["PATH"] == os.defpath


def test_a_time_stamp_that_is_none_is_no_reason_to_stop(gradebook, verdict):
    gradebook.record("ann", verdict(), handed_in="yesterday, I think")
    assert len(gradebook.scores("01_small")) == 3


@pytest.mark.parametrize(
    "stamp",
    [
        *(MAY, "2026-05-01 12:00:00.25 UTC", "2026-05-01 12:00:00.123456 UTC"),
        *("2026-05-01 12:00:00 Europe/Berlin", "2026-05-01 12:00:00 +0200", "2026-05-01 12:00:00"),
        *("2026-01-13T12:00:00Z", "1999-12-31 23:59:59 UTC"),
    ],
)
def test_a_time_stamp_means_what_it_means_to_nbgrader(gradebook, stamp):
    assert gradebook._moment(stamp) == database.nbgrader_api().utils.parse_utc(stamp)


@pytest.mark.parametrize(
    "stamp", ["", "2026-13-01 12:00:00 UTC", "2026-02-31 12:00:00 UTC", "2026-05-01 24:61:00 UTC"]
)
def test_a_moment_that_never_was_is_none(gradebook, stamp):
    assert gradebook._moment(stamp) is None
