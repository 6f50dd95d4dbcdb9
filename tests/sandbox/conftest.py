"""Real backends, started once for all tests of a file."""

from contextlib import closing

import pytest

from autograder.core.limits import Limits
from autograder.sandbox.backend import chosen
from autograder.sandbox.session import Session

QUICK = {"cell_seconds": 10, "call_seconds": 10, "memory_mb": 512}


@pytest.fixture(scope="module", params=["full"])
def backend(request):
    """The backend that grades; tests of what is promised for both name the slow one as well."""
    with closing(chosen(request.param)) as backend:
        yield backend


@pytest.fixture
def opened(backend):
    """A function that opens a session with `cells` run; every session is closed in the end."""
    sessions = []

    def opened(*cells, files=None, **limits):
        session = Session(backend, Limits(**(QUICK | limits)), files)
        sessions.append(session)
        return session, session.run(cells, asked=cells)

    yield opened
    for session in sessions:
        session.close()
