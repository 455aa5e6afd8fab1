#!/usr/bin/env python3
"""The dissector as people use it: requests and their replies, columns, ports, "Decode As", TLS, and incomplete
captures. Prints TAP.

    dissector_use.py        needs tshark, and no right to capture: the packets are written here

Each case is a conversation in one capture, which tshark reads once.
"""
import os
import ssl
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from capture import Capture  # noqa: E402
from tshark import has_tshark, run_tshark  # noqa: E402

WIDE, BETS, AS_KEYED, TLS = 12345, 12346, 7777, 7778
FIELDS = {"protocol": "_ws.col.Protocol", "info": "_ws.col.Info", "events": "sorteo.event", "begins": "sorteo.begin",
          "ends": "sorteo.end", "answer_to": "sorteo.answer_to", "answered_in": "sorteo.answered_in",
          "time": "sorteo.answer_time", "dialect": "sorteo.dialect", "code": "sorteo.error.code",
          "offset": "sorteo.error.offset", "expert": "_ws.expert.message", "key": "sorteo.key",
          "begun_in": "sorteo.begun_in"}
DATE = b"1999-03-17"
FINISH, RECEIPT = b"\x00\x00\x01", b"\x01"


def bet(name=b"Ana"):
    return b"\x01\x00" + bytes([len(name)]) + name + b"\x00\x01B" + b"\x00\x00\x00\x07" + DATE + b"\x08\x99"


def batch(count, key=b"", name=b"Ana"):
    return count.to_bytes(2, "big") + key + bet(name) * count


# ---- Cases: each writes a conversation, and returns what checks the packets that tshark shows -----------------------

CASES = []


def case(write):
    CASES.append(write)
    return write


def expect(got, wanted, what):
    if got != wanted:
        raise AssertionError(f"{what} is {got}, not {wanted}")


@case
def replies_are_paired_with_their_requests(capture):
    """Three batches at once, and their answers in two pieces."""
    connection = capture.connect(WIDE)
    asked = [connection.send(True, batch(1)), connection.send(True, batch(2) + batch(1))]
    answered = [connection.send(False, b"\x00\x01"), connection.send(False, b"\x00")]
    finish = connection.send(True, FINISH)
    winners = connection.send(False, b"\x00\x01\x00\x00\x00\x07")
    receipt = connection.send(True, RECEIPT)

    def check(packets):
        expect(packets[answered[0]]["answer_to"], [str(asked[0]), str(asked[1])], "answers to")
        expect(packets[answered[1]]["answer_to"], [str(asked[1])], "the third answer to")
        expect(packets[asked[1]]["answered_in"], [str(each) for each in answered], "answered in")
        expect(packets[winners]["answer_to"], [str(finish)] * 2, "winners to")
        expect(packets[finish]["answered_in"], [str(winners)], "FINISH answered in")
        expect(packets[answered[0]]["time"][0], "0.002000000", "time")
        expect(packets[receipt]["events"], ["RECEIPT"], "the last packet")
        expect(packets[answered[0]]["expert"], ["The server refused the request (section 6)"], "expert")
    return check


@case
def columns_tell_the_frames(capture):
    connection = capture.connect(WIDE)
    first = connection.send(True, batch(2) + batch(1) + FINISH)
    second = connection.send(False, b"\x00\x00\x00\x00")

    def check(packets):
        expect(packets[first]["protocol"], ["SORTEO"], "protocol")
        expect(packets[first]["info"], ["wide: BATCH of 2; BATCH of 1; FINISH, agency 1"], "info")
        expect(packets[second]["info"], ["wide: 2 × ANSWER stored; WINNERS, 0"], "info of replies")
    return check


@case
def a_batch_over_many_segments_is_seen_bet_by_bet(capture):
    connection = capture.connect(WIDE)
    stream = batch(300)
    numbers = [connection.send(True, stream[at:at + 100]) for at in range(0, len(stream), 100)]
    answer = connection.send(False, b"\x00")

    def check(packets):
        begins = [begin for number in numbers for begin in packets[number]["begins"]]
        size = len(bet())
        expect(begins, ["0", *(str(2 + size * i) for i in range(300)), "0"], "begins of events")
        expect(packets[numbers[-1]]["begun_in"], [str(numbers[0])], "the batch's begin")
        expect(packets[numbers[-1]]["info"], ["wide: end of BATCH of 300"], "info")
        expect(packets[answer]["answer_to"], [str(numbers[-1])], "the answer to")
    return check


@case
def a_refused_frame_is_answered(capture):
    connection = capture.connect(WIDE)
    asked = connection.send(True, batch(1, name=b"\xff") + batch(1))
    later = connection.send(True, batch(1))
    answer = connection.send(False, b"\x01")

    def check(packets):
        expect(packets[asked]["events"], ["BATCH_BEGIN", "ERROR"], "events")
        expect(packets[asked]["expert"],
               ["byte 5, NAME: utf8: not well-formed UTF-8, or a character that does not fit its name's length"], "why")
        expect(packets[asked]["info"], ["wide: BATCH of 1; ERROR utf8 at byte 5"], "info")
        expect(packets[later]["events"], [], "events after an error")
        expect(packets[answer]["answer_to"], [str(asked)], "the answer to")
    return check


@case
def a_frame_under_way_may_be_refused(capture):
    """By a limit of the server, of which the dissector does not know."""
    connection = capture.connect(WIDE)
    connection.send(True, batch(2)[:30])
    answer = connection.send(False, b"\x01")
    return lambda packets: expect(packets[answer]["events"], ["ANSWER"], "events")


@case
def a_reply_that_nobody_asked_for_is_unexpected(capture):
    connection = capture.connect(WIDE)
    connection.send(True, batch(1))
    answer = connection.send(False, b"\x00\x00")

    def check(packets):
        expect(packets[answer]["events"], ["ANSWER", "ERROR"], "events")
        expect(packets[answer]["code"], ["unexpected"], "the error")
    return check


@case
def a_port_for_single_bets_has_single_bets(capture):
    connection = capture.connect(BETS)
    asked = connection.send(True, bet() + bet())
    answer = connection.send(False, b"\x00\x00")

    def check(packets):
        expect(packets[asked]["info"], ["wide: 2 × SINGLE, agency 1"], "info")
        expect(packets[answer]["answer_to"], [str(asked)] * 2, "the answers to")
    return check


@case
def decode_as_chooses_the_dialect(capture):
    connection = capture.connect(AS_KEYED)
    key = bytes((0xff,)) * 8
    asked = connection.send(True, batch(1, key))
    answer = connection.send(False, b"\x00")

    def check(packets):
        expect(packets[asked]["dialect"], ["keyed"], "dialect")
        expect(packets[asked]["key"], [str(2**64 - 1)], "key")
        expect(packets[answer]["events"], ["ANSWER"], "events")
    return check


@case
def what_was_sent_again_is_shown_once(capture):
    connection = capture.connect(WIDE)
    first = connection.send(True, batch(1))
    connection.skip(True, -len(batch(1)))
    second = connection.send(True, batch(1))
    third = connection.send(True, FINISH)

    def check(packets):
        expect([packets[number]["events"] for number in (first, second, third)],
               [["BATCH_BEGIN", "BET", "BATCH_END"], [], ["FINISH"]], "events")
    return check


@case
def after_a_gap_nothing_is_made_up(capture):
    connection = capture.connect(WIDE)
    connection.send(True, batch(1))
    connection.skip(True, 10)
    after = connection.send(True, batch(1)[10:])

    def check(packets):
        expect(packets[after]["events"], [], "events")
        expect([each for each in packets[after]["expert"] if each.startswith("Bytes are missing")],
               ["Bytes are missing from the capture: what follows is not looked at"], "expert")
    return check


@case
def an_end_inside_a_frame_is_truncated(capture):
    connection = capture.connect(WIDE)
    connection.send(True, batch(1)[:20])
    end = connection.send(True, b"", True)

    def check(packets):
        expect(packets[end]["code"], ["truncated"], "error")
        expect(packets[end]["offset"], ["20"], "offset")
        expect(packets[end]["expert"][-1], "byte 20, -: truncated: the stream ended inside a frame", "expert")
    return check


# ---- TLS -------------------------------------------------------------------------------------------------------------

class Tls:
    """Both ends of a connection, in memory; what goes between them is in the capture."""

    def __init__(self, connection, folder):
        certificate, key = (os.path.join(folder, name) for name in ("certificate", "key"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-subj", "/CN=sorteo", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        server.load_cert_chain(certificate, key)
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        client.keylog_filename = os.path.join(folder, "keys")
        for context in (server, client):
            context.set_alpn_protocols(["sorteo/compact"])
        self.connection, self.wires = connection, {}
        self.ends = {True: self._end(client, True), False: self._end(server, False)}
        self._shake()

    def _end(self, context, is_client):
        self.wires[is_client] = ssl.MemoryBIO(), ssl.MemoryBIO()
        return context.wrap_bio(*self.wires[is_client], server_side=not is_client)

    def carry(self, is_client):
        """The number of the packet with what this end has written."""
        written = self.wires[is_client][1].read()
        if not written:
            return None
        self.wires[not is_client][0].write(written)
        return self.connection.send(is_client, written)

    def _shake(self):
        for _ in range(4):
            for is_client in (True, False):
                try:
                    self.ends[is_client].do_handshake()
                except ssl.SSLWantReadError:
                    pass
                self.carry(is_client)

    def send(self, is_client, payload):
        self.ends[is_client].write(payload)
        return self.carry(is_client)


@case
def alpn_tells_the_dialect_inside_tls(capture):
    connection = capture.connect(TLS)
    connection.open()
    tls = Tls(connection, capture.folder)
    compact = b"\x00\x01\x01\x01A\x01B\x00\x00\x00\x07" + DATE + b"\x08\x99"
    pieces = [tls.send(True, compact[:9]), tls.send(True, compact[9:] + b"\x00\x00\x01")]
    replies = tls.send(False, b"\x00\x01\x00\x00\x00\x07")

    def check(packets):
        expect(packets[pieces[0]]["events"], ["BATCH_BEGIN"], "events of the first piece")
        expect(packets[pieces[1]]["events"], ["BET", "BATCH_END", "FINISH"], "events")
        expect(packets[pieces[1]]["dialect"][0], "compact", "dialect")
        expect(packets[replies]["events"], ["ANSWER", "WINNERS_BEGIN", "WINNER", "WINNERS_END"], "replies")
    return check


# ---- Running ---------------------------------------------------------------------------------------------------------

def dissected(path, folder):
    """number → {what: values}. Twice through: the second time, packets know what came after them."""
    preferences = [f"sorteo.bet_ports_wide:{BETS}", f"tls.keylog_file:{folder}/keys"]
    options = ["-2", "-d", f"tcp.port=={AS_KEYED},sorteo_keyed", "-d", f"tcp.port=={TLS},tls"]
    rows = run_tshark(path, list(FIELDS.values()), preferences, options)
    return {number: dict(zip(FIELDS, values)) for number, values in enumerate(rows, 1)}


def tell(number, name, check, packets):
    try:
        check(packets)
    except AssertionError as why:
        print(f"not ok {number} - {name}\n# {why}")
        return False
    print(f"ok {number} - {name}")
    return True


def main():
    if not has_tshark():
        print("ok 1 - dissector # SKIP tshark is not installed")
        print("1..1")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "uses.pcap")
        with open(path, "wb") as file:
            capture = Capture(file)
            capture.folder = folder
            checks = [(write.__name__, write(capture)) for write in CASES]
        packets = dissected(path, folder)
    passed = [tell(number, name, check, packets) for number, (name, check) in enumerate(checks, 1)]
    print(f"1..{len(passed)}")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
