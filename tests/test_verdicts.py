"""A verdict is read back as it was written, or it is none and made anew."""

import os

import pytest

from autograder import verdicts
from autograder.core.result import Result
from autograder.verdicts import Verdict


def test_a_verdict_is_read_as_it_was_written(tmp_path):
    verdict = Verdict(Result("01_small", "small", (), "full"), "identity", "submission")
    verdicts.put(tmp_path / "x.json", verdict)
    assert verdicts.read(tmp_path / "x.json") == verdict


DAMAGED = {
    "nothing": lambda file: None,
    "half of one": lambda file: file.write_text('{"identity": "x'),
    "a number": lambda file: file.write_text("5"),
    "another shape": lambda file: file.write_text('{"questions": "x"}'),
    "depth": lambda file: file.write_text("[" * 100_000),
    "no text": lambda file: file.write_bytes(b"\xff\xfe"),
    "a folder": lambda file: file.mkdir(),
    "a pipe": lambda file: os.mkfifo(file),
    "a device": lambda file: file.symlink_to("/dev/zero"),
    "a loop": lambda file: file.symlink_to(file),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_what_is_none_is_taken_for_none(tmp_path, damage):
    DAMAGED[damage](tmp_path / "x.json")
    assert verdicts.read(tmp_path / "x.json") is None
