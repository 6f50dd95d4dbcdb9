"""Finds shortcuts that a question does not allow, by reading the code without running it.

Only what a question's own function reaches counts: whoever compares their result with
`np.convolve` in another cell has done nothing wrong. Names are followed through imports, aliases,
assignments, `getattr` and `import_module` with texts that can be worked out.
"""

import ast
import re
import warnings
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from autograder.core.asked import only_asked
from autograder.core.kept import TREES, kept

BUILTIN_IMPORTS = ("__import__", "importlib.import_module")
INDENT = re.compile(r"(?s)^(?:[ \t]*\n)*([ \t]*).*")
TIMED = re.compile(r"^%time(?= )\s*")  # what follows is run as it stands
SHELL = re.compile(r"^(\s*+[\w., ]++=\s*+)[!%].*")
MAGIC = re.compile(r"^(\s*+)(?:[%!?].*|[\w.]++\?++\s*+)$")
PARTS = 50  # of a dotted name, or of a text, that is put together: more hides nothing that we know
LONG = 500  # characters of a dotted name
READ = 250_000  # characters of a notebook's code; what is longer is only watched while it runs
SHORT, FEW = 20_000, 200  # characters of a cell, and names before it, that are worth remembering
SAME = {"torch.functional": "torch", "numpy.core": "numpy", "numpy._core": "numpy",
        "numpy.multiarray": "numpy", "numpy.numeric": "numpy"}  # fmt: skip
# with which code gets out of sight of whoever watches what it calls
UNSEEN = (
    *("sys.setprofile", "threading.setprofile", "sys.settrace", "threading.settrace", "sys.audit"),
    *("cProfile", "profile", "_lsprof", "threading._start_new_thread"),
    *("ctypes", "subprocess", "os.fork", "os.system", "os.popen", "os.posix_spawn"),
)
UNSEEN_BY_TORCH = (  # the same, of what torch tells about the calls of its functions
    *("torch.overrides", "torch._C._pop_torch_function_stack"),
    *("torch.jit", "torch._C.CompilationUnit", "torch.profiler", "torch.autograd.profiler"),
)


@dataclass(frozen=True)
class Shortcut:
    """A forbidden name and the line of code that uses it."""

    name: str
    line: str


@dataclass
class Definition:
    """What a top-level name of the notebook uses: dotted library names, and other names."""

    libraries: list[Shortcut] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


def shortcuts(
    sources: Iterable[str], forbidden: Mapping[str, Sequence[str]]
) -> dict[str, list[Shortcut]]:
    """The shortcuts that each question's function reaches, by question."""
    definitions = read(sources)
    found = {}
    for question, names in forbidden.items():
        hits = [
            use for use in reached(definitions, question) if is_forbidden(use.name, tuple(names))
        ]
        if hits:
            found[question] = list(dict.fromkeys(hits))
    return found


def with_unseen(listed: tuple[str, ...]) -> tuple[str, ...]:
    """Forbidden names, with those that code needs to get out of sight."""
    of_torch = any(f"{name}.".startswith("torch.") for name in listed)
    return listed + UNSEEN + (UNSEEN_BY_TORCH if of_torch else ())


@lru_cache(maxsize=4096)
def is_forbidden(name: str, forbidden: tuple[str, ...]) -> bool:
    """Whether a dotted name is, or lies below, a forbidden one."""
    called = {name}
    for prefix, plain in SAME.items():
        if name.startswith(f"{prefix}."):
            name = plain + name[len(prefix) :]
            called.add(name)
    listed = tuple(f"{each}." for each in forbidden)
    return any(f"{name}.".startswith(listed) for name in called)


def reached(definitions: Mapping[str, Definition], start: str) -> Iterator[Shortcut]:
    """All library names used by `start` and by what it calls, each definition once."""
    todo, seen = [start], set()
    while todo:
        name = todo.pop()
        if name in definitions and name not in seen:
            seen.add(name)
            yield from definitions[name].libraries
            todo += sorted(definitions[name].names)


def read(sources: Iterable[str]) -> dict[str, Definition]:
    """The top-level definitions of a notebook; later ones replace earlier ones, as in Python."""
    aliases: dict[str, str] = {}
    definitions: dict[str, Definition] = {}
    left = READ
    for source in sources:
        left -= len(source)
        if left > 0:
            short = len(source) < SHORT and len(aliases) < FEW
            before = tuple(aliases.items())
            found, aliases = (read_short if short else read_cell)(source, before)
            definitions |= found
    return definitions


Pairs = tuple[tuple[str, str], ...]


def read_cell(source: str, before: Pairs) -> tuple[dict[str, Definition], dict[str, str]]:
    """The definitions of one cell, and the aliases that are known after it."""
    aliases = dict(before)
    tree = parsed(source)
    lines = source.splitlines()
    found: dict[str, Definition] = {}
    for node in tree.body if tree else ():
        found |= dict(defined(node, lines, aliases))
    return found, aliases


@kept(TREES)
def read_short(source: str, before: Pairs) -> tuple[dict[str, Definition], dict[str, str]]:
    """The same, remembered: most cells of a class are those that were given."""
    return read_cell(source, before)


@kept(TREES)
def parsed(source: str) -> ast.Module | None:
    """The syntax tree of a cell; magics and shell lines are passed over."""
    tree = as_python(source)
    if tree is None and (text := plain(source)) != source:
        return as_python(text)
    return tree


@kept(TREES)
def as_python(text: str) -> ast.Module | None:
    """The syntax tree of a text, if Python can read it."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of backslashes in a text
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def plain(source: str) -> str:
    """A cell's text as Python, line by line: what only IPython understands does nothing."""
    indent = INDENT.sub(r"\1", source)  # which IPython takes away
    lines = [line.removeprefix(indent) for line in source.split("\n")]
    return "\n".join(
        MAGIC.sub(r"\1pass", SHELL.sub(r"\1None", TIMED.sub("", line))) for line in lines
    )


def defined(
    statement: ast.stmt, lines: Sequence[str], aliases: dict[str, str]
) -> Iterator[tuple[str, Definition]]:
    """The names that one top-level statement defines; imports and aliases are noted."""
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            aliases.update(imported(node))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, used(node, lines, aliases)
        elif isinstance(node, ast.Assign):
            dotted = library_name(node.value, aliases)
            for target in node.targets:
                if isinstance(target, ast.Name):
                    aliases.pop(target.id, None)
                    if dotted:
                        aliases[target.id] = dotted
                    yield target.id, used(node.value, lines, aliases)
        elif not isinstance(node, ast.expr):
            todo += reversed(list(ast.iter_child_nodes(node)))


def imported(node: ast.Import | ast.ImportFrom) -> dict[str, str]:
    """The local names that an import makes, with what they stand for."""
    if isinstance(node, ast.ImportFrom):
        return {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    return {
        name.asname or name.name.split(".")[0]: name.name
        if name.asname
        else name.name.split(".")[0]
        for name in node.names
    }


def used(node: ast.AST, lines: Sequence[str], outer: Mapping[str, str]) -> Definition:
    """What the code below `node` uses, its local imports and aliases included."""
    nodes = nodes_of(node)
    bound = bound_names(nodes)
    inner = ChainMap(dict.fromkeys(bound, ""), outer)  # type: ignore[arg-type] # outer is only read
    aliases = inner.new_child(local_aliases(nodes, inner))
    results = set() if isinstance(node, ast.stmt) else called_at_once(node)
    asked = only_asked(nodes)
    definition = Definition()
    for child in nodes:
        if isinstance(child, ast.Name) and child.id not in bound:
            definition.names.add(child.id)
        if not isinstance(child, ast.expr) or child in results or child in asked:
            continue
        if dotted := library_name(child, aliases):
            line = lines[child.lineno - 1].strip() if child.lineno <= len(lines) else ""
            definition.libraries.append(Shortcut(dotted, line))
    return definition


def nodes_of(root: ast.AST) -> list[ast.AST]:
    """A node and what is below it, in the order of `ast.walk`, in a third of its time.

    Left out is whether a name is looked up or given a value: its node says so.
    """
    found = [root]
    for node in found:  # which grows meanwhile
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                found += [each for each in value if isinstance(each, ast.AST)]
            elif isinstance(value, ast.AST) and name != "ctx":
                found.append(value)
    return found


def bound_names(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that are local to a definition: parameters and what is assigned there."""
    stored = (ast.Store, ast.Del)
    names = set()
    for node in nodes:
        if isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, stored):
            names.add(node.id)
    return names


def local_aliases(nodes: Iterable[ast.AST], outer: ChainMap[str, str]) -> dict[str, str]:
    """The imports and aliases inside a definition, in the order of the walk."""
    found: dict[str, str] = {}
    aliases = outer.new_child(found)
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= imported(node)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found[node.targets[0].id] = library_name(node.value, aliases)
    return {name: dotted for name, dotted in found.items() if dotted}


def called_at_once(node: ast.AST) -> set[ast.expr]:
    """The functions that an assigned value is the result of: only the value stays behind."""
    todo, found = [node], set()
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Call):
            found.add(node.func)
        if not isinstance(node, ast.Lambda):
            todo += ast.iter_child_nodes(node)
    return found


def library_name(node: ast.expr, aliases: Mapping[str, str], parts: int = PARTS) -> str:
    """The dotted library name that an expression stands for; empty where it is none."""
    if isinstance(node, ast.Name):
        return aliases.get(node.id, "")
    if isinstance(node, ast.Attribute) and parts:
        owner = library_name(node.value, aliases, parts - 1)
        return f"{owner}.{node.attr}" if 0 < len(owner) < LONG else ""
    if isinstance(node, ast.Call) and parts:
        return called_name(node, aliases, parts - 1)
    return ""


def called_name(node: ast.Call, aliases: Mapping[str, str], parts: int) -> str:
    """What `getattr(np, "convolve")` or `import_module("scipy.signal")` stands for."""
    function = library_name(node.func, aliases, parts) or getattr(node.func, "id", "")
    texts = [constant_text(argument) for argument in node.args[:2]]
    if function == "getattr" and len(texts) == 2 and texts[1]:
        owner = library_name(node.args[0], aliases, parts)
        return f"{owner}.{texts[1]}" if 0 < len(owner) < LONG else ""
    return texts[0] if function in BUILTIN_IMPORTS and texts else ""


def constant_text(node: ast.expr, parts: int = PARTS) -> str:
    """The text that an expression of constants makes: `"con" + "volve"` too."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and parts:
        left, right = constant_text(node.left, parts - 1), constant_text(node.right, parts - 1)
        return left + right if left and right else ""
    return ""
