"""How a stream may be cut, spread and slowed down (section 4), and crowds of idle connections."""

import functools
import resource

import wire
from server import Failure
from wire import ALL, KEYED, WIDE, bet, bets, encode_batch, encode_finish, encode_item, encode_single, new_key
from world import Skip, case, in_parallel


# ---- Pieces -------------------------------------------------------------------------------------------------

@case(ALL, heart=True)
def round_is_served_one_byte_at_a_time_in_both_directions(world):
    world.serve(agencies=1)
    winning = bets(2, number=wire.WINNING)
    peer = world.peer(narrow=True)
    peer.pending.append(winning)
    peer.drip(encode_batch(world.dialect, winning, new_key()), 0.001)
    peer.expect_answer(0)
    peer.drip(encode_finish(world.dialect, 1, new_key()), 0.02)
    wanted = len(winning).to_bytes(world.dialect.winners_size, "big")
    wanted += b"".join(winner.document.to_bytes(4, "big") for winner in winning)
    came = b"".join(peer.receive(1) for _ in wanted)
    if came != wanted:
        raise Failure(f"WINNERS {came!r}, wanted {wanted!r}")
    peer.receipt()
    peer.store()


@case(ALL)
def singles_are_served_one_byte_at_a_time(world):
    world.serve()
    peer = world.single_peer()
    for single in bets(2):
        peer.pending.append([single])
        peer.drip(encode_single(world.dialect, single, new_key()), 0.001)
        peer.expect_answer(0)


@case(ALL)
def frames_pipelined_in_one_piece_are_answered_in_order(world):
    world.serve()
    peer = world.peer()
    stream = b""
    for turn in range(40):
        batch = bets(2) if turn % 5 else wire.refused_bets(world.dialect)
        peer.pending.append(batch)
        stream += encode_batch(world.dialect, batch, new_key())
    peer.send(stream)
    for turn in range(40):
        peer.expect_answer(0 if turn % 5 else 1)


@case(ALL)
def finish_pipelined_behind_batches_counts_them_all(world):
    world.serve(agencies=1)
    winning = bets(30, number=wire.WINNING)
    peer = world.peer()
    peer.pending = [[winner] for winner in winning]
    peer.send(b"".join(encode_batch(world.dialect, [winner], new_key()) for winner in winning)
              + encode_finish(world.dialect, 1, new_key()))
    for _ in winning:
        peer.expect_answer(0)
    peer.expect_winners(winning)


@case(ALL, heart=True)
def frames_cut_at_every_place_are_put_together(world):
    """Three frames in two pieces, cut after each byte in turn."""
    world.serve()
    size = sum(len(encode_batch(world.dialect, [entry], 0)) for entry in bets(3))
    peer = world.peer()
    for cut in range(1, size, 7):
        frames = [[entry] for entry in bets(3)]
        stream = b"".join(encode_batch(world.dialect, frame, new_key()) for frame in frames)
        peer.pending = frames
        peer.send(stream[:cut])
        world.server.settle() if cut % 5 == 0 else None
        peer.send(stream[cut:])
        for _ in range(3):
            peer.expect_answer(0)


@case(ALL, heart=True)
def round_is_served_with_a_new_connection_for_every_frame(world):
    world.serve(agencies=1)
    winning = []
    for _ in range(20):
        peer = world.peer()
        winning += peer.store(bets(1, number=wire.WINNING))
        peer.close()
        peer = world.single_peer()
        winning.append(peer.store_single(bet(number=wire.WINNING)))
        peer.close()
    peer = world.peer()
    peer.finish()
    peer.expect_winners(winning)
    peer.receipt_and_leave()
    world.expect_bets_taken()


@case(ALL)
def rounds_are_served_on_one_connection(world):
    world.serve(agencies=1)
    peer = world.peer()
    for turn in range(5):
        winning = peer.store(bets(turn, number=wire.WINNING) + bets(1))[:turn]
        peer.finish()
        peer.expect_winners(winning)
        peer.receipt()
    peer.leave()


# ---- Ends ---------------------------------------------------------------------------------------------------

@case(ALL)
def client_that_ends_its_direction_after_batches_gets_every_answer(world):
    world.serve()
    peer = world.peer()
    for _ in range(30):
        peer.send_batch(bets(2))
    peer.half_close()
    for _ in range(30):
        peer.expect_answer(0)
    peer.expect_closed()


@case(ALL)
def client_that_ends_its_direction_after_finish_gets_its_winners(world):
    world.serve()
    winning = bets(2, number=wire.WINNING)
    peer = world.peer()
    peer.send_batch(winning)
    peer.finish()
    peer.half_close()
    peer.expect_answer(0)
    peer.expect_silence(0.3)
    world.complete(2)
    peer.expect_winners(winning)
    peer.expect_closed()
    world.expect_singles_refused()  # no receipt came


@case()
def client_that_ends_its_direction_after_singles_gets_every_answer(world):
    world.serve()
    peer = world.single_peer()
    for single in bets(30):
        peer.send_single(single)
    peer.half_close()
    for _ in range(30):
        peer.expect_answer(0)
    peer.expect_closed()


@case()
def connection_that_sends_nothing_and_ends_is_closed_in_silence(world):
    world.serve()
    for port in ("agency", "bets"):
        peer = world.peer(1, port)
        peer.half_close()
        peer.expect_closed()
    world.expect_bets_taken()


# ---- Winners ------------------------------------------------------------------------------------------------

def finish_with_winners(world, count, **options):
    """Stores this number of winning bets for agency 1 of 1, and finishes on a connection with small buffers."""
    world.serve(agencies=1, first_byte_timeout=600, **options)
    peer = world.peer()
    winning = []
    while len(winning) < count:
        winning += peer.store(wire.small_bets(min(30_000, count - len(winning)), number=wire.WINNING))
    peer.leave()
    peer = world.peer(narrow=True)
    peer.finish()
    return peer, winning


@case((WIDE, KEYED), long=True)
def winners_that_are_read_slowly_all_arrive(world):
    peer, winning = finish_with_winners(world, 60_000)
    came = b""
    while len(came) < 2 + 4 * len(winning):
        came += peer.receive(min(3000, 2 + 4 * len(winning) - len(came)))
    if came[2:] != b"".join(winner.document.to_bytes(4, "big") for winner in winning):
        raise Failure("other winners")


@case()
def reader_that_stops_reading_its_winners_holds_up_nobody(world):
    world.serve(agencies=3, first_byte_timeout=600)  # writing so many takes a busy machine long
    peer = world.peer()
    peer.store(wire.small_bets(30_000, number=wire.WINNING))
    peer.store(wire.small_bets(30_000, number=wire.WINNING))
    peer.leave()
    stuck = world.peer(narrow=True)
    stuck.finish()
    world.server.settle()
    for agency in (2, 3):
        world.peer(agency).store(bets(2, agency))
    world.complete(2, 3)
    stuck.receive(2)
    for agency in (2, 3):
        world.expect_bets_taken(agency)
    stuck.reset()
    world.expect_singles_refused()


@case()
def agency_that_is_reset_while_its_winners_are_written_gets_them_again(world):
    peer, winning = finish_with_winners(world, 60_000)
    peer.receive(5000)
    peer.reset()
    peer = world.peer()
    peer.finish()
    peer.expect_winners(winning)
    peer.receipt_and_leave()
    world.expect_bets_taken()


@case()
def agency_that_closes_before_its_receipt_gets_its_winners_again(world):
    peer, winning = finish_with_winners(world, 5)
    peer.expect_winners(winning)
    peer.close()
    peer = world.peer()
    peer.finish()
    peer.expect_winners(winning)
    peer.receipt_and_leave()
    world.expect_bets_taken()


# ---- Crowds -------------------------------------------------------------------------------------------------

def crowd_case(count, first_bytes, what):
    def test(world):
        expect_work_among(world, count, first_bytes)
    test.__name__ = f"agencies_work_while_{count}_connections_{what}"
    case(seconds=60, heart=(count, what) == (50, "send_half_a_bet"))(test)


def expect_work_among(world, count, first_bytes):
    """This number of connections send only these bytes; then agencies go through a round unaffected."""
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < count + 100:
        raise Skip(f"not {count} descriptors here")
    world.serve(agencies=3, workers=2)
    idle = []
    for _ in range(count):
        peer = world.peer()
        peer.send(first_bytes)
        idle.append(peer)
    in_parallel([functools.partial(work_round, world, agency) for agency in (1, 2, 3)])
    world.expect_draws(1)
    for peer in idle:
        peer.close()


def work_round(world, agency):
    peer = world.peer(agency)
    winning = []
    for _ in range(10):
        winning += peer.store(bets(9, agency) + bets(1, agency, wire.WINNING))[-1:]
    peer.finish()
    peer.expect_winners(winning)
    peer.receipt_and_leave()


for crowd in (5, 50, 1000):
    crowd_case(crowd, b"", "send_nothing")
    crowd_case(crowd, b"\0", "send_one_byte")
    crowd_case(crowd, b"\0\1" + encode_item(WIDE, bet())[:20], "send_half_a_bet")
