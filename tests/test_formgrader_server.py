"""Where formgrader will listen, and what is said where it cannot."""

import socket

import pytest

from autograder import formgrader
from autograder.core.errors import UserError
from autograder.folder import CourseFolder


@pytest.fixture
def taken():
    """A port at which somebody else listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_that_is_taken_is_passed_over(folder, taken):
    found = formgrader.server(folder, taken)
    assert taken < found.port < taken + formgrader.PORTS
    assert found.page == f"http://localhost:{found.port}/formgrader?token={found.token}"
    assert f"--ServerApp.port={found.port}" in found.command


def test_where_all_ports_are_taken_that_is_said(folder, taken, monkeypatch):
    monkeypatch.setattr(formgrader, "PORTS", 1)
    with pytest.raises(UserError, match=rf"ports {taken} to {taken} are taken. Name another"):
        formgrader.server(folder, taken)


def test_the_key_is_another_each_time_and_on_no_command_line(folder):
    one, two = formgrader.server(folder, 20000), formgrader.server(folder, 20000)
    assert one.token != two.token
    assert one.token not in " ".join(one.command)


def test_a_folder_in_which_nothing_was_released_is_said(tmp_path):
    with pytest.raises(UserError, match=r"nothing is released yet. Run `autograder release"):
        formgrader.server(CourseFolder(tmp_path), 8888)
