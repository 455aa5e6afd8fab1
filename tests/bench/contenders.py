"""The servers that are compared, each started on a folder and a port of its own, and stopped again.

Each must have bets on stable storage before it answers; how it was told so stands beside it. Knows nothing of what is
sent.
"""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ.get("BUILD", "build")
START_S, STOP_S = 20, 20
NO_SYNC = "none"                # for sync_us: a disk that takes no time
SLOW_SYNC = os.path.abspath(os.path.join(BUILD, "bench", "server", "slow_sync.so"))


def program(*parts):
    return os.path.abspath(os.path.join(BUILD, *parts))


class Contender:
    """A server in a process of its own, in a folder that is gone when it is."""

    name = "?"
    peer = "sorteo"         # as load calls it
    owner = None            # a user's name, for those that will not run as root

    def __init__(self, sync_us=0, **options):
        self.sync_us = sync_us
        self.options = options

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="sorteo-bench-", dir=os.environ.get("TMPDIR", "/var/tmp"))
        if self.owner:
            shutil.chown(self.folder, self.owner)
        self.prepare()
        environment = dict(os.environ)
        if self.sync_us:
            environment |= {"LD_PRELOAD": SLOW_SYNC, "SLOW_SYNC_US": str(self.sync_us)}
        self.log = os.path.join(self.folder, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(self.as_owner(self.command()), stdout=log, stderr=subprocess.STDOUT,
                                            env=environment, start_new_session=True)
        try:
            self.address = self.wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop(self):
        """Ends it; its folder stays until the contender is left."""
        try:
            self.process.send_signal(self.stop_signal)
            self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    stop_signal = signal.SIGTERM

    def as_owner(self, command):
        if self.owner and os.geteuid() == 0:
            return ["runuser", "-u", self.owner, "--"] + command
        return command

    def path(self, name):
        return os.path.join(self.folder, name)

    def prepare(self):
        """What must be there before it starts."""

    def command(self):
        raise NotImplementedError

    def find_address(self, log):
        """Where it listens, or None as long as it does not."""
        raise NotImplementedError

    def wait_until_ready(self):
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            with open(self.log, encoding="utf-8", errors="replace") as file:
                log = file.read()
            address = self.find_address(log)
            if address:
                return address
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError(f"{self.name} did not start:\n{log[-2000:]}")

    def processes(self):
        """The process ids of the server and of those it started."""
        found = [self.process.pid]
        for pid in found:
            try:
                with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                    found += [int(child) for child in file.read().split()]
            except OSError:
                continue        # it has just ended
        return found


class Sorteo(Contender):
    """sorteo-server: SQLite with synchronous=FULL, group commit."""

    name = "sorteo-server"

    def command(self):
        command = [program("sorteo-server"), "--listen", "127.0.0.1:0", "--store", self.path("bets.db"),
                   "--winning-number", "7574", "--agencies", str(self.options.get("agencies", 5)),
                   "--max-connections", "20000", "--max-per-address", "20000"]
        if "workers" in self.options:
            command += ["--workers", str(self.options["workers"])]
        return command

    def find_address(self, log):
        found = re.search(r"action: listen \| result: success \| stream: agency \| address: (\S+)", log)
        return found and found[1]


class PlainLog(Contender):
    """A file that is appended to: write, fdatasync, answer."""

    name = "plain log"
    arguments = []

    def command(self):
        return [program("bench", "server", "plain-log"), *self.arguments, self.path("log-of-frames")]

    def find_address(self, log):
        return log.strip() if log.endswith("\n") else None


class GroupedLog(PlainLog):
    """The same, one fdatasync for all frames that were written before it began."""

    name = "plain log, grouped"
    arguments = ["--group"]


class LockPerBatch(PlainLog):
    """SQLite, WAL, synchronous=FULL: a lock, a transaction for each batch, a prepared statement for each row."""

    name = "SQLite, lock per batch"

    def command(self):
        return [program("bench", "server", "lock-per-batch"), self.path("bets.db")]


class Redis(Contender):
    """Redis, appendfsync always: one RPUSH for each batch, an element for each bet."""

    name = "Redis"
    peer = "redis"

    def prepare(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def command(self):
        return ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--dir", self.folder, "--save", "",
                "--appendonly", "yes", "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0"]

    def find_address(self, log):
        return f"127.0.0.1:{self.port}" if "Ready to accept connections" in log else None


class Postgres(Contender):
    """PostgreSQL, fsync and synchronous_commit on: one COPY for each batch, over a local socket."""

    name = "PostgreSQL"
    peer = "postgres"
    stop_signal = signal.SIGINT     # at once, without waiting for clients

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.owner = "postgres" if os.geteuid() == 0 else None
        self.user = self.owner or pwd.getpwuid(os.geteuid()).pw_name
        self.programs = sorted(os.path.join("/usr/lib/postgresql", version, "bin")
                               for version in os.listdir("/usr/lib/postgresql"))[-1]

    def prepare(self):
        initdb = [os.path.join(self.programs, "initdb"), "-D", self.path("data"), "-A", "trust", "-U", self.user,
                  "-E", "UTF8", "--locale=C"]
        subprocess.run(self.as_owner(initdb), check=True, stdout=subprocess.DEVNULL)

    def command(self):
        return [os.path.join(self.programs, "postgres"), "-D", self.path("data"), "-k", self.folder,
                "-c", "listen_addresses=", "-c", "max_wal_size=4GB"]

    def find_address(self, log):
        if "database system is ready to accept connections" not in log:
            return None
        address = f"host={self.folder} user={self.user} dbname=postgres"
        table = ("CREATE TABLE bet (round int, agency smallint, name text, surname text, document bigint,"
                 " birthdate date, number int)")
        subprocess.run(["psql", "-q", address, "-c", table], check=True)
        return address


ALL = (Sorteo, PlainLog, GroupedLog, LockPerBatch, Redis, Postgres)
