#!/usr/bin/env python3
"""Kills: every process of a working server gets SIGKILL, at random and at every step from a frame to its answer.

usage: kill.py [--long] [--seed N] [--kills N] [--points PART] [--jobs N]

Agencies that never give up send bets in each dialect, finish, collect their winners and go on, while worker, committer
and supervisor are ended, stopped for a while, or all ended at once, and connections break. In `keyed` one of the
agencies sends by sorteo-client --resume, which is killed as often. Then the store is compared with what was answered:
nothing acknowledged missing, nothing refused present, nothing partial, in `keyed` nothing twice, the right winners, one
draw for each round. The steps are the FAULT_POINTs in the source (`make rigs` builds them in); those that are passed
for an operator have scenes of their own (operator_scene.py).

Controls: a SQLite that reports a commit too early, loses a draw, forgets keys, stores less than a batch, forgets
winners; a client that forgets its place; and a backup that lacks bets.
"""

import collections
import functools
import os
import signal
import sys
import tempfile
import time

from rig import Rig
import operator_scene
import over_tls
from agencies import dialect_in_turn
from audit import DOUBLED, DRAWS, MISSING, PARTIAL, WRONG_WINNERS, Totals
from working_server import WorkingServer
from lying_sqlite import lying
from fault_orders import AT_A_DEATH, AT_A_RELOAD, AT_A_STOP, AT_START, points
from operator_scene import OperatorScene
from server import program
from wire import ALL, KEYED, WIDE

KILLS_OF_A_SERVER = 30
PAUSE_MOST_S = 0.2
RANDOM_ROLES = ("worker", "worker", "acceptor", "committer", "committer", "supervisor", "server", "connection",
                "client")

OF_A_NEW_STORE = ("schema-made",)
OVER_TLS = ("connection-certified", *AT_A_RELOAD)


class Killer:
    """What was done to which process, over all servers."""

    def __init__(self, random):
        self.random = random
        self.roles = points()
        self.at_points = collections.Counter()
        self.at_random = collections.Counter()
        self.missed = collections.Counter()     # orders whose point no process came to
        self.pauses = 0

    def include(self, other):
        for name in ("at_points", "at_random", "missed", "pauses"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def kills(self):
        return self.at_points.total() + self.at_random.total()

    # ---- At a point ----------------------------------------------------------------------------------------

    def bring_about(self, working, point):
        if point in AT_START:
            working.end_all()
            self.at_random["server"] += 1
            working.launch()
        elif point in AT_A_STOP:
            working.wait_whole()      # before it has its handlers, SIGTERM would just end it
            working.asked_to_stop = True
            working.server.process.send_signal(signal.SIGTERM)
        elif point in AT_A_RELOAD:
            working.wait_whole()
            working.server.process.send_signal(signal.SIGHUP)
        elif point in AT_A_DEATH and working.end(AT_A_DEATH[point]):
            self.at_random[AT_A_DEATH[point]] += 1

    def kill_client_at(self, working, point):
        """Points of the file system are passed by the client, too, which has orders of its own."""
        for agency in working.programs[:1]:
            agency.orders.give(point, self.random.choice((1, 1, 2, 5)))
            obeyed = working.wait_obeyed(agency.orders)
            (self.at_points if obeyed else self.missed)[point] += 1

    def kill_at(self, working, point):
        working.orders.give(point, 1 if point in AT_START or point in AT_A_STOP else self.random.choice((1, 1, 2, 5)))
        self.bring_about(working, point)
        if working.wait_obeyed():
            self.at_points[point] += 1
        else:
            self.missed[point] += 1
        if point in AT_A_STOP:
            working.server.process.wait()

    # ---- At random -----------------------------------------------------------------------------------------

    def kill_at_random(self, working):
        time.sleep(self.random.random() * 0.05)
        role = self.random.choice(RANDOM_ROLES)
        if role == "connection":
            working.crowd.agencies[-1].break_connections()
        elif role == "client":
            if not any(agency.break_connections() for agency in working.programs):
                return
        elif role == "server":
            working.end_all()
        elif not working.end(role):
            return
        self.at_random[role] += 1

    # ---- Stopped for a while -------------------------------------------------------------------------------

    def pause_at(self, working, point):
        """A worker is stopped; its agencies reconnect to another meanwhile; then it continues, too late."""
        working.orders.give(point, self.random.choice((1, 3)), signal.SIGSTOP)
        pid = working.wait_obeyed()
        if not pid:
            self.missed[point] += 1
            return
        self.pauses += 1
        time.sleep(self.random.random() * PAUSE_MOST_S)
        for agency in working.crowd.agencies:
            agency.break_connections()
        time.sleep(self.random.random() * PAUSE_MOST_S)
        try:
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:      # its server has given up meanwhile
            pass


def points_of(killer):
    """Those that working servers come to."""
    return [point for point in killer.roles if point not in operator_scene.POINTS
            and (point not in OVER_TLS or over_tls.is_on())]


def plan_of_kills(rig, killer):
    """Every point as often as any other, and among them what comes at random."""
    chosen = [point for point in points_of(killer) if point not in OF_A_NEW_STORE
              and (rig.options.points or "") in point]
    while True:
        rig.random.shuffle(chosen)
        for point in chosen:
            yield killer.kill_client_at if killer.roles[point] == "client" else killer.kill_at, point
            if rig.random.random() < 0.4:
                yield killer.kill_at_random, None
            if rig.random.random() < 0.4 and killer.roles[point] == "worker" and point not in AT_START + AT_A_STOP:
                yield killer.pause_at, point


def work_on(working, killer, plan, kills):
    """Ends processes until so many have ended, and looks whether all recovers."""
    began = killer.kills
    while killer.kills - began < kills:
        act, point = next(plan)
        act(working, point) if point else act(working)
        working.tend()
    working.expect_recovery()
    working.stop()


class Outcome:
    """Of the stores of a job, or of all."""

    def __init__(self, random):
        self.killer, self.totals = Killer(random), Totals()
        self.problems, self.lost = [], []
        self.stores = self.late = self.broken = 0

    def include(self, other):
        self.killer.include(other.killer)
        self.totals.include(other.totals)
        for name in ("problems", "lost", "stores", "late", "broken"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def run_stores(rig, folder, job, kills):
    """One store after the other, until so many were killed."""
    outcome = Outcome(rig.random)
    killer, plan = outcome.killer, plan_of_kills(rig, outcome.killer)
    while killer.kills < kills:
        number = 2 * job + outcome.stores       # so that each job has every other store in keyed
        dialect = dialect_in_turn(number)
        slow = {"SORTEO_SYNC_MS": "4"} if number // 2 % 2 else {}   # where syncs are slow, groups wait for more
        working = WorkingServer(folder, f"{job}-{outcome.stores}", dialect, rig.random, slow,
                                programs=int(dialect.is_keyed), has_csv=True)
        working.orders.give(*OF_A_NEW_STORE)
        with working:
            killer.at_points[OF_A_NEW_STORE[0]] += bool(working.wait_obeyed())
            working.tend()
            work_on(working, killer, plan, min(KILLS_OF_A_SERVER, kills - killer.kills))
        outcome.problems += [f"store {outcome.stores} of job {job}, {working.book.dialect.name}: {problem}"
                             for problem in working.problems]
        outcome.lost += working.audit(outcome.totals)
        outcome.late += working.crowd.count("late")
        outcome.broken += working.crowd.count("lost_connections")
        outcome.stores += 1
    return outcome


def run_kills(rig, folder, kills):
    jobs = rig.options.jobs or (2 * (os.cpu_count() or 1) if rig.long else 1)
    outcome = Outcome(rig.random)
    for one in rig.side_by_side([functools.partial(run_stores, folder=folder, job=job,
                                                   kills=kills // jobs + (job < kills % jobs))
                                 for job in range(jobs)], jobs):
        outcome.include(one)
    report(rig, outcome)
    rig.expect("what_was_ended_is_replaced_and_nothing_is_left_behind", outcome.problems)
    rig.expect("kills_lose_and_double_nothing", outcome.lost)
    return outcome.killer


def report(rig, outcome):
    killer = outcome.killer
    roles = collections.Counter(killer.at_random)
    for point, count in killer.at_points.items():
        roles[killer.roles[point]] += count
    rig.figures("kills", kills=killer.kills, stores=outcome.stores, **dict(sorted(roles.items())),
                stopped_for_a_while=killer.pauses, orders_that_none_came_to=killer.missed.total(),
                connections_lost=outcome.broken, late_replies=outcome.late)
    rig.figures("audit", **outcome.totals.figures())
    rig.figures("kills at points", **{point: killer.at_points[point] for point in sorted(killer.roles)})


# ---- While an operator asks ------------------------------------------------------------------------------------------

SCENES_EACH = 3     # in each dialect, in the long form; the short one has a few of all


def run_scene(_, folder, number, dialect, point):
    totals = Totals()
    scene = OperatorScene(folder, f"operator-{number}", dialect, point)
    return totals, [f"{point}, {dialect.name}: {problem}" for problem in scene.run(totals)]


def run_operators(rig, folder):
    scenes = [(dialect, point) for dialect in ALL for point in operator_scene.POINTS] * SCENES_EACH
    if not rig.long:
        scenes = rig.random.sample(scenes, 2)
    totals, problems = Totals(), []
    for of_scene in rig.side_by_side([functools.partial(run_scene, folder=folder, number=number, dialect=dialect,
                                                        point=point)
                                      for number, (dialect, point) in enumerate(scenes)], 4):
        totals.include(of_scene[0])
        problems += of_scene[1]
    rig.figures("while an operator asks", scenes=len(scenes), kills=len(scenes), **totals.figures())
    rig.expect("what_an_operator_is_told_is_true_whoever_dies", problems)
    poor = OperatorScene(folder, "operator-control", KEYED, "copy-written").run_with_a_poor_copy()
    rig.expect_red("control_backup_without_some_bets", [problem for problem in poor
                                                         if getattr(problem, "kind", None) == MISSING])


# ---- Controls --------------------------------------------------------------------------------------------------------

CONTROLS = (
    ("store_that_reports_a_commit_too_early", "early-answer", "results-written", KEYED, MISSING),
    ("store_that_loses_a_draw", "early-answer", "draw-logged", KEYED, DRAWS),
    ("store_that_forgets_keys", "forgets-keys", "commit-done", KEYED, DOUBLED),
    ("store_that_takes_less_than_a_batch", "short-batch", "results-written", WIDE, PARTIAL),
    ("store_that_forgets_winners", "forgets-winners", "documents-told", KEYED, WRONG_WINNERS),
)
CONTROL_FIELDS = 8      # at most; one is enough but where a busy machine lets no kill come at the right moment
KILLS_OF_A_CONTROL = 6


def run_control_of_the_client(rig, folder):
    """A client that was killed, and whose place is gone, sends its file from the beginning."""
    killer, seen = Killer(rig.random), []
    for number in range(CONTROL_FIELDS):
        working = WorkingServer(folder, f"client-{number}", KEYED, rig.random, programs=1)
        working.programs[0].forgets_its_place = True
        with working:
            for _ in range(KILLS_OF_A_CONTROL):
                killer.kill_client_at(working, "answer-read")
            working.expect_recovery()
        seen = [problem for problem in working.audit(Totals()) if problem.kind == DOUBLED]
        if seen:
            break
    rig.expect_red("control_client_that_forgets_its_place", seen)


def run_control(rig, folder, name, lie, point, dialect, kind):
    """A few kills at one point, until the audit has seen what is wrong."""
    killer, seen = Killer(rig.random), []
    for number in range(CONTROL_FIELDS):
        working = WorkingServer(folder, f"{name}-{number}", dialect, rig.random, lying(lie))
        with working:
            for _ in range(KILLS_OF_A_CONTROL):
                killer.kill_at(working, point)
                working.tend()
        seen = [problem for problem in working.audit(Totals()) if problem.kind == kind]
        if seen:
            break
    rig.expect_red(f"control_{name}", seen)


def shipped_programs_with_points():
    """Programs of the ordinary build, in the folder above ours, that can be told to end at a point."""
    folder = os.path.dirname(os.path.dirname(program("x")))
    for name in ("sorteo-server", "sorteo-client", "sorteo"):
        path = os.path.join(folder, name)
        with open(path, "rb") as file:
            if b"SORTEO_FAULTS" in file.read():
                yield f"{path} has points"


def main():
    rig = Rig(__doc__, [("--kills", {"type": int, "help": "how many; default 60, and 2000 with --long"}),
                        ("--jobs", {"type": int, "help": "stores at once; default 1, with --long two for a processor"}),
                        ("--points", {"metavar": "PART", "help": "only at points with this in their name"})])
    with tempfile.TemporaryDirectory(prefix="sorteo-kill-") as folder:
        killer = run_kills(rig, folder, rig.options.kills or (2000 if rig.long else 60))
        if rig.long:
            rig.expect("every_point_was_killed_at",
                       [point for point in points_of(killer) if not killer.at_points[point]])
        run_operators(rig, folder)
        for control in CONTROLS:
            run_control(rig, folder, *control)
        run_control_of_the_client(rig, folder)
        rig.expect("shipped_programs_have_no_points", list(shipped_programs_with_points()))
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
