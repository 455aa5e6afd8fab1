"""The fields of a BET after its AGENCY, as a list for C: gen/bet.h, from which codec, store, CSV, export and events
take them; and gen/soversion, the number of the shared library's interface, which struct sorteo_bet is part of.

Programs were built with the fields that are released here, and stores were made with them: other fields are another
interface, and other columns. Both are then told apart by a digest of the fields.
"""
import hashlib

from description import CHARS, INTEGER, TEXT, Unclear

RELEASED = "text name, text surname, integer document 4, chars birthdate 10, integer number 2"
RELEASED_SOVERSION = 0
SHAPE_MASK = 0x3fffff           # what a schema version has room for (src/store/sqlite/schema.c)

HEAD = """/*
 * The fields of a BET after its AGENCY, in their order. {note}
 *
 * BET_FIELDS(INTEGER, TEXT, CHARS) has for each one of
 *     INTEGER(name, FIELD, size, type, max)        an integer of `size` bytes, up to max
 *     TEXT(name, FIELD, 0)                         a text, in front of which FIELD_N is its length
 *     CHARS(name, FIELD, size, after, offset)      `size` bytes, `offset` bytes after the text `after`
 * BET_FIELD_NOTHING(...) is for those that do not matter. BET_SHAPE is 0 for the fields that were released, otherwise
 * a number that goes with these fields.
 */
#ifndef GEN_BET_H
#define GEN_BET_H

#define BET_FIELD_NOTHING(...)
"""


def fields_of(dialect):
    """Of a bet in a BATCH: (field, text in front of it, bytes between the two)."""
    found = []
    for name, offset, after in dialect.offsets(dialect.frames["BATCH"].items):
        field = dialect.fields[name]
        if field.of or field.value == "agency":
            continue
        if field.kind == INTEGER and field.value != name.lower():
            raise Unclear(f"{name} is a field of a BET, so its action is {name.lower()}_byte, not "
                          f"{field.value or 'no'}_byte", at=name)
        if field.kind == CHARS and after is None:
            raise Unclear(f"{name} has no text in front of it, which the decoder needs to find it", at=name)
        if field.kind == TEXT and dialect.of_length(name).size != dialect.of_length("NAME").size:
            raise Unclear(f"NAME_N and {name}_N differ in size", at=name)
        found.append((field, after, offset))
    return found


def text_of(fields):
    """The fields as RELEASED has them."""
    return ", ".join(f"{field.kind} {field.name.lower()}" + (f" {field.size}" if field.size else "")
                     for field, *_ in fields)


def shape(fields):
    if text_of(fields) == RELEASED:
        return 0
    digest = hashlib.sha256(text_of(fields).encode()).digest()
    return int.from_bytes(digest[:4], "big") & SHAPE_MASK or 1


def c_type(size):
    return next(bits for bits in (8, 16, 32, 64) if 8 * size <= bits)


def line(field, after, offset):
    name = field.name.lower()
    if field.kind == INTEGER:
        bits = c_type(field.size)
        return f"INTEGER({name}, {field.name}, {field.size}, uint{bits}_t, UINT{bits}_C({256**field.size - 1}))"
    if field.kind == TEXT:
        return f"TEXT({name}, {field.name}, 0)"
    return f"CHARS({name}, {field.name}, {field.size}, {after.lower()}, {offset})"


def the_same(dialects):
    """The fields, which are those of every dialect."""
    first = fields_of(dialects[0])
    for dialect in dialects[1:]:
        if text_of(fields_of(dialect)) != text_of(first):
            raise Unclear(f"a BET of {dialect.name} has other fields than one of {dialects[0].name}")
    return first


def bet_h(dialects, note):
    fields = the_same(dialects)
    yield HEAD.format(note=note)
    yield "#define BET_FIELDS(INTEGER, TEXT, CHARS) \\"
    yield " \\\n".join(f"    {line(*each)}" for each in fields)
    yield ""
    yield f"#define BET_SHAPE {shape(fields)}"
    yield ""
    yield "#endif"


def soversion(dialects):
    number = shape(the_same(dialects))
    yield f"{RELEASED_SOVERSION}-{number:06x}" if number else str(RELEASED_SOVERSION)
