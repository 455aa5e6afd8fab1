#!/usr/bin/env python3
"""A client with a fault for every case of `sorteo conform client`, named like the case, which the case must find.

usage: planted_client.py DIALECT HOST:PORT AGENCY FILE.csv [FAULT]

Without a fault it keeps to the protocol. It exits with 0 when it has its winners, and with another status when it could
not get them. Written from grammar/PROTOCOL.md alone; it shares nothing with the C code.
"""

import csv
import os
import random
import select
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))

import wire  # noqa: E402
from planted_server import wrong_date, wrong_text  # noqa: E402

STORED, REFUSED = 0, 1
ATTEMPTS = 5


class Stop(Exception):
    """The client cannot go on, for the reason given."""


class Ended(Exception):
    """The server ended the connection."""


class Client:
    def __init__(self, dialect, server, agency, fault):
        self.dialect, self.agency, self.fault = dialect, agency, fault
        host, port = server.rsplit(":", 1)
        self.address = host, int(port)
        self.socket = None
        self.key = 1 if self.has("client_keys_of_two_runs") else random.getrandbits(62)

    def has(self, *faults):
        return self.fault in faults

    def next_key(self):
        self.key += not self.has("client_keys")
        return self.key

    # ---- The file ----------------------------------------------------------------------------------------

    def read(self, path):
        with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
            return [self.bet(row) for row in csv.reader(file) if row]

    def bet(self, row):
        name, surname, date = (self.text(row[place]) for place in (0, 1, 3))
        if any(wrong_text(text) for text in (name, surname)) and not self.has("client_bad_utf8", "client_controls"):
            raise Stop("a name that cannot be sent")
        if wrong_date(date) and not self.has("client_impossible_days"):
            raise Stop("a day that does not exist")
        document, number = int(row[2]), int(row[4])
        if self.has("client_large_integers"):
            document, number = document % 2**32, number % 2**16
        if self.has("client_integers_at_their_ends"):
            document %= 2**31
        if not 0 <= document < 2**32 or not 0 <= number < 2**16:
            raise Stop("a number that is too large")
        if self.has("client_leap_days"):
            date = date.replace(b"-02-29", b"-02-28")
        return wire.Bet(self.agency, name, surname, document, date, number)

    def text(self, text):
        if self.has("client_utf8_names"):
            return text.encode("ascii", "replace")
        text = text.encode("utf-8", "surrogateescape")
        return text[:100] if self.has("client_long_names") else text

    def packets(self, bets):
        limit = 9000 if self.has("client_packets") else 8000
        batch, size = [], 0
        for bet in bets:
            more = len(wire.encode_item(self.dialect, bet))
            if batch and wire.batch_head_size(self.dialect) + size + more > limit:
                yield wire.encode_batch(self.dialect, batch, self.next_key())
                batch, size = [], 0
            batch.append(bet)
            size += more
        if batch:
            yield wire.encode_batch(self.dialect, batch, self.next_key())

    # ---- The connection ----------------------------------------------------------------------------------

    def connect(self):
        """Opens a connection, unless there is one that the server has not ended."""
        if self.socket is not None and select.select([self.socket], [], [], 0)[0] and not self.peek():
            if self.has("client_closed_after_each_answer"):
                raise Stop("the connection ended")
            self.close()
        if self.socket is None:
            self.socket = socket.create_connection(self.address, 20)

    def peek(self):
        try:
            return self.socket.recv(1, socket.MSG_PEEK)
        except OSError:
            return b""

    def close(self):
        self.socket.close()
        self.socket = None

    def receive(self, count):
        received = b""
        while len(received) < count:
            try:
                piece = self.socket.recv(count - len(received))
            except OSError:
                piece = b""
            if not piece:
                self.close()
                raise Ended
            received += piece
            if self.has("client_winners_byte_by_byte") and len(received) < count:
                raise Stop("WINNERS in pieces")
        return received

    # ---- The conversation --------------------------------------------------------------------------------

    def run(self, bets):
        if self.has("client_all_rows"):
            bets = bets[:-1]
        if self.has("client_agency"):
            bets = [bet.but(agency=self.agency + 1) for bet in bets]
        finish = wire.encode_finish(self.dialect, self.agency, self.next_key())
        early = finish if self.has("client_waits_for_answers") else b""
        for packet in self.packets(bets):
            self.store(packet, early)
        self.finish(finish, bool(early))

    def store(self, packet, early):
        for attempt in range(ATTEMPTS):
            try:
                self.connect()
                self.socket.sendall(packet + early)
                return self.judge(self.receive(1)[0])
            except (Ended, OSError):
                self.lost(attempt)
                packet = self.changed(packet)
        raise Stop("no answer")

    def lost(self, attempt):
        resends = self.dialect.is_keyed or self.has("client_answer_lost")
        if not resends or self.has("client_connection_ends_at_once"):
            raise Stop("in doubt")
        self.socket = None
        time.sleep(0.05 * (attempt + 1))

    def changed(self, packet):
        if not self.has("client_answer_lost_with_keys"):
            return packet
        return packet[:2] + wire.encode_key(self.dialect, self.next_key()) + packet[2 + self.dialect.key_size:]

    def judge(self, answer):
        if answer == REFUSED and self.has("client_refused", "client_refused_and_closed"):
            return
        if answer not in (STORED, REFUSED) and self.has("client_answer_of_2"):
            return
        if answer != STORED:
            raise Stop(f"answer {answer}")

    def finish(self, finish, is_sent):
        for _ in range(ATTEMPTS):
            try:
                self.connect()
                self.socket.sendall(b"" if is_sent else finish)
                return self.collect()
            except (Ended, OSError):
                if self.has("client_winners_lost", "client_winners_cut"):
                    return None
                self.socket = None
                time.sleep(0.05)
                if self.has("client_finish_key"):
                    finish = wire.encode_finish(self.dialect, self.agency, self.next_key())
        raise Stop("no winners")

    def collect(self):
        if self.has("client_waits_for_winners"):
            self.socket.sendall(self.dialect.receipt_byte)
        count = int.from_bytes(self.receive(self.dialect.winners_size), "big")
        if (self.has("client_no_winners") and count == 0) or (self.has("client_many_winners") and count > 100):
            raise Stop(f"{count} winners")
        if self.has("client_waits_for_the_last_winner"):
            self.socket.sendall(self.dialect.receipt_byte)
        struct.unpack(f">{count}I", self.receive(4 * count))
        self.socket.sendall(self.dialect.receipt_byte)
        self.socket.shutdown(socket.SHUT_WR)
        while self.peek():
            self.receive(1)


def main():
    name, server, agency, path = sys.argv[1:5]
    dialect = next(dialect for dialect in wire.ALL if dialect.name == name)
    client = Client(dialect, server, int(agency), sys.argv[5] if len(sys.argv) > 5 else None)
    try:
        client.run(client.read(path))
    except Stop as stop:
        print(f"stopped: {stop}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
