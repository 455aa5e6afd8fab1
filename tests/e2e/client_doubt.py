"""Frames without an answer: the client cannot know whether they are stored, and does not choose silently."""

import client
from client import DONE, DOUBT, FAILED, Client, run, write_file
from fake import (FakeServer, close_at_once, good, good_first, lose_and_close, reset_after_frame, take_and_close)
from server import PATIENCE, Failure
from wire import ALL, KEYED, UNKEYED, bets
from world import case

FRAMES = ("--batch", "2", client.FILE)  # ten bets in frames of two


def ten(world):
    agency_bets = bets(10)
    write_file(world, agency_bets)
    return agency_bets


def add_stop_case(name, end):
    def test(world):
        agency_bets = ten(world)
        with FakeServer(world.dialect, good_first(2, end), good) as fake:
            stopped = run(world, *FRAMES, server=fake)
            stopped.expect(DOUBT, " before it had answered; sending stopped, and no FINISH was sent",
                           "what follows line 6 (4 bets): not sent")
            stopped.expect_lines((1, 4, "stored"), (5, 6, "IN DOUBT"))
            fake.expect_shape("b2b2b2")
            if fake.stored[:4] != agency_bets[:4]:
                raise Failure("what is called stored is not")
        if not stopped.log("apuesta_enviada", result="fail", state="in_doubt", lines="5-6"):
            raise Failure(f"the log does not say which rows are in doubt:\n{stopped.out}")
    test.__name__ = f"server_that_{name}_leaves_exactly_its_rows_in_doubt"
    case(UNKEYED, heart=name == "stores_and_dies")(test)


add_stop_case("stores_and_dies", take_and_close)
add_stop_case("dies", lose_and_close)
add_stop_case("resets", reset_after_frame)


@case(UNKEYED)
def server_that_dies_inside_a_window_leaves_the_frames_that_were_sent_in_doubt(world):
    agency_bets = ten(world)

    def take_three(connection):
        connection.frame()
        connection.frame()
        connection.frame()

    with FakeServer(world.dialect, good_first(1, take_three), good) as fake:
        stopped = run(world, "--window", "16", *FRAMES, server=fake).expect(DOUBT)
        fake.expect_stored(agency_bets[:2])
    if stopped.fates()[0] != (1, 2, "stored") or stopped.fates()[1][0] != 3 or stopped.fates()[1][2] != "IN DOUBT":
        raise Failure(f"it told {stopped.fates()}")


@case(UNKEYED)
def single_without_an_answer_is_in_doubt(world):
    ten(world)
    with FakeServer(world.dialect, good_first(3, take_and_close), good, stream="bets") as fake:
        in_doubt = run(world, "--single", client.FILE, server=fake, stream="bets").expect(DOUBT)
        in_doubt.expect_lines((1, 3, "stored"), (4, 4, "IN DOUBT"))
        fake.expect_shape("ssss")


@case(UNKEYED)
def frame_that_was_stored_and_not_answered_is_stored_twice_if_told_to_resend(world):
    """What --help says about --on-doubt resend."""
    agency_bets = ten(world)
    with FakeServer(world.dialect, good_first(2, take_and_close), good) as fake:
        run(world, "--on-doubt", "resend", *FRAMES, server=fake).expect_done(winners=0)
        fake.expect_stored(agency_bets[:6] + agency_bets[4:])
        fake.expect_shape("b2b2b2 b2b2b2FR")


@case(UNKEYED)
def frame_that_was_lost_is_stored_if_told_to_resend(world):
    agency_bets = ten(world)
    with FakeServer(world.dialect, good_first(2, lose_and_close), lose_and_close, reset_after_frame, good) as fake:
        run(world, "--on-doubt", "resend", *FRAMES, server=fake).expect_done(winners=0)
        fake.expect_stored(agency_bets)


@case(UNKEYED)
def client_told_to_resend_that_gives_up_says_what_is_in_doubt(world):
    agency_bets = ten(world)
    with FakeServer(world.dialect, good_first(2, lose_and_close), close_at_once) as fake:
        given_up = run(world, "--on-doubt", "resend", "--retry-for", "0.5", *FRAMES, server=fake)
        given_up.expect(DOUBT, "gave up after").expect_lines((1, 4, "stored"), (5, 6, "IN DOUBT"))
        fake.expect_stored(agency_bets[:4])


@case((KEYED,), heart=True)
def keyed_client_sends_the_same_frame_with_the_same_key_again(world):
    agency_bets = ten(world)
    with FakeServer(world.dialect, good_first(2, take_and_close), lose_and_close, reset_after_frame, good) as fake:
        run(world, *FRAMES, server=fake).expect_done(winners=0)
        fake.expect_stored(agency_bets)
        third = [frame for connection in fake.connections for frame in connection.frames
                 if frame[2] == agency_bets[4:6]]
        if len(third) != 4 or len({key for _, key, _ in third}) != 1:
            raise Failure(f"the third frame came {len(third)} times, with the keys {[key for _, key, _ in third]}")
        keys = {key for _, key, _ in fake.frames()[:5]}
        finish_keys = {key for _, key, _ in fake.frames("finish")}
        if len({key for kind, key, _ in fake.frames() if kind == "batch"}) != 5 or finish_keys & keys:
            raise Failure("frames share keys")


@case((KEYED,))
def keyed_client_sends_the_frames_of_a_window_again(world):
    agency_bets = ten(world)

    def store_all_answer_one(connection):
        for _ in range(4):
            connection.fake.store(connection.frame())
        connection.answer(0)
        connection.reset()

    with FakeServer(world.dialect, store_all_answer_one, good) as fake:
        run(world, "--window", "16", *FRAMES, server=fake).expect_done(winners=0)
        fake.expect_stored(agency_bets)


@case(ALL)
def finish_without_winners_is_sent_again(world):
    """It is harmless (protocol, section 7), and in keyed its KEY is the same."""
    agency_bets = ten(world)

    def half_of_winners(connection):
        connection.frame()
        connection.send(connection.encoded_winners([7, 9])[:-3])

    def nothing(connection):
        connection.frame()

    def winners(connection):
        good(connection, documents=[7, 9])

    with FakeServer(world.dialect, good_first(5, half_of_winners), nothing, reset_after_frame, winners) as fake:
        told = run(world, "--winners", "-", *FRAMES, server=fake).expect(DONE)
        fake.expect_shape("b2b2b2b2b2F F F FR")
        fake.expect_stored(agency_bets)
        if len({key for _, key, _ in fake.frames("finish")}) != 1:
            raise Failure("the FINISH came with several keys")
    if told.out != "7\n9\n":
        raise Failure(f"the winners are {told.out!r}: halves of two replies must not be mixed")


@case(ALL)
def finish_that_is_never_answered_fails(world):
    agency_bets = ten(world)

    def nothing(connection):
        connection.frame()

    with FakeServer(world.dialect, good_first(5, nothing), nothing) as fake:
        run(world, "--retry-for", "0.5", *FRAMES, server=fake).expect(
            FAILED, "all bets are stored, but the winners are not known")
        fake.expect_stored(agency_bets)


@case(ALL)
def lost_receipt_is_no_failure(world):
    ten(world)

    def no_receipt(connection):
        connection.frame()
        connection.winners([7])
        connection.reset()

    with FakeServer(world.dialect, good_first(5, no_receipt), good) as fake:
        run(world, *FRAMES, server=fake).expect_done(winners=1)
        if len(fake.connections) != 1:
            raise Failure("it came back although it had its winners")


@case(ALL)
def client_waits_at_the_barrier_without_sending_a_byte(world):
    ten(world)
    waited = []

    def barrier(connection):
        connection.frame()
        connection.socket.settimeout(0.5)
        try:
            waited.append(connection.socket.recv(1))
        except TimeoutError:
            pass
        connection.socket.settimeout(PATIENCE)
        connection.winners([7])
        connection.receipt()
        connection.rest()

    with FakeServer(world.dialect, good_first(5, barrier)) as fake:
        Client(world, *FRAMES, server=fake).expect_done(winners=1)
    if waited:
        raise Failure(f"between FINISH and WINNERS came {waited}")
