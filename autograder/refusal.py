"""Keeps nbgrader's own autograder from running student code outside the sandbox."""

from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor

SENTENCE = (
    "nbgrader's autograder runs student code without a sandbox, so it is switched off in this "
    "folder. Run `autograder grade {assignment}` instead: formgrader, feedback and export then work"
)


class RefuseAutograde(NbGraderPreprocessor):  # type: ignore[misc] # nbgrader has no types
    """First step of `nbgrader autograde` and of formgrader's button: says what to do instead."""

    def preprocess(self, notebook: Any, resources: Any) -> Any:
        """Refuse; nbgrader reports the sentence and enters no points."""
        raise RuntimeError(SENTENCE.format(assignment=resources["nbgrader"]["assignment"]))
