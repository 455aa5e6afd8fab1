#!/usr/bin/env python3
"""How long a server takes to start, and to replace a process that was killed.

    BUILD=build/gcc tests/bench/start.py [TIMES]

A start is measured until the log says that the server listens; a replacement, until a bet that is sent right after the
kill has its answer, which includes the back-off of 0.1 s before each restart. One worker and one agency; medians.
"""

import os
import signal
import statistics
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
sys.dont_write_bytecode = True

import wire  # noqa: E402
from peer import Ledger, Peer  # noqa: E402
from server import Failure, Server, wait_for  # noqa: E402


def measure_start(folder, number):
    server = Server(folder, f"start-{number}", store=f"{number}.db", agencies=1, workers=1, dialect="wide")
    began = time.monotonic()
    server.start()
    return server, time.monotonic() - began


def is_served(server):
    """A connection that went to a process that had to go with the killed one is cut."""
    try:
        Peer(server, wire.WIDE, 1, "agency", Ledger()).store()
    except (OSError, Failure):
        return False
    return True


def measure_replacement(server, victim):
    """A peer connects as soon as the process is gone, and is served when there is another."""
    os.kill(victim, signal.SIGKILL)
    began = time.monotonic()
    wait_for(lambda: victim not in server.children(), "the process to be gone")
    wait_for(lambda: is_served(server), "an answer")
    return time.monotonic() - began


def main():
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    taken = {"start": [], "worker replaced": [], "acceptor replaced": [], "committer replaced": []}
    with tempfile.TemporaryDirectory(prefix="sorteo-start-") as folder:
        for number in range(times):
            server, seconds = measure_start(folder, number)
            taken["start"].append(seconds)
            for role, find in (("worker", lambda: server.workers()[0]), ("acceptor", server.acceptor),
                               ("committer", server.committer)):
                taken[f"{role} replaced"].append(measure_replacement(server, wait_for(find, f"a {role}")))
            server.kill()
    for what, seconds in taken.items():
        print(f"{what:20}{statistics.median(seconds) * 1000:8.1f} ms   ({min(seconds) * 1000:.1f} to "
              f"{max(seconds) * 1000:.1f})")


if __name__ == "__main__":
    sys.exit(main())
