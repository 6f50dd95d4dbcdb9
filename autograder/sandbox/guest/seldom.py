"""Has parts of torch imported when somebody looks at them, which few notebooks do.

They take an eighth of torch's import, and nothing else needs their being there (tested). Python's
own `LazyLoader` would do, if it did not fetch a module that is imported a second time, or when
somebody looks from which file some code is.
"""

import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

PARTS = (
    "torch.distributions",
    "torch.export",
    "torch.masked",
    "torch.nn.intrinsic",
    "torch.nn.qat",
    "torch.nn.quantizable",
    "torch.nn.quantized",
    "torch.quantization",
)
KNOWN = ("__class__", "__file__", "__loader__", "__name__", "__spec__")  # before it is executed


@contextmanager
def put_off(wanted: Collection[str]) -> Iterator[None]:
    """Import meanwhile no such part but those that are wanted; they are there all the same."""
    shelf = Shelf({*PARTS}.difference(wanted))
    sys.meta_path.insert(0, shelf)
    try:
        yield
    finally:
        sys.meta_path.remove(shelf)


class Shelf:
    """Finds the parts that are put off."""

    def __init__(self, parts: Collection[str]) -> None:
        self._parts = parts

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: Any = None
    ) -> ModuleSpec | None:
        """Where such a part is; None for all else: others find it."""
        spec = PathFinder.find_spec(name, path) if name in self._parts else None
        if spec and spec.loader:
            spec.loader = Unopened(spec.loader)
        return spec


class Unopened(Loader):
    """Leaves a module as it is, for its own loader later."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def exec_module(self, module: ModuleType) -> None:
        """Have it executed when it is looked at."""
        assert module.__spec__
        module.__spec__.loader = module.__loader__ = self._loader
        module.__class__ = Unread


class Unread(ModuleType):
    """A module in its place that is executed as soon as something is asked of it, or changed."""

    def __getattribute__(self, name: str) -> Any:
        if name not in KNOWN:
            read(self)
        return ModuleType.__getattribute__(self, name)  # it is another kind by now, perhaps

    def __setattr__(self, name: str, value: Any) -> None:
        read(self)
        ModuleType.__setattr__(self, name, value)


def read(module: ModuleType) -> None:
    """Execute such a module; where that fails, it is tried again the next time."""
    spec = module.__spec__
    if type(module) is Unread and spec and spec.loader:
        object.__setattr__(module, "__class__", ModuleType)
        whole = False
        try:
            spec.loader.exec_module(module)
            whole = True
        finally:
            if not whole:
                module.__class__ = Unread
