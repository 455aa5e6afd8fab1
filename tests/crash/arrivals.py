#!/usr/bin/env python3
"""Arrivals: what happens to a connection between accept and its first frame, and what a crowd at the door costs others.

usage: arrivals.py [--long] [--seed N]

Acceptor or worker is stopped for a moment, or killed, at each step between accept and the committer, while agencies
open a connection for each frame: each must be served, no connection may be taken for an older one, and nothing may be
lost. Then a client with a connection for each frame against many workers; 255 agencies while others connect and reset;
thousands of connections of one address; and refused frames, which must not fill the log. The long form is the one
whose figures are worth reading.

Controls: a peer that keeps an older connection; a log without a limit; figures of a server of which every worker
listens.
"""

import contextlib
import functools
import os
import selectors
import signal
import socket
import statistics
import struct
import sys
import tempfile
import threading
import time

from rig import Rig
from audit import Audit, Book, Contents, draws_in
from crowding import raise_descriptors
from client import Client, write_file
from fault_orders import FaultOrders
from peer import Ended, Peer
from server import Failure, Server, wait_for
from wire import ALL, WIDE, WINNING, bet, bets, encode_batch, new_key

ACCEPTOR_POINTS = ("connection-numbered", "connection-passed")
WORKER_POINTS = ("connection-taken", "connection-accepted", "frame-complete", "frame-queued")
STOPPED_S = 0.3
FRAMES_EACH = 3
SCENES_AT_ONCE = 3
THREADS = 10
# With a listener in each of 255 workers it was 40 batches in 15 s, and an answer took 6.7 s; with an acceptor, on two
# processors, 6,200 in a second and 0.4 s. A slow machine has a thirtieth, and fifteen times.
BATCHES_A_SECOND_LEAST = 200
WORST_ANSWER_S = 5
PROCESS_KB_MOST = 12_000    # three times what they have with 255 agencies: 25 MB in seven processes
LOG_BYTES_A_SECOND = 8192   # for one kind of refusal, of one address
REFUSED_BYTES_A_SECOND = 1_000_000
REFUSED_FRAME_SIZE = 23     # a batch of one bet without names
REFUSED_OF_A_CONNECTION = 100   # after which the server closes it
REFUSED_CONNECTIONS = 32        # at once


@contextlib.contextmanager
def serving(environment=None, **options):
    with tempfile.TemporaryDirectory(prefix="sorteo-arrivals-") as folder:
        server = Server(folder, environment=environment, **options)
        server.folder = folder
        try:
            yield server
        finally:
            server.destroy()


# ---- Delays and deaths at each step ---------------------------------------------------------------------------------

class Visitor:
    """An agency that opens a connection for each frame, and another one if that is lost."""

    def __init__(self, server, agency, book):
        self.server, self.agency, self.book = server, agency, book
        self.again = 0          # connections that were lost before the answer
        self.is_served = False
        self.expected = []      # winning bets that were acknowledged

    def peer(self):
        return Peer(self.server, self.book.dialect, self.agency, ledger=self.book)

    def deliver(self):
        batch, key = bets(2, self.agency, number=WINNING), new_key()
        self.book.send(self.agency, 1, batch)
        while True:
            try:
                peer = self.peer()
                try:
                    peer.store(batch, key)
                    peer.leave()
                finally:
                    peer.close()
                self.expected += batch
                return
            except (Ended, ConnectionError):
                self.again += 1
                time.sleep(0.01)
                if not self.book.dialect.is_keyed:      # it may be stored: the book has it in doubt
                    batch = bets(2, self.agency, number=WINNING)
                    self.book.send(self.agency, 1, batch)

    def visit(self):
        for _ in range(FRAMES_EACH):
            self.deliver()
        self.is_served = True


class Scene:
    def __init__(self, rig, dialect, agencies, point, sig):
        self.rig, self.dialect, self.point, self.sig = rig, dialect, point, sig
        self.book = Book(dialect)
        self.agencies = agencies
        self.problems = []

    def run(self):
        """What was wrong."""
        with tempfile.TemporaryDirectory(prefix="sorteo-orders-") as folder:
            self.orders = FaultOrders(os.path.join(folder, "orders"))
            with serving(self.orders.environment(), agencies=self.agencies, workers=4, dialect=self.dialect.name,
                         bet_listen=None, hang_timeout=600) as server:
                self.server = server.start()
                server.settle()
                self.orders.give(self.point, self.rig.random.randint(1, self.agencies * 2), self.sig)
                self.work()
                self.draw()
                server.stop()
                self.look_at_log()
                self.problems += Audit(Contents(server.store), self.book, draws_in(server)).run()
        return self.problems

    def work(self):
        self.visitors = [Visitor(self.server, number, self.book) for number in range(1, self.agencies + 1)]
        threads = [threading.Thread(target=self.visit, args=(self.visitors[first::THREADS],))
                   for first in range(THREADS)]
        for thread in threads:
            thread.start()
        try:
            who = wait_for(self.orders.obeyed_by, f"a process to come to {self.point}")
            if self.sig == signal.SIGSTOP:
                time.sleep(STOPPED_S)
                os.kill(who, signal.SIGCONT)
        except Failure as failure:
            self.problems.append(failure)
        for thread in threads:
            thread.join()
        self.problems += [f"agency {visitor.agency} was not served" for visitor in self.visitors
                          if not visitor.is_served]

    def visit(self, visitors):
        for visitor in visitors:
            try:
                visitor.visit()
            except (Failure, OSError) as problem:
                self.problems.append(f"agency {visitor.agency}: {problem}")

    def draw(self):
        """Each finishes and is told its winners; what was stored in doubt may win, too."""
        try:
            peers = [visitor.peer() for visitor in self.visitors]
            for peer in peers:
                peer.finish()
            for visitor, peer in zip(self.visitors, peers):
                documents = peer.winners()
                self.book.tell(visitor.agency, 1, documents)
                missing = {winner.document for winner in visitor.expected} - set(documents)
                if missing:
                    self.problems.append(f"agency {visitor.agency} was not told {len(missing)} of its winners")
                peer.receipt_and_leave()
        except (Failure, OSError) as problem:
            self.problems.append(f"in the draw: {problem}")

    def look_at_log(self):
        """A process that was killed is a failure, and what it had in its hands; nothing else is."""
        excused = self.sig == signal.SIGKILL
        for line in self.server.log(result="fail"):
            if not excused or line["action"] != "process_ended":
                self.problems.append(f"the log says: {line}")

    def lost(self):
        return sum(visitor.again for visitor in self.visitors)


DONE_TO_IT = {signal.SIGSTOP: "delayed", signal.SIGKILL: "killed"}


def disturb_at(rig, point, sig):
    """In how many scenes, how many agencies were served, of how many, and how many connections were lost."""
    agencies, times = (100, 3) if rig.long else (20, 1)
    scenes = served = lost = 0
    problems = []
    for dialect in ALL if rig.long else (rig.random.choice(ALL),):
        for _ in range(times):
            scene = Scene(rig, dialect, agencies, point, sig)
            problems += [f"{dialect.name}: {problem}" for problem in scene.run()]
            scenes += 1
            served += sum(visitor.is_served for visitor in scene.visitors)
            lost += scene.lost()
    role = "acceptor" if point in ACCEPTOR_POINTS else "worker"
    rig.expect(f"all_are_served_while_the_{role}_is_{DONE_TO_IT[sig]}_at_{point.replace('-', '_')}", problems)
    return scenes, served, scenes * agencies, lost


def delays_and_deaths(rig):
    for sig, what in DONE_TO_IT.items():
        came = rig.side_by_side([functools.partial(disturb_at, point=point, sig=sig)
                                 for point in ACCEPTOR_POINTS + WORKER_POINTS], SCENES_AT_ONCE)
        scenes, served, of, lost = map(sum, zip(*came))
        rig.figures(f"a process {what}", scenes=scenes, agencies_served=f"{served} of {of}",
                    connections_lost_and_opened_again=lost)


def older_connection(rig):
    """That a connection that is older in truth is refused, so that a wrong order would be seen."""
    with serving(agencies=1, workers=4, bet_listen=None) as server:
        server.start()
        older = Peer(server, WIDE)
        older.store()
        Peer(server, WIDE).store()
        try:
            older.store()
            seen = []
        except (Failure, OSError) as problem:
            seen = [problem]
        server.stop()
    rig.expect_red("control_connection_that_is_older", seen)


# ---- A connection for each frame ------------------------------------------------------------------------------------

class Place:
    """What Client wants of a world."""

    def __init__(self, server, dialect):
        self.folder, self.server, self.dialect = server.folder, server, dialect


def connection_for_each_frame(rig):
    runs, rows, workers = (500, 100, 24) if rig.long else (10, 50, 24)
    problems = []
    with serving(agencies=1, workers=workers, bet_listen=None) as server:
        place = Place(server.start(), WIDE)
        for _ in range(runs):
            write_file(place, bets(rows), "agency-1.csv")
            client = Client(place, "--connection", "per-frame", "--batch", "5", "agency-1.csv")
            try:
                client.expect_done()
            except Failure as failure:
                problems.append(failure)
        server.stop()
        problems += [f"the log says: {line}" for line in server.log(result="fail")]
        stored = len(server.export())
    if stored != runs * rows:
        problems.append(f"{stored} bets are stored, wanted {runs * rows}")
    rig.figures("a connection for each frame", runs=runs, frames=runs * (rows // 5 + 1), workers=workers,
                refusals=len(problems))
    rig.expect("client_with_a_connection_for_each_frame_is_never_refused", problems)


# ---- A crowd at the door --------------------------------------------------------------------------------------------

class Working:
    """Agencies that send batch after batch from one thread; it notes how long each answer took."""

    def __init__(self, server, numbers, source="127.0.0.1", batch=5):
        self.server, self.source, self.batch = server, source, batch
        self.selector = selectors.DefaultSelector()
        self.took, self.problems = [], []
        self.answered = dict.fromkeys(numbers, 0)
        self.since = {}

    def run(self, seconds):
        until = time.monotonic() + seconds
        try:
            for number in self.answered:
                self.open(number)
            while time.monotonic() < until:
                for key, _ in self.selector.select(0.1):
                    self.answer(key.fileobj, key.data)
            self.finish_answers()
        except OSError as problem:
            self.problems.append(f"from {self.source}: {problem}")
        return self

    def open(self, number):
        sock = socket.socket()
        sock.settimeout(60)
        sock.bind((self.source, 0))
        began = time.monotonic()
        sock.connect(("127.0.0.1", self.server.ports["agency"]))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.selector.register(sock, selectors.EVENT_READ, number)
        self.send(sock, number, began)

    def send(self, sock, number, since=None):
        self.since[number] = since or time.monotonic()
        sock.sendall(encode_batch(WIDE, bets(self.batch, number), 0))

    def answer(self, sock, number):
        came = sock.recv(1)
        self.took.append(time.monotonic() - self.since.pop(number))
        if came != b"\0":
            self.problems.append(f"agency {number} was answered {came!r}")
            self.selector.unregister(sock)
            sock.close()
            return
        self.answered[number] += 1
        self.send(sock, number)

    def finish_answers(self):
        """What is under way is waited for, so that the worst time has no end by itself."""
        for key in list(self.selector.get_map().values()):
            came = key.fileobj.recv(1)
            self.took.append(time.monotonic() - self.since[key.data])
            if came != b"\0":
                self.problems.append(f"agency {key.data} was answered {came!r}")
            self.answered[key.data] += 1
            key.fileobj.close()

    def starved(self):
        return [f"agency {number} had no answer" for number, count in self.answered.items() if count == 0]

    def figures(self):
        took = sorted(self.took)
        return {"batches": len(took), "median_ms": f"{statistics.median(took) * 1000:.1f}",
                "p99_ms": f"{took[len(took) * 99 // 100] * 1000:.1f}", "worst_ms": f"{took[-1] * 1000:.0f}"}


@contextlib.contextmanager
def in_child(function, *arguments):
    """Runs it in a process of its own for as long as the block lasts."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            function(*arguments)
            status = 0
        finally:
            os._exit(status)
    try:
        yield pid
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)


def connect_and_reset(port, source):
    while True:
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with contextlib.suppress(OSError):
                sock.bind((source, 0))
                sock.connect(("127.0.0.1", port))


def memory_kb(server):
    pids = [server.process.pid] + server.children()
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    return len(pids), total


def too_slow(batches, seconds, worst_s):
    problems = []
    if batches < BATCHES_A_SECOND_LEAST * seconds:
        problems.append(f"{batches} batches in {seconds} s, wanted {BATCHES_A_SECOND_LEAST * seconds}")
    if worst_s > WORST_ANSWER_S:
        problems.append(f"an answer took {worst_s:.1f} s, at most {WORST_ANSWER_S} s were wanted")
    return problems


def processes_most():
    """Supervisor, committer, acceptor, and as many workers as there are by default (--help)."""
    processors = os.cpu_count()
    return 3 + (2 * processors if processors > 2 else 3)


def too_large(processes, kb):
    problems = []
    if processes > processes_most():
        problems.append(f"{processes} processes, at most {processes_most()} were wanted")
    if kb > PROCESS_KB_MOST * processes:
        problems.append(f"{kb} kB of memory in {processes} processes, at most {PROCESS_KB_MOST} kB in each were wanted")
    return problems


def resets(rig):
    agencies, seconds = (255, 15) if rig.long else (40, 2)
    with serving(agencies=agencies, workers=None, bet_listen=None) as server:
        server.start()
        with in_child(connect_and_reset, server.ports["agency"], "127.0.0.2"):
            working = Working(server, range(1, agencies + 1)).run(seconds)
            processes, kb = memory_kb(server)
        server.settle()
        server.stop()
    rig.figures("connect and reset", agencies=agencies, seconds=seconds, processes=processes, memory_kb=kb,
                **working.figures())
    rig.expect("agencies_go_on_while_others_connect_and_reset", working.problems + working.starved())
    rig.expect("agencies_are_answered_soon_while_others_connect_and_reset",
               too_slow(len(working.took), seconds, max(working.took, default=0)))
    rig.expect("server_of_many_agencies_is_not_large", too_large(processes, kb))
    for name, problems in (("herd_that_answers_few", too_slow(40, 15, 0)),
                           ("herd_that_answers_late", too_slow(100_000, 15, 6.7)),
                           ("worker_for_each_agency", too_large(3 + 255, 0)),
                           ("memory_of_a_worker_for_each_agency_in_few", too_large(6, 258_000))):
        rig.expect_red(f"control_{name}", problems)


def hold_many(port, source, count):
    """Opens so many connections and keeps those that the server keeps; at the end all are there."""
    held = []
    for _ in range(count):
        sock = socket.socket()
        with contextlib.suppress(OSError):
            sock.bind((source, 0))
            sock.connect(("127.0.0.1", port))
        held.append(sock)
    while True:
        time.sleep(60)


def many_of_one_address(rig):
    count, seconds = (15000, 15) if rig.long else (1500, 3)
    reason = raise_descriptors(count)
    if reason:
        rig.skip("agencies_go_on_beside_thousands_of_connections_of_one_address", reason)
        return
    with serving(agencies=10, workers=None, bet_listen=None) as server:
        server.start()
        other, same = Working(server, range(1, 6)), Working(server, range(6, 11), source="127.0.0.2")
        with in_child(hold_many, server.ports["agency"], "127.0.0.2", count):
            threads = [threading.Thread(target=working.run, args=(seconds,)) for working in (other, same)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            newcomer = Working(server, [1]).run(0.2)    # a new connection, when all of them are there
            late = Working(server, [6], source="127.0.0.2").run(0.2)
        server.settle()
        server.stop()
    for who, working in (("another address", other), ("the same address", same), ("another address, new", newcomer),
                         ("the same address, new", late)):
        rig.figures(f"{count} connections of one address, agencies of {who}", **working.figures())
    rig.expect("agencies_go_on_beside_thousands_of_connections_of_one_address",
               [problem for working in (other, same, newcomer, late)
                for problem in working.problems + working.starved()])


# ---- Rubbish all day ------------------------------------------------------------------------------------------------

class Refused:
    """Frames for an agency that is not served, from one address over many connections, as fast as wanted: what one
    connection may send is over in a moment, and then the sender would wait for the server's answers alone."""

    def __init__(self, server):
        self.port = server.ports["agency"]
        self.frames = encode_batch(WIDE, [bet(255, name=b"", surname=b"")], 0) * REFUSED_OF_A_CONNECTION
        self.selector = selectors.DefaultSelector()
        self.connections = self.sent = self.answered = self.full = 0

    def run(self, seconds):
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            due = self.sent < (time.monotonic() - began) * REFUSED_BYTES_A_SECOND
            has_place = len(self.selector.get_map()) < REFUSED_CONNECTIONS
            self.full += due and not has_place
            if due and has_place:
                self.open()
            self.read(0 if due and has_place else 0.001)
        while self.selector.get_map():
            self.read(1)
        self.seconds = time.monotonic() - began
        return self

    def open(self):
        sock = socket.create_connection(("127.0.0.1", self.port))
        sock.sendall(self.frames)
        self.connections += 1
        self.sent += len(self.frames)
        self.selector.register(sock, selectors.EVENT_READ)

    def read(self, within):
        for key, _ in self.selector.select(within):
            came = key.fileobj.recv(4096)
            self.answered += came.count(1)
            if not came:
                self.selector.unregister(key.fileobj)
                key.fileobj.close()


def refusals_told(server):
    """Those with a line of their own, and those that were counted."""
    counted = sum(int(line["times"]) for line in server.log("repeated", of="apuesta_recibida"))
    return counted + len(server.log("apuesta_recibida", result="fail"))


def too_much_log(size, seconds):
    most = LOG_BYTES_A_SECOND * (seconds + 2)
    return [f"{size} bytes of log in {seconds:.0f} s, {most:.0f} at the most"] if size > most else []


def rubbish(rig):
    seconds = 60 if rig.long else 2
    with serving(agencies=5, workers=None, bet_listen=None) as server:
        server.start()
        before = os.path.getsize(server.log_path)
        refused = Refused(server).run(seconds)
        server.settle()
        Peer(server, WIDE).store()
        server.stop()
        size = os.path.getsize(server.log_path) - before
        told, frames = refusals_told(server), refused.sent // REFUSED_FRAME_SIZE
        lines = len(server.log())
    rig.figures("refused frames", seconds=f"{refused.seconds:.1f}", bytes_a_second=f"{refused.sent / seconds:.0f}",
                wanted=REFUSED_BYTES_A_SECOND, connections=refused.connections, frames=frames,
                times_that_all_connections_waited_for_the_server=refused.full, lines_of_log=lines,
                bytes_of_log=size)
    rig.expect("refused_frames_do_not_fill_the_log", too_much_log(size, refused.seconds))
    rig.expect("each_refused_frame_is_answered",
               [f"{frames} were sent, {refused.answered} answered"] if refused.answered != frames else [])
    rig.expect("each_refused_frame_is_told_or_counted",
               [f"{frames} were refused, the log speaks of {told}"] if told != frames else [])
    rig.expect_red("control_log_with_a_line_for_each", too_much_log(frames * 100, seconds))


def main():
    rig = Rig(__doc__)
    delays_and_deaths(rig)
    older_connection(rig)
    connection_for_each_frame(rig)
    resets(rig)
    many_of_one_address(rig)
    rubbish(rig)
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
