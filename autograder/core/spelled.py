"""Says whether code can call a library function only by its name.

If so, and if the name is not there, nobody has to watch the code while it runs, which takes as long
as running it. In doubt it is watched.
"""

import ast
import re
from collections.abc import Mapping, Sequence

from autograder.core.forbidden import READ, as_python, nodes_of
from autograder.core.kept import TREES, kept

PLOTS = re.compile(r"(?m)^%matplotlib inline *$")
WORD = re.compile(r"\w+")
# modules whose public names give nothing for a text that names it
MODULES = """
    __future__ abc bisect collections decimal fractions functools heapq itertools math matplotlib
    numbers numpy random statistics textwrap time
"""
# hidden names that lead nowhere
PYTHONS = """
    __future__ __main__ __name__ __doc__ __init__ __call__ __repr__ __str__ __len__ __iter__
    __getitem__ __eq__
"""
# what does, or leads to a module that does
DOING = """
    getattr eval exec compile globals locals vars get_ipython importlib import_module builtins
    operator attrgetter methodcaller sys os gc inspect types typing ctypes ctypeslib pickle marshal
    pydoc runpy code codeop subprocess testing f2py sphinxext gi_frame cr_frame ag_frame tb_frame
    f_back f_builtins f_globals f_locals get_field update_wrapper wraps setattr make_dataclass
    dataclass dataclasses Formatter dispatch_table enum bltns logging singledispatch
    singledispatchmethod load read_array test load_backend_module switch_backend register_backend
    backend backend_bases use rc rcParams rc_context rc_file savefig print_figure animation
"""
PACKAGES, PLAIN, DOORS = (frozenset(names.split()) for names in (MODULES, PYTHONS, DOING))


def harmless(sources: Sequence[str], forbidden: Mapping[str, Sequence[str]]) -> bool:
    """Whether cells name no forbidden function, and can call none that they do not name."""
    if sum(map(len, sources)) > READ:
        return False
    last = {name.rpartition(".")[2] for names in forbidden.values() for name in names}
    listed = {f".{name}" if name in forbidden else name for name in last}  # questions have names
    said = [words(source) for source in sources]
    return all(each is not None and listed.isdisjoint(each) for each in said)


@kept(TREES)
def words(source: str) -> frozenset[str] | None:
    """The names in a cell, those behind a dot once more with it; None where something could be
    called that has no name there."""
    tree = as_python(PLOTS.sub("", source))
    if tree is None:
        return None
    nodes = nodes_of(tree)
    found = frozenset(name for text in texts(nodes) for name in WORD.findall(text))
    found |= {f".{node.attr}" for node in nodes if isinstance(node, ast.Attribute)}
    hidden = any(name.startswith("_") and name.strip("_") for name in found - PLAIN)
    hidden |= any(isinstance(node, ast.MatchClass) and node.patterns for node in nodes)
    return None if hidden or found & DOORS or not roots(nodes) <= PACKAGES else found


def roots(nodes: Sequence[ast.AST]) -> set[str]:
    """The packages that are imported, each by its first name."""
    modules = [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    modules += [node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)]
    return {module.partition(".")[0] for module in modules}


def texts(nodes: Sequence[ast.AST]) -> set[str]:
    """The names that stand in a syntax tree; of its texts only those with hidden names."""
    found = set()
    for node in nodes:
        is_text = isinstance(node, ast.Constant)
        for value in vars(node).values():
            for each in value if isinstance(value, list) else (value,):
                if isinstance(each, str) and (not is_text or "__" in each):
                    found.add(each)
    return found
