"""Inputs that take a machine into each of its states, under each valuation of the conditions that it asks there, and
then each of the 256 bytes: vectors, with what must follow. Expected results come from the machine (machine.py) and
from what its actions mean (meaning.py); what no input can reach is excluded by proof (bounds.py), and both together
must be everything.

A *row* is 256 vectors at the most: a stream up to a state, under a limit (or one that depends on the byte, so that
the byte is the last that fits, or the first that does not), and what each next byte does there.
"""
import collections
import functools
import itertools

from bounds import asked, runs
from meaning import COUNTED, EVENTS, LIMITED, QUESTIONS, LastByte, Reading, holds

TEXT_MAX, ITEMS_MAX = 5, 2      # larger counts behave as these do
COUNTS = {"length_byte", "n_bets_byte", "n_winners_byte"}
ITEM_ENDS = {"batch_bet", "winner"}
MORE_MAX = 40
BYTES = range(256)
INFINITE = float("inf")

# limit: None, or (a, b) for a × byte + b. events: of the stream before the byte. outcomes: (low, high, Outcome).
# more: bytes that may follow the first byte that is accepted.
Row = collections.namedtuple("Row", "state valuation reading limit events outcomes more")
# end: what an end of the stream after the byte would be. target: 0 for an error, with its code and field.
Outcome = collections.namedtuple("Outcome", "target end events code field")


class Unreached(Exception):
    """Something was neither shown to happen nor shown to be impossible."""


def read_all(reading, stream):
    """The reading after a stream, and all events of it."""
    events = ()
    for byte in stream:
        reading.read(byte)
        events += reading.events
    return reading, events


def fresh(reading, limit):
    """The same stream from its beginning, under a limit."""
    text_left = len(reading.stream) + reading.text_left if reading.entry == "name" else 0
    return Reading(reading.machine, reading.sizes, reading.entry, limit, text_left)


# ---- The search ------------------------------------------------------------------------------------------------------

def representatives(low, high, step, depth):
    """Of counts, the smallest ones; of bytes that are only noted, one that differs from place to place."""
    if COUNTS & set(step.actions):
        return range(low, min(high, low + TEXT_MAX) + 1)
    return (low + (37 * depth + 11) % (high - low + 1),)


def search(machine, sizes):
    """Shortest streams, without a limit, to each state with each small count: a list of readings for each state."""
    found, seen = {state: [] for state in machine.steps}, set()
    ahead = collections.deque()
    all_runs = {state: list(runs(machine, state)) for state in machine.steps}

    def arrive(reading):
        key = (reading.state, reading.is_between, min(reading.text_left, TEXT_MAX), min(reading.items_left, ITEMS_MAX),
               min(reading.items, ITEMS_MAX), *(size > 0 for size in reading.texts()))
        if key not in seen:
            seen.add(key)
            found[reading.state].append(reading)
            ahead.append(reading)

    for entry in machine.entries:
        for text_left in range(TEXT_MAX + 1) if entry == "name" else (0,):
            arrive(Reading(machine, sizes, entry, text_left=text_left))
    while ahead:
        here = ahead.popleft()
        for low, high, names, held, step in all_runs[here.state]:
            if step.target is not None and here.conditions(low) == held and machine.steps[here.state][low][0] == names:
                for byte in representatives(low, high, step, len(here.stream)):
                    after = here.copy()
                    after.read(byte)
                    arrive(after)
    return found


class Endings:
    """What may follow a reading, the shortest way to the end of its frame: bytes that a shortcut may look at."""

    def __init__(self, machine):
        self._runs = {state: [run for run in runs(machine, state) if run[4].target is not None]
                      for state in machine.steps}
        self._distance = dict.fromkeys(machine.finals, 0)
        grown = True
        while grown:
            grown = False
            for state, its_runs in self._runs.items():
                near = min((self._through(step) for *_, step in its_runs), default=INFINITE)
                if near < self._distance.get(state, INFINITE):
                    self._distance[state], grown = near, True

    def _through(self, step):
        return 1 if EVENTS & set(step.actions) - {"batch_begin"} else 1 + self._distance.get(step.target, INFINITE)

    def after(self, reading):
        here, begin = reading.copy(), len(reading.stream)
        while len(here.stream) - begin < MORE_MAX and not here.is_between:
            possible = [run for run in self._runs[here.state] if self._is_open(here, run)]
            if not possible:
                break
            low, high, _, _, step = min(possible, key=lambda run: self._through(run[4]))
            here.read(representatives(low, high, step, len(here.stream))[0])
        return here.stream[begin:]

    @staticmethod
    def _is_open(reading, run):
        low, _, names, held, _ = run
        return reading.conditions(low) == held and reading.machine.steps[reading.state][low][0] == names


# ---- Rows ------------------------------------------------------------------------------------------------------------

def least_limit(reading):
    """The smallest limit under which the same stream comes as far; 1 if any does."""
    least, again = 1, fresh(reading, None)
    for byte in reading.stream:
        held = again.conditions(byte)
        names, choices = again.machine.steps[again.state][byte]
        for bit, name in enumerate(names):
            if name in LIMITED and choices[held ^ 1 << bit] != choices[held]:
                least = max(least, LIMITED[name](again, byte))
        again.read(byte)
    return least


def outcome_of(reading, byte):
    after = reading.copy()
    after.read(LastByte(byte))
    if after.state == 0:
        return Outcome(0, None, (), after.code, after.field)
    end = None if after.entry in QUESTIONS else "ok" if after.is_between else "truncated"
    return Outcome(after.state, end, after.events, None, None)


def at(limit, byte):
    return None if limit is None else limit[0] * byte + limit[1]


def make_row(state, valuation, reading, limit, those, endings):
    """Checks that the limit allows the stream, and that the conditions have the values of the valuation."""
    least = min(those, key=lambda byte: at(limit, byte) or 0)
    here, events = read_all(fresh(reading, at(limit, least)), reading.stream)
    here.conditions(least)
    outcomes = []
    for byte in those:
        here.limit = at(limit, byte)
        if here.state != state or any(holds(here, name, byte) != value for name, value in valuation.items()):
            raise Unreached(f"state {state}: byte {byte:02x} after {reading.stream.hex(' ')} "
                            "does not meet the conditions that were found")
        outcome = outcome_of(here, byte)
        if outcomes and outcomes[-1][1] == byte - 1 and outcomes[-1][2] == outcome:
            outcomes[-1] = (outcomes[-1][0], byte, outcome)
        else:
            outcomes.append((byte, byte, outcome))
    return Row(state, valuation, reading, limit, events, outcomes, more_after(here, limit, outcomes, endings))


def more_after(reading, limit, outcomes, endings):
    for low, _, outcome in outcomes:
        if outcome.target:
            reading.limit = at(limit, low)
            after = reading.copy()
            after.read(low)
            return endings.after(after)
    return b""


def limited_rows(state, valuation, reading, name, endings):
    """With the condition on the limit: far within it, at the last byte within it, at the first byte beyond it."""
    needs = functools.partial(LIMITED[name], ready(reading))
    step, base, least = needs(1) - needs(0), needs(0), least_limit(reading)
    yield make_row(state, {**valuation, name: True}, reading, None, BYTES, endings)
    for limit, those, is_so in (((step, base), [byte for byte in BYTES if needs(byte) >= least], True),
                                ((0, least), [byte for byte in BYTES if needs(byte) < least], True),
                                ((step, base - 1), [byte for byte in BYTES if needs(byte) > least], False)):
        if those:
            yield make_row(state, {**valuation, name: is_so}, reading, limit, those, endings)


def ready(reading):
    """A copy with the counts that the next byte meets."""
    here = reading.copy()
    here.conditions(0)
    return here


def different(machine, state, readings):
    """One reading for each valuation of the conditions on counts; where an item ends, also for the last item; where a
    byte is added to a number, also after one that is not 0; with and without names before it. (Names make a limit
    larger, and bets richer.)"""
    actions = {action for _, choices in machine.steps[state] for step in choices for action in step.actions}
    ends_item, counts_on = bool(ITEM_ENDS & actions), bool(COUNTS & actions)
    names = [name for name in asked(machine, state) if name in COUNTED]
    chosen = {}
    for reading in readings:
        here = ready(reading)
        values = tuple(COUNTED[name](here) for name in names)
        number = counts_on and (here.text_left > 0, here.items_left == 0 and here.items > 0)
        key = (values, ends_item and here.items_left == 1, number, all(here.texts()))
        chosen.setdefault(key, reading)
    return [(dict(zip(names, key[0])), reading) for key, reading in chosen.items()]


def limits_asked(machine, state, counted):
    """The conditions on the limit that are asked; of several, only those that make a difference with these counts: the
    first byte of a bet that is due asks another one than the first byte of a new batch."""
    limits = [name for name in asked(machine, state) if name in LIMITED]
    if len(limits) <= 1:
        return limits
    found = set()
    for names, choices in machine.steps[state]:
        for bit, name in enumerate(names):
            if name in LIMITED:
                found |= {name for held in range(1 << len(names))
                          if choices[held] != choices[held ^ 1 << bit]
                          and all(bool(held >> at & 1) == counted[other]
                                  for at, other in enumerate(names) if other in COUNTED)}
    return [name for name in limits if name in found]


def rows(machine, sizes):
    """All rows of a machine."""
    endings = Endings(machine)
    for state, readings in search(machine, sizes).items():
        for valuation, reading in different(machine, state, readings):
            limits = limits_asked(machine, state, valuation)
            if len(limits) > 1:
                raise Unreached(f"state {state} asks two limits at once: {', '.join(limits)}")
            if limits:
                yield from limited_rows(state, valuation, reading, limits[0], endings)
            else:
                yield make_row(state, valuation, reading, None, BYTES, endings)


# ---- Is it everything? -----------------------------------------------------------------------------------------------

def reached(machine, all_rows):
    """state → valuation (values in the order of asked, None where it makes no difference) → the bytes that some row
    has; a bit for each."""
    found = {state: collections.Counter() for state in machine.steps}
    for row in all_rows:
        values = tuple(row.valuation.get(name) for name in asked(machine, row.state))
        for low, high, _ in row.outcomes:
            found[row.state][values] |= (1 << high + 1) - (1 << low)
    return found


def possible_valuations(machine, bounds, state):
    """The same valuations → the bytes that can come while they are so."""
    names, found = asked(machine, state), collections.Counter()
    for values in itertools.product((False, True), repeat=len(names)):
        valuation = dict(zip(names, values))
        limits = limits_asked(machine, state, {name: value for name, value in valuation.items() if name in COUNTED})
        values = tuple(value if name in COUNTED or name in limits else None for name, value in valuation.items())
        found[values] |= bounds.possible(state, valuation)
    return found


def check_all(machine, bounds, found):
    """Each state, valuation and byte is reached or impossible, and never both."""
    wrong = []
    for state in machine.steps.keys() - {0}:
        names = asked(machine, state)
        for values, possible in possible_valuations(machine, bounds, state).items():
            said = ", ".join(("" if value else "not ") + name
                             for name, value in zip(names, values) if value is not None) or "no condition"
            for what, those in (("not reached, nor impossible", possible & ~found[state][values]),
                                ("reached, and said to be impossible", found[state][values] & ~possible)):
                if those:
                    wrong.append(f"state {state}, {said}, byte {(those & -those).bit_length() - 1:02x}: {what}")
    if wrong:
        raise Unreached("\n".join(wrong[:20]))
