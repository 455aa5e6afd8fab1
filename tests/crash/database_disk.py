"""A PostgreSQL whose data is on a disk of its own, whose power can be cut.

Knows nothing of what is stored in it.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile

import rig  # noqa: F401  the path to the next ones
from disk import Disk
from postgresql import Cluster
from server import read_text, wait_for

SIZE = 512 << 20        # a cluster and its log
OWNER = "nobody"        # tests/tools/postgresql-cluster


def processes_of(cluster):
    """Its postmaster and what that has started."""
    with open(cluster.folder + "/data/postmaster.pid", encoding="ascii") as file:
        postmaster = int(file.readline())
    children = read_text(f"/proc/{postmaster}/task/{postmaster}/children").split()
    return [postmaster, *map(int, children)]


def send(pids, sig):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sig)


class ClusterOnDisk(Cluster):
    """Raises disk.Impossible. The mount namespace is the caller's."""

    def __init__(self, kind, *settings):
        self.kind = kind
        self.disk = None
        super().__init__(*settings)
        if not self.skipped:    # it was made in haste
            subprocess.run(["sync", "-f", self.disk.place], check=True)

    def prepare(self):
        """Beside the folder, which the keeper removes."""
        self.beside = tempfile.mkdtemp(prefix="sorteo-pg-disk-", dir=os.path.dirname(self.folder))
        os.chmod(self.beside, 0o755)
        self.disk = Disk(self.beside, self.kind, SIZE)
        with contextlib.suppress(FileNotFoundError):
            os.rmdir(os.path.join(self.disk.place, "lost+found"))
        os.chown(self.disk.place, pwd.getpwnam(OWNER).pw_uid, -1)
        os.symlink(self.disk.place, os.path.join(self.folder, "data"))

    def cut_power(self):
        """The machine is off during this, and starts again."""
        pids = processes_of(self)
        send(pids, signal.SIGSTOP)
        self.disk.cut_power()
        send(pids, signal.SIGKILL)
        wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in pids), "the database's processes to be gone")
        self.disk.restore_power()
        self.control("start")

    def end(self):
        super().end()
        self.disk.unmount()
        shutil.rmtree(self.beside)
