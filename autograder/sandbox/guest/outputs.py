"""What a cell shows, as nbformat-4 dictionaries, in the order in which it came.

Everything that is kept has a bound: text by `output_kb`, pictures by `PICTURE_LIMIT`, the number
of outputs by `OUTPUT_COUNT`.
"""

import base64
import codecs
import contextlib
import io
import os
from collections.abc import Iterator
from typing import Any

OUTPUT_COUNT = 200
PICTURE_LIMIT = 2 << 20  # bytes of base64
VALUE_TEXT = 1000  # characters of a last value that are kept, however much was shown before it
FOLDER = "/tmp"  # in the sandbox: in memory, and of limited size
MIMES = ("text/plain", "image/png", "text/markdown", "text/latex", "text/html", "image/svg+xml")


class Outputs:
    """The bounded list of what one cell showed."""

    def __init__(self, limit: int) -> None:
        self._whole = self.limit = limit
        self.items: list[dict[str, Any]] = []
        self._named: dict[str, list[dict[str, Any]]] = {}
        self._outdated = False  # whether the next output takes the place of all before

    def stream(self, name: str, text: str) -> None:
        """Add printed text, joined to the last stream of the same name."""
        if not text:
            return
        self._make_way()
        if self.limit <= 0:
            return
        text = whole(text)
        text, cut = text[: self.limit], len(text) > self.limit
        self.limit -= len(text)
        text += "\n… (output cut here)\n" if cut or self.limit <= 0 else ""
        last = self.items[-1] if self.items else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            joined = last.pop("text")  # held by nobody else, it grows without being copied
            joined += text
            last["text"] = joined
        else:
            self.add({"output_type": "stream", "name": name, "text": text})

    def add(self, output: dict[str, Any]) -> None:
        """Add one output while there is room."""
        self._make_way()
        one_more = output["output_type"] == "execute_result"  # points may hang on it
        if len(self.items) < OUTPUT_COUNT + one_more:
            self.items.append(output)

    def rich(self, kind: str, data: dict[str, Any], count: int | None = None) -> dict[str, Any]:
        """Add a display_data or execute_result with the kinds of data that we keep."""
        self._make_way()
        output: dict[str, Any] = {"output_type": kind, "data": self._kept(data), "metadata": {}}
        if kind == "execute_result":
            output["execution_count"] = count
            text = data.get("text/plain")
            if isinstance(text, str) and "text/plain" not in output["data"]:
                cut = "" if len(text) <= VALUE_TEXT else "…"
                output["data"]["text/plain"] = whole(text[:VALUE_TEXT]) + cut
        self.add(output)
        return output

    def display(self, data: dict[str, Any], name: str | None, update: bool) -> None:
        """Add what `display` shows; what has the same name is shown anew."""
        for output in self._named.get(name, []) if name else []:
            self.limit += sum(len(text) for text in output["data"].values())
            output["data"] = self._kept(data)
        if not update:
            output = self.rich("display_data", data)
            if name and len(self.items) < OUTPUT_COUNT:
                self._named.setdefault(name, []).append(output)

    def clear(self, wait: bool) -> None:
        """Forget everything, or do so as soon as something comes to take its place."""
        self._outdated = True
        if not wait:
            self._make_way()

    def _make_way(self) -> None:
        if self._outdated:
            self.items.clear()
            self._named.clear()
            self.limit, self._outdated = self._whole, False

    def _kept(self, data: dict[str, Any]) -> dict[str, str]:
        if isinstance(picture := data.get("image/png"), bytes):  # as libraries give them
            data = data | {"image/png": base64.b64encode(picture).decode()}
        kept = {mime: data[mime] for mime in MIMES if isinstance(data.get(mime), str)}
        return {mime: whole(text) for mime, text in kept.items() if self._affordable(mime, text)}

    def _affordable(self, mime: str, text: str) -> bool:
        if mime == "image/png":
            return len(text) <= PICTURE_LIMIT
        self.limit -= len(text)
        return self.limit > 0


def whole(text: str) -> str:
    """The text with a sign in place of each half of a character: those cannot travel."""
    return text.encode("utf-8", "replace").decode()


class Stream(io.TextIOBase):
    """`sys.stdout` or `sys.stderr` of a cell that `shell` runs."""

    encoding = "UTF-8"

    def __init__(self, name: str, shell: Any) -> None:
        self.name = name
        self._shell = shell

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() == self._shell.process:
            self._shell.outputs.stream(self.name, str(text))
        else:  # a child's memory is its own
            os.write(self.fileno(), str(text).encode("utf-8", "replace"))
        return len(text)

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return {"stdout": 1, "stderr": 2}[self.name]


class Below:
    """What comes to descriptors 1 and 2 while a cell runs: from C code and from other programs."""

    def __init__(self) -> None:
        self._files: dict[str, int] = {}
        self._read = {"stdout": 0, "stderr": 0}
        decoder = codecs.getincrementaldecoder("utf-8")
        self._decoders = {name: decoder("replace") for name in self._read}

    @contextlib.contextmanager
    def collecting(self) -> Iterator[None]:
        """Let both descriptors lead to files without a name; where none are to be had, nowhere."""
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):
                for number, name in ((1, "stdout"), (2, "stderr")):
                    before = os.dup(number)
                    stack.callback(os.close, before)
                    file = os.open(FOLDER, os.O_TMPFILE | os.O_RDWR, 0o600)
                    stack.callback(os.close, file)
                    os.dup2(file, number)
                    stack.callback(os.dup2, before, number)
                    self._files[name] = file
            stack.callback(self._files.clear)
            yield

    def come(self, limit: int) -> Iterator[tuple[str, str]]:
        """The name of each stream and its text since the last time, not much more than `limit`."""
        for name, file in self._files.items():
            size = os.lseek(file, 0, os.SEEK_CUR)  # all who write share one position
            if size > self._read[name]:
                data = os.pread(file, min(size - self._read[name], 4 * limit + 4), self._read[name])
                self._read[name] = size
                yield name, self._decoders[name].decode(data)
