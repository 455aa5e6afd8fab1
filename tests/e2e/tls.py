"""TLS (protocol, section 10): which certificates are accepted, for which frames, what each side says when it refuses
one, and new certificates for a running server. After each refusal another agency's connection still works."""

import contextlib
import os
import pwd
import re
import select
import shlex
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import time

import wire
from certificates import Authority, Secrets
from lies import AGENCIES, PASS, Captive, expect_expelled, holds, message
from peer import Ended, Peer
from server import PATIENCE, UNIT, Failure, free_port, has_name, open_files, read_text, wait_for
from wire import ALL, bets
from world import Skip, case

CAP_DAC_READ_SEARCH = 2


# ---- Over TLS ---------------------------------------------------------------------------------------------

def serve(world, **options):
    """Returns what the server was given."""
    secrets = Secrets(world.folder)
    world.serve(**secrets.options(**options))
    return secrets


def context(secrets, holder, asks, version=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(secrets.ca.certificate)
    if holder:
        made.load_cert_chain(*holder)
    if asks:
        made.set_alpn_protocols([asks])
    if version:
        made.minimum_version = made.maximum_version = version
    return made


class TlsPeer(Peer):
    def half_close(self):
        """Ends our direction without close_notify, which has the same effect."""
        socket.socket.shutdown(self.socket, socket.SHUT_WR)


def connect(world, secrets, holder, agency=1, stream="agency", asks=None, version=None, source=None):
    peer = TlsPeer(world.server, world.dialect, agency, stream + "_tls", world.ledger, source=source)
    world.peers.append(peer)
    asks = f"sorteo/{world.dialect.name}" if asks is None else asks
    peer.socket = context(secrets, holder, asks, version).wrap_socket(peer.socket, server_hostname="localhost")
    return peer


def neighbour(world, secrets):
    """It has spoken, so that the deadline of its first byte is over."""
    peer = connect(world, secrets, secrets.ca.agency(2), 2)
    peer.store(bets(1, 2))
    return peer


def neighbour_in_time(world, secrets):
    """The same beside a deadline of the first byte that even a neighbour may miss, on a slow machine: then another
    tries."""
    def attempt():
        with contextlib.suppress(Ended, OSError):
            return neighbour(world, secrets)
        return None
    return wait_for(attempt, "a neighbour to speak in time")


def expect_logged(world, action, name, reason):
    """Waits for the line about this certificate, and for no other reason."""
    def lines():
        return [line for line in world.server.log(action, result="fail")
                if f"CN={name}, serial " in line.get("certificate", "")]
    came = [line["reason"] for line in wait_for(lines, f"a line of {action} about {name}")]
    if set(came) != {reason}:
        raise Failure(f"the log says of {name}: {came}, wanted {reason}")


def expect_refused(world, secrets, holder, alert, **more):
    """In TLS 1.3 the client learns it only when it reads."""
    try:
        connect(world, secrets, holder, **more).receive(1)
    except ssl.SSLError as error:
        if alert not in str(error).upper().replace(" ", "_"):
            raise Failure(f"the server said {error}, wanted {alert}") from None
        return
    raise Failure("it was let in")


@case(ALL, heart=True)
def round_over_tls_is_one_as_without(world):
    secrets = serve(world, log_level="DEBUG")
    # From addresses of their own: of one address the log has a line about a handshake each second.
    one = connect(world, secrets, secrets.ca.agency(1), version=ssl.TLSVersion.TLSv1_2, source="127.0.1.1")
    two = connect(world, secrets, secrets.ca.agency(1, 2), 2, source="127.0.1.2")
    winner = wire.bet(1, wire.WINNING)
    one.store([*bets(100), winner])
    connect(world, secrets, secrets.ca.agency(2), 2, "bets", source="127.0.1.3").store_single()
    two.finish()
    one.finish()
    one.half_close()                        # and is still owed its winners
    one.expect_winners([winner])
    one.expect_closed()
    two.expect_winners()
    two.receipt_and_leave()
    for agencies, version in (("1", "TLSv1.2"), ("1,2", "TLSv1.3"), ("2", "TLSv1.3")):
        world.server.wait_log("tls", result="success", agencies=agencies, version=version)


@case()
def plain_port_is_off_unless_it_is_asked_for_and_named_loudly(world):
    serve(world, listen=None)
    if world.server.log("listen", stream="agency") or world.server.log("listen", stream="bets"):
        raise Failure("there is a plain port, though none was asked for")
    world.server.stop()
    secrets = serve(world, listen=f"0.0.0.0:{free_port()}", store=os.path.join(world.folder, "other.db"))
    loud = [line for line in world.server.text().splitlines() if "stream: agency |" in line and "WARNING" in line]
    if not loud or "without TLS" not in loud[-1]:
        raise Failure("nothing warns of a plain port that strangers can reach")
    world.peer().store()                                            # and both are the same lottery
    connect(world, secrets, secrets.ca.agency(1)).store()


# ---- Certificates that are refused ------------------------------------------------------------------------

@case(seconds=60)
def certificate_that_does_not_hold_is_refused_and_named(world):
    secrets = serve(world, log_level="DEBUG")
    ca, other = secrets.ca, Authority(world.folder, "other")
    beside = neighbour(world, secrets)
    seven = "URI:urn:sorteo:agency:7"
    thousand = [f"URI:urn:sorteo:agency:{1 + number % 255}" for number in range(1000)]
    malformed = "certificate has a SAN urn:sorteo:agency: without an agency from 1 to 255"
    for number, (holder, alert, reason) in enumerate((
            (ca.sign("expired", seven, days=(-9, -1)), "CERTIFICATE_EXPIRED", "certificate has expired"),
            (ca.sign("early", seven, days=(1, 9)), "BAD_CERTIFICATE", "certificate is not yet valid"),
            (other.sign("stranger", seven), "UNKNOWN_CA", "unable to get local issuer certificate"),
            (ca.sign("nobody"), "BAD_CERTIFICATE", "certificate names no agency: it has no SAN"),
            (ca.sign("crooked", "URI:urn:sorteo:agency:7x", seven), "BAD_CERTIFICATE", malformed),
            (ca.sign("zero", "URI:urn:sorteo:agency:0"), "BAD_CERTIFICATE", malformed),
            (ca.sign("beyond", "URI:urn:sorteo:agency:256"), "BAD_CERTIFICATE", malformed),
            (ca.chain(10), "UNKNOWN_CA", "certificate chain too long"))):
        # From an address of its own: of one address the same reason is written once a second.
        expect_refused(world, secrets, holder, alert, source=f"127.0.1.{number + 1}")
        expect_logged(world, "tls", os.path.basename(holder[0]).removesuffix(".crt"), reason)
        beside.store(bets(1, 2))
    for count, (version, alert) in enumerate(((ssl.TLSVersion.TLSv1_3, "CERTIFICATE_REQUIRED"),
                                              (ssl.TLSVersion.TLSv1_2, "HANDSHAKE_FAILURE"))):
        expect_refused(world, secrets, None, alert, version=version, source=f"127.0.3.{count + 1}")
        world.server.wait_log("tls", count + 1, result="fail", reason="the peer sent no certificate")
        beside.store(bets(1, 2))
    connect(world, secrets, ca.sign("many", *thousand), source="127.0.2.1").store()
    listed = [line["agencies"] for line in world.server.log("tls", result="success") if "127.0.2.1:" in line["peer"]]
    if len(listed) != 1 or not (listed[0].startswith("1,2,3,") and listed[0].endswith(",...")):
        raise Failure(f"the log says of a thousand SANs: {listed}")
    connect(world, secrets, ca.chain(2), 7).refuse(bets(2, 7))      # let in: but this server has two agencies
    beside.store(bets(1, 2))


@case(ALL, heart=True)
def frame_of_another_agency_than_the_certificates_is_refused(world):
    secrets = serve(world)
    two = connect(world, secrets, secrets.ca.agency(2), 1)
    two.refuse()
    single = connect(world, secrets, secrets.ca.agency(2), 1, "bets")
    single.refuse_single()
    if not world.server.log("apuesta_recibida", result="fail", reason="agency not in the connection's certificate"):
        raise Failure("the log does not say why")
    finish = connect(world, secrets, secrets.ca.agency(2), 1)
    finish.finish()
    finish.expect_closed()
    single.refuse_single()                                          # the connection stays open
    connect(world, secrets, secrets.ca.agency(1), 1).store()        # and agency 1 has not finished
    two.agency = 2
    two.store(bets(2, 2))                                           # what it may, it still may


# ---- What is no such handshake ----------------------------------------------------------------------------

@case()
def client_without_tls_is_told_so(world):
    secrets = serve(world)
    beside = neighbour(world, secrets)
    reason = "the peer does not speak TLS (a client without --tls?)"
    batch = wire.encode_batch(world.dialect, bets(2), 0)
    for number, garbage in enumerate((batch, b"GET / HTTP/1.0\r\n\r\n", b"\0" * 20, b"\xff" * 600)):
        # From an address of its own: of one address the same reason is written once a second.
        peer = Peer(world.server, world.dialect, 1, "agency_tls", world.ledger, source=f"127.0.1.{number + 1}")
        peer.send(garbage)
        alert = peer.receive_rest(reset_ok=True)
        peer.close()
        if not alert.startswith(b"\x15\x03"):
            raise Failure(f"{garbage[:10]!r} got {alert!r}, and no alert")
        lines = world.server.wait_log("tls", number + 1, result="fail")
        if f"127.0.1.{number + 1}:" not in lines[-1]["peer"] or lines[-1]["reason"] != reason:
            raise Failure(f"the log says of {garbage[:10]!r}: {lines[-1]}")
        beside.store(bets(1, 2))
    for piece in (b"\x16", b"\x16\x03\x01\x40\0\1"):                # a handshake that is cut off, and that is none
        peer = Peer(world.server, world.dialect, 1, "agency_tls", world.ledger)
        peer.send(piece)
        peer.half_close()
        peer.receive_rest(reset_ok=True)
        peer.close()
    beside.store(bets(1, 2))


@case()
def handshake_one_byte_at_a_time_is_one(world):
    secrets = serve(world, workers=1, log_level="DEBUG")
    beside = neighbour(world, secrets)
    peer = Peer(world.server, world.dialect, 1, "agency_tls", world.ledger, source="127.0.1.1")
    world.peers.append(peer)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context(secrets, secrets.ca.agency(1), "sorteo/wide").wrap_bio(incoming, outgoing, False, "localhost")
    shaken = False
    while not shaken:
        with contextlib.suppress(ssl.SSLWantReadError):
            tls.do_handshake()
            shaken = True
        peer.drip(outgoing.read())
        if not shaken:
            incoming.write(peer.receive(1))
    beside.store(bets(1, 2))
    batch = bets(2)
    tls.write(wire.encode_batch(world.dialect, batch, 0))
    peer.drip(outgoing.read())
    incoming.write(peer.receive(23))        # a record with one byte
    if tls.read(1) != b"\0":
        raise Failure("the batch was not taken")
    world.ledger.stored += batch
    world.server.wait_log("tls", result="success", agencies="1")
    if world.server.failures():
        raise Failure(f"the log says {world.server.failures()}")
    beside.store(bets(1, 2))


def client_hello(secrets):
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context(secrets, None, "sorteo/wide").wrap_bio(incoming, outgoing, False, "localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        tls.do_handshake()
    return outgoing.read()


CLOSE_NOTIFY = b"\x15\x03\x03\0\2\1\0"


@case()
def end_in_the_middle_of_a_handshake_hangs_no_worker(world):
    secrets = serve(world, workers=1)
    beside = neighbour(world, secrets)
    peer = Peer(world.server, world.dialect, 1, "agency_tls", world.ledger)
    peer.send(client_hello(secrets))
    peer.receive(5)                         # the server's part has begun
    peer.send(CLOSE_NOTIFY)
    peer.receive_rest(reset_ok=True)
    peer.close()
    world.server.wait_log("tls", result="fail", reason="the peer ended TLS during the handshake")
    beside.store(bets(1, 2))


@case()
def handshake_that_is_never_complete_is_ended_at_its_deadline(world):
    secrets = serve(world, workers=1, first_byte_timeout=1)
    beside = neighbour_in_time(world, secrets)
    peer = Peer(world.server, world.dialect, 1, "agency_tls", world.ledger)
    peer.send(b"\x16\x03\x01\x02\0\1")
    beside.store(bets(1, 2))
    peer.receive_rest()
    ended = time.monotonic()
    try:
        for _ in range(3):                  # what still comes is dropped, and so is its alert
            peer.send(bytes(600))
            time.sleep(0.02)
        peer.leave()
    except ConnectionError as error:
        if time.monotonic() - ended < 1:    # it waits 2 s for our end
            raise Failure(f"the server did not wait for our end: {error}") from None
    world.server.wait_log("close", result="fail", reason="TLS handshake not complete in time")
    beside.store(bets(1, 2))


@case()
def handshake_with_a_peer_that_does_not_read_is_ended_at_its_deadline(world):
    secrets = serve(world, workers=1, first_byte_timeout=1)
    beside = neighbour_in_time(world, secrets)
    with socket.socket() as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)     # less than the server says in its turn
        peer.connect(("127.0.0.1", world.server.ports["agency_tls"]))
        peer.sendall(client_hello(secrets))
        beside.store(bets(1, 2))
        world.server.wait_log("close", result="fail", reason="TLS handshake not complete in time")
        beside.store(bets(1, 2))


@case()
def handshakes_beyond_max_unfinished_are_closed(world):
    secrets = serve(world, workers=1, max_unfinished=200_000, first_byte_timeout=600)
    beside = neighbour(world, secrets)
    beside.store(bets(1, 2))
    for _ in range(12):                     # each counts as 32 KiB, and 6 fit
        world.peers.append(Peer(world.server, world.dialect, 1, "agency_tls", world.ledger))
    world.server.wait_log("close", reason="too many bytes of incomplete frames")
    beside.store(bets(1, 2))


AT_ONCE = 5000


def is_a_batch_stored(line):
    return line["action"] == "apuesta_recibida" and line["result"] == "success"


@case(slow=True, seconds=120)
def five_thousand_handshakes_at_once_are_answered_and_the_agencies_go_on(world):
    secrets = serve(world, max_connections=AT_ONCE + 100, max_per_address=AT_ONCE + 100, first_byte_timeout=600)
    beside = neighbour(world, secrets)
    hello, crowd, before = client_hello(secrets), [], len(world.server.log())
    for number in range(AT_ONCE):
        crowd.append(socket.create_connection(("127.0.0.1", world.server.ports["agency_tls"])))
        crowd[-1].sendall(hello)
        if number % 500 == 0:
            beside.store(bets(1, 2))
    beside.store(bets(1, 2))
    connect(world, secrets, secrets.ca.agency(1)).store()
    for peer in crowd:
        peer.settimeout(PATIENCE)
        if peer.recv(1) != b"\x16":         # the server's part of the handshake
            raise Failure("a handshake was not answered")
    for peer in crowd:
        peer.close()
    beside.store(bets(1, 2))
    world.server.settle()                   # it knows that they are gone
    said = [line for line in world.server.log()[before:] if not is_a_batch_stored(line)]
    if said:
        raise Failure(f"beside what the agencies stored, the log has {len(said)} lines, such as {said[0]}")


@case()
def client_that_leaves_after_the_handshake_costs_no_worker(world):
    secrets = serve(world, workers=1)
    beside = neighbour(world, secrets)
    for _ in range(20):
        connect(world, secrets, secrets.ca.agency(1)).close()
        beside.store(bets(1, 2))
    if world.server.log("worker_message"):
        raise Failure("the committer doubts a worker that works")


@case()
def dialect_is_told_by_alpn(world):
    secrets = serve(world, workers=1)
    holder, beside = secrets.ca.agency(1), neighbour(world, secrets)
    for asks, asked, reason in (("sorteo/compact", "sorteo/compact", "another dialect was asked for (ALPN)"),
                                ("", "none", "no dialect was asked for (ALPN)")):
        expect_refused(world, secrets, holder, "NO_APPLICATION_PROTOCOL", asks=asks)
        world.server.wait_log("tls", result="fail", asked_for=asked, serves="sorteo/wide", reason=reason)
        beside.store(bets(1, 2))
    if len(world.server.log("tls", result="fail")) != 2:
        raise Failure(f"the log says more than that: {world.server.log('tls')}")
    connect(world, secrets, holder).store()


# ---- A worker that was taken over -------------------------------------------------------------------------

def number_of_next_connection(world, pid):
    """Of one that is passed to this worker, which is stopped."""
    handoff = Captive(pid, world.server.process.pid).handoff
    peers = []
    while not select.select([handoff], [], [], 0.1)[0]:
        peers.append(Peer(world.server, world.dialect, 1, "agency_tls", world.ledger))
        world.peers.append(peers[-1])
    note = handoff.recv(64, socket.MSG_PEEK)
    number, _, kind = struct.unpack_from("=QQB", note)
    if kind != PASS:
        raise Failure(f"note {kind} came, and no connection")
    return number


@case(seconds=60)
def worker_cannot_speak_on_a_connection_of_another(world):
    """It knows the connection's number, which it is not told."""
    secrets = serve(world, workers=2, hang_timeout=600)
    mine, other = (connect(world, secrets, secrets.ca.agency(agency), agency) for agency in (1, 2))
    for peer in (mine, other):
        peer.store()
    pid, other_pid = ([pid for pid in world.server.workers() if holds(pid, peer)][0] for peer in (mine, other))
    if pid == other_pid:
        raise Failure("both peers have the same worker")
    os.kill(other_pid, signal.SIGSTOP)
    number = number_of_next_connection(world, other_pid)
    Captive(pid, world.server.process.pid).channel.send(message(AGENCIES, b"\xff" * 32, connection=77, number=number))
    world.server.wait_log("worker_message", reason="malformed message from worker: a connection of another worker")
    os.kill(other_pid, signal.SIGCONT)
    expect_expelled(world, pid, other)
    connect(world, secrets, secrets.ca.agency(1)).store()


# ---- New certificates -------------------------------------------------------------------------------------

@case()
def revocation_at_a_reload_ends_its_connections_and_no_other(world):
    secrets = Secrets(world.folder)
    one, two = secrets.ca.agency(1), secrets.ca.agency(2)
    world.serve(**secrets.options(tls_crl=secrets.ca.revocations()))
    leaves, waits, stays = (connect(world, secrets, *who) for who in ((one, 1), (one, 1, "bets"), (two, 2)))
    leaves.store()
    stays.store(bets(1, 2))
    secrets.ca.revoke(one[0])
    secrets.ca.revocations()
    world.server.process.send_signal(signal.SIGHUP)
    leaves.expect_closed()
    waits.expect_closed()
    stays.store(bets(1, 2))
    world.server.wait_log("close", result="fail", reason="certificate revoked")
    expect_refused(world, secrets, one, "CERTIFICATE_REVOKED")
    expect_logged(world, "tls", "agency-1", "certificate revoked")
    stays.store(bets(1, 2))
    connect(world, secrets, two, 2).store(bets(1, 2))


def crl_of_many(secrets, entries):
    """The path of a CRL with so many certificates beside those that are revoked, and at the reload after it."""
    with open(secrets.ca.path("CA.index"), "a", encoding="ascii") as index:
        for number in range(entries):
            index.write(f"R\t491231235959Z\t260101000000Z\t{0x40 << 152 | number:040X}\tunknown\t/CN=other\n")
    return secrets.ca.revocations()


def hears(peer):
    """Has something come for it?"""
    return bool(select.select([peer.socket], [], [], 0)[0])


def answers_until(heard, peer):
    """How many answers the peer gets before the other one hears something."""
    count = 0
    while not hears(heard):
        peer.store(bets(1, 2))
        count += 1
    return count


@case(seconds=60)
def answers_go_on_while_a_reload_looks_at_many_connections(world):
    """The first and the last of them are revoked: between their ends others are answered. What is compared with a CRL
    of this size takes milliseconds each time."""
    secrets = Secrets(world.folder)
    one, two = secrets.ca.agency(1), secrets.ca.agency(2)
    world.serve(workers=1, first_byte_timeout=600, **secrets.options(tls_crl=crl_of_many(secrets, 30000)))
    first = connect(world, secrets, one)
    stays = neighbour(world, secrets)
    for _ in range(100):
        connect(world, secrets, two, 2)
    last = connect(world, secrets, one)
    last.store()        # the server, too, has completed all handshakes
    secrets.ca.revoke(one[0])
    secrets.ca.revocations()
    world.server.process.send_signal(signal.SIGHUP)
    answers_until(first, stays)
    between = answers_until(last, stays)
    if between < 2:     # one may have come with the end of the last
        raise Failure(f"{between} answers while 100 connections were looked at")
    for peer in (first, last):
        peer.expect_closed()


def make_folder(path):
    os.remove(path)
    os.mkdir(path)


@case()
def reload_with_a_bad_file_changes_nothing(world):
    secrets = serve(world)
    beside = neighbour(world, secrets)
    for name, spoil, why in (
            (secrets.key, lambda path: os.chmod(path, 0o644),
             f"key {secrets.key}: others have rights on it: run chmod 600 on it"),
            (secrets.key, lambda path: shutil.copyfile(secrets.ca.agency(1)[1], path),
             "key: it does not belong to the certificate"),
            (secrets.certificate, lambda path: os.truncate(path, os.path.getsize(path) // 2),
             "certificate: bad end line"),      # as OpenSSL says it
            (secrets.certificate, lambda path: os.truncate(path, 0), f"certificate {secrets.certificate}: it is empty"),
            (secrets.certificate, make_folder, f"certificate {secrets.certificate}: it is a folder"),
            (secrets.ca.certificate, os.remove, f"CA file {secrets.ca.certificate}: No such file or directory")):
        shutil.copy2(name, name + ".good")
        spoil(name)
        before = len(world.server.log("tls_files"))
        world.server.process.send_signal(signal.SIGHUP)
        said = world.server.wait_log("tls_files", before + 1)[-1]
        if os.path.isdir(name):
            os.rmdir(name)
        os.replace(name + ".good", name)
        if said["result"] != "fail" or said["reason"] != f"{why} (the old files stay in use)":
            raise Failure(f"wanted {why}: {said}")
        beside.store(bets(1, 2))
        connect(world, secrets, secrets.ca.agency(1)).store()
    world.server.process.send_signal(signal.SIGHUP)
    world.server.wait_log("tls_files", result="success")
    beside.store(bets(1, 2))


def reload_files(world):
    before = len(world.server.log("tls_files"))
    world.server.process.send_signal(signal.SIGHUP)
    return world.server.wait_log("tls_files", before + 1)[-1]


def peer_that_sees(world, secrets, name):
    """A connection, or None if the server's certificate there is another one: each worker renews it in its own time."""
    peer = connect(world, secrets, secrets.ca.agency(1))
    if name in str(peer.socket.getpeercert()["subject"]):
        return peer
    peer.close()
    return None


def opener_of(world):
    def find():
        return next((pid for pid in world.server.children() if has_name(pid, "sorteo-opener")), None)
    wait_for(find, "the opener")
    return find()


@case(seconds=60)
def files_that_only_root_can_read_are_reloaded_by_a_server_that_is_another_user(world):
    if os.geteuid() != 0:
        raise Skip("needs root")
    os.chown(world.folder, *pwd.getpwnam("nobody")[2:4])
    secrets = serve(world, user="nobody")
    beside = neighbour(world, secrets)
    opener = opener_of(world)
    status = dict(line.split(":\t", 1) for line in read_text(f"/proc/{opener}/status").splitlines() if ":\t" in line)
    if set(status["Uid"].split()) != {"0"}:
        raise Failure("the process that opens the files has not kept its user")
    if status["Seccomp"] == "2" and int(status["CapPrm"], 16) & ~(1 << CAP_DAC_READ_SEARCH):
        raise Failure(f"it has rights that it does not need: {status['CapPrm']}")
    for name, new in zip((secrets.certificate, secrets.key), secrets.ca.sign("renewed", "DNS:localhost")):
        os.replace(new, name)
        os.chmod(name, 0o600)
    if reload_files(world)["result"] != "success":
        raise Failure("the new files were not read")
    peer = wait_for(lambda: peer_that_sees(world, secrets, "renewed"), "the new certificate")
    os.rename(secrets.key, secrets.key + ".away")
    if "No such file" not in reload_files(world)["reason"]:
        raise Failure("the log does not say which file there is not")
    os.rename(secrets.key + ".away", secrets.key)
    os.kill(opener, signal.SIGKILL)
    world.server.wait_log("process_ended", process="opener", signal="9")
    if reload_files(world)["result"] != "fail":
        raise Failure("files were read that the server has no rights to")
    beside.store(bets(1, 2))
    peer.store()


@case(seconds=60)
def stop_does_not_wait_for_files_that_cannot_be_opened(world):
    if os.geteuid() != 0:
        raise Skip("needs root")
    os.chown(world.folder, *pwd.getpwnam("nobody")[2:4])
    serve(world, user="nobody")
    opener = opener_of(world)
    os.kill(opener, signal.SIGSTOP)     # as if the disk did not answer
    try:
        os.kill(world.server.process.pid, signal.SIGHUP)
        world.server.settle(beside_stopped=True)    # the supervisor waits for the opener
        os.kill(world.server.process.pid, signal.SIGTERM)
        if world.server.wait_exit() != 0:
            raise Failure("the server did not stop cleanly")
    finally:
        os.kill(opener, signal.SIGCONT)
    if world.server.log("tls_files", result="fail"):
        raise Failure("the server waited for the file")
    world.server.expect_no_process()


def expect_none_kept(world):
    kept = open_files(world.server.process.pid)
    if any(link.endswith((".crt", ".key")) for link in kept):
        raise Failure(f"the supervisor keeps files of TLS open: {kept}")


@case(seconds=90)
def server_goes_on_while_the_files_cannot_be_opened_and_reads_them_at_the_next_sighup(world):
    if os.geteuid() != 0:
        raise Skip("needs root")
    os.chown(world.folder, *pwd.getpwnam("nobody")[2:4])
    secrets = serve(world, user="nobody", hang_timeout=600)
    beside = neighbour(world, secrets)
    opener = opener_of(world)
    os.kill(opener, signal.SIGSTOP)     # as if the disk did not answer
    try:
        os.kill(world.server.process.pid, signal.SIGHUP)
        killed = next(pid for pid in world.server.workers() if not holds(pid, beside))
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: killed not in world.server.children() and len(world.server.workers()) > 1,
                 "another worker, while the supervisor waits for the files")
        if world.server.log("tls_files"):
            raise Failure("the supervisor did nothing else until it had given up the files")
        said = world.server.wait_log("tls_files")
        reason = f"certificate {secrets.certificate}: its disk does not answer (the old files stay in use)"
        if [line["reason"] for line in said] != [reason]:
            raise Failure(f"the log says {said}")
        connect(world, secrets, secrets.ca.agency(1)).store()
    finally:
        os.kill(opener, signal.SIGCONT)
    time.sleep(0.5)                     # answers come too late
    expect_none_kept(world)
    if len(world.server.log("tls_files")) != 1:
        raise Failure(f"the log says more than once: {world.server.log('tls_files')}")
    for name, new in zip((secrets.certificate, secrets.key), secrets.ca.sign("renewed", "DNS:localhost")):
        os.replace(new, name)
    if reload_files(world)["result"] != "success":
        raise Failure("the new files were not read")
    wait_for(lambda: peer_that_sees(world, secrets, "renewed"), "the new certificate")
    expect_none_kept(world)
    beside.store(bets(1, 2))


@case(seconds=60)
def thousand_sighups_at_once_cost_no_connection(world):
    secrets = serve(world)
    peers = [neighbour(world, secrets), connect(world, secrets, secrets.ca.agency(1))]
    before = world.server.workers()
    busy = before[0]
    os.kill(busy, signal.SIGSTOP)       # it is in something long: what it is told waits
    began, sent = time.monotonic(), 0
    try:
        while sent < 1000 or time.monotonic() < began + 2:
            os.kill(world.server.process.pid, signal.SIGHUP)
            sent += 1
            time.sleep(0.001)
    finally:
        os.kill(busy, signal.SIGCONT)
    world.server.wait_log("tls_files", result="success")
    reloads, most = len(world.server.log("tls_files")), 3 + 10 * (time.monotonic() - began)
    for agency, peer in ((2, peers[0]), (1, peers[1])):
        peer.store(bets(1, agency))
    connect(world, secrets, secrets.ca.agency(1)).store()
    if world.server.workers() != before or reloads > most:
        raise Failure(f"{reloads} reloads, wanted {most:.0f} at most; workers {before}, now {world.server.workers()}")


def expiries(world):
    """What was said to expire soon, as (file, name, days)."""
    return [(line["file"], line["certificate"].split(",")[0], line["days"])
            for line in world.server.log("tls_expiry", result="in_progress")]


@case(heart=True)
def what_expires_soon_is_said_at_the_start_and_after_each_reload_until_it_is_replaced(world):
    secrets = Secrets(world.folder)
    certificate, key = secrets.ca.sign("brief", "DNS:localhost", days=(-1, 2.5))
    for new, name in ((certificate, secrets.certificate), (key, secrets.key)):
        os.replace(new, name)
    world.serve(**secrets.options(tls_crl=secrets.ca.revocations(days=(-9, 2.5))))
    beside = neighbour(world, secrets)
    soon = [("certificate", "CN=brief", "2"), ("CRL", "/CN=lottery", "2")]
    world.server.wait_log("tls_expiry", len(soon))
    secrets.ca.revocations(days=(0, 90))
    reload_files(world)
    world.server.wait_log("tls_expiry", len(soon) + 1)
    if expiries(world) != [*soon, soon[0]]:
        raise Failure(f"the log says {expiries(world)}, wanted {soon}, then without the CRL")
    if any("tls_expiry" in line and " WARNING " not in line for line in world.server.text().splitlines()):
        raise Failure("it is no warning")
    lasting = secrets.ca.sign("lasting", "DNS:localhost", days=(-1, 60))
    for new, name in zip(lasting, (secrets.certificate, secrets.key)):
        os.replace(new, name)
    reload_files(world)
    reload_files(world)         # after it all that the first one says has been said
    world.server.settle()
    if len(expiries(world)) != len(soon) + 1:
        raise Failure(f"the log still says {expiries(world)[-1]}")
    beside.store(bets(1, 2))


SECONDS = 1 / 24 / 3600


def serve_until_expiry(world, secrets, seconds=4):
    """Starts a server whose certificate expires while it runs. Returns when it has."""
    while True:
        expires = time.time() + seconds
        secrets.certificate, secrets.key = secrets.ca.sign(f"brief-{seconds}", "DNS:localhost",
                                                           days=(-1, seconds * SECONDS))
        server = world.add_server(**secrets.options())
        with contextlib.suppress(Failure):
            world.server = server.start()
            break
        if seconds > PATIENCE:
            raise Failure("no server starts in time")
        seconds *= 2
    time.sleep(max(0, expires + 1 - time.time()))


@case(seconds=90, long=True)
def worker_that_starts_after_the_servers_certificate_has_expired_serves(world):
    """Clients that look will not speak to it; but the others, and plain ports, are served."""
    secrets = Secrets(world.folder)
    serve_until_expiry(world, secrets)
    before = world.server.workers()
    os.kill(before[0], signal.SIGKILL)
    wait_for(lambda: len(set(world.server.workers()) - set(before)) == 1, "another worker")
    anyone = context(secrets, secrets.ca.agency(1), "sorteo/wide")
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    for _ in range(2 * len(before)):        # to each worker
        peer = TlsPeer(world.server, world.dialect, 1, "agency_tls", world.ledger)
        world.peers.append(peer)
        peer.socket = anyone.wrap_socket(peer.socket)
        peer.store()
    if len(world.server.log("process_ended")) != 1:
        raise Failure("workers end because of the certificate")
    if reload_files(world)["reason"] != "certificate: it has expired (the old files stay in use)":
        raise Failure("at a reload the log does not say that the certificate has expired")


@case()
def unit_for_systemd_serves_and_reloads_tls(world):
    """The variables in its lines of TLS are those that a server needs; its ExecReload reads the files again."""
    secrets = Secrets(world.folder)
    unit = read_text(UNIT)
    files = {f"SORTEO_{name.upper()}": value for name, value in secrets.options().items()
             if name.startswith("tls") and not name.endswith("listen")}
    named = set(re.findall(r"^#Environment=(\w+)=", unit, re.M))
    if named != {"SORTEO_TLS_LISTEN", *files}:
        raise Failure(f"the unit has {sorted(named)}")
    world.serve(environment=files, listen=None, bet_listen=None, tls_listen="127.0.0.1:0")
    connect(world, secrets, secrets.ca.agency(1)).store()
    reload = re.search(r"^ExecReload=(.*)$", unit, re.M)[1].replace("$MAINPID", str(world.server.process.pid))
    subprocess.run(shlex.split(reload), check=True)
    world.server.wait_log("tls_files", result="success")


@case()
def server_with_a_bad_file_does_not_start(world):
    secrets = Secrets(world.folder)
    world.compares = False
    os.chmod(secrets.key, 0o644)
    for options, status in (({}, 1), ({"tls_key": None}, 2), ({"tls_client_ca": "/none"}, 1),
                            ({"tls_listen": None, "tls_bet_listen": None}, 2),
                            ({"workers": 2, "max_unfinished": 65535}, 2)):
        server = world.add_server(**secrets.options(**options)).launch()
        came = server.wait_exit()
        if came != status:
            raise Failure(f"status {came} with {options}, wanted {status}")
