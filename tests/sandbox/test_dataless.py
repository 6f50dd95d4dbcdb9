"""torch is imported without what it knows of tensors without data, and has it when needed."""

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from autograder.core.limits import Limits
from autograder.sandbox.backend import chosen
from autograder.sandbox.session import Session

ROOT = Path(__file__).parents[2]
PUT_OFF = """
import json, sys
from autograder.sandbox.guest import dataless

dataless.load(["torch"])
import torch

def there():
    return "torch._decomp" in sys.modules
"""
SHAPES = """
with torch.device("meta"):
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 5, padding=2), torch.nn.Tanh(), torch.nn.AvgPool2d(2),
        torch.nn.MaxPool2d(2), torch.nn.BatchNorm2d(6), torch.nn.Flatten(), torch.nn.Linear(294, 10)
    )
    pictures = torch.empty(3, 1, 28, 28)
scores = net(pictures)
loss = torch.nn.functional.cross_entropy(scores, torch.zeros(3, dtype=int, device="meta"))
loss.backward()
torch.linalg.inv(torch.empty(3, 3, device="meta"))
shapes = [list(scores.shape), [list(weight.grad.shape) for weight in net.parameters()]]
"""


def said(code):
    """What a fresh process says as JSON that has put it off and runs `code`."""
    ran = subprocess.run(
        [sys.executable, "-c", f"{PUT_OFF}{code}"], capture_output=True, text=True, check=True
    )
    return json.loads(ran.stdout)


def test_torch_trains_without_it():
    trained = """
from autograder.sandbox.guest import optimizers

optimizers.spare_the_compiler()
torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.Flatten(), torch.nn.Linear(18, 3))
optimizer = torch.optim.Adam(net.parameters())
for _ in range(3):
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(net(torch.ones(2, 1, 5, 5)), torch.tensor([0, 2]))
    loss.backward()
    optimizer.step()
sums = [weight.sum().item() for weight in net.parameters()]
"""
    without = said(f"{trained}\nprint(json.dumps([sums, there()]))")
    usual = said(f"dataless.fetch()\n{trained}\nprint(json.dumps([sums, there()]))")
    assert (without[1], usual[1]) == (False, True)
    assert without[0] == usual[0]


@pytest.mark.parametrize(
    "wake",
    [
        "dataless.needed_by('with torch.device(\"meta\"): pass')",
        "import torch._dynamo",
        "torch._meta_registrations.activate_meta",
    ],
)
def test_it_is_fetched_where_it_is_needed_and_knows_all_shapes(wake):
    shapes = said(f"{wake}\nassert there()\n{SHAPES}\nprint(json.dumps(shapes))")
    weights = [[6, 1, 5, 5], [6], [6], [6], [10, 294], [10]]
    assert shapes == [[3, 10], weights]


def test_code_that_makes_no_such_tensors_does_not_fetch_it():
    code = "dataless.needed_by('metadata = {}  # of a picture')\nprint(json.dumps(there()))"
    assert said(code) is False


@pytest.fixture(scope="module")
def warm():
    """A backend whose guests find torch imported."""
    with closing(chosen("full", ["torch"])) as backend:
        yield backend


def test_a_notebook_may_count_weights_without_making_them(warm):
    with Session(warm, Limits(cell_seconds=60)) as session:
        runs = session.run(
            ["import sys, torch\n'torch._decomp' in sys.modules", SHAPES, "shapes[0]"]
        )
    values = [run.outputs[0]["data"]["text/plain"] for run in (runs[0], runs[2])]
    assert values == ["False", "[3, 10]"]


def test_a_module_that_was_handed_in_may_do_so_too(warm):
    files = {"sizes.py": f"import torch\n{SHAPES}".encode()}
    with Session(warm, Limits(cell_seconds=60), files) as session:
        (run,) = session.run(["from sizes import shapes\nshapes[0]"])
    assert run.outputs[0]["data"]["text/plain"] == "[3, 10]"


def test_a_check_that_seeds_finds_what_it_takes_imported(warm):
    with Session(warm, Limits(cell_seconds=60)) as session:
        [run] = session.run(["import sys\n'numpy.random' in sys.modules"])
    assert run.outputs[0]["data"]["text/plain"] == "True"


@pytest.mark.parametrize("modules", [("torch",), ()], ids=["warm", "brought along"])
def test_a_notebook_draws_random_numbers_and_shuffles_all_the_same(modules):
    cell = "import torch\ntorch.Generator().manual_seed(1)\n" + (
        "data = torch.utils.data.DataLoader([1, 2, 3, 4], batch_size=4, shuffle=True)\n"
        "print(sorted(next(iter(data)).tolist()))"
    )
    limits = Limits(memory_mb=4096, cell_seconds=60)
    with closing(chosen("full", modules)) as backend, Session(backend, limits) as session:
        [run] = session.run([cell])
    assert run.outputs[0].get("text") == "[1, 2, 3, 4]\n"


@pytest.mark.heavy
def test_whatever_else_torch_does_it_does_as_ever():
    words = [sys.executable, "-m", "tests.sandbox.torch_features"]
    ran = [
        subprocess.run([*words, how], capture_output=True, text=True, check=True, cwd=ROOT)
        for how in ("as ever", "put_off")
    ]
    usual, without = (json.loads(each.stdout.splitlines()[-1]) for each in ran)
    assert without == usual
    assert not [name for name, said in usual.items() if isinstance(said, str)]
