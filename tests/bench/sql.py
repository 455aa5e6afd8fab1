#!/usr/bin/python3
"""What a query over a store's bets takes: through the view in plain SQL, and through the extension's table.

    BUILD=build/gcc tests/bench/sql.py [--rounds N] [--bets N]

A store for each dialect and size of frame, 8 kB and 1 MiB, which the server cuts into pieces. The query looks at every
column; view and table must answer it alike. They take turns, round by round, in one process. Microseconds a bet.
"""

import argparse
import contextlib
import csv
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

import rounds

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
sys.dont_write_bytecode = True

import wire  # noqa: E402
from server import BUILD, Server, clean_environment, program  # noqa: E402

EXTENSION = program("libsorteo_sqlite")
SIZES = {"8 kB": 8000, "1 MiB": 1 << 20}
VIEW, TABLE = "bets", "sorteo_bets"
QUERY = ("SELECT count(*), sum(id), sum(round + agency), max(name), max(surname), sum(document), max(birthdate), "
         "sum(number) FROM {}")


# ---- Stores ----------------------------------------------------------------------------------------------------------


def made_up_bets(folder, count):
    subprocess.run([program("sorteo"), "generate", "--agencies", "1", "--bets", str(count), "--seed", "1", "--output",
                    folder], env=clean_environment(), stdout=subprocess.DEVNULL, check=True)
    with open(os.path.join(folder, "agency-1.csv"), encoding="utf-8", newline="") as file:
        return [wire.Bet(1, name.encode(), surname.encode(), int(document), birthdate.encode(), int(number))
                for name, surname, document, birthdate, number in csv.reader(file)]


def in_frames(dialect, bets, size):
    """Batches of as many bets as have room."""
    head = len(wire.encode_batch_head(dialect, 1, 0))
    batch, room = [], size - head
    for bet in bets:
        needed = len(wire.encode_item(dialect, bet))
        if needed > room:
            yield wire.encode_batch(dialect, batch, wire.new_key())
            batch, room = [], size - head
        batch.append(bet)
        room -= needed
    yield wire.encode_batch(dialect, batch, wire.new_key())


def make_store(folder, dialect, bets, size):
    """Stored by a server, as an agency sends them. The path."""
    server = Server(folder, dialect.name, store=f"{dialect.name}-{size}.db", agencies=1, workers=1,
                    dialect=dialect.name)
    server.start()
    with socket.create_connection(("127.0.0.1", server.ports["agency"])) as peer:
        for frame in in_frames(dialect, bets, size):
            peer.sendall(frame)
            if peer.recv(1) != b"\0":
                raise RuntimeError(f"{dialect.name}: a frame of {len(frame)} bytes was not stored")
    server.stop()
    return server.store


# ---- Queries ---------------------------------------------------------------------------------------------------------


def answer(db, source):
    """The query's row, and the seconds that it took of the processor."""
    began = time.process_time()
    row = db.execute(QUERY.format(source)).fetchone()
    return row, time.process_time() - began


def measure(db, count):
    """A function that measures both, one after the other."""
    def once():
        of_view, view = answer(db, VIEW)
        of_table, table = answer(db, TABLE)
        if of_view != of_table or of_view[0] != count:
            raise RuntimeError(f"of {count} bets, the view says {of_view} and the table {of_table}")
        return {"view_us": view * 1e6 / count, "table_us": table * 1e6 / count, "times": view / table}
    return once


def connect(path):
    db = sqlite3.connect(path)
    db.enable_load_extension(True)
    db.load_extension(EXTENSION)
    return contextlib.closing(db)


def text_of(rows, figure, digits):
    return "{:.{d}f} ({:.{d}f}–{:.{d}f})".format(*rounds.spread(rows, figure), d=digits)


def main():
    parser = argparse.ArgumentParser(description="Measures queries over a store's bets.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--bets", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR", "/var/tmp")) as folder, \
            contextlib.ExitStack() as stack:
        bets = made_up_bets(folder, options.bets)
        measures = {}
        for dialect in wire.ALL:
            for name, size in SIZES.items():
                db = stack.enter_context(connect(make_store(folder, dialect, bets, size)))
                measures[f"{dialect.name}, {name}"] = measure(db, len(bets))
        results = rounds.in_turn(measures, options.rounds, "SQL")
    print(f"A query over {options.bets:,} bets: microseconds of the processor for each, median (least–most)\n")
    rounds.print_table(["dialect, frames of", "view", "extension", "view by extension"],
                       [[name, text_of(rows, "view_us", 1), text_of(rows, "table_us", 2), text_of(rows, "times", 1)]
                        for name, rows in results.items()])
    rounds.write_json(os.path.join(BUILD, "bench", "sql.json"), bets=options.bets, results=results)


if __name__ == "__main__":
    main()
