"""Agencies that never give up: each sends bets, finishes, reads its winners and continues with the next round, whatever
dies.

In `keyed` an agency repeats unanswered frames with the same KEY; in other dialects it gives such a frame up, and the
book records it as in doubt. An Agency's state outlives its connections and client processes, which may be lost at any
moment. Frames are those of tests/e2e/wire.py; nothing is shared with the client under test.
"""

import random
import socket
import struct
import threading
import time

import rig  # noqa: F401  the path to the next ones
import wire
from peer import Ended, Late, Peer
from server import PATIENCE, Failure, wait_for

RETRY_S = 0.01
WINNERS_WITHIN = 20.0
GIVE_UP_AFTER = 10      # after this many problems, the agency gives up


def dialect_in_turn(number):
    """Every other time one with keys, where more is promised, so that more can be found wrong."""
    return wire.KEYED if number % 2 == 0 else wire.UNKEYED[number // 2 % len(wire.UNKEYED)]


class Address:
    """The address of a server, whether it runs or not."""

    def __init__(self, agency_port, bet_port):
        self.ports = {"agency": agency_port, "bets": bet_port}


class Request:
    def __init__(self, bets, is_single, good=True):
        self.bets = bets
        self.is_single = is_single
        self.good = good        # not made to be refused
        self.key = wire.new_key()


class Agency:
    answer_within, winners_within = PATIENCE, WINNERS_WITHIN

    def __init__(self, number, address, book, seed, batches=4, bets=6):
        self.number = number
        self.address = address
        self.book = book
        self.dialect = book.dialect
        self.random = random.Random(seed)
        self.most_batches = batches
        self.most_bets = bets
        self.stopping = threading.Event()
        self.peers = {}
        self.problems = []
        self.lost_connections = self.late = 0
        self.open_round(1)
        self.thread = threading.Thread(target=self.run, name=f"agency {number}")

    # ---- What it must not forget ---------------------------------------------------------------------------

    def open_round(self, number):
        self.round = number
        self.requests = [self.new_request(False) for _ in range(self.random.randint(1, self.most_batches))]
        self.requests += [self.new_request(True) for _ in range(self.random.randint(0, 2))]
        self.under_way = []         # sent, not answered
        self.stored_one = False
        self.finish_key = wire.new_key()

    def new_request(self, is_single):
        count = 1 if is_single else self.random.randint(1, self.most_bets)
        good = is_single or self.random.random() > 0.04
        if not good:
            return Request(wire.refused_bets(self.dialect, self.number), is_single, good)
        bets = [wire.bet(self.number, self.random.choice((wire.WINNING, wire.LOSING, wire.LOSING)))
                for _ in range(count)]
        return Request(bets, is_single, good)

    # ---- Connections ---------------------------------------------------------------------------------------

    def peer(self, stream):
        if stream not in self.peers:
            self.peers[stream] = Peer(self.address, self.dialect, self.number, stream, self.book)
        return self.peers[stream]

    def lose_connections(self):
        for peer in self.peers.values():
            peer.close()            # what has no answer is doubtful from now on
        self.peers = {}
        if self.dialect.is_keyed:
            self.requests = self.under_way + self.requests
        self.under_way = []

    def break_connections(self):
        """From another thread: as if the client had died, or the network."""
        for peer in list(self.peers.values()):
            try:
                if self.random.random() < 0.5:
                    peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                peer.socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    # ---- Bets ----------------------------------------------------------------------------------------------

    def send(self, request):
        self.book.send(self.number, self.round, request.bets)
        self.under_way.append(request)
        if request.is_single:
            self.peer("bets").send_single(request.bets[0], request.key)
        else:
            self.peer("agency").send_batch(request.bets, request.key)

    def take_answer(self):
        """False: it was refused."""
        request = self.under_way[0]
        answer = self.peers["bets" if request.is_single else "agency"].answer(self.answer_within)
        self.under_way.pop(0)
        if (answer == 0) != request.good:
            self.problems.append(f"agency {self.number}, round {self.round}: answer {answer} to a frame that is "
                                 f"{'good' if request.good else 'none'}")
        self.stored_one |= answer == 0
        return answer == 0

    def send_bets(self):
        """All of the round, some ahead of their answers; one batch at least, so that FINISH closes this round and no
        other."""
        window = self.random.choice((1, 1, 3))
        while self.requests or self.under_way or not self.stored_one:
            if not self.stored_one and not self.under_way and (not self.requests or self.requests[0].is_single):
                self.requests.insert(0, self.new_request(False))    # a SINGLE does not open a round
            if self.requests and len(self.under_way) < window and self.may_send(self.requests[0]):
                self.send(self.requests.pop(0))
            elif not self.take_answer():
                while self.under_way:
                    self.take_answer()
                self.lose_connections()     # no FINISH counts after a refused frame

    def may_send(self, request):
        """One stream at a time, so that answers come in the order of `under_way`."""
        return not self.under_way or self.under_way[-1].is_single == request.is_single

    # ---- Rounds --------------------------------------------------------------------------------------------

    def work_round(self):
        self.send_bets()
        peer = self.peer("agency")
        peer.finish(self.finish_key)
        documents = peer.winners(self.winners_within)
        self.book.tell(self.number, self.round, documents)
        self.open_round(self.round + 1)
        has_receipt = self.random.random() < 0.9
        if has_receipt:
            peer.receipt()
        if not has_receipt or self.random.random() < 0.3:
            self.lose_connections()         # the next BATCH, on another connection, stands for a RECEIPT that got lost

    def run(self):
        while not self.stopping.is_set() and len(self.problems) < GIVE_UP_AFTER:
            try:
                self.work_round()
            except (Ended, OSError):
                self.lost_connections += 1
                self.lose_connections()
                time.sleep(RETRY_S)
            except Late:
                self.late += 1
                self.lose_connections()
            except Failure as failure:
                self.problems.append(f"agency {self.number}, round {self.round}: {failure}")
                self.lose_connections()
            except Exception as error:      # a thread that dies silently would look like success
                self.problems.append(f"agency {self.number}, round {self.round}: {error!r}")
                break
        self.lose_connections()


class Crowd:
    """All agencies of a server, at work from `start` to `halt`."""

    def __init__(self, agencies):
        self.agencies = agencies

    def start(self):
        for agency in self.agencies:
            agency.thread.start()
        return self

    def expect_rounds(self, tend, count=2):
        """Waits until each has come through so many more rounds, or has a problem; `tend` is called meanwhile."""
        goals = {agency: agency.round + count for agency in self.agencies}

        def have_got_on():
            tend()
            return all(agency.round >= goal or agency.problems for agency, goal in goals.items())
        wait_for(have_got_on, "every agency to get on")

    def halt(self):
        """Stops them at once. Returns the problems that they found."""
        for agency in self.agencies:
            agency.stopping.set()
        for agency in self.agencies:
            while agency.thread.is_alive():
                agency.break_connections()
                agency.thread.join(0.05)
        return [problem for agency in self.agencies for problem in agency.problems]

    def count(self, what):
        """The sum of what each has counted under that name."""
        return sum(getattr(agency, what) for agency in self.agencies)
