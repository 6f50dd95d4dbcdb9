"""What a verdict depends on, by name, so that a grade can say why it was given anew."""

import ast
import hashlib
import platform
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from autograder import pictures
from autograder.core.assignment import Assignment

# What runs students' code, judges it, or is called by both.
PACKAGES = (
    *("ipython", "matplotlib", "msgpack", "numpy", "pytest", "scikit-learn", "scipy", "torch"),
)
OWN = ("core", "check", "sandbox")  # the parts of this package that a verdict goes through
OWN_FILES = ("pipeline.py", "data.py", "pictures.py")
HERE = Path(__file__).parent

Judged = Mapping[str, str]  # a short digest, or the version itself, by what it is of


def judged_by(assignment: Assignment, sandbox: str) -> dict[str, str]:
    """Everything besides the submission that a verdict depends on."""
    tests, mistakes = assignment.hidden_tests, assignment.mistakes_file
    reference, questions = assignment.reference_file, assignment.questions
    local = imported([tests, reference, mistakes], assignment)
    beside = {*local, *files_beside(assignment)} - {tests, reference, mistakes}
    return {
        "notebook": digest([assignment.built]),
        "hidden tests": digest([tests]),
        "files beside the hidden tests": digest(beside),
        "reference": digest([reference]),
        "mistakes": digest([mistakes]),
        "questions": of_text([(each.id, each.points, each.written) for each in questions]),
        "limits": of_text(assignment.limits),
        "forbidden functions": of_text((sorted(assignment.forbidden.items()), assignment.forbid)),
        "imports": of_text(assignment.imports),
        "seed": str(assignment.seed),
        "data": pictures.fingerprint() if needs_data(assignment, beside) else "none",
        "sandbox": sandbox,
        "autograder": program(),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def identity(judged: Judged, submission: str) -> str:
    """What a verdict stands for: the submission's content and what judged it."""
    text = f"{sorted(judged.items())}/{submission}"
    return hashlib.sha256(text.encode()).hexdigest()


def submission_digest(files: Mapping[str, bytes]) -> str:
    """A submission's content, whenever it was handed in."""
    found = hashlib.sha256()
    for name in sorted(files):
        line = f"{name}/{hashlib.sha256(files[name]).hexdigest()}"
        found.update(line.encode(errors="surrogateescape"))  # a name may be no text
    return found.hexdigest()


def program() -> str:
    """The source of all of this program that a verdict goes through."""
    return digest(own_files())


def own_files() -> list[Path]:
    """The files of this program that a verdict goes through."""
    files = [file for part in OWN for file in (HERE / part).rglob("*.py")]
    return [*files, *(HERE / name for name in OWN_FILES)]


def needs_data(assignment: Assignment, beside: Iterable[Path]) -> bool:
    """Whether notebooks or hidden tests look at the pictures."""
    trusted = [assignment.hidden_tests, assignment.reference_file, *beside]
    return assignment.data or any(
        name == "autograder.data" or name.startswith("autograder.data.")
        for file in trusted
        for name in names_imported(file)
    )


def files_beside(assignment: Assignment) -> Iterator[Path]:
    """The assignment's other files, which hidden tests may read: all but lesson and notebooks."""
    lesson = {assignment.lesson, assignment.lesson.with_suffix(".ipynb"), assignment.built}
    for file in sorted(assignment.folder.rglob("*")):
        parts = file.relative_to(assignment.folder).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if file.is_file() and not hidden and file not in lesson and file.name != "assignment.yaml":
            yield file


def imported(files: Iterable[Path], assignment: Assignment) -> Iterator[Path]:
    """These files, and all files of the course that they import, directly or not.

    Where the course lies around this program, what counts as the program is not read once more.
    """
    root = assignment.reference_folder.parent
    seen = set(own_files())
    todo = list(files)
    while todo:
        file = todo.pop()
        if file in seen or not file.is_file():
            continue
        seen.add(file)
        yield file
        for name in names_imported(file):
            way = Path(*name.split("."))
            for place in (root, file.parent):
                todo += [place / way.with_suffix(".py"), place / way / "__init__.py"]


def names_imported(file: Path) -> Iterable[str]:
    """The dotted names of what a Python file imports; none where it is no Python file."""
    try:
        return names_in(file.read_bytes()) if file.suffix == ".py" else ()
    except (SyntaxError, ValueError, OSError):
        return ()


@lru_cache(maxsize=64)  # the files of an assignment are asked for what they import, and then again
def names_in(source: bytes) -> tuple[str, ...]:
    """The dotted names of what a program imports."""
    return tuple(imports_of(ast.parse(source)))


def imports_of(tree: ast.AST) -> Iterator[str]:
    """The dotted names in a program's import statements."""
    for node in statements(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from filter(None, [module])
            yield from (f"{module}.{each.name}".lstrip(".") for each in node.names)


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """The statements of a program at all depths, without looking into their expressions."""
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        todo += [
            child
            for child in ast.iter_child_nodes(node)
            if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case)
        ]


def digest(files: Iterable[Path]) -> str:
    """The content of files, with the names that they have among each other."""
    found = hashlib.sha256()
    for file in sorted(files):
        content = file.read_bytes() if file.exists() else b""
        found.update(f"{file.name}/{hashlib.sha256(content).hexdigest()}\n".encode())
    return found.hexdigest()[:16]


def of_text(value: object) -> str:
    """The digest of a plain value."""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]
