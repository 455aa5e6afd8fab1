#!/usr/bin/env python3
"""A server that keeps all in memory; the rules are in lottery.py."""
import argparse
import asyncio
import itertools

import sorteo
from lottery import Closed, Lottery

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
parser.add_argument("dialect", choices=sorteo.DIALECTS)
parser.add_argument("--agencies", type=int, default=5)
parser.add_argument("--port", type=int, default=12345, help="of the agency stream")
parser.add_argument("--bet-port", type=int, default=12346, help="of single bets")
parser.add_argument("--winning-number", type=int, default=7574)
parser.add_argument("--deadline", type=float, default=10, help="seconds to a first byte, and for a frame")
options = parser.parse_args()

DIALECT, KEY_SIZE = options.dialect, sorteo.dialect_parameters(options.dialect)["key_size"]
MAX_FRAME, BETWEEN_FRAMES_S, LINGER_S = 1 << 20, 300, 2
lottery = Lottery(options.agencies, options.winning_number, keyed=KEY_SIZE > 0)


class Connection(asyncio.Protocol):
    numbers = itertools.count(1)
    agency, refused, receipted = None, False, 0     # see lottery.py
    due, waits = None, False                        # the round of its FINISH; does it wait for WINNERS?
    closed = ended = False                          # this direction, and the client's

    def __init__(self, stream):
        self.number, self.stream = next(self.numbers), stream
        self.decoder = sorteo.Decoder(DIALECT, stream, MAX_FRAME)
        self.timer = asyncio.get_running_loop().call_later(options.deadline, self.close)

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if self.waits:                      # nothing may come between FINISH and WINNERS
            self.close()
        if self.closed:
            return
        began = not self.decoder.unfinished
        try:
            for events in self.decoder.frames(data):
                began = True
                self.on_frame(events[-1], [event.bet for event in events if event.kind == "BET"])
            if began and not self.waits:
                self.closes_in(options.deadline if self.decoder.unfinished or not self.agency else BETWEEN_FRAMES_S)
        except sorteo.Error as error:
            self.on_error(error, self.decoder.unfinished)
        except Closed:
            self.close()

    def on_frame(self, last, bets):
        if last.kind == "FINISH":
            self.on_finish(last)
        elif last.kind == "RECEIPT":
            lottery.receipt(self, self.due)
        else:
            stored = lottery.store(self, last.key, bets)
            self.refused = self.refused or not stored
            self.transport.write(sorteo.encode_answer(stored))

    def on_finish(self, event):
        followed = bool(self.decoder.unfinished)
        if followed and self.agency is None:
            raise Closed                    # of another dialect, by its looks
        self.due, self.waits = lottery.finish(self, event.key, event.agency), not followed
        self.timer.cancel()                 # an agency that waits is never late
        for agency in lottery.agencies.values():        # was it the last one?
            if "agency" in agency.speakers:
                agency.speakers["agency"].send_winners()
        if followed:                        # the FINISH counts, and what follows it does not
            raise Closed

    def on_error(self, error, frame):
        at = KEY_SIZE if self.stream == "bet" else 2 + KEY_SIZE
        if agency := lottery.agencies.get(frame[at] if at < len(frame) else None):
            agency.malformed = True
        if error.field != "RECEIPT":
            self.transport.write(sorteo.encode_answer(False))
        self.close()

    def send_winners(self):
        documents = lottery.winners(self.agency, self.due) if self.waits else None
        if documents is not None and len(documents) > sorteo.winners_max(DIALECT):
            self.close()
        elif documents is not None:
            self.waits = False
            self.closes_in(BETWEEN_FRAMES_S)
            self.transport.write(sorteo.encode_winners(DIALECT, documents))
            if self.ended:
                self.transport.close()

    def eof_received(self):
        self.ended = True
        return self.waits                   # True: the other direction stays open, until it has its WINNERS

    def closes_in(self, seconds):
        self.timer.cancel()
        if not self.closed:
            self.timer = asyncio.get_running_loop().call_later(seconds, self.close)

    def close(self):
        """Ends this direction; what still comes is read and dropped, so that the last answer arrives."""
        if not self.closed:
            self.connection_lost(None)
            self.transport.write_eof()
            asyncio.get_running_loop().call_later(LINGER_S, self.transport.close)

    def connection_lost(self, _):
        self.closed, self.waits = True, False
        self.timer.cancel()

    def pause_writing(self):
        self.transport.pause_reading()      # a client that reads no answers is not read

    def resume_writing(self):
        self.transport.resume_reading()


async def main():
    loop = asyncio.get_running_loop()
    for stream, port in (("agency", options.port), ("bet", options.bet_port)):
        server = await loop.create_server(lambda stream=stream: Connection(stream), "127.0.0.1", port)
        print(f"listening for the {stream} stream on port {server.sockets[0].getsockname()[1]}", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
