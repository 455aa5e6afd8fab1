"""Rounds: each transition of section 7, and each of its bullets, also across a restart."""

import wire
from server import Failure
from wire import ALL, bets
from world import RESTARTS, STAY, case, row_of


def expect_rows(world, wanted_bets, *options):
    """The output of `sorteo export`, once the server is down."""
    world.close_peers()
    if world.server.is_running():
        world.server.stop()
    rows = world.server.export(*options)
    wanted = [row_of(bet) for bet in wanted_bets]
    if rows != wanted:
        raise Failure(f"export {options}: {rows[:4]}, wanted {wanted[:4]}")


# ---- OPEN ---------------------------------------------------------------------------------------------------

@case(ALL, RESTARTS, heart=True)
def open_agency_stores_bets_of_both_ports_in_round_one(world):
    world.serve()
    stored = world.peer().store()
    stored += [world.expect_bets_taken()]
    world.between()
    stored += world.peer().store()
    expect_rows(world, stored, "--round", "1")
    expect_rows(world, [], "--round", "2")


@case(ALL, RESTARTS)
def finish_without_a_bet_closes_the_first_round(world):
    world.serve(agencies=1)
    world.between()
    peer = world.peer()
    peer.finish()
    peer.expect_winners()
    world.expect_draws(1)


@case(ALL, RESTARTS)
def finish_counts_bets_of_connections_that_are_gone(world):
    world.serve(agencies=1)
    winning = world.peer().store(bets(2, number=wire.WINNING))
    single = world.single_peer().store_single(wire.bet(number=wire.WINNING))
    world.between()
    peer = world.peer()
    peer.finish()
    peer.expect_winners([*winning, single])


# ---- WAITING ------------------------------------------------------------------------------------------------

@case(ALL, RESTARTS, heart=True)
def draw_takes_place_when_the_last_agency_finishes_and_each_gets_its_own_winners(world):
    world.serve(agencies=3)
    winning = {agency: bets(agency, agency, wire.WINNING) for agency in (1, 2, 3)}
    keys = {}
    for agency in (1, 2):
        peer = world.reach_waiting(agency, bets(3, agency) + winning[agency])
        keys[agency] = peer.last_key
        peer.reset()
    world.between()
    world.expect_draws(0)
    peers = {agency: world.peer(agency) for agency in (1, 2, 3)}
    peers[3].store(winning[3] + bets(2, 3))
    for agency, peer in peers.items():
        peer.finish(keys.get(agency))
    for agency, peer in peers.items():
        peer.expect_winners(winning[agency])
    world.expect_draws(1)


@case(ALL, RESTARTS)
def draw_waits_for_the_last_agency_whichever_it_is(world):
    world.serve(agencies=3)
    for last in (1, 2, 3):
        others = [agency for agency in (1, 2, 3) if agency != last]
        keys = {agency: wire.new_key() for agency in others}
        for agency in others:
            world.reach_waiting(agency, bets(1, agency), keys[agency]).reset()
        world.between()
        world.expect_draws(last - 1)
        peer = world.peer(last)
        winning = peer.store(bets(1, last, wire.WINNING))
        peer.finish()
        peer.expect_winners(winning)
        peer.receipt_and_leave()
        world.expect_draws(last)
        for agency in others:
            world.collect(agency, keys[agency])


@case(ALL, RESTARTS)
def finish_repeated_while_waiting_counts_once(world):
    world.serve(agencies=3)
    winning = bets(1, number=wire.WINNING)
    first = world.reach_waiting(bets=winning)
    for _ in range(3):
        again = world.peer()
        again.finish(first.last_key)
        world.server.settle()
    world.between()
    world.expect_draws(0)
    last = world.peer()
    last.finish(first.last_key)
    last.expect_silence()
    world.complete(2, 3)
    last.expect_winners(winning)
    world.expect_draws(1)


@case(ALL, RESTARTS)
def waiting_agency_that_comes_back_gets_its_winners(world):
    """It was closed at the barrier, or reset."""
    world.serve()
    winning = bets(2, number=wire.WINNING)
    peer = world.reach_waiting(bets=winning)
    key = peer.last_key
    peer.reset()
    world.between()
    peer = world.peer()
    peer.finish(key)
    world.server.settle()
    world.complete(2)
    peer.expect_winners(winning)
    peer.receipt_and_leave()
    world.expect_bets_taken()


@case(ALL, RESTARTS)
def agency_without_any_bet_holds_the_draw_up_and_gets_no_winners(world):
    world.serve()
    winning = bets(1, number=wire.WINNING)
    first = world.reach_waiting(bets=winning)
    key = first.last_key
    first.expect_silence()
    world.between()
    if world.restart != STAY:
        first = world.peer()
        first.finish(key)
        world.server.settle()
    world.complete(2)
    first.expect_winners(winning)


@case(ALL)
def agency_that_left_in_the_middle_of_its_bets_may_come_back(world):
    world.serve()
    for leave in ("close", "reset", "leave"):
        peer = world.peer()
        peer.store()
        getattr(peer, leave)()
    peer = world.reach_waiting()
    world.complete(2)
    peer.expect_winners()


# ---- DRAWN --------------------------------------------------------------------------------------------------

@case(ALL, RESTARTS)
def finish_repeated_when_drawn_gets_the_same_winners(world):
    world.serve()
    winning = bets(3, number=wire.WINNING)
    key = wire.new_key()
    world.reach_drawn_unannounced(bets=winning, key=key)
    world.between()
    for _ in range(3):
        peer = world.peer()
        peer.finish(key)
        peer.expect_winners(winning)
        peer.reset()
    world.expect_draws(1)


@case(ALL, RESTARTS, heart=True)
def finish_repeated_after_the_winners_were_written_gets_them_again(world):
    world.serve()
    winning = bets(3, number=wire.WINNING)
    key = wire.new_key()
    world.reach_drawn_announced(bets=winning, key=key)
    world.between()
    for _ in range(2):
        peer = world.peer()
        peer.finish(key)
        peer.expect_winners(winning)
        peer.close()
    world.expect_singles_refused()


@case(ALL, RESTARTS, heart=True)
def receipt_opens_the_next_round(world):
    world.serve()
    first = bets(2)
    world.reach_second_round(bets=first)
    world.between()
    second = world.peer().store() + [world.expect_bets_taken()]
    expect_rows(world, first, "--round", "1", "--agency", "1")
    expect_rows(world, second, "--round", "2", "--agency", "1")


@case(ALL, RESTARTS)
def receipt_of_a_repeated_finish_opens_the_next_round(world):
    world.serve()
    key = wire.new_key()
    world.reach_drawn_announced(key=key)
    world.between()
    peer = world.peer()
    peer.finish(key)
    peer.expect_winners()
    peer.receipt()
    peer.store()
    world.expect_bets_taken()


@case(ALL, RESTARTS)
def batch_stands_for_a_lost_receipt_once_the_winners_were_written(world):
    world.serve()
    world.reach_drawn_announced()
    world.between()
    world.expect_singles_refused()
    second = world.peer().store()
    second.append(world.expect_bets_taken())
    expect_rows(world, second, "--round", "2")


@case(ALL, RESTARTS)
def refused_batch_does_not_stand_for_a_receipt(world):
    world.serve()
    world.reach_drawn_announced()
    world.between()
    world.peer().refuse(wire.refused_bets(world.dialect))
    world.expect_singles_refused()


@case(ALL, RESTARTS)
def winners_half_written_count_as_written(world):
    """The first bytes were sent when the agency had already left: a BATCH opens the next round."""
    world.serve()
    waiting = world.reach_waiting(bets=bets(5, number=wire.WINNING))
    world.complete(2)
    waiting.receive(1)
    waiting.reset()
    world.between()
    world.expect_singles_refused()
    expect_rows(world, world.peer().store(), "--round", "2")
