"""A notebook is watched unless reading it shows that it can call nothing forbidden."""

from pathlib import Path

import pytest

from autograder.config import load_assignment, load_course
from autograder.core.spelled import harmless

ROOT = Path(__file__).parents[2]

FORBIDDEN = {"convolve1d": ["numpy.convolve", "scipy.signal"]}


@pytest.mark.parametrize(
    "source",
    [
        "",
        "import numpy as np\n\ndef f(x):\n    return np.pad(x, 1)[::-1]",
        "%matplotlib inline\nfrom matplotlib import pyplot as plt\nplt.plot([1])",
        'def convolve1d(x, w):\n    """As np.convolve(x, w), without getattr."""\n    return x',
        "class Kernel:\n    def __init__(self): ...\n    def __call__(self, x): ...",
        "for _ in range(3):\n    print(f'{_} of {type(_).__name__}')",
        "# np.convolve\nx = 1",
        "match x:\n    case int() | [1, *_]: ...",
    ],
)
def test_plain_code_needs_nobody_to_watch(source):
    assert harmless([source], FORBIDDEN)


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nfor each in [np.convolve]: ...",
        "from numpy import convolve as fold",
        "from numpy import *\nfold = convolve",
        "import scipy.signal",
        "from scipy import signal",
        "import helper",
        "from . import helper",
        'f = getattr(np, "con" + "volve")',
        "f = eval(chr(110))",
        "f = np.lib.sys.modules",
        "f = np.__dict__",
        "f = np._core",
        "f = (0 for _ in []).gi_frame",
        'K = type("K", (), {"__getattr__": 1})',
        "match np:\n    case object(convolve=f): ...",
        "match np:\n    case Like(f): ...",  # whose class may say what is taken by place
        "from string import Formatter\nf, _ = Formatter().get_field('0.con' + 'volve', [np], {})",
        "import functools\nfunctools.update_wrapper(f, np, ['con' + 'volve'])",
        "setattr(Like, '_' * 2 + 'match_args', ['con' + 'volve'])",
        "import dataclasses\nK = dataclasses.make_dataclass('K', [], namespace=made)",
        "from matplotlib.backends.registry import backend_registry as b\n"
        "b.load_backend_module('module://scipy.' + 'signal')",
        "f = np.load('f.npy', allow_pickle=True)",
        "f = np.lib.format.read_array(file, allow_pickle=True)",
        "import string\nclass F(string.Formatter): ...\nF().format('{0.con' 'volve}', np)",
        "import dataclasses\ndataclasses.fields(K)[0].name = 'x=np.con' + 'volve, y'",
        "import copy\ncopy.dispatch_table[K] = lambda k: (made, (), (None, {'a': 1}))",
        "import enum\nf = enum.bltns",
        "plt.switch_backend('module://helper')",
        "matplotlib.use('module://helper')",
        "plt.rcParams['backend'] = 'module://helper'",
        "from matplotlib.backend_bases import register_backend as r\nr('x', 'helper')",
        "fig.savefig('f.png', **{'back' + 'end': 'module://helper'})",
        "from matplotlib.animation import FuncAnimation",
        "np.test(extra_argv=['helper.py'])",
        "import functools\nf = functools.singledispatch(g)\n"
        "@f.register\ndef _(x: 'kept.append(np.convolve)'): ...",
        "def f(x): return x.convolve",
        "def f(*, convolve): ...",
        "!pip install scipy",
        "%run helper.py",
        "%%time\nx = 1",
        "x = (",
        "get_ipython().ev(x)",
        "global __builtins__",
    ],
)
def test_in_doubt_it_is_watched(source):
    assert not harmless(["import numpy as np", source], FORBIDDEN)


def test_a_question_may_have_the_name_of_a_forbidden_function():
    forbidden = {"convolution_matrix": ["scipy.linalg.convolution_matrix"]}
    own = "def convolution_matrix(w, n): ...\n\nconvolution_matrix(w, 3)"
    assert harmless([own], forbidden)
    assert not harmless([own, "linalg.convolution_matrix(w, 3)"], forbidden)


@pytest.mark.parametrize("name", ["01_convolution", "02_conv_layer", "03_pooling"])
def test_what_solves_an_assignment_of_this_course_needs_nobody_to_watch(name):
    assignment = load_assignment(load_course(ROOT), name)
    assert assignment.forbidden
    assert harmless([assignment.reference_file.read_text()], assignment.forbidden)


def test_more_code_than_is_read_is_watched():
    assert not harmless(["x = 1\n" * 50_000], FORBIDDEN)
