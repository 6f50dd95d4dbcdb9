"""Lets torch's optimizers do without torch's compiler, which costs as much to import as torch.

Each step asks the compiler, should it be at work, to look away, and imports it for that. Here a
step sees first whether somebody has imported it; until then it cannot be at work.
"""

import functools
import sys
from collections.abc import Callable, Iterator
from typing import Any

COMPILER = "torch._dynamo"
Method = Callable[..., Any]


def spare_the_compiler() -> None:
    """Do so from now on, where torch is loaded; where torch is built otherwise, nothing changes."""
    torch = sys.modules.get("torch")
    prepared = getattr(getattr(torch, "optim", None), "Optimizer", None)
    if torch is None or prepared is None or COMPILER in sys.modules:
        return
    for kind, name, method, plain in list(asking(torch)):
        setattr(kind, name, with_a_look(method, plain))


def asking(torch: Any) -> Iterator[tuple[type, str, Method, Method]]:
    """The methods of optimizers that ask the compiler, and what each does without."""
    module = sys.modules.get("torch.optim.optimizer")
    decorate = getattr(module, "_use_grad_for_differentiable", None)
    disable = getattr(torch, "_disable_dynamo", None)
    steps, hidden = code(decorate and decorate(asking)), code(disable and disable(asking))
    for kind in [each for each in vars(torch.optim).values() if isinstance(each, type)]:
        for name, method in vars(kind).items():
            if code(method) is not None and code(method) in (steps, hidden):
                inner = method.__wrapped__
                plain = with_gradients(torch, inner) if code(method) is steps else inner
                yield kind, name, method, plain


def code(function: Any) -> Any:
    """What a function executes; all that one decorator makes execute the same."""
    return getattr(function, "__code__", None)


def with_a_look(method: Method, plain: Method) -> Method:
    """The method, or `plain` as long as the compiler is not there."""

    @functools.wraps(method)
    def called(*args: Any, **kwargs: Any) -> Any:
        return (method if COMPILER in sys.modules else plain)(*args, **kwargs)

    return called


def with_gradients(torch: Any, step: Method) -> Method:
    """A step that keeps track of gradients only where its optimizer is meant to."""

    def stepped(self: Any, *args: Any, **kwargs: Any) -> Any:
        with torch.set_grad_enabled(self.defaults["differentiable"]):
            return step(self, *args, **kwargs)

    return stepped
