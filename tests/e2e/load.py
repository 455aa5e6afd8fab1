"""`sorteo load`: what it reports as stored is in the store, and it reports what was refused or could not be sent."""

import json
import os
import subprocess
import xml.dom.minidom

import wire
from server import Failure, clean_environment, free_port, program
from world import case


def load(*arguments):
    return subprocess.run([program("sorteo"), "load", *arguments], capture_output=True, text=True, check=False,
                          env=clean_environment())


def figures(*arguments, status=0):
    done = load(*arguments, "--json")
    if done.returncode != status:
        raise Failure(f"exit status {done.returncode}, wanted {status}: {done.stdout} {done.stderr}")
    return json.loads(done.stdout)


def expect_stored(world, bets):
    world.server.stop()
    rows = len(world.server.export())
    if rows != bets:
        raise Failure(f"{rows} bets are in the store, {bets} were reported")


@case(dialects=(wire.WIDE, wire.KEYED), heart=True)
def load_reports_what_is_stored(world):
    """As fast as it goes, and at a rate, over new connections. In keyed, no KEY may come twice."""
    world.compares = False
    server = world.serve(agencies=2)
    common = (f"127.0.0.1:{server.ports['agency']}", "--dialect", world.dialect.name, "--agencies", "2", "--duration",
              "60")
    picture = os.path.join(world.folder, "run.svg")
    first = figures(*common, "--bets", "2000", "--batch", "10", "--plot", picture)
    second = figures(*common, "--bets", "200", "--batch", "10", "--rate", "200", "--frames-per-connection", "3",
                     "--idle", "5")
    if (first["bets"], first["frames"], second["bets"]) != (2000, 200, 200):
        raise Failure(f"{first} {second}")
    if not 0 < first["p50_us"] <= first["p99_us"] <= first["max_us"] or second["seconds"] < 0.09:
        raise Failure(f"{first} {second}")
    if len(xml.dom.minidom.parse(picture).getElementsByTagName("polyline")) != 2:
        raise Failure("the picture has not two lines")
    expect_stored(world, 2200)


@case()
def load_tells_what_was_not_stored(world):
    """The server has no agency 3; and a rate that no server keeps up with leaves frames behind."""
    world.compares = False
    server = world.serve(agencies=2)
    address = f"127.0.0.1:{server.ports['agency']}"
    refused = figures(address, "--agencies", "3", "--bets", "30", "--batch", "1", "--duration", "60", status=1)
    if refused["bets"] != 20 or refused["refused"] != 10:
        raise Failure(f"{refused}")
    behind = figures(address, "--agencies", "2", "--rate", "1000000", "--duration", "1", status=1)
    if behind["behind"] == 0 or behind["p50_us"] < 250000:      # half of them came in the second half of a second
        raise Failure(f"{behind}")
    expect_stored(world, refused["bets"] + behind["bets"])


@case()
def load_says_what_it_cannot_do(world):
    world.compares = False
    nobody, missing = f"127.0.0.1:{free_port()}", os.path.join(world.folder, "missing", "run.svg")
    for arguments, status, said in (((nobody,), 1, "Connection refused"),
                                    (("sorteo.invalid:1",), 1, "sorteo.invalid:1: "),
                                    (("nobody",), 2, "not HOST:PORT"),
                                    ((nobody, "--plot", missing), 1, f"{missing}: No such file"),
                                    ((), 2, "where does the server listen"),
                                    ((nobody, "--batch", "5000"), 2, "do not fit"),
                                    ((nobody, "--batch", "none"), 2, "--batch"),
                                    ((nobody, "--bets", "2"), 2, "fewer than one for each agency")):
        done = load(*arguments)
        if done.returncode != status or said not in done.stderr:
            raise Failure(f"{arguments}: status {done.returncode}, {done.stderr!r}")
    picture = os.path.join(world.folder, "run.svg")
    load(nobody, "--plot", picture)
    if os.path.exists(picture):
        raise Failure("a run that did not begin leaves an empty picture")
