"""A headless Chromium, and JupyterLab for it to look at; what a test shows lands in the pages."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

WAIT = 180_000  # milliseconds, for a machine that is busy
SIZE = {"width": 1180, "height": 720}
PICTURES = os.environ.get("AUTOGRADER_PICTURES")  # a folder, to refresh the pictures of the pages
NEWS = ".jupyter/lab/user-settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def chromium():
    """The browser."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on PATH: sudo apt install chromium")
    expect.set_options(timeout=WAIT)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """An empty page of its own; a script that fails in it fails the test."""
    page = chromium.new_page(viewport=SIZE)
    page.set_default_timeout(WAIT)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    page.close()
    offline = "MathJax is not defined"  # formgrader takes it from the net, and does without
    assert [error for error in errors if error != offline] == []


@pytest.fixture
def served(tmp_path):
    """A function that starts a command which prints where its Jupyter listens, at home nowhere."""
    running, home = [], tmp_path / "home"
    (home / NEWS).parent.mkdir(parents=True)
    (home / NEWS).write_text('{"fetchNews": "false"}', encoding="utf-8")  # and nobody is asked

    def start(command, folder, **variables):
        environment = os.environ | {"HOME": str(home)} | variables
        log = tmp_path / "server.log"
        with log.open("w", encoding="utf-8") as lines:
            server = subprocess.Popen(
                list(map(str, command)), cwd=folder, env=environment, text=True,
                stdout=subprocess.PIPE, stderr=lines,
            )  # fmt: skip
        running.append(server)
        address = re.search(r"http://localhost:\d+/\S*token=\S+", server.stdout.readline())
        assert address, log.read_text(encoding="utf-8")
        return address[0]

    yield start
    for server in running:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=WAIT / 1000)


@pytest.fixture
def picture(page):
    """A function that keeps what the page shows for the documentation, where that is asked for."""

    def keep(name, shown=None):
        if PICTURES:
            (shown or page).screenshot(path=Path(PICTURES) / f"{name}.png")

    return keep
