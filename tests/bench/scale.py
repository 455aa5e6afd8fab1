"""How sorteo-server does with more: larger batches, more agencies, workers and idle connections, and a store that
grows."""

import os
import resource
import socket
import subprocess
import tempfile
import time

import contenders
import load
import rounds
import servers

DESCRIPTORS = 30_000
ANSWERS = 1_000_000


def raise_limits():
    """Ten thousand idle connections need a descriptor each, at both ends."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(DESCRIPTORS, most), most))


def series(title, variants, count):
    """Measures {label: (server, frames, bets, idle)} in turn, and prints a row for each label."""
    measures = {label: servers.measure(*variant) for label, variant in variants.items()}
    results = rounds.in_turn(measures, count, title)
    servers.print_results(results, next(iter(variants)), is_peer=False)
    return results


def batch_sizes(count):
    print("Larger batches: five connections, bets of one transaction at most 10,000\n")
    with tempfile.TemporaryDirectory() as folder:
        sizes = ((1, 20_000), (10, 300_000), (50, 1_000_000), (150, 1_000_000), (170, 1_000_000))
        return series("batches", {
            f"{batch} bets": (contenders.Sorteo(), load.Frames(folder, batch=batch), bets, 0)
            for batch, bets in sizes}, count)


def agencies(count):
    print("More agencies: a connection and a worker for each, batches of 150\n")
    with tempfile.TemporaryDirectory() as folder:
        return series("agencies", {
            f"{number} agencies": (contenders.Sorteo(agencies=number, workers=min(number, 50)),
                                   load.Frames(folder, agencies=number), servers.BETS, 0)
            for number in (1, 5, 50, 255)}, count)


def answers(count):
    """As many answers as show what one in a thousand, and the slowest, has to wait."""
    print(f"{ANSWERS:,} answers: 255 connections, batches of 150\n")
    with tempfile.TemporaryDirectory() as folder:
        frames = load.Frames(folder, agencies=255)
        results = rounds.in_turn({"255 agencies": servers.measure(contenders.Sorteo(agencies=255), frames,
                                                                  ANSWERS * 150)}, count, "answers")
    rows = results["255 agencies"]
    rounds.print_table(["answers", "bets/s", "median ms", "99 %", "99.9 %", "worst", "worst by median"],
                       [[f"{row['answers']:,}", f"{row['bets_per_second'] / 1e6:.3f} M",
                         *(f"{row[time] / 1e3:.2f}" for time in ("median_us", "p99_us", "p999_us", "worst_us")),
                         f"{row['worst_us'] / row['median_us']:.1f}"] for row in rows])
    return results


def workers(count):
    print("More workers: five connections, batches of 150\n")
    with tempfile.TemporaryDirectory() as folder:
        frames = load.Frames(folder)
        return series("workers", {f"{number} workers": (contenders.Sorteo(workers=number), frames, servers.BETS, 0)
                                  for number in (1, 2, 5, 50)}, count)


def idle_connections(count):
    print("Idle connections beside the five that work\n")
    raise_limits()
    with tempfile.TemporaryDirectory() as folder:
        frames = load.Frames(folder)
        return series("idle", {f"{number} idle": (contenders.Sorteo(), frames, servers.BETS, number)
                               for number in (0, 1000, 10_000)}, count)


# ---- A store that grows ---------------------------------------------------------------------------------------------


def memory_kb(pid):
    """Resident memory of a process."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next((int(line.split()[1]) for line in file if line.startswith("VmRSS:")), 0)


def draw_seconds(server, agencies):
    """Every agency finishes; from the last FINISH to the first byte of WINNERS."""
    host, port = server.address.rsplit(":", 1)
    peers = [socket.create_connection((host, int(port))) for _ in range(agencies)]
    for agency, peer in enumerate(peers, 1):
        began = time.monotonic()
        peer.sendall(bytes([0, 0, agency]))
    for peer in peers:
        peer.settimeout(120)
        if len(peer.recv(2)) == 0:
            raise RuntimeError("no WINNERS came")
    took = time.monotonic() - began
    for peer in peers:
        peer.close()
    return took


def export_seconds(path):
    """Writes all bets of a store that no server uses as CSV, to nowhere."""
    began = time.monotonic()
    subprocess.run([contenders.program("sorteo"), "export", "--store", path], stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def growth(most, window=200_000, windows=5):
    """Fills one store to 10^4, 10^5 … `most` bets, and measures some windows of bets at each."""
    print("A store that grows: five connections, batches of 150\n")
    found = []
    with tempfile.TemporaryDirectory() as folder, contenders.Sorteo() as server:
        frames = load.Frames(folder)
        held = 0
        level = 10_000
        while level <= most:
            if level > held:
                held += load.run(server, frames, level - held)["bets"]
            figures = [load.run(server, frames, min(window, level)) for _ in range(windows)]
            held += sum(row["bets"] for row in figures)
            found.append({"bets": level, "windows": figures, "ns_per_bet": rounds.median(figures, "ns_per_bet"),
                          "worst_us": rounds.median(figures, "worst_us"),
                          "rss_kb": [memory_kb(pid) for pid in server.processes()],
                          "store_bytes": os.path.getsize(server.path("bets.db"))})
            level *= 10
        drawn = draw_seconds(server, len(frames.paths))
        server.stop()
        exported = export_seconds(server.path("bets.db"))
    rounds.print_table(["bets", "ns a bet", "worst answer ms", "memory of each process MB", "store MB"],
                       [[f"{row['bets']:,}", f"{row['ns_per_bet']:.0f}", f"{row['worst_us'] / 1e3:.1f}",
                         " ".join(f"{kb / 1024:.1f}" for kb in row["rss_kb"]), f"{row['store_bytes'] / 1e6:.1f}"]
                        for row in found])
    print(f"  The draw over {held:,} bets took {drawn:.2f} s; {held / exported / 1e6:.2f} million a second are "
          f"exported. A bet takes {found[-1]['store_bytes'] / held:.1f} bytes of the store.\n")
    return {"levels": found, "draw_seconds": drawn, "export_seconds": exported, "bets": held}
