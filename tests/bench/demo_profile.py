#!/usr/bin/env python3
"""Where the seconds of `make demo` go: in the store, the codec, the network, or the programs around them.

usage: demo_profile.py [BATCH...]       10 and auto without one

Runs tests/e2e/demo.sh on the agency files in DATA: as it is; under perf, which samples who has the processor; and under
strace, which says how long the server waited for its disk. Only server and clients count, not what compares the results
afterwards. Without perf or strace it says what it cannot tell.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import demo_parts  # noqa: E402
import rounds  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.environ.get("BUILD", "build")
PROGRAMS = ("sorteo-server", "sorteo-client")
SAMPLES_A_SECOND = 1999
RUNS = 3
SYNC = re.compile(r"(?:fdatasync|fsync)(?:\(.*| resumed>.*) = 0 <([0-9.]+)>$", re.MULTILINE)


def demo(batch, *before):
    """Runs it, under the command `before`. Returns the seconds that all agencies took together."""
    environment = dict(os.environ, BATCH=batch, BUILD=BUILD)
    said = subprocess.run([*before, os.path.join(ROOT, "tests/e2e/demo.sh")], env=environment, stdout=subprocess.PIPE,
                          text=True, check=True).stdout
    return float(re.search(r"^ +all .* ([0-9.]+)$", said, re.MULTILINE)[1])


def functions():
    """{function: part} of the objects that the programs are made of."""
    names = []
    for folder, part in demo_parts.FOLDERS.items():
        objects = glob.glob(os.path.join(ROOT, BUILD, folder, "*.o"))
        said = subprocess.run(["nm", "--defined-only", *objects], stdout=subprocess.PIPE, text=True, check=True).stdout
        names += [(part, line.split()[2]) for line in said.split("\n") if re.match(r"[0-9a-f]+ [tT] ", line)]
    return demo_parts.functions_of(names)


def processor_seconds(batch, folder):
    """{part: seconds on a processor}, or None without perf."""
    if not shutil.which("perf"):
        return None
    path = os.path.join(folder, "perf.data")
    demo(batch, "perf", "record", "-q", "-F", str(SAMPLES_A_SECOND), "--call-graph", "dwarf,4096", "-o", path, "--")
    said = subprocess.run(["perf", "script", "-i", path, "-F", "comm,ip,sym,dso"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=True).stdout
    known = functions()
    seconds = dict.fromkeys(demo_parts.PARTS, 0.0)
    for frames in demo_parts.samples(said, PROGRAMS):
        seconds[demo_parts.part_of(frames, known)] += 1 / SAMPLES_A_SECOND
    return seconds


def sync_seconds(batch, folder):
    """How many syncs there were, and how long they took in all; None without strace."""
    if not shutil.which("strace"):
        return None
    path = os.path.join(folder, "syncs")
    demo(batch, "strace", "-f", "-T", "--seccomp-bpf", "-qq", "-e", "trace=fdatasync,fsync", "-o", path)
    with open(path, encoding="utf-8") as file:
        waits = [float(wait) for wait in SYNC.findall(file.read())]
    return len(waits), sum(waits)


def report(batch):
    with tempfile.TemporaryDirectory() as folder:
        seconds = rounds.spread([{"seconds": demo(batch)} for _ in range(RUNS)], "seconds")
        on_processor, syncs = processor_seconds(batch, folder), sync_seconds(batch, folder)
    print("BATCH={}: {:.2f} s ({:.2f} to {:.2f} in {} runs)\n".format(batch, *seconds, RUNS))
    rows = []
    if syncs:
        rows.append((f"waiting for {syncs[0]:,} syncs of the store", f"{syncs[1]:.3f}", ""))
    else:
        print("  strace is missing, so it is unknown how long the store waited for its disk.\n")
    if on_processor:
        everything = sum(on_processor.values())
        rows += [(f"processor: {part}", f"{took:.3f}", f"{took / everything:.0%}" if everything else "")
                 for part, took in on_processor.items()]
    else:
        print("  perf (Debian: linux-perf) is missing, so it is unknown which code had the processors.\n")
    rounds.print_table(("", "seconds", "of the processors'"), rows)


def main():
    for batch in sys.argv[1:] or ("10", "auto"):
        if batch != "auto" and not batch.isdigit():
            sys.exit(__doc__)
        report(batch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
