"""Forging results: points without the work."""

from tests.attacks.attack import ALL, Attack, honest

ALWAYS_EQUAL = """
class Yes:
    __array_ufunc__ = None
    __array_priority__ = 1e9
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __getattr__(self, name): return Yes() if name[:2] != "__" else object.__getattribute__(self, name)
    def __array__(self, *args, **kwargs): return np.zeros(3)
"""
RETURNS = "\ndef convolve1d(x, w):\n    return {}\n"
FORGED = "\ndef convolve1d(x, w):\n    reply({})\n"
PACK = "\nimport msgpack\ndef ext(code, *fields):\n    return msgpack.ExtType(code, msgpack.packb(list(fields)))\n"


def returning(name: str, aim: str, value: str, before: str = "", **rest: object) -> Attack:
    """An attack whose function returns `value`."""
    return Attack(name, aim, before + RETURNS.format(value), **rest)  # type: ignore[arg-type] # rows


def sending(name: str, aim: str, data: str, **rest: object) -> Attack:
    """An attack that answers the grader with bytes of its own."""
    return Attack(name, aim, PACK + FORGED.format(data), **rest)  # type: ignore[arg-type] # rows


ARRAY = "framed(msgpack.packb({{'ok': ext(1, {}, {}, {}, 'C', True)}}), b'12345678')"
PLANE = "[ext(4, 2.0**52 - 1000003 * n, float(n)) for n in range(4000)]"  # all of one hash
COLLIDING = """[dict.fromkeys([msgpack.ExtType(7, ((2**61 - 1) * (2**64 + number)).to_bytes(20, 'big'))
    for number in range(4000)], 0) for _ in range(8)]"""

ATTACKS = [
    # --- objects that lie ---
    returning(
        "equal-to-everything",
        "a result that equals whatever is expected",
        "Yes()",
        ALWAYS_EQUAL,
        core=True,
    ),
    returning(
        "list-of-yes",
        "a list that equals whatever is expected",
        "[Yes() for _ in range(len(x) + len(w) - 1)]",
        ALWAYS_EQUAL,
    ),
    returning(
        "object-array",
        "an array whose elements equal everything",
        "np.array([Yes() for _ in range(len(x) + len(w) - 1)] + [None], dtype=object)[:-1]",
        ALWAYS_EQUAL,
    ),
    returning(
        "array-subclass",
        "an array subclass that compares equal",
        "np.zeros(len(x) + len(w) - 1).view(Liar)",
        """
class Liar(np.ndarray):
    def __eq__(self, other): return True
    def __array_finalize__(self, other): pass
    def __array_ufunc__(self, *args, **kwargs): return np.True_
    def __array_function__(self, *args, **kwargs): return True
""",
    ),
    returning(
        "float-subclass",
        "numbers that equal everything",
        "[Liar(1)] * (len(x) + len(w) - 1)",
        """
class Liar(float):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0.0
    def __rsub__(self, other): return 0.0
""",
    ),
    returning(
        "class-named-ndarray",
        "a class that calls itself numpy.ndarray",
        "ndarray()",
        """
class ndarray:
    __module__ = "numpy"
    kind, shape, ndim, dtype = "ndarray", (9,), 1, np.dtype(float)
    __class__ = property(lambda self: np.ndarray)
    def __eq__(self, other): return True
ndarray.__qualname__ = "ndarray"
""",
    ),
    returning(
        "masked-array",
        "masked values that no comparison sees",
        "np.ma.masked_all(len(x) + len(w) - 1)",
    ),
    returning(
        "structured-array",
        "records in place of numbers",
        "np.zeros(len(x) + len(w) - 1, dtype=[('value', float)])",
    ),
    returning(
        "not-a-number",
        "NaN, which compares false to all",
        "np.full(len(x) + len(w) - 1, np.nan)",
        core=True,
    ),
    returning(
        "infinite-values",
        "a scale so large that every error is small",
        "np.full(len(x) + len(w) - 1, np.inf)",
    ),
    returning(
        "memory-map",
        "a file mapped as an array, changed after it was sent",
        "np.memmap('map', float, 'w+', shape=(len(x) + len(w) - 1,))",
    ),
    returning(
        "twelve-zeros",
        "an array of 10**12 elements that costs no memory",
        "np.broadcast_to(np.float64(1), (10**12,))",
    ),
    returning("generator", "a generator that never ends", "(number for number in iter(int, 1))"),
    returning("huge-integer", "a whole number of a million digits", "10 ** 1000000"),
    returning(
        "million-keys", "a dict of a million keys", "{number: number for number in range(10**6)}"
    ),
    returning(
        "colliding-keys",
        "keys made to collide, so that a dict costs hours",
        "{number * (2**61 - 1): 0 for number in range(4000)}",
    ),
    returning("half-characters", "text that cannot be encoded", "{'\\ud800': '\\udfff' * 1000}"),
    Attack(
        "truth-of-objects",
        "an object that is true wherever truth is asked",
        ALWAYS_EQUAL + "\ndef is_equivariant(*args):\n    return Yes()\n",
        question="is_equivariant",
    ),
    Attack(
        "always-true",
        "True as an answer to every question of yes and no",
        "\ndef is_equivariant(*args):\n    return True\n",
        question="is_equivariant",
    ),
    Attack(
        "overwrites-what-is-measured",
        "a reference that works with arguments which the student has filled with zeros",
        """
def sobel_edges(image):
    image[...] = 0
    return tuple(np.zeros((len(image) - 2, len(image[0]) - 2)) for _ in range(3))
""",
        question="sobel_edges",
    ),
    Attack(
        "lazy-answers",
        "another answer at every call",
        "\ncalls = []\ndef convolve1d(x, w):\n    calls.append(1)\n"
        "    return honest(x, w) * len(calls)\n",
        earns=0.25,
    ),
    # --- what others have written ---
    Attack(
        "shortcut-in-a-file",
        "a library's convolution, called by a file beside the notebook",
        "\nfrom helper import convolve1d\n",
        files={
            "helper.py": b"import numpy as np\ndef convolve1d(x, w): return np.convolve(x, w)\n"
        },
    ),
    Attack(
        "shortcut-written-down",
        "the same, by a file that the notebook writes",
        """
with open("helper.py", "w") as file:
    file.write("import numpy as np\\ndef convolve1d(x, w): return np.convolve(x, w)")
from helper import convolve1d
""",
    ),
    Attack(
        "shortcut-by-a-library",
        "a library's convolution, handed to another function of the library",
        """
def convolve1d(x, w):
    return np.vectorize(vars(np)["con" + "volve"], signature="(n),(m)->(k)")(x, w)
""",
    ),
    Attack(
        "shortcut-in-a-thread",
        "a library's convolution, called by a thread",
        """
from concurrent.futures import ThreadPoolExecutor
def convolve1d(x, w):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(vars(np)["con" + "volve"], x, w).result()
""",
    ),
    Attack(
        "shortcut-out-of-sight",
        "a library's convolution, called when nobody watches any more",
        """
def convolve1d(x, w):
    sys.setprofile(None)
    return vars(np)["con" + "volve"](x, w)
""",
    ),
    Attack(
        "shortcut-in-a-child",
        "a library's convolution, called by a process of its own",
        """
def convolve1d(x, w):
    ours, theirs = os.pipe()
    if not os.fork():
        os.write(theirs, vars(np)["con" + "volve"](x, w).astype(float).tobytes())
        os._exit(0)
    return np.frombuffer(os.read(ours, 1 << 16))
""",
    ),
    Attack(
        "shortcut-in-a-pool",
        "the same, by a pool of processes",
        """
from concurrent.futures import ProcessPoolExecutor
def convolve1d(x, w):
    with ProcessPoolExecutor(1) as pool:
        return pool.submit(vars(np)["con" + "volve"], x, w).result()
""",
    ),
    Attack(
        "shortcut-below-the-profiler",
        "a library's compiled convolution, called by compiled code",
        """
from functools import partial
def convolve1d(x, w):
    inner = vars(np._core.multiarray)["corre" + "late"]
    short, long = sorted((x.astype(float), w.astype(float)), key=len)
    return partial(inner, long, short[::-1], 2)()
""",
    ),
    Attack(
        "shortcut-put-away",
        "a library's convolution, in whose place another function was put",
        """
fold = vars(np)["con" + "volve"]
setattr(np, "con" + "volve", None)
def convolve1d(x, w):
    return fold(x.astype(float), w.astype(float))
""",
    ),
    Attack(
        "shortcut-under-a-cover",
        "a library's convolution, said to be a cover of another function",
        """
fold = vars(np)["con" + "volve"]
setattr(fold, "__wrap" + "ped__", print)
def convolve1d(x, w):
    return fold(x.astype(float), w.astype(float))
""",
    ),
    Attack(
        "shortcut-copied",
        "a library's convolution, as a function of another name",
        """
import types
fold = vars(np)["con" + "volve"]._implementation
fold = types.FunctionType(fold.__code__.replace(co_name="f"), vars(np._core.numeric), "f", ("full",))
def convolve1d(x, w):
    return fold(x.astype(float), w.astype(float))
""",
    ),
    Attack(
        "shortcut-by-a-plot",
        "a library's correlation, which is a convolution, as it is drawn",
        """
import matplotlib.pyplot as plt
def convolve1d(x, w):
    size = max(len(x), len(w))
    padded = [np.append(part, np.zeros(size - len(part))) for part in (x, w[::-1])]
    draw = vars(plt.Axes)["xc" + "orr"]
    found = draw(plt.gca(), *padded, normed=False, maxlags=size - 1)[1]
    return found[size - len(w) :][: len(x) + len(w) - 1]
""",
    ),
    Attack(
        "shortcut-with-itself",
        "the correlation of both signals in a row with themselves, in which that of the two lies",
        """
import matplotlib.pyplot as plt
def convolve1d(x, w):
    size = len(x) + len(w) - 1
    both = np.concatenate([x, np.zeros(size), w[::-1]])
    found = plt.acorr(both, normed=False, maxlags=len(both) - 1)[1]
    return found[:size]
""",
    ),
    Attack(
        "shortcut-by-another-name",
        "a product of polynomials, which is a convolution",
        "\ndef convolve1d(x, w):\n    return np.polymul(np.append(0.0, x), w)[-len(x) - len(w) + 1 :]\n",
    ),
    Attack(
        "shortcut-by-roots",
        "a product of polynomials, put together from the roots of both",
        """
def convolve1d(x, w):
    if min(len(x), len(w)) < 2:
        return honest(x, w)
    return np.poly(np.concatenate([np.roots(x), np.roots(w)])).real * x[0] * w[0]
""",
    ),
    # --- the tools of comparison ---
    Attack(
        "patched-tools",
        "numpy, pytest, json, socket and msgpack that say yes",
        """
import json, msgpack, pytest
for module, names in ((np, "allclose isclose array_equal"), (np.testing, "assert_allclose assert_equal"),
                      (json, "dumps"), (pytest, "approx"), (socket.socket, "settimeout")):
    for name in names.split():
        with contextlib.suppress(TypeError):
            setattr(module, name, lambda *args, **kwargs: True)
def convolve1d(x, w):
    return np.zeros(len(x) + len(w) - 1)
""",
        core=True,
        harms_itself=True,
    ),
    Attack(
        "patched-wire",
        "an encoder of the student's own",
        """
wire = sys.modules["guest.wire"]
def convolve1d(x, w):
    wire.DTYPES = wire.LAYOUTS = type("Any", (), {"__contains__": lambda self, item: True})()
    wire.HEADER_LIMIT = wire.BUFFER_LIMIT = 1 << 60
    wire.NAMES = type("Names", (dict,), {"__contains__": lambda self, item: True,
                                         "__missing__": lambda self, item: str(item)})()
    return np.zeros(len(x) + len(w) - 1, dtype="datetime64[s]")
""",
    ),
    Attack(
        "replaced-worker",
        "modules of the sandbox replaced by own ones",
        """
import types
def convolve1d(x, w):
    for name in ("guest.worker", "guest.namespace", "guest.watch", "guest.shell"):
        sys.modules[name] = types.ModuleType(name)
    return np.zeros(len(x) + len(w) - 1)
""",
    ),
    Attack(
        "zeroed-arguments",
        "the inputs made zero, so that zeros are right",
        """
def convolve1d(x, w):
    with contextlib.suppress(ValueError):
        x.flags.writeable = w.flags.writeable = True
        x[...] = 0
        w[...] = 0
    return np.zeros(len(x) + len(w) - 1)
""",
        core=True,
    ),
    Attack(
        "forged-changes",
        "arguments reported as changed, of other kinds and sizes",
        PACK
        + """
def convolve1d(x, w):
    reply(framed(msgpack.packb({"ok": None, "changed": {
        0: ext(1, "float64", [1], 0, "C", True), 1: {"a": 1}, "x": [], -1: 0, 2**60: "x"}}),
        b"12345678"))
""",
    ),
    Attack(
        "remembered-inputs",
        "answers kept from one check for the next",
        """
import hashlib, pickle
def convolve1d(x, w):
    key = hashlib.sha256(x.tobytes() + w.tobytes()).hexdigest()
    with contextlib.suppress(OSError), open(f"/tmp/{key}", "rb") as file:
        return pickle.load(file)
    with open(f"/tmp/{key}", "wb") as file:
        pickle.dump(np.zeros(len(x) + len(w) - 1), file)
    return np.zeros(len(x) + len(w) - 1)
""",
    ),
    # --- the wire itself ---
    Attack(
        "forged-cell-reply",
        "a cell's outcome, outputs and seconds, made up",
        PACK
        + """
reply(framed(msgpack.packb({"ok": {"late": False, "seconds": float("nan"), "pictures": [], "failure": {
    "type": "<b>", "message": {"a": [1]}, "text": ["x"] * 1000, "lines": None}, "outputs": [
    {"output_type": "stream", "name": ["x"], "text": {"REACH": "x"}},
    {"output_type": "x", "data": {"text/html": "<script>", "text/plain": 5}}]}})))
""",
        earns=ALL,
        harms_itself=True,
    ),
    Attack(
        "endless-seconds",
        "a cell that claims to have run for ever",
        PACK
        + """
reply(framed(msgpack.packb({"ok": {"late": False, "seconds": float("inf"), "pictures": [],
                                  "failure": None, "outputs": []}})))
""",
        earns=ALL,
        harms_itself=True,
    ),
    sending(
        "colliding-integers",
        "long keys made to collide, so that decoding costs hours",
        f"framed(msgpack.packb({{'ok': {COLLIDING}}}))",
    ),
    sending(
        "colliding-complex-keys",
        "complex numbers of one hash as keys, again and again",
        f"framed(msgpack.packb({{'ok': [dict.fromkeys({PLANE}, 0)] * 10}}))",
    ),
    sending(
        "colliding-members",
        "the same as members of sets",
        f"framed(msgpack.packb({{'ok': [ext(6, *{PLANE})] * 10}}))",
    ),
    sending(
        "missing-forged",
        "a reply that says that the function is not there, in words of its own",
        "framed(msgpack.packb({'missing': '<script>', 'error': {}}))",
    ),
    Attack(
        "early-cell-reply",
        "the reply to a request that was not made yet, from a cell",
        PACK
        + """
line().sendall(framed(msgpack.packb({"ok": 1})) * 3)
""",
        earns=ALL,
        harms_itself=True,
    ),
    Attack(
        "early-check-reply",
        "the answer to the next call, before it is made",
        PACK
        + """
def convolve1d(x, w):
    line().sendall(framed(msgpack.packb({"ok": True})) * 3)
    return np.zeros(len(x) + len(w) - 1)
""",
    ),
    Attack(
        "double-reply",
        "every answer twice",
        """
stream = sys.modules["guest.stream"].Stream
send = stream.send
def twice(self, frames, deadline=None):
    send(self, [*frames, *frames], deadline)
def convolve1d(x, w):
    stream.send = twice
    return np.zeros(len(x) + len(w) - 1)
""",
    ),
    sending(
        "no-dictionary",
        "a whole number where a reply belongs",
        "framed(msgpack.packb(5))",
        core=True,
    ),
    sending(
        "error-without-form", "an error that is a list", "framed(msgpack.packb({'error': [1, 2]}))"
    ),
    sending(
        "error-of-odd-parts",
        "an error whose parts are not texts",
        "framed(msgpack.packb({'error': {'type': ['x'], 'message': {'a': 1}, 'lines': 7}}))",
    ),
    sending(
        "unhashable-changes",
        "changes that are a list of lists",
        "framed(msgpack.packb({'ok': 1, 'changed': [[1], [2]]}))",
    ),
    sending(
        "changes-of-other-kinds",
        "arguments reported as changed into complex numbers and NaN",
        "framed(msgpack.packb({'ok': 1, 'changed': {0: ext(1, 'complex128', list(x.shape), 0, 'C', True),"
        " 1: ext(1, 'complex64', list(w.shape), 1, 'C', False)}}),"
        " b'\\xff' * 16 * x.size, b'\\x7f' * 8 * w.size)",
    ),
    sending(
        "impossible-moment",
        "a time stamp beyond all time, as msgpack has them",
        "framed(b'\\x81\\xa2ok\\xc7\\x0c\\xff' + b'\\xff' * 12)",
    ),
    sending(
        "sixty-four-buffers",
        "as many buffers as there may be, of a megabyte each, that no value uses",
        "framed(msgpack.packb({'ok': 1}), *[bytes(1 << 20)] * 64)",
    ),
    sending(
        "strides-of-nothing",
        "a strided array without elements and with impossible sides",
        "framed(msgpack.packb({'ok': ext(1, 'uint8', [2**40, 0, 2**40], 0, 'strided', True)}), b'')",
    ),
    sending(
        "error-with-markup",
        "an exception's type that is HTML",
        "framed(msgpack.packb({'error': {'type': '<script>alert(1)</script>',"
        " 'message': '<img onerror=alert(1)>'}}))",
    ),
    sending(
        "forged-notices",
        "names of forbidden functions in the hundred thousands",
        "framed(msgpack.packb({'ok': 1, 'noticed': ['torch.conv1d'] + ['x'] * 10**5}))",
    ),
    sending(
        "not-implemented-forged",
        "a stub's excuse, so that somebody looks at it by hand",
        "framed(msgpack.packb({'error': {'type': 'NotImplementedError', 'message': ''}}))",
    ),
    sending("endless-header", "a header of 2**63 bytes", "struct.pack('!QI', 2**63, 0)"),
    sending("endless-buffers", "four billion buffers", "struct.pack('!QI', 1, 2**32 - 1)"),
    sending(
        "capped-buffers",
        "buffers of just the size that is allowed, promised and not sent",
        "struct.pack('!QIQ', 1, 1, 256 << 20) + b'\\xc0'",
    ),
    sending(
        "deep-reply",
        "a reply nested a hundred thousand times",
        "framed(b'\\x81\\xa2ok' + b'\\x91' * 100000 + b'\\xc0')",
    ),
    sending(
        "wide-reply",
        "a header full of empty lists",
        "framed(b'\\xdd\\x00\\x0f\\xff\\xf0' + b'\\x90' * 0xffff0)",
    ),
    sending(
        "nested-extensions",
        "extensions within extensions",
        "framed(msgpack.packb({'ok': __import__('functools').reduce(lambda inner, _: ext(2, inner), range(60), 0)}))",
    ),
    sending(
        "nan-shape",
        "an array whose shape is not a number",
        ARRAY.format("'float64'", "[float('nan')]", "0"),
    ),
    sending(
        "negative-shape",
        "an array with sides below zero",
        ARRAY.format("'float64'", "[-1, -1]", "0"),
    ),
    sending(
        "overflowing-shape",
        "sides whose product overflows to the right size",
        ARRAY.format("'float64'", "[2**32 + 1, 2**32 - 1]", "0"),
    ),
    sending(
        "many-axes", "an array of a thousand axes", ARRAY.format("'float64'", "[1] * 1000", "0")
    ),
    sending("object-dtype", "an array of Python objects", ARRAY.format("'object'", "[1]", "0")),
    sending("void-dtype", "an array of raw memory", ARRAY.format("'V8'", "[1]", "0")),
    sending(
        "foreign-buffer",
        "an array in a buffer that was not sent",
        ARRAY.format("'float64'", "[1]", "7"),
    ),
    sending(
        "handle-of-others",
        "a handle that names another's object, with source to be run",
        "framed(msgpack.packb({'ok': ext(5, 1, 'ndarray', 'import os; os.abort()')}))",
    ),
    sending(
        "fork-bomb-of-types",
        "numbers in every foreign form",
        "framed(msgpack.packb({'ok': [ext(3, 'float64', b'1'), ext(4, 'a', 'b')]}))",
    ),
    sending(
        "long-integer",
        "a whole number too long to be printed",
        "framed(msgpack.packb({'error': {'type': 'X',"
        " 'message': msgpack.ExtType(7, b'\\x7f' * 4096)}}))",
    ),
    Attack(
        "gift-of-files",
        "open files and sockets handed to the grader along with a reply",
        """
def convolve1d(x, w):
    sock, gifts = line(), [os.open("/dev/zero", os.O_RDONLY) for _ in range(50)]
    socket.send_fds(sock, [framed(b"\\x81\\xa2ok\\xc0")], gifts + [sock.fileno()])
    os._exit(0)
""",
        core=True,
    ),
    Attack(
        "two-who-answer",
        "a second process that reads the grader's requests as well",
        """
if not os.fork():
    with contextlib.suppress(BaseException):
        sock = line()
        while True:
            sock.recv(1 << 16)
            sock.sendall(framed(b"\\x81\\xa2ok\\x01"))
    os._exit(0)
def convolve1d(x, w):
    return 1
""",
        harms_itself=True,
    ),
    Attack(
        "stolen-channels",
        "the sockets of other checks, caught by a process of the cell",
        """
if not os.fork():
    with contextlib.suppress(BaseException):
        while True:
            _, caught, _, _ = socket.recv_fds(line(), 1 << 16, 8)
            for number in caught:
                socket.socket(fileno=number).sendall(framed(b"\\x81\\xa2ok\\xc3") * 20)
    os._exit(0)
""",
        earns=ALL,
        harms_itself=True,
    ),
    Attack(
        "no-profile",
        "a settrace hook that forges what functions return",
        """
def hook(frame, event, value):
    if event == "call" and frame.f_code.co_name in ("encode", "fingerprint", "_perform"):
        frame.f_locals.clear()
    return hook
def convolve1d(x, w):
    sys.settrace(hook)
    sys.setprofile(None)
    return np.zeros(len(x) + len(w) - 1)
""",
    ),
    Attack(
        "raising-dunders",
        "results whose every method raises or ends the process",
        """
class Trap:
    def __getattribute__(self, name): os._exit(0)
    def __del__(self): os._exit(0)
    def __reduce__(self): os._exit(0)
def convolve1d(x, w):
    return [Trap()]
""",
    ),
    Attack(
        "metaclass-names",
        "a type whose name is an array of bytes",
        """
class Meta(type):
    __name__ = property(lambda self: np.zeros(10**6))
    __mro__ = property(lambda self: (Meta,) * 10**6)
class Own(Exception, metaclass=Meta): pass
def convolve1d(x, w):
    return Own()
""",
    ),
    Attack(
        "lying-exceptions",
        "an exception that takes the name of a stub's",
        """
Stub = type("NotImplementedError", (BaseException,), {"__str__": lambda self: "x" * 10**7})
Stub.__module__ = "builtins"
def convolve1d(x, w):
    if len(x):
        raise Stub()
    return np.zeros(len(w))
""",
    ),
]

HONEST = [
    honest(
        "places-as-keys",
        "keeps values by their places, in dicts and sets of hundreds of tuples and complex numbers",
        """
plane = {complex(row, column): row for row in range(-30, 30) for column in range(-30, 30)}
board = {(row, column) for row in range(40) for column in range(40)}
def convolve1d(x, w):
    return honest(x, w) if len(plane) == 3600 and (3, 4) in board else plane
""",
    ),
    honest(
        "array-subclass-inside",
        "uses a subclass with an __eq__ of its own, returns an array",
        """
class Signal(np.ndarray):
    def __eq__(self, other): return np.asarray(self) == np.asarray(other)
def convolve1d(x, w):
    return np.asarray(honest(x, w).view(Signal))
""",
    ),
    honest(
        "single-precision",
        "computes in float32 and returns a strided view",
        """
def convolve1d(x, w):
    wide = np.zeros(2 * (len(x) + len(w) - 1), np.float32)
    wide[::2] = honest(x, w)
    return wide[::2]
""",
    ),
    honest(
        "patches-of-good-will",
        "changes NumPy's print options and warns in pytest's manner",
        """
np.set_printoptions(precision=2)
np.seterr(all="raise")
import pytest, warnings
warnings.simplefilter("error")
assert honest(np.ones(2), np.ones(2)) == pytest.approx(np.array([1.0, 2, 1]))
""",
    ),
    honest(
        "caches-its-answers",
        "keeps results by the bytes of the input",
        """
cache = {}
def convolve1d(x, w):
    key = (x.dtype.str, x.tobytes(), w.dtype.str, w.tobytes())
    if key not in cache:
        cache[key] = honest(x, w)
    return cache[key]
""",
    ),
]
