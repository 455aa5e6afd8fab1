"""How many winners, which, and in what order; and more than N_WINNERS can count (sections 2 and 7)."""

import wire
from server import Failure
from wire import ALL, COMPACT, KEYED, UNKEYED, WIDE, bet, bets
from world import RESTARTS, case


def store_winning(world, count):
    """Stores this number of winning bets, in batches that keep to the limit; returns them."""
    peer = world.peer()
    winning = []
    while len(winning) < count:
        winning += peer.store(wire.small_bets(min(32_768, count - len(winning)), number=wire.WINNING))
    peer.store(bets(3))
    peer.leave()
    return winning


def expect_count(world, count):
    world.serve(agencies=1)
    winning = store_winning(world, count)
    peer = world.peer()
    peer.finish()
    peer.expect_winners(winning)
    peer.receipt()
    peer.store()


def register_counts():
    """A test for the largest number of winners that a dialect can count, and for its neighbours."""
    for count, dialects in ((0, ALL), (1, ALL), (254, UNKEYED), (255, ALL), (256, (WIDE, KEYED)), (300, (WIDE,)),
                            (65_535, (WIDE, KEYED))):
        def test(world, count=count):
            expect_count(world, count)
        test.__name__ = f"agency_gets_{count}_winners"
        case(dialects, heart=count == 255)(test)
    for count, dialects in ((256, (COMPACT,)), (300, (COMPACT,)), (65_535, (COMPACT,)), (65_536, (WIDE, KEYED))):
        def test(world, count=count):
            expect_too_many(world, count)
        test.__name__ = f"round_ends_without_a_byte_for_{count}_winners"
        case(dialects, heart=count == 256)(test)


def expect_too_many(world, count):
    world.serve(agencies=1)
    winning = store_winning(world, count)
    peer = world.peer()
    peer.finish()
    peer.expect_closed()
    told = [entry for entry in world.server.log() if str(count) in entry.values() and entry.get("agency") == "1"]
    if not told:
        raise Failure(f"no log line says that agency 1 has {count} winners")
    world.expect_draws(1)
    world.expect_bets_taken()
    world.server.stop()
    if len(world.server.export("--winners")) != len(winning):
        raise Failure("the export does not have the winners")


register_counts()


def crowd(dialect):
    return dialect.winners_max + 1


@case(UNKEYED, RESTARTS)
def finish_after_too_many_winners_closes_the_next_round_without_bets(world):
    world.serve(agencies=1)
    store_winning(world, crowd(world.dialect))
    peer = world.peer()
    peer.finish()
    peer.expect_closed()
    world.between()
    peer = world.peer()
    peer.finish()
    peer.expect_winners()
    world.expect_draws(2)


@case(UNKEYED, RESTARTS)
def finish_after_too_many_winners_closes_the_next_round_with_bets(world):
    world.serve(agencies=1)
    store_winning(world, crowd(world.dialect))
    peer = world.peer()
    peer.finish()
    peer.expect_closed()
    world.between()
    peer = world.peer()
    winning = peer.store(bets(2, number=wire.WINNING))
    peer.finish()
    peer.expect_winners(winning)
    world.expect_draws(2)


@case((KEYED,), RESTARTS, long=True)
def key_of_a_finish_with_too_many_winners_gets_nothing_and_closes_nothing(world):
    world.serve(agencies=1)
    store_winning(world, crowd(world.dialect))
    key = wire.new_key()
    for turn in range(3):
        peer = world.peer()
        peer.finish(key)
        peer.expect_closed()
        if turn == 0:
            world.between()
    world.expect_draws(1)
    peer = world.peer()
    peer.finish()
    peer.expect_winners()
    world.expect_draws(2)


@case((COMPACT, WIDE), long=True)
def too_many_winners_of_one_agency_are_no_harm_to_another(world):
    world.serve()
    store_winning(world, crowd(world.dialect))
    crowded = world.reach_waiting(bets=[])
    other = world.peer(2)
    winning = other.store(bets(2, 2, wire.WINNING))
    other.finish()
    other.expect_winners(winning)
    crowded.expect_closed()
    other.receipt()
    other.store()


@case(ALL, RESTARTS, heart=True)
def winners_come_in_the_order_in_which_their_bets_were_stored(world):
    """Over both ports, several connections, batches and singles by turns, documents up and down."""
    world.serve(agencies=1)
    winning = []
    for turn in range(4):
        batch = bets(5)
        for place in (4, 0, 2):
            batch[place] = bet(number=wire.WINNING, document=1000 - 10 * turn + place)
        world.peer().store(batch)
        winning += [entry for entry in batch if entry.number == wire.WINNING]
        winning.append(world.single_peer().store_single(bet(number=wire.WINNING, document=5000 - turn)))
    world.between()
    peer = world.peer()
    peer.finish()
    peer.expect_winners(winning)


@case(ALL)
def person_with_two_winning_bets_is_listed_twice(world):
    world.serve(agencies=1)
    same = bet(number=wire.WINNING)
    peer = world.peer()
    peer.store([same, bet(number=wire.WINNING), same])
    last = peer.store([same.but(name=b"Other")])
    middle = world.ledger.stored[1]
    peer.finish()
    peer.expect_winners([same, middle, same, last[0]])


@case(ALL)
def smallest_and_greatest_document_win(world):
    world.serve(agencies=1)
    peer = world.peer()
    winning = peer.store([bet(number=wire.WINNING, document=document) for document in (2**32 - 1, 0, 2**31)])
    peer.finish()
    peer.expect_winners(winning)
