"""Three servers on one PostgreSQL database, agencies that move between them, and the comparison of what is in the
database with what the agencies were answered. Knows nothing of what breaks.
"""

import collections
import os
import re
import signal

import rig  # noqa: F401  the path to the next ones
from agencies import Crowd
from audit import Audit, Book, draws_in
from database_line import DatabaseLine
from database_points import OF_NEW_TABLES
from fault_orders import FaultOrders
from hosts import AGENCIES as HERE
from hosts import SERVER as THERE
from postgresql import InPostgres
from programs import ProgramAgency
from server import PATIENCE, Failure, free_port, wait_for
from trial import PatientAgency
from wire import Bet

SERVERS = 3
AGENCIES = 3
IMPATIENT_S = 3.0       # for an answer, where a server may be out of reach
# For anything to happen: locks are held for 10 s, and a database that was killed has to read its log.
LONG_S = max(PATIENCE, 60.0)
NO_DATABASE = re.compile("server closed the connection|Connection refused|database system is|terminating connection")
# Without the two requests that libpq would make first, which have no letter.
PLAIN = "?sslmode=disable&gssencmode=disable&target_session_attrs=read-write"


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
        self.host = self.ports["host"]


class MovingAgency(PatientAgency):
    """Goes to another server when a connection is lost."""

    def lose_connections(self):
        super().lose_connections()
        self.address.move()


class ClientAgency(ProgramAgency):
    """sorteo-client, which knows all servers, in any order."""

    def servers(self):
        addresses = self.random.sample(self.address.addresses, SERVERS)
        return ",".join(f"{ports['host']}:{ports['agency']}" for ports in addresses)


def came_to_no_database(server):
    """It left, not listening yet, as it was started while the database was away."""
    was_starting = server.process.returncode == 1 and not server.log("listen", result="success")
    reasons = [line.get("reason", "") for line in server.log("open_store", result="fail")]
    return was_starting and any(NO_DATABASE.search(reason) for reason in reasons)


class Lottery:
    """A database, its servers, and agencies at work."""

    def __init__(self, cluster, folder, dialect, chance, cuts=None, kills=None, hosts=None, has_clients=False):
        """With `cuts`, which counts them, the servers' lines to the database can be cut; with `kills`, which counts
        those, their processes take orders; with `hosts`, too, and the first server is on the other host. Has the
        agencies' bets sent by sorteo-client if `has_clients`."""
        self.cluster = cluster
        self.chance = chance
        self.kills = kills
        self.hosts = hosts
        self.may_lose_database = has_clients    # while a server starts
        self.book = Book(dialect)
        self.problems = []
        uri = cluster.new_uri()
        self.database = uri.split("/")[3]
        self.lines = [DatabaseLine(cluster.port, cuts) for _ in range(SERVERS)] if cuts is not None else []
        databases = [f"localhost:{line.port}" for line in self.lines] or [cluster.hosts] * SERVERS
        addresses = [{"host": "127.0.0.1", "agency": free_port(), "bets": free_port()} for _ in range(SERVERS)]
        if hosts:
            databases[0] = f"{HERE}:{cluster.port}"
            addresses[0]["host"] = THERE
        self.orders = [FaultOrders(os.path.join(folder, f"{self.database}-{number}.orders"))
                       for number in range(SERVERS if kills or hosts else 0)]
        self.servers = [InPostgres(folder, f"{self.database}-{number}",
                                   f"postgresql://sorteo@{where}/{self.database}{PLAIN}",
                                   dialect=dialect.name, agencies=AGENCIES, workers=2,
                                   draw_piece=chance.choice((1, 2, 32768)),
                                   hang_timeout=600,    # a hang must show, not be hidden by a replacement
                                   environment=self.orders[number].environment() if self.orders else None,
                                   preexec=hosts.enter_server if hosts and number == 0 else None,
                                   listen=f"{address['host']}:{address['agency']}",
                                   bet_listen=f"{address['host']}:{address['bets']}")
                        for number, (where, address) in enumerate(zip(databases, addresses))]
        agencies = self.make_agencies(addresses, os.path.join(folder, self.database), has_clients)
        for agency in agencies:
            agency.answer_within = agency.winners_within = LONG_S
            if hosts:       # it looks for a server that answers
                agency.answer_within = agency.winners_within = IMPATIENT_S
        self.crowd = Crowd(agencies)

    def make_agencies(self, addresses, folder, has_clients):
        numbers = range(1, AGENCIES + 1)
        if has_clients:
            os.mkdir(folder)
            return [ClientAgency(number, Route(addresses, self.chance), self.book, self.chance.randrange(1 << 32),
                                 folder) for number in numbers]
        return [MovingAgency(number, Route(addresses, self.chance), self.book, self.chance.randrange(1 << 32))
                for number in numbers]

    def __enter__(self):
        if self.kills:
            self.kills.kill_at_new_tables(self.orders[0])
        try:
            for server in self.servers:
                server.start()
        except BaseException:
            self.clean()
            raise
        if self.kills:
            self.kills.wait(OF_NEW_TABLES, self.orders[0], self.tend)
        self.crowd.start()
        return self

    def __exit__(self, *error):
        self.halt()
        late = self.crowd.count("late")
        if late and not self.hosts:
            self.problems.append(f"{late} answers or winners did not come in {LONG_S:g} s")
        self.clean()

    def clean(self):
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
            has_reason = server.has_given_up() or (self.may_lose_database and came_to_no_database(server))
            if status != -signal.SIGKILL and not has_reason:
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
            wait_for(goes_on, f"agencies to go on after {what}", LONG_S)
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

    def draws(self):
        return [draw for server in self.servers for draw in draws_in(server)]

    def compare(self, contents):
        return Audit(contents, self.book, self.draws()).run()

    def draws_that_nobody_told(self):
        """Rounds without a `sorteo` line: there must be none where no server dies."""
        return [f"round {round_} was drawn, and no log says so"
                for round_ in sorted(set(DatabaseContents(self.ask).drawn) - {round_ for round_, _ in self.draws()})]
