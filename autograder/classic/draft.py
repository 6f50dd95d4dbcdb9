"""From the cells of a classic notebook to a draft in our format: questions, tests, lesson cells.

A first draft, made by reading: what a cell defines, which names a test uses. Where reading is not
enough, the draft says TODO and a test that has to be written fails with that word.
"""

import ast
import builtins
import importlib.util
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from autograder.core.submission import Cell

MARKS = re.compile(r"(?m)^[^\n]*(BEGIN|END) (SOLUTION|HIDDEN TESTS)[^\n]*\n?")
SCHEME = re.compile(r"(?ms)^[^\n]*BEGIN MARK SCHEME[^\n]*\n?(.*?)^[^\n]*END MARK SCHEME[^\n]*\n?")
AUTOTEST = re.compile(r"(?m)^\s*### (?:HASHED )?AUTOTEST (.*)$")
FUTURE = "__future__"
MAGIC = re.compile(r"(?m)^(\s*[%!].*)$")
Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class DraftTest:
    """A test cell on its way to a hidden test: `todo` says why a person has to write it."""

    name: str
    points: float
    source: str
    uses: tuple[str, ...] = ()  # questions, in the order in which they were defined
    todo: str = ""

    @property
    def question(self) -> str:
        """The question it tests: the last of those that it uses."""
        return self.uses[-1] if self.uses else ""


@dataclass
class Draft:
    """What was found in one notebook."""

    reserved: frozenset[str] = frozenset()  # names that solution cells define
    solutions: dict[str, str] = field(default_factory=dict)  # name: text of its definition
    values: set[str] = field(default_factory=set)  # of these names, those that are no functions
    provided: list[str] = field(default_factory=list)
    written: dict[str, float] = field(default_factory=dict)
    schemes: dict[str, str] = field(default_factory=dict)  # how written answers are marked
    tests: list[DraftTest] = field(default_factory=list)
    lesson: list[tuple[str, str]] = field(default_factory=list)  # the head of a cell, its text


def drafted(cells: Iterable[Cell]) -> Draft:
    """The draft of a notebook, read from the instructor's version of it."""
    cells = list(cells)
    draft = Draft(reserved=names_defined(cells))
    for cell in cells:
        mark = cell.meta.get("nbgrader")
        mark = mark if isinstance(mark, dict) else {}
        points = float(mark.get("points") or 0.0)
        if (mark.get("grade") and mark.get("solution")) or mark.get("task"):
            read_written(draft, cell, points)
        elif mark.get("grade") and cell.kind == "code":
            read_test(draft, cell, points)
        elif mark.get("solution") and cell.kind == "code":
            read_solution(draft, cell)
        elif cell.kind == "code":
            read_provided(draft, cell)
        elif cell.kind == "markdown":
            draft.lesson.append(("[markdown]", cell.source))
    return draft


def names_defined(cells: Iterable[Cell]) -> frozenset[str]:
    """All names that code cells define at their top level."""
    found = [defined(node) for cell in cells for node in parsed(MARKS.sub("", cell.source))]
    return frozenset(filter(None, found))


def read_written(draft: Draft, cell: Cell, points: float) -> None:
    """A cell that a person grades: its text is the solution, so it stays out of the lesson."""
    name = identifier(cell.grade_id)
    name = f"{name}_in_words" if name in draft.reserved else name
    draft.written[name] = points or 1.0
    if scheme := SCHEME.search(cell.source):
        draft.schemes[name] = scheme[1].strip()
    if not cell.meta["nbgrader"].get("solution"):
        draft.lesson.append(("[markdown]", SCHEME.sub("", cell.source).strip()))
    draft.lesson.append((f'[markdown] written="{name}"', "*Your answer here.*"))


def read_solution(draft: Draft, cell: Cell) -> None:
    """A cell that students fill in: each function, class or value in it becomes a question."""
    source = MARKS.sub("", cell.source)
    for node in parsed(source):
        name = defined(node)
        if name is None:
            continue
        draft.solutions[name] = ast.get_source_segment(source, node) or ast.unparse(node)
        if not isinstance(node, Definition):
            draft.values.add(name)
        draft.lesson.append((f'solution="{name}"', ""))


def read_test(draft: Draft, cell: Cell, points: float) -> None:
    """A test cell; one that is worth nothing stays a visible example."""
    source = MARKS.sub("", cell.source)
    if not points:
        draft.lesson.append(("show=true", source))
        return
    used = loaded(source)
    uses = tuple(name for name in draft.solutions if name in used)
    todo = reason(source, draft, uses)
    draft.tests.append(DraftTest(identifier(cell.grade_id), points, source, uses, todo))


def read_provided(draft: Draft, cell: Cell) -> None:
    """Code of the course's: provided, or an example where it needs an answer of the student's."""
    source = MARKS.sub("", cell.source)
    if not source.strip():
        return
    if set(draft.solutions) & loaded(source):
        draft.lesson.append(("show=true", source))
    else:
        draft.lesson.append(("", source))
        draft.provided.append(source)


def reason(source: str, draft: Draft, uses: tuple[str, ...]) -> str:
    """Why a test cannot be moved by reading alone; empty where it can."""
    tree = parsed(AUTOTEST.sub("", source))
    sources = [*draft.provided, *(test.source for test in draft.tests)]
    known = loaded(source) - assigned(tree) - set(dir(builtins)) - set(draft.solutions)
    stray = known - names_of(sources) - {"display", "get_ipython"}
    nodes = [node for statement in tree for node in ast.walk(statement)]
    changes = any(isinstance(node, ast.Delete | ast.Global) for node in nodes)
    last = tree[-1] if tree else None
    reasons = {
        "it uses no function of the student's": not uses,
        "its code cannot be read": not tree and not AUTOTEST.search(source),
        "it changes the notebook's names": changes or bool(assigned(tree) & set(uses)),
        "it gave partial credit by its last value; write one test for each part": isinstance(
            last, ast.Expr
        )
        and is_value(last.value),
        "it awaits something": any(isinstance(node, ast.Await) for node in nodes),
        "it catches an error; write `with student.raises(...)`": catches(source, sources),
        f"it uses {', '.join(sorted(stray))}, which nothing here defines": bool(stray),
    }
    return next((words for words, holds in reasons.items() if holds), "")


def catches(source: str, others: Iterable[str]) -> bool:
    """Whether a test, or a function of another cell that it uses, catches errors by itself."""
    used = loaded(source)
    helpers = [node for other in others for node in shared(other) if defined(node) in used]
    trees = [Raises().visit(node) for node in parsed(source)] + helpers
    return any(isinstance(node, ast.Try) for tree in trees for node in ast.walk(tree))


class Raises(ast.NodeTransformer):
    """Turns `try: f() except E: pass else: raise …` into `with student.raises("E")`."""

    def visit_Try(self, node: ast.Try) -> ast.AST:
        """A `try` that expects an error of the student's code."""
        handler = node.handlers[0] if len(node.handlers) == 1 else None
        kind = handler.type if handler else None
        silent = handler is not None and all(isinstance(each, ast.Pass) for each in handler.body)
        if not (silent and isinstance(kind, ast.Name) and node.orelse and not node.finalbody):
            return node
        item = ast.parse(f"with student.raises({kind.id!r}):\n    pass").body[0]
        assert isinstance(item, ast.With)
        item.body = node.body
        return item


def is_value(node: ast.expr) -> bool:
    """Whether a last expression may have been meant as points."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id not in ("print", "display")
    return not (isinstance(node, ast.Constant) and isinstance(node.value, str | None))


def parsed(source: str) -> list[ast.stmt]:
    """The statements of a cell, magics left out; none where it is no Python."""
    try:
        return ast.parse(MAGIC.sub("", source)).body
    except SyntaxError:
        return []


def defined(node: ast.stmt) -> str | None:
    """The name that a statement defines, if it defines one."""
    if isinstance(node, Definition):
        return node.name
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return None


def loaded(source: str) -> set[str]:
    """The names that a cell uses, in AUTOTEST lines too."""
    text = MAGIC.sub("", AUTOTEST.sub(lambda found: found[1], source))
    nodes = [node for statement in parsed(text) for node in ast.walk(statement)]
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def assigned(tree: Iterable[ast.stmt]) -> set[str]:
    """The names that statements bind, arguments and imports among them."""
    names: set[str] = set()
    for node in (node for statement in tree for node in ast.walk(statement)):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, Definition):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
    return names


def names_of(sources: Iterable[str]) -> set[str]:
    """What the imports and definitions in some cells bind."""
    return {name for source in sources for node in shared(source) for name in assigned([node])}


def shared(source: str) -> Iterator[ast.stmt]:
    """The imports and definitions of a cell: what tests elsewhere may lean on."""
    for node in parsed(AUTOTEST.sub("", source)):
        if isinstance(node, ast.Import):
            names = [name for name in node.names if is_installed(name.name)]
            yield from [ast.Import(names)] if names else []
        elif isinstance(node, ast.ImportFrom):
            yield from [node] if not node.level and is_installed(node.module or "") else []
        elif isinstance(node, Definition):
            yield node


def absent(sources: Iterable[str]) -> list[str]:
    """The modules that cells import and that are not there: files of the course's own."""
    nodes = [node for source in sources for node in parsed(AUTOTEST.sub("", source))]
    names = [
        name
        for node in nodes
        for name in ([each.name for each in node.names] if isinstance(node, ast.Import) else
                     [node.module or "."] if isinstance(node, ast.ImportFrom) else [])
    ]  # fmt: skip
    return [name for name in dict.fromkeys(names) if name != FUTURE and not is_installed(name)]


def is_installed(module: str) -> bool:
    """Whether a module can be imported here; what comes from the future must be a file's first."""
    top = module.partition(".")[0]
    return top != FUTURE and bool(top) and importlib.util.find_spec(top) is not None


def identifier(name: str) -> str:
    """A name of nbgrader's as one of Python's."""
    plain = re.sub(r"\W+", "_", name).strip("_").lower() or "cell"
    return f"q_{plain}" if plain[0].isdigit() else plain
