"""What gets refused, and what becomes of the connection: a test for each row of the table in section 6."""

import time

import wire
from peer import Peer
from server import Failure
from wire import ALL, WIDE, bet, bets, encode_batch, encode_batch_head, encode_bet, encode_single, new_key
from world import RESTARTS, case

BAD_UTF8 = (b"\x80", b"\xbf", b"\xc0\xaf", b"\xc1\xbf", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xed\xbf\xbf",
            b"\xf0\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xff", b"ab\xc3", b"\xe2\x82", b"\xc3A")
CONTROLS = (b"\0", b"a\nb", b"\x1f", b"\x7f", b"\xc2\x80", b"x\xc2\x85", b"\xc2\x9f")
GOOD_NAMES = (b"", b" ", b"a,b\"c|d", "\u00a0\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff".encode())
BAD_DATES = (b"1999-02-29", b"1900-02-29", b"2100-02-29", b"2000-13-01", b"2000-00-10", b"2000-04-31", b"2000-02-30",
             b"0000-01-01", b"2000-01-00", b"2000-01-32", b"2000-W01-1", b"1999/03/17", b" 999-03-17", b"1999-03-1 ",
             b"+999-03-17", b"1999-03-1\0")
GOOD_DATES = (b"2000-02-29", b"2400-02-29", b"0001-01-01", b"9999-12-31", b"2001-02-28", b"0004-02-29")


def expect_closed_with_refusal(world, frame, port="agency"):
    """The frame gets a 1 and the end of the stream; neighbours notice nothing."""
    neighbour = world.peer(2)
    neighbour.store()
    peer = world.peer(1, port)
    peer.send(frame)
    peer.expect_closed(b"\1")
    neighbour.store()
    neighbour.leave()
    world.expect_bets_taken()


def expect_batches_refused(world, bad_bets):
    """Each bad bet, first, in the middle and last in a batch of three."""
    for position in range(3):
        for bad in bad_bets:
            batch = bets(3)
            batch[position] = bad
            peer = world.peer()
            peer.send(encode_batch(world.dialect, batch, new_key()))
            try:
                peer.expect_closed(b"\1")
            except Failure as failure:
                raise Failure(f"{bad} at place {position}: {failure}") from None


# ---- Bytes that no frame can have ---------------------------------------------------------------------------

@case(ALL)
def batch_is_refused_and_closed_with_bad_utf8_at_any_place(world):
    world.serve()
    expect_batches_refused(world, [bet(name=text) for text in BAD_UTF8] + [bet(surname=text) for text in BAD_UTF8])
    world.expect_bets_taken()


@case(ALL)
def batch_is_refused_and_closed_with_control_character_at_any_place(world):
    world.serve()
    expect_batches_refused(world, [bet(name=text) for text in CONTROLS] + [bet(surname=text) for text in CONTROLS])
    world.expect_bets_taken()


@case(ALL)
def batch_is_refused_and_closed_with_impossible_day_at_any_place(world):
    world.serve()
    expect_batches_refused(world, [bet(birthdate=date) for date in BAD_DATES])
    world.expect_bets_taken()


@case(ALL)
def batch_is_taken_with_odd_but_valid_names_and_days(world):
    world.serve()
    peer = world.peer()
    peer.store([bet(name=name, surname=name) for name in GOOD_NAMES])
    peer.store([bet(birthdate=date) for date in GOOD_DATES])
    peer.store([bet(document=document) for document in (0, 2**32 - 1)])
    peer.store([bet(number=number) for number in (0, 65535)])


@case(ALL)
def single_is_refused_and_closed_with_bytes_that_none_can_have(world):
    world.serve()
    for bad in (bet(name=b"\xff"), bet(surname=b"\n"), bet(birthdate=b"2001-02-29")):
        expect_closed_with_refusal(world, encode_single(world.dialect, bad, new_key()), "bets")


@case(ALL)
def malformed_batch_is_refused_when_its_field_is_complete(world):
    """The rest of the frame never comes."""
    world.serve()
    tail = 2 + 4  # what follows the end of SURNAME up to BIRTHDATE, and NUMBER
    for bad, behind in ((bet(birthdate=b"1999-02-29"), 2), (bet(surname=b"a\xc3"), tail + 10), (bet(surname=b"\x7f"), tail + 10)):
        frame = encode_batch_head(world.dialect, 5, new_key()) + encode_bet(world.dialect, bad)
        expect_closed_with_refusal(world, frame[:-behind])


@case()
def malformed_frame_is_refused_before_its_agency_is_judged(world):
    world.serve()
    for agency in (0, 3, 255):
        expect_closed_with_refusal(world, encode_batch(WIDE, [bet(agency), bet(1, name=b"\xff")], 0))
    expect_closed_with_refusal(world, encode_batch(WIDE, [bet(1), bet(2), bet(1, birthdate=b"2000-00-00")], 0))


@case(ALL)
def answers_of_earlier_frames_come_before_the_refusal(world):
    world.serve()
    peer = world.peer()
    for _ in range(3):
        peer.send_batch(bets(2))
    peer.send(encode_batch(world.dialect, [bet(name=b"\xc0")], new_key()))
    for _ in range(3):
        peer.expect_answer(0)
    peer.expect_closed(b"\1")


@case(ALL)
def frames_behind_a_malformed_one_are_not_looked_at(world):
    world.serve()
    bad = encode_batch(world.dialect, [bet(name=b"\xff")], new_key())
    peer = world.peer()
    peer.send(bad + encode_batch(world.dialect, bets(2), new_key()) + wire.encode_finish(world.dialect, 1, new_key()))
    peer.expect_closed(b"\1")
    world.expect_bets_taken()


@case(ALL, RESTARTS)
def malformed_batch_is_refused_and_closed_while_waiting(world):
    world.serve()
    world.reach_waiting()
    world.between()
    peer = world.peer()
    peer.send(encode_batch(world.dialect, [bet(name=b"\xff")], new_key()))
    peer.expect_closed(b"\1")
    world.expect_bets_refused()


# ---- The limit of a frame -----------------------------------------------------------------------------------

def batch_of_size(dialect, size):
    """A batch of two bets that has exactly so many bytes."""
    pair = [bet(name=b"", surname=b""), bet(name=b"", surname=b"")]
    room = size - len(encode_batch(dialect, pair, 0))
    return [pair[0].but(name=b"n" * (room // 2)), pair[1].but(surname=b"s" * (room - room // 2))]


@case((WIDE, wire.KEYED))
def batch_is_taken_at_the_limit_and_refused_one_byte_over_it(world):
    world.serve(max_frame=1000)
    peer = world.peer()
    peer.store(batch_of_size(world.dialect, 1000))
    peer.store(batch_of_size(world.dialect, 999))
    expect_closed_with_refusal(world, encode_batch(world.dialect, batch_of_size(world.dialect, 1001), new_key()))


@case()
def batch_is_taken_at_the_default_limit_and_refused_one_byte_over_it(world):
    world.serve()
    size = 1 << 20
    count = (size - 2) // wire.smallest_bet_size(WIDE)
    batch = wire.small_bets(count)
    batch[-1] = batch[-1].but(surname=b"s" * (size - 2 - count * wire.smallest_bet_size(WIDE)))
    peer = world.peer()
    peer.store(batch)
    over = [*batch[:-1], batch[-1].but(surname=batch[-1].surname + b"s")]
    peer = world.peer()
    peer.send(encode_batch(WIDE, over, 0))
    peer.expect_closed(b"\1")


@case(ALL)
def batch_is_refused_at_its_count_if_even_the_smallest_bets_would_exceed_the_limit(world):
    world.serve(max_frame=1000)
    head = 2 + world.dialect.key_size
    most = (1000 - head) // wire.smallest_bet_size(world.dialect)
    expect_closed_with_refusal(world, (most + 1).to_bytes(2, "big"))
    peer = world.peer()
    peer.store(wire.small_bets(most))


@case((WIDE, wire.KEYED))
def batch_is_refused_at_the_length_that_shows_it_must_exceed_the_limit(world):
    world.serve(max_frame=1000)
    frame = encode_batch_head(world.dialect, 1, new_key()) + b"\1"
    left = 1000 - len(frame) - (wire.smallest_bet_size(world.dialect) - 1)
    expect_closed_with_refusal(world, frame + (left + 1).to_bytes(2, "big"))
    peer = world.peer()
    peer.store([bet(name=b"n" * left, surname=b"")])


@case((WIDE, wire.KEYED))
def single_is_taken_at_the_limit_and_refused_one_byte_over_it(world):
    world.serve(max_frame=1000)
    room = 1000 - world.dialect.key_size - wire.smallest_bet_size(world.dialect)
    world.single_peer().store_single(bet(name=b"", surname=b"s" * room))
    over = encode_single(world.dialect, bet(name=b"", surname=b"s" * (room + 1)), new_key())
    expect_closed_with_refusal(world, over, "bets")


@case()
def names_are_taken_up_to_the_width_of_their_length(world):
    world.serve()
    world.peer().store([bet(name=b"n" * 65535, surname=b"s" * 65535), bet(name=b"n" * 255, surname=b"s" * 256)])


@case((wire.COMPACT,))
def names_of_255_bytes_are_taken_in_compact(world):
    world.serve()
    world.peer().store([bet(name=b"n" * 255, surname="ñ".encode() * 127 + b"n")])


# ---- Receipts -----------------------------------------------------------------------------------------------

@case(ALL, RESTARTS)
def wrong_receipt_is_closed_and_does_not_count(world):
    world.serve()
    winning = bets(2, number=wire.WINNING)
    peer = world.reach_waiting(bets=winning)
    world.complete(2)
    peer.expect_winners(winning)
    peer.send(bytes([world.dialect.receipt ^ 2]))
    peer.expect_closed()
    world.between()
    world.expect_singles_refused()  # still DRAWN
    peer = world.peer()
    peer.finish()
    if not world.dialect.is_keyed:
        peer.expect_winners(winning)
        peer.receipt_and_leave()
        world.expect_bets_taken()


@case(ALL, RESTARTS)
def finish_behind_winners_is_no_receipt_and_is_closed(world):
    world.serve(agencies=1)
    peer = world.peer()
    peer.finish()
    peer.expect_winners()
    peer.finish()
    peer.expect_closed()
    world.between()
    world.expect_singles_refused()
    world.expect_draws(1)


@case(ALL, RESTARTS)
def receipt_before_winners_is_closed_and_the_finish_counts(world):
    world.serve()
    peer = world.reach_waiting()
    peer.receipt()
    peer.expect_closed()
    world.between()
    world.expect_bets_refused()
    world.complete(2)
    world.expect_draws(1)
    world.expect_singles_refused()  # DRAWN: that receipt was none


@case(ALL, RESTARTS)
def second_finish_before_winners_is_closed_and_the_first_counts(world):
    world.serve(agencies=3)
    peer = world.reach_waiting()
    peer.finish()
    peer.expect_closed()
    world.between()
    world.expect_bets_refused()
    world.complete(2, 3)
    world.expect_draws(1)


@case(ALL)
def batch_before_winners_is_closed_and_not_stored(world):
    world.serve()
    peer = world.reach_waiting()
    peer.send(encode_batch(world.dialect, bets(2), new_key()))
    peer.expect_closed()
    world.complete(2)
    world.expect_draws(1)


# ---- Agencies -----------------------------------------------------------------------------------------------

@case(ALL)
def batch_is_refused_and_open_with_an_agency_that_there_is_not(world):
    world.serve()
    peer = world.peer()
    for agency in (0, 3, 254, 255):
        peer.refuse(bets(3, agency))
    peer.store()


@case(ALL)
def batch_is_refused_and_open_with_two_agencies(world):
    world.serve()
    peer = world.peer()
    for first, second in ((1, 2), (2, 1), (1, 0), (0, 1), (1, 255)):
        peer.refuse([bet(first), bet(first), bet(second)])
        peer.refuse([bet(first), bet(second), bet(second)])
    peer.store()


@case(ALL)
def batch_is_refused_and_open_with_another_agency_than_the_connections(world):
    world.serve()
    peer = world.peer(1)
    peer.store()
    peer.refuse(bets(2, agency=2))
    peer.store()
    other = world.peer(2)
    other.store()


@case(ALL)
def single_is_refused_and_open_with_a_wrong_agency(world):
    world.serve()
    peer = world.single_peer()
    for agency in (0, 3, 255):
        peer.refuse_single(bet(agency))
    peer.store_single()
    peer.refuse_single(bet(2))
    peer.store_single()


@case(ALL)
def refused_batch_does_not_fix_the_agency_of_its_connection(world):
    world.serve()
    peer = world.peer(2)
    peer.refuse([bet(1), bet(2)])
    peer.refuse(bets(1, agency=0))
    peer.store(bets(2, agency=2))
    peer.refuse(bets(1, agency=1))


# ---- States that take no bets -------------------------------------------------------------------------------

@case(ALL, RESTARTS)
def bets_are_refused_and_open_while_waiting(world):
    world.serve()
    world.reach_waiting()
    world.between()
    peer, single_peer = world.peer(), world.single_peer()
    for _ in range(3):
        peer.refuse()
        single_peer.refuse_single()
    world.expect_bets_taken(2)


@case(ALL, RESTARTS)
def bets_are_refused_and_open_when_drawn_before_the_winners_were_written(world):
    world.serve()
    world.reach_drawn_unannounced()
    world.between()
    peer, single_peer = world.peer(), world.single_peer()
    for _ in range(3):
        peer.refuse()
        single_peer.refuse_single()


@case(ALL, RESTARTS)
def single_is_refused_and_open_when_drawn_after_the_winners_were_written(world):
    world.serve()
    world.reach_drawn_announced()
    world.between()
    peer = world.single_peer()
    for _ in range(3):
        peer.refuse_single()


@case(ALL)
def refused_bets_leave_the_waiting_connection_alone(world):
    world.serve()
    winning = bets(1, number=wire.WINNING)
    waiting = world.reach_waiting(bets=winning)
    world.expect_bets_refused()
    world.complete(2)
    waiting.expect_winners(winning)


# ---- Finishes -----------------------------------------------------------------------------------------------

@case(ALL, RESTARTS)
def finish_of_an_agency_that_there_is_not_is_closed_and_does_not_count(world):
    world.serve(agencies=1)
    for agency in (0, 2, 255):
        peer = world.peer()
        peer.finish(agency=agency)
        peer.expect_closed()
    world.between()
    world.expect_draws(0)
    world.expect_bets_taken()


@case(ALL, RESTARTS)
def finish_of_another_agency_than_the_connections_is_closed_and_does_not_count(world):
    world.serve()
    peer = world.peer(1)
    peer.store()
    peer.finish(agency=2)
    peer.expect_closed()
    world.between()
    world.expect_bets_taken(1)
    world.expect_bets_taken(2)


@case(ALL, RESTARTS)
def finish_behind_a_refused_batch_is_closed_and_does_not_count(world):
    world.serve(agencies=1)
    peer = world.peer()
    peer.store()
    peer.refuse([bet(1), bet(2)])
    peer.store()
    peer.finish()
    peer.expect_closed()
    world.between()
    world.expect_draws(0)
    world.expect_bets_taken()


@case(ALL)
def finish_pipelined_behind_a_refused_batch_is_closed_after_the_answers(world):
    world.serve(agencies=1)
    peer = world.peer()
    good, bad = bets(2), [bet(1), bet(2)]
    peer.pending = [good, []]
    peer.send(encode_batch(world.dialect, good, new_key()) + encode_batch(world.dialect, bad, new_key())
              + wire.encode_finish(world.dialect, 1, new_key()))
    peer.expect_answer(0)
    peer.expect_closed(b"\1")
    world.expect_draws(0)
    world.expect_bets_taken()


@case(ALL)
def finish_on_a_new_connection_counts_after_a_refused_batch_elsewhere(world):
    world.serve(agencies=1)
    peer = world.peer()
    peer.store()
    peer.refuse(bets(1, agency=2))
    peer.leave()
    peer = world.peer()
    peer.finish()
    peer.expect_winners()


# ---- The end of the stream inside a frame -------------------------------------------------------------------

def expect_truncation_closed(world, frame, port="agency"):
    cuts = sorted({1, 2, 3, 4, len(frame) // 2, len(frame) - 3, len(frame) - 2, len(frame) - 1})
    for cut in (cut for cut in cuts if 0 < cut < len(frame)):
        peer = world.peer(1, port)
        peer.send(frame[:cut])
        peer.half_close()
        peer.expect_closed()


@case(ALL, RESTARTS)
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
    peer.send(encode_batch_head(WIDE, 65535, 0) + encode_bet(WIDE, bet()))
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


# ---- What "closed" means ------------------------------------------------------------------------------------

@case()
def refusal_arrives_although_60000_more_bytes_were_sent(world):
    world.serve()
    for _ in range(5):
        peer = world.peer()
        peer.send(encode_batch(WIDE, [bet(name=b"\xff")], 0) + bytes(60_000))
        world.server.settle()
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
    if time.monotonic() - began > 3.5:
        raise Failure("the server read on for more than 2 s")
    world.expect_bets_taken()


@case()
def closed_connection_is_gone_after_64_kb_of_more_bytes(world):
    world.serve()
    peer = world.peer()
    peer.send(encode_batch(WIDE, [bet(name=b"\xff")], 0))
    if peer.receive_rest() != b"\1":
        raise Failure("no refusal")
    began = time.monotonic()
    expect_reset_by_sending(peer, 16384, 0.01)
    if time.monotonic() - began > 1.5:
        raise Failure("the server read on after 64 kB")


def expect_reset_by_sending(peer: Peer, size, pause, within=6.0):
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            peer.send(bytes(size))
        except (BrokenPipeError, ConnectionResetError):
            return
        time.sleep(pause)
    raise Failure("the server still takes bytes on a connection that it closed")


# ---- Older connections --------------------------------------------------------------------------------------

@case(ALL)
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
    """Many frames pipelined, not one answer read, and then the agency comes anew."""
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
    single_peer, peer = world.single_peer(), world.peer()
    for _ in range(3):
        peer.store()
        single_peer.store_single()


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
