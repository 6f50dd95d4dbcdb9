"""Hostile notebooks: none reaches its aim, each earns what it deserves, nobody else is harmed."""

import ast

import pytest

from tests.attacks import (
    crafting,
    deceiving,
    escaping,
    exhausting,
    forging,
    lying,
    outliving,
    reaching,
    remembering,
    stealing,
)
from tests.attacks.arena import FORBIDDEN_KINDS, outputs_of

# What was left behind must be there to be found: stealing comes last.
FAMILIES = (
    forging, deceiving, remembering, outliving, exhausting, escaping, reaching, lying, crafting, stealing,
)  # fmt: skip
ROWS = [row for family in FAMILIES for row in (*family.ATTACKS, *family.HONEST)]


AT_LENGTH = (deceiving, remembering, crafting)  # of these, the core alone in the normal tier
LONG = {row.name for family in AT_LENGTH for row in family.ATTACKS if not row.core}


def rows():
    """Each attack on both backends; the slow one, and much of the rest, in the long tier."""
    for backend in ("full", "fresh"):
        for row in ROWS:
            tier = "core" if row.core else "rest"
            marks = [pytest.mark.heavy] if backend == "fresh" or row.name in LONG else []
            yield pytest.param(backend, row, id=f"{backend}-{tier}-{row.name}", marks=marks)


each = pytest.mark.parametrize(("backend", "attack"), list(rows()))
backends = pytest.mark.parametrize(
    "backend", ["full", pytest.param("fresh", marks=pytest.mark.heavy)]
)


@each
def test_an_attack_fails_and_an_honest_notebook_does_not(runs, backend, attack):
    assert runs(backend).offences(attack) == []


@pytest.mark.parametrize("attack", [row for row in forging.ATTACKS if row.name == "no-dictionary"])
def test_what_is_forged_reaches_the_grader_at_all(runs, attack):
    questions = {each.id: each for each in runs("full").results[attack.name].questions}
    said = {check.message for check in questions[attack.question].checks}
    assert said == {"Your code raised a TypeError."}  # as the reply, not as what was returned


@backends
def test_the_honest_neighbours_get_all_their_points(runs, backend):
    run = runs(backend)
    assert run.results
    assert [name for name in run.results if name[:9] == "neighbour" and not run.perfect(name)] == []


@backends
def test_nothing_is_left_when_all_is_graded(runs, backend):
    run = runs(backend)
    assert run.processes == []
    assert run.grown == {}
    assert run.world.files_left() == []
    assert run.world.mounts_left() == []
    assert not run.world.keys_left()
    assert run.world.bystander.poll() is None


def test_there_are_enough_attacks_and_no_two_of_one_name():
    names = [row.name for row in ROWS]
    assert sorted(names) == sorted(set(names))
    assert sum(len(family.ATTACKS) for family in FAMILIES) >= 300
    assert all(family.HONEST for family in FAMILIES)


def test_each_attack_can_be_run_at_all():
    def is_python(cell):
        return compile(cell, "cell", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)

    for row in ROWS:
        if row.name != "shell-doors":  # IPython's own language
            assert is_python(row.cell), row.name


LIARS = [
    pytest.param(row, id=row.name, marks=[pytest.mark.heavy] if row.name in LONG else [])
    for row in (*lying.ATTACKS, *crafting.ATTACKS)
]


@pytest.mark.parametrize("attack", LIARS)
def test_a_notebook_for_graders_holds_nothing_active(runs, attack):
    notebook = runs("full").notebook(attack)
    kinds = {kind for output in outputs_of(notebook) for kind in output.get("data", {})}
    assert not kinds & set(FORBIDDEN_KINDS)
    words = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    signs = ("<script", "javascript:", "![")
    active = [text for text in words if any(sign in text for sign in signs)]
    assert active == []
