#!/usr/bin/env python3
"""Several servers on one PostgreSQL database: one lottery, one draw, the same promises.

usage: several_servers.py [NAME-PART...]

In a cluster of its own, as postgresql.py. ROUNDS in the environment: how many draws agencies come through that move
between the servers, 20 unless it says otherwise. Prints TAP; skipped where PostgreSQL's server is not installed.
"""

import contextlib
import functools
import os
import random
import signal
import sys
import time

from peer import Ended, Peer
from postgresql import expect, expect_refused, run_tests
from server import PATIENCE, Failure, wait_for
from wire import COMPACT, KEYED, WIDE, WINNING, bets
from world import in_parallel

TESTS = []


def test(function):
    TESTS.append(function)
    return function


def serve(scene, count=3, dialect=WIDE, **options):
    return [scene.serve(dialect, **options) for _ in range(count)]


def draws(servers):
    """In the logs of all of them, since they were made."""
    return sum(len(server.log("sorteo", since_start=False, result="success")) for server in servers)


def finish_all(peers, winning):
    """Each sends FINISH, gets its winners and leaves."""
    for peer in peers:
        peer.finish()
    for peer in peers:
        peer.expect_winners(winning.get(peer.agency, ()))
        peer.receipt_and_leave()


def stop_all(servers):
    for server in servers:
        server.stop()


# ---- One lottery -------------------------------------------------------------------------------------------------


@test
def agencies_of_different_servers_share_one_draw(scene):
    servers = serve(scene, agencies=3)
    peers = [scene.peer(server, agency) for agency, server in enumerate(servers, 1)]
    winning = {peer.agency: peer.store(bets(peer.agency, peer.agency, WINNING)) for peer in peers}
    for peer in peers:
        peer.store(bets(100, peer.agency))
    finish_all(peers, winning)
    stop_all(servers)
    expect(draws(servers), 1, "draws in all logs")
    expect(sum(len(server.log("draw", result="success")) for server in servers), 2, "servers that were told of it")
    expect(scene.rows(), 306, "rows")
    expect(scene.ask("SELECT count(*), max(id) FROM bets"), "306|306", "bets, and the last one's number")


def come_through_a_round(scene, servers, agency, chance):
    """An agency: each of its two batches at another server, and FINISH at a third, while the others do the same."""
    winning = []
    for _ in range(2):
        peer = scene.peer(chance.choice(servers), agency)
        batch = bets(chance.randrange(3), agency, WINNING)
        winning += batch
        peer.store(batch + bets(5, agency))
        peer.leave()
    finish_all([scene.peer(chance.choice(servers), agency)], {agency: winning})


@test
def agencies_move_between_servers_from_round_to_round(scene):
    servers = serve(scene, agencies=3)
    chances = {agency: random.Random(agency) for agency in (1, 2, 3)}
    rounds = int(os.environ.get("ROUNDS", "20"))
    for _ in range(rounds):
        in_parallel([functools.partial(come_through_a_round, scene, servers, agency, chance)
                     for agency, chance in chances.items()])
    stop_all(servers)
    expect(draws(servers), rounds, "draws in all logs")
    expect(scene.ask("SELECT count(*), count(winners) FROM rounds"), f"{rounds}|{rounds}", "rounds")
    expect(scene.rows(), len(scene.ledger.stored), "rows")


@test
def state_that_another_server_changed_counts_at_once(scene):
    first, second = serve(scene, 2)
    scene.peer(first, 1).store()
    scene.peer(second, 1).store()
    peer = scene.peer(first, 1)
    peer.finish()
    first.wait_log("finish")
    scene.peer(second, 1).refuse()
    scene.peer(first, 2).store()
    other = scene.peer(second, 2)
    finish_all([other], {})
    peer.expect_winners()
    peer.receipt_and_leave()
    stop_all([first, second])
    expect(draws([first, second]), 1, "draws in all logs")


@test
def repeat_at_another_server_is_stored_once(scene):
    first, second = serve(scene, 2, KEYED)
    batch = bets(50, 1)
    peer = scene.peer(first, 1, KEYED)
    peer.store(batch)
    key = peer.last_key
    other = scene.peer(second, 1, KEYED)
    other.store(batch, key=key, repeat=True)
    other.refuse(bets(50, 1), key=key)
    peer = scene.peer(first, 1, KEYED)
    peer.store(batch, key=key, repeat=True)
    stop_all([first, second])
    expect(scene.rows(), 50, "rows")


@test
def finish_whose_key_another_server_knows_gets_its_winners_again(scene):
    first, second = serve(scene, 2, KEYED)
    winning = scene.peer(first, 1, KEYED).store(bets(2, 1, WINNING))
    peer = scene.peer(first, 1, KEYED)
    peer.finish()
    other = scene.peer(second, 2, KEYED)
    other.finish()
    other.expect_winners()
    peer.expect_winners(winning)
    again = scene.peer(second, 1, KEYED)
    again.finish(key=peer.last_key)
    again.expect_winners(winning)
    again.receipt_and_leave()
    stop_all([first, second])
    expect(draws([first, second]), 1, "draws in all logs")


# ---- Older connections -------------------------------------------------------------------------------------------


def old_one_is_refused(scene, first, second, gap_s):
    """Does a connection that was accepted so much earlier than one that has spoken at another server speak no more?"""
    older = scene.peer(first, 1)
    time.sleep(gap_s)
    scene.peer(second, 1).store()
    try:
        older.store()
    except (Ended, OSError):
        return True
    finally:
        older.close()
    return False


@test
def older_connection_to_another_server_does_not_speak(scene):
    first, second = serve(scene, 2)
    gap_s = 0.5  # the servers' clocks and the database's are known as well as the machine's load allows
    while not old_one_is_refused(scene, first, second, gap_s):
        gap_s *= 2
        if gap_s > PATIENCE:
            raise Failure("an older connection still speaks")
    if not any("a newer connection" in line["reason"] for line in first.log("apuesta_recibida", result="fail")):
        raise Failure("it was refused for another reason")
    stop_all([first, second])
    expect(scene.rows(), len(scene.ledger.stored), "rows")


@test
def connection_is_closed_when_one_at_another_server_speaks(scene):
    first, second = serve(scene, 2)
    waiting = scene.peer(first, 1)
    waiting.store()
    waiting.finish()
    first.wait_log("finish")
    later = scene.peer(second, 1)
    later.finish()
    waiting.expect_closed(reset_ok=True)
    last = scene.peer(first, 2)
    last.finish()
    later.expect_winners()
    last.expect_winners()
    stop_all([first, second])
    expect(draws([first, second]), 1, "draws in all logs")


# ---- Who may join ------------------------------------------------------------------------------------------------


@test
def server_that_would_draw_or_speak_otherwise_is_refused(scene):
    server = scene.serve()
    peer = scene.peer(server)
    peer.store()
    expect_refused(scene.add(winning_number=1), "whose winning number is")
    expect_refused(scene.add(agencies=3), "was made for 2 agencies")
    expect_refused(scene.add(COMPACT), "was made for the dialect wide")
    expect_refused(scene.add(COMPACT, change_dialect=True), "stop it before the dialect is changed")
    peer.store()
    server.stop()
    later = scene.serve(winning_number=1)
    if not any("round 1 was opened with" in line.get("reason", "") for line in later.log("open_store")):
        raise Failure("nothing is said of the number that the round was opened with")
    finish_all([scene.peer(later, 1), scene.peer(later, 2)], {})
    later.stop()
    expect([line["numero"] for line in later.log("sorteo")], [str(WINNING)], "the number that was drawn")


@test
def servers_that_start_at_once_share_a_new_store(scene):
    servers = [scene.add(agencies=3) for _ in range(3)]
    for server in servers:
        server.launch()
    for server in servers:
        wait_for(lambda server=server: server.log("listen", result="success", stream="agency"), "all to listen")
    for server in servers:
        server.ports = {"agency": int(server.log("listen", stream="agency")[0]["address"].rsplit(":", 1)[1])}
    peers = [scene.peer(server, agency) for agency, server in enumerate(servers, 1)]
    for peer in peers:
        peer.store()
    finish_all(peers, {})
    stop_all(servers)
    expect(draws(servers), 1, "draws in all logs")


@test
def agency_finished_by_hand_while_servers_run_lets_them_draw(scene):
    first, second = serve(scene, 2)
    peer = scene.peer(first, 1)
    winning = peer.store(bets(2, 1, WINNING))
    peer.finish()
    first.wait_log("finish")
    scene.tool("finish", "--agency", "2")
    peer.expect_winners(winning)
    peer.receipt_and_leave()
    stop_all([first, second])
    expect(draws([first, second]), 1, "draws in all logs")


@test
def bets_of_an_agency_that_are_counted_stay_as_many(scene):
    """Its connections are closed at all servers, whether they wait or have just sent something."""
    servers = serve(scene, 2)
    for server in servers:
        scene.peer(server, 2).store(bets(3, 2))
    idle, hasty = scene.peer(servers[0], 1), Peer(servers[1], WIDE, 1, "bets", scene.ledger)
    idle.store(bets(5, 1))
    hasty.store_single()
    expect(scene.tool("export", "--count", "--agency", "1"), "1,1,6\n", "bets that were counted")
    with contextlib.suppress(ConnectionError):      # it is closed already
        hasty.send_single(bets(1, 1)[0])
    hasty.expect_closed(reset_ok=True)
    idle.expect_closed(reset_ok=True)
    expect(scene.tool("export", "--count", "--agency", "1"), "1,1,6\n", "bets that are there then")
    scene.ask("CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
    owner, scene.uri = scene.uri, scene.uri.replace("sorteo@", "reader@")
    scene.tool("export", "--count", "--agency", "1", status=1, said="nothing was counted, as agency 1 may still add")
    expect(scene.tool("export", "--count"), "1,1,6\n1,2,6\n", "bets that somebody may count who may only read")
    scene.uri = owner
    for server in servers:
        scene.peer(server, 1).store(bets(5, 1))
    stop_all(servers)


def counted_one_is_refused(scene, server, gap_s):
    """Does a connection that has said nothing, and was accepted so much before the count, speak no more?"""
    silent = scene.peer(server, 1)
    time.sleep(gap_s)
    scene.tool("export", "--count", "--agency", "1")
    try:
        silent.store()
    except (Ended, OSError):
        return True
    finally:
        silent.close()
    return False


@test
def connection_that_has_said_nothing_adds_no_bet_after_the_count(scene):
    server = scene.serve()
    gap_s = 0.5
    while not counted_one_is_refused(scene, server, gap_s):
        gap_s *= 2
        if gap_s > PATIENCE:
            raise Failure("a connection from before the count still speaks")
    scene.peer(server, 1).store()
    server.stop()


# ---- Servers that die --------------------------------------------------------------------------------------------


@test
def agency_goes_on_at_another_server_when_its_own_is_killed(scene):
    first, second = serve(scene, 2, KEYED)
    for turn in range(4):
        peer = scene.peer(first, 1, KEYED)
        peer.store(bets(20, 1))
        batch = bets(20, 1)
        peer.send_batch(batch)
        key = peer.last_key
        first.kill()
        peer.close()
        other = scene.peer(second, 1, KEYED)
        other.store(batch, key=key)
        other.store(bets(20, 1))
        first.start()
        first, second = (second, first) if turn % 2 else (first, second)
    stop_all([first, second])
    expect(scene.rows(), 240, "rows")


@test
def committer_killed_in_its_work_takes_nothing_with_it(scene):
    first, second = serve(scene, 2, KEYED)
    for _ in range(3):
        killed = first.committer()
        os.kill(killed, signal.SIGKILL)
        scene.peer(second, 1, KEYED).store(bets(20, 1))
        wait_for(lambda: first.committer() not in (None, killed), "another committer")
        first.settle()      # its workers know it
        scene.peer(first, 1, KEYED).store(bets(20, 1))
    stop_all([first, second])
    expect(scene.rows(), 120, "rows")


def repeat_finish(scene, servers, peer, key, winning):
    """As a client with keys does it: at the next server, until one answers."""
    for server in servers * 3:
        try:
            peer.expect_winners(winning)
            peer.receipt_and_leave()
            return
        except (Ended, OSError):
            peer.close()
        if server.is_running():
            peer = scene.peer(server, peer.agency, KEYED)
            peer.finish(key=key)
    raise Failure(f"agency {peer.agency} gets no winners")


@test
def server_killed_at_the_draw_leaves_one_draw_for_all(scene):
    servers = serve(scene, 3, KEYED)
    rounds = int(os.environ.get("ROUNDS", "20")) // 2
    chance = random.Random(2)
    for _ in range(rounds):
        peers = [scene.peer(servers[0], 1, KEYED), scene.peer(servers[1], 2, KEYED)]
        winning = {peer.agency: peer.store(bets(2, peer.agency, WINNING)) for peer in peers}
        peers[1].finish()
        servers[1].wait_log("finish")
        peers[0].finish()
        time.sleep(chance.random() / 50)  # somewhere before, in or after the draw
        servers[0].kill()
        repeat_finish(scene, servers[1:], peers[0], peers[0].last_key, winning[1])
        repeat_finish(scene, servers[1:], peers[1], peers[1].last_key, winning[2])
        servers[0].start()
    stop_all(servers)
    expect(scene.ask("SELECT count(*), count(winners) FROM rounds"), f"{rounds}|{rounds}", "rounds")
    expect(draws(servers) <= rounds, True, f"{draws(servers)} draws in all logs for {rounds} rounds, at most one each")
    expect(scene.ask("SELECT count(*) FROM winning_bets"), str(4 * rounds), "winning bets")
    expect(scene.rows(), 4 * rounds, "rows")


@test
def database_that_is_started_again_loses_no_draw(scene):
    servers = serve(scene, 2)
    peers = [scene.peer(server, agency) for agency, server in enumerate(servers, 1)]
    winning = {peer.agency: peer.store(bets(2, peer.agency, WINNING)) for peer in peers}
    peers[0].finish()
    servers[0].wait_log("finish")
    scene.cluster.control("-m", "immediate", "restart")
    peers[1].finish()
    for peer in peers:
        peer.expect_winners(winning[peer.agency])
        peer.receipt_and_leave()
    stop_all(servers)
    expect(draws(servers), 1, "draws in all logs")


if __name__ == "__main__":
    sys.exit(run_tests(TESTS))
