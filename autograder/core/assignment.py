"""An assignment as the course's author describes it in assignment.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.core.limits import Limits


@dataclass(frozen=True)
class Question:
    """One thing a student is asked for; `id` is the function, class, quiz or written answer."""

    id: str
    points: float
    written: bool = False
    rubric: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Assignment:
    """A folder of `assignments/` and what its assignment.yaml says."""

    name: str
    title: str
    notebook: str
    folder: Path
    reference_folder: Path
    reference: str
    questions: tuple[Question, ...]
    limits: Limits = field(default_factory=Limits)
    seed: int = 0
    forbidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by question
    forbid: str = "review"  # what a shortcut costs: "zero" points, or nothing before a "review"
    imports: tuple[str, ...] = ()  # large modules that the warm process imports beforehand
    data: bool = False  # whether notebooks may look at pictures to learn from

    @property
    def lesson(self) -> Path:
        return self.folder / "lesson.py"

    @property
    def built(self) -> Path:
        return self.folder / f"{self.notebook}.ipynb"

    @property
    def hidden_tests(self) -> Path:
        return self.folder / "hidden_tests.py"

    @property
    def reference_file(self) -> Path:
        return self.reference_folder / f"{self.reference}.py"

    @property
    def mistakes_file(self) -> Path:
        return self.reference_folder / f"{self.reference}_mistakes.py"

    @property
    def variants_file(self) -> Path:
        return self.reference_folder / f"{self.reference}_variants.py"

    def question(self, id: str) -> Question:
        """The question called `id`; KeyError where there is none."""
        return {question.id: question for question in self.questions}[id]

    @property
    def coded(self) -> tuple[Question, ...]:
        """The questions that hidden tests judge."""
        return tuple(question for question in self.questions if not question.written)
