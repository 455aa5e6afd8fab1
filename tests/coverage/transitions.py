"""Which transitions of the grammar were taken, by what transitions.c noted, of those that `ragel -x` says there are.

Knows nothing of what the grammar means.
"""
import collections
import sys

sys.path.insert(0, "tests/tools")
from machine import Machine  # noqa: E402

ERROR_STATE = 0         # in what transitions.c notes; in XML an error has no target

Reached = collections.namedtuple("Reached", "taken missing wrong")


def read_notes(path):
    """{dialect: {state: [(valuation, {byte: target})]}}; a valuation is {condition: held}."""
    notes = collections.defaultdict(lambda: collections.defaultdict(list))
    names = None
    with open(path, encoding="ascii") as file:
        for line in file:
            head, *words = line.split()
            if head == "conditions":
                names = words
                continue
            state, held, *steps = words
            valuation = {name: bool(int(held) >> bit & 1) for bit, name in enumerate(names)}
            notes[head][int(state)].append(
                (valuation, {int(step[:2], 16): int(step[3:], 16) for step in steps}))
    return notes


def _fits(transition, valuation):
    return all(valuation[name] == value for name, value in transition.guard)


def _is_taken(transition, rows):
    return any(_fits(transition, valuation) and any(transition.low <= byte <= transition.high for byte in targets)
               for valuation, targets in rows)


def _target(transitions, byte, valuation):
    for transition in transitions:
        if transition.low <= byte <= transition.high and _fits(transition, valuation):
            return ERROR_STATE if transition.target is None else transition.target
    return ERROR_STATE


def describe(dialect, state, transition):
    """One line that stays the same as long as the transition does."""
    span = f"{transition.low:02x}" if transition.low == transition.high else f"{transition.low:02x}..{transition.high:02x}"
    guard = " ".join(("" if held else "!") + name for name, held in transition.guard)
    target = "error" if transition.target is None else transition.target
    return f"{dialect} {state} --{span}{' ' + guard if guard else ''}--> {target}"


def compare(dialect, machine, notes):
    """What was taken of the machine and what was not; and the steps that it did otherwise than its XML says."""
    taken, missing, wrong = [], [], []
    for state, transitions in machine.states.items():
        rows = notes.get(state, [])
        for transition in transitions:
            (taken if _is_taken(transition, rows) else missing).append((dialect, state, transition))
        for valuation, targets in rows:
            for byte, target in targets.items():
                if _target(transitions, byte, valuation) != target:
                    wrong.append(f"{dialect} {state}: byte {byte:02x} leads to {target}")
    return Reached(taken, missing, wrong)
