#!/usr/bin/env python3
"""A machine as text, for gen/: so that the next `make gen` can say what has changed.

    states.py MACHINE.xml DIALECT       prints it

Refusals are left out: what is not listed is refused.
"""
import collections
import sys

from machine import ALPHABET, REFUSED, Machine, Step

NONE = "-"


def listed(names):
    return ",".join(names) or NONE


def lines(machine, dialect):
    yield f"# The machine of {dialect}: entries, then state, bytes, conditions, next state and actions. Made by"
    yield "# `make gen` from grammar/ (src/generator/states.py); not to be edited."
    for name, state in sorted(machine.entries.items()):
        yield f"entry {name} {state}"
    for state, transitions in sorted(machine.states.items()):
        for t in transitions:
            if t.target not in (None, 0):
                guard = listed(("" if wanted else "!") + name for name, wanted in t.guard)
                yield f"{state} {t.low:02x}..{t.high:02x} {guard} {t.target} {listed(t.actions)}"


class States:
    """What is read back: entries and steps as a Machine (machine.py) has them."""

    def __init__(self, path):
        self.entries, found = {}, collections.defaultdict(list)
        with open(path, encoding="ascii") as file:
            for line in file:
                first, *rest = line.split()
                if first == "entry":
                    self.entries[rest[0]] = int(rest[1])
                elif first != "#":
                    self._add(found, int(first), *rest)
        states = {0, *self.entries.values(), *(state for state, _ in found)}
        states |= {step.target for rows in found.values() for _, step in rows}
        self.steps = {state: [self._choices(found[state, byte]) for byte in range(ALPHABET)] for state in states}

    @staticmethod
    def _add(found, state, span, guard, target, actions):
        low, high = (int(end, 16) for end in span.split(".."))
        wanted = {name.lstrip("!"): not name.startswith("!") for name in guard.split(",") if name != NONE}
        step = Step(int(target), tuple(name for name in actions.split(",") if name != NONE))
        for byte in range(low, high + 1):
            found[state, byte].append((wanted, step))

    @staticmethod
    def _choices(rows):
        """The conditions that a byte is asked under, and a step for each number whose bits say which of them hold."""
        names = sorted({name for wanted, _ in rows for name in wanted})
        choices = []
        for held in range(1 << len(names)):
            holds = {name: bool(held >> bit & 1) for bit, name in enumerate(names)}
            fitting = (step for wanted, step in rows if all(holds[name] == value for name, value in wanted.items()))
            choices.append(next(fitting, REFUSED))
        return tuple(names), choices

    def actions(self):
        return {action for steps in self.steps.values() for _, choices in steps for step in choices
                for action in step.actions}


def main():
    path, dialect = sys.argv[1:]
    print(*lines(Machine(path), dialect), sep="\n")


if __name__ == "__main__":
    main()
