"""Well-formed frames that are refused nevertheless: receipts, agencies, states, finishes (section 6)."""

import wire
from wire import ALL, bet, bets, encode_batch, new_key
from world import RESTARTS, case


# ---- Receipts ---------------------------------------------------------------------------------------------

@case(ALL, RESTARTS, heart=True)
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
    world.expect_singles_refused()  # DRAWN: that receipt did not count


@case(ALL, RESTARTS, heart=True)
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


# ---- Agencies ---------------------------------------------------------------------------------------------

@case(ALL, heart=True)
def batch_is_refused_and_open_with_an_agency_that_there_is_not(world):
    world.serve()
    peer = world.peer()
    for agency in (0, 3, 254, 255):
        peer.refuse(bets(3, agency))
    peer.store()


@case(wire.EACH_BET_NAMES_ITS_AGENCY)
def batch_is_refused_and_open_with_two_agencies(world):
    world.serve()
    peer = world.peer()
    for first, second in ((1, 2), (2, 1), (1, 0), (0, 1), (1, 255)):
        peer.refuse([bet(first), bet(first), bet(second)])
        peer.refuse([bet(first), bet(second), bet(second)])
    peer.store()


@case(ALL, heart=True)
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
    peer.refuse(wire.refused_bets(world.dialect))
    peer.refuse(bets(1, agency=0))
    peer.store(bets(2, agency=2))
    peer.refuse(bets(1, agency=1))


# ---- States that take no bets -----------------------------------------------------------------------------

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


# ---- Finishes ---------------------------------------------------------------------------------------------

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
    peer.refuse(wire.refused_bets(world.dialect))
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
    good, bad = bets(2), wire.refused_bets(world.dialect)
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
