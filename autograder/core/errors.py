"""Whose fault it is decides how a command ends: the user's mistakes exit 2, ours exit 1.

A student's mistake is never an exception: it is an `Outcome`, a value.
"""

from pathlib import Path


class AutograderError(Exception):
    """An error that a person reads: one sentence that says where, what, and what to do."""

    exit_code = 1


class UserError(AutograderError):
    """Something the person at the keyboard named is not there or not usable."""

    exit_code = 2


class CourseError(UserError):
    """The course's own files are wrong: found when they are read, before any student is judged."""

    def __init__(self, where: str | Path, what: str, remedy: str) -> None:
        super().__init__(f"{where}: {what}. {remedy}")

    def __reduce__(self) -> tuple[type[UserError], tuple[str]]:
        return UserError, (str(self),)  # on its way from a worker process


class SubmissionError(UserError):
    """A file handed in cannot be read as a notebook; the class goes on without it."""


class GraderError(AutograderError):
    """The platform failed. Never costs points: the affected questions are BROKEN, for a human."""


class SandboxUnavailable(UserError):
    """This machine cannot give the sandbox's guarantees; says which one and the remedy."""
