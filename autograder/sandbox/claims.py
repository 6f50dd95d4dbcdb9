"""What the guest claims about a cell, as values of ours: texts, and pictures that were checked."""

import base64
from collections.abc import Sequence
from typing import Any

from autograder.core.outcome import Outcome
from autograder.core.result import CellRun
from autograder.sandbox.guest.outputs import OUTPUT_COUNT

PNG = b"\x89PNG\r\n\x1a\n"
PIXELS = 40 << 20  # of a picture: a browser takes four bytes for each, however few came
NAME_LIMIT = 200  # characters of an exception's name where nothing else is kept of it


def note(text: str) -> dict[str, Any]:
    """A sentence of ours among the outputs of a cell."""
    return {"output_type": "stream", "name": "stderr", "text": text + "\n"}


def cell_run(source: str, ran: Any, seconds: float) -> CellRun:
    """What became of a cell; whatever exception a claim of an odd kind leads to."""
    failure = ran["failure"]
    shown = ran["outputs"][: OUTPUT_COUNT + 1]  # the last value, too
    outputs = [output_of(output, ran["pictures"]) for output in shown]
    outcome = Outcome.PASSED
    if ran["late"]:
        outcome = Outcome.TIMED_OUT
        outputs.append(note("This cell was stopped: it did not finish in the time allowed."))
    elif failure:
        memory = failure["type"] == "MemoryError"
        outcome = Outcome.OUT_OF_MEMORY if memory else Outcome.RAISED
        outputs.append(error_of(failure))
    return CellRun(source, outcome, tuple(outputs), seconds)


def output_of(output: Any, pictures: Sequence[Any]) -> dict[str, Any]:
    """An output as nbformat has it; of what is displayed, text and PNG pictures."""
    if output["output_type"] == "stream":
        name = "stderr" if output["name"] == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": str(output["text"])}
    data: dict[str, str] = {}
    for mime, content in output["data"].items():
        if mime == "image/png":
            raw = base64.b64decode(pictures[content].tobytes(), validate=False)
            if is_picture(raw):
                data[mime] = base64.b64encode(raw).decode()
        elif mime == "text/plain":
            data[mime] = str(content)
    return {"output_type": "display_data", "data": data, "metadata": {}}


def is_picture(data: bytes) -> bool:
    """Whether bytes begin as a PNG picture does, of a size that can be shown."""
    if len(data) < 24 or not data.startswith(PNG) or data[12:16] != b"IHDR":
        return False
    width, height = (int.from_bytes(side, "big") for side in (data[16:20], data[20:24]))
    return 0 < width * height <= PIXELS


def error_of(failure: Any) -> dict[str, Any]:
    """An exception as nbformat has it."""
    text = str(failure.get("text") or failure["type"])
    return {
        "output_type": "error",
        "ename": str(failure["type"]),
        "evalue": str(failure["message"]),
        "traceback": text.splitlines(),
    }


def named(error: dict[str, Any]) -> dict[str, Any]:
    """Of an exception the name alone."""
    return error | {"ename": error["ename"][:NAME_LIMIT], "evalue": "", "traceback": []}
