"""A worker whose memory a stranger has taken over, and which says what it likes to the server's other processes: it is
replaced, and no other peer or process notices.

The test speaks in the worker's place: it borrows the worker's own descriptors (pidfd_getfd).
"""

import ctypes
import os
import select
import signal
import socket
import stat
import struct
import time

import wire
from acceptor import expect_replaced
from server import PATIENCE, Failure, open_files, wait_for
from wire import bets
from world import Skip, case

PIDFD_OPEN, PIDFD_GETFD = 434, 438
_libc = ctypes.CDLL(None, use_errno=True)

# struct message, and its values (src/server/channel/message.h)
FRAME, WINNERS, CLOSED, REFUSED, AGENCIES, RESULT = range(6)
SINGLE, BATCH, FINISH, RECEIPT = range(4)
# struct handoff_note (handoff.h)
PASS, EVICT, ADMIT, REFUSE, TAKEN, KEPT, SPOKE, NOTE_CLOSED, HAVE, ADDRESS, HAVE_ALL = range(11)
# struct control_note (control.h)
BEAT, READY, COLLECTED, EXPEL = range(4)
FUTURE = 2**63
TRIES = 20              # for a peer to come to the worker that is meant


def message(kind_of_message, body=b"", kind=BATCH, port=0, connection=7, number=1, round_number=0, start=0,
            length=None):
    length = len(body) if length is None else length
    return struct.pack("=IBBBBQQIIIIQ16sIHBB24x", length, kind_of_message, kind, port, 0, connection, number,
                       round_number, start, 0, 0, 0, bytes(16), 0, 0, 4, 0) + body


def handoff_note(kind, number, origin=0):
    return struct.pack("=QQBBBB4x", number, 1, kind, 0, 0, origin)


def control_note(kind, value=0, generation=0):
    return struct.pack("=III", kind, value, generation)


NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, UNIX_DIAG_PEER, UDIAG_SHOW_PEER, NLM_F_REQUEST = 4, 20, 2, 4, 1


def peer_of(line):
    """The inode of a Unix socket's other end, as the kernel tells it."""
    inode = os.fstat(line.fileno()).st_ino
    request = struct.pack("=BBHIIIII", socket.AF_UNIX, 0, 0, 0xffffffff, inode, UDIAG_SHOW_PEER, 0xffffffff, 0xffffffff)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG) as kernel:
        kernel.send(struct.pack("=IHHII", 16 + len(request), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 1, 0) + request)
        reply = kernel.recv(4096)
    attributes = reply[32:] if struct.unpack_from("=H", reply, 4)[0] == SOCK_DIAG_BY_FAMILY else b""
    while len(attributes) >= 8:
        length, kind = struct.unpack_from("=HH", attributes)
        if kind == UNIX_DIAG_PEER:
            return struct.unpack_from("=I", attributes, 4)[0]
        attributes = attributes[(length + 3) // 4 * 4:]
    raise Skip("the kernel does not say who is at the other end of a socket")


def sockets_of(pid):
    """The inodes of its sockets."""
    return {int(link[len("socket:["):-1]) for link in open_files(pid) if link.startswith("socket:[")}


class Captive:
    """A worker's lines, in our hands."""

    def __init__(self, pid, supervisor):
        self.pid = pid
        pidfd = _libc.syscall(PIDFD_OPEN, pid, 0)
        streams, packets = [], []
        for fd in sorted(int(name) for name in os.listdir(f"/proc/{pid}/fd")):
            try:
                if not stat.S_ISSOCK(os.stat(f"/proc/{pid}/fd/{fd}").st_mode):
                    continue
            except OSError:
                continue
            ours = _libc.syscall(PIDFD_GETFD, pidfd, fd, 0)
            if ours < 0:
                raise Skip(f"a process's descriptors cannot be borrowed: {os.strerror(ctypes.get_errno())}")
            line = socket.socket(fileno=ours)
            if line.family == socket.AF_UNIX:
                (streams if line.type == socket.SOCK_STREAM else packets).append(line)
        os.close(pidfd)
        self.channel = streams[0]
        self.control, self.handoff = sorted(packets, key=lambda line: peer_of(line) not in sockets_of(supervisor))


def captive_and_other(world, **options):
    """A server of two workers; each has a peer. Returns the worker of the first, and the peer of the other."""
    world.serve(workers=2, **options)
    for agency in (1, 2):
        world.peer(agency).store()
    mine, other = world.peers[:2]
    pid = next(pid for pid in world.server.workers() if holds(pid, mine))
    if holds(pid, other):
        raise Failure("both peers have the same worker")
    return pid, other


def holds(pid, peer):
    """Has the process the other end of the peer's connection?"""
    port = f":{peer.socket.getsockname()[1]:04X} "
    with open("/proc/net/tcp", encoding="ascii") as table:
        inodes = {line.split()[9] for line in table if port in line.split(" ")[0] + line
                  and line.split()[2].endswith(port[:-1])}
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            if os.readlink(f"/proc/{pid}/fd/{name}") in {f"socket:[{inode}]" for inode in inodes}:
                return True
        except OSError:
            pass
    return False


def expect_expelled(world, pid, other):
    """It is gone and replaced, the log says why, and everybody else goes on."""
    wait_for(lambda: pid not in world.server.children(), "the worker to be gone")
    wait_for(lambda: len(world.server.workers()) == 2, "another worker")
    if not any("malformed message" in line.get("reason", "") for line in world.server.log("process_ended", pid=pid)):
        raise Failure("the log does not say that the worker was killed for what it said")
    other.store()


def expect_each_expelled(world, pid, other, lies, line="channel", logged="malformed"):
    for count, lie in enumerate(lies, 1):
        captive = Captive(pid, world.server.process.pid)
        getattr(captive, line).send(lie)
        expect_expelled(world, pid, other)
        if logged and sum(logged in entry["reason"] for entry in world.server.log("worker_message")) < count:
            raise Failure(f"no worker_message about lie {count}")
        pid = worker_without(world, other)


def worker_without(world, other):
    """The worker of a new peer, if it has not the other one, too: the acceptor decides by what it has heard so far."""
    for _ in range(TRIES):
        peer = world.peer()
        peer.store()
        pid = next(each for each in world.server.workers() if holds(each, peer))
        if not holds(pid, other):
            return pid
        peer.close()
    raise Failure("both peers have the same worker")


# ---- To the committer ---------------------------------------------------------------------------------------

@case(seconds=60, heart=True)
def frame_from_the_future_locks_no_agency_out(world):
    pid, other = captive_and_other(world)
    batch = wire.encode_batch(world.dialect, bets(1), 0)
    Captive(pid, world.server.process.pid).channel.send(message(FRAME, batch, number=FUTURE))
    expect_expelled(world, pid, other)
    world.peer().store()


@case(seconds=180, long=True)
def worker_that_says_the_impossible_to_the_committer_is_replaced(world):
    batch = wire.encode_batch(world.dialect, bets(1), 0)
    pid, other = captive_and_other(world)
    expect_each_expelled(world, pid, other, [
        message(FRAME, batch[:-1]),
        message(FRAME, batch + b"\0"),
        message(FRAME, b"\2", kind=RECEIPT),
        message(FRAME, batch, connection=2**20),
        message(FRAME, batch, length=2**30),
        message(RESULT),
        message(REFUSED, batch),
        message(WINNERS, connection=9),
    ])


@case(seconds=60)
def winners_beyond_the_last_are_not_looked_for(world):
    pid, other = captive_and_other(world)
    finishes = b"".join(message(FRAME, wire.encode_finish(world.dialect, agency, 0), kind=FINISH,
                                connection=agency + 100, number=time.monotonic_ns()) for agency in (1, 2))
    world.compares = False     # the store is finished by the test's own hand
    channel = Captive(pid, world.server.process.pid).channel
    channel.send(finishes)
    world.server.wait_log("sorteo")
    channel.send(message(WINNERS, connection=101, round_number=1, start=1))
    expect_expelled_only(world, pid)
    del other   # its agency spoke over a newer connection


@case(seconds=60)
def winners_asked_for_twice_at_once_are_doubted(world):
    pid, other = captive_and_other(world)
    channel = Captive(pid, world.server.process.pid).channel
    channel.send(message(FRAME, b"\1", kind=RECEIPT, connection=100)
                 + message(WINNERS, connection=100, round_number=1) * 2)
    expect_expelled(world, pid, other)


def expect_expelled_only(world, pid):
    wait_for(lambda: pid not in world.server.children(), "the worker to be gone")
    wait_for(lambda: len(world.server.workers()) == 2, "another worker")


UNREAD = 400_000


@case(seconds=120, long=True)
def results_that_a_worker_does_not_read_do_not_pile_up(world):
    """It is not read either, until it reads: the committer's memory has a limit, and its channel's is the system's."""
    pid, other = captive_and_other(world, hang_timeout=600)
    channel = Captive(pid, world.server.process.pid).channel
    os.kill(pid, signal.SIGSTOP)
    piece = message(FRAME, b"\1", kind=RECEIPT, connection=100) * 1000
    sent = 0
    while sent < UNREAD and select.select([], [channel], [], 5)[1]:
        channel.sendall(piece)
        sent += 1000
    if sent >= UNREAD:
        raise Failure(f"the committer took {sent} frames of a worker that read no result")
    other.store()
    os.kill(pid, signal.SIGCONT)
    world.peer().store()
    channel.sendall(piece)
    other.store()


@case(seconds=60)
def worker_that_lives_and_never_reads_is_replaced(world):
    pid, other = captive_and_other(world, hang_timeout=2)
    captive = Captive(pid, world.server.process.pid)
    os.kill(pid, signal.SIGSTOP)
    piece = message(FRAME, b"\1", kind=RECEIPT, connection=100) * 1000

    def goes_on():
        """What it does beside: it sends all that it can, and shows progress."""
        if pid not in world.server.children():
            return True
        try:
            captive.control.send(control_note(BEAT))
            if select.select([], [captive.channel], [], 0)[1]:
                captive.channel.send(piece, socket.MSG_DONTWAIT)
        except OSError:
            pass
        return False
    wait_for(goes_on, "the worker to be gone")
    expect_expelled(world, pid, other)


# ---- To the acceptor ----------------------------------------------------------------------------------------

@case(seconds=120)
def worker_that_says_the_impossible_to_the_acceptor_is_replaced(world):
    pid, other = captive_and_other(world)
    expect_each_expelled(world, pid, other, [
        handoff_note(HAVE, 1),
        handoff_note(HAVE, time.monotonic_ns()),
        handoff_note(HAVE, FUTURE),
        handoff_note(PASS, 1),
        handoff_note(EVICT, 1),
        handoff_note(REFUSE, 1),
        handoff_note(HAVE, 1, origin=3),
        handoff_note(HAVE_ALL, 1),
        handoff_note(HAVE_ALL + 1, 1),
        handoff_note(TAKEN, 1)[:-1],
    ], line="handoff")


def claim_of_next_connection(world, pid):
    """HAVE for one that this worker is passed, as the worker itself would say it."""
    os.kill(pid, signal.SIGSTOP)
    handoff = Captive(pid, world.server.process.pid).handoff
    while not select.select([handoff], [], [], 0.1)[0]:
        world.peers.append(world.peer())
    note = bytearray(handoff.recv(64, socket.MSG_PEEK))
    os.kill(pid, signal.SIGCONT)
    if note[16] != PASS:
        raise Failure(f"note {note[16]} came, and no connection")
    note[16] = HAVE
    return bytes(note)


def replace_acceptor(world):
    acceptor = wait_for(world.server.acceptor, "the acceptor")
    os.kill(acceptor, signal.SIGKILL)
    expect_replaced(world, world.server.acceptor, acceptor)


@case(seconds=60)
def connections_that_a_worker_invents_take_no_place(world):
    """After the acceptor has died the next one believes only what the one before it knew."""
    pid, other = captive_and_other(world)
    replace_acceptor(world)
    other.store()
    Captive(pid, world.server.process.pid).handoff.send(handoff_note(HAVE, 1))
    expect_expelled(world, pid, other)
    world.peer().store()


@case(seconds=90)
def connection_of_another_worker_is_not_claimed(world):
    pid, other = captive_and_other(world, hang_timeout=600)
    claim = claim_of_next_connection(world, next(each for each in world.server.workers() if each != pid))
    replace_acceptor(world)
    other.store()
    Captive(pid, world.server.process.pid).handoff.send(claim)
    expect_expelled(world, pid, other)
    world.peer().store()


def expect_silence_ends(world, pid, other, says_taken):
    """In the worker's place: it shows progress, and does not answer; perhaps that it has what it was passed."""
    captive = Captive(pid, world.server.process.pid)

    def goes_on():
        try:
            captive.control.send(control_note(BEAT))
            note = captive.handoff.recv(64, socket.MSG_DONTWAIT)
            if says_taken and note and note[16] == PASS:    # nothing: the acceptor has closed it, and the end is near
                captive.handoff.send(handoff_note(TAKEN, *struct.unpack_from("=Q", note)))
        except OSError:
            pass
        return pid not in world.server.children()
    wait_for(goes_on, "the worker to be gone")
    expect_expelled(world, pid, other)
    if not world.server.log("worker_message", type=str(EVICT if says_taken else PASS), reason="no answer from worker"):
        raise Failure("the log does not say that the worker was killed for its silence")


@case(seconds=60)
def worker_that_does_not_take_what_it_is_passed_is_replaced(world):
    pid, other = captive_and_other(world, hang_timeout=2)
    os.kill(pid, signal.SIGSTOP)
    passed = [world.peer() for _ in range(2)]
    expect_silence_ends(world, pid, other, says_taken=False)
    for peer in passed:
        peer.store()


@case(seconds=60)
def worker_that_makes_no_room_is_replaced(world):
    """Else those that wait for a place of their address keep everybody else waiting, too."""
    pid, other = captive_and_other(world, hang_timeout=2, max_per_address=4)
    silent = [world.peer() for _ in range(2)]
    mine = wait_for(lambda: next((peer for peer in silent if holds(pid, peer)), None), "a connection of the captive's")
    os.kill(pid, signal.SIGSTOP)
    passed = [world.peer() for _ in range(2)]
    expect_silence_ends(world, pid, other, says_taken=True)
    mine.expect_closed(reset_ok=True)
    del passed


@case(seconds=60)
def address_of_a_connection_that_no_proxy_passed_on_is_doubted(world):
    pid, other = captive_and_other(world, hang_timeout=600)
    handoff = Captive(pid, world.server.process.pid).handoff
    handoff.settimeout(PATIENCE)
    os.kill(pid, signal.SIGSTOP)        # we read what it is passed
    passed = [world.peer() for _ in range(2)]
    number, = struct.unpack_from("=Q", handoff.recv(64))
    handoff.send(handoff_note(ADDRESS, number))
    expect_expelled(world, pid, other)
    for peer in passed:
        peer.store()                    # the one that it had not taken has another worker now


def untaken_of_captive(world, pid):
    """A peer that the worker, which stands still, was passed: the other worker answers the other one."""
    os.kill(pid, signal.SIGSTOP)
    passed = [world.peer(agency) for agency in (1, 2)]
    for peer in passed:
        peer.send_batch(bets(1, peer.agency))
    answered = select.select([peer.socket for peer in passed], [], [], PATIENCE)[0]
    untaken, = [peer for peer in passed if peer.socket not in answered]
    untaken.expect_silence()
    return untaken


@case(seconds=60)
def connection_is_not_passed_on_while_the_liar_lives_that_had_it(world):
    """The supervisor stands still, so that it does not end it."""
    pid, _ = captive_and_other(world, hang_timeout=600)
    untaken = untaken_of_captive(world, pid)
    supervisor = world.server.process.pid
    os.kill(supervisor, signal.SIGSTOP)
    Captive(pid, supervisor).handoff.send(handoff_note(HAVE, 1))
    world.server.wait_log("worker_message")
    untaken.expect_silence()
    os.kill(supervisor, signal.SIGCONT)
    untaken.expect_answer(0)


@case(seconds=60)
def connection_is_not_passed_on_while_the_worker_lives_that_ended_its_line(world):
    """It looks as if it had died. It shows no progress, and is replaced for that."""
    pid, _ = captive_and_other(world, hang_timeout=2)
    untaken = untaken_of_captive(world, pid)
    Captive(pid, world.server.process.pid).handoff.shutdown(socket.SHUT_RDWR)

    def has_ended():
        had = any(holds(worker, untaken) for worker in world.server.workers() if worker != pid)
        if pid not in world.server.children():
            return True
        if had:
            raise Failure("two workers had the same connection")
        return False
    wait_for(has_ended, "the worker to be gone")
    untaken.expect_answer(0)


# ---- To the supervisor --------------------------------------------------------------------------------------

@case(seconds=120)
def worker_that_says_the_impossible_to_the_supervisor_is_replaced(world):
    pid, other = captive_and_other(world, rounds=1)
    expect_each_expelled(world, pid, other, [
        control_note(READY, 1_000_000),
        control_note(COLLECTED, 1_000_000),
        control_note(EXPEL, 0),
        control_note(99),
        control_note(BEAT)[:-1],
        control_note(BEAT) + bytes(8),
    ], line="control", logged=None)


@case(seconds=60)
def descriptors_that_a_worker_sends_are_not_kept(world):
    pid, other = captive_and_other(world)
    supervisor = f"/proc/{world.server.process.pid}/fd"
    before = len(os.listdir(supervisor))
    control = Captive(pid, world.server.process.pid).control
    socket.send_fds(control, [control_note(BEAT)], [0])
    expect_expelled(world, pid, other)
    if len(os.listdir(supervisor)) > before:
        raise Failure("the supervisor has a descriptor more")
