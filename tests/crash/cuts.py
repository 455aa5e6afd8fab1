#!/usr/bin/env python3
"""Cuts: a client's connection breaks, or the client dies, at every byte of an exchange, each way.

usage: cuts.py [--long] [--whole] [--seed N]

Two frames, FINISH, WINNERS and RECEIPT go through a relay that resets the connection at byte k, or ends it in order, or
kills the client, which is then started again with the same --resume file; it is also killed at every step between two
records of that file. In `keyed` each bet must be stored exactly once and the right round closed, each time, also where
one connection after the other breaks. In `wide` and `compact` the rows in doubt must be named, exactly those. The short
form tries every eighth byte, from another one on with each seed, each stream with one window, and the steps in `keyed`
only; --whole leaves nothing of this out, nor does --long, which has more random cuts, too.

Controls: clients that send again without a KEY, or skip what is in doubt, and a false report.
"""

import functools
import os
import random
import sys
import tempfile
import time

from rig import Rig
from audit import DOUBLED, MISSING
from client_sequence import DOUBT, TOLD_WRONGLY, ClientSequence
from fault_orders import FaultOrders, points
from relay import DOWN, END, KILL, RESET, UP, Cut
from server import clean_environment
from wire import ALL, KEYED, WIDE

STREAMS = ("agency", "bets")
WINDOWS = (1, 16)
SHORT_STEP = 8      # bytes from one cut of the short form to the next
TIMES_MOST = 60     # that a client passes a point
CUTS_MOST = 5       # of one case
JOBS = 4            # sequences at once: each waits more than it works


def scratch_folder():
    """In memory if possible: power cuts are tested by another rig."""
    place = "/dev/shm"
    return tempfile.TemporaryDirectory(prefix="sorteo-cuts-", dir=place if os.access(place, os.W_OK) else None)


def is_whole(rig):
    return rig.long or rig.options.whole


def cuts_of(sequence, hows, first=0, step=1):
    """Every byte each way, or some of them. Of the last one down nothing follows that could be held back."""
    for way, size in sequence.sizes().items():
        for at in range(first, size + 1 if way == UP else size, step):
            for how in hows:
                yield Cut(way, at, how)


class Outcome:
    def __init__(self, sequence, problems, seconds):
        self.sequence, self.problems, self.seconds = sequence, problems, seconds

    def figures(self):
        cases = self.sequence.cases
        exactly = sum(all(len(self.sequence.stored[bet.document]) == 1 for bet in case.bets) for case in cases)
        return {"cases": len(cases), "cuts": sum(case.cuts for case in cases),
                "kills": sum(case.kills for case in cases), "each_bet_stored_once": exactly,
                "in_doubt": sum(case.status == DOUBT for case in cases), "rounds": self.sequence.round - 1,
                "problems": len(self.problems), "seconds": f"{self.seconds:.1f}"}


    def misses(self, allowed):
        """Cases that were over before their cut, if there are more than that."""
        missed = [case.name for case in self.sequence.cases if not case.cuts and not case.kills]
        return missed if len(missed) > allowed else []


def client_points():
    return [name for name, role in points().items() if role == "client"]


def run_sequence(folder, name, dialect, stream, window, work):
    began = time.monotonic()
    sequence = ClientSequence(folder, name, dialect, stream, window)
    try:
        work(sequence)
        problems = sequence.end()
    finally:
        sequence.destroy()
    return Outcome(sequence, problems, time.monotonic() - began)


# ---- What is cut --------------------------------------------------------------------------------------------------

def chosen_cuts(rig, sequence, hows):
    """Every byte, or in the short form every eighth, by the seed."""
    return cuts_of(sequence, hows) if is_whole(rig) else cuts_of(sequence, hows, rig.seed % SHORT_STEP, SHORT_STEP)


def cut_connections(rig, sequence):
    for cut in chosen_cuts(rig, sequence, (RESET, END)):
        sequence.cut_case(cut, [cut], resume=False)


def kill_at_bytes(rig, sequence):
    for cut in chosen_cuts(rig, sequence, (KILL,)):
        sequence.cut_case(cut, [cut])


def kill_at_steps(rig, sequence):
    """At every step of the client, the n-th time that it comes there, until it comes no more."""
    orders = FaultOrders(os.path.join(sequence.folder, "orders"))
    environment = clean_environment(**orders.environment())
    for point in client_points():
        for times in range(1, TIMES_MOST):
            orders.give(point, times)
            if not sequence.cut_case(f"{point}, time {times}", [], environment=environment).kills:
                break
    orders.withdraw()


def cut_again_and_again(rig, sequence):
    """Also what comes after a cut is cut."""
    choice = random.Random(rig.seed)
    cuts = list(cuts_of(sequence, (RESET, END, KILL)))
    for _ in range(1000 if rig.long else 40 if is_whole(rig) else 20):
        plan = choice.choices(cuts, k=choice.randint(2, CUTS_MOST))
        sequence.cut_case("; ".join(map(str, plan)), plan)


KINDS = {"connection_cut": cut_connections, "client_killed": kill_at_bytes, "client_killed_at_each_step": kill_at_steps,
         "cut_again_and_again": cut_again_and_again}


def expect_sequence(rig, name, outcome):
    keyed = outcome.sequence.dialect.is_keyed
    rig.figures(name, **outcome.figures())
    rig.expect(f"{name}_{'stores_each_bet_once' if keyed else 'names_the_rows_in_doubt'}", outcome.problems)
    # Each point has a last time that a client does not come to; cuts at random may come too late.
    allowed = 0
    if "_step_" in name:
        allowed = len(client_points())
    elif "_again_" in name:
        allowed = len(outcome.sequence.cases) // 10
    rig.expect(f"{name}_meets_its_cuts", outcome.misses(allowed))


def run_and_expect(rig, folder, sequence):
    expect_sequence(rig, sequence[0], run_sequence(folder, *sequence))


def combinations(rig):
    """(dialect, stream, window) of each sequence; the short form has each stream with one window, by the seed."""
    for dialect in ALL:
        for number, stream in enumerate(STREAMS):
            for window in WINDOWS if is_whole(rig) else (WINDOWS[(rig.seed + number) % len(WINDOWS)],):
                yield dialect, stream, window


def run_matrix(rig, folder):
    sequences = [(f"{kind}_{dialect.name}_{stream}_{window}", dialect, stream, window, functools.partial(work, rig))
                 for kind, work in KINDS.items() for dialect, stream, window in combinations(rig)
                 if is_whole(rig) or dialect.is_keyed or work is not kill_at_steps]
    rig.side_by_side([functools.partial(run_and_expect, folder=folder, sequence=sequence) for sequence in sequences],
                     JOBS)


# ---- Controls ------------------------------------------------------------------------------------------------------

def of_kind(outcome, kind):
    return [problem for problem in outcome.problems if problem.kind == kind]


def control_without_resume(sequence):
    """A killed client's keys are lost; the next one sends everything again."""
    for at in range(sequence.frame_sizes()[0], sequence.sizes()[UP], 20):
        case = sequence.new_case(Cut(UP, at, KILL))
        sequence.client(case, plan=[Cut(UP, at, KILL)])
        sequence.client(case)
        sequence.settle(case)


def control_resend(sequence):
    for _ in range(2):
        sequence.cut_case("resend", [Cut(DOWN, 0, RESET)], "--on-doubt", "resend")


def control_forget(sequence):
    """A client that treats a frame in doubt as stored, and continues after it."""
    case = sequence.new_case(Cut(UP, 10, RESET))
    sequence.client(case, plan=[Cut(UP, 10, RESET)])
    with open(os.path.join(sequence.folder, "rest.csv"), "wb") as file, \
            open(os.path.join(sequence.folder, "agency.csv"), "rb") as whole:
        file.writelines(whole.readlines()[2:])
    sequence.client(case, file="rest.csv")
    sequence.settle(case)


def control_tale(sequence):
    """A client that reports as stored what it knows nothing about."""
    sequence.cut_case("tale", [Cut(UP, 10, RESET)])
    sequence.cases[-1].err = sequence.cases[-1].err.replace("IN DOUBT", "stored")


def run_controls(rig, folder):
    for work, dialect, kind in ((control_without_resume, KEYED, DOUBLED), (control_resend, WIDE, DOUBLED),
                                (control_forget, WIDE, MISSING), (control_tale, WIDE, TOLD_WRONGLY)):
        outcome = run_sequence(folder, work.__name__, dialect, "agency", 1, work)
        rig.expect_red(work.__name__, of_kind(outcome, kind))


def main():
    rig = Rig(__doc__, [("--whole", {"action": "store_true", "help": "every byte, in every combination"})])
    with scratch_folder() as folder:
        run_matrix(rig, folder)
        run_controls(rig, folder)
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
