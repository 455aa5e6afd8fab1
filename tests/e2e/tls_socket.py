"""A socket over TLS that behaves as a plain one: what is sent comes out at the other end, and each direction ends by
itself.

Python's own (ssl.SSLSocket) cannot end one direction and read on, nor end without a word. Here the records go through
memory, and the plain socket below is the test's to reset, to shut down and to wait for.
"""

import contextlib
import socket
import ssl

PIECE = 65536
RECORD = 16384


class TlsSocket:
    def __init__(self, sock, context, server_name=None):
        """`server_name`: whom a client expects; None is for a server."""
        self.below = sock
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_name is None, server_name)
        self.unsent = b""           # records that the system has not taken
        self.unread = b""           # decrypted
        self.is_open = False        # the handshake is complete
        self.has_ended = False      # nothing more will come
        self.said_end = False
        self.will_reset = False

    def __getattr__(self, name):
        """All else is the plain socket's: names, timeouts, options, its descriptor."""
        return getattr(self.below, name)

    # ---- Records -------------------------------------------------------------------------------------------

    def flush(self, flags=0):
        self.unsent += self.outgoing.read()
        while self.unsent:
            self.unsent = self.unsent[self.below.send(self.unsent, flags):]

    def feed(self):
        """Waits for records. False when there are no more."""
        data = self.below.recv(PIECE)
        self.incoming.write(data)
        self.has_ended = not data
        return bool(data)

    def shake(self):
        """Completes the handshake. False if the other side ended it, or the connection."""
        while not self.is_open and not self.has_ended:
            try:
                self.tls.do_handshake()
                self.is_open = True
                self.flush()
            except ssl.SSLWantReadError:
                self.flush()
                self.feed()
        return self.is_open

    def decrypt(self):
        """What has come, or None if that is no whole record."""
        try:
            data = self.tls.read(PIECE)
        except ssl.SSLWantReadError:
            return None
        except ssl.SSLZeroReturnError:
            data = b""
        self.has_ended = self.has_ended or not data
        return data

    # ---- As of a plain socket ------------------------------------------------------------------------------

    def pending(self):
        """Bytes that can be received without waiting, and that select does not see."""
        return len(self.unread)

    def send(self, data):
        """Takes no more than a record, and nothing while the last one is not sent."""
        self.shake()
        self.flush()
        taken = data[:RECORD]
        if self.is_open:
            self.tls.write(taken)
            with contextlib.suppress(BlockingIOError):
                self.flush()
        return len(taken)

    def sendall(self, data):
        """What is sent to someone who has gone is lost without a word, as over a plain socket."""
        if self.shake() and data:
            self.tls.write(data)
            self.flush()

    def recv(self, count):
        """Also sends what the system had no room for, if it has some now."""
        if self.unsent:
            with contextlib.suppress(OSError):
                self.flush(socket.MSG_DONTWAIT)
        if not self.unread and not self.has_ended and self.shake():
            data = self.decrypt()
            while data is None:
                data = self.decrypt() if self.feed() else b""
            while data:
                self.unread += data
                data = self.decrypt()
        given, self.unread = self.unread[:count], self.unread[count:]
        return given

    def end(self):
        """close_notify. What has come is decrypted first, or TLS would take it for a mistake."""
        if not self.is_open or self.said_end:
            return
        self.said_end = True
        with contextlib.suppress(OSError):
            while not self.has_ended and (data := self.decrypt()) is not None:
                self.unread += data
        with contextlib.suppress(OSError):      # it also looks whether the other side has ended, which may wait
            self.tls.unwrap()
        with contextlib.suppress(OSError):
            self.flush()

    def shutdown(self, how):
        """With both directions, another thread breaks the connection: it must not touch its records."""
        if how == socket.SHUT_WR:
            self.end()
        self.below.shutdown(how)

    def setsockopt(self, level, name, value):
        self.will_reset = self.will_reset or name == socket.SO_LINGER
        self.below.setsockopt(level, name, value)

    def close(self):
        """A client just leaves; a server says that its answers are complete."""
        if self.tls.server_side and not self.will_reset:
            self.end()
        self.below.close()
