"""Remembering: what one check learns for the next, what a second try gives, what time tells."""

from tests.attacks.attack import ALL, Attack, Notebook, code_cell, honest

COUNTED = """
def counted(folder="/tmp"):
    "How often this was asked before, by all forks together."
    with open(f"{folder}/count", "ab") as file:
        file.write(b"x")
        return file.tell() - 1
"""


def twice(name: str, aim: str, count: str, before: str = COUNTED, **rest: object) -> Attack:
    """An attack that says no and yes in turns, and knows across forks what it has said before."""
    code = f"{before}\ndef is_equivariant(*ignored):\n    return bool({count} % 2)\n"
    return Attack(name, aim, code, question="is_equivariant", **rest)  # type: ignore[arg-type] # rows


GUESS = """
def guess(*ignored):
    return bool(os.urandom(1)[0] & 1)
"""


def restless(notebook: Notebook) -> None:
    """Cells each of which ends the process in one of three runs."""
    ends = (f"os.urandom(1)[0] % 3 == 0 and os._exit({number})" for number in range(6))
    notebook["cells"] += map(code_cell, ends)


ATTACKS = [
    twice("counts-in-tmp", "a count in /tmp, to know the second try by", "counted()"),
    twice("counts-in-shm", "a count in /dev/shm", "counted('/dev/shm')"),
    twice("counts-in-scratch", "a count in its folder", "counted('/scratch')"),
    twice("counts-in-shared-memory", "a count in memory that all forks share", "count()", """
import mmap
page = mmap.mmap(-1, 4096)
def count():
    page[0] = min(page[0] + 1, 255)
    return page[0] - 1
""", core=True),
    twice("counts-in-a-pipe", "a count in a pipe that all forks hold", "count()", """
left, right = os.pipe()
os.set_blocking(left, False)
def count():
    os.write(right, b"x")
    found = os.read(left, 1 << 16)
    os.write(right, found)
    return len(found) - 1
"""),
    twice("counts-by-a-server", "a thread of the finished notebook that counts for all forks", "count()", """
server = socket.socket(socket.AF_UNIX)
server.bind("/tmp/counter")
server.listen()
def serve(calls=0):
    while True:
        with server.accept()[0] as caller:
            caller.send(struct.pack("i", calls))
        calls += 1
threading.Thread(target=serve, daemon=True).start()
def count():
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(1)
        caller.connect("/tmp/counter")
        return struct.unpack("i", caller.recv(4))[0]
""", harms_itself=True),
    Attack("remembers-all-inputs", "every input and answer, to answer the next check with", COUNTED + """
import pickle
def convolve1d(x, w):
    with open("/tmp/seen", "ab") as file:
        pickle.dump((x, w), file)
    return np.zeros(len(x) + len(w) - 1)
"""),
    Attack("replays-the-last", "the result of the check before, from a file", """
def convolve1d(x, w):
    with contextlib.suppress(OSError, ValueError):
        return np.load("/tmp/last.npy")
    np.save("/tmp/last.npy", np.zeros(len(x) + len(w) - 1))
    return np.zeros(len(x) + len(w) - 1)
"""),
    Attack("guesses-and-ends", "a guess, and the end of its process where a fork says it was wrong", GUESS + COUNTED + """
def convolve1d(x, w):
    counted() and os._exit(0)
    return np.zeros(len(x) + len(w) - 1)
""", core=True),
    Attack("ends-until-lucky", "the end of the process at every call, so that all is run again", """
def convolve1d(x, w):
    os.kill(os.getpid(), signal.SIGKILL)
"""),
    Attack("ends-the-notebook-until-lucky", "the end of the finished notebook at every call", """
def convolve1d(x, w):
    os.kill(os.getppid(), signal.SIGKILL)
    return np.zeros(len(x) + len(w) - 1)
""", harms_itself=True, core=True),
    Attack("ends-in-a-cell-until-lucky", "the end of the process in a cell, each time after another wait", """
if not os.path.exists("/tmp/never"):
    time.sleep(os.urandom(1)[0] / 2000)
    os._exit(0)
""", harms_itself=True),
    Attack("ends-in-another-cell-each-time", "the best of its guesses, by runs of which no two are alike", GUESS + """
is_equivariant = guess
""", question="is_equivariant", harms_itself=True, change=restless),
    twice("claims-to-be-unwritten", "a second try for each check that follows an excuse",
          "excused()", before=COUNTED + """
def excused():
    number = counted()
    if number % 3 == 2:
        raise NotImplementedError
    return number
"""),
    Attack("answers-from-later-requests", "answers taken from arrays in the requests that wait", """
guest = sys.modules["guest"]
def arrays(frame):
    return [each for each in guest.wire.decode(frame).get("args", ()) if isinstance(each, np.ndarray)]
def serve(sock, runner):
    line, served = guest.stream.Stream(sock), guest.namespace.Namespace(runner.user_ns)
    while True:
        frames = [line.receive()]
        time.sleep(0.002)
        with contextlib.suppress(OSError):
            while line._start < line._end or sock.recv(1, socket.MSG_PEEK):
                frames.append(line.receive())
        for place, frame in enumerate(frames):
            asked = guest.wire.decode(frame)
            if asked["op"] != "call" or asked["target"] != "convolve1d":
                line.send([served.answer(frame)])
                continue
            size = sum(map(len, asked["args"])) - 1
            told = [each for later in frames[place + 1 :] for each in arrays(later) if each.shape == (size,)]
            line.send([guest.wire.encode({"ok": told[0] if told else np.zeros(size), "changed": {}})])
guest.worker.serve_check = serve
def convolve1d(x, w): return 0
""", harms_itself=True),
    Attack("ends-while-reviving", "the end of the process only where cells are run again", """
import glob
if time.time() % 1 < 2 and os.getpid() > 2 and os.path.exists("/tmp/second"):
    os._exit(0)
def convolve1d(x, w):
    open("/tmp/second", "w").close()
    os.kill(os.getppid(), signal.SIGKILL)
""", harms_itself=True),
    Attack("reads-ahead", "the requests that wait in the socket, before they are due", """
def convolve1d(x, w):
    sock = line()
    sock.setblocking(False)
    with contextlib.suppress(OSError):
        spill(sock.recv(1 << 20, socket.MSG_PEEK)[:2000])
    sock.setblocking(True)
    return np.zeros(len(x) + len(w) - 1)
"""),
    Attack("swallows-ahead", "the requests that wait in the socket, eaten", """
def convolve1d(x, w):
    sock = line()
    sock.settimeout(0.01)
    with contextlib.suppress(OSError):
        while sock.recv(1 << 20): pass
    return np.zeros(len(x) + len(w) - 1)
""", harms_itself=True),
    Attack("answers-what-is-ahead", "answers to all requests that wait, at once", """
def convolve1d(x, w):
    line().sendall(framed(b"\\x82\\xa2ok\\xc3\\xa7changed\\x80") * 40)
    return np.zeros(len(x) + len(w) - 1)
""", harms_itself=True),
    Attack("tells-by-time", "one bit for each second that a call takes", """
def convolve1d(x, w):
    time.sleep(0.2 * (x[0] > 0))
    return np.zeros(len(x) + len(w) - 1)
"""),
    Attack("tells-by-kinds", "inputs, told by the kinds of its exceptions", """
def convolve1d(x, w):
    raise [KeyError, ValueError, OSError, TypeError][int(abs(float(x[0])) * 1000) % 4](x.tolist(), w.tolist())
"""),
    Attack("learns-from-neighbours", "what another submission left behind, anywhere", """
for folder in ("/tmp", "/dev/shm", "/scratch", "/var/tmp"):
    with contextlib.suppress(OSError):
        left = [name for name in os.listdir(folder) if name not in ("x",)]
        [name for name in left if "count" in name or "seen" in name] and confess(f"left in {folder}: {left}")
""", earns=ALL),
    Attack("influences-the-warm-process", "the warm process, by what all its forks share", """
import mmap
with open("/proc/self/maps") as maps:
    shared = [row for row in maps if " rw-s " in row and "zero" not in row and "/dev/shm" not in row]
shared and confess(f"memory that is shared with the warm process: {shared}")
np.float64.__doc__, np.pi = "REACH" "ED", 3
""", earns=ALL, harms_itself=True),
]  # fmt: skip

HONEST = [
    honest("memoises-on-disk", "keeps results on disk, as joblib does", """
import hashlib, pickle
def convolve1d(x, w):
    key = hashlib.sha256(pickle.dumps((x, w))).hexdigest()
    try:
        with open(f"cache-{key}", "rb") as file:
            return pickle.load(file)
    except OSError:
        result = honest(x, w)
        with open(f"cache-{key}", "wb") as file:
            pickle.dump(result, file)
        return result
"""),
    honest("counts-its-calls", "counts its calls, and warns at the first", """
import warnings
calls = 0
def convolve1d(x, w):
    global calls
    calls += 1
    if calls == 1:
        warnings.warn("slow for long signals")
    return honest(x, w)
"""),
]  # fmt: skip
