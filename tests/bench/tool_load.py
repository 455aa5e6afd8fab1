"""Compares `sorteo load` with the benchmarks' own load generator, one after the other, with the same server,
connections and batches. Their results must agree."""

import json
import subprocess
import tempfile

import contenders
import load
import rounds

BETS = 500_000
OURS, TOOLS = "bench's load", "sorteo load"
TOLERANCE = 0.1     # of the medians


def run_tool(address, bets):
    """What `sorteo load` measures, under the names of load.run."""
    command = [contenders.program("sorteo"), "load", "--bets", str(bets), "--batch", "150", "--duration", "3600",
               "--json", address]
    figures = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout)
    return {"bets": figures["bets"], "seconds": figures["seconds"], "bets_per_second": figures["bets_per_second"],
            "median_us": figures["p50_us"], "p99_us": figures["p99_us"], "worst_us": figures["max_us"]}


def by_bench(frames):
    with contenders.Sorteo() as server:
        return load.run(server, frames, BETS)


def by_tool():
    with contenders.Sorteo() as server:
        return run_tool(server.address, BETS)


def twins(count):
    print("The same server by two load generators: five connections, batches of 150\n")
    with tempfile.TemporaryDirectory() as folder:
        frames = load.Frames(folder)
        results = rounds.in_turn({OURS: lambda: by_bench(frames), TOOLS: by_tool}, count, "load")
    rows = []
    for name, figures in results.items():
        bets, least, most = rounds.spread(figures, "bets_per_second")
        rows.append([name, f"{bets / 1e6:.3f} M", f"{least / 1e6:.3f}–{most / 1e6:.3f}",
                     *(f"{rounds.median(figures, time) / 1e3:.2f}" for time in ("median_us", "p99_us", "worst_us"))])
    rounds.print_table(["", "bets/s", "of all rounds", "answer ms", "99 %", "worst"], rows)
    ratio = rounds.median(results[TOOLS], "bets_per_second") / rounds.median(results[OURS], "bets_per_second")
    verdict = "agree" if abs(ratio - 1) <= TOLERANCE else "DIFFER: is the machine idle?"
    print(f"  medians: {TOOLS} by {OURS} {ratio:.3f}; they {verdict}\n")
    return results
