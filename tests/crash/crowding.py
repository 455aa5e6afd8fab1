"""Peers that crowd a server: thousands of idle ones, half frames, and a handful of each kind of misbehaviour.

Knows nothing about how the server reacts.
"""

import random
import resource
import socket
import struct
import threading
import time

import rig  # noqa: F401  the path to the next one
import wire

PORTS_OF_AN_ADDRESS = 4000      # few enough for any range of ephemeral ports
SPARE_DESCRIPTORS = 500
# Of linux/in.h: a port is found by connect, which may take one whose last connection has just ended.
IP_BIND_ADDRESS_NO_PORT = 24


def raise_descriptors(wanted):
    """None, or why so many sockets cannot be held."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= wanted + SPARE_DESCRIPTORS:
        return None
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted + SPARE_DESCRIPTORS, max(hard, wanted + SPARE_DESCRIPTORS)))
    except (ValueError, OSError):
        return f"{wanted} sockets need more descriptors than this system allows ({hard})"
    return None


class Idlers:
    """Connections that send `first` and then nothing, from as many loopback addresses as it takes."""

    def __init__(self, port, count, first=b""):
        self.sockets = []
        for number in range(count):
            sock = socket.socket()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
            sock.bind((f"127.0.0.{2 + number // PORTS_OF_AN_ADDRESS}", 0))
            sock.connect(("127.0.0.1", port))
            if first:
                sock.sendall(first)
            self.sockets.append(sock)

    def leave(self):
        for sock in self.sockets:
            sock.close()
        self.sockets = []


# ---- Bad manners: each is one connection's life -------------------------------------------------------------------

def frame_of(dialect, agency, count=20):
    return wire.encode_batch(dialect, wire.bets(count, agency), wire.new_key())


def slow(sock, dialect, _):
    for byte in frame_of(dialect, 0)[:60]:
        sock.sendall(bytes([byte]))
        time.sleep(0.02)


def silent(sock, _dialect, random_):
    time.sleep(random_.random())
    sock.close()


def half_open(sock, dialect, random_):
    frame = frame_of(dialect, 0)
    sock.sendall(frame[:random_.randrange(1, len(frame))])
    time.sleep(random_.random())


def resetting(sock, dialect, random_):
    frame = frame_of(dialect, 0)
    sock.sendall(frame[:random_.randrange(1, len(frame) + 1)])
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def never_reading(sock, dialect, _):
    """Frames that are refused, for an agency that is not served: nothing of them may be stored."""
    frame = frame_of(dialect, 0, 1)
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        sock.sendall(frame * 50)


def flooding(sock, _dialect, random_):
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        sock.sendall(random_.randbytes(4096))


MANNERS = (slow, silent, half_open, resetting, never_reading, flooding)


class Mob:
    """Peers with every kind of misbehaviour, each reconnecting until `leave`."""

    def __init__(self, address, dialect, of_each, seed):
        self.address = address
        self.dialect = dialect
        self.stopping = threading.Event()
        self.lives = dict.fromkeys((manner.__name__ for manner in MANNERS), 0)
        self.threads = [threading.Thread(target=self.run, args=(manner, random.Random(seed + number)))
                        for number, manner in enumerate(MANNERS * of_each)]
        for thread in self.threads:
            thread.start()

    def run(self, manner, random_):
        while not self.stopping.is_set():
            with socket.socket() as sock:
                sock.settimeout(2)
                try:
                    sock.connect(("127.0.0.1", self.address.ports["agency"]))
                    manner(sock, self.dialect, random_)
                except OSError:
                    time.sleep(0.01)
                self.lives[manner.__name__] += 1

    def leave(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()
