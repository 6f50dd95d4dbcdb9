"""Which pictures networks learn from, and what of them notebooks see; read by `data`.

Without NumPy, which `data` needs: a command that grades would spend a tenth of a second on it.
"""

import hashlib
import importlib.util
import os
from pathlib import Path

from autograder.core.errors import UserError
from autograder.scratch import user_cache

VARIABLE = "AUTOGRADER_DATA"
DIGESTS = {  # SHA-256 of the uncompressed bytes
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
DIGITS = "datasets/data/digits.csv.gz"  # in scikit-learn; 64 values and a label in each line


def fingerprint() -> str:
    """Which pictures are used; every file of theirs is checked to be as published."""
    return "digits" if found(None) is None else "MNIST"


def shown() -> Path:
    """A folder with what notebooks may see while they are graded: pictures to learn from.

    It holds the four files of MNIST's format, and is named after what they are made from. MNIST
    is read each time, to be checked; the embedded digits only where the folder is not there yet.
    """
    place = found(None)
    folder = user_cache() / f"shown-{origin(place)}"
    try:
        if place or not all((folder / name).exists() for name in DIGESTS):
            from autograder import data

            data.show(folder)
        for name in DIGESTS:
            (folder / name).chmod(0o644)  # the sandbox's user is another one
        folder.chmod(0o755)
    except OSError as error:
        remedy = "Make room there, or name another folder in XDG_CACHE_HOME"
        raise UserError(f"{folder}: cannot be written ({error.strerror}). {remedy}") from None
    return folder


def origin(place: Path | None) -> str:
    """A short digest of what notebooks are shown: of the digits' file, or of MNIST's digests."""
    made_from = repr(DIGESTS).encode() if place else digits_file().read_bytes()
    made_by = Path(__file__).with_name("data.py").read_bytes()
    return hashlib.sha256(made_by + made_from).hexdigest()[:16]


def found(folder: Path | None) -> Path | None:
    """The folder to read MNIST from; None where nobody named one and nothing was fetched."""
    named = folder or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named:
        return named
    complete = all(file_in(cache(), name) for name in DIGESTS)
    return cache() if complete else None


def cache() -> Path:
    """Where `autograder data --fetch` puts MNIST, and every course of this user finds it."""
    return user_cache() / "mnist"


def file_in(folder: Path, name: str) -> Path | None:
    """The plain or the gzipped file of that name, if there is one."""
    candidates = (folder / name, folder / f"{name}.gz")
    return next((file for file in candidates if file.is_file()), None)


def digits_file() -> Path:
    """The file of scikit-learn's with the embedded digits; the library itself is not imported."""
    library = importlib.util.find_spec("sklearn")
    assert library
    assert library.origin
    return Path(library.origin).parent / DIGITS
