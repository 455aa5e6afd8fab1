"""A relay between one client and a server that breaks the client's connections, or kills the client, at a given byte.

Runs in the caller's thread, from the client's start to its end. Knows nothing about frames.
"""

import os
import selectors
import socket
import struct
import time
from dataclasses import dataclass

UP, DOWN = "client to server", "server to client"
RESET, END, KILL = "reset", "end", "kill"
WITHIN = 50.0       # less than the client waits for an answer


@dataclass(frozen=True)
class Cut:
    """When so many bytes have gone that way, and, from the server on, one more is there."""
    way: str
    at: int
    how: str

    def __str__(self):
        return f"{self.how} at byte {self.at} {self.way}"


class Side:
    """One of the two sockets of a connection."""

    def __init__(self, sock, way):
        sock.setblocking(False)
        self.socket = sock
        self.way = way          # that what is read from it goes
        self.peer = None
        self.cut = None         # that is to be made when `carried` has come to it
        self.carried = 0
        self.has_ended = False  # its stream was read to the end
        self.drops = False      # what still comes is read and dropped


class Relay:
    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(16)
        self.listener.setblocking(False)
        self.ports = dict.fromkeys(("agency", "bets"), self.listener.getsockname()[1])

    def close(self):
        self.listener.close()

    def run(self, process, port, plan):
        """Until the process has ended. Each connection takes the first cut of the plan, if there is one left."""
        self.process, self.port, self.plan = process, port, plan
        self.cuts = 0                       # that were made
        self.came = {UP: 0, DOWN: 0}        # bytes read, over all connections …
        self.went = {UP: 0, DOWN: 0}        # … and handed on
        self.sides = set()
        self.selector = selectors.DefaultSelector()
        ended = os.pidfd_open(process.pid)
        self.selector.register(self.listener, selectors.EVENT_READ, self.accept)
        self.selector.register(ended, selectors.EVENT_READ, None)
        try:
            self.loop()
        finally:
            for side in list(self.sides):
                self.drop(side)
            self.selector.close()
            os.close(ended)
        process.wait()

    def loop(self):
        deadline = time.monotonic() + WITHIN
        running = True
        while running:
            if time.monotonic() > deadline:
                self.process.kill()
                raise TimeoutError(f"the client had not ended after {WITHIN:g} s")
            for key, _ in self.selector.select(1):
                if key.data is None:
                    running = False
                elif key.fileobj is self.listener:
                    self.accept()
                elif key.data in self.sides:
                    self.read(key.data)

    def accept(self):
        client = Side(self.listener.accept()[0], UP)
        server = Side(socket.create_connection(("127.0.0.1", self.port)), DOWN)
        client.peer, server.peer = server, client
        cut = self.plan.pop(0) if self.plan else None
        for side in (client, server):
            side.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            side.cut = cut if cut is not None and cut.way == side.way else None
            self.sides.add(side)
            self.selector.register(side.socket, selectors.EVENT_READ, side)
        if client.cut is not None and cut.at == 0:
            self.make_cut(client)

    def read(self, side):
        try:
            data = side.socket.recv(65536)
        except BlockingIOError:
            return
        except OSError:
            self.reset(side)
            return
        if not data:
            self.end(side)
        elif not side.drops:
            self.came[side.way] += len(data)
            self.pass_on(side, data)

    def pass_on(self, side, data):
        due = False
        if side.cut is not None:
            room = side.cut.at - side.carried
            due = len(data) > room or (side.way == UP and len(data) == room)
            data = data[:room]
        try:
            side.peer.socket.sendall(data)
        except OSError:
            pass
        side.carried += len(data)
        self.went[side.way] += len(data)
        if due:
            self.make_cut(side)

    # ---- Ends ----------------------------------------------------------------------------------------------

    def make_cut(self, side):
        how, side.cut = side.cut.how, None
        self.cuts += 1
        if how == KILL:
            self.process.kill()
            self.process.wait()
            self.stop(side if side.way == UP else side.peer)
        elif how == END:
            for one in (side, side.peer):
                one.drops = True
                self.shut(one)
        else:
            self.reset(side)

    def stop(self, client):
        """The client is dead: its kernel has ended the connection, and nothing more goes either way."""
        client.drops = True
        self.shut(client.peer)
        self.drop(client)
        client.peer.drops = True

    @staticmethod
    def shut(side):
        try:
            side.socket.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def end(self, side):
        """The end of a stream goes on to the other side; when both have ended, the connection is over."""
        side.has_ended = True
        self.selector.unregister(side.socket)
        self.shut(side.peer)
        if side.peer.has_ended or side.peer not in self.sides:
            self.drop(side)
            self.drop(side.peer)

    def reset(self, side):
        for one in (side, side.peer):
            if one in self.sides:
                one.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.drop(one)

    def drop(self, side):
        if side in self.sides:
            self.sides.remove(side)
            if not side.has_ended:
                self.selector.unregister(side.socket)
            side.socket.close()
