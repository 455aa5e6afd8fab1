"""The log lines that users of this protocol search for, and when they are written."""

import fcntl
import os
import re
import socket

import wire
from server import Failure, free_port
from wire import ALL, bet, bets
from world import Skip, case

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


ABOUT_CONNECTIONS = (BATCH, SINGLE, "finish", "winners", "receipt", "close")


def name_of(peer):
    """The end of its connection, as the log names it."""
    host, port = peer.socket.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def do_everything(world):
    """A line of each kind about a connection. Returns {a peer's name: its agency}."""
    who = {}

    def peer(agency=1, stream="agency", named=None):
        came = world.peer(agency, stream)
        who[name_of(came)] = agency if named is None else named
        return came
    working, single, late = peer(), peer(2, "bets"), peer(named=0)
    late.send(b"\0\5\1")
    working.store()
    working.refuse([bet(1, name=b"x"), bet(2)])
    single.store_single()
    single.refuse_single(bet(0))
    malformed = peer(2)
    malformed.send(wire.encode_batch(world.dialect, [bet(2, name=b"\xff")], 0))
    malformed.expect_closed(b"\1")
    for agency in (1, 2):
        last = peer(agency)
        last.finish()
        if agency == 2:
            last.expect_winners()
            last.receipt_and_leave()
    unserved = peer(77)
    unserved.finish()
    unserved.expect_closed()
    late.expect_closed(b"")
    world.server.settle()
    return who


@case()
def every_line_about_a_connection_says_who(world):
    world.serve(frame_timeout=3, log_level="DEBUG")
    who = do_everything(world)
    kinds = set()
    for action in ABOUT_CONNECTIONS:
        for line in world.server.log(action):
            kinds.add((action, line["result"]))
            if line.get("peer") not in who:
                raise Failure(f"the peer is none of {sorted(who)}: {line}")
            if int(line["agency"]) not in (who[line["peer"]], 0, 1, 2):
                raise Failure(f"it is agency {who[line['peer']]}: {line}")
    wanted = {(action, result) for action in ABOUT_CONNECTIONS for result in ("success", "fail")}
    missing = wanted - kinds - {("winners", "fail"), ("receipt", "fail")}
    if missing:
        raise Failure(f"no line of {missing}")


@case()
def frame_that_is_late_is_logged_with_its_peer_agency_kind_and_byte(world):
    world.serve(frame_timeout=0.5)
    peer = world.peer()
    name = name_of(peer)
    stored = wire.encode_batch(world.dialect, peer.store(), 0)
    cut = wire.encode_batch(world.dialect, bets(3), 0)[:-1]
    peer.send(cut)
    peer.expect_closed()
    line = world.server.wait_log("close", reason="frame not complete in time")[0]
    wanted = {"peer": name, "agency": "1", "frame": "batch", "byte": str(len(stored + cut))}
    if not wanted.items() <= line.items():
        raise Failure(f"wanted {wanted}: {line}")


@case()
def peer_of_ipv6_is_named(world):
    try:
        socket.socket(socket.AF_INET6).bind(("::1", 0))
    except OSError as error:
        raise Skip(f"no IPv6 here: {error}") from None
    world.serve(listen="[::1]:0", agencies=1)
    with socket.create_connection(("::1", world.server.ports["agency"]), 5) as connection:
        connection.sendall(wire.encode_finish(world.dialect, 1, 0))
        connection.recv(2)
        port = connection.getsockname()[1]
    world.server.wait_log("finish", result="success", peer=f"[::1]:{port}")


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
