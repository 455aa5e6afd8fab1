"""`sorteo conform` as its users call it: exit statuses, and a server whose settings are not those that it was told. All
of its cases are run in tests/conform/."""

import json
import subprocess

from server import Failure, clean_environment, free_port, program
from world import case


def conform(*arguments):
    return subprocess.run([program("sorteo"), "conform", *arguments], capture_output=True, text=True, check=False,
                          env=clean_environment())


def expect_status(done, wanted):
    if done.returncode != wanted:
        raise Failure(f"exit status {done.returncode}, wanted {wanted}: {done.stdout[-500:]} {done.stderr}")


@case(heart=True)
def case_that_fails_is_reported(world):
    """Told of one agency, it expects that the second is refused; this server has two."""
    world.compares = False
    server = world.serve(agencies=2)
    address = f"127.0.0.1:{server.ports['agency']}"
    arguments = ("server", address, "--agencies", "1", "--case", "agency_above_n,agency_zero")
    tap = conform(*arguments)
    expect_status(tap, 1)
    for line in ("1..2", '  expected: "ANSWER 1"', '  came: "ANSWER 0 on connection 1"',
                 "# 1 passed, 1 failed, 0 skipped"):
        if line not in tap.stdout.splitlines():
            raise Failure(f"no line {line!r} in {tap.stdout}")
    lines = [json.loads(line) for line in conform(*arguments, "--json").stdout.splitlines()]
    if [line.get("result") for line in lines] != ["passed", "failed", None] or lines[1]["section"] != "6":
        raise Failure(f"JSON: {lines}")
    expect_status(conform("server", address, "--agencies", "2", "--case", "agency_above_n"), 0)


@case()
def conform_says_what_it_cannot_do(world):
    world.compares = False
    nobody = f"127.0.0.1:{free_port()}"
    for arguments, said in ((("server", nobody), "Connection refused; is the server started?"),
                            (("server", "nowhere"), "HOST:PORT"),
                            (("server",), "where does the server listen"),
                            (("server", nobody, "--case", "no_such_case"), "no case has this in its name"),
                            (("server", nobody, "--rounds", "3"), "--rounds"),
                            (("client", "--"), "how is the client started"),
                            (("client", "--", "true"), "no {server} or {port}"),
                            (("client", "--case", "no_such_case", "--", "true", "{port}"), "no case has this"),
                            (("nothing",), "nothing: neither 'server' nor 'client'"),
                            (("server", nobody, nobody), "one server at a time"),
                            ((), "neither 'server' nor 'client'")):
        done = conform(*arguments)
        expect_status(done, 2)
        if said not in done.stderr:
            raise Failure(f"{arguments}: no {said!r} in {done.stderr!r}")


@case(heart=True)
def client_that_does_not_come_fails_its_case(world):
    """It exits with 0 and has sent nothing; what it said is shown."""
    world.compares = False
    done = conform("client", "--case", "client_bad_utf8,client_no_winners", "--", "sh", "-c", "echo good bye {port}")
    expect_status(done, 1)
    if "# 1 passed, 1 failed" not in done.stdout or '  said: "good bye ' not in done.stdout:
        raise Failure(f"it printed {done.stdout}")
    done = conform("client", "--case", "client_no_winners", "--", "/nowhere/client", "{port}")
    expect_status(done, 1)
    if "/nowhere/client: No such file or directory" not in done.stdout:
        raise Failure(f"it printed {done.stdout}")
