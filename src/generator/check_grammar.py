#!/usr/bin/env python3
"""Says what is wrong with the grammar, as far as its text shows it, with file and line; Ragel has not run yet.

    check_grammar.py GRAMMAR HOST.rl [--meaning]

GRAMMAR is the folder, HOST.rl is src/codec/machine.rl, where the actions are. With --meaning every action must also be
one that meaning.py knows. Exits 1 at the first thing that is wrong.
"""
import re
import sys

from field_actions import DEFINED, with_actions
from grammar import BUILT_IN, SHARED, Grammar, Refused, read_text, statements
from meaning import ACTIONS, COUNTED, LIMITED

DIALECT_NAME = re.compile(r"[a-z][a-z0-9_]*")
# gen/ has files of these names that are no dialect's; and the machines that each dialect is made of.
TAKEN = ("fields", "frames", "protocol", "streams")
# Actions of a state, or of the end of a stream: no byte has them.
OF_STATES = re.compile(r"(?:<>|[>@$%<])(?:(?:to|from|eof)\b|[~*/])\s*\(?\s*(\w*)")
CODE = re.compile(r"[>@$%]\s*\{|\baction\s+\w+\s*\{")
ONE_BYTE = re.compile(r"0x[0-9A-Fa-f]{1,2}")


def listed(names):
    return ", ".join(sorted(names))


def check_name(name, source):
    """A dialect is called as its file is, and so is its machine."""
    if not DIALECT_NAME.fullmatch(name):
        raise Refused(source.path, 1, f"{name} is no name for a dialect: use lower-case letters, digits and _")
    if name in TAKEN:
        raise Refused(source.path, 1, f"the name {name} is taken: gen/ has files of that name; choose another one")
    if not any(included == "frames" for included, _ in source.includes):
        raise Refused(source.path, 1, "includes no frames, and nothing uses it: move it elsewhere, or make it a "
                                      'dialect by the line include frames "frames.rl";')
    if not source.machines:
        raise Refused(source.path, 1, f"has no machine: write machine {name}; in front of its parameters")
    for machine, line in source.machines:
        if machine != name:
            raise Refused(source.path, line, f"the machine is called {machine}; it must be called {name}, as the file "
                                             "is, because that is the dialect's name")


def check_once(rules):
    first = {}
    for rule in rules:
        if rule.name in first:
            at = first[rule.name]
            raise Refused(rule.file, rule.line, f"{rule.name} is defined a second time; the first is in "
                                                f"{at.file}:{at.line}")
        if rule.name in BUILT_IN:
            raise Refused(rule.file, rule.line, f"{rule.name} is a name of Ragel's own; choose another one")
        first[rule.name] = rule


def check_shared(grammar):
    """Each name is defined before it is used: by a rule, or by the dialects."""
    check_once(grammar.shared)
    names, known = {rule.name: rule for rule in grammar.shared}, set(grammar.parameters)
    for rule in grammar.shared:
        for name in sorted(rule.uses - known):
            if name == rule.name:
                raise Refused(rule.file, rule.line, f"{name} uses itself, which Ragel cannot do")
            if name in names:
                raise Refused(rule.file, rule.line, f"{rule.name} uses {name}, which is defined only later, in "
                                                    f"{names[name].file}:{names[name].line}; move that in front of it")
            raise Refused(rule.file, rule.line, f"{rule.name} uses {name}, which neither a rule nor a dialect defines")
        known.add(rule.name)


def check_embedded(source):
    """Actions appear by name, and each belongs to bytes: nothing else is known of them here, in the vectors, or where
    shortcuts are compared."""
    text = read_text(source.path)
    for line, statement in statements(text, keeps_literals=False):
        if CODE.search(statement):
            raise Refused(source.path, line, "has code in it: here actions appear by name only, and what they do is in "
                                             "src/codec/machine.rl and src/codec/actions.h")
        found = OF_STATES.search(statement)
        if found:
            raise Refused(source.path, line, f"{found[0]} is an action of states, or of an end: give {found[1]} to "
                                             f"bytes, as >{found[1]}, ${found[1]} or @{found[1]}")


def check_receipt(source):
    for rule in source.rules:
        if rule.name == "receipt" and not ONE_BYTE.fullmatch(rule.text):
            raise Refused(rule.file, rule.line, f"receipt is {rule.text}; it must be one byte, written as 0x01: a "
                                                "dialect has one receipt, so that a wrong one shows")


def check_parameters(grammar, name, source):
    """All of them, each once, and nothing else but what they need themselves."""
    check_once([*source.rules, *grammar.shared])
    own = {rule.name for rule in source.rules}
    for rule in source.rules:
        if rule.name not in grammar.parameters and not any(rule.name in other.uses for other in source.rules):
            raise Refused(rule.file, rule.line, f"{rule.name} is no parameter of a dialect: the parameters are "
                                                f"{listed(grammar.parameters)}")
    for parameter, rule in grammar.parameters.items():
        if parameter not in own:
            line = source.machines[0][1]
            raise Refused(source.path, line, f"the dialect {name} has no {parameter}, which {rule.name} in "
                                             f"{rule.file}:{rule.line} uses; every dialect says what it is")


def check_actions(grammar, host, knows_meaning):
    """Every action and condition has its C, and, for the vectors, its meaning. Those that follow the conventions of
    fields have both."""
    by_hand = set(DEFINED.findall(host))
    texts = [read_text(grammar.sources[name].path) for name in SHARED]
    known = set(DEFINED.findall(with_actions(host, *texts)))
    meant = ACTIONS.keys() | COUNTED.keys() | LIMITED.keys()
    rules = [*grammar.shared, *(rule for source in grammar.dialects.values() for rule in source.rules)]
    for rule in rules:
        for name in rule.does:
            if name not in known:
                raise Refused(rule.file, rule.line, f"{rule.name} has the action or condition {name}, which is not "
                                                    "defined: write it in src/codec/machine.rl and src/codec/actions.h")
            if knows_meaning and name in by_hand - meant:
                raise Refused(rule.file, rule.line, f"{rule.name} has the action or condition {name}, which the "
                                                    "vectors do not know: add it to src/generator/meaning.py")


def check(folder, host, knows_meaning):
    grammar = Grammar(folder)
    for name, source in grammar.dialects.items():
        check_name(name, source)
    for name in SHARED:
        if not grammar.sources[name].machines:
            raise Refused(grammar.sources[name].path, 1, f"has no machine: write machine {name[:-3]};")
    for source in grammar.sources.values():
        check_embedded(source)
    check_shared(grammar)
    for name, source in grammar.dialects.items():
        check_parameters(grammar, name, source)
        check_receipt(source)
    check_actions(grammar, host, knows_meaning)


def main():
    folder, host, *rest = sys.argv[1:]
    try:
        check(folder, read_text(host), rest == ["--meaning"])
    except Refused as why:
        sys.exit(str(why))


if __name__ == "__main__":
    main()
