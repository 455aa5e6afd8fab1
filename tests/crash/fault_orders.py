"""Orders for the processes of what `make rigs` builds: "at this point, the n-th time, take this signal".

The other side is tests/crash/fault.c, with which the layout of the file is shared. One order at a time.
"""

import glob
import mmap
import os
import re
import signal
import struct

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAME_SIZE = 64
COUNTDOWN, SIGNAL, OBEYED_BY = NAME_SIZE, NAME_SIZE + 4, NAME_SIZE + 8
SIZE = 4096


# Whose points the files of a folder, or a file, have; those of the others are the committer's.
ROLES = {"supervisor": "supervisor", "acceptor": "acceptor", "worker": "worker", "client": "client",
         "whole_file.c": "client"}


# Points that only a server with a store in a file comes to, and those that only one with a store in a database does.
OF_A_FILE = ("src/store/sqlite/", "src/server/committer/csv_file.c", "tests/crash/fault.c")
OF_A_DATABASE = ("src/store/postgresql/", "src/server/committer/commit_cycle_others.c")
# Points that are not passed while all is calm, and what brings a process there.
AT_START = ("store-opened", "opening-syncs-the-folder", "opening-syncs-the-log", "opening-synced", "committer-is-ready",
            "committer-heard", "pool-is-whole", "committer-forked", "worker-forked", "worker-starts", "acceptor-forked",
            "acceptor-starts", "role-begins")
AT_A_STOP = ("stop-begins", "workers-left", "worker-stops")
AT_A_DEATH = {"child-lost": "worker", "worker-lost": "worker", "generation-ended": "committer"}
AT_A_RELOAD = ("certificates-reloaded",)


def points_in(path):
    with open(path, encoding="utf-8") as file:
        return re.findall(r'FAULT_POINT\("([^"]+)"\)', file.read())


def is_below(path, places):
    return any(os.path.relpath(path, ROOT).startswith(place) for place in places)


def points(elsewhere=OF_A_DATABASE):
    """{name: role} of every point but those that no server here comes to: of one with a store in a file, and of a
    client. With OF_A_FILE, of one with a store in a database."""
    found = {}
    for path in sorted(glob.glob(os.path.join(ROOT, "src", "**", "*.c"), recursive=True)
                       + [os.path.join(ROOT, "tests/crash/fault.c")]):
        if is_below(path, elsewhere):
            continue
        role = ROLES.get(os.path.basename(path)) or ROLES.get(os.path.basename(os.path.dirname(path)), "committer")
        for point in points_in(path):
            assert point not in found, f"two points are called {point}"
            found[point] = role
    return found


class FaultOrders:
    def __init__(self, path):
        self.path = path
        with open(path, "wb") as file:
            file.truncate(SIZE)
        with open(path, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), SIZE)

    def environment(self):
        return {"SORTEO_FAULTS": self.path}

    def _put(self, place, value):
        struct.pack_into("=I", self.map, place, value)

    def _get(self, place):
        return struct.unpack_from("=I", self.map, place)[0]

    def give(self, point, times=1, sig=signal.SIGKILL):
        self.withdraw()
        self._put(OBEYED_BY, 0)
        self._put(SIGNAL, sig)
        self.map[:NAME_SIZE] = point.encode().ljust(NAME_SIZE, b"\0")
        self._put(COUNTDOWN, times)     # last: from here on it counts

    def withdraw(self):
        self._put(COUNTDOWN, 0)

    def obeyed_by(self):
        """The process that took the signal; 0: none yet."""
        return self._get(OBEYED_BY)
