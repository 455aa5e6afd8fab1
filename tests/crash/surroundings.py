#!/usr/bin/env python3
"""What a server stands on gives way: a disk that is full, a clock that jumps, no memory, no descriptors, another store.

usage: surroundings.py [--long] [--seed N]

Each time the log says what is wrong, peers get the right answer or none, and when the cause is gone the same server
goes on, or another one starts; then the store is compared with what was answered. The long form is the same with more
limits. Control: a disk that loses what it took and never says so.
"""

import contextlib
import os
import resource
import shutil
import subprocess
import sys
import time

from rig import Rig
from crash import fill_store, finishes, stores_again
from server import Failure, program, wait_for
from wire import KEYED, WIDE, WINNING, bets, encode_batch_head, new_key
from world import STAY, World

SMALL_DISK, LARGER_DISK = "2m", "64m"
FEW_DESCRIPTORS = range(4, 40, 6)
FEW_DESCRIPTORS_LONG = range(4, 40)     # with 3 no program starts
LITTLE_MEMORY_MB = 160
SOON = 60.0


@contextlib.contextmanager
def small_disk(world):
    """A file system of its own in the world's folder. Its name there."""
    folder = os.path.join(world.folder, "disk")
    os.mkdir(folder)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "sorteo", folder], check=True)
    try:
        yield folder
    finally:
        for server in world.servers:
            server.destroy()
        subprocess.run(["umount", folder], check=True)


def enlarge(folder):
    subprocess.run(["mount", "-o", f"remount,size={LARGER_DISK}", folder], check=True)


def expect_said(server, *hints):
    """One of these stands in a line that tells of a failure, or soon will: answers may come first."""
    def reasons():
        return {line.get("reason", "") for line in server.log(result="fail")}
    try:
        wait_for(lambda: any(hint in reason for hint in hints for reason in reasons()), f"a line that says {hints}")
    except Failure as failure:
        raise Failure(f"{failure}; the log says {sorted(reasons())}") from None


# ---- The disk -------------------------------------------------------------------------------------------------

def full_disk_is_named_and_the_server_goes_on_when_there_is_room(world):
    with small_disk(world) as folder:
        world.serve(store="disk/bets.db")
        winning = bets(2, number=WINNING)
        waiting = world.reach_waiting(bets=winning)
        fill_store(world, 2)
        expect_said(world.server, "disk is full", "No space left")
        waiting.expect_silence()
        enlarge(folder)
        wait_for(lambda: finishes(world, 2), "agency 2 to finish", SOON)
        waiting.expect_winners(winning)
        waiting.receipt_and_leave()
        world.expect_bets_taken()
        world.conclude()


def start_on_a_full_disk_is_refused_and_works_when_there_is_room(world):
    with small_disk(world) as folder:
        world.serve(store="disk/bets.db")
        for _ in range(10):     # more than the pages hold that the file has already
            world.peer().store(bets(100))
        world.server.kill()
        with contextlib.suppress(OSError), open(os.path.join(folder, "ballast"), "wb", buffering=0) as ballast:
            while True:
                ballast.write(bytes(4096))
        world.server.launch()
        if world.server.wait_exit(SOON) == 0:
            raise Failure("it left with status 0")
        expect_said(world.server, "full", "No space left")
        os.unlink(os.path.join(folder, "ballast"))
        world.server.start()
        world.peer().store()
        world.conclude()


def replaced_store_is_served_as_it_is_and_the_old_one_comes_back_whole(world):
    """The other one is of the same number of agencies, in its second round."""
    world.serve()
    world.reach_second_round()
    world.close_peers()
    world.server.stop()
    other = World(world.dialect, STAY)
    try:
        other.serve()
        other.reach_waiting(bets=bets(3)).reset()
        other.server.stop()
        kept = world.server.store + ".kept"
        os.rename(world.server.store, kept)
        shutil.copyfile(other.server.store, world.server.store)
    finally:
        other.clean()
    world.server.start()
    world.expect_bets_refused()      # as the other one waits
    world.server.stop()
    os.replace(kept, world.server.store)
    world.server.start()
    world.peer().store()
    world.conclude()


# ---- The clock ------------------------------------------------------------------------------------------------

def failing_libc(what):
    return {"LD_PRELOAD": program("failing_libc.so"), "SORTEO_LIBC_FAULT": what}


def clock_that_jumps_changes_nothing_but_the_times_in_the_log(world):
    """Ten years forth and back, by turns, each time that somebody asks for the time of day."""
    world.serve(environment=failing_libc("clock:1+"), first_byte_timeout=0.6, idle_timeout=600, untaken_timeout=600,
                workers=1)
    began = time.monotonic()
    idle = world.peer()
    winners = world.reach_second_round(bets=bets(3, number=WINNING))
    if len(winners) != 3:
        raise Failure(f"{len(winners)} winners")
    idle.expect_closed()
    if time.monotonic() - began < 0.5:
        raise Failure(f"a deadline of 0.6 s came after {time.monotonic() - began:.1f} s")
    world.peer().store()
    years = {line[:4] for line in world.server.text().splitlines()}
    if len(years) < 2:
        raise Failure("the clock has not jumped")
    world.conclude()


# ---- Memory and descriptors ------------------------------------------------------------------------------------

def limited(what, limit):
    return lambda: resource.setrlimit(what, (limit, limit))


def peers_that_ask_for_more_memory_than_there_is_harm_nobody_else(world):
    """Each claims a frame of a size that the limits allow and memory does not, and sends as much as is read."""
    world.serve(workers=1, max_frame=200_000_000, max_unfinished=4_000_000_000,
                preexec=limited(resource.RLIMIT_AS, LITTLE_MEMORY_MB << 20))
    working = world.peer()
    working.store()
    greedy = [world.peer(2) for _ in range(3)]
    for peer in greedy:
        feed(peer)
    expect_said(world.server, "memory")
    working = world.peer()
    working.store()
    for peer in greedy:
        peer.reset()
    wait_for(lambda: stores_again(world), "the server to have memory again", SOON)
    if not world.server.is_running():
        raise Failure("the server left")
    world.conclude()


def feed(peer):
    """Sends bets of a large batch, without its end, until no more are accepted."""
    peer.socket.settimeout(5)
    with contextlib.suppress(OSError, Failure):
        peer.socket.sendall(encode_batch_head(peer.dialect, 65535, new_key()))
        bet = bytes([2]) + (1000).to_bytes(2, "big") + b"n" * 1000 + (1000).to_bytes(2, "big") + b"s" * 1000 + bytes(
            4) + b"1999-03-17" + bytes(2)
        for _ in range(60):
            peer.socket.sendall(bet * 500)


def few_descriptors_are_enough_or_named(world, count):
    """With so few descriptors a server works, or leaves and says why."""
    world.compares = False
    server = world.server = world.add_server(preexec=limited(resource.RLIMIT_NOFILE, count))
    server.launch()
    with contextlib.suppress(Failure):
        wait_for(lambda: has_left(server) or is_open(server), "the start", within=3)
    wait_for(lambda: has_left(server) or is_open(server) or server.log(result="fail"), "the start, or a reason", SOON)
    if has_left(server):
        if server.process.returncode == 0:
            raise Failure("it left with status 0")
        if "descriptors" not in server.text() and "open files" not in server.text():
            raise Failure("it left and did not say that it has no descriptors")
        return
    if is_open(server):
        wait_for(lambda: stores_again(world), "a batch to be stored", SOON)
    else:
        expect_said(server, "open files", "descriptors")
    server.process.terminate()
    server.wait_exit()
    server.expect_no_process()


def has_left(server):
    return not server.is_running()


def is_open(server):
    """Both streams. A line that one could not be opened is no such line, though the server may still be running."""
    with contextlib.suppress(Failure):      # it has left
        return server.is_listening({"agency", "bets"})
    return False


# ---- Control ----------------------------------------------------------------------------------------------------

def control_of_the_comparison(world):
    world.serve(environment=failing_libc("hidden-loss:30+"))
    for _ in range(30):
        world.peer().store()
    world.server.kill()
    world.server.environment = {}
    world.server.start()
    world.conclude()


# ---- All of it -----------------------------------------------------------------------------------------------------

def problems_of(function, dialect, *arguments):
    world = World(dialect, STAY)
    try:
        function(world, *arguments)
    except Failure as failure:
        logs = [line for server in world.servers for line in server.text().splitlines()[-15:]]
        return [failure, *logs]
    finally:
        world.clean()
    return []


def can_mount():
    folder = os.path.join("/tmp", f"sorteo-mount-{os.getpid()}")
    os.mkdir(folder)
    try:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "sorteo", folder], capture_output=True,
                                 check=False)
        if mounted.returncode == 0:
            subprocess.run(["umount", folder], check=True)
        return mounted.returncode == 0
    except FileNotFoundError:
        return False
    finally:
        os.rmdir(folder)


def main():
    rig = Rig(__doc__)
    mounts = can_mount()
    for function in (full_disk_is_named_and_the_server_goes_on_when_there_is_room,
                     start_on_a_full_disk_is_refused_and_works_when_there_is_room):
        if mounts:
            rig.expect(function.__name__, problems_of(function, KEYED))
        else:
            rig.skip(function.__name__, "a small file system cannot be mounted here (it takes root)")
    for function in (replaced_store_is_served_as_it_is_and_the_old_one_comes_back_whole,
                     clock_that_jumps_changes_nothing_but_the_times_in_the_log,
                     peers_that_ask_for_more_memory_than_there_is_harm_nobody_else):
        rig.expect(function.__name__, problems_of(function, WIDE))
    for count in FEW_DESCRIPTORS_LONG if rig.long else FEW_DESCRIPTORS:
        rig.expect(f"{count}_descriptors_are_enough_or_named",
                   problems_of(few_descriptors_are_enough_or_named, WIDE, count))
    rig.expect_red("control_disk_that_loses_what_it_took", problems_of(control_of_the_comparison, WIDE))
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
