"""Crashes and a failing store: what was answered 0 is there afterwards; anything else is there whole or not at all."""

import functools
import os
import resource
import signal
import sqlite3
import threading
import time

import wire
from server import Failure, group_members, wait_for
from wire import ALL, bet, bets
from world import case, in_parallel


def work_until_it_ends(world, agency, ended):
    """Sends batches as fast as possible until the connection ends."""
    peer = None
    try:
        peer = world.peer(agency)
        while True:
            peer.send_batch(bets(20, agency))
            peer.expect_answer(0)
    except (Failure, OSError):
        if not ended.is_set():
            raise
    finally:
        if peer:
            peer.close()


@case(ALL, seconds=60, heart=True)
def server_killed_under_load_loses_nothing_that_was_answered(world):
    world.serve(agencies=3)
    for turn in range(3):
        ended = threading.Event()
        before = len(world.ledger.stored)

        def crash():
            try:
                wait_for(lambda: len(world.ledger.stored) > before, "an answer")
                time.sleep(0.1 * turn)
            finally:
                ended.set()
                world.server.kill()
        in_parallel([crash] + [functools.partial(work_until_it_ends, world, agency, ended) for agency in (1, 2, 3)])
        world.server.start()
    world.expect_bets_taken()


@case(ALL)
def server_killed_again_and_again_draws_once(world):
    """A crash after every move of a round."""
    world.serve()
    winning = {1: bets(2, 1, wire.WINNING), 2: bets(1, 2, wire.WINNING)}
    keys = {1: wire.new_key(), 2: wire.new_key()}
    for agency in (1, 2):
        world.peer(agency).store(winning[agency])
        world.server.restart("kill")
    world.peer(1).finish(keys[1])
    world.server.settle()
    world.server.restart("kill")
    world.expect_bets_refused(1)
    peer = world.peer(2)
    peer.finish(keys[2])
    peer.expect_winners(winning[2])
    for agency in (1, 2, 1):
        world.server.restart("kill")
        peer = world.peer(agency)
        peer.finish(keys[agency])
        peer.expect_winners(winning[agency])
    peer.receipt_and_leave()
    world.server.restart("kill")
    world.expect_bets_taken(1)
    world.expect_singles_refused(2)
    world.expect_draws(1)


@case(seconds=60, long=True)
def server_killed_at_any_moment_of_the_last_finish_draws_once(world):
    """The kill comes 0 to 30 ms after FINISH: drawn or not by then, afterwards there is one draw with its winners."""
    for turn in range(12):
        world.serve(agencies=1, store=f"bets-{turn}.db")
        winning = world.peer().store(bets(3, number=wire.WINNING))
        world.server.settle()
        peer = world.peer()
        peer.finish()
        time.sleep(turn * 0.0025)
        world.server.kill()
        peer.close()
        world.server.start()
        peer = world.peer()
        peer.finish()
        peer.expect_winners(winning)
        if world.server.draws() > 1:
            raise Failure("drawn twice")
        world.close_peers()
        world.server.stop()
        rows = world.server.export("--winners")
        if len(rows) != len(winning):
            raise Failure(f"{len(rows)} winners in the store, wanted {len(winning)}")
    world.compares = False


def limit_files(pids, size):
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@case(seconds=90, heart=True)
def store_without_room_refuses_or_closes_and_recovers_when_there_is_room(world):
    """Files may not grow beyond 300 kB: further writes fail, as on a full disk."""
    world.serve(workers=1)
    peer = world.peer()
    peer.store()
    limit_files(group_members(world.server.process.pid), 300_000)
    fill_store(world)
    if not world.server.is_running():
        raise Failure("the server left because its store failed")
    time.sleep(1)
    limit_files(group_members(world.server.process.pid), resource.RLIM_INFINITY)
    wait_for(lambda: stores_again(world), "the store to work again")
    if world.server.log("process_ended", signal=int(signal.SIGXFSZ)):
        raise Failure("a write beyond the limit killed a process instead of failing")
    world.expect_bets_taken()


def fill_store(world, agency=1):
    """Sends batches until one is not answered 0: refused and open, or closed without an answer."""
    peer = world.peer(agency)
    try:
        for _ in range(400):
            peer.send_batch(bets(50, agency, name=b"n" * 60))
            if peer.answer() == 1:
                return
    except ConnectionResetError:
        return
    except Failure as failure:
        if not str(failure).startswith("closed after 0"):
            raise
        return
    finally:
        peer.close()
    raise Failure("20,000 bets were stored although there was no room")


def stores_again(world):
    peer = world.peer()
    peer.send_batch([bet()])
    try:
        return peer.answer() == 0
    except (Failure, OSError):
        return False
    finally:
        peer.close()


@case(seconds=60)
def agency_that_waits_keeps_its_connection_while_the_store_fails(world):
    """Another agency's commit fails; the one at the barrier still gets its winners on its own connection."""
    world.serve(workers=1)
    winning = bets(2, number=wire.WINNING)
    waiting = world.reach_waiting(bets=winning)
    limit_files(group_members(world.server.process.pid), 300_000)
    fill_store(world, 2)
    waiting.expect_silence()
    limit_files(group_members(world.server.process.pid), resource.RLIM_INFINITY)
    wait_for(lambda: finishes(world, 2), "agency 2 to finish")
    waiting.expect_winners(winning)


def finishes(world, agency):
    peer = world.peer(agency)
    peer.finish()
    try:
        peer.winners(within=3)
    except (Failure, OSError):
        return False
    return True


def fail_every_write(world):
    limit_files(group_members(world.server.process.pid), 1)


def let_writes_through(world):
    limit_files(group_members(world.server.process.pid), resource.RLIM_INFINITY)


@case(ALL, seconds=60, heart=True)
def finish_that_cannot_be_made_durable_is_closed_and_can_be_repeated(world):
    world.serve(agencies=1, workers=1)
    winning = world.peer().store(bets(2, number=wire.WINNING))
    peer = world.peer()
    world.server.settle()
    fail_every_write(world)
    peer.finish()
    key = peer.last_key
    peer.expect_closed()
    let_writes_through(world)
    peer = world.peer()
    peer.finish(key)
    peer.expect_winners(winning)
    peer.receipt_and_leave()
    world.expect_bets_taken()


@case(ALL, seconds=60, heart=True)
def receipt_that_cannot_be_made_durable_is_closed_and_nothing_is_lost(world):
    world.serve(agencies=1, workers=1)
    peer = world.peer()
    winning = peer.store(bets(2, number=wire.WINNING))
    peer.finish()
    key = peer.last_key
    peer.expect_winners(winning)
    world.server.settle()
    fail_every_write(world)
    peer.receipt()
    peer.expect_closed()
    let_writes_through(world)
    peer = world.peer()
    peer.finish(key)
    peer.expect_winners(winning)
    peer.receipt()
    peer.store()


@case(ALL, seconds=60, heart=True)
def batch_whose_commit_fails_is_not_answered_0(world):
    world.serve(workers=1)
    peer = world.peer()
    peer.store()
    world.server.settle()
    fail_every_write(world)
    peer.send_batch(bets(3))
    came = expect_no_zero(peer)
    if came not in (b"", b"\1"):
        raise Failure(f"answered {came!r} although nothing could be written")
    peer.close()
    let_writes_through(world)
    wait_for(lambda: stores_again(world), "the store to work again")


@case()
def failure_before_the_commit_is_logged_with_its_cause(world):
    """A failing trigger stands for everything that can fail before COMMIT: here, to store a frame with such a bet."""
    end = bet(number=666).birthdate + (666).to_bytes(2, "big")
    world.serve()
    world.peer().store()
    world.close_peers()
    world.server.stop()
    with sqlite3.connect(world.server.store) as database:
        database.execute(f"create trigger planted before insert on frames when instr(new.bytes, x'{end.hex()}') "
                         "begin select raise(fail, 'planted by a test'); end")
    database.close()
    world.server.start()
    peer = world.peer()
    peer.refuse([bet(number=666)])
    world.server.wait_log("apuesta_recibida", result="fail", reason="the store failed to take it")
    if not any("planted by a test" in line["reason"] for line in world.server.log("store", result="fail")):
        raise Failure("the log does not say why the store failed")
    peer.store()


def expect_no_zero(peer):
    """Either an answer 1 with the connection open, or the end of the connection without an answer."""
    try:
        return peer.receive(1)
    except Failure as failure:
        if not str(failure).startswith("closed after 0"):
            raise
        return b""


@case(heart=True)
def store_that_is_moved_away_answers_nothing_and_goes_on_when_it_is_back(world):
    world.serve()
    world.peer().store()
    os.rename(world.server.store, world.server.store + ".away")
    peer = world.peer(2)
    peer.send_batch(bets(1, 2))
    if expect_no_zero(peer) == b"\0":
        raise Failure("a bet was acknowledged that is in a file without a name")
    world.server.wait_log("store", result="fail")
    os.rename(world.server.store + ".away", world.server.store)
    world.server.wait_log("open_store", count=2, result="success")
    world.peer().store()


@case()
def store_whose_folder_is_renamed_answers_nothing_and_goes_on_when_it_is_back(world):
    """Another store in a new folder of its name is not taken for it."""
    folder = os.path.join(world.folder, "stores")
    os.mkdir(folder)
    world.serve(store=os.path.join("stores", "bets.db"))
    world.peer().store()
    os.rename(folder, folder + ".away")
    os.mkdir(folder)
    peer = world.peer(2)
    peer.send_batch(bets(1, 2))
    if expect_no_zero(peer) == b"\0":
        raise Failure("a bet was acknowledged that is in a folder of another name")
    world.server.wait_log("store", result="fail")
    open(world.server.store, "wb").close()
    waits = world.peer(2)
    waits.send_batch(bets(1, 2))
    tried = len(world.server.log("open_store", result="fail"))
    world.server.wait_log("open_store", count=tried + 2, result="fail")
    waits.expect_silence()
    os.unlink(world.server.store)
    os.rmdir(folder)
    os.rename(folder + ".away", folder)
    waits.expect_answer(0)
    world.peer().store()


@case()
def log_with_a_second_name_is_refused_at_the_next_start_and_loses_no_bet(world):
    """While the server runs, its files have their names, and it goes on."""
    world.serve()
    world.peer().store()
    log = world.server.store + "-wal"
    os.link(log, log + ".other")
    world.peer(2).store(bets(3, 2))
    world.close_peers()
    world.server.kill()
    if world.server.launch().wait_exit() != 1:
        raise Failure("a server was started on a log with two names")
    reasons = [line["reason"] for line in world.server.log("open_store", result="fail")]
    if not any("-wal has more than one name" in reason for reason in reasons):
        raise Failure(f"the log does not say which file has two names: {reasons}")
    os.unlink(log + ".other")
    world.server.start()
    world.peer().store()
