"""What notebooks see of the data: made once, read by everybody, and without NumPy where it is."""

import subprocess
import sys

import numpy as np
import pytest

from autograder import data, pictures
from autograder.core.errors import UserError


@pytest.fixture(autouse=True)
def empty_cache(monkeypatch, tmp_path):
    """No folder named, and nothing fetched."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(pictures.VARIABLE, raising=False)


def test_what_notebooks_are_shown_are_pictures_to_learn_from():
    folder = pictures.shown()
    content = {
        name: data.array_of(folder / name, (folder / name).read_bytes())
        for name in pictures.DIGESTS
    }
    digits = data.embedded()
    shown = np.concatenate([content[name] for name in content if "images" in name])
    labels = np.concatenate([content[name] for name in content if "labels" in name])
    assert (shown == digits.train_images).all()
    assert (labels == digits.train_labels).all()


def test_what_is_there_is_not_made_again_and_what_is_missing_is():
    folder = pictures.shown()
    files = {name: (folder / name).read_bytes() for name in pictures.DIGESTS}
    images = folder / "train-images-idx3-ubyte"
    made = images.stat().st_mtime_ns
    assert pictures.shown() == folder
    assert images.stat().st_mtime_ns == made
    images.unlink()
    assert pictures.shown() == folder
    assert {name: (folder / name).read_bytes() for name in pictures.DIGESTS} == files


def test_everybody_can_read_what_is_shown():
    folder = pictures.shown()
    folder.chmod(0o700)
    (folder / "t10k-labels-idx1-ubyte").chmod(0o600)
    pictures.shown()
    assert folder.stat().st_mode & 0o777 == 0o755
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o644}


def test_a_command_that_grades_needs_no_numpy_where_the_pictures_are_there():
    pictures.shown()
    code = "from autograder import classroom, cli, pictures; pictures.shown()"
    told = f"{code}; import sys; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], check=False).returncode == 0


def test_a_cache_that_cannot_be_written_is_said_with_the_remedy(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(UserError, match="XDG_CACHE_HOME"):
        pictures.shown()
