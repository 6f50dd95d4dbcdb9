"""Reaching out: to the network, to the machine, to whoever listens."""

from tests.attacks.attack import ALL, Attack, honest

ATTACKS = [
    Attack("tcp", "a listener on the machine, by TCP over IPv4 and IPv6", """
for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"), (socket.AF_INET, "0.0.0.0")):
    def reached():
        with socket.socket(family) as caller:
            caller.settimeout(1)
            caller.connect((host, WORLD["tcp"]))
    attempt(f"TCP to {host}", reached)
spill("tcp")
""", earns=ALL, core=True),
    Attack("udp", "a listener on the machine, by UDP and broadcast", """
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
    caller.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    for host in ("127.0.0.1", "255.255.255.255", "224.0.0.1"):
        with contextlib.suppress(OSError):
            caller.sendto(b"udp: datagram", (host, WORLD["udp"]))
""", earns=ALL, core=True),
    Attack("abstract-sockets", "listeners in the abstract namespace and by path", """
for address in (WORLD["abstract"], WORLD["path"]):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        def reached():
            with socket.socket(socket.AF_UNIX, kind) as caller:
                caller.settimeout(1)
                caller.connect(address)
        attempt(f"a socket at {address!r}", reached)
""", earns=ALL, core=True),
    Attack("from-a-call", "hidden inputs sent away while a check runs", """
def convolve1d(x, w):
    spill(x.tolist())
    return honest(x, w)
""", earns=ALL),
    Attack("names", "names, and whatever a resolver asks", """
def resolved():
    return socket.getaddrinfo("www.example.org", 80)
attempt("a name on the internet", resolved)
for host in ("169.254.169.254", "192.0.2.1", "10.0.0.1"):
    def reached():
        with socket.socket() as caller:
            caller.settimeout(0.2)
            caller.connect((host, 80))
    attempt(f"the address {host}", reached)
""", earns=ALL),
    Attack("raw-sockets", "packets written by hand", """
for family, kind, protocol in ((socket.AF_INET, socket.SOCK_RAW, 1), (socket.AF_PACKET, socket.SOCK_RAW, 768),
                               (socket.AF_INET6, socket.SOCK_RAW, 58)):
    attempt(f"a raw socket {family}", lambda: socket.socket(family, kind, protocol))
""", earns=ALL),
    Attack("new-interfaces", "an interface or a route of its own, by netlink", """
def up():
    import fcntl
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
        fcntl.ioctl(caller, 0x8914, struct.pack("16sH14x", b"lo", 0))
attempt("taking the loopback down", up)
names = {name for _, name in socket.if_nameindex()}
names - {"lo"} and confess(f"interfaces {names}")
""", earns=ALL),
    Attack("interfaces-of-the-line", "the machine's interfaces and addresses, asked of the grader's own socket", """
import array, fcntl
room = array.array("B", bytes(4096))
for sock in (line(), *socket.socketpair()):
    def asked():
        ask = struct.pack("iL", len(room), room.buffer_info()[0])
        used = struct.unpack("iL", fcntl.ioctl(sock, 0x8912, ask))[0]
        print({room[place : place + 40].tobytes() for place in range(0, used, 40)})
    attempt("all interfaces", asked)
    for number in range(1, 20):
        attempt("an interface's name", lambda: fcntl.ioctl(sock, 0x8910, struct.pack("16si20x", b"", number)))
""", earns=ALL, core=True),
    Attack("urgent-bytes", "bytes before all others on the line to the grader", """
attempt("an urgent byte", lambda: line().send(b"x", socket.MSG_OOB))
attempt("an urgent message", lambda: line().sendmsg([b"x"], [], socket.MSG_OOB))
""", earns=ALL),
    Attack("vsock", "the machine below this one, by AF_VSOCK", """
attempt("a socket to the hypervisor", lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM))
""", earns=ALL),
    Attack("odd-families", "families of sockets that namespaces do not divide", """
for family, kind, protocol in ((31, 3, 1), (29, 3, 1), (44, 3, 0), (39, 1, 0), (42, 2, 0), (21, 5, 0),
                               (30, 1, 0), (43, 1, 0), (45, 1, 0)):
    attempt(f"a socket of family {family}", lambda: socket.socket(family, kind, protocol))
""", earns=ALL),
]  # fmt: skip

HONEST = [
    honest("downloads-if-it-can", "tries to download data and goes on without", """
import urllib.error, urllib.request
try:
    urllib.request.urlopen("https://www.example.org/data.csv", timeout=2)
except (urllib.error.URLError, OSError):
    print("offline")
"""),
    honest("talks-to-itself", "serves and calls a socket of its own", """
left, right = socket.socketpair()
left.sendall(b"hello")
assert right.recv(5) == b"hello"
with socket.create_server(("127.0.0.1", 0)) as server:
    with socket.create_connection(server.getsockname()):
        pass
"""),
]  # fmt: skip
