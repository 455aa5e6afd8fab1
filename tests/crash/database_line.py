"""The line between one server and its database, which can be cut at any message of PostgreSQL's protocol.

Messages are told apart by who sends them, their letter, and the first word of what they say ("up Q COMMIT" asks for a
commit, "down C COMMIT" says that it was made). Knows nothing of what the server wants with them.
"""

import collections
import contextlib
import re
import socket
import struct
import threading

UP, DOWN = "up", "down"             # from the server, from the database
BEFORE, AFTER = "before", "after"   # the message is lost with the line, or is the last that goes through
WORD = re.compile(rb"[A-Z]+")


def kind_of(way, message):
    """ "up Q COMMIT" """
    word = WORD.match(message[5:]) if message[:1] in b"QC" else None
    return " ".join(filter(None, (way, message[:1].decode("latin-1"), word and word[0].decode())))


class Connection:
    def __init__(self, line, server, database):
        self.line = line
        self.ends = {UP: server, DOWN: database}
        self.threads = [threading.Thread(target=self.carry, args=(way,), daemon=True) for way in (UP, DOWN)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def cut(self):
        for end in self.ends.values():
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def carry(self, way):
        source, target = self.ends[way], self.ends[DOWN if way == UP else UP]
        head = 0 if way == UP else 1    # what the server says first has no letter
        data = b""
        with contextlib.suppress(OSError):
            while True:
                piece = source.recv(65536)
                if not piece:
                    break
                data += piece
                while len(data) >= head + 4:
                    size = head + struct.unpack_from(">I", data, head)[0]
                    if len(data) < size:
                        break
                    message, data = data[:size], data[size:]
                    when = self.line.see(kind_of(way, message)) if head else None
                    if when != BEFORE:
                        target.sendall(message)
                    if when:
                        self.cut()
                        return
                    head = 1
        self.cut()


class Cuts:
    """How often each cut, (kind, when), was ordered and made, over several lines of which one is cut at a time."""

    def __init__(self):
        self.ordered = collections.Counter()
        self.made = collections.Counter()


class DatabaseLine:
    """Listens until it is closed. Its order is for the next message of a kind."""

    def __init__(self, port, cuts):
        self.to = port
        self.cuts = cuts
        self.lock = threading.Lock()
        self.order = None                       # (kind, BEFORE or AFTER)
        self.seen = collections.Counter()       # kinds
        self.connections = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def accept(self):
        while True:
            try:
                server, _ = self.listener.accept()
            except OSError:
                return
            try:
                database = socket.create_connection(("localhost", self.to))
            except OSError:     # it is away
                server.close()
                continue
            for end in (server, database):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = Connection(self, server, database)
            connection.start()
            self.connections.append(connection)

    def see(self, kind):
        """What the order says of this message: BEFORE, AFTER or None. An order holds for one message."""
        with self.lock:
            self.seen[kind] += 1
            if self.order is None or self.order[0] != kind:
                return None
            order, self.order = self.order, None
            self.cuts.made[order] += 1
            return order[1]

    def order_cut(self, kind, when):
        with self.lock:
            self.order = kind, when

    def cut_next(self):
        """Orders a cut at that message, of those seen so far, for which it was ordered least often; around a commit
        three times as often as elsewhere, and first. Returns the order."""
        def had(order):
            return self.cuts.ordered[order] // (3 if "COMMIT" in order[0] else 1), "COMMIT" not in order[0]

        with self.lock:
            self.order = min(((kind, when) for kind in self.seen for when in (BEFORE, AFTER)), key=had)
            self.cuts.ordered[self.order] += 1
            return self.order

    def is_obeyed(self):
        with self.lock:
            return self.order is None

    def withdraw(self):
        with self.lock:
            self.order = None

    def cut_now(self):
        for connection in self.connections:
            connection.cut()

    def close(self):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()
        self.cut_now()
        for connection in self.connections:
            for thread in connection.threads:
                thread.join()
            for end in connection.ends.values():
                end.close()
