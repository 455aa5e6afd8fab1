"""SIGTERM and SIGINT at any moment: status 0 within 5 s, no process left, every batch stored whole or not at all."""

import functools
import os
import signal
import threading
import time

import wire
from peer import PATIENCE
from server import Failure, free_port, group_members, wait_for
from wire import ALL, WIDE, bets, encode_batch, encode_batch_head, encode_item, new_key
from world import case, in_parallel

SIGNALS = {"sigterm": signal.SIGTERM, "sigint": signal.SIGINT}
IGNORED = (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF,
           signal.SIGIO, signal.SIGPWR, signal.SIGSTKFLT, signal.SIGXCPU, signal.SIGRTMIN, signal.SIGRTMAX)


def for_both_signals(dialects=(WIDE,), heart=False):
    """Registers a test for each signal; it gets the signal as its second argument."""
    def register(function):
        for name, sig in SIGNALS.items():
            def test(world, sig=sig):
                function(world, sig)
            test.__name__ = f"{name}_{function.__name__}"
            case(dialects, heart=heart and sig == signal.SIGTERM)(test)
        return function
    return register


@for_both_signals(heart=True)
def stops_an_idle_server(world, sig):
    world.serve()
    world.server.settle()
    world.server.stop(sig)


@for_both_signals()
def stops_a_server_with_idle_connections(world, sig):
    world.serve()
    silent, working = world.peer(), world.peer(2)
    working.store(bets(3, 2))
    world.server.stop(sig)
    for peer in (silent, working):
        peer.expect_closed(reset_ok=True)


@for_both_signals()
def stops_a_server_at_once_after_its_start(world, sig):
    for _ in range(5):
        world.serve()
        world.server.stop(sig)
    world.serve()


@for_both_signals(ALL, heart=True)
def inside_a_batch_drops_that_batch_alone(world, sig):
    world.serve()
    peer = world.peer()
    peer.store()
    frame = encode_batch(world.dialect, bets(50), new_key())
    peer.send(frame[:-1])
    world.server.settle()
    world.server.stop(sig)
    peer.expect_closed(reset_ok=True)


@for_both_signals(ALL, heart=True)
def under_load_stores_every_batch_whole_or_not_at_all(world, sig):
    """Four agencies send batches of 20 bets as fast as they can, ahead of their answers."""
    world.serve(agencies=4)
    stopping = threading.Event()

    def work(agency):
        peer = None
        try:
            peer = world.peer(agency)
            for _ in range(3):
                peer.send_batch(bets(20, agency))
            while True:
                peer.send_batch(bets(20, agency))
                peer.expect_answer(0)
        except (Failure, OSError):
            if not stopping.is_set():
                raise
        finally:
            if peer:
                peer.close()

    def interrupt():
        try:
            wait_for(lambda: world.ledger.stored, "an answer")
            time.sleep(0.3)     # and the others are under way
        finally:
            stopping.set()
            world.server.stop(sig)
    in_parallel([functools.partial(work, agency) for agency in (1, 2, 3, 4)] + [interrupt])


@for_both_signals(heart=True)
def answers_what_was_handed_over(world, sig):
    """Whole batches that the server has read are stored and answered before it exits."""
    world.serve()
    peer = world.peer()
    batch = bets(300)
    peer.send_batch(batch)
    peer.expect_answer(0)
    peer.send(encode_batch_head(WIDE, 2, 0) + encode_item(WIDE, batch[0]))
    world.server.stop(sig)
    peer.expect_closed(reset_ok=True)


@for_both_signals(ALL, heart=True)
def at_the_barrier_closes_and_the_agency_finds_its_place_again(world, sig):
    world.serve()
    winning = bets(2, number=wire.WINNING)
    waiting = world.reach_waiting(bets=winning)
    key = waiting.last_key
    world.server.stop(sig)
    waiting.expect_closed(reset_ok=True)
    world.server.start()
    world.expect_draws(0)
    waiting = world.peer()
    waiting.finish(key)
    world.server.settle()
    world.complete(2)
    waiting.expect_winners(winning)


@for_both_signals()
def while_winners_are_written_leaves_in_time_and_they_can_be_had_later(world, sig):
    world.serve(agencies=1, first_byte_timeout=600)     # writing so many takes a busy machine long
    winning = []
    peer = world.peer()
    for _ in range(2):
        winning += peer.store(wire.small_bets(30_000, number=wire.WINNING))
    peer.leave()
    slow = world.peer(narrow=True)
    slow.finish()
    slow.receive(10_000)
    world.server.stop(sig)
    slow.close()
    world.server.start()
    peer = world.peer()
    peer.finish()
    peer.expect_winners(winning)


@for_both_signals()
def stops_a_server_whose_peer_was_refused_and_does_not_go(world, sig):
    """Its connection is in the two seconds during which the server discards further bytes."""
    world.serve()
    peer = world.peer()
    peer.send(encode_batch(WIDE, [wire.bet(name=b"\xff")], 0))
    peer.receive(1)
    world.server.stop(sig)


@case()
def second_signal_hurries_the_stop(world):
    world.serve()
    peer = world.peer()
    peer.send(encode_batch(WIDE, bets(2), 0)[:-1])
    world.server.settle()
    os.kill(world.server.process.pid, signal.SIGTERM)
    os.kill(world.server.process.pid, signal.SIGTERM)
    status = world.server.wait_exit(PATIENCE)
    if status < 0:
        raise Failure(f"died by signal {-status}")
    world.server.expect_no_process()
    peer.close()


@case(seconds=60, long=True)
def stop_waits_as_long_as_it_is_told_to(world):
    """A worker that stands still is killed when the time is over, and not before."""
    world.serve(workers=1, stop_timeout=7)
    os.kill(world.server.workers()[0], signal.SIGSTOP)
    began = time.monotonic()
    os.kill(world.server.process.pid, signal.SIGTERM)
    status = world.server.wait_exit()
    if status != 1 or time.monotonic() - began < 7:
        raise Failure(f"exit status {status} after {time.monotonic() - began:.1f} s, wanted 1 after 7")
    world.server.wait_log("stop", result="fail", reason="child did not exit in time; killing it")


@case()
def signal_to_the_whole_group_stops_as_one_to_the_server(world):
    """Like Ctrl-C on a terminal: only the supervisor reacts to it, and it kills no child."""
    world.serve()
    peer = world.peer()
    peer.store()
    world.server.settle()
    os.killpg(world.server.process.pid, signal.SIGINT)
    status = world.server.wait_exit()
    if status != 0:
        raise Failure(f"exit status {status}, wanted 0")
    if world.server.log("process_ended"):
        raise Failure("a child died of the signal to the group")
    world.server.expect_no_process()
    peer.close()


@case()
def signals_without_a_meaning_are_logged_and_ignored(world):
    """Sent to the server alone, and to all of its processes."""
    world.serve()
    peer = world.peer()
    peer.store()
    everyone = group_members(world.server.process.pid)
    for sig in IGNORED:
        os.kill(world.server.process.pid, sig)
        world.server.wait_log("signal", signal=int(sig))
        os.killpg(world.server.process.pid, sig)
        world.server.wait_log("signal", 2, signal=int(sig))
    peer.store()
    if group_members(world.server.process.pid) != everyone:
        raise Failure("a process was replaced")


@case()
def sigquit_stops_in_order(world):
    world.serve()
    peer = world.peer()
    peer.store()
    world.server.stop(signal.SIGQUIT)
    if not world.server.log("stop", result="success"):
        raise Failure("the log does not say that it stopped")
    peer.close()


@case()
def hangup_of_the_log_reader_does_not_stop_the_server(world):
    """The program that read the log through a pipe has exited: SIGPIPE must not kill the server."""
    reading, writing = os.pipe()
    world.serve()
    world.server.stop()
    port = free_port()
    world.server.options["listen"] = f"127.0.0.1:{port}"
    world.server.options["bet_listen"] = None
    world.server.launch(stdout=writing)
    os.close(writing)
    seen = b""
    while b"action: listen" not in seen:
        seen += os.read(reading, 4096)
    os.close(reading)
    world.server.ports = {"agency": port}
    peer = world.peer()
    for _ in range(20):
        peer.store()
    world.server.stop()
