"""The log lines that users of this protocol search for, and when they are written."""

import fcntl
import os
import re

import wire
from server import Failure, free_port
from wire import ALL, bet, bets
from world import case

BATCH, SINGLE = "apuesta_recibida", "apuesta_almacenada"
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (DEBUG|INFO|WARNING|ERROR|CRITICAL) +action: [a-z_]+ \| "
                  r"result: (success|fail|in_progress)( \| [a-z_]+: [^|]*)*")


@case(ALL)
def batch_is_logged_with_its_count_before_its_answer(world):
    world.serve()
    peer = world.peer()
    for count in (1, 2, 150):
        peer.store(bets(count))
        if len(world.server.log(BATCH, result="success", cantidad=count)) != 1:
            raise Failure(f"the answer came before the log line of a batch of {count}")


@case(ALL)
def single_is_logged_with_document_and_number_before_its_answer(world):
    world.serve()
    peer = world.single_peer()
    for number in (0, 42, 65535):
        single = peer.store_single(bet(number=number))
        if len(world.server.log(SINGLE, result="success", dni=single.document, numero=number)) != 1:
            raise Failure(f"the answer came before the log line of number {number}")


@case(ALL)
def refused_batch_is_not_logged_as_a_success(world):
    world.serve()
    peer = world.peer()
    peer.refuse([bet(1), bet(2), bet(2)])
    single_peer = world.single_peer()
    refused = bet(0)
    single_peer.refuse_single(refused)
    peer = world.peer()
    peer.send(wire.encode_batch(world.dialect, [bet(1), bet(1, name=b"\xff"), bet(1)], wire.new_key()))
    peer.expect_closed(b"\1")
    if world.server.log(BATCH, result="success") or world.server.log(SINGLE, result="success"):
        raise Failure("a refused frame was logged as a success")


@case(ALL)
def draw_is_logged_once_and_before_the_first_byte_of_winners(world):
    world.serve()
    waiting = world.reach_waiting()
    if world.server.log("sorteo"):
        raise Failure("a draw was logged before the last agency had finished")
    last = world.peer(2)
    last.finish()
    last.receive(1)
    world.expect_draws(1)
    waiting.receive(1)
    for _ in range(2):
        peer = world.peer()
        peer.finish(waiting.last_key)
        peer.expect_winners()
    world.server.settle()
    if len(world.server.log("sorteo")) != 1:
        raise Failure("more than one line of sorteo")


@case()
def every_line_has_the_form_that_is_grepped_for(world):
    """For any text that a peer puts into its bets."""
    world.serve()
    peer = world.peer()
    peer.store([bet(name=b"a | result: success | cantidad: 9", surname="\u2028".encode())])
    peer.refuse([bet(1, name=b" | "), bet(2)])
    world.single_peer().store_single(bet(name=b"|"))
    world.reach_waiting()
    world.complete(2)
    world.server.stop()
    for line in world.server.text().splitlines():
        if not LINE.fullmatch(line):
            raise Failure(f"a line of another form: {line!r}")


@case()
def log_pipe_that_nobody_reads_does_not_stop_the_server(world):
    """The pipe is full after about twenty lines."""
    port = free_port()
    world.serve()
    world.server.stop()
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    world.server.options.update(listen=f"127.0.0.1:{port}", bet_listen=None)
    world.server.launch(stdout=writing)
    os.close(writing)
    seen = b""
    while b"action: listen" not in seen:
        seen += os.read(reading, 4096)
    world.server.ports = {"agency": port}
    peer = world.peer()
    for _ in range(200):
        peer.store(bets(1))
    peer.finish()
    world.complete(2)
    peer.expect_winners()
    world.server.stop()
    os.close(reading)
