"""Runs notebook cells the way Jupyter does, in a shell without a kernel, and records outputs.

Outputs are nbformat-4 dictionaries. Everything that is kept has a bound: text by `output_kb`,
pictures by `PICTURE_LIMIT`, the number of outputs by `OUTPUT_COUNT`.
"""

import builtins
import contextlib
import io
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from functools import partial
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from . import namespace, watch

OUTPUT_COUNT = 200
PICTURE_LIMIT = 2 << 20  # bytes of base64
SCRIPTS = ("bash", "sh", "script", "perl", "ruby", "pypy", "python", "python2", "python3")
INSTALLERS = ("pip", "conda", "mamba", "micromamba", "uv")
MIMES = ("text/plain", "image/png", "text/markdown", "text/latex", "text/html", "image/svg+xml")


class Outputs:
    """The bounded list of what one cell showed."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.items: list[dict[str, Any]] = []

    def stream(self, name: str, text: str) -> None:
        """Add printed text, joined to the last stream of the same name."""
        if self.limit <= 0:
            return
        text = text.encode("utf-8", "replace").decode()  # half a character cannot travel
        text, cut = text[: self.limit], len(text) > self.limit
        self.limit -= len(text)
        text += "\n… (output cut here)\n" if cut or self.limit <= 0 else ""
        last = self.items[-1] if self.items else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.add({"output_type": "stream", "name": name, "text": text})

    def add(self, output: dict[str, Any]) -> None:
        """Add one output while there is room."""
        if len(self.items) < OUTPUT_COUNT:
            self.items.append(output)

    def rich(self, kind: str, data: dict[str, Any], count: int | None = None) -> None:
        """Add a display_data or execute_result with the kinds of data that we keep."""
        kept = {mime: data[mime] for mime in MIMES if isinstance(data.get(mime), str)}
        kept = {mime: text for mime, text in kept.items() if self._affordable(mime, text)}
        output: dict[str, Any] = {"output_type": kind, "data": kept, "metadata": {}}
        if kind == "execute_result":
            output["execution_count"] = count
        self.add(output)

    def _affordable(self, mime: str, text: str) -> bool:
        if mime == "image/png":
            return len(text) <= PICTURE_LIMIT
        self.limit -= len(text)
        return self.limit > 0


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a cell."""

    encoding = "utf-8"

    def __init__(self, name: str, shell: "Shell") -> None:
        self.name = name
        self._shell = shell

    def write(self, text: str) -> int:
        self._shell.outputs.stream(self.name, str(text))
        return len(text)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return {"stdout": 1, "stderr": 2}[self.name]


class Publisher(DisplayPublisher):
    """Sends `display(…)` to the cell's outputs."""

    def publish(self, data: Any, metadata: Any = None, source: Any = None, **rest: Any) -> None:
        self.shell.outputs.rich("display_data", dict(data))

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.items.clear()


class Hook(DisplayHook):
    """Sends the value of a cell's last expression to its outputs."""

    def write_output_prompt(self) -> None:
        pass

    shell: Any

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.outputs.rich("execute_result", dict(format_dict), self.prompt_count)

    def finish_displayhook(self) -> None:
        self._is_active = False


class Shell(InteractiveShell):
    """An IPython shell that a notebook cannot tell from Jupyter's, minus the machine's doors."""

    def __init__(self, **kwargs: Any) -> None:
        self.outputs = Outputs(1 << 18)
        self.failure: dict[str, Any] | None = None
        super().__init__(**kwargs)

    def enable_gui(self, gui: Any = None) -> None:
        """Jupyter's inline figures need no event loop."""

    def ask_exit(self) -> None:
        """`exit()` in a notebook ends the cell's work, not the notebook."""

    def system(self, cmd: str) -> None:
        """Refuse `!command` quietly: the sandbox has no shell to offer."""
        name = cmd.split()[0] if cmd.split() else ""
        what = (
            "packages are fixed while grading" if name in INSTALLERS else "no shell commands here"
        )
        print(f"(not run: {what})")

    system_raw = system_piped = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """Refuse `x = !command` quietly."""
        self.system(cmd)
        return [] if split else ""

    def enable_matplotlib(self, gui: Any = None) -> Any:
        """Draw every kind of figure as a picture: there is no window here."""
        return super().enable_matplotlib("inline")

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        """Record the error instead of printing it."""
        self._record(sys.exc_info()[1])

    def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
        """Record the error instead of printing it."""
        self._record(sys.exc_info()[1])

    def _record(self, error: BaseException | None) -> None:
        if error is None:
            return
        self.failure = namespace.described(error)
        with contextlib.suppress(BaseException):  # the border of the student's world
            text = "".join(traceback.format_exception_only(error))[: namespace.MESSAGE_LIMIT]
            self.failure["text"] = f"{place(error)}{text}"


def place(error: BaseException) -> str:
    """`line 3: the code there`, for the innermost frame that lies in a cell."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if watch.is_cell(frame.filename)
    ]
    return f"line {frames[-1].lineno}: {frames[-1].line}\n" if frames else ""


def build() -> Shell:
    """The shell, ready for cells: no history file, no colours, Jupyter's picture format."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autoindent = False
    shell = Shell.instance(
        config=config, display_pub_class=Publisher, displayhook_class=Hook, user_ns={}
    )
    for name in SCRIPTS:  # replaced: what is removed IPython loads again when it is asked for
        shell.magics_manager.magics["cell"][name] = partial(refuse_script, name)
    for name in INSTALLERS:
        shell.magics_manager.magics["line"][name] = partial(refuse_installer, name)
    shell.set_hook("show_in_pager", show_in_pager)  # `name?` shows its help below the cell
    shell.builtin_trap.activate()
    builtins.input = refuse_input
    return shell


def refuse_script(name: str, line: str, cell: str) -> None:
    """Stand in for `%%bash` and its like."""
    print(f"(%%{name} was not run: no shell commands here)")


def refuse_installer(name: str, line: str) -> None:
    """Stand in for `%pip` and its like."""
    print(f"(%{name} {line} was not run: packages are fixed while grading)")


def show_in_pager(shell: Shell, data: Any, start: int = 0, screen_lines: int = 0) -> None:
    """Show what IPython would page among the cell's outputs."""
    shell.outputs.rich("display_data", data if isinstance(data, dict) else {"text/plain": data})


def refuse_input(prompt: object = "") -> str:
    """There is nobody at the keyboard while a notebook is graded."""
    raise StdinNotImplementedError("input() cannot be answered while a notebook is graded")


@contextlib.contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Raise KeyboardInterrupt in the running cell after `seconds`."""

    def ring(signum: int, frame: Any) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def run_cell(shell: Shell, source: str, seconds: float, output_limit: int) -> dict[str, Any]:
    """Run one cell; `failure` is None or describes the exception that ended it."""
    shell.outputs, shell.failure = Outputs(output_limit), None
    started = time.monotonic()
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Stream("stdout", shell), Stream("stderr", shell)
    late = False
    try:
        with interrupted_after(seconds):
            shell.run_cell(source, store_history=True)
    except KeyboardInterrupt:
        late = True
    except BaseException as error:  # the border of the student's world
        shell._record(error)
    finally:
        sys.stdout, sys.stderr = streams
    spent = time.monotonic() - started
    if shell.failure and shell.failure["type"] == "KeyboardInterrupt":
        late = late or spent >= seconds
    return {
        "outputs": shell.outputs.items,
        "failure": shell.failure,
        "late": late,
        "seconds": spent,
    }
