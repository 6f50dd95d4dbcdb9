"""Whether whoever grades may give notebooks what they are promised: nothing can raise it inside."""

import resource
from collections.abc import Iterator

from autograder.core.errors import SandboxUnavailable
from autograder.core.limits import Limits

MEGABYTE = 1 << 20
DESCRIPTORS = 320  # that guests allow themselves
STACK = MEGABYTE // 2  # with a fifth of it no Python begins
INTERPRETER = 512 * MEGABYTE  # of address space, or more with torch


def require(limits: Limits) -> None:
    """Raise `SandboxUnavailable` where this process itself is allowed less."""
    for what, option, unit, number, needed in promised(limits):
        now, most = resource.getrlimit(number)
        if resource.RLIM_INFINITY != most < needed:
            raise SandboxUnavailable(
                f"sandbox: {what} are bounded too low here: ulimit -H{option} is {most // unit}, "
                f"and a notebook may need {needed // unit}. Raise it, or start another shell"
            )
        if number == resource.RLIMIT_STACK and resource.RLIM_INFINITY != now < needed:
            resource.setrlimit(number, (needed, most))  # guests set the others for themselves


def promised(limits: Limits) -> Iterator[tuple[str, str, int, int, int]]:
    """What is bounded, the shell's option for it and its unit, the bound, what it must allow."""
    memory = INTERPRETER + int(limits.memory_mb * MEGABYTE)
    yield "open files", "n", 1, resource.RLIMIT_NOFILE, DESCRIPTORS
    yield "processes", "u", 1, resource.RLIMIT_NPROC, int(limits.processes)
    yield "kilobytes of memory", "v", 1 << 10, resource.RLIMIT_AS, memory
    yield "kilobytes of data", "d", 1 << 10, resource.RLIMIT_DATA, memory
    yield "seconds of the processor", "t", 1, resource.RLIMIT_CPU, round(limits.cpu_seconds) + 1
    yield "kilobytes of stack", "s", 1 << 10, resource.RLIMIT_STACK, STACK
    yield "files' sizes", "f", 1 << 9, resource.RLIMIT_FSIZE, int(limits.file_mb * MEGABYTE)
