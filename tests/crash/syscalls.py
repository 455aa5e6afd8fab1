#!/usr/bin/env python3
"""System calls that fail, are short, are late or kill: the n-th of each process, once and from then on.

usage: syscalls.py [--long] [--seed N] [--minutes M] [--only TEXT] [--jobs N]

For each call and fault n goes up until the fault is not met any more. A server may answer right, refuse, or end and be
started again; whatever it does, what it acknowledged is there, once, and each round is drawn once. The short form is a
sample. Control: a disk that loses what was synced and does not say so.
"""

import collections
import concurrent.futures
import os
import sys
import tempfile
import time

from rig import Rig
from agencies import dialect_in_turn
from audit import ALL_KINDS, MISSING, Problem
from injection import OFTEN, Fault, can_trace, places, rows
from trial import REFUSED, RESTARTED, RIGHT, UNTOUCHED, Trial

SAMPLE = 40             # trials of the short form
MINUTES = 12.0          # of the long one
CONTROL_TRIES = 6

# What once found a bug: a result that got lost, and the next one taken for it; a server that waited for ever for a
# note; a committer that took a moment without memory for the end of its line to the supervisor.
FOUND = (Fault("sendto", "ENOMEM", 1, False), Fault("sendto", "ENOMEM", 3, False),
         Fault("sendto", "ECONNRESET", 5, False), Fault("sendmsg", "ENOBUFS", 1, False),
         Fault("recvmsg", "ENOMEM", 2, False))

Result = collections.namedtuple("Result", "fault outcome problems kinds")


def run_trial(fault, number, seed):
    """In a process of its own."""
    with tempfile.TemporaryDirectory(prefix="sorteo-syscalls-") as folder:
        trial = Trial(folder, fault, dialect_in_turn(number), seed)
        problems = trial.run()
        log = trial.server.text().splitlines()[-12:] if problems else []
    told = [f"{fault}, {trial.book.dialect.name}: {problem}" for problem in problems] + log
    return Result(fault, trial.outcome, told, [problem.kind for problem in problems if isinstance(problem, Problem)])


class Row:
    """A call and a fault: how far the sweep has come, and what came of it."""

    def __init__(self, call, kind, for_good):
        self.call, self.kind, self.for_good = call, kind, for_good
        self.places = places()
        self.outcomes = collections.Counter()
        self.kinds = collections.Counter()
        self.is_done = False

    def next_fault(self):
        return Fault(self.call, self.kind, next(self.places), self.for_good)

    def is_of(self, fault):
        return (self.call, self.kind, self.for_good) == (fault.call, fault.kind, fault.for_good)

    def take(self, result):
        self.is_done |= result.outcome == UNTOUCHED
        self.outcomes[result.outcome] += 1
        self.kinds.update(result.kinds)

    def runs(self):
        return sum(count for outcome, count in self.outcomes.items() if outcome != UNTOUCHED)

    def print(self):
        print(f"# {self.call:14} {self.kind:13} {'from n on' if self.for_good else 'once':9} {self.runs():5} "
              + " ".join(f"{self.outcomes[outcome]:8}" for outcome in (RIGHT, REFUSED, RESTARTED))
              + f" {self.kinds[MISSING]:5} {'' if self.is_done else '  (not swept to the end)'}")


def all_rows(only):
    return [Row(*row) for row in rows(can_trace()) if only in " ".join(map(str, row))]


class Sweep:
    def __init__(self, rig, rows, jobs):
        self.rig = rig
        self.rows = rows
        self.jobs = jobs
        self.number = 0
        self.problems = []

    def submit(self, pool, fault):
        self.number += 1
        return pool.submit(run_trial, fault, self.number, self.rig.random.randrange(1 << 32))

    def take(self, row, result):
        row.take(result)
        self.problems += result.problems

    def run_whole(self, minutes):
        """Row by row a step further each time, so that what is left out where time is over are the late places."""
        deadline = time.monotonic() + 60 * minutes
        with concurrent.futures.ProcessPoolExecutor(self.jobs) as pool:
            while time.monotonic() < deadline and not all(row.is_done for row in self.rows):
                futures = [(row, self.submit(pool, row.next_fault())) for row in self.rows if not row.is_done]
                for row, future in futures:
                    if time.monotonic() >= deadline and future.cancel():
                        continue
                    self.take(row, future.result())

    def run_sample(self, count):
        with concurrent.futures.ProcessPoolExecutor(self.jobs) as pool:
            futures = [(row, self.submit(pool, fault)) for fault in FOUND for row in self.rows if row.is_of(fault)]
            for _ in range(count):
                row = self.rig.random.choice(self.rows)
                place = self.rig.random.choice((1, 2, 3, 5, 8, 13) if row.call in OFTEN else (1, 1, 2))
                fault = Fault(row.call, row.kind, place, row.for_good)
                futures.append((row, self.submit(pool, fault)))
            for row, future in futures:
                self.take(row, future.result())

    def report(self):
        rows = [row for row in self.rows if row.outcomes]
        print(f"# {'call':14} {'fault':13} {'when':9} {'runs':>5} {'right':>8} {'refused':>8} {'restart.':>8} "
              f"{'lost':>5}")
        for row in rows:
            row.print()
        total = collections.Counter()
        for row in rows:
            total += row.outcomes
        kinds = sum((row.kinds for row in rows), collections.Counter())
        self.rig.figures("system calls", pairs=len(rows), swept_to_the_end=sum(row.is_done for row in rows),
                         runs=sum(row.runs() for row in rows), answered_right=total[RIGHT], refused=total[REFUSED],
                         restarted=total[RESTARTED], not_met=total[UNTOUCHED],
                         **{kind: kinds[kind] for kind in ALL_KINDS})
        self.rig.expect("whatever_a_system_call_does_what_was_acknowledged_is_there", self.problems)
        self.rig.expect("faults_were_met", [] if sum(row.runs() for row in rows) > 0 else ["no fault was met"])


def run_control(rig):
    """Which sync has something to lose is chance."""
    seen = []
    for number in range(CONTROL_TRIES):
        result = run_trial(Fault("hidden-loss", "libc", 12 + 3 * number, True), 2 * number,
                           rig.random.randrange(1 << 32))
        seen = [problem for problem in result.problems if MISSING in result.kinds]
        if seen:
            break
    rig.expect_red("control_disk_that_loses_what_it_synced", seen)


def main():
    rig = Rig(__doc__, [("--minutes", {"type": float, "default": MINUTES, "help": "that --long may take"}),
                        ("--only", {"default": "", "help": "calls and faults in which this stands"}),
                        ("--jobs", {"type": int, "help": "trials at once; default one for each processor, with --long "
                                                         "three, as they wait more than they work"})])
    jobs = rig.options.jobs or (3 if rig.long else 1) * (os.cpu_count() or 1)
    sweep = Sweep(rig, all_rows(rig.options.only), jobs)
    if rig.long:
        sweep.run_whole(rig.options.minutes)
    else:
        sweep.run_sample(SAMPLE)
    sweep.report()
    if not can_trace():
        rig.skip("system_calls_that_fail", "strace is not here, or may not trace")
    run_control(rig)
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
