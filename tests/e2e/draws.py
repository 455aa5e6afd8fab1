#!/usr/bin/env python3
"""Draws in a loop: five agencies with 20 bets each; every draw has its own server and store.

usage: draws.py [N]        1,000 unless told otherwise

Each draw must log exactly one `sorteo` line, give each agency its own winners, and leave no process running.
"""

import functools
import os
import shutil
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import wire  # noqa: E402
from peer import Ledger, Peer  # noqa: E402
from server import Failure, Server  # noqa: E402
from world import compare, in_parallel  # noqa: E402

AGENCIES = 5
BETS = 20


def work(server, ledger, winners, agency):
    peer = Peer(server, wire.WIDE, agency, "agency", ledger)
    winning = wire.bets(winners, agency, wire.WINNING)
    losing = wire.bets(BETS - winners, agency)
    for begin in range(0, len(losing), 7):
        peer.store(losing[begin:begin + 7])
    if winning:
        peer.store(winning)
    peer.finish()
    peer.expect_winners(winning)
    peer.receipt_and_leave()


def run_draw(folder, turn):
    """One draw, from an empty store until the last process has ended."""
    ledger = Ledger()
    server = Server(folder, agencies=AGENCIES, workers=AGENCIES, rounds=1, dialect="wide", bet_listen=None)
    try:
        server.start()
        in_parallel([functools.partial(work, server, ledger, (turn + agency) % 4, agency)
                     for agency in range(1, AGENCIES + 1)])
        status = server.wait_exit()  # it stops by itself after one round
        server.expect_no_process()
        if status != 0:
            raise Failure(f"exit status {status}")
        if server.draws() != 1:
            raise Failure(f"{server.draws()} sorteo lines")
        compare(server.export(), ledger)
    except BaseException:
        print(server.text())
        raise
    finally:
        server.destroy()


def run_draws(folder, count):
    for turn in range(count):
        draw_folder = os.path.join(folder, f"draw-{turn}")
        os.mkdir(draw_folder)
        try:
            run_draw(draw_folder, turn)
        except Failure as failure:
            raise Failure(f"draw {turn}: {failure}") from failure
        finally:
            shutil.rmtree(draw_folder, ignore_errors=True)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sorteo-draws-") as folder:
        run_draws(folder, count)
    print(f"ok 1 - {count} draws, one sorteo line each, right winners, no process left")
    print(f"# {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
