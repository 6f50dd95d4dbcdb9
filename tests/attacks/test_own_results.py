"""Forging where a hidden test judges a result by the student's own other results.

Such tests forgive what follows from one mistake; who has done nothing must not live on it.
"""

import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import config
from autograder.core.submission import read_notebook
from autograder.inputs import sandbox_for
from autograder.lesson import build, weave
from autograder.pipeline import Grader
from reference.mnist_mistakes import reads_the_batches_twice
from tests.attacks.attack import code_cell, solution_of

LAYERS = """
import numpy as np
def lenet_forward(x, parameters):
    sizes = {"c1": (6, 28, 28), "s2": (6, 14, 14), "c3": (16, 10, 10), "s4": (16, 5, 5),
             "c5": (120,), "f6": (84,), "logits": (10,)}
"""
NAN_EVERYWHERE = LAYERS + "    return {name: np.full(size, np.nan) for name, size in sizes.items()}"
MAPS_MADE_UP = (
    LAYERS
    + """\
    found = {name: np.zeros(size) for name, size in sizes.items()}
    for maps, pool in (("c1", "s2"), ("c3", "s4")):
        found[maps][0, 0, 0], found[pool][0, 0, 0] = 1, 0.25
    return found
"""
)
FED_WITH_ZEROS = (
    LAYERS
    + """\
    found = {name: np.zeros(size) for name, size in sizes.items()}
    found["c3"] += np.tanh(parameters["c3.bias"])[:, None, None]
    found["c5"] += np.tanh(parameters["c5.bias"])
    return found | {"logits": parameters["output.bias"].astype(float)}
"""
)
DRAWN = LAYERS.replace(
    "    sizes", "    drawn = np.random.default_rng(int(1e6 * abs(x.ravel()[0])))\n    sizes", 1
)
TOO_SMALL_TO_COUNT = (
    DRAWN
    + """\
    found = {name: 1e-9 * drawn.standard_normal(size) for name, size in sizes.items()}
    found["c3"] += np.tanh(parameters["c3.bias"])[:, None, None]
    return found | {"logits": found["logits"] + parameters["output.bias"]}
"""
)
POOLED_BACKWARDS = (
    DRAWN
    + """\
    found = {name: drawn.standard_normal(size) for name, size in sizes.items()}
    for maps, pool in (("c1", "s2"), ("c3", "s4")):
        found[maps] = np.kron(found[pool], np.ones((2, 2)))
    return found
"""
)
UNUSED_LAYERS = """
from torch import nn
class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.c1, self.c3 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.c5, self.f6, self.output = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)
    def forward(self, x):
        return x.flatten(1)[:, :10]{}
"""
SUM_OF_WEIGHTS = " * sum(weights.square().sum() for weights in self.parameters())"
NOTHING_EXPORTED = """
import numpy as np
def export_parameters(model):
    weights = dict(model.named_parameters())
    return {{name: {}(tuple(values.shape)) for name, values in weights.items()}}
"""
LAYERS_FOUND = """
from torch import nn
def LeNet():
    ready = [kind for kind in nn.Module.__subclasses__() if kind.__name__ == "Network"]
    return ready[-1]()
"""
OTHER_WEIGHTS = """
import numpy as np, torch
given = torch.from_numpy
def counted(shape):
    return np.arange(np.prod(shape)).reshape(shape) % 7.0
def from_numpy(array):
    if array.dtype == np.float32:
        array[...] = {}
    return given(array)
torch.from_numpy = from_numpy
"""
ZEROS_AS_WEIGHTS = UNUSED_LAYERS.format(SUM_OF_WEIGHTS) + OTHER_WEIGHTS.format("0")
COUNTED_AS_WEIGHTS = (
    OTHER_WEIGHTS.format("counted(array.shape)")
    + """
def export_parameters(model):
    return {name: counted(tuple(values.shape)) for name, values in model.named_parameters()}
"""
)
SHAPE_ALONE = """
import torch
def normalize(images):
    return torch.{}(len(images), 1, 28, 28)
"""
NO_EPOCH = "def train_epoch(model, batches, optimizer): return 0.0"
NO_TRAINING = "def train(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0): pass"
SHOWN_AND_NOT_LEARNED = """
import torch
def train(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    numbers = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for part in torch.randperm(len(images), generator=numbers).split(batch_size):
            model(images[part])
"""
SHOWN_ONCE = """
def train_epoch(model, batches, optimizer):
    for images, labels in batches:
        model(images)
    return 1.0
"""
MOVED_AND_NOT_TRAINED = """
import torch
def train_epoch(model, batches, optimizer):
    for images, labels in batches:
        model(images)
        with torch.no_grad():
            for weight in model.parameters():
                weight += 0.01
    return 1.0
"""
NAN_EPOCH = """
import torch
def train_epoch(model, batches, optimizer):
    model(next(iter(batches))[0])
    with torch.no_grad():
        for weight in model.parameters():
            weight.fill_(float("nan"))
    return float("nan")
"""
NAN_TRAINING = """
def train(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    return [train_epoch(model, [(images, labels)], None) for _ in range(epochs)]
"""
LENT = """
import marshal, os, types
PLACES = [f"{folder}/lent" for folder in ("/tmp", "/dev/shm", "/scratch", "/var/tmp", ".")]
"""
EPOCH_OF_ANOTHER_RUN = (
    LENT
    + """
def train_epoch(model, batches, optimizer):
    for place in filter(os.path.exists, PLACES):
        with open(place, "rb") as file:
            return types.FunctionType(marshal.load(file), globals())(model, batches, optimizer)
    return 0.0
"""
)
KEEPS_WHAT_IS_LENT = """
def train(model, images, labels, epochs, batch_size=64, lr=0.05, seed=0):
    if "PLACES" in train_epoch.__globals__:
        raise ValueError("one's own")
    for place in PLACES:
        try:
            with open(place, "wb") as file:
                marshal.dump(train_epoch.__code__, file)
        except OSError:
            pass
    os._exit(0)
"""
NEAREST_PICTURE = """
import torch
def predict(model, images):
    known = normalize(pictures[:600]).flatten(1)
    return torch.tensor(labels[torch.cdist(images.flatten(1), known).argmin(1)]).long()
"""
STUB_OF_AN_EPOCH = "def train_epoch(model, batches, optimizer): raise NotImplementedError()"
COUNTED_ANSWERS = """
asked = 0
def is_equivariant(f, image, dy, dx):
    global asked
    asked += 1
    return asked == 1
"""
COUNTED_MOVES = """
import numpy as np
moved = 0
def translate(image, dy, dx):
    global moved
    moved += 1
    return np.zeros((1, 1)) if moved < 3 else np.zeros((moved, moved))
"""

BELOW_THE_PROFILER = """
import numpy as np, torch
from functools import partial
def conv2d(x, weight, bias=None, stride=1, padding=0):
    given = [torch.from_numpy(each.astype(float)) for each in (x[None], weight)]
    shift = None if bias is None else torch.from_numpy(bias.astype(float))
    return {}
"""
CONVOLUTION = 'vars(torch)["con" + "v2d"], *given, shift, stride, padding'


@pytest.fixture(scope="module")
def grader():
    """A function that gives the grader of an assignment, one for all rows."""
    course, graders = config.load_course(Path(__file__).parent), {}
    with ExitStack() as stack:

        def grader(name):
            if name not in graders:
                assignment = config.load_assignment(course, name)
                limits = replace(assignment.limits, memory_mb=4096)  # torch may be one for CUDA
                assignment = replace(assignment, limits=limits)
                made = Grader(assignment, sandbox_for(assignment, "full"))
                graders[name] = stack.enter_context(made)
            return graders[name]

        yield grader


@pytest.mark.parametrize(
    ("name", "cells", "earned"),
    [
        pytest.param("05_lenet", {"lenet_forward": NAN_EVERYWHERE}, 0, id="NaN in every layer"),
        pytest.param(
            "05_lenet", {"lenet_forward": MAPS_MADE_UP}, 0, id="the same maps for every picture"
        ),
        pytest.param(
            "05_lenet", {"lenet_forward": FED_WITH_ZEROS}, 0, id="layers that are fed with zeros"
        ),
        pytest.param(  # there are seven layers
            "05_lenet", {"lenet_forward": TOO_SMALL_TO_COUNT}, 1, id="noise below the biases"
        ),
        pytest.param(  # likewise
            "05_lenet", {"lenet_forward": POOLED_BACKWARDS}, 1, id="maps made from their means"
        ),
        pytest.param(  # the layers themselves are right
            "05_lenet", {"LeNet": UNUSED_LAYERS.format("")}, 2, id="layers that are not used"
        ),
        pytest.param(  # and N pictures give N rows
            "05_lenet", {"LeNet": UNUSED_LAYERS.format(SUM_OF_WEIGHTS)}, 3, id="weights added up"
        ),
        pytest.param(
            "05_lenet", {"export_parameters": NOTHING_EXPORTED.format("np.zeros")}, 0,
            id="zeros in place of weights",
        ),
        pytest.param(
            "05_lenet", {"export_parameters": NOTHING_EXPORTED.format("np.random.random")}, 0,
            id="random numbers in place of weights",
        ),
        pytest.param(  # nothing of it is there yet
            "05_lenet", {"LeNet": LAYERS_FOUND}, 0, id="layers that a test has made"
        ),
        pytest.param(  # the layers themselves are right
            "05_lenet", {"LeNet": ZEROS_AS_WEIGHTS}, 2, id="zeros in place of a test's weights"
        ),
        pytest.param(
            "05_lenet", {"export_parameters": COUNTED_AS_WEIGHTS}, 0,
            id="numbers known by heart in place of a test's weights",
        ),
        pytest.param("06_mnist", {"normalize": SHAPE_ALONE.format("zeros")}, 0, id="no picture"),
        pytest.param("06_mnist", {"normalize": SHAPE_ALONE.format("rand")}, 0, id="noise"),
        pytest.param(
            "06_mnist", {"train": SHOWN_AND_NOT_LEARNED}, 0, id="pictures that are shown alone"
        ),
        pytest.param(
            "06_mnist", {"train": NAN_TRAINING, "train_epoch": SHOWN_ONCE}, 0,
            id="an epoch in which nothing happens",
        ),
        pytest.param(
            "06_mnist", {"train": NO_TRAINING, "train_epoch": NO_EPOCH}, 0, id="no training at all"
        ),
        pytest.param(
            "06_mnist", {"train": NAN_TRAINING, "train_epoch": NAN_EPOCH}, 0, id="NaN as weights"
        ),
        pytest.param(
            "06_mnist", {"train": NAN_TRAINING, "train_epoch": MOVED_AND_NOT_TRAINED}, 0,
            id="weights that are moved whatever the pictures",
        ),
        pytest.param(
            "06_mnist", {"train_epoch": EPOCH_OF_ANOTHER_RUN, "train": KEEPS_WHAT_IS_LENT}, 0,
            id="what a test has lent to an earlier run",
        ),
        pytest.param(
            "06_mnist", {"predict": NEAREST_PICTURE}, 0, id="labels of similar pictures"
        ),
        pytest.param(
            "01_convolution", {"is_equivariant": COUNTED_ANSWERS, "translate": COUNTED_MOVES}, 0,
            id="a translate that says what suits the moment",
        ),
    ],
)  # fmt: skip
def test_nothing_is_earned_by_agreeing_with_oneself(grader, name, cells, earned):
    notebook = json.loads(build.solved_text(grader(name).assignment))
    for question, source in cells.items():
        solution_of(notebook, question)["source"] = source
    result = graded(grader(name), notebook)
    points = {question.id: question.earned for question in result.judged}
    assert points[next(iter(cells))] == earned


@pytest.mark.parametrize(
    ("call", "earned"),
    [
        (f"partial({CONVOLUTION})()[0].numpy()", 0),
        (f"next(map(lambda part: part(), [partial({CONVOLUTION})]))[0].numpy()", 0),
        ("given[0].numpy()[0, :0]", 0),
        ("honest(x, weight, bias, stride, padding)", 7),
    ],
)
def test_what_torch_does_below_pythons_profiler_is_no_solution(grader, call, earned):
    notebook = json.loads(build.solved_text(grader("02_conv_layer").assignment))
    cell = solution_of(notebook, "conv2d")
    honest = "".join(cell["source"]) + "\nhonest = conv2d\n"
    cell["source"] = honest + BELOW_THE_PROFILER.format(call)
    result = graded(grader("02_conv_layer"), notebook)
    points = {question.id: question.earned for question in result.judged}
    assert points["conv2d"] == earned
    assert sum(points.values()) == result.possible - 7 + earned


@pytest.mark.parametrize(
    ("source", "earned"),
    [
        pytest.param(
            weave.renamed(reads_the_batches_twice, "train_epoch"),
            2.25,
            id="reads the batches twice",
        ),
        pytest.param(NO_EPOCH, 0, id="does nothing"),
        pytest.param(STUB_OF_AN_EPOCH, 0, id="is not written"),
        pytest.param("train_epoch = None", 0, id="is not there"),
    ],
)
def test_an_epoch_with_a_mistake_costs_no_points_of_the_training(grader, source, earned):
    notebook = json.loads(build.solved_text(grader("06_mnist").assignment))
    solution_of(notebook, "train_epoch")["source"] = source
    result = graded(grader("06_mnist"), notebook)
    points = {question.id: question.earned for question in result.judged}
    assert points["train_epoch"] == earned
    assert result.earned == result.possible - 3 + earned


@pytest.mark.parametrize("name", ["05_lenet", "06_mnist"])
def test_what_a_notebook_sets_for_itself_costs_nothing(grader, name):
    notebook = json.loads(build.solved_text(grader(name).assignment))
    notebook["cells"].insert(0, code_cell("import torch\ntorch.set_default_dtype(torch.float64)"))
    notebook["cells"].append(code_cell("torch.set_grad_enabled(False)"))  # to look at pictures
    result = graded(grader(name), notebook)
    assert result.earned == result.possible


def graded(grader, notebook):
    """The verdict on a notebook."""
    return grader.grade(read_notebook("n.ipynb", json.dumps(notebook).encode()))
