"""Outputs without what differs by chance: addresses, names of files, times, kinds of values."""

import re

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
LINE = re.compile(r'(?:Cell In\[\d+\], |^|File "<ipython-input-[^"]+", )line (\d+)', re.M)
CHANCES = {
    r'[^\s"]*/site-packages/': "…/",
    r"0x[0-9a-f]{6,}": "0x…",
    r'<ipython-input-\d+-\w+>|[^\s"]*ipykernel_\d+/\d+\.py|Cell In\[\d+\]': "<cell>",
    r"\(\d+\.py, line": "(<cell>, line",
    r"Thread-\d+": "Thread-…",
    r"\b[\d.]+(?:e[+-]\d+)? ?(ns|μs|us|ms|s|min)\b": "(time)",
}
PICTURES = ("image/png", "image/jpeg")


def shown(outputs):
    """What a reader sees of a cell's outputs, as a list of plain tuples."""
    seen = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            add_stream(seen, output["name"], output["text"])
        elif kind == "error":
            trace = COLOURS.sub("", "\n".join(output["traceback"]))
            line = ([0] + [int(found) for found in LINE.findall(trace)])[-1]
            seen.append(("error", output["ename"], steady(output["evalue"]), line))
        else:
            data = output["data"]
            seen.append(("value", {mime: body(mime, data[mime]) for mime in sorted(data)}))
    return seen


def add_stream(seen, name, text):
    """Text joins the last of its name: in which order the two streams arrive is chance."""
    for index in reversed(range(len(seen))):
        if seen[index][0] not in ("stdout", "stderr"):
            break
        if seen[index][0] == name:
            seen[index] = (name, seen[index][1] + steady(text))
            return
    seen.append((name, steady(text)))
    while len(seen) > 1 and (seen[-2][0], seen[-1][0]) == ("stderr", "stdout"):
        seen[-2:] = [seen[-1], seen[-2]]


def body(mime, content):
    """The content of one kind; of a picture only that it is there."""
    if mime in PICTURES:
        return f"({len(content) > 60})"
    return steady(content) if isinstance(content, str) else content


def steady(text):
    """The text without addresses and names of files."""
    for pattern, word in CHANCES.items():
        text = re.sub(pattern, word, text)
    return text
