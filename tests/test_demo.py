"""The sample class of every assignment: what `autograder demo --all` leaves behind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.config import load_course

ROOT = Path(__file__).parents[1]


@pytest.mark.heavy
def test_the_demo_of_the_whole_course(tmp_path):
    command = [sys.executable, "-m", "autograder", "demo", "--all", "--course", str(tmp_path / "c")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name in load_course(ROOT).assignments:
        files = sorted((tmp_path / "c" / "results" / name).glob("*.json"))
        results = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}
        assert len(results) >= 8
        assert results["student01"]["earned"] == results["student01"]["possible"]
        assert results["student02"]["earned"] == results["student02"]["possible"]
        assert results["student03"]["earned"] == 0
        mistaken = [results[f"student{number:02}"] for number in range(5, 11)]
        assert all(each["earned"] < each["possible"] for each in mistaken)
