"""A submission's life in a real sandbox, whatever its code does to it."""

import base64
import os
import resource
import secrets
import socket
import time
from contextlib import closing, contextmanager

import numpy as np
import pytest

from autograder.check.student import NotThere, Remote, Student, StudentError
from autograder.core.errors import GraderError
from autograder.core.limits import Limits
from autograder.core.outcome import Outcome
from autograder.sandbox import fresh, selftest
from autograder.sandbox.backend import chosen
from autograder.sandbox.channel import Lost
from autograder.sandbox.guest import wire
from autograder.sandbox.lines import Lines
from autograder.sandbox.session import RESTARTS, Session

both = pytest.mark.parametrize("backend", ["full", "fresh"], indirect=True)
ENDLESS = "while True:\n    pass"
STUBBORN = """\
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
EXIT = "import os\nos._exit(0)"
decode = wire.decode


def outcomes(runs):
    """The outcomes of cells, as words."""
    return [run.outcome.value for run in runs]


def text_of(run):
    """All that a cell printed, and the name of the error that ended it."""
    return "".join(out.get("text", out.get("ename", "")) for out in run.outputs)


@contextmanager
def asking(session, question="f"):
    """The student's functions as one check sees them."""
    with session.check(question) as channel:
        yield Student(channel.ask)


# --- cells ----------------------------------------------------------------------------------------


@both
def test_state_survives_from_cell_to_cell_and_into_the_checks(opened):
    session, runs = opened("x = 1", "x += 1\nx", "def f():\n    return x")
    assert outcomes(runs) == ["PASSED"] * 3
    assert runs[1].outputs[0]["data"] == {"text/plain": "2"}
    with asking(session) as student:
        assert student.f() == 2


@pytest.mark.parametrize(
    ("cell", "outcome", "text"),
    [
        ("1 / 0", "RAISED", "ZeroDivisionError"),
        ("def f(:", "RAISED", "SyntaxError"),
        ("raise SystemExit", "RAISED", "SystemExit"),
        ("raise KeyboardInterrupt", "RAISED", "KeyboardInterrupt"),
        ("class Own(ValueError): pass\nraise Own('no')", "RAISED", "ValueError"),
        (
            "class Own(Exception):\n    def __str__(self): 1 / 0\nraise Own",
            "RAISED",
            "ZeroDivision",
        ),
        ("x = bytearray(1 << 40)", "OUT_OF_MEMORY", "MemoryError"),
        ("x = []\nwhile True:\n    x.append(bytearray(1 << 24))", "OUT_OF_MEMORY", "MemoryError"),
        (EXIT, "RAISED", "The process ended in this cell"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "RAISED", "process ended"),
        ("import ctypes\nctypes.string_at(0)", "RAISED", "process ended"),
        ("import os\nos.closerange(3, 100)", "RAISED", "process ended"),
    ],
    ids=lambda value: value.replace("\n", "; ")[:40],
)
def test_a_cell_that_ends_badly_costs_only_itself(opened, cell, outcome, text):
    session, runs = opened("x = 1", cell, "def f():\n    return 7")
    assert outcomes(runs) == ["PASSED", outcome, "PASSED"]
    assert text in text_of(runs[1])
    with asking(session) as student:
        assert student.f() == 7


@both
@pytest.mark.parametrize("cell", [ENDLESS, STUBBORN], ids=["endless", "stubborn"])
def test_a_cell_without_an_end_is_stopped_and_the_others_run(opened, cell):
    session, runs = opened("x = 41", cell, "x += 1\ndef f():\n    return x", cell_seconds=0.4)
    assert outcomes(runs) == ["PASSED", "TIMED_OUT", "PASSED"]
    assert "stopped" in text_of(runs[1])
    with asking(session) as student:
        assert student.f() == 42


def test_a_call_without_an_end_in_c_code_is_stopped(opened):
    _, runs = opened("import time\ntime.sleep(60)", "x = 1", cell_seconds=0.3)
    assert outcomes(runs) == ["TIMED_OUT", "PASSED"]


def test_cells_that_kill_the_process_are_forgiven_only_so_often(opened):
    session, runs = opened(*[EXIT] * (RESTARTS + 1), "x = 1", "def f():\n    return 1")
    assert outcomes(runs) == ["RAISED"] * (RESTARTS + 1) + ["SKIPPED"] * 2
    with pytest.raises(Lost, match="ended while your notebook was running"), session.check("f"):
        pytest.fail("there is nobody to talk to")


def test_the_time_of_the_whole_notebook_is_bounded(opened):
    nap = "import time\ntime.sleep(0.6)"
    session, runs = opened(nap, nap, nap, total_seconds=1)
    assert outcomes(runs)[1:] == ["TIMED_OUT", "TIMED_OUT"]
    assert text_of(runs[2]) == "The notebook's time is used up.\n"
    with pytest.raises(Lost) as lost, session.check("f"):
        pytest.fail("there is no time left")
    assert lost.value.outcome is Outcome.TIMED_OUT


def test_output_is_cut(opened):
    _, runs = opened(
        "for _ in range(100_000): print('x' * 100)",
        "print('still here')",
        "for n in range(1000): display(n)",
        output_kb=4,
    )
    assert outcomes(runs) == ["PASSED"] * 3
    assert len(text_of(runs[0])) < 5000
    assert text_of(runs[0]).endswith("(output cut here)\n")
    assert text_of(runs[1]) == "still here\n"
    assert len(runs[2].outputs) <= 200


def test_of_rich_output_only_pictures_and_text_come_out(opened):
    _, [figure, page] = opened(
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
        "from IPython.display import HTML, display\ndisplay(HTML('<script>alert(1)</script>'))",
    )
    [picture] = [out["data"]["image/png"] for out in figure.outputs if "image/png" in out["data"]]
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    assert [list(out["data"]) for out in page.outputs] == [["text/plain"]]


@pytest.mark.parametrize(
    "lie",
    [
        "worker.as_array = lambda data: 10**12",
        "worker.as_array = lambda data: 'not a picture'",
        "worker.as_array = lambda data: namespace.np.ones(3)",
        "answer['seconds'] = 10**400",
        "answer['seconds'] = 'long'",
        "answer['outputs'] = 3",
        "answer['outputs'] = [None]",
        "answer['outputs'] = [{'output_type': 'display_data', 'data': {'image/png': 99}}]",
        "answer['outputs'] = [{'output_type': 'display_data', 'data': [1]}]",
        "answer['failure'] = 'all is well'",
        "answer['failure'] = {'type': 1}",
        "del answer['late']",
        "answer.clear()",
    ],
)
def test_a_guest_that_lies_about_a_cell_costs_only_that_cell(opened, lie):
    patch = f"""\
import sys
namespace, shell, worker = (sys.modules[f"guest.{{n}}"] for n in ("namespace", "shell", "worker"))
told = shell.run_cell
def lying(runner, source, seconds, limit):
    answer = told(runner, source, seconds, limit)
    if "LIE" in source:
        {lie}
    return answer
shell.run_cell = lying
"""
    picture = "display({'image/png': 'aGVsbG8='}, raw=True)  # LIE"
    session, runs = opened(patch, picture, "def f():\n    return 7")
    assert outcomes(runs) in (["PASSED", "RAISED", "PASSED"], ["PASSED"] * 3)
    assert all(type(out) is dict for run in runs for out in run.outputs)
    with asking(session) as student:
        assert student.f() == 7


# --- checks ---------------------------------------------------------------------------------------

COUNTER = "count = 0\ndef f():\n    global count\n    count += 1\n    return count"


@both
def test_every_check_begins_with_the_finished_notebook(opened):
    session, _ = opened(COUNTER)
    for _ in range(2):
        with asking(session) as student:
            assert [student.f(), student.f()] == [1, 2]


def test_two_checks_at_once_do_not_see_each_other(opened):
    session, _ = opened(COUNTER)
    with asking(session, "f") as first, asking(session, "g") as second:
        assert [first.f(), second.f(), first.f()] == [1, 1, 2]


def test_a_call_that_kills_the_notebook_costs_nothing_in_the_next_check(opened):
    session, _ = opened("import os\ndef f():\n    os.kill(os.getppid(), 9)\n    return 1")
    for _ in range(2):
        with asking(session) as student:
            assert student.f() == 1


@both
@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("while True: pass", Outcome.TIMED_OUT),
        ("import time; time.sleep(60)", Outcome.TIMED_OUT),
        ("import os; os._exit(0)", Outcome.RAISED),
        ("import os; os.closerange(3, 100)", Outcome.RAISED),
    ],
)
def test_a_call_without_an_answer_is_lost_and_the_next_check_is_not(opened, body, outcome):
    session, _ = opened(f"def f():\n    {body}\ndef g():\n    return 1", call_seconds=0.8)
    started = time.monotonic()
    with asking(session) as student, pytest.raises(Lost) as lost:
        student.f()
    assert lost.value.outcome is outcome
    assert time.monotonic() - started < 5
    with asking(session) as student:
        assert student.g() == 1


def test_where_no_process_can_be_had_for_a_check_nobody_waits_for_one(opened, monkeypatch):
    session, _ = opened(
        "import os, time\ntry:\n    while os.fork():\n        pass\n    time.sleep(600)\n"
        "except OSError:\n    pass",
        processes=8,
    )
    answers = []
    monkeypatch.setattr(wire, "decode", lambda frame: answers.append(decode(frame)) or answers[-1])
    with pytest.raises(Lost, match="before the check"), session.check("f"):
        pass
    assert answers[0] == {"error": "cannot do 'fork'"}


def test_the_calls_of_a_question_share_a_budget(opened):
    session, _ = opened(
        "import time\ndef f():\n    time.sleep(1.2)\n    return 1", question_seconds=2
    )
    with asking(session, "f") as student:
        assert student.f() == 1
    with asking(session, "f") as student, pytest.raises(Lost) as lost:
        student.f()
    assert lost.value.outcome is Outcome.TIMED_OUT
    with pytest.raises(Lost, match="used up before"), asking(session, "f"):
        pytest.fail("there is no time left for this question")
    with asking(session, "another question") as student:
        assert student.f() == 1


@pytest.mark.parametrize(
    ("body", "type"),
    [
        ("raise NotImplementedError()", "NotImplementedError"),
        ("class Own(KeyError): pass\n    raise Own('text')", "KeyError"),
        ("return bytearray(1 << 40)", "MemoryError"),
        ("import sys; sys.exit(3)", "SystemExit"),
        ("return f()", "RecursionError"),
        ("x = []; x.append(x); return x", "Exception"),
        ("return 1 << 1_000_000", "Exception"),
    ],
)
def test_what_student_code_raises_comes_out_as_the_name_of_a_built_in(opened, body, type):
    session, _ = opened(f"def f():\n    {body}")
    with asking(session) as student, pytest.raises(StudentError) as raised:
        student.f()
    assert raised.value.type == type


def test_no_text_of_a_students_passes_for_the_name_of_an_exception(opened):
    session, _ = opened(
        "import sys\nnamespace = sys.modules['guest.namespace']\n"
        "namespace.builtin_name = lambda kind: 'hidden input: 3.14'\n"
        "def f():\n    raise ValueError"
    )
    with asking(session) as student, pytest.raises(StudentError) as raised:
        student.f()
    assert raised.value.type == "Exception"


@pytest.mark.parametrize(
    ("cell", "words"),
    [("g = 1", "is not defined"), ("f = 3", "is not a function"), ("del f", "is not defined")],
)
def test_a_function_that_is_not_there(opened, cell, words):
    session, _ = opened(cell)
    with asking(session) as student, pytest.raises(NotThere, match=words):
        student.f(1)


@pytest.mark.parametrize(
    "cell", ["f = f()", "for f in range(3):\n    pass", "def g():\n    return f\nf = [f()]"]
)
def test_a_function_whose_name_was_given_to_something_else_can_be_called_still(opened, cell):
    session, _ = opened("def f(again=True):\n    return [f(False)] if again else 7", cell)
    with asking(session) as student:
        assert student.f() == [7]


# --- values ---------------------------------------------------------------------------------------


def test_arguments_that_were_changed_come_back_changed(opened):
    session, _ = opened(
        "def f(array, values, words, still):\n"
        "    array[0] = 9\n    values.append(4)\n    words['new'] = 1\n    return 'done'"
    )
    whole, values, words, still = np.zeros((3, 4)), [1], {"old": 0}, np.ones(2)
    with asking(session) as student:
        assert student.f(whole[:, ::2], values, words, still=still) == "done"
    assert whole.tolist() == [[9, 0, 9, 0], [0] * 4, [0] * 4]
    assert values == [1, 4]
    assert words == {"old": 0, "new": 1}
    assert still.tolist() == [1, 1]


def test_read_only_arguments_are_read_only_there_too(opened):
    session, _ = opened("def f(array):\n    array[0] = 9")
    array = np.zeros(3)
    array.flags.writeable = False
    with asking(session) as student, pytest.raises(StudentError, match="read-only"):
        student.f(array)


def test_objects_stay_in_the_sandbox_and_can_be_called_and_looked_at(opened):
    session, _ = opened(
        "class Net:\n"
        "    def __init__(self, size):\n        self.weights = [size] * 2\n"
        "    def forward(self, x):\n        return x + self.weights[0]\n"
        "def f():\n    return lambda x: 2 * x, [len]"
    )
    with asking(session) as student:
        net = student.Net(3)
        assert (type(net), net.kind, net.weights, net.forward(4)) == (Remote, "Net", [3, 3], 7)
        double, [length] = student.f()
        assert (double.kind, double(5), length("abc")) == ("function", 10, 3)
        with pytest.raises(StudentError, match="no attribute 'bias'"):
            _ = net.bias


def test_what_numpy_imports_at_its_first_use_is_there_before(opened):
    _, [run] = opened("import sys\n['numpy.fft' in sys.modules, 'numpy.random' in sys.modules]")
    assert run.outputs[0]["data"]["text/plain"] == "[True, True]"


def test_functions_of_the_test_can_be_defined_inside_and_passed_along(opened):
    session, _ = opened("def f(function, x):\n    return function(function(x))")
    with asking(session) as student:
        half = student.define("def half(x):\n    return np.asarray(x) / 2")
        assert student.f(half, np.array([8.0])).tolist() == [2]


def test_a_seed_makes_the_global_generators_repeat_themselves(opened):
    session, _ = opened(
        "import random\nimport numpy as np\ndef f():\n    return random.random(), np.random.rand()"
    )
    with asking(session) as student:
        first, again, other = (student.call("f", (), seed=seed) for seed in (3, 3, 4))
    assert first == again
    assert not set(first) & set(other)


def test_large_arrays_go_in_and_come_out(opened):
    session, _ = opened("def f(x):\n    return x + 1")
    array = np.arange(1 << 20, dtype=float)
    with asking(session) as student:
        assert np.array_equal(student.f(array), array + 1)


def test_a_cell_that_raises_after_too_much_was_shown_is_said_to_have_raised(opened, monkeypatch):
    monkeypatch.setattr("autograder.sandbox.session.OUTPUT_BYTES", 1000)
    _, [run] = opened("print('x' * 2000)\nraise KeyError('x' * 500)")
    told, error = run.outputs
    assert "shows too much" in told["text"]
    assert (error["ename"], error["evalue"], error["traceback"]) == ("KeyError", "", [])


LARGE = "import numpy as np\ndef f(megabytes):\n    return np.zeros(megabytes << 17)"


def test_a_check_is_answered_within_bounds_and_the_next_one_begins_anew(opened, monkeypatch):
    monkeypatch.setattr("autograder.sandbox.lines.ANSWERS", 5 << 20)
    session, _ = opened(LARGE)
    with Lines(session) as lines:
        for _ in range(2):
            with lines.line("f") as ask:
                student = Student(ask)
                assert [student.f(2).nbytes, student.f(2).nbytes] == [2 << 20] * 2
                with pytest.raises(Lost, match="take more memory") as lost:
                    student.f(2)
            assert lost.value.outcome is Outcome.OUT_OF_MEMORY
            assert lines.again("f", lost.value.outcome) is False


def test_what_was_answered_before_no_answer_came_is_not_held(opened, monkeypatch):
    monkeypatch.setattr("autograder.sandbox.lines.ANSWERS", 5 << 20)
    session, _ = opened(LARGE)
    request = {"op": "call", "target": "f", "args": [2], "kwargs": {}, "seed": None, "watch": []}
    with Lines(session) as lines:
        played = lines.play("f", [wire.encode(request)] * 4)
    assert len(played.replies) == 2
    assert played.lost.__traceback__ is None  # its frames would hold the replies


# --- files and surroundings -----------------------------------------------------------------------


def test_files_for_which_there_is_no_room_are_left_out_and_the_notebook_runs(opened):
    large = b"x" * (6 << 20)
    names = ["a.bin", "b.bin", "\udcff.txt", "c.txt", "c.txt/d.txt", "zero\0.txt", "n" * 256]
    files = dict.fromkeys(names, b"x") | {"a.bin": large, "b.bin": large}
    session, [run] = opened("import os; print(os.path.getsize('a.bin'), sorted(os.listdir()))",
                            files=files, scratch_mb=8)  # fmt: skip
    assert text_of(run) == f"{6 << 20} ['a.bin', 'c.txt']\n"
    assert set(session.left_out) == set(names) - {"a.bin", "c.txt"}


@both
def test_files_beside_the_notebook_can_be_imported_and_read(opened):
    files = {"mine.py": b"def g():\n    return 5", "data/a.csv": b"1,2", "empty.txt": b""}
    session, _ = opened("import mine\ndef f():\n    return mine.g(), open('data/a.csv').read()",
                        files=files)  # fmt: skip
    with asking(session) as student:
        assert student.f() == (5, "1,2")


def test_files_beside_the_notebook_are_there_again_after_a_cell_killed_the_process(opened):
    _, runs = opened(EXIT, "print(open('a.txt').read())", files={"a.txt": b"again"})
    assert text_of(runs[1]) == "again\n"


def test_no_file_of_a_students_takes_the_place_of_a_module(opened):
    trap = b"raise RuntimeError('the wrong module')"
    names = ["numpy.py", "numpy/__init__.py", "json.py", "math.py", "guest/wire.py", "IPython.py"]
    session, runs = opened(
        "import numpy, json, math, IPython, colorsys",
        "def f():\n    return float(numpy.sqrt(4))",
        files=dict.fromkeys(names[1:], trap),
    )
    assert outcomes(runs) == ["PASSED", "PASSED"]
    with asking(session) as student:
        assert student.f() == 2
    _, [run] = opened("import numpy; print(numpy.ones(1))", files={names[0]: trap})
    assert text_of(run) == "[1.]\n"


def test_as_many_files_as_collect_allows_arrive(opened):
    files = {f"data/{number:03}.txt": b"x" * number for number in range(200)}
    session, _ = opened(
        "import os\ndef f():\n    return sum(os.path.getsize(f'data/{n}') "
        "for n in os.listdir('data'))", files=files
    )  # fmt: skip
    with asking(session) as student:
        assert student.f() == sum(range(200))


@both
def test_nothing_of_our_environment_is_inside(opened, monkeypatch):
    monkeypatch.setenv("COURSE_SECRET", "s3cr3t")
    _, [run] = opened(
        "import os, pathlib\nprint(dict(os.environ))\n"
        "for file in pathlib.Path('/proc').glob('[0-9]*/environ'):\n"
        "    try: print(file.read_bytes())\n"
        "    except OSError: pass"
    )
    assert "OMP_NUM_THREADS" in text_of(run)
    assert "s3cr3t" not in text_of(run)


@both
def test_nothing_is_left_behind(backend):
    marker = f"autograder-test-{secrets.token_hex(8)}"
    cell = (
        "import subprocess, sys, os\n"
        f"nap = [sys.executable, '-c', 'import time; time.sleep(600)', {marker!r}]\n"
        "for _ in range(3): subprocess.Popen(nap, start_new_session=True)\n"
        "def f():\n    subprocess.Popen(nap, process_group=0)\n    return 1"
    )
    before = len(os.listdir("/proc/self/fd"))
    with Session(backend, Limits()) as session:
        assert outcomes(session.run([cell])) == ["PASSED"]
        with asking(session) as student:
            assert student.f() == 1
        ends = time.monotonic() + 10  # a process has no words at the moment in which it begins
        while len(inside := selftest.marked(marker)) < 4 and time.monotonic() < ends:
            time.sleep(0.01)
        assert len(inside) == 4
        assert 0 not in {selftest.owner(process) for process in inside}
    assert not selftest.survives(marker)
    assert len(os.listdir("/proc/self/fd")) <= before + 2  # the warm process, if it started here


@both
def test_scratch_files_of_one_submission_are_not_seen_by_the_next(opened):
    opened("open('note', 'w').write('x')\nopen('/dev/shm/note', 'w').write('x')")
    _, [run] = opened("import os\nprint(os.listdir('.'), os.listdir('/dev/shm'))")
    assert "note" not in text_of(run)


class Stillborn:
    """A backend whose guests end before they greet."""

    strength = "full"

    def __init__(self):
        self.places = {}

    def start(self, limits, opening=()):
        ours, theirs = socket.socketpair()
        return fresh.launch(["/bin/sh", "-c", "echo its last words >&2"], ours, theirs)

    def close(self):
        pass


@pytest.fixture
def privileged():
    """Let this process have its turn before all others, where it may allow itself that."""
    names = (resource.RLIMIT_RTPRIO, resource.RLIMIT_NICE)
    before = {name: resource.getrlimit(name) for name in names}
    try:
        for name in names:
            resource.setrlimit(name, (30, 30))
    except ValueError:
        pytest.skip("nobody may be given priority here, so there is none to pass on")
    yield
    for name, limits in before.items():
        resource.setrlimit(name, limits)


@pytest.mark.parametrize("kind", ["full", "fresh"])
def test_priority_that_whoever_grades_may_have_is_not_passed_on(privileged, kind):
    cells = [
        "import os\nos.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))",
        "os.setpriority(os.PRIO_PROCESS, 0, -5)",
    ]
    with closing(chosen(kind)) as backend, Session(backend, Limits()) as session:
        runs = session.run(cells)
    assert [run.outputs[0]["ename"] for run in runs] == ["PermissionError"] * 2


def test_a_guest_that_does_not_start_is_our_fault_and_says_why():
    with pytest.raises(GraderError, match="did not start: its last words"):
        Session(Stillborn(), Limits())


def test_labels_of_hidden_pictures_stay_outside(backend):
    """The digits that hidden tests show to a network are covered in scikit-learn's folder."""
    with Session(backend, Limits()) as session:
        [run] = session.run(["from sklearn.datasets import load_digits\nload_digits()"])
    assert run.outcome is not Outcome.PASSED


# --- data -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["full", "fresh"])
def test_data_can_be_read_and_not_written(kind, tmp_path):
    (tmp_path / "pictures").write_text("many")
    tmp_path.chmod(0o755)
    look = "import os\nopen(os.environ['AUTOGRADER_DATA'] + '/pictures').read()"
    change = "open('/data/pictures', 'w')"
    with (
        closing(chosen(kind, data=tmp_path)) as backend,
        Session(backend, Limits(memory_mb=512)) as session,
    ):
        read, wrote = session.run([look, change])
    assert read.outputs[0]["data"]["text/plain"] == "'many'"
    assert wrote.outputs[0]["ename"] == "OSError"


def test_without_data_there_is_none(opened):
    _, [run] = opened("import os\nos.environ.get('AUTOGRADER_DATA'), os.path.exists('/data')")
    assert run.outputs[0]["data"]["text/plain"] == "(None, False)"


ENDS = "import os; os._exit(0)"


@both
def test_no_notebook_is_to_blame_where_the_process_ends_in_a_cell_of_the_course(backend):
    with Session(backend, Limits()) as session, pytest.raises(GraderError, match="of the course"):
        session.run(["a = 1", ENDS], given=["a = 1", ENDS])


@both
@pytest.mark.parametrize("files", [{}, {"own.py": b""}])
def test_it_may_be_where_code_of_others_has_run(backend, files):
    cells = [ENDS] if files else ["b = 1", ENDS]
    with Session(backend, Limits(), files) as session:
        runs = session.run(cells, given=[ENDS])
    assert runs[-1].outcome is Outcome.RAISED
