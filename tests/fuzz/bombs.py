"""Small inputs that grow: `python -m tests.fuzz.bombs wire` reads them with little memory.

The process itself has the bounds, so it ends badly where one of them is overstepped.
"""

import json
import resource
import struct
import sys
from collections.abc import Iterator

import msgpack

from autograder.core.errors import SubmissionError
from autograder.core.submission import read_notebook
from autograder.sandbox.guest import wire

MEGABYTE = 1 << 20
CPU_SECONDS = 120  # far more than is needed: only what never ends is stopped
WIRE_MEMORY = 160 * MEGABYTE  # for one frame without buffers
FILE = 4 * MEGABYTE
NOTEBOOK_MEMORY = 40 * FILE  # a JSON value takes up to some 30 times its text


def packed(code: int, body: bytes) -> bytes:
    """An extension whose body is packed already."""
    return bytes(msgpack.packb(msgpack.ExtType(code, body)))


def many(item: bytes, room: int = wire.HEADER_LIMIT) -> bytes:
    """A packed list of as many items as there is room for."""
    count = (room - 5) // len(item)
    return b"\xdd" + struct.pack(">I", count) + item * count


def inside(body: bytes, times: int) -> bytes:
    """A tuple in a tuple in a tuple."""
    for _ in range(times):
        body = packed(wire.TUPLE, b"\x91" + body)
    return body


def frames() -> Iterator[tuple[str, bytes]]:
    """Headers of the largest size that is taken."""
    yield "lists", many(b"\x90")
    yield "maps", many(b"\x81\x00\x90")
    yield "tuples", many(packed(wire.TUPLE, b"\x90"))
    yield "sets", many(packed(wire.SET, b"\x90"))
    yield "chains of tuples", many(inside(b"\x90", wire.DEPTH_LIMIT - 2))
    yield "a long list deep inside", inside(many(b"\xd4\x02\x90", MEGABYTE - 200), 14)
    yield "whole numbers", many(packed(wire.BIGINT, b"\x7f\xff"))
    yield "handles", many(packed(wire.HANDLE, msgpack.packb([1, "", None])))
    yield "a tower of lists", b"\x91" * (MEGABYTE - 1) + b"\x90"


def notebooks() -> Iterator[tuple[str, bytes]]:
    """Notebooks whose bulk is not source."""
    for item in (b"[],", b"{},", b'{"":0},', b"1e5,", b'"",', b"NaN,"):
        begin = b'{"nbformat": 4, "cells": [], "metadata": ['
        yield f"many {item!r}", begin + item * (FILE // len(item)) + b"0]}"
    yield "a tower of lists", b"[" * FILE
    yield "a tower of objects", b'{"a":' * (FILE // 5)
    yield "a long number", b'{"nbformat": ' + b"9" * FILE + b"}"
    yield "a key given often", b"{" + b'"nbformat":4,' * (FILE // 13) + b'"cells":[]}'
    yield "escapes", b'{"nbformat":4,"cells":[{"source":"' + rb"\ud83d" * (FILE // 6) + b'"}]}'
    lines = [{"cell_type": "code", "source": [""] * (FILE // 5)}]
    yield "lines", json.dumps({"nbformat": 4, "cells": lines}).encode()


def bounded(memory: int) -> None:
    """From here on: so much more memory, and an end."""
    with open("/proc/self/statm") as statm:
        size = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + memory, size + memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def main(kind: str) -> None:
    """Read every bomb of a kind; a MemoryError or a signal ends the process."""
    bombs = list(frames() if kind == "wire" else notebooks())
    bounded(WIRE_MEMORY if kind == "wire" else NOTEBOOK_MEMORY)
    for name, data in bombs:
        said = "read"
        try:
            wire.decode(wire.Frame(data, ())) if kind == "wire" else read_notebook("x", data)
        except (wire.WireError, SubmissionError) as error:
            said = str(error)
        if "MemoryError" in said:
            raise SystemExit(f"{name}: more memory than {kind} should take")
        print(f"{name}: {said}")


if __name__ == "__main__":
    main(sys.argv[1])
