"""Starts JupyterLab with nbgrader's formgrader, ready to grade a course folder by hand."""

import os
import secrets
import socket
import sys
from dataclasses import dataclass
from typing import NoReturn

from autograder.core.errors import UserError
from autograder.folder import CourseFolder

EXTENSIONS = ("formgrader", "assignment_list", "course_list", "validate_assignment")
PORTS = 50  # tried from the one that was asked for


@dataclass(frozen=True)
class Server:
    """A JupyterLab for one course folder: where it will listen, and the key that opens it."""

    folder: CourseFolder
    port: int
    token: str

    @property
    def page(self) -> str:
        """The address of formgrader's first page, with the key."""
        return f"http://localhost:{self.port}/formgrader?token={self.token}"

    @property
    def command(self) -> list[str]:
        """JupyterLab with nbgrader's extensions, whatever the user's own settings say."""
        extensions = [f"nbgrader.server_extensions.{name}" for name in EXTENSIONS]
        return [
            *(sys.executable, "-m", "jupyterlab", "-y"),  # one Ctrl-C ends it
            f"--ServerApp.root_dir={self.folder.root}",
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            "--ServerApp.log_level=WARN",
            "--LabApp.default_url=/formgrader",
            *(f"--ServerApp.jpserver_extensions={name}=True" for name in extensions),
            *["--allow-root"] * (os.geteuid() == 0),  # in a container; student code has its sandbox
        ]

    def become(self, browser: bool) -> NoReturn:
        """Turn this process into the server, so that Ctrl-C and every signal reach it."""
        options = [] if browser else ["--no-browser"]
        sys.stdout.flush()
        os.chdir(self.folder.root)
        variables = os.environ | {"JUPYTER_TOKEN": self.token}  # which a command line would show
        os.execve(sys.executable, [*self.command, *options], variables)


def server(folder: CourseFolder, port: int) -> Server:
    """A server at `port` or the next one that is free; UserError where nothing was released."""
    if folder.unready:
        raise UserError(f"{folder.root}: {folder.unready}")
    ports = range(port, port + PORTS)
    found = next(filter(is_free, ports), None)
    if found is None:
        raise UserError(f"ports {ports[0]} to {ports[-1]} are taken. Name another with --port")
    return Server(folder, found, secrets.token_urlsafe(24))


def is_free(port: int) -> bool:
    """Whether nobody listens at a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
