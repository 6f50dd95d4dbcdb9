"""Optimizers do without torch's compiler until somebody imports it, and compute the same."""

import json
import subprocess
import sys

import pytest

TRAINS = """
import copy, json, sys
import torch
from autograder.sandbox.guest import optimizers

if {spared}:
    optimizers.spare_the_compiler()
{before}
sums = []
for name in ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "NAdam", "LBFGS"):
    torch.manual_seed(0)
    layers = torch.nn.Conv2d(1, 2, 3), torch.nn.Flatten(), torch.nn.Linear(18, 3)
    model = torch.nn.Sequential(*layers)
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1)

    def loss():
        optimizer.zero_grad()
        found = model(torch.ones(2, 1, 5, 5)).pow(2).sum()
        found.backward()
        return found

    for _ in range(3):
        optimizer.step(loss)
        schedule.step()
    optimizer.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    if name != "LBFGS":
        optimizer.add_param_group({{"params": [torch.nn.Parameter(torch.ones(2))]}})
    sums += [parameter.sum().item() for parameter in model.parameters()]
print(json.dumps([sums, "torch._dynamo" in sys.modules]))
"""


def trained(spared, before=""):
    """What comes of some trainings in a fresh process, and whether the compiler is loaded there."""
    code = TRAINS.format(spared=spared, before=before)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def usual():
    """The same trainings as torch does them."""
    sums, compiler = trained(spared=False)
    assert compiler  # else there is nothing to spare
    return sums


def test_the_compiler_is_not_imported_and_the_weights_are_the_same(usual):
    assert trained(spared=True) == [usual, False]


def test_where_somebody_imports_the_compiler_it_is_asked_as_ever(usual):
    assert trained(spared=True, before="import torch._dynamo") == [usual, True]


def test_a_step_that_is_compiled_meets_the_compiler(usual):
    compiled = """
step = torch.compile(lambda x: x * 2, backend="eager")
assert step(torch.ones(2)).tolist() == [2, 2]
"""
    assert trained(spared=True, before=compiled) == [usual, True]
