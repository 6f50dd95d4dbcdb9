"""The belt behind the walls: what it refuses where a wall is open, and what it leaves alone."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from autograder import doctor
from autograder.core.limits import Limits
from autograder.core.outcome import Outcome
from autograder.sandbox import bwrap
from autograder.sandbox.backend import chosen
from autograder.sandbox.guest import landlock
from autograder.sandbox.session import Session

here = pytest.mark.skipif(not landlock.version(), reason="this kernel has no Landlock")
READS = "open('/var/lib/dpkg/status').read(1)"
ALONE = """
import sys
sys.path.insert(0, {guest!r})
import landlock
landlock.version = lambda: {version}
landlock.restrict({{"list": ["/"], "read": ["/usr", "/nowhere"], "write": [{folder!r}]}})
open("/usr/bin/env", "rb").read(1), open({folder!r} + "/note", "w").write("x")
open("/etc/passwd")
"""


@here
@pytest.mark.parametrize("kind", ["full", "fresh"])
def test_a_folder_that_an_open_wall_shows_cannot_be_read(monkeypatch, kind):
    places, paths = bwrap.places(), [*bwrap.bound_paths(), Path("/var")]
    monkeypatch.setattr(bwrap, "bound_paths", lambda: paths)
    with closing(chosen(kind)) as backend:
        found = []
        for belt in ({}, places):
            backend.places = belt
            with Session(backend, Limits()) as session:
                [run] = session.run([READS])
            found.append(run.outcome)
    assert found == [Outcome.PASSED, Outcome.RAISED]


@here
@pytest.mark.parametrize("backend", ["full", "fresh"], indirect=True)
def test_a_notebook_cannot_signal_what_is_not_its_own(opened):
    _, runs = opened(
        "import os, subprocess\nnap = subprocess.Popen(['sleep', '9'])\nnap.kill()\nnap.wait()",
        "os.kill(1, 0)",
    )
    [error] = runs[1].outputs
    assert (runs[0].outcome, error["ename"]) == (Outcome.PASSED, "PermissionError")


@here
@pytest.mark.parametrize("version", range(1, landlock.version() + 1))
def test_every_version_leaves_what_is_named_and_nothing_else(version, tmp_path):
    guest = str(bwrap.GUEST_FILES)
    code = ALONE.format(guest=guest, version=version, folder=str(tmp_path))
    ran = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    assert ran.stderr.splitlines()[-1].startswith("PermissionError"), ran.stderr
    assert "/etc/passwd" in ran.stderr.splitlines()[-1]


def test_where_the_kernel_has_none_nothing_is_restricted_and_doctor_says_so(monkeypatch):
    monkeypatch.setattr(landlock, "version", lambda: 0)
    landlock.restrict({"list": ["/"]})
    assert Path("/usr/bin/env").read_bytes()
    [said] = [each for each in doctor.findings() if "Landlock" in each.what]
    assert said.well
    assert said.what == "no Landlock in this kernel: the walls hold alone"
