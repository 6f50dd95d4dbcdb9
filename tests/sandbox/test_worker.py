"""What one process of a submission may have: memory is bounded, addresses are not grudged."""

import pytest

from autograder.core.outcome import Outcome

both = pytest.mark.parametrize("backend", ["full", "fresh"], indirect=True)
RESERVE = """\
import mmap
kept = mmap.mmap(-1, 4 << 30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ)
"""  # as a library does that is large for what it brings for other machines
TRICK = """\
import ctypes
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
def take(size):
    place = libc.mmap(None, ctypes.c_size_t(size), 3, 0x22, -1, ctypes.c_size_t(0))
    ctypes.memset(ctypes.c_void_p(place), 1, size)
    libc.mprotect(ctypes.c_void_p(place), ctypes.c_size_t(size), 1)
while True:
    take(16 << 20)
"""
TABLES = """\
import mmap, os, time
def read(gigabytes):
    kept = mmap.mmap(-1, gigabytes << 30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_READ)
    kept.madvise(mmap.MADV_NOHUGEPAGE)
    for place in range(0, len(kept), 2 << 20):
        kept[place]
    time.sleep({1})
children = [os.fork() or (read(7), os._exit(0)) for _ in range({0})]
for child in children:
    os.waitpid(child, 0)
"""


def outcomes(runs):
    """The outcomes of cells."""
    return [run.outcome for run in runs]


@both
def test_addresses_that_are_only_reserved_are_no_memory(opened, backend):
    _, runs = opened(RESERVE, "x = bytearray(200 << 20)", "x = bytearray(700 << 20)")
    assert outcomes(runs) == [Outcome.PASSED, Outcome.PASSED, Outcome.OUT_OF_MEMORY]


@pytest.mark.parametrize(
    "cell",
    [
        "x = [[n] for n in range(2_000_000)]",
        "import numpy as np\nx = np.empty(130 << 20, np.uint8)",
        "import mmap\nx = mmap.mmap(-1, 130 << 20, mmap.MAP_PRIVATE)",
        RESERVE.replace("4 <<", "40 <<"),
    ],
    ids=["objects", "an array", "a mapping", "addresses without end"],
)
def test_memory_is_bounded_however_it_is_asked_for(opened, cell):
    _, runs = opened(cell, "1 + 1", memory_mb=100)
    assert outcomes(runs) == [Outcome.OUT_OF_MEMORY, Outcome.PASSED]


def test_memory_that_is_written_to_and_then_closed_counts_all_the_same(opened):
    _, runs = opened(TRICK, memory_mb=50, cell_seconds=25)
    assert outcomes(runs) == [Outcome.OUT_OF_MEMORY]


def test_tables_of_pages_that_nobody_has_written_to_count_as_memory(opened):
    few, many = TABLES.format(2, 1), TABLES.format(60, 20)
    _, runs = opened(few, many, memory_mb=50, cell_seconds=25)
    assert outcomes(runs) == [Outcome.PASSED, Outcome.OUT_OF_MEMORY]


@pytest.mark.parametrize("error", ["ImportError", "OSError"])
def test_a_library_for_which_there_is_no_room_says_what_to_do(opened, error):
    words = "libtorch_cuda.so: failed to map segment from shared object"
    _, [run] = opened(f"raise {error}('{words}')")
    assert run.outcome is Outcome.OUT_OF_MEMORY
    [output] = run.outputs
    assert "more memory than a notebook may have here" in output["traceback"][-1]


@both
def test_names_of_the_network_are_not_known_and_nobody_is_asked(opened, backend):
    _, runs = opened(
        "import os, socket\nsocket.gethostbyname('localhost'), sorted(os.listdir('/etc'))",
        "socket.gethostbyname('example.org')",
    )
    [shown], [error] = (run.outputs for run in runs)
    assert shown["data"]["text/plain"] == (
        "('127.0.0.1', ['group', 'hosts', 'nsswitch.conf', 'passwd'])"
    )
    assert error["evalue"] == "[Errno -2] Name or service not known"
