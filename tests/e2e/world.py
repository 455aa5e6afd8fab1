"""What a test gets: a folder, servers on a store in it, peers, and the comparison at the end.

`@case` names a test and says in which dialects, and after which kinds of restart, it runs. A test calls
world.between() where a restart of the server may come; its connections are then gone.
"""

import ctypes
import os
import shutil
import subprocess
import tempfile
import threading

import wire
from peer import Ledger, Peer
from server import Failure, Server

CASES = []
STAY, TERM, KILL = "stay", "term", "kill"
RESTARTS = (STAY, TERM, KILL)


CLONE_NEWNS, MS_BIND, MS_PRIVATE, MS_REC = 0x20000, 0x1000, 0x40000, 0x4000


class Skip(Exception):
    """This machine cannot show it; says why."""


def mounting(source, target):
    """For a client's `prepare`: that client alone sees `source` in the place of `target`. Raises Skip where there can
    be no such mount: without root, or below a root folder that is itself no mount, as in a chroot."""
    if os.geteuid() != 0:
        raise Skip("needs root to mount")
    tried = subprocess.run(["unshare", "--mount", "--propagation", "private", "true"], capture_output=True, text=True,
                           check=False)
    if tried.returncode != 0:
        raise Skip(f"no mounts of its own: {tried.stderr.strip()}")
    libc = ctypes.CDLL(None, use_errno=True)

    def mount():
        if (libc.unshare(CLONE_NEWNS) or libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None)
                or libc.mount(source.encode(), target.encode(), None, MS_BIND, None)):
            raise OSError(ctypes.get_errno(), "cannot mount")

    return mount


def case(dialects=(wire.WIDE,), restarts=(STAY,), seconds=30, slow=False, long=False, heart=False):
    """Registers a test, once for each dialect and restart. Its name is what it shows. One of these, another one from
    test to test, stands for all of them, unless the test is slow or long. With `heart` that one is also in the heart of
    the suite: what each part must do before all else, the promises, and one refusal of each kind, in a third of a
    second at the most."""
    assert not (heart and (slow or long)), "the heart is quick"

    def register(function):
        first = len(CASES)
        for dialect in dialects:
            for restart in restarts:
                name = function.__name__
                if len(dialects) > 1:
                    name += f"_{dialect.name}"
                if restart != STAY:
                    name += f"_restarted_by_{restart}"
                CASES.append(Case(name, function, dialect, restart, seconds, slow))
        if not (slow or long):
            chosen = CASES[first + sum(case.stands_for_all for case in CASES) % (len(CASES) - first)]
            chosen.stands_for_all = True
            chosen.heart = heart
        return function
    return register


class Case:
    def __init__(self, name, function, dialect, restart, seconds, slow):
        self.name = name
        self.function = function
        self.dialect = dialect
        self.restart = restart
        self.seconds = seconds
        self.slow = slow
        self.stands_for_all = False     # its dialects and restarts
        self.heart = False

    def run(self):
        """Raises Failure or Skip."""
        world = World(self.dialect, self.restart)
        try:
            self.function(world)
            world.conclude()
        except BaseException:
            world.show()
            raise
        finally:
            world.clean()


class World:
    def __init__(self, dialect, restart):
        self.dialect = dialect
        self.restart = restart
        self.folder = tempfile.mkdtemp(prefix="sorteo-e2e-")
        self.ledger = Ledger()
        self.servers = []
        self.peers = []
        self.server = None
        self.compares = True  # at the end, the store with the ledger

    def add_server(self, **options):
        """A server that is not started yet, to be cleaned up in any case."""
        name = f"server-{len(self.servers)}"
        self.servers.append(Server(self.folder, name, dialect=self.dialect.name, **options))
        return self.servers[-1]

    def serve(self, **options):
        """Starts the server that everything below speaks to."""
        self.server = self.add_server(**options)
        return self.server.start()

    def between(self):
        """Where a restart of the server may come, or only calm."""
        if self.restart == STAY:
            self.server.settle()
        else:
            self.server.settle()
            if self.restart == TERM:
                self.close_peers()
            self.server.restart(self.restart)

    def peer(self, agency=1, stream="agency", narrow=False, source=None):
        self.peers.append(Peer(self.server, self.dialect, agency, stream, self.ledger, narrow, source))
        return self.peers[-1]

    def close_peers(self):
        """Before a stop, which waits up to 2 s for peers that do not end their direction (section 6)."""
        for peer in self.peers:
            peer.close()
        self.peers = []

    def single_peer(self, agency=1):
        return self.peer(agency, "bets")

    # ---- States of an agency (protocol, section 7) -------------------------------------------------------

    def reach_waiting(self, agency=1, bets=None, key=None):
        """The agency stores bets and finishes; returns its connection."""
        peer = self.peer(agency)
        if bets != []:
            peer.store(bets)
        peer.finish(key)
        self.server.settle()
        return peer

    def complete(self, *agencies):
        """Each of these agencies finishes without a bet, reads its winners and acknowledges them."""
        peers = [self.peer(agency) for agency in agencies]
        for peer in peers:
            peer.finish()
        for peer in peers:
            peer.expect_winners()
        for peer in peers:
            peer.receipt_and_leave()

    def reach_drawn_unannounced(self, agency=1, other=2, bets=None, key=None):
        """The agency is gone when the draw comes: its winners were not written to anyone. Two agencies."""
        self.reach_waiting(agency, bets, key).reset()
        self.server.settle()
        self.complete(other)

    def reach_drawn_announced(self, agency=1, other=2, bets=None, key=None):
        """The agency got its winners and went away without a receipt. Two agencies. Returns the winners."""
        peer = self.reach_waiting(agency, bets, key)
        self.complete(other)
        winners = peer.winners()
        peer.reset()
        self.server.settle()
        return winners

    def reach_second_round(self, agency=1, other=2, bets=None, key=None):
        """Both agencies acknowledged round 1."""
        peer = self.reach_waiting(agency, bets, key)
        self.complete(other)
        winners = peer.winners()
        peer.receipt_and_leave()
        return winners

    def collect(self, agency, key=None):
        """An agency that is gone since its FINISH comes back for its winners, none, and acknowledges them."""
        peer = self.peer(agency)
        peer.finish(key)
        peer.expect_winners()
        peer.receipt_and_leave()

    # ---- Ways to see a state from outside ----------------------------------------------------------------

    def expect_bets_taken(self, agency=1):
        peer = self.single_peer(agency)
        single = peer.store_single()
        peer.leave()
        return single

    def expect_bets_refused(self, agency=1):
        """On both ports; changes nothing while it is true."""
        for peer in (self.single_peer(agency), self.peer(agency)):
            (peer.refuse_single if peer.socket.getpeername()[1] == self.server.ports["bets"] else peer.refuse)()
            peer.leave()

    def expect_singles_refused(self, agency=1):
        """As in DRAWN, where a BATCH might be a receipt that got lost."""
        peer = self.single_peer(agency)
        peer.refuse_single()
        peer.leave()

    def expect_draws(self, wanted):
        drawn = self.server.draws()
        if drawn != wanted:
            raise Failure(f"{drawn} draws in the log, wanted {wanted}")

    def expect_draw_in_one_piece(self):
        """A small draw that is due at the start is over before anyone can connect: none goes on between groups."""
        if self.server.log("draw"):
            raise Failure("a small draw was left to go on after the start")

    # ---- The end -----------------------------------------------------------------------------------------

    def conclude(self):
        """Every server leaves as it should, and the store holds what was promised and nothing else."""
        self.close_peers()
        for server in self.servers:
            if server.is_running():
                server.stop()
        if self.server and self.compares:
            compare(self.server.export(), self.ledger)

    def show(self):
        for server in self.servers:
            print(f"--- log of {os.path.basename(server.log_path)}:")
            print("\n".join(server.text().splitlines()[-60:]))

    def clean(self):
        for server in self.servers:
            server.destroy()
        shutil.rmtree(self.folder, ignore_errors=True)


def in_parallel(functions):
    """Runs them all at once, and raises what the first of them raised."""
    raised = []

    def run(function):
        try:
            function()
        except BaseException as error:
            raised.append(error)
    threads = [threading.Thread(target=run, args=(function,)) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def row_of(bet):
    return (str(bet.agency), bet.name.decode(), bet.surname.decode(), str(bet.document), bet.birthdate.decode(),
            str(bet.number))


def compare(rows, ledger):
    """Stored is all that was answered 0, in order for each agency, and each doubtful frame whole or not at all."""
    present = set(rows)
    doubtful = set()
    for frame in ledger.doubtful:
        frame_rows = {row_of(bet) for bet in frame}
        if frame_rows & present and not frame_rows <= present:
            raise Failure(f"{len(frame_rows & present)} of the {len(frame_rows)} bets of a batch are stored")
        doubtful |= frame_rows
    promised = [row_of(bet) for bet in ledger.stored]
    certain = [row for row in rows if row not in doubtful]
    for agency in {row[0] for row in rows + promised}:
        came = [row for row in certain if row[0] == agency]
        wanted = [row for row in promised if row[0] == agency]
        if came != wanted:
            raise Failure(f"agency {agency} has {len(came)} bets in the store, wanted {len(wanted)}: "
                          f"lost {sorted(set(wanted) - set(came))[:3]}, "
                          f"not promised {sorted(set(came) - set(wanted))[:3]}")
