"""Deadlines, and back-pressure, which stops their clocks: the last row of the table in section 6."""

import select
import time

import wire
from server import PATIENCE, Failure
from wire import ALL, WIDE, bet, bets, encode_batch, new_key
from world import TERM, case


# Before it, no other deadline than the one that is tested comes: what they are if not set, and more than a busy machine
# needs.
LATEST = 9.0


def expect_closed_after(peer, earliest, began, latest=LATEST):
    """Expects that it is closed without a byte, and when. `began` is from before the act that the deadline counts from:
    on a busy machine much time passes between an act and the next line. One clock tick too early is tolerated."""
    peer.expect_closed()
    took = time.monotonic() - began
    if not earliest - 0.05 <= took <= latest:
        raise Failure(f"closed after {took:.2f} s, wanted {earliest:g} to {latest:g} s")


@case(heart=True)
def connection_without_a_first_byte_is_closed_in_time(world):
    world.serve(first_byte_timeout=0.4)
    began = time.monotonic()
    peer, single_peer = world.peer(), world.single_peer()
    expect_closed_after(peer, 0.4, began)
    single_peer.expect_closed()
    world.expect_bets_taken()


def drip(peer, frame, pause):
    """Sends a byte at a time, without the last. Returns how long it took until the connection was closed (None: it was
    not), and the longest wait between two bytes, which is longer than the pause where the machine was busy."""
    began = sent = time.monotonic()
    longest = 0.0
    for byte in frame[:-1]:
        try:
            peer.send(bytes([byte]))
        except (BrokenPipeError, ConnectionResetError):
            return time.monotonic() - began, longest
        closed = select.select([peer.socket], [], [], pause)[0]
        longest, sent = max(longest, time.monotonic() - sent), time.monotonic()
        if closed:
            peer.expect_closed(reset_ok=True)
            return sent - began, longest
    return None, longest


@case(ALL)
def frame_that_drips_is_closed_in_time_from_its_first_byte(world):
    """Bytes keep arriving: progress does not extend the deadline. A drip with a gap in it, which a deadline from the
    last byte could have closed as well, proves nothing and is begun again."""
    world.serve(frame_timeout=2)
    frame = encode_batch(world.dialect, bets(3), new_key())
    for _ in range(5):
        took, longest = drip(world.peer(), frame, LATEST / len(frame))
        if longest < 1:
            break
    if took is None or not 1.95 <= took <= LATEST:
        raise Failure(f"closed after {took} s, wanted 2; the longest wait between two bytes was {longest:.2f} s")
    world.expect_bets_taken()


@case()
def frame_that_comes_in_pieces_in_time_is_taken(world):
    world.serve(frame_timeout=60, first_byte_timeout=1, idle_timeout=1)
    batch = bets(2)
    frame = encode_batch(WIDE, batch, 0)
    peer = world.peer()
    peer.pending.append(batch)
    peer.send(frame[:1])
    time.sleep(1.5)
    peer.send(frame[1:30])
    time.sleep(0.5)
    peer.send(frame[30:])
    peer.expect_answer(0)


@case()
def start_of_a_finish_and_then_silence_is_closed_in_time(world):
    world.serve(agencies=1, frame_timeout=0.4)
    peer = world.peer()
    began = time.monotonic()
    peer.send(b"\0\0")
    expect_closed_after(peer, 0.4, began)
    world.expect_draws(0)
    world.expect_bets_taken()


@case()
def finish_whose_agency_comes_later_is_taken_in_time(world):
    world.serve(agencies=1, frame_timeout=30)
    peer = world.peer()
    peer.send(b"\0\0")
    time.sleep(1)
    peer.send(b"\1")
    peer.expect_winners()


@case()
def connection_that_is_idle_between_frames_is_closed_in_time(world):
    world.serve(idle_timeout=0.5, first_byte_timeout=5)
    peer = world.peer()
    began = time.monotonic()
    peer.store()
    expect_closed_after(peer, 0.5, began)
    world.expect_bets_taken()


@case()
def connection_that_goes_on_is_not_idle(world):
    world.serve(idle_timeout=3)
    peer, single_peer = world.peer(), world.single_peer()
    for _ in range(6):      # in all longer than a connection may be idle, never nearly so long at once
        peer.store()
        single_peer.store_single()
        time.sleep(0.6)


@case(ALL)
def receipt_that_does_not_come_is_closed_in_time_and_the_agency_stays_drawn(world):
    world.serve(agencies=1, idle_timeout=0.5)
    peer = world.peer()
    winning = peer.store(bets(2, number=wire.WINNING))
    peer.finish()
    key = peer.last_key
    began = time.monotonic()
    peer.expect_winners(winning)
    expect_closed_after(peer, 0.5, began)
    world.expect_singles_refused()
    peer = world.peer()
    peer.finish(key)
    peer.expect_winners(winning)


@case(ALL)
def agency_that_waits_for_winners_is_never_late(world):
    world.serve(first_byte_timeout=2, frame_timeout=2, idle_timeout=2, send_timeout=2)
    winning = bets(2, number=wire.WINNING)
    waiting = world.reach_waiting(bets=winning)
    waiting.expect_silence(4)
    world.complete(2)
    waiting.expect_winners(winning)
    waiting.receipt_and_leave()


@case()
def agency_that_waits_with_its_direction_ended_is_never_late(world):
    world.serve(first_byte_timeout=2, frame_timeout=2, idle_timeout=2, send_timeout=2)
    winning = bets(2, number=wire.WINNING)
    waiting = world.reach_waiting(bets=winning)
    waiting.half_close()
    waiting.expect_silence(4)
    world.complete(2)
    waiting.expect_winners(winning)
    waiting.expect_closed()


def serve_many_winners(world, count, **options):
    """An agency that waits, on a connection with small buffers, for more winners than the kernel can hold."""
    world.serve(agencies=1, max_frame=4 << 20, first_byte_timeout=600)
    peer = world.peer()
    winning = []
    for size in (count // 2, count - count // 2):
        winning += peer.store(wire.small_bets(size, number=wire.WINNING))
    peer.leave()
    world.server.options.update(options)
    world.server.restart(TERM)  # storing so many takes a busy machine longer than the deadlines that are tested
    peer = world.peer(narrow=True)
    peer.finish()
    return peer, winning


@case(ALL)
def reader_that_stops_reading_its_winners_is_closed_in_time_and_may_ask_again(world):
    dialect_count = min(60_000, world.dialect.winners_max)
    if dialect_count < 60_000:
        world.compares = False
        return expect_small_winners_never_block(world)
    peer, winning = serve_many_winners(world, dialect_count, send_timeout=0.6)
    key = peer.last_key
    peer.receive(2)
    world.server.wait_log("close", reason="peer does not read")
    came = peer.receive_rest(reset_ok=True)
    if len(came) >= 4 * len(winning):
        raise Failure("all winners were sent although none were read")
    world.expect_singles_refused()
    peer = world.peer()
    peer.finish(key)
    peer.expect_winners(winning)
    return None


def expect_small_winners_never_block(world):
    """A compact WINNERS always fits into the kernel's buffers, so a slow reader gets it all."""
    world.serve(agencies=1, send_timeout=0.3)
    peer = world.peer(narrow=True)
    winning = peer.store(wire.small_bets(255, number=wire.WINNING))
    peer.finish()
    time.sleep(1)
    peer.expect_winners(winning)


@case(long=True)
def slow_reader_that_makes_progress_gets_all_its_winners(world):
    """Takes longer than the send timeout in total, but never pauses that long; its receipt is not late either."""
    peer, winning = serve_many_winners(world, 60_000, send_timeout=2, idle_timeout=2)
    came = b""
    while len(came) < 2 + 4 * len(winning):
        came += peer.receive(min(8192, 2 + 4 * len(winning) - len(came)))
        time.sleep(0.12)
    if came != len(winning).to_bytes(2, "big") + b"".join(bet.document.to_bytes(4, "big") for bet in winning):
        raise Failure("other winners")
    peer.receipt_and_leave()
    world.expect_bets_taken()


@case(seconds=60)
def unsent_answers_stop_the_server_reading_and_the_clocks_stand_still(world):
    """A peer that keeps sending and reads no answers is paused: memory does not grow, and it is not late."""
    world.serve(first_byte_timeout=2, frame_timeout=2, idle_timeout=2, send_timeout=60, max_refusals=1_000_000_000)
    frame = encode_batch(WIDE, wire.small_bets(5, agency=9), 0)  # refused, so that it costs no disk
    peer = world.peer(narrow=True)
    sent = flood(peer, frame, most=25 << 20)
    time.sleep(3)
    neighbour = world.peer(2)
    neighbour.store()
    drain_while_sending_the_rest(peer, frame, sent)
    peer.store()


def flood(peer, frame, most):
    """Sends frames until the server, which has done all that it can, has read nothing for two seconds. Returns how many
    bytes were taken."""
    block = frame * 200
    sent = 0
    peer.socket.setblocking(False)
    while is_writable(peer, 2) or peer.server.settle() or is_writable(peer, 0):
        begin = sent % len(block)
        sent += peer.socket.send(block[begin:])
        if sent > most:
            raise Failure(f"the server read {sent} bytes without having sent their answers")
    peer.socket.settimeout(PATIENCE)
    return sent


def is_writable(peer, within):
    return bool(select.select([], [peer.socket], [], within)[1])


def drain_while_sending_the_rest(peer, frame, sent):
    """Completes the last frame, and reads an answer 1 for each."""
    rest = frame[sent % len(frame):] if sent % len(frame) else b""
    wanted = (sent + len(rest)) // len(frame)
    came = 0
    while came < wanted:
        writable = [peer.socket] if rest else []
        readable, writable, _ = select.select([peer.socket], writable, [], PATIENCE)
        if not readable and not writable:
            raise Failure(f"{came} of {wanted} answers, and then nothing")
        if writable:
            rest = rest[peer.socket.send(rest):]
        if readable:
            piece = peer.socket.recv(65536)
            if not piece or piece.strip(b"\1"):
                raise Failure(f"{came} of {wanted} answers, and then {piece[:10]!r}")
            came += len(piece)
    if came != wanted:
        raise Failure(f"{came} answers, wanted {wanted}")


@case()
def frame_clock_is_not_prolonged_by_answers_that_are_read_meanwhile(world):
    """Answers of earlier frames (too few to pause reading) are read one by one while a new frame arrives slowly."""
    world.serve(frame_timeout=2, first_byte_timeout=60, idle_timeout=60, send_timeout=60)
    peer = world.peer(narrow=True)
    refused = encode_batch(WIDE, wire.small_bets(1, agency=9), 0)
    peer.send(refused * 40)
    world.server.settle()
    began = time.monotonic()
    for byte in encode_batch(WIDE, bets(3), 0)[:39]:     # fewer than there are answers
        try:
            peer.send(bytes([byte]))
            if not peer.socket.recv(1):
                break
        except (BrokenPipeError, ConnectionResetError):
            break
        time.sleep(0.25)
    took = time.monotonic() - began
    peer.receive_rest(reset_ok=True)
    if took > LATEST:
        raise Failure(f"a frame that drips was waited for {took:.1f} s, wanted 2")


@case(seconds=60)
def unread_answers_of_stored_batches_all_arrive_in_the_end(world):
    """More than 64 unread answers: the server pauses the connection at most, and loses nothing."""
    world.serve(idle_timeout=5, frame_timeout=5)
    peer = world.peer()
    batches = [bets(1) for _ in range(500)]
    for batch in batches:
        peer.send_batch(batch)
    world.server.settle()
    for _ in batches:
        peer.expect_answer(0)
    peer.store()


@case()
def deadline_of_one_connection_touches_no_other(world):
    world.serve(frame_timeout=1)
    late = [world.peer() for _ in range(3)]
    for peer in late:
        peer.send(encode_batch(WIDE, [bet()], 0)[:7])
    working = world.peer(2)
    for _ in range(5):
        working.store()
        time.sleep(0.15)
    for peer in late:
        peer.expect_closed()
