"""An encoded message: a header, and the raw bytes of arrays beside it."""

import struct
from dataclasses import dataclass
from functools import cached_property

import numpy as np

HEAD = struct.Struct("!QI")  # the length of the header, and how many buffers there are
LARGE = 1 << 20  # bytes from which on memory is better had from NumPy


@dataclass(frozen=True, eq=False)
class Frame:
    """An encoded message."""

    header: bytes
    buffers: tuple[memoryview, ...]

    def __eq__(self, other: object) -> bool:
        """Whether the bytes are the same. Views of memory would compare them one by one."""
        if not isinstance(other, Frame):
            return NotImplemented
        alike = (self.header, len(self.buffers)) == (other.header, len(other.buffers))
        return alike and all(map(same_bytes, self.buffers, other.buffers))

    def kept(self) -> "Frame":
        """The frame with buffers of its own, so that later changes do not reach it."""
        return Frame(self.header, tuple(map(copied, self.buffers)))

    @cached_property
    def size(self) -> int:
        """Its bytes, without the few that say how many."""
        return len(self.header) + sum(buffer.nbytes for buffer in self.buffers)

    @cached_property
    def parts(self) -> list[memoryview]:
        """The same as `parts_of`; kept, as every notebook is asked the same."""
        return parts_of(self)


def parts_of(frame: Frame) -> list[memoryview]:
    """The bytes of a frame, in the order in which they are sent: first how long everything is."""
    count = len(frame.buffers)
    head = HEAD.pack(len(frame.header), count)
    if count:
        head += struct.pack(f"!{count}Q", *(buffer.nbytes for buffer in frame.buffers))
    return [memoryview(head + frame.header), *frame.buffers]


def same_bytes(first: memoryview, second: memoryview) -> bool:
    """Whether two buffers hold the same; a part at a time, because each is copied for that."""
    size = first.nbytes
    return size == second.nbytes and all(
        bytes(first[start : start + LARGE]) == bytes(second[start : start + LARGE])
        for start in range(0, size, LARGE)
    )


def copied(buffer: memoryview) -> memoryview:
    """Memory of its own with the same bytes; NumPy asks for large pages where it is much."""
    if buffer.nbytes < LARGE:
        return memoryview(bytes(buffer))
    return np.frombuffer(buffer, np.uint8).copy().data
