"""Client and real server through rounds: windows, single bets, winners asked for again, repeats, too many winners."""

import functools
import os

import client
import wire
from client import DONE, FAILED, Client, run, store_file, write_file
from server import Failure
from wire import ALL, COMPACT, KEYED, UNKEYED, bets
from world import case, in_parallel


def winners_in(world, name="winners"):
    with open(os.path.join(world.folder, name), encoding="ascii") as file:
        return [int(line) for line in file]


@case(ALL, heart=True)
def two_agencies_get_their_own_winners(world):
    world.serve()
    wanted = {}
    clients = []
    for agency in (1, 2):
        agency_bets = bets(300, agency) + bets(agency, agency, wire.WINNING) + bets(30, agency)
        write_file(world, agency_bets, f"agency-{agency}.csv")
        wanted[agency] = [one.document for one in agency_bets if one.number == wire.WINNING]
        world.ledger.stored += agency_bets
        clients.append(Client(world, "--winners", f"winners-{agency}", f"agency-{agency}.csv", agency=agency))
    for agency, sent in zip((1, 2), clients):
        sent.expect_done(winners=agency)
        if winners_in(world, f"winners-{agency}") != wanted[agency]:
            raise Failure(f"agency {agency} got other winners")
    world.expect_draws(1)


def add_window_case(window, connection="keep"):
    def test(world):
        world.serve(agencies=1)
        store_file(world, bets(500), "--batch", "7", "--window", window, "--connection", connection, winners=0)
    test.__name__ = f"window_of_{window}_stores_every_row_in_order_with_{connection.replace('-', '_')}"
    case(ALL, heart=(window, connection) in (("16", "keep"), ("1", "per-frame")))(test)


add_window_case("1")
add_window_case("16")
add_window_case("1024")
add_window_case("1", "per-frame")


@case(ALL)
def singles_are_stored_and_belong_to_the_round_of_the_agency(world):
    world.serve(agencies=1)
    singles = bets(20, number=wire.WINNING)
    write_file(world, singles)
    run(world, "--single", "--window", "4", client.FILE, stream="bets").expect_done()
    world.ledger.stored += singles
    store_file(world, bets(3, number=wire.WINNING), winners=23)


@case(UNKEYED)
def results_before_the_draw_wait_and_after_it_repeat(world):
    world.serve()
    agency_bets = bets(5, number=wire.WINNING)
    write_file(world, agency_bets)
    world.ledger.stored += agency_bets
    first = Client(world, client.FILE)
    first.wait_log("finish", result="in_progress")
    world.server.settle()
    early = Client(world, "--results", "--winners", "winners")
    early.wait_log("finish", result="in_progress")
    world.server.settle()
    if early.process.poll() is not None:
        raise Failure("results were given before the draw")
    store_file(world, bets(2, 2), agency=2, name="agency-2.csv", winners=0)
    early.expect_done(winners=5)
    first.wait()
    for _ in range(3):
        run(world, "--results").expect_done(winners=5)
    if winners_in(world) != [one.document for one in agency_bets]:
        raise Failure("the winners are others")
    world.expect_draws(1)


@case((KEYED,))
def results_in_keyed_repeat_the_winners_of_the_run_whose_key_is_given(world):
    world.serve(agencies=1)
    keys = []
    for winning in (3, 5):
        told = store_file(world, bets(winning, number=wire.WINNING), winners=winning)
        keys.append(told.log("finish", result="in_progress")[0]["key"])
    for key, winning in zip(keys, (3, 5)):
        for _ in range(2):
            run(world, "--results", "--finish-key", key).expect_done(winners=winning)
    world.expect_draws(2)


@case((KEYED,))
def keyed_run_repeated_with_the_same_finish_key_does_not_close_another_round(world):
    world.serve(agencies=1)
    store_file(world, bets(2, number=wire.WINNING), "--finish-key", "77", winners=2)
    run(world, "--finish-key", "77", "--results").expect_done(winners=2)
    world.expect_draws(1)


@case(UNKEYED)
def empty_round_is_closed_when_told_so(world):
    world.serve(agencies=1)
    store_file(world, bets(3, number=wire.WINNING), winners=3)
    run(world, "--results").expect_done(winners=3)
    run(world, "--empty-round").expect_done(winners=0)
    world.expect_draws(2)
    store_file(world, bets(1, number=wire.WINNING), winners=1)
    world.expect_draws(3)


@case(UNKEYED)
def empty_file_repeats_the_winners_of_a_later_round_and_says_so(world):
    world.serve(agencies=1)
    store_file(world, bets(3, number=wire.WINNING), winners=3)
    write_file(world, b"")
    repeated = run(world, client.FILE)
    repeated.expect(DONE, "agency-1.csv holds no bets", "--empty-round closes it")
    repeated.expect_done(winners=3, quiet=False)
    world.expect_draws(1)


@case(ALL)
def agency_that_the_server_does_not_serve_is_refused_and_nothing_is_stored(world):
    world.serve(agencies=1)
    write_file(world, bets(5, 2), "agency-2.csv")
    for agency in (2, 255):
        run(world, "agency-2.csv", agency=agency).expect(FAILED, "the server refused bets").expect_lines(
            (1, 5, "refused"))
    store_file(world, bets(2), winners=0)


@case(UNKEYED)
def results_of_an_agency_that_the_server_does_not_serve_fail(world):
    world.serve(agencies=1)
    run(world, "--results", "--retry-for", "0.5", agency=2).expect(
        FAILED, "the winners are not known: does the server serve agency 2")


@case(ALL, heart=True)
def bets_after_the_finish_and_before_the_draw_are_refused(world):
    world.serve()
    waiting = world.reach_waiting()
    write_file(world, bets(4))
    run(world, client.FILE).expect(FAILED, "the server refused bets")
    waiting.close()


@case()
def client_of_another_dialect_fails_and_stores_nothing(world):
    """A keyed frame is not a wide one: what the server reads as a date is none."""
    world.serve(agencies=1)
    write_file(world, bets(4))
    other = run(world, "--retry-for", "0.5", client.FILE, dialect=COMPACT)
    if other.status == DONE:
        raise Failure("a client of another dialect was content")
    store_file(world, bets(2), winners=0)


def add_winners_case(count):
    def test(world):
        world.serve(agencies=1)
        winning = bets(count, number=wire.WINNING)
        store_file(world, bets(2) + winning + bets(2), "--winners", "winners", winners=count)
        if winners_in(world) != [one.document for one in winning]:
            raise Failure("the winners' file is wrong")
    test.__name__ = f"winners_{count}_of_one_agency_are_all_listed"
    case(ALL if count < 256 else (wire.WIDE, KEYED), heart=count == 254)(test)


for winners_count in (0, 1, 254, 255, 256, 300):
    add_winners_case(winners_count)


@case(seconds=60)
def winners_65535_of_one_agency_are_all_listed(world):
    world.serve(agencies=1)
    agency_bets = [one.but(surname=b"") for one in bets(65535, number=wire.WINNING)]
    store_file(world, agency_bets, "--window", "64", "--winners", "winners", winners=65535)
    if winners_in(world) != [one.document for one in agency_bets]:
        raise Failure("the winners' file is wrong")


def expect_too_many(world, count):
    """The winners cannot be sent, so the client fails. It asks only once: asking again would close another round."""
    agency_bets = bets(count, number=wire.WINNING)
    write_file(world, agency_bets)
    world.ledger.stored += agency_bets
    run(world, "--window", "64", "--winners", "winners", client.FILE).expect(
        FAILED, "the server ended the connection without telling the winners; all bets are stored",
        f"{count} of them are on one number", f"lists {world.dialect.winners_max} winners", "sorteo export --winners")
    if os.path.exists(os.path.join(world.folder, "winners")):
        raise Failure("there is a winners' file although no winners were sent")
    world.expect_draws(1)
    store_file(world, bets(2, number=wire.WINNING), winners=2)
    world.expect_draws(2)
    world.server.stop()
    if len(world.server.export("--winners", "--round", "1")) != count:
        raise Failure("the winners that were not told are not in the store")


@case((COMPACT,))
def winners_256_in_compact_fail_the_client_and_close_one_round(world):
    world.serve(agencies=1)
    expect_too_many(world, 256)


@case(seconds=60, long=True)
def winners_65536_in_wide_fail_the_client_and_close_one_round(world):
    world.serve(agencies=1)
    expect_too_many(world, 65536)


@case((KEYED,), seconds=60, long=True)
def winners_65536_in_keyed_fail_the_client_and_close_one_round(world):
    """With a KEY, asking again is harmless, and does not help either."""
    world.serve(agencies=1)
    agency_bets = bets(65536, number=wire.WINNING)
    write_file(world, agency_bets)
    world.ledger.stored += agency_bets
    run(world, "--retry-for", "1", "--window", "64", client.FILE).expect(
        FAILED, "all bets are stored, but the winners are not known")
    world.expect_draws(1)
    store_file(world, bets(2, number=wire.WINNING), winners=2)


@case((COMPACT,))
def bets_300_on_a_number_that_does_not_win_are_no_trouble(world):
    world.serve(agencies=1)
    store_file(world, bets(300) + bets(3, number=wire.WINNING), winners=3)


@case(ALL, seconds=60)
def three_rounds_of_three_agencies_are_stored_and_drawn(world):
    world.serve(agencies=3)

    def send(agency, name):
        run(world, name, agency=agency).expect_done(winners=agency)

    for number in range(3):
        sends = []
        for agency in (1, 2, 3):
            agency_bets = bets(100 * number + 10, agency) + bets(agency, agency, wire.WINNING)
            name = f"agency-{agency}-{number}.csv"
            write_file(world, agency_bets, name)
            world.ledger.stored += agency_bets
            sends.append(functools.partial(send, agency, name))
        in_parallel(sends)
    world.expect_draws(3)
