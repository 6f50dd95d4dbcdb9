"""A gradebook on a PostgreSQL server: the same numbers, in our commands and in nbgrader's."""

import csv
import os
import pwd
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from autograder import config, database
from autograder.core.errors import GraderError
from autograder.folder import course_folder
from autograder.gradebook import Gradebook
from tests.test_unattended import but_history, differences, kill, roles, state

SOMEBODY = pwd.getpwnam("nobody")  # as root the server does not run
PASSWORD = "p@ss/w:rd %20"
VARIABLE = "COURSE_DB_PASSWORD"


def program(name):
    """One of the server's programs, which Debian does not put on the path."""
    return shutil.which(name) or next(
        map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))), None
    )


pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif(
        not program("initdb"),
        reason="PostgreSQL's server is not installed: sudo apt-get install postgresql",
    ),
]


@pytest.fixture(scope="module")
def server():
    """A server of our own, without network; the folder of its socket."""
    place = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    options = {}
    if os.geteuid() == 0:
        os.chown(place, SOMEBODY.pw_uid, SOMEBODY.pw_gid)
        options = {"user": SOMEBODY.pw_uid, "group": SOMEBODY.pw_gid, "extra_groups": ()}
    secret = place / "secret"
    secret.write_text(PASSWORD, encoding="utf-8")
    secret.chmod(0o644)
    words = ["--auth=scram-sha-256", "--username=teacher", f"--pwfile={secret}", "--no-sync"]
    subprocess.run(
        [program("initdb"), "-D", place / "data", *words, "--encoding=UTF8", "--locale=C"],
        check=True, capture_output=True, cwd="/", **options,
    )  # fmt: skip
    settings = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={place}"]
    with subprocess.Popen(
        [program("postgres"), "-D", place / "data", *settings], cwd="/",
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options,
    ) as process:  # fmt: skip
        while not list(place.glob(".s.PGSQL.5432")):
            assert process.poll() is None
            time.sleep(0.1)
        yield place
        process.send_signal(signal.SIGINT)
        process.wait()
    shutil.rmtree(place)


@pytest.fixture
def sql(server):
    """A function that runs statements as the server's owner, each on its own."""
    import psycopg

    def run(*statements):
        time_to_start = time.monotonic() + 20
        while True:
            try:
                connection = psycopg.connect(
                    host=str(server), user="teacher", password=PASSWORD, dbname="postgres",
                    autocommit=True,
                )  # fmt: skip
                break
            except psycopg.OperationalError:
                assert time.monotonic() < time_to_start
        with connection:
            for statement in statements:
                connection.execute(statement)

    return run


@pytest.fixture
def school(server, sql, course_root, handed_in, monkeypatch):
    """The small course with its gradebook on the server, and six submissions; its folder."""
    sql("DROP DATABASE IF EXISTS course WITH (FORCE)", "CREATE DATABASE course")
    monkeypatch.setenv(VARIABLE, PASSWORD)
    address = f"postgresql+psycopg://teacher:${{{VARIABLE}}}@/course?host={server}"
    file = course_root / "course_config.py"
    file.write_text(file.read_text().replace("seed=7", f"seed=7, database={address!r}"))
    hidden = course_root / "assignments/01_small/hidden_tests.py"
    hidden.write_text(hidden.read_text() + TRIANGLE)
    for number in range(6):
        handed_in(f"student{number}", {"double-solution": f"def double(n):\n    return {number}*n"})
    (course_root / "course" / "gradebook.db").unlink()
    return course_folder(config.load_course(course_root))


TRIANGLE = '''

@points("hypotenuse", 3)
def test_knows_another_triangle(student):
    """Other triangles are right, too."""
    assert student.hypotenuse(5, 12) == like(13.0)
'''


def typed(folder, *words, program="autograder"):
    """A command in the folder that holds the course, or in the course folder for nbgrader's."""
    place = folder.root if program == "nbgrader" else folder.root.parent
    done = subprocess.run(
        [Path(sys.executable).with_name(program), *words], cwd=place, capture_output=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


def test_our_commands_and_nbgraders_have_the_same_numbers(school, nbgrader_api):
    assert typed(school, "release", "01_small").returncode == 0
    graded = typed(school, "grade", "01_small")
    assert graded.returncode == 0, graded.stderr
    shown = graded.stdout.split("Gradebook: ")[1].replace("\n", "")
    assert shown.startswith("postgresql+psycopg://teacher@/course?host=")
    assert not school.gradebook.exists()
    with Gradebook(school) as gradebook:
        scores = {(s.student, s.question): s.auto for s in gradebook.scores("01_small")}
    assert [scores[f"student{number}", "double"] for number in range(6)] == [0, 0, 2, 0, 0, 0]
    exported = typed(school, "export", "--to=grades.csv", program="nbgrader")
    assert exported.returncode == 0, exported.stderr
    with (school.root / "grades.csv").open(encoding="utf-8") as file:
        rows = {line["student_id"]: float(line["score"]) for line in csv.DictReader(file)}
    assert rows == {f"student{number}": 2.0 * (number == 2) for number in range(6)}
    again = typed(school, "autograde", "01_small", "--force", program="nbgrader")
    assert again.returncode == 0, again.stderr
    submissions = nbgrader_api(school).get_submissions("01_small")
    assert {each["student"]: each["score"] for each in submissions} == rows
    ours = [file for file in school.root.parent.rglob("*") if file.is_file()]
    assert [file for file in ours if PASSWORD.encode() in file.read_bytes()] == []


def test_the_end_is_the_same_after_kills(school):
    assert typed(school, "release", "01_small").returncode == 0
    assert typed(school, "grade", "01_small").returncode == 0
    expected = but_history(state(school))
    command = [sys.executable, "-m", "autograder", "grade", "01_small", "--regrade"]
    for role in ("worker", "command"):
        process = subprocess.Popen(
            command, cwd=school.root.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while process.poll() is None and not roles(process.pid)["worker"]:
            time.sleep(0.01)
        time.sleep(0.1)  # somewhere between its start and its first submissions
        assert kill(process, role, random.Random(1))
        assert process.wait() == (0 if role == "worker" else -signal.SIGKILL)
    assert typed(school, "grade", "01_small").returncode == 0
    assert differences(but_history(state(school)), expected) == []


def test_who_locks_the_server_is_said(school, server, verdict, monkeypatch):
    import psycopg

    assert typed(school, "release", "01_small").returncode == 0
    monkeypatch.setattr(database, "BUSY_SECONDS", 1)
    with (
        psycopg.connect(
            host=str(server), user="teacher", password=PASSWORD, dbname="course",
            application_name="somebody's client",
        ) as other,
        Gradebook(school) as gradebook,
    ):  # fmt: skip
        other.execute("LOCK TABLE student IN ACCESS EXCLUSIVE MODE")
        pid = other.info.backend_pid
        with pytest.raises(GraderError, match=rf"locked by process {pid} of the server \(somebody"):
            gradebook.record("ann", verdict())


def test_a_wrong_password_is_one_sentence_that_does_not_hold_it(school, monkeypatch):
    monkeypatch.setenv(VARIABLE, "wrong one")
    done = typed(school, "grade", "01_small")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert 'password authentication failed for user "teacher"' in done.stderr
    assert "Look whether the server runs, and at `database` in course_config.py" in done.stderr
    assert "wrong" not in done.stderr


def test_a_variable_that_is_not_set_is_named(school, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    done = typed(school, "grade", "01_small")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"the variable {VARIABLE} is not set" in done.stderr


def test_a_password_may_lie_in_a_file_of_postgresqls(school, tmp_path, monkeypatch):
    file = tmp_path / "pgpass"
    file.write_text("*:*:*:teacher:" + PASSWORD.replace(":", "\\:") + "\n", encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    monkeypatch.delenv(VARIABLE)
    settings = school.root.parent / "course_config.py"
    settings.write_text(settings.read_text().replace(f":${{{VARIABLE}}}", ""))
    assert typed(school, "release", "01_small").returncode == 0
    assert typed(school, "grade", "01_small").returncode == 0
