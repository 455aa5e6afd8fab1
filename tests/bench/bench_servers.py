#!/usr/bin/env python3
"""Measures sorteo-server and its alternatives, and the server under growing load; prints tables, writes JSON and plots.

usage: bench_servers.py [--rounds N] [--output FOLDER] [--most BETS] [SECTION...]

SECTION: peers, slow-disk, syncs, batches, agencies, answers, workers, idle, memory, tool, tls, database, growth
(default: all). BUILD names the
folder of the programs, DATA that of the bets. Ratios are taken round by round; a quiet machine gives narrower spreads,
not different ratios.
"""

import argparse
import os
import sys

sys.dont_write_bytecode = True
import contenders  # noqa: E402
import database  # noqa: E402
import memory  # noqa: E402
import plots  # noqa: E402
import rounds  # noqa: E402
import scale  # noqa: E402
import servers  # noqa: E402
import tls_cost  # noqa: E402
import tool_load  # noqa: E402
import wanted  # noqa: E402

SECTIONS = ("peers", "slow-disk", "syncs", "batches", "agencies", "answers", "workers", "idle", "memory", "tool", "tls",
            "database", "growth")
WITHOUT_PLOT = ("syncs", "answers", "memory", "tool", "tls", "database")


def measure(section, options):
    """The figures of a section."""
    if section == "growth":
        return scale.growth(options.most)
    if section == "memory":
        return memory.memory()
    functions = {"peers": servers.peers, "slow-disk": servers.slow_disk, "syncs": servers.without_syncs,
                 "batches": scale.batch_sizes, "agencies": scale.agencies, "answers": scale.answers,
                 "workers": scale.workers, "idle": scale.idle_connections,
                 "tool": tool_load.twins, "tls": tls_cost.tls,
                 "database": database.database}
    return functions[section](options.rounds)


def draw(section, found, folder):
    path = os.path.join(folder, f"{section}.svg")
    if section == "peers":
        plots.throughput(path, "Bets stored a second, durable before the answer", found, contenders.Sorteo.name)
    elif section == "slow-disk":
        plots.by_sync_time(path, found)
    elif section == "growth":
        plots.growth(path, found)
    else:
        labels = {"batches": "bets in a batch", "agencies": "agencies", "workers": "workers",
                  "idle": "idle connections"}
        plots.against(path, f"Bets stored a second by {labels[section]}", labels[section], found,
                      logarithmic=section != "idle", steep=section == "batches")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--output", default=os.path.join(os.environ.get("BUILD", "build"), "bench"), metavar="FOLDER")
    parser.add_argument("--most", type=int, default=10_000_000, metavar="BETS", help="to which the store grows")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    options = parser.parse_args()
    for section in options.sections or SECTIONS:
        if section not in SECTIONS:
            parser.error(f"there is no section {section}; there are: {', '.join(SECTIONS)}")
    found = {}
    for section in options.sections or SECTIONS:
        found[section] = measure(section, options)
        rounds.write_json(os.path.join(options.output, f"{section}.json"), section=section, rounds=options.rounds,
                          figures=found[section])
        if section not in WITHOUT_PLOT:
            draw(section, found[section], options.output)
    ratios = wanted.ratios(found)
    wanted.print_ratios(ratios)
    rounds.write_json(os.path.join(options.output, "ratios.json"), rounds=options.rounds, ratios=ratios)
    print(f"Figures (JSON) and plots (SVG): {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
