"""nbgrader's interface to its database, without the rest of its package."""

import subprocess
import sys

PROGRAM = """
import sys
from autograder.database import nbgrader_api
api = nbgrader_api()
assert "jupyter_server" not in sys.modules, "Jupyter's server was imported"
assert api is nbgrader_api()
import nbgrader
from nbgrader.apps import AutogradeApp
from nbgrader.server_extensions.formgrader import handlers
assert nbgrader.api is api and nbgrader.__version__
assert AutogradeApp.name
print(api.Gradebook.__name__)
"""


def test_the_database_is_had_alone_and_the_rest_of_nbgrader_afterwards():
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("Gradebook\n", 0), done.stderr
