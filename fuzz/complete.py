#!/usr/bin/env python3
"""Adds to a corpus what it lacks: for each transition of the grammar that no input of it takes, the shortest stream that does.

    complete.py BUILD FRAMES VALUES MACHINE.xml... < VISITED

BUILD is where visited-decode and visited-encode (visited.c) were built, FRAMES and VALUES are the corpus' folders for them, and
VISITED is what its inputs visit. Which limit a stream of frames is read under, and which replies are due, comes from its hash:
bytes are added behind it until it does what it is there for.
"""
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tests/tools"))
from bounds import Bounds  # noqa: E402
from machine import Machine  # noqa: E402
from meaning import DIALECTS, QUESTIONS, sizes_of  # noqa: E402
from transitions import left_of, read_visited, steps_taken, taken  # noqa: E402
from walker import search  # noqa: E402

TRIES = 60


def visits(build, kind, data):
    """What one input visits."""
    with tempfile.TemporaryDirectory() as folder:
        path, visited = os.path.join(folder, "input"), os.path.join(folder, "visited")
        pathlib.Path(path).write_bytes(data)
        subprocess.run([f"{build}/fuzz/visited-{kind}", path], env=dict(os.environ, SORTEO_VISITED=visited), check=True,
                       stdout=subprocess.DEVNULL)
        pathlib.Path(visited).touch()       # what asks nothing of the machine writes nothing
        with open(visited, encoding="ascii") as lines:
            return read_visited(lines)


def beginning_of(machine, readings, transition):
    """A stream, without a limit, whose last byte takes the transition; and what it is read as."""
    for reading in readings[transition.state]:
        for byte in range(transition.low, transition.high + 1):
            here = reading.copy()
            held = here.conditions(byte)
            if machine.steps[here.state][byte][1][held] == transition.step:
                return reading.entry, reading.stream + bytes([byte])
    return None


def single(dialect, entry, text):
    """For `encode` (fuzz/request.c): a SINGLE that has the text in it."""
    name = text if entry == "name" else b""
    date = text.ljust(10, b"0") if entry == "birthdate" else b"1999-03-17"
    return bytes([list(DIALECTS).index(dialect)]) + bytes(9) + len(name).to_bytes(2, "big") + name + bytes(7) + date + bytes(2)


def candidates(dialect, entry, stream):
    if entry in QUESTIONS:
        yield "encode", single(dialect, entry, stream)
        return
    for number in range(TRIES):
        yield "decode", stream + number.to_bytes((number.bit_length() + 7) // 8, "big")


def find(build, dialect, machine, readings, transition):
    """An input that takes the transition, of which kind, and what else it visits."""
    begun = beginning_of(machine, readings, transition)
    for kind, data in candidates(dialect, *begun) if begun else ():
        visited = visits(build, kind, data)
        if taken([transition], steps_taken(machine, visited[dialect])):
            return kind, data, visited
    return None


def complete(build, dialect, machine, visited, write):
    """Writes inputs until nothing is left; each takes some of what would be left for the next."""
    sizes = sizes_of(dialect)
    readings = search(machine, sizes)
    left = left_of(machine, Bounds(machine, sizes), visited[dialect])
    while left:
        transition = left.pop()
        found = find(build, dialect, machine, readings, transition)
        if found is None:
            print(f"{dialect}: no input was found for {transition}", file=sys.stderr)
            continue
        kind, data, seen = found
        write(kind, data)
        steps = steps_taken(machine, seen[dialect])
        left = [t for t in left if t not in taken([t], steps)]
        for name, places in seen.items():
            visited[name] |= places


def main():
    build, *paths = sys.argv[1:]
    folders = {"decode": pathlib.Path(paths[0]), "encode": pathlib.Path(paths[1])}
    visited, added = read_visited(sys.stdin), []

    def write(kind, data):
        (folders[kind] / hashlib.sha1(data).hexdigest()).write_bytes(data)
        added.append(data)

    for path in paths[2:]:
        complete(build, os.path.splitext(os.path.basename(path))[0], Machine(path), visited, write)
    print(f"{len(added)} inputs added, {sum(len(data) for data in added)} bytes")


main()
