#!/usr/bin/env python3
"""Writes what a machine must do with every byte in every state, as vectors that the decoder can be run on, and what
can never happen in it.

    conformance.py MACHINE.xml [GENERATED.c VECTORS]

The vectors go into the file VECTORS, in the form that tests/conformance/vectors/README.md tells. What no input can
reach, and the condition that excludes it, goes to standard output; without the other two, nothing else is made.

MACHINE.xml is named after its dialect; GENERATED.c is what Ragel made from the same files, with the same states.
Fails if there is a state, or bytes under some conditions, that it can neither reach nor exclude.
"""
import os
import re
import sys

from bounds import ALL, Bounds, asked
from machine import Machine
from meaning import Broken, check_known, sizes_of
from transitions import possible_steps, taken, transitions
from walker import Unreached, check_all, reached, rows


def fail(message):
    sys.exit(f"conformance.py: {message}")


# ---- The same machine? -----------------------------------------------------------------------------------------------

def check_numbers(machine, code):
    """The states that the XML numbers are those that the generated code switches on, and so are the entries."""
    cases = {int(number) for number in re.findall(r"^case ([0-9]+):", code, re.M)}
    if cases != machine.steps.keys() - {0}:
        fail(f"the generated code has {len(cases)} states, and not those of the XML, "
             f"which has {len(machine.steps) - 1}")
    entries = {name: int(number)
               for name, number in re.findall(r"^static const int \w+?_en_(\w+) = ([0-9]+);", code, re.M)}
    if entries != machine.entries:
        fail(f"the generated code has the entries {entries}, the XML {machine.entries}")


# ---- Vectors ---------------------------------------------------------------------------------------------------------

def valuation_text(valuation):
    return ", ".join(("" if value else "not ") + name for name, value in valuation.items())


def range_text(low, high):
    return f"{low:02x}" if low == high else f"{low:02x}..{high:02x}"


def row_lines(row):
    yield f"row {row.state} {valuation_text(row.valuation)}".rstrip()
    text_left = f" {len(row.reading.stream) + row.reading.text_left}" if row.reading.entry == "name" else ""
    yield f"entry {row.reading.entry}{text_left}"
    if row.limit is not None:
        times, more = row.limit
        yield f"limit {times}*byte{more:+d}" if times else f"limit {more}"
    if row.reading.stream:
        yield f"bytes {row.reading.stream.hex(' ')}"
    if row.more:
        yield f"more {row.more.hex(' ')}"
    yield from (f"-> {event}" for event in row.events)
    for low, high, outcome in row.outcomes:
        follows = (f"{outcome.target} {outcome.end or '-'}" if outcome.target
                   else f"error {outcome.code} {outcome.field or '-'}")
        yield f"{range_text(low, high)} {follows}"
        yield from (f"-> {event}" for event in outcome.events)
    yield ""


def count(all_rows, is_counted):
    return sum(high - low + 1 for row in all_rows for low, high, outcome in row.outcomes if is_counted(outcome))


def vectors(dialect, machine, all_rows):
    yield f"# What a decoder of {dialect} must do with each byte in each of its states. Made by `make gen` from"
    yield "# grammar/; not to be edited. The form is explained in tests/conformance/vectors/README.md."
    yield f"dialect {dialect}"
    total, refused = count(all_rows, lambda outcome: True), count(all_rows, lambda outcome: not outcome.target)
    yield f"holds {len(machine.steps) - 1} states {total} vectors {refused} refused"
    yield ""
    for row in all_rows:
        yield from row_lines(row)


# ---- What can never happen -------------------------------------------------------------------------------------------

def bytes_text(those):
    """After the conditions: the bytes for which they exclude one another; nothing if they always do."""
    if those == ALL:
        return ""
    runs, byte = [], 0
    while those >> byte:
        if those >> byte & 1:
            first = byte
            while those >> byte + 1 & 1:
                byte += 1
            runs.append(range_text(first, byte))
        byte += 1
    return " (byte " + ", ".join(runs) + ")"


def interval_text(name, interval):
    low, high = interval
    if low == high:
        return f"{name} = {low}"
    return f"{name} >= {low}" if high == float("inf") else f"{low} <= {name} <= {high}"


def facts(bounds, state):
    """What always holds of the counts in a state: a line for inside a frame, and one for between two."""
    for is_between, where in ((False, "inside a frame"), (True, "between frames")):
        place = bounds.places.get((state, is_between))
        if place:
            yield f"  {where}: " + ", ".join(interval_text(name, place[base]) for name, base in bounds.forms.items()
                                             if place[base][0] >= 0)


def cells(machine, bounds):
    """(pairs of a state and a valuation, of them possible; and the same with a byte)."""
    pairs = possible_pairs = possible_bytes = 0
    for state in machine.steps.keys() - {0}:
        names = asked(machine, state)
        for number in range(1 << len(names)):
            those = bounds.possible(state, {name: bool(number >> bit & 1) for bit, name in enumerate(names)})
            pairs += 1
            possible_pairs += those != 0
            possible_bytes += those.bit_count()
    return pairs, possible_pairs, 256 * pairs, possible_bytes


def never(dialect, machine, bounds):
    all_transitions = transitions(machine)
    pairs, possible_pairs, with_bytes, possible_with_bytes = cells(machine, bounds)
    possible = taken(all_transitions, possible_steps(machine, bounds))
    yield (f"{dialect}: {len(machine.steps) - 1} states; "
           f"{len(possible)} of {len(all_transitions)} transitions can happen")
    yield (f"  {possible_pairs} of {pairs} states with a valuation of their conditions, "
           f"{possible_with_bytes} of {with_bytes} with a byte")
    yield ""
    for transition in all_transitions:
        if transition not in possible:
            span = range_text(transition.low, transition.high)
            yield f"no input takes {transition.state} --{span}--> {transition.step}"
    for low, high, state, name in sorted({(low, high, state, name) for state, low, high, name in bounds.broken}):
        yield f"state {state}, byte {range_text(low, high)}: {name} may be 0 where it is counted down"
    for state in sorted(machine.steps.keys() - {0}):
        excluded = bounds.excluded(state)
        if excluded:
            entry, path = bounds.paths.get(state, ("no entry", b""))
            yield f"state {state}, reached from {entry}" + (f" by {path.hex(' ')}" if path else "")
            yield from facts(bounds, state)
            for some, those in excluded:
                yield f"    never {valuation_text(some) or 'at all'}{bytes_text(those)}"
            yield ""


def write_vectors(dialect, machine, bounds, generated, path):
    with open(generated, encoding="utf-8") as code:
        check_numbers(machine, code.read())
    all_rows = list(rows(machine, sizes_of(dialect)))
    check_all(machine, bounds, reached(machine, all_rows))
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(line + "\n" for line in vectors(dialect, machine, all_rows))


def main():
    dialect = os.path.splitext(os.path.basename(sys.argv[1]))[0]
    machine = Machine(sys.argv[1])
    try:
        sizes = sizes_of(dialect)
        check_known(machine)
        bounds = Bounds(machine, sizes)
        print("\n".join(never(dialect, machine, bounds)))
        if len(sys.argv) > 2:
            write_vectors(dialect, machine, bounds, *sys.argv[2:])
    except (Broken, Unreached, ValueError) as why:
        fail(f"{dialect}: {why}")


if __name__ == "__main__":
    main()
