#!/usr/bin/env python3
"""Writes the dissector for Wireshark, in one file: the protocol as tables of Lua, followed by the parts
of src/generator/dissector/, which know no dialect.

    dissector.py CODEC.h FOLDER DIALECT...      from FOLDER/DIALECT.xml and the description; prints it

Of a machine, what a byte does is a row: state, first and last byte, guard, next state (0: it is refused), actions.
Guards and lists of actions are numbered, because few of them are many times there.
"""
import os
import re
import sys

from days import OTHER_TEXT
from machine import Machine
from meaning import described

PARTS = ("decoder", "fields", "tree", "conversations", "dissector")
HEAD = """\
-- A dissector of the sorteo protocol for Wireshark 4. Made by `make gen` from grammar/ (src/generator/dissector.py).
-- Not to be edited. examples/wireshark.md says how to use it.
"""
# Where a stream of what Wireshark sees may begin.
ENTRIES = ("agency_stream", "bet_stream", "answer", "winners", "silence")


def lua(value):
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {lua(each)}" for key, each in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "{ " + ", ".join(map(lua, value)) + " }"
    return str(value)


def number_of(numbers, text):
    """Its number in a list that grows, from 1 as Lua counts."""
    return numbers.setdefault(text, len(numbers) + 1)


def machine_lines(machine):
    guards, actions, rows = {}, {}, []
    for state, transitions in sorted(machine.states.items()):
        for t in transitions:
            if t.target in (None, 0) and not t.actions:
                continue        # what has no row is refused
            guard = number_of(guards, ",".join(("" if wanted else "!") + name for name, wanted in t.guard))
            done = number_of(actions, ",".join(t.actions))
            rows.append(f"{state} {t.low:x} {t.high:x} {guard} {t.target or 0} {done}")
    yield "    guards = {"
    yield from (f"        {lua(text)}," for text in guards)
    yield "    },"
    yield "    actions = {"
    yield from (f"        {lua(text)}," for text in actions)
    yield "    },"
    yield "    rows = [["
    yield from rows
    yield "]],"


def field_table(field):
    return {name: field[name] for name in ("name", "kind", "size", "value", "length_of") if name in field}


def dialect_lines(name, machine):
    description = described(name)
    yield "{"
    for member in ("name", "number", "parameters", "sizes"):
        yield f"    {member} = {lua(description[member])},"
    yield "    field_list = {"
    yield from (f"        {lua(field_table(field))}," for field in description["fields"])
    yield "    },"
    yield "    frames = {"
    for frame in description["frames"]:
        parts = {part: frame[part]["fields"] for part in ("head", "items") if part in frame}
        if parts:
            yield f"        {frame['name']} = {lua(parts)},"
    yield "    },"
    yield f"    entries = {lua({entry: machine.entries[entry] for entry in ENTRIES})},"
    yield from machine_lines(machine)
    yield "},"


def is_calendar(dialect):
    return any(field["name"] == "BIRTHDATE" and "calendar" in field for field in described(dialect)["fields"])


def codes(header, dialects):
    """(name, text) of each error: the header is the only place that has them, but for dates that are no calendar's."""
    with open(header, encoding="utf-8") as file:
        found = re.findall(r'^ *X\([A-Z0-9_]+, "(\w+)", +"([^"]*)"\)', file.read(), re.M)
    if not any(name == "truncated" for name, _ in found):
        sys.exit(f"dissector.py: {header} lists no errors in the form that is known here")
    other = {} if all(map(is_calendar, dialects)) else {"date": OTHER_TEXT}
    return [(name, other.get(name, text)) for name, text in found if name != "ok"]


def part(name):
    with open(os.path.join(os.path.dirname(__file__), "dissector", f"{name}.lua"), encoding="utf-8") as file:
        return file.read()


def lines(header, folder, dialects):
    yield HEAD
    yield "local CODES = {"
    yield from (f"    {lua(code)}," for code in codes(header, dialects))
    yield "}\n"
    yield "local DIALECTS = {"
    for dialect in dialects:
        yield from dialect_lines(dialect, Machine(f"{folder}/{dialect}.xml"))
    yield "}\n"
    yield "for _, dialect in ipairs(DIALECTS) do"
    yield "    dialect.fields = {}"
    yield "    for _, field in ipairs(dialect.field_list) do dialect.fields[field.name] = field end"
    yield "end\n"
    yield "\n".join(map(part, PARTS)).rstrip("\n")


def main():
    header, folder, *dialects = sys.argv[1:]
    sys.stdout.write("".join(f"{line}\n" for line in lines(header, folder, dialects)))


if __name__ == "__main__":
    main()
