#!/usr/bin/env python3
"""Does the dissector for Wireshark show what `sorteo decode --json` prints? Every vector is tried whole, byte by byte,
cut in two at every byte, and ended at every byte. Prints TAP.

    dissector.py [VECTOR...]    needs tshark, and no right to capture: the packets are written here

All of it is one capture and one run of tshark. Compared is what each packet shows: an event belongs to the packet that
has its last byte, and an error to the one that has the wrong byte.
"""
import collections
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from capture import Capture  # noqa: E402
from tshark import has_tshark, run_tshark  # noqa: E402
from vector_files import read_vectors  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOL = os.path.join(ROOT, os.environ.get("BUILD", "build"), "sorteo")

# In the middle of a longer vector are the like bytes of one long name: there, few cuts are made.
CUT_ALL_MAX, CUT_ENDS, CUT_STRIDE = 400, 4, 32749
SEGMENT_MAX = 60000         # bytes in one packet
FIRST_PORT = 20000
SHOWN = ("event", "begin", "end", "agency", "name_n", "name", "surname_n", "surname", "document", "birthdate", "number",
         "n_bets", "key", "n_winners", "stored", "error.code", "error.field", "error.offset")
DATE = b"1999-03-17"


# ---- What the tool says ----------------------------------------------------------------------------------------------

def decoded(vector, replies=None):
    """The events of the whole stream; the last one may be an ERROR."""
    arguments = [TOOL, "decode", "--json", "--dialect", vector.dialect, "--stream", vector.stream]
    if vector.limit:
        arguments += ["--max-frame", str(vector.limit)]
    if vector.stream == "reply":
        arguments += ["--replies", ",".join(replies) or "0"]
    done = subprocess.run(arguments, input=vector.bytes, capture_output=True, check=False)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def replies_of(vector):
    """As --replies has them; after `none` nothing is due any more."""
    found = []
    for due in vector.dues:
        if due == "none":
            break
        found.append("1" if due == "answer" else due)
    return found


def last_of(event):
    """The byte with which it is told, or after which, where the stream has ended too early."""
    return event["offset"] if event["event"] == "ERROR" else event["end"] - 1


def ends_frame(event, stream):
    return event["event"] in ("BATCH_END", "FINISH", "RECEIPT", "ANSWER", "WINNERS_END") or \
        event["event"] == "BET" and stream == "bet"


def told_by(events, end, stream):
    """What is told when the stream ends after `end` bytes, which may be in a frame."""
    told = [event for event in events if last_of(event) < end and event.get("code") != "truncated"]
    if told and told[-1]["event"] == "ERROR":
        return told
    whole = max((event["end"] for event in told if ends_frame(event, stream)), default=0)
    if whole == end:
        return told
    return told + [{"event": "ERROR", "code": "truncated", "field": "-", "offset": end}]


# ---- What a packet must show -----------------------------------------------------------------------------------------

def shown(events, vector):
    """field → its values in a packet, in order, as tshark writes them."""
    found = {name: [] for name in SHOWN}
    for event in events:
        kind = event["event"]
        found["event"].append(kind)
        if kind == "ERROR":
            for name in ("code", "field", "offset"):
                found[f"error.{name}"].append(str(event[name]))
            continue
        for name in ("begin", "end"):
            found[name].append(str(event[name]))
        for name, value in bytes_of(event, vector):
            found[name].append(value)
    return found


def bytes_of(event, vector):
    """The fields that the bytes of an event have, and what was concluded."""
    kind = event["event"]
    if "key" in event and (kind in ("BATCH_BEGIN", "FINISH") or kind == "BET" and vector.stream == "bet"):
        yield "key", event["key"]
    if kind == "BATCH_BEGIN":
        yield "n_bets", str(event["bets"])
        if vector.dialect == "grouped":
            yield "agency", str(vector.bytes[event["begin"] + 2])
    elif kind == "BET":
        for name in ("name", "surname"):
            yield f"{name}_n", str(len(event[name].encode()))
        for name in ("agency", "name", "surname", "document", "birthdate", "number"):
            yield name, str(event[name])
    elif kind == "FINISH":
        yield "n_bets", "0"
        yield "agency", str(event["agency"])
    elif kind == "ANSWER":
        yield "stored", "1" if event["stored"] else "0"
    elif kind == "WINNERS_BEGIN":
        yield "n_winners", str(event["winners"])
    elif kind == "WINNER":
        yield "document", str(event["document"])


# ---- Conversations ---------------------------------------------------------------------------------------------------

Expected = collections.namedtuple("Expected", "vector how events")


class Conversations:
    """Writes them into a capture, and remembers what each packet must show: by its number."""

    def __init__(self, file):
        self.capture, self.expected, self.ports, self.asked = Capture(file), {}, {}, {}

    def port_of(self, vector):
        """Ports tell streams and limits apart. (A limit is not for replies, and would be for what is asked here.)"""
        is_reply = vector.stream == "reply"
        group = vector.dialect, "agency" if is_reply else vector.stream, 0 if is_reply else vector.limit
        return self.ports.setdefault(group, FIRST_PORT + len(self.ports))

    def _ask(self, vector, connection):
        """What was asked before, so that the replies are due."""
        dues = replies_of(vector)
        if vector.stream == "reply" and dues:
            connection.send(True, b"".join(request(vector.dialect, due) for due in dues))

    def add(self, vector, events, pieces, how):
        """The stream in pieces; with the last one it ends."""
        connection = self.capture.connect(self.port_of(vector))
        self._ask(vector, connection)
        told, end = 0, sum(map(len, pieces))
        due, at = told_by(events, end, vector.stream), 0
        for piece in pieces:
            at += len(piece)
            count = sum(last_of(event) < at or at == end for event in due)
            number = connection.send(vector.stream != "reply", piece, at == end)
            self.expected[number] = Expected(vector, how, due[told:count])
            told = count


def request(dialect, due):
    """A batch of one bet, or FINISH and RECEIPT: with the agency 1 and the key 0."""
    key, size = bytes(8) if dialect == "keyed" else b"", 2 if dialect in ("wide", "keyed") else 1
    if due == "winners":
        return bytes(2) + key + b"\x01" + {"compact": b"\x03", "grouped": b"\x02"}.get(dialect, b"\x01")
    return b"\x00\x01" + key + b"\x01" + bytes(2 * size) + bytes(4) + DATE + bytes(2)


def in_segments(stream):
    return [stream[at:at + SEGMENT_MAX] for at in range(0, len(stream), SEGMENT_MAX)]


def cuts_of(vector):
    end = len(vector.bytes)
    if end <= CUT_ALL_MAX:
        return range(1, end)
    return [at for at in range(1, end) if at < CUT_ENDS or end - at < CUT_ENDS or at % CUT_STRIDE == 0]


def converse(conversations, vectors):
    for vector in vectors:
        stream = vector.bytes
        if not stream:
            continue
        events = decoded(vector, replies_of(vector))
        conversations.add(vector, events, in_segments(stream), "whole")
        if len(stream) <= CUT_ALL_MAX:
            conversations.add(vector, events, [bytes([byte]) for byte in stream], "byte by byte")
        for at in cuts_of(vector):
            conversations.add(vector, events, in_segments(stream[:at]) + in_segments(stream[at:]), f"cut at {at}")
            conversations.add(vector, events, in_segments(stream[:at]), f"ended at {at}")


# ---- tshark ----------------------------------------------------------------------------------------------------------

def preferences(ports):
    for (dialect, stream), group in sorted(grouped(ports).items()):
        name = "bet_ports" if stream == "bet" else "ports"
        yield f"sorteo.{name}_{dialect}:{','.join(map(str, group))}"
    limits = ",".join(f"{port}:{limit}" for (_, _, limit), port in ports.items() if limit)
    yield f"sorteo.max_frame:{limits}"


def grouped(ports):
    found = collections.defaultdict(list)
    for (dialect, stream, _), port in ports.items():
        found[dialect, stream].append(port)
    return found


def dissected(path, ports):
    """(packet's number, {field: values}) of every packet."""
    fields = ["frame.number", *(f"sorteo.{name}" for name in SHOWN)]
    for (number,), *values in run_tshark(path, fields, preferences(ports)):
        yield int(number), dict(zip(SHOWN, values))


def is_same(name, wanted, got, is_refused):
    """Of what is refused, the dissector shows the fields before the error, too. An empty name that is the only one in
    its packet looks to tshark as no name."""
    if is_refused and not name.startswith(("event", "error")):
        got = got[:len(wanted)]
    return wanted == got or name in ("name", "surname") and wanted == [""] and not got


def differences(expected, packets):
    """(a text for each of the first packets that differ, packets that were compared, events in them)"""
    found, compared, events = [], 0, 0
    for number, values in packets:
        if number not in expected:
            continue
        vector, how, told = expected[number]
        wanted, is_refused = shown(told, vector), bool(told) and told[-1]["event"] == "ERROR"
        compared += 1
        events += len(told)
        for name in SHOWN:
            if not is_same(name, wanted[name], values[name], is_refused) and len(found) < 20:
                found.append(f"{vector.name}, {how}, packet {number}: {name} is {values[name]}, not {wanted[name]}")
    return found, compared, events


def main():
    if not has_tshark():
        print("ok 1 - dissector # SKIP tshark is not installed")
        print("1..1")
        return 0
    vectors = [vector for vector in read_vectors(os.path.join(ROOT, "tests", "conformance", "vectors"))
               if not sys.argv[1:] or vector.name in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "vectors.pcap")
        with open(path, "wb") as file:
            conversations = Conversations(file)
            converse(conversations, vectors)
        found, compared, events = differences(conversations.expected, dissected(path, conversations.ports))
    is_all = compared == len(conversations.expected)
    print(*(f"# {each}" for each in found), sep="\n", end="\n" if found else "")
    print(f"{'not ok' if found or not is_all else 'ok'} 1 - dissector_says_what_decode_says")
    print(f"# {len(vectors)} vectors, {compared} packets of {len(conversations.expected)} compared, {events} events")
    print("1..1")
    return 1 if found or not is_all else 0


if __name__ == "__main__":
    sys.exit(main())
