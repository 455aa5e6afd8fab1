#!/usr/bin/env python3
"""A client: sends the bets of a CSV file in batches, finishes, and says how many won.

Exits with 0; with 1 if a row cannot be sent or the server refuses a batch; with 3 if it cannot know what became of a
frame.
"""
import argparse
import csv
import itertools
import random
import select
import socket
import sys
import time

import sorteo

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("dialect", choices=sorteo.DIALECTS)
parser.add_argument("server", metavar="HOST:PORT")
parser.add_argument("agency", type=int)
parser.add_argument("file", help="CSV: name, surname, document, birth date, number")
options = parser.parse_args()

DIALECT, KEY_SIZE = options.dialect, sorteo.dialect_parameters(options.dialect)["key_size"]
ATTEMPTS, STOPPED, IN_DOUBT = 6, 1, 3


class Server:
    """The other side, over one connection or several."""
    socket = decoder = None

    def ask(self, frame, reply):
        """The events of the reply to a frame. Only with keys can a frame be sent again without harm (section 8)."""
        status, reason = STOPPED, None
        for attempt in range(ATTEMPTS):
            time.sleep(attempt and 0.05 * 2 ** attempt)
            try:
                self.connect()
                status = IN_DOUBT
                self.socket.sendall(frame)
                return list(self.events(reply))
            except OSError as why:
                self.socket, reason = None, why
            if status == IN_DOUBT and not KEY_SIZE:
                break
        print(f"no {reply} from the server: {reason}", file=sys.stderr)
        sys.exit(status)

    def connect(self):
        """Opens a connection, unless there is one: a server may end it after any ANSWER (section 4)."""
        if self.socket is None or select.select([self.socket], [], [], 0)[0]:
            host, _, port = options.server.rpartition(":")
            self.socket = socket.create_connection((host, int(port)))
            self.decoder = sorteo.Decoder(DIALECT, "reply")

    def events(self, reply):
        self.decoder.expect(reply)
        while True:
            while event := self.decoder.next():
                yield event
                if sorteo.ends_frame("reply", event.kind):
                    return
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionResetError("the connection ended")
            self.decoder.feed(data)


def packets(keys):
    """The BATCHes of the file, each as large as a packet may be."""
    packet = sorteo.Packet(DIALECT)
    with open(options.file, encoding="utf-8", errors="surrogateescape", newline="") as file:
        rows = csv.reader(file)
        try:
            for name, surname, document, birthdate, number in rows:
                bet = sorteo.Bet(options.agency, name, surname, int(document), birthdate, int(number))
                if not packet.add(bet):
                    yield packet.end(next(keys))
                    packet = sorteo.Packet(DIALECT)
                    packet.add(bet)
        except (sorteo.Error, ValueError) as why:
            sys.exit(f"{options.file}:{rows.line_num}: {why}")
    if packet.bets:
        yield packet.end(next(keys))


def main():
    first = random.randrange(256 ** KEY_SIZE // 2 + 1)      # so that no other run has these KEYs
    keys = itertools.count(first) if KEY_SIZE else itertools.repeat(0)
    server = Server()
    for packet in packets(keys):
        if not server.ask(packet, "answer")[0].stored:
            sys.exit("the server refused a batch")
    events = server.ask(sorteo.encode_finish(DIALECT, next(keys), options.agency), "winners")
    server.socket.sendall(sorteo.encode_receipt(DIALECT))
    server.socket.shutdown(socket.SHUT_WR)
    print(f"agency {options.agency}: {sum(event.kind == 'WINNER' for event in events)} winners")


main()
