"""What may follow what, before the byte machine is compiled: two fields that may come in one place and begin alike, a
frame of which nothing says where it ends, two frames that are the same.

Looks at two machines: one of all fields over bytes, and one of frames and streams in which each field is one symbol.
Where two fields may come in one place under the same conditions, none of them may be what the other one is or begins
with: their actions would both be done. The compiler of the grammar does not say so; it makes a machine that does both,
or that grows until it has no memory left.
"""
import collections
import itertools

from description import Unclear, steps_from

Place = collections.namedtuple("Place", "state way")      # way: the symbols that lead there


def under(conditions, choices, holding):
    return choices[sum((name in holding) << bit for bit, name in enumerate(conditions))]


def places_from(machine, entry):
    """Each state that is reached from an entry, with the shortest way to it."""
    start = machine.entries[entry]
    seen, ahead = {start}, collections.deque([Place(start, ())])
    while ahead:
        place = ahead.popleft()
        yield place
        for symbol, step in sorted(steps_from(machine, place.state), key=lambda pair: pair[0]):
            if step.target not in seen:
                seen.add(step.target)
                ahead.append(Place(step.target, (*place.way, symbol)))


def choices_at(machine, state):
    """The sets of symbols that may come together: under each valuation of the conditions that the state asks."""
    names = sorted({name for conditions, _ in machine.steps[state] for name in conditions})
    for values in itertools.product((False, True), repeat=len(names)):
        holding = {name for name, value in zip(names, values) if value}
        together = tuple(symbol for symbol, (conditions, choices) in enumerate(machine.steps[state])
                         if under(conditions, choices, holding).target not in (None, 0))
        if len(together) > 1:
            yield together


def common_beginning(machine, one, other):
    """The shortest bytes that are one word and begin (or are) the other, or None."""
    seen, ahead = {(one, other)}, collections.deque([(one, other, b"")])
    while ahead:
        here, there, way = ahead.popleft()
        if here in machine.finals or there in machine.finals:
            return way
        targets = collections.defaultdict(set)
        for byte, step in steps_from(machine, there):
            targets[byte].add(step.target)
        for byte, step in sorted(steps_from(machine, here), key=lambda pair: pair[0]):
            for target in targets[byte]:
                if (step.target, target) not in seen:
                    seen.add((step.target, target))
                    ahead.append((step.target, target, way + bytes([byte])))
    return None


class Symbols:
    """What the symbols of the machine of frames stand for: fields, or single bytes that have no field."""

    def __init__(self, fields, names):
        self.fields, self.names = fields, names

    def text(self, symbol):
        return self.names.get(symbol, f"the byte {symbol:02x}")

    def way(self, symbols):
        return " ".join(self.names.get(symbol, f"{symbol:02x}") for symbol in symbols)

    def both_begin(self, one, other):
        """The bytes, or None. A symbol without a field is a byte itself."""
        starts = [self.fields.entries.get(f"field_{self.names.get(symbol)}") for symbol in (one, other)]
        if None not in starts:
            return common_beginning(self.fields, *starts)
        known = [start for start in starts if start is not None]
        byte, = [symbol for symbol, start in zip((one, other), starts) if start is None][:1]
        if known and (known[0] in self.fields.finals or any(b == byte for b, _ in steps_from(self.fields, known[0]))):
            return bytes([byte])
        return None


def check_choices(frames, symbols, streams):
    for stream in streams:
        for place in places_from(frames, stream):
            for together in choices_at(frames, place.state):
                for one, other in itertools.combinations(together, 2):
                    alike = symbols.both_begin(one, other)
                    if alike is not None:
                        raise alike_error(symbols, stream, place, one, other, alike)


def alike_error(symbols, stream, place, one, other, alike):
    where = f"after {symbols.way(place.way)}" if place.way else "at its beginning"
    both = f"both begin {alike.hex(' ')}" if alike else "may both come, and one of them may be empty"
    names = [symbols.names[symbol] for symbol in (one, other) if symbol in symbols.names]
    return Unclear(f"{symbols.text(one)} and {symbols.text(other)} {both}, and in {stream} either may come {where}: "
                   "nothing would tell them apart", at=names[-1])


def check_ends(frames, symbols, names):
    """A frame ends where no field of it may come, or where a condition on what was counted says so."""
    for name in names:
        places, ends = list(places_from(frames, f"frame_{name}")), False
        for place in places:
            if place.state not in frames.finals:
                continue
            ends = True
            for symbol, (_, choices) in enumerate(frames.steps[place.state]):
                if all(step.target not in (None, 0) for step in choices):
                    raise Unclear(f"nothing says where {name} ends: after {symbols.way(place.way) or 'no field'} "
                                  f"it may end or go on with {symbols.text(symbol)}; a count must say how often that "
                                  "comes, and the condition in_list guard it", at=name)
        if not ends:
            raise Unclear(f"{name} has no end: no bytes at all are a whole {name}", at=name)


def check_events(frames, symbols, streams):
    """What is the end of two frames is no end of either."""
    for stream in streams:
        for place in places_from(frames, stream):
            for symbol, step in steps_from(frames, place.state):
                raised = [action for action in step.actions if action in frames.events]
                if len(raised) > 1:
                    raise Unclear(f"{symbols.way((*place.way, symbol))} is {' and '.join(raised)} at once: two frames "
                                  "are the same bytes", at=symbols.names.get(symbol))
