"""Processes that work side by side; one that dies is replaced, and nobody's work is lost."""

import os
import signal
import subprocess
import threading
import time
from multiprocessing import forkserver, get_context, resource_tracker
from pathlib import Path

import pytest

from autograder import crew as module
from autograder.core.errors import GraderError, UserError
from autograder.crew import Crew, Died, Hopeless, as_ready
from autograder.workers import processes


def begin(*_):
    """What a process starts with: nothing."""


def begin_late(file):
    """Begin at the third attempt only."""
    with open(file, "a+b") as marks:
        marks.write(b"x")
        if marks.tell() < 3:
            raise GraderError("not yet")


def double(number):
    """Twice the number."""
    return 2 * number


def die(file, times):
    """Kill this process, unless that was done so many times before; the process's number."""
    with open(file, "a+b") as marks:
        marks.write(b"x")
        if marks.tell() <= times:
            marks.flush()
            os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def fail(error):
    """Raise."""
    raise error


def sleep_there(file):
    """Say that this process sleeps, and sleep."""
    Path(file).write_text(str(os.getpid()))
    time.sleep(60)


def leave_behind(file):
    """Start a process that would outlive this one; this one's number."""
    Path(file).write_text(str(subprocess.Popen(["sleep", "60"]).pid))
    return os.getpid()


def parent_of(pid):
    """The parent of a process, once it is not what was killed."""
    for _ in range(500):
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        if parent == forkserver._forkserver._forkserver_pid:
            break
        time.sleep(0.01)
    return parent


def is_alive(pid):
    """Whether a process is there."""
    return Path(f"/proc/{pid}").exists()


@pytest.fixture
def crew(monkeypatch):
    """Two processes of this module's; no pauses."""
    monkeypatch.setattr(module, "PAUSE", 0.01)
    with processes(2, begin, ()) as found:
        yield found


def test_results_come_back_and_both_processes_are_used(crew, tmp_path):
    first, second = (crew.submit(die, tmp_path / name, 0) for name in "ab")
    assert first.result() != second.result()
    assert [crew.submit(double, number).result() for number in range(20)] == list(range(0, 40, 2))


def test_a_task_whose_process_is_killed_is_done_once_more(crew, tmp_path):
    task = crew.submit(die, tmp_path / "marks", 2)
    others = [crew.submit(double, number) for number in range(10)]
    assert [other.result() for other in others] == list(range(0, 20, 2))
    assert task.result() > 0
    assert task.tries == 3


def test_a_task_that_ends_every_process_is_given_up_alone(crew, tmp_path):
    task = crew.submit(die, tmp_path / "marks", 99)
    other = crew.submit(double, 4)
    with pytest.raises(GraderError, match="ended 3 times"):
        task.result()
    assert (other.result(), crew.submit(double, 5).result()) == (8, 10)


def test_where_whatever_is_tried_dies_the_machine_is_to_blame(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "PAUSE", 0.0)
    monkeypatch.setattr(module, "HOPELESS", 4)
    with processes(1, begin, ()) as crew:
        tasks = [crew.submit(die, tmp_path / "marks", 99) for _ in range(2)]
        errors = [task.exception() for task in tasks]
    assert [type(error) for error in errors] == [Died, Hopeless]
    assert "4 grading processes in a row were killed" in str(errors[1])


def test_a_process_killed_while_nothing_was_asked_of_it_is_replaced(crew, tmp_path):
    pids = {crew.submit(die, tmp_path / name, 0).result() for name in "abcd"}
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    assert [crew.submit(double, number).result() for number in range(4)] == [0, 2, 4, 6]


def test_the_server_that_forks_may_be_killed_too(crew):
    assert crew.submit(double, 1).result() == 2
    os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)
    assert [crew.submit(double, number).result() for number in range(4)] == [0, 2, 4, 6]


def test_who_is_left_by_a_process_falls_to_the_server(crew, tmp_path):
    file = tmp_path / "orphan"
    worker = crew.submit(leave_behind, file).result()
    orphan = int(file.read_text())
    os.kill(worker, signal.SIGKILL)
    assert crew.submit(double, 1).result() == 2
    assert crew.submit(double, 1).result() == 2
    try:
        assert parent_of(orphan) == forkserver._forkserver._forkserver_pid
    finally:
        os.kill(orphan, signal.SIGKILL)


def test_no_process_is_started_that_tracks_resources():
    with processes(2, begin, ()) as crew:
        assert [crew.submit(double, number).result() for number in range(4)] == [0, 2, 4, 6]
        assert resource_tracker._resource_tracker._pid is None


def test_whatever_keeps_a_process_from_starting_is_no_wait_for_ever(monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0.0)
    monkeypatch.setattr(module.Place, "_start", lambda place: fail(RuntimeError("no thread")))
    with processes(1, begin, ()) as crew, pytest.raises(Died):
        crew.submit(double, 1).result(timeout=30)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [(UserError("Mend it."), UserError, "Mend it."), (KeyError("x"), GraderError, "KeyError")],
)
def test_errors_come_back(crew, error, kind, words):
    with pytest.raises(kind, match=words):
        crew.submit(fail, error).result()


def test_a_value_that_cannot_be_sent_is_an_error_and_the_process_lives_on(crew):
    with pytest.raises(GraderError, match="lock"):
        crew.submit(threading.Lock).result()
    assert crew.submit(double, 3).result() == 6


def test_what_runs_is_ended_at_once_when_the_crew_is_left(tmp_path):
    with processes(1, begin, ()) as crew:
        task = crew.submit(sleep_there, tmp_path / "pid")
        while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
            time.sleep(0.01)
        waiting = crew.submit(double, 1)
    assert isinstance(task.exception(), GraderError)
    assert not waiting.done()
    assert not is_alive((tmp_path / "pid").read_text())


def test_a_process_that_does_not_start_is_said(monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0.0)
    crew = Crew(get_context("forkserver"), 1, os._exit, (1,))
    with pytest.raises(GraderError, match="ended 3 times"):
        crew.submit(double, 1).result()
    crew.shutdown()


def test_a_process_that_cannot_begin_leaves_its_place_to_another(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "PAUSE", 0.0)
    with processes(1, begin_late, (tmp_path / "marks",)) as crew:
        task = crew.submit(double, 2)
        assert (task.result(), task.tries) == (4, 3)


def test_few_are_taken_before_their_turn(crew):
    taken, begun, most = [], [], 0

    def numbers():
        for number in range(50):
            taken.append(number)
            yield number

    for done, (_, future) in enumerate(as_ready(crew, double, numbers(), 4, begun.append)):
        assert future.result() % 2 == 0
        most = max(most, len(taken) - done)
    assert most <= 4
    assert sorted(begun) == taken == list(range(50))
