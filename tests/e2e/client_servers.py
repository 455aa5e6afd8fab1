"""The client against servers that misbehave. It continues where that is safe, and otherwise says why not."""

import functools
import threading
import time

import client
import wire
from client import DONE, DOUBT, FAILED, Client, run, write_file
from fake import FakeServer, close_at_once, good, good_first, good_one
from server import PATIENCE, Failure, free_port, wait_for
from wire import ALL, UNKEYED, bets
from world import case

FIVE = ("--batch", "1", client.FILE)  # five bets, a frame each
LONG_PAUSE = ("--retry-pause", "60")    # before a second attempt: so long, or half of it, …
NO_PAUSE_S = 25                         # … that a run which took less made none


def five(world):
    agency_bets = bets(5)
    write_file(world, agency_bets)
    return agency_bets


# ---- Servers that end connections --------------------------------------------------------------------------------

def add_closing_case(connection):
    def test(world):
        agency_bets = five(world)
        with FakeServer(world.dialect, functools.partial(good_one, documents=(7, 9))) as fake:
            sent = run(world, "--connection", connection, *LONG_PAUSE, *FIVE, server=fake).expect_done(winners=2)
            fake.expect_shape("b1 b1 b1 b1 b1 FR")
            fake.expect_stored(agency_bets)
        if sent.log("connect") or sent.seconds > NO_PAUSE_S:
            raise Failure(f"that was called a failure, or took long ({sent.seconds:.1f} s):\n{sent.out}")
    test.__name__ = f"server_that_closes_after_every_answer_gets_everything_with_{connection.replace('-', '_')}"
    case(ALL, heart=connection == "keep")(test)


add_closing_case("keep")
add_closing_case("per-frame")


@case(ALL)
def client_per_frame_uses_a_connection_for_each_frame_of_a_server_that_keeps_them(world):
    agency_bets = five(world)
    with FakeServer(world.dialect, good) as fake:
        run(world, "--connection", "per-frame", *FIVE, server=fake).expect_done(winners=0)
        fake.expect_shape("b1 b1 b1 b1 b1 FR")
        fake.expect_stored(agency_bets)


@case(ALL, heart=True)
def client_keeps_one_connection_of_a_server_that_does(world):
    agency_bets = five(world)
    with FakeServer(world.dialect, good) as fake:
        run(world, *FIVE, server=fake).expect_done(winners=0)
        fake.expect_shape("b1b1b1b1b1FR")
        fake.expect_stored(agency_bets)


@case(ALL)
def singles_are_sent_to_a_server_that_closes_after_every_answer(world):
    agency_bets = five(world)
    with FakeServer(world.dialect, good_one, stream="bets") as fake:
        run(world, "--single", client.FILE, server=fake, stream="bets").expect_done()
        fake.expect_shape("s s s s s")
        fake.expect_stored(agency_bets)


@case(ALL)
def server_that_closes_before_it_was_sent_anything_is_tried_again(world):
    agency_bets = five(world)
    with FakeServer(world.dialect, good_one, close_at_once, good) as fake:
        sent = run(world, "--on-doubt", "resend", *FIVE, server=fake).expect_done(winners=0)
        fake.expect_stored(agency_bets)
    if not sent.log("connect", result="in_progress"):
        raise Failure("a connection without an answer was followed by another one at once")


# ---- Servers that do not answer, or answer nonsense -----------------------------------------------------------------

@case(ALL)
def server_that_refuses_a_batch_stops_the_client(world):
    agency_bets = five(world)

    def refuse(connection):
        connection.frame()
        connection.answer(1)
        connection.rest()

    with FakeServer(world.dialect, good_first(2, refuse)) as fake:
        refused = run(world, *FIVE, server=fake).expect(
            FAILED, "the server refused bets (answer 1); sending stopped, and no FINISH was sent",
            "what follows line 3 (2 bets): not sent")
        refused.expect_lines((1, 2, "stored"), (3, 3, "refused"))
        fake.expect_shape("b1b1b1")
        fake.expect_stored(agency_bets[:2])
    if not refused.log("apuesta_enviada", result="fail", cantidad=1):
        raise Failure(f"the log does not tell of the refusal: {refused.out}")


@case(ALL)
def server_that_refuses_a_batch_of_a_window_gets_no_more(world):
    five(world)

    def refuse_second(connection):
        connection.fake.store(connection.frame())
        connection.frame()
        connection.answer(0)
        connection.answer(1)
        for _ in range(3):
            connection.fake.store(connection.frame())
            connection.answer(0)
        connection.rest()

    with FakeServer(world.dialect, refuse_second) as fake:
        run(world, "--window", "16", *FIVE, server=fake).expect(FAILED, "the server refused bets").expect_lines(
            (1, 1, "stored"), (2, 2, "refused"), (3, 5, "stored"))
        if fake.frames("finish"):
            raise Failure("a FINISH followed a refused batch")


def add_garbage_case(name, garbage, window="1"):
    def test(world):
        five(world)

        def talk(connection):
            connection.frame()
            connection.send(garbage)
            connection.rest()

        with FakeServer(world.dialect, talk) as fake:
            said = run(world, "--window", window, *FIVE, server=fake).expect(
                DOUBT, "unexpected data from the server", "with this dialect, on this port?")
            if said.fates()[0][0] != 1 or said.fates()[0][2] != "IN DOUBT" or fake.frames("finish"):
                raise Failure(f"what was sent is in doubt from line 1 on, and not {said.fates()}")
    test.__name__ = f"server_that_sends_{name}_is_not_believed"
    case(ALL, heart=name == "answer_2")(test)


add_garbage_case("http", b"HTTP/1.1 400 Bad Request\r\n\r\n")
add_garbage_case("answer_2", b"\2")
add_garbage_case("answer_255_in_a_window", b"\xff", "16")


@case(ALL)
def server_that_speaks_first_is_not_believed(world):
    five(world)

    def greet(connection):
        connection.send(b"220 ready\r\n")
        connection.rest()

    with FakeServer(world.dialect, greet) as fake:
        greeted = run(world, *FIVE, server=fake).wait()
        if greeted.status not in (FAILED, DOUBT) or "unexpected data from the server" not in greeted.err:
            raise Failure(f"status {greeted.status}, and it said: {greeted.err}")


@case(ALL)
def server_that_sends_bytes_behind_the_winners_gets_its_receipt_or_a_complaint_but_no_harm(world):
    """The winners are complete, so the run succeeds."""
    agency_bets = five(world)

    def chatty(connection):
        for _ in range(5):
            connection.fake.store(connection.frame())
            connection.answer(0)
        connection.frame()
        connection.send(connection.encoded_winners([7]) + b"more")
        connection.rest()

    with FakeServer(world.dialect, chatty) as fake:
        run(world, "--winners", "winners", *FIVE, server=fake).expect_done(winners=1)
        fake.expect_stored(agency_bets)


# ---- Slow ones ----------------------------------------------------------------------------------------------------

@case(ALL)
def server_that_answers_byte_by_byte_is_understood(world):
    agency_bets = five(world)
    documents = [30904465, 4294967295, 0] + list(range(40))

    def drip(connection):
        for _ in range(5):
            connection.fake.store(connection.frame())
            time.sleep(0.02)
            connection.answer(0)
        connection.frame()
        for byte in connection.encoded_winners(documents):
            connection.send(bytes([byte]))
            time.sleep(0.002)
        connection.receipt()
        connection.rest()

    with FakeServer(world.dialect, drip) as fake:
        told = run(world, "--winners", "-", *FIVE, server=fake).expect(DONE)
        fake.expect_stored(agency_bets)
        fake.expect_shape("b1b1b1b1b1FR")
    if told.out != "".join(f"{document}\n" for document in documents):
        raise Failure(f"the winners are {told.out!r}")


@case(ALL)
def server_that_reads_byte_by_byte_gets_everything(world):
    agency_bets = bets(40)
    write_file(world, agency_bets)

    def sip(connection):
        whole = connection.bytes
        connection.bytes = lambda count: b"".join(whole(1) for _ in range(count))
        good(connection)

    with FakeServer(world.dialect, sip) as fake:
        run(world, "--window", "16", "--batch", "2", client.FILE, server=fake).expect_done(winners=0)
        fake.expect_stored(agency_bets)


@case(ALL, heart=True)
def window_of_16_sends_16_frames_ahead_and_not_17(world):
    agency_bets = bets(40)
    write_file(world, agency_bets)

    came = threading.Event()
    sends_no_more = threading.Event()

    def hesitate(connection):
        taken = [connection.frame() for _ in range(16)]
        came.set()
        sends_no_more.wait(PATIENCE)
        connection.socket.settimeout(0.3)
        try:
            if connection.socket.recv(1):
                raise Failure("a 17th frame came although no answer had been sent")
        except TimeoutError:
            pass
        connection.socket.settimeout(PATIENCE)
        for frame in taken:
            connection.fake.store(frame)
            connection.answer(0)
        good(connection)

    with FakeServer(world.dialect, hesitate) as fake:
        sent = Client(world, "--window", "16", "--batch", "1", client.FILE, server=fake)
        came.wait(PATIENCE)
        sent.settle()
        sends_no_more.set()
        sent.expect_done(winners=0)
        fake.expect_stored(agency_bets)


@case(ALL)
def window_of_1_sends_no_frame_ahead(world):
    agency_bets = five(world)

    def strict(connection):
        for _ in range(5):
            frame = connection.frame()
            connection.socket.settimeout(0.05)
            try:
                if connection.socket.recv(1):
                    raise Failure("the next frame came before the answer")
            except TimeoutError:
                pass
            connection.socket.settimeout(PATIENCE)
            connection.fake.store(frame)
            connection.answer(0)
        good(connection)

    with FakeServer(world.dialect, strict) as fake:
        run(world, *FIVE, server=fake).expect_done(winners=0)
        fake.expect_stored(agency_bets)


# ---- Servers that are not there -------------------------------------------------------------------------------------

@case(ALL)
def server_that_is_not_there_is_given_up_after_the_time_given(world):
    five(world)
    fake = FakeServer(world.dialect, good)  # bound, but not listening
    refused = run(world, "--retry-for", "0.6", *FIVE, server=fake).expect(
        FAILED, "gave up after 0.6 s without progress: Connection refused", "agency-1.csv: line 1 (1 bet): not sent")
    if not 0.4 < refused.seconds < NO_PAUSE_S or not refused.log("connect", result="in_progress"):
        raise Failure(f"it tried for {refused.seconds:.1f} s:\n{refused.out}")
    fake.close()


@case()
def server_that_is_not_there_is_tried_once_if_told(world):
    five(world)
    fake = FakeServer(world.dialect, good)
    refused = run(world, "--retry-for", "0", *LONG_PAUSE, *FIVE, server=fake).expect(FAILED, "Connection refused")
    if refused.seconds > NO_PAUSE_S:
        raise Failure("it tried again")
    fake.close()


@case()
def server_name_without_an_address_is_given_up(world):
    world.compares = False
    five(world)
    run(world, "--agency", "1", "--server", "no.such.name.invalid:1", "--retry-for", "0", *FIVE, defaults=False).expect(
        FAILED, "no.such.name.invalid:1")


@case(ALL)
def server_that_comes_up_late_gets_everything(world):
    agency_bets = five(world)
    fake = FakeServer(world.dialect, good)
    late = Client(world, *FIVE, server=fake)
    late.wait_log("connect", 2, result="in_progress")
    with fake:
        late.expect_done(winners=0)
        fake.expect_stored(agency_bets)


# ---- Servers that are killed ----------------------------------------------------------------------------------------

class Known:
    """The address of a server that was given its ports."""

    def __init__(self):
        self.ports = {"agency": free_port(), "bets": free_port()}


def add_killed_case(dialects, doubt, window):
    def test(world):
        known = Known()
        agency_bets = bets(6000)
        write_file(world, agency_bets)
        world.serve(agencies=1, listen=f"127.0.0.1:{known.ports['agency']}",
                    bet_listen=f"127.0.0.1:{known.ports['bets']}")
        sent = Client(world, "--batch", "10", "--window", window, "--on-doubt", doubt, client.FILE, server=known)
        for turn in (1, 2):
            wait_for(lambda: sent.process.poll() is not None or len(sent.log("apuesta_enviada")) >= 150 * turn,
                     "batches to be stored")
            if sent.process.poll() is None:
                world.server.restart("kill")
        sent.wait(60)
        judge_killed(world, sent, agency_bets, doubt, int(window))
    name = f"server_killed_and_restarted_in_mid_run_with_window_{window}"
    test.__name__ = name + ("_and_resend" if doubt == "resend" else "")
    case(dialects, seconds=90, heart=(doubt, window) == ("stop", "16"))(test)


def judge_killed(world, sent, agency_bets, doubt, window):
    if world.dialect.is_keyed:
        sent.expect(DONE)
        world.ledger.stored += agency_bets
    elif doubt == "stop":
        world.compares = False
        compare_with_fates(world, sent, agency_bets)
    else:
        sent.expect(DONE)
        world.compares = False
        world.server.stop()
        documents = [int(stored[3]) for stored in world.server.export()]
        if sorted(set(documents)) != [one.document for one in agency_bets]:
            raise Failure("bets were lost, or others stored")
        if len(documents) > len(agency_bets) + 2 * window * 10:
            raise Failure(f"{len(documents) - len(agency_bets)} bets are stored twice, more than were in doubt")


def compare_with_fates(world, sent, agency_bets):
    """Its report is true: stored bets are there, unsent ones are not, each batch in doubt is whole or absent."""
    if sent.status not in (DONE, DOUBT):
        raise Failure(f"status {sent.status}: {sent.err}")
    world.server.stop()
    stored = [int(one[3]) for one in world.server.export()]
    fates = sent.fates() if sent.status == DOUBT else [(1, len(agency_bets), "stored")]
    wanted = []
    for first, last, fate in fates:
        documents = [one.document for one in agency_bets[first - 1:last]]
        there = [document for document in documents if document in set(stored)]
        if fate == "stored" and there != documents:
            raise Failure(f"lines {first} to {last} are called stored, and {len(there)} of them are")
        if fate == "not sent" and there:
            raise Failure(f"lines {first} to {last} are called not sent, and {len(there)} of them are stored")
        if len(there) % 10 != 0:
            raise Failure("a batch is stored in part")
        wanted += there
    if stored != wanted:
        raise Failure(f"{len(stored)} bets are stored, {len(wanted)} of them told of")
    if sent.status == DOUBT and not any(fate == "IN DOUBT" for _, _, fate in fates):
        raise Failure(f"status 3 without a line in doubt: {sent.err}")


add_killed_case((wire.KEYED,), "stop", "1")
add_killed_case((wire.KEYED,), "stop", "16")
add_killed_case(UNKEYED, "stop", "1")
add_killed_case(UNKEYED, "stop", "16")
add_killed_case(UNKEYED, "resend", "1")
