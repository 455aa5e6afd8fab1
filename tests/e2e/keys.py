"""Keys: each bullet of section 8, also across a restart."""

import wire
from server import Failure
from wire import KEYED, bet, bets, encode_batch, encode_single, new_key
from world import KILL, RESTARTS, STAY, case


def keyed(restarts=RESTARTS, heart=False):
    return case((KEYED,), restarts, heart=heart)


def expect_repeat(world, batch, key):
    """The same BATCH again is answered 0 and not stored twice (the comparison at the end shows it)."""
    peer = world.peer()
    peer.store(batch, key, repeat=True)
    peer.leave()


# ---- SINGLE and BATCH ---------------------------------------------------------------------------------------

@keyed(heart=True)
def batch_repeated_while_open_is_answered_0_and_not_stored_again(world):
    world.serve()
    key = new_key()
    batch = world.peer().store(key=key)
    expect_repeat(world, batch, key)
    world.between()
    expect_repeat(world, batch, key)
    world.expect_bets_taken()


@keyed()
def single_repeated_while_open_is_answered_0_and_not_stored_again(world):
    world.serve()
    key = new_key()
    single = world.single_peer().store_single(key=key)
    world.between()
    peer = world.single_peer()
    peer.store_single(single, key, repeat=True)
    peer.store_single(single, key, repeat=True)


@keyed()
def batch_repeated_while_waiting_is_answered_0(world):
    world.serve()
    key = new_key()
    batch = world.peer().store(key=key)
    world.reach_waiting(bets=[])
    world.between()
    expect_repeat(world, batch, key)
    world.expect_bets_refused()


@keyed()
def batch_repeated_when_drawn_before_the_winners_were_written_is_answered_0(world):
    world.serve()
    key = new_key()
    batch = world.peer().store(key=key)
    world.reach_drawn_unannounced(bets=[])
    world.between()
    expect_repeat(world, batch, key)
    world.expect_bets_refused()


@keyed()
def batch_repeated_after_the_winners_were_written_opens_no_round(world):
    world.serve()
    key = new_key()
    batch = world.peer().store(key=key)
    world.reach_drawn_announced(bets=[])
    world.between()
    expect_repeat(world, batch, key)
    world.expect_singles_refused()  # still DRAWN


@keyed()
def batch_repeated_in_the_next_round_is_answered_0_and_belongs_to_its_own(world):
    world.serve()
    key = new_key()
    batch = world.peer().store(key=key)
    world.reach_second_round(bets=[])
    world.between()
    expect_repeat(world, batch, key)
    world.server.stop()
    if len(world.server.export("--round", "1")) != len(batch) or world.server.export("--round", "2"):
        raise Failure("the repeated batch moved into another round")


@keyed(heart=True)
def other_bytes_under_a_known_key_are_refused_in_any_state(world):
    world.serve()
    key = new_key()
    batch = world.peer().store(key=key)
    changed = [batch[0], batch[1].but(number=batch[1].number + 1)]
    variants = (changed, batch[::-1], batch[:1], batch * 2)

    def expect_refusals():
        for variant in variants:
            peer = world.peer()
            peer.refuse(variant, key)
            peer.leave()
    expect_refusals()
    world.between()
    expect_refusals()
    world.reach_drawn_announced(bets=[])
    expect_refusals()
    world.expect_singles_refused()


@keyed((STAY,))
def refused_repeat_leaves_the_connection_open_and_its_finish_does_not_count(world):
    world.serve(agencies=1)
    key = new_key()
    peer = world.peer()
    peer.store(key=key)
    peer.refuse(key=key)
    peer.store()
    peer.finish()
    peer.expect_closed()
    world.expect_draws(0)


@keyed((STAY,))
def repeat_fixes_the_agency_of_its_connection(world):
    world.serve()
    key = new_key()
    batch = world.peer().store(key=key)
    peer = world.peer()
    peer.store(batch, key, repeat=True)
    peer.refuse(bets(1, agency=2))


@keyed((STAY,))
def repeat_makes_an_older_connection_close(world):
    world.serve()
    key = new_key()
    older = world.peer()
    batch = older.store(key=key)
    newer = world.peer()
    newer.store(batch, key, repeat=True)
    older.expect_closed(reset_ok=True)


@keyed((STAY,))
def repeat_of_another_agencys_batch_is_refused_on_a_connection_that_has_its_agency(world):
    world.serve()
    key = new_key()
    batch = world.peer(2).store(bets(2, 2), key)
    peer = world.peer(1)
    peer.store()
    peer.refuse(batch, key)
    peer.store()


@keyed((STAY,), heart=True)
def frames_pipelined_under_one_key_are_stored_once(world):
    world.serve()
    key = new_key()
    batch = bets(3)
    peer = world.peer()
    peer.send_batch(batch, key)
    for _ in range(20):
        peer.send_batch(batch, key, repeat=True)
    for _ in range(21):
        peer.expect_answer(0)


@keyed()
def key_of_a_refused_batch_stays_unused(world):
    world.serve()
    key = new_key()
    world.peer().refuse([bet(1), bet(2)], key)
    waiting = world.reach_waiting()
    refused = bets(2)
    world.peer().refuse(refused, key)
    world.between()
    world.complete(2)
    if world.restart != STAY:
        waiting = world.peer()
        waiting.finish(new_key())
    waiting.expect_winners()
    waiting.receipt()
    waiting.store(key=key)  # other bytes than both times before
    world.single_peer().store_single()


@keyed((STAY,))
def key_of_a_malformed_batch_stays_unused(world):
    world.serve()
    key = new_key()
    peer = world.peer()
    peer.send(encode_batch(KEYED, [bet(name=b"\xff")], key))
    peer.expect_closed(b"\1")
    world.peer().store(key=key)


@keyed((STAY,))
def key_of_a_batch_that_was_cut_stays_unused(world):
    world.serve()
    key = new_key()
    peer = world.peer()
    peer.send(encode_batch(KEYED, bets(2), key)[:-1])
    peer.half_close()
    peer.expect_closed()
    world.peer().store(key=key)


@keyed((STAY, KILL))
def keys_of_two_agencies_are_apart(world):
    world.serve()
    key = new_key()
    first = world.peer(1).store(key=key)
    second = world.peer(2).store(bets(2, 2), key)
    world.between()
    expect_repeat(world, first, key)
    world.peer(2).store(second, key, repeat=True)


@keyed((STAY, KILL))
def keys_0_and_the_greatest_are_keys_like_any(world):
    world.serve()
    for key in (0, 2**63 - 1, 2**63, 2**64 - 1):
        batch = world.peer().store(key=key)
        expect_repeat(world, batch, key)
        world.peer().refuse(key=key)
    world.between()
    for key in (0, 2**64 - 1):
        world.peer().refuse(key=key)


@keyed()
def keys_are_shared_by_both_ports(world):
    world.serve()
    single_key, batch_key = new_key(), new_key()
    single = world.single_peer().store_single(key=single_key)
    batch = world.peer().store([bet()], key=batch_key)
    world.between()
    world.peer().refuse([single], single_key)  # a BATCH with the same bet has other bytes
    world.single_peer().refuse_single(batch[0], batch_key)
    world.single_peer().store_single(single, single_key, repeat=True)
    expect_repeat(world, batch, batch_key)


# ---- Crashes ------------------------------------------------------------------------------------------------

@keyed((KILL,), heart=True)
def client_that_repeats_everything_after_a_crash_loses_nothing_and_stores_nothing_twice(world):
    """The server is killed while 50 batches are under way; the client sends the same 50 again."""
    world.serve()
    requests = [(bets(3, number=wire.WINNING), new_key()) for _ in range(50)]
    peer = world.peer()
    for batch, key in requests:
        peer.send(encode_batch(KEYED, batch, key))
    peer.receive(10)
    world.server.kill()
    world.server.start()
    peer = world.peer()
    for batch, key in requests:
        peer.store(batch, key)
    key = new_key()
    peer.finish(key)
    world.server.settle()
    world.server.kill()
    world.server.start()
    world.complete(2)
    peer = world.peer()
    peer.finish(key)
    peer.expect_winners([winner for batch, _ in requests for winner in batch])


@keyed((KILL,))
def single_client_that_repeats_everything_after_a_crash_stores_nothing_twice(world):
    world.serve()
    requests = [(bet(), new_key()) for _ in range(100)]
    peer = world.single_peer()
    for single, key in requests:
        peer.send(encode_single(KEYED, single, key))
    peer.receive(10)
    world.server.kill()
    world.server.start()
    peer = world.single_peer()
    for single, key in requests:
        peer.store_single(single, key)
