#!/usr/bin/env python3
"""Does compare_trees.py get through a round of each part where the bets of DATA are not there? Prints TAP.

Both trees are this one. The programs of the benchmarks themselves are not run: what they would say is made up. BUILD
names the folder of the programs.
"""

import contextlib
import io
import os
import sys
import tempfile

os.environ["DATA"] = os.devnull     # no agency files are there
sys.dont_write_bytecode = True
import compare_trees  # noqa: E402
import contenders  # noqa: E402
import load  # noqa: E402

BUILDS = {compare_trees.BEFORE: contenders.BUILD, compare_trees.NOW: contenders.BUILD}


def contents(paths):
    read = []
    for path in paths:
        with open(path, "rb") as file:
            read.append(file.read())
    return read


def frames_and_rows_of_a_folder_are_made_from_the_same_files():
    with tempfile.TemporaryDirectory() as folder:
        frames = contents(load.Frames(folder).paths)
        rows = contents(load.Frames.rows(folder, 5))
        return len(frames) == len(rows) == 5 and all(frames) and contents(load.Frames(folder).paths) == frames


def codec_is_compared():
    compare_trees.codec_round = lambda _, frames: {"decode sorteo": os.path.getsize(frames)}
    results = compare_trees.compare_codec(BUILDS, 1)
    return all(rows[0]["decode sorteo"] > 0 for rows in results.values())


def servers_are_compared():
    compare_trees.SHORT_ROWS = 20
    compare_trees.load.run = lambda server, frames, bets: {compare_trees.NS: len(frames.paths)}
    results = compare_trees.compare_servers(BUILDS, 1)
    return all(len(rows) == 1 and len(rows[0]) == 4 and min(rows[0].values()) > 0 for rows in results.values())


def start_is_over_when_no_process_is_busy():
    taken = iter([500_000_000, 900_000_000, 900_000_100, 900_000_100])
    compare_trees.IDLE_S = 0.001
    kept, compare_trees.processor_ns = compare_trees.processor_ns, lambda server: next(taken)
    over = compare_trees.let_start(None)
    compare_trees.processor_ns = kept
    return over == 900_000_100


def main():
    tests = (frames_and_rows_of_a_folder_are_made_from_the_same_files, codec_is_compared, servers_are_compared,
             start_is_over_when_no_process_is_busy)
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        with contextlib.redirect_stderr(io.StringIO()):     # how far it is, on a line that is written over
            passed = test()
        failed += not passed
        print(f"{'ok' if passed else 'not ok'} {number} - {test.__name__}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
