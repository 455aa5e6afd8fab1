"""One fault, and what becomes of a server that has it: a store, two agencies, a round, the fault, and a start without
it.

The agencies work on a server with the fault until they have come through a round, or time is over; then on one without,
for another round. At the end the store is compared with what they were answered. Knows nothing of how a fault is made.
"""

import os
import random
import signal
import threading
import time

import rig  # noqa: F401  the path to the next ones
from agencies import Address, Agency
from audit import Audit, Book, Contents, draws_in
from server import PATIENCE, Failure, Server, free_port, group_members

AGENCIES = 2
PROCESSES = 4           # of a server with two workers; who is struck beyond them has replaced one that was
# How long nothing may go on with a fault, since a process was struck the last time or, where it should have passed,
# since the last answer: where it goes on, where processes are struck again and again, and where it should have passed.
# Less than an agency waits for its winners.
FOR_GOOD_S, AGAIN_S, PASSED_S = 1.5, 4.0, 15.0
LISTENING_S = 1.5       # for a start with the fault
SOUND_S = 15.0          # for a round without
LEAVE_S = PATIENCE      # it ends itself what does not leave within its --stop-timeout
TOLD_S = 2.0            # until strace has written down what it did
RIGHT, REFUSED, RESTARTED, UNTOUCHED = "answered right", "refused", "restarted", "not struck"


class PatientAgency(Agency):
    """Takes a refusal of good bets: in `keyed` it sends them again, elsewhere it gives them up."""

    refused = 0

    def take_answer(self):
        request = self.under_way[0]
        if super().take_answer() or not request.good:
            return request.good
        self.problems.pop()
        self.refused += 1
        if self.dialect.is_keyed:
            self.requests.insert(0, request)
        return False

    def begin(self):
        self.goal = self.round + 1
        self.stopping.clear()
        self.thread = threading.Thread(target=self.run, name=f"agency {self.number}")
        self.thread.start()

    def has_come_through(self):
        return self.round >= self.goal

    def halt(self):
        self.stopping.set()
        while self.thread.is_alive():
            self.break_connections()
            self.thread.join(0.02)


class FaultyServer(Server):
    """A server whose fault can be taken away."""

    prefix = ()

    def arguments(self):
        return [*self.prefix, *super().arguments()]


class Trial:
    def __init__(self, folder, fault, dialect, seed):
        self.folder = folder
        self.fault = fault
        self.book = Book(dialect)
        address = Address(free_port(), free_port())
        self.server = FaultyServer(folder, environment=fault.environment(folder), agencies=AGENCIES, workers=2,
                                   dialect=dialect.name, listen=f"127.0.0.1:{address.ports['agency']}",
                                   bet_listen=f"127.0.0.1:{address.ports['bets']}",
                                   hang_timeout=600)    # a hang must show, not be hidden by a replacement
        self.server.prefix = fault.command(folder)
        chance = random.Random(seed)
        self.agencies = [PatientAgency(number, address, self.book, chance.randrange(1 << 32), batches=3, bets=4)
                         for number in range(1, AGENCIES + 1)]
        self.problems = []
        self.outcome = UNTOUCHED

    def run(self):
        """Says everything that was wrong; the outcome is in `outcome`."""
        try:
            self.with_fault()
            self.without_fault()
            self.problems += Audit(Contents(self.server.store), self.book, self.draws()).run()
        except Failure as failure:
            self.problems.append(failure)
        finally:
            self.server.destroy()
        if "Sanitizer" in self.server.text():
            self.problems.append("a sanitizer has found something")
        return self.problems

    def draws(self):
        """What the log tells, where the fault is not in the log itself."""
        return [] if self.fault.call in ("write", "short-write") else draws_in(self.server)

    # ---- With the fault --------------------------------------------------------------------------------------

    def with_fault(self):
        self.server.launch()
        self.wait_listening()
        self.work(self.wait_with_fault)
        alive = self.server.is_running()
        self.outcome = self.classify(alive)
        if alive and not self.fault.for_good:
            if not self.came_through and self.is_quiet and len(self.struck) <= PROCESSES:
                self.problems.append(f"nothing goes on for {PASSED_S:g} s, although the fault was one call: it hangs")
            self.leave()
        elif not alive:
            self.expect_reason()
        self.server.destroy()
        self.server.expect_no_process(LEAVE_S)

    def wait_listening(self):
        """So that a connection that is refused later is the fault's doing. Some faults keep a server from listening."""
        deadline = time.monotonic() + LISTENING_S
        while time.monotonic() < deadline and self.server.is_running() and not self.server.log("listen", stream="bets"):
            time.sleep(0.005)

    def work(self, wait):
        for agency in self.agencies:
            agency.begin()
        wait()
        self.came_through = all(agency.has_come_through() for agency in self.agencies)
        self.was_calm = not any(agency.refused or agency.lost_connections or agency.late for agency in self.agencies)
        for agency in self.agencies:
            agency.halt()

    def goes_on(self):
        return self.server.is_running() and not all(agency.has_come_through() for agency in self.agencies)

    def wait_with_fault(self):
        """Until they have come through or the server has left; or until all has been quiet for a while. A machine may
        be so slow that neither comes."""
        seen, self.is_quiet = (0, 0), False
        end, since = time.monotonic() + PATIENCE, time.monotonic()
        while self.goes_on() and not self.is_quiet and time.monotonic() < end:
            time.sleep(0.05)
            struck = len(self.fault.struck(self.folder))
            now_seen = struck, 0 if self.fault.for_good else self.answers()
            if now_seen != seen:
                seen, since = now_seen, time.monotonic()
            self.is_quiet = time.monotonic() > since + self.patience(struck)

    def answers(self):
        """How many frames were stored and rounds told: agencies that go on without the other one come to an end."""
        return self.book.answers.total() + len(self.book.told)

    def patience(self, struck):
        if struck > 0 and self.fault.for_good:
            return FOR_GOOD_S
        return AGAIN_S if struck > PROCESSES else PASSED_S

    def wait_without_fault(self):
        end = time.monotonic() + SOUND_S
        while self.goes_on() and time.monotonic() < end:
            time.sleep(0.01)

    def look_for_strikes(self, alive):
        deadline = time.monotonic() + (0 if alive else TOLD_S)
        self.struck = self.fault.struck(self.folder)
        while not self.struck and time.monotonic() < deadline:
            time.sleep(0.02)
            self.struck = self.fault.struck(self.folder)

    def classify(self, alive):
        self.look_for_strikes(alive)
        if not self.struck and self.came_through:
            return UNTOUCHED
        if not alive or not self.came_through or self.server.log("process_ended"):
            return RESTARTED
        return RIGHT if self.was_calm else REFUSED

    def leave(self):
        """In time, in any case; with which status depends on what the fault has hit."""
        os.kill(self.server.process.pid, signal.SIGTERM)
        try:
            self.server.wait_exit(LEAVE_S)
        except Failure as failure:
            self.problems.append(f"after SIGTERM {failure}")

    def expect_reason(self):
        """A server leaves by itself with an error, and says why; unless it was killed, or its log is what fails."""
        status = self.server.process.returncode
        if status == 0:
            self.problems.append("the server exited with status 0 although it was not told to")
        said = any(line.get("result") == "fail" for line in self.server.log()) \
            or "sorteo-server: " in self.server.text()
        if status > 0 and self.fault.call not in ("write", "short-write", "openat", "fcntl") and not said:
            self.problems.append(f"the server left with status {status} and did not say why")
        try:
            self.server.expect_no_process()
        except Failure:
            left = group_members(self.server.process.pid)
            self.problems.append(f"{len(left)} processes of the server are still running")

    # ---- Without ------------------------------------------------------------------------------------------------

    def without_fault(self):
        self.server.prefix = ()
        self.server.environment = {}
        with open(self.server.log_path, "a", encoding="utf-8") as log:
            log.write("\n")     # the last line with the fault may have no end
        self.server.start()
        self.work(self.wait_without_fault)
        for agency in self.agencies:
            if not agency.has_come_through():
                self.problems.append(f"agency {agency.number} does not come through round {agency.round} "
                                     "without the fault")
            self.problems += agency.problems
        self.server.stop()
