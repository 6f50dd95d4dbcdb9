"""Writes a draft as the files of an assignment: a lesson, hidden tests, settings, a reference."""

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from autograder.classic.draft import (
    AUTOTEST,
    MAGIC,
    Definition,
    Draft,
    DraftTest,
    Raises,
    absent,
    defined,
    drafted,
    identifier,
    loaded,
    parsed,
    shared,
)
from autograder.classic.handed import notebooks_in
from autograder.classic.plan import with_usual_marks
from autograder.classic.settings import ClassicFolder
from autograder.config import CONFIG
from autograder.core.errors import UserError
from autograder.core.submission import read_notebook

SMOKE = """\
# TODO: a check that guides. Nothing that stands in hidden_tests.py may stand here.
assert {name} is not None, "{name} is still to be done"
"""
TEST = '''\
@points("{question}", {points:g})
def test_{name}(student, reference):
    """{sentence}"""
{body}
'''
TODO_TEST = """\
    # TODO: {todo}.{old}
    raise NotImplementedError("TODO: write this test")
"""
ABSENT = "# TODO: {name} is not installed. Write what the solutions need of it into this file."
COURSE = """\
from autograder import Course

course = Course({name!r}, assignments={names!r})
"""


def convert(folder: ClassicFolder, assignment: str, target: Path) -> Iterator[Path]:
    """Write drafts of an assignment's notebooks below `target`; never overwrites a file."""
    notebooks = notebooks_in(folder.source_of(assignment))
    for file in notebooks:
        name = assignment if len(notebooks) == 1 else f"{assignment}_{file.stem}"
        cells = read_notebook(file.name, file.read_bytes()).cells
        draft = drafted(
            replace(cell, source=with_usual_marks(cell.source, folder.delimiters)) for cell in cells
        )
        for path, text in texts(identifier(name), file.stem, draft).items():
            yield put(target / path, text)


def write_course(folder: ClassicFolder, target: Path, names: list[str]) -> Path:
    """Write the course_config.py that holds the drafts."""
    return put(target / CONFIG, COURSE.format(name=folder.root.name, names=names))


def put(file: Path, text: str) -> Path:
    """Write a new file; UserError where there is one already."""
    if file.exists():
        raise UserError(f"{file}: exists already. Move it away, then convert again")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def texts(name: str, title: str, draft: Draft) -> dict[str, str]:
    """The files of a draft by their path below the course."""
    folder = f"assignments/{name}"
    return {
        f"{folder}/assignment.yaml": settings_text(name, title, draft),
        f"{folder}/lesson.py": lesson_text(draft),
        f"{folder}/hidden_tests.py": tests_text(name, draft),
        f"reference/{name}.py": reference_text(title, draft),
        f"reference/{name}_mistakes.py": f'"""Known mistakes of {title}. TODO: collect some."""\n',
    }


def settings_text(name: str, title: str, draft: Draft) -> str:
    """The assignment.yaml."""
    lines = [f"title: {title.replace(':', ' -')}", f"notebook: {name}", f"reference: {name}"]
    lines += ["questions:"]
    for question in draft.solutions:
        points = sum(test.points for test in tests_of(draft, question))
        todo = "" if points else "  # TODO: no test gave points for it"
        lines.append(f"  {question}: {points or 1.0:g}{todo}")
    for question, points in draft.written.items():
        lines.append(f"  {question}: {{points: {points:g}, written: true}}  # TODO: a rubric")
        lines += [f"    # {line}" for line in draft.schemes.get(question, "").splitlines()]
    return "\n".join(lines) + "\n"


def tests_of(draft: Draft, question: str) -> list[DraftTest]:
    """The tests of a question; what uses none goes to the last one."""
    last = next(reversed(draft.solutions), "")
    return [test for test in draft.tests if (test.question or last) == question]


def lesson_text(draft: Draft) -> str:
    """The lesson.py: prose and code as they were, answers and tests left out."""
    return "\n\n".join(lesson_cells(draft)) + "\n"


def lesson_cells(draft: Draft) -> Iterator[str]:
    """Each cell of the lesson; below a solution its visible check, which is still to be written."""
    for head, source in draft.lesson:
        prose = "\n".join(f"# {line}".rstrip() for line in source.splitlines())
        text = prose if "[markdown]" in head else MAGIC.sub(r"# \1", source)
        yield f"# %% {head}".rstrip() + (f"\n{text.rstrip()}" if text.strip() else "")
        if found := re.fullmatch(r'solution="(\w+)"', head):
            yield f'# %% test="{found[1]}"\n{SMOKE.format(name=found[1])}'.rstrip()


def reference_text(title: str, draft: Draft) -> str:
    """The reference: imports of the notebook, then the solutions."""
    imports = [
        ast.unparse(node)
        for source in draft.provided
        for node in shared(source)
        if not isinstance(node, Definition)
    ]
    head = [
        f'"""{title}: the solutions."""',
        *(ABSENT.format(name=name) for name in absent(draft.provided)),
    ]
    parts = ["\n".join(head), "\n".join(dict.fromkeys(imports))]
    return "\n\n\n".join(filter(None, [*parts, *draft.solutions.values()])) + "\n"


def tests_text(name: str, draft: Draft) -> str:
    """The hidden_tests.py."""
    words = (
        f'"""Hidden tests of {name}, moved out of the notebook\'s cells. TODO: read each one."""'
    )
    found = list(helpers(draft))
    imports = [text for text in found if text.startswith(("import ", "from "))]
    functions = [text for text in found if text not in imports]
    head = "\n".join([words, "", "from autograder.check import like, points", *imports])
    tests = [test_text(draft, test, name) for name in draft.solutions for test in own(draft, name)]
    return "\n\n\n".join([head, *functions, *tests]).rstrip() + "\n"


def own(draft: Draft, question: str) -> list[DraftTest]:
    """The tests of a question; one that is to be written where there are none."""
    todo = DraftTest(question, 1.0, "", (question,), "no test gave points for it")
    return tests_of(draft, question) or [todo]


def helpers(draft: Draft) -> Iterator[str]:
    """Imports and functions of other cells that moved tests use, each once."""
    moved = [test for test in draft.tests if not test.todo]
    used = {name for test in moved for name in loaded(test.source)}
    sources = [*draft.provided, *(test.source for test in draft.tests)]
    seen: set[str] = set()
    for node in (node for source in sources for node in shared(source)):
        text = ast.unparse(node)
        needed = not isinstance(node, Definition) or node.name in used
        if needed and text not in seen:
            seen.add(text)
            yield renamed(text, draft)


def renamed(text: str, draft: Draft) -> str:
    """Helpers whose names pytest would take for tests get another one."""
    defined_here = {
        name for source in [*draft.provided, *(test.source for test in draft.tests)]
        for node in shared(source) if (name := defined(node)) and name.startswith("test")
    }  # fmt: skip
    for name in defined_here:
        text = re.sub(rf"\b{name}\b", f"helper_{name}", text)
    return text


def test_text(draft: Draft, test: DraftTest, question: str) -> str:
    """One hidden test."""
    statements = parsed(test.source)
    told = ast.get_docstring(ast.Module(statements, [])) if statements else None
    sentence = plain_sentence(told or "TODO: say what is checked.")
    body = TODO_TEST.format(todo=test.todo, old=commented(test.source)) if test.todo else ""
    body = body or textwrap.indent(renamed(moved_body(draft, test, bool(told)), draft), "    ")
    return TEST.format(
        question=question, points=test.points, name=test.name, sentence=sentence, body=body.rstrip()
    ).rstrip()


def plain_sentence(text: str) -> str:
    """A text that can stand between three quotation marks."""
    return text.strip().replace("\\", "\\\\").replace('"', "'")


def commented(source: str) -> str:
    """A source as comments within a function."""
    lines = source.strip().splitlines()
    return "".join(f"\n    # {line}".rstrip() for line in ["The old test was:", *lines] if lines)


def moved_body(draft: Draft, test: DraftTest, told: bool) -> str:
    """The statements of a test cell, its names bound to the student's."""
    lines = [bound(draft, name) for name in test.uses]
    statements = parsed(test.source)[1 if told else 0 :]
    for node in statements:
        if not isinstance(node, ast.FunctionDef | ast.Import | ast.ImportFrom):
            lines.append(ast.unparse(ast.fix_missing_locations(Raises().visit(node))))
    for found in AUTOTEST.finditer(test.source):
        lines += [autotest(draft, part) for part in found[1].split(";") if part.strip()]
    return "\n".join(lines)


def bound(draft: Draft, name: str) -> str:
    """The line that takes a name out of the student's notebook."""
    if name in draft.values:
        return f'{name} = student.request(op="value", name="{name}")'
    return f"{name} = student.{name}"


def autotest(draft: Draft, expression: str) -> str:
    """An AUTOTEST line as a comparison with the reference."""
    text = expression.strip()
    expected = text
    for name in draft.solutions:
        expected = re.sub(rf"\b(?<!\.){name}\b", f"reference.{name}", expected)
    return f"assert {text} == like({expected})"
