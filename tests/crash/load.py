#!/usr/bin/env python3
"""Crowds: idle connections, half frames, peers without manners, and agencies that work in the middle of it.

usage: load.py [--long] [--seed N]

What an idle connection costs in memory, what a crowd of them costs the five agencies that work, and whether memory and
descriptors stay what they were while 255 agencies work among bad peers and connections and workers that die. The long
form has 10,000 idle connections and 1,000 half frames. Controls: a leaked descriptor, memory that grows, connections
that are not idle.
"""

import contextlib
import functools
import os
import re
import select
import signal
import statistics
import sys
import tempfile
import time

from rig import Rig
from agencies import Address, Agency, Crowd
from audit import Audit, Book, Contents, Totals, draws_in
from crowding import Idlers, Mob, raise_descriptors
from client import Client, write_file
from limits import descriptors
from peer import Peer
from server import Server, group_members, read_text, wait_for
from wire import KEYED, WIDE, bets, encode_batch

IDLE_BYTES_MOST = 2048          # of the server's memory, for a connection that says nothing
SLOWER_MOST = 2.0               # times, with the whole crowd there
GROWTH_MOST = 1.25              # of memory, from the middle of a soak to its end
GROWTH_SLACK_KB = 4096
STORE_CACHE_KB = 17500          # the most that the committer keeps of the store in memory
BETS_THAT_FILL_IT = 400000
PATIENT = {"first_byte_timeout": 3600, "frame_timeout": 3600, "untaken_timeout": 3600, "max_connections": 20000,
           "max_per_address": 20000, "bet_listen": None}


@contextlib.contextmanager
def serving(**options):
    with tempfile.TemporaryDirectory(prefix="sorteo-load-") as folder:
        server = Server(folder, **options)
        try:
            yield server.start()
        finally:
            server.destroy()


def memory_kb(server):
    """Of each of its processes, what is its own."""
    found = {pid: re.search(r"^RssAnon:\s+(\d+)", read_text(f"/proc/{pid}/status"), re.M)
             for pid in group_members(server.process.pid)}
    return {pid: int(match[1]) for pid, match in found.items() if match}


def total_kb(server):
    return sum(memory_kb(server).values())


# ---- What a connection costs ------------------------------------------------------------------------------------

def bytes_each(server, count, first=b""):
    server.settle()
    before, held = total_kb(server), descriptors(server)
    idlers = Idlers(server.ports["agency"], count, first)
    wait_for(lambda: descriptors(server) >= held + count, f"{count} connections to be accepted", 60)
    server.settle()
    grown = total_kb(server) - before
    idlers.leave()
    wait_for(lambda: descriptors(server) <= held, "them to be gone", 60)
    return grown * 1024 / count


def too_dear(each):
    return [f"{each:.0f} bytes for a connection, {IDLE_BYTES_MOST} at the most"] if each > IDLE_BYTES_MOST else []


def measure_memory(rig, count):
    with serving(agencies=5, workers=5, **PATIENT) as server:
        idle = bytes_each(server, count)
        again = bytes_each(server, count)
    with serving(agencies=5, workers=5, **PATIENT) as server:
        half = bytes_each(server, count // 10, encode_batch(WIDE, bets(2), 0)[:40])
    with serving(agencies=5, workers=5, **PATIENT) as server:
        full = bytes_each(server, count // 10, encode_batch(WIDE, bets(100), 0)[:-1])
    rig.figures("memory", connections=count, bytes_each_idle=f"{idle:.0f}", bytes_each_the_second_time=f"{again:.0f}",
                bytes_each_half_frame=f"{half:.0f}", bytes_each_of_the_control=f"{full:.0f}")
    rig.expect("idle_connection_costs_little_memory", too_dear(idle))
    rig.expect_red("control_connections_that_hold_half_a_batch", too_dear(full))


# ---- What a crowd costs those who work ----------------------------------------------------------------------------

class Place:
    """What Client wants of a world."""

    def __init__(self, folder, server):
        self.folder, self.server, self.dialect = folder, server, WIDE


def round_seconds(place, rows):
    """Five clients, from the first one's start to the last one's end."""
    for agency in range(1, 6):
        write_file(place, bets(rows, agency), f"agency-{agency}.csv")
    began = time.monotonic()
    clients = [Client(place, f"agency-{agency}.csv", agency=agency) for agency in range(1, 6)]
    for client in clients:
        client.expect_done()
    return time.monotonic() - began


def measure_slowdown(rig, idle, half, rows, pairs):
    alone, crowded = [], []
    with (tempfile.TemporaryDirectory(prefix="sorteo-load-") as folder,
          serving(agencies=5, workers=5, **PATIENT) as server):
        place = Place(folder, server)
        round_seconds(place, rows)      # the first one, which finds everything cold, does not count
        for _ in range(pairs):
            alone.append(round_seconds(place, rows))
            held = descriptors(server)
            crowd = [Idlers(server.ports["agency"], idle),
                     Idlers(server.ports["agency"], half, encode_batch(WIDE, bets(2), 0)[:40])]
            wait_for(lambda: descriptors(server) >= held + idle + half, "the crowd to be accepted", 60)
            crowded.append(round_seconds(place, rows))
            for idlers in crowd:
                idlers.leave()
            wait_for(lambda: descriptors(server) <= held, "the crowd to be gone", 60)
    ratio = statistics.median(crowded) / statistics.median(alone)
    rig.figures("five agencies", idle=idle, half_frames=half, bets=5 * rows, pairs=pairs,
                alone=f"{statistics.median(alone):.2f} s", crowded=f"{statistics.median(crowded):.2f} s",
                ratio=f"{ratio:.2f}")
    # Time is no test on a machine that does other things, but in the long form the bound is wide enough.
    rig.expect("agencies_work_on_in_a_crowd",
               [f"{ratio:.2f} times as long"] if rig.long and ratio >= SLOWER_MOST else [])


# ---- A soak ----------------------------------------------------------------------------------------------------------

def grown(middle, end, committer=None):
    """Of each process that is there at both times. The committer may still be filling its cache."""
    usual = {pid: max(kb, STORE_CACHE_KB) if pid == committer else kb for pid, kb in middle.items()}
    return [f"process {pid}: {end[pid]} kB at the end, {middle[pid]} in the middle"
            for pid in middle.keys() & end.keys()
            if end[pid] > usual[pid] * GROWTH_MOST + GROWTH_SLACK_KB]


def measure_cache(rig):
    """So that what a soak allows the committer is known to be the most."""
    with serving(agencies=1, workers=1, bet_listen=None) as server:
        peer = Peer(server, WIDE)
        kb = []
        for _ in range(2):
            for _ in range(BETS_THAT_FILL_IT // 2000):
                peer.store(bets(2000))
            kb.append(memory_kb(server)[server.committer()])
        peer.close()
    rig.figures("kB of the committer", bets=BETS_THAT_FILL_IT, full=kb[0], after_as_many_again=kb[1])
    rig.expect("committer_keeps_no_more_of_the_store_than_its_cache",
               [f"{kb} kB, {STORE_CACHE_KB} at the most"]
               if max(kb) > STORE_CACHE_KB * 1.05 or kb[1] > kb[0] * 1.05 else [])


def by_role(server, memory):
    """As text: the supervisor's, the committer's, each worker's."""
    first = [server.process.pid, server.committer()]
    return " ".join(str(memory.get(pid, "?")) for pid in first + sorted(memory.keys() - set(first)))


def leaked(before, after):
    return [f"{after} descriptors, were {before}"] if after > before else []


def disturb(rig, server, crowd, seconds):
    """Breaks connections at random, and a worker now and then, so seldom that the server does not give up. How many."""
    until, next_kill = time.monotonic() + seconds, time.monotonic() + 1
    broken = killed = 0
    while time.monotonic() < until:
        time.sleep(rig.random.random() * 0.1)
        rig.random.choice(crowd.agencies).break_connections()
        broken += 1
        if time.monotonic() > next_kill:
            os.kill(rig.random.choice(server.workers()), signal.SIGKILL)
            killed += 1
            next_kill += 10
    return broken, killed


def is_closed(peer):
    try:
        return bool(select.select([peer.socket], [], [], 0)[0]) and not peer.socket.recv(1)
    except OSError:
        return True


def ask_for_winners(address, agency):
    peer = Peer(address, KEYED, agency.number)
    with contextlib.suppress(OSError):
        peer.finish(agency.finish_key)
    return peer


def part_with(server, address, crowd, before):
    """An agency that waits at the barrier and is gone is found out by keep-alive, in a minute or two; sooner by a newer
    connection that asks the same. Where the machine is so busy that its first byte comes late, the server closes that
    one unheard, and the next one asks."""
    peers = {}

    def are_alone():
        for agency in crowd.agencies:
            if agency not in peers or is_closed(peers[agency]):
                peers[agency] = ask_for_winners(address, agency)
        server.settle()
        return descriptors(server) <= before + len(peers)
    wait_for(are_alone, "the older connections to be gone")
    for peer in peers.values():
        peer.reset()


def soak(rig, agencies, of_each, seconds):
    book, totals, rss, roles = Book(KEYED), Totals(), [], []

    def look():
        rss.append(memory_kb(server))
        roles.append(by_role(server, rss[-1]))
    with serving(agencies=agencies, workers=4, dialect="keyed", first_byte_timeout=2, frame_timeout=2) as server:
        address = Address(server.ports["agency"], server.ports["bets"])
        server.settle()     # a worker that is not yet at work has fewer
        before = descriptors(server)
        look()
        crowd = Crowd([Agency(agency, address, book, rig.random.randrange(1 << 32), batches=2)
                       for agency in range(1, agencies + 1)]).start()
        mob = Mob(address, KEYED, of_each, rig.seed)
        faults = [disturb(rig, server, crowd, seconds / 2)]
        look()
        faults.append(disturb(rig, server, crowd, seconds / 2))
        look()
        committer = server.committer()
        problems = crowd.halt()
        mob.leave()
        part_with(server, address, crowd, before)
        wait_for(lambda: descriptors(server) <= before, "every connection to be gone")
        after = descriptors(server)
        idlers = Idlers(address.ports["agency"], 5)
        wait_for(lambda: descriptors(server) >= before + 5, "the control's connections")
        control = leaked(before, descriptors(server))
        idlers.leave()
        server.stop()
        contents = Contents(server.store)
        lost = Audit(contents, book, draws_in(server)).run()
        totals.add(book, contents, lost)
    rig.figures("kB of supervisor, committer and workers", start=roles[0], middle=roles[1], end=roles[2])
    rig.figures("soak", agencies=agencies, seconds=seconds, connections_broken=sum(fault[0] for fault in faults),
                workers_killed=sum(fault[1] for fault in faults), bad_peers=sum(mob.lives.values()), **totals.figures())
    crowd_of = f"{agencies}_agencies"
    rig.expect(f"{crowd_of}_find_nothing_wrong_among_bad_peers", problems)
    rig.expect(f"{crowd_of}_lose_and_double_nothing_among_bad_peers", lost)
    rig.expect(f"{crowd_of}_have_rounds", [] if totals.rounds > 0 else ["no round was drawn"])
    rig.expect(f"memory_stays_what_it_was_with_{crowd_of}", grown(rss[1], rss[2], committer))
    rig.expect(f"no_descriptor_is_left_by_{crowd_of}", leaked(before, after))
    rig.expect_red(f"control_descriptors_that_are_left_by_{crowd_of}", control)
    rig.expect_red(f"control_memory_that_grows_with_{crowd_of}",
                   grown(rss[1], {pid: 2 * kb + GROWTH_SLACK_KB for pid, kb in rss[1].items()}))


def main():
    rig = Rig(__doc__)
    idle, half = (10000, 1000) if rig.long else (1000, 100)
    reason = raise_descriptors(idle + half)
    if reason:
        rig.skip("idle_connection_costs_little_memory", reason)
        rig.skip("agencies_work_on_in_a_crowd", reason)
    else:
        measure_memory(rig, idle)
        measure_slowdown(rig, idle, half, *((4000, 5) if rig.long else (200, 1)))
    soaks = ((12, 1, 120), (255, 4, 120)) if rig.long else ((12, 1, 4),)
    functions = [functools.partial(soak, agencies=agencies, of_each=of_each, seconds=seconds)
                 for agencies, of_each, seconds in soaks]
    rig.side_by_side(functions + [measure_cache] * rig.long, 3)
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
