"""Do two machines (machine.py) behave the same on every input? Final states are ignored: no action fires there.

They are walked side by side from each entry. Both are deterministic, so they are the same if no pair of states that is
reached by one input differs in the effect of the next byte under the same conditions.
"""


def _steps(machine, state):
    """What a state does with each byte under each combination of conditions."""
    return {(byte, t.guard): (t.target, t.actions)
            for t in machine.states[state] for byte in range(t.low, t.high + 1)}


def are_equivalent(one, other):
    if one.entries.keys() != other.entries.keys():
        return False
    waiting = [(state, other.entries[name]) for name, state in one.entries.items()]
    seen = set(waiting)
    while waiting:
        here, there = waiting.pop()
        steps, other_steps = _steps(one, here), _steps(other, there)
        if steps.keys() != other_steps.keys():
            return False
        for key, (target, actions) in steps.items():
            other_target, other_actions = other_steps[key]
            if actions != other_actions or (target is None) != (other_target is None):
                return False
            if target is not None and (target, other_target) not in seen:
                seen.add((target, other_target))
                waiting.append((target, other_target))
    return True
