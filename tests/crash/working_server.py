"""A working server with agencies that never give up, and ways to kill, stop and starve its processes.

Every kill here is recorded, so that a process that exits for no reason, an orphan or a leftover file is noticed. The
audit checks the bets.
"""

import os
import signal
import subprocess
import time

import rig  # noqa: F401  the path to the next ones
from agencies import Address, Agency, Crowd
from audit import Audit, Book, Contents, draws_in
from fault_orders import FaultOrders
from programs import ProgramAgency
from server import PATIENCE, Failure, Server, clean_environment, free_port, has_name, program, wait_for

AGENCIES = 3
WORKERS = 2
REACHED_WITHIN = 1.0    # seconds for a process to come to a point


def sync_folder(path):
    folder = os.open(path, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


class WorkingServer:
    def __init__(self, folder, number, dialect, random, environment=None, agencies=AGENCIES, store_below=None,
                 programs=0, has_csv=False):
        """`programs`: so many of the agencies send by sorteo-client. `store_below`: the folder for the store's folder,
        where it is not the one of all the rest. `has_csv`: the bets are kept in a file of rows, too."""
        self.folder = os.path.join(store_below or folder, f"working-{number}")
        self.log_folder = os.path.join(folder, f"working-{number}.log")
        os.mkdir(self.folder)
        sync_folder(os.path.dirname(self.folder))   # it is not the server's to keep
        os.mkdir(self.log_folder)
        self.random = random
        self.book = Book(dialect)
        self.orders = FaultOrders(os.path.join(self.log_folder, "orders"))
        self.address = address = Address(free_port(), free_port())
        self.server = Server(self.log_folder, environment={**self.orders.environment(), **(environment or {})},
                             agencies=agencies, workers=WORKERS, dialect=dialect.name,
                             draw_piece=random.choice((1, 2, 32768)),    # so that draws take many steps, or one
                             hang_timeout=600,      # a hang must show, not be hidden by a replacement
                             listen=f"127.0.0.1:{address.ports['agency']}",
                             bet_listen=f"127.0.0.1:{address.ports['bets']}")
        self.server.store = self.server.options["store"] = os.path.join(self.folder, "bets.db")
        self.csv = os.path.join(self.log_folder, "rows", "bets.csv") if has_csv else None
        if has_csv:
            os.mkdir(os.path.dirname(self.csv))
            self.server.options["csv"] = self.csv
        self.programs = [ProgramAgency(agency, address, self.book, random.randrange(1 << 32), self.log_folder)
                         for agency in range(1, programs + 1)]
        self.crowd = Crowd(self.programs + [Agency(agency, address, self.book, random.randrange(1 << 32))
                                            for agency in range(programs + 1, agencies + 1)])
        for agency in self.crowd.agencies:
            agency.winners_within = PATIENCE
        self.problems = []
        self.asked_to_stop = False

    # ---- Start and end of it all ---------------------------------------------------------------------------

    def __enter__(self):
        self.launch()
        self.wait_whole()
        self.server.settle()    # the committer may not yet have heard of the last worker
        self.calm_descriptors = self.descriptors()
        self.crowd.start()
        return self

    def __exit__(self, *error):
        self.orders.withdraw()
        self.problems += self.crowd.halt()
        late = self.crowd.count("late")
        if late:
            self.problems.append(f"{late} answers or winners did not come in {PATIENCE:g} s")
        self.server.destroy()

    def launch(self):
        self.asked_to_stop = False
        self.server.launch()

    # ---- Its processes -------------------------------------------------------------------------------------

    def pid_of(self, role):
        """A process of that role, or None: where one was ended, the next may not be there yet."""
        if role == "supervisor":
            return self.server.process.pid if self.server.is_running() else None
        children = self.server.children()
        if role == "committer":
            return next((pid for pid in children if self.server.has_store_open(pid)), None)
        if role == "acceptor":
            return self.server.acceptor()
        workers = [pid for pid in children if has_name(pid, "sorteo-worker")]
        return self.random.choice(workers) if workers else None

    def end(self, role):
        """SIGKILL for a process of that role. False if there was none."""
        pid = self.pid_of(role)
        if pid is None:
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def end_all(self):
        """Like a crash of the machine, except that the kernel survives."""
        self.server.kill()

    def wait_whole(self):
        def is_whole():
            self.tend()
            return len(self.server.children()) == WORKERS + 2 and self.pid_of("committer")
        wait_for(is_whole, "the pool to be whole")

    def wait_obeyed(self, orders=None):
        """The process that took the signal which was ordered; 0: none came to that point."""
        orders = orders or self.orders
        deadline = time.monotonic() + REACHED_WITHIN
        while not orders.obeyed_by() and time.monotonic() < deadline:
            time.sleep(0.002)
        orders.withdraw()
        if not orders.obeyed_by():
            time.sleep(0.02)    # for one whose turn had come
        return orders.obeyed_by()

    def tend(self):
        """If the server has exited: was there a reason, and have all its processes ended? Then it starts again."""
        if self.orders.obeyed_by() == self.server.process.pid:
            self.server.process.wait()
        if self.server.is_running():
            return
        status = self.server.process.returncode
        if not self.may_have_left_with(status):
            self.problems.append(f"the server left with status {status}")
        try:
            self.server.expect_no_process()
        except Failure as failure:
            self.problems.append(f"after status {status}: {failure}")
            self.server.destroy()
        self.launch()

    def may_have_left_with(self, status):
        if status == 1:
            return self.asked_to_stop or self.server.has_given_up()
        return status == -signal.SIGKILL or (status == 0 and self.asked_to_stop)

    # ---- In the end ----------------------------------------------------------------------------------------

    def expect_recovery(self):
        """Every agency completes another round, and no more descriptors are open than before."""
        self.tend()
        try:
            self.crowd.expect_rounds(self.tend)
            self.wait_whole()
            self.expect_few_descriptors()
        except Failure as failure:
            self.problems.append(str(failure))

    def descriptors(self):
        """How many the supervisor and the committer have open."""
        return [len(os.listdir(f"/proc/{pid}/fd")) for pid in (self.server.process.pid, self.pid_of("committer"))]

    def expect_few_descriptors(self):
        """No more than before anyone died, or connected."""
        try:
            wait_for(lambda: all(now <= calm for now, calm in zip(self.descriptors(), self.calm_descriptors)),
                     "descriptors to be closed")
        except Failure:
            self.problems.append(f"supervisor and committer have {self.descriptors()} descriptors, "
                                 f"in the beginning {self.calm_descriptors}")

    def stop(self):
        try:
            self.server.stop()
        except Failure as failure:
            self.problems.append(f"at the end: {failure}")
            self.server.destroy()
        self.problems += [f"a process died of its own: {line}"
                          for line in self.server.log("process_ended", since_start=False)
                          if "signal" in line and line["signal"] != "9"]
        left = sorted(set(os.listdir(self.folder)) - {"bets.db"})
        if left:
            self.problems.append(f"left beside the store: {', '.join(left)}")
        if self.csv:
            self.compare_rows()

    def compare_rows(self):
        """After a stop in order the file of rows has what the store has."""
        exported = subprocess.run([program("sorteo"), "export", "--store", self.server.store], capture_output=True,
                                  env=clean_environment(), timeout=PATIENCE, check=False).stdout
        with open(self.csv, "rb") as rows:
            if rows.read() != exported:
                self.problems.append("the file of rows is not what the store has")

    def audit(self, totals):
        contents = Contents(self.server.store)
        problems = Audit(contents, self.book, draws_in(self.server)).run()
        totals.add(self.book, contents, problems)
        return problems
