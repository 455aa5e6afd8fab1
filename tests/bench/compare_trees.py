#!/usr/bin/env python3
"""Is this tree as fast as it was at another commit? Measures both in turn, in one run, and prints ratios.

usage: compare_trees.py COMMIT [--rounds N] [--only codec|server]

The other tree is exported from its commit and built beside this one, with the same compiler and flags. Measured are the
codec, by each tree's own bench-codec, in all dialects that both have; the server with five connections that send
batches of 150 (by this tree's `load`); and the server with five clients that send batches of 10 in `keyed` (the
clients are this tree's, for both). A server says that it listens before all its processes have started: what its start
takes of the processors is a row of its own, and bets are sent when it is over. A ratio is this tree's time by the
other's: above 1, this one is slower. On a busy machine, the processor time says more.
"""

import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import contenders  # noqa: E402
import load  # noqa: E402
import rounds  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NOW, BEFORE = "now", "before"
NS = "ns_per_bet"
BETS = 1_000_000
SHORT_ROWS = 4000     # of an agency, so that a round of small batches takes a second or two
IDLE_S, IDLE_SHARE = 0.5, 0.02      # a server whose processes take no more than that share of a processor has started
START_S = 20


def export(commit):
    """The folder of the other tree."""
    name = subprocess.run(["git", "-C", ROOT, "rev-parse", "--verify", "--quiet", commit + "^{commit}"],
                          capture_output=True, text=True, check=False).stdout.strip()
    if not name:
        sys.exit(f"compare_trees.py: {commit} is no commit of this repository")
    folder = os.path.join(ROOT, "build", "before", name)
    if not os.path.isdir(folder):
        os.makedirs(folder)
        archive = subprocess.run(["git", "-C", ROOT, "archive", name], stdout=subprocess.PIPE, check=True).stdout
        subprocess.run(["tar", "-x", "-C", folder], input=archive, check=True)
    return folder


def build(folder, *targets):
    subprocess.run(["make", "-s", "--no-print-directory", "-C", folder, "BUILD=build/rel", "all",
                    *(f"build/rel/{target}" for target in targets)], check=True)
    return os.path.join(folder, "build", "rel")


# ---- The codec ------------------------------------------------------------------------------------------------------

def codec_round(build_folder, frames):
    """{"decode sorteo": ns a bet, …} for what is ours."""
    said = subprocess.run([os.path.join(build_folder, "bench", "codec", "bench-codec"), frames, "3", "sorteo",
                           "sorteo-compact", "sorteo-keyed", "sorteo-grouped"], capture_output=True, text=True,
                          check=True).stdout
    found = collections.defaultdict(list)
    for line in said.splitlines():
        kind, name, rest = line.split(" ", 2)
        if kind != "how":
            found[f"{kind} {name}"].append(float(rest))
    return {what: min(times) for what, times in found.items()}


def compare_codec(builds, count):
    with tempfile.TemporaryDirectory() as folder:
        frames = os.path.join(folder, "frames")
        with open(frames, "wb") as out:
            for path in load.Frames(folder).paths:
                with open(path, "rb") as file:
                    out.write(file.read())
        return rounds.in_turn({name: lambda at=at: codec_round(at, frames) for name, at in builds.items()}, count,
                              "codec")


# ---- The server -----------------------------------------------------------------------------------------------------

class ServerOf(contenders.Sorteo):
    def __init__(self, build_folder, dialect="wide"):
        super().__init__()
        self.build_folder, self.dialect = build_folder, dialect

    def command(self):
        return [os.path.join(self.build_folder, "sorteo-server"), "--listen", "127.0.0.1:0", "--store",
                self.path("bets.db"), "--winning-number", "7574", "--agencies", "5", "--dialect", self.dialect]


def processor_ns(server):
    """What the server's processes have taken of the processors."""
    total = 0
    for pid in server.processes():
        try:
            with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0])
        except OSError:
            continue        # it has just ended
    return total


def let_start(server):
    """Waits until all its processes have started and wait for bets. Returns what they have taken by then."""
    deadline = time.monotonic() + START_S
    taken, before = processor_ns(server), 0
    while taken - before > IDLE_SHARE * IDLE_S * 1e9:
        if time.monotonic() > deadline:
            raise RuntimeError("the server is still busy, though nothing was sent to it")
        time.sleep(IDLE_S)
        taken, before = processor_ns(server), taken
    return taken


def batches_of_150(build_folder, frames):
    with ServerOf(build_folder) as server:
        let_start(server)
        return {"server, batches of 150": load.run(server, frames, BETS)[NS]}


def clients_with_batches_of_10(build_folder, rows):
    with ServerOf(build_folder, "keyed") as server:
        start_ns = let_start(server)
        began = time.monotonic()
        clients = [subprocess.Popen([contenders.program("sorteo-client"), "--agency", str(agency), "--server",
                                     server.address, "--dialect", "keyed", "--batch", "10", path],
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                   for agency, path in enumerate(rows, 1)]
        said = [client.communicate()[0] for client in clients]
        took = time.monotonic() - began
        server_ns = processor_ns(server) - start_ns
    if any(client.returncode != 0 for client in clients):
        raise RuntimeError("a client failed:\n" + "\n".join(said))
    stored = max(sum(int(found) for found in re.findall(r"cantidad: (\d+)", "\n".join(said))), 1)
    return {"server, five clients, keyed, batches of 10": took * 1e9 / stored,
            "server, five clients, keyed, batches of 10: its processor time": server_ns / stored,
            "server, start: its processor time (us)": start_ns / 1000}


def compare_servers(builds, count):
    with tempfile.TemporaryDirectory() as folder:
        frames, rows = load.Frames(folder), load.Frames.rows(folder, 5)
        rows = [shortened(folder, path) for path in rows]
        return rounds.in_turn({name: lambda at=at: batches_of_150(at, frames) | clients_with_batches_of_10(at, rows)
                               for name, at in builds.items()}, count, "server")


def shortened(folder, path):
    name = os.path.join(folder, "short-" + os.path.basename(path))
    with open(path, "rb") as file, open(name, "wb") as out:
        for _ in range(SHORT_ROWS):
            out.write(file.readline())
    return name


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", choices=("codec", "server"))
    options = parser.parse_args()
    other = export(options.commit)
    codec = [] if options.only == "server" else ["bench/codec/bench-codec"]
    builds = {BEFORE: build(other, *codec),
              NOW: build(ROOT, *codec, *([] if options.only == "codec" else ["bench/server/load"]))}
    contenders.BUILD = builds[NOW]
    table = []
    for part, compare in (("codec", compare_codec), ("server", compare_servers)):
        if options.only in (None, part):
            results = compare(builds, options.rounds)
            for what in results[NOW][0].keys() & results[BEFORE][0].keys():
                table.append((what, *(f"{rounds.median(results[name], what):.1f}" for name in (BEFORE, NOW)),
                              *(f"{figure:.3f}" for figure in rounds.ratio(results, NOW, BEFORE, what))))
    rounds.print_table(("ns a bet", BEFORE, NOW, "ratio", "least", "most"), sorted(table))


if __name__ == "__main__":
    main()
