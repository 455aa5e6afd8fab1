"""The same tests and rigs over TLS (--tls): servers listen with TLS, and peers, clients and fake servers speak it.

A test does not notice. One certificate speaks for every agency, so that nothing is refused that would not be without
TLS; whom a certificate speaks for is tested in tls.py. What makes no sense over TLS is in SENSELESS.
"""

import contextlib
import functools
import os
import ssl

from tls_socket import TlsSocket

SHAKEN_WITHIN = 2.0     # seconds; a server that is stopped comes to it later
AGENCIES = range(1, 256)
SERVERS = ("DNS:localhost", "IP:127.0.0.1", "IP:127.0.0.2", "IP:::1", "IP:10.0.0.1", "IP:10.0.0.2")
STREAMS = {"agency_tls": "agency", "bets_tls": "bets"}

# Modules, and beginnings of tests' names, that run without TLS alone, and why.
SENSELESS = {
    "tls": "it is about TLS itself",
    "tls_client": "it is about TLS itself",
    "tls_foreign": "it is about TLS itself",
    "proxied": "the header comes before the handshake",
    "config": "a config file gives the port",
    "environment_gives_the_defaults": "the environment gives the port",
    "connections_beyond_the_limit_are_served": "who waits to be accepted cannot say anything",
    "signals_without_a_meaning": "SIGHUP reads the certificates again",
    "peer_of_ipv6_is_named": "it speaks over a socket of its own",
    "server_listens_on": "it speaks over a socket of its own",
    "name_is_listened_on": "it speaks over a socket of its own",
    "winners_beyond_the_last_are_not": "a worker's word for a connection that it does not have is not taken",
    "worker_that_does_not_take": "the handshakes that a stopped worker keeps waiting take its --hang-timeout",
    "connection_is_not_passed_on_while": "a worker that is stopped for the whole test makes no handshake",
    "connections_of_a_worker_that_cannot": "a worker that is stopped for the whole test makes no handshake",
    "worker_that_makes_no_room": "the handshakes that a stopped worker keeps waiting take its --hang-timeout",
    "bets_that_were_refused_elsewhere": "a server of another dialect refuses the handshake",
    "conform": "the tool speaks no TLS",
    "load": "the tool speaks no TLS",
}

# The same for rigs.
SENSELESS_RIGS = {
    "cuts": "it cuts at each byte of a frame, and over TLS there is none before a whole record",
    "stolen": "what it plants is not encrypted",
    "arrivals": "it counts connections that say nothing",
    "load": "its crowds say nothing, or what is no TLS",
    "surroundings": "its clock jumps ten years, and no certificate is valid there",
}


class Files:
    """Paths of what a server needs, and of what all its peers have."""

    authority = certificate = key = peers_certificate = peers_key = None
    used = None         # is there once a peer, or a client, of any process of this run has spoken TLS


def begin(folder):
    """From here on everything is over TLS. Makes the certificates, in this folder."""
    from certificates import Authority  # which uses what uses this
    ca = Authority(folder)
    Files.certificate, Files.key = ca.sign("server", *SERVERS)
    Files.peers_certificate, Files.peers_key = ca.sign("agencies", *(f"URI:urn:sorteo:agency:{agency}"
                                                                     for agency in AGENCIES))
    Files.authority, Files.used = ca.certificate, os.path.join(folder, "used")


def is_on():
    return Files.authority is not None


@functools.lru_cache(maxsize=None)
def note_use():
    with open(Files.used, "a", encoding="ascii"):
        pass


def was_used():
    return os.path.exists(Files.used)


def skip_senseless(case):
    from world import Skip
    for part, reason in SENSELESS.items():
        if is_on() and (part == case.function.__module__ or case.name.startswith(part)):
            raise Skip(f"not over TLS: {reason}")


# ---- The programs --------------------------------------------------------------------------------------------

def server_options(options):
    """The same ports over TLS, unless it has its own."""
    ports = {port: options.get(port) for port in ("listen", "bet_listen")}
    if not is_on() or not any(ports.values()) or any(name.startswith("tls_") for name in options):
        return options
    over = {f"tls_{port}": address for port, address in ports.items()}
    return {**options, **dict.fromkeys(ports), **over, "tls_cert": Files.certificate, "tls_key": Files.key,
            "tls_client_ca": Files.authority}


def stream_of(name):
    """What tests call a stream that the log names so."""
    return STREAMS.get(name, name) if is_on() else name


def client_environment():
    if not is_on():
        return {}
    note_use()
    return {"SORTEO_TLS": "yes", "SORTEO_TLS_CA": Files.authority, "SORTEO_TLS_CERT": Files.peers_certificate,
            "SORTEO_TLS_KEY": Files.peers_key}


# ---- The harness's own ends ----------------------------------------------------------------------------------

@functools.lru_cache(maxsize=None)
def context_of(dialect, is_server):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if is_server else ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(Files.authority)
    context.load_cert_chain(*((Files.certificate, Files.key) if is_server
                              else (Files.peers_certificate, Files.peers_key)))
    context.set_alpn_protocols([f"sorteo/{dialect}"])
    if is_server:
        context.verify_mode = ssl.CERT_REQUIRED
        context.num_tickets = 0
    return context


def connected(sock, dialect):
    """A client's end of a connection that has just been made. The handshake goes on with what is sent or received, if
    the server does not answer now."""
    if not is_on():
        return sock
    over = TlsSocket(sock, context_of(dialect.name, False), "localhost")
    patience = sock.gettimeout()
    sock.settimeout(SHAKEN_WITHIN)
    with contextlib.suppress(TimeoutError, ConnectionError):
        if over.shake():
            note_use()
    sock.settimeout(patience)
    return over


def accepted(sock, dialect):
    """A server's end, whose handshake comes with what is received or sent."""
    return TlsSocket(sock, context_of(dialect.name, True)) if is_on() else sock


def shake(sock):
    """Completes the handshake of a server's end. A client that has gone meanwhile is found by who reads next."""
    if isinstance(sock, TlsSocket):
        with contextlib.suppress(OSError):
            sock.shake()


def pending(sock):
    """Bytes that were decrypted and not yet received."""
    return sock.pending() if isinstance(sock, TlsSocket) else 0

