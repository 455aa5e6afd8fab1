#!/usr/bin/env python3
"""Says how many states each field costs, where a machine comes near the bound on them.

    costs.py FIELDS.xml FRAMES.xml GRAMMAR DIALECT

The XML files are those that describe() makes: all fields over bytes, and the frames over fields. A field has its states
anew in each place in which it may come. So the sum is near the whole, not the same: equal states are one.
"""
import sys

from follows import places_from
from grammar import Grammar
from description import reachable
from machine import Machine
from probes import streams_of, symbols_of_fields


def places_of(frames, streams):
    """symbol → the states in which it may come."""
    places = {}
    for stream in streams:
        for place in places_from(frames, stream):
            for symbol, (_, choices) in enumerate(frames.steps[place.state]):
                if any(step.target not in (None, 0) for step in choices):
                    places.setdefault(symbol, set()).add(place.state)
    return places


def costs(fields, frames, streams, symbols):
    """[(states in all, field, states of its own, places)], those that cost most first."""
    places = places_of(frames, streams)
    found = []
    for name, symbol in symbols.items():
        # Its last state is the first one of what follows.
        own = len(reachable(fields, fields.entries[f"field_{name}"])) - 1
        count = len(places.get(symbol, ()))
        found.append((own * count, name, own, count))
    return sorted(found, reverse=True)


def main():
    fields_xml, frames_xml, folder, dialect = sys.argv[1:]
    streams = [name for name, _ in streams_of(f"{folder}/frames.rl")]
    symbols, grammar = symbols_of_fields(folder, dialect), Grammar(folder)
    for total, name, own, count in costs(Machine(fields_xml), Machine(frames_xml), streams, symbols)[:6]:
        if total:
            print(f"    {grammar.place(name, dialect)}: {name} costs about {total}: {own} in each of {count} places")


if __name__ == "__main__":
    main()
