"""Connections through a proxy (--proxy-from): the header of the PROXY protocol, version 2, in front of their bytes. Who
is named in the log and counted is who the header says; whose agency it is never comes from there."""

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import time

import tls
import wire
from acceptor import expect_replaced
from peer import Peer
from server import PATIENCE, Failure, free_port, wait_for
from start import expect_usage_error
from wire import bets
from world import Skip, case

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LOCAL, PROXY = 0x20, 0x21
TCP4, TCP6 = 0x11, 0x21
ALICE, BOB = "203.0.113.7", "2001:db8::8"
HERE = "127.0.0.1"                      # the proxy; the other peers come from 127.0.0.2


def header(source=ALICE, command=PROXY, tlvs=b"", length=None, family=None):
    kind = socket.AF_INET6 if ":" in source else socket.AF_INET
    addresses = socket.inet_pton(kind, source) * 2 + struct.pack(">HH", 4711, 443) + tlvs
    return SIGNATURE + struct.pack(">BBH", command, family or (TCP6 if ":" in source else TCP4),
                                   len(addresses) if length is None else length) + addresses


def through(world, head, agency=1, stream="agency"):
    peer = world.peer(agency, stream)
    peer.send(head)
    return peer


def neighbour(world):
    return world.peer(2, source="127.0.0.2")


def expect_line(world, action, **pairs):
    if not world.server.wait_log(action, **pairs):
        raise Failure(f"the log has no {action} with {pairs}")


# ---- Who is named -----------------------------------------------------------------------------------------

@case(heart=True)
def peer_in_the_log_is_the_one_in_the_header(world):
    world.serve(proxy_from=f"192.0.2.0/24,{HERE}", log_level="DEBUG")
    world.peers.append(Peer(world.server, world.dialect, 1, "agency", world.ledger))
    peer, batch = world.peers[-1], bets(2)
    proxy = f"{HERE}:{peer.socket.getsockname()[1]}"
    peer.pending.append(batch)
    peer.send(header() + wire.encode_batch(world.dialect, batch, 0))    # in one piece
    peer.expect_answer(0)
    expect_line(world, "apuesta_recibida", result="success", peer=f"{ALICE}:4711", proxy=proxy)
    expect_line(world, "proxy", result="success", peer=f"{ALICE}:4711", proxy=proxy)
    single = through(world, header(BOB), 2, "bets")
    single.store_single()
    expect_line(world, "apuesta_almacenada", result="success", peer=f"[{BOB}]:4711")
    single.send(b"\xff" * 300)
    single.expect_closed(b"\1")
    expect_line(world, "apuesta_almacenada", result="fail", peer=f"[{BOB}]:4711", field="NAME")
    neighbour(world).store(bets(1, 2))
    if any("proxy" in line for line in world.server.log("apuesta_recibida", agency="2")):
        raise Failure("a peer that came through no proxy has one in the log")


@case()
def header_that_comes_byte_by_byte_or_with_more_than_is_used_is_one(world):
    world.serve(proxy_from=HERE)
    peer = world.peer()
    peer.drip(header(tlvs=b"\x04\0\0" + b"\x03\0\x04\1\2\3\4"))
    peer.store()
    through(world, header(tlvs=b"\xe0\x01\x00" + bytes(256))).store()
    expect_line(world, "apuesta_recibida", count=2, peer=f"{ALICE}:4711")


@case()
def proxys_own_connection_keeps_its_address_and_may_end_at_once(world):
    world.serve(proxy_from=HERE, log_level="DEBUG", max_per_address=1)
    for head in (b"", header(command=LOCAL), header(length=0, command=LOCAL)[:16]):     # health checks
        through(world, head).half_close()
    peers = [through(world, header(command=LOCAL, family=0)), through(world, SIGNATURE + b"\x21\0\0\0")]
    for agency, peer in enumerate(peers, 1):
        peer.agency = agency
        peer.store(bets(1, agency))
        expect_line(world, "apuesta_recibida", peer=f"{HERE}:{peer.socket.getsockname()[1]}", agency=str(agency))
    if world.server.log("close", result="fail") or world.server.log("proxy", result="fail"):
        raise Failure("the log warns of a health check")


# ---- What is not a header -----------------------------------------------------------------------------------------

@case()
def connection_of_a_proxy_without_a_good_header_is_closed_and_the_log_says_why(world):
    world.serve(proxy_from=HERE)
    beside = neighbour(world)
    for head, reason in ((header()[:11], "the connection ended inside the PROXY header"),
                         (header()[:20], "the connection ended inside the PROXY header"),
                         (wire.encode_batch(world.dialect, bets(1), 0), "no PROXY protocol header"),
                         (b"PROXY TCP4 203.0.113.7 192.0.2.1 4711 443\r\n", "version 1 is not supported"),
                         (header(command=0x11), "other than 2"),
                         (header(command=0x22), "unknown command"),
                         (header(family=0x41), "unknown family"),
                         (header(family=0x12), "datagrams"),
                         (header(length=521), "longer than 536 bytes"),
                         (header(length=11), "too short for its addresses"),
                         (header(tlvs=b"\x04\0\1"), "TLV")):
        for stream in ("agency", "bets"):
            peer = through(world, head, stream=stream)
            with contextlib.suppress(OSError):      # it may be reset already
                peer.half_close()
            peer.expect_closed(reset_ok=True)
        wait_for(lambda reason=reason: any(reason in line.get("reason", "") and line["proxy"].startswith(HERE)
                                           for line in world.server.log("proxy", result="fail")),
                 f"a line of the log that says: {reason}")
        beside.store(bets(1, 2))


@case()
def second_header_and_one_from_elsewhere_are_bytes_that_the_grammar_refuses(world):
    world.serve(proxy_from=HERE)
    for peer in (through(world, header() * 2), world.peer(source="127.0.0.2")):
        peer.send(header())
        peer.expect_closed(b"\1", reset_ok=True)
    expect_line(world, "apuesta_recibida", count=2, result="fail", reads_as="a PROXY protocol header")
    neighbour(world).store(bets(1, 2))


@case()
def header_that_is_not_complete_in_time_ends_its_connection(world):
    world.serve(proxy_from=HERE, first_byte_timeout=0.5)
    for head in (b"", header()[:-1]):
        through(world, head).expect_closed(reset_ok=True)
    expect_line(world, "close", result="fail", reason="no complete PROXY header in time")


@case()
def bytes_of_headers_that_are_not_complete_count_as_unfinished(world):
    world.serve(proxy_from=HERE, workers=1, max_unfinished=4096, first_byte_timeout=600)
    beside = neighbour(world)
    part = header(tlvs=b"\xe0\x01\xf0" + bytes(496))[:-1]
    for _ in range(9):
        through(world, part)
    expect_line(world, "close", result="fail", reason="too many bytes of incomplete frames")
    beside.store(bets(1, 2))


@case()
def malformed_address_or_prefix_is_a_usage_error(world):
    expect_usage_error(world, ["--proxy-from", f"{HERE},10.0.0.1/8"], "--proxy-from: '10.0.0.1/8'")
    expect_usage_error(world, ["--proxy-from", "localhost"], "--proxy-from: 'localhost'")
    expect_usage_error(world, [], "SORTEO_PROXY_FROM: '10.0.0.0/33'", SORTEO_PROXY_FROM="::1,10.0.0.0/33")
    world.serve(environment={"SORTEO_PROXY_FROM": f"::1,{HERE}"})
    through(world, header()).store()


# ---- Limits -----------------------------------------------------------------------------------------------

def expect_full(world, peer):
    peer.expect_closed(reset_ok=True)
    expect_line(world, "close", result="fail", reason="connection limit of its address reached")


@case()
def limit_of_an_address_counts_by_the_header_and_not_by_the_proxy(world):
    world.serve(proxy_from=HERE, workers=1, agencies=3, max_per_address=2, first_byte_timeout=600, untaken_timeout=600)
    idle, one = through(world, header()), through(world, header())
    one.store()
    world.server.settle()
    others = [through(world, header(f"203.0.113.{100 + i}"), 3) for i in range(4)]
    two = through(world, header(), 2)   # takes the place of the idle one
    two.store(bets(1, 2))
    idle.expect_closed(reset_ok=True)
    full = through(world, header() + wire.encode_batch(world.dialect, bets(1), 0)[:-1])
    expect_full(world, full)            # though a frame was under way
    others[-1].store(bets(1, 3))
    one.store()
    two.store(bets(1, 2))


@case(seconds=60)
def next_acceptor_knows_what_was_reported(world):
    world.serve(proxy_from=HERE, workers=1, max_per_address=1)
    peer = through(world, header())
    peer.store()
    acceptor = wait_for(world.server.acceptor, "the acceptor")
    os.kill(acceptor, signal.SIGKILL)
    expect_replaced(world, world.server.acceptor, acceptor)
    wait_for(world.server.acceptor, "the next acceptor")
    expect_full(world, through(world, header()))
    through(world, header(BOB), 2).store(bets(1, 2))
    peer.store()


@case(seconds=60)
def connection_whose_acceptor_dies_before_it_rules_goes_on(world):
    world.serve(proxy_from=HERE, workers=1)
    peer, batch = world.peer(), bets(2)
    world.server.settle()
    acceptor = wait_for(world.server.acceptor, "the acceptor")
    os.kill(acceptor, signal.SIGSTOP)
    peer.pending.append(batch)
    peer.send(header() + wire.encode_batch(world.dialect, batch, 0))
    peer.expect_silence()               # no ruling on its address has come
    os.kill(acceptor, signal.SIGKILL)
    peer.expect_answer(0)
    expect_line(world, "apuesta_recibida", result="success", peer=f"{ALICE}:4711")


# ---- TLS --------------------------------------------------------------------------------------------------

def shake_hands(world, secrets, peer, holder):
    peer.__class__ = tls.TlsPeer
    asks = f"sorteo/{world.dialect.name}"
    peer.socket = tls.context(secrets, holder, asks).wrap_socket(peer.socket, server_hostname="localhost")
    return peer


@case(heart=True)
def header_comes_before_tls_and_the_certificate_alone_says_who_speaks(world):
    secrets = tls.serve(world, proxy_from=HERE)
    one = shake_hands(world, secrets, through(world, header(), 1, "agency_tls"), secrets.ca.agency(1))
    one.store()
    expect_line(world, "apuesta_recibida", result="success", peer=f"{ALICE}:4711")
    single = shake_hands(world, secrets, through(world, header(BOB), 2, "bets_tls"), secrets.ca.agency(1))
    single.refuse_single()              # the certificate is agency 1's
    expect_line(world, "apuesta_almacenada", result="fail", peer=f"[{BOB}]:4711",
                reason="agency not in the connection's certificate")
    for head, reason in ((b"\x16\x03\x01\x02\0\1", "no PROXY protocol header"), (header()[:-1], "ended inside")):
        peer = through(world, head, 1, "agency_tls")
        with contextlib.suppress(OSError):
            peer.half_close()
        peer.expect_closed(reset_ok=True)
        wait_for(lambda reason=reason: any(reason in line["reason"] for line in world.server.log("proxy")), reason)
    twice = through(world, header() * 2, 1, "agency_tls")
    twice.receive_rest(reset_ok=True)   # an alert
    expect_line(world, "tls", result="fail", peer=f"{ALICE}:4711")
    one.store()


# ---- A proxy that others wrote ----------------------------------------------------------------------------

@case(seconds=60)
def haproxy_in_front_hides_nobody(world):
    if shutil.which("haproxy") is None:
        raise Skip("haproxy is not installed")
    world.serve(proxy_from=HERE)
    port, settings = free_port(), os.path.join(world.folder, "haproxy.cfg")
    with open(settings, "w", encoding="ascii") as file:
        file.write(f"""global
    maxconn 100
defaults
    mode tcp
    timeout connect 60s
    timeout client 60s
    timeout server 60s
listen bets
    bind 127.0.0.1:{port}
    server sorteo 127.0.0.1:{world.server.ports['agency']} send-proxy-v2 check inter 200ms check-send-proxy
""")
    with subprocess.Popen(["haproxy", "-db", "-q", "-f", settings]) as proxy:
        try:
            front = type("Front", (), {"host": HERE, "ports": {"agency": port}})
            peer = connect_patiently(front, world)
            peer.store()
            here = peer.socket.getsockname()[1]
            expect_line(world, "apuesta_recibida", result="success", peer=f"127.0.0.3:{here}")
            peer.close()
        finally:
            proxy.kill()
    if world.server.log("proxy", result="fail"):
        raise Failure("a header or health check of haproxy was refused")


def connect_patiently(front, world):
    """It may not listen yet."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return Peer(front, world.dialect, 1, "agency", world.ledger, source="127.0.0.3")
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
