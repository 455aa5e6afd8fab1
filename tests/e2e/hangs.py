"""What hangs: a committer that makes no progress is replaced, one that waits for its disk is waited for, and the
service manager hears of both. And what cannot be started is tried again, ever more seldom."""

import os
import shlex
import signal
import socket
import subprocess
import time

from server import UNIT, Failure, has_name, read_text, wait_for, wait_turns
from wire import bets
from world import Skip, case

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "unlucky.c")


def unlucky(world, **variables):
    """The environment of a server with that C library (unlucky.c)."""
    library = os.path.join(world.folder, "unlucky.so")
    compiler = shlex.split(os.environ.get("CC", "cc"))
    made = subprocess.run([*compiler, "-shared", "-fPIC", "-D_GNU_SOURCE", "-o", library, SOURCE], capture_output=True,
                          text=True, check=False)
    if made.returncode != 0:
        raise Skip(f"unlucky.c cannot be compiled here: {made.stderr.splitlines()[-1]}")
    return {"LD_PRELOAD": library, "ASAN_OPTIONS": "verify_asan_link_order=0", **variables}


def touch(path):
    with open(path, "a", encoding="ascii"):
        pass


class Manager:
    """A service manager's socket."""

    def __init__(self, world):
        self.path = os.path.join(world.folder, "manager")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.setblocking(False)
        self.heard = []

    def has_heard(self, assignment, count=1):
        """So often, since the last call that was answered with yes."""
        while True:
            try:
                self.heard += self.socket.recv(4096).decode().split("\n")
            except BlockingIOError:
                break
        heard = sum(line.startswith(assignment) for line in self.heard) >= count
        if heard:
            self.heard = []
        return heard

    def expect(self, assignment, count=1):
        wait_for(lambda: self.has_heard(assignment, count), f"{assignment} to be told to the service manager")


# ---- The committer ------------------------------------------------------------------------------------------

@case(seconds=60, heart=True)
def committer_that_makes_no_progress_is_replaced(world):
    world.serve(hang_timeout=2)
    world.peer().store()
    world.server.settle()
    stuck = world.server.committer()
    os.kill(stuck, signal.SIGSTOP)
    wait_for(lambda: stuck not in world.server.children(), "the stuck committer to be replaced")
    wait_for(world.server.committer, "another committer")
    world.peer().store()
    if not world.server.log("process_ended", process="committer", reason="no progress for 2 seconds"):
        raise Failure("the log does not say why the committer was replaced")


@case(seconds=60, long=True)
def idle_committer_is_not_replaced(world):
    world.serve(hang_timeout=2)
    committer = world.server.committer()
    time.sleep(5)
    if world.server.committer() != committer:
        raise Failure("the committer was replaced though it had nothing to do")


@case(seconds=120, long=True)
def disk_that_stalls_is_reported_and_waited_for(world):
    """For several times as long as anything else may hang; no connection is lost by it."""
    stall = os.path.join(world.folder, "stall")
    manager = Manager(world)
    world.serve(hang_timeout=2, environment={**unlucky(world, SORTEO_STALL=stall), "NOTIFY_SOCKET": manager.path})
    manager.expect("READY=1")
    waiting, other = world.peer(), world.peer(2)
    other.store()
    committer = world.server.committer()
    touch(stall)
    waiting.send_batch(bets(2))
    world.server.wait_log("store", count=3, result="in_progress")
    manager.expect("STATUS=Waiting for the store's disk since ")
    os.remove(stall)
    waiting.expect_answer(0)
    world.server.wait_log("store", result="success")
    manager.expect("STATUS=Serving")
    other.store()
    if world.server.committer() != committer or world.server.log("process_ended"):
        raise Failure("a process was replaced")


@case(seconds=120, long=True)
def committer_that_comes_back_from_a_stalled_disk_has_its_time_again(world):
    """Its last sign of life is old when the disk answers."""
    stall = os.path.join(world.folder, "stall")
    world.serve(hang_timeout=2, environment=unlucky(world, SORTEO_STALL=stall))
    committer = world.server.committer()
    for _ in range(5):
        touch(stall)
        peer = world.peer()
        said = len(world.server.log("store", result="in_progress"))
        peer.send_batch(bets(2))
        world.server.wait_log("store", result="in_progress", count=said + 1)
        os.remove(stall)
        peer.expect_answer(0)
    if world.server.committer() != committer:
        raise Failure("the committer was replaced")


# ---- The service manager ------------------------------------------------------------------------------------

@case(seconds=60)
def service_manager_hears_that_the_server_is_ready_alive_and_stopping(world):
    manager = Manager(world)
    world.serve(environment={"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "400000"})
    manager.expect("READY=1")
    manager.expect("WATCHDOG=1", count=5)
    manager.expect("WATCHDOG=1", count=5)
    world.server.stop()
    manager.expect("STOPPING=1")
    unit = read_text(UNIT).splitlines()
    deaf = [line for line in ("Type=notify", "NotifyAccess=main", "WatchdogSec=30") if line not in unit]
    if deaf:
        raise Failure(f"the unit lacks {deaf}")


@case(seconds=60)
def watchdog_of_another_process_is_not_fed(world):
    manager = Manager(world)
    world.serve(hang_timeout=3,         # so that the supervisor often hears from its children
                environment={"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "200000", "WATCHDOG_PID": "1"})
    manager.expect("READY=1")
    time.sleep(1)
    wait_turns(world.server.process.pid, 2)
    if manager.has_heard("WATCHDOG=1"):
        raise Failure("WATCHDOG=1 was told, though the manager waits for another process's")


@case(seconds=60, long=True)
def service_manager_gives_a_store_the_time_to_open(world):
    manager = Manager(world)
    stall = os.path.join(world.folder, "stall")
    touch(stall)
    server = world.server = world.add_server(environment=unlucky(world, SORTEO_STALL=stall, NOTIFY_SOCKET=manager.path))
    server.launch()
    manager.expect("EXTEND_TIMEOUT_USEC=", count=3)
    if manager.has_heard("READY=1"):
        raise Failure("ready before the store was open")
    os.remove(stall)
    wait_for(lambda: server.is_listening({"agency", "bets"}), "the server to listen")
    manager.expect("READY=1")


# ---- What cannot be started ---------------------------------------------------------------------------------

@case(seconds=60, long=True)
def process_that_cannot_be_forked_is_tried_ever_more_seldom(world):
    """Between two tries passes at least the time of the back-off, which doubles; it may be more."""
    no_fork = os.path.join(world.folder, "no-fork")
    world.serve(agencies=1, workers=1, environment=unlucky(world, SORTEO_NO_FORK=no_fork))
    world.peer().store()
    touch(no_fork)
    os.kill(world.server.workers()[0], signal.SIGKILL)
    expect_tries(world, no_fork, "worker", 5)
    os.remove(no_fork)
    world.peer().store()


@case(seconds=120)
def no_role_that_cannot_be_forked_is_tried_without_a_pause(world):
    """One after the other; while one is missing nothing else is started, so that all tries are its own."""
    no_fork = os.path.join(world.folder, "no-fork")
    world.serve(agencies=1, workers=1, observe="127.0.0.1:0", metrics_file=os.path.join(world.folder, "metrics"),
                environment=unlucky(world, SORTEO_NO_FORK=no_fork))
    for role, name in (("committer", "sorteo-commit"), ("acceptor", "sorteo-accept"), ("observer", "sorteo-observe"),
                       ("recorder", "sorteo-record")):
        world.expect_bets_taken()
        touch(no_fork)
        os.kill(child_named(world, name), signal.SIGKILL)
        expect_tries(world, no_fork, role, 4)
        os.remove(no_fork)
        wait_for(lambda: child_named(world, name), f"the next {role}")  # noqa: B023
    world.expect_bets_taken()


@case(seconds=90)
def connections_of_a_worker_that_cannot_be_replaced_are_passed_on(world):
    """Once it was reaped, not when there is another in its place."""
    no_fork = os.path.join(world.folder, "no-fork")
    world.serve(workers=2, hang_timeout=600, environment=unlucky(world, SORTEO_NO_FORK=no_fork))
    victim = world.server.workers()[0]
    os.kill(victim, signal.SIGSTOP)
    peers = [world.peer(agency) for agency in (1, 2)]
    for peer in peers:
        peer.send_batch(bets(1, peer.agency))
    world.server.settle(beside_stopped=True)    # one of them was passed to the worker that stands still
    touch(no_fork)
    os.kill(victim, signal.SIGKILL)
    for peer in peers:
        peer.expect_answer(0)
    os.remove(no_fork)


def child_named(world, name):
    return next((pid for pid in world.server.children() if has_name(pid, name)), None)


def expect_tries(world, no_fork, role, count):
    """The log says of each that it failed, and the pauses between them double."""
    tries = wait_for(lambda: tries_of(no_fork, count), f"{count} tries to start a process")
    pauses = [later - earlier for earlier, later in zip(tries, tries[1:])]
    for pause, least in zip(pauses, (200, 400, 800, 1600)):
        if pause < least:
            raise Failure(f"{role}: pauses of {pauses} ms between the tries, wanted at least 200, 400, 800, 1600")
    world.server.wait_log("start_process", count, result="fail", process=role)


def tries_of(path, count):
    lines = read_text(path).split("\n")[:-1]
    return [int(line) for line in lines] if len(lines) >= count else None
