"""The command line as people type it: what works, and one sentence for what does not."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import cli

ROOT = Path(__file__).parents[1]
SAMPLE = "99_sample"
CHECK = {"id", "title", "outcome", "earned", "possible", "message", "hint", "mistake"}
QUESTION = {"id", "earned", "possible", "outcome", "checks"}
RESULT = {
    *("schema", "assignment", "notebook", "earned", "possible", "needs_review", "sandbox"),
    *("seconds", "repairs", "problems", "questions"),
}
RIGHT = "def double(values):\n    return 2 * values"
UNSIGNED = "def double(values):\n    return 2 * abs(values)"


def typed(folder, *words):
    """What happens when these words are typed in a folder."""
    command = [sys.executable, "-m", "autograder", *map(os.fspath, words)]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    environment = clean | {"PYTHONIOENCODING": "utf-8", "COLUMNS": "120"}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120
    )


@pytest.fixture
def typed_here(monkeypatch, capsys):
    """The same within this process, for the many commands that end at once."""

    def typed_here(folder, *words):
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["autograder", *map(os.fspath, words)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return subprocess.CompletedProcess(words, ended.value.code or 0, *capsys.readouterr())

    return typed_here


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course with a new assignment, 99_sample, from `autograder new`."""
    root = tmp_path_factory.mktemp("cli") / "course"
    for name in ("assignments", "reference"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("course_config.py", "pyproject.toml"):
        shutil.copy(ROOT / name, root)
    done = typed(root, "new", SAMPLE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("written: ") == 7
    return root


@pytest.fixture
def notebook(course, tmp_path):
    """A function that writes the notebook of 99_sample with another solution; its path."""

    def write(solution, file=None):
        content = json.loads((course / "assignments" / SAMPLE / "sample.ipynb").read_text())
        for cell in content["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == "double-solution":
                cell["source"] = solution
        file = file or tmp_path / "sample.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content), encoding="utf-8")
        return file

    return write


def judged(course, *words, typed=typed):
    """The one JSON object that `try --json` prints."""
    done = typed(course, "try", *words, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_a_new_assignment_verifies_and_is_never_written_over(course):
    done = typed(course, "verify", SAMPLE, "--seeds", "3")
    assert done.returncode == 0, done.stdout
    assert "99_sample ✓ sound" in done.stdout
    assert "2/2 mistakes caught, 2/2 named" in done.stdout
    assert_one_sentence(typed(course, "new", SAMPLE), "exists already. Choose another name")


def test_try_prints_one_object_of_this_shape(course, notebook):
    result = judged(course, SAMPLE, notebook(UNSIGNED))
    assert set(result) == RESULT
    assert (result["schema"], result["assignment"], result["notebook"]) == (
        *(1, SAMPLE, "sample.ipynb"),
    )
    assert (result["earned"], result["possible"], result["needs_review"]) == (1, 2, False)
    assert (result["sandbox"], result["problems"]) == ("full", [])
    assert result["seconds"] > 0
    assert [set(question) for question in result["questions"]] == [QUESTION, QUESTION]
    double, why = result["questions"]
    assert (double["id"], double["earned"], double["outcome"]) == ("double", 1, "FAILED")
    assert (why["id"], why["earned"], why["possible"], why["checks"]) == ("why", None, 1, [])
    assert [set(check) for check in double["checks"]] == [CHECK, CHECK]
    failed, passed = double["checks"]
    assert (failed["outcome"], failed["earned"], failed["possible"]) == ("FAILED", 0, 1)
    assert (failed["mistake"], passed["mistake"]) == ("loses_the_sign", None)
    assert passed["outcome"] == "PASSED"


@pytest.mark.parametrize(
    ("solution", "earned", "outcome", "problem", "message"),
    [
        (RIGHT, 2, "PASSED", None, ""),
        ("x = 1", 0, "SKIPPED", None, "`double` is not defined in the notebook."),
        ("double = 7", 0, "SKIPPED", None, "`double` is not a function: something else was"),
        ("def double(:", 0, "SKIPPED", "“def double(:” ended with SyntaxError", "is not defined"),
        ("1 / 0", 0, "SKIPPED", "“1 / 0” ended with ZeroDivisionError", "is not defined"),
    ],
)
def test_what_a_solution_earns(
    typed_here, course, notebook, solution, earned, outcome, problem, message
):
    result = judged(course, SAMPLE, notebook(solution), typed=typed_here)
    question = result["questions"][0]
    assert (result["earned"], result["possible"]) == (earned, 2)
    assert question["outcome"] == outcome
    assert {message in check["message"] for check in question["checks"]} == {True}
    assert bool(result["problems"]) == bool(problem)
    assert (problem or "") in " ".join(result["problems"])


def test_another_assignments_notebook_is_judged_and_the_mix_up_said(course):
    other = course / "assignments" / "01_convolution" / "convolution.ipynb"
    result = judged(course, SAMPLE, other)
    assert result["earned"] == 0
    assert (
        "None of the cells belong to this assignment: is it another one's notebook?"
        in (result["problems"])
    )


def test_options_of_python_and_pytest_do_not_reach_the_graders(course, notebook, monkeypatch):
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")  # without assertions everything would pass
    monkeypatch.setenv("PYTHONWARNINGS", "error")  # which would be the end of libraries
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    assert judged(course, SAMPLE, notebook(UNSIGNED))["earned"] == 1
    fresh = judged(course, SAMPLE, notebook(UNSIGNED), "--sandbox", "fresh")
    assert fresh["earned"] == 1


def test_hidden_tests_are_not_run_by_a_python_that_leaves_assertions_out():
    code = """
from pathlib import Path
from autograder.check.judge import Judge
from autograder.config import assignment_at
try:
    Judge(assignment_at(Path("assignments/01_convolution")))
except Exception as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-O", "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.startswith("python -O: hidden tests are made of assertions")


def test_try_without_json_shows_a_table_for_people(course, notebook):
    done = typed(course, "try", SAMPLE, notebook(UNSIGNED))
    assert (done.returncode, done.stderr) == (0, "")
    assert "✗ Every value of an array is doubled" in done.stdout
    assert "mistake: loses the sign" in done.stdout
    assert "1/2 points in " in done.stdout


def test_a_file_whose_name_is_no_text_is_graded(course, notebook, tmp_path):
    strange = tmp_path / os.fsdecode(b"\xff.ipynb")
    notebook(RIGHT, strange)
    assert judged(course, SAMPLE, strange)["earned"] == 2


# --- what does not work ---------------------------------------------------------------------------


def assert_one_sentence(done, words, status=2):
    """A command that failed with one line on stderr and nothing on stdout."""
    assert done.returncode == status, done.stdout + done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("autograder: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert words in done.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("this is no notebook", "bad.ipynb: not JSON (Expecting value: line 1 column 1 (char 0))"),
        ('{"nbformat": 5, "worksheets": []}', "bad.ipynb: notebook format 5, not 4. Open it in"),
        ('{"nbformat": 4}', "bad.ipynb: the notebook has no list of cells"),
        ("[" * 100_000, "bad.ipynb: nested too deep to be a notebook"),
    ],
    ids=["text", "format 5", "no cells", "deep"],
)
def test_a_file_that_is_no_notebook(typed_here, course, tmp_path, content, words):
    (tmp_path / "bad.ipynb").write_text(content)
    assert_one_sentence(typed_here(course, "try", SAMPLE, tmp_path / "bad.ipynb", "--json"), words)


NOTEBOOK = f"assignments/{SAMPLE}/sample.ipynb"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["try", SAMPLE, "missing.ipynb"],
         "missing.ipynb: cannot be read (No such file or directory). Check the path"),
        (["try", SAMPLE, "assignments"], "assignments: cannot be read (Is a directory)."),
        (["try", "01_convolutoin", NOTEBOOK],
         "assignment '01_convolutoin' is not known (did you mean 01_convolution?): 01_convolution"),
        (["try", "zzz", NOTEBOOK], "assignment 'zzz' is not known: 01_convolution"),
        (["try", SAMPLE, NOTEBOOK, "--sandbox", "nonsense"],
         "--sandbox 'nonsense' is not known. Use full, fresh, weak"),
        (["verify", SAMPLE, "--sandbox", "nonsense"], "--sandbox 'nonsense' is not known."),
        (["verify", "99_simple"], "assignment '99_simple' is not known"),
        (["build", "99_simple"], "assignment '99_simple' is not known"),
        (["release", "99_simple"], "assignment '99_simple' is not known"),
        (["new", "Attention!"], "'Attention!' is no name for an assignment. Use one such as"),
        (["new", "../up"], "'../up' is no name for an assignment."),
        (["collect", SAMPLE, "nowhere"], "nowhere: no such folder. Name the one that holds"),
        (["grade", SAMPLE], f"nobody handed in {SAMPLE}. Run `autograder collect {SAMPLE} FOLDER`"),
        (["grade", SAMPLE, "--student", "ada"], f"'ada' handed in nothing for {SAMPLE}."),
        (["feedback", SAMPLE], f"{SAMPLE}: nothing is graded yet. Run `autograder grade {SAMPLE}`"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_one_sentence(typed_here, course, words, sentence):
    assert_one_sentence(typed_here(course, *words), sentence)


@pytest.mark.parametrize(
    "words", [["try", SAMPLE, NOTEBOOK], ["build"], ["verify"], ["grade", SAMPLE], ["demo"]]
)
def test_outside_of_a_course_the_remedy_is_to_change_the_folder(typed_here, tmp_path, words):
    assert_one_sentence(
        typed_here(tmp_path, *words), "no course_config.py here or above. Change into"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("course_config.py", "seed=", "sed=", "unexpected keyword argument 'sed'. Correct that"),
        (f"assignments/{SAMPLE}/assignment.yaml", "title:", "tilte:", "unknown key `tilte`."),
        (f"assignments/{SAMPLE}/hidden_tests.py", '"double", 1)', '"double", 3)',
         "the tests of double are worth 6 points. assignment.yaml says 2; change one of the two"),
        (f"assignments/{SAMPLE}/hidden_tests.py", "import like", "import lke", "ImportError"),
        ("reference/sample.py", "return 2", "return (", "SyntaxError"),
        ("reference/sample_mistakes.py", "import mistake", "import mistkae", "ImportError"),
    ],
    ids=lambda value: "",
)  # fmt: skip
def test_a_wrong_file_of_the_course_is_named(
    typed_here, course, tmp_path, file, old, new, sentence
):
    broken = shutil.copytree(course, tmp_path / "broken")
    text = (broken / file).read_text()
    assert old in text
    (broken / file).write_text(text.replace(old, new))
    done = typed_here(broken, "try", SAMPLE, NOTEBOOK)
    assert_one_sentence(done, sentence)
    assert str(broken / file) in done.stderr


def test_a_notebook_that_was_not_built_names_the_command(typed_here, course, tmp_path):
    copy = shutil.copytree(course, tmp_path / "copy")
    handed_in = shutil.move(copy / NOTEBOOK, tmp_path / "mine.ipynb")
    sentence = f"not built yet. Run `autograder build {SAMPLE}`"
    assert_one_sentence(typed_here(copy, "try", SAMPLE, handed_in), sentence)
    assert typed_here(copy, "build", SAMPLE, "--check").returncode == 2
    assert typed_here(copy, "build", SAMPLE).returncode == 0
    assert typed_here(copy, "build", SAMPLE, "--check").returncode == 0
    assert (copy / NOTEBOOK).read_bytes() == Path(handed_in).read_bytes()


def test_a_word_that_is_no_command_is_a_usage_error(typed_here, course):
    done = typed_here(course, "gade", SAMPLE)
    assert done.returncode == 2
    assert "No such command 'gade'" in done.stderr
    assert "Traceback" not in done.stderr


# --- a class --------------------------------------------------------------------------------------


def table(done):
    """The points that the class table shows, by student."""
    return dict(re.findall(r"│ (\w+) +│[^│]*│ +(\S+) │", done.stdout))


def test_a_class_is_collected_graded_once_and_given_feedback(course, notebook, tmp_path):
    handed_in, work = tmp_path / "handed_in", tmp_path / "work"
    deadly = "import os\nos._exit(0)"
    for student, solution in {"ada": RIGHT, "bob": UNSIGNED, "eve": deadly}.items():
        notebook(solution, handed_in / student / "sample.ipynb")
    (handed_in / "zoe").mkdir()
    (handed_in / "zoe" / "sample.ipynb").write_text("a photograph of my notes")
    assert typed(course, "release", SAMPLE, "--course", work).returncode == 0

    collected = typed(course, "collect", SAMPLE, handed_in, "--course", work)
    assert (collected.returncode, collected.stderr) == (0, "")
    assert collected.stdout.startswith("zoe: sample.ipynb: not JSON")
    assert "4 submissions collected" in collected.stdout

    graded = typed(course, "grade", SAMPLE, "--course", work, "--workers", "2")
    assert graded.returncode == 0, graded.stderr
    assert sorted(graded.stderr.splitlines()) == ["ada: 2/2", "bob: 1/2", "eve: 0/2", "zoe: review"]
    assert table(graded) == {"ada": "2/2", "bob": "1/2", "eve": "0/2", "zoe": "review"}
    assert "4 graded now, 0 unchanged" in graded.stdout
    kept = {file.stem: file.read_bytes() for file in (work / "results").rglob("*.json")}
    assert sorted(kept) == ["ada", "bob", "eve", "zoe"]

    notebook(RIGHT, handed_in / "zoe" / "sample.ipynb")
    shutil.rmtree(handed_in / "ada")
    assert typed(course, "collect", SAMPLE, handed_in, "--course", work).stdout.startswith("3 sub")
    again = typed(course, "grade", SAMPLE, "--course", work, "--workers", "1")
    assert table(again) == table(graded) | {"zoe": "2/2"}
    assert "1 graded now, 3 unchanged" in again.stdout
    now = {file.stem: file.read_bytes() for file in (work / "results").rglob("*.json")}
    assert {student for student in kept if kept[student] != now[student]} == {"zoe"}
    attempt = work / "attempts" / SAMPLE / "zoe" / "001" / "sample.ipynb"
    assert attempt.read_text() == "a photograph of my notes"

    pages = typed(course, "feedback", SAMPLE, "--course", work)
    assert (pages.returncode, pages.stderr) == (0, "")
    assert "4 pages" in pages.stdout
    bob = work / "feedback" / "bob" / SAMPLE / "sample.html"
    assert "loses the sign" in bob.read_text(encoding="utf-8")
    assert (work / "feedback" / f"{SAMPLE}.html").is_file()
