"""Stores of earlier versions of the schema, made of today's: the SQL is that of tests/unit/store/old_versions.h."""

import os
import re
import sqlite3

HEADER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "unit", "store", "old_versions.h")
TOKEN = re.compile(r'"((?:\\.|[^"\\])*)"|(\w+)|(,)')
VERSIONS = (1, 2, 3, 4)
VERSION_OF_DRAWS_IN_PIECES = 4


def _text_of(literal):
    return literal.replace("\\n", "\n").replace('\\"', '"')


def _statements():
    """For each version, the text that makes it; none for 0."""
    with open(HEADER, encoding="utf-8") as file:
        source = file.read().replace("\\\n", " ")
    macros = {name: "".join(map(_text_of, re.findall(r'"((?:\\.|[^"\\])*)"', body)))
              for name, body in re.findall(r"^#define (NO_\w+) +(.*)$", source, re.M)}
    texts = [""]
    for literal, name, comma in TOKEN.findall(source[source.index("to_version[] = {"):].split("{", 1)[1]):
        if comma:
            texts.append("")
        elif name in macros:
            texts[-1] += macros[name]
        else:
            texts[-1] += _text_of(literal)
    return texts


def steps_to_today(version):
    return VERSIONS[-1] + 1 - version


def make_older(path, random):
    """Of a store that was closed. Returns the version; where a draw is under way, it is one that knows of that."""
    database = sqlite3.connect(path, isolation_level=None)
    try:
        drawing, = database.execute(
            "SELECT count(*) FROM rounds WHERE winning_number IS NOT NULL AND winners IS NULL").fetchone()
        version = VERSION_OF_DRAWS_IN_PIECES if drawing else random.choice(VERSIONS)
        database.executescript(_statements()[version])
        made, = database.execute("PRAGMA user_version").fetchone()
        assert made == version, f"a store of version {made} was made, not of {version}"
        return version
    finally:
        database.close()
