"""What memory is for: an idle connection of the server's, and a larger file of the client's.

The client's is the most that was ever resident (VmHWM), looked up until it has ended; the server's what it has for
itself (RssAnon) in all its processes.
"""

import os
import re
import socket
import subprocess
import tempfile
import time

import contenders
import rounds
import scale

IDLE = 10_000
FILES = (10_000, 100_000, 1_000_000)
SECONDS = 120


def status_kb(pid, name):
    """A line of /proc/PID/status; 0 if the process has none any more."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as file:
            found = re.search(rf"^{name}:\s+(\d+)", file.read(), re.M)
    except OSError:
        return 0
    return int(found[1]) if found else 0


# ---- The server: an idle connection -------------------------------------------------------------------------------


def descriptors(server):
    return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in server.processes())


def connect(server, count):
    """Connections that say nothing, once all of them are accepted."""
    host, port = server.address.rsplit(":", 1)
    held = descriptors(server)
    peers = [socket.create_connection((host, int(port))) for _ in range(count)]
    deadline = time.monotonic() + SECONDS
    while descriptors(server) < held + count:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{count} connections were not accepted within {SECONDS} s")
        time.sleep(0.05)
    return peers


def idle_connection():
    """Bytes that each costs the server. The first thousand make ready what all use, and are not counted."""
    scale.raise_limits()
    with contenders.Sorteo() as server:
        peers = connect(server, 1000)
        before = sum(status_kb(pid, "RssAnon") for pid in server.processes())
        peers += connect(server, IDLE)
        after = sum(status_kb(pid, "RssAnon") for pid in server.processes())
        for peer in peers:
            peer.close()
    return (after - before) * 1024 / IDLE


# ---- The client: a larger file ------------------------------------------------------------------------------------


def client_kb(bets):
    """The most memory that a client has while it sends a file of so many bets."""
    with tempfile.TemporaryDirectory() as folder, contenders.Sorteo(agencies=1) as server:
        subprocess.run([contenders.program("sorteo"), "generate", "--agencies", "1", "--bets", str(bets),
                        "--output", folder], stdout=subprocess.DEVNULL, check=True)
        client = subprocess.Popen([contenders.program("sorteo-client"), "--agency", "1", "--server", server.address,
                                   "--winners", os.path.join(folder, "winners"), os.path.join(folder, "agency-1.csv")],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        most = 0
        while client.poll() is None:
            most = max(most, status_kb(client.pid, "VmHWM"))
            time.sleep(0.002)
    if client.returncode != 0 or most == 0:
        raise RuntimeError(f"the client of {bets} bets ended with status {client.returncode}")
    return most


def memory():
    print("Memory\n")
    found = {"idle_bytes": idle_connection(), "client_kb": {bets: client_kb(bets) for bets in FILES}}
    rounds.print_table(["of", "memory"],
                       [[f"an idle connection, of {IDLE:,}", f"{found['idle_bytes']:,.0f} bytes"],
                        *([f"a client of {bets:,} bets", f"{kb:,} kB"] for bets, kb in found["client_kb"].items())])
    return found
