"""What sorteo-client says over TLS: whose certificate was refused and why, and which of several servers does not fit;
and the keys that it keeps for a network analyser.
"""

import os
import re
import socket
import ssl
import subprocess
import threading

import wire
from certificates import Authority, Secrets
from server import PATIENCE, Failure, clean_environment, program
from tls import expect_logged, neighbour, serve
from wire import bets
from world import case

ROW = {"name": b"Ana", "surname": b"Paz", "document": 30904465, "birthdate": b"1999-03-17", "number": 7574}
REFUSED = "the server refused this client's certificate (CN={}, serial "


def run_client(world, address, holder, ca, *more, **environment):
    with open(os.path.join(world.folder, "rows.csv"), "w", encoding="utf-8") as file:
        file.write("Ana,Paz,30904465,1999-03-17,7574\n")
    secure = ["--tls", "--tls-ca", ca, "--tls-cert", holder[0], "--tls-key", holder[1]] if holder else []
    command = [program("sorteo-client"), "--agency", "1", "--server", address, "--retry-for", "600", *secure, *more]
    return subprocess.run([*command, file.name], capture_output=True, text=True, timeout=PATIENCE, check=False,
                          env=clean_environment(**environment))


def expect_client_says(done, *words):
    """It fails at once, with nothing in doubt."""
    if done.returncode != 1 or not all(word in done.stderr for word in words) or "IN DOUBT" in done.stderr:
        raise Failure(f"status {done.returncode}, wanted 1 and {words}: {done.stderr}")


# ---- What is refused --------------------------------------------------------------------------------------

@case(seconds=60)
def client_says_which_certificate_is_refused_and_does_not_go_on_trying(world):
    secrets = serve(world, workers=1, listen="127.0.0.1:0")
    ca, good = secrets.ca, secrets.ca.agency(1)
    other, beside = Authority(world.folder, "other"), neighbour(world, secrets)
    there, plain = (f"localhost:{world.server.ports[stream]}" for stream in ("agency_tls", "agency"))
    bad = "the peer says that the certificate is bad"
    for address, holder, authority, more, words in (
            (there, ca.sign("nobody"), ca, (), (REFUSED.format("nobody"), f"): {bad}")),
            (there, good, other, (), ("the server's certificate", "CN=server")),
            (there, good, ca, ("--tls-name", "elsewhere.example"), ("the server's certificate", "CN=server")),
            (there, good, ca, ("--dialect", "compact"), ("another dialect than this client (sorteo/compact)",)),
            (there, None, ca, (), ("the server speaks TLS here; see --tls",)),
            (plain, good, ca, (), ("the server does not speak TLS on this port; is it the plain one?",))):
        expect_client_says(run_client(world, address, holder, authority.certificate, *more), *words)
        beside.store(bets(1, 2))
    world.server.wait_log("apuesta_recibida", result="fail", reads_as="TLS")
    expired, early = (ca.sign(name, "URI:urn:sorteo:agency:1", days=days)
                      for name, days in (("expired", (-9, -1)), ("early", (1, 9))))
    for wrong, why in (((ca.folder, good[1]), "it is a folder"), ((ca.write("empty", ""), good[1]), "it is empty"),
                       (expired, "certificate: it has expired"), (early, "certificate: it is not valid yet"),
                       ((good[0], ca.agency(2)[1]), "it does not belong to the certificate")):
        done = run_client(world, there, wrong, ca.certificate)
        if done.returncode != 2 or f"{why} (nothing was sent)" not in done.stderr:
            raise Failure(f"status {done.returncode}, wanted 2 and {why}: {done.stderr}")
        beside.store(bets(1, 2))


@case(seconds=60)
def client_whose_certificate_was_revoked_or_is_of_another_ca_is_told_so(world):
    secrets = Secrets(world.folder)
    ca, other, lost = secrets.ca, Authority(world.folder, "other"), secrets.ca.agency(1)
    ca.revoke(lost[0])
    world.serve(workers=1, **secrets.options(tls_crl=ca.revocations()))
    beside = neighbour(world, secrets)
    there = f"localhost:{world.server.ports['agency_tls']}"
    for holder, name, why, logged in (
            (lost, "agency-1", "the peer says that the certificate was revoked", "certificate revoked"),
            (other.sign("stranger", "URI:urn:sorteo:agency:1"), "stranger",
             "the peer does not know the certificate's CA", "unable to get local issuer certificate")):
        expect_client_says(run_client(world, there, holder, ca.certificate), REFUSED.format(name), f"): {why}")
        expect_logged(world, "tls", name, logged)
        if len(world.server.log("tls", result="fail", reason=logged)) != 1:
            raise Failure(f"it went on trying: {world.server.log('tls', result='fail')}")
        beside.store(bets(1, 2))


@case()
def client_over_tls_that_is_given_no_certificate_sends_nothing(world):
    secrets = serve(world)
    beside = neighbour(world, secrets)
    done = run_client(world, f"localhost:{world.server.ports['agency_tls']}", None, None, "--tls", "--tls-ca",
                      secrets.ca.certificate)
    if done.returncode != 2 or "--tls needs --tls-cert FILE" not in done.stderr:
        raise Failure(f"status {done.returncode}, wanted 2 and which file is missing: {done.stderr}")
    beside.store(bets(1, 2))


@case(seconds=60)
def client_expects_of_each_server_the_name_that_it_is_given_under(world):
    """The certificate is for localhost and 127.0.0.1. A server that it does not fit is passed over; if it fits none,
    that is said at once, and so is a refusal of the client's own certificate, which no other server would take."""
    secrets = serve(world, tls_bet_listen="0.0.0.0:0")
    good = secrets.ca.agency(1)

    def use(hosts, *more, holder=good):
        listed = ",".join(f"{host}:{world.server.ports['bets_tls']}" for host in hosts)
        return run_client(world, listed, holder, secrets.ca.certificate, "--single", *more)

    for hosts, wanted, more in ((("127.0.0.2", "localhost"), "localhost", ()),
                                (("127.0.0.2", "127.0.0.3", "127.0.0.1"), "127.0.0.1", ()),
                                (("127.0.0.2", "127.0.0.1"), "127.0.0.2", ("--tls-name", "localhost"))):
        done = use(hosts, *more)
        used = re.findall(r"connect \| result: success \| server: (\S+?):\d+", done.stdout)
        passed = re.findall(r"connect \| result: in_progress \| server: (127\S+):\d+ \|.*CN=server", done.stdout)
        if done.returncode != 0 or used != [wanted] or passed != list(hosts[:hosts.index(wanted)]):
            raise Failure(f"status {done.returncode}, passed over {passed}, used {used}: {done.stdout}{done.stderr}")
        world.ledger.stored.append(wire.bet(**ROW))
    expect_client_says(use(("127.0.0.2", "127.0.0.3")), "127.0.0.3:", "the server's certificate", "CN=server")
    expect_client_says(use(("127.0.0.1", "localhost"), holder=secrets.ca.sign("nobody")), "127.0.0.1:", "CN=nobody")
    if len(world.server.log("tls", result="fail", reason="certificate names no agency: it has no SAN")) != 1:
        raise Failure("a certificate that was refused was shown to another server, too")


# ---- SSLKEYLOGFILE ----------------------------------------------------------------------------------------

def answer_one(listener, secrets, version, keys, served):
    """A server that takes one bet, and keeps the keys of its connection in a file of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(secrets.certificate, secrets.key)
    context.load_verify_locations(secrets.ca.certificate)
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols(["sorteo/wide"])
    context.minimum_version = context.maximum_version = version
    context.num_tickets = 0
    context.keylog_filename = keys
    peer = context.wrap_socket(listener.accept()[0], server_side=True)
    served.append(peer.recv(1024))
    peer.sendall(b"\0")
    peer.recv(1)
    peer.close()


def lines_of(path):
    """What a file of keys has, without remarks."""
    with open(path, encoding="ascii") as file:
        return {line for line in file.read().splitlines() if not line.startswith("#")}


@case()
def client_keeps_the_keys_of_its_connections_as_the_other_side_has_them(world):
    """Line by line: the same client random and the same secrets, so that they decrypt what was sent."""
    world.compares = False
    secrets, kept = Secrets(world.folder), os.path.join(world.folder, "kept")
    wanted = set()
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        theirs, served = os.path.join(world.folder, f"keys-{version.name}"), []
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(PATIENCE)
            server = threading.Thread(target=answer_one, args=(listener, secrets, version, theirs, served))
            server.start()
            done = run_client(world, f"localhost:{listener.getsockname()[1]}", secrets.ca.agency(1),
                              secrets.ca.certificate, "--single", SSLKEYLOGFILE=kept)
            server.join()
        if done.returncode != 0 or not served or b"Paz" not in served[0]:
            raise Failure(f"status {done.returncode}, the server got {served}: {done.stderr}")
        new = lines_of(theirs)
        if len({line.split()[1] for line in new}) != 1:
            raise Failure(f"the other side has not the keys of one connection: {new}")
        wanted |= new
    if lines_of(kept) != wanted or {"CLIENT_RANDOM", "CLIENT_TRAFFIC_SECRET_0"} - {line.split()[0] for line in wanted}:
        raise Failure(f"the client kept {sorted(lines_of(kept))}, the other side has {sorted(wanted)}")
    if os.stat(kept).st_mode & 0o777 != 0o600:
        raise Failure(f"its rights are {os.stat(kept).st_mode & 0o777:o}")


@case(heart=True)
def client_goes_on_without_a_file_for_its_keys_and_says_so_once(world):
    secrets = serve(world)
    beside = neighbour(world, secrets)
    there, pipe = f"127.0.0.1:{world.server.ports['bets_tls']}", os.path.join(world.folder, "pipe")
    os.mkfifo(pipe)     # which nobody reads
    one_bet = ("--single", "--tls-name", "localhost")   # whose address a new system may not know
    for path, why in ((os.path.join(world.folder, "none", "keys"), "No such file or directory"),
                      (world.folder, "Is a directory"), (pipe, "No such device or address"),
                      ("/dev/full", "No space left on device"), ("", None)):
        done = run_client(world, there, secrets.ca.agency(1), secrets.ca.certificate, *one_bet, SSLKEYLOGFILE=path)
        said = f"sorteo-client: SSLKEYLOGFILE: {path}: {why} (continuing without logging keys)\n" if why else ""
        if done.returncode != 0 or done.stderr != said:
            raise Failure(f"status {done.returncode}, wanted 0 and {said!r}: {done.stderr!r}")
        world.ledger.stored.append(wire.bet(**ROW))
        beside.store(bets(1, 2))


@case()
def server_keeps_no_keys(world):
    """Whoever started it may have that variable set: all agencies' keys would be in that file."""
    path = os.path.join(world.folder, "keys")
    secrets = Secrets(world.folder)
    world.serve(environment={"SSLKEYLOGFILE": path}, **secrets.options(sandbox="off"))     # nothing else hinders it
    neighbour(world, secrets).store(bets(1, 2))
    if os.path.exists(path):
        raise Failure(f"the server has written {path}")
