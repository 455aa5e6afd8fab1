"""Which values the counts can have in each state, and so which bytes can never come under which conditions.

For each state it keeps an interval for each of some linear forms over the counts (how much of the limit is left,
say), and carries them along all transitions until nothing new comes. What the intervals exclude cannot happen, on any
input, under any limit. What they do not exclude may happen; walker.py must then show an input that makes it happen.

A *place* is a state together with whether the stream is between two frames there: only then the next byte begins one.
"""
import collections
import itertools

from meaning import COUNTED, LIMITED, is_stream

# Variables of a form; the byte at hand and any 16 bits whatever are two of them.
TEXT_LEFT, ITEMS, ITEMS_LEFT, LEAST, LIMIT, BYTE, WHATEVER, ONE = range(8)
INFINITE = float("inf")
MAX_16 = 65535
VISITS_MAX = 40         # of a place; a bound that still grows then counts as unknown
ASSIGNED = {"batch_bet", "winner"}


def form(**coefficients):
    names = {"text_left": TEXT_LEFT, "items": ITEMS, "items_left": ITEMS_LEFT, "least": LEAST, "limit": LIMIT,
             "byte": BYTE, "whatever": WHATEVER, "one": ONE}
    vector = [0] * len(names)
    for name, value in coefficients.items():
        vector[names[name]] = value
    return tuple(vector)


def plus(one, other, times=1):
    return tuple(a + times * b for a, b in zip(one, other))


def forms_of(sizes):
    """What is kept of each place: by name, as people read it."""
    return {
        "text_left": form(text_left=1),
        "items": form(items=1),
        "items_left": form(items_left=1),
        "limit": form(limit=1),
        "limit - least": form(limit=1, least=-1),
        "limit - least - text_left": form(limit=1, least=-1, text_left=-1),
        "limit - least - 256 text_left": form(limit=1, least=-1, text_left=-256),
        f"limit - {sizes.head} - {sizes.bet_least} items": form(limit=1, one=-sizes.head, items=-sizes.bet_least),
        f"limit - {sizes.head} - {256 * sizes.bet_least} items":
            form(limit=1, one=-sizes.head, items=-256 * sizes.bet_least),
    }


def conditions_of(sizes):
    """Each condition as a form that must be at least 0; with the byte in it or not."""
    return {
        "in_text": form(text_left=1, one=-1),
        "room_2": form(text_left=1, one=-2),
        "room_3": form(text_left=1, one=-3),
        "room_4": form(text_left=1, one=-4),
        "in_list": form(items_left=1, one=-1),
        "single_fits": form(limit=1, one=-sizes.single_least),
        "length_high_fits": form(limit=1, least=-1, byte=-256),
        "length_fits": form(limit=1, least=-1, text_left=-256, byte=-1),
        "n_bets_high_fits": form(limit=1, one=-sizes.head, byte=-256 * sizes.bet_least),
        "n_bets_fits": form(limit=1, one=-sizes.head, items=-256 * sizes.bet_least, byte=-sizes.bet_least),
    }


# ---- Regions ---------------------------------------------------------------------------------------------------------

def scaled(interval, times):
    low, high = (bound * times for bound in interval)
    return (low, high) if times > 0 else (high, low)


class Region:
    """Intervals for forms. All that is known helps to bound a form that is asked for."""

    def __init__(self, known):
        self.known = known      # form → (low, high)

    def _alone(self, wanted):
        """From intervals of single variables."""
        low = high = wanted[ONE]
        for variable, times in enumerate(wanted[:ONE]):
            if times:
                interval = scaled(self.known.get(UNITS[variable], NATURAL[variable]), times)
                low, high = low + interval[0], high + interval[1]
        return low, high

    def bound(self, wanted):
        low, high = self._alone(wanted)
        for base, interval in self.known.items():
            if base[LIMIT] == wanted[LIMIT] and base[LEAST] == wanted[LEAST]:
                rest = self._alone(plus(wanted, base, -1))
                low, high = max(low, interval[0] + rest[0]), min(high, interval[1] + rest[1])
        return low, high

    def assume(self, wanted, is_so):
        """With wanted >= 0, or with wanted <= -1; None if that cannot be."""
        low, high = self.bound(wanted)
        interval = (max(low, 0), high) if is_so else (low, min(high, -1))
        if interval[0] > interval[1]:
            return None
        tighter = Region({**self.known, wanted: interval})
        for variable, times in enumerate(wanted[:ONE]):
            if times:
                tighter.known[UNITS[variable]] = tighter.bound(UNITS[variable])
        return tighter

    def assign(self, variable, value, keep):
        """The region of the forms to keep, after variable := value."""
        def after(wanted):
            if not wanted[variable]:
                return self.known[wanted] if wanted in self.known else self.bound(wanted)
            others = tuple(0 if i == variable else times for i, times in enumerate(wanted))
            return self.bound(plus(others, value, wanted[variable]))
        return Region({base: after(base) for base in keep})


UNITS = [tuple(int(i == variable) for i in range(ONE + 1)) for variable in range(ONE)]
NATURAL = {TEXT_LEFT: (0, MAX_16), ITEMS: (0, MAX_16), ITEMS_LEFT: (0, MAX_16), LEAST: (0, INFINITE),
           LIMIT: (1, INFINITE), BYTE: (0, 255), WHATEVER: (0, MAX_16)}


def joined(one, other):
    return {base: (min(one[base][0], other[base][0]), max(one[base][1], other[base][1])) for base in one}


# ---- The analysis ----------------------------------------------------------------------------------------------------

class Bounds:
    def __init__(self, machine, sizes):
        self.machine, self.sizes = machine, sizes
        EFFECTS.update((f"{field.name}_n", Bounds._sum_length) for field in sizes.fields if field.kind == "text")
        EFFECTS.update((frame.name.lower(), Bounds._frame_end) for frame in sizes.plain)
        self.forms, self.conditions = forms_of(sizes), conditions_of(sizes)
        self.places = {}                                # (state, is between) → {form: interval}
        self.paths = {}                                 # state → how it may be reached: (entry, bytes)
        self.broken = []                                # (state, first byte, last byte, what went below zero)
        self._visits = collections.Counter()
        self._runs = {state: list(runs(machine, state)) for state in machine.steps}
        self._waiting = collections.deque()
        for entry, state in machine.entries.items():
            self._arrive((state, is_stream(entry)), self._beginning(entry), (entry, b""))
        while self._waiting:
            self._leave(self._waiting.popleft())

    def _beginning(self, entry):
        text_left = (0, MAX_16 if entry == "name" else 0)
        nothing = Region({form(text_left=1): text_left, form(items=1): (0, 0), form(items_left=1): (0, 0),
                          form(least=1): (0, 0)})
        return Region({base: nothing.bound(base) for base in self.forms.values()})

    def _arrive(self, place, region, path):
        state, is_between = place
        if is_between:                                  # the next byte begins a frame, and counts anew
            for variable in (ITEMS, ITEMS_LEFT, LEAST):
                region = region.assign(variable, form(), self.forms.values())
        self.paths.setdefault(state, path)
        old = self.places.get(place)
        new = region.known if old is None else joined(old, region.known)
        if new != old:
            self._visits[place] += 1
            if self._visits[place] > VISITS_MAX:
                new = {base: (-INFINITE, INFINITE) if new[base] != old[base] else new[base] for base in new}
                new = {base: _clamped(base, interval) for base, interval in new.items()}
            self.places[place] = new
            if place not in self._waiting:
                self._waiting.append(place)

    def _leave(self, place):
        state, _ = place
        entry, path = self.paths[state]
        here = Region(self.places[place])
        for low, high, names, held, step in self._runs[state]:
            if step.target is None:
                continue
            if not names and not EFFECTS.keys() & step.actions:     # most bytes change no count
                self._arrive((step.target, False), here, (entry, path + bytes([low])))
                continue
            region = Region({**here.known, UNITS[BYTE]: (low, high)})
            for bit, name in enumerate(names):
                region = region and region.assume(self.conditions[name], bool(held >> bit & 1))
            if region is not None:
                for is_between, after in self._act(region, step.actions, (state, low, high)):
                    self._arrive((step.target, is_between), after, (entry, path + bytes([low])))

    # ---- What actions do to the counts ----

    def _act(self, region, actions, where):
        """(is between two frames, region) for each way in which it can go on."""
        ways = [(False, region)]
        for action in actions:
            if action in EFFECTS:
                ways = [way for is_between, before in ways for way in EFFECTS[action](self, before, is_between, where)]
        return [(is_between, Region({base: after.known[base] for base in self.forms.values()}))
                for is_between, after in ways]

    def _set(self, region, variable, value):
        return region.assign(variable, value, [*self.forms.values(), UNITS[BYTE]])

    def _length_byte(self, region, is_between, where):
        return [(is_between, self._append(region, TEXT_LEFT, form(text_left=256, byte=1)))]

    def _items_byte(self, region, is_between, where):
        return [(is_between, self._append(region, ITEMS, form(items=256, byte=1)))]

    def _append(self, region, variable, value):
        """Two bytes make a number of 16 bits. After a third one, only that range is known."""
        fits = region.known[UNITS[variable]][1] <= 255
        return self._set(region, variable, value if fits else form(whatever=1))

    def _sum_length(self, region, is_between, where):
        return [(is_between, self._set(region, LEAST, form(least=1, text_left=1)))]

    def _text_byte(self, region, is_between, where):
        return [(is_between, self._count_down(region, TEXT_LEFT, form(text_left=1, one=-1), "text_left", where))]

    def _count_down(self, region, variable, value, name, where):
        if region.bound(value)[0] < 0:
            self.broken.append((*where, name))
            value = form(whatever=1)
        return self._set(region, variable, value)

    def _item_end(self, region, is_between, where):
        after = self._count_down(region, ITEMS_LEFT, form(items_left=1, one=-1), "items_left", where)
        return self._split_at_last(after)

    def _split_at_last(self, region):
        more = form(items_left=1, one=-1)
        return [(not is_so, part) for is_so in (True, False) for part in [region.assume(more, is_so)]
                if part is not None]

    def _single_begin(self, region, is_between, where):
        return [(is_between, self._set(region, LEAST, form(one=self.sizes.single)))]

    def _batch_begin(self, region, is_between, where):
        summed = self._set(region, LEAST, form(one=self.sizes.head, items=self.sizes.bet))
        return [(False, self._set(summed, ITEMS_LEFT, form(items=1)))]

    def _winners_begin(self, region, is_between, where):
        return self._split_at_last(self._set(region, ITEMS_LEFT, form(items=1)))

    def _frame_end(self, region, is_between, where):
        return [(True, region)]

    # ---- What cannot be ----

    def possible(self, state, valuation):
        """The bytes that can come under a valuation {name: value} of the conditions; a bit for each."""
        return _union(self._possible_at(place, valuation) for place in ((state, True), (state, False))
                      if place in self.places)

    def _possible_at(self, place, valuation):
        region, bytes_left = Region(self.places[place]), ALL
        for name, is_so in valuation.items():
            if name in COUNTED:
                region = region and region.assume(self.conditions[name], is_so)
        if region is None:
            return 0
        for name, is_so in valuation.items():
            if name in LIMITED:
                bytes_left &= self._fitting(region, name, is_so)
        return bytes_left

    def _fitting(self, region, name, is_so):
        condition = self.conditions[name]
        step = condition[BYTE]
        low, high = region.bound(plus(condition, form(byte=-step)))
        return sum(1 << byte for byte in range(256) if (high + step * byte >= 0 if is_so else low + step * byte < 0))

    def excluded(self, state):
        """The smallest sets of conditions that never hold together in a state: ({name: value}, bytes), in order of
        their size."""
        names = asked(self.machine, state)
        possible = {values: self.possible(state, dict(zip(names, values)))
                    for values in itertools.product((False, True), repeat=len(names))}
        found = []
        for size in range(len(names) + 1):
            for chosen in itertools.combinations(names, size):
                for wanted in itertools.product((True, False), repeat=size):
                    some = dict(zip(chosen, wanted))
                    left = ALL & ~_union(possible[values] for values in possible
                                         if all(some.get(name, value) == value for name, value in zip(names, values)))
                    for smaller, bytes_of_it in found:
                        if smaller.items() <= some.items():
                            left &= ~bytes_of_it
                    if left:
                        found.append((some, left))
        return found


EFFECTS = {
    "length_byte": Bounds._length_byte, "text_byte": Bounds._text_byte, "n_bets_byte": Bounds._items_byte,
    "n_winners_byte": Bounds._items_byte,
    "single_begin": Bounds._single_begin, "single_end": Bounds._frame_end, "batch_begin": Bounds._batch_begin,
    "batch_bet": Bounds._item_end, "stored": Bounds._frame_end, "refused": Bounds._frame_end,
    "winners_begin": Bounds._winners_begin, "winner": Bounds._item_end,
}
ALL = (1 << 256) - 1


def _clamped(base, interval):
    variables = [i for i in range(ONE) if base[i]]
    if len(variables) == 1 and base[ONE] == 0:
        return NATURAL[variables[0]]
    return interval


def _union(sets):
    total = 0
    for one in sets:
        total |= one
    return total


def asked(machine, state):
    """The conditions that some byte of the state is asked under, in the order in which they are defined."""
    names = {name for names, _ in machine.steps[state] for name in names}
    return tuple(name for name in (*COUNTED, *LIMITED) if name in names)


def runs(machine, state):
    """(low, high, conditions, which hold, step): bytes side by side with the same step under the same conditions."""
    ahead = {}
    for byte, (names, choices) in enumerate(machine.steps[state]):
        for held, step in enumerate(choices):
            key = (names, held, step)
            if key in ahead and ahead[key][1] == byte - 1:
                ahead[key][1] = byte
            else:
                if key in ahead:
                    yield (*ahead[key], *key)
                ahead[key] = [byte, byte]
    for key, (low, high) in ahead.items():
        yield (low, high, *key)
