"""A server that follows a test's script, connection by connection, and records what it received.

A script is a function that is called with the Connection. The first connection gets the first script, and so on; the
last script serves all further ones. Reads frames by the dialects in wire.py, not with the C codec.
"""

import socket
import struct
import threading

import over_tls
import wire
from server import PATIENCE, Failure



class Ended(Exception):
    """The client ended its stream, or aborted it."""


class Connection:
    def __init__(self, fake, sock):
        self.fake = fake
        self.dialect = fake.dialect
        self.frames = []  # ("batch" | "single" | "finish" | "receipt", key, bets)
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = over_tls.accepted(sock, fake.dialect)

    # ---- Reading -----------------------------------------------------------------------------------------

    def bytes(self, count):
        received = b""
        while len(received) < count:
            try:
                piece = self.socket.recv(count - len(received))
            except OSError:
                raise Ended from None
            if not piece:
                raise Ended
            received += piece
        return received

    def integer(self, count):
        return int.from_bytes(self.bytes(count), "big")

    def bet(self, agency=None):
        """`agency`: where it is not in front of the bet, but of all bets of the batch."""
        if agency is None:
            agency = self.integer(1)
        name = self.bytes(self.integer(self.dialect.length_size))
        surname = self.bytes(self.integer(self.dialect.length_size))
        return wire.Bet(agency, name, surname, self.integer(4), self.bytes(10), self.integer(2))

    def frame(self):
        """The next SINGLE, BATCH or FINISH."""
        if self.fake.stream == "bets":
            key = self.integer(self.dialect.key_size)
            return self.note("single", key, [self.bet()])
        count = self.integer(2)
        key = self.integer(self.dialect.key_size)
        if count == 0:
            self.integer(1)
            return self.note("finish", key, [])
        agency = self.integer(1) if self.dialect.names_agency_once else None
        return self.note("batch", key, [self.bet(agency) for _ in range(count)])

    def receipt(self):
        if self.bytes(1) != self.dialect.receipt_byte:
            raise Failure("a wrong receipt")
        return self.note("receipt", 0, [])

    def note(self, *frame):
        self.frames.append(frame)
        return frame

    def rest(self):
        """Reads on to the end of the client's stream."""
        try:
            while True:
                self.bytes(1)
        except Ended:
            pass

    # ---- Writing -----------------------------------------------------------------------------------------

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            raise Ended from None

    def answer(self, value=0):
        self.send(bytes([value]))

    def winners(self, documents=()):
        self.send(self.encoded_winners(documents))

    def encoded_winners(self, documents):
        count = len(documents)
        return count.to_bytes(self.dialect.winners_size, "big") + struct.pack(f">{count}I", *documents)

    def reset(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class FakeServer:
    """with FakeServer(dialect, script, ...) as fake: ... fake.ports["agency"] is where it listens."""

    def __init__(self, dialect, *scripts, stream="agency"):
        self.dialect = dialect
        self.stream = stream
        self.scripts = list(scripts)
        self.connections = []
        self.stored = []  # bets of the frames that a good server stored
        self.keys = set()
        self.raised = None
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", 0))
        self.ports = {stream: self.listener.getsockname()[1]}

    def listen(self):
        self.listener.listen(16)
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def accept(self):
        while True:
            try:
                sock = self.listener.accept()[0]
            except OSError:
                return
            script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
            connection = Connection(self, sock)
            self.connections.append(connection)
            threading.Thread(target=self.serve, args=(script, connection), daemon=True).start()

    def serve(self, script, connection):
        try:
            over_tls.shake(connection.socket)
            script(connection)
        except Ended:
            pass
        except BaseException as error:
            self.raised = error
        connection.socket.close()

    def __enter__(self):
        return self.listen()

    def __exit__(self, kind, error, trace):
        self.close()
        if self.raised and error is None:
            raise self.raised

    def close(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()

    # ---- What it got ---------------------------------------------------------------------------------------

    def frames(self, kind=None):
        return [frame for connection in self.connections for frame in connection.frames if kind in (None, frame[0])]

    def shape(self):
        """A word for each connection: b3 for a BATCH of three, s for a SINGLE, F for FINISH, R for RECEIPT."""
        letters = {"batch": "b", "single": "s", "finish": "F", "receipt": "R"}
        return " ".join("".join(letters[kind] + (str(len(bets)) if kind == "batch" else "")
                                for kind, _, bets in connection.frames) for connection in self.connections)

    def expect_shape(self, wanted):
        if self.shape() != wanted:
            raise Failure(f"the client sent {self.shape()!r}, wanted {wanted!r}")

    def store(self, frame):
        """Stores as a correct server does: in keyed, bets under a known KEY are not stored again."""
        kind, key, bets = frame
        if self.dialect.is_keyed and key in self.keys:
            return
        self.keys.add(key)
        self.stored += bets

    def expect_stored(self, bets):
        if self.stored != bets:
            raise Failure(f"{len(self.stored)} bets were stored, wanted {len(bets)} in their order")


# ---- Scripts ---------------------------------------------------------------------------------------------------

def good(connection, documents=()):
    """Stores and answers everything; no winners, unless given."""
    while True:
        frame = connection.frame()
        if frame[0] == "finish":
            connection.winners(documents)
            connection.receipt()
        else:
            connection.fake.store(frame)
            connection.answer(0)


def good_one(connection, documents=()):
    """The same, for one frame. Its answer and the end of the stream travel together: a client that keeps the connection
    would else be right to send another frame in between."""
    connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
    frame = connection.frame()
    if frame[0] == "finish":
        connection.winners(documents)
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)
        connection.receipt()
        connection.rest()
    else:
        connection.fake.store(frame)
        connection.answer(0)


def good_first(count, then):
    """Stores and answers this number of frames, then continues with the given script."""
    def script(connection):
        for _ in range(count):
            connection.fake.store(connection.frame())
            connection.answer(0)
        then(connection)
    return script


def take_and_close(connection):
    """Takes a frame, stores it, and closes without an answer."""
    connection.fake.store(connection.frame())


def lose_and_close(connection):
    """Takes a frame, stores nothing, and closes without an answer."""
    connection.frame()


def close_at_once(connection):
    del connection


def reset_after_frame(connection):
    connection.frame()
    connection.reset()
