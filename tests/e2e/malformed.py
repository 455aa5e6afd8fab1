"""Malformed bytes, and frames beyond the limit: the first row of the table in section 6."""

import wire
from server import Failure
from wire import ALL, WIDE, bet, bets, encode_batch, encode_batch_head, encode_item, encode_single, new_key
from world import RESTARTS, case

BAD_UTF8 = (b"\x80", b"\xbf", b"\xc0\xaf", b"\xc1\xbf", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xff",
            b"\xf0\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"ab\xc3", b"\xe2\x82", b"\xc3A")
CONTROLS = (b"\0", b"a\nb", b"\x1f", b"\x7f", b"\xc2\x80", b"x\xc2\x85", b"\xc2\x9f")
GOOD_NAMES = (b"", b" ", b"a,b\"c|d", "\u00a0\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff".encode())
BAD_DATES = (b"1999-02-29", b"1900-02-29", b"2100-02-29", b"2000-13-01", b"2000-00-10", b"2000-04-31",
             b"2000-02-30", b"0000-01-01", b"2000-01-00", b"2000-01-32", b"2000-W01-1", b"1999/03/17",
             b" 999-03-17", b"1999-03-1 ", b"+999-03-17", b"1999-03-1\0")
GOOD_DATES = (b"2000-02-29", b"2400-02-29", b"0001-01-01", b"9999-12-31", b"2001-02-28", b"0004-02-29")


def expect_closed_with_refusal(world, frame, port="agency"):
    """The frame gets an answer 1 and the end of the stream; other connections are not affected."""
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


# ---- Bytes that no frame can have -------------------------------------------------------------------------

@case(ALL)
def batch_is_refused_and_closed_with_bad_utf8_at_any_place(world):
    world.serve()
    expect_batches_refused(world, [bet(name=text) for text in BAD_UTF8])
    expect_batches_refused(world, [bet(surname=text) for text in BAD_UTF8])
    world.expect_bets_taken()


@case(ALL)
def batch_is_refused_and_closed_with_control_character_at_any_place(world):
    world.serve()
    expect_batches_refused(world, [bet(name=text) for text in CONTROLS])
    expect_batches_refused(world, [bet(surname=text) for text in CONTROLS])
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


@case(ALL, heart=True)
def malformed_batch_is_refused_when_its_field_is_complete(world):
    """The rest of the frame never arrives."""
    world.serve()
    tail = 4 + 10 + 2  # what follows SURNAME
    for bad, behind in ((bet(birthdate=b"1999-02-29"), 2), (bet(surname=b"a\xc3"), tail), (bet(surname=b"\x7f"), tail)):
        frame = encode_batch_head(world.dialect, 5, new_key()) + encode_item(world.dialect, bad)
        expect_closed_with_refusal(world, frame[:-behind])


@case()
def malformed_frame_is_refused_before_its_agency_is_judged(world):
    world.serve()
    for agency in (0, 3, 255):
        expect_closed_with_refusal(world, encode_batch(WIDE, [bet(agency), bet(1, name=b"\xff")], 0))
    expect_closed_with_refusal(world, encode_batch(WIDE, [bet(1), bet(2), bet(1, birthdate=b"2000-00-00")], 0))


@case(ALL, heart=True)
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
    behind = encode_batch(world.dialect, bets(2), new_key()) + wire.encode_finish(world.dialect, 1, new_key())
    peer.send(bad + behind)
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


# ---- The limit of a frame ---------------------------------------------------------------------------------

def batch_of_size(dialect, size):
    """A batch of two bets with exactly this number of bytes."""
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
    world.serve(first_byte_timeout=600)
    size = 1 << 20
    count = (size - 2) // wire.smallest_item_size(WIDE)
    batch = wire.small_bets(count)
    batch[-1] = batch[-1].but(surname=b"s" * (size - 2 - count * wire.smallest_item_size(WIDE)))
    peer = world.peer()
    peer.store(batch)
    over = [*batch[:-1], batch[-1].but(surname=batch[-1].surname + b"s")]
    peer = world.peer()
    peer.send(encode_batch(WIDE, over, 0))
    peer.expect_closed(b"\1")


@case(ALL)
def batch_is_refused_at_its_count_if_even_the_smallest_bets_would_exceed_the_limit(world):
    world.serve(max_frame=1000)
    most = (1000 - wire.batch_head_size(world.dialect)) // wire.smallest_item_size(world.dialect)
    expect_closed_with_refusal(world, (most + 1).to_bytes(2, "big"))
    peer = world.peer()
    peer.store(wire.small_bets(most))


@case((WIDE, wire.KEYED))
def batch_is_refused_at_the_length_that_shows_it_must_exceed_the_limit(world):
    world.serve(max_frame=1000)
    frame = encode_batch_head(world.dialect, 1, new_key()) + b"\1"
    left = 1000 - len(frame) - (wire.smallest_item_size(world.dialect) - 1)
    expect_closed_with_refusal(world, frame + (left + 1).to_bytes(2, "big"))
    peer = world.peer()
    peer.store([bet(name=b"n" * left, surname=b"")])


@case((WIDE, wire.KEYED))
def single_is_taken_at_the_limit_and_refused_one_byte_over_it(world):
    world.serve(max_frame=1000)
    room = 1000 - wire.smallest_single_size(world.dialect)
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
