"""What an attack is: a notebook, its aim, and what it deserves. See README.md."""

import json
import math
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

Notebook = dict[str, Any]

ALL = math.inf  # all points of the question
HONEST = '''\
def convolve1d(x, w):
    """Full convolution, written as the sum of shifted copies."""
    y = np.zeros(len(x) + len(w) - 1)
    for shift, weight in enumerate(w):
        y[shift : shift + len(x)] += np.asarray(x, float) * float(weight)
    return y
'''
KIT = """\
WORLD = {facts}  # the attacker knows where everything lies
import contextlib, ctypes, os, signal, socket, struct, subprocess, sys, threading, time
import numpy as np
libc = ctypes.CDLL(None, use_errno=True)

def confess(what):
    "Say that something succeeded which must not."
    print("REACH" "ED", what, flush=True)

def attempt(what, action):
    "Try something that must be refused; confess where it is not."
    try:
        found = action()
    except BaseException as error:
        print(what, "was refused:", type(error).__name__)
        return None
    confess(what)
    return found

def spill(*found):
    "Carry what was found out by every way there is."
    text = f"{name}: " + " ".join(map(str, found))
    print(text[:20000])
    ways = ((socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", WORLD["tcp"])),
            (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", WORLD["udp"])),
            (socket.AF_UNIX, socket.SOCK_STREAM, WORLD["abstract"]),
            (socket.AF_UNIX, socket.SOCK_STREAM, WORLD["path"]))
    for family, kind, address in ways:
        with contextlib.suppress(OSError), socket.socket(family, kind) as caller:
            caller.settimeout(1)
            caller.connect(address)
            caller.send(text.encode("utf-8", "replace")[:60000])
    for folder in (WORLD["trap"], WORLD["home"], "/"):
        with contextlib.suppress(OSError), open(f"{{folder}}/{name}", "w") as file:
            file.write(text)

def system(number, *arguments):
    "A system call; OSError where the kernel says no."
    result = libc.syscall(number, *arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result

def line():
    "The socket to the grader, taken from the frames below."
    frame = sys._getframe()
    while "sock" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["sock"]

def framed(header, *buffers):
    "The bytes of a frame."
    sizes = struct.pack(f"!{{len(buffers)}}Q", *map(len, buffers))
    return struct.pack("!QI", len(header), len(buffers)) + sizes + header + b"".join(buffers)

def reply(data):
    "Have these bytes sent as the reply to the running call, or to the running cell."
    def forged(sock, ignored):
        del socket.socket.send, socket.socket.sendall
        blocking = sock.getblocking()
        sock.setblocking(True)
        sock.sendall(data)
        sock.setblocking(blocking)
        return len(ignored)
    socket.socket.send = socket.socket.sendall = forged

def stay(text="import time; time.sleep(600)", **how):
    "Start a process that carries the mark in its command line."
    return subprocess.Popen([sys.executable, "-c", text, WORLD["mark"]], **how)

{honest}
honest = convolve1d
"""


@dataclass(frozen=True)
class Attack:
    """A hostile notebook, or an honest one that looks like it: the rest is solved honestly."""

    name: str
    aim: str
    cell: str = ""  # stands where the question's solution belongs
    earns: float = 0.0  # points of the question; of all others, all
    question: str = "convolve1d"
    harms_itself: bool = False  # may lose points of other questions as well, but wins none
    change: Callable[[Notebook], None] = field(default=lambda notebook: None)
    files: Mapping[str, bytes] = field(default_factory=dict)
    core: bool = False  # tried on the slow backend and as an ordinary user, too

    def notebook(self, solved: Notebook, facts: Mapping[str, Any]) -> bytes:
        """The bytes that are handed in, made from a notebook that is solved honestly."""
        notebook = deepcopy(solved)
        if self.cell:
            solution_of(notebook, self.question)["source"] = self.kit(facts) + self.cell
        self.change(notebook)
        return json.dumps(notebook).encode()

    def kit(self, facts: Mapping[str, Any]) -> str:
        """The functions that most attacks are made with."""
        known = {**facts, "mark": f"{facts['mark']}-{self.name}"}
        return KIT.format(facts=known, name=self.name, honest=HONEST)


def honest(name: str, why: str, cell: str = "", **rest: Any) -> Attack:
    """A notebook that does what attacks do, for a good reason, and must not be punished."""
    return Attack(name, why, cell, earns=ALL, **rest)


def solution_of(notebook: Notebook, question: str) -> dict[str, Any]:
    """The cell in which a question is solved."""
    return next(cell for cell in notebook["cells"] if grade_id(cell) == f"{question}-solution")


def grade_id(cell: dict[str, Any]) -> str:
    """The name that nbgrader's metadata gives a cell."""
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def code_cell(source: str) -> dict[str, Any]:
    """A code cell of the student's own."""
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [],
            "source": source}  # fmt: skip
