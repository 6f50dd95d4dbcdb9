"""A class is graded while processes are killed: in the end all is as if nothing had happened."""

import json
import os
import random
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from autograder.gradebook import Gradebook

WHEN = re.compile(r'"(?:seconds|made|graded|when)": [^,}]+')
ROLES = ("command", "server", "worker", "sandbox", "wall")
RANDOM_KILLS = 50


def started(folder, **options):
    """A running `autograder grade`."""
    words = ["grade", "01_small", f"--course={folder.root}", "--workers=2"]
    return subprocess.Popen(
        [sys.executable, "-m", "autograder", *words], stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, encoding="utf-8", **{"cwd": folder.root.parent} | options,
    )  # fmt: skip


def finished(process):
    """The status and the words of a command that has come to its end."""
    _, words = process.communicate(timeout=120)
    assert "Traceback" not in words
    return process.returncode, words


def state(folder):
    """All that grading leaves behind: scores, verdicts, notebooks; without what a clock says."""
    with Gradebook(folder) as gradebook:
        scores = gradebook.scores("01_small")
    results = {
        file.name: WHEN.sub("", file.read_text()) for file in folder.results.rglob("*") if
        file.is_file()
    }  # fmt: skip
    notebooks = {
        str(file.relative_to(folder.autograded)): file.read_bytes()
        for file in folder.autograded.rglob("*")
        if file.is_file()
    }
    return scores, results, notebooks


def differences(one, other):
    """What differs between two ends, in words that fit on a screen."""
    found = [str(score) for score in set(one[0]) ^ set(other[0])]
    for mine, theirs in zip(one[1:], other[1:], strict=True):
        for name in sorted(mine.keys() | theirs.keys()):
            if mine.get(name) != theirs.get(name):
                found.append(f"{name}:\n{mine.get(name)}\n{theirs.get(name)}")
    return found


def but_history(end):
    """What grading left behind, without the lines that tell of each grade."""
    scores, results, notebooks = end
    kept = {name: text for name, text in results.items() if not name.endswith(".jsonl")}
    return scores, kept, notebooks


def tree(pid):
    """A process and all below it, each with its parent."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it has ended
                words = (entry / "stat").read_text().rpartition(")")[2].split()
                if words[0] != "Z":
                    parents[int(entry.name)] = int(words[1])
    found = {pid: 0}
    for _ in range(8):  # no deeper
        found |= {each: parent for each, parent in parents.items() if parent in found}
    return found


def roles(pid):
    """The processes of a command by what they are there for."""
    found = {role: [] for role in ROLES}
    for each, parent in tree(pid).items():
        with suppress(OSError):  # it has ended
            words = Path(f"/proc/{each}/cmdline").read_bytes()
            program = words.partition(b"\0")[0].rpartition(b"/")[2]
            if each == pid:
                found["command"].append(each)
            elif program == b"bwrap":
                found["wall"].append(each)
            elif b"guest.zygote" in words or is_behind_walls(each):
                found["sandbox"].append(each)
            elif b"multiprocessing.forkserver" in words:
                found["server" if parent == pid else "worker"].append(each)
    return found


def is_behind_walls(pid):
    """Whether a process sees other files than this one."""
    return os.readlink(f"/proc/{pid}/ns/mnt") != os.readlink("/proc/self/ns/mnt")


def kill(process, role, chance):
    """Kill a process of a role; whether there was one."""
    candidates = roles(process.pid)[role]
    with suppress(ProcessLookupError):
        if candidates:
            os.kill(chance.choice(candidates), signal.SIGKILL)
            return True
    return False


def kept(folder):
    """How many verdicts are there."""
    return len(list((folder.results / "01_small").glob("*.json")))


def left(family, seconds=10.0):
    """The processes of a family that do not end."""
    ends = time.monotonic() + seconds
    while there := [words for pid in family if (words := words_of(pid))]:
        if time.monotonic() > ends:
            return there
        time.sleep(0.05)
    return []


def words_of(pid):
    """A process's command line; none of one that has ended, waited for or not."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has ended
        return b""


def until(process, folder, count):
    """Wait until so many verdicts are kept, or the command has ended."""
    while process.poll() is None and kept(folder) < count:
        time.sleep(0.005)


def copy_of(folder, place):
    """A copy of a course folder with what was handed in, elsewhere in the same course."""
    return type(folder)(shutil.copytree(folder.root, folder.root.parent / place))


@pytest.fixture
def undisturbed(school):
    """A function that makes a class and grades a copy of it in peace: folder, end, seconds."""

    def grade(count):
        folder = school(count)
        other, since = copy_of(folder, "peace"), time.monotonic()
        status, words = finished(started(other))
        assert status == 0, words
        return folder, state(other), time.monotonic() - since

    return grade


def test_whoever_is_killed_the_class_ends_up_as_if_nothing_had_happened(undisturbed):
    folder, expected, _ = undisturbed(16)
    chance = random.Random(1)
    process = started(folder)
    for count, role in enumerate(("worker", "sandbox", "server"), start=1):
        until(process, folder, 3 * count)
        assert kill(process, role, chance), role
    until(process, folder, 12)
    family = tree(process.pid)
    assert kill(process, "command", chance)
    assert finished(process)[0] == -signal.SIGKILL
    assert left(family) == []
    assert 12 <= kept(folder) < 16
    status, words = finished(started(folder))
    assert status == 0, words
    assert differences(state(folder), expected) == []
    assert not list(folder.root.rglob("*.part"))


@pytest.mark.parametrize(
    ("harm", "text", "words"),
    [
        ("results/01_small/history/student01.jsonl", "no such thing", "not a history of grades"),
        ("results/01_small/history/student01.jsonl", "{}", "not a history of grades"),
        ("results/01_small/history/student01.jsonl", "[" * 100_000, "not a history of grades"),
        ("gradebook.db", "no such thing", "file is not a database"),
    ],
    ids=["no JSON", "no grade", "depth", "gradebook"],
)
def test_what_is_damaged_meanwhile_is_said_in_one_sentence(school, harm, text, words):
    folder = school(3)
    file = folder.root / harm
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{text}\n")
    status, said = finished(started(folder))
    assert status in (1, 2)
    assert words in said.splitlines()[-1]


@pytest.mark.heavy
def test_fifty_kills_at_random_moments_change_nothing(undisturbed):
    seed = int(os.environ.get("KILL_SEED") or secrets.randbelow(1 << 32))
    print(f"KILL_SEED={seed}")
    chance, killed = random.Random(seed), dict.fromkeys(ROLES, 0)
    school, expected, seconds = undisturbed(40)
    turn = 0
    while sum(killed.values()) < RANDOM_KILLS:
        folder, turn = copy_of(school, f"turn{turn}"), turn + 1
        status = None
        while status != 0:
            process = started(folder)
            while process.poll() is None and sum(killed.values()) < RANDOM_KILLS:
                time.sleep(chance.uniform(0, seconds / 3))
                role = chance.choice(ROLES)
                killed[role] += kill(process, role, chance)
            status, words = finished(process)
            assert status in (0, -signal.SIGKILL), f"KILL_SEED={seed} {killed} {words}"
        # who was hit three times in a row waits for a person, and for the next command
        status, words = finished(started(folder))
        assert status == 0, f"KILL_SEED={seed} {killed} {words}"
        found = differences(but_history(state(folder)), but_history(expected))
        assert found == [], f"KILL_SEED={seed} {killed}"
        shutil.rmtree(folder.root)
    print(json.dumps(killed))


def stop(process, role):
    """Stop all processes of a role; how many."""
    stopped = 0
    for pid in roles(process.pid)[role]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            stopped += 1
    return stopped


def test_who_is_stopped_goes_on_and_costs_nobody_anything(undisturbed):
    folder, expected, _ = undisturbed(16)
    process = started(folder)
    for count, role in enumerate(("worker", "sandbox", "server", "wall"), start=1):
        until(process, folder, 3 * count)
        assert stop(process, role), role
    status, words = finished(process)
    assert status == 0, words
    assert differences(state(folder), expected) == []


def test_who_is_stopped_ends_with_the_command(school):
    folder = school(16)
    process = started(folder)
    until(process, folder, 2)
    family = tree(process.pid)
    for role in ("worker", "sandbox", "server", "wall"):
        assert stop(process, role), role
    process.kill()
    assert finished(process)[0] == -signal.SIGKILL
    assert left(family) == []
