"""What a command is about: the course of the current folder, and its working folder."""

from pathlib import Path
from typing import Any

from autograder import config
from autograder.core.assignment import Assignment
from autograder.core.course import Course


def load_course() -> Course:
    """The course of the current folder."""
    return config.load_course()


def load(name: str) -> Assignment:
    """The assignment called `name`, also where a path to its folder was typed."""
    return config.load_assignment(load_course(), Path(name).name)


def chosen_assignments(names: list[str] | None) -> list[Assignment]:
    """The assignments named, or all of the course."""
    return [load(name) for name in names or load_course().assignments]


def classic_or_ours(folder: Path) -> tuple[Any, list[str]]:
    """An adopted course with a word on its button, or the working course folder."""
    from autograder.classic import settings, summary

    if not settings.is_classic(folder):
        return opened(folder), []
    adopted = settings.open_course(folder)
    return adopted, list(summary.protection_lines(adopted))


def opened(folder: Path) -> Any:
    """The working course folder, made when missing."""
    from autograder.classic.settings import refuse
    from autograder.folder import CourseFolder

    refuse(folder)
    work = CourseFolder(folder.absolute())
    work.make(load_course())
    return work
