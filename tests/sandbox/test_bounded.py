"""What notebooks do by other means than elsewhere works as it does there."""

import os

import pytest

from autograder.core.limits import Limits
from autograder.core.outcome import Outcome
from autograder.sandbox.backend import chosen
from autograder.sandbox.session import Session

both = pytest.mark.parametrize("backend", ["full", "fresh"], indirect=True)
SHARING = """\
import mmap, os
page = mmap.mmap(-1, 4096, {})
if not os.fork():
    page[:5] = b"hello"
    os._exit(0)
os.wait()
assert page[:5] == {}
assert len(page) == 4096 and isinstance(page, mmap.mmap)
page.close()
"""


@both
def test_processes_share_memory_where_they_ask_for_it(opened, backend):
    _, runs = opened(
        SHARING.format("", b"hello"),
        SHARING.format("mmap.MAP_SHARED | mmap.MAP_ANONYMOUS", b"hello"),
        SHARING.format("access=mmap.ACCESS_WRITE", b"hello"),
        SHARING.format("mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS", bytes(5)),
        SHARING.format("access=mmap.ACCESS_COPY", bytes(5)),
        "import numpy as np\nkept = np.memmap('kept', float, 'w+', shape=(3,)); kept[:] = 1",
        "import multiprocessing\nshared = multiprocessing.Array('d', 1000); shared[3] = 2.0",
    )
    assert [run.outcome for run in runs] == [Outcome.PASSED] * 7


def test_shared_memory_is_bounded_and_its_end_is_an_error_like_any_other(opened):
    _, runs = opened("import mmap", "mmap.mmap(-1, 1 << 40)", "mmap.mmap(-1, 0)", "len('abc')")
    assert [run.outcome for run in runs] == [
        Outcome.PASSED, Outcome.RAISED, Outcome.RAISED, Outcome.PASSED
    ]  # fmt: skip


@both
def test_loops_wait_for_many_at_once(opened, backend):
    _, runs = opened(
        "import asyncio, multiprocessing, selectors, socket, subprocess, sys",
        "left, right = socket.socketpair()\n"
        "with selectors.DefaultSelector() as waiting:\n"
        "    waiting.register(left, selectors.EVENT_READ)\n"
        "    right.send(b'x')\n"
        "    assert [key.fileobj for key, _ in waiting.select()] == [left]",
        "async def said():\n    reader, writer = await asyncio.open_connection(sock=left)\n"
        "    return await reader.read(1)\nassert asyncio.run(said()) == b'x'",
        "assert await asyncio.sleep(0.01, 5) == 5",
        "code = 'import asyncio; asyncio.run(asyncio.sleep(0))'\n"
        "subprocess.run([sys.executable, '-c', code], check=True)",
    )
    assert [run.outcome for run in runs] == [Outcome.PASSED] * 5


@pytest.mark.parametrize("kind", ["full", "fresh"])
def test_a_notebook_can_read_what_it_has_written_whatever_whoever_grades_has_set(kind):
    before = os.umask(0o777)
    try:
        backend = chosen(kind)
        with Session(backend, Limits()) as session:
            [run] = session.run(["open('x', 'w').close(); print(len(open('x').read()))"])
        backend.close()
    finally:
        os.umask(before)
    assert (run.outcome, run.outputs[0]["text"]) == (Outcome.PASSED, "0\n")


STACK = """\
import resource
resource.setrlimit(resource.RLIMIT_STACK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(resource.getrlimit(resource.RLIMIT_STACK))
resource.setrlimit(resource.RLIMIT_STACK, [4 << 20, 8 << 20])
print(resource.getrlimit(resource.RLIMIT_STACK))
"""


@both
def test_who_wants_a_stack_without_bounds_gets_a_large_one(opened, backend):
    _, (run,) = opened(STACK)
    most = 64 << 20
    said = f"{(most, most)}\n{(4 << 20, 8 << 20)}\n"
    assert [each["text"] for each in run.outputs] == [said]
