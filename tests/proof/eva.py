"""EVA over step.c: one byte fed to a generated machine in any state. What it reports, proves and reaches."""
import csv
import os
import re
import time

from marks import explain, in_states_tried, mark

# A machine's states are taken one by one (step.c unrolls the loop over them), and within one every path by itself, up
# to this many; what makes a decoder up puts them together again, and so does main().
PRECISE = ("-eva-slevel", "100000", "-eva-slevel-function", "main:0,any_decoder:0", "-eva-split-return", "full")
WARN = ("-warn-signed-downcast", "-warn-unsigned-downcast", "-warn-invalid-bool")   # beside those that are on
CLAIM = re.compile(r"//@ check (\w+):")
HARNESS = ("step.c", "watch.h")
PLACES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "places.py")


def claims_of(tree):
    return [name for file in HARNESS for name in CLAIM.findall(tree.read(f"tests/proof/{file}"))]


class Result:
    """EVA's results for one machine."""

    def __init__(self, tree, said, table, dialect):
        self.alarms = int(re.search(r"(\d+) alarms? generated", said)[1])
        covered = re.search(rf"sorteo_{dialect}_exec: (\d+) stmts out of (\d+)", said)
        self.reached, self.statements = int(covered[1]), int(covered[2])
        self.claims = dict.fromkeys(claims_of(tree), "not reached")
        unreached = re.search(r"Unreached functions.*?(?=\[metrics\])", said, re.DOTALL)[0]
        self.unreached_marks = [int(number) for number in re.findall(r"\breached_(\d+)\b", unreached)]
        for row in csv.DictReader(tree.read(table).splitlines(), delimiter="\t"):
            if row["property kind"] == "user check":
                source = tree.read(f"tests/proof/{row['file']}").splitlines()
                self.claims[CLAIM.search(source[int(row["line"]) - 1])[1]] = row["status"]

    def not_shown(self):
        return [name for name, status in self.claims.items() if status != "Valid"]


def analyse(tree, dialect, machine, where="true"):
    """Runs EVA over the machine's C, in the given states."""
    xml = tree.ragel(dialect, f"{dialect}.xml", "-x")
    tree.write(f"build/{dialect}.h", tree.run(f"build/{dialect}.places", PLACES, xml))
    number = tree.read("gen/dialects").split().index(dialect)
    defines = {"SORTEO_PORTABLE": "1", "MACHINE": f'"{machine}"', "PLACES": f'"build/{dialect}.h"',
               "WHERE": f"({where})", "DIALECT": f"((enum sorteo_dialect){number})", "EXEC": f"sorteo_{dialect}_exec"}
    options = " ".join(["-I.", "-Isrc", *(f"-D{name}='{value}'" for name, value in defines.items())])
    table = f"build/{dialect}.csv"
    said = tree.run(f"build/{dialect}.log", "frama-c", "-machdep", "gcc_x86_64", "-c11", f"-cpp-extra-args={options}",
                    "tests/proof/step.c", "src/codec/dialect.c", "-eva", *PRECISE, *WARN, "-eva-no-print",
                    "-eva-no-show-progress", "-then", "-metrics", "-metrics-eva-cover", "-report-csv", table)
    return Result(tree, said, table, dialect)


def analyse_marked(tree, dialect, source, where="true"):
    """The same for a machine's text, with its jumps marked: the result, and the lines with marks."""
    marked = f"build/{dialect}.c"
    text, marks = mark(source)
    tree.write(marked, text)
    return analyse(tree, dialect, marked, where), marks


def unexplained_jumps(tree, dialect, machine, where):
    """A line for each jump that is dead, and of no kind, in the given states."""
    source = tree.read(machine)
    result, marks = analyse_marked(tree, dialect, source, where)
    return explain(source, in_states_tried(source, marks, result.unreached_marks), tree.path(f"build/{dialect}.xml"))[1]


def prove(tree, dialect):
    """The lines of a report for one dialect, and a row of figures."""
    began = time.time()
    source = tree.read(f"gen/{dialect}.c")
    result, marks = analyse_marked(tree, dialect, source)
    kinds, unexplained = explain(source, result.unreached_marks, tree.path(f"build/{dialect}.xml"))
    remark = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    lines = [(f"{dialect}_raises_no_alarm", None if result.alarms == 0 else f"{result.alarms} alarms", "")]
    lines += [(f"{dialect}_{name}", None if status == "Valid" else f"its status is: {status}", "")
              for name, status in result.claims.items()]
    lines.append((f"{dialect}_is_reached_but_for_what_cannot_be", "\n".join(unexplained) or None, remark))
    shown, jumps = len(result.claims) - len(result.not_shown()), len(marks) - len(result.unreached_marks)
    return lines, [f"{dialect:8} {result.alarms} alarms, {shown} of {len(result.claims)} claims shown, "
                   f"{result.reached} of {result.statements} statements and {jumps} of {len(marks)} jumps reached, "
                   f"{time.time() - began:.0f} s"]
