"""A PostgreSQL of two: a primary, and a standby that must confirm each commit. They change places, as when a machine is
lost and what manages the cluster promotes the other.

Knows nothing of what is stored in them.
"""

import os
import shutil
import signal
import time

import rig  # noqa: F401  the path to the next ones
from postgresql import START_PATIENCE, Cluster
from server import free_port, read_text, wait_for

CONFIRMED = "synchronous_standby_names = '*'"
STANDBY_CONFIRMS = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
STANDBY_SHOWS = "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn >= '{}'"


class Pair(Cluster):
    """Which of them is the primary, `ask` and `hosts` know. Without CONFIRMED in the settings nothing has to be
    confirmed."""

    def __init__(self, *settings):
        super().__init__(*settings)
        if self.skipped:
            return
        self.nodes = {"data": self.port, "second": free_port()}
        self.primary = "data"
        self.hosts = ",".join(f"localhost:{port}" for port in self.nodes.values())
        self.add_standby()

    @property
    def standby(self):
        return next(node for node in self.nodes if node != self.primary)

    def start(self, node):
        self.control("-o", f"-p {self.nodes[node]}", "start", node=node)

    def add_standby(self):
        """A new copy of the primary, which follows it from then on. What the folder had is gone."""
        node = self.standby
        shutil.rmtree(os.path.join(self.folder, node), ignore_errors=True)
        self.run("pg_basebackup", "-D", os.path.join(self.folder, node), "-R", "-X", "stream", "-c", "fast",
                 "-d", f"host={self.folder} port={self.port} user=sorteo application_name={node}")
        self.start(node)
        wait_for(lambda: self.ask(STANDBY_CONFIRMS) == "1", "the standby to follow", START_PATIENCE)

    def new_uri(self):
        """A standby confirms what it has not applied yet. It may be asked first, and a host that does not know the
        database is an answer: libpq asks no other."""
        uri = super().new_uri()
        written = self.ask("SELECT pg_current_wal_lsn()")
        wait_for(lambda: self.ask(STANDBY_SHOWS.format(written)) == "1", "the standby to have the database",
                 START_PATIENCE)
        return uri

    def receivers(self):
        """The processes of the standby that take what the primary writes."""
        with open(os.path.join(self.folder, self.standby, "postmaster.pid"), encoding="ascii") as file:
            postmaster = int(file.readline())
        children = read_text(f"/proc/{postmaster}/task/{postmaster}/children").split()
        return [int(child) for child in children if b"walreceiver" in read_bytes(f"/proc/{child}/cmdline")]

    def change_places(self, deaf_s=0.0):
        """The primary is gone at once, and its standby takes its place; for the last `deaf_s` seconds it has heard
        nothing. What was the primary comes back as an empty machine."""
        deaf = self.receivers() if deaf_s else []
        for pid in deaf:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(deaf_s)
        self.control("-m", "immediate", "stop", node=self.primary)
        self.primary = self.standby
        self.port = self.nodes[self.primary]
        self.control("-W", "promote", node=self.primary)    # a receiver that goes on finds that it has to end
        time.sleep(0.1 if deaf else 0)
        for pid in deaf:
            os.kill(pid, signal.SIGCONT)
        wait_for(lambda: self.ask("SELECT pg_is_in_recovery()") == "f", "the standby to be the primary", START_PATIENCE)
        self.add_standby()

    def end(self):
        """The keeper stops the one that it has started."""
        if not self.skipped:
            self.control("-m", "immediate", "stop", node="second")
            if self.primary == "second":
                self.control("-m", "immediate", "stop")
                self.start("data")
        super().end()


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()
