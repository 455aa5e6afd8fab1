"""Clients that share nothing with ours, over TLS: openssl s_client, GnuTLS's gnutls-cli, curl; and what a scanner
finds.

After each the agencies beside it go on.
"""

import contextlib
import os
import select
import shutil
import socket
import subprocess
import time

import tls_scan
import wire
from server import PATIENCE, Failure, free_port, wait_for
from tls import connect, neighbour, serve
from wire import bets
from world import Skip, case

VERSIONS = ("1.2", "1.3")
ASKS = "sorteo/wide"


# ---- Their programs -----------------------------------------------------------------------------------------

def s_client(world, secrets, *more, port=None):
    certificate, key = secrets.ca.agency(1)
    port = port or world.server.ports["agency_tls"]
    return ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost", "-CAfile",
            secrets.ca.certificate, "-cert", certificate, "-key", key, "-alpn", ASKS, "-verify_return_error",
            "-verify_hostname", "localhost", *more]


def gnutls_cli(world, secrets, version):
    certificate, key = secrets.ca.agency(1)
    return ["gnutls-cli", "--port", str(world.server.ports["agency_tls"]), "--x509cafile", secrets.ca.certificate,
            "--x509certfile", certificate, "--x509keyfile", key, "--alpn", ASKS, "--priority",
            f"NORMAL:-VERS-ALL:+VERS-TLS{version}", "--logfile", os.path.join(world.folder, "gnutls.log"), "localhost"]


def need(name):
    if shutil.which(name) is None:
        raise Skip(f"needs {name}")


@contextlib.contextmanager
def running(command):
    """With what it says about itself, unless it says only what it receives."""
    said = subprocess.DEVNULL if "-quiet" in command else subprocess.STDOUT
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, bufsize=0) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(process, wanted):
    """What it said, up to that."""
    said, deadline = b"", time.monotonic() + PATIENCE
    while wanted not in said:
        if not select.select([process.stdout], [], [], max(0, deadline - time.monotonic()))[0]:
            raise Failure(f"waited for {wanted!r}, and it said: {said!r}")
        piece = process.stdout.read(4096)
        if not piece:
            raise Failure(f"ended before it said {wanted!r}: {said!r}")
        said += piece
    return said


def expect_stored(world, command):
    """A batch goes in, and a byte 0 comes out."""
    batch = bets(2)
    with running(command) as process:
        process.stdin.write(wire.encode_batch(world.dialect, batch, 0))
        said = read_until(process, b"\0")
        if said != b"\0":
            raise Failure(f"{command[0]} got {said!r}")
    world.ledger.stored += batch


@case(heart=True)
def openssl_s_client_stores_a_batch(world):
    secrets = serve(world)
    beside = neighbour(world, secrets)
    for version in VERSIONS:
        expect_stored(world, s_client(world, secrets, "-quiet", "-tls" + version.replace(".", "_")))
    beside.store(bets(1, 2))


@case()
def gnutls_cli_stores_a_batch(world):
    need("gnutls-cli")
    secrets = serve(world)
    beside = neighbour(world, secrets)
    for version in VERSIONS:
        expect_stored(world, gnutls_cli(world, secrets, version))
    beside.store(bets(1, 2))


@case()
def curl_is_told_that_its_protocol_is_not_spoken_here(world):
    """It cannot be made to ask for another one, nor to speak it."""
    need("curl")
    secrets = serve(world)
    beside = neighbour(world, secrets)
    certificate, key = secrets.ca.agency(1)
    done = subprocess.run(["curl", "-sS", "--cacert", secrets.ca.certificate, "--cert", certificate, "--key", key,
                           f"https://localhost:{world.server.ports['agency_tls']}/"], capture_output=True, text=True,
                          timeout=PATIENCE, check=False)
    if done.returncode != 35 or "no application protocol" not in done.stderr:
        raise Failure(f"curl: status {done.returncode}: {done.stderr}")
    refused = world.server.wait_log("tls", result="fail", serves=ASKS)[-1]
    if refused["asked_for"] not in ("h2", "http/1.1"):
        raise Failure(f"the log says that it asked for {refused}")
    beside.store(bets(1, 2))


# ---- What OpenSSL's client offers beyond a plain handshake ---------------------------------------------------

@case()
def renegotiation_is_declined_and_the_agencies_go_on(world):
    secrets = serve(world)
    beside = neighbour(world, secrets)
    with running(s_client(world, secrets, "-tls1_2")) as client:
        read_until(client, b"Extended master secret")
        client.stdin.write(b"R\n")
        read_until(client, b"no renegotiation")
    refused = world.server.wait_log("tls", result="fail")[-1]
    if refused["reason"] != "handshake failure":
        raise Failure(f"the log says {refused}")
    beside.store(bets(1, 2))


def can_connect(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def session_with_early_data(world, secrets):
    """The path of a session that another server of this name has made, and that allows early data."""
    session, port = os.path.join(world.folder, "session"), free_port()
    with running(["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-cert", secrets.certificate, "-key",
                  secrets.key, "-alpn", ASKS, "-early_data", "-quiet"]) as server:
        server.stdin.close()                # at its end it looks at what has come, and gives its ticket
        wait_for(lambda: can_connect(port), "openssl s_server to listen")
        with running(s_client(world, secrets, "-tls1_3", "-sess_out", session, port=port)) as client:
            read_until(client, b"Max Early Data: 16384")
            client.wait(PATIENCE)
    return session


@case()
def early_data_and_the_session_that_it_is_sent_with_are_refused(world):
    secrets = serve(world, log_level="DEBUG")
    beside = neighbour(world, secrets)
    early = os.path.join(world.folder, "early")
    with open(early, "wb") as file:
        file.write(wire.encode_batch(world.dialect, bets(2), 0))       # of which nothing may be stored
    session = session_with_early_data(world, secrets)
    with running(s_client(world, secrets, "-tls1_3", "-sess_in", session, "-early_data", early)) as client:
        said = read_until(client, b"Verify return code")
        if b"Early data was rejected" not in said or b"Reused" in said:
            raise Failure(f"s_client says {said.decode(errors='replace')}")
        if b"Post-Handshake New Session Ticket" in said:
            raise Failure("the server gives a ticket")
        world.server.wait_log("tls", result="success", agencies="1", version="TLSv1.3")
    beside.store(bets(1, 2))
    connect(world, secrets, secrets.ca.agency(1)).store()


# ---- A scanner ----------------------------------------------------------------------------------------------

# What stands, and why; all else that sslscan looks for it must not find.
STANDS = {
    ("protocol", "1.2"): "frameworks that agencies use may know no newer one",
    ("protocol", "1.3"): "the newest",
    ("cipher", "TLS_AES_256_GCM_SHA384"): "AEAD, forward secrecy",
    ("cipher", "TLS_CHACHA20_POLY1305_SHA256"): "AEAD, forward secrecy; fast without AES in the processor",
    ("cipher", "TLS_AES_128_GCM_SHA256"): "AEAD, forward secrecy; mandatory in TLS 1.3",
    ("cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"): "AEAD, forward secrecy",
    ("cipher", "ECDHE-ECDSA-AES128-GCM-SHA256"): "AEAD, forward secrecy",
    ("cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"): "AEAD, forward secrecy",
    ("group", "x25519"): "elliptic curve",
    ("group", "x448"): "elliptic curve",
    ("group", "secp256r1 (NIST P-256)"): "elliptic curve",
    ("group", "secp384r1 (NIST P-384)"): "elliptic curve",
    ("group", "secp521r1 (NIST P-521)"): "elliptic curve",
    ("issuer", "lottery"): "a CA of one's own: only agencies and server need to know it",
}


def findings(root):
    for protocol in root.iter("protocol"):
        if protocol.get("enabled") == "1":
            yield "protocol", protocol.get("version")
    for kind, name in (("cipher", "cipher"), ("group", "name")):
        for found in root.iter(kind):
            yield kind, found.get(name)
    for found in root.iter("renegotiation"):
        if found.get("supported") == "1":
            yield "renegotiation", "supported"
    for found in root.iter("compression"):
        if found.get("supported") == "1":
            yield "compression", "supported"
    for found in root.iter("issuer"):
        yield "issuer", found.text
    for found in root.iter("certificate"):
        for wrong in ("self-signed", "expired"):
            if found.findtext(wrong) == "true":
                yield "certificate", wrong


@case(seconds=60)
def scanner_finds_what_is_explained_and_nothing_else(world):
    secrets = serve(world)
    beside = neighbour(world, secrets)
    root = tls_scan.scan(world.folder, world.server.ports["agency_tls"], ASKS.encode(), *secrets.ca.agency(1))
    found = set(findings(root))
    if found != set(STANDS):
        raise Failure(f"not explained: {sorted(found - set(STANDS))}; not found: {sorted(set(STANDS) - found)}")
    beside.store(bets(1, 2))
