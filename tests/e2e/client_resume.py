"""--resume: a killed client continues where it stopped, reports what is in doubt, and refuses another run's file."""

import os
import resource
import signal
import subprocess
import threading

import client
import wire
from client import DONE, DOUBT, FAILED, USAGE, Client, rows, run, write_file
from fake import FakeServer, close_at_once, good, good_first, take_and_close
from server import PATIENCE, Failure, wait_for
from wire import ALL, KEYED, UNKEYED, bets
from world import case

PLACE = "place"
RESUME = ("--resume", PLACE, "--batch", "2", "--retry-pause", "0.01", client.FILE)


def ten(world):
    agency_bets = bets(10)
    write_file(world, agency_bets)
    return agency_bets


def silent(connection):
    """Takes frames and never answers."""
    while True:
        connection.fake.store(connection.frame())


def kill_when(killed, question, what):
    wait_for(question, what)
    killed.signal(signal.SIGKILL)
    killed.wait()
    if killed.status != -signal.SIGKILL:
        raise Failure(f"the client had ended with {killed.status} before it was killed")


def killed_after(world, fake, frames, *arguments):
    """A client that is killed when the server has this many frames."""
    kill_when(Client(world, *arguments, *RESUME, server=fake), lambda: len(fake.frames()) >= frames, f"{frames} frames")


def place_of(world):
    with open(os.path.join(world.folder, PLACE), "rb") as file:
        return file.read()


def expect_keys(fake, count):
    """In keyed, each frame has one KEY however often it came; this many frames and one FINISH."""
    if not fake.dialect.is_keyed:
        return
    batches = {tuple(frame_bets): key for kind, key, frame_bets in fake.frames() if kind == "batch"}
    pairs = {(tuple(frame_bets), key) for kind, key, frame_bets in fake.frames() if kind == "batch"}
    if len(batches) != count or len(pairs) != count or len(set(batches.values())) != count:
        raise Failure(f"{len(batches)} batches came as {len(pairs)} requests")
    if len({key for _, key, _ in fake.frames("finish")}) > 1:
        raise Failure("the FINISH came with several keys")


# ---- Killed while it sends -----------------------------------------------------------------------------------

@case((KEYED,), heart=True)
def killed_client_stores_each_bet_once(world):
    agency_bets = ten(world)
    with FakeServer(world.dialect, good_first(2, silent), good) as fake:
        killed_after(world, fake, 3)
        resumed = run(world, *RESUME, server=fake).expect_done(winners=0)
        fake.expect_shape("b2b2b2 b2b2b2FR")
        fake.expect_stored(agency_bets)
        expect_keys(fake, 5)
    if not resumed.log("resume", result="success", frames=3, in_doubt=1):
        raise Failure(f"the log does not say what was remembered:\n{resumed.out}")


@case((KEYED,), heart=True)
def client_killed_inside_a_window_stores_each_bet_once(world):
    agency_bets = ten(world)
    with FakeServer(world.dialect, good_first(1, silent), good_first(2, silent), good) as fake:
        killed_after(world, fake, 4, "--window", "16")
        killed_after(world, fake, 7, "--window", "2")
        run(world, *RESUME, server=fake).expect_done(winners=0)
        fake.expect_stored(agency_bets)
        expect_keys(fake, 5)


@case((KEYED,))
def frames_are_cut_as_before_whatever_is_told_now(world):
    agency_bets = ten(world)
    with FakeServer(world.dialect, good_first(1, silent), good) as fake:
        killed_after(world, fake, 2)
        run(world, "--resume", PLACE, "--batch", "3", client.FILE, server=fake).expect_done()
        fake.expect_shape("b2b2 b2b3b3FR")
        fake.expect_stored(agency_bets)


@case(UNKEYED)
def killed_client_names_the_rows_in_doubt_and_sends_nothing(world):
    agency_bets = ten(world)
    with FakeServer(world.dialect, good_first(2, silent), good) as fake:
        killed_after(world, fake, 3)
        for _ in range(2):  # it stays as it is until the operator decides
            run(world, *RESUME, server=fake).expect(
                DOUBT, "an earlier run ended before everything it sent was answered; nothing was sent now",
                "what follows line 6 (4 bets): not sent").expect_lines((1, 4, "stored"), (5, 6, "IN DOUBT"))
        fake.expect_shape("b2b2b2")
        run(world, "--on-doubt", "resend", *RESUME, server=fake).expect_done(winners=0)
        fake.expect_shape("b2b2b2 b2b2b2FR")
        fake.expect_stored(agency_bets[:6] + agency_bets[4:])


@case(UNKEYED)
def rows_in_doubt_are_passed_over_if_told_to_skip_them(world):
    """For an operator who has checked that they are stored."""
    agency_bets = ten(world)
    with FakeServer(world.dialect, good_first(2, silent), good_first(1, take_and_close), good) as fake:
        killed_after(world, fake, 3)
        skipped = run(world, "--on-doubt", "skip", *RESUME, server=fake)
        skipped.expect(DOUBT).expect_lines((1, 8, "stored"), (9, 10, "IN DOUBT"))   # it got no answers for these
        if not skipped.log("resume", result="success", frames=1, state="given_up"):
            raise Failure(f"the log does not say what was given up:\n{skipped.out}")
        run(world, "--on-doubt", "skip", *RESUME, server=fake).expect(DONE)
        fake.expect_shape("b2b2b2 b2b2 FR")
        fake.expect_stored(agency_bets)


@case(UNKEYED)
def client_killed_inside_a_window_names_every_frame_that_was_sent(world):
    ten(world)
    with FakeServer(world.dialect, good_first(1, silent), good) as fake:
        killed_after(world, fake, 4, "--window", "3")
        run(world, *RESUME, server=fake).expect(DOUBT).expect_lines((1, 2, "stored"), (3, 8, "IN DOUBT"))


@case(UNKEYED)
def several_frames_in_doubt_are_neither_resent_nor_skipped_without_a_line(world):
    """The server has stored two of three frames in doubt: to send all again doubles four rows, to skip all loses two.
    The window is that of the run that left them, so a window of 1 now makes no difference."""
    agency_bets = ten(world)

    def take_two(connection):
        connection.fake.store(connection.frame())
        connection.answer(0)
        for _ in range(2):
            connection.fake.store(connection.frame())
        connection.frame()
        connection.rest()

    with FakeServer(world.dialect, take_two, good) as fake:
        killed_after(world, fake, 4, "--window", "3")
        for doubt in ("resend", "skip"):
            run(world, "--on-doubt", doubt, *RESUME, server=fake).expect(
                DOUBT, "nothing was sent now. Several frames are in doubt",
                "--on-doubt skip=LINE treats").expect_lines((1, 2, "stored"), (3, 8, "IN DOUBT"))
        fake.expect_shape("b2b2b2b2")
        run(world, "--on-doubt", "skip=6", *RESUME, server=fake).expect_done(winners=0)
        fake.expect_stored(agency_bets)


@case(UNKEYED)
def doubt_of_a_run_is_that_of_the_next(world):
    ten(world)
    with FakeServer(world.dialect, good_first(2, take_and_close), good) as fake:
        run(world, *RESUME, server=fake).expect(DOUBT).expect_lines((1, 4, "stored"), (5, 6, "IN DOUBT"))
        run(world, *RESUME, server=fake).expect(DOUBT).expect_lines((1, 4, "stored"), (5, 6, "IN DOUBT"))
        fake.expect_shape("b2b2b2")


@case(ALL)
def frames_that_were_not_sent_are_not_in_doubt(world):
    """The server goes away; the next run sends the frames that were cut and not sent."""
    agency_bets = ten(world)
    with FakeServer(world.dialect, good_first(2, close_at_once), close_at_once) as fake:
        run(world, "--on-doubt", "resend", "--retry-for", "0.1", "--connection", "per-frame", *RESUME, server=fake)
    with FakeServer(world.dialect, good) as again:
        again.stored, again.keys = fake.stored, fake.keys
        run(world, "--on-doubt", "resend", *RESUME, server=again).expect_done(winners=0)
        again.expect_stored(agency_bets)


@case(ALL)
def refused_frame_is_sent_again_by_the_next_run(world):
    agency_bets = ten(world)

    def refuse(connection):
        connection.frame()
        connection.answer(1)
        connection.rest()

    with FakeServer(world.dialect, good_first(2, refuse), good) as fake:
        run(world, *RESUME, server=fake).expect(FAILED).expect_lines((1, 4, "stored"), (5, 6, "refused"))
        run(world, *RESUME, server=fake).expect_done(winners=0)
        fake.expect_shape("b2b2b2 b2b2b2FR")
        fake.expect_stored(agency_bets)


@case(UNKEYED)
def refused_frame_that_is_lost_the_second_time_is_in_doubt(world):
    ten(world)

    def refuse(connection):
        connection.frame()
        connection.answer(1)
        connection.rest()

    with FakeServer(world.dialect, good_first(2, refuse), take_and_close, good) as fake:
        run(world, *RESUME, server=fake).expect(FAILED)
        run(world, *RESUME, server=fake).expect(DOUBT)
        run(world, *RESUME, server=fake).expect(DOUBT).expect_lines((1, 4, "stored"), (5, 6, "IN DOUBT"))


@case(ALL)
def single_bets_are_resumed(world):
    agency_bets = ten(world)
    arguments = ("--single", "--resume", PLACE, client.FILE)
    with FakeServer(world.dialect, good_first(4, silent), good, stream="bets") as fake:
        kill_when(Client(world, *arguments, server=fake, stream="bets"), lambda: len(fake.frames()) >= 5, "5 frames")
        if not world.dialect.is_keyed:
            run(world, *arguments, server=fake, stream="bets").expect(DOUBT).expect_lines(
                (1, 4, "stored"), (5, 5, "IN DOUBT"))
            return
        run(world, *arguments, server=fake, stream="bets").expect_done()
        fake.expect_stored(agency_bets)
        run(world, *arguments, server=fake, stream="bets").expect_done()  # all is stored: nothing is sent
        fake.expect_shape("sssss ssssss")


@case((KEYED,))
def bet_of_the_environment_is_resumed(world):
    bet_variables = {"NOMBRE": "Ana", "APELLIDO": "Luz", "DOCUMENTO": "7", "NACIMIENTO": "1999-03-17", "NUMERO": "9"}
    with FakeServer(world.dialect, silent, good, stream="bets") as fake:
        arguments = ("--resume", PLACE)
        kill_when(Client(world, *arguments, server=fake, stream="bets", environment=bet_variables),
                  lambda: fake.frames(), "a frame")
        run(world, *arguments, server=fake, stream="bets", environment={**bet_variables, "NUMERO": "8"}).expect(
            USAGE, "belongs to other input")
        run(world, *arguments, server=fake, stream="bets", environment=bet_variables).expect_done()
        if len(fake.stored) != 1:
            raise Failure(f"{len(fake.stored)} bets were stored")


# ---- Killed at the end of the round ----------------------------------------------------------------------------------

@case(ALL, heart=True)
def client_killed_at_the_barrier_asks_for_the_same_round_again(world):
    agency_bets = ten(world)

    def winners(connection):
        good(connection, documents=[7, 9])

    with FakeServer(world.dialect, good_first(5, silent), winners) as fake:
        killed_after(world, fake, 6)
        run(world, "--winners", "-", *RESUME, server=fake).expect(DONE)
        fake.expect_shape("b2b2b2b2b2F FR")
        fake.expect_stored(agency_bets)
        expect_keys(fake, 5)


@case(ALL)
def run_of_a_round_that_is_over_tells_the_winners_without_a_connection(world):
    ten(world)

    def winners(connection):
        good(connection, documents=[7, 9])

    with FakeServer(world.dialect, winners) as fake:
        run(world, *RESUME, server=fake).expect_done(winners=2)
    told = run(world, "--winners", "-", *RESUME, server=fake).expect(DONE)
    if told.out != "7\n9\n":
        raise Failure(f"the winners are {told.out!r}")
    fake.expect_shape("b2b2b2b2b2FR")


@case(ALL)
def receipt_that_got_lost_is_sent_again_in_keyed_only(world):
    """In other dialects, the FINISH that must precede it could close another round. When the client comes to send it,
    the connection was reset already: a send is told so, and what is read afterwards is an end."""
    ten(world)
    started, reset = threading.Event(), threading.Event()

    def no_receipt(connection):
        connection.frame()
        started.wait(PATIENCE)
        sent.signal(signal.SIGSTOP)
        connection.winners([7])
        connection.reset()
        connection.socket.close()
        reset.set()

    def winners(connection):
        good(connection, documents=[7])

    with FakeServer(world.dialect, good_first(5, no_receipt), winners) as fake:
        sent = Client(world, *RESUME, server=fake)
        started.set()
        reset.wait(PATIENCE)
        sent.signal(signal.SIGCONT)
        sent.expect_done(winners=1)
        run(world, *RESUME, server=fake).expect_done(winners=1)
        run(world, *RESUME, server=fake).expect_done(winners=1)
        fake.expect_shape("b2b2b2b2b2F FR" if world.dialect.is_keyed else "b2b2b2b2b2F")
        expect_keys(fake, 5)


@case((wire.COMPACT,))
def finish_whose_winners_may_be_untold_is_not_repeated_by_the_next_run(world):
    """256 bets on one number: the killed client's FINISH may have closed its round already."""
    write_file(world, bets(256))
    arguments = ("--resume", PLACE, client.FILE)
    with FakeServer(world.dialect, good) as fake:
        fake.scripts = [lambda connection: good_until_finish(connection), good]
        kill_when(Client(world, *arguments, server=fake), lambda: fake.frames("finish"), "the FINISH")
        run(world, *arguments, server=fake).expect(FAILED, "without telling the winners", "--results asks again")
        if len(fake.frames("finish")) != 1:
            raise Failure("the FINISH was repeated")


def good_until_finish(connection):
    while (frame := connection.frame())[0] != "finish":
        connection.fake.store(frame)
        connection.answer(0)
    connection.rest()


# ---- Standard input --------------------------------------------------------------------------------------------------

def feed(world, fake, content, *arguments):
    """A run over a pipe."""
    reader, writer = os.pipe()
    fed = Client(world, "--resume", PLACE, "--batch", "2", *arguments, "-", server=fake, stdin=reader)
    os.close(reader)
    with open(writer, "wb") as file:
        file.write(content)
    return fed


@case((KEYED,))
def standard_input_is_resumed_if_the_same_bytes_come_again(world):
    agency_bets = bets(10)
    with FakeServer(world.dialect, good_first(2, silent), good) as fake:
        kill_when(feed(world, fake, rows(agency_bets)), lambda: len(fake.frames()) >= 3, "3 frames")
        feed(world, fake, rows(bets(10))).expect(USAGE, "standard input: lines 1 to 2 are not what was sent")
        feed(world, fake, rows(agency_bets[:5])).expect(USAGE, "standard input: lines 5 to 5 are not what was sent")
        feed(world, fake, b"").expect(USAGE, "ends before the last row that was sent")
        fake.expect_shape("b2b2b2")
        feed(world, fake, rows(agency_bets)).expect_done(winners=0)
        fake.expect_shape("b2b2b2 b2b2b2FR")
        fake.expect_stored(agency_bets)
        feed(world, fake, rows(agency_bets + bets(1))).expect(USAGE, ":11: was added after the round was finished")


# ---- What is refused -------------------------------------------------------------------------------------------------

@case()
def second_client_on_the_same_file_is_refused(world):
    ten(world)
    with FakeServer(world.dialect, good_first(1, silent), good) as fake:
        first = Client(world, *RESUME, server=fake)
        wait_for(lambda: len(fake.frames()) >= 2, "2 frames")
        run(world, *RESUME, server=fake).expect(USAGE, "the resume file place is in use by another running client")
        first.signal(signal.SIGKILL)
        first.wait()
        fake.expect_shape("b2b2")


@case()
def file_of_another_run_is_refused(world):
    ten(world)
    with FakeServer(world.dialect, good_first(1, silent), good) as fake:
        killed_after(world, fake, 2)
        for options, said in (({"agency": 2}, "belongs to agency 1, not to agency 2"),
                              ({"dialect": KEYED}, "belongs to a run in dialect wide, not keyed")):
            run(world, *RESUME, server=fake, **options).expect(USAGE, said, "(nothing was sent)")
        run(world, "--single", "--resume", PLACE, client.FILE, server=fake).expect(USAGE, "over the agency stream")
        other = bets(10)
        write_file(world, other)
        run(world, *RESUME, server=fake).expect(USAGE, "lines 1 to 2 are not what was sent")
        write_file(world, other + bets(1))
        run(world, *RESUME, server=fake).expect(USAGE, "belongs to other input: of ")
        fake.expect_shape("b2b2")


@case()
def damaged_file_is_refused_and_stays(world):
    ten(world)
    with FakeServer(world.dialect, good) as fake:
        run(world, *RESUME, server=fake).expect_done()
        sound = place_of(world)
        for at in (20, 64 * 3 + 20, len(sound) - 64 - 1):
            wrong = bytearray(sound)
            wrong[at] ^= 4
            write_file(world, bytes(wrong), PLACE)
            run(world, *RESUME, server=fake).expect(USAGE, "the resume file place is damaged at its ")
            if place_of(world) != wrong:
                raise Failure("a file that was refused was changed")


@case()
def what_is_no_resume_file_is_refused_and_stays(world):
    ten(world)
    content = rows(bets(3))
    write_file(world, content, PLACE)
    with FakeServer(world.dialect, good) as fake:
        run(world, *RESUME, server=fake).expect(USAGE, "the resume file place is not a resume file")
        if place_of(world) != content:
            raise Failure("a file that was refused was changed")
        for path, said in (("/dev/full", "is not a regular file"), (".", "Is a directory"),
                           ("missing/place", "No such file or directory")):
            run(world, "--resume", path, client.FILE, server=fake).expect(USAGE, f"the resume file {path} ", said)
        fake.expect_shape("")


@case()
def file_that_fails_its_check_leaves_a_resume_file_of_nobody(world):
    write_file(world, rows(bets(3)) + b"nonsense\n")
    with FakeServer(world.dialect, good) as fake:
        run(world, *RESUME, server=fake).expect(USAGE, ":4: 1 field, expected 5")
        agency_bets = ten(world)
        run(world, *RESUME, server=fake).expect_done()
        fake.expect_stored(agency_bets)


@case(ALL)
def resume_file_without_room_stops_the_client_before_it_sends(world):
    """Files may not grow beyond 300 bytes: the second answer cannot be recorded, so the third frame is not sent."""
    agency_bets = ten(world)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (300, resource.RLIM_INFINITY))

    with FakeServer(world.dialect, good) as fake:
        full = Client(world, *RESUME, server=fake, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, prepare=limit)
        full.expect(FAILED)
        fake.expect_shape("b2b2")
        again = run(world, *RESUME, server=fake)
        if world.dialect.is_keyed:
            again.expect_done()
            fake.expect_stored(agency_bets)
        else:  # what could not be recorded is not known
            again.expect(DOUBT).expect_lines((1, 2, "stored"), (3, 4, "IN DOUBT"))


# ---- Against the server ----------------------------------------------------------------------------------------------

@case((KEYED,), seconds=60, long=True)
def client_killed_again_and_again_stores_each_bet_once_and_closes_one_round(world):
    world.serve(agencies=1)
    agency_bets = bets(3000) + bets(3, number=wire.WINNING)  # more than a fast server stores before the last kill
    write_file(world, agency_bets)
    resume = ("--resume", PLACE, "--batch", "2", client.FILE)
    for turn in range(1, 13):
        killed = Client(world, "--window", str(1 + turn % 5), *resume)
        kill_when(killed, lambda: len(killed.log("apuesta_enviada")) >= turn, f"{turn} answers")
    run(world, *resume).expect_done(winners=3)
    run(world, *resume).expect_done(winners=3)
    world.ledger.stored += agency_bets
    world.expect_draws(1)
