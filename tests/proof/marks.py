"""Which jumps of a generated machine EVA reaches, and why it does not reach the others.

A jump is marked by a call of a function of its own, which does nothing: EVA lists the functions that it never enters.
The copy that is analysed differs from gen/ by these calls and the braces around them.
"""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/generator"))
from bounds import Bounds  # noqa: E402
from decisions import STATE, Decisions  # noqa: E402
from machine import ALPHABET, Machine  # noqa: E402
from meaning import sizes_of  # noqa: E402

JUMP = re.compile(r"goto (\w+);|break;")
AT_END = "for an end of input, of which the machine is never told"
BEHIND_EVENT = "after an event, where it has returned"
NEVER = "on bytes under conditions that never come together there (gen/never.txt)"


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


def _jumps_of(line):
    return set(re.findall(r"(?:goto st|_test_eof)(\d+)", line))


def explain(source, dead, xml):
    """How many jumps of each kind are dead, and a line for each that is of no kind."""
    lines = [""] + source.splitlines()
    end_of_input = next(i for i, line in enumerate(lines) if line.strip() == "_test_eof: {}")
    only_behind_events = _only_behind_events(lines)
    machine = Machine(xml)
    bounds = Bounds(machine, sizes_of(os.path.splitext(os.path.basename(xml))[0]))
    kinds, unexplained = dict.fromkeys((AT_END, BEHIND_EVENT, NEVER), 0), []
    for number in dead:
        if number > end_of_input:
            kinds[AT_END] += 1
        elif _jumps_of(lines[number]) & only_behind_events or _follows_event(lines, number):
            kinds[BEHIND_EVENT] += 1
        elif "goto tr" in lines[number] and _is_never_taken(lines, number, machine, bounds):
            kinds[NEVER] += 1
        else:
            unexplained.append(f"line {number} of the machine is never reached: {lines[number].strip()}")
    return kinds, unexplained


def in_states_tried(source, marked, dead):
    """The dead jumps from a state's decisions, where EVA was given only some states: of those in which it took
    another."""
    lines = [""] + source.splitlines()
    decided = [(number, _case_of(lines, number)) for number in marked if "goto tr" in lines[number]]
    tried = {state for number, state in decided if number not in dead}
    return [number for number, state in decided if number in dead and state in tried]


def _case_of(lines, number):
    """The line of the last `case N:` of a state before it; 0 where none is."""
    return next((i for i in range(number, 0, -1) if STATE.match(lines[i])), 0)


def _follows_event(lines, number):
    return "goto _out;" in lines[number - 1]


def _only_behind_events(lines):
    """States to which only code after an event jumps."""
    jumps = {}
    for number, line in enumerate(lines):
        for state in re.findall(r"goto st(\d+);", line):
            jumps.setdefault(state, []).append(_follows_event(lines, number))
    return {state for state, follows in jumps.items() if all(follows)}


def _is_never_taken(lines, number, machine, bounds):
    """Whether no byte leads to that jump of a state under conditions that can come together with it there."""
    case = _case_of(lines, number)
    state = int(STATE.match(lines[case])[1])
    if not any(conditions for _, conditions in machine.widened[state]):
        return False
    decisions = Decisions(lines, case)
    ways = [(byte, {name: bool(held >> bit & 1) for bit, name in enumerate(conditions)})
            for byte, (value, conditions) in enumerate(machine.widened[state]) for held in range(1 << len(conditions))
            if decisions.line_of(value + ALPHABET * held) == number]
    return bool(ways) and not any(bounds.possible(state, valuation) >> byte & 1 for byte, valuation in ways)
