"""Where words go: standard streams that are closed or know few characters lose no work."""

import io
import os
import sys

from rich.console import Console


def open_closed() -> None:
    """Let closed standard streams lead nowhere, before a file or a socket gets their numbers."""
    while (descriptor := nowhere()) <= 2:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)
    sys.stdout = sys.stdout or os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8", closefd=False)


def nowhere() -> int:
    """A descriptor that leads nowhere; without one no other process can be started either."""
    try:
        return os.open(os.devnull, os.O_RDWR)
    except OSError as error:
        sys.exit(
            f"autograder: {os.devnull}: {error.strerror}. Put this device back, then try again"
        )


def show_what_can_be_shown() -> None:
    """Print a mark for a character that the terminal's encoding does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


open_closed()
show_what_can_be_shown()
out = Console(width=None if sys.stdout.isatty() else 120)
err = Console(stderr=True)
