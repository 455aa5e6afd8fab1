#!/usr/bin/env python3
"""Completes a corpus: for each transition of the grammar that no input takes, adds the shortest stream that does.

    complete.py BUILD FRAMES VALUES NOTES MACHINE.xml...

BUILD is where transitions.sh built the targets `decode` and `encode`, FRAMES and VALUES are the corpus folders for
them, and NOTES has what was recorded for all of its inputs. A stream's hash decides under which limit it is read and
which replies are due, so bytes are appended until the stream takes its transition.
"""
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../src/generator"))
from bounds import Bounds  # noqa: E402
from machine import Machine  # noqa: E402
from meaning import QUESTIONS, sizes_of  # noqa: E402
from transitions import left_of, read_notes, steps_noted, taken  # noqa: E402
from walker import search  # noqa: E402

DIALECTS = tuple(pathlib.Path("gen/dialects").read_text(encoding="ascii").split())
TRIES = 400
FIRST_DIALECTS = 3      # of these an input selects one; it is run in every other dialect too (fuzz/fuzz.c)


def run(build, target, data):
    """What was recorded for one input."""
    with tempfile.TemporaryDirectory() as folder:
        path, notes = os.path.join(folder, "input"), os.path.join(folder, "notes")
        pathlib.Path(path).write_bytes(data)
        subprocess.run([f"{build}/fuzz/{target}", path], env=dict(os.environ, SORTEO_TRANSITIONS=notes), check=True,
                       stdout=subprocess.DEVNULL)
        return read_notes(notes)


def beginning_of(machine, readings, transition):
    """A stream whose last byte takes the transition when no limit applies; and what it is read as."""
    for reading in readings[transition.state]:
        for byte in range(transition.low, transition.high + 1):
            here = reading.copy()
            held = here.conditions(byte)
            if machine.steps[here.state][byte][1][held] == transition.step:
                return reading.entry, reading.stream + bytes([byte])
    return None


def single(dialect, entry, text):
    """For `encode` (fuzz/request.c): a SINGLE that contains the text."""
    name = text + bytes(3) if entry == "name" else b""      # room for a character of four bytes
    date = text.ljust(10, b"0") if entry == "birthdate" else b"1999-03-17"
    number = DIALECTS.index(dialect)
    choice = number if number < FIRST_DIALECTS else 0
    return b"".join([bytes([choice]), bytes(9), len(name).to_bytes(2, "big"), name, bytes(6), bytes([224 + len(date)]),
                     date, bytes(2)])


def candidates(dialect, entry, stream):
    if entry in QUESTIONS:
        yield "encode", single(dialect, entry, stream)
        return
    for number in range(TRIES):
        yield "decode", stream + number.to_bytes((number.bit_length() + 7) // 8, "big")


def find(build, dialect, machine, readings, transition):
    """An input that takes the transition, the target that reads it, and what else it does."""
    begun = beginning_of(machine, readings, transition)
    for target, data in candidates(dialect, *begun) if begun else ():
        notes = run(build, target, data)
        if taken([transition], steps_noted(machine, notes[dialect])):
            return target, data, notes
    return None


def complete(build, dialect, machine, notes, write):
    """Writes inputs until every transition is taken; one input often takes several."""
    sizes = sizes_of(dialect)
    readings = search(machine, sizes)
    left = left_of(machine, Bounds(machine, sizes), notes[dialect])
    while left:
        transition = left.pop()
        found = find(build, dialect, machine, readings, transition)
        if found is None:
            print(f"{dialect}: no input was found for {transition}", file=sys.stderr)
            continue
        target, data, more = found
        write(target, data)
        steps = steps_noted(machine, more[dialect])
        left = [t for t in left if not taken([t], steps)]
        for name in more:
            notes[name] += more[name]


def main():
    build, frames, values, notes, *machines = sys.argv[1:]
    folders = {"decode": pathlib.Path(frames), "encode": pathlib.Path(values)}
    notes, added = read_notes(notes), []

    def write(target, data):
        (folders[target] / hashlib.sha1(data).hexdigest()).write_bytes(data)
        added.append(data)

    for path in machines:
        complete(build, os.path.splitext(os.path.basename(path))[0], Machine(path), notes, write)
    print(f"{len(added)} inputs added, {sum(len(data) for data in added)} bytes")


main()
