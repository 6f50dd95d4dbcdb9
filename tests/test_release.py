"""Releasing through the real nbgrader, and the proof that nothing secret goes with it."""

import ast
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from autograder import config
from autograder.core.errors import CourseError, GraderError, UserError
from autograder.folder import CONFIG, CourseFolder, course_folder, part
from autograder.gradebook import Gradebook
from autograder.lesson.build import built_text
from autograder.lesson.release import failure, leaks, release


def sources(file):
    """The sources of a notebook's cells, by nbgrader's id where there is one."""
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    named = [
        (cell["metadata"].get("nbgrader", {}).get("grade_id", n), cell)
        for n, cell in enumerate(cells)
    ]
    return {name: "".join(cell["source"]) for name, cell in named}


def edit(file, old, new):
    """Replace a text that must be in a file."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_release_holds_stubs_with_signature_and_docstring(folder):
    released = sources(folder.release_notebook("01_small", "small"))
    assert released["double-solution"] == (
        'def double(number):\n    """Twice the number."""\n'
        "    # YOUR CODE HERE\n    raise NotImplementedError()"
    )
    assert released["double"] == "assert double(2) == 4"


def test_released_cells_carry_nbgraders_checksums(folder):
    cells = json.loads(folder.release_notebook("01_small", "small").read_text())["cells"]
    marks = [cell["metadata"]["nbgrader"] for cell in cells if "nbgrader" in cell["metadata"]]
    assert len(marks) == 6
    assert all(mark["checksum"] for mark in marks)


def test_the_gradebook_holds_nbgraders_rows(folder, nbgrader_api):
    (notebook,) = nbgrader_api(folder).get_notebooks("01_small")
    assert notebook["name"] == "small"
    assert (notebook["max_score"], notebook["max_written_score"]) == (9, 4)


def test_release_can_be_repeated_from_anywhere(assignment, folder, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    before = folder.release_notebook("01_small", "small").read_bytes()
    assert release(assignment, folder) == [
        f"released: {folder.release_notebook('01_small', 'small')}"
    ]
    assert folder.release_notebook("01_small", "small").read_bytes() == before
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_make_can_be_repeated_and_keeps_what_is_there(folder, course_root):
    course = config.load_course(course_root)
    settings = folder.config.read_text(encoding="utf-8")
    before = {file: file.stat().st_mtime_ns for file in folder.root.rglob("*") if file.is_file()}
    folder.make(course)
    assert {file: file.stat().st_mtime_ns for file in before} == before
    folder.config.write_text("c = 1", encoding="utf-8")
    folder.make(course)
    assert folder.config.read_text(encoding="utf-8") == settings


def test_the_settings_leave_out_two_preprocessors_of_nbgraders_own():
    from nbgrader.converters import GenerateAssignment

    lists = [
        node
        for node in ast.walk(ast.parse(CONFIG.format(name="small", course=".", database="")))
        if isinstance(node, ast.List)
    ]
    longest = max(lists, key=lambda node: len(node.elts))
    ours = [name.value.rpartition(".")[2] for name in longest.elts]
    theirs = [each.__name__ for each in GenerateAssignment.preprocessors.default()]
    assert ours == [name for name in theirs if name not in ("ClearSolutions", "ClearHiddenTests")]


def test_a_folder_that_cannot_be_made_is_said(tmp_path, course_root):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match=r"file.* cannot be written"):
        CourseFolder(tmp_path / "file" / "course").make(config.load_course(course_root))


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a\\b", "a\0"])
def test_names_cannot_leave_the_folder(name, folder):
    with pytest.raises(UserError, match="cannot be part of a path"):
        folder.submitted_notebook(part(name), "01_small", "small")


SECRETS = {
    "twice = sum([number, number])": "small.py:8",
    "return math.sqrt(a * a + b * b)": "small.py:14",
    "return a * a + b * b * math.pow(1, 2)": "small_mistakes.py:7",
    '@mistake(of="hypotenuse", hint="Which power undoes a square?")': "small_mistakes.py:4",
    'assert student.double(123456789) == 246913578, "not twice as much"': "hidden_tests.py:7",
}


@pytest.mark.parametrize("dress", ["{}", "#     {}", "Try `{}` here.", "\t {}  # so"])
@pytest.mark.parametrize("secret", SECRETS)
def test_a_leak_is_found_and_placed(assignment, secret, dress):
    assert leaks(assignment, {"notes.md": "Read this.\n" + dress.format(secret)}) == [
        ("notes.md:2", f"{SECRETS[secret]} “{secret}”")
    ]


def test_leaks_in_a_notebook_are_found_wherever_they_are(assignment):
    secret = "twice = sum([number, number])"
    notebook = json.loads(built_text(assignment))
    notebook["cells"][0]["source"] = ["# Title\n", f"  {secret}\n"]
    notebook["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": secret}]
    notebook["metadata"]["note"] = {"deep": [secret]}
    found = leaks(assignment, {"small.ipynb": json.dumps(notebook)})
    assert [place for place, _ in found] == [
        "small.ipynb, cell 1, line 2",
        "small.ipynb, cell 2",
        "small.ipynb",
    ]


def test_what_students_may_read_is_no_leak(assignment):
    assert leaks(assignment, {"small.ipynb": built_text(assignment)}) == []


def test_a_lesson_that_gives_the_solution_away_is_not_released(assignment, folder):
    before = folder.source_notebook("01_small", "small").read_bytes()
    edit(
        assignment.lesson, "# Two functions", "# return math.sqrt(a * a  +  b * b)\n# Two functions"
    )
    with pytest.raises(CourseError, match=r"small.ipynb, cell 1, line 3: gives away small.py:14"):
        release(assignment, folder)
    assert folder.source_notebook("01_small", "small").read_bytes() == before


def test_files_left_in_source_are_looked_at(assignment, folder):
    shutil.copy(assignment.hidden_tests, folder.source / "01_small" / "data.txt")
    with pytest.raises(CourseError, match=r"data.txt:4: gives away hidden_tests.py:4"):
        release(assignment, folder)


def test_a_module_that_is_no_python_is_said(assignment):
    assignment.hidden_tests.write_text("def test(:\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"hidden_tests.py:1: .*Correct that line"):
        leaks(assignment, {})


def test_points_may_change_after_submissions(
    assignment, course_root, folder, verdict, nbgrader_api
):
    with Gradebook(folder) as gradebook:
        gradebook.record("ann", verdict())
    edit(assignment.folder / "assignment.yaml", "double: 2", "double: 5")
    changed = config.load_assignment(config.load_course(course_root), "01_small")
    release(changed, folder)
    assert nbgrader_api(folder).get_notebooks("01_small")[0]["max_score"] == 12


def test_cells_may_not_change_after_submissions(assignment, course_root, folder, verdict):
    with Gradebook(folder) as gradebook:
        gradebook.record("ann", verdict())
    before = folder.release_notebook("01_small", "small").read_bytes()
    edit(
        assignment.lesson,
        '# %% [markdown] written="why"\n# *Your answer here.*\n',
        "# %%\nimport json\n",
    )
    edit(assignment.folder / "assignment.yaml", "  why: {points: 4, written: true}\n", "")
    changed = config.load_assignment(config.load_course(course_root), "01_small")
    with pytest.raises(CourseError, match=r"small/why is gone, small/provided-2 is new. Undo that"):
        release(changed, folder)
    assert folder.release_notebook("01_small", "small").read_bytes() == before


def test_cells_may_change_before_submissions(assignment, course_root, folder, nbgrader_api):
    edit(assignment.lesson, '# %% [markdown] written="why"\n# *Your answer here.*\n', "")
    edit(assignment.folder / "assignment.yaml", "  why: {points: 4, written: true}\n", "")
    changed = config.load_assignment(config.load_course(course_root), "01_small")
    release(changed, folder)
    assert nbgrader_api(folder).get_notebooks("01_small")[0]["max_score"] == 5


def test_nbgraders_own_errors_become_a_sentence(assignment, folder):
    shutil.rmtree(folder.release / "01_small")
    (folder.release / "01_small").write_text("", encoding="utf-8")  # a file in the folder's place
    with pytest.raises(
        GraderError, match=r"nbgrader cannot release 01_small: .*Error.* For its whole log"
    ):
        release(assignment, folder)


def test_what_nbgrader_says_of_an_error_is_not_shown_beside_the_sentence(assignment, folder, capfd):
    with closing(sqlite3.connect(folder.gradebook)) as database:
        tables = database.execute("select name from sqlite_master where type = 'table'")
        for number, (table,) in enumerate(tables.fetchall()):
            for change in ("insert", "update", "delete"):
                database.execute(
                    f"create trigger {change}{number} before {change} on {table} "
                    "begin select raise(abort, 'disk is full'); end"
                )
        database.commit()
    shutil.rmtree(folder.release / "01_small")
    words = [sys.executable, "-m", "autograder", "release", "01_small", f"--course={folder.root}"]
    ran = subprocess.run(words, cwd=folder.root.parent, capture_output=True, encoding="utf-8")
    assert (ran.returncode, ran.stdout, len(ran.stderr.splitlines())) == (1, "", 1), ran.stderr
    assert "disk is full" in ran.stderr


def test_a_locked_gradebook_becomes_a_sentence(assignment, folder):
    log = "sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) database is locked\n"
    assert "database is locked. Close what is writing to it" in failure(assignment, folder, log)


def test_the_gradebook_waits_for_nobody_who_reads(folder):
    with sqlite3.connect(folder.gradebook) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_the_course_folder_lies_beside_its_settings(course_root):
    assert course_folder(config.load_course(course_root)).root == course_root / "course"
