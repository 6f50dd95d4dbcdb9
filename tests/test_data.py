"""The data: IDX files plain and gzipped, torn and wrong ones, mirrors, and the embedded digits."""

import gzip
import hashlib
import os
import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from autograder import data
from autograder.core.errors import UserError


def idx(array):
    """An array of bytes as an IDX file."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


ARRAYS = {
    "train-images-idx3-ubyte": np.arange(5 * 28 * 28, dtype=np.uint8).reshape(5, 28, 28),
    "train-labels-idx1-ubyte": np.array([3, 1, 4, 1, 5], np.uint8),
    "t10k-images-idx3-ubyte": np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28)[:, ::-1],
    "t10k-labels-idx1-ubyte": np.array([9, 2], np.uint8),
}
PUBLISHED, REAL = data.DIGESTS, os.environ.get(data.VARIABLE)
FILES = {name: idx(array) for name, array in ARRAYS.items()}


@pytest.fixture(autouse=True)
def small_mnist(monkeypatch, tmp_path):
    """Digests of a tiny MNIST, no folder named, an empty cache, and mirrors that are not there."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    monkeypatch.setattr(data, "DIGESTS", digests)
    monkeypatch.setattr(data, "MIRRORS", (f"{tmp_path.as_uri()}/a", f"{tmp_path.as_uri()}/b"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(data.VARIABLE, raising=False)


def laid(folder, packed, without=""):
    """The folder with the four files in it, or all but one."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in FILES.items():
        if name != without:
            file = folder / (f"{name}.gz" if packed else name)
            file.write_bytes(gzip.compress(content) if packed else content)
    return folder


def assert_is_small_mnist(digits):
    assert digits.name == "MNIST"
    arrays = (digits.train_images, digits.train_labels, digits.test_images, digits.test_labels)
    for found, expected in zip(arrays, ARRAYS.values(), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert digits.train_images.dtype == digits.test_images.dtype == np.uint8
    assert digits.train_labels.dtype == digits.test_labels.dtype == np.int64


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
def test_reads_the_files_of_a_folder_of_the_variable_and_of_the_cache(
    tmp_path, monkeypatch, packed
):
    assert_is_small_mnist(data.load(laid(tmp_path / "given", packed)))
    monkeypatch.setenv(data.VARIABLE, str(laid(tmp_path / "named", packed)))
    assert_is_small_mnist(data.load())
    monkeypatch.delenv(data.VARIABLE)
    laid(data.cache(), packed)
    assert_is_small_mnist(data.load())
    assert data.status()[0] == "Data: MNIST, 5 pictures to learn from and 2 to test."
    assert str(data.cache()) in data.status()[1]


def test_a_folder_goes_before_the_variable_and_the_variable_before_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv(data.VARIABLE, str(tmp_path / "nowhere"))
    laid(data.cache(), packed=True)
    assert_is_small_mnist(data.load(laid(tmp_path / "given", packed=False)))
    with pytest.raises(UserError, match="nowhere: train-images-idx3-ubyte is missing"):
        data.load()


def test_a_named_folder_must_hold_all_four_files(tmp_path):
    folder = laid(tmp_path / "given", packed=True, without="t10k-labels-idx1-ubyte")
    with pytest.raises(UserError, match=r"given: t10k-labels-idx1-ubyte is missing\. Copy"):
        data.load(folder)


def torn(content):
    return gzip.compress(content)[:-20]


def no_gzip(content):
    return content


def of_another(content):
    return gzip.compress(content[:-1] + b"?")


@pytest.mark.parametrize(
    ("spoil", "words"), [(torn, "torn"), (no_gzip, "torn"), (of_another, "SHA-256")]
)
def test_refuses_a_file_that_is_torn_or_another_by_its_name(tmp_path, spoil, words):
    folder = laid(tmp_path / "given", packed=True)
    file = folder / "train-images-idx3-ubyte.gz"
    file.write_bytes(spoil(FILES["train-images-idx3-ubyte"]))
    with pytest.raises(UserError, match=words) as caught:
        data.load(folder)
    assert str(caught.value).startswith(f"{file}: is ")
    assert str(caught.value).endswith("Delete it, and fetch the data again")


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\0", b"\0\0\x08\3\0\0", b"\0\0\x08\0", b"\0\0\x0d\1\0\0\0\0", b"<html></html>",
     idx(ARRAYS["train-labels-idx1-ubyte"])[:-1], idx(ARRAYS["train-labels-idx1-ubyte"]) + b"?"],
)  # fmt: skip
def test_refuses_what_is_no_idx_file(content):
    with pytest.raises(UserError, match="a-file: is "):
        data.array_of(Path("a-file"), content)


def test_fetches_from_the_second_mirror_what_the_first_has_not_or_has_wrong(tmp_path):
    laid(tmp_path / "a", packed=True, without="t10k-images-idx3-ubyte")
    (tmp_path / "a" / "train-labels-idx1-ubyte.gz").write_bytes(b"<html>Please log in.</html>")
    laid(tmp_path / "b", packed=True)
    folder = data.fetch()
    assert folder == data.cache()
    assert sorted(file.name for file in folder.iterdir()) == sorted(f"{name}.gz" for name in FILES)
    assert_is_small_mnist(data.load())


def test_fetches_only_what_is_missing_and_into_the_folder_asked_for(tmp_path):
    folder = laid(tmp_path / "given", packed=False, without="t10k-labels-idx1-ubyte")
    laid(tmp_path / "b", packed=True)
    assert data.fetch(folder) == folder
    new = [file.name for file in folder.iterdir() if file.name not in FILES]
    assert new == ["t10k-labels-idx1-ubyte.gz"]
    assert_is_small_mnist(data.load(folder))


def test_without_a_mirror_a_single_sentence_says_what_to_do(tmp_path):
    with pytest.raises(UserError) as caught:
        data.fetch()
    message = str(caught.value)
    assert message.startswith("train-images-idx3-ubyte.gz cannot be fetched (")
    assert message.endswith("Copy the four files of MNIST into a folder and name it in "
                            "AUTOGRADER_DATA")  # fmt: skip
    assert list(data.cache().iterdir()) == []


def test_without_mnist_the_digits_of_scikit_learn_are_used():
    digits = data.load()
    assert digits.train_images.shape == (1437, 28, 28)
    assert digits.test_images.shape == (360, 28, 28)
    assert digits.train_images.dtype == np.uint8
    assert digits.train_labels.dtype == np.int64
    assert set(digits.train_labels) == set(digits.test_labels) == set(range(10))
    assert "scikit-learn" in data.status()[0]
    assert "MNIST is not here" in data.status()[1]


def test_the_embedded_digits_are_the_same_bytes_everywhere():
    digits, again = data.embedded(), data.embedded()
    pictures = digits.train_images.tobytes() + digits.test_images.tobytes()
    known = "0f804cf3d73d53df2c80819b7debf213de4fb0e6abe0a1e26458e82b37a5c9cc"
    assert hashlib.sha256(pictures).hexdigest() == known
    np.testing.assert_array_equal(digits.train_labels, again.train_labels)


def test_pictures_are_enlarged_as_by_torch_and_framed():
    small = np.random.default_rng(0).integers(0, 17, (20, 8, 8))
    found = data.enlarged(small)
    there = torch.from_numpy(small / 16 * 255)[:, None]
    expected = torch.nn.functional.interpolate(there, size=(20, 20), mode="bilinear")[:, 0].numpy()
    assert np.abs(found[:, 4:24, 4:24] - expected).max() <= 0.5 + 1e-9
    found[:, 4:24, 4:24] = 0
    assert not found.any()


@pytest.mark.skipif(not REAL, reason=f"{data.VARIABLE} names no folder with MNIST")
def test_the_real_mnist_is_as_published(monkeypatch):
    monkeypatch.setattr(data, "DIGESTS", PUBLISHED)
    digits = data.load(Path(str(REAL)))
    assert digits.train_images.shape == (60_000, 28, 28)
    assert digits.test_images.shape == (10_000, 28, 28)
    assert digits.train_labels[:8].tolist() == [5, 0, 4, 1, 9, 2, 1, 3]
    assert abs(digits.train_images.mean() / 255 - 0.1307) < 1e-4
    assert abs(digits.train_images.std() / 255 - 0.3081) < 1e-4
