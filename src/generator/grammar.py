#!/usr/bin/env python3
"""The grammar's files as text: which rule stands where, and what it uses. For messages with a file and a line, and for
what can be seen without asking Ragel.

    grammar.py GRAMMAR DIALECT RULE         prints FILE:LINE of a rule, or of the parameter that it depends on

Knows as much of Ragel as these files need: rules, strings, sets, actions and conditions by name.
"""
import collections
import functools
import os
import re
import stat
import sys

# A rule: where it stands, the names that its expression uses, and the names of actions and conditions. line counts
# from 1.
Rule = collections.namedtuple("Rule", "name file line text uses does")
# machine and includes: [(name, line)].
Source = collections.namedtuple("Source", "path machines includes rules")

BUILT_IN = {"any", "ascii", "extend", "alpha", "digit", "alnum", "lower", "upper", "xdigit", "cntrl", "graph", "print",
            "punct", "space", "zlen", "null", "empty"}
SHARED = ("fields.rl", "frames.rl")     # what every dialect includes

COMMENT = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\[(?:\\.|[^\]\\\n])*\])|#[^\n]*""")
LITERAL = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\[(?:\\.|[^\]\\\n])*\])i?""")
DOES = re.compile(r"(?:\b(?:in|out)?when\s+!?\s*|[>@$%](?:\s*(?:l?err|eof|to|from)\s*\(\s*|\s*))([A-Za-z_]\w*)")
NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
STATEMENT = re.compile(r"\s*(?:machine\s+(?P<machine>\w+)|include\s+(?P<include>\w+)[^;]*"
                       r"|(?P<rule>\w+)\s*:?=(?P<text>.*))$", re.S)


class Refused(Exception):
    """What is wrong with the grammar, after the file and the line, or after a folder."""

    def __init__(self, path, line, why):
        super().__init__(f"{path}:{line}: {why}" if line else f"{path}: {why}")


def without_comments(text):
    return COMMENT.sub(lambda found: found[1] or "", text)


def statements(text, keeps_literals=True):
    """(line, statement) for what a semicolon ends between %%{ and }%%, with strings and sets or without them."""
    text = without_comments(text)
    # A semicolon in a string or a set ends nothing.
    masked = LITERAL.sub(lambda found: "_" * len(found[0]), text)
    for block in re.finditer(r"%%\{(.*?)\}%%", masked, re.S):
        begin = block.start(1)
        for part in re.finditer(r"[^;]*;", block[1]):
            first = begin + part.start() + len(part[0]) - len(part[0].lstrip())
            yield text.count("\n", 0, first) + 1, (text if keeps_literals else masked)[first:begin + part.end() - 1]


def rule_of(name, path, line, text):
    plain = LITERAL.sub(" ", text)
    does = tuple(dict.fromkeys(DOES.findall(plain)))
    return Rule(name, path, line, text.strip(), set(NAME.findall(DOES.sub(" ", plain))) - BUILT_IN, does)


SPECIAL = ((stat.S_ISFIFO, "a named pipe"), (stat.S_ISSOCK, "a socket"), (stat.S_ISCHR, "a device"),
           (stat.S_ISBLK, "a device"))


def read_text(path):
    try:
        check_regular(path)
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as why:
        raise Refused(path, 1, f"cannot be read: {why.strerror}") from None
    except UnicodeDecodeError as why:
        raise Refused(path, 1, f"cannot be read: byte {why.start} is not UTF-8") from None


def check_regular(path):
    """Reading what is not a file might wait for ever, or never come to an end."""
    mode = os.stat(path).st_mode
    for is_it, kind in SPECIAL:
        if is_it(mode):
            raise Refused(path, 1, f"cannot be read: it is {kind}, not a file")


def files_in(folder):
    """The grammar's files, without what an editor hides beside them."""
    try:
        return [name for name in sorted(os.listdir(folder)) if name.endswith(".rl") and not name.startswith(".")]
    except OSError as why:
        raise Refused(folder, None, f"cannot be read: {why.strerror}") from None


def read(path):
    source = Source(path, [], [], [])
    for line, text in statements(read_text(path)):
        found = STATEMENT.match(text)
        if found and found["machine"]:
            source.machines.append((found["machine"], line))
        elif found and found["include"]:
            source.includes.append((found["include"], line))
        elif found and found["rule"]:
            source.rules.append(rule_of(found["rule"], path, line, found["text"]))
    return source


class Grammar:
    """A folder: what all dialects share, and each dialect."""

    def __init__(self, folder):
        self.folder = folder
        self.sources = {name: read(os.path.join(folder, name)) for name in files_in(folder)}
        for name in SHARED:
            if name not in self.sources:
                raise Refused(os.path.join(folder, name), 1, "is missing")

    @functools.cached_property
    def shared(self):
        """The rules of fields.rl and frames.rl, in the order in which Ragel reads them."""
        return [rule for name in SHARED for rule in self.sources[name].rules]

    @functools.cached_property
    def dialects(self):
        return {name[:-len(".rl")]: source for name, source in self.sources.items() if name not in SHARED}

    @functools.cached_property
    def parameters(self):
        """What the shared rules use and a dialect defines: {name: the first rule that uses it}."""
        own, of_dialects = {rule.name for rule in self.shared}, {rule.name for source in self.dialects.values()
                                                                 for rule in source.rules}
        return {name: rule for rule in reversed(self.shared) for name in sorted(rule.uses - own) if name in of_dialects}

    def rule(self, name, dialect=None):
        """The rule of that name. In a dialect it is the parameter that it depends on, if there is one: by itself, or by
        rules that are no fields and no frames."""
        rules = {rule.name: rule for rule in self.shared}
        own = {rule.name: rule for rule in self.dialects[dialect].rules} if dialect else {}
        seen, ahead = set(), [name]
        while ahead:
            each = ahead.pop(0)
            if each in own:
                return own[each]
            if each in rules and each not in seen:
                seen.add(each)
                ahead += sorted(used for used in rules[each].uses if used.islower())
        return rules.get(name)

    def place(self, name, dialect=None):
        """FILE:LINE of a rule, for the beginning of a message."""
        rule = self.rule(name, dialect)
        return f"{rule.file}:{rule.line}" if rule else self.folder


def main():
    folder, dialect, name = sys.argv[1:]
    print(Grammar(folder).place(name, dialect))


if __name__ == "__main__":
    main()
