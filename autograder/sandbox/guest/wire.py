"""Values over a socket, without pickle and without trust.

A frame is `!QI` (header bytes, buffer count), then one `!Q` per buffer, the msgpack header and
the raw buffers. Arrays travel as buffers beside the header, never through it. The decoder
rebuilds plain values only: dtypes come from a fixed list, shapes must match their buffers,
and everything has a bound, because the other side may be hostile.
"""

import itertools
import socket
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgpack
import numpy as np

from .frame import HEAD, parts_of
from .frame import Frame as Frame

HEADER_LIMIT = 1 << 20  # bytes: 1 MB of empty lists already costs some 75 MB once decoded
BUFFER_LIMIT = 256 << 20  # bytes of all buffers of one frame
BUFFER_COUNT = 64
DEPTH_LIMIT = 16
BIGINT_LIMIT = 4096  # bytes
KEY_LIMIT = 4096  # of one dict or set
SLIGHT = 1024  # bytes that hold too few keys for harm
ALIKE_LIMIT = 40  # keys with the same hash: their number's square is what they cost; floats have 34

ARRAY, TUPLE, SCALAR, COMPLEX, HANDLE, SET, BIGINT, SLICE, TENSOR = range(1, 10)
NUMBERS = "int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64"
DTYPES = frozenset(["bool", "complex64", "complex128", *NUMBERS.split()])
NAMES = {np.dtype(name): name for name in DTYPES}  # of the native kinds
WIDEST = {"g": np.dtype("float64"), "G": np.dtype("complex128")}  # in place of long doubles
LAYOUTS = ("C", "F", "strided")

Default = Callable[[Any], Any]


class WireError(Exception):
    """The other side sent something that is no valid frame, or went away."""


class Refused(Exception):
    """A value that cannot travel: too large, too deep, or of a foreign kind."""


@dataclass(frozen=True)
class Handle:
    """Stands for an object that stays inside the sandbox. `kind` is its type's name, a claim."""

    id: int
    kind: str
    source: str | None = None


def encode(value: Any, to_handle: Default | None = None) -> Frame:
    """Pack `value`; objects that are no plain values go through `to_handle`, else `Refused`."""
    packer = _Packer(to_handle)
    header = packer.pack(value, 0)
    buffers = packer.buffers
    if len(header) > HEADER_LIMIT:
        raise Refused(f"the value is too large to send ({len(header):,} bytes beside its arrays)")
    if len(buffers) > BUFFER_COUNT or sum(b.nbytes for b in buffers) > BUFFER_LIMIT:
        raise Refused("the arrays are too large or too many to send")
    return Frame(header, tuple(buffers))


class _Packer:
    """Packs one value; no closures, whose cycles would keep large arrays until a collection."""

    def __init__(self, to_handle: Default | None) -> None:
        self.buffers: list[memoryview] = []
        self._to_handle = to_handle

    def pack(self, item: Any, depth: int) -> bytes:
        default = partial(self._foreign, depth)
        try:
            packed = msgpack.packb(item, default=default, strict_types=True)
        except (ValueError, OverflowError, RecursionError) as error:
            raise Refused(f"the value cannot be sent: {error}") from None
        return bytes(packed)

    def _foreign(self, depth: int, item: Any) -> Any:
        if depth >= DEPTH_LIMIT:
            raise Refused("the value is nested too deep")
        if isinstance(item, dict):  # an OrderedDict, a defaultdict: what counts is inside
            return dict(item)
        if isinstance(item, list):
            return list(item)
        return msgpack.ExtType(*self._extension(item, depth + 1))

    def _extension(self, item: Any, depth: int) -> tuple[int, bytes]:
        kind = type(item)
        if kind is np.ndarray and item.dtype.kind in "biufc":
            return ARRAY, self.pack(_array(item, self.buffers), depth)
        if is_tensor(item):
            fields = [*_array(item.detach().cpu().numpy(), self.buffers), bool(item.requires_grad)]
            return TENSOR, self.pack(fields, depth)
        if isinstance(item, tuple):
            return TUPLE, self.pack(list(item), depth)
        if isinstance(item, np.generic) and kind.__module__ == "numpy" and item.dtype in NAMES:
            return SCALAR, self.pack([NAMES[item.dtype], item.tobytes()], depth)
        if kind is complex:
            return COMPLEX, self.pack([item.real, item.imag], depth)
        if kind is set or kind is frozenset:
            return SET, self.pack(list(item), depth)
        if kind is slice:
            return SLICE, self.pack([item.start, item.stop, item.step], depth)
        if kind is int:
            return BIGINT, _bigint(item)
        to_handle = self._to_handle
        handle = item if kind is Handle else to_handle(item) if to_handle else None
        if handle is None:
            raise Refused(f"a value of type {kind.__name__} cannot be sent")
        return HANDLE, self.pack([handle.id, handle.kind, handle.source], depth)


def _array(array: np.ndarray, buffers: list[memoryview]) -> list[Any]:
    if array.dtype not in NAMES:
        array = array.astype(WIDEST.get(array.dtype.char) or array.dtype.newbyteorder("="))
    contiguous = array.flags.c_contiguous
    layout = "C" if contiguous else "F" if array.flags.f_contiguous else "strided"
    flat = np.ascontiguousarray(array).reshape(-1)
    buffers.append(memoryview(flat.view(np.uint8).data))
    return [NAMES[array.dtype], list(array.shape), len(buffers) - 1, layout, array.flags.writeable]


def _bigint(number: int) -> bytes:
    size = number.bit_length() // 8 + 1
    if size > BIGINT_LIMIT:
        raise Refused("the whole number is too large to send")
    return number.to_bytes(size, "big", signed=True)


def decode(frame: Frame) -> Any:
    """Rebuild the value of `frame` from plain types; `WireError` for anything that is off."""
    try:
        return _Unpacker(frame.buffers).unpack(frame.header, 0)
    except WireError:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError, IndexError) as error:
        raise WireError(f"cannot be decoded ({type(error).__name__})") from None


class _Unpacker:
    """Rebuilds one value; like `_Packer` without cycles."""

    def __init__(self, buffers: tuple[memoryview, ...]) -> None:
        self._buffers = buffers
        self._used: set[int] = set()

    def unpack(self, data: bytes | memoryview, depth: int) -> Any:
        if depth > DEPTH_LIMIT:
            raise WireError("nested too deep")
        return msgpack.unpackb(
            data,
            ext_hook=partial(self._rebuild, depth + 1),
            strict_map_key=False,
            use_list=True,
            object_pairs_hook=_rebuild_dict if len(data) > SLIGHT else None,
            max_map_len=KEY_LIMIT,
            timestamp=1,  # msgpack's own extension as a plain float
        )

    def _rebuild(self, depth: int, code: int, body: bytes) -> Any:
        if code == BIGINT:
            if len(body) > BIGINT_LIMIT:
                raise WireError("a whole number is too large")
            return int.from_bytes(body, "big", signed=True)
        fields = self.unpack(body, depth)
        if not isinstance(fields, list):
            raise WireError("an extension without fields")
        if code == ARRAY:
            return _rebuild_array(fields, self._buffers, self._used)
        if code == TENSOR:
            return _rebuild_tensor(fields, self._buffers, self._used)
        if code == TUPLE:
            return tuple(fields)
        if code == SCALAR:
            return _rebuild_scalar(*fields)
        if code == COMPLEX:
            return complex(*fields)
        if code == SET and len(fields) <= KEY_LIMIT:
            return set(unlike(fields))
        if code == SLICE:
            return slice(*fields)
        if code == HANDLE:
            return _rebuild_handle(*fields)
        raise WireError(f"unknown extension {code}")


def _rebuild_dict(pairs: list[tuple[Any, Any]]) -> dict[Any, Any]:
    unlike([key for key, _ in pairs])
    return dict(pairs)


def unlike(keys: list[Any]) -> list[Any]:
    """The keys of a dict or set; WireError where too many of them were made to collide."""
    if len(keys) > ALIKE_LIMIT and max(Counter(map(hash, keys)).values()) > ALIKE_LIMIT:
        raise WireError("keys that collide")
    return keys


def _rebuild_array(fields: list[Any], buffers: tuple[memoryview, ...], used: set[int]) -> Any:
    name, shape, index, layout, writable = fields
    plain = type(name) is type(layout) is str and type(index) is int and type(writable) is bool
    if not plain or name not in DTYPES or layout not in LAYOUTS:
        raise WireError("an array of a foreign kind")
    if index in used or not 0 <= index < len(buffers):
        raise WireError("an array without a buffer of its own")
    if len(shape) > 32 or any(type(side) is not int or side < 0 for side in shape):
        raise WireError("an array with an impossible shape")
    used.add(index)
    dtype = np.dtype(name)
    count = 1
    for side in shape:
        count *= side
    if count * dtype.itemsize != buffers[index].nbytes:
        raise WireError("an array whose shape does not fit its bytes")
    array = np.frombuffer(buffers[index], dtype).reshape(shape)
    if layout == "F":
        array = np.asfortranarray(array)
    elif layout == "strided" and array.ndim:
        wide = np.zeros((*array.shape[:-1], array.shape[-1] * 2), dtype)
        wide[..., ::2] = array
        array = wide[..., ::2]
    elif writable and not array.flags.writeable:
        array = array.copy()
    array.flags.writeable = writable
    return array


def is_tensor(item: Any) -> bool:
    """Whether `item` is a dense torch tensor or parameter of a kind that NumPy knows too."""
    torch = sys.modules.get("torch")
    if torch is None or type(item) not in (torch.Tensor, torch.nn.Parameter):
        return False
    dense = item.layout is torch.strided and not item.is_quantized
    return dense and str(item.dtype).removeprefix("torch.") in DTYPES


def _rebuild_tensor(fields: list[Any], buffers: tuple[memoryview, ...], used: set[int]) -> Any:
    torch = sys.modules.get("torch")
    if torch is None:
        raise WireError("a tensor where nobody uses torch")
    *array, grad = fields
    if type(grad) is not bool:
        raise WireError("a tensor of a foreign kind")
    tensor = torch.from_numpy(_rebuild_array(array, buffers, used).copy())
    return tensor.requires_grad_(grad and tensor.is_floating_point())


def _rebuild_scalar(name: str, data: bytes) -> Any:
    if name not in DTYPES or len(data) != np.dtype(name).itemsize:
        raise WireError("a number of a foreign kind")
    return np.frombuffer(data, name)[0]


def _rebuild_handle(id: int, kind: str, source: str | None) -> Handle:
    if type(id) is not int or type(kind) is not str or not isinstance(source, str | None):
        raise WireError("a handle that is none")
    return Handle(id, kind[:200], source)


def send(sock: socket.socket, frame: Frame) -> None:
    """Write one frame; OSError where the other side is gone."""
    for part in parts_of(frame):
        sock.sendall(part)


def receive(sock: socket.socket, deadline: float | None = None) -> Frame:
    """Read one frame; TimeoutError at `deadline` (monotonic seconds), WireError for bad frames."""
    return read(lambda count: _exactly(sock, count, deadline))


def read(take: Callable[[int], memoryview]) -> Frame:
    """The next frame, of which `take` gives so many bytes; WireError for bad ones."""
    length, count = HEAD.unpack(take(HEAD.size))
    if length > HEADER_LIMIT or count > BUFFER_COUNT:
        raise WireError("a frame beyond the bounds")
    rest = take(8 * count + length)
    sizes = struct.unpack_from(f"!{count}Q", rest)
    if sum(sizes) > BUFFER_LIMIT:
        raise WireError("arrays beyond the bounds")
    buffers = tuple(take(size) for size in sizes)
    return Frame(bytes(rest[8 * count :]), buffers)


def _exactly(sock: socket.socket, count: int, deadline: float | None) -> memoryview:
    """Read `count` bytes; memory is touched, and so taken, only as they arrive."""
    data = np.empty(count, np.uint8).data
    read = 0
    while read < count:
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            sock.settimeout(left)
        got = sock.recv_into(data[read:])
        if not got:
            raise WireError("the other side went away")
        read += got
    return data


class Numbers:
    """Numbers objects that stay inside the sandbox, so that they can be named from outside."""

    def __init__(self) -> None:
        self.objects: dict[int, Any] = {}
        self._next = itertools.count(1)

    def keep(self, item: Any, source: str | None = None) -> Handle:
        """A handle for `item`, which stays alive with this table."""
        id = next(self._next)
        self.objects[id] = item
        kind = getattr(type(item), "__name__", "object")
        return Handle(id, kind if type(kind) is str else "object", source)
