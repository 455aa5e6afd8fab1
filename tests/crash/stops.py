#!/usr/bin/env python3
"""Stops and starts: SIGTERM or SIGINT at once or after some answers, at a random moment, again and again.

usage: stops.py [--long] [--seed N] [--stops N]

Each time the server leaves with status 0, within 5 s, and takes every process along; the agencies go on at once with
the next one. Every few stops the store is compared with what they were answered. Control: a store that reports a commit
before it was made.
"""

import functools
import os
import signal
import sys
import tempfile
import time

from rig import Rig
from agencies import Address, Agency, Crowd, dialect_in_turn
from audit import MISSING, Audit, Book, Contents, Totals, draws_in
from lying_sqlite import lying
from server import PATIENCE, Failure, Server, free_port, wait_for

AGENCIES = 3
STOPS_OF_A_STORE = 25
CONTROL_TRIES = 24
CONTROL_PATIENCE = 5    # seconds


class Stops:
    """What became of the stops of one store."""

    def __init__(self, folder, number, random, environment=None):
        dialect = dialect_in_turn(number)
        self.lies = environment is not None
        address = Address(free_port(), free_port())
        self.random = random
        self.book = Book(dialect)
        self.server = Server(folder, f"server-{number}", f"bets-{number}.db", environment, agencies=AGENCIES, workers=2,
                             dialect=dialect.name, listen=f"127.0.0.1:{address.ports['agency']}",
                             bet_listen=f"127.0.0.1:{address.ports['bets']}")
        self.crowd = Crowd([Agency(agency, address, self.book, random.randrange(1 << 32))
                            for agency in range(1, AGENCIES + 1)])
        self.seconds = []
        self.problems = []

    def run(self, count):
        try:
            self.crowd.start()
            for _ in range(count):
                self.stop_once()
                if self.problems and self.lies:
                    break
        finally:
            self.problems += self.crowd.halt()
            self.server.destroy()
        return self

    def stop_once(self):
        self.server.start()
        try:
            self.wait_for_answers(self.random.choice((0, 1, 3, 8)))
            time.sleep(self.random.random() ** 2 * 0.05)
            self.seconds.append(self.server.stop(self.random.choice((signal.SIGTERM, signal.SIGTERM, signal.SIGINT))))
        except Failure as failure:
            self.problems.append(f"stop {len(self.seconds) + 1}: {failure}")
            self.server.destroy()

    def wait_for_answers(self, count):
        """So that there is load, however slow the machine is."""
        def answers():
            return sum(self.book.answers.values())
        before = answers()
        wait_for(lambda: answers() >= before + count, f"{count} answers", CONTROL_PATIENCE if self.lies else PATIENCE)

    def audit(self, totals):
        contents = Contents(self.server.store)
        problems = Audit(contents, self.book, draws_in(self.server)).run()
        totals.add(self.book, contents, problems)
        return problems


def run_store(rig, folder, number, count):
    """One store: its totals, what was lost, what else was wrong, and how long each stop took."""
    totals = Totals()
    stops = Stops(folder, number, rig.random).run(count)
    return totals, stops.audit(totals), stops.problems, stops.seconds


def run_stops(rig, folder, count):
    totals, seconds, problems, lost = Totals(), [], [], []
    functions = [functools.partial(run_store, folder=folder, number=number,
                                   count=min(STOPS_OF_A_STORE, count - number * STOPS_OF_A_STORE))
                 for number in range((count + STOPS_OF_A_STORE - 1) // STOPS_OF_A_STORE)]
    for of_store in rig.side_by_side(functions, 2 * (os.cpu_count() or 1)):
        totals.include(of_store[0])
        lost += of_store[1]
        problems += of_store[2]
        seconds += of_store[3]
    rig.figures("stops", stops=len(seconds), worst_exit=f"{max(seconds, default=0):.2f} s",
                median_exit=f"{sorted(seconds)[len(seconds) // 2] if seconds else 0:.3f} s", **totals.figures())
    rig.expect("server_leaves_in_order_each_time", problems)
    rig.expect("stops_lose_and_double_nothing", lost)
    rig.expect("stops_came_under_load",
               [] if totals.rounds > 0 and totals.answered > count else ["too little was sent"])


def run_control(rig, folder):
    """Whether a stop comes between the answer and the commit is chance: more than one try. What it takes away may be a
    FINISH, which the server does not know any more: then the agencies wait for ever, and the next try begins."""
    seen = []
    for number in range(CONTROL_TRIES):
        stops = Stops(folder, 1000 + number, rig.random, lying("early-answer")).run(4)
        seen = [problem for problem in stops.audit(Totals()) if problem.kind == MISSING]
        if seen:
            break
    rig.expect_red("control_store_that_reports_a_commit_too_early", seen)


def main():
    rig = Rig(__doc__, [("--stops", {"type": int, "help": "how many; default 16, and 500 with --long"})])
    with tempfile.TemporaryDirectory(prefix="sorteo-stops-") as folder:
        run_stops(rig, folder, rig.options.stops or (500 if rig.long else 16))
        run_control(rig, folder)
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
