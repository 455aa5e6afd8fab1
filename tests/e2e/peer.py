"""One connection to the server: sends what a test tells it, byte for byte, and returns what came back.

Speaks for an agency, correctly or not. Records in the ledger what it sent and what was answered, so that at the end the
store can be compared with what the server promised.
"""

import select
import socket
import struct
import time

import over_tls
import wire
from server import PATIENCE, Failure



class Ended(Failure):
    """The server ended the connection, or it broke, before everything expected had arrived."""


class Late(Failure):
    """Something expected did not arrive in time."""


class Ledger:
    """What must be in the store (answered 0), and what may be (sent whole, never answered)."""

    def __init__(self):
        self.stored = []
        self.doubtful = []

    def answered(self, frame_bets, answer):
        if answer == 0:
            self.stored += frame_bets

    def unanswered(self, frame_bets):
        if frame_bets:
            self.doubtful.append(list(frame_bets))


class Peer:
    def __init__(self, server, dialect, agency=1, stream="agency", ledger=None, narrow=False, source=None):
        """A connection. `narrow` keeps the kernel's buffers so small that the server notices a slow reader;
        `source` is the address that it comes from."""
        self.server = server
        self.dialect = dialect
        self.agency = agency
        self.ledger = ledger or Ledger()
        self.pending = []  # bets of each frame that has no answer yet; empty for a repeat
        self.last_key = None
        self.socket = socket.socket()
        if narrow:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(PATIENCE)
        if source is not None:
            self.socket.bind((source, 0))
        self.socket.connect((getattr(server, "host", "127.0.0.1"), server.ports[stream]))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = over_tls.connected(self.socket, dialect)

    # ---- Bytes -------------------------------------------------------------------------------------------

    def send(self, data):
        try:
            self.socket.sendall(data)
        except TimeoutError:
            raise Failure("the server does not read") from None

    def drip(self, data, pause=0.0):
        """Sends one byte at a time, each in a segment of its own."""
        for byte in data:
            self.send(bytes([byte]))
            time.sleep(pause)

    def receive(self, count, within=PATIENCE):
        received = b""
        deadline = time.monotonic() + within
        while len(received) < count:
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                piece = self.socket.recv(count - len(received))
            except TimeoutError:
                raise Late(f"{len(received)} of {count} bytes came in {within:g} s") from None
            finally:
                self.socket.settimeout(PATIENCE)
            if not piece:
                raise Ended(f"closed after {len(received)} of {count} bytes")
            received += piece
        return received

    def receive_rest(self, within=PATIENCE, reset_ok=False):
        """Returns all bytes up to the end of the stream."""
        received = b""
        deadline = time.monotonic() + within
        while True:
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                piece = self.socket.recv(65536)
            except TimeoutError:
                raise Failure(f"still open after {within:g} s, having sent {received[:20]!r}") from None
            except ConnectionResetError:
                if reset_ok:
                    return received
                raise Failure(f"reset instead of closed, having sent {received[:20]!r}") from None
            if not piece:
                return received
            received += piece

    def expect_closed(self, received=b"", within=PATIENCE, reset_ok=False):
        """Expects these bytes, then the end of the stream."""
        came = self.receive_rest(within, reset_ok)
        if came != received:
            raise Failure(f"before the end came {came[:20]!r}, wanted {received!r}")
        self.close()

    def expect_silence(self, seconds=0.2):
        """Expects neither a byte nor the end: not by the time the server has done all that it can, nor soon after."""
        if hasattr(self.server, "settle"):
            self.server.settle(beside_stopped=True)
        if over_tls.pending(self.socket) or select.select([self.socket], [], [], seconds)[0]:
            raise Failure(f"expected silence, got {self.socket.recv(20)!r}")

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        for frame_bets in self.pending:
            self.ledger.unanswered(frame_bets)
        self.pending = []
        self.socket.close()

    def reset(self):
        """Resets the connection."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def leave(self):
        """Ends this side's direction after a whole frame, and waits until the server ends its own."""
        self.half_close()
        self.expect_closed()

    # ---- Frames ------------------------------------------------------------------------------------------

    def key(self, key=None):
        self.last_key = wire.new_key() if key is None else key
        return self.last_key

    def send_batch(self, batch, key=None, repeat=False):
        """Sends a BATCH without waiting. A repeat adds nothing to what must be stored."""
        frame = wire.encode_batch(self.dialect, batch, self.key(key))
        self.pending.append([] if repeat else list(batch))
        self.send(frame)

    def send_single(self, single, key=None, repeat=False):
        self.pending.append([] if repeat else [single])
        self.send(wire.encode_single(self.dialect, single, self.key(key)))

    def answer(self, within=PATIENCE):
        answer = self.receive(1, within)[0]
        if answer not in (0, 1):
            raise Failure(f"answer {answer}")
        self.ledger.answered(self.pending.pop(0) if self.pending else [], answer)
        return answer

    def expect_answer(self, wanted):
        answer = self.answer()
        if answer != wanted:
            raise Failure(f"answer {answer}, wanted {wanted}")

    def store(self, batch=None, key=None, repeat=False):
        """Sends a BATCH that must be taken. Returns its bets."""
        batch = wire.bets(2, self.agency) if batch is None else batch
        self.send_batch(batch, key, repeat)
        self.expect_answer(0)
        return batch

    def refuse(self, batch=None, key=None):
        """Sends a BATCH that must be refused while the connection stays open."""
        self.send_batch(wire.bets(2, self.agency) if batch is None else batch, key)
        self.expect_answer(1)

    def store_single(self, single=None, key=None, repeat=False):
        single = single or wire.bet(self.agency)
        self.send_single(single, key, repeat)
        self.expect_answer(0)
        return single

    def refuse_single(self, single=None, key=None):
        self.send_single(single or wire.bet(self.agency), key)
        self.expect_answer(1)

    def finish(self, key=None, agency=None):
        """Sends FINISH without waiting."""
        self.send(wire.encode_finish(self.dialect, self.agency if agency is None else agency, self.key(key)))

    def winners(self, within=PATIENCE):
        """Reads WINNERS and returns its documents."""
        size = self.dialect.winners_size
        count = int.from_bytes(self.receive(size, within), "big")
        return list(struct.unpack(f">{count}I", self.receive(4 * count, within)))

    def expect_winners(self, winning_bets=(), within=PATIENCE):
        wanted = [winner if isinstance(winner, int) else winner.document for winner in winning_bets]
        came = self.winners(within)
        if came != wanted:
            raise Failure(f"{len(came)} winners {came[:10]}, wanted {len(wanted)} {wanted[:10]}")

    def receipt(self):
        self.send(self.dialect.receipt_byte)

    def receipt_and_leave(self):
        """Sends RECEIPT, and makes sure that the server has handled it."""
        self.receipt()
        self.leave()
