"""What a state of a generated machine decides on each value of its widened alphabet: at which line it jumps.

Reads the C that ragel -G2 writes for a state after it has widened the byte to `_widec`: nested `if`, one `switch` and
`goto`.
"""
import operator
import re

STATE = re.compile(r"case (\d+):$")
WIDENS = re.compile(r"\b_widec \+?= ")
BEGINS = re.compile(r"\t(if|switch|goto)\b")
WORD = re.compile(r"if \( (?P<if>[^()]*) \)|switch\( (?P<switch>_widec) \)|case (?P<case>\d+):|"
                  r"(?P<goto>goto \w+;)|(?P<other>else|[{}])")
COMPARISON = re.compile(r"(?:(?P<least>\d+) <= _widec|_widec (?P<is>[<>]=?|==) (?P<other>\d+))$")
OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq}


class Decisions:
    """The decisions of one state, of which the first line is `case N:`."""

    def __init__(self, lines, number):
        end = next(i for i in range(number + 1, len(lines)) if re.match(r"\w+:$|case \d+:$", lines[i]))
        widened = [i for i in range(number, end) if WIDENS.search(lines[i])]
        if not widened:
            raise ValueError(f"line {number} of the machine begins a state that asks no condition")
        begin = next(i for i in range(widened[-1] + 1, end) if BEGINS.match(lines[i]))
        self._words = [(i, match.lastgroup, match[match.lastgroup]) for i in range(begin, end)
                       for match in WORD.finditer(lines[i])]
        self._words.reverse()
        self._all = []
        while self._words:
            self._all.append(self._statement())

    def line_of(self, value):
        """Of the jump that is taken on that value."""
        return _first(self._all, value)

    # ---- A statement is a function from a value to the line of the jump, or None where there is none ----

    def _statement(self):
        line, kind, text = self._words.pop()
        if kind == "goto":
            return lambda value: line
        if kind == "if":
            return self._choice(_comparisons(text))
        if kind == "switch":
            return self._switch()
        if text == "{":
            parts = self._until_brace(self._statement)
            return lambda value: _first(parts, value)
        raise ValueError(f"line {line} of the machine is not understood at: {text}")

    def _choice(self, holds):
        then, otherwise = self._statement(), lambda value: None
        if self._words and self._words[-1][2] == "else":
            self._words.pop()
            otherwise = self._statement()
        return lambda value: then(value) if holds(value) else otherwise(value)

    def _switch(self):
        self._words.pop()       # its brace
        cases = dict(self._until_brace(lambda: (int(self._words.pop()[2]), self._statement())))
        return lambda value: cases[value](value) if value in cases else None

    def _until_brace(self, read):
        parts = []
        while self._words[-1][2] != "}":
            parts.append(read())
        self._words.pop()
        return parts


def _first(statements, value):
    return next((line for line in (statement(value) for statement in statements) if line is not None), None)


def _comparisons(text):
    parts = [_comparison(part) for part in text.split(" && ")]
    return lambda value: all(part(value) for part in parts)


def _comparison(text):
    match = COMPARISON.match(text)
    if not match:
        raise ValueError(f"a condition of the machine is not understood: {text}")
    if match["least"]:
        return lambda value: int(match["least"]) <= value
    return lambda value: OPERATORS[match["is"]](value, int(match["other"]))
