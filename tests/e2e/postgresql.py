#!/usr/bin/env python3
"""The server with its store in PostgreSQL, as its operators and agencies see it.

usage: postgresql.py [NAME-PART...]

A cluster of its own (tests/tools/postgresql-cluster), with a database for each test, reached over TCP by a name, as
the committer's sandbox must allow; nothing of the system's own is touched. What a store in a file has to do as well,
the other end-to-end tests show. Prints TAP; skipped where PostgreSQL's server is not installed.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time

from peer import Ledger, Peer
from server import PATIENCE, Failure, Server, free_port, has_name, program, wait_for
from wire import KEYED, WIDE, WINNING, bets

TOOLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools")
START_PATIENCE = 120    # with the cluster, which is not what is tested: faults are planted with little patience
TESTS = []


def test(function):
    TESTS.append(function)
    return function


# ---- A cluster ---------------------------------------------------------------------------------------------------


class Cluster:
    """Runs until it is left, with these settings ("name = value"), and is reached at `listen`, too, from its network.
    `skipped` where there is no PostgreSQL."""

    def __init__(self, *settings, listen=""):
        # in memory, where that is possible: every commit is synced
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else None
        self.folder = tempfile.mkdtemp(prefix="sorteo-pg-", dir=memory)
        self.prepare()
        self.port = free_port()
        addresses = ",".join(filter(None, ("localhost", listen)))
        self.keeper = subprocess.Popen([os.path.join(TOOLS, "postgresql-cluster"), self.folder,
                                        f"listen_addresses = '{addresses}'", f"port = {self.port}", *settings],
                                       stdin=subprocess.PIPE)
        self.hosts = f"localhost:{self.port}"
        self.databases = 0
        wait_for(lambda: os.path.exists(self.folder + "/ready") or self.keeper.poll() is not None,
                 "PostgreSQL to start", max(PATIENCE, START_PATIENCE))
        self.skipped = self.keeper.poll() == 77
        if self.keeper.poll() not in (None, 77):
            raise Failure("PostgreSQL did not start")
        if listen and not self.skipped:
            with open(self.folder + "/data/pg_hba.conf", "a", encoding="ascii") as file:
                file.write("host all all samenet trust\n")
            self.ask("SELECT pg_reload_conf()")

    def prepare(self):
        """What must be in the folder before the cluster is made."""

    def ask(self, sql, database="postgres"):
        where = ["-h", self.folder, "-p", str(self.port), "-U", "sorteo", "-d", database]
        result = subprocess.run(["psql", *where, "-XAtq", "-c", sql], capture_output=True, text=True, check=False,
                                timeout=max(PATIENCE, START_PATIENCE))
        if result.returncode != 0:
            raise Failure(f"{sql}: {result.stderr}")
        return result.stdout.strip()

    def new_uri(self):
        self.databases += 1
        self.ask(f"CREATE DATABASE test{self.databases}")
        return f"postgresql://sorteo@{self.hosts}/test{self.databases}"

    def control(self, *arguments, node="data"):
        """pg_ctl, for the folder of a node; the cluster has one, if nobody made another."""
        self.run("pg_ctl", "-D", f"{self.folder}/{node}", "-l", self.folder + "/server-log", "-w", *arguments)

    def run(self, name, *arguments):
        """A program of PostgreSQL's, as the user who may."""
        bindir = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
        command = [f"{bindir}/{name}", *arguments]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command]
        result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=self.folder)
        if result.returncode != 0:
            raise Failure(f"{command}: {result.stdout}{result.stderr}")

    def end(self):
        self.keeper.stdin.close()
        self.keeper.wait(PATIENCE)


class InPostgres(Server):
    """A server whose store is a database."""

    def __init__(self, folder, name, uri, **options):
        super().__init__(folder, name, **options)
        self.store = self.options["store"] = uri

    def committer(self):
        return next((pid for pid in self.children() if has_name(pid, "sorteo-commit")), None)


class Scene:
    """What a test gets."""

    def __init__(self, cluster, folder):
        self.cluster = cluster
        self.folder = folder
        self.uri = cluster.new_uri()
        self.servers = []
        self.ledger = Ledger()

    def database(self):
        return self.uri.split("/")[3]

    def ask(self, sql):
        return self.cluster.ask(sql, self.database())

    def add(self, dialect=WIDE, uri=None, **options):
        name = f"server-{self.database()}-{len(self.servers)}"
        self.servers.append(InPostgres(self.folder, name, uri or self.uri, dialect=dialect.name,
                                       **{"agencies": 2, **options}))
        return self.servers[-1]

    def serve(self, dialect=WIDE, **options):
        return self.add(dialect, **options).start()

    def peer(self, server, agency=1, dialect=WIDE):
        return Peer(server, dialect, agency, "agency", self.ledger)

    def tool(self, command, *arguments, status=0, said=""):
        result = subprocess.run([program("sorteo"), command, "--store", self.uri, *arguments], capture_output=True,
                                text=True, check=False, timeout=PATIENCE)
        if result.returncode != status or said not in result.stderr + result.stdout:
            raise Failure(f"{command} {arguments}: status {result.returncode}: {result.stdout}{result.stderr}")
        return result.stdout

    def rows(self):
        return len(self.tool("export").splitlines())

    def clean(self):
        for server in self.servers:
            server.destroy()


def expect(seen, wanted, what):
    if seen != wanted:
        raise Failure(f"{what}: {seen}, not {wanted}")


def expect_refused(server, said):
    server.launch()
    if server.wait_exit() == 0 or not any(said in entry["reason"] for entry in server.log("open_store", result="fail")):
        raise Failure(f"the server does not leave with {said!r}")


# ---- Tests -------------------------------------------------------------------------------------------------------


@test
def round_is_drawn_and_remembered(scene):
    server = scene.serve()
    peers = [scene.peer(server, agency) for agency in (1, 2)]
    winning = [peer.store(bets(3, peer.agency, WINNING)) for peer in peers]
    for peer in peers:
        peer.store(bets(500, peer.agency))
        peer.finish()
    for peer, winners in zip(peers, winning):
        peer.expect_winners(winners)
        peer.receipt_and_leave()
    server.stop()
    expect(server.draws(), 1, "draws")
    expect(scene.rows(), 1006, "rows")
    expect(scene.ask("SELECT count(*), sum(agency) FROM winning_bets"), "6|9", "winning bets in the view")
    server.start()
    scene.peer(server).store()
    server.stop()
    expect(server.draws(), 1, "draws after a restart")
    expect(scene.ask("SELECT count(*) FROM bets WHERE round = 2") != "0", True, "bets of the second round")


@test
def operators_tools_do_what_they_can_and_say_what_not(scene):
    server = scene.serve()
    peer = scene.peer(server)
    stored = peer.store(bets(20, 1))
    expect(scene.rows(), len(stored), "rows that an export sees while the server runs")
    scene.tool("backup", scene.folder + "/copy.db", status=1, said="use pg_dump")
    server.stop()
    scene.tool("finish", "--agency", "2")
    expect(scene.ask("SELECT phase FROM agencies WHERE agency = 2"), "waiting", "the agency that was finished")
    expect(scene.tool("export", "--finishes").count("\n"), 1, "agencies that were finished by hand")


@test
def killed_committer_is_replaced_and_nothing_is_lost(scene):
    server = scene.serve(KEYED)
    for _ in range(3):
        peer = scene.peer(server, 1, KEYED)
        peer.store(bets(50, 1))
        server.settle()
        committer = server.committer()
        os.kill(committer, signal.SIGKILL)
        peer.close()
        wait_for(lambda: server.committer() not in (None, committer), "another committer")
        server.settle()     # its workers know it
    scene.peer(server, 1, KEYED).store(bets(50, 1))
    server.stop()
    expect(scene.rows(), 200, "rows")


@test
def database_that_is_started_again_between_groups_disturbs_nobody(scene):
    server = scene.serve()
    peer = scene.peer(server)
    peer.store(bets(20, 1))
    scene.cluster.control("-m", "fast", "restart")
    peer.store(bets(20, 1))
    server.stop()
    expect(server.log("process_ended"), [], "processes that ended meanwhile")
    expect(scene.rows(), 40, "rows")


@test
def agency_that_waits_keeps_its_connection_while_the_database_is_away(scene):
    server = scene.serve()
    peers = [scene.peer(server, agency) for agency in (1, 2)]
    winning = [peer.store(bets(2, peer.agency, WINNING)) for peer in peers]
    peers[0].finish()
    server.settle()
    scene.cluster.control("-m", "immediate", "stop")
    time.sleep(1)
    scene.cluster.control("start")
    peers[1].finish()
    for peer, winners in zip(peers, winning):
        peer.expect_winners(winners)
        peer.receipt_and_leave()
    server.stop()


@test
def bad_stores_are_refused_with_a_reason_and_without_a_password(scene):
    for uri, said in (("postgresql://me:secret@127.0.0.1:1/lottery", "Connection refused"),
                      ("postgresql://me:secret@nowhere.invalid/lottery", "nowhere.invalid"),
                      ("postgresql://me:secret@h/lottery?x=y", "its connection string is none"),
                      (f"postgresql://sorteo:secret@localhost:{scene.cluster.port}/none", 'database "none"')):
        server = scene.add(uri=uri)
        expect_refused(server, said)
        if "secret" in server.text():
            raise Failure(f"{uri}: the log has the password")


# ---- The run -----------------------------------------------------------------------------------------------------


def run(function, cluster, folder):
    scene = Scene(cluster, folder)
    try:
        function(scene)
        return []
    except (Failure, OSError, subprocess.SubprocessError) as error:
        return [repr(error)] + [line for server in scene.servers for line in server.text().splitlines()[-30:]]
    finally:
        scene.clean()


def run_tests(tests):
    chosen = [function for function in tests
              if not sys.argv[1:] or any(part in function.__name__ for part in sys.argv[1:])]
    cluster = Cluster()
    failed = 0
    print(f"1..{len(chosen)}")
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sorteo-e2e-"))
        if not cluster.skipped:
            stack.callback(cluster.end)
        for number, function in enumerate(chosen, 1):
            if cluster.skipped:
                print(f"ok {number} - {function.__name__} # SKIP PostgreSQL's server is not installed")
                continue
            problems = run(function, cluster, folder)
            failed += bool(problems)
            print(f"{'not ok' if problems else 'ok'} {number} - {function.__name__}", flush=True)
            for line in problems:
                print(f"# {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run_tests(TESTS))
