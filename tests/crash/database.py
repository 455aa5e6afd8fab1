#!/usr/bin/env python3
"""Several servers on one PostgreSQL database, and what breaks between and below them.

usage: database.py [--long] [--seed N] [--kind KIND] [--deeds N]

Agencies send bets through three servers, go to another one whenever they lose a connection, finish, collect their
winners and go on. Meanwhile one kind of thing is done to them again and again:

    servers   a whole server or its committer gets SIGKILL
    restarts  the database stops at once, as in a crash, and starts again; it writes its log as late as it may
    pauses    the database stands still for a while (SIGSTOP)
    lines     the line between a server and the database is cut before or after a message of their protocol, each in
              turn: also around the COMMIT and its answer

Then the database is compared with what the agencies were answered: nothing acknowledged missing, nothing partial, in
`keyed` nothing twice, the right winners, and one `sorteo` line for each round in the logs of all servers.

Controls: a row that is gone, and one that is there twice. Faults that this must see are planted in the source, too.
"""

import collections
import functools
import os
import random
import signal
import sys
import tempfile
import time

from rig import Rig
from agencies import Crowd, dialect_in_turn
from audit import DOUBLED, MISSING, PARTIAL, Audit, Book, Totals, draws_in
from database_line import Cuts, DatabaseLine
from postgresql import Cluster, InPostgres
from server import PATIENCE, Failure, free_port, read_text, wait_for
from trial import PatientAgency
from wire import KEYED, Bet

SERVERS = 3
AGENCIES = 3
DEEDS_LONG = 500
DEEDS_OF_A_LOTTERY = 50 # at most; at least two lotteries, one of them in keyed
ORDER_S = 1.0           # for a message of some kind to come
# What is not flushed when the database stops is lost, if nobody waits for it.
SETTINGS = ("wal_writer_delay = 10s", "max_connections = 40")
# Without the two requests that libpq would make first, which have no letter.
PLAIN = "?sslmode=disable&gssencmode=disable"


class DatabaseContents:
    """What audit.Contents is of a file."""

    def __init__(self, ask):
        self.damage = []
        self.bets = [self.bet_of(*line.split("|")) for line in ask(
            "SELECT round, agency, encode(convert_to(name, 'UTF8'), 'hex'), "
            "encode(convert_to(surname, 'UTF8'), 'hex'), document, encode(convert_to(birthdate, 'UTF8'), 'hex'), "
            "number FROM bets ORDER BY id").splitlines()]
        self.drawn = dict(map(int, line.split("|")) for line in ask(
            "SELECT round, winning_number FROM rounds WHERE winners IS NOT NULL").splitlines())
        self.winners = collections.defaultdict(list)
        for line in ask("SELECT round, agency, document FROM winners WHERE round IN "
                        "(SELECT round FROM rounds WHERE rounds.winners IS NOT NULL) "
                        "ORDER BY round, agency, position").splitlines():
            round_, agency, document = map(int, line.split("|"))
            self.winners[agency, round_].append(document)

    @staticmethod
    def bet_of(round_, agency, name, surname, document, birthdate, number):
        name, surname, birthdate = map(bytes.fromhex, (name, surname, birthdate))
        return int(round_), Bet(int(agency), name, surname, int(document), birthdate, int(number))


class Route:
    """The address of one of several servers, as an agency takes it."""

    def __init__(self, addresses, chance):
        self.addresses = addresses
        self.chance = chance
        self.move()

    def move(self):
        self.ports = self.chance.choice(self.addresses)


class MovingAgency(PatientAgency):
    """Goes to another server when a connection is lost."""

    def lose_connections(self):
        super().lose_connections()
        self.address.move()


class Lottery:
    """A database, its servers, and agencies at work."""

    def __init__(self, cluster, folder, dialect, chance, cuts=None):
        """With `cuts`, which counts them, the servers' lines to the database can be cut."""
        self.cluster = cluster
        self.chance = chance
        self.book = Book(dialect)
        self.problems = []
        uri = cluster.new_uri()
        self.database = uri.split("/")[3]
        self.lines = [DatabaseLine(cluster.port, cuts) for _ in range(SERVERS)] if cuts is not None else []
        ports = [line.port for line in self.lines] or [cluster.port] * SERVERS
        addresses = [{"agency": free_port(), "bets": free_port()} for _ in range(SERVERS)]
        self.servers = [InPostgres(folder, f"{self.database}-{number}",
                                   f"postgresql://sorteo@localhost:{port}/{self.database}{PLAIN}",
                                   dialect=dialect.name, agencies=AGENCIES, workers=2,
                                   draw_piece=chance.choice((1, 2, 32768)),
                                   hang_timeout=600,    # what hangs is to be seen, and not to be made up for
                                   listen=f"127.0.0.1:{address['agency']}",
                                   bet_listen=f"127.0.0.1:{address['bets']}")
                        for number, (port, address) in enumerate(zip(ports, addresses))]
        agencies = [MovingAgency(number, Route(addresses, chance), self.book, chance.randrange(1 << 32))
                    for number in range(1, AGENCIES + 1)]
        for agency in agencies:
            agency.winners_within = PATIENCE
        self.crowd = Crowd(agencies)

    def __enter__(self):
        for server in self.servers:
            server.start()
        self.crowd.start()
        return self

    def __exit__(self, *error):
        self.halt()
        late = self.crowd.count("late")
        if late:
            self.problems.append(f"{late} answers or winners did not come in {PATIENCE:g} s")
        for server in self.servers:
            server.destroy()
        for line in self.lines:
            line.close()

    def halt(self):
        """The agencies, if they are still at work."""
        self.problems += [problem for problem in self.crowd.halt() if problem not in self.problems]

    def ask(self, sql):
        return self.cluster.ask(sql, self.database)

    # ---- How it goes on ------------------------------------------------------------------------------------

    def tend(self):
        """A server that has left starts again, if it had a reason."""
        for server in self.servers:
            if server.is_running():
                continue
            status = server.process.returncode
            if status != -signal.SIGKILL and not server.has_given_up():
                said = [line.get("reason") for line in server.log(result="fail")][-3:]
                self.problems.append(f"a server left with status {status}: {said}")
            server.destroy()
            server.launch()

    def progress(self):
        """Frames that were answered, and winners told."""
        return self.book.answers.total() + self.book.repeats + len(self.book.told)

    def wait_progress(self, what):
        before = self.progress()

        def goes_on():
            self.tend()
            return self.progress() >= before + 3
        try:
            wait_for(goes_on, f"agencies to go on after {what}")
        except Failure as failure:
            self.problems.append(str(failure))

    def finish(self, totals):
        """Every agency comes through two more rounds; then all is compared. Returns what was lost."""
        try:
            self.crowd.expect_rounds(self.tend)
        except Failure as failure:
            self.problems.append(str(failure))
        self.halt()
        for server in self.servers:
            try:
                server.stop()
            except Failure as failure:
                self.problems.append(f"at the end: {failure}")
        contents = DatabaseContents(self.ask)
        problems = self.compare(contents)
        totals.add(self.book, contents, problems)
        return problems

    def compare(self, contents):
        draws = [draw for server in self.servers for draw in draws_in(server)]
        return Audit(contents, self.book, draws).run()


# ---- What is done ----------------------------------------------------------------------------------------------------
# Each does it once, and says what it was.

def kill_servers(lottery):
    server = lottery.chance.choice(lottery.servers)
    if lottery.chance.random() < 0.5:
        server.kill()
        return "a server was killed"
    committer = server.committer()
    if committer is not None:
        os.kill(committer, signal.SIGKILL)
    return "a committer was killed"


def restart_database(lottery):
    lottery.cluster.control("-m", "immediate", "restart")
    return "the database was started again"


def processes_of(cluster):
    with open(cluster.folder + "/data/postmaster.pid", encoding="ascii") as file:
        postmaster = int(file.readline())
    parents = {pid: read_text(f"/proc/{pid}/stat").rpartition(")")[2].split()[1:2]
               for pid in os.listdir("/proc") if pid.isdigit()}
    return [postmaster, *(int(pid) for pid, parent in parents.items() if parent == [str(postmaster)])]


def pause_database(lottery):
    stopped = processes_of(lottery.cluster)
    for sig in (signal.SIGSTOP, signal.SIGCONT):
        for pid in stopped:
            try:
                os.kill(pid, sig)
            except ProcessLookupError:
                pass
        if sig == signal.SIGSTOP:
            time.sleep(lottery.chance.random())
    return "the database stood still"


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
    return f"the line was cut {order[1]} {order[0]}"


# And how often in the short form.
KINDS = {"servers": (kill_servers, 8), "restarts": (restart_database, 6), "pauses": (pause_database, 6),
         "lines": (cut_line, 24)}


def break_lottery(lottery, deed, count, totals):
    with lottery:
        for _ in range(count):
            lottery.wait_progress("the start")
            time.sleep(lottery.chance.random() / 20)
            lottery.wait_progress(deed(lottery))
        return lottery.finish(totals)


def run_kind(rig, folder, kind):
    deed, deeds = KINDS[kind]
    deeds = rig.options.deeds or (DEEDS_LONG if rig.long else deeds)
    chance = random.Random(rig.seed)
    totals, problems, lost, made = Totals(), [], [], collections.Counter()
    of_each = min(DEEDS_OF_A_LOTTERY, (deeds + 1) // 2)
    cluster = Cluster(*SETTINGS)
    if cluster.skipped:
        rig.skip(f"{kind}_lose_and_double_nothing", "PostgreSQL's server is not installed")
        return
    try:
        for number, begun in enumerate(range(0, deeds, of_each)):
            dialect, cuts = dialect_in_turn(number), Cuts()
            lottery = Lottery(cluster, folder, dialect, chance, cuts if kind == "lines" else None)
            lost += break_lottery(lottery, deed, min(of_each, deeds - begun), totals)
            made += cuts.made
            problems += [f"{dialect.name}: {problem}" for problem in lottery.problems]
    finally:
        cluster.end()
    rig.figures(kind, deeds=deeds, **totals.figures())
    if kind == "lines":
        rig.figures("cuts", **{f"{when} {message}": count for (message, when), count in sorted(made.items())})
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
                   + lottery.problems)
        for name, sql, kinds in (
                ("row_that_is_gone", "DELETE FROM bets WHERE id = 1", (MISSING, PARTIAL)),
                ("row_that_is_there_twice", "INSERT INTO bets SELECT id + 1000000, round, agency, name, surname, "
                 "document, birthdate, number FROM bets WHERE id = 2", (DOUBLED,))):
            lottery.ask(sql)
            problems = lottery.compare(DatabaseContents(lottery.ask))
            rig.expect_red(f"control_{name}", [problem for problem in problems if problem.kind in kinds])
    finally:
        cluster.end()


def main():
    rig = Rig(__doc__, [("--kind", {"choices": KINDS, "help": "this one alone"}),
                        ("--deeds", {"type": int, "help": f"of each kind; with --long {DEEDS_LONG}"})])
    kinds = [rig.options.kind] if rig.options.kind else list(KINDS)
    with tempfile.TemporaryDirectory(prefix="sorteo-database-") as folder:
        os.chmod(folder, 0o755)
        parts = []
        for kind in kinds:
            os.mkdir(os.path.join(folder, kind))
            parts.append(functools.partial(run_kind, folder=os.path.join(folder, kind), kind=kind))
        parts.append(functools.partial(run_controls, folder=folder))
        rig.side_by_side(parts, 2)
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
