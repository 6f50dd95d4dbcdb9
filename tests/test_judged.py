"""Whatever a verdict depends on, a change of it is noticed and named; nothing else is."""

import importlib.metadata
import platform

import pytest

from autograder import config, judged
from autograder.history import changes
from autograder.judged import identity, judged_by, submission_digest


@pytest.fixture
def differs(assignment, course_root):
    """A function that tells what is another now, as the history would."""
    before = judged_by(assignment, "full")

    def differs(sandbox="full"):
        again = config.load_assignment(config.load_course(course_root), "01_small")
        return list(changes(before, judged_by(again, sandbox)))

    assert differs() == []
    return differs


def write(course_root, name, text):
    """Write or append to a file of the course."""
    file = course_root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as stream:
        stream.write(text)


def test_a_module_that_hidden_tests_import_counts_wherever_it_lies(course_root, assignment):
    write(course_root, "assignments/01_small/hidden_tests.py", "\nimport shapes.round\n")
    write(course_root, "shapes/round.py", "from shapes import edges\n")
    write(course_root, "shapes/edges.py", "EDGES = 1\n")
    before = judged_by(assignment, "full")
    write(course_root, "shapes/edges.py", "EDGES = 2\n")
    found = list(changes(before, judged_by(assignment, "full")))
    assert found == ["files beside the hidden tests"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("assignments/01_small/hidden_tests.py", "# x\n", "hidden tests"),
        ("assignments/01_small/small.ipynb", "\n", "notebook"),
        ("assignments/01_small/weights.csv", "1,2\n", "files beside the hidden tests"),
        ("reference/small.py", "# x\n", "reference"),
        ("reference/small_mistakes.py", "# x\n", "mistakes"),
        ("assignments/01_small/assignment.yaml", "limits: {call_seconds: 9}\n", "limits"),
        ("assignments/01_small/assignment.yaml", "data: true\n", "data (none → digits)"),
        ("assignments/01_small/assignment.yaml", "imports: [scipy]\n", "imports"),
        ("assignments/01_small/assignment.yaml",
         "forbidden: {everywhere: [numpy.dot]}\n", "forbidden functions"),
    ],
)  # fmt: skip
def test_what_a_verdict_depends_on_is_named(course_root, differs, monkeypatch, name, text, told):
    monkeypatch.setenv("XDG_CACHE_HOME", str(course_root))
    write(course_root, name, text)
    assert differs() == [told]


@pytest.mark.parametrize(
    "name",
    ["assignments/01_small/lesson.py", "reference/other.py", "assignments/01_small/.hidden",
     "assignments/01_small/__pycache__/x.pyc", "assignments/02_other/hidden_tests.py"],
)  # fmt: skip
def test_what_no_verdict_depends_on_changes_nothing(course_root, differs, name):
    write(course_root, name, "# x\n")
    write(course_root, "assignments/01_small/assignment.yaml", "# a comment\n")
    assert differs() == []


def test_another_seed_or_sandbox_is_told_with_its_value(course_root, differs):
    file = course_root / "course_config.py"
    file.write_text(file.read_text().replace("seed=7", "seed=8"))
    assert differs("fresh") == ["seed (7 → 8)", "sandbox (full → fresh)"]


def test_points_and_questions_are_told(course_root, differs):
    file = course_root / "assignments" / "01_small" / "assignment.yaml"
    file.write_text(file.read_text().replace("double: 2", "double: 3"))
    assert differs() == ["questions"]


def test_versions_are_told_with_their_numbers(differs, monkeypatch):
    known = importlib.metadata.version
    monkeypatch.setattr(judged, "version", lambda name: "9.9" if name == "numpy" else known(name))
    monkeypatch.setattr(platform, "python_version", lambda: "3.11.99")
    (told,) = differs()
    assert told.startswith("versions (python 3.11.")
    assert "→ 3.11.99" in told
    assert told.endswith(f"numpy {known('numpy')} → 9.9)")


def test_the_programs_judging_part_counts_and_the_rest_of_it_does_not(monkeypatch, tmp_path):
    for name in (
        "core/a.py",
        "check/b.py",
        "sandbox/guest/c.py",
        "pipeline.py",
        "data.py",
        "pictures.py",
        "cli.py",
    ):
        write(tmp_path, name, "x = 1\n")
    monkeypatch.setattr(judged, "HERE", tmp_path)
    found = [judged.program()]
    for name in ("cli.py", "core/a.py", "sandbox/guest/c.py", "pipeline.py"):
        write(tmp_path, name, "x = 2\n")
        found.append(judged.program())
    assert found[0] == found[1]
    assert len(set(found)) == 4


def test_a_course_around_the_program_counts_it_once(monkeypatch, course_root, assignment):
    write(course_root, "assignments/01_small/hidden_tests.py", "\nimport program.core.x, beside\n")
    write(course_root, "program/core/x.py", "x = 1\n")
    write(course_root, "beside.py", "x = 1\n")
    monkeypatch.setattr(judged, "HERE", course_root / "program")
    files = {file.name for file in judged.imported([assignment.hidden_tests], assignment)}
    assert files >= {"hidden_tests.py", "beside.py"}
    assert "x.py" not in files
    before = judged_by(assignment, "full")
    write(course_root, "program/core/x.py", "x = 2\n")
    assert list(changes(before, judged_by(assignment, "full"))) == ["autograder"]


def test_the_identity_is_that_of_content_and_judge():
    files = {"small.ipynb": b"1", "a/b.py": b"2"}
    same = dict(reversed(files.items()))
    assert submission_digest(files) == submission_digest(same)
    others = [files | {"small.ipynb": b"2"}, files | {"c": b""}, {"small.ipynb": b"1"}]
    digests = {submission_digest(each) for each in [files, *others]}
    assert len(digests) == 4
    assert identity({"a": "1"}, "x") == identity({"a": "1"}, "x")
    assert len({identity({"a": "1"}, "x"), identity({"a": "2"}, "x"), identity({}, "x")}) == 3
