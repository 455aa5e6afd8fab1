#!/usr/bin/env python3
"""Shows for each shortcut of the codec that the compiled grammar accepts the same bytes, or that it must be off.

    shortcuts.py rules DIALECT shortcuts.rl
        prints the rules with the dialect's sizes in them
    shortcuts.py show DIALECT GRAMMAR.xml RULES.xml
        prints, for gen/shortcuts.h, a constant for each shortcut, 1 if it was shown, and the machine's state in which
        a bet is due, and a DOCUMENT; on standard error, which shortcuts are off, and why

Both XML files are made by ragel -x. The sizes are those of the description ($PROTOCOL, or gen/protocol.json).

Shown means simulated: the rules and the grammar are walked side by side, from where the shortcut begins. Every byte
that the rules accept, under any conditions, the grammar must accept under the same ones, with the same actions in the
same order. Where the rules may end, the grammar must be in the state in which it began, for that is where the
shortcut leaves the decoder. The grammar may accept more: a shortcut that accepts less than it could is only slower.
"""
import collections
import itertools
import sys

from machine import ALPHABET, Machine
from meaning import described

# Each shortcut: its name in C, the rule, where in the grammar it begins, and what it is called in messages.
Shortcut = collections.namedtuple("Shortcut", "name rule begins_at text")
SHORTCUTS = (
    Shortcut("takes_plain_bets", "plain_bet", ("after", "batch_begin"), "a whole BET of a BATCH"),
    Shortcut("takes_plain_singles", "plain_single", ("entry", "bet_stream"), "a whole SINGLE"),
    Shortcut("takes_plain_documents", "plain_document", ("after", "winners_begin"), "a DOCUMENT of WINNERS"),
)


def shortcuts_of(dialect):
    """The texts of the dialect come first, each with a shortcut of its own."""
    texts = [field["name"] for field in described(dialect)["fields"] if field["kind"] == "text"]
    return [Shortcut(f"takes_plain_{text.lower()}s", "plain_text", ("after", f"{text.lower()}_n"), f"a whole {text}")
            for text in texts] + list(SHORTCUTS)


class NotShown(Exception):
    """Why a shortcut is off."""


def beginnings(grammar, kind, name):
    """The states of the grammar in which the shortcut begins."""
    if kind == "entry":
        return {grammar.entries[name]} if name in grammar.entries else set()
    return {step.target for steps in grammar.steps.values() for _, choices in steps for step in choices
            if name in step.actions and step.target is not None}


def under(choice, names, valuation):
    """What a state does with a byte while the conditions are as the valuation says."""
    conditions, steps = choice
    return steps[sum(1 << bit for bit, name in enumerate(conditions) if valuation[names.index(name)])]


def compare_byte(rules, grammar, here, there, byte):
    """The pairs of states that the byte leads to, from a state of the rules and one of the grammar."""
    asked, also_asked = rules.steps[here][byte], grammar.steps[there][byte]
    names = [*asked[0], *(name for name in also_asked[0] if name not in asked[0])]
    for valuation in itertools.product((False, True), repeat=len(names)):
        wanted = under(asked, names, valuation)
        if wanted.target is None:
            continue
        found = under(also_asked, names, valuation)
        if found.target is None:
            said = ", ".join(("" if holds else "not ") + name for name, holds in zip(names, valuation))
            raise NotShown("the grammar refuses it" + (f" where {said}" if said else ""))
        if found.actions != wanted.actions:
            raise NotShown(f"the actions of the grammar are [{' '.join(found.actions)}] there, "
                           f"those of the shortcut [{' '.join(wanted.actions)}]")
        yield wanted.target, found.target


def simulate(rules, entry, grammar, start):
    """Raises NotShown with the bytes that lead to where the grammar does something else."""
    first = (rules.entries[entry], start)
    ways, ahead = {first: b""}, collections.deque([first])
    while ahead:
        here, there = ahead.popleft()
        way = ways[here, there]
        if here in rules.finals and there != start:
            raise NotShown(f"after {way.hex(' ')} the grammar is not in the state in which it began")
        for byte in range(ALPHABET):
            try:
                for pair in compare_byte(rules, grammar, here, there, byte):
                    if pair not in ways:
                        ways[pair] = way + bytes([byte])
                        ahead.append(pair)
            except NotShown as why:
                raise NotShown(f"byte {byte:02x}" + (f" after {way.hex(' ')}" if way else "") + f": {why}") from None


def why_off(shortcut, rules, grammar):
    """None if the shortcut was shown to change nothing."""
    states = beginnings(grammar, *shortcut.begins_at)
    if not states:
        return f"the grammar has no {shortcut.begins_at[1]}"
    try:
        for state in sorted(states):
            simulate(rules, shortcut.rule, grammar, state)
    except NotShown as why:
        return str(why)
    return None


def any_bytes(count):
    return f"any{{{count}}}" if count else '""'


def rules_for(dialect, text):
    description = described(dialect)
    parameters, sizes = description["parameters"], description["sizes"]
    for name, count in (("LENGTH_HIGH", parameters["length_size"] - 1), ("KEY", parameters["key_size"]),
                        ("BET_AGENCY", sizes["bet_agency"])):
        text = text.replace(f"@{name}@", any_bytes(count))
    return text


def show(dialect, grammar, rules):
    print("\nenum {")
    for shortcut in shortcuts_of(dialect):
        why = why_off(shortcut, rules, grammar)
        print(f"    {dialect}_{shortcut.name} = {int(why is None)},")
        if why is not None:
            print(f"{dialect}: no shortcut for {shortcut.text}, which is read byte by byte: {why}", file=sys.stderr)
    for item, event, text in (("bet", "batch_begin", "a bet of a BATCH"), ("document", "winners_begin",
                                                                          "a DOCUMENT of WINNERS")):
        states = beginnings(grammar, "after", event)
        print(f"    {dialect}_{item}_state = {min(states, default=0)}, /* in which {text} is due */")
    print("};")


def main():
    what, dialect, *paths = sys.argv[1:]
    if what == "rules":
        with open(paths[0], encoding="utf-8") as file:
            sys.stdout.write(rules_for(dialect, file.read()))
    else:
        show(dialect, Machine(paths[0]), Machine(paths[1]))


if __name__ == "__main__":
    main()
