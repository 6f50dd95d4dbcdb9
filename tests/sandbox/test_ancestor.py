"""What guests inherit from the process that graders are forked from as well: libraries, no more."""

import json
import os
import secrets
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from autograder import workers
from autograder.config import assignment_at
from autograder.lesson import build
from autograder.sandbox import ancestor

ROOT = Path(__file__).parents[2]
LOOK = """
import os, re, sys
kept = "".join({halves!r})
looked_for = {{"secret": {secret!r}, "control": {control!r}}}  # so written that they do not match
found = set()
for line in open("/proc/self/maps"):
    span, rights, *_ = line.split()
    if rights.startswith("r") and "[v" not in line:
        start, end = (int(number, 16) for number in span.split("-"))
        with open("/proc/self/mem", "rb") as memory:
            memory.seek(start)
            part = memory.read(end - start)
        found |= {{name for name, text in looked_for.items() if re.search(text.encode(), part)}}
print(sorted(found), "autograder.workers" in sys.modules, sorted(os.environ)[:2])
print(open("/proc/self/environ").read().count("SECRET"), os.getcwd(), sys.path[0])
"""


@pytest.fixture(scope="module")
def assignment():
    """The first assignment of the course."""
    return assignment_at(ROOT / "assignments" / "01_convolution")


def job_with(assignment, *cells):
    """A solved notebook with these cells at its end."""
    notebook = json.loads(build.solved_text(assignment))
    for number, source in enumerate(cells):
        cell = {"cell_type": "code", "id": f"more{number}", "execution_count": None}
        notebook["cells"].append(cell | {"metadata": {}, "outputs": [], "source": source})
    return workers.Job("ann", assignment.built.name, json.dumps(notebook).encode())


def spread(word):
    """A pattern for a word that does not match itself."""
    return "".join(f"[{letter}]" for letter in word)


def graded(executor, job):
    """The verdict, and what the last cell has printed."""
    result = executor.submit(workers.grade_job, job).result()
    return result, "".join(output.get("text", "") for output in result.cells[-1].outputs)


def test_a_guest_finds_nothing_of_ours_in_what_it_was_forked_from(assignment, monkeypatch):
    secret, control = (secrets.token_hex(12) for _ in range(2))
    monkeypatch.setenv("SECRET_WORD", secret)
    look = LOOK.format(
        halves=(control[:12], control[12:]), secret=spread(secret), control=spread(control)
    )
    with workers.pool(assignment, "full", 1) as executor:
        result, said = graded(executor, job_with(assignment, look))
    assert result.earned == 16
    assert said.splitlines() == [
        "['control'] False ['HOME', 'LANG']",
        "0 /scratch /runtime",
    ]


def test_the_shared_warm_process_may_be_killed(assignment):
    with workers.pool(assignment, "full", 1) as executor:
        before, _ = graded(executor, job_with(assignment, "1"))
        warm = [pid for pid in below(os.getpid()) if is_apart(pid)]
        assert warm
        for pid in warm:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        after, _ = graded(executor, job_with(assignment, "1"))
    assert before.earned == after.earned == 16


def test_where_nothing_is_shared_each_grader_has_a_warm_process(assignment, monkeypatch):
    monkeypatch.setattr(ancestor, "possible", lambda: False)
    with workers.pool(assignment, "full", 1) as executor:
        result, _ = graded(executor, job_with(assignment, "1"))
        apart = [words(pid) for pid in below(os.getpid()) if is_apart(pid)]
        assert not [each for each in apart if "multiprocessing.forkserver" in each]
    assert result.earned == 16


def test_only_folders_behind_the_walls_are_searched_for_modules(tmp_path):
    inside = str(Path(json.__file__).parents[1])
    assert ancestor.visible(["", str(tmp_path), inside, "/home"]) == [inside]


def below(pid):
    """The descendants of a process."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it has ended
            for child in map(int, task.read_text().split()):
                yield child
                yield from below(child)


def is_apart(pid):
    """Whether a process is a Python with a view of files of its own."""
    with suppress(OSError):  # it has ended
        python = Path(f"/proc/{pid}/comm").read_text().startswith("python")
        own = os.readlink("/proc/self/ns/mnt")
        return python and os.readlink(f"/proc/{pid}/ns/mnt") != own
    return False


def words(pid):
    """The command line of a process."""
    with suppress(OSError):  # it has ended
        return Path(f"/proc/{pid}/cmdline").read_text()
    return ""
