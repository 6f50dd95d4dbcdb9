"""Grades over time: which attempt counts, what a regrade shows first, what a kill cannot undo."""

import json
import os

import pytest

from autograder import attempts, autograded, classroom, history, marking, pages, verdicts
from autograder.collect import collect
from autograder.core.errors import UserError
from autograder.core.outcome import Outcome
from autograder.gradebook import Gradebook

DOUBLE = {"double-solution": "def double(number):\n    return 2 * number"}
BOTH = DOUBLE | {"hypotenuse-solution": "def hypotenuse(a, b):\n    return (a*a + b*b) ** 0.5"}
NONE = {"double-solution": "def double(number):\n    return number"}
DUE = "2026-05-02 12:00 UTC"
MAY_1, MAY_2, MAY_4 = (f"2026-05-0{day} 12:00:00 UTC" for day in (1, 2, 4))


class Killed(BaseException):
    """The command ends here, as if by `kill -9`: nobody catches it."""


@pytest.fixture
def ran(monkeypatch, verdict):
    """The submissions that were run, `student/attempt`; verdicts come from what they contain."""
    log = []

    def results(assignment, jobs, sandbox, workers, *more):
        for job in jobs:
            log.append(job.key)
            text = job.data.decode()
            yield (
                job,
                verdict(
                    Outcome.PASSED if "2 * number" in text else Outcome.FAILED,
                    Outcome.PASSED if "** 0.5" in text else Outcome.FAILED,
                ),
            )

    monkeypatch.setattr(classroom, "fresh_results", results)
    return log


@pytest.fixture
def course(course_root):
    """A function that sets the rest of what course_config.py says."""

    def say(rest):
        text = (
            "from autograder import Course, Late\n\ncourse = Course('small', ['01_small'], seed=7"
        )
        (course_root / "course_config.py").write_text(f"{text}, {rest})\n")

    return say


@pytest.fixture
def grade(assignment, folder, ran):
    """A function that grades the class; the grades by student."""

    def graded(**options):
        found = classroom.grade_class(assignment, folder, **options)
        return {item.student: item for item in found}

    return graded


@pytest.fixture
def told(folder):
    """A function that tells why each grade of a student was given, and how many points it had."""

    def told(student="ann"):
        lines = history.entries(history.place(folder, "01_small", student))
        return [(line["reason"], line["total"]) for line in lines]

    return told


def total(folder, student="ann"):
    """A student's points in the gradebook, penalty taken off."""
    with Gradebook(folder) as book:
        return book.grades("01_small")[student].total


def by_hand(folder, question, points, extra=None, student="ann"):
    """What a person enters in formgrader."""
    from nbgrader.api import Gradebook as Theirs

    with Theirs(folder.database_url) as book:
        row = book.find_grade(question, "small", "01_small", student)
        row.manual_score, row.needs_manual_grade, row.extra_credit = points, False, extra
        book.db.commit()


def change_tests(assignment):
    """Let everybody's grade be out of date."""
    with assignment.hidden_tests.open("a") as file:
        file.write("# another word\n")


def test_only_what_changed_is_run_and_every_grade_says_why(
    assignment, folder, handed_in, grade, ran, told, course_root
):
    handed_in("ann", DOUBLE)
    handed_in("bob", NONE)
    grade()
    grade()
    assert sorted(ran) == ["ann/1", "bob/1"]
    handed_in("ann", BOTH, stamp=MAY_4)
    grade()
    assert ran[2:] == ["ann/2"]
    change_tests(assignment)
    grade()
    reference = course_root / "reference" / "small.py"
    reference.write_text(reference.read_text() + "\n# clearer\n")
    grade()
    assert told() == [
        ("first grade", 2),
        ("new submission", 5),
        ("hidden tests changed", 5),
        ("reference changed", 5),
    ]
    assert [reason for reason, _ in told("bob")] == [
        "first grade", "hidden tests changed", "reference changed"
    ]  # fmt: skip


def test_a_dry_run_shows_what_would_be_and_writes_no_grade(
    assignment, folder, handed_in, grade, ran, told, monkeypatch
):
    handed_in("ann", BOTH)
    grade()
    by_hand(folder, "why", 3, extra=0.5)
    before = grades(folder)
    change_tests(assignment)
    monkeypatch.setattr(marking, "with_name", lambda result, *rest: worse(result))
    held = grade(hold=True)["ann"]
    assert (held.before.total, held.grade.total) == (8.5, 5.5)
    assert held.reason == "hidden tests changed; points by hand"
    assert (grades(folder), told()) == (before, [("first grade", 5)])
    runs = len(ran)
    grade()
    assert len(ran) == runs  # what the dry run found is what is written
    assert total(folder) == 5.5
    assert told()[1:] == [("hidden tests changed; points by hand", 5.5)]


def grades(folder):
    """All that the gradebook holds."""
    with Gradebook(folder) as book:
        return book.grades("01_small")


def worse(result):
    """A verdict without the points of its last code question."""
    from dataclasses import replace

    double, hypotenuse, why = result.questions
    checks = tuple(replace(check, outcome=Outcome.FAILED) for check in hypotenuse.checks)
    return replace(result, questions=(double, replace(hypotenuse, checks=checks), why))


def test_a_regrade_that_was_ended_before_it_was_written_goes_on(
    folder, handed_in, grade, ran, told
):
    for student in ("ann", "bob", "eve"):
        handed_in(student, DOUBLE)
    grade()
    del ran[:]
    with pytest.raises(Killed):
        classroom_killed_after(grade, ran, 2)
    assert len(ran) == 2
    grade(regrade=True, hold=True)
    assert sorted(ran) == ["ann/1", "bob/1", "eve/1"]  # each once in all
    grade(regrade=True)
    assert len(ran) == 3
    assert told() == [("first grade", 2), ("regrade asked for", 2)]
    grade(regrade=True)
    assert len(ran) == 6  # what was written is no regrade any more


def classroom_killed_after(grade, ran, count):
    """Regrade, held back, until so many were run."""
    import unittest.mock as mock

    close = marking.Marking.close

    def closing(self, case):
        done = close(self, case)
        if len(ran) == count:
            raise Killed
        return done

    with mock.patch.object(marking.Marking, "close", closing):
        grade(regrade=True, hold=True)


def test_a_regrade_that_was_refused_is_forgotten(folder, handed_in, grade, ran):
    handed_in("ann", DOUBLE)
    grade()
    grade(regrade=True, hold=True)
    verdicts.forget_regrade(folder, "01_small", ["ann"])
    grade(regrade=True, hold=True)
    assert ran == ["ann/1"] * 3


@pytest.mark.parametrize(
    ("module", "name"),
    [(autograded, "write"), (history, "note"), (verdicts, "put"), (verdicts, "tidy")],
    ids=["after the gradebook", "before the history", "after the history", "last"],
)
def test_a_kill_at_any_step_neither_loses_nor_doubles_a_grade(
    folder, handed_in, grade, told, monkeypatch, module, name
):
    handed_in("ann", DOUBLE)
    grade()
    handed_in("ann", BOTH, stamp=MAY_4)
    grade(hold=True)

    def killed(*arguments, **more):
        raise Killed

    with monkeypatch.context() as kill:
        kill.setattr(module, name, killed)
        with pytest.raises(Killed):
            grade()
    grade()
    assert total(folder) == 5
    assert told() == [("first grade", 2), ("new submission", 5)]


def test_half_a_line_at_the_end_of_a_history_is_replaced(folder, handed_in, grade, told):
    handed_in("ann", DOUBLE)
    grade()
    file = history.place(folder, "01_small", "ann")
    with file.open("a") as stream:
        stream.write('{"when": "2026-')
    assert told() == [("first grade", 2)]
    handed_in("ann", BOTH, stamp=MAY_4)
    grade()
    assert told() == [("first grade", 2), ("new submission", 5)]
    assert all(json.loads(line) for line in file.read_text().splitlines())


def test_what_waits_for_the_program_says_so_when_it_is_graded(
    folder, handed_in, grade, told, monkeypatch, verdict
):
    handed_in("ann", DOUBLE)
    judge = classroom.fresh_results
    monkeypatch.setattr(
        classroom, "fresh_results",
        lambda assignment, jobs, *rest: ((job, verdict(Outcome.BROKEN)) for job in jobs),
    )  # fmt: skip
    grade()
    grade()
    monkeypatch.setattr(classroom, "fresh_results", judge)
    grade()
    assert told() == [("first grade", 3), ("waited for review", 2)]


def test_numbers_of_a_person_stay_through_all_of_it(folder, handed_in, grade, told, course):
    handed_in("ann", DOUBLE)
    grade()
    by_hand(folder, "hypotenuse", 1.5, extra=1)
    by_hand(folder, "why", 4)
    grade()
    handed_in("ann", BOTH, stamp=MAY_4)
    grade()
    grade(regrade=True)
    assert total(folder) == 2 + 2.5 + 4
    assert told() == [
        ("first grade", 2),
        ("points by hand", 8.5),
        ("new submission", 8.5),
        ("regrade asked for", 8.5),
    ]


@pytest.mark.parametrize(
    ("rest", "counts", "points"),
    [
        ("counting='last'", 3, 2),
        ("counting='best'", 2, 5),
        ("counting='first'", 1, 0),
        ("counting='last', attempts=2", 2, 5),
        ("counting='best', attempts=1", 1, 0),
        (f"counting='best', due={{'01_small': '{DUE}'}}, late=Late(percent_per_day=40)", 3, 2),
    ],
)
def test_the_rule_says_which_attempt_counts(folder, handed_in, grade, course, rest, counts, points):
    course(rest)
    stamps = [MAY_1, MAY_4, MAY_2]  # the second is two days late: 5 points less 80 %
    for answers, stamp in zip((NONE, BOTH, DOUBLE), stamps, strict=True):
        handed_in("ann", answers, stamp=stamp)
        found = grade()["ann"]
    assert (found.attempt, found.attempts, total(folder)) == (counts, 3, points)
    text = folder.autograded_notebook("ann", "01_small", "small").read_text()
    assert f"Attempt {counts} of 3 counts" in text
    with Gradebook(folder) as book:
        assert book.grades("01_small")["ann"].total == found.grade.total


def test_of_attempts_with_equal_points_the_later_counts(folder, handed_in, grade, course, ran):
    course("counting='best'")
    handed_in("ann", DOUBLE)
    handed_in_twice = DOUBLE | {"why": "Now with words."}
    grade()
    handed_in("ann", handed_in_twice, stamp=MAY_2)
    assert grade()["ann"].attempt == 2
    assert ran == ["ann/1", "ann/2"]  # each is run once, whichever counts
    handed_in("ann", NONE, stamp=MAY_4)
    assert grade()["ann"].attempt == 2
    assert "Now with words." in folder.autograded_notebook("ann", "01_small", "small").read_text()


def test_an_attempt_that_could_not_be_graded_costs_nothing_and_is_told(
    folder, handed_in, grade, course, monkeypatch, verdict, assignment
):
    course("counting='best'")
    handed_in("ann", DOUBLE)
    grade()
    handed_in("ann", BOTH, stamp=MAY_2)
    judge = classroom.fresh_results
    monkeypatch.setattr(
        classroom, "fresh_results",
        lambda assignment, jobs, *rest: (
            (job, verdict(Outcome.BROKEN, Outcome.BROKEN)) for job in jobs
        ),
    )  # fmt: skip
    assert grade()["ann"].attempt == 1
    pages.write_feedback(assignment, folder)
    shown = [folder.autograded_notebook("ann", "01_small", "small"),
             folder.feedback_page("ann", "01_small", "small")]  # fmt: skip
    for file in shown:
        assert "Attempt 2 could not be graded and waits for an instructor." in file.read_text()
    monkeypatch.setattr(classroom, "fresh_results", judge)
    assert grade()["ann"].attempt == 2
    assert "could not be graded" not in shown[0].read_text()


def test_another_rule_changes_the_grade_and_says_so(folder, handed_in, grade, course, told):
    for answers, stamp in ((BOTH, MAY_1), (NONE, MAY_2)):
        handed_in("ann", answers, stamp=stamp)
        grade()
    course("counting='best'")
    grade()
    assert told() == [("first grade", 5), ("new submission", 0), ("attempt 1 counts now", 5)]


def test_what_comes_by_nbgrader_is_an_attempt_and_is_never_lost(folder, handed_in, grade):
    first = handed_in("ann", DOUBLE)
    grade()
    second = handed_in("ann", BOTH, stamp=MAY_4)  # over the first, as `nbgrader collect` does
    grade()
    grade()
    kept = attempts.numbered(folder, "01_small", "ann")
    assert [(place / "small.ipynb").read_bytes() for place in kept] == [first, second]


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5, 6])
def test_a_collect_that_is_ended_at_any_step_loses_no_attempt(
    assignment, folder, tmp_path, monkeypatch, step, handed_in
):
    data = [handed_in("ann", DOUBLE), handed_in("ann", BOTH)]
    attempts.remove(folder.submitted / "ann")
    school = tmp_path / "school"
    notebook = school / "ann" / "small.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_bytes(data[0])
    list(collect(assignment, school, folder))
    notebook.write_bytes(data[1])
    steps = []

    def counted(real):
        def call(*arguments, **more):
            steps.append(real)
            if len(steps) == step:
                raise Killed
            return real(*arguments, **more)

        return call

    with monkeypatch.context() as kill:
        kill.setattr(attempts.Path, "rename", counted(os.rename))
        kill.setattr(attempts, "remove", counted(attempts.remove))
        try:
            list(collect(assignment, school, folder))
        except Killed:
            classroom.sweep_up(assignment, folder)
            assert classroom.students_of(assignment, folder) == ["ann"]
    list(collect(assignment, school, folder))
    kept = attempts.numbered(folder, "01_small", "ann")
    assert [(place / "small.ipynb").read_bytes() for place in kept] == data
    assert folder.submitted_notebook("ann", "01_small", "small").read_bytes() == data[1]
    left = [path.name for path in folder.root.rglob(".*") if path.is_dir()]
    assert left == []


@pytest.mark.parametrize(
    "stamp",
    [b"", b"yesterday", b"\xff\xfe\x00", b"0001-01-01 00:00:00 UTC", b"1980-01-01 00:00:00 UTC",
     b"2026-02-30 12:00:00 UTC", b"2026-05-01 25:00:00 UTC",
     b"2026-05-01 12:00:00 " + b"x" * 500, None, "link", "folder"],
    ids=str,
)  # fmt: skip
def test_a_time_stamp_that_cannot_be_believed_does_not_mean_in_time(
    folder, handed_in, grade, course, stamp, tmp_path
):
    course(f"due={{'01_small': '{DUE}'}}, late=Late(zero_after_days=0)")
    handed_in("ann", BOTH)
    file = folder.submitted / "ann" / "01_small" / "timestamp.txt"
    file.unlink()
    if stamp == "link":
        (tmp_path / "early").write_text("2026-01-01 12:00:00 UTC")
        file.symlink_to(tmp_path / "early")
    elif stamp == "folder":
        file.mkdir()
    elif stamp is not None:
        file.write_bytes(stamp)
    arrived = file.with_name("small.ipynb").stat().st_ctime
    graded = grade()["ann"].grade
    due = 1_777_723_200  # 2026-05-02 12:00 UTC
    assert graded.seconds_late == pytest.approx(max(0, arrived - due), abs=2)
    assert (graded.total == 0) == (arrived > due)
    assert file.read_text().endswith(" UTC")
    again = grade()["ann"].grade
    assert again == graded


def test_late_points_extensions_and_marks_by_hand_add_up(folder, handed_in, grade, course, told):
    course(f"due={{'01_small': '{DUE}'}}, late=Late(percent_per_day=10)")
    handed_in("ann", BOTH, stamp=MAY_4)
    handed_in("bob", BOTH, stamp=MAY_4)
    folder.extensions.write_text("assignment,student,extension\n01_small,bob,2d\n")
    graded = grade()
    assert (graded["ann"].grade.penalty, graded["ann"].grade.total) == (1, 4)
    assert (graded["bob"].grade.penalty, graded["bob"].grade.total) == (0, 5)
    by_hand(folder, "why", 3)
    assert grade()["ann"].grade.total == 6.4  # 8 points less 20 %
    folder.extensions.write_text("assignment,student,extension\n01_small,ann,1d\n01_small,bob,0\n")
    graded = grade()
    assert (graded["ann"].grade.total, graded["bob"].grade.total) == (7.2, 4)
    assert told() == [("first grade", 4), ("points by hand; lateness reckoned anew", 6.4),
                      ("lateness reckoned anew", 7.2)]  # fmt: skip


def test_who_handed_in_nothing_is_named(grade, handed_in):
    handed_in("ann")
    with pytest.raises(UserError, match=r"'bob' handed in nothing for 01_small. Students: ann"):
        grade(only=["bob"])
