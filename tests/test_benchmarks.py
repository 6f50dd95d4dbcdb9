"""The benchmark's instruments, and its results at the smallest size; nothing about speed."""

import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict

import numpy as np
import pytest

from benchmarks import classic, conv, draw, floor, memory, meter, pupils, run, scale
from benchmarks.row import from_json, row

SECONDS = 0.6
# Burns SECONDS in a grandchild of its own session, says so, and waits to be killed.
BURNER = f"""
import os, time
if not os.fork():
    os.setsid()
    if not os.fork():
        while time.process_time() < {SECONDS}:
            pass
        print("burnt", flush=True)
    time.sleep(60)
os.wait()
"""
# Starts a command and kills it, from outside, once it has said something.
KILLER = """
import subprocess, sys
holder = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE)
holder.stdout.readline()
holder.kill()
holder.wait()
"""
# Burns SECONDS in a grandchild whose parent is gone, and which is killed in the end.
ORPHAN = f"""
import os, signal, time
if not os.fork():
    if not os.fork():
        while time.process_time() < {SECONDS}:
            pass
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(0)
os.wait()
"""
NAMESPACE = ["bwrap", "--dev-bind", "/", "/", "--unshare-pid", "--die-with-parent"]
NO_GROUPS = "no control group can be made here: the meter is a lower bound, and says so"
IN_A_GROUP = pytest.mark.skipif(meter.kind() != meter.GROUPED, reason=NO_GROUPS)
BEYOND = 0.5  # seconds that starting the interpreters may take


def python(code, *words):
    """The command line of an interpreter."""
    return [sys.executable, "-c", code, *words]


@IN_A_GROUP
def test_what_a_killed_process_namespace_takes_along_is_counted():
    used = meter.run(python(KILLER, *NAMESPACE, *python(BURNER)))
    assert SECONDS <= used.cpu < SECONDS + BEYOND


def test_without_control_groups_a_subreaper_counts_orphans(monkeypatch):
    monkeypatch.setattr(meter, "new_group", lambda: None)
    assert meter.kind() == meter.WAITED
    used = meter.run(python(ORPHAN))
    assert used.status == 0
    assert SECONDS <= used.cpu < SECONDS + BEYOND


def test_status_and_words_of_a_command_are_kept():
    used = meter.run(python("print('said'); raise SystemExit(3)"))
    assert (used.status, used.output) == (3, "said\n")


def watched(command, look):
    """What `look` finds among the processes of a command, which is killed as soon as it does."""
    found = []

    def watch(process):
        while not found and process.poll() is None:
            found.extend(look(memory.tree(process.pid)))
        for pid in memory.tree(process.pid):
            with suppress(ProcessLookupError):  # it has ended with its parent
                os.kill(pid, signal.SIGKILL)

    meter.run(command, watch=watch)
    return found


def test_memory_is_summed_over_the_tree():
    code = "import signal; data = b'x' * (50 << 20); signal.pause()"
    holder = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}])"

    def large(pids):
        held = sum(memory.sizes_of(pid).get("Pss", 0) for pid in pids)
        return [held] if held > 50 * memory.MEGABYTE else []

    assert watched(python(holder), large)


@IN_A_GROUP
def test_a_python_in_a_process_namespace_of_its_own_is_a_guest():
    def guests(pids):
        return [pid for pid in pids if memory.sizes_of(pid).get("guest")]

    assert len(watched([*NAMESPACE, *python("import signal; signal.pause()")], guests)) == 1
    assert not memory.is_guest(os.getpid())


def test_the_class_is_mixed_and_no_two_notebooks_are_equal():
    texts = [text for _, text in pupils.notebooks(pupils.known("01_convolution"), 15)]
    assert len(set(texts)) == 15
    assert len({text.partition("# copy")[0] for text in texts}) >= 10


def test_only_the_outermost_calls_are_recorded_and_with_their_arguments_as_they_were():
    recorder = floor.Recorder()

    def double(values):
        values *= 2
        return values

    inner = recorder.wrapped(double)
    outer = recorder.wrapped(lambda values: inner(values))
    outer(np.ones(2))
    [(function, (values,), _)] = recorder.calls
    assert (function(values) == 2).all()


def test_the_floor_counts_cells_and_calls_of_student_and_reference():
    words = ["-m", "benchmarks.floor", "01_convolution", "2"]
    used = meter.run([sys.executable, *words], env=pupils.ENVIRONMENT)
    found = json.loads(used.output)
    assert set(found["parts"]) == {"cells", "student", "reference"}
    assert found["seconds"] == pytest.approx(sum(found["parts"].values()))
    assert all(seconds > 0 for seconds in found["parts"].values())
    assert found["calls"] > 100


def test_what_starting_costs_is_shared_by_all_submissions():
    cost = conv.Cost(count=10, cpu=30.0, start=10.0, wall=20.0)
    assert cost.each(10) == pytest.approx(3.0)
    assert cost.each(100) == pytest.approx(2.1)


def test_nbgraders_notebook_holds_reference_and_tests_only_in_marks():
    notebook = json.loads(classic.with_tests(pupils.known("01_convolution")))
    sources = ["".join(cell["source"]) for cell in notebook["cells"]]
    tests = [source for source in sources if "def test_" in source]
    assert len(tests) == 8
    assert all(source.endswith("### END HIDDEN TESTS") for source in tests)
    assert sum("REFERENCE = " in source for source in sources) == 1


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """The folder and the words of a run of `python -m benchmarks.run --quick --only calls`."""
    folder = tmp_path_factory.mktemp("measured")
    files = ["--results", str(folder / "found.json"), "--picture", str(folder / "found.svg")]
    words = ["--quick", "--only", "calls", *files]
    assert run.main(words) == 0
    return folder, words


def test_results_say_where_with_what_and_how_much(measured):
    folder, _ = measured
    results = json.loads((folder / "found.json").read_text())
    assert set(results) == {"schema", "date", "machine", "versions", "sizes", "rows"}
    assert {"processor", "processors", "meter"} <= set(results["machine"])
    assert {"python", "nbgrader", "numpy"} <= set(results["versions"])
    assert [kept["name"] for kept in results["rows"]] == ["call_int", "call_1mb", "call_30mb"]
    for kept in results["rows"]:
        assert kept["spread"][0] <= kept["value"] <= kept["spread"][1]
        assert kept["aim"] < kept["must"]
    assert "<svg" in (folder / "found.svg").read_text()


def test_what_is_there_is_not_measured_again(measured):
    folder, words = measured
    before = (folder / "found.json").read_bytes()
    assert run.main([*words, "--resume"]) == 0
    assert (folder / "found.json").read_bytes() == before


def test_a_row_tells_how_far_it_got_and_survives_being_kept():
    found = row("name", "what", "ms", (4.0, 2.0), [1.0, 5.0, 3.0], calls=7)
    assert (found.value, found.spread, found.verdict) == (3.0, (1.0, 5.0), "must")
    assert from_json(json.loads(json.dumps(found.to_json()))) == found


def test_the_picture_is_the_same_for_the_same_results(tmp_path):
    rows = [row("a", "first", "ms", (4.0, 2.0), [3.0]),
            row("b", "second", "of nbgrader's", (1 / 4, 1 / 8), [0.5])]  # fmt: skip
    results = {"rows": [each.to_json() for each in rows]}
    for name in ("one.svg", "two.svg"):
        draw.draw(results, tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert "1/2.0" in (tmp_path / "one.svg").read_text()


@pytest.mark.heavy
def test_both_sides_of_the_comparison_grade_the_same_class():
    nbgrader, least = conv.rows(count=4, peers=2, rounds=1)
    assert nbgrader.detail["submissions"] == 4
    assert nbgrader.value > 0
    assert least.value > 1


@pytest.mark.heavy
def test_a_class_of_sixty_takes_no_more_in_its_last_quarter_than_in_its_first():
    watcher = scale.watched(60, pause=0.3)
    settled = watcher.looks[len(watcher.looks) // 4 :]  # once everybody is warm
    watcher.looks[:] = settled
    assert len(settled) > 8
    assert watcher.ratio(lambda look: look.whole) < 1.25  # so soon not everybody has what it keeps
    assert watcher.ratio(lambda look: look.descriptors) < 1.2
    assert watcher.ratio(lambda look: look.processes) == 1
    assert watcher.ratio(lambda look: look.files) == 1
    assert all(look.memory[role] > 10 for look in settled for role in scale.ROLES)


def test_a_large_class_is_drawn_with_the_same_bytes_each_time(tmp_path):
    looks = [
        scale.Look(seconds, dict.fromkeys(scale.ROLES, 50.0 + seconds), 80, 8, 5)
        for seconds in (10.0, 20.0, 30.0, 40.0)
    ]
    row = {"name": "scale_memory", "detail": {"looks": [asdict(look) for look in looks]}}
    assert scale.looks_in({"rows": [row]}) == looks
    assert scale.looks_in({"rows": []}) == []
    assert scale.quarter(looks, 0, lambda look: look.seconds) == 10
    assert scale.quarter(looks, -1, lambda look: look.whole) == 3 * 90
    for name in ("one.svg", "two.svg"):
        draw.draw_scale(looks, tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert "open descriptors" in (tmp_path / "one.svg").read_text()
