"""Signals that stop at every stage of a run: it ends soon, never with 0, and reports what became of its rows."""

import fcntl
import functools
import os
import pty
import signal
import subprocess
import termios
import threading
import time

import client
import wire
from client import DOUBT, FAILED, Client, rows, run, store_file, write_file
from fake import FakeServer, good, good_first
from server import PATIENCE, Failure
from wire import ALL, UNKEYED, bets
from world import case

SOON = PATIENCE / 2     # from the signal to the end: long before anybody whom the client waits for gives up


def add_case(test, name, dialects=(wire.WIDE,), heart=False):
    """A test for each of the signals: for two of them in every dialect."""
    for sig in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        def run_with(world, sig=sig):
            signal.signal(sig, lambda *_: None)     # not ignored, as by nohup, which the client would inherit
            test(world, sig)
        run_with.__name__ = f"{sig.name.lower()}_{name}"
        in_all = sig in (signal.SIGTERM, signal.SIGINT)
        case(dialects if in_all else (wire.WIDE,), heart=heart and sig == signal.SIGTERM)(run_with)


def stop(sent, sig, status, *said):
    began = time.monotonic()
    sent.signal(sig)
    sent.expect(status, *said)
    if time.monotonic() - began > SOON:
        raise Failure(f"it took {time.monotonic() - began:.1f} s to end")
    return sent


def ten(world):
    agency_bets = bets(10)
    write_file(world, agency_bets)
    return agency_bets


def while_connecting(world, sig):
    ten(world)
    fake = FakeServer(world.dialect, good)
    sent = Client(world, client.FILE, server=fake)
    sent.wait_log("connect", result="in_progress")
    stop(sent, sig, FAILED, "stopped by a signal", "lines 1 to 10 (10 bets): not sent")
    fake.close()


add_case(while_connecting, "while_connecting_ends_with_nothing_sent")


def before_an_answer(world, sig):
    """The answer does not come: the rows are in doubt."""
    ten(world)

    def silent(connection):
        connection.frame()
        connection.rest()
        time.sleep(4)  # longer than the client waits for outstanding answers

    with FakeServer(world.dialect, good_first(2, silent)) as fake:
        sent = Client(world, "--batch", "2", client.FILE, server=fake)
        sent.wait_log("apuesta_enviada", 2)
        time.sleep(0.1)
        stop(sent, sig, DOUBT, "stopped by a signal").expect_lines((1, 4, "stored"), (5, 6, "IN DOUBT"))
        fake.expect_shape("b2b2b2")


add_case(before_an_answer, "before_an_answer_leaves_its_rows_in_doubt", ALL, heart=True)


def late(came, go_on):
    """A connection that sets `came` when a frame has come, and answers it only after `go_on`; then as a good one."""
    def connection_of(connection):
        frame = connection.frame()
        came.set()
        go_on.wait(PATIENCE)
        connection.fake.store(frame)
        connection.answer(0)
        good(connection)
    return connection_of


def before_a_late_answer(world, sig):
    """The answer still arrives: nothing is in doubt, and nothing more is sent."""
    agency_bets = ten(world)
    came, stops = threading.Event(), threading.Event()

    with FakeServer(world.dialect, good_first(2, late(came, stops))) as fake:
        sent = Client(world, "--batch", "2", client.FILE, server=fake)
        came.wait(PATIENCE)
        sent.signal(sig)
        sent.settle()       # it waits, or it has left
        stops.set()
        sent.expect(FAILED, "stopped by a signal",
                    "what follows line 6 (4 bets): not sent").expect_lines((1, 6, "stored"))
        fake.expect_shape("b2b2b2")
        fake.expect_stored(agency_bets[:6])


add_case(before_a_late_answer, "before_a_late_answer_reads_it_and_ends", ALL, heart=True)


def in_the_middle_of_a_run(world, sig):
    """What it reports about the rows matches what the server has."""
    world.serve(agencies=1)
    agency_bets = bets(20_000)
    write_file(world, agency_bets)
    sent = Client(world, "--batch", "10", "--window", "4", client.FILE)
    sent.wait_log("apuesta_enviada", 50)
    stop(sent, sig, FAILED, "stopped by a signal")
    first, last, fate = sent.fates()[0]
    if len(sent.fates()) > 2 or (first, fate) != (1, "stored") or sent.fates()[1:] and sent.fates()[1][2] != "not sent":
        raise Failure(f"it told {sent.fates()}")
    world.ledger.stored += agency_bets[:last]
    store_file(world, bets(3), winners=0)


add_case(in_the_middle_of_a_run, "in_the_middle_of_a_run_ends_with_every_row_known", ALL)


def while_a_pipe_is_silent(world, sig):
    world.serve(agencies=1)
    agency_bets = bets(5)
    piped = Client(world, "--batch", "2", "-", stdin=subprocess.PIPE)
    piped.process.stdin.write(rows(agency_bets))
    piped.process.stdin.flush()
    piped.wait_log("apuesta_enviada", 2)
    time.sleep(0.1)
    stop(piped, sig, FAILED, "stopped by a signal", "standard input: lines 1 to 4 (4 bets): stored")
    world.ledger.stored += agency_bets[:4]
    piped.process.stdin.close()


add_case(while_a_pipe_is_silent, "while_a_pipe_is_silent_ends_with_every_row_known")


def at_the_barrier(world, sig):
    world.serve()
    agency_bets = bets(4, number=wire.WINNING)
    write_file(world, agency_bets)
    world.ledger.stored += agency_bets
    arguments = ["--finish-key", "5"] if world.dialect.is_keyed else []
    sent = Client(world, "--winners", "winners", *arguments, client.FILE)
    sent.wait_log("finish", result="in_progress")
    world.server.settle()
    stop(sent, sig, FAILED, "stopped by a signal while waiting for the draw; all bets are stored, and --results asks")
    if not sent.log("consulta_ganadores", result="in_progress") or "result: fail" in sent.out:
        raise Failure(f"the log does not say that the client was stopped, or calls that a failure:\n{sent.out}")
    world.complete(2)
    run(world, "--results", *arguments).expect_done(winners=4)
    world.expect_draws(1)


add_case(at_the_barrier, "at_the_barrier_fails_and_results_still_come", ALL, heart=True)


def while_winners_come(world, sig):
    """An incomplete list of winners does not count: the existing file stays."""
    ten(world)
    old = write_file(world, b"old\n", "winners")

    def half(connection):
        for _ in range(5):
            connection.fake.store(connection.frame())
            connection.answer(0)
        connection.frame()
        connection.send(connection.encoded_winners([7, 9])[:-2])
        connection.rest()

    with FakeServer(world.dialect, half) as fake:
        sent = Client(world, "--batch", "2", "--winners", "winners", client.FILE, server=fake)
        sent.wait_log("finish", result="in_progress")
        time.sleep(0.1)
        stop(sent, sig, FAILED, "stopped by a signal while waiting for the draw")
    with open(old, "rb") as file:
        if file.read() != b"old\n":
            raise Failure("the old winners' file was touched")
    left = [name for name in os.listdir(world.folder) if "winners" in name and name != "winners"]
    if left:
        raise Failure(f"a file remains: {left}")


add_case(while_winners_come, "while_winners_come_leaves_the_old_file", UNKEYED)


def twice(world, sig):
    ten(world)

    arrived = threading.Event()

    def silent(connection):
        connection.frame()
        arrived.set()
        connection.rest()
        time.sleep(4)

    with FakeServer(world.dialect, silent) as fake:
        sent = Client(world, "--batch", "2", client.FILE, server=fake)
        arrived.wait(PATIENCE)
        sent.signal(sig)
        stop(sent, sig, DOUBT, "stopped by a signal")


add_case(twice, "twice_is_as_once")


@case()
def hangup_that_is_ignored_stops_nothing(world):
    """As nohup has it, and a shell's job in the background SIGQUIT."""
    agency_bets = ten(world)
    came, sent_signals = threading.Event(), threading.Event()

    def ignore():
        for sig in (signal.SIGHUP, signal.SIGQUIT):
            signal.signal(sig, signal.SIG_IGN)

    with FakeServer(world.dialect, late(came, sent_signals)) as fake:
        sent = Client(world, "--batch", "2", client.FILE, server=fake, prepare=ignore)
        came.wait(PATIENCE)
        for sig in (signal.SIGHUP, signal.SIGQUIT):
            sent.signal(sig)
        sent.settle()       # it still waits, or it has left
        sent_signals.set()
        sent.expect_done(winners=0)
        fake.expect_stored(agency_bets)


@case()
def terminal_that_is_closed_stops_the_client_in_order(world):
    """It had the log, the bar and the messages: nothing of these can be written any more."""
    ten(world)
    arrived = threading.Event()

    def silent(connection):
        connection.frame()
        arrived.set()
        connection.rest()

    signal.signal(signal.SIGHUP, lambda *_: None)
    with FakeServer(world.dialect, silent) as fake:
        master, slave = pty.openpty()
        sent = Client(world, "--batch", "2", client.FILE, server=fake, stdin=slave, stdout=slave, stderr=slave,
                      prepare=functools.partial(own_terminal, slave))
        os.close(slave)
        arrived.wait(PATIENCE)
        os.close(master)
        sent.expect(DOUBT)


def own_terminal(slave):
    """In the child: the terminal is that of its session, so that it is told when that is closed."""
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
