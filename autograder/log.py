"""The log of an assignment in the course folder: each event as a line of JSON, added at the end."""

import os
from pathlib import Path

from autograder.events import Event, as_line


class Log:
    """Adds the events of a run to a file, from the moment that there is work; a context manager.

    Each line is written whole, at once. A log that cannot be written keeps nobody from grading.
    """

    def __init__(self, file: Path, assignment: str) -> None:
        self._file = file
        self._assignment = assignment
        self._open: int | None = None
        self._failed = False

    def __enter__(self) -> "Log":
        return self

    def __exit__(self, *exception: object) -> None:
        if self._open is not None:
            os.close(self._open)

    def __call__(self, event: Event) -> None:
        """Add an event."""
        if event.pace.total and not self._failed:
            try:
                self._open = self._opened() if self._open is None else self._open
                os.write(self._open, as_line(event, self._assignment).encode())
            except OSError:  # a full disk, which ends the command elsewhere, with a sentence
                self._failed = True

    def _opened(self) -> int:
        self._file.parent.mkdir(exist_ok=True)
        log = os.open(self._file, os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC, 0o644)
        size = os.fstat(log).st_size
        if size and os.pread(log, 1, size - 1) != b"\n":  # an earlier command was killed in a line
            os.write(log, b"\n")
        return log
