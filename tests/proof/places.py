#!/usr/bin/env python3
"""Guesses, from a machine's XML, what always holds in each of its states, and writes it as a table for step.c.

    places.py MACHINE.xml > places.h

The walk follows ranges of the counters from the entries until nothing new comes. It need not be trusted: it only makes
the claims, and step.c has them checked against the generated C, byte by byte.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/generator"))
from machine import Machine  # noqa: E402

MAX = 0xffff
ASKED_ALONE = ("name", "birthdate")    # what the encoder asks, of a text of any length
BEGINS = {"batch_begin", "winners_begin"}
MAY_END = {"batch_bet", "winner"}      # with the last item of a list; any other event ends a frame
LEAVES_BET = {"batch_bet", "single_end"}


class Facts:
    """Ranges of the counters, and whether a bet is under way."""

    def __init__(self, text=(0, 0), items=(0, 0), left=(0, 0), in_bet=False, counted=False):
        self.text, self.items, self.left, self.in_bet, self.counted = text, items, left, in_bet, counted

    def copy(self):
        return Facts(self.text, self.items, self.left, self.in_bet, self.counted)

    def key(self):
        return self.text, self.items, self.left, self.in_bet, self.counted

    def join(self, other):
        assert (self.in_bet, self.counted) == (other.in_bet, other.counted), "two ways into a state that differ"
        return Facts(_hull(self.text, other.text), _hull(self.items, other.items), _hull(self.left, other.left),
                     self.in_bet, self.counted)


def _hull(a, b):
    return min(a[0], b[0]), max(a[1], b[1])


def _clip(values, low, high):
    return max(values[0], low), min(values[1], high)


def _shift_in(values, low, high):
    """(value & 0xff) << 8 | byte, of what is at most a byte."""
    if values[1] > 0xff:
        return low, MAX
    return values[0] << 8 | low, values[1] << 8 | high


def _assume(facts, guard):
    """What the conditions leave of the facts; None if nothing."""
    facts = facts.copy()
    for name, wanted in guard:
        if name == "in_text":
            facts.text = _clip(facts.text, 1, MAX) if wanted else _clip(facts.text, 0, 0)
        elif name.startswith("room_") and wanted:
            facts.text = _clip(facts.text, int(name[5:]), MAX)
        elif name == "in_list":
            facts.left = _clip(facts.left, 1, MAX) if wanted else _clip(facts.left, 0, 0)
        elif name == "n_bets_fits":
            facts.counted = wanted
    return facts if facts.text[0] <= facts.text[1] and facts.left[0] <= facts.left[1] else None


def _act(facts, transition, ends):
    """(facts inside a frame or None, may the frame have ended?) after a transition's actions."""
    inside, ended = True, False
    for action in transition.actions:
        if action == "length_byte":
            facts.text = _shift_in(facts.text, transition.low, transition.high)
        elif action == "text_byte":
            facts.text = facts.text[0] - 1, facts.text[1]
        elif action in ("n_bets_byte", "n_winners_byte"):
            facts.items = _shift_in(facts.items, transition.low, transition.high)
        elif action == "batch_begin":
            facts.left, facts.counted = facts.items, False
        elif action == "winners_begin":
            facts.left, ended = _clip(facts.items, 1, MAX), facts.items[0] == 0
        elif action == "bet_begin":
            facts.in_bet = True
        if action in LEAVES_BET:
            facts.in_bet = False
        if action in MAY_END:
            facts.left, ended = _clip(facts.left, 1, MAX), True
        if action in ends:
            inside, ended = False, True
    return facts if inside else None, ended


def walk(machine):
    """For each state the facts inside a frame, and the states in which one may begin."""
    inside = {machine.entries[name]: Facts(text=(0, MAX)) for name in ASKED_ALONE}
    between = {state for name, state in machine.entries.items() if name not in ASKED_ALONE}
    waiting = [(state, inside[state]) for state in inside] + [(state, Facts()) for state in between]
    while waiting:
        state, facts = waiting.pop()
        for transition in machine.states[state]:
            target, before = transition.target, _assume(facts, transition.guard)
            if target is None or before is None:
                continue
            after, ended = _act(before, transition, machine.events - MAY_END - BEGINS)
            if ended and target not in between:
                between.add(target)
                waiting.append((target, Facts()))
            if after is not None:
                joined = inside[target].join(after) if target in inside else after
                if target not in inside or joined.key() != inside[target].key():
                    inside[target] = joined
                    waiting.append((target, joined))
    return inside, between


def _claim(facts):
    """What struct place says of one class, and the same in words."""
    inside, between = facts
    known = inside or Facts()
    text, items, left = (f"{{ {low}, {high} }}" for low, high in (known.text, known.items, known.left))
    flags = ", ".join(str(flag).lower() for flag in (inside is not None, between, known.in_bet, known.counted))
    return f"{{ {flags}, {text}, {items}, {left} }}"


def _lines(words, indent="     *   ", width=110):
    lines = [indent]
    for word in words:
        if len(lines[-1]) + len(word) >= width:
            lines.append(indent)
        lines[-1] += f"{word} "
    return [line.rstrip() for line in lines]


def main():
    machine = Machine(sys.argv[1])
    inside, between = walk(machine)
    states = sorted(state for state in machine.states if state in inside or state in between)
    claims = {state: _claim((inside.get(state), state in between)) for state in states}
    classes = sorted(set(claims.values()))
    print("/* Made by places.py: what struct place says of each class of states, and the class of each state. */")
    print("static const struct place classes[] = {")
    for claim in classes:
        print("\n".join(["    /*", *_lines([str(state) for state in states if claims[state] == claim])[0:], "     */"]))
        print(f"    {claim},")
    print("};")
    print(f"enum {{ STATES = {len(machine.states)} }};   /* with MACHINE_ERROR_STATE, which is in no class */")
    print("static const uint8_t class_of[STATES] = {")
    print("\n".join(f"    [{state}] = {classes.index(claims[state])}," for state in states))
    print("};")


if __name__ == "__main__":
    main()
