#!/usr/bin/env python3
"""Writes the machines by which Ragel tells description.py about a dialect.

    probes.py HOST.rl GRAMMAR OUT fields
        OUT/fields.rl and OUT/fields_only: the host with a machine for each rule of fields.rl, and no frames
    probes.py HOST.rl GRAMMAR OUT field NAME
        OUT/fields.rl: the same with that rule alone
    probes.py HOST.rl GRAMMAR OUT frames FIELDS.xml DIALECT
        OUT/frames.rl and OUT/grammar: the same for frames.rl, each field one symbol
    probes.py HOST.rl GRAMMAR OUT streams
        OUT/streams.rl: the streams, each frame one symbol
    probes.py - GRAMMAR OUT rules
        prints the names of the fields
    probes.py - GRAMMAR OUT entries
        prints the names of the streams
    probes.py - GRAMMAR OUT names DIALECT
        prints SYMBOL=FIELD for each field, with its name in the protocol

HOST.rl is src/codec/machine.rl with the dialect's name in it; GRAMMAR the folder of the grammar.
"""
import os
import re
import sys

from description import lengths
from machine import Machine
from witness import on_the_wire

FIRST_SYMBOL = 65       # of fields and frames


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def rules_of(path):
    """The capitalised rules of a file, in their order."""
    return re.findall(r"^ *([A-Z][A-Z0-9_]*) *=[^=]", read(path), re.M)


def streams_of(path):
    """The machines of frames.rl that consist of frames alone: (name, expression)."""
    found = re.findall(r"^ *(\w+) *:= *([^;]*);", read(path), re.M)
    frames = set(rules_of(path))
    return [(name, text) for name, text in found if frames & set(re.findall(r"\w+", text))]


def symbols_of(names, taken=()):
    """A symbol for each name, but none of those that are taken."""
    return dict(zip(names, (symbol for symbol in range(FIRST_SYMBOL, 256) if symbol not in taken)))


def bytes_named(path):
    """The bytes that a file names itself: the receipt of a dialect is no field."""
    return {int(digits, 16) for digits in re.findall(r"\b0x([0-9a-fA-F]{1,2})\b", read(path))}


def symbols_of_fields(grammar, dialect):
    return symbols_of(rules_of(f"{grammar}/fields.rl"), bytes_named(f"{grammar}/{dialect}.rl"))


def with_machines(host, prefix, names):
    """The host, with an instantiation of each rule before the place where its tables are written."""
    lines = "".join(f"    {prefix}_{name} := {name};\n" for name in names)
    return re.sub(r"^( *write data)", lambda found: lines + found[1], host, count=1, flags=re.M)


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def write_fields(host, names, out):
    """Without the streams: whether these can be compiled is a later question."""
    os.makedirs(f"{out}/fields_only", exist_ok=True)
    write(f"{out}/fields_only/frames.rl", '%%{ machine frames; include fields "fields.rl"; }%%\n')
    write(f"{out}/fields.rl", with_machines(host, "field", names))


def write_frames(host, grammar, out, fields_xml, dialect):
    machine = Machine(fields_xml)
    lines = []
    for name, symbol in symbols_of_fields(grammar, dialect).items():
        is_empty = lengths(machine, machine.entries[f"field_{name}"]) == (0, 0)
        lines.append(f'{name} = ""; ' if is_empty else f"{name} = {symbol};")
    os.makedirs(f"{out}/grammar", exist_ok=True)
    write(f"{out}/grammar/fields.rl", "\n".join(["%%{ machine fields; alphtype unsigned char;", *lines, "}%%", ""]))
    write(f"{out}/frames.rl", with_machines(read(host), "frame", rules_of(f"{grammar}/frames.rl")))


def write_streams(grammar, out):
    lines = [f"{name} = {symbol};" for name, symbol in symbols_of(rules_of(f"{grammar}/frames.rl")).items()]
    lines += [f"{name} := {text};" for name, text in streams_of(f"{grammar}/frames.rl")]
    write(f"{out}/streams.rl",
          "\n".join(["%%{ machine streams; alphtype unsigned char;", *lines, "}%%", "%% write data;", ""]))


def main():
    host, grammar, out, what, *rest = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    if what in ("fields", "field"):
        write_fields(read(host), rest or rules_of(f"{grammar}/fields.rl"), out)
    elif what == "frames":
        write_frames(host, grammar, out, *rest)
    elif what == "rules":
        print(*rules_of(f"{grammar}/fields.rl"), sep="\n")
    elif what == "entries":
        print(*(name for name, _ in streams_of(f"{grammar}/frames.rl")), sep="\n")
    elif what == "names":
        for name, symbol in symbols_of_fields(grammar, *rest).items():
            print(f"{symbol}={on_the_wire(name)}")
    else:
        write_streams(grammar, out)


if __name__ == "__main__":
    main()
