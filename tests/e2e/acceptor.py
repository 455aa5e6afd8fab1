"""The process that accepts: who makes room for whom, and what its death, or that of a worker, costs the peers:
nothing."""

import os
import select
import signal
import time

from server import Failure, wait_for
from wire import ALL, bets
from world import case

SHARE = 4
PATIENT = {"first_byte_timeout": 600, "frame_timeout": 600, "untaken_timeout": 600}


def expect_replaced(world, role, old):
    wait_for(lambda: role() not in (None, old), "the next process")


# ---- Room ---------------------------------------------------------------------------------------------------

@case()
def address_at_its_share_makes_room_with_its_oldest_idle_connection(world):
    world.serve(workers=2, agencies=4, max_per_address=SHARE, **PATIENT)
    under_way = world.peer()    # the oldest of all: it is asked first, and stays
    under_way.send(b"\0")
    world.server.settle()
    first, second = world.peer(), world.peer()
    working = world.peer(2)
    working.store(bets(1, 2))
    world.server.settle()
    world.peer(3).store(bets(1, 3))
    first.expect_closed(reset_ok=True)
    second.expect_silence()
    world.peer(4).store(bets(1, 4))
    second.expect_closed(reset_ok=True)
    working.store(bets(1, 2))
    under_way.expect_silence()


@case()
def address_full_of_agencies_is_shut_and_others_are_served(world):
    world.serve(workers=2, max_per_address=SHARE, **PATIENT)
    working = [world.peer() for _ in range(SHARE)]
    for peer in working:
        peer.send(b"\0")
    world.server.settle()
    world.peer().expect_closed(reset_ok=True)
    world.peer(2, source="127.0.0.2").store(bets(1, 2))
    wait_for(lambda: world.server.log("accept", reason="connection limit of its address reached"), "the log to say so")
    working[0].close()
    world.server.settle()
    world.peer().store()


def told_of(world, source):
    """Connections from there of which the log says that they got no place: in lines, and in counts of more."""
    lines = [line for line in world.server.log("accept", result="fail") if line["peer"].startswith(source + ":")]
    return len(lines), sum(int(line["times"]) for line in world.server.log("repeated", of="accept", peer=source))


@case()
def each_address_that_is_shut_is_named_and_its_refusals_are_counted(world):
    """One line had room for the first of all addresses alone, and the others were not told."""
    world.serve(workers=2, max_per_address=2, **PATIENT)
    sources = ("127.0.0.2", "127.0.0.3", "127.0.0.4")
    for source in sources:
        for _ in range(2):
            world.peer(source=source).send(b"\0")
    world.server.settle()
    began = time.monotonic()
    for _ in range(20):
        for source in sources:
            world.peer(source=source).expect_closed(reset_ok=True)
    wait_for(lambda: all(sum(told_of(world, source)) == 20 for source in sources), "the log to tell of all refusals")
    for source in sources:
        lines, seconds = told_of(world, source)[0], time.monotonic() - began
        if not 1 <= lines <= seconds + 1:
            raise Failure(f"{lines} lines about {source} in {seconds:.1f} s, wanted one in a second")
    for _ in range(5):
        world.peer(source=sources[0]).expect_closed(reset_ok=True)
    world.server.stop()
    if sum(told_of(world, sources[0])) != 25:
        raise Failure("what was counted last was not told when the server stopped")


@case()
def full_server_makes_room_with_the_address_that_has_most(world):
    world.serve(workers=2, max_connections=6, max_per_address=5, **PATIENT)
    crowd = [world.peer(source="127.0.0.2") for _ in range(4)]
    single = world.peer(source="127.0.0.3")
    working = world.peer(2)
    working.store(bets(1, 2))
    world.server.settle()
    world.peer(source="127.0.0.4").store()
    crowd[0].expect_closed(reset_ok=True)
    single.expect_silence()
    crowd[1].expect_silence()
    working.store(bets(1, 2))


@case(seconds=60)
def crowd_of_one_address_keeps_no_agency_out(world):
    """As many times its share as one process may open; agencies of the same address and of another go on."""
    world.serve(workers=3, max_connections=400, max_per_address=100, **PATIENT)
    crowd = [world.peer(source="127.0.0.2") for _ in range(800)]
    for agency, source in ((1, "127.0.0.2"), (2, "127.0.0.1")):
        peer = world.peer(agency, source=source)
        for _ in range(10):
            peer.store(bets(3, agency))
        peer.leave()
    for peer in crowd:
        peer.close()


# ---- Deaths -------------------------------------------------------------------------------------------------

@case(ALL, heart=True)
def acceptor_that_is_killed_is_replaced_and_connections_live_on(world):
    world.serve(workers=2, max_per_address=3, **PATIENT)
    idle = world.peer()
    world.server.settle()
    working = world.peer()
    working.store()
    acceptor = wait_for(world.server.acceptor, "the acceptor")
    os.kill(acceptor, signal.SIGKILL)
    working.store()
    expect_replaced(world, world.server.acceptor, acceptor)
    newer = world.peer(2)
    newer.store(bets(2, 2))
    working.store()
    world.peer(2, "bets").store_single()  # the one before counts what there was: the idle one makes room
    idle.expect_closed(reset_ok=True)
    working.store()


@case()
def newer_connection_is_newer_after_the_acceptor_was_replaced(world):
    world.serve(workers=2)
    for _ in range(3):          # so that the older one is not its acceptor's first, as the newer one is
        world.peer(2).store(bets(1, 2))
    older = world.peer()
    older.store()
    acceptor = wait_for(world.server.acceptor, "the acceptor")
    os.kill(acceptor, signal.SIGKILL)
    expect_replaced(world, world.server.acceptor, acceptor)
    world.peer().store()
    older.expect_closed(reset_ok=True)


@case(seconds=60)
def acceptor_that_makes_no_progress_is_replaced(world):
    world.serve(workers=1, hang_timeout=2)
    stuck = wait_for(world.server.acceptor, "the acceptor")
    os.kill(stuck, signal.SIGSTOP)
    wait_for(lambda: stuck not in world.server.children(), "the stuck acceptor to be replaced")
    world.peer().store()
    if not world.server.log("process_ended", process="acceptor", reason="no progress for 2 seconds"):
        raise Failure("the log does not say why the acceptor was replaced")


@case(heart=True)
def connections_passed_to_a_worker_that_dies_before_it_takes_them_are_passed_on(world):
    world.serve(workers=2, **PATIENT)
    victim = world.server.workers()[0]
    os.kill(victim, signal.SIGSTOP)
    peers = [world.peer() for _ in range(12)]
    world.server.settle(beside_stopped=True)    # they are passed, half of them to the worker that stands still
    os.kill(victim, signal.SIGKILL)
    for peer in peers[:-1]:
        peer.send(b"\0")
    peers[-1].store()
    for peer in peers[:-1]:
        peer.expect_silence(0.05)


@case()
def worker_that_does_not_take_is_passed_eight_connections_at_most(world):
    world.serve(agencies=40, workers=2, hang_timeout=600, **PATIENT)
    stopped = world.server.workers()[0]
    os.kill(stopped, signal.SIGSTOP)
    peers = [world.peer(agency) for agency in range(1, 41)]
    for peer in peers:
        peer.send_batch(bets(1, peer.agency))
    world.server.settle(beside_stopped=True)
    answered = select.select([peer.socket for peer in peers], [], [], 0)[0]
    os.kill(stopped, signal.SIGCONT)
    for peer in peers:
        peer.expect_answer(0)
    if len(peers) - len(answered) != 8:
        raise Failure(f"{len(peers) - len(answered)} waited for the worker that was stopped, wanted 8")


@case(seconds=60)
def connection_for_each_frame_is_never_taken_for_an_older_one(world):
    world.serve(workers=12)
    for agency in (1, 2):
        for _ in range(60):
            peer = world.peer(agency)
            peer.store(bets(1, agency))
            peer.leave()
    world.server.settle()
    if world.server.failures():
        raise Failure(f"the log speaks of a failure: {world.server.failures()[0]}")
