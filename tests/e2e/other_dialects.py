"""Clients of another dialect than the server's: their bets are refused, and their FINISH closes no round by mistake."""

import os
import signal

import wire
from by_hand import finish
from server import Failure, wait_for
from wire import COMPACT, KEYED, bets
from world import case


def refused_bets(world, agency=1, source=None, reads_as="compact"):
    """A batch of a client that speaks compact, at a server that speaks wide."""
    peer = world.peer(agency, source=source)
    peer.send(wire.encode_batch(COMPACT, bets(3, agency), 0))
    peer.expect_closed(b"\1")
    if not world.server.log("apuesta_recibida", result="fail", reads_as=reads_as):
        raise Failure("the log does not say in which dialect the bets read well")


def expect_finish_refused(world, agency=1):
    peer = world.peer(agency)
    peer.finish()
    peer.expect_closed()
    if not any("another dialect" in line["reason"] for line in world.server.log("finish", result="fail")):
        raise Failure("the log does not say why the FINISH does not count")


def expect_round_open(world, other=2):
    """The other agency waits for this one."""
    world.reach_waiting(other)
    world.expect_draws(0)


@case(heart=True)
def finish_of_a_client_whose_bets_were_refused_closes_no_round(world):
    world.serve()
    refused_bets(world)
    expect_round_open(world)
    expect_finish_refused(world)
    expect_finish_refused(world)
    world.expect_draws(0)


@case()
def finish_of_a_client_whose_bets_were_refused_on_another_workers_connection_closes_no_round(world):
    world.serve(workers=3)
    for _ in range(10):
        refused_bets(world)
        expect_finish_refused(world)
    expect_round_open(world)


@case()
def finish_of_a_client_whose_bets_were_refused_by_an_earlier_committer_closes_no_round(world):
    world.serve()
    refused_bets(world)
    before = world.server.committer()
    os.kill(before, signal.SIGKILL)
    wait_for(lambda: world.server.committer() not in (None, before), "another committer")
    expect_round_open(world)
    expect_finish_refused(world)
    world.expect_draws(0)


@case()
def bets_that_are_taken_make_a_finish_count_again(world):
    world.serve()
    refused_bets(world)
    world.peer().store()
    world.reach_waiting(1, [])
    world.reach_waiting(2)
    world.expect_draws(1)


@case()
def bets_that_were_refused_elsewhere_keep_no_agency_from_finishing(world):
    world.serve()
    refused_bets(world, source="127.0.0.2")
    world.reach_waiting(1, [])
    world.reach_waiting(2)
    world.expect_draws(1)


@case()
def bets_of_another_agency_that_were_refused_keep_none_from_finishing(world):
    world.serve()
    refused_bets(world, agency=2)
    world.reach_waiting(1, [])
    world.reach_waiting(2)
    world.expect_draws(1)


@case()
def operator_closes_a_round_that_a_client_of_another_dialect_could_not(world):
    world.serve()
    refused_bets(world)
    expect_finish_refused(world)
    world.reach_waiting(2)
    world.close_peers()
    world.server.stop()
    finish(world, 1)
    world.server.start()
    world.expect_draws(1)


def keyed_finish(first_byte, agency=2):
    return wire.encode_finish(KEYED, agency, int.from_bytes(bytes([first_byte]) + b"\0\0\0\0\0\0\7", "big"))


@case()
def finish_with_a_key_closes_no_round_of_the_agency_that_its_key_begins_with(world):
    world.serve()
    peer = world.peer()
    peer.send(keyed_finish(1))
    peer.expect_closed()
    world.server.wait_log("close", result="fail", reads_as="keyed")
    expect_round_open(world)


@case()
def byte_behind_a_finish_ends_it_and_it_counts_where_a_frame_was_taken(world):
    world.serve()
    world.reach_waiting(2)
    peer = world.peer()
    peer.store()
    peer.send(keyed_finish(1))
    peer.expect_closed(reset_ok=True)
    world.server.wait_log("sorteo")
