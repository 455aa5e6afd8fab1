"""The client with several servers of one lottery: which it uses when one is dead, silent or closes, and what it says.

A fake server beside another shares its store where both are to be one lottery. The real server is one behind several
addresses, each a path of its own that can be cut and mended.
"""

import contextlib
import os
import pty
import random
import signal
import socket
import threading

import client
import over_tls
import wire
from client import DOUBT, FAILED, USAGE, Client, write_file
from client_config import write_config
from client_options import read_terminal, slow
from client_servers import FIVE, LONG_PAUSE, NO_PAUSE_S, Known, compare_with_fates, five
from client_stop import stop
from fake import (FakeServer, close_at_once, good, good_first, good_one, lose_and_close, reset_after_frame,
                  take_and_close)
from server import PATIENCE, Failure, free_port, wait_for
from wire import ALL, KEYED, UNKEYED, bets
from world import Skip, case, mounting


def place_of(server):
    """Where it listens, as --server wants it."""
    return server if isinstance(server, str) else f"127.0.0.1:{server.ports['agency']}"


def start(world, servers, *arguments, **options):
    """A client with these servers, in this order."""
    return Client(world, "--agency", "1", "--dialect", world.dialect.name, "--server", ",".join(map(place_of, servers)),
                  *arguments, defaults=False, **options)


def run(world, servers, *arguments, **options):
    return start(world, servers, *arguments, **options).wait()


def one_lottery(first, second):
    """Both servers have the same store from now on."""
    second.stored, second.keys = first.stored, first.keys


def expect_moves(sent, *moves):
    """What the log says of servers that failed: (server, whether a pause follows)."""
    told = [(line["server"], line["pause_ms"] != "0") for line in sent.log("connect", result="in_progress")]
    if told != [(place_of(server), paused) for server, paused in moves]:
        raise Failure(f"the client moved on from {told}:\n{sent.out}")


def expect_connected(sent, *servers):
    told = [line["server"] for line in sent.log("connect", result="success")]
    if told != [place_of(server) for server in servers]:
        raise Failure(f"the client was connected to {told}:\n{sent.out}")


def dead(world):
    """A server with a port, on which nothing listens."""
    return FakeServer(world.dialect, good)


def failing_after_two(world, fault):
    """A server that takes two frames, and then fails so; when the client comes back to it, it closes at once."""
    return FakeServer(world.dialect, good_first(2, fault), close_at_once)


# ---- Which one is used ---------------------------------------------------------------------------------------------

@case(ALL)
def server_that_is_dead_is_passed_over_at_once(world):
    agency_bets = five(world)
    first, second = dead(world), dead(world)
    with FakeServer(world.dialect, good) as third:
        sent = run(world, (first, second, third), *LONG_PAUSE, *FIVE).expect_done(winners=0)
        third.expect_shape("b1b1b1b1b1FR")
        third.expect_stored(agency_bets)
    expect_moves(sent, (first, False), (second, False))
    expect_connected(sent, third)
    if sent.seconds > NO_PAUSE_S:
        raise Failure(f"it took {sent.seconds:.1f} s")


@case(ALL)
def servers_that_are_all_dead_are_tried_in_turn_with_a_pause_after_the_last(world):
    five(world)
    servers = [dead(world) for _ in range(3)]
    refused = run(world, servers, "--retry-for", "0.5", "--retry-pause", "0.2", *FIVE).expect(
        FAILED, "gave up after 0.5 s without progress at any of 3 servers; the last was 127.0.0.1:",
        "Connection refused", "agency-1.csv: line 1 (1 bet): not sent")
    pauses = [line["pause_ms"] != "0" for line in refused.log("connect", result="in_progress")]
    if len(pauses) < 6 or any(paused != (number % 3 == 2) for number, paused in enumerate(pauses)):
        raise Failure(f"there were pauses: {pauses}")
    expect_moves(run(world, servers, "--retry-for", "0", *FIVE).expect(FAILED, "gave up after 0.0 s"),
                 (servers[0], False), (servers[1], False))


@case()
def server_that_works_is_kept_also_where_it_closes_after_each_answer(world):
    """Another one comes up meanwhile, before it in the list."""
    agency_bets = five(world)
    first = dead(world)

    def open_first(connection):
        first.listen()
        good_one(connection)

    with FakeServer(world.dialect, open_first, good_one) as second:
        run(world, (first, second), "--connection", "per-frame", *LONG_PAUSE, *FIVE).expect_done(winners=0)
        second.expect_stored(agency_bets)
        first.expect_shape("")
    first.close()


@case((KEYED,), heart=True)
def frame_of_a_server_that_fails_goes_to_the_next_one_under_the_same_key(world):
    """Whether it was stored or not: it is there once."""
    agency_bets = five(world)
    for fault in (take_and_close, lose_and_close, close_at_once, reset_after_frame):
        with failing_after_two(world, fault) as first, FakeServer(world.dialect, good) as second:
            one_lottery(first, second)
            sent = run(world, (first, second), *LONG_PAUSE, "--window", "2", *FIVE).expect_done(winners=0)
            first.expect_stored(agency_bets)
            keys = [frame[1] for frame in first.frames("batch")] + [frame[1] for frame in second.frames("batch")]
            if len(set(keys)) != 5 or sorted(set(keys)) != list(range(min(keys), min(keys) + 5)):
                raise Failure(f"five frames had the keys {keys}")
            if second.shape().count("F") != 1:
                raise Failure(f"the second server got {second.shape()!r}")
        expect_connected(sent, first, second)


@case((KEYED,))
def server_that_accepts_and_never_answers_is_followed_by_another(world):
    agency_bets = five(world)

    def silent(connection):
        connection.frame()
        connection.rest()

    with FakeServer(world.dialect, silent) as first, FakeServer(world.dialect, good) as second:
        sent = run(world, (first, second), "--answer-timeout", "0.3", *LONG_PAUSE, *FIVE).expect_done(winners=0)
        second.expect_stored(agency_bets)
        if first.frames("batch")[0][1] != second.frames("batch")[0][1]:
            raise Failure("the frame went to the second server under another key")
    expect_moves(sent, (first, False))
    if "the server was silent for 0.3 s" not in sent.out:
        raise Failure(f"the log does not say why: {sent.out}")


@case(UNKEYED, heart=True)
def frame_in_doubt_without_a_key_stops_the_client_at_whichever_server_it_was(world):
    agency_bets = five(world)
    first = dead(world)
    with FakeServer(world.dialect, good_first(2, take_and_close)) as second, FakeServer(world.dialect, good) as third:
        sent = run(world, (first, second, third), *FIVE)
        sent.expect(DOUBT, f"{place_of(second)}: ", "before it had answered")
        sent.expect_lines((1, 2, "stored"), (3, 3, "IN DOUBT"))
        third.expect_shape("")
        second.expect_stored(agency_bets[:3])


@case(UNKEYED)
def frame_in_doubt_without_a_key_is_resent_to_the_next_server_if_told(world):
    agency_bets = five(world)
    with failing_after_two(world, lose_and_close) as first, FakeServer(world.dialect, good) as second:
        one_lottery(first, second)
        run(world, (first, second), "--on-doubt", "resend", *LONG_PAUSE, *FIVE).expect_done(winners=0)
        first.expect_stored(agency_bets)
        second.expect_shape("b1b1b1FR")


@case(ALL, heart=True)
def winners_are_asked_of_another_server_if_the_one_that_was_waited_at_dies(world):
    five(world)

    def dies(connection):
        connection.frame()              # FINISH
        connection.fake.close()
        connection.send(connection.encoded_winners([1])[:-1])

    def tells(connection):
        connection.frame()
        connection.winners([7, 9])
        connection.receipt()

    with FakeServer(world.dialect, good_first(5, dies)) as first, FakeServer(world.dialect, tells) as second:
        sent = run(world, (first, second), "--winners", "winners", *LONG_PAUSE, *FIVE).expect_done(winners=2)
        second.expect_shape("FR")
        if first.frames("finish")[0][1] != second.frames("finish")[0][1]:
            raise Failure("the second FINISH had another key")
    expect_connected(sent, first, second)


@case()
def server_that_refuses_a_batch_is_named_and_no_other_is_asked(world):
    five(world)

    def refuse(connection):
        connection.frame()
        connection.answer(1)
        connection.rest()

    first = dead(world)
    with FakeServer(world.dialect, refuse) as second, FakeServer(world.dialect, good) as third:
        run(world, (first, second, third), *FIVE).expect(
            FAILED, f"the server {place_of(second)} refused bets (answer 1)").expect_lines((1, 1, "refused"))
        third.expect_shape("")


# ---- How they are given --------------------------------------------------------------------------------------------

@case()
def servers_are_given_as_a_list_by_several_options_by_variables_and_in_the_configuration(world):
    five(world)
    first, second = dead(world), dead(world)
    with FakeServer(world.dialect, good) as third:
        places = [place_of(server) for server in (first, second, third)]
        listed = ", ".join(places)
        one, two, three = places
        common = ("--agency", "1", client.FILE)
        for arguments, environment, config in (
                (("--server", listed), {}, ""),
                (("--server", one, "--server", f"{two},{three}"), {}, ""),
                ((), {"SORTEO_SERVER": listed}, ""),
                ((), {"CLI_SERVER_ADDRESS": listed}, ""),
                ((), {}, f"server:\n  address: \"{listed}\"\n"),
                ((), {}, f"server:\n  address:\n    - {one}\n    - {two}\n    - {three}\n"),
                ((), {"SORTEO_SERVER": listed}, "server.address: [nonsense, 'x:1']\n"),
                (("--server", listed), {"SORTEO_SERVER": "nonsense"}, "")):
            write_config(world, config)
            sent = Client(world, *arguments, *common, defaults=False, environment=environment).expect_done(winners=0)
            expect_moves(sent, (first, False), (second, False))
        if len(third.connections) != 8:
            raise Failure(f"there were {len(third.connections)} connections")


@case()
def servers_that_are_given_wrongly_are_refused_with_their_place(world):
    world.compares = False
    five(world)
    many = ",".join(f"h:{port}" for port in range(1, 18))
    for arguments, environment, config, said in (
            ((), {"SORTEO_SERVER": "a:1,"}, "", "a server's address is missing in 'a:1,' (--server"),
            ((), {}, "server:\n  address: [\"a:1\", \"b\"]\n", "'b' is not HOST:PORT (config.yaml:2: server.address)"),
            ((), {}, "server:\n  address: [\"a:1\", \"\"]\n", "config.yaml:2: server.address: '' is not allowed"),
            ((), {}, "server.address: []\n", "config.yaml:1: server.address: expected one value, or a list of them"),
            ((), {}, "server:\n  address: [[a]]\n", "server.address: expected one value, or a list of them"),
            (("--server", "a:1", "--server", "b:1,A:01"), {}, "", "the server's address 'A:01' is given twice"),
            (("--server", many), {}, "", "'h:17' is one more than the 16 that may be given")):
        write_config(world, config)
        Client(world, "--agency", "1", *arguments, client.FILE, defaults=False, environment=environment).expect(
            USAGE, said)


# ---- Names ---------------------------------------------------------------------------------------------------------

def tls_name():
    """The certificates of these tests are for addresses."""
    return {"SORTEO_TLS_NAME": "localhost"} if over_tls.is_on() else {}


@case()
def addresses_of_a_name_are_tried_one_after_the_other(world):
    agency_bets = five(world)
    hosts = write_file(world, b"127.0.0.3 lottery.example\n127.0.0.2 lottery.example\n127.0.0.1 lottery.example\n",
                       "hosts")
    prepare = mounting(hosts, "/etc/hosts")
    with FakeServer(world.dialect, good) as fake:
        name = f"lottery.example:{fake.ports['agency']}"
        sent = run(world, [name], *LONG_PAUSE, *FIVE, prepare=prepare, environment=tls_name()).expect_done(winners=0)
        fake.expect_stored(agency_bets)
    expect_connected(sent, f"{name} ({place_of(fake)})")
    if len(sent.log("connect", result="in_progress")) > 2 or sent.seconds > NO_PAUSE_S:
        raise Failure(f"it took {sent.seconds:.1f} s:\n{sent.out}")
    refused = run(world, [name], "--retry-for", "0", *FIVE, prepare=prepare, environment=tls_name())
    refused.expect(FAILED, f"{name} (127.0.0.", "gave up after")
    if len(refused.log("connect", result="in_progress")) != 2:
        raise Failure(f"not all of the three addresses were tried: {refused.out}")


@contextlib.contextmanager
def mute_name_server(world):
    """Yields what a client is prepared with so that it asks a name server that takes questions and answers none, and
    the socket to which they come."""
    path = write_file(world, b"nameserver 127.0.0.153\noptions timeout:30 attempts:3\n", "resolv.conf")
    prepare = mounting(path, "/etc/resolv.conf")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        try:
            mute.bind(("127.0.0.153", 53))
        except OSError as error:
            raise Skip(f"no port for a name server: {error}") from None
        mute.settimeout(PATIENCE)
        yield prepare, mute


@case(seconds=60)
def name_that_is_not_resolved_holds_up_neither_a_stop_nor_the_next_server(world):
    agency_bets = five(world)
    with mute_name_server(world) as (prepare, mute), FakeServer(world.dialect, good) as fake:
        servers = ("lottery.example:12345", "other.example:12345", fake)
        held = start(world, servers, *FIVE, prepare=prepare)
        mute.recv(512)
        stop(held, signal.SIGTERM, FAILED, "stopped by a signal")
        sent = run(world, servers, "--retry-for", "6", *LONG_PAUSE, *FIVE, prepare=prepare).expect_done(winners=0)
        fake.expect_stored(agency_bets)
    expect_moves(sent, (servers[0], False), (servers[1], False))
    if "not resolved in time" not in sent.out:
        raise Failure(f"the log does not say why: {sent.out}")


@case()
def stop_ends_the_search_for_a_server(world):
    five(world)
    for sig in (signal.SIGTERM, signal.SIGINT):
        searching = start(world, [dead(world) for _ in range(16)], "--retry-pause", "0.05", *FIVE)
        searching.wait_log("connect", 20, result="in_progress")
        stop(searching, sig, FAILED, "stopped by a signal", "agency-1.csv: line 1 (1 bet): not sent")


# ---- On a terminal -------------------------------------------------------------------------------------------------

@case()
def progress_bar_says_where_bets_go_if_there_are_several_servers(world):
    write_file(world, bets(10))
    with FakeServer(world.dialect, slow) as fake:
        for servers, wanted in (([fake], False), ([dead(world), fake], True)):
            master, slave = pty.openpty()
            shown = start(world, servers, "--batch", "1", "--log-level", "ERROR", client.FILE, stderr=slave,
                          environment={"TERM": "xterm"})
            os.close(slave)
            text = read_terminal(master, shown.process)
            os.close(master)
            shown.expect(client.DONE)
            if (f"at {place_of(fake)}".encode() in text) != wanted:
                raise Failure(f"with {len(servers)} servers, the terminal shows {text!r}")


# ---- One real server behind several addresses ----------------------------------------------------------------------

class Path:
    """An address through which a server is reached, in threads of its own."""

    def __init__(self, port):
        """`port`: the server's."""
        self.port = port
        self.address = f"127.0.0.1:{free_port()}"
        self.sockets = set()
        self.listener = None
        self.mend()

    def mend(self):
        host, port = self.address.split(":")
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((host, int(port)))
        self.listener.listen(16)
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def cut(self):
        """Nobody listens any more, and what is on its way is lost."""
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for sock in list(self.sockets):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def accept(self, listener):
        with contextlib.suppress(OSError):
            while True:
                client_end = listener.accept()[0]
                try:
                    server_end = socket.create_connection(("127.0.0.1", self.port))
                except OSError:
                    client_end.close()
                    continue
                for one, other in ((client_end, server_end), (server_end, client_end)):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self.sockets.add(one)
                    threading.Thread(target=self.carry, args=(one, other), daemon=True).start()

    @staticmethod
    def carry(one, other):
        """Until one end is over: then the other is."""
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)


def serve_behind(world, count, **options):
    """A server on ports that it keeps after a restart, and so many paths to it."""
    known = Known()
    world.serve(listen=f"127.0.0.1:{known.ports['agency']}", bet_listen=f"127.0.0.1:{known.ports['bets']}", **options)
    return [Path(known.ports["agency"]) for _ in range(count)]


def add_cut_case(dialects, doubt, window, heart=False):
    def test(world):
        agency_bets = bets(6000)
        write_file(world, agency_bets)
        paths = serve_behind(world, 3, agencies=1)
        sent = start(world, [path.address for path in paths], "--batch", "10", "--window", window, "--on-doubt", doubt,
                     "--retry-pause", "0.02", client.FILE)
        cut = None
        for turn in range(1, 8):
            wait_for(lambda: sent.process.poll() is not None or len(sent.log("apuesta_enviada")) >= 70 * turn,
                     "batches to be stored")
            if sent.process.poll() is None and turn % 3 == 0:
                world.server.restart("kill")
            cut = cut_the_used(sent, paths, cut)
        judge_cut(world, sent, agency_bets, doubt)
    test.__name__ = f"paths_cut_and_server_killed_in_mid_run_with_window_{window}_and_{doubt}"
    case(dialects, seconds=90, heart=heart)(test)


def cut_the_used(sent, paths, cut_before):
    """Cuts the path that the client uses, and mends the one that was cut before. Returns what is cut now."""
    used = [line["server"] for line in sent.log("connect", result="success")][-1:]
    for path in paths:
        if path.address in used and path is not cut_before:
            path.cut()
            if cut_before:
                cut_before.mend()
            return path
    return cut_before


def judge_cut(world, sent, agency_bets, doubt):
    sent.wait()
    if world.dialect.is_keyed:
        sent.expect(client.DONE)
        if len(sent.log("connect", result="success")) < 3:
            raise Failure(f"it never went elsewhere:\n{sent.out[:2000]}")
        world.ledger.stored += agency_bets
    else:
        assert doubt == "stop"
        world.compares = False
        compare_with_fates(world, sent, agency_bets)


add_cut_case((KEYED,), "stop", "1")
add_cut_case((KEYED,), "stop", "16")
add_cut_case(UNKEYED, "stop", "16")


@case(ALL, heart=True)
def agency_that_waits_when_its_path_is_cut_waits_elsewhere_and_gets_its_winners(world):
    paths = serve_behind(world, 2, agencies=2)
    agency_bets = bets(3) + bets(2, number=wire.WINNING)
    write_file(world, agency_bets)
    waits = start(world, [path.address for path in paths], "--winners", "winners", client.FILE)
    waits.wait_log("finish", result="in_progress")
    world.server.settle()
    paths[0].cut()
    waits.wait_log("connect", 2, result="success")
    waits.wait_log("finish", 2, result="in_progress")
    world.server.settle()
    other = world.peer(2)
    other.finish()
    other.expect_winners()
    other.receipt_and_leave()
    waits.expect_done(winners=2)
    world.ledger.stored += agency_bets
    world.expect_draws(1)
    paths[1].cut()


@case((KEYED,), seconds=90)
def client_that_is_killed_goes_on_at_another_address(world):
    """With --resume, and another list of servers each time."""
    agency_bets = bets(600)
    write_file(world, agency_bets)
    paths = serve_behind(world, 3, agencies=1)
    rng = random.Random(7)
    for _ in range(3):
        servers = [path.address for path in paths]
        rng.shuffle(servers)
        killed = start(world, servers[:2], "--batch", "2", "--resume", "place", client.FILE)
        wait_for(lambda: len(killed.log("apuesta_enviada")) >= 40 or killed.process.poll() is not None, "batches")
        killed.signal(signal.SIGKILL)
        killed.wait()
    servers = [path.address for path in paths]
    run(world, servers, "--batch", "2", "--resume", "place", client.FILE).expect_done(winners=0)
    world.ledger.stored += agency_bets
