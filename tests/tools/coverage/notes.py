"""What recorder.c recorded of a program: the steps that it took in the machines, and which of the grammar's transitions
those are, of all that can happen.

Knows nothing of what the grammar means; what can happen is known to src/generator/transitions.py.
"""
import collections
import sys

sys.path.insert(0, "src/generator")
from bounds import Bounds  # noqa: E402
from machine import Machine  # noqa: E402
from meaning import sizes_of  # noqa: E402
from transitions import possible_steps, step_of, taken, transitions  # noqa: E402

ERROR_STATE = 0         # in a note; in XML an error has no target

# One line for each transition: of those taken, of those that can happen and were not, of steps that went elsewhere than
# the XML says, and of steps that were taken though they are said to be impossible.
Reached = collections.namedtuple("Reached", "taken missing wrong")


def describe(dialect, transition):
    low, high = transition.low, transition.high
    span = f"{low:02x}" if low == high else f"{low:02x}..{high:02x}"
    target, actions = transition.step
    leads = "error" if target is None else target
    return f"{dialect} {transition.state} --{span}--> {leads}: {' '.join(actions)}".rstrip(": ")


def compare(dialect, path, notes):
    machine = Machine(path)
    possible = possible_steps(machine, Bounds(machine, sizes_of(dialect)))
    steps, wrong = collections.defaultdict(set), []
    for state, holding, targets in notes:
        for byte, target in targets.items():
            step = step_of(machine, state, byte, holding)
            steps[state].add((byte, step))
            if (step.target or ERROR_STATE) != target:
                wrong.append(f"{dialect} {state}: byte {byte:02x} leads to {target}, not to {step.target}")
            if (byte, step) not in possible[state]:
                wrong.append(f"{dialect} {state}: byte {byte:02x} led to {target}, which is said to be impossible")
    can_happen = taken(transitions(machine), possible)
    reached = set(taken(can_happen, steps))
    return Reached([describe(dialect, one) for one in can_happen if one in reached],
                   [describe(dialect, one) for one in can_happen if one not in reached], wrong)
