"""Types that code writes down beside a name or asks about, and that it does not use otherwise.

`x: torch.Tensor` and `isinstance(x, torch.Tensor)` do nothing that a question could forbid. Who
gives the name `isinstance` to something else, or calls what stands in an annotation, is seen when
the code runs.
"""

import ast
from collections.abc import Iterable, Sequence

ASKING = ("isinstance", "issubclass")
PLAIN = (
    *(ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.List, ast.Constant),
    *(ast.BinOp, ast.BitOr, ast.expr_context),
)


def only_asked(nodes: Iterable[ast.AST]) -> set[ast.AST]:
    """The expressions, and what is below them, that name such types and nothing else."""
    found: set[ast.AST] = set()
    for named in (each for node in nodes for each in types_in(node) if each):
        below = [*ast.walk(named)]
        if all(isinstance(each, PLAIN) for each in below):
            found.update(below)
    return found


def types_in(node: ast.AST) -> Sequence[ast.expr | None]:
    """What stands in a node where types stand."""
    if isinstance(node, ast.arg | ast.AnnAssign):
        return [node.annotation]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.returns]
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ASKING:
        return node.args[1:2]
    return []
