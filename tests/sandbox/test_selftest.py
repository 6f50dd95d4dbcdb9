"""The sandbox's promises, tried on this machine; and what is said where one is not kept."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from autograder import doctor, report, scratch
from autograder.core.errors import SandboxUnavailable, UserError
from autograder.core.limits import Limits
from autograder.core.outcome import Outcome
from autograder.sandbox import bwrap, selftest
from autograder.sandbox.backend import chosen
from autograder.sandbox.selftest import Guarantee
from autograder.sandbox.session import Session
from autograder.sandbox.watchdog import descendants

ROOT = Path(__file__).parents[2]
NAME = "01_convolution"


@pytest.mark.parametrize("backend", ["full", "fresh"], indirect=True)
def test_every_guarantee_is_kept(backend):
    found = {item.name: item.kept for item in selftest.guarantees(backend)}
    assert found == dict.fromkeys(selftest.SENTENCES, True)


@pytest.mark.parametrize("kind", ["full", "fresh"])
def test_a_folder_that_can_be_seen_is_noticed_and_named(monkeypatch, kind):
    paths = [*bwrap.bound_paths(), Path("/var")]
    monkeypatch.setattr(bwrap, "bound_paths", lambda: paths)
    sentence = selftest.SENTENCES["hidden"]
    with closing(chosen(kind)) as backend:
        broken = [item.name for item in selftest.guarantees(backend) if not item.kept]
        assert broken == ["hidden"]
        with pytest.raises(SandboxUnavailable, match=rf"here: {sentence}\. Keep the course"):
            selftest.require(backend)


PARTS = "--unshare-ipc --unshare-pid --unshare-uts --unshare-cgroup-try"  # all but the network
HOLES = {
    "offline": f'--unshare-net) ;; --unshare-all) set -- "$@" {PARTS}',
    "hidden": '--cap-drop) set -- "$@" --ro-bind /var /var --cap-drop',
    "readonly": '--remount-ro) set -- "$@" --chmod 0777',
    "scratch": "--size) skip=1",
    "alone": '--proc) set -- "$@" --bind /proc',
}


@pytest.mark.parametrize("name", HOLES)
def test_a_hole_in_the_walls_is_noticed_and_named_with_a_remedy(holed, name):
    holed(HOLES[name])
    with closing(chosen("fresh")) as backend:
        backend.places = {}  # the belt would mend some holes
        found = [item for item in selftest.guarantees(backend) if not item.kept]
    assert [(item.name, item.remedy) for item in found] == [(name, selftest.REMEDIES[name])]


def test_a_guest_that_cannot_join_is_refused_with_the_reason(holed):
    holed(HOLES["offline"])
    with closing(chosen("full")) as backend, pytest.raises(SandboxUnavailable) as refusal:
        selftest.require(backend)
    said = str(refusal.value)
    assert said.startswith("sandbox: not guaranteed here: student code runs. Run `make setup`")
    assert "cannot join the sandbox" in said


COMMANDS = {
    "grade": ("grade", NAME, "--course", "course"),
    "verify": ("verify", NAME),
    "try": ("try", NAME, f"assignments/{NAME}/convolution.ipynb"),
    "demo": ("demo", "--course", "elsewhere"),
    "pytest": (
        f"assignments/{NAME}/hidden_tests.py",
        "--submission",
        f"assignments/{NAME}/convolution.ipynb",
    ),
}


@pytest.fixture(scope="module")
def real_course(tmp_path_factory):
    """A copy of the real course with a submission."""
    root = tmp_path_factory.mktemp("walls")
    for name in ("assignments", "reference"):
        shutil.copytree(ROOT / name, root / name)
    text = f'from autograder import Course\ncourse = Course("walls", assignments=["{NAME}"])\n'
    (root / "course_config.py").write_text(text, encoding="utf-8")
    file = root / "course" / "submitted" / "student01" / NAME / "convolution.ipynb"
    file.parent.mkdir(parents=True)
    shutil.copyfile(root / "assignments" / NAME / "convolution.ipynb", file)
    return root


SLOW = ("demo",)  # the same walls as those of `grade`, behind a class


@pytest.mark.parametrize(
    "command",
    [pytest.param(name, marks=[pytest.mark.heavy] * (name in SLOW)) for name in COMMANDS],
)
def test_no_command_runs_student_code_behind_walls_with_a_hole(holed, command, real_course):
    holed(HOLES["offline"])
    module = "pytest" if command == "pytest" else "autograder"
    sandbox = () if command == "pytest" else ("--sandbox", "fresh")
    words = [sys.executable, "-m", module, *COMMANDS[command], *sandbox]
    ran = subprocess.run(words, cwd=real_course, capture_output=True, text=True)
    said = " ".join(ran.stdout.split() + ran.stderr.split())
    assert ran.returncode == 2, said
    assert "sandbox: not guaranteed here: " in said
    assert not list(real_course.rglob("student01.json"))


def test_a_promise_is_followed_by_its_remedy_and_nobody_is_sent_to_mend_what_was_not_tried():
    assert selftest.REMEDIES.keys() == selftest.SENTENCES.keys()
    untried = selftest.remedies_for(Walls(), "no Python")
    assert untried["runs"].endswith("itself (no Python)")
    assert untried["offline"] == selftest.FIRST_THAT
    lines = list(report.guarantee_lines([Guarantee("x", "A promise", False, "Do this")]))
    assert lines == ["[red]✗ no [/]  A promise  → Do this"]


class Walls:
    """A backend that claims to be strong."""

    strength = "full"


@pytest.mark.parametrize("said", ["bubblewrap 0.6.1", "no number"])
def test_a_bubblewrap_that_is_too_old_is_named_with_what_to_install(monkeypatch, tmp_path, said):
    (tmp_path / "bwrap").write_text(f"#!/bin/sh\necho {said}\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailable, match=r"is too old\. Install bubblewrap 0\.8"):
        chosen("full")
    finding = doctor.bubblewrap()
    assert (finding.well, finding.remedy) == (False, bwrap.INSTALL)


def test_a_probe_that_does_not_even_run_keeps_nothing(monkeypatch, tmp_path, backend):
    broken = tmp_path / "probes.py"
    broken.write_text("raise SystemExit")
    monkeypatch.setattr(selftest, "PROBES", broken)
    kept = {item.name for item in selftest.guarantees(backend) if item.kept}
    assert kept <= {"mortal"}


def test_the_weak_backend_runs_code_or_refuses_with_the_reason():
    with closing(chosen("weak")) as backend:
        assert backend.strength == "weak"
        try:
            session = Session(backend, Limits())
        except SandboxUnavailable as refusal:
            sentence = str(refusal)
            assert sentence.startswith("--sandbox=weak as root: the unprivileged user cannot start")
            assert sentence.endswith("Run as an ordinary user, or use the full sandbox")
            return
        with session:
            [run] = session.run(["import subprocess, sys; subprocess.run([sys.executable, '-V'])"])
            assert run.outcome is Outcome.PASSED
        selftest.require(backend)  # promises nothing, so there is nothing to refuse


GRADES = """
import sys
from autograder.check.student import Student
from autograder.core.limits import Limits
from autograder.sandbox.backend import chosen
from autograder.sandbox.session import Session
session = Session(chosen("weak"), Limits(cell_seconds=90, call_seconds=90, question_seconds=90))
session.run(["import time", "def f(): open('busy', 'w').close(); time.sleep(60)"])
print(session._guest.root, flush=True)
if "cell" in sys.argv:
    session.run(["f()"])
with session.check() as channel:
    Student(channel.ask).f()
"""


@pytest.mark.parametrize("busy", ["cell", "call"])
def test_a_weak_guest_and_its_forks_end_with_who_is_killed(busy):
    with subprocess.Popen([sys.executable, "-c", GRADES, busy], stdout=-1, stderr=-1) as grader:
        root = grader.stdout.readline().decode().strip()
        while root and not Path("/proc", root, "cwd", "busy").exists():
            time.sleep(0.05)
        folder = Path(f"/proc/{root}/cwd").resolve() if root else None
        below = [Path("/proc", root), *(Path("/proc", str(each.pid)) for each in descendants(root))]
        grader.kill()
    if not root:
        pytest.skip("the unprivileged user cannot start Python here")
    assert len(below) == 1 + (busy == "call")
    ends = time.monotonic() + 10
    while left := [each for each in below if each.exists()]:
        assert time.monotonic() < ends, left
        time.sleep(0.05)
    scratch.sweep()  # as the next command does
    assert os.geteuid() == 0 or not folder.exists()


def test_a_missing_program_is_named_with_the_command_that_installs_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailable, match=r"the program bwrap is missing.*apt-get install"):
        chosen("full")


def test_where_the_system_refuses_namespaces_its_reason_and_the_remedies_are_said(monkeypatch):
    refusal = ["/bin/sh", "-c", "echo 'bwrap: setting up uid map: denied' >&2; exit 1"]
    monkeypatch.setattr(bwrap, "command", lambda limits, guest: refusal)
    with pytest.raises(SandboxUnavailable, match=r"setting up uid map: denied.*--sandbox=weak"):
        chosen("full")


def test_a_kind_that_does_not_exist_is_refused_with_those_that_do():
    with pytest.raises(UserError, match=r"'strong' is not known\. Use full, fresh, weak"):
        chosen("strong")


@pytest.mark.parametrize(("ends", "holds"), [(2, True), (3, False)])
def test_a_bubblewrap_that_is_ended_from_outside_is_tried_again(tmp_path, monkeypatch, ends, holds):
    code = f"echo >> {tmp_path}/tries; test $(wc -l < {tmp_path}/tries) -gt {ends} || kill -9 $$"
    monkeypatch.setattr(bwrap, "command", lambda *ignored: ["/bin/sh", "-c", code])
    if holds:
        bwrap.require()
    else:
        with pytest.raises(SandboxUnavailable, match="no reason given"):
            bwrap.require()


def test_student_code_that_is_ended_from_outside_is_tried_again(backend, monkeypatch):
    tries = []

    def ended_at_first(backend, cell, marker):
        tries.append(marker)
        return real(backend, cell, marker) if tries[1:] else ({}, "the zygote is gone", set())

    real = selftest.tried
    monkeypatch.setattr(selftest, "tried", ended_at_first)
    selftest.require(backend)
    assert len(tries) == 2
