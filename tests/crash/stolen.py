#!/usr/bin/env python3
"""An attacker has taken over a process of the server. What can it do?

usage: stolen.py [--long] [--seed N] [--table] [--role ROLE]

A table for each role: for every system call a process of it gets a planted frame, and makes that call
(tests/crash/stolen/). The call is allowed, kills the process, or fails with ENOSYS. Every allowed call must be one that
the processes of this role make in running servers, as strace sees them, or be in EXPLAINED: a filter must not allow
what nothing uses.

Then the calls that an attacker would want, by name, in a whole server. Each kills the worker or fails, and the other
agencies go on. Builds with sanitizers have no sandbox, because sanitizers make other calls.
"""

import collections
import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

from rig import Rig
from injection import can_trace
import tls
from certificates import Secrets
from postgresql import Cluster, InPostgres
from server import PATIENCE, Failure, Server, free_port, program, read_text, wait_for
from peer import Ledger, Peer
from wire import WIDE, WINNING, bets

MAGIC, POINTER = 0xff6e656c6f7473ff, 1 << 63
FRAME, ANSWER = struct.Struct("=Qq6Q256s"), struct.Struct("=q")
AT_FDCWD = 2**64 - 100
SIGSYS = int(signal.SIGSYS)
MSG_FASTOPEN = 0x20000000
GETPID = 39
F_SETOWN, F_SETSIG = 8, 10
UNIT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples", "sorteo-server.service")

# Let through, and not seen in a working server on each machine: why it is.
EXPLAINED = {
    "clock_gettime": "the clock, where it cannot be read without a call",
    "gettimeofday": "the clock, where it cannot be read without a call",
    "time": "the clock, where it cannot be read without a call",
    "ppoll": "poll of other machines",
    "brk": "memory, which the C library takes in more ways than one",
    "mmap": "memory, which the C library takes in more ways than one",
    "munmap": "memory, which the C library takes in more ways than one",
    "poll": "waits a little for a reader of the log who is slow",
    "rt_sigpending": "is a signal of a reader of the log who has gone there already",
    "rt_sigprocmask": "keeps that signal from ending the process",
    "rt_sigtimedwait": "takes the signal of a reader of the log who has gone",
    "getpid": "whose lines of the log were lost",
    "futex": "the C library's locks, of which a process of one thread needs none",
    "restart_syscall": "made by the kernel itself when a process that was stopped goes on",
    "335": "uretprobe: no filter of any program sees it; who calls it by itself is ended",
    "336": "uprobe: no filter of any program sees it; who calls it by itself is ended",
}
LOOP = {"epoll_pwait": "epoll_wait of other machines and younger libraries"}
LOG = {"write": "a line of the log"}
OPENS = {"open": "openat of other machines"}
WORKER = {**LOOP, "dup3": "dup2 of other machines"}
COMMITTERS = {
    **LOOP, **OPENS,
    **dict.fromkeys(("stat", "lstat", "fstat"), "newfstatat of other machines and libraries"),
    **dict.fromkeys(("access", "faccessat"), "access of other machines, and of libpq where there are certificates"),
    **dict.fromkeys(("nanosleep", "clock_nanosleep"), "waits for a lock on the store"),
    "lseek": "where SQLite was built without pread, and how long a file is that libpq reads",
    "shutdown": "ends the channel of a worker that is not believed",
}
COMMITTER = {
    **COMMITTERS,
    **dict.fromkeys(("readlinkat", "unlinkat"), "readlink and unlink of other machines"),
    "getcwd": "makes the path of a store absolute",
    "fchmod": "gives the log the rights of its database, where the mask has changed them",
}
CONNECTS = {
    **COMMITTERS,
    "pread64": "compares a file of rows that is there with the store",
    "bind": "a netlink socket tells the C library which of several addresses can be reached",
    "getpeername": "asks a name server by TCP, where the answer is long",
    "sendmmsg": "asks a name server for both kinds of addresses at once",
    "uname": "the name by which the C library looks for more of /etc/resolv.conf",
    **dict.fromkeys(("getuid", "geteuid"), "libpq looks who it is, where nothing says it"),
}
# The same for one role.
EXPLAINED_OF = {
    "worker": WORKER,
    "worker-tls": {**WORKER, "setsockopt": "resets a connection, as without TLS",
                   "getrandom": "OpenSSL seeds its random numbers again after some minutes"},
    "acceptor": LOOP,
    "observer": {**LOOP, **LOG},
    "recorder": {**OPENS, "fstat": "newfstatat of other machines and libraries",
                 "renameat": "rename of other machines", "renameat2": "rename of other machines"},
    "opener": {**OPENS, **LOG},
    "committer": COMMITTER,
    "committer-postgresql": CONNECTS,
}
ROLES = tuple(EXPLAINED_OF)
PROCESSES = {"worker": "sorteo-worker", "worker-tls": "sorteo-worker", "acceptor": "sorteo-accept",
             "committer": "sorteo-commit", "committer-postgresql": "sorteo-commit", "observer": "sorteo-observe",
             "recorder": "sorteo-record", "opener": "sorteo-opener"}
# Calls whose arguments the filter looks at, and refuses those that the table is made with.
BY_ARGUMENT = ("sendto", "sendmsg", "mmap")
# What is not stolen must not be lost.
NEEDED = ("read", "execve", "openat", "socket", "connect", "kill", "ptrace", "io_uring_setup")
# What is a role's own work.
OWN = {"committer": ("read", "openat"), "committer-postgresql": ("read", "openat", "socket", "connect"),
       "recorder": ("openat",), "opener": ("openat",)}


# ---- The table ------------------------------------------------------------------------------------------------

def table(role, folder, cluster):
    """{name: killed, ENOSYS or allowed}; a call without a name has its number."""
    store = [cluster.new_uri()] if role == "committer-postgresql" else []
    result = subprocess.run([program("stolen/stolen"), role, folder, *store], capture_output=True, text=True,
                            timeout=10 * PATIENCE, check=False)
    if result.returncode != 0:
        raise Failure(f"the rig's own program: status {result.returncode}: {result.stderr}")
    found = {}
    for line in result.stdout.splitlines():
        number, name, verdict = line.split()
        found[number if name == "-" else name] = verdict
    return found


class TracedServer(Server):
    """Its log goes through a pipe, for which the log makes more calls than for a file."""

    def arguments(self):
        return ["strace", "-DD", "-f", "-qq", "-o", self.log_path + ".calls", *super().arguments()]

    def launch(self, stdout=None):
        reader = subprocess.Popen(["tee", "-a", self.log_path], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        super().launch(stdout=reader.stdin)
        reader.stdin.close()
        self.reader = reader
        return self


class TracedInPostgres(TracedServer, InPostgres):
    """The same, with its store in a database."""


def work(server):
    """What a server does on a day like others: bets of both streams, large and small, a draw, refusals, an abort."""
    ledger = Ledger()
    stranger = Peer(server, WIDE, 1, "agency", ledger)
    stranger.send(b"\xff" * 100)
    stranger.expect_closed(b"\x01")
    late = Peer(server, WIDE, 1, "agency", ledger)
    late.send(b"\x00")
    late.receive_rest(reset_ok=True)
    single = Peer(server, WIDE, 1, "bets", ledger)
    single.store_single()
    single.leave()
    superseded = Peer(server, WIDE, 1, "agency", ledger)
    superseded.store()
    peers = [Peer(server, WIDE, agency, "agency", ledger) for agency in (1, 2)]
    winning = [peer.store(bets(3, peer.agency, WINNING)) for peer in peers]
    for peer in peers:
        peer.store(bets(18000, peer.agency))
    for peer in peers:
        peer.finish()
    for peer, winners in zip(peers, winning):
        peer.expect_winners(winners)
        peer.receipt_and_leave()


def watch(server):
    """What somebody does who watches it."""
    port = int(server.options["observe"].rsplit(":", 1)[1])
    for path in ("/", "/metrics", "/health", "/ready", "/draw.json", "/nothing"):
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE).read()
    head = urllib.request.Request(f"http://127.0.0.1:{port}/health", method="HEAD")    # another call sends its answer
    urllib.request.urlopen(head, timeout=PATIENCE).close()
    with socket.create_connection(("127.0.0.1", port)) as visitor:
        visitor.sendall(b"GET / HTTP/1.1\r\n")         # and leaves in the middle


def operate(server):
    """What an operator does."""
    for words in (["backup", server.store + ".copy"], ["export"], ["finish", "--agency", "2"]):
        subprocess.run([program("sorteo"), words[0], "--store", server.store, *words[1:]], capture_output=True,
                       timeout=PATIENCE, check=True)


def speak_tls(server, secrets):
    ledger = Ledger()
    for agency in (1, 2):
        peer = tls.TlsPeer(server, WIDE, agency, "agency_tls", ledger)
        peer.socket = tls.context(secrets, secrets.ca.agency(agency), "sorteo/wide").wrap_socket(
            peer.socket, server_hostname="localhost")
        peer.store()
        peer.store(bets(18000, agency))
        peer.close()
    stranger = Peer(server, WIDE, 1, "agency_tls", ledger)
    stranger.send(b"\xff" * 100)
    stranger.receive_rest(reset_ok=True)


def renew(server):
    for count in (1, 2):
        os.kill(server.process.pid, signal.SIGHUP)
        server.wait_log("tls_files", count)


def record(server):
    """The file is replaced once more."""
    path = server.options["metrics_file"]
    wait_for(lambda: os.path.exists(path), "the file of metrics")
    first = os.stat(path).st_mtime_ns
    wait_for(lambda: os.stat(path).st_mtime_ns != first, "the next file of metrics")


def calls_of(path, name):
    """The calls that processes of this name make after they have confined themselves."""
    names, confined, calls = {}, set(), collections.Counter()
    for line in read_text(path).splitlines():
        found = re.match(r"(\d+) +(\w+)\((.*)", line)
        if not found:
            continue
        pid, call, rest = found.groups()
        if call == "prctl" and "PR_SET_NAME" in rest:
            names[pid] = rest.split('"')[1]
        elif call == "seccomp" and "SECCOMP_SET_MODE_FILTER" in rest and "NULL" not in rest:
            confined.add(pid)
        elif pid in confined and names.get(pid) == name:
            calls[call] += 1
    return calls


# ---- The unit for systemd --------------------------------------------------------------------------------------

# The C library takes ENOSYS for an older kernel; SQLite changes a file's owner as root, which it is not in the unit;
# the observer then takes as much of a processor as others.
DENIED_IN_THE_UNIT = {"prlimit64", "fchown", "setpriority"}


def group(name):
    """The calls of a group of systemd's, with those of the groups in it."""
    result = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", name], capture_output=True, text=True,
                            check=True)
    for line in result.stdout.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            yield from group(word)
        elif word and not word.startswith("#"):
            yield word


def calls_of_unit():
    allowed = set(group("@default"))
    for line in read_text(UNIT).splitlines():
        key, _, words = line.partition("=")
        if key != "SystemCallFilter":
            continue
        calls = {call for word in words.lstrip("~").split() for call in (group(word) if word[0] == "@" else [word])}
        allowed = allowed - calls if words.startswith("~") else allowed | calls
    return allowed


def check_unit(rig, path):
    """What a whole server calls, from its start to its end, is allowed in the unit."""
    if shutil.which("systemd-analyze") is None:
        rig.skip("unit_allows_what_the_server_calls", "systemd-analyze is not here")
        return
    called = set(re.findall(r"^\d+ +(\w+)\(", read_text(path), re.M))
    rig.expect("unit_allows_what_the_server_calls",
               [f"{name} is called" for name in sorted(called - calls_of_unit() - DENIED_IN_THE_UNIT)])


# ---- The tables, compared --------------------------------------------------------------------------------------

def show_table(rig, role, found, used):
    for verdict in ("allowed", "killed", "ENOSYS"):
        names = sorted(name for name, what in found.items() if what == verdict)
        rig.figures(f"{role}: {len(names)} {verdict}", calls=" ".join(
            f"{name}({used[name]})" if name in used else name for name in names if not name.isdigit()))


def lose_connection(server, cluster):
    """Its database is started again, and it connects once more."""
    cluster.control("-m", "fast", "restart")
    Peer(server, WIDE, 1, "agency", Ledger()).store()


def trace(folder, cluster):
    """What each role calls in servers of each kind: {role: Counter}; and what the first one calls in all."""
    plain = TracedServer(folder, "traced", agencies=2, workers=2, dialect="wide", first_byte_timeout=2, frame_timeout=2,
                         idle_timeout=60, observe=f"127.0.0.1:{free_port()}", csv=os.path.join(folder, "bets.csv"))
    secrets = Secrets(folder)
    user = {"user": "nobody"} if os.geteuid() == 0 else {}
    if user:
        os.chown(folder, *pwd.getpwnam("nobody")[2:4])
    over_tls = TracedServer(folder, "traced-tls", agencies=2, workers=2, dialect="wide", idle_timeout=60,
                            store=os.path.join(folder, "tls.db"), metrics_file=os.path.join(folder, "tls.metrics"),
                            **secrets.options(**user))
    called = collections.defaultdict(collections.Counter)
    there = {"worker-tls": over_tls}
    days = [(plain, lambda: (work(plain), watch(plain), operate(plain))),
            (over_tls, lambda: (speak_tls(over_tls, secrets), renew(over_tls), record(over_tls)))]
    if not cluster.skipped:
        remote = TracedInPostgres(folder, "traced-postgresql", cluster.new_uri(), agencies=2, workers=2,
                                  dialect="wide", first_byte_timeout=2, frame_timeout=2, idle_timeout=60,
                                  csv=os.path.join(folder, "remote.csv"))
        there["committer-postgresql"] = remote
        days.append((remote, lambda: (work(remote), lose_connection(remote, cluster))))
    for server, act in days:
        try:
            server.start()
            act()
            server.stop()
            server.reader.wait(PATIENCE)
        finally:
            server.destroy()
        for role, process in PROCESSES.items():
            if server is there.get(role) or role not in there and server in (plain, over_tls) \
                    and (role != "worker" or server is plain):
                called[role] += calls_of(server.log_path + ".calls", process)
    return called, plain.log_path + ".calls"


def differences(role, found, used):
    """What the filter allows and nothing uses, and what it does not allow and the role uses."""
    explained = {**EXPLAINED, **EXPLAINED_OF[role]}
    for name, verdict in found.items():
        if verdict == "allowed" and name not in used and name not in explained:
            yield f"{name} is allowed, and nothing uses it"
    for name in used:
        if found.get(name) != "allowed" and name not in BY_ARGUMENT:
            yield f"{name} is used, and {found.get(name)}"


def check_table(rig, role, folder, called, cluster):
    name = role.replace("-", "_")
    if role == "committer-postgresql" and cluster.skipped:
        rig.skip(f"filter_of_{name}_allows_what_is_used_and_no_more", "PostgreSQL's server is not installed")
        return
    found = table(role, folder, cluster)
    show_table(rig, role, found, called[role] if called else {})
    if not called:
        rig.skip(f"filter_of_{name}_allows_what_is_used_and_no_more", "strace is not here, or may not trace")
    elif role == "opener" and os.geteuid() != 0:
        rig.skip(f"filter_of_{name}_allows_what_is_used_and_no_more", "only root starts it")
    else:
        rig.expect(f"filter_of_{name}_allows_what_is_used_and_no_more", list(differences(role, found, called[role])))
    rig.expect(f"what_a_thief_wants_is_not_allowed_to_{name}", [f"{call}: {found[call]}" for call in NEEDED
               if found[call] == "allowed" and call not in OWN.get(role, ())])
    rig.expect(f"new_calls_are_unknown_to_{name}", [f"io_uring_setup: {found['io_uring_setup']}"]
               if found["io_uring_setup"] != "ENOSYS" else [])


def check_tables(rig, folder, roles, cluster):
    called, calls = trace(folder, cluster) if can_trace() else (None, None)
    if called:
        check_unit(rig, calls)
    for role in roles:
        check_table(rig, role, folder, called, cluster)


# ---- By name, in a whole server --------------------------------------------------------------------------------

class Thief:
    """A server whose workers obey planted frames, an agency that works beside, and the stolen worker's connection."""

    def __init__(self, folder, number, **options):
        self.server = Server(folder, f"stolen-{number}", store=f"{folder}/{number}.db", dialect="wide",
                             executable=program("stolen/sorteo-server"), **options)
        self.server.start()
        self.ledger = Ledger()
        self.agency = Peer(self.server, WIDE, 1, "agency", self.ledger)
        self.agency.store()

    def ask(self, peer, call, *arguments, text=b""):
        """What the call says, or None if the worker was ended. TEXT as an argument is where the text lies."""
        given = [POINTER if argument is TEXT else argument % 2**64 for argument in arguments]
        peer.socket.sendall(FRAME.pack(MAGIC, call, *(given + [0] * (6 - len(given))), text))
        try:
            said = peer.socket.recv(ANSWER.size)
        except ConnectionResetError:
            said = b""
        return ANSWER.unpack(said)[0] if said else None

    def steal(self, name):
        """(what the call of that name says, what it should)."""
        peer = Peer(self.server, WIDE, 2, "agency", self.ledger)
        stolen = self.ask(peer, GETPID)
        _, wanted, call, arguments, text = next(attack for attack in attacks(self, stolen) if attack[0] == name)
        return self.ask(peer, call, *arguments, text=text), wanted

    def problems(self, said, wanted):
        """The worker was ended by the filter (wanted None), or the call failed so; and the others go on."""
        if said != wanted:
            yield f"the call said {said}, wanted {'the end of the worker' if wanted is None else wanted}"
        if wanted is None:
            self.server.wait_log("process_ended", process="worker", signal=SIGSYS)
        try:
            Peer(self.server, WIDE, 2, "agency", self.ledger).store()
        except (OSError, Failure) as failure:
            yield f"the agencies beside it do not go on: {failure}"


TEXT = object()
NAMES = ("open_the_store", "make_a_socket_to_connect_out", "connect_out_with_a_socket_that_it_has",
         "connect_out_by_a_fast_open", "signal_a_sibling", "signal_the_whole_group", "signal_the_committer",
         "give_a_descriptor_to_the_committer", "choose_the_signal_of_a_descriptor",
         "trace_the_committer", "read_the_committers_memory", "list_the_committers_descriptors",
         "take_a_connection_of_another_worker", "execute_a_shell", "start_a_process", "map_code",
         "set_up_an_io_uring", "make_memory_executable")


def attacks(thief, stolen):
    """(name, what the call should say, system call, arguments, text); `stolen` is the worker's process id."""
    sibling = wait_for(lambda: [pid for pid in thief.server.workers() if pid != stolen], "another worker")[0]
    committer = thief.server.committer()
    store = thief.server.store.encode()
    yield "open_the_store", None, 257, (AT_FDCWD, TEXT, os.O_RDWR), store
    yield "make_a_socket_to_connect_out", None, 41, (2, 1, 0), b""
    yield "connect_out_with_a_socket_that_it_has", None, 42, (5, TEXT, 16), struct.pack("=HH4s8x", 2, 1, bytes(4))
    yield "connect_out_by_a_fast_open", None, 44, (5, TEXT, 1, MSG_FASTOPEN, TEXT, 16), bytes(16)
    yield "signal_a_sibling", None, 62, (sibling, 9), b""
    yield "signal_the_whole_group", None, 62, (0, 9), b""
    yield "signal_the_committer", None, 234, (committer, committer, 9), b""
    yield "give_a_descriptor_to_the_committer", None, 72, (1, F_SETOWN, committer), b""
    yield "choose_the_signal_of_a_descriptor", None, 72, (1, F_SETSIG, 9), b""
    yield "trace_the_committer", None, 101, (16, committer), b""
    yield "read_the_committers_memory", None, 310, (committer, TEXT, 1, TEXT, 1), b""
    yield "list_the_committers_descriptors", None, 257, (AT_FDCWD, TEXT, os.O_RDONLY), b"/proc/%d/fd" % committer
    yield "take_a_connection_of_another_worker", None, 434, (sibling, 0), b""
    yield "execute_a_shell", None, 59, (TEXT, 0, 0), b"/bin/sh"
    yield "start_a_process", None, 56, (17,), b""
    yield "map_code", None, 9, (0, 4096, 5, 34, -1, 0), b""
    yield "set_up_an_io_uring", -38, 425, (8, TEXT), b""
    yield "make_memory_executable", -38, 10, (TEXT, 4096, 7), b""


def check_by_name(rig, folder):
    """A new server for each: five deaths within half a minute would end one."""
    for number, name in enumerate(NAMES):
        thief = Thief(folder, number)
        try:
            rig.expect(f"stolen_worker_cannot_{name}", list(thief.problems(*thief.steal(name))))
        finally:
            thief.server.destroy()


def check_control(rig, folder):
    """With --sandbox=off the same worker opens the store."""
    thief = Thief(folder, "control", sandbox="off")
    try:
        said, _ = thief.steal(NAMES[0])
        rig.expect_red("worker_without_its_sandbox_opens_the_store", [f"descriptor {said}"] if (said or 0) > 2 else [])
        said = thief.server.log("sandbox", without="seccomp, landlock")
        rig.expect("sandbox_that_is_off_is_said", [] if said else ["no line"])
    finally:
        thief.server.destroy()


def show_tables(folder, cluster):
    for role in ROLES:
        if role == "committer-postgresql" and cluster.skipped:
            continue
        for name, verdict in table(role, folder, cluster).items():
            print(f"{role:20} {verdict:8} {name}")


def main():
    rig = Rig(__doc__, [("--table", {"action": "store_true", "help": "print the tables alone"}),
                        ("--role", {"choices": ROLES, "action": "append", "help": "only the table of this role"})])
    if os.uname().machine != "x86_64":
        rig.skip("stolen_worker", "the numbers of its system calls are those of x86_64")
        return rig.finish()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sorteo-stolen-"))
        cluster = Cluster()
        if not cluster.skipped:
            stack.callback(cluster.end)
        if rig.options.table:
            show_tables(folder, cluster)
            return 0
        check_tables(rig, folder, rig.options.role or ROLES, cluster)
        if rig.options.role:
            return rig.finish()
        check_by_name(rig, folder)
        check_control(rig, folder)
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
