#!/usr/bin/env python3
"""An attacker has taken over a worker, the process that reads untrusted bytes. What can it do?

usage: stolen.py [--long] [--seed N] [--table]

The table: for every system call a new worker is started, gets a planted frame, and makes that call
(tests/crash/stolen/). The call is allowed, kills the worker, or fails with ENOSYS. Every allowed call must be one that
the workers of a running server make, as strace sees them, or be in EXPLAINED: a filter must not allow what nothing
uses.

Then the calls that an attacker would want, by name, in a whole server. Each kills the worker or fails, and the other
agencies go on. Builds with sanitizers have no sandbox, because sanitizers make other calls.
"""

import collections
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

from rig import Rig
from injection import can_trace
from server import PATIENCE, Failure, Server, program, read_text, wait_for
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
    "epoll_pwait": "epoll_wait of other machines and younger libraries",
    "ppoll": "poll of other machines",
    "dup3": "dup2 of other machines",
    "brk": "memory, which the C library takes in more ways than one",
    "munmap": "memory, which the C library takes in more ways than one",
    "poll": "waits a little for a reader of the log who is slow",
    "rt_sigtimedwait": "takes the signal of a reader of the log who has gone",
    "getpid": "whose lines of the log were lost",
    "restart_syscall": "made by the kernel itself when a process that was stopped goes on",
    "335": "uretprobe: no filter of any program sees it; who calls it by itself is ended",
    "336": "uprobe: no filter of any program sees it; who calls it by itself is ended",
}
# What is not stolen must not be lost.
NEEDED = ("read", "execve", "openat", "socket", "connect", "kill", "ptrace", "io_uring_setup")


# ---- The table ------------------------------------------------------------------------------------------------

def table():
    """{name: killed, ENOSYS or allowed}; a call without a name has its number."""
    result = subprocess.run([program("stolen/stolen")], capture_output=True, text=True, timeout=10 * PATIENCE,
                            check=False)
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

# The C library takes ENOSYS for an older kernel; SQLite changes a file's owner as root, which it is not in the unit.
DENIED_IN_THE_UNIT = {"prlimit64", "fchown"}


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


# ---- The table, compared ---------------------------------------------------------------------------------------

def show_table(rig, found, used):
    for verdict in ("allowed", "killed", "ENOSYS"):
        names = sorted(name for name, what in found.items() if what == verdict)
        rig.figures(f"{len(names)} {verdict}", calls=" ".join(
            f"{name}({used[name]})" if name in used else name for name in names if not name.isdigit()))


def check_table(rig, folder):
    found = table()
    if not can_trace():
        rig.skip("filter_allows_what_is_used_and_no_more", "strace is not here, or may not trace")
        used = {}
    else:
        server = TracedServer(folder, "traced", agencies=2, workers=2, dialect="wide", first_byte_timeout=2,
                              frame_timeout=2, idle_timeout=60)
        try:
            server.start()
            work(server)
            server.stop()
            server.reader.wait(PATIENCE)
        finally:
            server.destroy()
        check_unit(rig, server.log_path + ".calls")
        used = calls_of(server.log_path + ".calls", "sorteo-worker")
        unused = [f"{name} is allowed, and nothing uses it" for name, verdict in found.items()
                  if verdict == "allowed" and name not in used and name not in EXPLAINED]
        refused = [f"{name} is used, and {found.get(name)}" for name in used
                   if found.get(name) != "allowed" and name not in ("sendto", "sendmsg", "mmap")]
        rig.expect("filter_allows_what_is_used_and_no_more", unused + refused)
    show_table(rig, found, used)
    wrong = [f"{name}: {found[name]}" for name in NEEDED if found[name] == "allowed"]
    rig.expect("what_a_thief_wants_is_not_allowed", wrong)
    rig.expect("new_calls_are_unknown", [f"io_uring_setup: {found['io_uring_setup']}"]
               if found["io_uring_setup"] != "ENOSYS" else [])


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
        rig.expect("sandbox_that_is_off_is_said", [] if thief.server.log("sandbox", result="fail") else ["no line"])
    finally:
        thief.server.destroy()


def main():
    rig = Rig(__doc__, [("--table", {"action": "store_true", "help": "print the table alone"})])
    if os.uname().machine != "x86_64":
        rig.skip("stolen_worker", "the numbers of its system calls are those of x86_64")
        return rig.finish()
    if rig.options.table:
        for name, verdict in table().items():
            print(f"{verdict:8} {name}")
        return 0
    with tempfile.TemporaryDirectory(prefix="sorteo-stolen-") as folder:
        check_table(rig, folder)
        check_by_name(rig, folder)
        check_control(rig, folder)
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
