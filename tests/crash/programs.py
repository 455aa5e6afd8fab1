"""An agency whose bets are sent by sorteo-client: a run for each round, started again with its --resume file after a
kill.

In `keyed`, where each bet must be stored exactly once, whichever process dies. Knows nothing about frames.
"""

import os
import signal
import subprocess

import rig  # noqa: F401  the path to the next ones
import over_tls
import wire
from agencies import Agency
from client import rows
from fault_orders import FaultOrders
from server import clean_environment, program

BETS_OF_A_BATCH = 3
RETRY_FOR_S = "3600"    # for ever: on a busy machine a server that is killed again and again answers seldom
RETRY_PAUSE_S = "0.01"


class ProgramAgency(Agency):
    def __init__(self, number, address, book, seed, folder):
        self.folder = os.path.join(folder, f"client-{number}")
        os.mkdir(self.folder)
        self.orders = FaultOrders(os.path.join(self.folder, "orders"))
        self.process = None
        self.killed = 0
        self.forgets_its_place = False  # for a control
        super().__init__(number, address, book, seed)

    # ---- A round -------------------------------------------------------------------------------------------

    def path(self, name):
        return os.path.join(self.folder, f"{name}-{self.round}")

    def open_round(self, number):
        self.round = number
        self.bets = [wire.bet(self.number, self.random.choice((wire.WINNING, wire.LOSING, wire.LOSING)))
                     for _ in range(self.random.randint(1, 8 * BETS_OF_A_BATCH))]
        self.frames = [self.bets[place:place + BETS_OF_A_BATCH] for place in range(0, len(self.bets), BETS_OF_A_BATCH)]
        with open(self.path("bets"), "wb") as file:
            file.write(rows(self.bets))
        for frame in self.frames:
            self.book.send(self.number, number, frame)

    def servers(self):
        return f"127.0.0.1:{self.address.ports['agency']}"

    def arguments(self):
        return [program("sorteo-client"), "--agency", str(self.number), "--dialect", self.dialect.name,
                "--server", self.servers(), "--batch", str(BETS_OF_A_BATCH),
                "--window", str(self.random.choice((1, 3))), "--retry-for", RETRY_FOR_S, "--retry-pause", RETRY_PAUSE_S,
                "--resume", self.path("place"), "--winners", self.path("winners"), self.path("bets")]

    def run_client(self):
        """Its exit status. What it says is kept."""
        with open(os.path.join(self.folder, "said"), "ab") as said:
            self.process = subprocess.Popen(self.arguments(), stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                                            cwd=self.folder, env=clean_environment(**over_tls.client_environment(),
                                                                  **self.orders.environment()))
        if self.stopping.is_set():
            self.break_connections()
        return self.process.wait()

    def work_round(self):
        status = self.run_client()
        if self.stopping.is_set() and status != 0:
            return self.doubt()
        if status == -signal.SIGKILL:
            self.killed += 1
            if self.forgets_its_place and os.path.exists(self.path("place")):
                os.unlink(self.path("place"))
            return None
        if status != 0:
            with open(os.path.join(self.folder, "said"), encoding="utf-8", errors="replace") as said:
                self.problems.append(f"agency {self.number}, round {self.round}: the client ended with {status}: "
                                     + " / ".join(said.read().splitlines()[-5:]))
            return self.doubt()
        for frame in self.frames:
            self.book.answered(frame, 0)
        with open(self.path("winners"), encoding="ascii") as winners:
            self.book.tell(self.number, self.round, [int(line) for line in winners])
        return self.open_round(self.round + 1)

    def doubt(self):
        for frame in self.frames:
            self.book.unanswered(frame)

    # ---- From other threads --------------------------------------------------------------------------------

    def break_connections(self):
        """They are the client's own: it is killed instead. False: there was none."""
        if self.process is None or self.process.poll() is not None:
            return False
        try:
            self.process.kill()
        except ProcessLookupError:
            return False
        return True

    def lose_connections(self):
        """It holds none."""
