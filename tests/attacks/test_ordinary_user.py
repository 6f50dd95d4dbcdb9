"""The core of the attacks once more, graded by an ordinary user where root runs these tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox.bwrap import GUEST_UID, bound_paths

ROOT = Path(__file__).parents[2]
WITHOUT = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest"]  # both write into the project
SECONDS = 900  # on a busy machine


def opened_for_all():
    """The words that let another user walk to the interpreter, where it lies below closed folders.

    The closed folder is covered by an empty one, and the interpreter alone is put back into it.
    """
    words = ["bwrap", "--dev-bind", "/", "/"]
    covered = set()
    for path in (*bound_paths(), ROOT):
        folders = [*reversed(path.parents), path]
        closed = next((folder for folder in folders if not folder.stat().st_mode & 0o001), None)
        if closed is None or closed == path:
            continue
        if closed not in covered:
            words += ["--perms", "0755", "--tmpfs", str(closed)]
            covered.add(closed)
        for folder in folders[folders.index(closed) + 1 : -1]:
            words += ["--perms", "0755", "--dir", str(folder)]
        words += ["--ro-bind", str(path), str(path)]
    return [*words, "--"]


def as_an_ordinary_user(*words):
    """Run a command as a user without rights; its environment holds nothing of ours."""
    drop = [
        "setpriv",
        f"--reuid={GUEST_UID + 1}",
        f"--regid={GUEST_UID + 1}",
        "--clear-groups",
        "--",
    ]
    clean = {"PATH": os.environ["PATH"], "HOME": "/var/tmp", "LANG": "C.UTF-8"}
    return subprocess.run(
        [*opened_for_all(), *drop, *words], cwd=ROOT, env=clean, capture_output=True, text=True,
        timeout=SECONDS,
    )  # fmt: skip


@pytest.mark.heavy
@pytest.mark.skipif(os.geteuid() != 0, reason="the attacks have just been run by an ordinary user")
def test_the_core_of_the_attacks_fails_for_an_ordinary_user_as_well():
    who = as_an_ordinary_user(sys.executable, "-c", "import os; print(os.geteuid())")
    if who.returncode:
        pytest.skip(f"an ordinary user cannot start {sys.executable} here: {who.stderr.strip()}")
    assert who.stdout.strip() == str(GUEST_UID + 1)
    tests = str(Path(__file__).with_name("test_attacks.py"))
    words = ["-m", "pytest", tests, "-q", "-k", "full-core", "-rN", *WITHOUT]
    ran = as_an_ordinary_user(sys.executable, "-B", *words)
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-1000:]
