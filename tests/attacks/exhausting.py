"""Exhausting: time, memory, processes, descriptors, disk, and the grader's patience."""

from tests.attacks.attack import ALL, Attack, honest

CALL = "\ndef convolve1d(x, w):\n"
SWALLOW = """
    while True:
        try:
            while True: pass
        except BaseException:
            pass
"""

PICTURES = """
from IPython.display import display
def show(count, size):
    for number in range(count):
        display({"image/png": "iVBORw0KGgo" + "A" * size, "text/plain": "x"}, raw=True)
"""

ATTACKS = [
    Attack("endless-call", "a call that swallows every exception and never ends", CALL + SWALLOW, core=True),
    Attack("endless-cell", "a cell that swallows every exception and never ends",
           "\ndel convolve1d\nif True:" + SWALLOW, core=True),
    Attack("deaf-call", "a call that no signal reaches, deep in C", CALL + """
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
    return sum(iter(int, 1))
"""),
    Attack("deaf-cell", "a cell that sleeps with all signals blocked", """
del convolve1d
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64))
time.sleep(3600)
"""),
    Attack("long-power", "one operation on whole numbers that takes hours", CALL + """
    return len(str(7 ** (10 ** 9)))
"""),
    Attack("long-pattern", "a regular expression that never comes to an end", CALL + """
    import re
    return re.match("(a+)+$", "a" * 60 + "b")
"""),
    Attack("stops-itself", "a process that is neither running nor gone", CALL + """
    os.kill(os.getpid(), signal.SIGSTOP)
"""),
    Attack("stops-in-a-cell", "a notebook that stops itself", """
del convolve1d
os.kill(os.getpid(), signal.SIGSTOP)
"""),
    Attack("half-a-reply", "half a reply, and then silence", CALL + """
    line().sendall(framed(b"x" * 1000)[:500])
    time.sleep(3600)
"""),
    Attack("drop-by-drop", "a reply that comes a byte at a time", CALL + """
    for byte in framed(b"x" * 10**6):
        line().sendall(bytes([byte]))
        time.sleep(0.01)
"""),
    Attack("reply-of-the-cap", "replies of the largest size, again and again", CALL + """
    header = b"\\xda" + struct.pack("!H", 65535) + b"x" * 65535
    while True:
        line().sendall(framed(header, b"x" * (1 << 20)))
"""),
    Attack("result-without-end", "a result whose parts are made while they are sent", CALL + """
    class Endless(list):
        def __iter__(self): return iter(int, 1)
        def __len__(self): return 3
    import msgpack
    wire = sys.modules["guest.wire"]
    wire.encode = lambda *ignored: sum(iter(int, 1))
    return Endless()
"""),
    Attack("text-without-end", "an exception whose text never comes to an end", CALL + """
    class Slow(Exception):
        def __str__(self): return "".join(str(number) for number in iter(int, 1))
    raise Slow
"""),
    Attack("error-in-a-cell", "an exception of a cell whose text never comes to an end", """
del convolve1d
class Slow(Exception):
    def __str__(self): return "".join(str(number) for number in iter(int, 1))
    __repr__ = __str__
raise Slow
""", earns=0.0),
    Attack("all-memory", "more memory than there is", CALL + """
    kept = []
    while True:
        kept.append(np.ones(1 << 22))
""", core=True),
    Attack("all-memory-in-a-cell", "more memory than there is, kept by a cell", """
kept = []
while True:
    kept.append(bytearray(1 << 24))
""", earns=ALL, harms_itself=True),
    Attack("closed-memory", "memory that is written to and then closed, so that it is no data any more", CALL + """
    libc.mmap.restype = ctypes.c_void_p
    while True:
        place = libc.mmap(None, ctypes.c_size_t(16 << 20), 3, 0x22, -1, ctypes.c_size_t(0))
        ctypes.memset(ctypes.c_void_p(place), 1, 16 << 20)
        libc.mprotect(ctypes.c_void_p(place), ctypes.c_size_t(16 << 20), 1)
"""),
    Attack("memory-as-a-stack", "memory that counts as a stack, and not as data", """
libc.mmap.restype = ctypes.c_void_p
place = libc.mmap(None, ctypes.c_size_t(2 << 30), 3, 0x122, -1, ctypes.c_size_t(0))
place in (None, 2**64 - 1) or confess("a stack of 2 GB")
""", earns=ALL),
    Attack("anonymous-files", "memory that no limit of a process counts", """
names = []
with contextlib.suppress(OSError):
    for index in range(40):
        names.append(os.memfd_create(f"memory{index}"))
        os.write(names[-1], b"x" * (4 << 20))
for name in names:
    os.close(name)
with contextlib.suppress(OSError):
    file = os.memfd_create("large")
    for _ in range(64):
        os.write(file, b"x" * (1 << 20))
    confess("a file of any size in memory")
""", earns=ALL),
    Attack("shared-memory", "memory through /dev/shm, System V and the disk in memory", """
for folder in ("/dev/shm", "/tmp", "/scratch"):
    written = 0
    with contextlib.suppress(OSError):
        for index in range(100):
            with open(f"{folder}/left{index}", "wb") as file:
                written += file.write(b"x" * (4 << 20))
    written > (80 << 20) and confess(f"{written >> 20} MB in {folder}")
""", earns=ALL, core=True),
    Attack("memory-of-the-stack", "memory that counts as a stack: the stack moved, the stack grown", """
import resource
start = int(next(line for line in open("/proc/self/maps") if "[stack]" in line).split("-")[0], 16)
libc.mremap.restype = ctypes.c_void_p
def taken(place):
    ctypes.memset(place, 1, 700 << 20)
def moved():
    place = libc.mremap(ctypes.c_void_p(start), ctypes.c_size_t(4096), ctypes.c_size_t(700 << 20), 1)
    if place == ctypes.c_void_p(-1).value: raise OSError
    taken(place)
def grown():
    resource.setrlimit(resource.RLIMIT_STACK, (-1, -1))
    if os.fork():
        _, status = os.wait()
        if status: raise OSError
    else:
        taken(start - (700 << 20))
        os._exit(0)
attempt("700 MB of a moved stack", moved)
attempt("700 MB of a grown stack", grown)
""", earns=ALL),
    Attack("fork-bomb", "all processes that the machine can hold", """
for _ in range(500):
    try:
        if not os.fork():
            time.sleep(600)
            os._exit(0)
    except OSError:
        break
else:
    confess("500 processes")
""", earns=ALL, harms_itself=True, core=True),
    Attack("fork-bomb-in-a-call", "processes that multiply", CALL + """
    while True:
        with contextlib.suppress(OSError):
            os.fork()
""", harms_itself=True),
    Attack("all-processors", "the processors, for itself alone, by sessions, threads and priority", """
def spin():
    while True: pass
for _ in range(30):
    with contextlib.suppress(OSError):
        if not os.fork():
            os.setsid()
            threading.Thread(target=spin).start()
            spin()
attempt("its turn before all others", lambda: os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1)))
attempt("more weight", lambda: os.setpriority(os.PRIO_PGRP, 0, -1))
def more_for_its_session():
    with open("/proc/self/autogroup", "w") as file:
        file.write("-20")
attempt("more weight for its session", more_for_its_session)
""", earns=ALL, harms_itself=True, core=True),
    Attack("kernel-buffers", "memory of the kernel's: pipes, sockets, descriptors that are on their way", """
import array, fcntl
kept = []
with contextlib.suppress(OSError):
    while True:
        left, right = os.pipe()
        kept += [left, right]
        with contextlib.suppress(OSError):
            fcntl.fcntl(right, fcntl.F_SETPIPE_SZ, 1 << 20)
        os.set_blocking(right, False)
        with contextlib.suppress(OSError):
            while True: os.write(right, b"x" * 65536)
for number in kept[100:]:
    os.close(number)
with contextlib.suppress(OSError):
    for _ in range(100):
        left, right = socket.socketpair()
        right.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
        right.setblocking(False)
        own = array.array("i", [left.fileno(), right.fileno()] * 100)
        right.sendmsg([b"x" * 60000], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, own)])
        kept += [left.detach(), right.detach()]
""", earns=ALL, harms_itself=True),
    Attack("queued-signals", "signals and timers that wait, as many as a user may have", """
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
for number in range(100_000):
    libc.sigqueue(os.getpid(), signal.SIGRTMIN, 0)
for number in range(3000):
    libc.timer_create(0, None, ctypes.byref(ctypes.c_int()))
""", earns=ALL, harms_itself=True),
    Attack("process-chain", "fifty processes, each below the last, for whoever counts them", """
def chain(left):
    if left and not os.fork():
        chain(left - 1)
        time.sleep(600)
        os._exit(0)
chain(50)
""", earns=ALL, harms_itself=True),
    Attack("odd-process-names", "names of processes that read like what the kernel tells of them", """
for name in (b") R 1 1 1 (", b"x\\nRssAnon: 9", b"\\xff\\n\\n) Z 0"):
    if not os.fork():
        libc.prctl(15, name, 0, 0, 0)
        time.sleep(600)
libc.prctl(15, b") Z 0 (", 0, 0, 0)
time.sleep(0.5)
""", earns=ALL),
    Attack("pseudo-terminals", "pseudo-terminals and nests of watched descriptors", """
import select
kept = []
with contextlib.suppress(OSError):
    while len(kept) < 200:
        kept += os.openpty()
attempt("a nest", lambda: select.epoll())
""", earns=ALL, harms_itself=True),
    Attack("lowered-limits", "limits of its own so low that nothing can be done any more", """
import resource
for name in ("RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_STACK", "RLIMIT_DATA"):
    resource.setrlimit(getattr(resource, name), (1, 1))
""", earns=ALL, harms_itself=True),
    Attack("no-fork-for-checks", "as many processes as it may have, and the grader's line kept open by them", """
for _ in range(500):
    try:
        if not os.fork():
            time.sleep(600)
    except OSError:
        break
""", earns=ALL, harms_itself=True, core=True),
    Attack("all-threads", "all threads that the machine can hold", """
with contextlib.suppress(RuntimeError):
    for _ in range(500):
        threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    confess("500 threads")
""", earns=ALL, harms_itself=True),
    Attack("all-descriptors", "all files that may be open", """
kept = []
with contextlib.suppress(OSError):
    while len(kept) < 5000:
        kept.append(os.open("/dev/null", os.O_RDONLY))
    confess("5000 open files")
""", earns=ALL),
    Attack("all-inodes", "empty files without number", """
with contextlib.suppress(OSError):
    for number in range(20000):
        os.close(os.open(f"file{number}", os.O_CREAT))
""", earns=ALL),
    Attack("one-long-line", "200 MB of output in one line", """
print("x" * (200 << 20))
""", earns=ALL, core=True),
    Attack("many-outputs", "ten million small outputs", """
for number in range(10**7):
    print(number)
""", earns=ALL),
    Attack("large-pictures", "pictures of the largest size, by the dozen, kept by the grader", PICTURES + """
show(30, (2 << 20) - 99)
""", earns=ALL),
    Attack("pictures-past-the-bound", "pictures larger than allowed, the bound being kept inside", PICTURES + """
sys.modules["guest.shell"].PICTURE_LIMIT = sys.modules["guest.shell"].OUTPUT_COUNT = 1 << 60
show(2, (24 << 20) - 99)
""", earns=ALL, core=True),
    Attack("output-past-the-bound", "more output than allowed, the bound being kept inside", """
get_ipython().outputs.limit = 1 << 60
print("x" * 1_000_000)
""", earns=ALL),
    Attack("many-displays", "pictures and displays without number", """
from IPython.display import display
for number in range(20000):
    display({"text/plain": "x", "image/png": "A" * 1000}, raw=True)
""", earns=ALL),
    Attack("odd-displays", "displays that are no texts", """
from IPython.display import display
display({"text/plain": ["x"], "image/png": 5, "text/html": None, 7: 8}, raw=True)
display({"image/png": "no base64 !", "text/plain": "\\ud800"}, raw=True)
get_ipython().outputs.items += [None, 5, {"output_type": []}, {"output_type": "stream"}]
""", earns=ALL, harms_itself=True),
    Attack("long-traceback", "a traceback of a thousand frames, with long texts", """
def deep(number):
    if not number:
        raise ValueError("x" * 10**7)
    deep(number - 1)
deep(900)
""", earns=ALL),
    Attack("deep-recursion", "the stack of the interpreter", CALL + """
    sys.setrecursionlimit(10**9)
    return convolve1d(x, w)
"""),
    Attack("deep-source", "a cell that the compiler cannot hold", "\neval('(' * 10**6)\n", earns=ALL),
    Attack("segmentation-fault", "the end of the interpreter", CALL + "    ctypes.string_at(0)\n"),
    Attack("exits-late", "an end in __del__, at exit and in a thread", """
import atexit
class Late:
    def __del__(self): os._exit(0)
atexit.register(os._exit, 3)
def convolve1d(x, w):
    Late()
"""),
    Attack("faulthandler", "a dump of all stacks that kills the process later", """
import faulthandler
def convolve1d(x, w):
    faulthandler.dump_traceback_later(0.2, exit=True, file=open("dump", "w"))
    time.sleep(3)
"""),
    Attack("slow-fork", "a fork that takes long, for every check", """
os.register_at_fork(before=lambda: time.sleep(1.5))
""", earns=ALL, harms_itself=True),
    Attack("own-alarm", "the sandbox's alarm, taken away", """
del convolve1d
signal.setitimer(signal.ITIMER_REAL, 0)
signal.signal(signal.SIGALRM, signal.SIG_IGN)
while True: pass
"""),
    Attack("raised-limits", "limits set higher again", """
import resource
for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_CORE"):
    soft, hard = resource.getrlimit(getattr(resource, name))
    attempt(name, lambda: resource.setrlimit(getattr(resource, name), (hard, hard + 1)))
""", earns=ALL, core=True),
    Attack("no-limits-left", "limits so low that nobody can be forked from the finished notebook", """
import resource
resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
resource.setrlimit(resource.RLIMIT_NOFILE, (8, 8))
""" + CALL + "    return 0\n", harms_itself=True),
    Attack("gone-folder", "a folder to work in that is gone", """
os.makedirs("/tmp/gone")
os.chdir("/tmp/gone")
os.rmdir("/tmp/gone")
""" + CALL + "    return 0\n", harms_itself=True),
    Attack("flood-of-descriptors", "open files by the hundred thousand, on the line to the grader", CALL + """
    sock, gift = line(), os.open("/dev/null", os.O_RDONLY)
    sock.setblocking(False)
    with contextlib.suppress(OSError):
        for _ in range(500):
            socket.send_fds(sock, [b"\\0"], [gift] * 200)
    return 0
"""),
    Attack("files-without-room", "files beside the notebook for which there is no room in its folder",
           files={f"data/{number}.bin": bytes(20 << 20) for number in range(4)}, earns=ALL),
    Attack("answers-without-room", "large results for a check that asks for many before it judges", """
def is_equivariant(*ignored):
    return np.zeros(5 << 20)
""", question="is_equivariant", harms_itself=True),
    Attack("memory-of-nobody", "memory of the kernel's that is in no process: semaphores, mappings, pages in a pipe", """
import mmap
X86 = os.uname().machine == "x86_64"
attempt("semaphores", lambda: system(64 if X86 else 190, 0, 32000, 0o600))
attempt("pages in a pipe", lambda: system(278 if X86 else 75, os.pipe()[1], (ctypes.c_uint64 * 2)(id(X86), 1), 1, 0))
def mapped(flags, number):
    libc.mmap.restype = ctypes.c_void_p
    if libc.mmap(None, ctypes.c_size_t(1 << 20), 3, flags, number, ctypes.c_long(0)) == ctypes.c_void_p(-1).value:
        raise OSError
attempt("a mapping without a file", lambda: mapped(0x21, -1))
attempt("a mapping of /dev/zero", lambda: mapped(0x01, os.open("/dev/zero", os.O_RDWR)))
taken = []
with contextlib.suppress(OSError):
    for _ in range(40):
        taken.append(mmap.mmap(-1, 4 << 20))
    confess("160 MB of shared memory")
""", earns=ALL, core=True),
    Attack("watches-of-all", "what the kernel remembers for all submissions of one user", """
import select
attempt("epoll", lambda: select.epoll())
attempt("inotify", lambda: None if libc.inotify_init() >= 0 else os.close(-1))
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
sent = sum(not libc.sigqueue(os.getpid(), signal.SIGRTMIN, 0) for _ in range(5000))
sent < 2000 or confess(f"{sent} signals that wait")
""", earns=ALL),
    Attack("files-without-end", "empty files, of which the kernel keeps each in memory", """
def flood(folder):
    with contextlib.suppress(OSError):
        for number in range(10**9):
            os.close(os.open(f"{folder}/{number:0200d}", os.O_CREAT))
for folder in ("/scratch", "/tmp", "/dev/shm"):
    if not os.fork():
        flood(folder)
time.sleep(2)
""", earns=ALL, harms_itself=True),
    Attack("hands-over-the-line", "an endless file in the place of the line to the grader", """
os.dup2(os.open("/dev/zero", os.O_RDWR), line().fileno())
""", earns=ALL, harms_itself=True),
    Attack("hangs-up-half", "a line that takes everything, and on which nothing comes back", """
line().shutdown(socket.SHUT_WR)
""", earns=ALL, harms_itself=True),
    Attack("stops-for-ever", "a process that stops itself again whenever it goes on", CALL + """
    while True:
        os.kill(os.getpid(), signal.SIGSTOP)
"""),
    Attack("own-filter", "a filter of its own, which lets it send nothing and says that all was sent", """
sends = (44, 46) if os.uname().machine == "x86_64" else (206, 211)
rules = [(0x20, 0, 0, 0), *((0x15, 2 - place, 0, number) for place, number in enumerate(sends)),
         (6, 0, 0, 0x7FFF0000), (6, 0, 0, 0x00050000)]
lines = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
libc.prctl(22, 2, struct.pack("HxxxxxxP", len(rules), ctypes.addressof(lines)), 0, 0)
""", earns=ALL, harms_itself=True),
    Attack("never-hands-over", "a thread that keeps the interpreter to itself", """
def spin():
    while True: pass
sys.setswitchinterval(1e9)
threading.Thread(target=spin, daemon=True).start()
""", earns=ALL, harms_itself=True),
    Attack("group-in-a-group", "an error in an error in an error, a hundred thousand deep, and a traceback in a circle", """
import types
inner = types.TracebackType(None, sys._getframe(), 0, 1)
outer = types.TracebackType(inner, sys._getframe(), 0, 1)
with contextlib.suppress(ValueError):
    inner.tb_next = outer
error = ValueError()
for _ in range(100_000):
    error = ExceptionGroup("x", [error])
raise error.with_traceback(outer)
""", earns=ALL, harms_itself=True),
    Attack("shrunk-file", "a result in a file that has been cut off behind it", CALL + """
    np.zeros(1 << 20).tofile("large")
    found = np.memmap("large", float, "r+", shape=(1 << 20,))
    os.truncate("large", 0)
    return found
"""),
    Attack("endless-views", "results that say they are terabytes, or lie where there is no memory", """
def convolve1d(x, w):
    if len(w) % 2:
        return np.broadcast_to(0.0, (10**6, 10**6))
    return np.lib.stride_tricks.as_strided(np.zeros(9), (len(x) + len(w) - 1,), (1 << 40,))
"""),
    Attack("links-without-number", "names for one file, and folders in folders", """
open("one", "w").close()
with contextlib.suppress(OSError):
    for number in range(10**7): os.link("one", f"{number:0200d}")
with contextlib.suppress(OSError):
    while True: os.mkdir("d" * 200) or os.chdir("d" * 200)
""", earns=ALL, harms_itself=True),
    Attack("queues-and-watches", "what the kernel keeps for each user: watches, queues, timers", """
inotify = libc.inotify_init()
for _ in range(5000):
    libc.inotify_add_watch(inotify, b"/scratch", 2)
for _ in range(5000):
    libc.timer_create(0, None, ctypes.byref(ctypes.c_int()))
for _ in range(1000):
    libc.shmget(0, 4096, 0o1600), libc.msgget(0, 0o1600), libc.semget(0, 1, 0o1600)
""", earns=ALL),
]  # fmt: skip

HONEST = [
    honest("many-files", "comes with two hundred small files, some with names from all over the world", """
assert len(os.listdir("data")) == 200 and open("data/Übung データ 7.csv").read() == "7"
""", files={f"data/Übung データ {number}.csv": str(number).encode() for number in range(200)}),
    honest("large-arrays", "needs a hundred megabytes for a moment", """
def convolve1d(x, w):
    large = np.ones(12_000_000)
    return honest(x, w) * large[0]
"""),
    honest("prints-much", "prints ten thousand lines", "\nfor number in range(10_000):\n    print(number)\n"),
    honest("threads", "computes with a pool of threads", """
from concurrent.futures import ThreadPoolExecutor
def convolve1d(x, w):
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(honest, [x], [w]))[0]
"""),
    honest("kept-pool", "keeps a pool of threads, and has used it before it is called", """
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(4)
def convolve1d(x, w):
    return pool.submit(honest, x, w).result()
convolve1d([1, 2, 3], [1, 1])
"""),
    honest("processes", "computes with a pool of processes", """
import multiprocessing
with multiprocessing.get_context("fork").Pool(2) as pool:
    assert pool.map(abs, [-1, 2]) == [1, 2]
"""),
    honest("busy-processes", "keeps four processes busy for a moment, in a session of their own", """
import multiprocessing
def squares(first):
    return sum(number * number for number in range(first, 300_000))
with multiprocessing.get_context("fork").Pool(4, os.setsid) as pool:
    assert len(set(pool.map(squares, range(8)))) == 8
subprocess.run([sys.executable, "-c", "pass"], start_new_session=True, check=True)
"""),
    honest("shares-memory", "shares memory with a child, and waits for it in a loop", """
import asyncio, mmap
page = mmap.mmap(-1, 4096)
def convolve1d(x, w):
    async def computed():
        child = await asyncio.create_subprocess_exec("/usr/bin/true")
        return await child.wait()
    assert asyncio.run(computed()) == 0
    page[:4] = b"done"
    return honest(x, w)
"""),
    honest("uses-a-terminal", "writes to a terminal of its own", """
ours, theirs = os.openpty()
os.write(theirs, b"x")
assert os.read(ours, 1) == b"x"
"""),
    honest("recursion", "recurses five hundred times", """
def total(values):
    return values[0] + total(values[1:]) if len(values) > 1 else values[0]
assert total([1] * 500) == 500
"""),
    honest("draws-much", "draws ten pictures", """
import matplotlib.pyplot as plt
for number in range(10):
    plt.plot([number]); plt.show(); plt.close("all")
"""),
    honest("swallows-exceptions", "catches more than it should, and comes to an end", """
def convolve1d(x, w):
    try:
        return honest(x, w)
    except:
        return None
"""),
]  # fmt: skip
