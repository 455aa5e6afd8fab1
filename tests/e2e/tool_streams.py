"""The tool at pipes and signals: a reader that goes away, a descriptor that does not wait, an interruption."""

import os
import signal
import subprocess
import time

from client import rows, write_file
from server import Failure, clean_environment, program
from wire import bets
from world import case

MANY = 20000


def start(world, *arguments, **options):
    return subprocess.Popen([program("sorteo"), *arguments], cwd=world.folder, env=clean_environment(),
                            stderr=subprocess.PIPE, **options)


def encode_many(world):
    write_file(world, rows(bets(10)) * (MANY // 10))
    with open(os.path.join(world.folder, "frames"), "wb") as frames:
        if start(world, "encode", "--agency", "1", "agency-1.csv", stdout=frames).wait() != 0:
            raise Failure("cannot encode")


@case()
def reader_that_has_seen_enough_is_no_failure(world):
    world.compares = False
    encode_many(world)
    for arguments in (("decode", "frames"), ("encode", "--agency", "1", "agency-1.csv")):
        sent = start(world, *arguments, stdout=subprocess.PIPE)
        sent.stdout.read(100)
        sent.stdout.close()
        err = sent.stderr.read()
        if sent.wait() != 0 or err:
            raise Failure(f"{arguments[0]} ended with {sent.returncode}: {err!r}")


@case()
def non_blocking_output_is_written_whole(world):
    """It once ended with the first write that found the pipe full."""
    world.compares = False
    encode_many(world)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    sent = start(world, "decode", "frames", stdout=writer)
    os.close(writer)
    time.sleep(0.3)
    with os.fdopen(reader, "rb") as pipe:
        printed = pipe.read()
    if sent.wait() != 0 or printed.count(b"BET agency=1") != MANY:
        raise Failure(f"status {sent.returncode}, {printed.count(b'BET')} bets: {sent.stderr.read()!r}")


@case()
def interrupted_generate_leaves_no_file(world):
    world.compares = False
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        made = start(world, "generate", "--agencies", "1", "--bets", "50000000", "--output", world.folder,
                     stdout=subprocess.DEVNULL)
        time.sleep(0.3)
        made.send_signal(sig)
        made.wait()
        left = [name for name in os.listdir(world.folder) if name.startswith("agency-")]
        if made.returncode != -sig or left:
            raise Failure(f"status {made.returncode}, left {left}: {made.stderr.read()!r}")
