"""Reads metrics, in OpenMetrics or in the older text format, and refuses what a strict reader does: a family without a
head or in two places, a line twice, a counter without its ending, a histogram that is not cumulative, no end."""

import re

from server import Failure

NAME = re.compile(r"[a-z][a-z0-9_]*")
LINE = re.compile(r'([a-z][a-z0-9_]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (-?[0-9.e+]+)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"')
ENDINGS = {"counter": ("_total",), "gauge": ("",), "info": ("_info",), "histogram": ("_bucket", "_sum", "_count")}


class Metrics:
    """values: by name and labels. `is_open`: this must be OpenMetrics."""

    def __init__(self, text, is_open):
        self.values = {}
        self.types = {}
        self.is_open = is_open
        lines = text.split("\n")
        if lines.pop() != "":
            raise Failure("the last line has no end")
        if is_open and lines.pop() != "# EOF":
            raise Failure("no '# EOF' at the end")
        self.helped = self.family = None
        for line in lines:
            try:
                self.read_head(line) if line.startswith("#") else self.read_line(line)
            except (Failure, ValueError, KeyError) as error:
                raise Failure(f"{line!r}: {error or 'malformed'}") from None
        for name, kind in self.types.items():
            if kind == "histogram":
                self.check_histogram(name)

    def read_head(self, line):
        _, what, name, rest = line.split(" ", 3)
        if not NAME.fullmatch(name) or not rest:
            raise Failure("a head without a name or a text")
        if what == "HELP":
            if name in self.types:
                raise Failure("a family in two places")
            self.helped = name
        elif what == "TYPE":
            if name != self.helped or rest not in ENDINGS or (rest == "info" and not self.is_open):
                raise Failure("a type without a help before it, or an unknown one")
            self.types[name] = rest
            self.family = name
        elif what == "UNIT":
            if not self.is_open or name != self.family or not name.endswith("_" + rest):
                raise Failure("a unit with which the name does not end")
        else:
            raise Failure("an unknown comment")

    def read_line(self, line):
        found = LINE.fullmatch(line)
        if not found or self.family is None:
            raise Failure("not of the form NAME{LABELS} VALUE")
        name, labels, value = found[1], frozenset(LABEL.findall(found[2] or "")), float(found[3])
        kind = self.types[self.family]
        endings = ENDINGS[kind] if self.is_open or kind == "histogram" else ("",)
        if name not in [self.family + ending for ending in endings]:
            raise Failure("a line that is not of the family above it")
        if kind == "counter" and not name.endswith("_total"):
            raise Failure("a counter whose name does not end with _total")
        if kind != "gauge" and value < 0:
            raise Failure("a negative count")
        if (name, labels) in self.values:
            raise Failure("the same line twice")
        self.values[name, labels] = value

    def check_histogram(self, name):
        bounds = sorted((float(dict(labels)["le"]), value) for (line, labels), value in self.values.items()
                        if line == name + "_bucket")
        counts = [value for _, value in bounds]
        if not bounds or bounds[-1][0] != float("inf") or counts != sorted(counts):
            raise Failure(f"{name} is not cumulative, or has no bound +Inf")
        if self.values[name + "_count", frozenset()] != counts[-1]:
            raise Failure(f"{name}_count is not what its last bound says")

    def total(self, name, **labels):
        """The sum over all lines of this name that have these labels."""
        return sum(value for (line, has), value in self.values.items() if line == name and set(labels.items()) <= has)
