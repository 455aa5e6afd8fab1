"""A second implementation of the protocol's frames, written from its text; it shares nothing with the C codec.

Encodes anything, malformed frames included, because a test is also a hostile peer. Uses no socket.
"""

import itertools
import struct
from dataclasses import dataclass, replace

WINNING = 7574  # the server's default winning number
LOSING = 1


@dataclass(frozen=True)
class Dialect:
    name: str
    length_size: int
    key_size: int
    winners_size: int
    receipt: int

    @property
    def winners_max(self):
        return 256 ** self.winners_size - 1

    @property
    def receipt_byte(self):
        return bytes([self.receipt])

    @property
    def is_keyed(self):
        return self.key_size > 0


WIDE = Dialect("wide", 2, 0, 2, 1)
COMPACT = Dialect("compact", 1, 0, 1, 3)
KEYED = Dialect("keyed", 2, 8, 2, 1)
ALL = (WIDE, COMPACT, KEYED)
UNKEYED = (WIDE, COMPACT)


@dataclass(frozen=True)
class Bet:
    agency: int
    name: bytes
    surname: bytes
    document: int
    birthdate: bytes = b"1999-03-17"
    number: int = LOSING

    def but(self, **changes):
        return replace(self, **changes)


_documents = itertools.count(1_000_001)


def bet(agency=1, number=LOSING, **fields):
    """A bet with a unique document, so that it can be found in an export."""
    document = next(_documents)
    made = Bet(agency, "José".encode(), b"Person %d" % document, document, b"1999-03-17", number)
    return made.but(**fields)


def bets(count, agency=1, number=LOSING, **fields):
    return [bet(agency, number, **fields) for _ in range(count)]


def small_bets(count, agency=1, number=LOSING):
    """The smallest bets there are: no names."""
    return [bet(agency, number, name=b"", surname=b"") for _ in range(count)]


# KEYs that never repeat, whichever agency uses them: a random start, then counting up.
_keys = itertools.count(0x5EED_0000_0000_0001)


def new_key():
    return next(_keys)


def encode_key(dialect, key):
    return key.to_bytes(8, "big") if dialect.is_keyed else b""


def encode_text(dialect, text):
    return len(text).to_bytes(dialect.length_size, "big") + text


def encode_bet(dialect, bet):
    return (bytes([bet.agency]) + encode_text(dialect, bet.name) + encode_text(dialect, bet.surname)
            + struct.pack(">I", bet.document) + bet.birthdate + struct.pack(">H", bet.number))


def encode_single(dialect, bet, key):
    return encode_key(dialect, key) + encode_bet(dialect, bet)


def encode_batch_head(dialect, count, key):
    return struct.pack(">H", count) + encode_key(dialect, key)


def encode_batch(dialect, bets, key):
    return encode_batch_head(dialect, len(bets), key) + b"".join(encode_bet(dialect, bet) for bet in bets)


def encode_finish(dialect, agency, key):
    return b"\0\0" + encode_key(dialect, key) + bytes([agency])


def smallest_bet_size(dialect):
    return 1 + 2 * dialect.length_size + 4 + 10 + 2
