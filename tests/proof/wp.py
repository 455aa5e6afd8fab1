"""WP over contracts: every goal of every function that has one must be proved, by Qed (WP's own), CVC4 or Z3."""
import re
import time

# What is proved: the file that WP reads for it, the file that declares the functions, one that has its contract
# elsewhere, and who proves. Each prover is asked at the same time: one that is not needed only takes time.
FILES = {"contracts": ("integers.c", "contracts.h", "", "cvc4"),
         "integers": ("integers.c", "integers.c", "", "cvc4,z3"),
         "inverse": ("inverse.c", "inverse.c", "", "cvc4,z3"),
         "limit": ("limit.c", "limit.c", "", "cvc4"),
         "sizes": ("sizes.c", "sizes.c", "put_integer put_length put_2 put_4", "cvc4,z3")}
NARROW = ("-warn-unsigned-downcast", "-warn-signed-downcast")    # not where an integer is cut into bytes
SECONDS = 60            # of a prover for one goal. Most take a tenth of one, but provers look at the clock on the wall
SECONDS_FAULT = 6       # what a fault takes away is not found at any time
DECLARED = re.compile(r"^(?:static )?(?:inline )?\w+ (\w+)\(", re.MULTILINE)
GOAL = re.compile(r"^\[wp\] \[(.*)\] Goal typed_(\w+?)(?: : (\w+).*)?$", re.MULTILINE)
BITS = "tests/proof/bits.smt2"


class Goal:
    def __init__(self, name, proved, functions):
        self.name, self.proved = name, proved
        self.function = max((f for f in functions if name.startswith(f + "_")), key=len, default=name)


def run(tree, name, only=(), seconds=SECONDS):
    """The goals of all those functions, or of some."""
    source, declares, other, provers = FILES[name]
    functions = only or DECLARED.findall(tree.read(f"tests/proof/{declares}")) + other.split()
    config = tree.path(f"build/{name}-why3.conf")      # of its own: nothing of this machine's users is read or written
    tree.run(f"build/{name}-why3.log", "why3", "config", "detect", "-C", config)
    said = tree.run(f"build/{name}.log", "frama-c", "-machdep", "gcc_x86_64", "-c11",
                    "-cpp-extra-args=-DSORTEO_PORTABLE -Isrc", f"tests/proof/{source}", "-wp", "-wp-rte",
                    "-wp-fct", ",".join(functions), "-warn-unsigned-overflow", *(() if name == "sizes" else NARROW),
                    "-wp-prover", provers, "-wp-timeout", str(seconds), "-wp-par", "2", "-wp-cache", "none",
                    env={"WHY3CONFIG": config})
    goals = [Goal(goal, status == "Valid", functions) for _, goal, status in GOAL.findall(said)]
    proved, total = map(int, re.search(r"Proved goals: +(\d+) / (\d+)", said).groups())
    if (sum(goal.proved for goal in goals), len(goals)) != (proved, total):
        log = tree.path(f"build/{name}.log")
        raise RuntimeError(f"WP counts {proved} of {total} goals, and lists others; see {log}")
    return goals


def prove(tree, name):
    """A line of a report for each function, and a row of figures."""
    began = time.time()
    goals = run(tree, name)
    lines = []
    for function in sorted({goal.function for goal in goals}):
        own = [goal for goal in goals if goal.function == function]
        failed = [goal.name for goal in own if not goal.proved]
        lines.append((f"{name}_{function}", f"not proved: {', '.join(failed)}" if failed else None,
                      f"{len(own)} goals"))
    proved = sum(goal.proved for goal in goals)
    return lines, [f"{name:8} {proved} of {len(goals)} goals proved, {time.time() - began:.0f} s"]


def prove_bits(tree):
    """What WP's provers are told of bits, z3 shows of words."""
    said = tree.run("build/bits.log", "z3", BITS).split()
    asked = tree.read(BITS).count("(check-sat)")
    problem = None if said == ["unsat"] * asked else f"z3 answers {said}"
    return [("axioms_hold_of_words", problem, f"{asked} axioms")], []
