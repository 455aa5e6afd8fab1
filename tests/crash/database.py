#!/usr/bin/env python3
"""Several servers on one PostgreSQL database, and what breaks between and below them.

usage: database.py [--long] [--seed N] [--kind KIND]... [--deeds N]

Agencies send bets through three servers, go to another one whenever they lose a connection, finish, collect their
winners and go on. Meanwhile one kind of thing is done to them again and again:

    servers   a whole server or its committer gets SIGKILL
    points    a process of a server gets SIGKILL at a point of its program, at each in turn (`make rigs` has them)
    restarts  the database stops at once, as in a crash, and starts again; it writes its log as late as it may
    changes   the primary is lost, and its standby, which confirms each commit, takes its place; a new standby comes
    powers    the power of the database's machine is cut: its disk has what was synced, and it starts again
    pauses    the database stands still for a while (SIGSTOP)
    cables    one of the servers is on another host, whose cable is pulled: the others go on; then it is plugged in
    lines     the line between a server and the database is cut before or after a message of their protocol, each in
              turn: also around the COMMIT and its answer
    clients   in `keyed`, each agency's bets are sent by sorteo-client, which knows all servers: one of them is killed,
              or the database starts again, or a client is killed and goes on from its --resume file

Then the database is compared with what the agencies were answered: nothing acknowledged missing, nothing partial, in
`keyed` nothing twice, the right winners, and one `sorteo` line for each round in the logs of all servers.

Controls: a row that is gone, and one that is there twice; a standby that need not confirm. Faults that this must see
are planted in the source, too.
"""

import contextlib
import functools
import os
import random
import signal
import sys
import tempfile
import time

from rig import Rig
from agencies import dialect_in_turn
from audit import DOUBLED, MISSING, PARTIAL, Totals
from database_disk import ClusterOnDisk, processes_of, send
from database_line import AFTER, BEFORE, Cuts
from database_lottery import SERVERS, DatabaseContents, Lottery
from database_pair import CONFIRMED, Pair
from database_points import PointKills
from disk import Impossible, enter_mount_namespace
from hosts import AGENCIES as HERE
from hosts import NoHosts, two_hosts
from postgresql import Cluster
from wire import KEYED

DEEDS_LONG = 500
DEEDS_OF_A_LOTTERY = 50 # at most; at least two lotteries, one of them in keyed
ORDER_S = 5.0           # for a message of some kind to come, or a process to a point
# What is not flushed when the database stops is lost, if nobody waits for it. Its memory goes with its folder, however
# it ends.
SETTINGS = ("wal_writer_delay = 10s", "max_connections = 40", "dynamic_shared_memory_type = mmap")


# ---- What is done ----------------------------------------------------------------------------------------------------
# Each does it once, and says what it was.

def kill_servers(lottery):
    server = lottery.chance.choice(lottery.servers)
    if lottery.chance.random() < 0.5:
        server.kill()
        return "a server was killed"
    committer = server.committer()
    if committer is None:
        return "a committer was about to start"
    send([committer], signal.SIGKILL)
    return "a committer was killed"


def kill_at_point(lottery):
    number = lottery.chance.randrange(SERVERS)
    point = lottery.kills.kill(lottery.servers[number], lottery.orders[number], lottery.lines[number], lottery.crowd,
                               lottery.tend, lottery.chance)
    return f"a process was killed at {point}"


def restart_database(lottery):
    lottery.cluster.control("-m", "immediate", "restart")
    return "the database was started again"


def change_places(lottery):
    """Half of the time the standby has heard nothing for a while."""
    lottery.cluster.change_places(lottery.chance.choice((0, lottery.chance.random() / 2)))
    return "the primary was lost"


def cut_power(lottery):
    lottery.cluster.cut_power()
    return "the power was cut"


def pause_database(lottery):
    stopped = processes_of(lottery.cluster)
    send(stopped, signal.SIGSTOP)
    time.sleep(lottery.chance.random())
    send(stopped, signal.SIGCONT)
    return "the database stood still"


def stop_in_transaction(lottery):
    """The committer of the first server stands still, and has the lock. Returns its process; 0 if none came so far."""
    orders = lottery.orders[0]
    orders.give("entry-judged", 1, signal.SIGSTOP)
    deadline = time.monotonic() + ORDER_S
    while not orders.obeyed_by() and time.monotonic() < deadline:
        time.sleep(0.005)
    orders.withdraw()
    return orders.obeyed_by()


def pull_cable(lottery):
    """At either end, most times inside a transaction of the server's. The lock that it held is free in time."""
    end = lottery.chance.randrange(2)
    held = stop_in_transaction(lottery) if lottery.chance.random() < 0.7 else 0
    lottery.hosts.cable(end, "down")
    if held:
        send([held], signal.SIGCONT)
    try:
        lottery.wait_progress("the cable was pulled")
        time.sleep(lottery.chance.random())
    finally:
        lottery.hosts.cable(end, "up")
    return "the cable was plugged in"


def disturb_clients(lottery):
    what = lottery.chance.random()
    if what < 0.6:
        return kill_servers(lottery)
    if what < 0.8:
        return restart_database(lottery)
    agencies = lottery.chance.sample(lottery.crowd.agencies, len(lottery.crowd.agencies))
    return "a client was killed" if any(agency.break_connections() for agency in agencies) else "no client ran"


def wait_obeyed(lottery, line):
    deadline = time.monotonic() + ORDER_S
    while not line.is_obeyed() and time.monotonic() < deadline:
        lottery.tend()
        time.sleep(0.005)
    return line.is_obeyed()


def cut_line(lottery):
    line = lottery.chance.choice(lottery.lines)
    order = line.cut_next()
    if not wait_obeyed(lottery, line):
        line.cut_now()      # some messages come only over a new connection
        wait_obeyed(lottery, line)
    line.withdraw()
    return f"the line was to be cut {order[1]} {order[0]}"


# And how often in the short form.
KINDS = {"servers": (kill_servers, 8), "points": (kill_at_point, 12), "restarts": (restart_database, 6),
         "powers": (cut_power, 4), "changes": (change_places, 2), "pauses": (pause_database, 6),
         "cables": (pull_cable, 2), "lines": (cut_line, 32), "clients": (disturb_clients, 8)}
WITH_LINES = ("points", "lines")
AROUND_A_COMMIT = [(message, when) for message in ("up Q COMMIT", "down C COMMIT") for when in (BEFORE, AFTER)]
WITH_STANDBY = ("changes",)
WITH_HOSTS = ("cables",)
WITH_DISK = ("powers",)
WITH_CLIENTS = ("clients",)


def break_lottery(lottery, deed, count, totals):
    with lottery:
        for _ in range(count):
            if lottery.problems:    # it stands still, or worse
                break
            lottery.wait_progress("the start")
            time.sleep(lottery.chance.random() / 20)
            lottery.wait_progress(deed(lottery))
        return lottery.finish(totals)


def run_kind(rig, folder, kind):
    """As many deeds of a kind as there shall be, in as many lotteries as that takes."""
    try:
        if kind in WITH_DISK:
            enter_mount_namespace()
        with two_hosts() if kind in WITH_HOSTS else contextlib.nullcontext() as hosts:
            run_lotteries(rig, folder, kind, cluster_for(kind), hosts)
    except (NoHosts, Impossible) as reason:
        rig.skip(f"{kind}_lose_and_double_nothing", str(reason))


def cluster_for(kind):
    if kind in WITH_STANDBY:
        return Pair(*SETTINGS, CONFIRMED)
    if kind in WITH_DISK:
        return ClusterOnDisk("ext4", *SETTINGS)
    return Cluster(*SETTINGS, listen=HERE if kind in WITH_HOSTS else "")


def run_lotteries(rig, folder, kind, cluster, hosts):
    deed, deeds = KINDS[kind]
    deeds = rig.options.deeds or (DEEDS_LONG if rig.long else deeds)
    chance = random.Random(rig.seed)
    totals, problems, lost, kills, clients = Totals(), [], [], PointKills(), 0
    cuts = {True: Cuts(), False: Cuts()}    # in dialects with keys, and without: other things can be seen there
    of_each = min(DEEDS_OF_A_LOTTERY, (deeds + 1) // 2)
    if cluster.skipped:
        rig.skip(f"{kind}_lose_and_double_nothing", "PostgreSQL's server is not installed")
        return
    try:
        for number, begun in enumerate(range(0, deeds, of_each)):
            dialect = KEYED if kind in WITH_CLIENTS else dialect_in_turn(number)
            lottery = Lottery(cluster, folder, dialect, chance, cuts[dialect.is_keyed] if kind in WITH_LINES else None,
                              kills if kind == "points" else None, hosts, kind in WITH_CLIENTS)
            lost += break_lottery(lottery, deed, min(of_each, deeds - begun), totals)
            problems += [f"{dialect.name}: {problem}" for problem in lottery.problems]
            clients += sum(agency.killed for agency in lottery.crowd.agencies) if kind in WITH_CLIENTS else 0
    finally:
        cluster.end()
    rig.figures(kind, deeds=deeds, **totals.figures())
    if kind == "points":
        rig.figures("kills at points", **{point: kills.made[point] for point in sorted(kills.ordered | kills.made)})
        if rig.long:
            rig.expect("every_point_was_killed_at", kills.missed())
    if kind in WITH_CLIENTS:
        rig.figures("clients", killed=clients)
        if rig.long:
            rig.expect("clients_were_killed", [] if clients else ["none was"])
    if kind == "lines":
        made = cuts[True].made + cuts[False].made
        rig.figures("cuts", **{f"{when} {message}": count for (message, when), count in sorted(made.items())})
        rig.expect("lines_are_cut_around_a_commit",
                   [f"no line was cut {when} {message} in a dialect {'with' if keyed else 'without'} keys"
                    for keyed in cuts for message, when in AROUND_A_COMMIT if not cuts[keyed].made[message, when]])
    rig.expect(f"agencies_go_on_through_{kind}", problems)
    rig.expect(f"{kind}_lose_and_double_nothing", lost)


# ---- Controls --------------------------------------------------------------------------------------------------------

def run_controls(rig, folder):
    """What becomes of a database of which somebody takes a row, or puts one in twice."""
    cluster = Cluster(*SETTINGS)
    if cluster.skipped:
        rig.skip("controls", "PostgreSQL's server is not installed")
        return
    try:
        lottery = Lottery(cluster, folder, KEYED, random.Random(rig.seed))
        rig.expect("lottery_of_which_nothing_breaks_is_right", break_lottery(lottery, lambda _: "nothing", 1, Totals())
                   + lottery.problems + lottery.draws_that_nobody_told())
        for name, sql, kinds in (
                ("row_that_is_gone", "DELETE FROM bets WHERE id = 1", (MISSING, PARTIAL)),
                ("row_that_is_there_twice", "INSERT INTO bets SELECT id + 1000000, round, agency, name, surname, "
                 "document, birthdate, number FROM bets WHERE id = 2", (DOUBLED,))):
            lottery.ask(sql)
            problems = lottery.compare(DatabaseContents(lottery.ask))
            rig.expect_red(f"control_{name}", [problem for problem in problems if problem.kind in kinds])
    finally:
        cluster.end()


CONTROL_LOTTERIES = 6   # at most; one is enough but where agencies had nothing acknowledged meanwhile
DEAF_S = 0.5


def run_control_of_the_standby(rig, folder):
    """A primary that waits for nobody: what was acknowledged while the standby heard nothing is gone with it."""
    cluster, chance, seen = Pair(*SETTINGS), random.Random(rig.seed), []
    if cluster.skipped:
        rig.skip("control_standby_that_need_not_confirm", "PostgreSQL's server is not installed")
        return
    try:
        for _ in range(CONTROL_LOTTERIES):
            lottery = Lottery(cluster, folder, KEYED, chance)
            lost = break_lottery(lottery, lose_primary_unheard, 1, Totals())
            seen = [problem for problem in lost if problem.kind == MISSING]
            if seen:
                break
    finally:
        cluster.end()
    rig.expect_red("control_standby_that_need_not_confirm", seen)


def lose_primary_unheard(lottery):
    lottery.cluster.change_places(DEAF_S)
    return "the primary was lost"


def main():
    rig = Rig(__doc__, [("--kind", {"action": "append", "choices": KINDS, "help": "this one alone; may be repeated"}),
                        ("--deeds", {"type": int, "help": f"of each kind; with --long {DEEDS_LONG}"})])
    kinds = rig.options.kind or list(KINDS)
    with tempfile.TemporaryDirectory(prefix="sorteo-database-") as folder:
        os.chmod(folder, 0o755)
        parts = []
        for kind in kinds:
            os.mkdir(os.path.join(folder, kind))
            parts.append(functools.partial(run_kind, folder=os.path.join(folder, kind), kind=kind))
        parts.append(functools.partial(run_controls, folder=folder))
        if any(kind in WITH_STANDBY for kind in kinds):
            parts.append(functools.partial(run_control_of_the_standby, folder=folder))
        rig.side_by_side(parts, 3)
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
