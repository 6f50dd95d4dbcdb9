"""Commands that are started without standard streams, or with ones that know few characters."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def doctor(redirected="", **variables):
    """`autograder doctor` behind a shell that redirects its streams."""
    line = f'exec "$0" -m autograder doctor --sandbox=weak {redirected}'
    return subprocess.run(
        ["/bin/sh", "-c", line, sys.executable], cwd=ROOT, env=os.environ | variables,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_nothing(closed):
    expected, ran = doctor(), doctor(closed)
    assert (ran.returncode, ran.stderr) == (expected.returncode, b"")
    assert ran.stdout == (b"" if ">&- " in f"{closed} " and closed != "2>&-" else expected.stdout)


def test_a_terminal_that_knows_no_such_character_shows_a_mark():
    ran = doctor(PYTHONIOENCODING="ascii")
    assert ran.returncode == doctor().returncode
    assert b"?      Python" in ran.stdout
    assert ran.stderr == b""


def test_a_machine_without_the_device_that_leads_nowhere_is_said_in_a_sentence():
    code = "import os; os.devnull = '/dev/nobody'; import autograder.streams"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.splitlines() == [
        "autograder: /dev/nobody: No such file or directory. Put this device back, then try again"
    ]
