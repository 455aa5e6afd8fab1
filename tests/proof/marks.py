"""Which jumps of a generated machine EVA reaches, and why it does not reach the others.

A jump is marked by a call of a function of its own, which does nothing: EVA lists the functions that it never enters.
The copy that is analysed differs from gen/ by these calls and the braces around them.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/generator"))
from machine import Machine  # noqa: E402

JUMP = re.compile(r"goto (\w+);|break;")
AT_END = "for an end of input, of which the machine is never told"
BEHIND_EVENT = "after an event, where it has returned"
EXCLUDED = "under conditions that exclude each other"


def mark(source):
    """The marked copy, and the lines with marks. Lines keep their numbers."""
    lines = source.splitlines()
    marked = [number for number, line in enumerate(lines, 1) if JUMP.search(line) and "MACHINE_" not in line]
    for number in marked:
        lines[number - 1] = JUMP.sub(rf"{{ reached_{number}(); \g<0> }}", lines[number - 1])
    first = lines.index('#include "codec/actions.h"')
    lines[first] = " ".join(f"static void reached_{number}(void) {{}}" for number in marked) + "\n#line " + \
        f"{first + 1}\n{lines[first]}"
    return "\n".join(lines) + "\n", marked


def explain(source, dead, xml):
    """How many jumps of each kind are dead, and a line for each that is of no kind."""
    lines = [""] + source.splitlines()
    end_of_input = next(i for i, line in enumerate(lines) if line.strip() == "_test_eof: {}")
    only_behind_events = _only_behind_events(lines)
    has_room = _states_with_room(xml)
    kinds, unexplained = dict.fromkeys((AT_END, BEHIND_EVENT, EXCLUDED), 0), []
    for number in dead:
        if number > end_of_input:
            kinds[AT_END] += 1
        elif set(re.findall(r"(?:goto st|_test_eof)(\d+)", lines[number])) & only_behind_events or _follows_event(lines, number):
            kinds[BEHIND_EVENT] += 1
        elif _state_at(lines, number) in has_room and "goto tr" in lines[number]:
            kinds[EXCLUDED] += 1
        else:
            unexplained.append(f"line {number} of the machine is never reached: {lines[number].strip()}")
    return kinds, unexplained


def _follows_event(lines, number):
    return "goto _out;" in lines[number - 1]


def _only_behind_events(lines):
    """States to which only code after an event jumps."""
    jumps = {}
    for number, line in enumerate(lines):
        for state in re.findall(r"goto st(\d+);", line):
            jumps.setdefault(state, []).append(_follows_event(lines, number))
    return {state for state, follows in jumps.items() if all(follows)}


def _states_with_room(xml):
    """States in which both `in_text` and a room for more than one byte are asked: there is no room where there is no
    text."""
    machine = Machine(xml)
    return {state for state, transitions in machine.states.items()
            if any(name.startswith("room_") for t in transitions for name, _ in t.guard)}


def _state_at(lines, number):
    while not lines[number].startswith("case "):
        number -= 1
    return int(re.match(r"case (\d+)", lines[number])[1])
