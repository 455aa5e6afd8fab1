"""Workers: few and many agencies on few and many workers, a single CPU, and a worker or committer that dies."""

import functools
import os
import signal
import time

import wire
from draws import run_draws
from server import Failure, group_members, wait_for
from wire import ALL, KEYED, WIDE, bets, new_key
from world import case, in_parallel


def expect_rounds(world, agencies, rounds=2):
    """All agencies at once, each on its own connection, through several rounds."""
    peers = [world.peer(agency) for agency in range(1, agencies + 1)]
    for turn in range(rounds):
        winning = {}
        for peer in peers:
            winning[peer.agency] = bets(1 + turn, peer.agency, wire.WINNING)
            peer.send_batch(bets(2, peer.agency) + winning[peer.agency])
        for peer in peers:
            peer.expect_answer(0)
            peer.finish()
        for peer in peers:
            peer.expect_winners(winning[peer.agency])
            peer.receipt()
    for peer in peers:
        peer.leave()
    world.expect_draws(rounds)


@case(ALL)
def one_worker_serves_five_agencies(world):
    world.serve(agencies=5, workers=1)
    expect_rounds(world, 5)


@case()
def five_workers_serve_one_agency(world):
    world.serve(agencies=1, workers=5)
    expect_rounds(world, 1)


@case(seconds=90)
def two_workers_serve_255_agencies(world):
    world.serve(agencies=255, workers=2, first_byte_timeout=600)
    expect_rounds(world, 255)


@case(seconds=120)
def workers_255_serve_255_agencies(world):
    """How soon 255 processes have left is up to the machine, so the server may wait for them; and how soon all agencies
    have connected, so it may wait for the first byte of the first one."""
    world.serve(agencies=255, workers=255, stop_timeout=600, first_byte_timeout=600)
    wait_for(lambda: len(world.server.workers()) == 255, "255 workers")
    expect_rounds(world, 255)


@case()
def there_are_as_many_workers_as_agencies_unless_told_otherwise(world):
    world.serve(agencies=3, workers=None)
    wait_for(lambda: len(world.server.workers()) == 3, "three workers")


@case()
def agencies_share_workers_where_there_are_more_than_the_machine_can_run(world):
    processors = os.cpu_count()
    most = 2 * processors if processors > 2 else 3
    agencies = min(most + 2, 255)
    workers = min(agencies, most)
    world.serve(agencies=agencies, workers=None)
    expect_replaced(world, workers)
    world.peer(1).store(bets(1, 1))
    expect_replaced(world, workers)


@case()
def one_cpu_is_enough_for_five_agencies(world):
    cpu = min(os.sched_getaffinity(0))
    world.serve(agencies=5, workers=5, preexec=lambda: os.sched_setaffinity(0, {cpu}))
    in_parallel([functools.partial(work_round, world, agency) for agency in range(1, 6)])
    world.expect_draws(1)


def work_round(world, agency):
    peer = world.peer(agency)
    winning = []
    for _ in range(20):
        winning += peer.store(bets(19, agency) + bets(1, agency, wire.WINNING))[-1:]
    peer.finish()
    peer.expect_winners(winning)
    peer.receipt_and_leave()


@case(seconds=120, long=True)
def fifty_draws_of_five_agencies_have_one_sorteo_line_each_and_the_right_winners(world):
    run_draws(world.folder, 50)


@case()
def fifty_rounds_of_five_agencies_on_one_server_have_one_sorteo_line_each(world):
    world.serve(agencies=5, workers=5)
    for turn in range(1, 51):
        in_parallel([functools.partial(work_small_round, world, agency, turn) for agency in range(1, 6)])
        world.expect_draws(turn)


def work_small_round(world, agency, turn):
    peer = world.peer(agency)
    winning = bets(turn % 3, agency, wire.WINNING)
    peer.store(bets(20 - len(winning), agency) + winning)
    peer.finish()
    peer.expect_winners(winning)
    peer.receipt_and_leave()


# ---- Deaths -------------------------------------------------------------------------------------------------

def expect_replaced(world, workers):
    wait_for(lambda: len(world.server.children()) == workers + 2 and world.server.committer(),
             f"{workers} workers, an acceptor and a committer")


@case(ALL, heart=True)
def worker_that_is_killed_is_replaced_and_nothing_acknowledged_is_lost(world):
    world.serve(workers=2)
    for victim in world.server.workers():
        peers = [world.peer(agency) for agency in (1, 2)]
        for peer in peers:
            peer.store(bets(5, peer.agency))
        os.kill(victim, signal.SIGKILL)
        expect_replaced(world, 2)
        for peer in peers:
            peer.close()
    expect_rounds_go_on(world)


def expect_rounds_go_on(world):
    peers = [world.peer(agency) for agency in (1, 2)]
    winning = {}
    for peer in peers:
        winning[peer.agency] = peer.store(bets(1, peer.agency, wire.WINNING))
        peer.finish()
    for peer in peers:
        peer.expect_winners(winning[peer.agency])
        peer.receipt_and_leave()


@case()
def only_worker_that_is_killed_is_replaced_and_connections_wait_for_it(world):
    world.serve(agencies=1, workers=1)
    peer = world.peer()
    peer.store()
    os.kill(world.server.workers()[0], signal.SIGKILL)
    peer.expect_closed(reset_ok=True)
    peer = world.peer()
    winning = peer.store(bets(2, number=wire.WINNING))
    peer.finish()
    peer.expect_winners(winning)


@case(ALL, heart=True)
def worker_that_is_killed_at_the_barrier_takes_no_finish_along(world):
    world.serve(workers=1)
    winning = bets(2, number=wire.WINNING)
    waiting = world.reach_waiting(bets=winning)
    key = waiting.last_key
    os.kill(world.server.workers()[0], signal.SIGKILL)
    waiting.expect_closed(reset_ok=True)
    world.complete(2)
    world.expect_draws(1)
    peer = world.peer()
    peer.finish(key)
    peer.expect_winners(winning)
    world.expect_draws(1)


@case()
def worker_that_is_killed_inside_a_batch_stores_nothing_of_it(world):
    world.serve(workers=1)
    peer = world.peer()
    peer.store()
    peer.send(wire.encode_batch(WIDE, bets(9), 0)[:-1])
    world.server.settle()
    os.kill(world.server.workers()[0], signal.SIGKILL)
    peer.expect_closed(reset_ok=True)
    world.peer().store()


@case(ALL, heart=True)
def committer_that_is_killed_is_replaced_and_nothing_acknowledged_is_lost(world):
    world.serve(workers=2)
    peers = [world.peer(agency) for agency in (1, 2)]
    for peer in peers:
        peer.store(bets(5, peer.agency))
    committer = world.server.committer()
    os.kill(committer, signal.SIGKILL)
    for peer in peers:
        peer.expect_closed(reset_ok=True)
    wait_for(lambda: world.server.committer() not in (None, committer), "a new committer")
    expect_replaced(world, 2)
    expect_rounds_go_on(world)


@case(ALL)
def committer_that_is_killed_at_the_barrier_keeps_every_finish(world):
    world.serve()
    winning = bets(2, number=wire.WINNING)
    waiting = world.reach_waiting(bets=winning)
    key = waiting.last_key
    committer = world.server.committer()
    os.kill(committer, signal.SIGKILL)
    waiting.expect_closed(reset_ok=True)
    wait_for(lambda: world.server.committer() not in (None, committer), "a new committer")
    waiting = world.peer()
    waiting.finish(key)
    world.server.settle()
    world.complete(2)
    waiting.expect_winners(winning)
    world.expect_draws(1)


@case((KEYED,), seconds=60)
def keyed_client_loses_and_doubles_nothing_while_children_are_killed(world):
    """A client that repeats what got no answer, while a worker and the committer die."""
    world.serve(agencies=1, workers=2)
    requests = [(bets(5, number=wire.WINNING), new_key()) for _ in range(120)]
    victims = {30: lambda: world.server.workers()[0], 70: world.server.committer,
               100: lambda: world.server.workers()[-1]}
    peer = world.peer()
    for place, (batch, key) in enumerate(requests):
        if place in victims:
            os.kill(wait_for(victims[place], "a child to kill", 8), signal.SIGKILL)
        while not has_stored(peer, batch, key):
            peer.socket.close()
            peer = world.peer()
    peer.finish()
    peer.expect_winners([winner for batch, _ in requests for winner in batch])


def has_stored(peer, batch, key):
    """Sends a batch; true if the answer 0 came. Without any answer, the client has to send it again."""
    peer.pending = []
    try:
        peer.send_batch(batch, key)
        peer.expect_answer(0)
    except OSError:
        peer.pending = []
        return False
    except Failure as failure:
        if not str(failure).startswith("closed after 0"):
            raise
        peer.pending = []
        return False
    return True


@case(seconds=60, heart=True)
def supervisor_that_is_killed_takes_its_children_along(world):
    world.serve()
    world.peer().store()
    os.kill(world.server.process.pid, signal.SIGKILL)
    world.server.wait_exit()
    world.server.expect_no_process()
    world.server.start()
    world.peer().store()


@case(seconds=60)
def server_gives_up_when_its_workers_die_again_and_again(world):
    """Five deaths by a signal within 30 s: an error exit, no process left, the store intact."""
    world.serve(workers=1)
    world.peer().store()
    killed = set()
    for _ in range(5):
        if not world.server.is_running():
            break
        victim = wait_for(lambda: next_victim(world, killed), "a worker to kill")
        killed.add(victim)
        os.kill(victim, signal.SIGKILL)
    status = world.server.wait_exit(10)
    if status == 0:
        raise Failure("exit status 0 after five deaths")
    world.server.expect_no_process()
    world.server.start()
    world.peer().store()


def next_victim(world, killed):
    return next((pid for pid in world.server.workers() if pid not in killed), None)


@case(seconds=60)
def worker_that_makes_no_progress_is_replaced(world):
    world.serve(workers=1, hang_timeout=2)
    stuck = world.server.workers()[0]
    os.kill(stuck, signal.SIGSTOP)
    wait_for(lambda: stuck not in world.server.children(), "the stuck worker to be replaced")
    world.peer().store()
    if not world.server.log("process_ended", process="worker", reason="no progress for 2 seconds"):
        raise Failure("the log does not say why the worker was replaced")


@case(seconds=60, long=True)
def nobody_is_replaced_for_standing_still_when_all_stood_still(world):
    """As when a machine sleeps: the workers had no time to show progress, and the supervisor none to notice it."""
    world.serve(workers=2, hang_timeout=4)
    everyone = group_members(world.server.process.pid)
    for pid in everyone:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(5)
    os.kill(world.server.process.pid, signal.SIGCONT)
    world.server.settle(beside_stopped=True)    # it checks its workers before it can have heard from any of them
    for pid in everyone:
        os.kill(pid, signal.SIGCONT)
    time.sleep(0.5)
    world.peer().store()
    if group_members(world.server.process.pid) != everyone:
        raise Failure("a process was replaced")
