"""Finds, fetches and checks the pictures that networks learn from.

MNIST where its four IDX files are (plain or gzipped): in a folder that was named, in the one that
AUTOGRADER_DATA names, or in the user's cache, where `fetch` puts them. Otherwise the 1,797
handwritten digits that scikit-learn carries, scaled to 28 × 28, so that everything runs offline.
"""

import gzip
import hashlib
import struct
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from autograder.core.errors import UserError
from autograder.pictures import DIGESTS, VARIABLE, cache, digits_file, file_in, found
from autograder.whole import keep

if TYPE_CHECKING:
    from rich.progress import Progress

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist",
    "https://storage.googleapis.com/cvdf-datasets/mnist",
)
TIMEOUT = 20.0  # seconds without an answer from a mirror
UNSIGNED_BYTES = 0x08  # the third byte of an IDX file
MOST_SHOWN = 10_000  # pictures that graded notebooks may look at
TRAINED_ON = 1_437  # of the embedded digits; the other 360 are for tests
MENDING = "Delete it, and fetch the data again"

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Digits:
    """Handwritten digits: images uint8 (N, 28, 28), labels int64 (N,), and where they are from."""

    name: str
    train_images: Bytes
    train_labels: NDArray[np.int64]
    test_images: Bytes
    test_labels: NDArray[np.int64]

    @property
    def announcement(self) -> str:
        """The line that says which pictures are used."""
        train, test = len(self.train_labels), len(self.test_labels)
        return f"Data: {self.name}, {train:,} pictures to learn from and {test:,} to test."


def load(folder: Path | None = None) -> Digits:
    """MNIST from the first place that has it, else the digits of scikit-learn.

    A folder that somebody named, here or in AUTOGRADER_DATA, has to hold all four files. UserError
    where one is missing, torn, or not the file it should be.
    """
    place = found(folder)
    return mnist(place) if place else embedded()


def show(folder: Path) -> None:
    """Put into a folder what notebooks may see while they are graded: pictures to learn from.

    Those for tests are the last of the pictures to learn from: the real ones stay outside, where
    hidden tests use them.
    """
    digits = load()
    images, labels = digits.train_images[:MOST_SHOWN], digits.train_labels[:MOST_SHOWN]
    split = len(labels) * 4 // 5
    small = labels.astype(np.uint8)
    parts = [images[:split], small[:split], images[split:], small[split:]]
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in zip(DIGESTS, parts, strict=True):
        if not (folder / name).exists():
            keep(folder / name, idx(part))


def idx(array: Bytes) -> bytes:
    """An array as an IDX file."""
    head = bytes((0, 0, UNSIGNED_BYTES, array.ndim))
    return head + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def status(folder: Path | None = None) -> list[str]:
    """Which data will be used, and from where, line by line."""
    place = found(folder)
    if place:
        return [mnist(place).announcement, f"Folder: {place}; all four files are as published."]
    looked = f"no folder is named in {VARIABLE}, and {cache()} does not hold all four files"
    return [embedded().announcement, f"MNIST is not here: {looked}."]


def fetch(folder: Path | None = None) -> Path:
    """Download what is missing of MNIST into `folder`, by default the user's cache; the folder."""
    place = folder or cache()
    place.mkdir(parents=True, exist_ok=True)
    with progress_bar() as bar:
        for name in DIGESTS:
            if file_in(place, name) is None:
                file = place / f"{name}.gz"
                keep(file, download(file, name, bar))
            content(place, name)
    return place


def mnist(folder: Path) -> Digits:
    """MNIST from the four files in `folder`."""
    images, labels, test_images, test_labels = (content(folder, name) for name in DIGESTS)
    return Digits("MNIST", images, whole(labels), test_images, whole(test_labels))


def whole(labels: Bytes) -> NDArray[np.int64]:
    """Labels as torch wants them."""
    return labels.astype(np.int64)


def content(folder: Path, name: str) -> Bytes:
    """The array in one of the four files; UserError where the file is not as published."""
    file = file_in(folder, name)
    if file is None:
        remedy = f"Copy the file {name} or {name}.gz there, or name another folder"
        raise UserError(f"{folder}: {name} is missing. {remedy}")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UserError(f"{file}: cannot be read ({error.strerror}). Check the path") from None
    return array_of(file, checked(file, name, data))


def checked(file: Path, name: str, data: bytes) -> bytes:
    """The uncompressed bytes of one of the four files; UserError where they are not as published.

    `file` says whether `data` is gzipped.
    """
    try:
        plain = gzip.decompress(data) if file.suffix == ".gz" else data
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise UserError(f"{file}: is torn, or no gzip file at all. {MENDING}") from None
    if hashlib.sha256(plain).hexdigest() != DIGESTS[name]:
        raise UserError(f"{file}: is not the {name} of MNIST: its SHA-256 is another. {MENDING}")
    return plain


def array_of(file: Path, data: bytes) -> Bytes:
    """The array in an IDX file: zero, zero, type, number of axes, their lengths, the values."""
    if len(data) < 4 or data[:3] != bytes((0, 0, UNSIGNED_BYTES)):
        raise UserError(f"{file}: is no IDX file of bytes. {MENDING}")
    axes = data[3]
    start = 4 + 4 * axes
    shape = struct.unpack(f">{axes}I", data[4:start]) if len(data) >= start else ()
    if not shape or len(data) - start != np.prod(shape, dtype=object):
        raise UserError(f"{file}: is torn: it does not hold what its header says. {MENDING}")
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def download(file: Path, name: str, bar: "Progress") -> bytes:
    """What `file` should hold, from the first mirror that has it; UserError where none does."""
    reasons = []
    for mirror in MIRRORS:
        try:
            data = b"".join(pieces(f"{mirror}/{file.name}", name, bar))
            checked(file, name, data)
            return data
        except (OSError, HTTPException, UserError) as error:
            reasons.append(f"{mirror}: {getattr(error, 'reason', None) or error}")
    remedy = f"Copy the four files of MNIST into a folder and name it in {VARIABLE}"
    raise UserError(f"{file.name} cannot be fetched ({'; '.join(reasons)}). {remedy}")


def pieces(address: str, name: str, bar: "Progress") -> Iterator[bytes]:
    """What comes from an address, as it comes."""
    with urllib.request.urlopen(address, timeout=TIMEOUT) as answer:
        length = int(answer.headers.get("Content-Length") or 0)
        task = bar.add_task(name, total=length or None)
        left = length
        while piece := answer.read(1 << 16):
            left -= len(piece)
            bar.advance(task, len(piece))
            yield piece
    if length and left:
        raise OSError("the connection broke off")


@contextmanager
def progress_bar() -> Iterator["Progress"]:
    """A line for each download, on a terminal only."""
    from rich.console import Console  # graders load this module, and never a file
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        yield bar


def embedded() -> Digits:
    """The digits of scikit-learn: always the same ones to learn from and to test.

    They are read from its file: to import the whole library takes a second and 50 MB.
    """
    table = np.loadtxt(digits_file(), np.int64, delimiter=",")
    images, labels = enlarged(table[:, :-1].reshape(-1, 8, 8)), table[:, -1].copy()
    order = np.random.RandomState(0).permutation(len(labels))  # frozen: the same for ever
    train, test = order[:TRAINED_ON], order[TRAINED_ON:]
    name = "the digits of scikit-learn (MNIST is not here)"
    return Digits(name, images[train], labels[train], images[test], labels[test])


def enlarged(small: NDArray[np.int64]) -> Bytes:
    """Pictures (N, 8, 8) with values 0 … 16 as (N, 28, 28) with 0 … 255, framed like MNIST's.

    Bilinear to 20 × 20, in whole numbers (tenths), so that every machine gets the same bytes; then
    a dark frame of 4 pixels.
    """
    places = np.clip(4 * np.arange(20) - 3, 0, 70)[:, None]  # of the new rows, in tenths of the old
    weights = np.maximum(10 - np.abs(places - 10 * np.arange(8)), 0)  # (20, 8), rows sum to 10
    weights, small = weights.astype(np.int32), small.astype(np.int32)
    large = weights @ small @ weights.T  # (N, 20, 20), 0 … 1600
    framed = np.zeros((len(small), 28, 28), np.uint8)
    framed[:, 4:24, 4:24] = (large * 255 + 800) // 1600
    return framed
