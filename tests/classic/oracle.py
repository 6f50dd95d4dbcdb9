"""A classic nbgrader course with all kinds of cells, and students who did all kinds of things.

Two notebooks, written as rows. Solutions stand between nbgrader's own marks, so that the real
`nbgrader generate_assignment` makes the release; students start from that release.
"""

import json

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "oracle"
c.ExecutePreprocessor.timeout = 3
c.LateSubmissionPlugin.penalty_method = "zero"
"""
SOLUTION = "### BEGIN SOLUTION\n{body}\n### END SOLUTION"
HIDDEN = "### BEGIN HIDDEN TESTS\n{body}\n### END HIDDEN TESTS"
STUB = "raise NotImplementedError()"


def function(name, body, arguments="x"):
    """A solution cell's text: the body is what students have to find."""
    lines = "\n".join(f"    {line}" for line in SOLUTION.format(body=body).splitlines())
    return f'def {name}({arguments}):\n    """A function to be written."""\n{lines}'


# grade id, points, source of the test cell; the solutions are in the cells before
TESTS = {
    "add_visible": (1, "assert add(1, 2) == 3"),
    "add_hidden": (2, "assert add(0, 0) == 0\n" + HIDDEN.format(body="assert add(-1, 5) == 4")),
    "value_int": (3, "int(level(2))"),
    "value_float": (3, "level(1) * 0.5"),
    "value_zero": (2, "level(0)"),
    "value_whole": (2, "level(2)"),
    "value_negative": (2, "-abs(level(1))"),
    "value_none": (2, "level(1)\nNone"),
    "value_true": (2, "level(1) == 1"),
    "value_false": (2, "level(1) == 7"),
    "value_text": (2, "'points: ' + str(level(1))"),
    "value_number_in_quotes": (2, "str(level(1))"),
    "value_list": (2, "[level(1)]"),
    "value_nan": (2, "float('nan') * level(1)"),
    "value_numpy": (2, "np.float64(level(1) / 2)"),
    "value_array": (2, "np.array(level(1) / 2)"),
    "value_hushed": (2, "level(1) * 0.5;"),
    "value_after_display": (2, "display(0.25)\nlevel(1) * 0.5"),
    "value_after_print": (2, "print('0.1')\nlevel(1) * 1.5"),
    "value_dict": (2, "{'points': level(1)}"),
    "value_exponent": (2, "level(1) * 1e-3"),
    "worth_nothing": (0, "assert level(1) == 1"),
    "worth_a_fraction": (0.25, "assert level(2) == 2"),
    "ends_with_error": (2, "level(1)\nraise RuntimeError('no points')"),
    "error_after_value": (2, "0.5\nassert level(1) == 1, 'wrong level'"),
    "caught_error": (2, "try:\n    level('no number')\nexcept ValueError:\n    pass\n"
                        "else:\n    raise AssertionError('accepted')"),
    "magic": (2, "%%time\nassert level(1) == 1"),
    "awaits": (2, "import asyncio\nawait asyncio.sleep(0)\nassert level(1) == 1"),
    "reads_data": (2, "with open('data/values.csv') as file:\n    assert total(file.read()) == 6"),
    "uses_provided": (2, "assert near(level(1), 1)"),
    "asks_for_grading": (1, "import os\nassert os.environ['NBGRADER_EXECUTION'] == 'autograde'"),
    "leaves_a_name": (1, "seen = level(1)"),
    "finds_the_name": (1, "assert seen == 1"),
    "exits": (2, "if level(1) != 1:\n    raise SystemExit(3)"),
    "loops": (2, "while level(1) != 1:\n    pass"),
    "after_the_loop": (2, "assert add(2, 2) == 4"),
}  # fmt: skip
NOISY = {
    "warns": (2, "import warnings\nwarnings.warn('old')\nassert level(1) == 1"),
    "writes_to_stderr": (2, "import sys\nprint('note', file=sys.stderr)\nassert level(1) == 1"),
}
LEVEL = "return int(x)"
WRITTEN = "**Because** of the sum."


def code(source, **marks):
    """A code cell; `marks` are nbgrader's."""
    return {"cell_type": "code", "execution_count": None, "outputs": []} | cell(source, marks)


def text(source, **marks):
    """A Markdown cell; `marks` are nbgrader's."""
    return {"cell_type": "markdown"} | cell(source, marks)


def cell(source, marks):
    """What all kinds of cells have in common."""
    flags = {"grade": False, "solution": False, "locked": False, "task": False}
    entry = {"nbgrader": flags | {"schema_version": 3} | marks} if marks else {}
    return {"metadata": entry, "source": source}


def test_cell(name, points, source):
    """A test among the student's cells."""
    return code(source, grade_id=name, grade=True, locked=True, points=points)


def notebook(cells):
    """The text of a notebook file."""
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(content, indent=1)


def main_cells():
    """The notebook with functions and their tests."""
    yield text("# Levels", grade_id="title", locked=True)
    yield code("import numpy as np\n\n\ndef near(a, b):\n    return abs(a - b) < 1e-6",
               grade_id="provided", locked=True)  # fmt: skip
    yield code(function("add", "return x + y", "x, y"), grade_id="add", solution=True)
    yield code(function("level", LEVEL), grade_id="level", solution=True)
    total = "return sum(int(part) for part in x.split(','))"
    yield code(function("total", total), grade_id="total", solution=True)
    yield code("# a place to try things out")
    for name, (points, source) in (TESTS | NOISY).items():
        yield test_cell(name, points, source)


def essay_cells():
    """The notebook that people grade, with one test."""
    yield text("# In words")
    yield text(SOLUTION.format(body=WRITTEN), grade_id="why", grade=True, solution=True, points=3)
    yield code(SOLUTION.format(body="area = 3 * 4"), grade_id="by_hand", grade=True, solution=True,
               points=4)  # fmt: skip
    task = "Draw a plan.\n\n=== BEGIN MARK SCHEME ===\nTwo points a wall.\n=== END MARK SCHEME ==="
    yield text(task, grade_id="task", task=True, locked=True, points=5)
    yield code("print('only a cell')")
    yield test_cell("area", 2, "assert area == 12")


def write_course(root):
    """The course as its instructor keeps it, before anything was generated."""
    source = root / "source" / "hw1"
    (source / "data").mkdir(parents=True)
    (source / "data" / "values.csv").write_text("1,2,3")
    (source / "levels.ipynb").write_text(notebook(list(main_cells())))
    (source / "essay.ipynb").write_text(notebook(list(essay_cells())))
    (root / "nbgrader_config.py").write_text(CONFIG)
    return root


HONEST = {
    "add": "def add(x, y):\n    return x + y",
    "level": "def level(x):\n    return int(x)",
    "total": "def total(x):\n    return sum(map(int, x.split(',')))",
    "why": "It adds up.",
    "by_hand": "area = 12",
}


class Class:
    """Hands in for students, from the release of a course."""

    def __init__(self, root, assignment="hw1"):
        self.root, self.assignment = root, assignment
        self.release = root / "release" / assignment

    def hand_in(self, student, answers=HONEST, change=lambda name, cells: cells, stamp=""):
        """Write a student's notebooks; `change` gets each one's cells, and None leaves it out."""
        place = self.place(student)
        place.mkdir(parents=True)
        for file in sorted(self.release.glob("*.ipynb")):
            content = json.loads(file.read_text())
            for entry in content["cells"]:
                name = grade_id(entry)
                entry["source"] = answers.get(name, "".join(entry["source"]))
            content["cells"] = change(file.stem, content["cells"])
            if content["cells"] is not None:
                (place / file.name).write_text(json.dumps(content))
        if stamp:
            (place / "timestamp.txt").write_text(stamp)
        return place

    def place(self, student):
        """The folder of a student's submission."""
        return self.root / "submitted" / student / self.assignment


def grade_id(entry):
    """What nbgrader calls a cell of a notebook file, or nothing."""
    return entry["metadata"].get("nbgrader", {}).get("grade_id", "")


def changed(edit, only="levels"):
    """A change of one notebook's cells."""
    return lambda name, cells: edit(cells) if name == only else cells


def without(*names, only="levels"):
    """A change that deletes cells."""
    return changed(lambda cells: [each for each in cells if grade_id(each) not in names], only)


def edited(**sources):
    """A change that writes into locked cells, and says that they are open and worth more."""

    def edit(cells):
        for each in cells:
            if grade_id(each) in sources:
                each["source"] = sources[grade_id(each)]
                each["metadata"]["nbgrader"] |= {"locked": False}
                if each["metadata"]["nbgrader"]["grade"]:
                    each["metadata"]["nbgrader"]["points"] = 50
        return cells

    return changed(edit)


def tagged(tag):
    """A change that puts a tag on all test cells."""

    def edit(cells):
        for each in cells:
            if grade_id(each) in TESTS:
                each["metadata"]["tags"] = [tag]
        return cells

    return changed(edit)


def doubled(name):
    """A change that copies a cell below itself."""
    return changed(lambda cells: [
        copy for each in cells for copy in [each] * (2 if grade_id(each) == name else 1)
    ])  # fmt: skip


def hand_in_hard(course):
    """Students whom nbgrader cannot grade, or over whom it stops; by name, what they did."""
    told = {
        "student21": HONEST | {"level": "def level(x):\n    return 1000"},  # above the points
        "student22": HONEST | {"total": "import os\nos._exit(0)"},
        "student23": HONEST | {"total": "while True:\n    try:\n        pass\n"
                                        "    except BaseException:\n        pass"},
    }  # fmt: skip
    for student, answers in told.items():
        course.hand_in(student, answers)
    course.hand_in("student24", change=doubled("level"))
    course.hand_in("student25", change=tagged("skip-execution"))
    place = course.hand_in("student26")
    (place / "levels.ipynb").write_text('{"cells": [')
    place = course.hand_in("student27")
    (place / "levels.ipynb").rename(place / "levels (1).ipynb")
    (place / "essay.ipynb").unlink()
    return course


def hand_in_comparable(course):
    """Students whom nbgrader can grade; some are right, some wrong, none makes it stop."""
    course.hand_in("student01")
    course.hand_in("student02", {})
    wrong = {"add": "def add(x, y):\n    return x * y", "level": "def level(x):\n    return -x"}
    course.hand_in("student03", HONEST | wrong)
    course.hand_in("student04", HONEST | {"level": "def level(x):\n    return 0.5 + 0.5 * x"})
    course.hand_in("student05", HONEST | {"add": "def add(x, y):\n    return x +"})
    course.hand_in("student06", change=without("value_int", "provided"))
    course.hand_in("student07", change=edited(value_int="3", provided="near = lambda *_: True"))
    course.hand_in("student08", change=lambda name, cells: cells if name == "levels" else None)
    course.hand_in("student09", stamp="2026-05-03 12:00:00 UTC")
    course.hand_in("student10", HONEST | {"by_hand": "area = 13", "why": " "})
    return course
