"""Every attack that was chosen is graded once for each backend, when the first test asks."""

import functools

import pytest

from tests.attacks import arena
from tests.attacks.attack import Attack
from tests.attacks.world import world


@pytest.fixture(scope="session")
def runs(request):
    """A function that grades all chosen attacks of a backend and keeps what became of them."""
    with world() as made:

        @functools.cache
        def graded(backend):
            rows = [
                item.callspec.params for item in request.session.items if hasattr(item, "callspec")
            ]
            chosen = [
                row["attack"]
                for row in rows
                if isinstance(row.get("attack"), Attack) and row.get("backend", "full") == backend
            ]
            return arena.graded(made, backend, list({each.name: each for each in chosen}.values()))

        yield graded
