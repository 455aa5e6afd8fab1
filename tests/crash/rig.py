"""The options and output of every rig: `NAME.py [--long] [--seed N] [--tls]`, TAP, and a comment with its figures.

A rig breaks things and counts what was lost. It also runs its controls, in which something is wrong on purpose: a
control passes if the rig notices it. Knows nothing about what is broken.
"""

import argparse
import multiprocessing
import multiprocessing.connection
import os
import random
import signal
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "e2e"))

import over_tls  # noqa: E402

# sbin has the tools for disks and networks, and is not in the PATH that `su` leaves root.
os.environ["PATH"] = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"


class Rig:
    def __init__(self, description, arguments=()):
        """`arguments`: (name, options of argparse) of what this rig takes in addition."""
        parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
        parser.add_argument("--long", action="store_true", help="as `make crash` runs it")
        parser.add_argument("--seed", type=int, default=None,
                            help="of what is chosen at random; default: another each time")
        parser.add_argument("--tls", action="store_true", help="over TLS")
        for name, options in arguments:
            parser.add_argument(name, **options)
        self.options = parser.parse_args()
        self.long = self.options.long
        self.seed = self.options.seed if self.options.seed is not None else random.SystemRandom().randrange(1 << 32)
        self.random = random.Random(self.seed)
        self.began = time.monotonic()
        self.certificates = None
        self.tests = self.failed = self.skipped = 0
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))     # so that what has to be cleaned up is
        print(f"# seed {self.seed}{', over TLS' * self.options.tls}", flush=True)
        if self.options.tls:
            self.leave_if_senseless()
            self.certificates = tempfile.TemporaryDirectory(prefix="sorteo-tls-")   # removed at the end
            over_tls.begin(self.certificates.name)

    def leave_if_senseless(self):
        name = os.path.splitext(os.path.basename(sys.argv[0]))[0]
        if name in over_tls.SENSELESS_RIGS:
            self.skip(f"{name}_over_tls", over_tls.SENSELESS_RIGS[name])
            sys.exit(self.finish())

    def _line(self, passed, name, notes):
        self.tests += 1
        self.failed += not passed
        print(f"{'ok' if passed else 'not ok'} {self.tests} - {name}")
        for note in notes:
            for line in str(note).splitlines():
                print(f"# {line}")
        sys.stdout.flush()

    def expect(self, name, problems):
        """Passes if there is no problem."""
        self._line(not problems, name, list(problems)[:20])

    def expect_red(self, name, problems):
        """A control: passes if there is a problem, and shows the first."""
        self._line(bool(problems), name, [f"seen: {problem}" for problem in list(problems)[:1]] or ["nothing was seen"])

    def skip(self, name, reason):
        self.tests += 1
        self.skipped += 1
        print(f"ok {self.tests} - {name} # SKIP {reason}", flush=True)

    def figures(self, what, **pairs):
        print(f"# {what}: " + " | ".join(f"{name.replace('_', ' ')}: {value}" for name, value in pairs.items()),
              flush=True)

    # ---- Parts that do not need each other -----------------------------------------------------------------

    def side_by_side(self, functions, jobs):
        """Calls each function in a process of its own, so many at a time, with an Aside that stands for this rig. What
        they tell comes in their order. Returns what they returned."""
        results = []
        for lines, result in _processes([(function, Aside(self)) for function in functions], jobs):
            for name, arguments, pairs in lines:
                getattr(self, name)(*arguments, **pairs)
            results.append(result)
        return results

    def finish(self):
        """The exit status."""
        if self.certificates and self.tests > self.skipped:
            self.expect("peers_have_spoken_tls", [] if over_tls.was_used() else ["all that passed did so without it"])
        print(f"1..{self.tests}")
        print(f"# {time.monotonic() - self.began:.1f} s, {sum(os.times()[:4]):.1f} s of processor time", flush=True)
        return 1 if self.failed else 0


class Aside:
    """What stands for a rig in another process: it keeps what it is told."""

    def __init__(self, rig):
        self.options, self.long = rig.options, rig.long
        self.seed = rig.random.randrange(1 << 32)
        self.random = random.Random(self.seed)
        self.lines = []

    def expect(self, name, problems):
        self.lines.append(("expect", (name, list(problems)), {}))

    def expect_red(self, name, problems):
        self.lines.append(("expect_red", (name, list(problems)), {}))

    def skip(self, name, reason):
        self.lines.append(("skip", (name, str(reason)), {}))

    def figures(self, what, **pairs):
        self.lines.append(("figures", (what,), pairs))


def _call(function, aside, writer):
    result = function(aside)
    writer.send((aside.lines, result))


def _processes(calls, jobs):
    """Yields what each call sent, in their order."""
    context = multiprocessing.get_context("fork")
    waiting, running, came, due = list(enumerate(calls)), {}, {}, 0
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                number, (function, aside) = waiting.pop(0)
                reader, writer = context.Pipe(duplex=False)
                process = context.Process(target=_call, args=(function, aside, writer))
                process.start()
                writer.close()
                running[reader] = number, process
            for reader in multiprocessing.connection.wait(running):
                number, process = running.pop(reader)
                try:
                    came[number] = reader.recv()
                except EOFError:
                    raise RuntimeError("a part of the rig has failed, and said why") from None
                process.join()
            while due in came:
                yield came.pop(due)
                due += 1
    finally:
        for _, process in running.values():
            process.terminate()
            process.join()
