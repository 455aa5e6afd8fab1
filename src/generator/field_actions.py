#!/usr/bin/env python3
"""Ties the actions of fields and frames to C by their names, so that a new one needs no line of the host file.

    field_actions.py FIELDS.rl HOST.rl [DIALECT]    prints HOST.rl with the actions in the place of its marks, and
                                                    with the dialect's name: as Ragel reads it

frames.rl is the file beside FIELDS.rl. The actions follow conventions (description.py): x_byte adds a byte to the
integer x, x_n ends the length of the text x, and x_error and x_n_error name the errors of both. Those that the host
file has itself are left alone. A field that gets one of them also gets x_value, by which it names itself when its rule
excludes a byte (name_refusals.py). The action x of a frame X raises the event that tells of all of it.
"""
import os
import re
import sys

sys.dont_write_bytecode = True
from name_refusals import RULE  # noqa: E402

DEFINED = re.compile(r"^ *action +(\w+)", re.M)
BYTE = re.compile(r"[$]([a-z]\w*)_byte\b")
LENGTH = re.compile(r"(?:@|\()([a-z]\w*?)_n(?:_error)?\b")      # a text whose length is not read has no action but this


def action(name, code):
    return f"    action {name:<16} {{ {code} }}\n"


def length_read(text):
    return (f"    action {text}_n {{\n"
            f"        {text}_n(decoder, position(decoder, begin, p));\n"
            f"        if (@DIALECT@_takes_plain_{text}s)\n"
            f"            p = skip_text(decoder, p, pe);\n"
            f"    }}\n")


def value(field):
    return f"{field.lower()}_value", f"value_error(decoder, fcurs, SORTEO_F_{field});"


def fields_of(grammar, known):
    """(the integers that no action of the host adds a byte to, the texts): by their names in C."""
    rules = {name: rule for _, name, _, rule in RULE.findall(grammar)}
    integers = [name for rule in rules.values() for name in BYTE.findall(rule)
                if f"{name}_byte" not in known and name.upper() in rules]
    texts = [name for rule in rules.values() for name in LENGTH.findall(rule)
             if f"{name}_n" not in known and {name.upper(), f"{name.upper()}_N"} <= rules.keys()]
    return list(dict.fromkeys(integers)), list(dict.fromkeys(texts))


def frames_of(frames, known):
    """Those that one event tells of, by their names."""
    return [name for _, name, _, rule in RULE.findall(frames)
            if name.lower() not in known and re.search(rf"@{name.lower()}\b", rule)]


def with_actions(host, grammar, frames):
    known = set(DEFINED.findall(host))
    integers, texts = fields_of(grammar, known)
    bytes_of = "".join(action(f"{name}_byte", f"{name}_byte(decoder, *p);") for name in integers)
    errors, values = "", ""
    for text in texts:
        field = text.upper()
        errors += action(f"{text}_error", f"text_error(decoder, SORTEO_F_{field});")
        errors += action(f"{text}_n_error", f"refuse(decoder, SORTEO_E_LIMIT, SORTEO_F_{field}_N);")
        values += action(*value(f"{field}_N")) + action(*value(field))
    values += "".join(action(*value(name.upper())) for name in integers)
    events = "".join(action(name.lower(), f"frame_end(decoder, SORTEO_{name}); fbreak;")
                     for name in frames_of(frames, known))
    for mark, lines in (("FIELD_BYTES", bytes_of), ("FIELD_LENGTHS", "".join(map(length_read, texts))),
                        ("FRAME_EVENTS", events), ("FIELD_ERRORS", errors), ("FIELD_VALUES", values)):
        host, count = re.subn(rf"^ *# @{mark}@.*\n", lambda _, lines=lines: lines, host, flags=re.M)
        if count != 1:
            sys.exit(f"field_actions.py: the host file has '# @{mark}@' {count} times, expected once")
    return host


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def main():
    fields, host = sys.argv[1:3]
    text = with_actions(read(host), read(fields), read(os.path.join(os.path.dirname(fields), "frames.rl")))
    sys.stdout.write(text.replace("@DIALECT@", sys.argv[3]) if len(sys.argv) > 3 else text)


if __name__ == "__main__":
    main()
