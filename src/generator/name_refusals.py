#!/usr/bin/env python3
"""Gives every field an error action of its own, so that the error for a byte that its rule excludes names the field.

    name_refusals.py FIELDS.rl HOST.rl          prints FIELDS.rl as it is compiled

A field X = rule; becomes X = ( rule ) @err(x_value); if HOST.rl has an action of that name. It runs after the actions
of the rule itself, so that these can say more. Line numbers stay the same.
"""
import re
import sys

RULE = re.compile(r"^( *)([A-Z][A-Z0-9_]*)( *= *)([^;]*);", re.M)
ACTION = re.compile(r"^ *action +(\w+_value)\b", re.M)


def with_refusals(fields, actions):
    def named(match):
        indent, name, equals, rule = match.groups()
        action = f"{name.lower()}_value"
        return f"{indent}{name}{equals}( {rule.rstrip()} ) @err({action});" if action in actions else match.group()
    return RULE.sub(named, fields)


def main():
    with open(sys.argv[1], encoding="utf-8") as fields, open(sys.argv[2], encoding="utf-8") as host:
        sys.stdout.write(with_refusals(fields.read(), set(ACTION.findall(host.read()))))


if __name__ == "__main__":
    main()
