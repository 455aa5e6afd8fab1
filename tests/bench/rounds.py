"""Measures contenders in turn, A B C A B C …, and says what came out: medians, spread, ratios.

A machine whose speed drifts is then as unkind to each of them, and a ratio is taken between neighbours, round by round.
Knows nothing of what it measures.
"""

import json
import os
import platform
import statistics
import subprocess
import sys


def in_turn(contenders, rounds, title):
    """Runs {name: function returning {figure: number}} in turn. Returns {name: [figures of each round]}."""
    results = {name: [] for name in contenders}
    for number in range(1, rounds + 1):
        for name, measure in contenders.items():
            print(f"\r  {title}: round {number} of {rounds}, {name:<40}", end="", file=sys.stderr, flush=True)
            results[name].append(measure())
    print("\r" + " " * 79 + "\r", end="", file=sys.stderr, flush=True)
    return results


def median(rows, figure):
    return statistics.median(row[figure] for row in rows)


def spread(rows, figure):
    """(median, least, most) of a figure over the rounds."""
    values = [row[figure] for row in rows]
    return statistics.median(values), min(values), max(values)


def ratio(results, a, b, figure):
    """(median, least, most) of a's figure by b's, round by round."""
    ratios = [one[figure] / other[figure] for one, other in zip(results[a], results[b])]
    return statistics.median(ratios), min(ratios), max(ratios)


def print_table(head, rows):
    """Rows of texts in columns, the first flush left and the others right."""
    widths = [max(len(str(row[i])) for row in [head] + rows) for i in range(len(head))]
    for row in [head] + rows:
        cells = [str(cell).ljust(width) if i == 0 else str(cell).rjust(width)
                 for i, (cell, width) in enumerate(zip(row, widths))]
        print("  " + "  ".join(cells).rstrip())
    print()


def machine():
    """What the figures were measured on."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    compiler = subprocess.run([os.environ.get("CC", "cc"), "--version"], capture_output=True, text=True, check=False)
    return {"processor": models[0] if models else platform.machine(), "cores": os.cpu_count(),
            "system": f"{platform.system()} {platform.release()}", "compiler": compiler.stdout.split("\n")[0]}


def write_json(path, **content):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"machine": machine(), **content}, file, indent=1)
        file.write("\n")
