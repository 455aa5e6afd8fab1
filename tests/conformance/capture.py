"""Writes capture files: TCP connections over IPv4 in the classic pcap format, without link-layer headers. Captures and
sends nothing, so it needs no rights."""
import struct

RAW_IP = 101
FIN, SYN, PUSH, ACK = 0x01, 0x02, 0x08, 0x10
AGENCY, SERVER = bytes((10, 0, 0, 1)), bytes((10, 0, 0, 2))
# Of a client's address, before the next one is taken: ports that no other protocol has to itself.
FIRST_PORT, PORTS = 50000, 10000


class Capture:
    def __init__(self, file):
        self.file, self.packets, self.connections = file, 0, 0
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 0xffff, RAW_IP))

    def connect(self, server_port):
        """A connection of its own: no two have the same addresses and ports."""
        index = self.connections
        self.connections += 1
        client = struct.pack(">I", 0x0a010000 + index // PORTS)
        return Connection(self, (client, FIRST_PORT + index % PORTS), (SERVER, server_port))

    def write(self, packet):
        """Its number, from 1. A packet takes a millisecond."""
        self.packets += 1
        seconds, millis = divmod(self.packets, 1000)
        self.file.write(struct.pack("<IIII", 1700000000 + seconds, millis * 1000, len(packet), len(packet)) + packet)
        return self.packets


class Connection:
    def __init__(self, capture, client, server):
        self.capture, self.ends, self.sequence = capture, (client, server), [1000, 2000]

    def open(self):
        """The handshake, where it matters who has begun."""
        for is_client, flags in ((True, SYN), (False, SYN | ACK), (True, ACK)):
            self._segment(is_client, b"", flags)

    def send(self, is_client, payload, is_last=False):
        """The number of the packet."""
        return self._segment(is_client, payload, PUSH | ACK | (FIN if is_last else 0))

    def skip(self, is_client, count):
        """Bytes that were sent and are not in the capture."""
        self._move(0 if is_client else 1, count)

    def _move(self, side, count):
        self.sequence[side] = (self.sequence[side] + count) % 2**32

    def _segment(self, is_client, payload, flags):
        side = 0 if is_client else 1
        (source, source_port), (target, target_port) = self.ends[side], self.ends[1 - side]
        segment = struct.pack(">HHIIBBHHH", source_port, target_port, self.sequence[side], self.sequence[1 - side],
                              5 << 4, flags, 0xffff, 0, 0) + payload
        self._move(side, len(payload) + bool(flags & (SYN | FIN)))
        header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), 0, 0, 64, 6, 0, source, target)
        return self.capture.write(header + segment)
