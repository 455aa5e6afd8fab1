#!/usr/bin/env python3
"""Measures the codec and its alternatives in turn, in one run; prints tables, writes JSON and plots.

usage: bench_codec.py [--rounds N] [--output FOLDER]

bench-codec (tests/bench/codec/) measures; the bets are those of DATA, in batches of 150. Times are processor time, in
nanoseconds per bet; ratios are taken round by round.
"""

import argparse
import collections
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import plots  # noqa: E402
import rounds  # noqa: E402
from contenders import program  # noqa: E402
from load import Frames  # noqa: E402

NS = "ns_per_bet"
TABLES = (
    ("decode", "Decode, whole input"),
    ("decode-1460", "Decode, in pieces of 1,460 bytes"),
    ("decode-1", "Decode, byte by byte"),
    ("encode", "Encode, in batches of 150"),
)
# One figure as a multiple of another.
RATIOS = (
    ("decode sorteo", "decode checked", "decode, of the decoder that is written by hand"),
    ("decode-1460 sorteo", "decode sorteo", "decode, in pieces of 1,460 bytes, of whole input"),
    ("decode-1 sorteo", "decode sorteo-portable", "decode, byte by byte, of the grammar alone and whole"),
    ("decode protobuf-c-arena", "decode sorteo", "decode, protobuf-c with an arena"),
    ("decode nanopb", "decode sorteo", "decode, nanopb"),
    ("decode msgpack-c", "decode sorteo", "decode, msgpack-c"),
    ("decode flatbuffers", "decode sorteo", "decode, FlatBuffers"),
    ("encode protobuf-c-arena", "encode sorteo", "encode, protobuf-c"),
    ("encode msgpack-c", "encode sorteo", "encode, msgpack-c"),
    ("encode flatbuffers", "encode sorteo", "encode, FlatBuffers"),
)


def measure(count):
    """{measure and name: a row of each round}, and how each contender is driven."""
    results, how = collections.defaultdict(list), {}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "frames")
        with open(path, "wb") as frames:
            for part in Frames(folder).paths:
                with open(part, "rb") as file:
                    frames.write(file.read())
        said = subprocess.run([program("bench", "codec", "bench-codec"), path, str(count)], stdout=subprocess.PIPE,
                              text=True, check=True).stdout
    for line in said.splitlines():
        kind, name, rest = line.split(" ", 2)
        if kind == "how":
            how[name] = rest
        else:
            results[f"{kind} {name}"].append({NS: float(rest)})
    return results, how


def names_by_time(results, kind):
    names = [key.split(" ")[1] for key in results if key.split(" ")[0] == kind]
    return sorted(names, key=lambda name: rounds.median(results[f"{kind} {name}"], NS))


def print_times(results, how, kind, title):
    rows = []
    for name in names_by_time(results, kind):
        middle, least, most = rounds.spread(results[f"{kind} {name}"], NS)
        multiple = rounds.ratio(results, f"{kind} {name}", f"{kind} sorteo", NS)[0]
        rows.append((name, f"{middle:.1f}", f"{least:.1f}", f"{most:.1f}", f"{multiple:.2f}"))
    print(title)
    rounds.print_table(("", "ns a bet", "least", "most", "of sorteo's"), rows)


def print_ratios(ratios):
    print("Ratios")
    rounds.print_table(("", "median", "least", "most"),
                       [(title, *(f"{figure:.2f}" for figure in found)) for title, found in ratios.items()])


def draw(results, kind, title, folder):
    rows = [(name, *rounds.spread(results[f"{kind} {name}"], NS)) for name in names_by_time(results, kind)]
    plots.bars(os.path.join(folder, f"{kind}.svg"), title, "nanoseconds a bet", rows, "sorteo")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--output", default=os.path.join(os.environ.get("BUILD", "build"), "bench"), metavar="FOLDER")
    options = parser.parse_args()
    results, how = measure(options.rounds)
    for kind, title in TABLES:
        print_times(results, how, kind, title)
        draw(results, kind, title, options.output)
    ratios = {title: rounds.ratio(results, one, other, NS) for one, other, title in RATIOS}
    print_ratios(ratios)
    print("How each is driven")
    for name, text in how.items():
        print(f"  {name:18} {text}")
    rounds.write_json(os.path.join(options.output, "codec.json"), rounds=options.rounds, how=how, figures=results,
                      ratios=ratios)
    print(f"Figures (JSON) and plots (SVG): {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
