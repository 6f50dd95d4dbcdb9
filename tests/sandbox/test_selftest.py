"""The sandbox's promises, tried on this machine; and what is said where one is not kept."""

from contextlib import closing
from pathlib import Path

import pytest

from autograder.core.errors import SandboxUnavailable, UserError
from autograder.core.limits import Limits
from autograder.core.outcome import Outcome
from autograder.sandbox import bwrap, selftest
from autograder.sandbox.backend import chosen
from autograder.sandbox.session import Session


@pytest.mark.parametrize("backend", ["full", "fresh"], indirect=True)
def test_every_guarantee_is_kept(backend):
    found = {item.name: item.kept for item in selftest.guarantees(backend)}
    assert found == dict.fromkeys(selftest.SENTENCES, True)


@pytest.mark.parametrize("kind", ["full", "fresh"])
def test_a_folder_that_can_be_seen_is_noticed_and_named(monkeypatch, kind):
    paths = [*bwrap.bound_paths(), Path("/etc")]
    monkeypatch.setattr(bwrap, "bound_paths", lambda: paths)
    sentence = selftest.SENTENCES["hidden"]
    with closing(chosen(kind)) as backend:
        broken = [item.name for item in selftest.guarantees(backend) if not item.kept]
        assert broken == ["hidden"]
        with pytest.raises(
            SandboxUnavailable, match=rf"here: {sentence}\. Run `autograder doctor`"
        ):
            selftest.require(backend)


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
