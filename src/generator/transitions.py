#!/usr/bin/env python3
"""The transitions of a machine. A transition goes from a state, by a range of bytes, to a state or an error, always
with the same actions, under any conditions. Which of them can happen, and how many of those some inputs take.

Run as a program, it says how many of them some inputs took, according to the notes that tests/tools/coverage/recorder.c
made in a program that ran them:

    transitions.py [--all] NOTES MACHINE.xml...     --all: exits 1 unless they took all, and says which are left

MACHINE.xml is named after its dialect.
"""
import collections
import itertools
import os
import sys

from bounds import Bounds, asked
from machine import REFUSED, Machine
from meaning import QUESTIONS, is_stream, sizes_of

Transition = collections.namedtuple("Transition", "state low high step")


def step_of(machine, state, byte, holding):
    names, choices = machine.steps[state][byte]
    return choices[sum((name in holding) << bit for bit, name in enumerate(names))]


def transitions(machine):
    """All of them, whether or not they can happen."""
    found = []
    for state in machine.steps.keys() - {0}:
        last = {}                           # step → its transition so far
        for byte, (_, choices) in enumerate(machine.steps[state]):
            for step in dict.fromkeys(choices):
                run = last.get(step)
                if run and run.high == byte - 1:
                    last[step] = run._replace(high=byte)
                else:
                    found += [run] if run else []
                    last[step] = Transition(state, byte, byte, step)
        found += last.values()
    return sorted(found, key=lambda t: (t.state, t.low, t.high, repr(t.step)))


def possible_steps(machine, bounds):
    """state → {(byte, step)} that can happen."""
    return {state: set(_possible_in(machine, bounds, state)) for state in machine.steps.keys() - {0}}


def _possible_in(machine, bounds, state):
    names = asked(machine, state)
    for number in range(1 << len(names)):
        valuation = {name: bool(number >> bit & 1) for bit, name in enumerate(names)}
        bytes_left = bounds.possible(state, valuation)
        holding = {name for name, value in valuation.items() if value}
        for byte in range(256):
            if bytes_left >> byte & 1:
                yield byte, step_of(machine, state, byte, holding)


def taken(all_transitions, steps):
    """Those of which a (byte, step) of their state is among the steps."""
    return [t for t in all_transitions if any((byte, t.step) in steps[t.state] for byte in range(t.low, t.high + 1))]


# ---- As a program ----------------------------------------------------------------------------------------------------

def read_notes(path):
    """{dialect: [(state, conditions that held, {byte: target})]}"""
    notes, names = collections.defaultdict(list), ()
    with open(path, encoding="ascii") as file:
        for line in file:
            head, *words = line.split()
            if head == "conditions":
                names = words
                continue
            state, held, *steps = words
            holding = frozenset(name for bit, name in enumerate(names) if int(held) >> bit & 1)
            notes[head].append((int(state), holding, {int(step[:2], 16): int(step[3:], 16) for step in steps}))
    return notes


def steps_noted(machine, notes):
    """state → {(byte, step)}, by the notes of the machine's dialect."""
    steps = {state: set() for state in machine.steps}
    for state, holding, targets in notes:
        steps[state] |= {(byte, step_of(machine, state, byte, holding)) for byte in targets}
    return steps


def pairs_noted(machine, notes):
    """The pairs of a state and a valuation of its conditions that were seen."""
    return {(state, holding & set(asked(machine, state))) for state, holding, _ in notes}


def pairs_possible(machine, bounds):
    for state in machine.steps.keys() - {0} - unasked(machine):
        names = asked(machine, state)
        for values in itertools.product((False, True), repeat=len(names)):
            if bounds.possible(state, dict(zip(names, values))):
                yield state, frozenset(name for name, value in zip(names, values) if value)


def unasked(machine):
    """States after a whole text that a sender asks about: it has no byte more to ask about."""
    def behind(entries):
        seen, ahead = set(), [machine.entries[entry] for entry in entries]
        while ahead:
            state = ahead.pop()
            if state not in seen:
                seen.add(state)
                ahead += {step.target for _, choices in machine.steps[state] for step in choices} - {None}
        return seen

    return {state for state in behind(QUESTIONS) - behind(filter(is_stream, machine.entries))
            if all(step == REFUSED for _, choices in machine.steps[state] for step in choices)}


def of_callers(machine, bounds):
    """The transitions that can happen, of those that a caller can ask for."""
    possible, nobody_asks = taken(transitions(machine), possible_steps(machine, bounds)), unasked(machine)
    return [t for t in possible if t.state not in nobody_asks]


def left_of(machine, bounds, notes):
    """The ones that were not taken."""
    possible = of_callers(machine, bounds)
    reached = set(taken(possible, steps_noted(machine, notes)))
    return [t for t in possible if t not in reached]


def report(path, notes, says_what_is_left):
    """Prints a line for the machine; how many transitions are left."""
    dialect = os.path.splitext(os.path.basename(path))[0]
    machine = Machine(path)
    bounds = Bounds(machine, sizes_of(dialect))
    possible, left = of_callers(machine, bounds), left_of(machine, bounds, notes[dialect])
    pairs = set(pairs_possible(machine, bounds))
    refusals = sum(t.step.target is None for t in possible)
    refusals_left = sum(t.step.target is None for t in left)
    pairs_taken = pairs & pairs_noted(machine, notes[dialect])
    print(f"{dialect}: {len(possible) - len(left)} of {len(possible)} transitions "
          f"({refusals - refusals_left} of {refusals} refusals), "
          f"{len(pairs_taken)} of {len(pairs)} states with a valuation of their conditions")
    for t in left if says_what_is_left else ():
        leads = "an error" if t.step.target is None else t.step.target
        print(f"  left: {t.state} --{t.low:02x}..{t.high:02x}--> {leads} ({', '.join(t.step.actions)})")
    return len(left)


def main():
    wants_all = sys.argv[1] == "--all"
    path, *machines = sys.argv[1 + wants_all:]
    notes = read_notes(path)
    left = sum([report(machine, notes, wants_all) for machine in machines])
    return 1 if wants_all and left else 0


if __name__ == "__main__":
    sys.exit(main())
