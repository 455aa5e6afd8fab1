"""What an operator does while the server runs: sorteo backup, export, count and finish, through the socket beside the
store. And what comes there that is no request."""

import contextlib
import functools
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import threading
import time

import wire
from peer import Ended
from server import PATIENCE, Failure, Server, clean_environment, open_files, program, wait_calm, wait_for
from wire import ALL, bets
from world import Skip, case, compare, in_parallel, row_of

FAILED = 1
PROGRESS = 1        # the kind of a reply
MANY = 3000         # bets of one batch: a few batches of them take more than one step to copy


# ---- Tools --------------------------------------------------------------------------------------------------

def launch(*arguments, **options):
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen([program("sorteo"), *arguments], env=clean_environment(), **streams)


def outcome(process):
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out.decode(), err.decode()


def expect(process, status, said=""):
    came = outcome(process)
    if came[0] != status or said not in (came[2] if status else came[1]):
        raise Failure(f"wanted status {status} and {said!r}, got {came}")
    return came[1]


def target(world, name="copy.db"):
    return os.path.join(world.folder, name)


def backup(world, name="copy.db", status=0, said="", **options):
    """Returns the copy as a server that is not started."""
    expect(launch("backup", "--store", world.server.store, target(world, name), **options), status, said)
    return Server(world.folder, "copy", store=name)


def served(world, count, **pairs):
    """So many requests were served by the server, and not by the tool itself."""
    return world.server.wait_log("operator", count, result="success", **pairs)


def expect_in(rows, wanted):
    missing = {row_of(bet) for bet in wanted} - set(rows)
    if missing:
        raise Failure(f"{len(missing)} acknowledged bets are not there, as {sorted(missing)[:2]}")


def expect_nothing_left(world, name="copy.db"):
    left = [entry for entry in os.listdir(world.folder) if entry.startswith(name)]
    if left:
        raise Failure(f"left behind: {left}")


def control(world):
    return world.server.store + ".control"


def fill(world, batches=10):
    """So much that a copy takes more than one turn."""
    peer = world.peer(2)
    for _ in range(batches):
        peer.store(bets(MANY, 2))
    peer.close()


@contextlib.contextmanager
def stopped(pid):
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def until_connected(world, tool):
    """It has sent its request, which the supervisor has passed on to a process that stands still, and waits."""
    wait_for(lambda: any(link.startswith("socket:") for link in open_files(tool.pid)), "the tool to connect")
    wait_calm(lambda: [tool.pid], "the tool to wait for an answer")
    world.server.settle(beside_stopped=True)


# ---- Backup -------------------------------------------------------------------------------------------------

@case(ALL, heart=True)
def backup_beside_agencies_that_send_has_all_that_was_acknowledged_before(world):
    world.serve(agencies=4, workers=4)
    fill(world)
    over = threading.Event()
    answered = {}

    def send(agency):
        peer = world.peer(agency)
        while not over.is_set():
            peer.store(bets(50, agency))
            answered[agency] = answered.get(agency, 0) + 1

    def copy():
        try:
            for turn in range(4):
                before, sent = list(world.ledger.stored), sum(answered.values())
                made = backup(world, f"copy-{turn}.db")
                rows = made.export()
                expect_in(rows, before)
                if len(rows) % 50 != len(bets(MANY, 2)) * 10 % 50:
                    raise Failure(f"{len(rows)} rows: a part of a batch")
                wait_for(lambda sent=sent: sum(answered.values()) > sent, "answers beside a backup")
        finally:
            over.set()

    in_parallel([copy] + [lambda agency=agency: send(agency) for agency in (1, 3, 4)])
    served(world, 4, request="copy")


@case()
def backup_is_a_store_that_a_server_goes_on_with(world):
    world.serve()
    winning = world.peer().store(bets(2, number=wire.WINNING))
    world.reach_waiting(2)
    backup(world)
    status = os.stat(target(world))
    if stat.S_IMODE(status.st_mode) != 0o600 or status.st_nlink != 1:
        raise Failure(f"its mode is {oct(status.st_mode)}, and it has {status.st_nlink} names")
    world.close_peers()
    world.server.stop()
    copy = world.add_server(store="copy.db").start()
    world.server = copy
    peer = world.peer()
    peer.finish()
    peer.expect_winners(winning)


@case()
def backup_without_a_server_is_made_by_the_tool(world):
    world.serve()
    world.peer().store()
    world.close_peers()
    world.server.kill()         # its socket stays, and no process listens there
    copy = backup(world)
    compare(copy.export(), world.ledger)
    world.server.start()
    backup(world, "second.db")
    served(world, 1, request="copy")
    world.peer().store()


@case(heart=True)
def backup_overwrites_nothing_and_leaves_nothing_half_done(world):
    world.serve()
    world.peer().store()
    with open(target(world), "w", encoding="ascii") as file:
        file.write("mine")
    backup(world, status=FAILED, said="exists already and is not overwritten")
    with open(target(world), encoding="ascii") as file:
        if file.read() != "mine":
            raise Failure("it was overwritten")
    os.unlink(target(world))
    os.symlink("elsewhere", target(world))
    backup(world, status=FAILED, said="exists already and is not overwritten")
    backup(world, "no/such/folder.db", FAILED, "No such file or directory")
    expect(launch("backup", "--store", world.server.store), 2, "FILE is missing")


@case()
def backup_without_room_fails_and_the_server_goes_on(world):
    world.serve()
    fill(world)
    committer = world.server.committer()
    limit = resource.prlimit(committer, resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    backup(world, status=FAILED, said="writing the copy: File too large")
    expect_nothing_left(world)
    resource.prlimit(committer, resource.RLIMIT_FSIZE, limit)
    world.peer().store()
    backup(world)
    world.server.wait_log("operator", result="fail", request="copy")


@case()
def what_is_done_and_cannot_be_said_is_no_failure(world):
    """A backup that is there, and an agency that is finished, have status 0 with a full disk as standard output."""
    world.serve()
    world.peer().store()
    with open("/dev/full", "wb") as full:
        for words in (("backup", target(world)), ("finish", "--agency", "2")):
            said = launch(*words, "--store", world.server.store, stdout=full)
            if said.wait(PATIENCE) != 0 or b"No space left on device" not in said.communicate()[1]:
                raise Failure(f"{words[0]}: status {said.returncode}")
    compare(Server(world.folder, "copy", store="copy.db").export(), world.ledger)
    world.server.wait_log("operator", 2, result="success")


# ---- A store without its name -------------------------------------------------------------------------------

def lose_name(world, lose):
    world.serve()
    fill(world)
    stored = world.peer().store()
    for suffix in ("", "-wal"):
        lose(world.server.store + suffix)
    peer = world.peer()
    peer.send_batch(bets(1))
    try:
        if peer.receive(1) == b"\0":
            raise Failure("a bet was acknowledged in a store without a name")
    except Ended:
        pass
    world.server.wait_log("store", result="fail")
    rows = backup(world).export()
    expect_in(rows, world.ledger.stored)
    expect_in(rows, stored)
    served(world, 1, request="copy")
    world.compares = False
    world.close_peers()


@case()
def store_that_was_removed_while_it_is_used_can_be_backed_up(world):
    lose_name(world, os.unlink)


@case()
def store_that_was_moved_while_it_is_used_can_be_backed_up(world):
    lose_name(world, lambda path: os.rename(path, path.replace("bets.db", "elsewhere.db")))


@case()
def store_that_was_removed_is_brought_back_by_its_backup(world):
    world.serve()
    winning = world.peer().store(bets(2, number=wire.WINNING))
    os.unlink(world.server.store)
    os.unlink(world.server.store + "-wal")
    backup(world)
    world.close_peers()
    world.server.kill()
    os.rename(target(world), world.server.store)
    world.server.start()
    world.reach_waiting(2)
    peer = world.peer()
    peer.finish()
    peer.expect_winners(winning)


# ---- Export and counts --------------------------------------------------------------------------------------

@case(ALL, heart=True)
def export_and_counts_while_the_server_runs(world):
    world.serve()
    first = world.peer().store(bets(3, number=wire.WINNING))
    world.peer(2).store(bets(4, 2))
    compare(world.server.export(), world.ledger)
    if world.server.export("--count") != [("1", "1", "3"), ("1", "2", "4")]:
        raise Failure(f"counts: {world.server.export('--count')}")
    winners = world.server.export("--winners")
    if winners:
        raise Failure(f"winners before the draw: {winners}")
    world.close_peers()
    for agency in (1, 2):
        world.reach_waiting(agency, [])
    world.server.wait_log("sorteo", result="success")
    winners = world.server.export("--winners")
    if winners != [row_of(bet) for bet in first]:
        raise Failure(f"winners: {winners}")
    served(world, 4, request="copy")


@case()
def export_without_room_for_its_copy_says_where(world):
    world.serve()
    world.peer().store()
    process = subprocess.run([program("sorteo"), "export", "--store", world.server.store], capture_output=True,
                             text=True, env=clean_environment(TMPDIR=target(world, "no-folder")), check=False,
                             timeout=PATIENCE)
    if process.returncode != FAILED or "no-folder/sorteo-export-" not in process.stderr or process.stdout:
        raise Failure(f"{process}")


@case()
def export_leaves_no_copy_behind(world):
    world.serve()
    fill(world, 1)
    folder = target(world, "temporary")
    os.mkdir(folder)
    process = subprocess.run([program("sorteo"), "export", "--store", world.server.store], capture_output=True,
                             env=clean_environment(TMPDIR=folder), check=False, timeout=PATIENCE)
    if process.returncode != 0 or process.stdout.count(b"\r\n") != MANY or os.listdir(folder):
        raise Failure(f"{process.returncode} {process.stderr}: {os.listdir(folder)} left")


@case()
def reader_that_stands_still_keeps_no_agency_waiting(world):
    world.serve()
    fill(world)
    export = launch("export", "--store", world.server.store)
    served(world, 1, request="copy")    # its rows do not fit into the pipe, which is not read
    peer = world.peer()
    for _ in range(20):
        peer.store()
    came = outcome(export)
    if came[0] != 0 or came[1].count("\n") != 10 * MANY:
        raise Failure(f"{came[0]}, {came[2]}: {came[1].count(chr(10))} rows")


@case(ALL)
def count_of_an_agency_ends_its_connections_and_stands(world):
    world.serve(log_level="DEBUG")
    first, single, other = world.peer(), world.single_peer(), world.peer(2)
    first.store(bets(3))
    single.store_single()
    other.store(bets(5, 2))
    if world.server.export("--agency", "1", "--count") != [("1", "1", "4")]:
        raise Failure("another count")
    first.expect_closed(reset_ok=True)
    single.expect_closed(reset_ok=True)
    if world.server.export("--agency", "1", "--count") != [("1", "1", "4")]:
        raise Failure("the count does not stand")
    world.server.wait_log("close", 2, result="success", reason="ended so that the bets of its agency can be counted")
    other.store(bets(1, 2))
    world.peer().store()
    served(world, 2, request="count", agency=1)


@case(ALL)
def frames_under_way_when_an_agency_is_counted_are_not_stored(world):
    world.serve(workers=1)
    peer = world.peer()
    peer.store(bets(3))
    quiet = world.peer()        # accepted before the count, and silent until after it
    worker = world.server.workers()[0]
    with stopped(worker):
        peer.send_batch(bets(7))
        if world.server.export("--agency", "1", "--count") != [("1", "1", "3")]:
            raise Failure("another count")
    with contextlib.suppress(Failure, ConnectionError):
        peer.receive(1)
    quiet.send_batch(bets(2))
    with contextlib.suppress(Failure, ConnectionError):
        quiet.receive(1)
    if world.server.export("--agency", "1", "--count") != [("1", "1", "3")]:
        raise Failure("what was under way was stored after the count")


# ---- Finish -------------------------------------------------------------------------------------------------

@case(ALL, heart=True)
def agency_finished_while_the_server_runs_lets_the_others_be_drawn(world):
    world.serve(agencies=3)
    winning = world.peer().store(bets(2, number=wire.WINNING))
    peer = world.reach_waiting(2, bets(1, 2, wire.WINNING))
    finish = ("finish", "--store", world.server.store, "--agency")
    expect(launch(*finish, "3"), 0, "Agency 3 is finished for round 1, with 0 bets. The round still waits for: 1.")
    world.expect_draws(0)
    expect(launch(*finish, "1"), 0, "Agency 1 is finished for round 1, with 2 bets. It was the last one: the server "
                                    "draws now.")
    peer.winners()
    world.expect_draws(1)
    world.server.wait_log("sorteo", result="success", winners=3)
    world.expect_draw_in_one_piece()
    expect(launch(*finish, "1"), FAILED, "agency 1 has finished round 1, which was drawn")
    late = world.peer()
    late.finish()
    late.expect_winners(winning)
    if [record[:2] for record in world.server.export("--finishes")] != [("1", "1"), ("1", "3")]:
        raise Failure(f"the records are {world.server.export('--finishes')}")


@case()
def finish_while_the_server_runs_survives_a_kill(world):
    world.serve()
    world.reach_waiting(2)
    expect(launch("finish", "--store", world.server.store, "--agency", "1"), 0, "It was the last one")
    world.close_peers()
    world.server.restart("kill")
    world.expect_draws(1)
    peer = world.peer(2)
    peer.finish()
    peer.winners()


@case()
def finish_of_an_agency_that_there_is_not_changes_nothing(world):
    world.serve()
    expect(launch("finish", "--store", world.server.store, "--agency", "9"), FAILED,
           "--agency 9: the store is for the agencies 1 to 2")
    world.server.wait_log("operator", result="fail", request="finish")
    if world.server.export("--finishes"):
        raise Failure("it left a record")


@case()
def finish_that_the_store_cannot_take_changes_nothing(world):
    """A failing trigger stands for everything that can fail before COMMIT."""
    world.serve()
    world.reach_waiting(2)
    world.close_peers()
    world.server.stop()
    with sqlite3.connect(world.server.store) as database:
        database.execute("create trigger planted before insert on finishes begin select raise(fail, 'planted by a "
                         "test'); end")
    database.close()
    world.server.start()
    finish = ("finish", "--store", world.server.store, "--agency", "1")
    expect(launch(*finish), FAILED, "planted by a test")
    expect(launch(*finish), FAILED, "planted by a test")     # it has not finished already
    world.server.wait_log("store", 2, result="fail")
    world.peer().store()        # nor is it waiting
    world.expect_draws(0)


# ---- Deaths -------------------------------------------------------------------------------------------------

def heed(signals):
    """In the child: a shell's & has some ignored, and nohup another."""
    for sig in signals:
        signal.signal(sig, signal.SIG_DFL)


@case()
def tool_that_is_killed_or_stopped_leaves_nothing_and_the_server_goes_on(world):
    world.serve()
    fill(world)
    stops = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
    for count, sig in enumerate((signal.SIGKILL, *stops), 1):
        with stopped(world.server.committer()):
            tool = launch("backup", "--store", world.server.store, target(world),
                          preexec_fn=functools.partial(heed, stops))
            until_connected(world, tool)
            tool.send_signal(sig)
            status = outcome(tool)[0]
        if status != (-sig if sig == signal.SIGKILL else FAILED):
            raise Failure(f"status {status} after {sig}")
        expect_nothing_left(world)
        world.server.wait_log("operator", count, result="fail", reason="the tool has ended")
    world.peer().store()
    backup(world)


@case()
def committer_that_is_killed_under_a_backup_fails_it_alone(world):
    world.serve()
    fill(world)
    committer = world.server.committer()
    with stopped(committer):
        tool = launch("backup", "--store", world.server.store, target(world))
        until_connected(world, tool)
        os.kill(committer, signal.SIGKILL)
        expect(tool, FAILED, "try again")
    expect_nothing_left(world)
    wait_for(lambda: world.server.committer() not in (None, committer), "another committer")
    backup(world)
    compare(Server(world.folder, "copy", store="copy.db").export(), world.ledger)


@case()
def server_that_stops_ends_a_backup_and_takes_its_socket_away(world):
    world.serve()
    fill(world)
    if stat.S_IMODE(os.stat(control(world)).st_mode) != 0o600:
        raise Failure("others may use the socket")
    world.server.stop()
    if os.path.exists(control(world)):
        raise Failure("the socket is still there")
    world.server.start()
    os.unlink(control(world))
    with open(control(world), "w", encoding="ascii"):
        pass
    world.server.stop()
    if not os.path.exists(control(world)):
        raise Failure("another's file was removed")


# ---- The socket ---------------------------------------------------------------------------------------------

@case()
def socket_of_a_live_server_and_other_files_are_left_alone(world):
    world.server = world.add_server()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as other:
        other.bind(control(world))
        other.listen()
        world.server.start()
        world.server.wait_log("operator_socket", result="fail",
                              reason="another process listens there: stop it, and start this server again")
        world.peer().store()
        world.close_peers()
        world.server.stop()
    os.unlink(control(world))
    with open(control(world), "w", encoding="ascii") as file:
        file.write("mine")
    world.server.start()
    world.server.wait_log("operator_socket", result="fail",
                          reason="a file of that name is there: remove it, and start the server again")
    world.peer().store()
    with open(control(world), encoding="ascii") as file:
        if file.read() != "mine":
            raise Failure("a file was overwritten")


@case()
def socket_is_its_owners_alone_whatever_the_umask(world):
    world.serve(preexec=lambda: os.umask(0))
    if stat.S_IMODE(os.stat(control(world)).st_mode) != 0o600:
        raise Failure("others may use the socket")


@case()
def store_with_a_long_path_has_its_socket(world):
    folder = os.path.join(world.folder, *["a-folder-with-a-long-name"] * 6)
    os.makedirs(folder)
    world.serve(store=os.path.join(folder, "bets.db"))
    world.peer().store()
    backup(world)
    served(world, 1, request="copy")
    link = target(world, "link.db")
    os.symlink(world.server.store, link)
    expect(launch("backup", "--store", link, target(world, "second.db")), 0)
    served(world, 2, request="copy")


@case()
def store_with_too_long_a_name_runs_without_a_socket(world):
    world.serve(store="b" * 200 + ".db")
    world.server.wait_log("operator_socket", result="fail", reason="the store's file name is too long for it")
    world.peer().store()
    expect(launch("backup", "--store", world.server.store, target(world)), FAILED, "is in use by another process")


@case()
def other_users_are_not_let_in(world):
    if os.geteuid() != 0:
        raise Skip("needs root to be another user")
    world.serve()
    world.peer().store()
    os.chmod(world.folder, 0o777)
    shutil.copy(program("sorteo"), target(world, "sorteo"))
    command = [target(world, "sorteo"), "backup", "--store", world.server.store, target(world)]

    def as_nobody(said):
        tool = subprocess.run(command, capture_output=True, text=True, env=clean_environment(), check=False,
                              preexec_fn=lambda: os.setuid(65534), timeout=PATIENCE)
        if tool.returncode != FAILED or said not in tool.stderr:
            raise Failure(f"{tool}")
        expect_nothing_left(world)

    as_nobody("run as the server's user or root")
    os.chmod(control(world), 0o666)
    as_nobody("the server lets in its own user and root alone")
    world.server.wait_log("operator", result="fail", uid=65534)


def connected(world):
    line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line.settimeout(PATIENCE)
    line.connect(control(world))
    return line


def request(what, agency=0, version=1, magic=0x6f657473, reserved=b"", user=b""):
    head = magic.to_bytes(4, "little") + version.to_bytes(4, "little") + bytes([what, agency])
    return head + reserved.ljust(6, b"\0") + user.ljust(256, b"\0") + bytes(256)


def said_to(world, packet, *descriptors):
    with connected(world) as line:
        socket.send_fds(line, [packet], descriptors)
        reply = line.recv(4096)
        while reply[8] == PROGRESS:
            reply = line.recv(4096)
        return reply[20:].rstrip(b"\0").decode()


@case(seconds=60)
def what_is_no_request_is_refused_and_logged_and_harms_nobody(world):
    world.serve()
    world.peer().store()
    with open(target(world), "w+b") as file, open(os.devnull, "r+b") as null:
        wrong = {
            "no length that this version": [(b"x",), (b"x" * 4096,), (request(1) + b"x",), (request(1)[:-1],)],
            "bytes that no sorteo sends": [(b"x" * 528,)],
            "another version": [(request(1, version=2), file.fileno())],
            "an unknown request": [(request(0), file.fileno()), (request(4), file.fileno())],
            "a request out of form": [(request(1, reserved=b"x"), file.fileno()), (request(3, 1, user=b"x" * 256),)],
            "a request with an agency where none": [(request(1, 1), file.fileno()), (request(2, 0), file.fileno()),
                                                    (request(3, 0),)],
            "a request with a descriptor where none": [(request(1),), (request(3, 1), file.fileno())],
            "is not an empty file": [(request(1), null.fileno()), (request(2, 1), null.fileno())],
        }
        count = 0
        for said, packets in wrong.items():
            for packet in packets:
                came = said_to(world, *packet)
                if said not in came:
                    raise Failure(f"it said {came!r} to {packet}, wanted {said!r}")
                count += 1
        if os.path.getsize(target(world)):
            raise Failure("something was written")
    world.server.wait_log("operator", count, result="fail")
    world.peer().store()
    os.unlink(target(world))
    backup(world)
    if len(os.listdir(f"/proc/{world.server.committer()}/fd")) > 30:
        raise Failure("descriptors stay open")


@case(seconds=60)
def who_says_nothing_is_sent_away_and_only_a_few_are_served_at_once(world):
    world.serve()
    world.peer().store()
    silent = [connected(world) for _ in range(4)]
    began = time.monotonic()
    time.sleep(0.5)
    with connected(world) as one_more:
        if b"serves 4 others already" not in one_more.recv(4096):
            raise Failure("a fifth was let in")
    for line in silent:
        if b"no request came in time" not in line.recv(4096):
            raise Failure("another reply")
        line.close()
    if time.monotonic() - began < 3:
        raise Failure("it did not wait for them")
    backup(world)
    world.peer().store()


@case()
def log_says_what_was_asked_for_and_by_whom(world):
    world.serve()
    backup(world)
    line = served(world, 1)[0]
    if line["request"] != "copy" or line["uid"] != str(os.getuid()) or not re.fullmatch(r"\d+", line["agency"]):
        raise Failure(f"{line}")
