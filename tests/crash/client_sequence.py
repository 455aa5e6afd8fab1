"""One server, and clients one after the other through a relay: two frames each, FINISH, WINNERS, RECEIPT.

A Case is what one client (or a client and its successor) was to store, and what it reported. When the sequence has
ended, the store is compared with all of them. Knows what may be lost where; what is cut is cuts.py's.
"""

import collections
import os
import signal
import subprocess

from audit import DOUBLED, MISSING, OTHER_ROUND, PARTIAL, WRONG_WINNERS, Contents, Problem, draws_in
from relay import DOWN, UP, Relay
import wire
from client import fates_in, rows
from peer import Peer
from server import Server, clean_environment, program

DONE, DOUBT = 0, 3
TOLD_WRONGLY = "told wrongly"
UNEXPECTED = "ended otherwise"
FATES = {"stored": True, "refused": False, "not sent": False, "IN DOUBT": None}


class Case:
    def __init__(self, name, bets, round_):
        self.name = name
        self.bets = bets        # the rows of its file
        self.round = round_     # to which they must belong
        self.status = None      # of the last client
        self.out = self.err = ""
        self.answers = 0        # ANSWERs that the relay handed on to a client
        self.begun = 0          # frames of which it saw a byte
        self.cuts = 0           # of connections, those of clients that were killed included
        self.kills = 0

    def __str__(self):
        return self.name

    def fates(self):
        """For each row: True stored, False not, None in doubt. Rows that are not reported were not sent."""
        told = [False] * len(self.bets)
        for first, last, fate in fates_in(self.err):
            told[first - 1:last] = [FATES[fate]] * (last - first + 1)
        return told


class ClientSequence:
    def __init__(self, folder, name, dialect, stream, window, environment=None):
        self.folder = os.path.join(folder, name)
        os.makedirs(self.folder)
        self.dialect, self.stream, self.window = dialect, stream, window
        self.environment = clean_environment(**(environment or {}))
        self.server = Server(self.folder, agencies=1, workers=1, dialect=dialect.name).start()
        self.relay = Relay()
        self.cases = []
        self.round = 1
        self.clients = 0

    # ---- What goes over the wire ---------------------------------------------------------------------------

    @property
    def is_single(self):
        return self.stream == "bets"

    def new_bets(self):
        """Two frames' worth; the last bet wins."""
        count = 2 if self.is_single else 4
        made = [wire.bet(1, name=b"A", surname=b"B") for _ in range(count)]
        return made[:-1] + [made[-1].but(number=wire.WINNING)]

    def frame_sizes(self):
        made = self.new_bets()
        if self.is_single:
            return [len(wire.encode_single(self.dialect, one, 0)) for one in made]
        return [len(wire.encode_batch(self.dialect, made[i:i + 2], 0)) for i in (0, 2)]

    def sizes(self):
        """Bytes that a whole exchange has, each way."""
        up, down = sum(self.frame_sizes()), 2
        if not self.is_single:
            up += len(wire.encode_finish(self.dialect, 1, 0)) + 1
            down += self.dialect.winners_size + 4
        return {UP: up, DOWN: down}

    # ---- Running ---------------------------------------------------------------------------------------------

    def new_case(self, name):
        case = Case(f"{self.dialect.name}, {self.stream}, window {self.window}: {name}", self.new_bets(), self.round)
        with open(os.path.join(self.folder, "agency.csv"), "wb") as file:
            file.write(rows(case.bets))
        self.cases.append(case)
        return case

    def client(self, case, *arguments, plan=(), file="agency.csv", environment=None):
        """Runs one to its end. Its connections are cut as planned; returns what is left of the plan."""
        form = ["--single"] if self.is_single else ["--batch", "2", "--winners", "-"]
        command = [program("sorteo-client"), "--agency", "1", "--server", f"127.0.0.1:{self.relay.ports['agency']}",
                   "--dialect", self.dialect.name, "--window", str(self.window), "--retry-pause", "0.004",
                   "--log-level", "CRITICAL", *form, *arguments, file]
        self.clients += 1
        plan = list(plan)
        process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=environment or self.environment)
        self.relay.run(process, self.server.ports[self.stream], plan)
        case.out, case.err = (stream.read().decode("utf-8", "replace") for stream in (process.stdout, process.stderr))
        process.stdout.close()
        process.stderr.close()
        case.status = process.returncode
        case.cuts += self.relay.cuts
        case.kills += case.status == -signal.SIGKILL
        case.answers += min(2 - case.answers, self.relay.went[DOWN])
        sizes = self.frame_sizes()
        case.begun = max(case.begun, sum(self.relay.came[UP] > sum(sizes[:i]) for i in range(2)))
        return plan

    def cut_case(self, name, plan, *arguments, resume=True, environment=None):
        """A client whose connections break; where it is killed, others follow that resume."""
        case = self.new_case(name)
        if resume:
            arguments += ("--resume", f"place-{len(self.cases)}")
        plan = self.client(case, *arguments, plan=plan, environment=environment)
        while case.status == -signal.SIGKILL:
            plan = self.client(case, *arguments, plan=plan)
        self.settle(case)
        return case

    def settle(self, case):
        """The next case finds a round of its own. A client in doubt has not finished; its operator does."""
        if self.is_single:
            return
        if case.status != DONE:
            peer = Peer(self.server, self.dialect)
            peer.store([wire.bet(1)])   # so that FINISH closes a round even if none of the case's bets is stored
            peer.finish()
            peer.winners()
            peer.receipt_and_leave()
        self.round += 1

    # ---- The comparison --------------------------------------------------------------------------------------

    def end(self):
        """Everything that is wrong."""
        self.relay.close()
        self.server.stop()
        contents = Contents(self.server.store)
        self.stored = collections.defaultdict(list)
        for round_, bet in contents.bets:
            self.stored[bet.document].append(round_)
        problems = [problem for case in self.cases for problem in self.look_at(case)]
        if not self.is_single:
            drawn, told = len(contents.drawn), len(draws_in(self.server))
            if not drawn == told == self.round - 1:
                problems.append(Problem(OTHER_ROUND,
                                        f"{drawn} rounds were drawn and {told} logged, not {self.round - 1}"))
        return problems

    def destroy(self):
        self.relay.close()
        self.server.destroy()

    def look_at(self, case):
        if case.status == DOUBT and not self.dialect.is_keyed:
            return list(self.look_at_doubt(case))
        if case.status != DONE:
            return [Problem(UNEXPECTED, f"{case}: status {case.status}: {case.err or case.out}")]
        return list(self.look_at_done(case))

    def look_at_done(self, case):
        """Each bet is stored once, in the case's round, and its winner was told."""
        for bet in case.bets:
            rounds = self.stored[bet.document]
            if not rounds:
                yield Problem(MISSING, f"{case}: document {bet.document}")
            if len(rounds) > 1:
                yield Problem(DOUBLED, f"{case}: document {bet.document} is stored {len(rounds)} times")
            if any(round_ != case.round for round_ in rounds):
                yield Problem(OTHER_ROUND, f"{case}: {rounds}, not {case.round}")
        if not self.is_single and case.out != f"{case.bets[-1].document}\n":
            yield Problem(WRONG_WINNERS, f"{case}: {case.out!r}")

    def look_at_doubt(self, case):
        """What is called stored is, what is called not sent is not, and in doubt is what was begun and not answered."""
        told = case.fates()
        in_frame = 1 if self.is_single else 2
        for bet, fate in zip(case.bets, told):
            count = len(self.stored[bet.document])
            if count > 1:
                yield Problem(DOUBLED, f"{case}: document {bet.document} is stored {count} times")
            if fate is not None and count != fate:
                yield Problem(TOLD_WRONGLY, f"{case}: document {bet.document} is stored {count} times, and told {told}")
        frames = [told[i:i + in_frame] for i in range(0, len(told), in_frame)]
        for number, frame in enumerate(frames):
            present = {bool(self.stored[bet.document]) for bet in case.bets[number * in_frame:(number + 1) * in_frame]}
            if len(present) > 1:
                yield Problem(PARTIAL, f"{case}: frame {number + 1}")
            yield from self.look_at_frame(case, number, frame)
        if None not in told:
            yield Problem(TOLD_WRONGLY, f"{case}: status {case.status}, and nothing is in doubt: {told}")

    def look_at_frame(self, case, number, frame):
        """A killed client may not have read an answer that came; any other has."""
        wanted = {None}
        if number < case.answers:
            wanted = {True, None} if case.kills else {True}
        elif number >= case.begun:  # handed to the kernel, perhaps, and lost there
            wanted = {False, None} if self.window > 1 or number == case.answers else {False}
        if set(frame) - wanted or len(set(frame)) > 1:
            yield Problem(TOLD_WRONGLY, f"{case}: frame {number + 1} is told {frame}, wanted {wanted}; "
                          f"{case.answers} answers, {case.begun} begun")
