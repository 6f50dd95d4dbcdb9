"""torch is seeded as ever, but does not take down each time who asked for it."""

import json
import subprocess
import sys

SEEDED = """
import json
import torch
from autograder.sandbox.guest import seeding

if {spared}:
    seeding.spare_the_stack()
torch.manual_seed(3)
first = torch.rand(3).tolist()
torch.cuda.manual_seed(5)
torch.seed()
torch.manual_seed(3)
_, stack = torch.cuda._lazy_seed_tracker.manual_seed_all_cb
print(json.dumps([first, torch.rand(3).tolist(), torch.initial_seed(), bool(stack)]))
"""


def seeded(spared):
    """Numbers after a seed, the same again, the seed, and whether the stack was taken down."""
    code = SEEDED.format(spared=spared)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def test_a_seed_gives_the_same_numbers_whether_or_not_somebody_takes_down_the_stack():
    (first, again, seed, usual), (*spared, taken_down) = seeded(False), seeded(True)
    assert spared == [first, again, seed]
    assert first == again
    assert (seed, usual, taken_down) == (3, True, False)


def test_an_error_of_a_device_that_is_not_there_is_what_it_was():
    code = """
import traceback
import torch
from autograder.sandbox.guest import seeding

def said():
    try:
        torch.ones(1, device="cuda")
    except Exception as error:
        return type(error), str(error)

before = said()
seeding.spare_the_stack()
torch.manual_seed(1)
assert said() == before
assert traceback.format_stack()
"""
    subprocess.run([sys.executable, "-c", code], check=True)
