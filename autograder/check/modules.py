"""Loads the author's Python files: the reference, its mistakes and its variants."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from autograder.check.authoring import Mistake, Variant, declared
from autograder.core.assignment import Assignment
from autograder.core.errors import CourseError, UserError
from autograder.sandbox.guest import dataless

UNCHECKED = (
    "python -O: hidden tests are made of assertions, which are left out then, so everything would "
    "pass. Run it without -O, and without the variable PYTHONOPTIMIZE"
)


def load_module(file: Path, root: Path) -> ModuleType:
    """Import `file` under its dotted name below `root`, once; CourseError where it cannot be."""
    name = ".".join(file.relative_to(root).with_suffix("").parts)
    loaded = sys.modules.get(name)
    if loaded is not None and Path(str(loaded.__file__)) == file:
        return loaded
    prepare_for(file)
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever an author's file raises while it loads
        del sys.modules[name]
        remedy = "Run it with `python` to see the whole traceback"
        raise CourseError(file, f"{type(error).__name__}: {error}", remedy) from error
    return module


def prepare_for(file: Path) -> None:
    """Have what the code of an author's file needs; CourseError where there is no file."""
    if not file.is_file():
        raise CourseError(file, "the file is missing", "Write it, or run `autograder new`")
    dataless.needed_by(file.read_text(encoding="utf-8", errors="replace"))


def reference(assignment: Assignment) -> ModuleType:
    """The assignment's reference module; UserError where assertions would not be checked."""
    if not __debug__:
        raise UserError(UNCHECKED)
    return load_module(assignment.reference_file, assignment.reference_folder.parent)


def mistakes(assignment: Assignment) -> list[Mistake]:
    """The known mistakes, in the order in which they are written."""
    module = load_module(assignment.mistakes_file, assignment.reference_folder.parent)
    return declared(module, "mistake")


def variants(assignment: Assignment) -> list[Variant]:
    """The known correct variants; none where the file is missing."""
    if not assignment.variants_file.exists():
        return []
    module = load_module(assignment.variants_file, assignment.reference_folder.parent)
    return declared(module, "variant")
