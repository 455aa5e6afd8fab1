"""`sorteo conform` as its users call it: exit statuses, and a server whose settings are not those that it was told. All
of its cases are run in tests/conform/."""

import json
import os
import signal
import subprocess
import time

from server import PATIENCE, Failure, clean_environment, free_port, program
from world import case


def conform(*arguments):
    return subprocess.run([program("sorteo"), "conform", *arguments], capture_output=True, text=True, check=False,
                          env=clean_environment())


def expect_status(done, wanted):
    if done.returncode != wanted:
        raise Failure(f"exit status {done.returncode}, wanted {wanted}: {done.stdout[-500:]} {done.stderr}")


@case()
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


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(done, what):
    deadline = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise Failure(what)
        time.sleep(0.05)


@case(seconds=200)
def client_ends_when_conform_is_ended(world):
    """With what it has started: a group of processes that no key of the terminal reaches."""
    world.compares = False
    told = os.path.join(world.folder, "told")
    client = f"sleep 600 & echo $$ $! >{told}.new && mv {told}.new {told}; wait; : {{port}}"
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        process = subprocess.Popen(  # pylint: disable=consider-using-with
            ["env", "--default-signal=INT,TERM,HUP,QUIT", program("sorteo"), "conform", "client", "--timeout", "600",
             "--", "sh", "-c", client], stdout=subprocess.DEVNULL, env=clean_environment())
        wait_until(lambda: os.path.exists(told), "the client was not started")
        with open(told, encoding="utf-8") as file:
            pids = [int(pid) for pid in file.read().split()]
        os.remove(told)
        process.send_signal(number)
        try:
            if process.wait(PATIENCE) != -number:
                raise Failure(f"{number.name} ended it with {process.returncode}")
            wait_until(lambda pids=pids: not any(map(is_alive, pids)), f"{number.name} leaves the client running")
        finally:
            for pid in filter(is_alive, pids):
                os.kill(pid, signal.SIGKILL)
