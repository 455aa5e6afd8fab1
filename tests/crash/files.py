#!/usr/bin/env python3
"""Files that people move: a store's database or log is moved, removed, linked, replaced or copied, crashed or running.

usage: files.py [--long] [--seed N]

Whatever is done to them, a store that can be opened holds every bet that was acknowledged before; otherwise it is
refused, by the server and by `sorteo export`, and says why. When the files are put back, all is there. While a server
runs, it acknowledges nothing from the moment on at which a file has lost its name.

Controls: SQLite alone, which opens what we refuse and holds fewer bets without a word.
"""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from rig import Rig
from peer import Ended, Late, Ledger, Peer
from server import PATIENCE, Failure, Server, clean_environment, program, wait_for
from wire import WIDE, bets

BATCH = 100
SILENCE_S = 1.0     # in which no answer comes while the store is away
COPIES = 4          # of a store while it is written; 20 with --long
REFUSED = "refused"


class Store:
    """A store in a folder of its own, its server, and what was acknowledged."""

    def __init__(self, folder, name):
        self.folder = os.path.join(folder, name)
        os.mkdir(self.folder)
        self.server = Server(self.folder, agencies=1, workers=1, bet_listen=None)
        self.database = self.server.store
        self.log = self.database + "-wal"
        self.ledger = Ledger()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.server.destroy()

    def acknowledged(self):
        return {bet.document for bet in self.ledger.stored}

    def store(self, batches):
        peer = Peer(self.server, WIDE, ledger=self.ledger)
        try:
            for _ in range(batches):
                peer.store(bets(BATCH))
        finally:
            peer.close()

    def live(self, batches, end):
        """A server's life: started, given bets, and ended by kill() or stop()."""
        self.server.start()
        self.store(batches)
        getattr(self.server, end)()

    def file(self, name):
        return os.path.join(self.folder, name)


def export(path):
    """The documents that it writes, or REFUSED."""
    result = subprocess.run([program("sorteo"), "export", "--store", path], capture_output=True,
                            env=clean_environment(), timeout=60, check=False)
    if result.returncode != 0:
        return REFUSED if result.stderr else "refused without a word"
    return {int(line.split(b",")[3]) for line in result.stdout.splitlines()}


def start(store, path):
    """Starts a server on the path: the documents that its store holds then, or REFUSED."""
    server = Server(store.folder, "second", os.path.basename(path), agencies=1, workers=1, bet_listen=None)
    try:
        server.start()
    except Failure:
        said = server.log("open_store", since_start=False, result="fail")
        return REFUSED if said and said[-1].get("reason") else "refused without a word"
    finally:
        with contextlib.suppress(Failure):
            if server.is_running():
                server.stop()
        server.destroy()
    return export(path)


def missing_in(found, wanted):
    """What is wrong with what was found, if anything."""
    if found == REFUSED:
        return []
    if isinstance(found, str):
        return [found]
    return [f"{len(wanted - found)} of {len(wanted)} acknowledged bets are missing"] if wanted - found else []


def sqlite_alone(path):
    """What SQLite makes of the files, without our program: on a copy."""
    with tempfile.TemporaryDirectory(prefix="sorteo-files-") as folder:
        copy = os.path.join(folder, "copy.db")
        for end in ("", "-wal"):
            if os.path.exists(path + end):
                shutil.copyfile(path + end, copy + end)
        with contextlib.closing(sqlite3.connect(copy)) as database:
            try:
                return {document for document, in database.execute("SELECT document FROM bets")}
            except sqlite3.DatabaseError:
                return REFUSED


# ---- What people do to a store whose server was killed ------------------------------------------------------------
# Each returns the path at which the store is opened next.

def move_database(store):
    os.rename(store.database, store.file("old.db"))
    return store.database


def move_database_and_open_it_there(store):
    os.rename(store.database, store.file("old.db"))
    return store.file("old.db")


def remove_log(store):
    os.rename(store.log, store.file("away"))    # so that it can be put back
    return store.database


def empty_log(store):
    shutil.copyfile(store.log, store.file("away"))
    os.truncate(store.log, 0)
    return store.database


def link_database(store):
    os.link(store.database, store.file("other.db"))
    return store.file("other.db")


def link_log(store):
    os.link(store.log, store.file("other.db-wal"))
    os.link(store.database, store.file("other.db"))
    return store.file("other.db")


def put_back_an_older_copy(store):
    os.rename(store.database, store.file("newest"))
    shutil.copyfile(store.file("backup"), store.database)
    return store.database


def exchange_the_log(store):
    os.rename(store.log, store.file("away"))
    shutil.copyfile(store.file("earlier-log"), store.log)
    return store.database


DEEDS = (move_database, move_database_and_open_it_there, remove_log, empty_log, link_database, link_log,
         put_back_an_older_copy, exchange_the_log)
CONTROLS = (remove_log, exchange_the_log)


def crashed_store(folder, name):
    """A store that crashed, with bets in its log; and an older copy of each of its files."""
    store = Store(folder, name)
    store.live(10, "kill")
    shutil.copyfile(store.log, store.file("earlier-log"))
    store.live(10, "stop")
    shutil.copyfile(store.database, store.file("backup"))
    store.live(30, "kill")
    for end in ("", "-wal"):
        shutil.copyfile(store.database + end, store.file("whole.db" + end))
    return store


def put_back(store):
    for name in os.listdir(store.folder):
        if name.endswith((".db", ".db-wal")) and not name.startswith("whole"):
            os.unlink(store.file(name))
    for end in ("", "-wal"):
        shutil.copyfile(store.file("whole.db" + end), store.database + end)


def do_to_a_crashed_store(rig, folder, deed):
    with crashed_store(folder, deed.__name__) as store:
        wanted = store.acknowledged()
        path = deed(store)
        problems = []
        if os.path.exists(path):
            problems += [f"export: {problem}" for problem in missing_in(export(path), wanted)]
        problems += [f"start: {problem}" for problem in missing_in(start(store, path), wanted)]
        put_back(store)
        found = start(store, store.database)
        problems += ["put back: refused"] if found == REFUSED else missing_in(found, wanted)
    rig.expect(f"crashed_store_after_{deed.__name__}_is_whole_or_refused", problems)


def control(rig, folder, deed):
    with crashed_store(folder, "control-" + deed.__name__) as store:
        found = sqlite_alone(deed(store))
        rig.expect_red(f"control_sqlite_alone_after_{deed.__name__}", missing_in(found, store.acknowledged()))


# ---- What people do to a store whose server runs ---------------------------------------------------------------------

def is_acknowledged(store, within=SILENCE_S):
    """Is one more batch acknowledged?"""
    peer = Peer(store.server, WIDE)
    try:
        peer.send_batch(bets(1))
        return peer.receive(1, within) == b"\0"
    except (Ended, Late, OSError):
        return False
    finally:
        peer.close()


def move_away_while_it_runs(rig, folder, which):
    with Store(folder, f"running-{which}") as store:
        path = getattr(store, which)
        store.server.start()
        store.store(10)
        os.rename(path, store.file("away"))
        problems = ["acknowledged a bet without a name"] if is_acknowledged(store) else []
        wait_for(lambda: store.server.log("store", result="fail"), "the log to say so")
        os.rename(store.file("away"), path)
        wait_for(lambda: is_acknowledged(store, PATIENCE), "the server to go on when it is back")
        store.store(3)
        store.server.stop()
        found = start(store, store.database)
        problems += ["put back: refused"] if found == REFUSED else missing_in(found, store.acknowledged())
    rig.expect(f"running_server_acknowledges_nothing_while_its_{which}_is_away", problems)


def remove_while_it_runs(rig, folder):
    with Store(folder, "running-removed") as store:
        store.server.start()
        store.store(10)
        for path in (store.database, store.log):
            os.unlink(path)
        problems = ["acknowledged a bet in a file without a name"] if is_acknowledged(store) else []
        problems += ["acknowledged a bet later"] if is_acknowledged(store) else []
        problems += [] if store.server.committer() else ["the process that holds what is left has ended"]
    rig.expect("running_server_acknowledges_nothing_after_its_files_were_removed", problems)


# ---- Copies of a store that is written -------------------------------------------------------------------------------

WAYS = (("", "-wal"), ("-wal", ""), ("",))      # the two files one after the other, or one alone


def copy_while_it_runs(folder, name, ends, open_copy=export):
    """What is missing in copies of a store that is written meanwhile, as open_copy finds them."""
    copies, problems = [], []
    with Store(folder, name) as store:
        store.live(5, "stop")       # so that the database is a whole store without its log, too
        store.server.start()
        sender = threading.Thread(target=store.store, args=(60,))
        sender.start()
        while sender.is_alive() and len(copies) < 12:
            if len(store.ledger.stored) < BATCH * 5 * (len(copies) + 1):
                time.sleep(0.001)
                continue
            wanted = store.acknowledged()
            copy = store.file(f"copy-{len(copies)}.db")
            for end in ends:
                shutil.copyfile(store.database + end, copy + end)
            copies.append((copy, wanted))
        sender.join()
        store.server.stop()
        found = [(open_copy(copy), wanted) for copy, wanted in copies]
    for documents, wanted in found:
        problems += missing_in(documents, wanted)
    # Little is moved from the log to the database in so short a time: most copies of both are whole.
    if len(ends) > 1 and all(documents == REFUSED for documents, _ in found):
        problems.append(f"{name}: of {len(found)} copies of both files none was a store")
    return problems


def main():
    rig = Rig(__doc__)
    with tempfile.TemporaryDirectory(prefix="sorteo-files-") as folder:
        for deed in DEEDS:
            do_to_a_crashed_store(rig, folder, deed)
        for which in ("database", "log"):
            move_away_while_it_runs(rig, folder, which)
        remove_while_it_runs(rig, folder)
        problems = []
        for number in range(20 if rig.long else COPIES):
            problems += copy_while_it_runs(folder, f"copied-{number}", WAYS[number % len(WAYS)])
        rig.expect("copy_of_a_store_that_is_written_is_whole_or_refused", problems)
        for deed in CONTROLS:
            control(rig, folder, deed)
        rig.expect_red("control_sqlite_alone_after_a_copy_without_its_log",
                       copy_while_it_runs(folder, "control-copied", WAYS[-1], sqlite_alone))
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
