"""Where the client's winners go: before the receipt, whole, with rights that are not widened, and through no link."""

import os
import signal
import stat
import time

import client
from client import FAILED, USAGE, Client, run, write_file
from fake import FakeServer
from server import Failure, wait_for
from wire import bets
from world import case, mounting

WINNERS = [7, 9]


def answers_then(end):
    """One batch is answered 0, and FINISH with the winners; then what `end` does."""
    def script(connection):
        connection.fake.store(connection.frame())
        connection.answer(0)
        connection.frame()
        end(connection)
    return script


def read(world, name):
    with open(os.path.join(world.folder, name), "rb") as file:
        return file.read()


def tell(connection):
    connection.winners(WINNERS)
    connection.receipt()


@case()
def winners_are_told_before_the_server_closes(world):
    """The client once held them back until the server had closed, up to 10 s."""
    world.compares = False
    write_file(world, bets(2))

    def stay(connection):
        tell(connection)
        connection.rest()
        time.sleep(3)

    with FakeServer(world.dialect, answers_then(stay)) as fake:
        sent = Client(world, "--winners", "winners", client.FILE, server=fake)
        sent.wait_log("consulta_ganadores", result="success")
        wait_for(lambda: os.path.exists(os.path.join(world.folder, "winners")), "the winners")
        if sent.process.poll() is not None or read(world, "winners") != b"7\n9\n":
            raise Failure("the winners were not there while the server kept the connection open")
        sent.signal()
        sent.wait()


@case(heart=True)
def receipt_is_sent_after_the_winners_are_on_disk(world):
    """And not at all if they cannot be written: then the server tells them again."""
    world.compares = False
    write_file(world, bets(2))
    seen = []

    def look(connection):
        connection.winners(WINNERS)
        connection.receipt()
        seen.append(read(world, "winners"))

    with FakeServer(world.dialect, answers_then(look)) as fake:
        run(world, "--winners", "winners", client.FILE, server=fake).expect_done(winners=2)
    if seen != [b"7\n9\n"]:
        raise Failure(f"when the receipt came, the file held {seen}")
    came = []

    def count(connection):
        connection.winners(WINNERS)
        came.append(connection.bytes(1))  # or the end of the stream, which ends this script

    with FakeServer(world.dialect, answers_then(count)) as fake:
        run(world, "--winners", "/dev/full", client.FILE, server=fake).expect(
            FAILED, "the winners cannot be written to /dev/full: No space left on device")
    if came:
        raise Failure("a receipt was sent for winners that were not written")


@case()
def killed_client_leaves_no_file(world):
    world.compares = False
    write_file(world, bets(2))

    def wait(connection):
        connection.rest()

    with FakeServer(world.dialect, answers_then(wait)) as fake:
        sent = Client(world, "--winners", "winners", client.FILE, server=fake)
        sent.wait_log("finish", result="in_progress")
        sent.signal(signal.SIGKILL)
        sent.wait()
    left = [name for name in os.listdir(world.folder) if "winners" in name]
    if left:
        raise Failure(f"a killed client left {left}")


@case()
def winners_file_keeps_its_rights_and_its_link(world):
    world.compares = False
    write_file(world, bets(2))
    target = write_file(world, b"old\n", "target")
    os.chmod(target, 0o640)
    os.symlink("target", os.path.join(world.folder, "link"))
    for name in ("link", "new"):
        with FakeServer(world.dialect, answers_then(tell)) as fake:
            run(world, "--winners", name, client.FILE, server=fake).expect_done(winners=2)
    if not os.path.islink(os.path.join(world.folder, "link")) or read(world, "target") != b"7\n9\n":
        raise Failure("the link was replaced, or not followed")
    rights = [stat.S_IMODE(os.stat(os.path.join(world.folder, name)).st_mode) for name in ("target", "new")]
    if rights != [0o640, 0o600]:
        raise Failure(f"the rights are {[oct(one) for one in rights]}")


@case()
def winners_to_dev_stdout_stay_in_the_file_it_is(world):
    """/dev/stdout is a link, which was once replaced by a file; the log goes elsewhere."""
    world.compares = False
    write_file(world, bets(2))
    with FakeServer(world.dialect, answers_then(tell)) as fake:
        sent = run(world, "--winners", "/dev/stdout", client.FILE, server=fake)
    if sent.status != 0 or sent.out != "7\n9\n" or not os.path.islink("/dev/stdout"):
        raise Failure(f"standard output holds {sent.out!r}")


@case()
def winners_go_into_a_pipe_that_gets_its_reader_later(world):
    world.compares = False
    write_file(world, bets(2))
    path = os.path.join(world.folder, "pipe")
    os.mkfifo(path)
    with FakeServer(world.dialect, answers_then(tell)) as fake:
        stopped = Client(world, "--winners", "pipe", client.FILE, server=fake)
        stopped.settle()
        stopped.signal()
        stopped.expect(FAILED, "stopped by a signal", "nothing was sent")
        sent = Client(world, "--winners", "pipe", client.FILE, server=fake)
        with open(path, "rb") as pipe:
            told = pipe.read()
        sent.expect_done(winners=2)
    if told != b"7\n9\n" or not stat.S_ISFIFO(os.stat(path).st_mode):
        raise Failure(f"through the pipe came {told!r}")


@case()
def winners_file_that_is_a_mount_is_written_in_place(world):
    world.compares = False
    write_file(world, bets(2))
    outside, inside = write_file(world, b"an old list that is longer\n", "outside"), write_file(world, b"", "inside")
    mount = mounting(outside, inside)
    with FakeServer(world.dialect, answers_then(tell)) as fake:
        run(world, "--winners", "inside", client.FILE, server=fake, prepare=mount).expect_done(winners=2)
    if read(world, "outside") != b"7\n9\n":
        raise Failure(f"the mounted file holds {read(world, 'outside')!r}")


@case()
def winners_file_that_cannot_be_is_said_before_anything_is_sent(world):
    world.compares = False
    write_file(world, bets(2))
    with FakeServer(world.dialect, answers_then(tell)) as fake:
        for name in ("no-such-folder/winners", "."):
            run(world, "--winners", name, client.FILE, server=fake).expect(USAGE, "(nothing was sent)")
        fake.expect_shape("")
