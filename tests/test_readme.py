"""The README's commands are executed in order, in a copy of the project; links are followed."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(
    r"(?ms)^(?:<!-- not run: (?P<reason>[^\n]+) -->\n)?```sh\n(?P<commands>.*?)^```$"
)
LINK = re.compile(r"\]\((?P<target>[^)#\s]+)(?:#[^)\s]*)?\)")
OWN_MAKE = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES")  # of the `make test` around us


def blocks():
    """The README's commands: each block with its reason not to be run, if it has one."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return [(match["commands"], match["reason"]) for match in BLOCK.finditer(text)]


@pytest.fixture
def clone(tmp_path):
    """What a fresh clone holds, changes of the day included, with our packages as its `.venv`."""
    root = tmp_path / "clone"
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():  # a deletion that is not committed is still listed
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, root / name)
            shutil.copymode(ROOT / name, root / name)
    borrow_packages(root / ".venv")
    return root


def borrow_packages(own):
    """Make a `.venv` that `make` takes for ready: it must not install anything into ours."""
    own.mkdir()
    for entry in Path(sys.prefix).iterdir():
        if entry.name != ".ready":
            (own / entry.name).symlink_to(entry)
    (own / ".ready").touch()
    question = ["make", "--question", ".venv/.ready"]
    assert subprocess.run(question, cwd=own.parent, env=surroundings()).returncode == 0


def surroundings():
    """The environment of somebody who types commands, even where `make` started this test."""
    return {name: value for name, value in os.environ.items() if name not in OWN_MAKE}


def test_every_command_of_the_readme_works_in_its_order(clone):
    """A new user can type what stands there, from the top to the bottom."""
    for commands, reason in blocks():
        if reason is None:
            done = typed(commands, clone)
            assert done.returncode == 0, f"{commands}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"


def typed(commands, folder):
    """What becomes of a block of commands in `folder`; the first that fails ends it."""
    shell = ["bash", "-euxo", "pipefail", "-c", commands]
    return subprocess.run(shell, cwd=folder, env=surroundings(), capture_output=True, text=True)


def test_the_readme_is_read_as_it_is_written():
    """No block is overlooked, and hardly any is passed over."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(blocks()) == text.count("```sh\n")
    assert [commands for commands, reason in blocks() if reason] == [
        "make test\n",
        ".venv/bin/autograder verify 01_convolution\n",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_that_are_there(page):
    """Every relative link of a page names a file of the project."""
    targets = [match["target"] for match in LINK.finditer(page.read_text(encoding="utf-8"))]
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []
