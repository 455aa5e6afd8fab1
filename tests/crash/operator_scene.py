"""A process that dies while an operator asks the server for something: a backup, or to finish an agency by hand.

What the tool says must be true: a backup that is there is whole, an agency that is finished is finished once, and what
failed can be asked for again. Agency 1 works; agency 2 never comes. Knows how a server is killed, and no other rig.
"""

import contextlib
import os
import sqlite3
import subprocess

import rig  # noqa: F401  the path to the next ones
from audit import MISSING, Audit, Book, Contents, Problem, draws_in
from fault_orders import ROOT, FaultOrders, points_in
from peer import Ended, Peer
from server import PATIENCE, Failure, Server, clean_environment, program, wait_for
from wire import WINNING, bets

BACKUP, FINISH = "backup", "finish"
# The points that are passed for an operator, and what is asked for.
POINTS = {"operator-accepted": BACKUP, "operator-heard": BACKUP, "copy-stepped": BACKUP, "copy-written": BACKUP,
          "operator-served": BACKUP, "absence-committed": FINISH}
# Where they are: a working server comes to none of them.
FILES = ("src/server/supervisor/operator_door.c", "src/server/committer/operators.c",
         "src/server/committer/commit_cycle_absence.c", "src/store/sqlite/copy.c")


def points_without_a_scene():
    found = {point for path in FILES for point in points_in(os.path.join(ROOT, path))}
    return [f"{point}: of an operator, and in no scene or no longer there" for point in sorted(found ^ POINTS.keys())]


class OperatorScene:
    def __init__(self, folder, name, dialect, point):
        self.folder = os.path.join(folder, name)
        os.mkdir(self.folder)
        self.point = point
        self.book = Book(dialect)
        self.orders = FaultOrders(os.path.join(self.folder, "orders"))
        self.server = Server(self.folder, environment=self.orders.environment(), agencies=2, workers=1,
                             dialect=dialect.name, bet_listen=None, hang_timeout=600)
        self.problems = []
        self.copies = 0

    def run(self, totals):
        """What was wrong."""
        try:
            self.server.start()
            self.store()
            self.orders.give(self.point)
            tool = self.ask()
            wait_for(self.orders.obeyed_by, f"a process to come to {self.point}")
            self.judge(*self.outcome(tool))
            self.recover()
            self.ask_again()
            self.store_if_open()
            self.draw()
            self.server.stop()
            contents, draws = Contents(self.server.store), draws_in(self.server)
            lost = Audit(contents, self.book, draws).run()
            totals.add(self.book, contents, lost)
            return self.problems + lost + [f"{len(draws)} draws"] * (len(draws) != 1)
        except (Failure, OSError) as failure:
            return [*self.problems, failure]
        finally:
            self.server.destroy()

    def run_with_a_poor_copy(self):
        """A control: a backup from which a frame was taken away, and what is seen of it."""
        try:
            self.server.start()
            self.store()
            self.judge(*self.outcome(self.ask()))
            with contextlib.closing(sqlite3.connect(self.copy())) as database, database:
                database.execute("DELETE FROM frames WHERE id = (SELECT max(id) FROM frames)")
            self.expect_whole_copy()
            return self.problems
        finally:
            self.server.destroy()

    # ---- Agency 1 --------------------------------------------------------------------------------------------

    def peer(self):
        return Peer(self.server, self.book.dialect, ledger=self.book)

    def store(self):
        peer = self.peer()
        for _ in range(3):
            batch = bets(48) + bets(2, number=WINNING)
            self.book.send(1, 1, batch)
            peer.store(batch)
        peer.leave()

    def store_if_open(self):
        """The committer that has died is replaced, and takes bets."""
        wait_for(self.has_stored, "the server to take bets again")

    def has_stored(self):
        try:
            self.store()
            return True
        except (Ended, OSError):
            return False

    def draw(self):
        """By the FINISH of one agency and the operator's of the other, in either order."""
        peer = self.peer()
        peer.finish()
        if POINTS[self.point] == BACKUP:
            self.expect_finished(self.tool("finish", "--agency", "2"))
        self.book.tell(1, 1, peer.winners())
        peer.receipt_and_leave()

    # ---- The operator ----------------------------------------------------------------------------------------

    def tool(self, *words):
        return subprocess.Popen([program("sorteo"), words[0], "--store", self.server.store, *words[1:]],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environment())

    def ask(self):
        if POINTS[self.point] == FINISH:
            return self.tool("finish", "--agency", "2")
        self.copies += 1
        return self.tool("backup", self.copy())

    def copy(self):
        return os.path.join(self.folder, f"copy-{self.copies}.db")

    @staticmethod
    def outcome(tool):
        out, err = tool.communicate(timeout=PATIENCE)
        return tool.returncode, out + err

    def judge(self, status, said):
        """Of what was asked for while a process died."""
        if status not in (0, 1) or not said:
            self.problems.append(f"the tool ended with {status} and said {said!r}")
        if POINTS[self.point] == BACKUP and (status == 0) != os.path.exists(self.copy()):
            self.problems.append(f"status {status}, and the copy is {'' if status else 'not '}there")
        if POINTS[self.point] == BACKUP and status == 0:
            self.expect_whole_copy()

    def expect_whole_copy(self):
        there = {bet.document for _, bet in Contents(self.copy()).bets}
        for frame in self.book.frames.values():
            if frame.is_stored and not {bet.document for bet in frame.bets} <= there:
                self.problems.append(Problem(MISSING, f"in a copy: {frame}"))

    def recover(self):
        if self.orders.obeyed_by() == self.server.process.pid:
            self.server.process.wait()
            self.server.expect_no_process()
            self.server.start()
        wait_for(self.server.committer, "another committer")

    def ask_again(self):
        """A process that has just been started may say that it is too early."""
        wait_for(self.is_done, f"another {POINTS[self.point]} to succeed")

    def is_done(self):
        status, said = self.outcome(self.ask())
        if POINTS[self.point] == FINISH:
            return status == 0 or "has finished" in said
        if status == 0:
            self.expect_whole_copy()
        return status == 0

    def expect_finished(self, tool):
        status, said = self.outcome(tool)
        if status != 0:
            self.problems.append(f"agency 2 was not finished: {said}")
