"""What reads bytes that a student wrote: each target raises where more than a refusal comes out."""

import json
import os
import socket

import numpy as np

from autograder.core.errors import SubmissionError
from autograder.core.submission import CELL_LIMIT, SOURCE_LIMIT, read_notebook
from autograder.sandbox.guest import wire

STREAM_LIMIT = 1 << 16  # bytes that fit into a socket without a reader


def frame(data: bytes) -> None:
    """Decode `data` as a frame; its first byte says how much of it is one buffer."""
    cut = min(data[0] if data else 0, len(data))
    decoded(wire.Frame(data[cut + 1 :], (memoryview(bytearray(data[1 : cut + 1])),)))


def stream(data: bytes) -> None:
    """Receive `data` over a socket, frame after frame, until it is used up or refused."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data[:STREAM_LIMIT])
        theirs.shutdown(socket.SHUT_WR)
        try:
            while True:
                decoded(wire.receive(ours))
        except wire.WireError:
            pass


def decoded(frame: wire.Frame) -> None:
    """Decode a frame, and send what it held once more."""
    try:
        value = wire.decode(frame)
    except wire.WireError:
        return
    try:
        again = wire.encode(value, lambda item: wire.Handle(1, type(item).__name__))
    except wire.Refused:
        return
    assert isinstance(again.header, bytes)


def notebook(data: bytes) -> None:
    """Read `data` as a notebook: cells of plain text come out, or one sentence."""
    try:
        submission = read_notebook("small.ipynb", data)
    except SubmissionError as error:
        told(str(error))
        return
    assert len(submission.cells) <= CELL_LIMIT
    assert sum(len(cell.source) for cell in submission.cells) <= SOURCE_LIMIT
    for cell in submission.cells:
        assert cell.kind in ("code", "markdown", "raw")
        assert type(cell.source) is type(cell.grade_id) is str
        cell.source.encode()


def told(sentence: str) -> None:
    """Make sure that a refusal names the file and is one sentence or two."""
    assert sentence.startswith("small.ipynb: ")
    assert len(sentence) < 300


TARGETS = {"frame": frame, "stream": stream, "notebook": notebook}


def framed(*frames: wire.Frame) -> bytes:
    """Frames as they travel over a socket."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for each in frames:
            wire.send(theirs, each)
        theirs.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: ours.recv(1 << 16), b""))


def seeds(target: str) -> list[bytes]:
    """Good inputs of a target, to begin from."""
    values = [
        {"op": "call", "target": "f", "args": [np.eye(3)], "kwargs": {}, "seed": None},
        [1, (2.5, "x"), {"k": np.arange(3.0)[::2]}, {3}, np.float32(1), 2**80, slice(1), 1j],
        {"error": {"type": "ValueError", "message": "no", "lines": [["<cell>", 3]]}},
        [wire.Handle(1, "Net", None), np.asfortranarray(np.ones((2, 3), np.float16)), b"\0" * 9],
    ]
    frames = [wire.encode(value) for value in values]
    if target == "stream":
        return [framed(each) for each in frames] + [framed(*frames)]
    if target == "frame":
        return [b"\0" + each.header for each in frames]
    cells = [
        {"cell_type": "code", "source": ["x = 1\n", "x"], "metadata": {}, "outputs": [], "id": "a"},
        {"cell_type": "markdown", "source": "# Größe", "metadata": {"tags": []}},
        {"cell_type": "code", "source": "", "metadata": {"nbgrader": {"grade_id": "f"}}},
    ]
    good = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    old = {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": "x"}]}]}
    return [json.dumps(each, ensure_ascii=False).encode() for each in (good, old)]


def write_seeds(target: str, folder: str) -> None:
    """Lay the good inputs into a folder, one file each."""
    os.makedirs(folder, exist_ok=True)
    for number, data in enumerate(seeds(target)):
        with open(os.path.join(folder, f"seed{number}"), "wb") as file:
            file.write(data)
