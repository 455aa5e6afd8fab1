#!/usr/bin/env python3
"""Was everything reached? Prints a table of what coverage.sh measured, and as TAP, for each kind of point, whether the
tests reached all of it.

    judge.py BUILD ALLOWED

What is not reached must stand in ALLOWED, and what stands there must not be reached:

    src/codec/file.c | function | condition | is never true | reason
    transitions | dialect state --bytes--> target: actions | reason         shell patterns: * for any

Knows nothing of how it was measured.
"""
import collections
import fnmatch
import json
import os
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from closed_pipe import end_of  # noqa: E402
from notes import compare  # noqa: E402
from points import read_lines, read_points  # noqa: E402
from transitions import read_notes  # noqa: E402

FOLDER = "src/codec/"
DIALECTS = tuple(pathlib.Path("gen/dialects").read_text(encoding="ascii").split())
KINDS = ("functions", "branches", "MC/DC", "transitions")
RUNS = ("tests", "corpus")


class Allowed:
    """One line of the list."""

    def __init__(self, words):
        self.place, self.reason, self.uses = words[:-1], words[-1], 0

    def allows(self, place):
        fits = len(place) == len(self.place) and all(map(fnmatch.fnmatchcase, place, self.place))
        self.uses += fits
        return fits


def read_allowed(path):
    allowed = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            words = [word.strip() for word in line.split(" | ")]
            if not line.strip() or line.startswith("#"):
                continue
            if len(words) != (3 if words[0] == "transitions" else 5) or not all(words[:2] + words[-1:]):
                sys.exit(f"judge.py: {path}:{number}: not 'file | function | condition | what it lacks | reason', nor "
                         f"'transitions | which | reason'")
            allowed.append(Allowed(words))
    return allowed


# ---- What a run reached: {kind: {place: (covered, how to tell it)}} --------------------------------------------------

def read_run(build, run):
    with open(f"{build}/{run}.json", encoding="utf-8") as file:
        export = json.load(file)
    reached = {kind: {} for kind in KINDS}
    for point, covered in read_points(export, os.getcwd(), FOLDER).items():
        place = (point.file, point.function, point.text, point.lack)
        told = f"{point.file}:{point.line}: {point.function}: {point.text} {point.lack}"
        # The same text may stand in a function twice; then both must be reached.
        before = reached[point.number].get(place, (True, told))
        reached[point.number][place] = (covered and before[0], told if before[0] else before[1])
    return reached, read_lines(f"{build}/{run}.lcov", os.getcwd(), FOLDER)


def read_transitions(build, run):
    notes, reached, wrong = read_notes(f"{build}/{run}.transitions"), {}, []
    for dialect in DIALECTS:
        found = compare(dialect, f"{build}/{dialect}.xml", notes[dialect])
        reached |= {("transitions", one): (True, one) for one in found.taken}
        reached |= {("transitions", one): (False, one) for one in found.missing}
        wrong += found.wrong
    return reached, wrong


# ---- Telling ---------------------------------------------------------------------------------------------------------

def share(covered, count):
    return f"{covered:5d} of {count:5d}  {100 * covered / count if count else 100:5.1f} %"


def table(runs, lines, allowed):
    print(f"{'':14s}{'reached by the tests':26s}{'by the fuzz corpus alone':26s}{'allowed to be missed'}")
    print(f"{'lines':14s}" + "".join(f"{share(*lines[run]):26s}" for run in RUNS))
    for kind in KINDS:
        missing = [place for place, (covered, _) in runs["tests"][kind].items() if not covered]
        counts = [(sum(covered for covered, _ in runs[run][kind].values()), len(runs[run][kind])) for run in RUNS]
        excused = sum(any([one.allows(place) for one in allowed]) for place in missing)
        print(f"{kind:14s}" + "".join(f"{share(*count):26s}" for count in counts) + f"{excused:6d}")


class Tap:
    def __init__(self):
        self.number = self.failed = 0

    def say(self, name, faults):
        self.number += 1
        self.failed += bool(faults)
        print(f"{'not ok' if faults else 'ok'} {self.number} - {name}")
        for fault in faults:
            print(f"#     {fault}")


def main():
    build, list_path = sys.argv[1:]
    allowed = read_allowed(list_path)
    runs, lines, wrong = {}, {}, {}
    for run in RUNS:
        runs[run], lines[run] = read_run(build, run)
        runs[run]["transitions"], wrong[run] = read_transitions(build, run)
    table(runs, lines, allowed)
    tap = Tap()
    print(f"1..{len(KINDS) + 2}")
    for kind in KINDS:
        points = runs["tests"][kind].items()
        tap.say(f"tests_reach_all_{kind.replace('/', '_')}", ["there are none"] * (not points) + [
            told for place, (covered, told) in points if not covered and not any(one.allows(place) for one in allowed)])
    tap.say("list_of_what_may_be_missed_is_exact", [
        f"{' | '.join(one.place)}: it is reached, or is there no more" for one in allowed if not one.uses])
    tap.say("machines_do_what_their_XML_says", wrong["tests"] + wrong["corpus"])
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(end_of(main))
