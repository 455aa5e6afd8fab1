#!/usr/bin/env python3
"""Power cuts: the store's disk loses what was not synced, at random and at every step of a commit.

usage: power.py [--long] [--seed N] [--cuts N]

Agencies send bets and record the answers, outside of that disk. All processes of the server are stopped, the file
system is shut down without flushing its log, the processes are killed, the file system is mounted again, and the store
is compared with the answers before the server continues with it. In the long form some stores are made of an earlier
version of the schema, and the power goes while a server brings them up to date.

Controls, which must lose something: synchronous=NORMAL; a start that does not sync what a killed process had written.
"""

import collections
import functools
import os
import signal
import sys
import tempfile
import time

from rig import Rig
from agencies import dialect_in_turn
from audit import MISSING, Audit, Contents, Totals
from disk import Disk, Impossible, enter_mount_namespace
from old_versions import make_older, steps_to_today
from working_server import WorkingServer, sync_folder
from lying_sqlite import lying
from fault_orders import points
from peer import Peer
from server import Failure, group_members, wait_for
from wire import KEYED, bet

CUTS_OF_A_STORE = 20
DISKS = 4               # of each kind at once, in the long form
UPDATES = 0.2           # the share of its cuts before which the store is made older
# Points that a server passes as it brings a store up to date: the first one after each version's step.
STEP_OF_AN_UPDATE = "schema-made"
IN_AN_UPDATE = (STEP_OF_AN_UPDATE, "opening-syncs-the-folder", "opening-syncs-the-log", "opening-synced",
                "opening-began-a-log")


class Cuts:
    """What was cut, and where."""

    def __init__(self, rig, disk):
        self.random = rig.random
        self.disk = disk
        self.points = [point for point, role in points().items() if role == "committer"]
        self.at_points = collections.Counter()
        self.at_random = 0
        self.after_a_kill = 0
        self.updates = UPDATES if rig.long else 0
        self.in_updates = 0
        self.losses = []
        self.totals = Totals()

    def include(self, other):
        for name in ("at_points", "at_random", "after_a_kill", "in_updates", "losses"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.totals.include(other.totals)

    @property
    def count(self):
        return self.at_points.total() + self.at_random + self.in_updates

    def cut(self, working):
        """The machine is off during this."""
        for pid in group_members(working.server.process.pid):
            os.kill(pid, signal.SIGSTOP)
        self.disk.cut_power()
        working.server.kill()
        self.disk.restore_power()

    def cut_once(self, working):
        """At a point of the committer, or whenever."""
        point = self.random.choice(self.points)
        if self.random.random() < 0.5:
            working.orders.give(point, self.random.choice((1, 2, 5)), signal.SIGSTOP)
            if working.wait_obeyed():
                self.at_points[point] += 1
                self.cut(working)
                return
        wait_for_answers(working, self.random.randrange(6))
        time.sleep(self.random.random() ** 2 * 0.1)
        self.cut(working)
        self.at_random += 1

    def kill_before(self, working):
        """The committer is killed between a write and its sync: to the next one the write looks stored."""
        working.orders.give("sync-begins")
        self.after_a_kill += bool(working.wait_obeyed())

    def cut_update(self, working):
        """The server leaves, the store is made older, and the next server is cut while it brings it up to date."""
        working.wait_whole()
        working.asked_to_stop = True
        working.server.stop()
        steps = steps_to_today(make_older(working.server.store, self.random))
        sync_folder(working.folder)
        point = self.random.choice(IN_AN_UPDATE)
        working.orders.give(point, self.random.randint(1, steps) if point == STEP_OF_AN_UPDATE else 1, signal.SIGSTOP)
        working.launch()
        wait_for(working.orders.obeyed_by, f"an update to come to {point}")
        working.orders.withdraw()
        self.in_updates += 1
        self.cut(working)

    def work_store(self, working, cuts):
        with working:
            for _ in range(cuts):
                if self.random.random() < self.updates:
                    self.cut_update(working)
                else:
                    if self.random.random() < 0.3:
                        self.kill_before(working)
                    self.cut_once(working)
                self.losses += self.compare(working)
                working.launch()
            working.expect_recovery()
        self.losses += working.audit(self.totals)
        self.losses += working.problems

    @staticmethod
    def compare(working):
        try:
            return Audit(Contents(working.server.store), working.book, []).run()
        except Exception as error:      # a database that cannot be read has lost everything
            return [f"{MISSING}: the store cannot be read: {error}"]


def wait_for_answers(working, count):
    before = sum(working.book.answers.values())
    try:
        wait_for(lambda: sum(working.book.answers.values()) >= before + count, f"{count} answers")
    except Failure as failure:
        raise Failure(f"{failure}; the server's last words: {working.server.text()[-2000:]}") from None


def run_cuts(rig, folder, disk, first, wanted):
    cuts, number = Cuts(rig, disk), first
    while cuts.count < wanted:
        working = WorkingServer(folder, f"{disk.kind}-{number}", dialect_in_turn(number), rig.random,
                                store_below=disk.place)
        cuts.work_store(working, min(CUTS_OF_A_STORE, wanted - cuts.count))
        number += 1
    return cuts


def report(rig, kind, cuts):
    rig.figures(f"power cuts on {kind}", cuts=cuts.count, at_random=cuts.at_random,
                at_points=cuts.at_points.total(), after_a_kill=cuts.after_a_kill, in_updates=cuts.in_updates,
                lost=len(cuts.losses), **cuts.totals.figures())
    rig.figures("cuts at points", **dict(sorted(cuts.at_points.items())))
    rig.expect(f"{kind}_{cuts.count}_power_cuts_lose_nothing", cuts.losses)
    if rig.long:
        rig.expect(f"{kind}_some_cuts_fall_into_an_update", [] if cuts.in_updates else ["none did"])


# ---- One batch, and a store that is right or wrong -------------------------------------------------------------------


def kill_between_write_and_sync(working):
    working.orders.give("sync-begins")


def answer_and_cut(rig, folder, disk, name, environment, before=lambda working: None):
    """One agency has one batch answered 0, sending it again if it has to; then the power goes. What was lost?"""
    working = WorkingServer(folder, name, KEYED, rig.random, environment, agencies=1, store_below=disk.place)
    batch, key = [bet() for _ in range(5)], 77
    working.book.send(1, 1, batch)
    working.server.start()
    try:
        before(working)
        wait_for(lambda: is_stored(working, batch, key), "an answer 0")
        Cuts(rig, disk).cut(working)
        return Cuts.compare(working)
    finally:
        working.server.destroy()


def is_stored(working, batch, key):
    """The batch once more, over a connection of its own."""
    try:
        peer = Peer(working.address, KEYED, 1, "agency", working.book)
        peer.send_batch(batch, key)
        stored = peer.answer() == 0
        peer.close()
        return stored
    except (Failure, OSError):
        return False


def run_controls(rig, folder, disk):
    kind = disk.kind
    rig.expect(f"{kind}_batch_confirmed_to_a_retry_survives",
               answer_and_cut(rig, folder, disk, f"{kind}-honest", {}, kill_between_write_and_sync))
    rig.expect_red(f"{kind}_control_without_a_sync_at_the_start",
                   answer_and_cut(rig, folder, disk, f"{kind}-unsynced-start", lying("unsynced-start"),
                                  kill_between_write_and_sync))
    rig.expect_red(f"{kind}_control_with_synchronous_normal",
                   answer_and_cut(rig, folder, disk, f"{kind}-normal", lying("normal-sync")))


def run_disk(rig, folder, kind, number, wanted):
    """On a disk of its own: what was cut, or why there is no such disk. The first one has the controls, too."""
    folder = os.path.join(folder, f"{kind}-{number}")
    os.mkdir(folder)
    try:
        disk = Disk(folder, kind)
    except Impossible as impossible:
        return str(impossible)
    try:
        cuts = run_cuts(rig, folder, disk, 2 * number, wanted)
        if number == 0:
            run_controls(rig, folder, disk)
        return cuts
    finally:
        disk.unmount()


def run_kind(rig, folder, kind, wanted):
    disks = DISKS if rig.long else 1
    came = rig.side_by_side([functools.partial(run_disk, folder=folder, kind=kind, number=number,
                                               wanted=wanted // disks + (number < wanted % disks))
                             for number in range(disks)], disks)
    if isinstance(came[0], str):
        rig.skip(f"power_cuts_on_{kind}", came[0])
        return
    for other in came[1:]:
        came[0].include(other)
    report(rig, kind, came[0])


def main():
    rig = Rig(__doc__,
              [("--cuts", {"type": int, "help": "how many on each kind of disk; default 10, and 200 with --long"})])
    with tempfile.TemporaryDirectory(prefix="sorteo-power-") as folder:
        try:
            enter_mount_namespace()
        except Impossible as impossible:
            rig.skip("power_cuts", impossible)
            return rig.finish()
        for kind in ("ext4", "xfs") if rig.long else ("ext4",):
            run_kind(rig, folder, kind, rig.options.cuts or (200 if rig.long else 10))
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
