"""The second round and later ones, and what remains of a draw (section 7), also across a restart."""

import sqlite3

import wire
from rounds import expect_rows
from server import Failure
from wire import ALL, KEYED, UNKEYED, WIDE, bets
from world import KILL, RESTARTS, STAY, TERM, case


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


@case(ALL, RESTARTS, heart=True)
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
        world.close_peers()
        world.server.stop()
    world.compares = False


MANY = 20, 250      # batches, and their bets: each winner a transaction of its own takes a while


def begin_long_draw(world):
    """Agency 1, the only one, has finished, and a draw of many steps is under way."""
    world.serve(agencies=1, draw_piece=1)
    peer = world.peer()
    winning = [won for _ in range(MANY[0]) for won in peer.store(bets(MANY[1], number=wire.WINNING))]
    peer.store(bets(3, number=42))
    peer.finish()
    world.server.wait_log("draw", result="in_progress")
    return winning, peer.last_key


@case(ALL, heart=True)
def winners_of_a_draw_in_many_steps_come_by_themselves(world):
    world.serve(agencies=1, draw_piece=2)
    peer = world.peer()
    winning = peer.store(bets(9, number=wire.WINNING))
    peer.finish()
    peer.expect_winners(winning)
    peer.receipt_and_leave()
    world.expect_draws(1)
    world.expect_bets_taken(1)


@case((WIDE, KEYED), (TERM, KILL), seconds=60)
def long_draw_goes_on_after_a_restart_and_is_the_same(world):
    winning, key = begin_long_draw(world)
    if world.restart == TERM:
        world.close_peers()
    world.server.options.update(winning_number=42, draw_piece=None)
    world.server.restart(world.restart)
    if world.server.log("sorteo", since_start=False) and not world.server.log("sorteo"):
        raise Failure("the draw was done before the restart came")
    peer = world.peer()
    peer.finish(key)
    peer.expect_winners(winning)
    peer.receipt_and_leave()
    world.server.wait_log("sorteo", numero="7574", winners=str(len(winning)))
    world.expect_draws(1)
    expect_rows(world, winning, "--winners")


@case((WIDE,), seconds=60)
def requests_are_answered_in_the_middle_of_a_long_draw(world):
    begin_long_draw(world)
    world.peer().refuse(bets(1))
    if world.server.log("sorteo"):
        raise Failure("the draw was done before the answer came")
    world.close_peers()
    world.server.stop()     # in time, although the draw is not done
    expect_rows(world, [], "--winners")


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


@case(ALL)
def store_that_is_opened_with_a_complete_and_undrawn_round_draws_it(world):
    """As if the last FINISH had been stored without its draw, which this server never does."""
    world.serve()
    winning = bets(2, number=wire.WINNING)
    waiting = world.reach_waiting(bets=winning)
    key = waiting.last_key
    world.server.stop()
    with sqlite3.connect(world.server.store) as database:
        database.execute("insert into agencies select 2, round, phase, announced, may_close_empty, 0 from agencies")
    database.close()
    world.server.start()
    world.server.wait_log("sorteo", result="success")
    world.expect_draw_in_one_piece()
    for turn in range(2):
        peer = world.peer()
        peer.finish(key)
        peer.expect_winners(winning)
        world.server.restart("kill")
    world.expect_draws(1)
