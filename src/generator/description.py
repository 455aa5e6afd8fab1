"""The protocol as data, by asking Ragel what the grammar's rules are: sizes and ranges of fields, which fields a
frame has in which order, which frames a stream has. Nothing in the grammar is there for this alone.

A dialect is asked three times (probes.py writes what is compiled):
  - each capitalised rule of fields.rl as a machine of its own, over bytes: its size, its values, and by its actions
    what it is;
  - each capitalised rule of frames.rl, over one symbol for each field: the fields of a frame, and what is repeated;
  - each stream of frames.rl, over one symbol for each frame.

Actions of fields follow a convention, and their names say what a field is for:
  x_byte   adds a byte to the integer x
  x_n      ends the length of the text x
  x_error  names an error
So does the action of an event that tells of a whole frame X, with its last byte: it is x.
Knows nothing of the files that are written from it: describe.py does.
"""
import collections
import functools

from days import is_calendar

# kind: "integer" (lengths and counts, too), "text" (a length says where it ends) or "chars" (a fixed number of bytes
# that are no integer). value: what an integer is called in C. of: the text whose length it is. intervals: the values
# of an integer. least: the bytes of the shortest text. calendar: chars that are each day, and nothing else.
Field = collections.namedtuple("Field", "name kind size value of least intervals calendar", defaults=(False,))
# head: names of fields. items: names of the fields that are repeated, as often as a count says. literals: {byte: event}
# for a frame of one byte.
Frame = collections.namedtuple("Frame", "name head items literals")
# states: for each state (is final, {frame: next state}); the first one is where it starts.
Stream = collections.namedtuple("Stream", "name states")

INTEGER, TEXT, CHARS = "integer", "text", "chars"
COUNTS = ("n_bets", "n_winners")
LENGTH_BYTE = "length"
RANGES_MAX = 4096       # of one integer: a rule about its last byte alone has more of them than memory


class Unclear(Exception):
    """The grammar has something that cannot be described here; `at` is the rule in which it is."""

    def __init__(self, why, at=None):
        super().__init__(why)
        self.at = at


# ---- One machine, from one of its entries ----------------------------------------------------------------------------

def steps_from(machine, state):
    """(byte, step) for all steps, under any conditions."""
    for byte, (_, choices) in enumerate(machine.steps[state]):
        for step in dict.fromkeys(choices):
            if step.target not in (None, 0):
                yield byte, step


def reachable(machine, start):
    seen, ahead = {start}, [start]
    while ahead:
        new = machine.targets[ahead.pop()] - seen
        seen |= new
        ahead += new
    return seen


def actions_of(machine, start):
    return {action for state in reachable(machine, start) for _, step in steps_from(machine, state)
            for action in step.actions}


def lengths(machine, start):
    """(bytes of the shortest word, bytes of the longest; None if there is no longest)."""
    shortest = longest = None
    here, size = {start}, 0
    while here and size <= len(machine.steps):
        if here & machine.finals:
            shortest, longest = size if shortest is None else shortest, size
        here = set().union(*(machine.targets[state] for state in here))
        size += 1
    return shortest, None if here else longest


def values(machine, start, size, name):
    """The big-endian integers of `size` bytes that the machine accepts: intervals in order, as few as possible."""
    @functools.cache
    def below(state, left):
        if left == 0:
            return ((0, 0),) if state in machine.finals else ()
        weight, found = 256 ** (left - 1), []
        for byte, step in sorted(steps_from(machine, state), key=lambda pair: pair[0]):
            found += [(byte * weight + low, byte * weight + high) for low, high in below(step.target, left - 1)]
            if len(found) > RANGES_MAX:
                found = list(joined(found))
            if len(found) > RANGES_MAX:
                raise Unclear(f"the values of {name} are more than {RANGES_MAX} ranges, each of which is described: "
                              "leave values out by the first bytes", at=name)
        return joined(found)
    return below(start, size)


def lowest(machine, name):
    """The least integer that the field's bytes can be."""
    start = machine.entries[f"field_{name}"]
    size, _ = lengths(machine, start)
    found = values(machine, start, size or 0, name)
    return found[0][0] if found else 0


def joined(intervals):
    found = []
    for low, high in sorted(set(intervals)):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


# ---- Fields ----------------------------------------------------------------------------------------------------------

def only(name, what, those):
    if len(those) > 1:
        raise Unclear(f"{name} is {' and '.join(sorted(those))} at once: a field has one action {what}", at=name)
    return next(iter(those), None)


def has_all_days(machine, start):
    @functools.cache
    def follows(state):
        return {byte: step.target for byte, step in steps_from(machine, state)}
    return is_calendar(start, machine.finals, follows)


def field_of(machine, name):
    start = machine.entries[f"field_{name}"]
    if not machine.finals & reachable(machine, start):
        raise Unclear(f"{name} has no end: no bytes at all are a whole {name}", at=name)
    shortest, longest = lengths(machine, start)
    actions = actions_of(machine, start)
    value = only(name, "x_byte", {action[:-5] for action in actions if action.endswith("_byte")})
    of = only(name, "x_n", {action[:-2].upper() for action in actions if action.endswith("_n")})
    if longest is None:
        return Field(name, TEXT, 0, None, None, shortest, ())
    if shortest != longest:
        raise Unclear(f"{name} has {shortest} to {longest} bytes, and no length says how many", at=name)
    if longest > 8 and value:
        raise Unclear(f"{name} is an integer of {longest} bytes, more than the 8 that fit", at=name)
    intervals = values(machine, start, shortest, name) if value or shortest <= 8 else ()
    is_one = len(intervals) == 1 and intervals[0][0] == intervals[0][1]
    if not value and not is_one:
        return Field(name, CHARS, shortest, None, None, shortest, (), has_all_days(machine, start))
    return Field(name, INTEGER, shortest, None if value == LENGTH_BYTE else value, of, shortest, intervals)


# ---- Frames ----------------------------------------------------------------------------------------------------------

def frame_of(machine, name, symbols):
    """A chain of fields, perhaps followed by one that repeats."""
    state, events = machine.entries[f"frame_{name}"], {}
    head, seen = [], []
    while state not in seen:
        seen.append(state)
        steps = {(byte, step.target): step for byte, step in steps_from(machine, state)}
        if not steps:
            return Frame(name, tuple(head), (), events)
        if not head and all(byte not in symbols for byte, _ in steps):
            events = {byte: action for (byte, _), step in steps.items() for action in step.actions}
            if len(events) != len(steps) or any(target not in machine.finals for _, target in steps):
                raise Unclear(f"{name} must be one byte, with an action for its event", at=name)
            return Frame(name, (), (), events)
        if any(byte not in symbols for byte, _ in steps):
            raise Unclear(f"{name} has a byte that is no field's", at=name)
        fields = sorted(symbols[byte] for byte, _ in steps)
        if len(steps) > 1:
            literal = {byte: action for (byte, _), step in steps.items() for action in step.actions}
            if not head and all(target in machine.finals for _, target in steps):
                return Frame(name, (), (), {symbols[byte]: action for byte, action in literal.items()})
            raise Unclear(f"{name} goes on with {' or '.join(fields)} after {' '.join(head) or 'its beginning'}",
                          at=name)
        (_, state), = steps
        head.append(fields[0])
    begin = seen.index(state)
    return Frame(name, tuple(head[:begin]), tuple(head[begin:]), events)


def is_plain(machine, name):
    """Does one event tell of it, with its last byte? Its action then has the frame's name."""
    start = machine.entries[f"frame_{name}"]
    ends = [step.actions for state in reachable(machine, start) for _, step in steps_from(machine, state)
            if step.target in machine.finals]
    return bool(ends) and all(name.lower() in actions for actions in ends)


def stream_of(machine, name, symbols):
    start = machine.entries[name]
    numbers, ahead, states = {start: 0}, [start], []
    while ahead:
        state, follows = ahead.pop(0), {}
        for byte, step in steps_from(machine, state):
            if step.target not in numbers:
                numbers[step.target] = len(numbers)
                ahead.append(step.target)
            follows[symbols[byte]] = numbers[step.target]
        states.append((state in machine.finals, follows))
    return Stream(name, states)


# ---- A dialect -------------------------------------------------------------------------------------------------------

def no_length(text):
    return (f"no length says where {text} ends: a field in front of it, with the action @{text.lower()}_n, must say "
            "how long it is")


class Dialect:
    def __init__(self, name, number, fields, frames, streams, plain, constants):
        self.name, self.number = name, number
        self.plain = plain                      # names of frames: see is_plain
        self.constants = constants              # {field without a value: what the encoder writes for it}
        self.fields = {field.name: field for field in fields}
        self.frames = {frame.name: frame for frame in frames}
        self.streams = streams

    def of_length(self, text):
        return next((field for field in self.fields.values() if field.of == text), None)

    def fixed(self, names):
        """Bytes that no length counts."""
        return sum(self.fields[name].size for name in names)

    def least(self, names):
        """Bytes of the shortest form: each text as short as its length and its rule let it be."""
        least = 0
        for name in names:
            field = self.fields[name]
            if field.kind == TEXT:
                length = self.of_length(name)
                if length is None:
                    raise Unclear(no_length(name), at=name)
                least += max(field.least, length.intervals[0][0])
        return self.fixed(names) + least

    def offsets(self, names):
        """(field, bytes of the fixed fields between it and the last text before it, that text or None)."""
        offset, text = 0, None
        for name in names:
            yield name, offset, text
            field = self.fields[name]
            offset, text = (0, name) if field.kind == TEXT else (offset + field.size, text)

    def has_calendar(self, name):
        return name in self.fields and self.fields[name].calendar

    def size_of(self, name):
        return self.fields[name].size if name in self.fields else 0
