"""Auto-graded notebooks: student code runs in a sandbox, hidden tests call it from outside."""

import sys

TYPE_CHECKING = False  # as `typing` has it
if TYPE_CHECKING:
    from autograder.core.course import Course
    from autograder.core.rules import Late

# jsonschema, which nbformat imports, would build forty parsers for a kind of text that no notebook
# holds (international addresses): seconds at every start. It does without where there are none.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type] # None: not to be imported

__all__ = ["Course", "Late"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """What courses import; not before, as a command is to hear Ctrl-C first."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from autograder.core.course import Course
    from autograder.core.rules import Late

    return {"Course": Course, "Late": Late}[name]
