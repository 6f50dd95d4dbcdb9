"""Values over a socket: what may travel comes back as it was, what is hostile is a WireError."""

import enum
import gc
import math
import socket
import struct
import threading
import time
import weakref
from pathlib import Path

import msgpack
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.sandbox.guest import wire
from autograder.sandbox.guest.frame import LARGE
from autograder.sandbox.guest.stream import Stream
from autograder.sandbox.guest.wire import Frame, Handle, Refused, WireError, decode, encode

PLAIN = (type(None), bool, int, float, complex, str, bytes, slice, Handle, np.generic)


def sent(value):
    """The value after its way over the wire, in buffers of its own."""
    frame = encode(value)
    return decode(Frame(frame.header, tuple(memoryview(bytes(b)) for b in frame.buffers)))


def same(actual, expected):
    """Equal in value and in type, also inside; NaN equals NaN."""
    if type(actual) is not type(expected):
        return False
    if isinstance(expected, np.ndarray | np.generic | float | complex):
        kinds = getattr(actual, "dtype", None) == getattr(expected, "dtype", None)
        return kinds and np.array_equal(actual, expected, equal_nan=True)
    if isinstance(expected, torch.Tensor):
        return actual.dtype == expected.dtype and torch.equal(actual, expected)
    if isinstance(expected, list | tuple):
        return len(actual) == len(expected) and all(map(same, actual, expected))
    if isinstance(expected, dict):
        return list(actual) == list(expected) and all(
            same(actual[key], expected[key]) for key in expected
        )
    return actual == expected


def test_frames_are_equal_when_their_bytes_are():
    large = np.arange(3 * LARGE // 8 + 1)
    values = [large, large[:-1], np.append(large[:-1], 0), np.append(1, large[1:]), [large, large]]
    frames = [encode(value) for value in values]
    for at, frame in enumerate(frames):
        assert [frame == other for other in frames] == [at == n for n in range(len(frames))]
        assert frame == frame.kept() != frame.header
        assert frame.kept() == encode(values[at])


def test_a_kept_frame_stays_as_it_was():
    array = np.zeros(3)
    frame = encode(array).kept()
    array[:] = 1
    assert frame == encode(np.zeros(3)) != encode(array)


# --- what may travel ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, 0, -1, 2**63 - 1, -(2**63), 2**64 - 1, "", "é🙂\n\0", b"\x00\xff"),
        *(0.0, -0.0, 1.5, 1e308, 5e-324, math.inf, -math.inf, math.nan),
        *(2**64, -(2**63) - 1, 10**500, -(10**500), 255, 256, -128, -129, 2**127, -(2**127)),
        *(1 + 2j, complex(math.nan, math.inf), -0.0 + 0j),
        *([], [1, [2, [3]]], (), (1,), (1, (2, [3, ()])), [(), [()]]),
        *({}, {"a": 1}, {1: "a", None: "b", 2.5: "c", b"x": "d"}, {(1, 2): [3], "n": {"m": ()}}),
        *(set(), {1, "a", (1, 2)}, slice(None), slice(1, 10, -2), slice("a", None, 2**70)),
        [1, 2.5, "x", None, (True, {"k": {1, 2}}), np.arange(3), 3j, [np.float32(1)]],
    ],
    ids=repr,
)
def test_plain_values_come_back_as_they_were(value):
    assert same(sent(value), value)


def test_a_negative_zero_keeps_its_sign():
    assert math.copysign(1, sent(-0.0)) == -1


@pytest.mark.parametrize("dtype", sorted(wire.DTYPES))
@pytest.mark.parametrize("shape", [(), (1,), (5,), (2, 3), (0,), (3, 0, 2), (1,) * 32], ids=str)
def test_arrays_of_every_dtype_and_shape_come_back(dtype, shape):
    array = (np.arange(math.prod(shape)) % 2).astype(dtype).reshape(shape)
    assert same(sent(array), array)


@pytest.mark.parametrize("dtype", sorted(wire.DTYPES))
def test_numbers_of_numpy_come_back_with_their_dtype(dtype):
    for number in np.array([0, 1], dtype):
        assert same(sent(number), number)


@pytest.mark.parametrize("dtype", [">f8", ">i2", ">c8", "longdouble", "clongdouble", "longlong"])
def test_an_array_of_a_rarer_dtype_comes_as_the_nearest_that_everybody_knows(dtype):
    array = np.arange(6).astype(dtype)[::2]
    found = sent(array)
    assert found.tolist() == [0, 2, 4]
    assert found.dtype in wire.NAMES


def layouts():
    """Arrays of one content in every layout that student code could depend on."""
    whole = np.arange(24.0).reshape(4, 6)
    return {
        "C": whole,
        "F": np.asfortranarray(whole),
        "transposed": whole.T,
        "every second column": whole[:, ::2],
        "backwards": whole[::-1],
        "backwards in one dimension": whole[0, ::-1],
        "one column": whole[:, 1],
        "broadcast": np.broadcast_to(np.arange(3.0), (4, 3)),
        "moved axes": np.moveaxis(np.arange(24).reshape(2, 3, 4), 0, 1),
        "no dimension": np.array(3.0),
        "empty": whole[:0],
    }


@pytest.mark.parametrize("name", layouts())
@pytest.mark.parametrize("writable", [True, False], ids=["writable", "read-only"])
def test_arrays_keep_their_layout_and_whether_they_may_be_written(name, writable):
    array = layouts()[name]
    array = array if array.flags.writeable else array.view()
    array.flags.writeable = writable and layouts()[name].flags.writeable
    back = sent(array)
    assert same(back, array)
    for flag in ("c_contiguous", "f_contiguous", "writeable"):
        assert getattr(back.flags, flag) == getattr(array.flags, flag), flag


def test_two_arrays_over_one_memory_come_back_apart():
    array = np.zeros(3)
    first, second = sent([array, array])
    first[0] = 1
    assert second[0] == 0


@pytest.mark.parametrize(
    "tensor",
    [
        torch.arange(6).reshape(2, 3),
        torch.tensor(2.5, dtype=torch.float64),
        torch.zeros(0, 3),
        torch.arange(6.0).reshape(2, 3).T,
        torch.tensor([1 + 2j]),
        torch.tensor([True, False]),
        torch.ones(2, requires_grad=True),
    ],
    ids=str,
)
def test_tensors_come_back(tensor):
    back = sent({"t": tensor})["t"]
    assert same(back, tensor.detach())
    assert back.requires_grad == tensor.requires_grad


def test_a_parameter_comes_back_as_the_tensor_it_is():
    back = sent(torch.nn.Parameter(torch.ones(2)))
    assert type(back) is torch.Tensor
    assert back.requires_grad


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (frozenset([1, 2]), {1, 2}),
        (bytearray(b"x"), b"x"),
        (Handle(3, "Net", "src"), Handle(3, "Net", "src")),
    ],
)
def test_what_comes_back_as_a_relative(value, expected):
    assert same(sent(value), expected)


# --- what may not ---------------------------------------------------------------------------------


class Subclasses:
    """Subclasses of plain types, each with a lie that must not cross."""

    class Float(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    class Text(str):
        __slots__ = ()

    class Numbers(list):
        pass

    class Pair(tuple):
        __slots__ = ()

    class Mapping(dict):
        pass

    class Bag(set):
        pass

    class Whole(int):
        pass

    class Array(np.ndarray):
        def __array_finalize__(self, parent):
            pass

    class Double(np.float64):
        pass

    class Colour(enum.IntEnum):
        RED = 1


FOREIGN = {
    "an object": object(),
    "a function": len,
    "a class": int,
    "a generator": (n for n in ()),
    "a float's subclass": Subclasses.Float(1.0),
    "a str's subclass": Subclasses.Text("x"),
    "a set's subclass": Subclasses.Bag([1]),
    "an int's subclass": Subclasses.Whole(1),
    "an IntEnum": Subclasses.Colour.RED,
    "an ndarray's subclass": np.zeros(2).view(Subclasses.Array),
    "a float64's subclass": Subclasses.Double(1.0),
    "a matrix": np.zeros((1, 2)).view(np.matrix),
    "a masked array": np.ma.masked_array([1, 2], [True, False]),
    "an array of objects": np.array([None, 1]),
    "an array of texts": np.array(["a"]),
    "an array of dates": np.array(["2026-01-01"], "datetime64[D]"),
    "a structured array": np.zeros(2, [("a", int)]),
    "a long double": np.longdouble(1),
    "numpy's text": np.str_("x"),
    "a bfloat16 tensor": torch.zeros(2, dtype=torch.bfloat16),
    "a sparse tensor": torch.zeros(2).to_sparse(),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_plain_value_becomes_a_handle_or_is_refused(name):
    kept = []

    def keep(item):
        kept.append(item)
        return Handle(len(kept), "kind")

    with pytest.raises(Refused, match="cannot be sent"):
        encode([FOREIGN[name]])
    assert decode(encode([1, (FOREIGN[name],)], keep)) == [1, (Handle(1, "kind"),)]
    assert kept[0] is FOREIGN[name]


def nested(wrap, depth):
    """A value within `depth` containers."""
    value = 1
    for _ in range(depth):
        value = wrap(value)
    return value


def endless():
    """A list that holds itself."""
    value = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        pytest.param(endless, "cannot be sent", id="a list in itself"),
        pytest.param(lambda: nested(lambda v: [v], 2000), "cannot be sent", id="deep lists"),
        pytest.param(lambda: nested(lambda v: {0: v}, 2000), "cannot be sent", id="deep dicts"),
        pytest.param(lambda: nested(lambda v: (v,), 40), "nested too deep", id="deep tuples"),
        pytest.param(lambda: 1 << (9 * wire.BIGINT_LIMIT), "whole number", id="a huge number"),
        pytest.param(lambda: "x" * (2 << 20), "too large", id="a long text"),
        pytest.param(lambda: np.zeros(wire.BUFFER_LIMIT + 1, np.uint8), "too large", id="array"),
        pytest.param(lambda: [np.zeros(1)] * (wire.BUFFER_COUNT + 1), "too many", id="arrays"),
        pytest.param(lambda: "\ud800", "cannot be sent", id="half a character"),
    ],
)
def test_what_has_no_bound_is_refused_by_the_sender(make, complaint):
    with pytest.raises(Refused, match=complaint):
        encode(make())


# --- hostile frames -------------------------------------------------------------------------------


def ext(code, *fields):
    """An extension with a body of packed fields."""
    return msgpack.ExtType(code, msgpack.packb(list(fields)))


def frame(value, *buffers):
    """A frame with this value in its header."""
    return Frame(msgpack.packb(value), tuple(memoryview(buffer) for buffer in buffers))


def array(name="float64", shape=(1,), index=0, layout="C", writable=True):
    """The extension of an array."""
    return ext(wire.ARRAY, name, shape, index, layout, writable)


EIGHT = bytes(8)
HOSTILE = {
    "object": frame(array("object"), EIGHT),
    "a text's dtype": frame(array("<U2"), EIGHT),
    "a dtype with a width": frame(array("f8"), EIGHT),
    "a structured dtype": frame(array([["a", "f8"]]), EIGHT),
    "a dtype that is none": frame(array(None), EIGHT),
    "a negative side": frame(array(shape=[-1]), EIGHT),
    "two negative sides": frame(array(shape=[-1, -1]), EIGHT),
    "a side of a float": frame(array(shape=[1.0]), EIGHT),
    "a side of a bool": frame(array(shape=[True]), EIGHT),
    "a shape that is none": frame(array(shape=None), EIGHT),
    "a shape of a text": frame(array(shape="1"), EIGHT),
    "more than there is": frame(array(shape=[2**62]), EIGHT),
    "overflow to nothing": frame(array(shape=[2**32, 2**32]), b""),
    "overflow beside a zero": frame(array(shape=[2**62, 2**62, 0]), b""),
    "less than there is": frame(array(shape=[1]), bytes(16)),
    "bytes left over": frame(array(shape=[1]), bytes(9)),
    "too many dimensions": frame(array(shape=[1] * 65), EIGHT),
    "no such buffer": frame(array(index=1), EIGHT),
    "a negative buffer": frame(array(index=-1), EIGHT),
    "a buffer's number as bool": frame(array(index=False), EIGHT),
    "a buffer's number as float": frame(array(index=0.0), EIGHT),
    "a buffer used twice": frame([array(), array()], EIGHT),
    "an unknown layout": frame(array(layout="K"), EIGHT),
    "a layout that is none": frame(array(layout=[]), EIGHT),
    "an array without fields": frame(ext(wire.ARRAY), EIGHT),
    "an array with too many fields": frame(ext(wire.ARRAY, "float64", [1], 0, "C", True, 1), EIGHT),
    "a tensor without fields": frame(ext(wire.TENSOR), EIGHT),
    "an array writable by a tensor": frame(
        ext(
            wire.ARRAY,
            "float32",
            [2],
            1,
            "C",
            ext(wire.TENSOR, "float32", [2], 0, "C", True, False),
        ),
        EIGHT,
        EIGHT,
    ),
    "a tensor with a tensor as flag": frame(
        ext(
            wire.TENSOR,
            "float32",
            [2],
            1,
            "C",
            True,
            ext(wire.TENSOR, "float32", [2], 0, "C", True, False),
        ),
        EIGHT,
        EIGHT,
    ),
    "a tensor of objects": frame(ext(wire.TENSOR, "object", [1], 0, "C", True, True), EIGHT),
    "a scalar of an object": frame(ext(wire.SCALAR, "object", EIGHT)),
    "a scalar too short": frame(ext(wire.SCALAR, "float64", b"1234")),
    "a scalar of a text": frame(ext(wire.SCALAR, "int8", "x")),
    "a scalar alone": frame(ext(wire.SCALAR, "int8")),
    "a complex number of three": frame(ext(wire.COMPLEX, 1, 2, 3)),
    "a complex number of lists": frame(ext(wire.COMPLEX, [], [])),
    "a slice of four": frame(ext(wire.SLICE, 1, 2, 3, 4)),
    "a set of lists": frame(ext(wire.SET, [1])),
    "a set of arrays": frame(ext(wire.SET, array()), EIGHT),
    "a dict with a list as key": Frame(b"\x81\x90\x01", ()),
    "a handle of a text": frame(ext(wire.HANDLE, "1", "kind", None)),
    "a handle of a bool": frame(ext(wire.HANDLE, True, "kind", None)),
    "a handle without a kind": frame(ext(wire.HANDLE, 1, None, None)),
    "a handle with a wrong source": frame(ext(wire.HANDLE, 1, "kind", 3)),
    "a huge whole number": frame(msgpack.ExtType(wire.BIGINT, bytes(wire.BIGINT_LIMIT + 1))),
    "an unknown extension": frame(ext(99, 1)),
    "extension 0": frame(ext(0, 1)),
    "an extension of no list": frame(msgpack.ExtType(wire.TUPLE, msgpack.packb({"a": 1}))),
    "an extension of nothing": frame(msgpack.ExtType(wire.TUPLE, b"")),
    "an extension of rubbish": frame(msgpack.ExtType(wire.TUPLE, b"\xc1")),
    "a time of a wrong length": Frame(b"\xc7\x05\xff12345", ()),
    "deep tuples": frame(nested(lambda v: ext(wire.TUPLE, v), 40)),
    "deep lists": Frame(b"\x91" * 100_000 + b"\xc0", ()),
    "rubbish": Frame(b"\xc1", ()),
    "nothing": Frame(b"", ()),
    "a truncated list": Frame(b"\x93\x01", ()),
    "a list of 4 billion": Frame(b"\xdd\xff\xff\xff\xff", ()),
    "a dict of 4 billion": Frame(b"\xdf\xff\xff\xff\xff", ()),
    "a text of 4 billion": Frame(b"\xdb\xff\xff\xff\xff", ()),
    "two values": Frame(b"\x01\x02", ()),
    "a text that is no UTF-8": Frame(b"\xa1\xff", ()),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_frame_is_a_wire_error(name):
    with pytest.raises(WireError):
        decode(HOSTILE[name])


def colliding(count):
    """Whole numbers that all have one hash: a set or dict of them takes the square of its size."""
    numbers = (1 + number * (2**61 - 1) for number in range(count))
    return [msgpack.ExtType(wire.BIGINT, number.to_bytes(12, "big")) for number in numbers]


@pytest.mark.parametrize(
    "pack",
    [
        lambda keys: msgpack.packb(ext(wire.SET, *keys)),
        lambda keys: b"\xde" + len(keys).to_bytes(2, "big") + b"".join(
            msgpack.packb(key) + b"\xc0" for key in keys
        ),
    ],
    ids=["set", "dict"],
)  # fmt: skip
def test_keys_of_one_hash_do_not_hold_up_the_decoder(pack):
    header = pack(colliding(60_000))
    assert len(header) <= wire.HEADER_LIMIT
    started = time.process_time()
    with pytest.raises(WireError):
        decode(Frame(header, ()))
    assert time.process_time() - started < 2


def complex_keys(count):
    """Complex numbers that all have one hash."""
    return [ext(wire.COMPLEX, 2.0**52 - 1_000_003 * n, float(n)) for n in range(count)]


@pytest.mark.parametrize("keys", [colliding(4000), complex_keys(4000)], ids=["whole", "complex"])
@pytest.mark.parametrize("kind", ["set", "dict"])
def test_many_keys_of_one_hash_are_refused_before_they_are_compared(keys, kind):
    value = ext(wire.SET, *keys) if kind == "set" else dict.fromkeys(keys, 0)
    with pytest.raises(WireError, match="collide"):
        decode(Frame(msgpack.packb({"ok": [value]}), ()))


@pytest.mark.parametrize(
    "value",
    [
        {float(2**power): power for power in range(1000)},  # as many of one hash as floats can be
        {(row, column) for row in range(60) for column in range(60)},
        {complex(row, column): 0 for row in range(-30, 30) for column in range(-30, 30)},
        dict.fromkeys(map(str, range(4000))),
        {-number for number in range(4000)},
    ],
    ids=["powers", "places", "plane", "texts", "negative"],
)
def test_keys_that_are_many_and_honest_arrive(value):
    assert decode(encode(value)) == value


def walk(value):
    """A decoded value and all values inside it."""
    yield value
    if isinstance(value, dict):
        for pair in value.items():
            yield from (inner for part in pair for inner in walk(part))
    elif isinstance(value, list | tuple | set):
        yield from (inner for part in value for inner in walk(part))
    elif isinstance(value, slice):
        yield from (inner for part in (value.start, value.stop, value.step) for inner in walk(part))


def assert_plain(value):
    """Only exact plain types, arrays and tensors: nothing whose methods the sender chose."""
    for inner in walk(value):
        kind = type(inner)
        assert kind in (*PLAIN, list, tuple, dict, set, np.ndarray, torch.Tensor) or (
            kind.__module__ == "numpy" and isinstance(inner, np.generic)
        ), kind


def decoded_or_refused(frame):
    """Decode what may be hostile: a plain value or a WireError, nothing else."""
    try:
        value = decode(frame)
    except WireError:
        return
    assert_plain(value)


BUFFERS = st.lists(st.binary(max_size=24).map(memoryview), max_size=3).map(tuple)
SIDES = st.integers(-1, 3) | st.sampled_from([2**31, 2**62, True, None])
DTYPE = st.sampled_from([*sorted(wire.DTYPES), "object", "f8"]) | st.none()
FIELDS = st.tuples(
    DTYPE, st.lists(SIDES, max_size=3), st.integers(-1, 3), st.sampled_from([*wire.LAYOUTS, "K"]),
    st.booleans(),
).map(list)  # fmt: skip
LEAVES = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats()
    | st.text(max_size=5) | st.binary(max_size=5)
    | st.builds(msgpack.ExtType, st.integers(0, 127), st.binary(max_size=12))
    | st.builds(msgpack.Timestamp, st.integers(-(2**40), 2**40))
    | FIELDS.map(lambda fields: ext(wire.ARRAY, *fields))
    | st.tuples(FIELDS, st.booleans()).map(lambda pair: ext(wire.TENSOR, *pair[0], pair[1]))
    | st.tuples(DTYPE, st.binary(max_size=17)).map(lambda pair: ext(wire.SCALAR, *pair))
)  # fmt: skip
CODES = st.sampled_from(range(11))
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.builds(lambda code, fields: ext(code, *fields), CODES, st.lists(inner, max_size=4))
        | st.lists(st.tuples(inner, inner), max_size=3).map(
            lambda pairs: msgpack.ExtType(wire.TUPLE, as_map(pairs))
        )
    ),
    max_leaves=8,
)


def as_map(pairs):
    """A packed dict, whatever its keys are."""
    body = b"".join(msgpack.packb(part) for pair in pairs for part in pair)
    return bytes([0x80 | len(pairs)]) + body


@settings(max_examples=400, deadline=None, derandomize=True)
@given(header=VALUES.map(msgpack.packb), buffers=BUFFERS)
def test_well_packed_frames_of_any_content_are_plain_or_refused(header, buffers):
    decoded_or_refused(Frame(header, buffers))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(header=st.binary(max_size=40), buffers=BUFFERS)
def test_frames_of_any_bytes_are_plain_or_refused(header, buffers):
    decoded_or_refused(Frame(header, buffers))


GOOD = encode([1, (2.5, "x"), {"k": np.arange(3)}, {3}, np.float32(1), 2**80, slice(1), 1j])


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    place=st.integers(0, len(GOOD.header) - 1),
    byte=st.integers(0, 255),
    cut=st.integers(0, len(GOOD.header)) | st.none(),
)
def test_a_good_frame_with_a_byte_changed_or_cut_off_is_plain_or_refused(place, byte, cut):
    header = bytearray(GOOD.header)
    header[place] = byte
    decoded_or_refused(Frame(bytes(header[:cut]), GOOD.buffers))


# --- over a socket --------------------------------------------------------------------------------


@pytest.fixture
def line():
    """Two ends of a socket."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.fixture(params=["frame by frame", "ahead"])
def receive(request, line):
    """A function that reads the next frame: by itself, or what has come in one go."""
    theirs = line[1]
    if request.param == "ahead":
        return Stream(theirs).receive
    return lambda deadline: wire.receive(theirs, deadline)


def soon(seconds=5.0):
    """A deadline."""
    return time.monotonic() + seconds


def test_frames_cross_a_socket_one_after_the_other(line, receive):
    ours, _ = line
    values = [np.arange(1 << 18), [np.zeros(0), "x"], None, {"a": np.ones((3, 4))}]
    sender = threading.Thread(target=lambda: [wire.send(ours, encode(value)) for value in values])
    sender.start()
    received = [decode(receive(soon())) for _ in values]
    sender.join()
    assert same(received, values)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        pytest.param(b"", "went away", id="nothing"),
        pytest.param(struct.pack("!QI", 5, 0)[:7], "went away", id="half a head"),
        pytest.param(struct.pack("!QI", 5, 0) + b"abc", "went away", id="half a header"),
        pytest.param(struct.pack("!QIQ", 1, 1, 9) + b"\xc0" + EIGHT, "went away", id="half array"),
        pytest.param(struct.pack("!QI", wire.HEADER_LIMIT + 1, 0), "bounds", id="long header"),
        pytest.param(struct.pack("!QI", 2**64 - 1, 0), "bounds", id="endless header"),
        pytest.param(struct.pack("!QI", 1, wire.BUFFER_COUNT + 1), "bounds", id="many buffers"),
        pytest.param(
            struct.pack("!QI2Q", 1, 2, 1, wire.BUFFER_LIMIT) + b"\xc0", "bounds", id="big buffers"
        ),
        pytest.param(struct.pack("!QIQ", 1, 1, 2**64 - 1) + b"\xc0", "bounds", id="endless buffer"),
    ],
)
def test_a_frame_cut_off_or_beyond_the_bounds_is_a_wire_error(line, receive, data, complaint):
    ours, _ = line
    ours.sendall(data)
    ours.shutdown(socket.SHUT_WR)
    with pytest.raises(WireError, match=complaint):
        receive(soon())


def test_memory_is_taken_only_for_what_has_arrived(line, receive):
    ours, _ = line
    ours.sendall(struct.pack("!QIQ", 1, 1, wire.BUFFER_LIMIT) + b"\xc0" + EIGHT)
    Path("/proc/self/clear_refs").write_text("5")  # forget earlier peaks
    before = peak_memory()
    with pytest.raises(TimeoutError):
        receive(soon(0.05))
    assert peak_memory() - before < 16 << 20


def peak_memory():
    """The most bytes that this process has held at once."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def test_a_sender_who_drips_cannot_stretch_the_deadline(line, receive):
    ours, _ = line
    stop = threading.Event()

    def drip():
        ours.sendall(struct.pack("!QI", 1000, 0))
        while not stop.wait(0.02):
            ours.sendall(b"\xc0")

    sender = threading.Thread(target=drip)
    sender.start()
    started = time.monotonic()
    with pytest.raises(TimeoutError):
        receive(soon(0.3))
    stop.set()
    sender.join()
    assert time.monotonic() - started < 3


def test_a_stream_waits_no_longer_than_it_may_until_somebody_reads(line):
    ours, _ = line
    frame = encode(np.zeros(1 << 20))
    with pytest.raises(TimeoutError):
        Stream(ours).send([frame], soon(0.1))


def test_a_stream_sends_small_and_large_frames_in_order(line, receive):
    ours, _ = line
    values = [1, np.arange(1 << 17), "x", [np.zeros(3), {"a": 2}]]
    sender = threading.Thread(target=lambda: Stream(ours).send([encode(each) for each in values]))
    sender.start()
    received = [decode(receive(soon())) for _ in values]
    sender.join()
    assert same(received, values)


def test_packing_and_unpacking_leaves_no_memory_to_a_later_collection():
    gc.disable()
    try:
        array = np.zeros(1 << 17)
        kept = weakref.ref(array)
        decoded = decode(encode([array, {"a": (1, 2)}]))
        del array, decoded
        assert kept() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Subclasses.Numbers([1, np.int8(2)]), [1, np.int8(2)]),
        (Subclasses.Pair((1, "x")), (1, "x")),
        (Subclasses.Mapping(a=Subclasses.Mapping(b=1)), {"a": {"b": 1}}),
        (torch.Size([2, 3]), (2, 3)),
    ],
)
def test_containers_of_other_classes_arrive_as_plain_ones(given, expected):
    arrived = decode(encode(given))
    assert arrived == expected
    assert type(arrived) is type(expected)
