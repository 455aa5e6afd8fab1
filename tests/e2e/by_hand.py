"""sorteo finish: an operator closes the round for an agency that does not come, and then it comes after all."""

import os
import pwd
import socket
import sqlite3
import subprocess

import wire
from server import PATIENCE, Failure, clean_environment, program
from wire import ALL, KEYED, bets, new_key
from world import case

FAILED, USAGE = 1, 2


def finish(world, agency, status=0, said="", store=None):
    """Runs the command. The expected text is on standard output if it succeeds, and on standard error if it fails."""
    command = [program("sorteo"), "finish", "--store", store or world.server.store, "--agency", str(agency)]
    result = subprocess.run(command, capture_output=True, text=True, env=clean_environment(), timeout=PATIENCE,
                            check=False)
    text = result.stderr if status else result.stdout
    if result.returncode != status or said not in text:
        raise Failure(f"status {result.returncode}, wanted {status}; it said {result.stdout!r} and {result.stderr!r}, "
                      f"wanted {said!r}")
    return text


def records(world):
    return world.server.export("--finishes")


def expect_record(world, round_, agency, count):
    """One finish, by this process's user on this machine."""
    user = pwd.getpwuid(os.getuid()).pw_name
    found = [record for record in records(world) if record[:2] == (str(round_), str(agency))]
    if len(found) != 1 or found[0][3:] != (str(count), str(os.getuid()), user, socket.gethostname()):
        raise Failure(f"the records are {records(world)}")


def absent(world, agency=1, other=2, winning=2):
    """The agency has stored bets and left; the other one waits. Returns its winning bets."""
    world.serve()
    stored = world.peer(agency).store(bets(winning, agency, number=wire.WINNING) + bets(3, agency))
    world.reach_waiting(other)
    world.close_peers()
    world.server.stop()
    return stored[:winning]


def collects(world, agency, winners, key=None):
    """The other agency comes back for its winners."""
    peer = world.peer(agency)
    peer.finish(key)
    peer.expect_winners(winners)
    return peer


# ---- What it does -------------------------------------------------------------------------------------------------

@case(ALL)
def agency_finished_by_hand_lets_the_round_be_drawn_at_the_next_start(world):
    winners = absent(world)
    finish(world, 1, said="Agency 1 is finished for round 1, with 5 bets. It was the last one")
    expect_record(world, 1, 1, 5)
    world.expect_draws(0)
    world.server.start()
    world.server.wait_log("sorteo", result="success", winners=len(winners))
    world.expect_draw_in_one_piece()
    collects(world, 2, []).receipt_and_leave()
    world.expect_draws(1)


@case(ALL)
def agency_finished_by_hand_that_comes_after_all_gets_its_winners(world):
    winners = absent(world)
    finish(world, 1)
    world.server.start()
    world.server.wait_log("sorteo", result="success")
    world.expect_bets_refused(1)    # without its winners, it cannot know which round is over
    collects(world, 1, winners).receipt_and_leave()
    world.expect_bets_taken(1)
    world.expect_draws(1)


@case(ALL)
def agency_finished_by_hand_waits_until_all_have_finished(world):
    world.serve(agencies=3)
    winners = world.peer(1).store(bets(2, 1, number=wire.WINNING))
    world.reach_waiting(2)
    world.close_peers()
    world.server.stop()
    finish(world, 1, said="The round still waits for: 3.")
    world.server.start()
    world.expect_draws(0)
    world.expect_bets_refused(1)
    peer = world.peer(1)
    peer.finish()
    peer.expect_silence()
    world.complete(3)
    peer.expect_winners(winners)
    peer.receipt_and_leave()
    world.expect_draws(1)


@case((KEYED,))
def agency_finished_by_hand_keeps_its_keys(world):
    """Its batches may be repeated; its FINISH closes nothing further and may be repeated, too."""
    world.serve()
    key, finish_key = new_key(), new_key()
    winners = world.peer(1).store(bets(2, 1, number=wire.WINNING), key)
    world.reach_waiting(2)
    world.close_peers()
    world.server.stop()
    finish(world, 1)
    world.server.start()
    world.server.wait_log("sorteo", result="success")
    world.peer(1).store(winners, key, repeat=True)
    for _ in range(2):
        collects(world, 1, winners, finish_key)
    world.expect_draws(1)


@case(ALL)
def agency_that_did_not_collect_is_finished_by_hand_when_others_wait_for_it(world):
    world.serve()
    world.reach_drawn_announced(1, 2)
    world.server.stop()
    finish(world, 1, FAILED, "agency 1 has finished round 1, which was drawn, and no agency waits in the next one")
    world.server.start()
    world.reach_waiting(2)
    world.close_peers()
    world.server.stop()
    finish(world, 1, said="Agency 1 is finished for round 2, with 0 bets. It was the last one")
    expect_record(world, 2, 1, 0)
    world.server.start()
    world.server.wait_log("sorteo", result="success", round=2)
    collects(world, 1, []).receipt_and_leave()


@case()
def draw_after_a_finish_by_hand_is_the_servers(world):
    """The draw uses the number that the server is started with."""
    world.serve()
    world.peer(1).store(bets(2, 1, number=wire.WINNING))
    other = world.peer(1).store(bets(1, 1, number=9))
    world.reach_waiting(2)
    world.close_peers()
    world.server.stop()
    finish(world, 1)
    world.server.options["winning_number"] = 9
    world.server.start()
    collects(world, 1, other).receipt_and_leave()


@case()
def server_killed_after_the_draw_of_a_finish_by_hand_draws_once(world):
    winners = absent(world)
    finish(world, 1)
    world.server.start()
    world.server.restart("kill")
    collects(world, 1, winners)
    world.server.stop()
    if len(world.server.export("--winners")) != len(winners) or world.server.draws() > 1:
        raise Failure("the round was not drawn once")


# ---- What it refuses -------------------------------------------------------------------------------------------------

@case()
def finish_by_hand_is_refused_where_it_makes_no_sense(world):
    absent(world)
    before = records(world)
    finish(world, 2, FAILED, "agency 2 has finished round 1 already")
    finish(world, 3, FAILED, "--agency 3: the store is for the agencies 1 to 2")
    finish(world, 0, USAGE, "'0'")
    finish(world, 256, USAGE, "'256'")
    finish(world, "x", USAGE, "'x'")
    if records(world) != before:
        raise Failure("a finish that was refused left a record")
    finish(world, 1)
    finish(world, 1, FAILED, "agency 1 has finished round 1 already")


@case()
def finish_by_hand_without_an_agency_is_refused(world):
    world.compares = False
    result = subprocess.run([program("sorteo"), "finish"], capture_output=True, text=True, env=clean_environment(),
                            timeout=PATIENCE, check=False)
    if result.returncode != USAGE or "--agency is missing" not in result.stderr:
        raise Failure(f"{result.returncode}: {result.stderr}")


@case()
def finish_by_hand_is_refused_while_another_process_has_the_store(world):
    world.serve()
    world.peer().store()
    os.unlink(world.server.store + ".control")      # as with a server that could not make it
    finish(world, 1, FAILED, "is in use by another process (a server that runs?): stop that one first")
    world.peer().store()


@case()
def finish_by_hand_is_refused_without_a_store(world):
    world.compares = False

    def path(name, content=None):
        made = os.path.join(world.folder, name)
        if content is not None:
            with open(made, "wb") as file:
                file.write(content)
        return made

    finish(world, 1, FAILED, "there is no store; check the path", store=path("missing.db"))
    if os.path.exists(path("missing.db")):
        raise Failure("it made a store")
    finish(world, 1, FAILED, "no server has made a store of it yet", store=path("empty.db", b""))
    finish(world, 1, FAILED, "is not a store", store=path("garbage.db", b"garbage " * 1000))
    finish(world, 1, FAILED, "is a folder", store=world.folder)
    with sqlite3.connect(path("other.db")) as database:
        database.execute("create table other (x)")
    database.close()
    finish(world, 1, FAILED, "a database of another program", store=path("other.db"))


@case()
def finish_by_hand_in_a_damaged_store_changes_nothing(world):
    absent(world)
    with sqlite3.connect(world.server.store) as database:
        database.execute("drop table agencies")
    database.close()
    finish(world, 1, FAILED, "has another table agencies")
    world.compares = False


@case()
def finish_by_hand_in_a_store_with_a_bad_page_is_refused(world):
    absent(world)
    with open(world.server.store, "r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xff" * 4096)
    finish(world, 1, FAILED, "is damaged")
    world.compares = False


@case(heart=True)
def store_of_the_version_before_is_taken_over(world):
    winners = absent(world)
    with sqlite3.connect(world.server.store) as database:
        database.executescript("create temp table kept as select * from bets; drop view winning_bets; drop view bets; "
                               "drop table frames; alter table winners drop column name; "
                               "alter table winners drop column surname; alter table winners drop column birthdate; "
                               "alter table winners drop column number; alter table bet_rows rename to bets; "
                               "insert into bets select * from kept; pragma writable_schema = on; "
                               "update sqlite_schema set sql = replace(sql, '\"bets\"', 'bets') where name = 'bets'; "
                               "update sqlite_schema set sql = replace(sql, 'phase = ''open'' OR phase = ''waiting'' "
                               "OR phase = ''drawn''', 'phase IN (''open'', ''waiting'', ''drawn'')') "
                               "where name = 'agencies'; "
                               "update sqlite_schema set sql = replace(sql, 'frame = ''single'' OR frame = ''batch'' "
                               "OR frame = ''finish''', 'frame IN (''single'', ''batch'', ''finish'')') "
                               "where name = 'keys'; "
                               "pragma writable_schema = reset; "
                               "drop table finishes; drop table log; drop table candidates; "
                               "alter table rounds drop column candidates_of; "
                               "CREATE VIEW winning_bets AS  -- the winners with all that their bets say\n"
                               "    SELECT winners.round, winners.agency, winners.position, bets.name, bets.surname, "
                               "bets.document,\n           bets.birthdate, bets.number\n"
                               "    FROM winners JOIN bets ON bets.id = winners.bet;"
                               "alter table lottery drop column dialect; pragma user_version = 1")
    database.close()
    if records(world):
        raise Failure("a store without records has some")
    finish(world, 1)
    expect_record(world, 1, 1, 5)
    world.server.start()
    collects(world, 1, winners)


@case()
def record_of_a_finish_by_hand_can_be_read_with_sql(world):
    absent(world)
    finish(world, 1)
    with sqlite3.connect(world.server.store) as database:
        rows = database.execute("select round, agency, bets, uid, host, julianday('now') - julianday(at) < 1 "
                                "from finishes")
        found = rows.fetchall()
    database.close()
    if found != [(1, 1, 5, os.getuid(), socket.gethostname(), 1)]:
        raise Failure(f"{found}")


@case()
def records_are_not_chosen_as_bets_are(world):
    absent(world)
    for options in (("--winners",), ("--round", "1"), ("--agency", "1")):
        result = subprocess.run([program("sorteo"), "export", "--store", world.server.store, "--finishes", *options],
                                capture_output=True, text=True, env=clean_environment(), timeout=PATIENCE, check=False)
        if result.returncode != USAGE or "--finishes shows no bets" not in result.stderr or result.stdout:
            raise Failure(f"{options}: {result.returncode}: {result.stderr}")
