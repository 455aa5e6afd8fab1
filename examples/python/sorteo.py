"""libsorteo from Python, by ctypes, in this one file.

The functions have the names of sorteo.h without "sorteo_", and its words below them, which speak of C. In Python a
frame comes back as bytes, and a code other than OK is raised as an Error; texts are str. Dialects, streams, replies,
events, codes and fields have the names that they have in the protocol: "BET", "utf8", "NAME".

    decoder = sorteo.Decoder(dialect, "agency")
    decoder.feed(bytes_of_a_socket)
    while event := decoder.next():              # None: feed it with more
        if event.kind == "BET":
            print(event.bet.name, event.bet.number)

Three things are of Python alone: Decoder.frames() gives whole frames, batches() makes BATCHes of any number of bets,
and random_keys() are KEYs for them.

What a BET holds, and all numbers of dialects, come from the description that `make gen` writes, protocol.json: the
file that SORTEO_PROTOCOL names, else the one beside this file, else the one of the source tree. The library is the one
that SORTEO_LIBRARY names, else the one that `make` built in the source tree, else the one that the loader finds.
"""
import collections
import ctypes
import itertools
import json
import os
import random

HERE = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.join(HERE, "..", "..")


# ---- The description -------------------------------------------------------------------------------------------------

def _describe():
    places = [os.path.join(HERE, "protocol.json"), os.path.join(TREE, "gen", "protocol.json")]
    places = [os.environ["SORTEO_PROTOCOL"]] if os.environ.get("SORTEO_PROTOCOL") else places
    for path in places:
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                return json.load(file)["dialects"]
    raise ImportError(f"no protocol.json at {' or '.join(places)}; say where it is with SORTEO_PROTOCOL")


DIALECTS = {dialect["name"]: dialect for dialect in _describe()}
_ANY = next(iter(DIALECTS.values()))
_FIELDS = {field["name"]: field for field in _ANY["fields"]}
_FRAMES = {frame["name"]: frame for frame in _ANY["frames"]}
_STREAMS = [stream["name"] for stream in _ANY["streams"]]
STREAMS = {"agency": 0, "bet": 1, "reply": 2}
REPLIES = {"none": 0} | {name: number for number, name in enumerate(_STREAMS[2:], 1)}


def _integer(name):
    """The type of an integer in C: as wide as its field in the dialect that gives it most bytes."""
    size = max(field["size"] for dialect in DIALECTS.values() for field in dialect["fields"] if field["name"] == name)
    return next(kind for kind in (ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32, ctypes.c_uint64)
                if ctypes.sizeof(kind) >= size)


# ---- Structures ------------------------------------------------------------------------------------------------------

class _Text(ctypes.Structure):
    _fields_ = [("bytes", ctypes.POINTER(ctypes.c_char)), ("len", ctypes.c_size_t)]


# Each member of a bet, and its field: integers, and what is no integer is a text. The lengths of texts are no members.
_MEMBERS = {_FIELDS[name].get("value", name.lower()): _FIELDS[name] for name in _FRAMES["BET"]["head"]["fields"]
            if "length_of" not in _FIELDS[name]}
Bet = collections.namedtuple("Bet", _MEMBERS)
Bet.__doc__ = "One BET (section 2). Each member has its field's name."


class _Bet(ctypes.Structure):
    _fields_ = [(member, _integer(field["name"]) if field["kind"] == "integer" else _Text)
                for member, field in _MEMBERS.items()]


class _Values(ctypes.Union):
    _fields_ = [("bets", _integer("N_BETS")), ("bet", _Bet), ("agency", _integer("AGENCY")), ("stored", ctypes.c_bool),
                ("winners", _integer("N_WINNERS")), ("document", _integer("DOCUMENT"))]


class _Event(ctypes.Structure):
    _anonymous_ = ["values"]
    _fields_ = [("kind", ctypes.c_int), ("begin", ctypes.c_uint64), ("end", ctypes.c_uint64), ("key", ctypes.c_uint64),
                ("values", _Values)]


class _Error(ctypes.Structure):
    _fields_ = [("code", ctypes.c_int), ("field", ctypes.c_int), ("offset", ctypes.c_uint64)]


class _Window(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_char_p), ("len", ctypes.c_size_t), ("base", ctypes.c_uint64)]


class _Decoder(ctypes.Structure):
    """Its private members may change in any version; there is room for several times as many."""
    _fields_ = [("offset", ctypes.c_uint64), ("error", _Error), ("private", ctypes.c_uint64 * 64)]


class _Packet(ctypes.Structure):
    """The same."""
    _fields_ = [("bets", ctypes.c_size_t), ("len", ctypes.c_size_t), ("private", ctypes.c_uint64 * 16)]


class _Parameters(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint8) for name in _ANY["parameters"]]


# ---- The library -----------------------------------------------------------------------------------------------------

def _load():
    built = os.path.join(TREE, "build", "libsorteo.so")
    path = os.environ.get("SORTEO_LIBRARY") or (built if os.path.exists(built) else "libsorteo.so.0")
    try:
        return ctypes.CDLL(path)
    except OSError as why:
        raise ImportError(f"{why}; run `make`, or say where it is with SORTEO_LIBRARY or LD_LIBRARY_PATH") from None


_library = _load()
_out = [ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(ctypes.c_size_t)]
_bet, _error, _documents = (ctypes.POINTER(kind) for kind in (_Bet, _Error, _integer("DOCUMENT")))
_decoder, _packet, _int = ctypes.POINTER(_Decoder), ctypes.POINTER(_Packet), ctypes.c_int
_key, _size, _name = ctypes.c_uint64, ctypes.c_size_t, ctypes.c_char_p
for _called, _result, *_arguments in [
        ("version", _name), ("code_name", _name, _int), ("code_text", _name, _int), ("field_name", _name, _int),
        ("event_name", _name, _int), ("ends_frame", ctypes.c_bool, _int, _int),
        ("dialect_parameters", ctypes.POINTER(_Parameters), _int), ("dialect_count", ctypes.c_uint),
        ("dialect_name", _name, _int), ("dialect_names", ctypes.POINTER(_name)),
        ("dialect_find", ctypes.c_bool, _name, ctypes.POINTER(_int)), ("winners_max", ctypes.c_uint32, _int),
        ("decoder_init", None, _decoder, _int, _int, ctypes.c_uint32), ("decoder_expect", None, _decoder, _int),
        ("decoder_next", _int, _decoder, ctypes.POINTER(_Window), ctypes.POINTER(_Event)),
        ("decoder_keep", ctypes.c_uint64, _decoder), ("decoder_is_between_frames", ctypes.c_bool, _decoder),
        ("decoder_end", _int, _decoder), ("encode_single", _int, _int, _key, _bet, *_out, _error),
        ("encode_batch", _int, _int, _key, _bet, _size, *_out, _error),
        ("encode_finish", _int, _int, _key, _integer("AGENCY"), *_out), ("encode_answer", _int, ctypes.c_bool, *_out),
        ("encode_winners_count", _int, _int, _size, *_out), ("encode_documents", _int, _int, _documents, _size, *_out),
        ("encode_winners", _int, _int, _documents, _size, *_out), ("encode_receipt", _int, _int, *_out),
        ("bet_size", _size, _int, _bet), ("single_size", _size, _int, _bet),
        ("packet_begin", _int, _packet, _int, _name, _size), ("packet_add", _int, _packet, _bet, _error),
        ("packet_end", _int, _packet, _key, ctypes.POINTER(_size))]:
    _function = getattr(_library, f"sorteo_{_called}")
    _function.restype, _function.argtypes = _result, _arguments


def _names(function):
    """All names that the library has, by their numbers."""
    names = []
    while (name := function(len(names)).decode()) != "?":
        names.append(name)
    return names


CODES, FIELDS, EVENTS = (_names(function) for function in (
    _library.sorteo_code_name, _library.sorteo_field_name, _library.sorteo_event_name))
# What an event fills beside begin, end and key: of frames that one event tells of, the integers that the frame has.
_FILLS = {"BATCH_BEGIN": ["bets"], "BET": ["bet"], "BATCH_END": ["bets"], "ANSWER": ["stored"],
          "WINNERS_BEGIN": ["winners"], "WINNER": ["document"], "WINNERS_END": ["winners"]}
_FILLS |= {frame["event"]: [_FIELDS[name]["value"] for name in frame.get("head", {}).get("fields", [])
                            if _FIELDS[name].get("value", "key") != "key"]
           for frame in _FRAMES.values() if "event" in frame}


class Error(Exception):
    """What is wrong, and where: `code`, `field` and `offset`, as in the library's struct sorteo_error."""

    def __init__(self, code, field="-", offset=0):
        super().__init__(f"byte {offset}, {field}: {code}: {code_text(code)}")
        self.code, self.field, self.offset = code, field, offset


class Malformed(Error):
    """An Error in what was read; any other is in what was to be written."""


# ---- Names, dialects -------------------------------------------------------------------------------------------------

def version():
    """The version of the linked library, in the form of SORTEO_VERSION."""
    return _library.sorteo_version().decode()


def code_name(number):
    """The short name ("utf8") and the one-line text of a code, and the name of a field ("NAME_N"). Static strings; "?"
    for an unknown value."""
    return _library.sorteo_code_name(number).decode()


def code_text(code):
    """The short name ("utf8") and the one-line text of a code, and the name of a field ("NAME_N"). Static strings; "?"
    for an unknown value."""
    return _library.sorteo_code_text(CODES.index(code)).decode()


def field_name(number):
    """The short name ("utf8") and the one-line text of a code, and the name of a field ("NAME_N"). Static strings; "?"
    for an unknown value."""
    return _library.sorteo_field_name(number).decode()


def event_name(number):
    """The name of an event, as tests and `sorteo decode` print it ("BATCH_BEGIN"); "?" for an unknown number."""
    return _library.sorteo_event_name(number).decode()


def ends_frame(stream, kind):
    """Is an event of this kind the last one of its frame? (On the bet stream a BET is. In a batch none is: BATCH_END
    follows the last BET, on the same byte.)"""
    return _library.sorteo_ends_frame(STREAMS[stream], EVENTS.index(kind))


def dialect_count():
    """How many dialects there are; they are numbered from 0. Those in the enumeration keep their numbers for ever; find
    others by name. Only sorteo_dialect_name takes any other number."""
    return _library.sorteo_dialect_count()


def dialect_name(number):
    """The name of a dialect: "wide", "compact", "keyed", "grouped"; "?" for an unknown number."""
    return _library.sorteo_dialect_name(number).decode()


def dialect_names():
    """The names of all dialects, in the order of their numbers, and NULL after the last; a static array."""
    return [name.decode() for name in _library.sorteo_dialect_names()[:dialect_count()]]


def dialect_find(name):
    """Finds a dialect by its name. False, and *dialect unchanged, if there is none of that name."""
    number = _int(-1)
    return number.value if _library.sorteo_dialect_find(name.encode(), number) else None


def dialect_parameters(dialect):
    """The parameters of a dialect; a static object."""
    parameters = _library.sorteo_dialect_parameters(_number(dialect)).contents
    return {name: getattr(parameters, name) for name, _ in _Parameters._fields_}


def winners_max(dialect):
    """The most winners that one WINNERS frame of the dialect can list: 65,535 or 255."""
    return _library.sorteo_winners_max(_number(dialect))


def _number(dialect):
    if dialect not in DIALECTS:
        raise ValueError(f"there is no dialect {dialect!r}; there are {', '.join(DIALECTS)}")
    return DIALECTS[dialect]["number"]


# ---- Decoder ---------------------------------------------------------------------------------------------------------

class Event:
    """One event: `kind`, `begin`, `end`, `key`, and the members that sorteo.h says for its kind."""

    def __init__(self, event):
        self.kind, self.begin, self.end, self.key = EVENTS[event.kind], event.begin, event.end, event.key
        for member in _FILLS.get(self.kind, []):
            value = getattr(event, member)
            setattr(self, member, _read_bet(value) if member == "bet" else value)


class Frame:
    """A whole frame: the members of its last event, and all its `bets` and `documents`."""

    def __init__(self, events):
        vars(self).update(vars(events[-1]))
        self.bets = [event.bet for event in events if event.kind == "BET"]
        self.documents = [event.document for event in events if event.kind == "WINNER"]


def _read_bet(bet):
    values = [getattr(bet, member) for member in _MEMBERS]
    return Bet(*(ctypes.string_at(value.bytes, value.len).decode() if isinstance(value, _Text) else value
                 for value in values))


class Decoder:
    """Starts at offset 0 of a stream in a dialect. `frame_limit` is the largest size of a SINGLE or BATCH in bytes, 0
    for no limit: the error LIMIT is reported at the first byte that shows that the frame must be longer (section 4).
    Cannot fail."""

    def __init__(self, dialect, stream, frame_limit=0):
        self._decoder, self._event, self._held, self._window = _Decoder(), _Event(), b"", _Window(b"", 0, 0)
        _library.sorteo_decoder_init(self._decoder, _number(dialect), STREAMS[stream], frame_limit)
        self._dialect, self._stream, self._events = DIALECTS[dialect], stream, []
        self.unfinished = b""           # with frames(): the bytes that came after the last whole frame

    def feed(self, data):
        """Appends bytes of the stream, and drops those that are no longer needed."""
        self._held = self._held[self.keep() - self._window.base:] + data
        self._window = _Window(self._held, len(self._held), self.keep())

    def frames(self, data):
        """Feeds bytes of the stream, and yields each Frame that they complete: for programs that take a frame as a
        whole. It holds the frame under way in memory; feed() and next() do not."""
        self.unfinished += data
        self.feed(data)
        while event := self.next():
            self._events.append(event)
            if ends_frame(self._stream, event.kind):
                frame, self._events = Frame(self._events), []
                self.unfinished = self.unfinished[frame.end - frame.begin:]
                yield frame

    def unfinished_agency(self):
        """The agency that the unfinished bytes name, though they be malformed; None if they end before it."""
        sizes, parameters = self._dialect["sizes"], self._dialect["parameters"]
        at = parameters["key_size"] if self._stream == "bet" else sizes["batch_head"] - parameters["batch_agency_size"]
        return self.unfinished[at] if at < len(self.unfinished) else None

    def expect(self, reply):
        """Announces which reply is due next on a reply stream (section 4). Call it between frames: before each ANSWER
        and each WINNERS. Ignored inside a frame and on other streams. At the start and after each reply nothing is due;
        bytes that arrive then are an error UNEXPECTED."""
        _library.sorteo_decoder_expect(self._decoder, REPLIES[reply])

    def next(self):
        """Reads on from decoder->offset, and returns - an event, which is also in *event, with its texts borrowed from
        the window; or - SORTEO_MORE, when every byte of the window was read: append and call again; or - SORTEO_ERROR:
        see decoder->error (UTF8, CONTROL, DATE, VALUE, LIMIT, ANSWER, RECEIPT, UNEXPECTED, TRUNCATED after
        sorteo_decoder_end, WINDOW), the same at each later call. VALUE means that the grammar's rule for the field
        excludes the byte. *event is changed only with an event. The window must hold every byte from
        sorteo_decoder_keep on to decoder->offset; it may hold more on either side. The events are the same however the
        stream is cut."""
        kind = EVENTS[_library.sorteo_decoder_next(self._decoder, self._window, self._event)]
        if kind == "ERROR":
            raise self._malformed()
        return None if kind == "MORE" else Event(self._event)

    def keep(self):
        """The stream offset from which on the caller must keep bytes for the next call."""
        return _library.sorteo_decoder_keep(self._decoder)

    def is_between_frames(self):
        """Is every byte that was read part of a whole frame? (A stream may end here: section 4.)"""
        return _library.sorteo_decoder_is_between_frames(self._decoder)

    def end(self):
        """The stream has ended at decoder->offset. Returns OK, or makes TRUNCATED (at that offset) the decoder's error,
        or returns the error that it already has."""
        if _library.sorteo_decoder_end(self._decoder):
            raise self._malformed()

    def _malformed(self):
        error = self._decoder.error
        return Malformed(CODES[error.code], FIELDS[error.field], error.offset)


# ---- Encoder ---------------------------------------------------------------------------------------------------------

def _fits(kind, value, field):
    """ctypes would cut it without a word."""
    if not 0 <= value < 256 ** ctypes.sizeof(kind):
        raise Error("value", field)
    return value


def _write_bet(bet):
    written = _Bet()
    for (member, kind), value in zip(_Bet._fields_, bet):
        if kind is _Text:
            data = value.encode("utf-8", "surrogateescape")
            # A structure keeps what its members point to alive only where it came as ctypes' own.
            setattr(written, member, _Text(ctypes.cast(_name(data), ctypes.POINTER(ctypes.c_char)), len(data)))
        else:
            setattr(written, member, _fits(kind, value, _MEMBERS[member]["name"]))
    return written


def _encode(cap, function, *arguments, tells=False):
    out, length, error = ctypes.create_string_buffer(cap), _size(), _Error()
    code = function(*arguments, out, cap, length, *([error] if tells else []))
    _check(code, error)
    return out.raw[:length.value]


def _check(code, error):
    if code:
        raise Error(CODES[code], FIELDS[error.field], error.offset)


def encode_single(dialect, key, bet):
    """SINGLE = KEY BET. Fails with UTF8, CONTROL, DATE, LENGTH, VALUE or SPACE."""
    written = _write_bet(bet)
    cap = _library.sorteo_single_size(_number(dialect), written)
    return _encode(cap, _library.sorteo_encode_single, _number(dialect), _fits(_key, key, "KEY"), written, tells=True)


def encode_batch(dialect, key, bets):
    """BATCH = N_BETS KEY BET × N_BETS; where a = batch: N_BETS KEY AGENCY (BET without AGENCY) × N_BETS. Fails with
    COUNT unless 1 ≤ count ≤ SORTEO_BATCH_MAX; where the batch names the agency, with AGENCY if a bet has another one
    than the first (the offset is that bet's index); or as sorteo_encode_single does."""
    written = (_Bet * len(bets))(*map(_write_bet, bets))
    cap = DIALECTS[dialect]["sizes"]["batch_head"] + sum(_library.sorteo_bet_size(_number(dialect), bet)
                                                         for bet in written)
    return _encode(cap, _library.sorteo_encode_batch, _number(dialect), _fits(_key, key, "KEY"), written, len(bets),
                   tells=True)


def encode_finish(dialect, key, agency):
    """FINISH = 0 KEY AGENCY. Fails with VALUE or SPACE."""
    return _encode(16, _library.sorteo_encode_finish, _number(dialect), _fits(_key, key, "KEY"),
                   _fits(_integer("AGENCY"), agency, "AGENCY"))


def encode_answer(stored):
    """ANSWER, 0 if stored and 1 if refused. Fails only with SPACE."""
    return _encode(1, _library.sorteo_encode_answer, stored)


def encode_winners_count(dialect, count):
    """N_WINNERS alone, for a sender that sends the documents piece by piece. Fails with COUNT, VALUE or SPACE."""
    return _encode(8, _library.sorteo_encode_winners_count, _number(dialect), count)


def encode_documents(dialect, documents):
    """DOCUMENT × count, without N_WINNERS. Fails with VALUE or SPACE."""
    written = _write_documents(documents)
    return _encode(ctypes.sizeof(written), _library.sorteo_encode_documents, _number(dialect), written,
                   len(written))


def encode_winners(dialect, documents):
    """WINNERS = N_WINNERS DOCUMENT × N_WINNERS. Fails with COUNT if there are more than sorteo_winners_max,
    or with VALUE or SPACE."""
    written = _write_documents(documents)
    return _encode(8 + ctypes.sizeof(written), _library.sorteo_encode_winners, _number(dialect), written, len(written))


def _write_documents(documents):
    kind = _integer("DOCUMENT")
    return (kind * len(documents))(*(_fits(kind, document, "DOCUMENT") for document in documents))


def encode_receipt(dialect):
    """RECEIPT, the byte r of the dialect. Fails only with SPACE."""
    return _encode(1, _library.sorteo_encode_receipt, _number(dialect))


def bet_size(dialect, bet):
    """The size of a bet in a BATCH in bytes, whether or not it may be sent."""
    return _library.sorteo_bet_size(_number(dialect), _write_bet(bet))


def single_size(dialect, bet):
    """The size of a whole SINGLE in bytes, KEY and AGENCY included, whether or not it may be sent."""
    return _library.sorteo_single_size(_number(dialect), _write_bet(bet))


class Packet:
    """Begins an empty BATCH in buf[0..cap), which the packet borrows until the last call on it. No more than
    SORTEO_PACKET_MAX bytes are ever used. Fails with SPACE if cap cannot hold the header."""

    def __init__(self, dialect, cap=8000):
        self._packet, self._buf = _Packet(), ctypes.create_string_buffer(cap)
        _check(_library.sorteo_packet_begin(self._packet, _number(dialect), self._buf, cap), _Error())

    @property
    def bets(self):
        """How many it has."""
        return self._packet.bets

    def add(self, bet):
        """Appends a bet; its texts are copied. On failure the packet is unchanged, and *error is filled if that is not
        NULL. Fails with PACKET if the bet no longer fits, and packet->bets says how many do (0: this one fits into no
        packet of this cap); where the dialect's batches name their agency, with AGENCY if this bet has another one than
        the first (the offset is its index); or with UTF8, CONTROL, DATE, LENGTH or VALUE, as sorteo_encode_single
        does."""
        error = _Error()
        code = _library.sorteo_packet_add(self._packet, _write_bet(bet), error)
        if CODES[code] == "packet" and self.bets:
            return False
        _check(code, error)
        return True

    def end(self, key):
        """Writes the header and sets *len to the frame's size in bytes. Fails with COUNT if the packet is empty, or
        with VALUE if the key does not fit. The packet may be ended again with another key, or begun anew."""
        length = _size()
        _check(_library.sorteo_packet_end(self._packet, _fits(_key, key, "KEY"), length), _Error())
        return self._buf.raw[:length.value]


def random_keys(dialect):
    """KEYs without end, counting up from a random one, so that no other run has the same (section 8)."""
    return itertools.count(random.randrange(256 ** dialect_parameters(dialect)["key_size"] // 2 + 1))


def batches(dialect, bets, keys):
    """A BATCH for as many of the bets as fit into a packet, then one for the next ones; each takes one of the keys."""
    packet = Packet(dialect)
    for bet in bets:
        if not packet.add(bet):
            yield packet.end(next(keys))
            packet = Packet(dialect)
            packet.add(bet)
    if packet.bets:
        yield packet.end(next(keys))


# ---- Do library and description belong together? ---------------------------------------------------------------------

for _dialect, _described in DIALECTS.items():
    if (dialect_find(_dialect) != _described["number"] or dialect_parameters(_dialect) != _described["parameters"]
            or _library.sorteo_bet_size(_described["number"], _Bet()) != _described["sizes"]["bet_fixed"]):
        raise ImportError(f"{_library._name} has no dialect {_dialect} as protocol.json describes it: "
                          "SORTEO_LIBRARY and SORTEO_PROTOCOL must be of one build")
