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
KEY_SIZE = sorteo.dialect_parameters(options.dialect)["key_size"]


class Server:
    """The other side, over one connection or several."""
    socket = decoder = None

    def ask(self, frame, reply):
        """The events of the reply to a frame. Only with keys can a frame be sent again without harm (section 8)."""
        sent, reason = False, None
        for pause_s in (0, 0.1, 0.2, 0.4, 0.8, 1.6):
            time.sleep(pause_s)
            try:
                self.connect()
                sent = True
                self.socket.sendall(frame)
                return self.events(reply)
            except OSError as why:
                self.socket, reason = None, why
            except sorteo.Error as why:
                sys.exit(f"the server's {reply} is malformed: {why}")
            if sent and not KEY_SIZE:
                break
        print(f"no {reply} from the server: {reason}", file=sys.stderr)
        sys.exit(3 if sent else 1)

    def connect(self):
        """Opens a connection, unless there is one: a server may end it after any ANSWER (section 4)."""
        if self.socket is None or select.select([self.socket], [], [], 0)[0]:
            host, _, port = options.server.rpartition(":")
            self.socket = socket.create_connection((host, int(port)))
            self.decoder = sorteo.Decoder(options.dialect, "reply")

    def events(self, reply):
        self.decoder.expect(reply)
        while data := self.socket.recv(65536):
            for events in self.decoder.frames(data):
                return events
        raise ConnectionResetError("the connection ended")


def bets(rows):
    for name, surname, document, birthdate, number in rows:
        yield sorteo.Bet(options.agency, name, surname, int(document), birthdate, int(number))


first = random.randrange(256 ** KEY_SIZE // 2 + 1)      # so that no other run has these KEYs
keys = itertools.count(first) if KEY_SIZE else itertools.repeat(0)
server = Server()
with open(options.file, encoding="utf-8", errors="surrogateescape", newline="") as file:
    reader = csv.reader(file)
    try:
        for packet in sorteo.packets(options.dialect, bets(reader)):
            if not server.ask(packet.end(next(keys)), "answer")[0].stored:
                sys.exit("the server refused a batch")
    except (sorteo.Error, ValueError) as error:
        sys.exit(f"{options.file}:{reader.line_num}: {error}")
winners = server.ask(sorteo.encode_finish(options.dialect, next(keys), options.agency), "winners")[-1].winners
server.socket.sendall(sorteo.encode_receipt(options.dialect))
server.socket.shutdown(socket.SHUT_WR)
print(f"agency {options.agency}: {winners} winners")
