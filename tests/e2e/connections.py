"""Connections that end inside a frame, that are closed, and that are replaced by a newer one (section 6)."""

import os
import signal
import time

import wire
from peer import Peer
from server import Failure
from wire import ALL, WIDE, bet, bets, encode_batch, encode_batch_head, encode_item, encode_single, new_key
from world import RESTARTS, case


# ---- A descriptor that is used again ------------------------------------------------------------------------

@case(ALL)
def connection_that_gets_the_descriptor_of_one_that_is_still_owed_a_result_is_served(world):
    """The first one breaks while its batch is being committed; its end is noticed after the second one was accepted."""
    world.serve(workers=1)
    world.peer(2).store()
    committer = world.server.committer()
    os.kill(committer, signal.SIGSTOP)
    try:
        broken = world.peer()
        broken.send_batch(bets(2))
        world.server.settle(beside_stopped=True)
        broken.reset()
        world.server.settle(beside_stopped=True)
        peer = world.peer()
        world.server.settle(beside_stopped=True)
    finally:
        os.kill(committer, signal.SIGCONT)
    world.server.settle()
    for _ in range(3):
        peer.store()


# ---- The end of the stream inside a frame -----------------------------------------------------------------

def expect_truncation_closed(world, frame, port="agency"):
    cuts = sorted({1, 2, 3, 4, len(frame) // 2, len(frame) - 3, len(frame) - 2, len(frame) - 1})
    for cut in (cut for cut in cuts if 0 < cut < len(frame)):
        peer = world.peer(1, port)
        peer.send(frame[:cut])
        peer.half_close()
        peer.expect_closed()


@case(ALL, RESTARTS, heart=True)
def batch_that_ends_in_the_middle_is_closed_and_not_stored(world):
    world.serve()
    expect_truncation_closed(world, encode_batch(world.dialect, bets(3), new_key()))
    world.between()
    world.expect_bets_taken()


@case(ALL)
def single_that_ends_in_the_middle_is_closed_and_not_stored(world):
    world.serve()
    expect_truncation_closed(world, encode_single(world.dialect, bet(), new_key()), "bets")
    world.expect_bets_taken()


@case(ALL, RESTARTS)
def finish_that_ends_in_the_middle_is_closed_and_does_not_count(world):
    world.serve(agencies=1)
    expect_truncation_closed(world, wire.encode_finish(world.dialect, 1, new_key()))
    world.between()
    world.expect_draws(0)
    world.expect_bets_taken()


@case()
def batch_that_promises_65535_bets_and_sends_one_is_not_stored(world):
    world.serve(max_frame=4 << 20)
    peer = world.peer()
    peer.send(encode_batch_head(WIDE, 65535, 0) + encode_item(WIDE, bet()))
    peer.half_close()
    peer.expect_closed()
    world.expect_bets_taken()


@case(ALL)
def answers_of_earlier_frames_come_before_the_end_of_a_truncated_one(world):
    world.serve()
    peer = world.peer()
    peer.send_batch(bets(2))
    peer.send_batch(bets(2))
    peer.send(encode_batch(world.dialect, bets(2), new_key())[:-1])
    peer.half_close()
    peer.expect_answer(0)
    peer.expect_answer(0)
    peer.expect_closed()


@case()
def connection_that_is_reset_inside_a_batch_stores_nothing(world):
    world.serve()
    for cut in (1, 2, 20, 40):
        peer = world.peer()
        peer.send(encode_batch(WIDE, bets(2), 0)[:cut])
        peer.reset()
    world.server.settle()
    world.expect_bets_taken()


# ---- What "closed" means ----------------------------------------------------------------------------------

@case(long=True)
def refusal_arrives_although_60000_more_bytes_were_sent(world):
    """They arrive while an earlier frame's answer is awaited: left unread, they would turn the end into a reset."""
    world.serve()
    for _ in range(20):
        peer = world.peer()
        peer.send_batch(bets(500))
        peer.send(encode_batch(WIDE, [bet(name=b"\xff")], 0))
        for _ in range(20):
            peer.send(bytes(3000))
        world.server.settle()
        peer.expect_answer(0)
        peer.expect_closed(b"\1")


@case()
def closed_connection_is_gone_after_two_seconds_of_more_bytes(world):
    world.serve()
    peer = world.peer()
    peer.send(encode_batch(WIDE, [bet(name=b"\xff")], 0))
    if peer.receive_rest() != b"\1":
        raise Failure("no refusal")
    began = time.monotonic()
    expect_reset_by_sending(peer, 1, 0.1)
    if time.monotonic() - began > 10:
        raise Failure("the server read on for more than 2 s")
    world.expect_bets_taken()


@case()
def closed_connection_is_gone_after_64_kb_of_more_bytes(world):
    """Long before its two seconds, which begin after ours, are over: of several such connections one, on the busiest
    machine."""
    world.serve()
    for _ in range(6):
        peer = world.peer()
        began = time.monotonic()
        peer.send(encode_batch(WIDE, [bet(name=b"\xff")], 0))
        if peer.receive_rest() != b"\1":
            raise Failure("no refusal")
        expect_reset_by_sending(peer, 16384, 0.01)
        if time.monotonic() - began < 1.5:
            return
    raise Failure("the server read on after 64 kB, until two seconds were over")


def expect_reset_by_sending(peer: Peer, size, pause, within=15.0):
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            peer.send(bytes(size))
        except (BrokenPipeError, ConnectionResetError):
            return
        time.sleep(pause)
    raise Failure("the server still takes bytes on a connection that it closed")


# ---- Older connections ------------------------------------------------------------------------------------

@case(ALL, heart=True)
def frame_on_an_older_connection_is_not_taken_and_the_older_one_is_closed(world):
    world.serve()
    older = world.peer()
    world.server.settle()
    newer = world.peer()
    newer.store()
    try:
        older.send(encode_batch(world.dialect, bets(2), new_key()))
    except (BrokenPipeError, ConnectionResetError):
        pass
    older.expect_closed(reset_ok=True)
    newer.store()


@case(ALL)
def older_connection_of_the_agency_is_closed_when_a_newer_one_is_taken(world):
    world.serve()
    older = world.peer()
    older.store()
    newer = world.peer()
    newer.store()
    older.expect_closed(reset_ok=True)
    newer.store()


@case(ALL)
def older_waiting_connection_is_closed_when_the_finish_is_repeated_on_a_newer_one(world):
    world.serve()
    winning = bets(1, number=wire.WINNING)
    older = world.reach_waiting(bets=winning)
    newer = world.peer()
    newer.finish()
    older.expect_closed(reset_ok=True)
    world.complete(2)
    newer.expect_winners(winning)


@case(ALL)
def newer_connection_is_not_hurt_by_frames_that_the_older_one_still_has_unread(world):
    """Many pipelined frames, no answer read, and then the agency opens a new connection."""
    world.serve()
    older = world.peer()
    for _ in range(200):
        older.send_batch(bets(1))
    newer = world.peer()
    newer.store()
    older.receive_rest(reset_ok=True)
    older.close()
    for _ in range(5):
        newer.store()
    world.server.settle()
    newer.finish()
    world.complete(2)
    newer.expect_winners()


@case(ALL)
def connections_of_the_two_ports_do_not_make_each_other_older(world):
    world.serve()
    older = world.single_peer()
    older.store_single()
    peer = world.peer()
    peer.store()
    older.store_single()
    world.single_peer().store_single()
    peer.store()


@case()
def older_single_connection_is_closed_when_a_newer_one_is_taken(world):
    world.serve()
    older = world.single_peer()
    older.store_single()
    newer = world.single_peer()
    newer.store_single()
    older.expect_closed(reset_ok=True)


@case()
def connections_of_other_agencies_are_not_older(world):
    world.serve(agencies=3)
    peers = [world.peer(agency) for agency in (1, 2, 3)]
    for _ in range(3):
        for peer in reversed(peers):
            peer.store()
