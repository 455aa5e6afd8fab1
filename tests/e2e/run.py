#!/usr/bin/env python3
"""Runs the end-to-end tests of the server, or of the client, and prints TAP.

usage: run.py [-j JOBS] [--suite server|client] [--slow] [--heart | --rest | --once] [--one] [--list] [--tls]
              [NAME-PART ...]

Each test runs in a process of its own, with servers, ports and a folder of its own. The programs are looked for
in the folder that the environment variable BUILD names (build).
"""

import argparse
import importlib
import os
import resource
import signal
import sys
import tempfile
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import over_tls  # noqa: E402
import world  # noqa: E402
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../tools"))
from closed_pipe import end_of  # noqa: E402

SUITES = {
    "server": ("malformed", "refusals", "other_dialects", "connections", "deadlines", "rounds", "next_rounds",
               "counts", "keys", "finish_keys", "streams", "limits", "acceptor", "start", "config", "stop", "pool",
               "lies", "hangs", "crash", "roles", "logs", "by_hand", "operators", "tls", "tls_client",
               "tls_foreign", "proxied", "observe", "observe_page", "csv_file"),
    "client": ("client_files", "client_rounds", "client_servers", "client_doubt", "client_resume", "client_stop",
               "client_options", "client_config", "client_winners", "client_silence", "client_several", "tool_streams",
               "conform", "load"),
}
PASSED, FAILED, SKIPPED = 0, 1, 2
HANGS = 10      # times the seconds that a test should take at most: a net, no test of speed


class Job:
    """A test under way in a child process."""

    def __init__(self, number, case):
        self.number = number
        self.case = case
        self.output = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        self.began = time.monotonic()
        self.timed_out = False
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.dup2(self.output.fileno(), 1)
            os.dup2(self.output.fileno(), 2)
            os._exit(run_case(case))

    def check_time(self):
        if time.monotonic() - self.began > HANGS * self.case.seconds and not self.timed_out:
            self.timed_out = True
            os.kill(self.pid, signal.SIGKILL)  # its servers leave with it: they asked for that

    def result(self, status):
        if self.timed_out:
            return FAILED
        return os.waitstatus_to_exitcode(status) if os.waitstatus_to_exitcode(status) in (0, 2) else FAILED


def run_case(case):
    """In the child. Returns the exit status."""
    try:
        over_tls.skip_senseless(case)
        case.run()
        status = PASSED
    except world.Skip as skip:
        print(skip)
        status = SKIPPED
    except world.Failure as failure:
        place = [frame for frame in traceback.extract_tb(failure.__traceback__)]
        print(f"failed: {failure}")
        for frame in place:
            print(f"  at {os.path.basename(frame.filename)}:{frame.lineno}: {frame.line}")
        status = FAILED
    except BaseException:
        traceback.print_exc()
        status = FAILED
    sys.stdout.flush()
    sys.stderr.flush()
    return status


def report(job, result):
    """One TAP line, and what the test said if it failed."""
    job.output.seek(0)
    said = job.output.read().splitlines()
    seconds = time.monotonic() - job.began
    if result == SKIPPED:
        print(f"ok {job.number} - {job.case.name} # SKIP {said[-1] if said else ''}")
    elif result == PASSED:
        print(f"ok {job.number} - {job.case.name}")
        if seconds > 4:
            print(f"# took {seconds:.1f} s")
    else:
        print(f"not ok {job.number} - {job.case.name}")
        if job.timed_out:
            print(f"# not done after {HANGS * job.case.seconds} s")
        for line in said:
            print(f"# {line}")
        print(f"# took {seconds:.1f} s")
    sys.stdout.flush()


def run(cases, jobs):
    """Runs them, `jobs` at once. Returns how many passed, failed and were skipped."""
    print(f"1..{len(cases)}")
    waiting = list(enumerate(cases, 1))
    running = {}
    totals = [0, 0, 0]
    while waiting or running:
        while waiting and len(running) < jobs:
            job = Job(*waiting.pop(0))
            running[job.pid] = job
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid in running:
            job = running.pop(pid)
            result = job.result(status)
            totals[result] += 1
            report(job, result)
        elif not pid:
            for job in running.values():
                job.check_time()
            time.sleep(0.01)
    return totals


# Parts of a suite: heart and rest are all of it.
SHARES = {
    "heart": lambda case: case.heart,
    "rest": lambda case: not case.heart,
    "once": lambda case: case.stands_for_all,
    "all": lambda case: True,
}


def select_cases(suite, parts, slow, share="all", one=False):
    """`one`: of each part only one test."""
    for module in SUITES[suite]:
        importlib.import_module(module)
    names = [case.name for case in world.CASES]
    assert len(names) == len(set(names)), "two tests of one name"
    heartless = set(SUITES[suite]) - {case.function.__module__ for case in world.CASES if case.heart}
    assert not heartless, f"no test of these modules is in the heart: {heartless}"
    chosen = [case for case in world.CASES if (slow or not case.slow or parts)
              and SHARES[share](case)
              and (not parts or any(part in case.name or part == case.function.__module__ for part in parts))]
    if one:
        chosen = [case for case in chosen if any(case is next(other for other in chosen if part in other.name)
                                                 for part in parts if part in case.name)]
    return sorted(chosen, key=lambda case: -case.seconds)  # the long ones first, so that none runs alone at the end


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("--suite", choices=SUITES, default="server")
    parser.add_argument("--slow", action="store_true", help="also the tests that take more than 20 s")
    part = parser.add_mutually_exclusive_group()
    for share, what in (("heart", "the tests that matter most"), ("rest", "what is not in the heart"),
                        ("once", "each test in one dialect, and after one kind of restart")):
        part.add_argument("--" + share, dest="share", action="store_const", const=share, default="all", help=what)
    parser.add_argument("--one", action="store_true", help="of each NAME-PART only one test")
    parser.add_argument("--list", action="store_true", help="print the names and run nothing")
    parser.add_argument("--tls", action="store_true", help="the same tests over TLS")
    parser.add_argument("parts", nargs="*", metavar="NAME-PART", help="only tests whose name has this in it")
    options = parser.parse_args()
    chosen = select_cases(options.suite, options.parts, options.slow, options.share, options.one)
    if options.list or not chosen:
        print("\n".join(case.name for case in chosen) or "no test has such a name", file=sys.stdout)
        return 0 if chosen else 2
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sorteo-tls-") as folder:
        if options.tls:
            over_tls.begin(folder)
        passed, failed, skipped = run(chosen, max(1, options.jobs))
    print(f"# {passed} passed, {failed} failed, {skipped} skipped in {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(end_of(main, only_prints="--list" in sys.argv))
