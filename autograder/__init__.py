"""Auto-graded notebooks: student code runs in a sandbox, hidden tests call it from outside."""

from autograder.core.course import Course

__all__ = ["Course"]
__version__ = "0.1.0"
