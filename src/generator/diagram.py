#!/usr/bin/env python3
"""Draws a machine that Ragel described in XML, in graphviz' language, on standard output.

    diagram.py MACHINE.xml TITLE
        bytes in hexadecimal, conditions in brackets, all actions
    diagram.py MACHINE.xml TITLE ENTRY... -- BYTE=NAME...
        a machine whose bytes stand for whole fields: the part that the entries reach, with field names, and events in
        italics
"""
import sys

from machine import Machine

CAPTIONS = {
    "agency_stream": "agency stream",
    "bet_stream": "single-bet stream",
    "answer": "reply: an ANSWER",
}


def caption(entry):
    return CAPTIONS.get(entry, f"reply: {entry.upper()}")


def hexadecimal(low, high):
    return f"{low:02x}" if low == high else f"{low:02x}..{high:02x}"


def brackets(guard):
    return " [" + ", ".join(("" if wanted else "not ") + name for name, wanted in guard) + "]" if guard else ""


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def edges(transitions, label):
    """Transitions with the same target, guard and actions make one edge: (target, label)."""
    grouped = {}
    for t in transitions:
        if t.target not in (None, 0):
            grouped.setdefault((t.target, t.guard, t.actions), []).append((t.low, t.high))
    for (target, guard, actions), ranges in grouped.items():
        yield target, label(ranges, guard, actions)


def byte_label(ranges, guard, actions):
    text = escape(", ".join(hexadecimal(*each) for each in ranges) + brackets(guard))
    return text + (f"<br/><i>{', '.join(actions)}</i>" if actions else "")


def field_label(names, events):
    def label(ranges, guard, actions):
        fields = [names[byte] for low, high in ranges for byte in range(low, high + 1)]
        raised = [action for action in actions if action in events]
        text = escape(", ".join(fields) + brackets(guard))
        return text + (f"<br/><i>{', '.join(raised)}</i>" if raised else "")
    return label


def reachable(machine, entries):
    seen, ahead = set(), [machine.entries[name] for name in entries]
    while ahead:
        state = ahead.pop()
        if state not in seen:
            seen.add(state)
            ahead += [t.target for t in machine.states[state] if t.target not in (None, 0)]
    return seen


def draw(machine, title, entries, label, is_numbered):
    yield f'digraph "{title}" {{'
    yield '    rankdir=LR; bgcolor=white; fontname="Helvetica"; fontsize=14; labelloc=t;'
    yield f'    label="{title}";'
    yield '    node [fontname="Helvetica", fontsize=10, shape=circle, fixedsize=true, width=0.35];'
    yield '    edge [fontname="Helvetica", fontsize=10, arrowsize=0.6];'
    for name in entries:
        yield f'    "{name}" [shape=plaintext, fixedsize=false, fontsize=12, label="{caption(name)}"];'
        yield f'    "{name}" -> {machine.entries[name]};'
    for state in sorted(reachable(machine, entries)):
        shape = "doublecircle" if state in machine.finals else "circle"
        text = state if is_numbered else ""
        yield f'    {state} [shape={shape}, label="{text}"];'
        for target, text in edges(machine.states[state], label):
            yield f"    {state} -> {target} [label=<{text}>];"
    yield "}"


def main():
    machine, title, rest = Machine(sys.argv[1]), sys.argv[2], sys.argv[3:]
    if rest:
        cut = rest.index("--")
        names = {int(byte): name for byte, name in (pair.split("=") for pair in rest[cut + 1:])}
        lines = draw(machine, title, rest[:cut], field_label(names, machine.events), False)
    else:
        lines = draw(machine, title, machine.entries, byte_label, True)
    print("\n".join(lines))


main()
