"""What a notebook asks of the machine and does not get here: programs, packages, a debugger."""

import re
import sys
from functools import partial
from typing import Any

SCRIPTS = ("bash", "sh", "script", "perl", "ruby", "pypy", "python", "python2", "python3")
INSTALLERS = ("pip", "conda", "mamba", "micromamba", "uv")
KERNELS = ("autosave", "connect_info", "qtconsole")  # line magics that only a kernel has
KEPT = re.compile(r"--(?:out|err)[= ]\s*(\w+)")  # names for what a script prints


def shut(shell: Any) -> None:
    """Have all of it refused quietly; cells go on."""
    magics = shell.magics_manager.magics
    for name in SCRIPTS:  # replaced: what is removed IPython loads again when it is asked for
        magics["cell"][name] = partial(refuse_script, shell, name)
    for name in INSTALLERS:
        magics["line"][name] = partial(refuse_installer, name)
    for name in KERNELS:
        magics["line"][name] = pass_over
    sys.breakpointhook = pass_over


def refuse_command(command: str) -> None:
    """Stand in for `!command`."""
    name = command.split()[0] if command.split() else ""
    what = "packages are fixed while grading" if name in INSTALLERS else "no shell commands here"
    print(f"(not run: {what})")


def refuse_script(shell: Any, name: str, line: str, cell: str) -> None:
    """Stand in for `%%bash` and its like."""
    shell.user_ns.update(dict.fromkeys(KEPT.findall(line), ""))
    print(f"(%%{name} was not run: no shell commands here)")


def refuse_installer(name: str, line: str) -> None:
    """Stand in for `%pip` and its like."""
    print(f"(%{name} {line} was not run: packages are fixed while grading)")


def pass_over(*args: Any, **kwargs: Any) -> None:
    """Stand in for what means nothing here: `breakpoint()`, and `%autosave` and its like."""
