#!/usr/bin/env python3
"""Does `sorteo decode --html` show the right thing? Over every vector: each byte once and in order, the events'
values, the error of `sorteo decode`; for captures: directions, requests with their answers, lost and late segments.
Prints TAP.

    page.py [VECTOR...]
"""
import html.parser
import os
import re
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from capture import Capture  # noqa: E402
from vector_files import read_vectors  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TOOL = os.path.join(ROOT, os.environ.get("BUILD", "build"), "sorteo")
VOID = {"meta"}
DATE = b"1999-03-17"
BET = b"\x01\x00\x03Ana\x00\x01B\x00\x00\x00\x07" + DATE + b"\x08\x99"
BATCH = b"\x00\x01" + BET


class Page(html.parser.HTMLParser):
    """What a reader sees of it: bytes, texts, links. Fails where a tag is not closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.bytes, self.errors, self.links, self.ids, self.titles = [], b"", [], [], [], []
        self.fields = []        # (name, the text after it)
        self.feed(text)
        if self.open:
            raise AssertionError(f"not closed: {self.open}")

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if "href" in values else []
        if {"src", "action", "onload"} & values.keys() or tag in ("script", "link", "img"):
            raise AssertionError(f"{tag} may ask for something")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open.pop() != tag:
            raise AssertionError(f"</{tag}> closes something else")

    def handle_data(self, data):
        inside = self.open[-1] if self.open else None
        if inside == "code":
            self.bytes += bytes.fromhex(data)
        elif inside == "strong":
            self.errors.append(data.removeprefix("✗ "))
        elif inside == "b":
            self.fields.append((data, ""))
        elif inside in ("span", "bdi") and self.fields and not self.fields[-1][1] and "…" not in data:
            self.fields[-1] = self.fields[-1][0], data.strip()
        elif inside == "h3":
            self.titles.append(data)


def run(arguments, given=None):
    done = subprocess.run([TOOL, "decode", *arguments], input=given, capture_output=True, check=False)
    if done.returncode < 0:
        raise AssertionError(f"it was killed by signal {-done.returncode}")
    return done.returncode, done.stdout.decode(), done.stderr.decode()


# ---- Streams ---------------------------------------------------------------------------------------------------------

def replies_of(vector):
    dues = vector.dues[:vector.dues.index("none")] if "none" in vector.dues else vector.dues
    return ",".join("1" if due == "answer" else due for due in dues) or "0"


def check_vector(vector):
    arguments = ["--dialect", vector.dialect, "--stream", vector.stream]
    arguments += ["--max-frame", str(vector.limit)] if vector.limit else []
    arguments += ["--replies", replies_of(vector)] if vector.stream == "reply" else []
    status, text, said = run([*arguments, "--html"], vector.bytes)
    wanted_status, lines, wanted = run(arguments, vector.bytes)
    page = Page(text)
    expect(page.bytes, vector.bytes, "the bytes")
    expect(status, wanted_status, "the status")
    error = wanted.splitlines()[0] if wanted else ""
    expect([f"sorteo decode: standard input: {each}" for each in page.errors], [error] if error else [], "the error")
    expect(said.strip(), error, "what is said")
    shown = [value for name, value in page.fields if name in ("DOCUMENT", "NUMBER") and value]
    told = re.findall(r" (?:document|number)=([0-9]+)(?= )", re.sub(r'"[^"]*"', "", lines))
    expect(shown[:len(told)], told, "documents and numbers")


def streams(names):
    vectors = [vector for vector in read_vectors(os.path.join(ROOT, "tests", "conformance", "vectors"))
               if not names or vector.name in names]
    for vector in vectors:
        try:
            check_vector(vector)
        except AssertionError as why:
            raise AssertionError(f"{vector.name}: {why}") from None
    return f"{len(vectors)} vectors"


def expect(got, wanted, what):
    if got != wanted:
        raise AssertionError(f"{what}: {got!r}, not {wanted!r}")


# ---- Captures --------------------------------------------------------------------------------------------------------

class Written:
    """A capture of connections, and the page of it."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "written.pcap")

    def __enter__(self):
        self.file = open(self.path, "wb")  # pylint: disable=consider-using-with
        return Capture(self.file)

    def __exit__(self, *_):
        self.file.close()

    def page(self, *options, status=0):
        got, text, said = run(["--html", "--pcap", *options, self.path])
        if got != status:
            raise AssertionError(f"status {got}, not {status}: {said}")
        return Page(text)


def both_directions_are_shown_and_paired(folder):
    written = Written(folder)
    with written as capture:
        connection = capture.connect(12345)
        connection.open()
        connection.send(True, BATCH + BATCH)
        connection.send(False, b"\x00\x01")
        connection.send(True, b"\x00\x00\x01")
        connection.send(False, b"\x00\x01\x00\x00\x00\x07")
        connection.send(True, b"\x01")
    page = written.page()
    expect(page.bytes, BATCH + BATCH + b"\x00\x01\x00\x00\x01\x00\x01\x00\x00\x00\x07\x01", "the bytes by their times")
    expect(page.links, [f"#c1-{each}" for each in ("reply-0", "reply-1", "request-0", "request-1", "reply-2",
                                                   "request-2")], "the links")
    expect(sorted({link[1:] for link in page.links} - set(page.ids)), [], "links that lead nowhere")
    expect(page.titles[-1], "RECEIPT", "the last frame")


def segments_are_put_in_order(folder):
    """The second half comes first, the first one in pieces that overlap, and sequence numbers go round in between."""
    written = Written(folder)
    with written as capture:
        connection = capture.connect(12345)
        connection.sequence[0] = 2**32 - 10
        connection.open()
        connection.skip(True, 20)
        connection.send(True, BATCH[20:])
        connection.skip(True, -len(BATCH))
        connection.send(True, BATCH[:12])
        connection.skip(True, -4)
        connection.send(True, BATCH[8:20])
        connection.skip(True, -20)
        connection.send(True, BATCH[:20])
    expect(written.page().bytes, BATCH, "the bytes")


def a_gap_is_told(folder):
    written = Written(folder)
    with written as capture:
        connection = capture.connect(12345)
        connection.send(True, BATCH)
        connection.skip(True, 5)
        connection.send(True, BATCH[5:])
    expect(written.page().bytes, BATCH, "the bytes before the gap")


def connections_are_told_apart(folder):
    written = Written(folder)
    with written as capture:
        first, second, third = (capture.connect(port) for port in (12345, 12345, 80))
        third.send(True, b"GET / HTTP/1.1\r\n\r\n")
        first.send(True, BATCH[:10])
        second.send(True, BATCH)
        first.send(True, BATCH[10:])
    expect(written.page("--port", "12345").bytes, BATCH + BATCH, "the bytes")
    expect(len(written.page(status=1).errors), 1, "errors of another protocol")


def an_early_refusal_is_an_answer(folder):
    written = Written(folder)
    with written as capture:
        connection = capture.connect(12345)
        connection.send(True, b"\x00\x01\x01\x00\x01\xff")
        connection.send(False, b"\x01")
    page = written.page(status=1)
    expect(page.links, ["#c1-reply-0", "#c1-request-0"], "the links")


def links_of_other_kinds_are_read(folder):
    """Ethernet with a VLAN's tag, and IPv6."""
    tcp = struct.pack(">HHIIBBHHH", 50000, 12345, 1, 0, 5 << 4, 0x18, 0xffff, 0, 0) + BATCH
    six = struct.pack(">IHBB", 6 << 28, len(tcp), 6, 64) + bytes(15) + b"\x01" + bytes(15) + b"\x02" + tcp
    packet = bytes(12) + b"\x81\x00\x00\x05\x86\xdd" + six
    path = os.path.join(folder, "ethernet.pcap")
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 0xffff, 1))
        file.write(struct.pack("<IIII", 0, 0, len(packet), len(packet)) + packet)
    status, text, _ = run(["--html", "--pcap", path])
    expect((status, Page(text).bytes), (0, BATCH), "what is shown")


def a_capture_cut_anywhere_shows_what_came_before(folder):
    """As one that is still being written, or whose program was killed."""
    written, ends = Written(folder), []
    with written as capture:
        connection = capture.connect(12345)
        for step in (connection.open, lambda: connection.send(True, BATCH), lambda: connection.send(False, b"\x00")):
            step()
            ends.append(written.file.tell())
    with open(written.path, "rb") as file:
        whole = file.read()
    for end in range(len(whole)):
        status, text, said = run(["--html", "--pcap", "-"], whole[:end])
        if not said.startswith("sorteo decode: standard input: ") and end not in ends:
            raise AssertionError(f"cut at {end}: {said!r}")
        if end < ends[1]:
            expect((status, text), (2, ""), f"cut at {end}")
        else:
            expect((status, Page(text).bytes), (0 if end in ends else 1, BATCH), f"cut at {end}")
            expect("cannot be read to its end" in text, end not in ends, f"the note where it is cut at {end}")


def a_file_that_is_missing_is_named_once(folder):
    status, text, said = run(["--html", "--pcap", os.path.join(folder, "missing")])
    expect((status, text, said.count("missing")), (2, "", 1), said)


def packets_with_wrong_lengths_are_passed_over(folder):
    """Each byte of the headers in turn is 0xff, and then 0."""
    written = Written(folder)
    with written as capture:
        capture.connect(12345).send(True, BATCH)
    with open(written.path, "rb") as file:
        whole = file.read()
    for at in range(24 + 16, 24 + 16 + 40):
        for byte in (0xff, 0):
            _, text, said = run(["--html", "--pcap", "-"], whole[:at] + bytes([byte]) + whole[at + 1:])
            if not text and "no TCP connection" not in said:
                raise AssertionError(f"byte {at} is {byte}: {said!r}")


def names_write_no_html(_):
    name = b'<b>&"</p>'
    _, text, _ = run(["--html"], BATCH.replace(b"\x03Ana", bytes([len(name)]) + name))
    page = Page(text)
    expect([value for name, value in page.fields if name == "NAME"], ["“<b>&\"</p>”"], "the name")


def wrong_usage_is_told(folder):
    for arguments in (["--pcap"], ["--port", "1", "--html"], ["--html", "--json"],
                      ["--html", "--pcap", "--stream", "reply"]):
        status, text, said = run([*arguments, "-"], b"")
        expect((status, text, "--help" in said), (2, "", True), f"{arguments}")
    status, _, said = run(["--html", "-"], bytes(1024 * 1024 + 1))
    expect((status, "1 MiB" in said), (2, True), "too much")


CASES = (both_directions_are_shown_and_paired, segments_are_put_in_order, a_gap_is_told, connections_are_told_apart,
         an_early_refusal_is_an_answer, links_of_other_kinds_are_read, a_capture_cut_anywhere_shows_what_came_before,
         a_file_that_is_missing_is_named_once,
         packets_with_wrong_lengths_are_passed_over, names_write_no_html, wrong_usage_is_told)


def tell(number, name, check, *arguments):
    try:
        said = check(*arguments)
    except AssertionError as why:
        print(f"not ok {number} - {name}\n# {str(why)[:1000]}")
        return False
    print(f"ok {number} - {name}" + (f"\n# {said}" if said else ""))
    return True


def main():
    with tempfile.TemporaryDirectory() as folder:
        passed = [tell(1, "every_byte_of_a_stream_is_in_its_box", streams, sys.argv[1:])]
        passed += [tell(number, case.__name__, case, folder) for number, case in enumerate(CASES, 2)]
    print(f"1..{len(passed)}")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
