"""The text of cells: whether it runs on its own, what it makes and uses, where it can be cut."""

import ast
import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import groupby
from typing import TypeGuard

from autograder.core.forbidden import bound_names, nodes_of, parsed
from autograder.core.kept import FACTS, kept

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
RETURNS = (ast.Return, ast.Yield, ast.YieldFrom)
LOCAL = (*DEFINITIONS, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
BEGINS = re.compile(r"(?!(?:else|elif|except|finally)\b)[\w@%!]")  # a statement, in column 0
# Cell magics below which a definition is not made in the notebook, but shown or kept elsewhere.
HIDING = re.compile(r"\s*%%(?:timeit|writefile|file|html|markdown|latex|script|bash|sh|python3?)\b")
# How the rest of a class begins: comments, decorators, a method.
METHOD = re.compile(r"(?:[ \t]*(?:[#@][^\n]*)?\n)*[ \t]+(?:async[ \t]+)?def \w+\(\s*self\b")
PIECES = 8  # cells that one cell may have been split into
ATOMS = 400  # statements of a cell that is taken apart by its lines

Stub = tuple[frozenset[str], str]  # the names that a released statement makes, and its shape


@dataclass(frozen=True)
class Code:
    """What the code of one cell makes and uses: names, by when they are needed."""

    alone: bool  # whether it runs on its own, as far as one can see without running it
    makes: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()  # of these, what is not just an import
    answers: frozenset[str] = frozenset()  # functions, classes and values that are no stubs
    stubs: frozenset[str] = frozenset()
    only_stubs: bool = False
    at_once: frozenset[str] = frozenset()  # names that are looked up while the cell runs
    later: frozenset[str] = frozenset()  # names that its functions look up when they are called


@kept(FACTS)
def bare(source: str) -> str:
    """A text without what editors change on their own: spaces at the ends of lines, blank ends."""
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


@kept(FACTS)
def read_code(source: str, stubs: Set[Stub] = frozenset()) -> Code:
    """What a cell's code makes and uses; `stubs` are those that do not tell by themselves."""
    if HIDING.match(source):
        return Code(alone=True)
    tree = parsed(source)
    nodes = list(now(tree)) if tree else []
    if tree is None or any(isinstance(node, RETURNS) for node in nodes):
        return Code(alone=False)
    made: dict[bool, set[str]] = {True: set(), False: set()}
    binds: set[str] = set()
    idle = True
    for statement in tree.body:
        names = makes(statement)
        made[is_stub(statement) or is_given(statement, names, stubs)] |= names
        idle = idle and bool(names or does_nothing(statement))
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            binds |= names
    inner = {node.id for node in nodes if is_name(node, ast.Store)} - made[True] - made[False]
    return Code(
        alone=True,
        makes=frozenset(made[True] | made[False]),
        binds=frozenset(binds),
        answers=frozenset(made[False]),
        stubs=frozenset(made[True] - made[False]),
        only_stubs=idle and bool(made[True]) and not made[False],
        at_once=frozenset({node.id for node in nodes if is_name(node, ast.Load)} - inner),
        later=frozenset(name for node in nodes for name in looked_up(node)),
    )


def is_name(node: ast.AST, context: type[ast.expr_context]) -> TypeGuard[ast.Name]:
    """Whether a node looks a name up, or gives it a value."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, context)


def looked_up(node: ast.AST) -> set[str]:
    """The names from outside that a function looks up when it is called."""
    if not isinstance(node, (*FUNCTIONS, ast.Lambda)):
        return set()
    nodes = nodes_of(node)
    return {each.id for each in nodes if is_name(each, ast.Load)} - bound_names(nodes)


def now(node: ast.AST, skipped: tuple[type[ast.AST], ...] = ()) -> Iterator[ast.AST]:
    """The nodes that run when the cell runs; bodies of functions run when they are called."""
    todo = [node]
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, FUNCTIONS):
            todo += [*node.decorator_list, node.args]
        elif isinstance(node, ast.Lambda):
            todo.append(node.args)
        elif not isinstance(node, skipped):
            todo += ast.iter_child_nodes(node)


def makes(statement: ast.AST) -> set[str]:
    """The top-level names that a statement makes."""
    names: set[str] = set()
    for node in now(statement, LOCAL):
        if isinstance(node, DEFINITIONS):
            names.add(node.name)
        elif is_name(node, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).split(".")[0])
    return names


def is_stub(statement: ast.AST) -> bool:
    """Whether a definition does nothing but say that it is not done."""
    if isinstance(statement, ast.ClassDef):
        inner = [node for node in statement.body if isinstance(node, FUNCTIONS)]
        return bool(inner) and all(map(is_stub, inner))
    return isinstance(statement, FUNCTIONS) and all(map(does_nothing, statement.body))


def is_given(statement: ast.AST, names: Set[str], stubs: Set[Stub]) -> bool:
    """Whether a definition is as it was released; only what makes the same is looked at."""
    return any(names == made and shape(statement) == given for made, given in stubs)


def does_nothing(statement: ast.stmt) -> bool:
    """Whether this is a docstring, `pass`, `...`, `return` or `raise NotImplementedError()`."""
    if isinstance(statement, ast.Raise):
        error = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return isinstance(error, ast.Name) and error.id == "NotImplementedError"
    if isinstance(statement, ast.Return):
        value = statement.value
        return value is None or (isinstance(value, ast.Constant) and value.value is None)
    constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return constant or isinstance(statement, ast.Pass)


def shape(statement: ast.AST) -> str:
    """A statement without its layout and comments, to be compared."""
    try:
        return ast.dump(statement)
    except (RecursionError, ValueError):  # too deep, or a number with too many digits
        return ""


def silent_stubs(sources: Iterable[str]) -> frozenset[Stub]:
    """The definitions and values in some cells that do not say that they are not done."""
    trees = filter(None, map(parsed, sources))
    return frozenset(
        (frozenset(makes(node)), shape(node))
        for tree in trees
        for node in tree.body
        if isinstance(node, (*DEFINITIONS, ast.Assign, ast.AnnAssign)) and not is_stub(node)
    )


def cut_at(source: str, names: Set[str]) -> list[str]:
    """The text in parts, so that each definition of one of the names is a part of its own."""
    tree = parsed(source)
    if tree is None or source.lstrip().startswith("%%"):
        return [source]
    lines, cuts = source.split("\n"), {0}
    for node in tree.body:
        if makes(node) & names and isinstance(node, (*DEFINITIONS, ast.Assign, ast.AnnAssign)):
            first = min([node.lineno, *(each.lineno for each in decorators(node))]) - 1
            while first and lines[first - 1].startswith("#"):
                first -= 1
            cuts |= {first, node.end_lineno or first}
    joints = {line for node in tree.body for line in range(node.lineno, node.end_lineno or 0)}
    return between(lines, sorted(cuts - joints))


def statements_making(source: str, names: Set[str]) -> int:
    """How many top-level statements make one of the names: no more parts than these do."""
    tree = parsed(source)
    return sum(bool(makes(node) & names) for node in tree.body) if tree else 0


def decorators(node: ast.stmt) -> list[ast.expr]:
    """The decorators of a definition, which stand above it."""
    return node.decorator_list if isinstance(node, DEFINITIONS) else []


def between(lines: list[str], cuts: list[int]) -> list[str]:
    """The text between the cuts; parts that are blank are left out."""
    ends = [*cuts[1:], len(lines)]
    parts = ["\n".join(lines[start:end]) for start, end in zip(cuts, ends, strict=True)]
    return [part for part in parts if part.strip()]


def readable_parts(source: str) -> list[str]:
    """A text that cannot be read as a whole, cut so that what can be read stands by itself."""
    lines = source.split("\n")
    cuts = [number for number, line in enumerate(lines) if number == 0 or BEGINS.match(line)]
    if len(cuts) > ATOMS:
        return [source]
    whole = put_together(between(lines, cuts))
    groups = groupby(whole, key=lambda part: read_code(part).alone)
    return ["\n".join(parts) for _, parts in groups]


def put_together(parts: Iterable[str], most: int = PIECES) -> list[str]:
    """The parts, those joined that run together but not one by one."""
    found: list[str] = []
    for part in parts:
        found.append(part)
        if (back := span(found, most)) > 1:
            found[-back:] = ["\n".join(found[-back:])]
    return found


def stands(part: str) -> bool:
    """Whether a text stands for itself: IPython would run the rest of a class, too."""
    code = read_code(part)
    indented = part.strip("\n")[:1] in (" ", "\t")
    return code.alone and not (indented and ("self" in code.at_once or METHOD.match(part)))


def span(parts: list[str], most: int = PIECES) -> int:
    """How many of the last parts are pieces of one: 1 where the last stands for itself."""
    last = [stands(part) for part in parts[-2:]]
    if not all(last):
        for back in range(2, min(most, len(parts)) + 1):
            if stands("\n".join(parts[-back:])):
                return back
    return 1
