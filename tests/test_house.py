"""The rules of the house that a reader cannot see at a glance; each offence as `file:line`."""

import ast
import functools
import re
import sys
import tokenize
from pathlib import Path

import pytest

from autograder import cli

ROOT = Path(__file__).parents[1]
CODE = sorted((ROOT / "autograder").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
AUTHORED = sorted((ROOT / "assignments").rglob("*.py")) + sorted((ROOT / "reference").glob("*.py"))
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
LINES = 350
ATTICS = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
PICKLES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
EVERYTHING = {"Exception", "BaseException"}
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef

# Where anything at all may be raised: the border of the student's world, an author's file that is
# loaded, and the end of a thread that somebody waits for.
BORDERS = {
    "sandbox/session.py",
    "sandbox/guest/namespace.py",
    "sandbox/guest/shell.py",
    "sandbox/guest/worker.py",
    "crew.py",
    "config.py",
    "core/rules.py",
    "check/modules.py",
    "check/judge.py",
}
# What one file knows and no other, so that it can be changed there.
ONLY_IN = {
    "jupytext": "lesson/notebook.py",
    "nbformat": "lesson/notebook.py",
    "nbgrader.api": "database.py",
    "sqlalchemy": "database.py",
    "msgpack": "sandbox/guest/wire.py",
    "IPython": "sandbox/guest/shell.py",
    "yaml": "config.py",
    "jinja2": "markup.py",
    "typer": "cli.py",
}


def name(file):
    """A file as it stands in the lists above."""
    return file.relative_to(ROOT).as_posix().removeprefix("autograder/")


@functools.cache
def text(file):
    """What is written in a file."""
    return file.read_text(encoding="utf-8")


@functools.cache
def nodes(file):
    """All nodes of a file's syntax tree, the module first."""
    return list(ast.walk(ast.parse(text(file))))


def imports(file):
    """The dotted names of all modules that a file imports, inside functions too."""
    for node in nodes(file):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            dot = "" if module.endswith(".") else "."
            yield from (module, *(f"{module}{dot}{alias.name}" for alias in node.names))


def within(module, package):
    """Whether a dotted name is, or lies in, a package."""
    return module == package or module.startswith(f"{package}.")


def dotted(node):
    """`pytest.mark.skip` from its tree; an empty text for anything else."""
    if isinstance(node, ast.Attribute) and dotted(node.value):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def offences(files, offends):
    """The places where a node of one of the files offends."""
    return [
        f"{name(file)}:{node.lineno}" for file in files for node in nodes(file) if offends(node)
    ]


def test_the_core_imports_the_standard_library_and_itself():
    core = [file for file in CODE if file.parent.name == "core"]
    foreign = {
        (name(file), module)
        for file in core
        for module in imports(file)
        if module.split(".")[0] not in sys.stdlib_module_names
        and not within(module, "autograder.core")
    }
    assert core
    assert foreign == set()


def test_what_runs_inside_the_sandbox_needs_nothing_from_outside_of_its_folder():
    guest = [file for file in CODE if file.parent.name == "guest"]
    assert guest
    assert [
        (name(file), module)
        for file in guest
        for module in imports(file)
        if module.startswith(("autograder", ".."))
    ] == []


@pytest.mark.parametrize("module", ONLY_IN)
def test_what_one_file_knows_no_other_does(module):
    knowing = {name(file) for file in CODE if any(within(used, module) for used in imports(file))}
    assert knowing == {ONLY_IN[module]}


def test_nothing_is_pickled():
    assert [
        name(file) for file in CODE if PICKLES & {used.split(".")[0] for used in imports(file)}
    ] == []


def test_no_file_is_an_attic():
    assert [name(file) for file in CODE if ATTICS & set(file.stem.split("_"))] == []


def test_a_file_fits_on_a_few_screens():
    assert [name(file) for file in CODE if len(text(file).splitlines()) > LINES] == []


def test_every_module_says_what_it_is_for():
    assert [name(file) for file in [*CODE, *TESTS] if not ast.get_docstring(nodes(file)[0])] == []


def test_every_public_function_and_class_says_what_it_is_for():
    assert [
        f"{name(file)}: {node.name}"
        for file in CODE
        for node in nodes(file)[0].body
        if isinstance(node, DEFINITIONS)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ] == []


def catches_everything(node):
    """Whether this is `except Exception`, `except:`, `suppress(Exception)` or the like."""
    if isinstance(node, ast.ExceptHandler):
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        return any(each is None or dotted(each) in EVERYTHING for each in caught)
    suppressed = isinstance(node, ast.Call) and dotted(node.func).endswith("suppress")
    return suppressed and any(dotted(each) in EVERYTHING for each in node.args)


def test_everything_is_caught_at_the_borders_only():
    assert {name(file) for file in CODE if any(map(catches_everything, nodes(file)))} == BORDERS


def test_where_everything_is_caught_the_line_says_why():
    silent = [
        place
        for file in [*CODE, *TESTS]
        for place in offences([file], catches_everything)
        if "  # " not in text(file).splitlines()[int(place.split(":")[1]) - 1]
    ]
    assert silent == []


def test_every_exception_from_the_linters_carries_its_reason():
    silent = []
    for file in [*CODE, *TESTS, *AUTHORED]:
        with file.open("rb") as lines:
            for token in tokenize.tokenize(lines.readline):
                word = re.search(r"noqa|type: ignore", token.string)
                explained = re.search(r"(noqa: [A-Z0-9, ]+ - |ignore\[[\w-]+\] # )\w", token.string)
                if token.type == tokenize.COMMENT and word and not explained:
                    silent.append(f"{name(file)}:{token.start[0]}")
    assert silent == []


def skips_in_silence(node):
    """Whether a node skips a test, or lets it fail, without a reason."""
    call = isinstance(node, ast.Call)
    word = dotted(node.func if call else node)
    if word in ("pytest.skip", "pytest.xfail", "pytest.importorskip"):
        return call and not [*node.args, *node.keywords]
    if word in ("pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"):
        return not call or all(each.arg != "reason" for each in node.keywords)
    return False


def test_a_test_that_is_skipped_says_why():
    silent = []
    for file in [*TESTS, *AUTHORED]:
        called = {id(node.func) for node in nodes(file) if isinstance(node, ast.Call)}
        silent += [
            f"{name(file)}:{node.lineno}"
            for node in nodes(file)
            if id(node) not in called and skips_in_silence(node)
        ]
    assert silent == []


def test_no_two_files_of_tests_have_one_name():
    names = [file.name for file in TESTS if file.name != "conftest.py"]
    assert sorted(names) == sorted(set(names))


COMMANDS = {
    command.name or command.callback.__name__ for command in cli.app.registered_commands
}  # fmt: skip
TYPED = re.compile(r"(?m)(?:^|[`/$] ?)autograder ([a-z_]+)\b")


def test_the_pages_name_every_command_and_none_that_is_not_there():
    assert {word for page in PAGES for word in TYPED.findall(text(page))} == COMMANDS
