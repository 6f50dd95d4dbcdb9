"""The other side of the comparison: cells in a real kernel, through nbclient."""

import os
from contextlib import ExitStack
from subprocess import DEVNULL

from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from tests.sandbox.fidelity.behaviours import BESIDE

DIED = ({"output_type": "error", "ename": "DeadKernelError", "evalue": "", "traceback": []},)
# One kernel serves many notebooks: what the last one left behind goes away.
CLEAN = """\
import logging, os, sys, threading, warnings
os.makedirs({folder!r}, exist_ok=True)
os.chdir({folder!r})
for name, text in {beside!r}.items():
    open(name, "wb").write(text)
logging.root.handlers.clear()
logging.root.setLevel(logging.WARNING)
sys.modules.pop("beside", None)
vars(sys.modules["IPython.core.interactiveshell"]).pop("__warningregistry__", None)
if "matplotlib.pyplot" in sys.modules:
    sys.modules["matplotlib.pyplot"].close("all")
get_ipython().reset(new_session=True)
get_ipython().execution_count = 1
"""


class Jupyter:
    """A kernel that is started when it is needed, and anew when a notebook ended it."""

    def __init__(self, folder):
        self._folder = folder
        self._count = 0
        self._stack = ExitStack()
        self._client = None

    def close(self):
        """End the kernel."""
        self._stack.close()
        self._client = None

    def run(self, cells):
        """The outputs of each cell, as a notebook would keep them."""
        client = self._clean_kernel()
        notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
        client.nb = notebook
        client.reset_execution_trackers()
        for index, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, index)
            except DeadKernelError:
                cell.outputs += DIED
                self.close()
                break
        return [cell.get("outputs", []) for cell in notebook.cells]

    def _clean_kernel(self):
        if self._client is None:
            self._client = self._started()
        self._count += 1
        text = CLEAN.format(folder=str(self._folder / str(self._count)), beside=BESIDE)
        self._client.nb = new_notebook(cells=[new_code_cell(text)])
        self._client.execute_cell(self._client.nb.cells[0], 0, store_history=False)
        kinds = [output.output_type for output in self._client.nb.cells[0].outputs]
        assert "error" not in kinds, self._client.nb.cells[0].outputs
        return self._client

    def _started(self):
        hidden = ("PYTEST_CURRENT_TEST",)  # with it a kernel leaves descriptors 1 and 2 alone
        environment = {name: value for name, value in os.environ.items() if name not in hidden}
        home = {"HOME": str(self._folder), "IPYTHONDIR": str(self._folder / "ipython")}
        quiet = {"stdout": DEVNULL, "stderr": DEVNULL}  # it repeats there what it reads below
        client = NotebookClient(
            new_notebook(), kernel_name="python3", allow_errors=True, timeout=60
        )
        self._stack.enter_context(client.setup_kernel(env=environment | home, **quiet))
        return client
