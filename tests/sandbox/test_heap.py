"""The warm process gathers its memory in large pages, where the kernel does that."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox.guest import heap

MEBIBYTE = 1 << 20
GATHERS = """
from pathlib import Path
from autograder.sandbox.guest import heap

heap.keep()  # so that large blocks come from the heap, too
size = 8 * heap.LARGE_PAGE
memory = bytes(range(256)) * (size // 256)
heap.gather()
assert memory == bytes(range(256)) * (size // 256)
lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
print(*[line.split()[1] for line in lines if line.startswith("AnonHugePages:")])
"""


def gathers() -> bool:
    """Whether this kernel can do so at all."""
    release = tuple(map(int, re.findall(r"\d+", os.uname().release)[:2]))
    return release >= (6, 1) and Path("/sys/kernel/mm/transparent_hugepage").is_dir()


def maps(*rows: tuple[int, int, str, int]) -> list[str]:
    """Lines as in /proc/self/maps: from, to (in MiB), rights, inode."""
    return [
        f"{start * MEBIBYTE:x}-{end * MEBIBYTE:x} {rights} 00000000 00:00 {inode} [heap]\n"
        for start, end, rights, inode in rows
    ]


def test_large_pages_lie_wholly_within_memory_of_the_process_s_own():
    found = heap.large_pages(maps((1, 8, "rw-p", 0), (9, 11, "rw-p", 0), (12, 14, "rw-p", 0)))
    assert [start // MEBIBYTE for start in found] == [2, 4, 6, 12]


def test_files_shared_memory_and_what_cannot_be_written_are_left_alone():
    others = maps((0, 8, "rw-p", 7), (8, 16, "rw-s", 0), (16, 24, "r-xp", 0), (24, 32, "---p", 0))
    assert list(heap.large_pages(others)) == []


def test_memory_beside_the_heap_is_left_alone():
    assert list(heap.large_pages(["00000000-00800000 rw-p 00000000 00:00 0\n"])) == []


def test_gathered_memory_holds_what_it_held_in_large_pages():
    if not gathers():
        pytest.skip("this kernel gathers no memory (Linux 6.1 with transparent huge pages does)")
    done = subprocess.run([sys.executable, "-c", GATHERS], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) * 1024 >= 7 * heap.LARGE_PAGE  # the ends need not be at a border


GIVES_BACK = """
from autograder.sandbox.guest import heap

def left_of(megabytes):
    kept = [bytes(1000) for _ in range(1000 * megabytes)]
    del kept
    before = heap.resident()
    heap.give_back(least=8 << 20)
    return before - heap.resident() >> 20

heap.keep()
heap.give_back()
print(left_of(4), left_of(40))
"""


def test_memory_that_lies_idle_is_given_back_once_it_is_much():
    done = subprocess.run([sys.executable, "-c", GIVES_BACK], capture_output=True, text=True)
    little, much = map(int, done.stdout.split())
    assert little == 0
    assert much > 20
