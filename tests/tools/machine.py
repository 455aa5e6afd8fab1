"""A machine as Ragel describes it in XML (ragel -x): states, transitions with their conditions, actions, entries.

Knows nothing of what is made of it. Python's standard library only.
"""
import collections
import xml.etree.ElementTree as ElementTree

# Bytes low..high, guarded by conditions ((name, wanted value), ...), lead to target (None: an error) and do actions.
Transition = collections.namedtuple("Transition", "low high guard target actions")

ALPHABET = 256


class Machine:
    def __init__(self, path):
        machine = ElementTree.parse(path).getroot().find(".//machine")
        actions = machine.findall("action_list/action")
        self._names = {int(action.get("id")): action.get("name") for action in actions}
        self.events = {action.get("name") for action in actions if action.find("break") is not None}
        self._tables = {int(table.get("id")): [self._names[int(i)] for i in table.text.split()]
                        for table in machine.findall("action_table_list/action_table")}
        self._spaces = self._read_spaces(machine)
        self.entries = {entry.get("name"): int(entry.text) for entry in machine.findall("entry_points/entry")}
        states = machine.findall("state_list/state")
        self.finals = {int(state.get("id")) for state in states if state.get("final") is not None}
        self.states = {int(state.get("id")): self._read_transitions(state) for state in states}

    def _read_spaces(self, machine):
        """Conditions widen the alphabet: base + byte + 256 × (a bit for each condition that holds)."""
        spaces = []
        for space in machine.findall("cond_space_list/cond_space"):
            base, *conditions = [int(word) for word in space.text.split()]
            spaces.append((base, [self._names[i] for i in conditions]))
        return spaces

    def _read_transitions(self, state):
        spaces = self._spaces_of_bytes(state)
        found = collections.defaultdict(set)
        for row in state.findall("trans_list/t"):
            low, high, target, table = row.text.split()
            actions = () if table == "x" else tuple(self._tables[int(table)])
            for value in range(int(low), int(high) + 1):
                byte, space, held = self._narrow(value)
                if spaces.get(byte) != space:
                    continue        # the range goes on over values that no byte has in this state
                conditions = () if space is None else tuple(self._spaces[space][1])
                found[(byte, conditions, None if target == "x" else int(target), actions)].add(held)
        return _as_ranges(found)

    def _spaces_of_bytes(self, state):
        """By which conditions a byte is widened in this state; a byte that is not in it is a plain one."""
        spaces = {}
        for row in state.findall("cond_list/c"):
            low, high, space = [int(word) for word in row.text.split()]
            spaces.update(dict.fromkeys(range(low, high + 1), space))
        return spaces

    def _narrow(self, value):
        if value < ALPHABET:
            return value, None, 0
        for number, (base, conditions) in enumerate(self._spaces):
            offset = value - base
            if 0 <= offset < ALPHABET << len(conditions):
                return offset % ALPHABET, number, offset // ALPHABET
        raise ValueError(f"{value} is in no condition's space")


def _guard(conditions, held):
    """What all the combinations that lead there have in common; they must be all that have it."""
    guard = []
    for bit, name in enumerate(conditions):
        values = {combination >> bit & 1 for combination in held}
        if len(values) == 1:
            guard.append((name, bool(values.pop())))
    if len(held) != 1 << len(conditions) - len(guard):
        return None
    return tuple(guard)


def _as_ranges(found):
    transitions = []
    for (byte, conditions, target, actions), held in sorted(found.items(), key=repr):
        guard = _guard(conditions, held)
        guards = [guard] if guard is not None else [_guard(conditions, {one}) for one in sorted(held)]
        transitions += [Transition(byte, byte, one, target, actions) for one in guards]
    transitions.sort(key=lambda t: (t.target is None, t.target or 0, t.guard, t.actions, t.low))
    ranges = []
    for t in transitions:
        last = ranges[-1] if ranges else None
        if last and last.high + 1 == t.low and last[2:] == t[2:]:
            ranges[-1] = last._replace(high=t.high)
        else:
            ranges.append(t)
    return ranges
