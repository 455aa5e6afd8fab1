#!/usr/bin/env python3
"""Makes a fuzzer's dictionary (the syntax that libFuzzer and AFL share) from machines that Ragel described in XML.

    dictionary.py MACHINE.xml...

For each machine: both ends of every range of bytes that some state distinguishes; for each transition of texts, dates
and replies, the shortest run of bytes that takes it; and the shortest run from between two frames to a FINISH.
"""
import sys

from machine import Machine

FINISH = "finish"
WHOLE = ("name", "birthdate", "answer")


def steps(machine, state):
    return [t for t in machine.states[state] if t.target not in (None, 0)]


def shortest(machine, start, is_reached):
    """The shortest run of bytes from a state to a transition that is looked for: its bytes and where it leads."""
    seen, ahead = {start}, [(b"", start)]
    while ahead:
        run, state = ahead.pop(0)
        for t in steps(machine, state):
            if is_reached(state, t):
                return run + bytes([t.low]), t.target
            if t.target not in seen:
                seen.add(t.target)
                ahead.append((run + bytes([t.low]), t.target))
    return None


def ending(machine, state):
    if state in machine.finals:
        return b""
    run, _ = shortest(machine, state, lambda _, t: t.target in machine.finals)
    return run


def bounds(machine):
    for state in machine.states:
        for t in steps(machine, state):
            yield bytes([t.low])
            yield bytes([t.high])


def runs(machine, entry):
    """For each transition after the entry, a run that takes it by its first byte, and one by its last."""
    seen, ahead = set(), [(b"", machine.entries[entry])]
    while ahead:
        run, state = ahead.pop(0)
        if state in seen:
            continue
        seen.add(state)
        for t in steps(machine, state):
            for byte in (t.low, t.high):
                yield run + bytes([byte]) + ending(machine, t.target)
            ahead.append((run + bytes([t.low]), t.target))


def tokens(path):
    machine = Machine(path)
    yield from bounds(machine)
    for entry in WHOLE:
        yield from runs(machine, entry)
    finish = shortest(machine, machine.entries["agency_stream"], lambda _, t: FINISH in t.actions)
    yield finish[0]
    receipt = shortest(machine, finish[1], lambda _, t: True)
    yield finish[0] + receipt[0]


def quoted(token):
    plain = [chr(byte) if 0x20 <= byte <= 0x7e and chr(byte) not in '"\\\\' else f"\\x{byte:02x}" for byte in token]
    return '"' + "".join(plain) + '"'


def main():
    found = {token for path in sys.argv[1:] for token in tokens(path)}
    for token in sorted(found, key=lambda t: (len(t), t)):
        print(quoted(token))


main()
