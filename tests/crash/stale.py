#!/usr/bin/env python3
"""Too late: a worker is stopped while it has an agency's frame, and continues when the agency is already further on.

usage: stale.py [--long] [--seed N]

The agency, which has no answer, opens a newer connection to another worker: it finishes, collects its winners and opens
the next round. Then the first worker continues. Its frame must not be stored twice, nor in the next round, and must
close no round. At every step from the connection to its answer, for a BATCH and for a FINISH.

Control: without a newer connection, the same frame counts when the worker continues, so the danger is real.
"""

import os
import signal
import sys
import tempfile

from rig import Rig
import over_tls
from agencies import Address
from audit import Audit, Book, Contents, draws_in
from fault_orders import FaultOrders
from peer import Peer
from server import Failure, Server, free_port, wait_for
from wire import ALL, KEYED, WIDE, WINNING, bets, new_key

BEFORE_IT_IS_A_CONNECTION = ("connection-taken", "connection-accepted")
WITH_THE_FRAME = ("frame-complete", "frame-queued")
WITH_THE_ANSWER = ("result-received", "answer-begins")  # the committer has had it
BATCH, FINISH = "batch", "finish"


def points_before_it_is_one():
    """Over TLS no frame can be sent before the worker has answered the handshake."""
    return () if over_tls.is_on() else BEFORE_IT_IS_A_CONNECTION


class Scene:
    """One agency, two workers, and a frame in the hands of one that is stopped."""

    def __init__(self, folder, dialect, point, kind):
        self.point = point
        self.kind = kind
        self.dialect = dialect
        self.book = Book(dialect)
        self.round = 1
        self.orders = FaultOrders(os.path.join(folder, "orders"))
        self.address = Address(free_port(), free_port())
        self.server = Server(folder, environment=self.orders.environment(), agencies=1, workers=2, dialect=dialect.name,
                             listen=f"127.0.0.1:{self.address.ports['agency']}", bet_listen=None,
                             hang_timeout=600)      # on a busy machine a scene outlasts the default
        self.late_bets = bets(2, number=WINNING)
        self.late_key = new_key()
        self.stopped = 0

    def __enter__(self):
        self.server.start()
        self.stored = self.store(self.peer())
        return self

    def __exit__(self, *error):
        self.server.destroy()

    def peer(self):
        return Peer(self.address, self.dialect, ledger=self.book)

    def store(self, peer):
        batch = bets(1, number=WINNING)
        self.book.send(1, self.round, batch)
        return peer.store(batch)

    # ---- The older connection --------------------------------------------------------------------------------

    def hold_the_frame(self):
        """Sends it over a connection whose worker is stopped at the point."""
        if self.point in BEFORE_IT_IS_A_CONNECTION:
            self.order_a_stop()
            self.older = self.peer()
        else:
            self.older = self.peer()
            self.server.settle()
            self.order_a_stop()
        self.send(self.older)
        self.stopped = wait_for(self.orders.obeyed_by, f"a worker to come to {self.point}")

    def order_a_stop(self):
        self.server.settle()
        self.orders.give(self.point, 1, signal.SIGSTOP)

    def send(self, peer):
        if self.kind == FINISH:
            peer.finish(self.late_key)
        else:
            self.book.send(1, 1, self.late_bets)
            peer.send_batch(self.late_bets, self.late_key)

    def wake_up(self):
        os.kill(self.stopped, signal.SIGCONT)
        self.server.settle()

    # ---- The newer one ---------------------------------------------------------------------------------------

    def is_stored_late(self):
        return self.kind == BATCH and (self.dialect.is_keyed or self.point in WITH_THE_ANSWER)

    def go_on(self, newer):
        """The agency repeats what `keyed` lets it repeat, and comes into the next round."""
        if self.kind == BATCH and self.dialect.is_keyed:
            newer.store(self.late_bets, self.late_key)
        newer.finish(self.late_key if self.kind == FINISH else None)
        newer.expect_winners(self.stored + (self.late_bets if self.is_stored_late() else []))
        newer.receipt()
        self.round = 2
        self.stored = self.store(newer)

    def expect_the_round_is_open(self, newer):
        self.stored += self.store(newer)
        newer.finish()
        newer.expect_winners(self.stored)
        newer.receipt_and_leave()

    def run(self):
        """What was wrong."""
        self.hold_the_frame()
        newer = self.peer()
        self.go_on(newer)
        self.wake_up()
        self.expect_the_round_is_open(newer)
        self.older.close()
        self.server.stop()
        draws = draws_in(self.server)
        return Audit(Contents(self.server.store), self.book, draws).run() + [f"{len(draws)} draws"] * (len(draws) != 2)

    def run_without_a_newer_one(self):
        """What the frame did when the worker woke up."""
        self.hold_the_frame()
        self.wake_up()
        if self.kind == BATCH:
            return ["the batch was stored"] if self.older.answer() == 0 else []
        self.older.expect_winners(self.stored)
        return ["the round was closed"]


def play(folder, dialect, point, kind, method):
    name = f"{kind}_at_{point.replace('-', '_')}_{dialect.name}"
    with tempfile.TemporaryDirectory(prefix="scene-", dir=folder) as scene_folder:
        with Scene(scene_folder, dialect, point, kind) as scene:
            try:
                return name, method(scene)
            except (Failure, OSError) as failure:
                return name, [failure]


def main():
    rig = Rig(__doc__)
    count = 0
    with tempfile.TemporaryDirectory(prefix="sorteo-stale-") as folder:
        for dialect in ALL if rig.long else (WIDE, KEYED):
            for kind in (BATCH, FINISH):
                for point in points_before_it_is_one() + WITH_THE_FRAME + WITH_THE_ANSWER:
                    name, problems = play(folder, dialect, point, kind, Scene.run)
                    rig.expect(f"late_{name}_harms_nothing", problems)
                    count += 1
        for kind in (BATCH, FINISH):
            for point in points_before_it_is_one() + WITH_THE_FRAME:
                name, seen = play(folder, WIDE, point, kind, Scene.run_without_a_newer_one)
                rig.expect_red(f"control_{name}_counts_if_no_newer_connection_spoke", seen)
    rig.figures("late frames", scenes=count)
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
