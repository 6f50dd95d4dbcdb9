"""Parts of torch that few notebooks use are imported when somebody does, and are as ever then."""

import json
import subprocess
import sys

import pytest

from autograder.sandbox.guest.seldom import PARTS

PUT_OFF = """
import json, sys
from autograder.sandbox.guest import dataless, seldom

dataless.load({})
import torch

def unread():
    return [name for name in seldom.PARTS if type(sys.modules[name]) is seldom.Unread]
"""
AS_EVER = "import json, sys, torch\n"
CONTENT = """
print(json.dumps({name: sorted(dir(sys.modules[name])) for name in %r}))
"""
# What all of torch shares: operators, what may be loaded from a file, what can be nested, names.
SHARED = """
from torch.utils import _pytree
print(json.dumps({
    "operators": torch._C._dispatch_get_all_op_names(),
    "loaded": [each.__qualname__ for each in torch.serialization.get_safe_globals()],
    "nested": [getattr(each, "__qualname__", "") for each in _pytree.SUPPORTED_NODES],
    "torch": list(vars(torch)), "nn": list(vars(torch.nn)), "tensor": dir(torch.Tensor),
}))
"""
OWN = {"export::access_subclass_inner_tensor", "_export", "_custom_ops"}  # which `export` makes


def said(code, first=None):
    """What a fresh process says as JSON that has put the parts off and runs `code`."""
    start = PUT_OFF.format(["torch"]) if first is None else first
    ran = subprocess.run(
        [sys.executable, "-c", start + code], capture_output=True, text=True, check=True
    )
    return json.loads(ran.stdout)


def test_to_train_and_to_fail_reads_none_of_them():
    code = """
import inspect, traceback
from autograder.sandbox.guest import optimizers

optimizers.spare_the_compiler()
net = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.Flatten(), torch.nn.Linear(18, 3))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
net(torch.ones(2, 1, 5, 5)).sum().backward()
optimizer.step()
try:
    net(torch.ones(1))
except RuntimeError:
    traceback.format_exc()
inspect.getsource(torch.nn.Linear)
print(json.dumps(unread()))
"""
    assert said(code) == list(PARTS)


def test_every_part_holds_what_it_holds_as_ever():
    assert said(CONTENT % (PARTS,)) == said(CONTENT % (PARTS,), AS_EVER)


def test_nothing_else_of_torch_is_other_without_them():
    without, usual = said(SHARED), said(SHARED, PUT_OFF.format(["torch", *PARTS]))
    assert {name: sorted({*usual[name]} - {*without[name]} - OWN) for name in usual} == {
        name: [] for name in usual
    }


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("from torch.distributions import *\nNormal(0.0, 2.0).variance.item()", 4),
        ("import torch.distributions.normal as n\nn.Normal(0.0, 2.0).variance.item()", 4),
        ("import torch.quantization as q\nq.default_qconfig is not None", True),
        ("torch.masked.mine = 3\n(torch.masked.mine, callable(torch.masked.sum))", [3, True]),
    ],
)
def test_a_part_is_there_for_whoever_looks(code, value):
    *lines, last = code.split("\n")
    assert said("\n".join([*lines, f"print(json.dumps({last}))"])) == value


def test_what_an_assignment_imports_beforehand_is_read_beforehand():
    code = "print(json.dumps('torch.distributions' in unread()))"
    assert said(code, PUT_OFF.format(["torch", "torch.distributions"])) is False


def test_a_part_that_could_not_be_read_is_read_the_next_time():
    code = """
import builtins
usual = builtins.__import__

def none_left(*arguments):
    raise MemoryError

builtins.__import__ = none_left
try:
    torch.distributions.Normal
except MemoryError:
    builtins.__import__ = usual
print(json.dumps(torch.distributions.Normal(0.0, 2.0).variance.item()))
"""
    assert said(code) == 4
