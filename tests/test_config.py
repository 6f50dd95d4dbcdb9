"""Every complaint about the course's own files names the file, the key and the remedy."""

from pathlib import Path

import pytest

from autograder import config
from autograder.core.course import Course
from autograder.core.errors import CourseError, UserError
from autograder.core.forbidden import UNSEEN, shortcuts

ROOT = Path(__file__).parents[1]
GOOD = """\
title: Small things
notebook: small
reference: small
questions:
  f: 2
  why: {points: 1.5, written: true, rubric: {says it: 1, says why: 0.5}}
"""


def assignment(root, text):
    """The assignment that an assignment.yaml describes."""
    folder = root / "assignments" / "01_small"
    folder.mkdir(parents=True)
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "assignment.yaml").write_bytes(data)
    return config.read_assignment(folder, Course("small", ["01_small"], seed=7, root=root))


def test_a_good_file_is_read(tmp_path):
    made = assignment(
        tmp_path,
        GOOD + "limits: {call_seconds: 2}\nimports: [torch]\n"
        "forbidden: {forbid: zero, everywhere: [numpy.convolve], questions: {f: [scipy]}}\n",
    )
    assert (made.name, made.title, made.notebook, made.seed) == (
        *("01_small", "Small things", "small", 7),
    )
    assert [(question.id, question.points) for question in made.questions] == [
        *(("f", 2), ("why", 1.5)),
    ]
    assert [question.id for question in made.coded] == ["f"]
    assert made.question("why").rubric == (("says it", 1), ("says why", 0.5))
    assert (made.limits.call_seconds, made.limits.cell_seconds) == (2, 20)
    assert (made.imports, made.forbid) == (("torch",), "zero")
    assert made.forbidden == {"f": ("numpy.convolve", "scipy", *UNSEEN)}
    assert made.built == tmp_path / "assignments" / "01_small" / "small.ipynb"
    assert made.mistakes_file == tmp_path / "reference" / "small_mistakes.py"


@pytest.mark.parametrize("name", ["01_convolution", "02_conv_layer", "03_pooling"])
def test_what_convolves_by_another_name_is_forbidden_in_the_first_three(name):
    made = config.load_assignment(config.load_course(ROOT), name)
    source = "from scipy.linalg import matmul_toeplitz as m\ndef f(x, c):\n    return m((c, c), x)"
    names = {"f": next(iter(made.forbidden.values()))}
    assert shortcuts([source], names)["f"][0].name == "scipy.linalg.matmul_toeplitz"
    assert not shortcuts([source.replace("matmul_", "")], names)  # a matrix is no convolution


def test_points_of_a_rubric_are_added_without_binary_dust(tmp_path):
    text = GOOD.replace("points: 1.5", "points: 0.3").replace(": 1, says why: 0.5", ": 0.1, b: 0.2")
    assert assignment(tmp_path, text).question("why").points == 0.3


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("title:", "tilte:", "unknown key `tilte`. Known (did you mean title?): title, notebook"),
        ("title:", "7:", "unknown key `7`. Known: title, notebook"),
        ("title: Small things\n", "", "`title` is missing or not a text. Add a line `title: …`"),
        ("title: Small things", "title: 3", "`title` is missing or not a text"),
        ("title: Small things", "title: ' '", "`title` is missing or not a text"),
        ("notebook: small", "notebook: [small]", "`notebook` is missing or not a text"),
        ("reference: small", "reference:", "`reference` is missing or not a text"),
        (
            "f: 2",
            "f: {points: 2, writen: true}",
            "unknown key `questions.f.writen`. Known (did you",
        ),
        ("f: 2", "f: two", "`questions.f` has 'two' points. Give a number above 0"),
        ("f: 2", "f: 0", "`questions.f` has 0 points"),
        ("f: 2", "f: -1", "`questions.f` has -1 points"),
        ("f: 2", "f: .nan", "`questions.f` has nan points"),
        ("f: 2", "f: .inf", "`questions.f` has inf points"),
        ("f: 2", "f: true", "`questions.f` has True points"),
        ("f: 2", "f:", "`questions.f` has None points"),
        ("f: 2", "f: {written: true}", "`questions.f` has None points"),
        ("f: 2", "f: [2]", "`questions.f` has [2] points"),
        ("says why: 0.5", "says why: 1", "the rubric of `questions.why` sums to 2, not 1.5. Make"),
        ("{says it: 1, says why: 0.5}", "[1, 0.5]", "the rubric of `questions.why` is"),
        ("says why: 0.5", "says why: half", "the rubric of `questions.why` is"),
        ("says why: 0.5", "says why:", "the rubric of `questions.why` is"),
    ],
)
def test_a_wrong_line_is_named_with_its_remedy(tmp_path, old, new, complaint):
    assert old in GOOD
    assert_refused(tmp_path, GOOD.replace(old, new), complaint)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "it is no mapping of keys to values. Keys: title"),
        ("- title", "it is no mapping of keys to values"),
        ("just words", "it is no mapping of keys to values"),
        (b"title: \xff\xfe", "can't decode byte"),
        ("title: [unclosed\nnotebook: small", "line 2, column 9"),
        ("title: x\n\tnotebook: y", "line 2, column 1"),
        ("title: *nowhere", "found undefined alias"),
        ("title: !!python/object/apply:os.getcwd []", "could not determine a constructor"),
        (GOOD.split("questions")[0], "`questions` is missing or empty. Write one line for each"),
        (GOOD.split("questions")[0] + "questions: []", "`questions` is missing or empty"),
        (GOOD.split("questions")[0] + "questions: [f]", "`questions` is missing or empty"),
        (GOOD + "limits: 5", "`limits` is no mapping. Write e.g. `limits: {call_seconds: 5}`"),
        (GOOD + "limits: {cal_seconds: 5}",
         "unknown key `limits.cal_seconds`. Known (did you mean call_seconds?)"),
        (GOOD + "limits: {call_seconds: 0}", "`limits.call_seconds` is 0. Use a number above 0"),
        (GOOD + "limits: {call_seconds: 5s}", "`limits.call_seconds` is '5s'. Use a number above"),
        (GOOD + "limits: {memory_mb: .inf}", "`limits.memory_mb` is inf. Use a number above 0"),
        (GOOD + "imports: torch", "`imports` must be a list of modules that are slow to import"),
        (GOOD + "imports: [os]", "`imports` must be a list of modules"),
        (GOOD + "forbidden: [numpy]", "`forbidden` is no mapping. Keys: forbid, everywhere"),
        (GOOD + "forbidden: {everywere: [numpy]}", "unknown key `forbidden.everywere`. Known (did"),
        (GOOD + "forbidden: {forbid: maybe}", "`forbidden.forbid` is 'maybe'. Use one of: zero"),
        (GOOD + "forbidden: {everywhere: numpy}", "`forbidden.everywhere` is no list of names"),
        (GOOD + "forbidden: {questions: {g: [numpy]}}", "unknown key `forbidden.questions.g`"),
        (GOOD + "forbidden: {questions: {f: [1]}}", "`forbidden.questions.f` is no list of names"),
        (GOOD + "forbidden: {questions: [f]}", "`forbidden.questions` is no mapping"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named_with_its_remedy(tmp_path, text, complaint):
    assert_refused(tmp_path, text, complaint)


def assert_refused(root, text, complaint):
    """One sentence that begins with the file and holds the complaint."""
    with pytest.raises(CourseError) as refused:
        assignment(root, text)
    sentence = str(refused.value)
    assert sentence.startswith(f"{root / 'assignments' / '01_small' / 'assignment.yaml'}: ")
    assert complaint in sentence
    assert "\n" not in sentence


def test_a_missing_file_is_named_with_the_command_that_writes_one(tmp_path):
    course = Course("small", ["01_small"], root=tmp_path)
    with pytest.raises(
        CourseError, match=r"assignment\.yaml: the file is missing.*`autograder new"
    ):
        config.load_assignment(course, "01_small")


# --- the course -----------------------------------------------------------------------------------


def course(root, text):
    """The course that a course_config.py describes, seen from a folder below it."""
    (root / "course_config.py").write_text(text, encoding="utf-8")
    (root / "assignments").mkdir()
    return config.load_course(root / "assignments")


def test_a_good_course_is_found_from_a_folder_below(tmp_path):
    made = course(
        tmp_path, "from autograder import Course\ncourse = Course('cnn', ['01_small'], seed=3)\n"
    )
    assert (made.name, made.assignments, made.seed, made.root) == ("cnn", ["01_small"], 3, tmp_path)


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("x = 1\ncourse = (\n", ":2", "'(' was never closed"),
        ("\n\n1 / 0\n", ":3", "division by zero"),
        ("import nowhere_at_all\n", ":1", "No module named 'nowhere_at_all'"),
        ("from autograder import Course\n\ncourse = Course('two words', ['01_a'])\n", ":3",
         "name 'two words' must be letters"),
        ("from autograder import Course\n\ncourse = Course(\n    'cnn',\n    sed=3)\n", ":3",
         "unexpected keyword argument 'sed'"),
        ("def broken():\n    raise KeyError('x')\nbroken()\n", ":2", "'x'"),
        ("import sys\nsys.exit(0)\n", ":2", "it ends the program. Correct that line"),
        ("curse = 3\n", "", "it defines no `course`. End the file with: course = Course("),
        ("course = 'cnn'\n", "", "it defines no `course`"),
    ],
)  # fmt: skip
def test_a_wrong_course_is_named_with_its_line(tmp_path, text, line, complaint):
    with pytest.raises(CourseError) as refused:
        course(tmp_path, text)
    sentence = str(refused.value)
    assert sentence.startswith(f"{tmp_path / 'course_config.py'}{line}: ")
    assert complaint in sentence
    assert "\n" not in sentence


def test_outside_of_a_course_the_remedy_is_to_change_the_folder(tmp_path):
    with pytest.raises(UserError, match=r"no course_config\.py here or above\. Change into"):
        config.load_course(tmp_path)


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        (
            "01_convolutoin",
            "is not known (did you mean 01_convolution?): 01_convolution, 02_pooling",
        ),
        ("pooling", "is not known (did you mean 02_pooling?): 01_convolution, 02_pooling"),
        ("zzz", "is not known: 01_convolution, 02_pooling"),
        ("", "assignment '' is not known"),
    ],
)
def test_an_unknown_assignment_is_answered_with_the_nearest(tmp_path, name, complaint):
    known = Course("cnn", ["01_convolution", "02_pooling"], root=tmp_path)
    with pytest.raises(UserError) as refused:
        config.load_assignment(known, name)
    assert complaint in str(refused.value)


def test_an_assignment_that_the_course_does_not_list_yet_is_found_by_its_folder(tmp_path):
    assignment(tmp_path, GOOD)
    assert config.load_assignment(Course("cnn", ["02_b"], root=tmp_path), "01_small").title


def test_a_current_folder_that_is_gone_is_a_clear_mistake(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(UserError, match="The current folder is gone"):
        config.load_course()
