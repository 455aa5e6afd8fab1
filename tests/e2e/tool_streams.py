"""The tool at pipes and signals: a reader that goes away, a descriptor that does not wait, an interruption."""

import contextlib
import os
import resource
import signal
import subprocess
import time

from client import rows, write_file
from server import PATIENCE, Failure, clean_environment, program, wait_calm, wait_for
from wire import bets
from world import case

MANY = 20000
MORE_THAN_FIT = 10**12     # bets: as many as can be asked for
FAR = (2 << 30) + 12345     # an offset in a file
LARGEST = 2 << 30           # bytes of a file: far more than are written before the interruption comes


def start(world, *arguments, **options):
    return subprocess.Popen([program("sorteo"), *arguments], cwd=world.folder, env=clean_environment(),
                            stderr=subprocess.PIPE, **options)


def encode_many(world):
    write_file(world, rows(bets(10)) * (MANY // 10))
    with open(os.path.join(world.folder, "frames"), "wb") as frames:
        if start(world, "encode", "--agency", "1", "agency-1.csv", stdout=frames).wait() != 0:
            raise Failure("cannot encode")


@case(heart=True)
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
def non_blocking_output_of_export_is_written_whole(world):
    """More than a pipe holds. It once ended with `Resource temporarily unavailable`, in the middle of a row."""
    world.serve(agencies=1)
    peer = world.peer()
    for _ in range(10):
        peer.store(bets(200))
    peer.close()
    world.server.stop()
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    exported = start(world, "export", "--store", world.server.store, stdout=writer)
    os.close(writer)
    wait_calm(lambda: [exported.pid] if exported.poll() is None else [], "the export to wait for its reader")
    with os.fdopen(reader, "rb") as pipe:
        printed = pipe.read()
    if exported.wait() != 0 or printed.count(b"\n") != 2000 or len(printed) <= 65536:
        raise Failure(f"status {exported.returncode}, {len(printed)} bytes: {exported.stderr.read()!r}")


def read_slowly(world, pieces, *arguments):
    """What a command prints, and says, whose non-blocking standard input gets the pieces one after the other."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    reading = start(world, *arguments, stdin=reader, stdout=subprocess.PIPE)
    os.close(reader)
    for piece in pieces:
        time.sleep(0.2)
        with contextlib.suppress(BrokenPipeError):      # it has seen enough
            os.write(writer, piece)
    os.close(writer)
    return reading.communicate(timeout=PATIENCE)


@case()
def non_blocking_input_is_waited_for(world):
    """It once ended where nothing had come yet."""
    world.compares = False
    write_file(world, rows(bets(2)))
    encoded = start(world, "encode", "--agency", "1", "agency-1.csv", stdout=subprocess.PIPE)
    frames, _ = encoded.communicate(timeout=PATIENCE)
    halves = (frames[:20], frames[20:])
    for arguments, printed, said in ((("decode", "-"), b"BATCH_END", b""),
                                     (("decode", "--html", "-"), b"</html>", b""),
                                     (("decode", "--html", "--pcap", "-"), b"", b"unknown file format")):
        out, err = read_slowly(world, halves, *arguments)
        if printed not in out or said not in err or (err and not said):
            raise Failure(f"{arguments}: {out!r}, {err!r}")


@case()
def generated_file_with_escapes_in_its_name_is_not_shown_raw(world):
    world.compares = False
    made = start(world, "generate", "--agencies", "1", "--bets", "1", "--output", "a\033[31m\nb\u009b",
                 stdout=subprocess.PIPE)
    out, _ = made.communicate(timeout=PATIENCE)
    if made.returncode != 0 or b"agency-1.csv" not in out or b"\033" in out or "\u009b".encode() in out or \
            out.count(b"\n") != 1:
        raise Failure(f"status {made.returncode}: {out!r}")


@case()
def file_of_more_than_2_gib_is_decoded(world):
    """Its beginning by its name (a hole is a FINISH and a wrong RECEIPT), and what is beyond 31 bits of offset."""
    world.compares = False
    write_file(world, rows(bets(5)))
    frames = start(world, "encode", "--agency", "1", "agency-1.csv", stdout=subprocess.PIPE).communicate()[0]
    path = os.path.join(world.folder, "large")
    with open(path, "wb") as large:
        large.write(frames + b"\0")
        large.seek(FAR)
        large.write(frames)
    named = start(world, "decode", path, stdout=subprocess.PIPE)
    out, err = named.communicate(timeout=PATIENCE)
    if named.returncode != 1 or out.count(b"BET agency=1") != 5 or f"byte {len(frames) + 3}, ".encode() not in err:
        raise Failure(f"by its name: status {named.returncode}, {out!r}, {err!r}")
    with open(path, "rb") as large:
        large.seek(FAR)
        placed = start(world, "decode", "-", stdin=large, stdout=subprocess.PIPE)
        out, err = placed.communicate(timeout=PATIENCE)
    if placed.returncode != 0 or out.count(b"BET agency=1") != 5:
        raise Failure(f"from {FAR} on: status {placed.returncode}, {out!r}, {err!r}")


def accept_interruptions():
    """In the child: a shell's job in the background has SIGINT ignored, and what it starts inherits that. The limit of
    a file's size is a net for a generator that nothing ends."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))


def bytes_in_open_files(pid, folder):
    """What the files hold that the process has open in the folder, with a name or without."""
    held = 0
    for entry in os.scandir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):    # closed in the meantime
            if os.readlink(entry.path).startswith(os.path.join(folder, "")):
                held += os.stat(entry.path).st_size
    return held


@case()
def interrupted_generate_leaves_no_file(world):
    """It is in the middle whenever it is interrupted: some of its file is written, and the rest would never fit."""
    world.compares = False
    folder = os.path.realpath(world.folder)
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        made = start(world, "generate", "--agencies", "1", "--bets", str(MORE_THAN_FIT), "--output", folder,
                     stdout=subprocess.DEVNULL, preexec_fn=accept_interruptions)
        try:
            wait_for(lambda pid=made.pid: bytes_in_open_files(pid, folder) > 0, "the first rows in the file")
            made.send_signal(sig)
            made.wait(PATIENCE)
        finally:
            made.kill()
        left = [name for name in os.listdir(folder) if name.startswith("agency-")]
        if made.returncode != -sig or left:
            raise Failure(f"status {made.returncode}, left {left}: {made.stderr.read()!r}")
