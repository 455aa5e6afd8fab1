#!/usr/bin/env python3
"""Writes seed inputs: the bytes of every conformance vector, streams made by `sorteo encode`, agency files, and others.

    seeds.py FOLDER BUILD   run it in the project's folder; BUILD has `sorteo`. FOLDER gets a subfolder for each kind of
                            input.
"""
import hashlib
import pathlib
import re
import struct
import subprocess
import sys

INPUT_MAX = 8192
EXAMPLES = (3, 40)          # bets of an example stream


def vectors(path):
    """The bytes of each vector of a file: see tests/conformance/vectors/README.md."""
    found = None
    for line in path.read_text().splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        if words[0] == "vector":
            if found is not None:
                yield bytes(found)
            found = bytearray()
        elif re.fullmatch(r"[0-9a-f]{2}(\*\d+)?", words[0]):
            for word in words:
                byte, _, times = word.partition("*")
                found += bytes.fromhex(byte) * int(times or 1)
    if found is not None:
        yield bytes(found)


def streams(sorteo, rows):
    """The same bets in every dialect, as batches and as single bets."""
    for dialect in pathlib.Path("gen/dialects").read_text(encoding="ascii").split():
        for form in (["--batch", "2", "--finish", "--receipt"], ["--finish"], ["--single"]):
            yield subprocess.run([sorteo, "encode", "--dialect", dialect, "--agency", "1", *form, "-"], input=rows,
                                 stdout=subprocess.PIPE, check=True).stdout


def agency_files(rows):
    yield rows
    yield b"\xef\xbb\xbf" + rows.replace(b"\n", b"\r\n")
    yield rows.replace(b"\n", b"\r").rstrip(b"\r")
    yield b'"Ana ""la Rubia""","de la O, hija",1,1999-03-17,7\n\n"two\nlines","x",2,2000-02-29,65535'
    yield b"A,B,4294967296,1999-03-17,7\n"
    yield b"A,B,1,1999-03-17\n"
    yield b'A,"B,1,1999-03-17,7\n'
    yield b'A"B,C,1,1999-03-17,7\n'


def values():
    """For `encode`: what, key, then bets; see fuzz/targets/encode.c."""
    bet = b"\x01\x00\x03Ana\x00\x05Lorca\x01\xd7\x90\x91\x00" + b"1999-03-17\x08\x99"
    for what in range(12):
        yield bytes([what]) + bytes(7) + b"\x05" + bet * 2
    yield bytes([9]) + bytes(8) + b"\xff\x00\xff\xff"
    yield bytes([10]) + bytes(8) + b"\xff\x00\x01\x00"


def sessions():
    """For `session`, see fuzz/world.h: two rounds of two agencies that behave well, in each dialect; and one with a
    lost receipt."""
    connect, bets, finish, receipt, deliver, commit, reset, settle = 0, 1, 2, 3, 5, 6, 9, 15
    for dialect in range(3):
        head, steps = bytes([dialect, 1, 1]), b""
        for lap in (0, 1):
            for slot in (0, 1):
                if lap == 0:
                    steps += bytes([connect, slot, 0, 0])
                steps += bytes([bets, slot, slot + 1 | 4, 10 + lap, bets, slot, slot + 0x81, 20 + lap, settle, 0, 0, 0])
                steps += bytes([finish, slot, slot + 1, 30 + lap, settle, 0, 0, 0])
            steps += bytes([receipt, 0, 0, 0, receipt, 1, 0, 0, settle, 0, 0, 0])
        yield head + steps
        # Agency 2 loses its connection before its receipt, and asks again on another.
        lost = steps[:72] + bytes([reset, 1, 0, 0, connect, 1, 0, 0, finish, 1, 2, 30, settle, 0, 0, 0])
        yield head + lost + bytes([receipt, 1, 0, 0, finish, 1, 2, 31, settle, 0, 0, 0])
        # A single bet on a port of its own; commits that fail, each in its way.
        single = bytes([connect, 2, 1, 0, bets, 2, 1, 40])
        for fault in range(6):
            single += bytes([bets, 2, 1, 41 + fault, deliver, 2, 0, 0, commit, 0, fault, 0, connect, 2, 1, 0])
        yield head + single


def resumes():
    """For `resume`, see fuzz/targets/resume.c: a run that was killed, one that came to its end, and one that sent a
    frame again."""
    kinds = ("cut", "again", "stored", "unstored", "given-up", "finish", "winner", "winners", "receipt", "closed")

    def record(kind, *numbers):
        return bytes([kinds.index(kind), *bytes(7)]) + b"".join(numbers).ljust(40, b"\0")

    def first(dialect):
        return bytes([1, dialect, *bytes(6)]) + struct.pack(">QQQ", 1000, 999, 100) + bytes(8)

    def of(kind, index, *rest):
        return record(kind, struct.pack(">Q", index), *rest)

    cuts = [of("cut", index, struct.pack(">I", 10), bytes(range(16))) for index in range(3)]
    yield first(0) + b"".join(cuts) + of("stored", 0)
    yield (first(2) + b"".join(cuts) + b"".join(of("stored", index) for index in range(3)) + record("finish")
           + record("winner", struct.pack(">10I", 9, *range(1, 10))) + record("winner", struct.pack(">II", 1, 30904465))
           + record("winners", struct.pack(">I", 10)) + record("receipt") + record("closed"))
    yield (first(0) + cuts[0] + of("unstored", 0) + of("again", 0) + of("given-up", 0) + record("finish")
           + record("winners"))


def stores():
    """For `store`, see fuzz/hostile_store.h: each store as it is, with right checks, and with some bytes changed in its
    header, its log's header, and its rows."""
    for store in range(8):
        yield bytes([store])
        yield bytes([store | 0x80])
        yield bytes([store | 0x80, 0, 0, 18, 1, 0, 0, 19, 1, 0x80, 0, 12, 0])
        yield bytes([store]) + b"".join(bytes([page, 0, 8, 0, page, 15, 250, 0]) for page in range(12))
        frames = (bytes([0x80 | frame, 0, 40, 0, 0x80 | frame, 16, 0, 0]) for frame in range(9))
        yield bytes([store | 0x80]) + b"".join(frames)


def proxies():
    """For `proxy`: headers of each command and family, with TLVs and without, cut, and with too little or too much."""
    signature, ports = b"\r\n\r\n\0\r\nQUIT\n", struct.pack(">HH", 4711, 443)
    four = bytes((10, 1, 2, 3, 192, 0, 2, 1)) + ports
    six = bytes.fromhex("20010db8") + bytes(11) + b"\7" + bytes(10) + b"\xff\xff" + four[:4] + ports
    for family, addresses in ((0x11, four), (0x21, six), (0x21, six[16:32] * 2 + ports), (0x31, bytes(216)), (0, b"")):
        for command in (0x20, 0x21):
            for rest in (b"", b"\x03\0\4\1\2\3\4\x04\0\0", b"\x04\0\1"):
                body = addresses + rest
                yield signature + struct.pack(">BBH", command, family, len(body)) + body + b"\0\0\1"
    yield signature + struct.pack(">BBH", 0x21, 0x11, 521) + four
    yield signature + struct.pack(">BBH", 0x21, 0x11, 11) + four
    yield b"PROXY TCP4 10.1.2.3 192.0.2.1 4711 443\r\n"


def hello_with_early_data():
    """A ClientHello of TLS 1.3 with a session that nobody gave, and a record of data behind it."""
    def counted(size, data):
        return len(data).to_bytes(size, "big") + data

    def extension(kind, data):
        return struct.pack(">H", kind) + counted(2, data)

    identity, binder = counted(2, b"session") + bytes(4), counted(1, bytes(32))
    extensions = (extension(43, counted(1, b"\3\4")) + extension(10, counted(2, b"\0\x1d"))
                  + extension(13, counted(2, b"\4\3")) + extension(16, counted(2, counted(1, b"sorteo/wide")))
                  + extension(51, counted(2, b"\0\x1d" + counted(2, bytes(range(1, 33)))))
                  + extension(45, counted(1, b"\1")) + extension(42, b"")
                  + extension(41, counted(2, identity) + counted(2, binder)))
    hello = b"\3\3" + bytes(32) + counted(1, bytes(32)) + counted(2, b"\x13\1") + counted(1, b"\0")
    hello = b"\1" + counted(3, hello + counted(2, extensions))
    return b"\x16\3\1" + counted(2, hello) + b"\x17\3\3" + counted(2, bytes(40))


def tls():
    """For `tls`, see fuzz/targets/tls.c: a conversation of each version in which nothing is harmed, in small pieces,
    and with each kind of harm, before and after the handshake; what may be asked for after it, once and many times; a
    hello with early data, and one that is announced to be long."""
    client, server = 0, 1
    write_, read, end, inject, settle, carry, repeat, drop, damage, ask = range(10)
    ticket = 2

    def step(what, side, length=0, rest=b""):
        return bytes([what, side]) + length.to_bytes(2, "big") + rest

    talk = step(write_, client, 100) + step(settle, 0) + step(write_, server, 20000) + step(settle, 0)
    for version in (b"\0", b"\1"):
        yield version + step(settle, 0) + talk + step(end, client) + step(write_, server, 4) + step(end, server)
        pieces = b"".join(step(carry, side, 300) + step(read, 1 - side, 1000) for side in (client, server) * 6)
        yield version + pieces + talk
        for harm in (repeat, drop, damage):
            yield version + step(harm, client, 60) + talk
            yield version + step(settle, 0) + step(write_, client, 100) + step(harm, client, 60) + talk
        for bytes_ in (b"\x15\x03\x01\0\2\1\0", b"\x16\x03\x01\x40\0\1", b"GET / HTTP/1.0\r\n\r\n"):
            yield version + step(inject, server, len(bytes_), bytes_) + talk
            yield version + step(settle, 0) + step(inject, server, len(bytes_), bytes_) + talk
        for asks in ((client,), (server,), (server | ticket,), (client, server, client, client), (client,) * 40):
            asked = b"".join(step(ask, side) + step(settle, 0) for side in asks)
            yield version + step(settle, 0) + talk + asked + talk
            yield version + step(settle, 0) + step(write_, client, 9) + step(ask, asks[0]) + step(end, client) + talk
        for kind in (20, 21, 22, 24, 26):       # in the clear where all is encrypted: CCS, alerts, a handshake …
            harm = bytes([kind, 3, 3, 0, 2, 1, 100])
            yield version + step(settle, 0) + step(inject, server, len(harm), harm) + talk
        for harm in (hello_with_early_data(), b"\x16\x03\x01\x40\0\1\2\0\0"):
            yield version + step(inject, server, len(harm), harm) + step(settle, 0) + talk
            yield version + step(settle, 0) + step(inject, server, len(harm), harm) + talk


def write(folder, kind, inputs):
    (folder / kind).mkdir(parents=True, exist_ok=True)
    for data in inputs:
        if len(data) <= INPUT_MAX:
            (folder / kind / hashlib.sha1(data).hexdigest()).write_bytes(data)


def main():
    folder, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    sorteo = build / "sorteo"
    for path in sorted(pathlib.Path("tests/conformance/vectors").glob("*.txt")):
        write(folder, "frames", vectors(path))
    for path in sorted(pathlib.Path("examples/data").glob("*.csv")):
        rows = path.read_bytes().splitlines(keepends=True)
        for count in EXAMPLES:
            write(folder, "frames", streams(sorteo, b"".join(rows[:count])))
            write(folder, "csv", agency_files(b"".join(rows[:count])))
    write(folder, "encode", values())
    write(folder, "session", sessions())
    write(folder, "resume", resumes())
    write(folder, "store", stores())
    write(folder, "proxy", proxies())
    write(folder, "tls", tls())


main()
