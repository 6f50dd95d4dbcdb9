"""Escaping: out of the namespaces, into other processes, into files that others load."""

from tests.attacks.attack import ALL, Attack, honest

NUMBERS = """
X86 = os.uname().machine == "x86_64"
def number(x86, arm): return x86 if X86 else arm
"""


def trying(name: str, aim: str, code: str, **rest: object) -> Attack:
    """An attack that tries things in a cell that must be refused, and computes honestly."""
    return Attack(name, aim, NUMBERS + code, earns=ALL, **rest)  # type: ignore[arg-type] # rows


ATTACKS = [
    trying("mounts", "mount, remount and unmount", """
for source, target, kind, flags in (
    (b"tmpfs", b"/usr", b"tmpfs", 0), (b"none", b"/usr", None, 32 | 4096), (b"/usr", b"/scratch", None, 4096),
    (b"none", b"/", None, 32), (b"proc", b"/scratch", b"proc", 0), (b"none", b"/dev", None, 32)):
    attempt(f"mounting at {target}", lambda: system(number(165, 40), source, target, kind, flags, None))
for target in (b"/scratch", b"/proc", b"/usr", b"/"):
    attempt(f"unmounting {target}", lambda: system(number(166, 39), target, 2))
attempt("pivot_root", lambda: system(number(155, 41), b"/scratch", b"/scratch"))
attempt("chroot", lambda: os.chroot("/scratch"))
attempt("fsopen", lambda: system(430, b"tmpfs", 0))
attempt("open_tree", lambda: system(428, -100, b"/usr", 1))
attempt("mount_setattr", lambda: system(442, -100, b"/usr", 0, (ctypes.c_uint64 * 4)(0, 1), 32))
""", core=True),
    trying("new-namespaces", "a namespace in which it has all rights", """
for kind in (0x10000000, 0x00020000, 0x20000000, 0x40000000, 0x08000000, 0x04000000, 0x02000000, 0x80):
    attempt(f"unshare {kind:x}", lambda: system(number(272, 97), kind))
def cloned():
    pid = system(number(56, 220), 0x10000000 | 17, None, None, None, None)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
attempt("clone", cloned)
arguments = (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, 17)
attempt("clone3", lambda: system(435, arguments, 88) or os._exit(0))
""", core=True),
    trying("joins-namespaces", "the namespaces of other processes", """
for pid in ("1", *map(str, WORLD["pids"])):
    for kind in ("user", "mnt", "net", "pid", "ipc", "uts"):
        def joined():
            handle = os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY)
            system(number(308, 268), handle, 0)
        attempt(f"setns {pid} {kind}", joined)
"""),
    trying("signals-outside", "the end of the grader, the warm process, neighbours, a bystander", """
for pid in (*WORLD["pids"], *range(40, 4000, 7)):
    if pid not in (os.getpid(), os.getppid()):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
for pid in WORLD["pids"]:
    attempt(f"signalling {pid}", lambda: os.kill(pid, 0))
    attempt(f"pidfd {pid}", lambda: os.pidfd_open(pid))
    attempt(f"limits of {pid}", lambda: __import__("resource").prlimit(pid, 7))
    attempt(f"priority of {pid}", lambda: os.getpriority(os.PRIO_PROCESS, pid))
""", core=True),
    Attack("kills-all", "every process it can see, at once", """
def convolve1d(x, w):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.kill(-1, signal.SIGKILL)
""", harms_itself=True),
    Attack("kills-its-init", "its own process 1, stopped and ended", """
for sign in (signal.SIGSTOP, signal.SIGKILL, signal.SIGTERM, signal.SIGHUP):
    with contextlib.suppress(OSError):
        os.kill(1, sign)
def trace():
    system(101 if os.uname().machine == "x86_64" else 117, 16, 1, 0, 0)
    os.waitpid(1, 0)
with contextlib.suppress(OSError):
    trace()
""", earns=ALL, harms_itself=True),
    trying("becomes-root", "another user, other groups, lost rights back", """
for name, arguments in (("setuid", [0]), ("seteuid", [0]), ("setgid", [0]), ("setgroups", [[0]]),
                        ("setresuid", [0, 0, 0]), ("setuid", [1000]), ("setreuid", [0, 0])):
    attempt(f"{name} {arguments}", lambda: getattr(os, name)(*arguments))
header, rights = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
attempt("capset", lambda: system(number(126, 91), header, rights))
with open("/proc/self/status") as status:
    lines = dict(row.split(":", 1) for row in status.read().splitlines())
any(int(lines[f"Cap{kind}"], 16) for kind in ("Eff", "Prm", "Bnd", "Inh", "Amb")) and confess("capabilities")
int(lines["NoNewPrivs"]) or confess("new privileges")
""", core=True),
    trying("runs-setuid-programs", "a program that runs as its owner", """
for folder, _, names in os.walk("/usr"):
    folder.count("/") > 3 and _.clear()
    for name in names:
        path = os.path.join(folder, name)
        with contextlib.suppress(OSError):
            if os.lstat(path).st_mode & 0o6000 and "bin" in folder:
                print(path)
got = subprocess.run(["/usr/bin/su", "-c", "id"], capture_output=True, text=True, timeout=2, input="")
"uid=0" in got.stdout and confess("su")
got = subprocess.run(["/usr/bin/unshare", "-Ur", "id"], capture_output=True, text=True, timeout=2)
"uid=0" in got.stdout and confess("unshare -r")
"""),
    trying("writes-the-interpreter", "the program that runs it, through /proc, as runc once allowed", """
for path in ("/proc/self/exe", "/proc/1/exe", f"/proc/{os.getppid()}/exe", sys.executable,
             os.path.realpath(sys.executable), os.__file__, np.__file__):
    attempt(f"writing {path}", lambda: open(path, "r+b").close())
    attempt(f"replacing {path}", lambda: os.rename(path, path + ".old"))
    attempt(f"changing the mode of {path}", lambda: os.chmod(path, 0o777))
attempt("a file beside NumPy", lambda: open(os.path.dirname(np.__file__) + "/x.py", "w").close())
attempt("a start-up file", lambda: open(os.path.dirname(np.__path__[0]) + "/evil.pth", "w").close())
attempt("a file of the guest", lambda: open("/runtime/guest/worker.py", "a").close())
attempt("compiled code", lambda: os.makedirs(os.path.dirname(np.__file__) + "/__pycache__/x"))
""", core=True),
    trying("writes-settings", "the kernel's settings, its own maps and scores", """
for path, text in (("/proc/sys/kernel/core_pattern", "|/scratch/x"), ("/proc/self/uid_map", "0 0 1"),
                   ("/proc/self/gid_map", "0 0 1"), ("/proc/self/setgroups", "allow"),
                   ("/proc/1/oom_score_adj", "-1000"), ("/proc/self/oom_score_adj", "-1000"),
                   ("/proc/sys/vm/drop_caches", "3"), ("/proc/sysrq-trigger", "b"),
                   ("/sys/fs/cgroup/cgroup.procs", "0"), ("/proc/sys/kernel/modprobe", "/scratch/x"),
                   ("/proc/sys/user/max_user_namespaces", "100"), ("/proc/timer_list", "x")):
    def written():
        with open(path, "w") as file:
            file.write(text)
    attempt(f"writing {path}", written)
attempt("another host name", lambda: socket.sethostname("x"))
attempt("another time", lambda: time.clock_settime(time.CLOCK_REALTIME, 0))
attempt("more priority", lambda: os.setpriority(os.PRIO_PROCESS, 0, -5))
attempt("real time", lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
""", core=True),
    trying("makes-devices", "devices of its own, and those that are there", """
import stat
for mode, major, minor in ((stat.S_IFBLK, 254, 0), (stat.S_IFCHR, 1, 1), (stat.S_IFCHR, 5, 0)):
    attempt(f"device {major}:{minor}", lambda: os.close(os.open(
        os.mknod(f"device{major}", mode | 0o600, os.makedev(major, minor)) or f"device{major}", os.O_RDWR)))
for name in ("kvm", "fuse", "mem", "net/tun", "vda", "loop0", "loop-control", "console", "vsock", "ttyS0"):
    attempt(f"/dev/{name}", lambda: os.open(f"/dev/{name}", os.O_RDWR))
def pushed():
    import fcntl
    terminal = os.open("/dev/tty", os.O_RDWR)
    fcntl.ioctl(terminal, 0x5412, b"x")
attempt("typing on the grader's terminal", pushed)
"""),
    trying("links-to-outside", "links in its folder that somebody outside follows", """
for index, secret in enumerate([*WORLD["secrets"], WORLD["trap"], "/", "/etc/passwd"]):
    os.symlink(secret, f"link{index}")
    if secret.startswith("/tmp/"):
        continue  # its own empty folder of that name, as all of /tmp
    with contextlib.suppress(OSError), open(f"link{index}/{WORLD['mark']}", "w") as file:
        file.write("x")
        confess(f"wrote through a link to {secret}")
for name in ("out.txt", "convolution.ipynb", ".git", "hidden_tests.py"):
    os.symlink(WORLD["trap"] + "/overwritten", name)
"""),
    trying("writes-outside", "files outside of its folder", """
for folder in ("/", "/usr", "/etc", "/var/tmp", "/root", "/home", "/runtime", "/dev", "/proc", "/run",
               WORLD["trap"], WORLD["home"], *WORLD["roots"]):
    if folder.startswith("/tmp/"):
        continue  # its own empty folder of that name, as all of /tmp
    def written():
        with open(f"{folder}/{WORLD['mark']}", "w") as file:
            file.write("x")
    attempt(f"writing to {folder}", written)
""", core=True),
    trying("rare-system-calls", "doors of the kernel that exploits go through", """
attempt("bpf", lambda: system(number(321, 280), 0, (ctypes.c_uint32 * 20)(1, 4, 8, 10, 0), 80))
attempt("perf_event_open of all", lambda: system(number(298, 241), (ctypes.c_uint32 * 32)(1, 128), -1, 0, -1, 0))
attempt("kexec", lambda: system(number(246, 104), 0, 0, None, 0))
attempt("init_module", lambda: system(number(175, 105), b"x", 1, b""))
attempt("swapon", lambda: system(number(167, 224), b"/scratch/x", 0))
attempt("acct", lambda: system(number(163, 89), b"/scratch/x"))
attempt("iopl", lambda: system(172, 3) if X86 else system(1000))
attempt("reboot", lambda: system(number(169, 142), 0xFEE1DEAD, 672274793, 0x89ABCDEF, 0))
attempt("quotactl", lambda: system(number(179, 60), 0x80000200, b"/dev/vda", 0, None))
attempt("fanotify", lambda: system(number(300, 262), 0, 0))
"""),
    trying("takes-descriptors", "open files of other processes, by pidfd_getfd", """
def taken(pid, wanted):
    return system(438, os.pidfd_open(pid), wanted, 0)
for wanted in range(8):
    for pid in WORLD["pids"]:
        attempt(f"descriptor {wanted} of {pid}", lambda: taken(pid, wanted))
"""),
    trying("io-uring", "files and sockets by io_uring, past what watches system calls", """
parameters = (ctypes.c_uint32 * 30)()
with contextlib.suppress(OSError):
    ring = system(425, 4, parameters)
    print("a ring, inside the same walls:", ring)
look = [path for path in WORLD["secrets"] if os.path.isfile(path)]
look and confess("secrets in sight")
"""),
    trying("every-system-call", "every number that a system call may have, each in a process of its own", """
WAITS = (7, 23, 34, 35, 56, 57, 58, 61, 130, 230, 270, 271, 425, 426, 427, 435)
for called in range(0, 470):
    if called not in WAITS and not os.fork():
        signal.alarm(1)
        for argument in (0, -1):
            libc.syscall(called, *[argument] * 6)
        os._exit(0)
    with contextlib.suppress(OSError):
        os.wait()
""", harms_itself=True),
    trying("locks-and-leases", "locks and leases on files that everybody uses", """
import fcntl
kept = []
for path in (sys.executable, np.__file__, os.__file__, "/usr/bin/env", "/usr/bin/bwrap", "/usr/bin/setpriv"):
    with contextlib.suppress(OSError):
        kept.append(os.open(path, os.O_RDONLY))
        fcntl.flock(kept[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        for lease in (fcntl.F_WRLCK, fcntl.F_RDLCK):
            with contextlib.suppress(OSError):
                fcntl.fcntl(kept[-1], fcntl.F_SETLEASE, lease)
"""),
    Attack("hooks-the-fork", "the process that checks are forked from: slow, and different each time", """
os.register_at_fork(before=lambda: time.sleep(0.4), after_in_child=lambda: globals().update(convolve1d=None))
""", earns=ALL, harms_itself=True),  # what has lost its name counts still
    Attack("poisons-the-parent", "a thread in the finished notebook that changes what later checks see", """
def worker():
    while True:
        time.sleep(0.001)
        for name in ("convolve2d", "translate"):
            get_ipython().user_ns["convolve1d"] = lambda x, w: np.zeros(len(x) + len(w) - 1)
threading.Thread(target=worker, daemon=True).start()
def convolve1d(x, w):
    return np.zeros(len(x) + len(w) - 1)
"""),
    Attack("stops-its-parent", "the process that forks for the checks, stopped by one of them", """
def convolve1d(x, w):
    os.kill(os.getppid(), signal.SIGSTOP)
    return np.zeros(len(x) + len(w) - 1)
""", harms_itself=True),
    Attack("edits-its-parent", "the memory of the finished notebook, written by a check", """
def convolve1d(x, w):
    with contextlib.suppress(OSError), open(f"/proc/{os.getppid()}/mem", "r+b", 0) as memory:
        with open(f"/proc/{os.getppid()}/maps") as maps:
            for area in maps.read().splitlines():
                start = int(area.split("-")[0], 16)
                if "rw-p" in area:
                    with contextlib.suppress(OSError, ValueError, OverflowError):
                        memory.seek(start)
                        memory.write(b"\\\\0" * 4096)
    return np.zeros(len(x) + len(w) - 1)
""", harms_itself=True),
    trying("shadows-by-file", "modules that are found before the real ones", """
for name in ("numpy", "msgpack", "guest", "json", "usercustomize"):
    module = sys.modules.get(name)
    getattr(module, "EVIL", False) and confess(f"{name} was shadowed")
os.environ["EVIL"] = "1"
""", files=dict.fromkeys(("numpy.py", "msgpack.py", "json.py", "sitecustomize.py", "usercustomize.py", "conftest.py", "guest/__init__.py", "guest/worker.py", "evil.pth", "IPython/__init__.py", "pytest.py", ".ipython/profile_default/startup/00.py", "ipython_config.py", ".pythonrc.py", "matplotlibrc", "lib/python3.11/site-packages/usercustomize.py", "pyvenv.cfg", "tests.py"), b"EVIL = True\nprint('REACH' 'ED a module of the submission')\n"),
           core=True),
    trying("shadows-for-others", "modules and start-up files for whoever comes next", """
for path in ("numpy.py", "/tmp/numpy.py", "/scratch/guest/worker.py", "/scratch/sitecustomize.py",
             "/scratch/.ipython/profile_default/startup/00.py", "/dev/shm/left.py", "/tmp/left"):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w") as file:
        file.write("print('REACH' 'ED somebody else')")
"""),
]  # fmt: skip

HONEST = [
    honest("calls-programs", "starts a program and reads its answer, or goes on without", """
try:
    print(subprocess.run(["uname", "-s"], capture_output=True, text=True, timeout=5).stdout)
except OSError:
    pass
"""),
    honest("imports-its-own-module", "keeps functions in a module beside the notebook", """
from tools.signals import shifted
assert shifted([1, 2]) == [2, 1]
""", files={"tools/signals.py": b"def shifted(x):\n    return x[1:] + x[:1]\n",
            "tools/__init__.py": b""}),
    honest("makes-links", "links to a file of its own, changes modes and times", """
with open("data.txt", "w") as file:
    file.write("1")
os.symlink("data.txt", "latest.txt")
os.chmod("data.txt", 0o600)
os.utime("data.txt")
"""),
    honest("handles-signals", "sets a handler, an alarm that never rings, and asks for its limits", """
import resource
signal.signal(signal.SIGUSR1, lambda *ignored: None)
os.kill(os.getpid(), signal.SIGUSR1)
resource.getrlimit(resource.RLIMIT_AS)
"""),
]  # fmt: skip
