"""One command at a time: who comes second is told, waits, and is let in when the first is gone."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from autograder.core.errors import UserError
from autograder.lock import LOCK, alone

HOLDER = """
import sys, time
from pathlib import Path
from autograder.lock import alone
with alone(Path(sys.argv[1]), print):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    """Another process that has the lock."""
    words = [sys.executable, "-c", HOLDER, tmp_path]
    with subprocess.Popen(words, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_who_comes_second_reads_whom_it_waits_for(holder, tmp_path):
    told, entered = [], threading.Event()

    def second():
        with alone(tmp_path, told.append):
            entered.set()

    thread = threading.Thread(target=second)
    thread.start()
    while not told:
        time.sleep(0.01)
    assert not entered.is_set()
    assert f"(process {holder.pid}, since " in told[0]
    assert told[0].endswith("is at work here; waiting until it has finished")
    holder.send_signal(signal.SIGKILL)  # which leaves the file, and not the lock
    thread.join()
    assert entered.is_set()


def test_what_a_killed_command_left_is_nobodys_lock(holder, tmp_path):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (tmp_path / LOCK).read_text() != ""
    told = []
    for _ in range(2):
        with alone(tmp_path, told.append):
            pass
    assert told == []


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_lock_that_is_no_file_is_said(make, tmp_path):
    make(tmp_path / LOCK)
    with pytest.raises(UserError, match="is no file"), alone(tmp_path, print):
        pass
