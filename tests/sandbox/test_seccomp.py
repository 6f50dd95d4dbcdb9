"""The filter of system calls: what it denies, and that libraries can do without."""

import errno
import os
import struct

import pytest

from autograder.check.student import Student
from autograder.core.errors import SandboxUnavailable
from autograder.sandbox import seccomp

both = pytest.mark.parametrize("backend", ["full", "fresh"], indirect=True)
CALL = "import ctypes, os\nlibc = ctypes.CDLL(None, use_errno=True)\n"
TRIES = """
def f(number):
    ctypes.set_errno(0)
    result = libc.syscall(number, 0, 0, 0, 0, 0, 0)
    return result, ctypes.get_errno()
"""


def run_filter(program, number, arguments=(0,) * 6, architecture=seccomp.AUDIT["x86_64"]):
    """What the filter says to a system call: an interpreter of the few operations in use."""
    data = struct.pack("=IIQ6Q", number, architecture, 0, *arguments)
    lines = list(struct.iter_unpack("=HBBI", program))
    place, value = 0, 0
    while True:
        operation, true, false, operand = lines[place]
        place += 1
        if operation == seccomp.RETURN:
            return operand
        if operation == seccomp.LOAD:
            (value,) = struct.unpack_from("=I", data, operand)
            continue
        holds = {
            seccomp.EQUAL: value == operand,
            seccomp.ANY_BIT: bool(value & operand),
            seccomp.AT_LEAST: value >= operand,
        }[operation]
        place += true if holds else false


def refused(number):
    """The filter's word for an error number."""
    return seccomp.ERRNO | number


@pytest.mark.parametrize(
    ("number", "arguments", "answer"),
    [
        (0, (0,) * 6, seccomp.ALLOW),  # read
        (101, (0,) * 6, refused(errno.EPERM)),  # ptrace
        (435, (0,) * 6, refused(errno.ENOSYS)),  # clone3
        (41, (1, 0, 0, 0, 0, 0), seccomp.ALLOW),  # a socket of this machine
        (41, (16, 0, 0, 0, 0, 0), seccomp.ALLOW),
        (41, (40, 0, 0, 0, 0, 0), refused(errno.EAFNOSUPPORT)),  # a socket to the hypervisor
        (56, (0x11, 0, 0, 0, 0, 0), seccomp.ALLOW),  # fork
        (56, (0x10000011, 0, 0, 0, 0, 0), refused(errno.EPERM)),  # fork into a user namespace
        (112, (0,) * 6, refused(0)),  # a session of its own: nothing happens
        (16, (0, 0x5401, 0, 0, 0, 0), seccomp.ALLOW),
        (16, (0, 0x5412, 0, 0, 0, 0), refused(errno.EPERM)),  # typing into a terminal
        (16, (3, 0x8912, 0, 0, 0, 0), refused(errno.EPERM)),  # the addresses of a network
        (16, (3, 0x89FF, 0, 0, 0, 0), refused(errno.EPERM)),
        (16, (3, 0x88FF, 0, 0, 0, 0), seccomp.ALLOW),
        (16, (3, 0x8A00, 0, 0, 0, 0), seccomp.ALLOW),
        (46, (3, 0, 0x4001, 0, 0, 0), refused(errno.EPERM)),  # an urgent message
        (46, (3, 0, 0x4000, 0, 0, 0), seccomp.ALLOW),
        (45, (3, 0, 9, 0x1, 0, 0), refused(errno.EPERM)),
        (45, (3, 0, 9, 0x2, 0, 0), seccomp.ALLOW),
        (9, (0, 4096, 3, 0x22, 0, 0), seccomp.ALLOW),  # memory of one's own
        (9, (0, 4096, 3, 0x01, 5, 0), seccomp.ALLOW),  # a file
        (9, (0, 4096, 3, 0x21, 0, 0), refused(errno.EPERM)),  # memory that is nobody's
        (9, (0, 4096, 3, 0x122, 0, 0), refused(errno.EPERM)),  # memory that counts as a stack
        (9, (0, 4096, 3, 0x20022, 0, 0), seccomp.ALLOW),  # a thread's stack
        (25, (0x7F12_3456_7000, 0, 0, 1, 0, 0), seccomp.ALLOW),  # memory that moves
        (25, (0x7FFD_3456_7000, 0, 0, 1, 0, 0), refused(errno.EPERM)),  # the stack
        (0x40000000 + 101, (0,) * 6, refused(errno.ENOSYS)),  # ptrace by its other number
    ],
)
def test_the_filter_tells_calls_apart(number, arguments, answer):
    assert run_filter(seccomp.program("x86_64"), number, arguments) == answer


def test_calls_of_another_architecture_end_the_process():
    assert run_filter(seccomp.program("x86_64"), 0, architecture=0x40000003) == seccomp.KILL


def test_each_architecture_has_numbers_of_its_own():
    program, arm = seccomp.program("aarch64"), seccomp.AUDIT["aarch64"]
    assert run_filter(program, 117, architecture=arm) == refused(errno.EPERM)  # ptrace there
    assert run_filter(program, 101, architecture=arm) == seccomp.ALLOW  # nanosleep there


def test_a_machine_without_a_table_is_refused_with_the_remedy():
    with pytest.raises(SandboxUnavailable, match="riscv64"):
        seccomp.program("riscv64")


@both
def test_denied_calls_fail_inside(opened, backend):
    session, _ = opened(CALL + TRIES)
    column = list(seccomp.AUDIT).index(os.uname().machine)
    with session.check("f") as channel:
        student = Student(channel.ask)
        for name, numbers in seccomp.DENIED.items():
            assert student.f(numbers[column]) == (-1, errno.EPERM), name


@both
def test_a_session_of_its_own_is_not_had_and_not_missed(opened, backend):
    _, runs = opened(
        "import os, subprocess, sys\nbefore = os.getsid(0)\nif not os.fork():\n"
        "    os.setsid()\n    os._exit(os.getsid(0) != before)\nos.wait()[1]",
        "subprocess.run([sys.executable, '-c', 'pass'], check=True, start_new_session=True)",
    )
    assert [run.outcome.value for run in runs] == ["PASSED"] * 2
    assert runs[0].outputs[0]["data"] == {"text/plain": "0"}


@both
def test_what_libraries_need_still_works(opened, backend):
    _, runs = opened(
        "import threading, subprocess, sys, multiprocessing, tempfile, socket, asyncio",
        "t = threading.Thread(target=print); t.start(); t.join()",
        "subprocess.run([sys.executable, '-c', 'pass'], check=True)",
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n    pool.map(abs, [1, -2])",
        "a, b = socket.socketpair(); a.send(b'x'); b.recv(1)",
        "await asyncio.sleep(0)",
        "tempfile.TemporaryFile().write(b'x')",
    )
    assert [run.outcome.value for run in runs] == ["PASSED"] * 7
