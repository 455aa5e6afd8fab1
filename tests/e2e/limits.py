"""Limits on what peers can use up: connections and descriptors. Beyond them peers wait; nothing spins or crashes."""

import os
import resource
import time

from server import Failure, group_members, wait_for
from wire import bets, encode_batch
from world import case


@case(heart=True)
def connections_beyond_the_limit_are_served_when_others_have_left(world):
    world.serve(workers=1, max_connections=3, first_byte_timeout=600, frame_timeout=600)
    working = [world.peer() for _ in range(3)]
    for peer in working:
        peer.send(b"\0")  # a frame is under way: none of them makes room
    world.server.settle()
    late = world.peer()
    late.send_batch(bets(2))
    world.server.settle()
    late.expect_silence()
    for peer in working:
        peer.close()
    late.expect_answer(0)


@case()
def connections_beyond_the_limit_are_served_when_idle_ones_were_late(world):
    world.serve(workers=1, max_connections=5, first_byte_timeout=0.5)
    idle = [world.peer() for _ in range(8)]  # refused ones keep their slot for another 2 s
    world.expect_bets_taken()
    for peer in idle:
        peer.close()


def cpu_seconds(server):
    """The processor time that the server's processes have used so far."""
    ticks = 0
    for pid in group_members(server.process.pid):
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(") ")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


@case()
def server_without_descriptors_does_not_spin_and_goes_on_when_it_has_some(world):
    def few_descriptors():
        resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
    world.serve(workers=1, preexec=few_descriptors)
    working = world.peer()
    working.store()
    idle = [world.peer(2) for _ in range(100)]
    time.sleep(0.2)
    before = cpu_seconds(world.server)
    time.sleep(1)
    used = cpu_seconds(world.server) - before
    if used > 0.3:
        raise Failure(f"used {used:.1f} s of processor time in one second while it could accept no connection")
    working.store()
    for peer in idle:
        peer.close()
    world.expect_bets_taken(2)


@case()
def client_that_half_opened_many_connections_leaves_none_behind(world):
    def serve_one_and_settle():
        peer = world.peer()
        peer.store()
        peer.leave()
        world.server.settle()
    world.serve(workers=1, max_connections=2000)
    serve_one_and_settle()
    before = descriptors(world.server)
    for _ in range(300):
        peer = world.peer()
        peer.send(b"\0")
        peer.reset()
    serve_one_and_settle()  # by now the others were accepted; their ends may not have been seen yet
    wait_for(lambda: descriptors(world.server) == before, f"the server to be back at {before} descriptors")


def descriptors(server):
    return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in group_members(server.process.pid))


@case(seconds=60)
def unfinished_frames_of_a_stranger_go_before_those_of_an_agency(world):
    """The agency's frame grows last, but the stranger's largest one goes, and no other."""
    world.serve(workers=1, max_unfinished=100_000, first_byte_timeout=600, frame_timeout=600, untaken_timeout=600)
    agency = world.peer()
    agency.store()
    strangers = [world.peer(2, source="127.0.0.2") for _ in range(3)]
    part = encode_batch(world.dialect, bets(2000, 2), 0)
    for stranger, size in zip(strangers, (30_000, 40_000, 20_000)):
        stranger.send(part[:size])
    world.server.settle()
    batch = bets(500)
    frame = encode_batch(world.dialect, batch, 0)
    agency.pending.append(batch)
    agency.send(frame[:-1])
    strangers[1].expect_closed(reset_ok=True)
    if not world.server.wait_log("close", reason="too many bytes of incomplete frames"):
        raise Failure("the log does not say why")
    agency.send(frame[-1:])
    agency.expect_answer(0)
    strangers[0].expect_silence()
    strangers[2].expect_silence()
