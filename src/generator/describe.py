#!/usr/bin/env python3
"""Writes the description of the protocol, for all files that would otherwise repeat what the grammar says.

    describe.py PROBES GRAMMAR OUT DIALECT...       the dialects in the order of their numbers

PROBES/DIALECT has fields.xml, frames.xml and streams.xml, which Ragel made of what probes.py wrote. Written are

    OUT/dialects        the names, one a line
    OUT/dialects.h      for the codec: the list, and parameters and sizes of each
    OUT/bet.h           the fields of a BET as a list for C, and OUT/soversion, which goes with them (bet_fields.py)
    OUT/frames.h        the frames that one event tells of (plain_frames.py)
    OUT/protocol.c      for all else in C: the tables that src/codec/protocol.h declares
    OUT/protocol.json   for all that is not C; src/generator/protocol.schema.json says what is in it
"""
import json
import sys

from bet_fields import bet_h, soversion
from days import OTHER_TEXT
from description import (CHARS, INTEGER, TEXT, Dialect, Unclear, field_of, frame_of, is_plain, lowest, no_length,
                         stream_of)
from follows import Symbols, check_choices, check_ends, check_events
from grammar import Grammar
from machine import Machine
from plain_frames import frames_h
from probes import rules_of, streams_of, symbols_of, symbols_of_fields

FORMAT = 1
# Fields without a value: of what such a field may be, the encoder writes the lowest.
CONSTANTS = {"NO_BETS": 2, "STORED": 1, "REFUSED": 1}
NOTE = "Made by `make gen` from grammar/ (src/generator/describe.py). Not to be edited."


def dialect_of(probes, grammar, name, number):
    fields, frames = rules_of(f"{grammar}/fields.rl"), rules_of(f"{grammar}/frames.rl")
    of_bytes = Machine(f"{probes}/{name}/fields.xml")
    of_fields = [field_of(of_bytes, field) for field in fields]
    machine = Machine(f"{probes}/{name}/frames.xml")
    symbols = {symbol: field for field, symbol in symbols_of_fields(grammar, name).items()}
    check_what_follows(of_bytes, machine, symbols, frames, [each for each, _ in streams_of(f"{grammar}/frames.rl")])
    of_frames = [frame_of(machine, frame, symbols) for frame in frames]
    plain = [frame for frame in frames if is_plain(machine, frame)]
    machine = Machine(f"{probes}/{name}/streams.xml")
    symbols = {symbol: frame for frame, symbol in symbols_of(frames).items()}
    of_streams = [stream_of(machine, stream, symbols) for stream, _ in streams_of(f"{grammar}/frames.rl")]
    constants = {field: lowest(of_bytes, field) for field in CONSTANTS if field in fields}
    return Dialect(name, number, of_fields, of_frames, of_streams, plain, constants)


def check_what_follows(fields, frames, names, frame_names, streams):
    symbols = Symbols(fields, names)
    check_ends(frames, symbols, frame_names)
    check_choices(frames, symbols, streams)
    check_events(frames, symbols, streams)


# ---- What the codec needs of a dialect -------------------------------------------------------------------------------

def agency_in(dialect, names):
    return sum(dialect.fields[name].size for name in names if dialect.fields[name].value == "agency")


def parameters(dialect):
    """Section 3, by the names of struct sorteo_parameters."""
    receipt, = dialect.frames["RECEIPT"].literals
    return {
        "length_size": dialect.of_length("NAME").size,
        "key_size": dialect.size_of("KEY"),
        "winners_size": dialect.size_of("N_WINNERS"),
        "receipt": receipt,
        "batch_agency_size": agency_in(dialect, dialect.frames["BATCH"].head),
    }


def sizes(dialect):
    """By the names of struct dialect_sizes: `fixed` without texts, `least` with the shortest ones."""
    batch, single = dialect.frames["BATCH"], dialect.frames["SINGLE"]
    return {
        "batch_head": dialect.fixed(batch.head),
        "bet_fixed": dialect.fixed(batch.items),
        "bet_least": dialect.least(batch.items),
        "bet_agency": agency_in(dialect, batch.items),
        "single_fixed": dialect.fixed(single.head),
        "single_least": dialect.least(single.head),
    }


def check(dialect):
    """The codec relies on integers of these sizes, and on a count for each list, in every dialect."""
    check_texts(dialect)
    check_constants(dialect)
    if dialect.of_length("NAME").size != dialect.of_length("SURNAME").size:
        raise Unclear("NAME_N and SURNAME_N differ in size", at="SURNAME_N")
    for name, what, allowed in (("NAME_N", "a length", (1, 2)), ("KEY", "KEY", range(9)),
                                ("N_WINNERS", "N_WINNERS", (1, 2)), ("N_BETS", "N_BETS", (2,)),
                                ("DOCUMENT", "DOCUMENT", (4,)), ("AGENCY", "AGENCY", (1,)),
                                ("BATCH_AGENCY", "BATCH_AGENCY", (0, 1)), ("BET_AGENCY", "BET_AGENCY", (0, 1))):
        if dialect.size_of(name) not in allowed:
            sizes_allowed = f"{allowed[0]} to {allowed[-1]}" if len(allowed) > 1 else f"{allowed[0]}"
            raise Unclear(f"{what} has {dialect.size_of(name)} bytes; the codec counts with {sizes_allowed}", at=name)
    if len(dialect.frames["RECEIPT"].literals) != 1:
        values = " or ".join(f"{byte:02x}" for byte in dialect.frames["RECEIPT"].literals)
        raise Unclear(f"RECEIPT is {values}; a dialect has one receipt, so that a wrong one shows", at="RECEIPT")
    for name, size in sizes(dialect).items():
        if size > 255:
            raise Unclear(f"{name} is {size} bytes, more than the decoder can note", at="person")
    check_orders(dialect)


def check_constants(dialect):
    for name, size in CONSTANTS.items():
        if dialect.size_of(name) != size:
            raise Unclear(f"{name} has {dialect.size_of(name)} bytes; the codec writes {size}", at=name)


def check_the_same_constants(dialects):
    for dialect in dialects[1:]:
        for name, value in dialect.constants.items():
            if value != dialects[0].constants[name]:
                raise Unclear(f"{name} of {dialect.name} is another one than that of {dialects[0].name}", at=name)


def as_codec(dialect, names):
    """The names of fields as the codec knows them: all that an AGENCY is read from are one."""
    return ["AGENCY" if dialect.fields[name].value == "agency" else name for name in names]


def orders(dialect):
    """(frame, its fields, those that the codec reads and writes, in this order)."""
    batch, single = dialect.frames["BATCH"], dialect.frames["SINGLE"]
    finish, winners = dialect.frames["FINISH"], dialect.frames["WINNERS"]
    key = ["KEY"] if dialect.size_of("KEY") else []
    of_batch, of_item = (["AGENCY"] if agency_in(dialect, names) else [] for names in (batch.head, batch.items))
    person = [name for name in as_codec(dialect, batch.items) if name != "AGENCY"]
    return (("BATCH", batch.head, ["N_BETS", *key, *of_batch]),
            ("ITEM", batch.items, [*(of_item if of_batch else ["AGENCY"]), *person]),
            ("SINGLE", single.head, [*key, "AGENCY", *person]),
            ("FINISH", finish.head, ["NO_BETS", *key, "AGENCY"]),
            ("WINNERS", winners.head, ["N_WINNERS"]),
            ("WINNERS", winners.items, ["DOCUMENT"]))


def check_orders(dialect):
    """The fields of a bet after its AGENCY come in any order; what is around them, in one."""
    for frame, names, expected in orders(dialect):
        found = as_codec(dialect, names)
        if found != expected:
            raise Unclear(f"{frame} has the fields {' '.join(found)}, and the codec reads and writes "
                          f"{' '.join(expected)}", at=frame)


def check_texts(dialect):
    """A length comes before each. An event comes with the last byte of what it tells of, and a text may have none."""
    for field in dialect.fields.values():
        if field.kind == TEXT and not dialect.of_length(field.name):
            raise Unclear(no_length(field.name), at=field.name)
    for frame in dialect.frames.values():
        for names in (frame.head, frame.items):
            if names and dialect.fields[names[-1]].kind == TEXT:
                raise Unclear(f"{frame.name} ends in the text {names[-1]}, and nothing would say where it ends: put a "
                              "field after it that is not a text", at=frame.name)
            check_lengths(dialect, frame.name, names)


def check_lengths(dialect, frame, names):
    """One length is counted at a time."""
    for name, following in zip((None, *names), (*names, None)):
        counted = dialect.fields[name].of if name else None
        text = following if following and dialect.fields[following].kind == TEXT else None
        if counted != text:
            length = dialect.of_length(text).name if text else name
            raise Unclear(f"in {frame}, {length} and the text {text or counted} must come one right after the other: "
                          "only one length is counted at a time", at=frame)


# ---- C ---------------------------------------------------------------------------------------------------------------

def initializer(members):
    return "{ " + ", ".join(f".{name} = {value}" for name, value in members.items()) + " }"


def dialects_h(dialects):
    yield f"/* The dialects, in the order of their numbers. {NOTE} */"
    yield "#define CODEC_DIALECTS(X) \\"
    yield " \\\n".join(f"    X({dialect.name})" for dialect in dialects)
    for dialect in dialects:
        yield ""
        yield f"#define CODEC_DIALECT_{dialect.name} \\"
        yield "    { \\"
        yield f'        .name = "{dialect.name}", \\'
        yield f"        .parameters = {initializer(parameters(dialect))}, \\"
        yield f"        .sizes = {initializer(sizes(dialect))}, \\"
        yield "    }"
    yield ""
    yield "/* What the encoder writes where a field has no value. */"
    for name, value in dialects[0].constants.items():
        yield f"#define CODEC_{name} {value}"
    yield ""
    yield "/* What is said of a date that is refused: `text` where BIRTHDATE is the calendar in all dialects. */"
    is_calendar = all(dialect.has_calendar("BIRTHDATE") for dialect in dialects)
    yield f"#define CODEC_DATE_TEXT(text) {'text' if is_calendar else text_or_null(OTHER_TEXT)}"


def text_or_null(text):
    return f'"{text}"' if text else "NULL"


def field_line(field, prefix):
    kind = {INTEGER: "PROTOCOL_INTEGER", TEXT: "PROTOCOL_TEXT", CHARS: "PROTOCOL_CHARS"}[field.kind]
    intervals = f"{prefix}_{field.name}" if field.intervals else "NULL"
    return (f'    {{ "{field.name}", {kind}, {field.size}, {text_or_null(field.value)}, {text_or_null(field.of)}, '
            f"{intervals}, {len(field.intervals)} }},")


def places(dialect, names):
    return ", ".join(f"{{ {list(dialect.fields).index(name)}, {offset}, {text_or_null(text)} }}"
                     for name, offset, text in dialect.offsets(names))


def frame_lines(dialect, frame, prefix):
    for part, names in (("head", frame.head), ("items", frame.items)):
        if names:
            yield f"static const struct protocol_place {prefix}_{frame.name}_{part}[] = {{ {places(dialect, names)} }};"


def frame_line(dialect, frame, prefix):
    parts = []
    for part, names in (("head", frame.head), ("items", frame.items)):
        name = f"{prefix}_{frame.name}_{part}" if names else "NULL"
        parts.append(f"{{ {name}, {len(names)}, {dialect.fixed(names)}, {dialect.least(names)} }}")
    return f'    {{ "{frame.name}", {", ".join(parts)} }},'


def protocol_c(dialects):
    yield f"/* Fields and frames of each dialect. {NOTE} */"
    yield '#include "codec/protocol.h"'
    yield ""
    yield "#include <stddef.h>"
    for dialect in dialects:
        prefix = dialect.name
        fields, frames = dialect.fields.values(), dialect.frames.values()
        yield ""
        for field in fields:
            if field.intervals:
                ranges = ", ".join(f"{{ UINT64_C({low}), UINT64_C({high}) }}" for low, high in field.intervals)
                yield f"static const struct protocol_interval {prefix}_{field.name}[] = {{ {ranges} }};"
        yield f"static const struct protocol_field {prefix}_fields[] = {{"
        yield from (field_line(field, prefix) for field in fields)
        yield "};"
        for frame in frames:
            yield from frame_lines(dialect, frame, prefix)
        yield f"static const struct protocol_frame {prefix}_frames[] = {{"
        yield from (frame_line(dialect, frame, prefix) for frame in frames)
        yield "};"
    yield ""
    yield "const struct protocol protocols[] = {"
    for dialect in dialects:
        prefix = dialect.name
        yield f'    {{ "{prefix}", {prefix}_fields, {len(dialect.fields)}, {prefix}_frames, {len(dialect.frames)} }},'
    yield "};"


# ---- JSON ------------------------------------------------------------------------------------------------------------

def field_json(field):
    found = {"name": field.name, "kind": field.kind, "size": field.size}
    if field.value:
        found["value"] = field.value
    if field.of:
        found["length_of"] = field.of
    if field.kind == INTEGER:
        found["intervals"] = [list(interval) for interval in field.intervals]
    if field.kind == TEXT:
        found["least"] = field.least
    if field.calendar:
        found["calendar"] = True
    return found


def part_json(dialect, names):
    return {"fields": list(names), "fixed": dialect.fixed(names), "least": dialect.least(names)}


def frame_json(dialect, frame):
    found = {"name": frame.name}
    if frame.name in dialect.plain:
        found["event"] = frame.name
    if frame.literals:
        return {**found, "one_of": list(frame.literals)}
    found["head"] = part_json(dialect, frame.head)
    if frame.items:
        found["items"] = part_json(dialect, frame.items)
    return found


def stream_json(stream):
    return {"name": stream.name,
            "states": [{"may_end": is_final, "frames": follows} for is_final, follows in stream.states]}


def protocol_json(dialects):
    return {
        "format": FORMAT,
        "note": NOTE,
        "dialects": [{
            "name": dialect.name,
            "number": dialect.number,
            "parameters": parameters(dialect),
            "sizes": sizes(dialect),
            "fields": [field_json(field) for field in dialect.fields.values()],
            "frames": [frame_json(dialect, frame) for frame in dialect.frames.values()],
            "streams": [stream_json(stream) for stream in dialect.streams],
        } for dialect in dialects],
    }


def compact(value, indent=0):
    """JSON in which each value that fits on one line stands on one line."""
    line = json.dumps(value)
    if len(line) + indent <= 118 or not isinstance(value, (dict, list)):
        return line
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        items = [f"{inner}{json.dumps(key)}: {compact(each, indent + 2)}" for key, each in value.items()]
        return "{\n" + ",\n".join(items) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(inner + compact(each, indent + 2) for each in value) + "\n" + " " * indent + "]"


def write(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


def main():
    probes, grammar, out, *names = sys.argv[1:]
    dialects, texts = [], Grammar(grammar)
    for number, name in enumerate(names):
        try:
            dialects.append(dialect_of(probes, grammar, name, number))
            check(dialects[-1])
        except Unclear as why:
            sys.exit(f"{texts.place(why.at, name)}: {name}: {why}")
    try:
        check_the_same_constants(dialects)
        write(f"{out}/bet.h", list(bet_h(dialects, NOTE)))
        write(f"{out}/frames.h", list(frames_h(dialects, NOTE)))
    except Unclear as why:
        sys.exit(f"{texts.place(why.at)}: {why}")
    write(f"{out}/soversion", soversion(dialects))
    write(f"{out}/dialects", names)
    write(f"{out}/dialects.h", dialects_h(dialects))
    write(f"{out}/protocol.c", protocol_c(dialects))
    write(f"{out}/protocol.json", [compact(protocol_json(dialects))])


if __name__ == "__main__":
    main()
