"""Keys of FINISH: what a known one gets and what a new one closes (section 8), also across a restart."""

import wire
from keys import keyed
from wire import bet, bets, new_key
from world import KILL, STAY, TERM


@keyed(heart=True)
def finish_whose_key_is_known_gets_the_winners_of_its_round_and_closes_nothing(world):
    world.serve()
    key, second_key = new_key(), new_key()
    first = bets(2, number=wire.WINNING)
    world.reach_second_round(bets=first, key=key)

    def expect_first_winners():
        peer = world.peer()
        peer.finish(key)
        peer.expect_winners(first)
        peer.receipt_and_leave()  # for a round that has ended: no effect
    expect_first_winners()  # in OPEN(2)
    world.expect_bets_taken()
    world.between()
    expect_first_winners()
    second = world.peer().store(bets(1, number=wire.WINNING))
    world.reach_waiting(bets=[], key=second_key)
    expect_first_winners()  # in WAITING(2)
    world.expect_bets_refused()
    other = world.peer(2)
    other.finish()
    other.expect_winners()
    world.expect_draws(2)
    expect_first_winners()  # in DRAWN(2)
    world.expect_bets_refused()
    peer = world.peer()
    peer.finish(second_key)
    peer.expect_winners(second)


@keyed()
def finish_with_a_new_key_while_waiting_gets_the_same_winners_and_both_keys_are_known(world):
    world.serve()
    winning = bets(2, number=wire.WINNING)
    keys = [new_key(), new_key()]
    world.reach_waiting(bets=winning, key=keys[0])
    peer = world.peer()
    peer.finish(keys[1])
    world.between()
    world.complete(2)
    for key in keys * 2:
        peer = world.peer()
        peer.finish(key)
        peer.expect_winners(winning)
    world.expect_draws(1)


@keyed()
def finish_with_a_new_key_when_drawn_before_the_winners_were_written_closes_nothing(world):
    world.serve()
    winning = bets(2, number=wire.WINNING)
    keys = [new_key(), new_key()]
    world.reach_drawn_unannounced(bets=winning, key=keys[0])
    world.between()
    for key in (keys[1], keys[0], keys[1]):
        peer = world.peer()
        peer.finish(key)
        peer.expect_winners(winning)
        peer.reset()
    world.expect_draws(1)
    world.expect_singles_refused()


@keyed()
def finish_with_a_new_key_after_the_winners_were_written_closes_the_next_round(world):
    world.serve()
    winning = bets(2, number=wire.WINNING)
    keys = [new_key(), new_key()]
    world.reach_drawn_announced(bets=winning, key=keys[0])
    world.between()
    other = world.peer(2)
    other.store(bets(1, 2))
    other.finish()
    peer = world.peer()
    peer.finish(keys[1])
    peer.expect_winners()
    other.expect_winners()
    world.expect_draws(2)
    for key, winners in ((keys[0], winning), (keys[1], [])):
        peer = world.peer()
        peer.finish(key)
        peer.expect_winners(winners)


@keyed()
def finish_with_a_new_key_in_the_next_round_closes_it_without_bets(world):
    world.serve()
    world.reach_second_round(bets=bets(2, number=wire.WINNING))
    world.between()
    waiting = world.reach_waiting(bets=[])
    world.expect_bets_refused()
    other = world.peer(2)
    other.finish()
    other.expect_winners()
    waiting.expect_winners()
    world.expect_draws(2)


@keyed()
def finish_with_the_key_of_bets_is_closed_and_does_not_count(world):
    world.serve(agencies=1)
    batch_key, single_key = new_key(), new_key()
    world.peer().store(key=batch_key)
    world.single_peer().store_single(key=single_key)
    world.between()
    for key in (batch_key, single_key):
        peer = world.peer()
        peer.finish(key)
        peer.expect_closed()
    world.expect_draws(0)
    world.expect_bets_taken()


@keyed()
def bets_with_the_key_of_a_finish_are_refused(world):
    world.serve()
    key = new_key()
    world.reach_second_round(key=key)
    world.between()
    world.peer().refuse(key=key)
    world.single_peer().refuse_single(key=key)
    world.expect_bets_taken()


@keyed()
def bets_with_the_key_of_a_finish_do_not_stand_for_a_receipt(world):
    world.serve()
    key = new_key()
    world.reach_drawn_announced(key=key)
    world.between()
    world.peer().refuse(key=key)
    world.expect_singles_refused()


@keyed((STAY, TERM, KILL))
def key_of_a_refused_finish_stays_unused(world):
    world.serve(agencies=1)
    key = new_key()
    peer = world.peer()
    peer.refuse([bet(1), bet(9)])
    peer.finish(key)
    peer.expect_closed()
    world.between()
    world.peer().store(key=key)
