"""Runs notebook cells the way Jupyter does, in a shell without a kernel, and records outputs."""

import ast
import builtins
import contextlib
import getpass
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from types import CodeType
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.formatters import DisplayFormatter
from IPython.core.inputtransformer2 import TransformerManager
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import print_figure
from IPython.utils.text import SList
from traitlets import default
from traitlets.config import Config

from . import doors, heap, namespace, plain, watch
from .outputs import Below, Outputs, Stream, whole

UNREADABLE = (SyntaxError, ValueError, MemoryError, RecursionError)
OWN = TransformerManager()  # with what IPython looks for
TOO_LARGE = (
    "This library takes more memory than a notebook may have here. Leave its import out where "
    "the assignment can be done without it; else please tell your instructor.\n"
)
LOOPING = ("create_task", "ensure_future", "get_running_loop")  # these ask for a running loop


class Publisher(DisplayPublisher):
    """Sends `display(…)` to the cell's outputs."""

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        source: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **rest: Any,
    ) -> None:
        name = (transient or {}).get("display_id")
        self.shell.outputs.display(dict(data), name, update)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait)


class Hook(DisplayHook):
    """Sends the value of a cell's last expression to its outputs."""

    def write_output_prompt(self) -> None:
        pass

    shell: Any

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.shell.outputs.rich("execute_result", dict(format_dict), self.prompt_count)

    def finish_displayhook(self) -> None:
        self._is_active = False


class Formatter(DisplayFormatter):
    """Shows a figure as PNG too, whatever format was asked for: only PNG leaves the sandbox."""

    def format(self, obj: Any, include: Any = None, exclude: Any = None) -> tuple[Any, Any]:
        data, metadata = super().format(obj, include, exclude)
        figures = sys.modules.get("matplotlib.figure")
        if figures and isinstance(obj, figures.Figure) and "image/png" not in data:
            picture = print_figure(obj, "png", base64=True)
            data |= {"image/png": picture} if picture else {}
        return data, metadata


class Transformer(TransformerManager):
    """Looks for IPython's own syntax only in cells that are no plain Python.

    `tree` is what was read of the last cell, for `Compiler`.
    """

    tree: tuple[str, ast.AST | None] = ("", None)

    def transform_cell(self, cell: str) -> str:
        """Leave out what tidies a cell where it is tidy."""
        cell += "" if cell.endswith("\n") else "\n"
        usual = self.cleanup_transforms + self.line_transforms
        if usual != OWN.cleanup_transforms + OWN.line_transforms or not plain.is_tidy(cell):
            return str(super().transform_cell(cell))
        return "".join(self.do_token_transforms(cell.splitlines(keepends=True)))

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        """Leave these out, too, where the cell can be read."""
        text = "".join(lines)
        with warnings.catch_warnings(record=True) as said, contextlib.suppress(*UNREADABLE):
            warnings.simplefilter("always")
            tree = plain.read(text, name_of)
            if self.token_transformers == OWN.token_transformers:  # the notebook may add some
                self.tree = (text, None if said else tree)
                return lines
        return list(super().do_token_transforms(lines))


def name_of(cell: str) -> str:
    """How the file of the cell that comes next will be called."""
    shell = Shell.instance()
    return str(shell.compile.get_code_name(cell, cell, shell.execution_count))


class Compiler(CachingCompiler):
    """Takes a cell that was read already as it was read, unless that would have said something."""

    own_flags: int = CachingCompiler().flags  # without what a cell's `from __future__` adds

    def ast_parse(self, source: str, filename: str = "<unknown>", symbol: str = "exec") -> ast.AST:
        shell: Any = Shell.instance()
        manager = shell.input_transformer_manager
        known, tree = getattr(manager, "tree", ("", None))
        if not isinstance(tree, ast.Module) or known != source:
            return super().ast_parse(source, filename, symbol)
        code, usual = plain.code_of(tree), (symbol, self.flags) == ("exec", self.own_flags)
        if not usual or (code and (code.co_filename != filename or shell.ast_transformers)):
            return super().ast_parse(source, filename, symbol)
        manager.tree = ("", None)  # it will be changed
        return tree

    def __call__(self, source: Any, filename: str, symbol: str, **named: Any) -> CodeType:
        """The code of a statement, which may be there already."""
        return plain.code_of(source) or super().__call__(source, filename, symbol, **named)


class Shell(InteractiveShell):
    """An IPython shell that a notebook cannot tell from Jupyter's, minus the machine's doors."""

    def __init__(self, **kwargs: Any) -> None:
        self.begin(1 << 18)
        self.functions: dict[str, Any] = {}  # that cells have made, also where a name is lost now
        super().__init__(**kwargs)

    def begin_here(self) -> None:
        """Take the folder of now for the one where the notebook has begun."""
        history: Any = self.history_manager
        history.dir_hist[:] = [os.getcwd()]

    def begin(self, limit: int) -> None:
        """Make room for the outputs of the next cell."""
        self._outputs, self._below = Outputs(limit), Below()
        self.failure: dict[str, Any] | None = None
        self.process = os.getpid()

    @property
    def outputs(self) -> Outputs:
        """What the cell has shown; what has come from below meanwhile is in its place."""
        for name, text in self._below.come(self._outputs.limit):
            self._outputs.stream(name, text)
        return self._outputs

    @contextlib.contextmanager
    def collecting(self) -> Iterator[None]:
        """While a cell runs: take what does not come by way of Python's streams, too."""
        with self._below.collecting():
            try:
                yield
            finally:
                _ = self.outputs  # the last that came

    compiler_class = Compiler

    @default("input_transformer_manager")
    def _own_transformer(self) -> Transformer:
        return Transformer()

    def init_display_formatter(self) -> None:
        """Take our own formatter, which sees to it that figures are pictures."""
        configurables: list[Any] = self.configurables
        self.display_formatter = Formatter(parent=self)
        configurables.append(self.display_formatter)

    def should_run_async(self, raw_cell: str, **kwargs: Any) -> bool:
        """Let cells that make tasks find a running loop, as in Jupyter; others start their own."""
        asks = any(word in raw_cell for word in LOOPING) and "asyncio.run(" not in raw_cell
        if not asks and "await" not in raw_cell and "async" not in raw_cell:
            return False
        return asks or bool(super().should_run_async(raw_cell, **kwargs))

    def enable_gui(self, gui: Any = None) -> None:
        """Jupyter's inline figures need no event loop."""

    def ask_exit(self) -> None:
        """`exit()` in a notebook ends the cell's work, not the notebook."""

    def system(self, cmd: str) -> None:
        """Refuse `!command` quietly: the sandbox has no shell to offer."""
        doors.refuse_command(cmd)

    system_raw = system_piped = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """Refuse `x = !command` quietly."""
        self.system(cmd)
        return SList() if split else ""

    def enable_matplotlib(self, gui: Any = None) -> Any:
        """Draw every kind of figure as a picture: there is no window here."""
        return super().enable_matplotlib(gui and "inline")

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> None:
        """Record the error instead of printing it; without one, the last one, as for `%tb`."""
        try:
            self._record(self._get_exc_info(exc_tuple)[1])
        except ValueError:
            print("No traceback available to show.", file=sys.stderr)

    def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
        """Record the error instead of printing it."""
        self.showtraceback()

    def _format_exception_for_storage(self, exception: Any, *args: Any, **kwargs: Any) -> Any:
        """IPython's own record of an error, without the traceback: that may take seconds."""
        return {"ename": type(exception).__name__, "evalue": str(exception), "traceback": []}

    def _record(self, error: BaseException) -> None:
        self.failure = namespace.described(error)
        with contextlib.suppress(BaseException):  # the border of the student's world
            text = "".join(traceback.format_exception_only(error))[: namespace.MESSAGE_LIMIT]
            text += TOO_LARGE if namespace.too_large_a_library(error) else ""
            self.failure["text"] = whole(f"{place(error)}{text}")


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
    heap.keep()
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autoindent = False
    shell = Shell.instance(
        config=config, display_pub_class=Publisher, displayhook_class=Hook, user_ns={}
    )
    shell.set_hook("show_in_pager", show_in_pager)  # `name?` shows its help below the cell
    extensions: Any = shell.extension_manager
    extensions.load_extension("storemagic")  # as a kernel does
    shell.builtin_trap.activate()
    doors.shut(shell)
    builtins.input = refuse_input
    getpass.getpass = refuse_password
    return shell


def show_in_pager(shell: Shell, data: Any, start: int = 0, screen_lines: int = 0) -> None:
    """Show what IPython would page among the cell's outputs."""
    shell.outputs.rich("display_data", data if isinstance(data, dict) else {"text/plain": data})


def refuse_input(prompt: object = "") -> str:
    """There is nobody at the keyboard while a notebook is graded."""
    raise StdinNotImplementedError("input() cannot be answered while a notebook is graded")


def refuse_password(prompt: object = "", stream: object = None) -> str:
    """The same for a question whose answer is not shown."""
    raise StdinNotImplementedError("getpass() cannot be answered while a notebook is graded")


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
    shell.begin(output_limit)
    started = time.monotonic()
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Stream("stdout", shell), Stream("stderr", shell)
    late = False
    try:
        with shell.collecting(), interrupted_after(seconds):
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
