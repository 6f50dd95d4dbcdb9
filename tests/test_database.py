"""nbgrader's interface to its database, without the rest of its package."""

import subprocess
import sys

PROGRAM = """
import sys
from autograder.database import nbgrader_api
api = nbgrader_api()
found = {"jupyter_server", "nbformat", "requests", "setuptools"} & set(sys.modules)
assert not found, f"imported: {found}"
assert api is nbgrader_api()
import nbgrader
from nbgrader.apps import AutogradeApp
from nbgrader.auth import Authenticator, JupyterHubAuthPlugin
from nbgrader.server_extensions.formgrader import handlers
assert nbgrader.api is api and nbgrader.__version__
assert AutogradeApp.name and api.utils.parse_utc("2026-05-01 12:00:00 UTC").hour == 12
print(api.Gradebook.__name__)
"""


def test_the_database_is_had_alone_and_the_rest_of_nbgrader_afterwards():
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("Gradebook\n", 0), done.stderr
