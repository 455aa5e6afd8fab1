"""A machine as Ragel describes it in XML (ragel -x): states, transitions with their conditions, actions, entries.

Knows nothing of what is made of it. Python's standard library only.
"""
import bisect
import collections
import functools
import itertools
import xml.etree.ElementTree as ElementTree

# Bytes low..high, guarded by conditions ((name, wanted value), ...), lead to target (None: an error) and do actions.
Transition = collections.namedtuple("Transition", "low high guard target actions")
# What one byte does under one valuation of the conditions that it is asked under.
Step = collections.namedtuple("Step", "target actions")

ALPHABET = 256
REFUSED = Step(None, ())


class Machine:
    def __init__(self, path):
        machine = ElementTree.parse(path).getroot().find(".//machine")
        actions = machine.findall("action_list/action")
        self._names = {int(action.get("id")): action.get("name") for action in actions}
        self.events = {action.get("name") for action in actions if action.find("break") is not None}
        # Actions that do more than C can say of the next state: nothing here follows those.
        self.jumps = {action.get("name") for action in actions for part in action
                      if part.tag not in ("text", "break", "targs", "curs")}
        self._tables = {int(table.get("id")): [self._names[int(i)] for i in table.text.split()]
                        for table in machine.findall("action_table_list/action_table")}
        self._spaces = self._read_spaces(machine)
        self.entries = {entry.get("name"): int(entry.text) for entry in machine.findall("entry_points/entry")}
        states = machine.findall("state_list/state")
        self.finals = {int(state.get("id")) for state in states if state.get("final") is not None}
        # state → byte → (value of the widened alphabet under no condition that holds, conditions)
        self.widened = {int(state.get("id")): self._read_widened(state) for state in states}
        # state → byte → (conditions, the step for each number whose bits say which of them hold)
        self.steps = {int(state.get("id")): self._read_steps(state) for state in states}

    @functools.cached_property
    def states(self):
        """The same, with what bytes side by side have in common as one transition: state → transitions."""
        return {state: _as_ranges(steps) for state, steps in self.steps.items()}

    @functools.cached_property
    def targets(self):
        """state → the states that some byte leads to, under any conditions."""
        return {state: {step.target for _, choices in steps for step in choices} - {None, 0}
                for state, steps in self.steps.items()}

    def _read_spaces(self, machine):
        """Conditions widen the alphabet: base + byte + 256 × (a bit for each condition that holds)."""
        spaces = {}
        for space in machine.findall("cond_space_list/cond_space"):
            base, *conditions = [int(word) for word in space.text.split()]
            spaces[int(space.get("id"))] = (base, tuple(self._names[i] for i in conditions))
        return spaces

    def _read_widened(self, state):
        """A state says which of its bytes are widened, and how."""
        widened = [(0, ())] * ALPHABET
        for row in state.findall("cond_list/c"):
            low, high, space = (int(word) for word in row.text.split())
            widened[low:high + 1] = [self._spaces[space]] * (high + 1 - low)
        return [(base + byte, conditions) for byte, (base, conditions) in enumerate(widened)]

    def _read_steps(self, state):
        """A state's rows go over all values, also those that no byte has."""
        rows = [self._read_row(row) for row in state.findall("trans_list/t")]
        starts = [low for low, _, _ in rows]

        def step(value):
            at = bisect.bisect_right(starts, value) - 1
            return rows[at][2] if at >= 0 and value <= rows[at][1] else REFUSED

        return [(conditions, [step(value + ALPHABET * held) for held in range(1 << len(conditions))])
                for value, conditions in self.widened[int(state.get("id"))]]

    def _read_row(self, row):
        low, high, target, table = row.text.split()
        actions = () if table == "x" else tuple(self._tables[int(table)])
        return int(low), int(high), Step(None if target == "x" else int(target), actions)


def _guard(conditions, held):
    """What the combinations that lead there have in common; None if others have it, too."""
    guard = []
    for bit, name in enumerate(conditions):
        values = {combination >> bit & 1 for combination in held}
        if len(values) == 1:
            guard.append((name, bool(values.pop())))
    if len(held) != 1 << len(conditions) - len(guard):
        return None
    return tuple(guard)


def _runs(steps):
    """Bytes side by side that are treated alike: (low, high, conditions, choices)."""
    byte = 0
    for (conditions, choices), run in itertools.groupby(steps):
        low, byte = byte, byte + sum(1 for _ in run)
        yield low, byte - 1, conditions, choices


def _as_ranges(steps):
    transitions = []
    for low, high, conditions, choices in _runs(steps):
        found = collections.defaultdict(set)
        for held, step in enumerate(choices):
            found[step].add(held)
        for step, held in found.items():
            guard = _guard(conditions, held)
            guards = [guard] if guard is not None else [_guard(conditions, {one}) for one in sorted(held)]
            transitions += [Transition(low, high, one, *step) for one in guards]
    transitions.sort(key=lambda t: (t.target is None, t.target or 0, t.guard, t.actions, t.low))
    ranges = []
    for t in transitions:
        last = ranges[-1] if ranges else None
        if last and last.high + 1 == t.low and last[2:] == t[2:]:
            ranges[-1] = last._replace(high=t.high)
        else:
            ranges.append(t)
    return ranges
