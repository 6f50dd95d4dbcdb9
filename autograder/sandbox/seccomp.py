"""A belt behind the walls: the system calls that no notebook needs and that walls have leaked by.

The filter is a list of what is denied; namespaces, not this, are what keeps a guest in. It also
closes what namespaces leave open: keys of the kernel's keyrings, sockets to a hypervisor, memory
that no limit counts, what the kernel counts for a user with all submissions. Numbers are from the
kernel's tables (unistd.h of each architecture).
"""

import errno
import os
import struct
from functools import cache

from autograder.core.errors import SandboxUnavailable

X86_64, AARCH64 = "x86_64", "aarch64"
AUDIT = {X86_64: 0xC000003E, AARCH64: 0xC00000B7}  # linux/audit.h
TABLE = """
# other processes
ptrace 101 117 | process_vm_readv 310 270 | process_vm_writev 311 271 | kcmp 312 272
pidfd_getfd 438 438 | process_madvise 440 440 | move_pages 279 239 | migrate_pages 256 238
# keys of the user who grades
keyctl 250 219 | add_key 248 217 | request_key 249 218
# mounts and namespaces
mount 165 40 | umount2 166 39 | pivot_root 155 41 | chroot 161 51 | setns 308 268
unshare 272 97 | open_tree 428 428 | move_mount 429 429 | fsopen 430 430 | fsconfig 431 431
fsmount 432 432 | fspick 433 433 | mount_setattr 442 442 | name_to_handle_at 303 264
open_by_handle_at 304 265
# wide doors into the kernel
bpf 321 280 | perf_event_open 298 241 | userfaultfd 323 282 | io_uring_setup 425 425
io_uring_enter 426 426 | io_uring_register 427 427 | fanotify_init 300 262
# memory beside the limits: files, segments and pages that belong to no process
memfd_create 319 279 | memfd_secret 447 447 | shmget 29 194 | msgget 68 186 | semget 64 190
vmsplice 278 75
# counted for a user, not for a process: one submission could take all there is
epoll_create 213 20 | epoll_create1 291 20 | inotify_init 253 26 | inotify_init1 294 26
# the machine
init_module 175 105 | finit_module 313 273 | delete_module 176 106 | kexec_load 246 104
kexec_file_load 320 294 | reboot 169 142 | swapon 167 224 | swapoff 168 225 | syslog 103 116
acct 163 89 | settimeofday 164 170 | clock_settime 227 112 | adjtimex 159 171 | quotactl 179 60
sync 162 81 | syncfs 306 267
"""  # the name of a call, its number on x86-64 and on AArch64
SOCKET, CLONE, CLONE3, IOCTL, MMAP = (41, 198), (56, 220), (435, 435), (16, 29), (9, 222)
MREMAP = (25, 216)
SETSID = (112, 157)  # the scheduler gives each session the same share of the processors
FAMILIES = (1, 2, 10, 16)  # UNIX, INET, INET6, NETLINK: all bounded by the network namespace
NEW_NAMESPACES = 0x7E020080  # every CLONE_NEW… flag
TIOCSTI = 0x5412  # types into a terminal
# What is asked of a network's interfaces, by any socket of it. The line's is the machine's network.
INTERFACES = (0x8900, 0x8A00)
# Bytes before all others. Of the kernel's code for them some has let programs out of sandboxes
# (CVE-2025-38236).
MSG_OOB = 0x01
MAP_SHARED, MAP_ANONYMOUS = 0x01, 0x20  # both: memory that stays when nobody looks at it
MAP_GROWSDOWN = 0x100  # a stack, which no bound on data counts; threads' stacks are made without
STACKS = (0x7FFC, 0xFFFC)  # upper halves of addresses from which on the kernel lays a first stack
X32 = 0x40000000  # the bit of x86-64's second table of numbers

CALLS = [
    call.split() for line in TABLE.splitlines() for call in line.split(" | ") if "#" not in line
]
DENIED = {name: (int(x86), int(arm)) for name, x86, arm in filter(None, CALLS)}

LOAD, EQUAL, ANY_BIT, AT_LEAST, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06  # linux/bpf_common.h
NUMBER, ARCHITECTURE = 0, 4  # where struct seccomp_data holds what
FIRST, SECOND, THIRD, FOURTH = 16, 24, 32, 40  # of the arguments, whose lower halves count
UPPER = 4  # behind them, the upper ones
URGENT = {  # calls that take urgent bytes or send them, and where their flags are
    (44, 206): FOURTH, (45, 207): FOURTH, (46, 211): THIRD, (47, 212): THIRD,
    (307, 269): FOURTH, (299, 243): FOURTH,
}  # fmt: skip
ALLOW, ERRNO, KILL = 0x7FFF0000, 0x00050000, 0x80000000


@cache
def program(machine: str = "") -> bytes:
    """The filter as the kernel takes it, for this machine or another."""
    machine = machine or os.uname().machine
    if machine not in AUDIT:
        raise SandboxUnavailable(
            f"sandbox: no filter of system calls for {machine}. Use x86-64 or AArch64, "
            "or choose --sandbox=weak for your own work only"
        )
    return b"".join(struct.pack("=HBBI", *line) for line in instructions(machine))


def instructions(machine: str) -> list[tuple[int, int, int, int]]:
    """The filter's lines: operation, lines to skip if true, if false, operand."""
    column = list(AUDIT).index(machine)
    lines = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, AUDIT[machine]), (RETURN, 0, 0, KILL)]
    lines += [(LOAD, 0, 0, NUMBER)]
    if machine == X86_64:
        lines += [(AT_LEAST, 0, 1, X32), deny(errno.ENOSYS)]
    for numbers in DENIED.values():
        lines += [(EQUAL, 0, 1, numbers[column]), deny(errno.EPERM)]
    lines += [(EQUAL, 0, 1, CLONE3[column]), deny(errno.ENOSYS)]  # libc then uses clone
    lines += [(EQUAL, 0, 1, SETSID[column]), deny(0)]  # seems to be done
    refuse = deny(errno.EPERM)
    known = [(EQUAL, len(FAMILIES) - n, 0, family) for n, family in enumerate(FAMILIES)]
    lines += only_if(SOCKET[column], FIRST, [*known, deny(errno.EAFNOSUPPORT)])
    lines += only_if(CLONE[column], FIRST, [(ANY_BIT, 0, 1, NEW_NAMESPACES), refuse])
    inside = [(AT_LEAST, 0, 2, INTERFACES[0]), (AT_LEAST, 1, 0, INTERFACES[1]), refuse]
    lines += only_if(IOCTL[column], SECOND, [(EQUAL, 0, 1, TIOCSTI), refuse, *inside])
    for numbers, place in URGENT.items():
        lines += only_if(numbers[column], place, [(ANY_BIT, 0, 1, MSG_OOB), refuse])
    lines += only_if(MREMAP[column], FIRST + UPPER, [(AT_LEAST, 0, 1, STACKS[column]), refuse])
    both = [(ANY_BIT, 0, 2, MAP_ANONYMOUS), (ANY_BIT, 0, 1, MAP_SHARED), refuse]
    lines += only_if(MMAP[column], FOURTH, [(ANY_BIT, 0, 1, MAP_GROWSDOWN), refuse, *both])
    return [*lines, (RETURN, 0, 0, ALLOW)]


def only_if(
    number: int, place: int, lines: list[tuple[int, int, int, int]]
) -> list[tuple[int, int, int, int]]:
    """Lines about an argument of one system call; after them the call is allowed."""
    body = [(LOAD, 0, 0, place), *lines, (RETURN, 0, 0, ALLOW)]
    return [(EQUAL, 0, len(body), number), *body]


def deny(number: int) -> tuple[int, int, int, int]:
    """The line that refuses with an error number."""
    return (RETURN, 0, 0, ERRNO | number)
