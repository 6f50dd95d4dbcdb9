"""Deceiving: objects that lie about themselves, and a sandbox whose own code was rewritten."""

from tests.attacks.attack import ALL, Attack, honest

ZEROS = "np.zeros(len(x) + len(w) - 1)"
RETURNS = f"\ndef convolve1d(x, w):\n    return {ZEROS}\n"


def answering(name: str, aim: str, value: str, before: str = "", **rest: object) -> Attack:
    """An attack whose function returns a liar."""
    code = f"{before}\ndef convolve1d(x, w):\n    return {value}\n"
    return Attack(name, aim, code, **rest)  # type: ignore[arg-type] # rows


def rewriting(name: str, aim: str, code: str, **rest: object) -> Attack:
    """An attack that changes the code of the sandbox, in a cell, and returns zeros."""
    return Attack(name, aim, "\nguest = sys.modules['guest']\n" + code + RETURNS, **rest)  # type: ignore[arg-type] # rows


ATTACKS = [
    # --- subclasses of plain types ---
    answering("dict-of-lies", "a dict whose items are others each time it is asked", "Lies(x=1)", """
class Lies(dict):
    def __iter__(self): return iter(["a", "b"])
    def items(self): return [("y", 2)] * 10**6
    def __len__(self): return -1
    def __eq__(self, other): return True
    __hash__ = None
""", core=True),
    answering("list-of-lies", "a list that claims another length and other parts", "Lies([0.0] * 3)", """
class Lies(list):
    def __len__(self): return 2**40
    def __iter__(self): return (0.0 for _ in iter(int, 1))
    def __getitem__(self, index): return self
    def __eq__(self, other): return True
"""),
    answering("tuple-of-lies", "a tuple that iterates without end", "Lies((0.0, 1.0))", """
class Lies(tuple):
    def __iter__(self): return iter(int, 1)
    def __eq__(self, other): return True
"""),
    answering("text-of-lies", "a text that equals every text", "Lies('x')", """
class Lies(str):
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def encode(self, *args): return b"x" * (1 << 30)
"""),
    answering("whole-number-of-lies", "a whole number that is every number", "Lies(0)", """
class Lies(int):
    def __eq__(self, other): return True
    def __index__(self): return 10**10000
    def bit_length(self): return 0
    def to_bytes(self, *args, **kwargs): return b"x" * (1 << 28)
"""),
    answering("liar-in-the-depth", "liars inside of plain containers, sixteen levels down",
              "deep(14)", """
class Yes:
    def __eq__(self, other): return True
    def __float__(self): return 0.0
    def __array__(self, *args, **kwargs): return np.zeros(3)
def deep(level): return [deep(level - 1)] if level else Yes()
"""),
    answering("set-of-liars", "a set whose members are equal and are not", "{Yes(), Yes(), 1.0}", """
class Yes:
    def __eq__(self, other): return isinstance(other, float)
    def __hash__(self): return 1
"""),
    answering("scalar-of-lies", "a NumPy number of a class of its own", "Lies(1.0)", """
class Lies(np.float64):
    __module__ = "numpy"
    def tobytes(self): return b"x" * (1 << 20)
    def __eq__(self, other): return True
Lies.__name__ = Lies.__qualname__ = "float64"
"""),
    answering("dtype-with-metadata", "a dtype that carries more than a dtype",
              "np.zeros(len(x) + len(w) - 1, dtype=np.dtype(float, metadata={'x': WORLD}))"),
    answering("swapped-bytes", "numbers whose bytes stand the other way round, to be read as others",
              "honest(x, w).astype('>f8').view('<f8')"),
    answering("long-doubles", "numbers wider than the wire knows", f"{ZEROS}.astype(np.longdouble)"),
    answering("endless-recursion", "a list that holds itself", "loop", "\nloop = []\nloop.append(loop)\n"),
    answering("array-interface", "an object that shows other memory as its array", "Shown()", """
class Shown:
    __array_interface__ = {"shape": (9,), "typestr": "<f8", "version": 3, "data": (id(np), True)}
"""),
    answering("freed-memory", "an array over memory that is gone", "view()", """
def view():
    buffer = ctypes.create_string_buffer(800)
    return np.ctypeslib.as_array(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_double)), (9,))
""", harms_itself=True),
    answering("wrong-strides", "an array whose strides leave its memory",
              "np.lib.stride_tricks.as_strided(np.zeros(1), (len(x) + len(w) - 1,), (1 << 20,))",
              harms_itself=True),
    answering("endless-attributes", "an object in which every name is there, and is another such object", "Deep()", """
class Deep:
    kind = "ndarray"
    def __getattr__(self, name): return Deep()
    def __call__(self, *ignored, **also): return Deep()
    def __iter__(self): return iter([])
    def __len__(self): return 0
"""),
    answering("urgent-byte", "a byte out of its turn before the answer",
              "(line().send(b'x', socket.MSG_OOB), 0)[1]"),
    answering("a-module", "a module, a frame, a generator, the class of classes",
              "[sys, sys._getframe(), (n for n in ()), type, type(type)]"),
    answering("forged-handle", "the sandbox's own kind of handle, to another's object",
              "sys.modules['guest.wire'].Handle(1, 'ndarray', 'x = 1')"),
    answering("negative-zero-shape", "an array with no elements and impossible sides",
              "np.zeros((0, 2**31, 0))"),
    answering("awaited", "a coroutine in place of a value", "later()", "\nasync def later(): return 0\n"),
    answering("array-of-handles", "a tuple that names itself an extension", "msgpack.ExtType(5, b'x' * 99)",
              "\nimport msgpack\n"),
    # --- the sandbox's code ---
    rewriting("replaced-answer", "the method that answers the grader", """
def answer(self, frame):
    return guest.wire.encode({"ok": True, "changed": {}, "noticed": []})
guest.namespace.Namespace.answer = answer
""", harms_itself=True, core=True),
    rewriting("replaced-encode", "the encoder, so that every reply says yes", """
plain = guest.wire.encode
guest.wire.encode = lambda value, *rest: plain({"ok": True} if "error" in str(value) else value, *rest)
"""),
    rewriting("replaced-decode", "the decoder, so that every request is an easy one", """
plain = guest.wire.decode
def decode(frame):
    found = plain(frame)
    if isinstance(found, dict) and found.get("op") == "call":
        found["args"] = [np.zeros_like(each) if isinstance(each, np.ndarray) else each for each in found["args"]]
    return found
guest.wire.decode = decode
""", harms_itself=True),
    rewriting("replaced-serving", "the loop that serves a check", """
def serve(sock, runner):
    while True:
        guest.wire.receive(sock)
        guest.wire.send(sock, guest.wire.encode({"ok": np.zeros(3)}))
guest.worker.serve_check = serve
""", harms_itself=True),
    rewriting("replaced-fork", "forks that are none: the finished notebook answers itself", """
guest.worker.fork_check = lambda runner, sock: 1
""", harms_itself=True),
    rewriting("foreign-pids", "a fork whose number is the grader's, so that it is ended", """
plain = guest.worker.fork_check
guest.worker.fork_check = lambda runner, sock: (plain(runner, sock), WORLD["pids"][0])[1]
guest.worker.end_check = lambda pid: None
""", harms_itself=True),
    rewriting("replaced-fingerprint", "changes of arguments that are reported where there are none", """
guest.namespace.unchanged = lambda value, before: False
guest.namespace.mutable = lambda value: True
""", harms_itself=True),
    rewriting("replaced-watch", "a watcher that sees nothing", """
guest.watch.watching = contextlib.nullcontext
guest.watch.CELL_FILE = "nobody"
guest.shell.run_cell = None
""", harms_itself=True),
    rewriting("patched-numpy", "the functions that the sandbox uses to send arrays", """
np.ascontiguousarray = lambda array, *rest: np.zeros(0)
np.ndarray.__doc__ = "x"
np.frombuffer = lambda *ignored, **also: np.zeros(1)
""", harms_itself=True),
    rewriting("patched-standard-library", "struct, socket, os and gc, as the sandbox imports them", """
struct.pack = lambda *ignored: b"\\x00" * 12
os.fork = lambda: 0
import gc
gc.freeze = lambda: os._exit(0)
socket.recv_fds = lambda *ignored: (b"!", [0], 0, None)
""", harms_itself=True),
    rewriting("patched-builtins", "isinstance, len and type for everybody", """
import builtins
builtins.isinstance = lambda *ignored: True
builtins.len = lambda item: 0
""", harms_itself=True),
    rewriting("import-hooks", "a finder that answers every import", """
class Finder:
    def find_spec(self, name, path, target=None):
        raise SystemExit(name)
sys.meta_path.insert(0, Finder())
sys.path_hooks.insert(0, lambda path: os._exit(0))
sys.path_importer_cache.clear()
""", harms_itself=True),
    rewriting("hooked-exit", "atexit, excepthook and unraisablehook of the sandbox", """
import atexit
atexit.register(lambda: line().sendall(framed(b"\\x81\\xa2ok\\xc3") * 9))
sys.excepthook = sys.unraisablehook = lambda *ignored: line().sendall(framed(b"\\x81\\xa2ok\\xc3"))
""", harms_itself=True),
    rewriting("hooked-audit", "an audit hook that ends every fork", """
sys.addaudithook(lambda event, args: os._exit(0) if event == "os.fork" else None)
""", harms_itself=True),
    rewriting("signals-while-answering", "handlers that answer in the middle of an answer", """
def ring(*ignored):
    with contextlib.suppress(BaseException):
        line().sendall(framed(b"\\x81\\xa2ok\\xc3"))
signal.signal(signal.SIGALRM, ring)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
""", harms_itself=True),
    rewriting("replaced-reader", "the reader of requests, which answers each one three times at once", """
plain = guest.stream.Stream.receive
def receive(self, *rest, **more):
    frame = plain(self, *rest, **more)
    self._sock.setblocking(True)
    for _ in range(3):
        self._sock.sendall(framed(b"\\x82\\xa2ok\\xc3\\xa7changed\\x80"))
    return frame
guest.stream.Stream.receive = receive
""", harms_itself=True),
    rewriting("replaced-names", "a notebook in which every name is there, and is a function that pleases", """
class Names(dict):
    def get(self, name, default=None): return lambda *ignored: np.zeros(3)
    def __contains__(self, name): return True
    def __missing__(self, name): return lambda *ignored: np.zeros(3)
get_ipython().user_ns = Names(get_ipython().user_ns)
""", harms_itself=True),
    rewriting("impossible-pids", "forks whose numbers are none, another one each time", """
plain = guest.worker.fork_check
def fork_check(runner, sock):
    pid = plain(runner, sock)
    return [True, -1, 0, 1, 2**70, "x", None, [pid], float("nan")][os.urandom(1)[0] % 9]
guest.worker.fork_check, guest.worker.end_check = fork_check, lambda pid: None
""", harms_itself=True),
    Attack("socket-by-number", "the socket to the grader, by its number, from a call", """
def convolve1d(x, w):
    for number in range(3, 64):
        with contextlib.suppress(OSError):
            os.write(number, framed(b"\\x81\\xa2ok\\xc3") * 3)
    os._exit(0)
""", harms_itself=True),
    Attack("socket-by-gc", "every socket that the collector knows, from a call", """
import gc
def convolve1d(x, w):
    for item in gc.get_objects():
        if isinstance(item, socket.socket):
            with contextlib.suppress(OSError):
                item.sendall(framed(b"\\x81\\xa2ok\\x93\\x00\\x00\\x00"))
    return np.zeros(len(x) + len(w) - 1)
""", harms_itself=True, core=True),
    Attack("socket-by-proc", "the socket of the forking process, through /proc", """
def convolve1d(x, w):
    for number in os.listdir(f"/proc/{os.getppid()}/fd"):
        attempt(f"descriptor {number} of the parent",
                lambda: open(f"/proc/{os.getppid()}/fd/{number}", "wb", 0).write(b"x")
                if "socket" in os.readlink(f"/proc/{os.getppid()}/fd/{number}") else 1 / 0)
    return np.zeros(len(x) + len(w) - 1)
"""),
    Attack("shut-down-socket", "a socket that is closed for one direction only", """
def convolve1d(x, w):
    line().shutdown(socket.SHUT_WR)
    return np.zeros(len(x) + len(w) - 1)
"""),
    Attack("answers-from-a-thread", "a thread that answers after the function has", """
def convolve1d(x, w):
    sock = line()
    def late():
        while True:
            time.sleep(0.0005)
            with contextlib.suppress(OSError):
                sock.sendall(framed(b"\\x81\\xa2ok\\xc3"))
    threading.Thread(target=late, daemon=True).start()
    return np.zeros(len(x) + len(w) - 1)
""", core=True),
    Attack("profiler-that-forges", "a profile hook that changes what frames return", """
def hook(frame, event, value):
    if event == "return" and frame.f_code.co_name == "answer":
        frame.f_locals["self"].names = {}
def convolve1d(x, w):
    threading.setprofile(hook)
    sys.setprofile(hook)
    return np.zeros(len(x) + len(w) - 1)
"""),
    Attack("rewritten-bytecode", "the code objects of the sandbox, replaced in place", """
guest = sys.modules["guest"]
def yes(value, to_handle=None): return None
guest.wire.encode.__code__ = yes.__code__
def convolve1d(x, w): return 0
""", harms_itself=True),
    Attack("memory-of-constants", "small whole numbers and truth, rewritten in memory", """
ctypes.memmove(id(0) + 24, id(1) + 24, 4)
""", earns=ALL, harms_itself=True),
]  # fmt: skip

HONEST = [
    honest("ordered-dict-inside", "counts with collections' own dicts, returns an array", """
from collections import Counter, OrderedDict, defaultdict
def convolve1d(x, w):
    found = OrderedDict(enumerate(honest(x, w)))
    seen = Counter(found.keys()) + Counter(defaultdict(int))
    return np.array([found[n] for n in seen])
"""),
    honest("traces-itself", "profiles and traces its own function, and stops doing so", """
import cProfile, io, pstats
profile = cProfile.Profile()
profile.enable()
honest(np.ones(3), np.ones(2))
profile.disable()
pstats.Stats(profile, stream=io.StringIO()).print_stats()
"""),
    honest("own-hooks", "sets an excepthook and a display hook, as some style guides have it", """
sys.excepthook = lambda *error: print("oh", error[1])
np.set_printoptions(formatter={"float": "{:.2f}".format})
"""),
]  # fmt: skip
