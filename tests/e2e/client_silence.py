"""A server, a name, a pipe or an operator that keeps the client waiting, and what it says in the end."""

import functools
import os
import signal
import socket
import time

import client
from client import DOUBT, FAILED, USAGE, Client, run, write_file
from fake import FakeServer, good
from server import PATIENCE, Failure, wait_for
from wire import KEYED, bets
from world import Skip, case, mounting


BARRIER_S = 3       # ten times as long as the server may be silent elsewhere
GIVEN_UP_S = 8      # after --retry-for 1; less than the 10 s that one attempt may take where there is more time
MANY_WINNERS = 20000    # their lines are more than a pipe holds, several times


def silent(connection):
    connection.frame()
    connection.rest()


@case()
def silent_server_leaves_its_rows_in_doubt(world):
    world.compares = False
    write_file(world, bets(4))
    with FakeServer(world.dialect, silent) as fake:
        sent = run(world, "--answer-timeout", "0.3", "--batch", "2", client.FILE, server=fake)
        sent.expect(DOUBT, "the server was silent for 0.3 s (--answer-timeout)", "sorteo export --agency 1 --count",
                    "If a second client of agency 1 is running, stop it")
        sent.expect_lines((1, 2, "IN DOUBT"))


@case((KEYED,))
def silent_server_is_asked_again_with_keys(world):
    world.compares = False
    write_file(world, bets(4))
    with FakeServer(world.dialect, silent, good) as fake:
        run(world, "--answer-timeout", "0.3", "--batch", "4", client.FILE, server=fake).expect(0)
        fake.expect_shape("b4 b4FR")


@case((KEYED,))
def silence_counts_for_retry_for(world):
    """A server that takes connections and never answers does not keep a client for ever."""
    world.compares = False
    write_file(world, bets(4))
    with FakeServer(world.dialect, silent) as fake:
        run(world, "--answer-timeout", "0.5", "--retry-for", "0.5", client.FILE, server=fake).expect(
            DOUBT, "gave up after")
        if len(fake.connections) != 1:
            raise Failure(f"the client connected {len(fake.connections)} times")


@case(heart=True)
def barrier_is_not_silence_but_half_of_the_winners_is(world):
    world.compares = False
    write_file(world, bets(2))

    def late(connection):
        connection.fake.store(connection.frame())
        connection.answer(0)
        connection.frame()
        time.sleep(BARRIER_S)
        connection.send(connection.encoded_winners([7, 9])[:-2])
        connection.rest()

    with FakeServer(world.dialect, late, late) as fake:
        sent = run(world, "--answer-timeout", "0.3", "--retry-for", "0.2", client.FILE, server=fake)
        sent.expect(FAILED, "the server was silent for 0.3 s")
    if sent.seconds < BARRIER_S + 0.2:
        raise Failure("the wait for the draw was counted")


@case()
def stop_status_is_the_exit_status_of_a_stop(world):
    world.compares = False
    write_file(world, bets(2))

    def wait(connection):
        connection.fake.store(connection.frame())
        connection.answer(0)
        connection.frame()
        connection.rest()

    for arguments, status in (((), 1), (("--stop-status", "0"), 0), (("--stop-status", "143"), 143)):
        with FakeServer(world.dialect, wait) as fake:
            sent = Client(world, *arguments, client.FILE, server=fake)
            sent.wait_log("finish", result="in_progress")
            sent.signal()
            sent.expect(status, "stopped by a signal while waiting for the draw")
        if "result: fail" in sent.out:
            raise Failure(f"a stop is logged as a failure:\n{sent.out}")


@case()
def stop_in_doubt_stays_in_doubt_whatever_the_stop_status(world):
    world.compares = False
    write_file(world, bets(2))
    with FakeServer(world.dialect, silent) as fake:
        sent = Client(world, "--stop-status", "0", client.FILE, server=fake)
        wait_for(fake.frames, "a frame at the server")
        sent.signal()
        sent.expect(DOUBT, "IN DOUBT")


@case()
def rows_after_a_line_are_sent_and_those_before_it_are_not(world):
    """--on-doubt skip=LINE, with what the operator found in the store."""
    world.compares = False
    write_file(world, bets(10))
    with FakeServer(world.dialect, good) as fake:
        run(world, "--batch", "2", "--on-doubt", "skip=6", client.FILE, server=fake).expect_done(winners=0)
        fake.expect_shape("b2b2FR")
    with FakeServer(world.dialect, silent, good) as fake:
        window = ("--batch", "2", "--window", "4", "--resume", "place")
        run(world, "--answer-timeout", "0.3", *window, client.FILE, server=fake).expect(DOUBT)
        run(world, "--on-doubt", "skip=3", *window, client.FILE, server=fake).expect(
            USAGE, "skip=3: lines 3 to 4 were sent as one frame")
        run(world, "--on-doubt", "skip=4", *window, client.FILE, server=fake).expect_done(winners=0)
        if [frame[0] for frame in fake.connections[-1].frames].count("batch") != 3:
            raise Failure("wanted the three batches after line 4")


@case()
def file_name_with_escapes_is_not_shown_raw(world):
    world.compares = False
    name = "a\033[31m\nb\u009b.csv"
    for arguments in ((name,), ("--winners", f"{name}/x", client.FILE), ("--resume", f"{name}/x", client.FILE),
                      ("--server", f"{name}", client.FILE), ("--finish-key", name, "--dialect", "keyed", client.FILE)):
        write_file(world, bets(1))
        sent = run(world, "--agency", "1", *arguments, defaults=False)
        if sent.status != USAGE or "\033" in sent.err or "\u009b" in sent.err or sent.err.count("\n") != 1:
            raise Failure(f"{arguments}: {sent.err!r}")


@case()
def pipe_without_a_writer_does_not_hold_up_a_stop(world):
    world.compares = False
    os.mkfifo(os.path.join(world.folder, "pipe"))
    with FakeServer(world.dialect, good) as fake:
        sent = Client(world, "pipe", server=fake)
        sent.settle()
        sent.signal()
        sent.expect(FAILED, "stopped by a signal")


@case()
def non_blocking_input_and_output_are_read_and_written_whole(world):
    world.compares = False
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    with FakeServer(world.dialect, good) as fake:
        sent = Client(world, "--batch", "2", "-", server=fake, stdin=reader)
        os.close(reader)
        for piece in (client.rows(bets(3)), client.rows(bets(1))):
            time.sleep(0.2)
            os.write(writer, piece)
        os.close(writer)
        sent.expect_done(winners=0)
        fake.expect_shape("b2b2FR")


@case()
def non_blocking_output_gets_all_winners(world):
    """More than the pipe holds, and its reader is late: a write that cannot go on is waited for."""
    world.compares = False
    write_file(world, bets(2))
    documents = list(range(10_000_000, 10_000_000 + MANY_WINNERS))
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with FakeServer(world.dialect, functools.partial(good, documents=documents)) as fake:
        sent = Client(world, "--winners", "-", client.FILE, server=fake, stdout=writer)
        os.close(writer)
        wait_for(lambda: "consulta_ganadores" in sent.err, "the winners to come")
        sent.settle()       # it waits for its reader, or has left
        with os.fdopen(reader, "rb") as pipe:
            told = pipe.read()
        sent.expect(client.DONE)
    if told != b"".join(b"%d\n" % document for document in documents):
        raise Failure(f"{len(told)} bytes of winners came: {sent.err}")


@case()
def name_server_that_never_answers_holds_up_neither_stop_nor_retry_for(world):
    world.compares = False
    write_file(world, bets(1))
    path = write_file(world, b"nameserver 127.0.0.153\noptions timeout:30 attempts:3\n", "resolv.conf")
    prepare = mounting(path, "/etc/resolv.conf")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        try:
            mute.settimeout(PATIENCE)
            mute.bind(("127.0.0.153", 53))
        except OSError as error:
            raise Skip(f"no port for a name server: {error}") from None
        arguments = ["--agency", "1", "--server", "lottery.example:12345", client.FILE]
        sent = Client(world, *arguments, defaults=False, prepare=prepare)
        mute.recv(512)      # it has asked
        sent.signal(signal.SIGTERM)
        sent.expect(FAILED, "stopped by a signal").wait()
        if sent.seconds > 25:
            raise Failure(f"it took {sent.seconds:.1f} s")
        took = []
        while len(took) < 3 and min(took, default=PATIENCE) > GIVEN_UP_S:   # the quickest, on a machine with much to do
            given_up = run(world, "--retry-for", "1", *arguments, defaults=False, prepare=prepare)
            given_up.expect(FAILED, "not resolved in time")
            took.append(given_up.seconds)
        if min(took) > GIVEN_UP_S:
            raise Failure(f"--retry-for 1 took {took} s")
