#!/usr/bin/env python3
"""Do the parts of a rig that run side by side tell all that they have found? Does each point have its scene? Is a trial
patient with a slow machine?

usage: test_rig.py
"""

import contextlib
import io
import os
import shutil
import subprocess
import sys
import time

from rig import Rig
from operator_scene import points_without_a_scene
from audit import Book
from injection import Fault
from trial import Trial
from wire import WIDE


def find(rig, wait_s, problems):
    """The first part ends last."""
    time.sleep(wait_s)
    rig.figures("a part", waited=wait_s)
    rig.expect(f"part_that_waited_{wait_s}", problems)
    rig.expect_red(f"control_of_{wait_s}", problems)
    return wait_s


def told_by(functions, jobs):
    """What a rig with these parts prints, its results, and its exit status."""
    with contextlib.redirect_stdout(io.StringIO()) as told:
        rig = Rig(__doc__)
        results = rig.side_by_side(functions, jobs)
        status = rig.finish()
    return [line for line in told.getvalue().splitlines() if line.startswith(("ok", "not ok", "# a part", "1.."))], \
        results, status


def die(_):
    os._exit(0)


class SlowTrial(Trial):
    """One of a server that needs longer than patience lasts; `answer` is what comes in each turn."""

    def __init__(self, answer):
        self.folder, self.fault, self.book = os.devnull, Fault("read", "EIO", 1, False), Book(WIDE)
        self.answer, self.turns = answer, 0
        self.wait_with_fault()

    def goes_on(self):
        self.turns += 1
        self.answer(self.book)
        return self.turns < 40

    def patience(self, _struck):
        return 1.0


def tools_not_found_after_su():
    """`su` leaves root the PATH of a user."""
    found = subprocess.run([sys.executable, "-c", "import rig, shutil; print(shutil.which('chroot'))"],
                           cwd=os.path.dirname(os.path.abspath(__file__)), env={**os.environ, "PATH": "/usr/bin:/bin"},
                           capture_output=True, text=True, check=True).stdout.strip()
    return [f"chroot is at {found}"] if found == "None" else []


def status_over_tls(deeds):
    """Of a rig that does these."""
    program = (f"import sys; sys.argv = ['rig.py', '--tls']; import over_tls, rig; rig = rig.Rig(''); {deeds}; "
               "sys.exit(rig.finish())")
    here = os.path.dirname(os.path.abspath(__file__))
    return subprocess.run([sys.executable, "-c", f"import rig; {program}"], cwd=here, capture_output=True,
                          check=False).returncode


def store_one(book):
    book.answers[1] += 1


def main():
    rig = Rig(__doc__)
    lines, results, status = told_by([lambda aside: find(aside, 0.3, []), lambda aside: find(aside, 0, ["lost"])], 2)
    wanted = ["# a part: waited: 0.3", "ok 1 - part_that_waited_0.3", "not ok 2 - control_of_0.3",
              "# a part: waited: 0", "not ok 3 - part_that_waited_0", "ok 4 - control_of_0", "1..4"]
    rig.expect("parts_tell_all_in_their_order", [f"{lines}, wanted {wanted}"] if lines != wanted else [])
    rig.expect("parts_return_what_they_return_in_their_order", [results] if results != [0.3, 0] else [])
    rig.expect("part_that_finds_a_problem_fails_the_rig", ["status 0"] if status == 0 else [])
    try:
        told_by([lambda aside: find(aside, 0, []), die], 2)
        seen = []
    except RuntimeError as error:
        seen = [error]
    rig.expect_red("part_that_dies_ends_the_rig", seen)
    rig.expect("trial_that_gets_answers_does_not_hang", ["it does"] if SlowTrial(store_one).is_quiet else [])
    rig.expect_red("trial_without_answers_hangs", ["it does"] if SlowTrial(lambda book: None).is_quiet else [])
    rig.expect("points_that_are_passed_for_an_operator_have_scenes", points_without_a_scene())
    rig.expect("administrators_tools_are_found_after_su", tools_not_found_after_su())
    if shutil.which("openssl") is None:
        rig.skip("rig_over_tls_whose_peers_have_not_spoken_it_fails", "needs openssl to make certificates")
        return rig.finish()
    for name, deeds, wanted in (("that_have_not_spoken_it_fails", "rig.expect('any', [])", 1),
                                ("that_turned_it_off_fails",
                                 "rig.expect('any', []); over_tls.Files.authority = None", 1),
                                ("that_have_spoken_it_passes", "rig.expect('any', []); over_tls.note_use()", 0),
                                ("that_were_all_skipped_passes", "rig.skip('any', 'for a reason')", 0)):
        status = status_over_tls(deeds)
        rig.expect(f"rig_over_tls_with_peers_{name}", [f"status {status}"] if status != wanted else [])
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
