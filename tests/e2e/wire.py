"""A second implementation of the protocol's frames, written from its text; it shares nothing with the C codec.

Encodes anything, malformed frames included, because a test is also a hostile peer. Uses no socket.
"""

import itertools
import json
import os
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
    batch_agency_size: int

    @property
    def winners_max(self):
        return 256 ** self.winners_size - 1

    @property
    def receipt_byte(self):
        return bytes([self.receipt])

    @property
    def is_keyed(self):
        return self.key_size > 0

    @property
    def names_agency_once(self):
        """A BATCH names its agency once, in front of its bets, which then do not."""
        return self.batch_agency_size > 0


def described_dialects():
    """Every dialect that the grammar has. Only their parameters are read: the frames are written below, by hand."""
    with open(os.path.join(os.path.dirname(__file__), "../../gen/protocol.json"), encoding="utf-8") as file:
        return tuple(Dialect(dialect["name"], **dialect["parameters"]) for dialect in json.load(file)["dialects"])


ALL = described_dialects()
WIDE, COMPACT, KEYED, GROUPED = (next(dialect for dialect in ALL if dialect.name == name)
                                 for name in ("wide", "compact", "keyed", "grouped"))
UNKEYED = tuple(dialect for dialect in ALL if not dialect.is_keyed)
EACH_BET_NAMES_ITS_AGENCY = tuple(dialect for dialect in ALL if not dialect.names_agency_once)


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


def refused_bets(dialect, agency=1):
    """What a well-formed batch has that is refused: bets of two agencies, or of one that is not served."""
    return bets(2, 255) if dialect.names_agency_once else [bet(agency), bet(agency % 255 + 1)]


# KEYs that never repeat, whichever agency uses them: a random start, then counting up.
_keys = itertools.count(0x5EED_0000_0000_0001)


def new_key():
    return next(_keys)


def encode_key(dialect, key):
    return key.to_bytes(8, "big") if dialect.is_keyed else b""


def encode_text(dialect, text):
    return len(text).to_bytes(dialect.length_size, "big") + text


def encode_person(dialect, bet):
    return (encode_text(dialect, bet.name) + encode_text(dialect, bet.surname)
            + struct.pack(">I", bet.document) + bet.birthdate + struct.pack(">H", bet.number))


def encode_item(dialect, bet):
    """A bet of a BATCH."""
    return (b"" if dialect.names_agency_once else bytes([bet.agency])) + encode_person(dialect, bet)


def encode_single(dialect, bet, key):
    return encode_key(dialect, key) + bytes([bet.agency]) + encode_person(dialect, bet)


def encode_batch_head(dialect, count, key, agency=1):
    once = bytes([agency]) if dialect.names_agency_once else b""
    return struct.pack(">H", count) + encode_key(dialect, key) + once


def encode_batch(dialect, bets, key):
    """Where a BATCH names one agency, bets of others cannot be in it."""
    agencies = {bet.agency for bet in bets}
    assert len(agencies) <= 1 or not dialect.names_agency_once, "a batch of several agencies"
    return (encode_batch_head(dialect, len(bets), key, *list(agencies)[:1])
            + b"".join(encode_item(dialect, bet) for bet in bets))


def encode_finish(dialect, agency, key):
    return b"\0\0" + encode_key(dialect, key) + bytes([agency])


def smallest_single_size(dialect):
    return dialect.key_size + 1 + 2 * dialect.length_size + 4 + 10 + 2


def smallest_item_size(dialect):
    return len(encode_item(dialect, small_bets(1)[0]))


def batch_head_size(dialect):
    return len(encode_batch_head(dialect, 1, 0))
