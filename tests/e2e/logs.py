"""The log lines that users of this protocol search for, and when they are written."""

import contextlib
import fcntl
import os
import re
import resource
import socket
import sqlite3
import time

import wire
from server import Failure, free_port, group_members, wait_for
from wire import ALL, KEYED, bet, bets
from world import Skip, case

BATCH, SINGLE = "apuesta_recibida", "apuesta_almacenada"
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (DEBUG|INFO|WARNING|ERROR|CRITICAL) +action: [a-z_]+ \| "
                  r"result: (success|fail|in_progress)( \| [a-z_]+: [^|]*)*")


@case(ALL, heart=True)
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
    peer.refuse(wire.refused_bets(world.dialect))
    single_peer = world.single_peer()
    refused = bet(0)
    single_peer.refuse_single(refused)
    peer = world.peer()
    peer.send(wire.encode_batch(world.dialect, [bet(1), bet(1, name=b"\xff"), bet(1)], wire.new_key()))
    peer.expect_closed(b"\1")
    if world.server.log(BATCH, result="success") or world.server.log(SINGLE, result="success"):
        raise Failure("a refused frame was logged as a success")


@case(ALL, heart=True)
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


# ---- What is no failure -------------------------------------------------------------------------------------

def expect_no_failure(world):
    failures = world.server.failures()
    if failures:
        raise Failure(f"the log speaks of a failure: {failures[0]}")


@case()
def connection_that_a_newer_one_replaces_is_no_failure(world):
    world.serve(log_level="DEBUG")
    older = world.peer()
    older.store()
    world.peer().store()
    older.expect_closed(reset_ok=True)
    world.server.wait_log("close", result="success", reason="replaced by a newer connection of its agency")
    expect_no_failure(world)


@case()
def peer_that_only_knocks_is_no_failure(world):
    """As what watches whether a port is open: it connects, and resets the connection."""
    world.serve(log_level="DEBUG")
    knocking = [world.peer() for _ in range(3)]
    world.server.settle()
    for peer in knocking:
        peer.reset()
    world.server.wait_log("close", 3, result="success")
    expect_no_failure(world)


@case()
def few_descriptors_are_no_failure(world):
    world.serve(preexec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024)))
    world.peer().store()
    line = world.server.wait_log("limit_descriptors")[0]
    level = world.server.text().split("action: limit_descriptors")[0].split()[-1]
    if line["available"] != "1024" or "INFO" not in level:
        raise Failure(f"wanted INFO and 1024 available: {line}")
    expect_no_failure(world)


@case()
def wrong_receipt_is_logged_as_one(world):
    world.serve(agencies=1)
    peer = world.peer()
    peer.finish()
    peer.expect_winners()
    name = name_of(peer)
    peer.send(b"\7")
    peer.expect_closed()
    world.server.wait_log("receipt", result="fail", peer=name, agency=1,
                          byte=len(wire.encode_finish(world.dialect, 1, 0)))
    if world.server.log(BATCH):
        raise Failure(f"a line of {BATCH}, and there was no batch")


# ---- How much it may be -------------------------------------------------------------------------------------

def count_all(world, action):
    """Lines of failures of this action, and how many more were counted instead of written."""
    written = len(world.server.log(action, result="fail"))
    return written, sum(int(line["times"]) for line in world.server.log("repeated", of=action))


@case()
def peer_that_is_refused_again_and_again_fills_no_log(world):
    """From one connection and from many; and one frame that is malformed on each of many."""
    world.serve(workers=1, max_refusals=10000)
    peers = [world.peer() for _ in range(5)]
    began = time.monotonic()
    for _ in range(40):
        for peer in peers:
            peer.refuse(bets(1, 0))
    for _ in range(100):
        peer = world.peer()
        peer.send(wire.encode_batch(world.dialect, [bet(1, name=b"\xff")], 0))
        peer.expect_closed(b"\1")
    wait_for(lambda: sum(count_all(world, BATCH)) == 300, "all refusals to be written or counted")
    seconds = time.monotonic() - began
    written, _ = count_all(world, BATCH)
    if written > 2 * (seconds + 1):
        raise Failure(f"{written} lines in {seconds:.1f} s, wanted one of each kind in a second")
    if any(line["peer"] != "127.0.0.1" for line in world.server.log("repeated")):
        raise Failure("a line of repeats does not say who")


@case()
def connections_that_a_worker_cannot_take_fill_no_log(world):
    """It has no descriptor left for them, and so cannot tell their peers apart."""
    world.serve(workers=1)
    world.expect_bets_taken()
    world.server.settle()
    worker = world.server.workers()[0]
    taken = {int(number) for number in os.listdir(f"/proc/{worker}/fd")}
    lowest_free = min(set(range(len(taken) + 1)) - taken)
    limit = resource.prlimit(worker, resource.RLIMIT_NOFILE)
    resource.prlimit(worker, resource.RLIMIT_NOFILE, (lowest_free, limit[1]))
    began = time.monotonic()
    for _ in range(100):
        world.peer().expect_closed(reset_ok=True)
    wait_for(lambda: sum(count_all(world, "accept")) == 100, "all connections to be written or counted")
    seconds = time.monotonic() - began
    written, _ = count_all(world, "accept")
    if written > 2 * (seconds + 1):
        raise Failure(f"{written} lines in {seconds:.1f} s, wanted one in a second")
    resource.prlimit(worker, resource.RLIMIT_NOFILE, limit)
    world.expect_bets_taken()


@case()
def repeats_are_told_when_the_server_stops(world):
    for _ in range(10):
        world.serve(workers=1, max_refusals=10000)
        peer = world.peer()
        began = time.monotonic()
        for _ in range(20):
            peer.refuse(bets(1, 0))
        peer.close()
        world.server.stop()
        if sum(count_all(world, BATCH)) != 20:
            raise Failure(f"20 refusals, and the log has {count_all(world, BATCH)}")
        if time.monotonic() - began < 0.9:      # else they may have been told before the stop, as after each second
            return


def connected(world):
    with contextlib.suppress(ConnectionRefusedError):
        return world.peer()


@case()
def refusals_fill_no_log_that_has_errors_alone(world):
    """Lines that are limited at one level and written at another would not be limited here."""
    port = free_port()
    world.server = world.add_server(listen=f"127.0.0.1:{port}", bet_listen=None, workers=1, max_refusals=10000,
                                    log_level="ERROR")
    world.server.launch().ports = {"agency": port}      # its log does not say it
    peer = wait_for(lambda: connected(world), "the server to listen")
    began = time.monotonic()
    for _ in range(100):
        peer.refuse(bets(1, 0))
    expect_limited(world, BATCH, 100, began, result="fail")


LONG_LOG = 8 << 20      # bytes: more than the store and its log get


@case()
def log_that_reaches_the_limit_on_files_stops_nothing(world):
    """Its file may grow by a few lines only (ulimit -f): as on a full disk, lines are lost and counted, and no bet."""
    world.serve(workers=1)
    peer = world.peer()
    server = world.server.process.pid
    with open(world.server.log_path, "ab") as log:     # the server, too, writes at its end
        log.write((b"%99d\n" % 0) * (LONG_LOG // 100))
    limit = os.path.getsize(world.server.log_path) + 500
    for pid in group_members(server):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    for _ in range(50):
        peer.store(bets(1))
    if os.path.getsize(world.server.log_path) > limit:
        raise Failure("the limit does not hold")
    for pid in group_members(server):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    peer.store(bets(1))
    world.server.wait_log("log", result="fail")
    lost = sum(int(line["lineas_perdidas"]) for line in world.server.log("log", result="fail"))
    if not 40 <= lost <= 50 or world.server.log("process_ended"):
        raise Failure(f"{lost} lines lost, and of the processes: {world.server.log('process_ended')}")


@case(ALL)
def bets_that_are_stored_have_a_line_each(world):
    """However fast they come."""
    world.serve()
    peer, single_peer = world.peer(), world.single_peer()
    for _ in range(50):
        peer.store(bets(1))
        single_peer.store_single()
    for action in (BATCH, SINGLE):
        if len(world.server.log(action, result="success")) != 50:
            raise Failure(f"{len(world.server.log(action))} lines of {action}, wanted 50")


def expect_limited(world, action, count, began, **pairs):
    """So many events since then: one line in a second, and the others are counted. A line of repeats comes after each
    line, so that there are at most twice as many."""
    def all_told():
        written = len(world.server.log(action, **pairs))
        return written + sum(int(line["times"]) for line in world.server.log("repeated", of=action)) == count
    wait_for(all_told, f"all {count} events of {action} to be written or counted")
    seconds, written = time.monotonic() - began, len(world.server.log(action, **pairs))
    if written > seconds + 1:
        raise Failure(f"{written} lines of {action} in {seconds:.1f} s, wanted one in a second")


@case((KEYED,))
def repeats_of_stored_bets_fill_no_log(world):
    """Nothing is stored for them, so they cost their peer nothing."""
    world.serve()
    peer, single_peer = world.peer(), world.single_peer()
    batch, single = peer.store(bets(1)), single_peer.store_single()
    began = time.monotonic()
    for _ in range(100):
        peer.store(batch, peer.last_key, repeat=True)
        single_peer.store_single(single, single_peer.last_key, repeat=True)
    for action in (BATCH, SINGLE):
        expect_limited(world, action, 100, began, result="success", repeated="yes")
        if not world.server.log("repeated", of=action, reason="it was done before"):
            raise Failure(f"the line of repeats of {action} does not say that they were only repeats")


def serve_with_a_store_that_fails(world):
    world.serve()
    world.server.stop()
    with sqlite3.connect(world.server.store) as database:
        database.execute("create trigger planted before insert on frames begin select raise(fail, 'planted'); end")
    database.close()
    world.server.options["max_refusals"] = 10000
    world.server.start()


@case()
def failure_of_the_store_is_told_beside_any_number_of_strangers(world):
    """More than it tells apart at once, who are refused for what they send."""
    serve_with_a_store_that_fails(world)
    peer = world.peer()
    strangers = [world.peer(200, source=f"127.0.1.{number}") for number in range(1, 91)]
    for stranger in strangers:
        stranger.refuse()
    peer.refuse()
    world.server.wait_log(BATCH, result="fail", agency="1", reason="the store failed to take it")
    world.server.wait_log("store", result="fail")


@case((KEYED,))
def repeats_for_many_agencies_are_those_of_one_peer(world):
    world.serve(agencies=40)
    peers = [world.peer(agency) for agency in range(1, 41)]
    batches = [peer.store() for peer in peers]
    began = time.monotonic()
    for peer, batch in zip(peers, batches):
        peer.store(batch, peer.last_key, repeat=True)
    expect_limited(world, BATCH, 40, began, result="success", repeated="yes")


@case()
def bets_that_the_store_cannot_take_fill_no_log(world):
    """A peer sends on; each of its frames is refused, and the store says each time why: a failing trigger."""
    serve_with_a_store_that_fails(world)
    peer, single_peer = world.peer(), world.single_peer()
    began = time.monotonic()
    for _ in range(100):
        peer.refuse()
        single_peer.refuse_single()
    for action in (BATCH, SINGLE):
        expect_limited(world, action, 100, began, result="fail", reason="the store failed to take it")
    expect_limited(world, "store", 200, began, result="fail")


# ---- Documents ----------------------------------------------------------------------------------------------

@case()
def documents_are_in_no_line_but_that_of_a_stored_single_bet(world):
    world.serve(log_level="DEBUG")
    stored = world.single_peer().store_single()
    refused = bet(0)
    world.single_peer().refuse_single(refused)
    batch = world.peer().store()
    winning = world.peer().store(bets(1, number=wire.WINNING))
    world.reach_waiting(bets=[])
    world.complete(2)
    world.server.stop()
    text = world.server.text()
    if text.count(str(stored.document)) != 1 or not world.server.log(SINGLE, result="success", dni=stored.document):
        raise Failure("the stored bet's document is not in its line, or elsewhere, too")
    for other in [refused, *batch, *winning]:
        if str(other.document) in text:
            raise Failure(f"document {other.document} is in the log")


@case()
def masked_document_shows_its_last_three_digits(world):
    world.serve(mask_documents=True)
    peer = world.single_peer()
    peer.store_single(bet(document=30904465))
    peer.store_single(bet(document=123))
    lines = world.server.wait_log(SINGLE, 2, result="success")
    if [line["dni"] for line in lines] != ["*****465", "***"]:
        raise Failure(f"documents are not masked: {lines}")


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
