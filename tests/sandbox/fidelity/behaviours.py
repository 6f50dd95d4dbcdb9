"""Reads the tables of behaviours: what a notebook may do, each as a few cells."""

from pathlib import Path

FOLDER = Path(__file__).parent
BEGIN, NEXT = "# == ", "# %%\n"
# What lies beside the notebook, here and there.
BESIDE = {"beside.txt": b"beside\n", "beside.py": b"answer = 42\n"}


def behaviours():
    """The cells of every behaviour, by its name."""
    found = {}
    for file in sorted(FOLDER.glob("*.ipy")):
        for entry in file.read_text(encoding="utf-8").split(BEGIN)[1:]:
            name, _, body = entry.partition("\n")
            assert name not in found, f"{file.name}: {name!r} is there twice"
            found[name] = tuple(cell.strip("\n") for cell in body.split(NEXT))
    return found
