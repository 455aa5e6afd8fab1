#!/usr/bin/env python3
"""A client: sends the bets of a CSV file in batches, finishes, and says how many won.

Exits with 0; with 1 if a row cannot be sent or the server refuses a batch; with 3 if it cannot know what became of a
frame. Numbers in brackets are sections of PROTOCOL.md.
"""
import argparse
import csv
import select
import socket
import sys
import time

import sorteo

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("dialect", choices=sorteo.DIALECTS)
parser.add_argument("server", metavar="HOST:PORT", type=lambda text: text.rsplit(":", 1))
parser.add_argument("agency", type=int)
parser.add_argument("file", help="CSV: name, surname, document, birth date, number")
options = parser.parse_args()
KEYED = sorteo.dialect_parameters(options.dialect)["key_size"] > 0


class Server:
    socket = None

    def ask(self, frame, reply):
        """The reply to a frame. Only with keys can it be sent again without harm (8)."""
        sent = False
        for pause_s in (0, 0.1, 0.2, 0.4, 0.8, 1.6):
            time.sleep(pause_s)
            try:
                if not self.socket or select.select([self.socket], [], [], 0)[0]:   # it may end after any ANSWER (4)
                    self.socket = socket.create_connection(options.server)
                sent = True
                self.socket.sendall(frame)
                return self.read(reply)
            except sorteo.Malformed as why:
                sys.exit(f"the server's {reply} is malformed: {why}")
            except OSError as why:
                self.socket, reason = None, why
                if sent and not KEYED:
                    break
        print(f"no {reply} from the server: {reason}", file=sys.stderr)
        sys.exit(3 if sent else 1)

    def read(self, reply):
        decoder = sorteo.Decoder(options.dialect, "reply")
        decoder.expect(reply)
        while data := self.socket.recv(1 << 16):
            for frame in decoder.frames(data):
                return frame
        raise ConnectionResetError("the connection ended")


server = Server()
keys = sorteo.random_keys(options.dialect)
with open(options.file, encoding="utf-8", errors="surrogateescape", newline="") as file:
    rows = csv.reader(file)
    bets = (sorteo.Bet(options.agency, name, surname, int(document), birthdate, int(number))
            for name, surname, document, birthdate, number in rows)
    try:
        for batch in sorteo.batches(options.dialect, bets, keys):
            if not server.ask(batch, "answer").stored:
                sys.exit("the server refused a batch")
    except (sorteo.Error, ValueError) as error:
        sys.exit(f"{options.file}:{rows.line_num}: {error}")
winners = server.ask(sorteo.encode_finish(options.dialect, next(keys), options.agency), "winners").winners
server.socket.sendall(sorteo.encode_receipt(options.dialect))
server.socket.shutdown(socket.SHUT_WR)
print(f"agency {options.agency}: {winners} winners")
