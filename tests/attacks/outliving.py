"""Outliving: whatever stays when the submission is over."""

from tests.attacks.attack import ALL, Attack, honest

KEYCTL = """
number = 248 if os.uname().machine == "x86_64" else 217
"""

ATTACKS = [
    Attack("daemon", "a process of its own session, forked twice", """
stay(start_new_session=True)
if not os.fork():
    os.setsid()
    if not os.fork():
        stay(start_new_session=True)
    os._exit(0)
""", earns=ALL, core=True),
    Attack("daemon-of-a-call", "a process that a check leaves behind", """
def convolve1d(x, w):
    stay("import time, signal; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 64)); time.sleep(600)",
         start_new_session=True)
    return honest(x, w)
""", core=True),
    Attack("daemon-with-the-socket", "a process that keeps the grader's socket open", """
def convolve1d(x, w):
    stay(pass_fds=[line().fileno()], start_new_session=True)
    return honest(x, w)
"""),
    Attack("renamed-daemon", "a process under another name, out of sight", """
stay(start_new_session=True, cwd="/", close_fds=True,
     env={"PATH": "/usr/bin"}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
if not os.fork():
    libc.prctl(15, (WORLD["token"] + "-a").encode()[:15], 0, 0, 0)
    libc.prctl(1, 0, 0, 0, 0)
    libc.prctl(4, 0, 0, 0, 0)
    libc.prctl(36, 1, 0, 0, 0)
    os.setsid()
    time.sleep(600)
    os._exit(0)
""", earns=ALL),
    Attack("breeding-daemon", "a process that starts itself anew when it ends", """
if not os.fork():
    while True:
        stay("pass").wait()
        with contextlib.suppress(OSError):
            os.fork() and os._exit(0)
""", harms_itself=True, earns=ALL),
    Attack("timers", "timers and threads that fire when the grader has moved on", """
for seconds in (0.01, 0.2, 1):
    threading.Timer(seconds, spill, ["a timer"]).start()
signal.signal(signal.SIGVTALRM, lambda *ignored: spill("a signal"))
signal.setitimer(signal.ITIMER_VIRTUAL, 0.05, 0.05)
""", earns=ALL),
    Attack("late-printer", "a thread that writes into the outputs of others' cells", """
def late():
    while True:
        time.sleep(0.01)
        get_ipython().outputs.stream("stdout", "late")
threading.Thread(target=late, daemon=True).start()
""", earns=ALL),
    Attack("at-exit", "code that runs when the process ends", """
import atexit
atexit.register(stay, start_new_session=True)
os.register_at_fork(after_in_child=lambda: atexit.register(stay))
class Late:
    def __del__(self): stay(start_new_session=True)
late = Late()
""", earns=ALL),
    Attack("leaves-files", "files for the next one, wherever it may write", """
for folder in ("/scratch", "/tmp", "/dev/shm", "/var/tmp", "/run", "/dev/mqueue", "/dev", "/"):
    with contextlib.suppress(OSError), open(f"{folder}/left-{WORLD['mark']}", "w") as file:
        file.write("x")
""", earns=ALL, core=True),
    Attack("leaves-shared-memory", "System V memory, queues and semaphores", """
for key in range(1000, 1010):
    libc.shmget(key, 4096, 0o1666), libc.msgget(key, 0o1666), libc.semget(key, 1, 0o1666)
from multiprocessing import shared_memory
kept = shared_memory.SharedMemory("left", create=True, size=4096)
""", earns=ALL),
    Attack("leaves-a-key", "a key in the keyring that the next one reads", KEYCTL + """
for ring in (-3, -4, -5):
    libc.syscall(number, b"user", b"left", b"x", 1, ctypes.c_int(ring))
""", earns=ALL, core=True),
    Attack("leaves-sockets", "listening sockets, by path and in the abstract", """
kept = []
for address in (f"\\0{WORLD['mark']}", f"/tmp/{WORLD['mark']}", f"/dev/shm/{WORLD['mark']}"):
    kept.append(socket.socket(socket.AF_UNIX))
    kept[-1].bind(address)
    kept[-1].listen()
if not os.fork():
    os.setsid()
    time.sleep(600)
""", earns=ALL, core=True),
]  # fmt: skip

HONEST = [
    honest("background-thread", "leaves a daemon thread waiting, as progress bars do", """
threading.Thread(target=threading.Event().wait, daemon=True).start()
"""),
    honest("at-exit-message", "says goodbye at exit, closes files and temporary folders", """
import atexit, tempfile
atexit.register(print, "goodbye")
folder = tempfile.TemporaryDirectory()
file = tempfile.NamedTemporaryFile()
"""),
    honest("forgotten-process", "forgets to wait for a program", """
forgotten = subprocess.Popen(["sleep", "60"])
"""),
]  # fmt: skip
