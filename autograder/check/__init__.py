"""The trusted side: hidden tests in pytest, comparison, diagnosis. What test authors import."""

from autograder.check.authoring import mistake, points, variant
from autograder.check.compare import like
from autograder.check.student import StudentError

__all__ = ["StudentError", "like", "mistake", "points", "variant"]
