"""Shortcuts are found however they are written, and nobody is suspected without cause."""

import ast
import inspect

import pytest

from autograder.core import forbidden
from autograder.core.forbidden import is_forbidden, nodes_of, shortcuts, with_unseen

FORBIDDEN = {
    "convolve1d": ["numpy.convolve", "numpy.correlate", "scipy.signal", "torch.conv1d",
                   "torch.nn.functional.conv1d"],
}  # fmt: skip

GUILTY = {
    "plain": "import numpy as np\ndef convolve1d(x, w):\n    return np.convolve(x, w)",
    "imported name": "from numpy import convolve as c\ndef convolve1d(x, w):\n    return c(x, w)",
    "alias of a module": "import numpy\nlib = numpy\ndef convolve1d(x, w):\n    return lib.convolve(x, w)",
    "alias of a function": "import numpy as np\nf = np.convolve\ndef convolve1d(x, w):\n    return f(x, w)",
    "local import": "def convolve1d(x, w):\n    from scipy.signal import fftconvolve\n    return fftconvolve(x, w)",
    "module import": "import scipy.signal\ndef convolve1d(x, w):\n    return scipy.signal.convolve(x, w)",
    "getattr": "import numpy as np\ndef convolve1d(x, w):\n    return getattr(np, 'con' + 'volve')(x, w)",
    "import_module": (
        "import importlib\ndef convolve1d(x, w):\n"
        "    s = importlib.import_module('scipy.signal')\n    return s.convolve(x, w)"
    ),
    "dunder import": "def convolve1d(x, w):\n    return __import__('scipy.signal').signal.convolve(x, w)",
    "helper": (
        "import numpy as np\ndef helper(a, b):\n    return np.convolve(a, b)\n"
        "def convolve1d(x, w):\n    return helper(x, w)"
    ),
    "lambda": "import numpy as np\nhelp_me = lambda a, b: np.convolve(a, b)\ndef convolve1d(x, w):\n    return help_me(x, w)",
    "partial": (
        "import numpy as np\nfrom functools import partial\nfull = partial(np.convolve, mode='full')\n"
        "def convolve1d(x, w):\n    return full(x, w)"
    ),
    "assigned": "import numpy as np\nconvolve1d = np.convolve",
    "private module": "import numpy as np\ndef convolve1d(x, w):\n    return np._core.convolve(x, w)",
    "inner module": (
        "import numpy as np\ndef convolve1d(x, w):\n"
        "    return np._core.multiarray.correlate(x, w[::-1], 2)"
    ),
    "functional": "import torch.nn.functional as F\ndef convolve1d(x, w):\n    return F.conv1d(x, w)",
    "from package": "from scipy import signal\ndef convolve1d(x, w):\n    return signal.lfilter(w, 1, x)",
    "a call in an annotation": (
        "import numpy as np\ndef convolve1d(x, w: np.convolve([1], [2])):\n    return w"
    ),
    "a call where a type is asked": (
        "import numpy as np\ndef convolve1d(x, w):\n    return isinstance(x, np.convolve(x, w))"
    ),
    "a default": "import numpy as np\ndef convolve1d(x, w, f=np.convolve):\n    return f(x, w)",
    "with a magic": "%matplotlib inline\nimport numpy as np\ndef convolve1d(x, w):\n    return np.convolve(x, w)",
}  # fmt: skip

INNOCENT = {
    "compared elsewhere": (
        "import numpy as np\ndef convolve1d(x, w):\n    y = np.fft.ifft(x)\n    return y\n"
        "y = np.convolve([1], [2])\nassert np.allclose(convolve1d([1], [2]), y)"
    ),
    "parameter named like a module": (
        "from scipy import signal\ndef convolve1d(signal, w):\n    return signal[0] * w"
    ),
    "own function of the same name": (
        "def convolve(x, w):\n    return x\ndef convolve1d(x, w):\n    return convolve(x, w)"
    ),
    "types": (
        "import numpy as np, torch\nfrom scipy import signal\n"
        "def convolve1d(x: np.ndarray | signal.lti, w: list[signal.lti]) -> signal.lti:\n"
        "    y: signal.lti = x\n    return None if isinstance(x, (list, signal.lti)) else y"
    ),
    "comment and text": 'def convolve1d(x, w):\n    "not np.convolve"\n    return x  # np.convolve',
    "allowed relatives": "import numpy as np\ndef convolve1d(x, w):\n    return np.convolve_like(x)",
    "value computed before": (
        "import numpy as np\nexpected = np.convolve([1], [2])\n"
        "def convolve1d(x, w):\n    return x\ncheck = convolve1d(expected, expected)"
    ),
    "another question's cell": "import numpy as np\ndef other(x, w):\n    return np.convolve(x, w)",
    "replaced later": (
        "import numpy as np\ndef convolve1d(x, w):\n    return np.convolve(x, w)\n"
        "def convolve1d(x, w):\n    return x"
    ),
    "broken cell": "import numpy as np\ndef convolve1d(x, w:\n    return np.convolve(x, w)",
}  # fmt: skip


@pytest.mark.parametrize("source", GUILTY.values(), ids=GUILTY.keys())
def test_shortcut_is_found(source):
    assert "convolve1d" in shortcuts([source], FORBIDDEN)


@pytest.mark.parametrize("source", INNOCENT.values(), ids=INNOCENT.keys())
def test_honest_code_is_not_suspected(source):
    assert shortcuts([source], FORBIDDEN) == {}


def test_the_place_is_told():
    [shortcut] = shortcuts([GUILTY["plain"]], FORBIDDEN)["convolve1d"]
    assert (shortcut.name, shortcut.line) == ("numpy.convolve", "return np.convolve(x, w)")


def test_cells_share_their_names():
    cells = ["import numpy as np", "def convolve1d(x, w):\n    return np.convolve(x, w)"]
    assert "convolve1d" in shortcuts(cells, FORBIDDEN)


@pytest.mark.parametrize(
    ("listed", "of_torch"),
    [("torch", True), ("torch.conv2d", True), ("numpy.convolve", False), ("torchvision", False)],
)
def test_what_torch_does_not_tell_is_forbidden_where_something_of_torch_is(listed, of_torch):
    names = with_unseen((listed,))
    assert is_forbidden("ctypes.CDLL", names)
    assert is_forbidden("cProfile.Profile", names)
    assert is_forbidden("torch.overrides.TorchFunctionMode", names) == of_torch
    assert is_forbidden("torch.profiler.profile", names) == of_torch


def test_nodes_come_in_the_order_of_python_s_own_walk():
    tree = ast.parse(inspect.getsource(forbidden))
    own = [node for node in ast.walk(tree) if not isinstance(node, ast.expr_context)]
    assert nodes_of(tree) == own
