"""What a store in PostgreSQL costs: bets a second, answer times and processor time, with one server and with several on
one database, and with a standby that must confirm; beside a file of SQLite and plain COPY.

Servers, database, standby and the clients share the processors of one machine.
"""

import contextlib
import os
import subprocess
import tempfile
import time

import contenders
import load
import rounds
import servers

BETS = 300_000
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
SPENT = ("servers_ns", "databases_ns", "log_bytes", "table_bytes")
SQLITE, COPY, ONE = "1 server, SQLite", "PostgreSQL, COPY", "1 server, PostgreSQL"


def processor_seconds(pids):
    """What the processes have taken of the processor, with their children that have ended."""
    ticks = 0
    for pid in pids:
        with contextlib.suppress(OSError):      # it has ended
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                ticks += sum(int(field) for field in file.read().rsplit(")", 1)[1].split()[11:15])
    return ticks / TICKS_PER_SECOND


def ask(address, sql):
    return subprocess.run(["psql", "-AtqX", address, "-c", sql], stdout=subprocess.PIPE, text=True,
                          check=True).stdout.strip()


def written(address):
    """Bytes of the database's log that were ever written, and of its tables and indexes."""
    return (int(float(ask(address, "SELECT pg_current_wal_lsn() - '0/0'"))),
            int(ask(address, "SELECT pg_database_size(current_database())")))


# ---- What is started ------------------------------------------------------------------------------------------------


class Primary(contenders.Postgres):
    """A cluster with nothing in it."""

    def find_address(self, log):
        if "database system is ready to accept connections" not in log:
            return None
        return f"postgresql://{self.user}@/postgres?host={self.folder}"


class Standby(contenders.Postgres):
    """A copy of a primary, which has to confirm each commit from now on."""

    name = "standby"

    def __init__(self, primary):
        super().__init__()
        self.primary = primary

    def prepare(self):
        command = [os.path.join(self.programs, "pg_basebackup"), "-D", self.path("data"), "-R", "-X", "stream",
                   "-c", "fast", "-h", self.primary.folder, "-U", self.user]
        subprocess.run(self.as_owner(command), check=True)

    def find_address(self, log):
        return self.folder if "ready to accept read-only connections" in log else None

    def __enter__(self):
        super().__enter__()
        ask(self.primary.address, "ALTER SYSTEM SET synchronous_standby_names = '*'")
        ask(self.primary.address, "SELECT pg_reload_conf()")
        deadline = time.monotonic() + contenders.START_S
        confirms = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
        while ask(self.primary.address, confirms) != "1":
            if time.monotonic() > deadline:
                raise RuntimeError("the standby does not confirm")
            time.sleep(0.05)
        return self


class SorteoInDatabase(contenders.Sorteo):
    """sorteo-server on a database."""

    def __init__(self, uri):
        super().__init__()
        self.uri = uri

    def path(self, name):
        return self.uri if name == "bets.db" else super().path(name)


class Scene:
    """Servers and what they store in; as a contender to `load`, and knowing who takes what of the processor."""

    peer = "sorteo"

    def __init__(self, count=1, standby=False, copy=False):
        self.count, self.standby, self.copy = count, standby, copy

    def __enter__(self):
        self.servers, self.databases = [], []
        with contextlib.ExitStack() as stack:
            if self.copy:
                self.peer = contenders.Postgres.peer
                self.databases.append(stack.enter_context(contenders.Postgres()))
                self.address = self.databases[0].address
            elif self.count == 0:
                self.servers.append(stack.enter_context(contenders.Sorteo()))
            else:
                self.databases.append(stack.enter_context(Primary()))
                if self.standby:
                    self.databases.append(stack.enter_context(Standby(self.databases[0])))
                self.servers += [stack.enter_context(SorteoInDatabase(self.databases[0].address))
                                 for _ in range(self.count)]
            if self.servers:
                self.address = ",".join(server.address for server in self.servers)
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_):
        self.stack.close()

    def processor_seconds(self):
        """Of the servers, and of the databases."""
        return tuple(sum(processor_seconds(each.processes()) for each in some)
                     for some in (self.servers, self.databases))

    def spent(self):
        """Processor time in ns of servers and databases; bytes of the log and of the tables."""
        return (*(seconds * 1e9 for seconds in self.processor_seconds()),
                *(written(self.databases[0].address) if self.databases else (0, 0)))


# ---- Measuring -------------------------------------------------------------------------------------------------------


def measure(frames, **options):
    def once():
        with Scene(**options) as scene:
            before = scene.spent()
            figures = load.run(scene, frames, BETS)
            after = scene.spent()
        for what, one, other in zip(SPENT, after, before):
            figures[what] = (one - other) / figures["bets"]
        return figures
    return once


def database(count):
    """{what: a row of each round}"""
    print("A store in PostgreSQL: five connections, batches of 150\n")
    with tempfile.TemporaryDirectory() as folder:
        frames = load.Frames(folder)
        results = rounds.in_turn({
            ONE: measure(frames), "2 servers": measure(frames, count=2), "3 servers": measure(frames, count=3),
            "1 server, standby confirms": measure(frames, standby=True), COPY: measure(frames, copy=True),
            SQLITE: measure(frames, count=0)}, count, "database")
    servers.print_results(results, ONE)
    rounds.print_table(["for each bet", "ns of servers", "ns of databases", "bytes of log", "bytes of tables"],
                       [[name, *(f"{rounds.median(rows, what):,.0f}" for what in SPENT)]
                        for name, rows in results.items()])
    return results
