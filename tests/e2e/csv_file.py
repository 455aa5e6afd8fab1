"""--csv: the file beside the store has each stored bet once, whenever the server was killed, and no other file is
changed."""

import functools
import os
import subprocess
import threading

from crash import work_until_it_ends
from server import PATIENCE, Failure, clean_environment, program, wait_for
from wire import bets
from world import case, in_parallel


def exported(world):
    return subprocess.run([program("sorteo"), "export", "--store", world.server.store], capture_output=True, check=True,
                          env=clean_environment(), timeout=PATIENCE).stdout


def read(path):
    with open(path, "rb") as file:
        return file.read()


def serve(world, content=None):
    """In a folder beside the store's, which the committer may use for this file alone."""
    for folder in ("store", "rows"):
        os.mkdir(os.path.join(world.folder, folder))
    path = os.path.join(world.folder, "rows", "bets.csv")
    if content is not None:
        with open(path, "wb") as file:
            file.write(content)
    world.serve(agencies=2, store="store/bets.db", csv=path)
    return path


@case(seconds=30)
def csv_file_has_each_bet_once_whenever_the_server_is_killed(world):
    path = serve(world)
    for kill in (world.server.kill, world.server.stop):
        ended = threading.Event()
        before = os.path.getsize(path) if os.path.exists(path) else 0

        def end(kill=kill, ended=ended, before=before):
            try:
                wait_for(lambda: os.path.exists(path) and os.path.getsize(path) > before, "rows")
            finally:
                ended.set()
                kill()
        in_parallel([end] + [functools.partial(work_until_it_ends, world, agency, ended) for agency in (1, 2)])
        if not exported(world).startswith(read(path)):
            raise Failure("the file has what the store has not")
        world.server.start()
        wait_for(lambda: read(path) == exported(world), "the file to have all that is stored")
    world.expect_bets_taken()


@case()
def csv_file_of_somebody_else_is_left_alone_until_it_is_renamed(world):
    theirs = b"1,Ana,Paz,1,1990-01-01,7574\r\n"
    path = serve(world, content=theirs)
    world.server.wait_log("csv_file", result="fail")
    world.peer().store(bets(3))
    if read(path) != theirs:
        raise Failure("the file was changed")
    os.rename(path, path + ".old")
    world.server.wait_log("csv_file", result="success")
    wait_for(lambda: read(path) == exported(world), "the file to have all that is stored")


@case(heart=True)
def csv_file_is_complete_when_the_server_has_stopped(world):
    path = serve(world)
    world.peer(1).store(bets(3, 1))
    world.peer(2).store(bets(2, 2))
    world.close_peers()
    world.server.stop()
    if read(path) != exported(world) or len(read(path).splitlines()) != 5:
        raise Failure(f"the file has {read(path)}, the store {exported(world)}")
