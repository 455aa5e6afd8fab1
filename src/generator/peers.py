#!/usr/bin/env python3
"""Says what a change of the grammar does to peers: whether a dialect takes less than before (narrower), more (wider),
or reads the same bytes as something else (other), each with the shortest input that shows it.

    peers.py OLD NEW DIALECT...         two folders like gen/

Both machines read the same bytes side by side, with counts as meaning.py knows them. Counts above a few behave as those
few do, so that the walk ends; of bytes that both machines treat alike, one is tried.
"""
import collections
import json
import os
import sys

from meaning import ACTIONS, Broken, Reading, is_stream, sizes_in
from states import States
from witness import as_fields

COUNTS = {"length_byte", "n_bets_byte", "n_winners_byte"}
TEXT_MAX, ITEMS_MAX = 6, 2

# Inputs, or None: refused by the new machine alone, by the old one alone, and taken as something else.
Difference = collections.namedtuple("Difference", "lost gained other")
Found = collections.namedtuple("Found", "stream input events")
VERDICTS = {"lost": "the new grammar refuses what the old one takes",
            "gained": "the new grammar takes what the old one refuses",
            "other": "both take it, as something else"}


def description_in(folder):
    try:
        with open(f"{folder}/protocol.json", encoding="utf-8") as file:
            return {each["name"]: each for each in json.load(file)["dialects"]}
    except (OSError, ValueError, KeyError):
        return {}


# ---- Side by side ----------------------------------------------------------------------------------------------------

def bytes_to_try(old, new):
    """One of each kind; more of those that are counts."""
    kinds = collections.defaultdict(list)
    for byte in range(256):
        here, there = (r.machine.steps[r.state][byte] for r in (old, new))
        kinds[here[0], tuple(here[1]), there[0], tuple(there[1])].append(byte)
    for (_, here, _, there), group in kinds.items():
        actions = {action for step in (*here, *there) for action in step.actions}
        chosen = {group[0]}
        if any(action.endswith("_byte") for action in actions):     # two values, so that they can differ
            chosen.add(group[-1])
        if COUNTS & actions:
            chosen.update(byte for byte in group if byte <= TEXT_MAX)
        yield from chosen


def values(reading):
    """The agency, the key, and the fields of a bet that have begun; of texts what has come."""
    found = {"agency": reading.agency, "key": reading.key}
    for name, value in reading.values.items():
        found[name] = reading.stream[value[0]:sum(value)] if isinstance(value, tuple) else value
    return found


def same_values(one, other):
    here, there = values(one), values(other)
    return tuple(here.get(name) == there.get(name) for name in sorted(here.keys() | there.keys()))


def summary(reading):
    return (reading.state, reading.is_between, min(reading.text_left, TEXT_MAX + 1), min(reading.items, ITEMS_MAX + 1),
            min(reading.items_left, ITEMS_MAX + 1))


def after(reading, byte):
    """The reading after one byte more, or None if it is refused."""
    found = reading.copy()
    try:
        found.read(byte)
    except Broken:
        return None
    return found if found.state else None


def compare_stream(old, new, stream):
    """{what: Found} of one stream: the shortest inputs."""
    found, seen, ahead = {}, set(), collections.deque([(old, new)])
    while ahead and len(found) < 3:
        here, there = ahead.popleft()
        for byte in sorted(bytes_to_try(here, there)):
            was, now = after(here, byte), after(there, byte)
            data = here.stream + bytes([byte])
            if was is None and now is None:
                continue
            if now is None:
                found.setdefault("lost", Found(stream, data, ()))
            elif was is None:
                found.setdefault("gained", Found(stream, data, ()))
            elif was.events != now.events:
                found.setdefault("other", Found(stream, data, (was.events, now.events)))
            else:
                place = (summary(was), summary(now), same_values(was, now))
                if place not in seen:
                    seen.add(place)
                    ahead.append((was, now))
    return found


def compare(old, old_sizes, new, new_sizes):
    best = {}
    for stream in new.entries:
        if stream in old.entries and is_stream(stream):
            readings = (Reading(old, old_sizes, stream), Reading(new, new_sizes, stream))
            for what, found in compare_stream(*readings, stream).items():
                if what not in best or len(found.input) < len(best[what].input):
                    best[what] = found
    return best


# ---- What is said ----------------------------------------------------------------------------------------------------

def word(found):
    if set(found) == {"lost"}:
        return "narrower: a peer that was right may be refused"
    if set(found) == {"gained"}:
        return "wider: a peer that is not changed may refuse what is sent now"
    return "other: a peer that is not changed is not understood"


def said(dialect, found, old, new):
    yield f"{dialect}: for peers {word(found)}"
    for what, one in found.items():
        description = new if what == "gained" else old
        yield f"    {VERDICTS[what]}, in {one.stream}: {one.input.hex(' ')}"
        yield f"        {as_fields(description, one.stream, one.input)}"
        for when, events in zip(("before", "now"), one.events):
            yield f"        {when}: {'; '.join(events) or 'no event'}"


def same_files(one, other):
    with open(one, "rb") as first, open(other, "rb") as second:
        return first.read() == second.read()


def unknown_actions(machine):
    return sorted(machine.actions() - ACTIONS.keys())


def compare_dialect(old_folder, new_folder, dialect, old, new):
    paths = [f"{folder}/{dialect}.states" for folder in (old_folder, new_folder)]
    if old is None:
        yield f"{dialect}: new to peers"
        return
    if not os.path.exists(paths[0]):
        yield f"{dialect}: what changes for peers is not known: {paths[0]} is missing"
        return
    if old == new and same_files(*paths):
        return
    machines = [States(path) for path in paths]
    sizes = [sizes_in(old), sizes_in(new)]
    unknown = unknown_actions(machines[0]) or unknown_actions(machines[1])
    if unknown:
        yield f"{dialect}: what changes for peers is not known: {unknown[0]} has no meaning in src/generator/meaning.py"
        return
    found = compare(machines[0], sizes[0], machines[1], sizes[1])
    if found:
        yield from said(dialect, found, old, new)


def main():
    old_folder, new_folder, *dialects = sys.argv[1:]
    old, new = description_in(old_folder), description_in(new_folder)
    lines = []
    for name in dialects:
        lines += compare_dialect(old_folder, new_folder, name, old.get(name), new[name])
    lines += [f"{name}: is gone: nothing understands its peers any more" for name in old if name not in new]
    print(*(lines or ["for peers nothing changes"]), sep="\n")


if __name__ == "__main__":
    main()
