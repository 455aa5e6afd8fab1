"""What the grammar's conditions and actions mean, said a second time: from the protocol, not from src/codec/.

A Reading is a stream under way. It is fed a byte at a time, along a machine (machine.py) that says which actions the
byte does; what they do to counts, positions and events is said here. Knows nothing of how streams are chosen:
walker.py does.
"""
import collections
import json
import os

# Bytes of a KEY, of what a BATCH has before its bets, and of a bet in it and a SINGLE: without names, and with the
# shortest ones.
Sizes = collections.namedtuple("Sizes", "key head bet bet_least single single_least fields document plain")
# A field of a BET after its AGENCY: kind is "integer", "text" or "chars"; chars are `size` bytes that begin `offset`
# bytes after the text `after`.
BetField = collections.namedtuple("BetField", "name kind size after offset")
# A frame that one event tells of: the names of its integers, and whether it has a KEY.
PlainFrame = collections.namedtuple("PlainFrame", "name values has_key")

QUESTIONS = ("name", "birthdate")       # what a sender asks: no stream has these alone


class LastByte(int):
    """A byte that can be traced: a number that it was added to still knows its value without that byte."""

    def __new__(cls, value, without=0):
        made = int.__new__(cls, value)
        made.without = without
        return made

    def __radd__(self, other):
        return LastByte(int(other) + int(self), other + self.without)


def told(name, value):
    """A field of an event, as tests/conformance/vectors/README.md describes it; `+byte` after a number means: plus the
    last byte."""
    if isinstance(value, bytes):
        text = value.decode()
        return f'{name}={text}' if name == "birthdate" else f'{name}="{text}"'
    if isinstance(value, str):
        return f"{name}={value}"
    number, mark = (value.without, "+byte") if isinstance(value, LastByte) else (value, "")
    return f"{name}={number:016x}{mark}" if name == "key" else f"{name}={number}{mark}"


def described(dialect):
    """The description of the dialect, which describe.py wrote."""
    with open(os.environ.get("PROTOCOL", "gen/protocol.json"), encoding="utf-8") as file:
        found, = (each for each in json.load(file)["dialects"] if each["name"] == dialect)
    return found


def sizes_of(dialect):
    return sizes_in(described(dialect))


def sizes_in(description):
    sizes, fields = description["sizes"], tuple(bet_fields(description))
    plain = tuple(plain_frames(description))
    know(fields)
    know_frames(plain, description)
    document, = (field["size"] for field in description["fields"] if field["name"] == "DOCUMENT")
    return Sizes(description["parameters"]["key_size"], sizes["batch_head"], sizes["bet_fixed"], sizes["bet_least"],
                 sizes["single_fixed"], sizes["single_least"], fields, document, plain)


def bet_fields(description):
    """What a BET has after its AGENCY, lengths left out."""
    fields = {field["name"]: field for field in description["fields"]}
    frame, = (frame for frame in description["frames"] if frame["name"] == "BATCH")
    offset, after = 0, None
    for name in frame["items"]["fields"]:
        field = fields[name]
        if "length_of" not in field and field.get("value") != "agency":
            yield BetField(name.lower(), field["kind"], field["size"], after, offset)
        offset, after = (0, name.lower()) if field["kind"] == "text" else (offset + field["size"], after)


def plain_frames(description):
    fields = {field["name"]: field for field in description["fields"]}
    for frame in description["frames"]:
        if "event" in frame:
            names = frame["head"]["fields"] if "head" in frame else []
            yield PlainFrame(frame["name"], tuple(fields[name]["value"] for name in names
                                                  if fields[name].get("value", "key") != "key"), "KEY" in names)


class Broken(Exception):
    """A count went below zero: the grammar accepted what no frame can have."""


def is_stream(entry):
    return entry not in QUESTIONS


class Reading:
    def __init__(self, machine, sizes, entry, limit=None, text_left=0):
        self.machine, self.sizes, self.entry, self.limit = machine, sizes, entry, limit
        self.state = machine.entries[entry]
        self.stream = b""
        self.is_between = is_stream(entry)
        self.in_bet = False
        self.text_left = text_left
        self.items = self.items_left = self.frame_least = 0
        self.agency = self.key = 0
        self.values = {}                        # of integers, and of texts: where one begins, and its length
        self.frame_begin = self.bet_begin = 0
        self.events = ()                        # of the last byte, as text
        self.code = self.field = None           # of the error
        self.excluded = None                    # the field whose rule excludes the byte
        self.is_elsewhere = False               # the field that is asked next is not due

    def copy(self):
        other = object.__new__(Reading)
        other.__dict__.update(self.__dict__)
        return other

    # ---- One byte ----

    def conditions(self, byte):
        """Conditions are asked before the byte changes anything; after a frame, the next one has begun by then."""
        if self.is_between:
            self._begin_frame()
        names, _ = self.machine.steps[self.state][byte]
        if not names:
            return 0                            # as for most bytes
        return sum(holds(self, name, byte) << bit for bit, name in enumerate(names))

    def read(self, byte):
        held = self.conditions(byte)
        step = self.machine.steps[self.state][byte][1][held]
        self.refused_in, self.held = self.state, held
        self.events = ()
        self.is_between = False
        self.stream += bytes([byte])
        for action in step.actions:
            ACTIONS[action](self, byte)
        self.state = 0 if step.target is None else step.target
        if self.state == 0:
            self._name_refusal(byte)
        return step

    def _name_refusal(self, byte):
        """A byte that is refused under any limit is no error of the limit."""
        if self.code == "limit" and self.excluded and self._without_limit(byte).target is None:
            self.code = None
        if self.code is None:
            self.code, self.field = "value" if self.excluded else "unexpected", self.excluded

    def _without_limit(self, byte):
        names, choices = self.machine.steps[self.refused_in][byte]
        return choices[sum((name in LIMITED or bool(self.held >> bit & 1)) << bit for bit, name in enumerate(names))]

    def _begin_frame(self):
        self.frame_begin = len(self.stream)
        self.items = self.items_left = self.frame_least = self.key = 0

    # ---- Events ----

    def tell(self, kind, *fields, begin=None):
        """An event of the frame, or of a part that begins later; this byte is its last."""
        first = self.frame_begin if begin is None else begin
        self.events += (" ".join([f"{kind} [{first},{len(self.stream)})", *(told(*field) for field in fields)]),)

    def _key(self):
        return (("key", self.key),) if self.sizes.key else ()

    def note(self, name, value):
        """The value of a field. (A copy of this reading has the old ones.)"""
        self.values = {**self.values, name: value}

    def texts(self):
        """How long the texts that were begun are, in the order of the fields."""
        return tuple(self.values.get(field.name, (0, 0))[1] for field in self.sizes.fields if field.kind == "text")

    def _value(self, field):
        if field.kind == "integer":
            return self.values[field.name]
        begin, size = self.values[field.name if field.kind == "text" else field.after]
        if field.kind == "chars":
            begin, size = begin + size + field.offset, field.size
        return self.stream[begin:begin + size]

    def tell_bet(self, begin):
        self.in_bet = False
        self.tell("BET", ("agency", self.agency), *((field.name, self._value(field)) for field in self.sizes.fields),
                  *self._key(), begin=begin)

    def end_item(self, *event, **where):
        """After the last bet or document, the frame ends on the same byte."""
        if self.items_left == 0:
            raise Broken("a bet or document ends where none is due")
        self.items_left -= 1
        if self.items_left == 0:
            self.tell(*event, **where)
            self.is_between = True

    # ---- Errors ----

    def refuse(self, code, field):
        """The first error that names a field counts; a control character was noticed before."""
        if self.field is None:
            self.code = self.code or code
            self.field = field


# ---- Conditions ------------------------------------------------------------------------------------------------------

# Of what was counted before.
COUNTED = {
    "in_text": lambda r: r.text_left >= 1,
    "room_2": lambda r: r.text_left >= 2,
    "room_3": lambda r: r.text_left >= 3,
    "room_4": lambda r: r.text_left >= 4,
    "in_list": lambda r: r.items_left >= 1,
}

# The bytes that the frame must have at the least, if this byte comes.
LIMITED = {
    "single_fits": lambda r, byte: r.sizes.single_least,
    "length_high_fits": lambda r, byte: r.frame_least + 256 * byte,
    "length_fits": lambda r, byte: r.frame_least + 256 * r.text_left + byte,
    "n_bets_high_fits": lambda r, byte: r.sizes.head + 256 * byte * r.sizes.bet_least,
    "n_bets_fits": lambda r, byte: r.sizes.head + (256 * (r.items % 256) + byte) * r.sizes.bet_least,
}


def holds(reading, condition, byte):
    if condition in COUNTED:
        return COUNTED[condition](reading)
    return reading.limit is None or LIMITED[condition](reading, byte) <= reading.limit


# ---- Actions ---------------------------------------------------------------------------------------------------------

def _agency_byte(r, byte):
    r.agency = byte


def _length_byte(r, byte):
    r.text_left = r.text_left % 256 * 256 + byte


def _text_n(name):
    def action(r, byte):
        r.note(name, (len(r.stream), r.text_left))
        r.frame_least += r.text_left
    return action


def _text_byte(r, byte):
    if r.text_left == 0:
        raise Broken("a text goes on where none of it is due")
    r.text_left -= 1


def _integer_byte(name, size):
    def action(r, byte):
        r.note(name, r.values.get(name, 0) % 256**(size - 1) * 256 + byte)
    return action


def _key_byte(r, byte):
    r.key = r.key % 2**56 * 256 + byte


def _items_byte(r, byte):
    r.items = r.items % 256 * 256 + byte


def _bet_begin(r, byte):
    r.bet_begin = len(r.stream) - 1
    r.in_bet = True


def _single_begin(r, byte):
    r.frame_least = r.sizes.single


def _single_end(r, byte):
    r.tell_bet(r.frame_begin)
    r.is_between = True


def _batch_begin(r, byte):
    r.frame_least = r.sizes.head + r.items * r.sizes.bet
    r.items_left = r.items
    r.tell("BATCH_BEGIN", ("bets", r.items), *r._key())


def _batch_bet(r, byte):
    r.tell_bet(r.bet_begin)
    r.end_item("BATCH_END", ("bets", r.items), *r._key())


def _plain(frame):
    def action(r, byte):
        values = {"agency": r.agency, **r.values}
        r.tell(frame.name, *((name, values[name]) for name in frame.values), *(r._key() if frame.has_key else ()))
        r.is_between = True
    return action


def _answer(stored):
    def action(r, byte):
        r.tell("ANSWER", ("stored", stored))
        r.is_between = True
    return action


def _winners_begin(r, byte):
    r.items_left = r.items
    r.tell("WINNERS_BEGIN", ("winners", r.items))
    if r.items == 0:
        r.tell("WINNERS_END", ("winners", 0))
        r.is_between = True


def _winner(r, byte):
    r.tell("WINNER", ("document", r.values["document"]), begin=len(r.stream) - r.sizes.document)
    r.end_item("WINNERS_END", ("winners", r.items))


def _c0_error(r, byte):
    if r.text_left and (byte < 0x20 or byte == 0x7f):
        r.code = "control"


def _c1_error(r, byte):
    if 0x80 <= byte <= 0x9f:
        r.code = "control"


def _text_error(field):
    def action(r, byte):
        if r.text_left:
            r.refuse("utf8", field)
    return action


def _excludes(field):
    def action(r, byte):
        if not r.is_elsewhere:
            r.excluded = r.excluded or field
        r.is_elsewhere = False
    return action


def _item_error(r, byte):
    """The field that is asked next is the first of a bet or document. If one is due, that field has refused the byte;
    otherwise it has not."""
    if r.items_left:
        r.excluded = None
    else:
        r.is_elsewhere = True


def _n_bets_error(r, byte):
    if r.items_left == 0:
        r.refuse("limit", "N_BETS")


def _refuses(code, field):
    return lambda r, byte: r.refuse(code, field)


ACTIONS = {
    "agency_byte": _agency_byte, "length_byte": _length_byte, "text_byte": _text_byte, "key_byte": _key_byte,
    "n_bets_byte": _items_byte, "n_winners_byte": _items_byte,
    "bet_begin": _bet_begin, "single_begin": _single_begin, "single_end": _single_end, "batch_begin": _batch_begin,
    "batch_bet": _batch_bet, "stored": _answer("yes"), "refused": _answer("no"),
    "winners_begin": _winners_begin, "winner": _winner,
    "c0_error": _c0_error, "c1_error": _c1_error, "n_bets_error": _n_bets_error,
    "single_error": _refuses("limit", None), "birthdate_error": _refuses("date", "BIRTHDATE"),
    "item_error": _item_error, "answer_error": _refuses("answer", "ANSWER"),
    "receipt_error": _refuses("receipt", "RECEIPT"),
}
ACTIONS |= {f"{field.lower()}_value": _excludes(field) for field in ("AGENCY", "N_BETS", "KEY", "N_WINNERS")}
ACTIONS |= {f"{where}_agency_value": _excludes("AGENCY") for where in ("batch", "bet")}
EVENTS = {"single_end", "batch_begin", "batch_bet", "stored", "refused", "winners_begin", "winner"}


def know(fields):
    """The actions of the fields of a BET, which follow conventions (field_actions.py)."""
    for field in fields:
        name, upper = field.name, field.name.upper()
        ACTIONS[f"{name}_value"] = _excludes(upper)
        if field.kind == "integer":
            ACTIONS[f"{name}_byte"] = _integer_byte(name, field.size)
        elif field.kind == "text":
            ACTIONS[f"{name}_n"] = _text_n(name)
            ACTIONS[f"{name}_error"] = _text_error(upper)
            ACTIONS[f"{name}_n_error"] = _refuses("limit", f"{upper}_N")
            ACTIONS[f"{name}_n_value"] = _excludes(f"{upper}_N")


def know_frames(plain, description):
    """The events of whole frames, and integers that only these have."""
    sizes = {field["value"]: field["size"] for field in description["fields"] if "value" in field}
    for frame in plain:
        ACTIONS[frame.name.lower()] = _plain(frame)
        EVENTS.add(frame.name.lower())
        for name in frame.values:
            ACTIONS.setdefault(f"{name}_byte", _integer_byte(name, sizes[name]))
            ACTIONS.setdefault(f"{name}_value", _excludes(name.upper()))


def check_known(machine):
    """Every condition and action of the machine must have a meaning here, and the same ones must raise events."""
    used = {action for steps in machine.steps.values() for _, choices in steps for step in choices
            for action in step.actions}
    asked = {name for steps in machine.steps.values() for names, _ in steps for name in names}
    for what, names in (("action", used - ACTIONS.keys()), ("condition", asked - COUNTED.keys() - LIMITED.keys()),
                        ("action that jumps", used & machine.jumps), ("event", machine.events & used ^ EVENTS & used)):
        if names:
            raise ValueError(f"meaning.py does not know what this {what} means: {', '.join(sorted(names))}")
