"""Rounds: each move of the table in section 7, and each of its bullets, also after a restart in between."""

import wire
from server import Failure
from wire import ALL, KEYED, UNKEYED, WIDE, bets
from world import RESTARTS, STAY, TERM, KILL, case, row_of


def expect_rows(world, wanted_bets, *options):
    """What `sorteo export` says once the server is down."""
    if world.server.is_running():
        world.server.stop()
    rows = world.server.export(*options)
    wanted = [row_of(bet) for bet in wanted_bets]
    if rows != wanted:
        raise Failure(f"export {options}: {rows[:4]}, wanted {wanted[:4]}")


# ---- OPEN ---------------------------------------------------------------------------------------------------

@case(ALL, RESTARTS)
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

@case(ALL, RESTARTS)
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
    """It closed at the barrier, or was reset."""
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


@case(ALL, RESTARTS)
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


@case(ALL, RESTARTS)
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
    world.peer().refuse([wire.bet(1), wire.bet(2)])
    world.expect_singles_refused()


@case(ALL, RESTARTS)
def winners_half_written_count_as_written(world):
    """The first bytes went out, and the agency was gone: a BATCH opens the next round."""
    world.serve()
    waiting = world.reach_waiting(bets=bets(5, number=wire.WINNING))
    world.complete(2)
    waiting.receive(1)
    waiting.reset()
    world.between()
    world.expect_singles_refused()
    expect_rows(world, world.peer().store(), "--round", "2")


# ---- OPEN(r+1) ----------------------------------------------------------------------------------------------

@case(UNKEYED, RESTARTS)
def finish_after_the_receipt_on_another_connection_repeats_the_winners(world):
    world.serve()
    winning = bets(2, number=wire.WINNING)
    world.reach_second_round(bets=winning)
    world.between()
    for _ in range(2):
        peer = world.peer()
        peer.finish()
        peer.expect_winners(winning)
        peer.close()
    world.expect_draws(1)
    world.expect_bets_taken()


@case(UNKEYED, RESTARTS)
def receipt_for_a_round_that_has_ended_has_no_effect(world):
    world.serve()
    winning = bets(2, number=wire.WINNING)
    world.reach_second_round(bets=winning)
    world.between()
    peer = world.peer()
    peer.finish()
    peer.expect_winners(winning)
    peer.receipt_and_leave()
    second = world.peer().store()
    expect_rows(world, second, "--round", "2")
    expect_rows(world, [], "--round", "3")


@case(ALL, (STAY,))
def finish_after_the_receipt_on_its_connection_closes_an_empty_round(world):
    world.serve()
    peers = [world.peer(1), world.peer(2)]
    for turn in range(3):
        for peer in peers:
            peer.finish()
        for peer in peers:
            peer.expect_winners()
            peer.receipt()
    for peer in peers:
        peer.leave()
    world.expect_draws(3)
    peer = world.peer()
    second = peer.store()
    expect_rows(world, second, "--round", "4")


@case(UNKEYED, RESTARTS)
def client_that_lost_its_connection_after_the_receipt_closes_an_empty_round_by_repeating_both(world):
    world.serve()
    winning = bets(2, number=wire.WINNING)
    world.reach_second_round(bets=winning)
    world.between()
    other = world.peer(2)
    other.store(bets(1, 2))
    other.finish()
    peer = world.peer()
    peer.finish()
    peer.expect_winners(winning)
    peer.receipt()
    peer.finish()
    peer.expect_winners()
    other.expect_winners()
    world.expect_draws(2)


@case(ALL, RESTARTS)
def finish_with_a_bet_in_the_second_round_closes_it_on_any_connection(world):
    world.serve()
    world.reach_second_round(bets=bets(2, number=wire.WINNING))
    winning = world.peer().store(bets(1, number=wire.WINNING))
    world.between()
    other = world.peer(2)
    other.store(bets(1, 2))
    other.finish()
    peer = world.peer()
    peer.finish()
    peer.expect_winners(winning)
    other.expect_winners()
    world.expect_draws(2)


@case(ALL, RESTARTS)
def single_alone_makes_the_second_round_one_that_finish_closes(world):
    world.serve(agencies=1)
    peer = world.peer()
    peer.finish()
    peer.expect_winners()
    peer.receipt_and_leave()
    single = world.single_peer().store_single(wire.bet(number=wire.WINNING))
    world.between()
    peer = world.peer()
    peer.finish()
    peer.expect_winners([single])
    world.expect_draws(2)


@case(ALL, RESTARTS)
def agency_gets_one_round_ahead_and_not_further(world):
    world.serve()
    first, second = bets(1, number=wire.WINNING), bets(2, number=wire.WINNING)
    slow_winning = bets(1, 2, wire.WINNING)
    slow_key, key = wire.new_key(), wire.new_key()
    slow = world.reach_waiting(2, slow_winning, slow_key)
    slow.reset()
    world.server.settle()
    fast = world.peer()
    fast.store(first)
    fast.finish()
    fast.expect_winners(first)
    fast.receipt()
    fast.store(second)
    fast.finish(key)  # of round 2, while agency 2 is still in DRAWN(1)
    fast.expect_silence()
    world.between()
    world.expect_draws(1)
    if world.restart != STAY:
        fast = world.peer()
        fast.finish(key)
        fast.expect_silence()
    slow = world.peer(2)
    slow.finish(slow_key)
    slow.expect_winners(slow_winning)
    slow.receipt()
    slow.finish()
    slow.expect_winners()
    fast.expect_winners(second)
    world.expect_draws(2)


@case(ALL, (STAY, TERM, KILL))
def five_rounds_follow_one_another_with_the_winners_of_each(world):
    world.serve()
    for turn in range(1, 6):
        peers = {agency: world.peer(agency) for agency in (1, 2)}
        winning = {agency: bets(turn, agency, wire.WINNING) for agency in peers}
        for agency, peer in peers.items():
            peer.store(bets(2, agency))
            peer.store(winning[agency])
            peer.finish()
        for agency, peer in peers.items():
            peer.expect_winners(winning[agency])
            peer.receipt_and_leave()
        if turn == 2:
            world.between()
    world.expect_draws(5)


# ---- The draw -----------------------------------------------------------------------------------------------

@case((WIDE, KEYED), (TERM, KILL))
def winners_stay_the_same_when_the_server_comes_back_with_another_winning_number(world):
    world.serve(agencies=1)
    winning, others = bets(2, number=wire.WINNING), bets(3, number=42)
    peer = world.peer()
    peer.store(winning + others)
    peer.finish()
    key = peer.last_key
    peer.expect_winners(winning)
    world.server.options["winning_number"] = 42
    world.between()
    peer = world.peer()
    peer.finish(key)
    peer.expect_winners(winning)
    peer.receipt()
    peer.store(bets(1, number=wire.WINNING))
    second = peer.store(bets(1, number=42))
    peer.finish()
    peer.expect_winners(second)
    expect_rows(world, winning + second, "--winners")


@case((WIDE,))
def winning_number_is_the_one_that_the_server_was_started_with(world):
    for number in (0, 65535):
        world.serve(agencies=1, winning_number=number, store=f"bets-{number}.db")
        winning = bets(1, number=number)
        peer = world.peer()
        peer.store(winning + bets(1, number=wire.WINNING))
        peer.finish()
        peer.expect_winners(winning)
        world.server.stop()
    world.compares = False


@case(ALL, RESTARTS)
def export_lists_the_winners_of_every_round(world):
    world.serve()
    first = bets(2, number=wire.WINNING)
    world.reach_second_round(bets=bets(2) + first)
    world.between()
    second = world.peer().store(bets(1, number=wire.WINNING))
    waiting = world.reach_waiting(bets=[])
    other = world.peer(2)
    other_winning = other.store(bets(1, 2, wire.WINNING))
    other.finish()
    other.expect_winners(other_winning)
    waiting.expect_winners(second)
    expect_rows(world, first + second, "--winners", "--agency", "1")
    expect_rows(world, second + other_winning, "--winners", "--round", "2")


@case(ALL)
def server_stops_by_itself_when_its_rounds_were_collected(world):
    world.serve(rounds=2)
    for turn in range(2):
        peers = [world.peer(agency) for agency in (1, 2)]
        for peer in peers:
            peer.store(bets(1, peer.agency))
            peer.finish()
        for peer in peers:
            peer.expect_winners()
            peer.receipt()
            if turn == 0:
                peer.leave()
    status = world.server.wait_exit()
    if status != 0:
        raise Failure(f"exit status {status} after the last round")
    world.server.expect_no_process()
    world.expect_draws(2)
