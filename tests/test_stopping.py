"""Ctrl-C and its kin: a clean end, whatever is pressed again, and nothing left behind."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from autograder import stopping
from autograder.stopping import Stopped, stoppable
from tests.test_unattended import finished, kept, started, tree, words_of

SENTENCE = "autograder: interrupted. Finished work is kept; run the command again to go on."


@pytest.fixture(autouse=True)
def signals():
    """Put signals back as pytest has them."""
    before = {number: signal.getsignal(number) for number in stopping.SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", stopping.SIGNALS)
def test_a_signal_stops_once_and_does_not_disturb_the_tidying_up(number):
    tidied = []

    @stoppable()
    def work():
        try:
            signal.raise_signal(number)
        finally:
            signal.raise_signal(number)
            tidied.append("all")

    with pytest.raises(Stopped) as stopped:
        work()
    for each in stopping.SIGNALS:
        signal.raise_signal(each)  # while the last words are said
    assert tidied == ["all"]
    assert stopped.value.status == 128 + number


def test_who_does_not_get_on_with_tidying_up_is_stopped_again(monkeypatch):
    monkeypatch.setattr(stopping, "PATIENCE", 0.0)

    @stoppable()
    def work():
        with pytest.raises(Stopped):
            signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)

    with pytest.raises(Stopped):
        work()


def test_calm_work_is_stopped_where_nothing_is_half_done():
    done = []

    @stoppable()
    def work():
        with stopping.calm():
            for number in range(3):
                stopping.check()
                signal.raise_signal(signal.SIGINT)
                done.append(number)

    with pytest.raises(Stopped):
        work()
    assert done == [0]
    stopping.check()  # nobody is to end any more


def test_calm_work_that_gives_no_answer_is_stopped_where_it_is(monkeypatch):
    monkeypatch.setattr(stopping, "PATIENCE", 0.0)
    done = []

    @stoppable()
    def work():
        with stopping.calm():
            for number in range(3):
                signal.raise_signal(signal.SIGINT)
                done.append(number)

    with pytest.raises(Stopped):
        work()
    assert done == [0]


def test_afterwards_signals_do_what_they_did_and_nohup_is_respected():
    before = [signal.getsignal(number) for number in stopping.SIGNALS]
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            signal.raise_signal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before[2])
    assert [signal.getsignal(number) for number in stopping.SIGNALS] == before


PRESSED = """
import runpy, signal, sys
class Pressed:
    def find_spec(self, name, *rest):
        if name == "autograder.cli":
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Pressed())
runpy.run_module("autograder", run_name="__main__")
"""


def test_a_command_that_has_hardly_begun_is_ended_without_a_word():
    ran = subprocess.run([sys.executable, "-c", PRESSED, "--help"], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (-signal.SIGINT, "", "")


def test_nothing_is_imported_before_a_command_can_hear_a_signal():
    code = "import autograder, sys; print([each for each in sys.modules if 'autograder.' in each])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("[]\n", "")


def test_below_nohup_a_command_that_has_hardly_begun_goes_on():
    code = PRESSED.replace("class", "signal.signal(signal.SIGINT, signal.SIG_IGN)\nclass", 1)
    ran = subprocess.run([sys.executable, "-c", code, "--help"], capture_output=True, text=True)
    assert ran.returncode == 0
    assert "Usage" in ran.stdout


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_class_that_is_stopped_leaves_nothing_behind_but_its_verdicts(
    school, number, status, tmp_path
):
    folder = school(20)
    process = started(folder, start_new_session=True)
    while kept(folder) < 3 and process.poll() is None:
        time.sleep(0.01)
    family = tree(process.pid)
    for _ in range(3):  # to all of the terminal's processes, again and again
        os.killpg(process.pid, number)
        time.sleep(0.05)
    ended, words = finished(process)
    assert ended == status
    assert words.splitlines()[-1] == SENTENCE
    assert len(re.findall(r"(?m)^student\d+: ", words)) == kept(folder) < 20
    assert [words for pid in family if (words := words_of(pid))] == []
    assert (folder.root / "logs/01_small.jsonl").read_text().count("run_interrupted") == 1


def test_a_command_that_is_still_importing_says_no_more_than_that(school):
    process = started(school(2), start_new_session=True)
    while b"multiprocessing.forkserver" not in b"".join(map(words_of, tree(process.pid))):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    status, words = finished(process)
    assert (status, words.removeprefix("student00: review\n")) == (130, SENTENCE + "\n")


def test_the_reader_of_events_may_go_away(school):
    folder = school(2)
    words = ["grade", "01_small", f"--course={folder.root}", "--json"]
    command = [sys.executable, "-m", "autograder", *words]
    with subprocess.Popen(
        command, cwd=folder.root.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        said = process.stderr.read().decode()
    assert (process.returncode, said) == (1, "")


def ignored():
    """Ignore the ends of children, as some that start programs do."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def blocked():
    """Hear no signal."""
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())


@pytest.mark.parametrize("begin", [ignored, blocked])
def test_whoever_starts_a_command_may_have_ignored_or_blocked_signals(school, begin):
    folder = school(2)
    status, words = finished(started(folder, preexec_fn=begin))
    assert (status, kept(folder)) == (0, 2), words
