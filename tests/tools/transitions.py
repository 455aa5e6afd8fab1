"""The transitions of a machine: from a state, by bytes side by side, to a state or an error, with the same actions; under any
conditions. Which of them can happen, and how many of those some inputs take.

Run as a program, it says how many of them the inputs took that fuzz/visited.c has followed:

    transitions.py [--all] MACHINE.xml... < VISITED     --all: exits 1 unless they took all, and says which are left

MACHINE.xml is named after its dialect. A line of VISITED is `DIALECT STATE BYTE CONDITION...`: the conditions that held.
"""
import collections
import os
import sys

from bounds import Bounds, asked
from machine import Machine
from meaning import sizes_of

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
