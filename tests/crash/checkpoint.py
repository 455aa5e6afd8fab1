#!/usr/bin/env python3
"""A checkpoint that hangs: the committer is stopped as it begins one, and continues later.

usage: checkpoint.py [--long] [--seed N]

The agencies of the group before it must have their answers: results are sent before the checkpoint. Agencies that send
meanwhile are answered when the committer continues. Control: a committer that is stopped before it sends results keeps
the answers.
"""

import os
import select
import signal
import sys
import tempfile

from rig import Rig
from agencies import Address
from audit import Audit, Book, Contents
from fault_orders import FaultOrders
from peer import Peer
from server import Failure, Server, free_port, wait_for
from wire import KEYED, WIDE, bets

BETS = 100
BATCHES_MOST = 200      # after fewer the log is long enough
SETTLING_S = 10
WITHHELD_S = 2          # without an answer, while the committer stands still


class Scene:
    """An agency, and a committer that stops at a point."""

    def __init__(self, folder, dialect):
        self.book = Book(dialect)
        self.orders = FaultOrders(os.path.join(folder, "orders"))
        address = Address(free_port(), free_port())
        self.server = Server(folder, environment=self.orders.environment(), agencies=1, workers=1, dialect=dialect.name,
                             listen=f"127.0.0.1:{address.ports['agency']}", bet_listen=None,
                             hang_timeout=600)      # on a busy machine a scene outlasts the default
        self.server.start()
        self.peer = Peer(address, dialect, ledger=self.book)
        self.server.settle()

    def send(self):
        batch = bets(BETS)
        self.book.send(1, 1, batch)
        self.peer.send_batch(batch)

    def stop_at(self, point):
        """Sends batches until the committer has stopped there; each must be answered."""
        self.orders.give(point, 1, signal.SIGSTOP)
        for _ in range(BATCHES_MOST):
            self.send()
            self.peer.expect_answer(0)
            if self.is_stopped():
                return
        raise Failure(f"the committer did not come to {point}")

    def is_stopped(self):
        """Once the server is idle: has the committer passed the point, or is it at it?"""
        for _ in range(SETTLING_S):
            try:
                self.server.settle(within=1.0)
                return False
            except Failure:             # a process that is stopped is not idle
                if self.orders.obeyed_by():
                    return True
        raise Failure(f"the server does not become idle in {SETTLING_S} s")

    def wake_up(self):
        os.kill(self.orders.obeyed_by(), signal.SIGCONT)

    def run(self):
        """Returns the problem, or None."""
        self.stop_at("checkpoint-begins")
        self.send()
        self.wake_up()
        self.peer.expect_answer(0)
        self.server.stop()
        return Audit(Contents(self.server.store), self.book, []).run()


def play(folder, dialect, method):
    with tempfile.TemporaryDirectory(prefix="scene-", dir=folder) as scene_folder:
        scene = Scene(scene_folder, dialect)
        try:
            return method(scene)
        except (Failure, OSError) as failure:
            return [failure]
        finally:
            scene.server.destroy()


def withheld(point):
    """The answer that did not come as long as the committer stood there, and came when it woke up."""
    def method(scene):
        scene.orders.give(point, 1, signal.SIGSTOP)
        scene.send()
        wait_for(scene.orders.obeyed_by, f"the committer to come to {point}")
        came = select.select([scene.peer.socket], [], [], WITHHELD_S)[0]
        scene.wake_up()
        scene.peer.expect_answer(0)
        return [] if came else [f"no answer in {WITHHELD_S} s"]
    return method


def main():
    rig = Rig(__doc__)
    with tempfile.TemporaryDirectory(prefix="sorteo-checkpoint-") as folder:
        for dialect in (WIDE, KEYED):
            rig.expect(f"answer_does_not_wait_for_a_checkpoint_{dialect.name}", play(folder, dialect, Scene.run))
        rig.expect_red("control_answer_waits_where_it_is_not_sent_yet", play(folder, WIDE, withheld("group-told")))
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
