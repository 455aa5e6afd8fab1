"""Faults that take a proof away: each is planted in a copy, and EVA or WP must no longer show what it shows of the sources.

    [room_3_is_2]
    file  = src/codec/machine.rl       where it is planted; what is generated from it is generated anew
    from  = has_room(decoder, 3)       what stands there exactly once
    to    = has_room(decoder, 2)       what takes its place; nothing if left out
    proof = wide                       whose proof it is about: a dialect, or a file of contracts
    where = place->text_left.most > 0  for a dialect: the states in which it can be seen; all if left out
    lost  = text_left_is_in_its_range  what must no longer be shown: a claim of step.c or watch.h, a function, or (there
                                       must be one) `alarm`
"""
import configparser

import eva
import wp


class Fault:
    def __init__(self, name, section):
        self.name, self.section = name, section
        self.file, self.proof, self.lost = section["file"], section["proof"], section["lost"].split()

    def prove_seen(self, tree):
        generate = tree.edit(self.file, self.section["from"], self.section.get("to", ""))
        if self.proof in wp.FILES:
            lost, remark = self._contracts(tree)
        else:
            lost, remark = self._step(tree, generate)
        kept = [name for name in self.lost if name not in lost]
        return [(f"fault_{self.name}_is_seen", f"still shown: {', '.join(kept)}" if kept else None, remark)], []

    def _step(self, tree, generate):
        machine = tree.ragel(self.proof, f"{self.proof}.c", "-G2") if generate else f"gen/{self.proof}.c"
        result = eva.analyse(tree, self.proof, machine, self.section.get("where", "true"))
        lost = [name for name in result.not_shown() if result.claims[name] not in ("not reached", "Dead")]
        return lost + ["alarm"] * (result.alarms > 0), f"{result.alarms} alarms, {len(lost)} claims not shown: {', '.join(lost)}"

    def _contracts(self, tree):
        goals = wp.run(tree, self.proof, self.lost, wp.SECONDS_FAULT)
        lost = [goal for goal in goals if not goal.proved]
        return {goal.function for goal in lost}, f"{len(lost)} of {len(goals)} goals not proved"


def read(path):
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes=("#",))
    with open(path, encoding="utf-8") as file:
        parser.read_file(file)
    return [Fault(name, parser[name]) for name in parser.sections()]
