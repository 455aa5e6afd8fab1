#!/usr/bin/env python3
"""Does `sorteo conform` pass correct programs, and does each case find the fault that is planted for it? Prints TAP.

usage: run.py ours|planted [-j JOBS] [NAME-PART ...]

    ours        sorteo-server and sorteo-client in every dialect: all cases pass
    planted     planted_server.py and planted_client.py without a fault, in every dialect: all pass; then with the fault
                of each case, in one dialect that the case runs in: the case fails

The environment variable BUILD names the folder of the programs (default: build).
"""

import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../e2e"), os.path.join(HERE, "../tools")]

import wire  # noqa: E402
from closed_pipe import end_of  # noqa: E402
from server import Server, program  # noqa: E402

# Seconds to wait for what must come, and to listen for what must not. With a fault the first is what a case takes.
PATIENT = ("--timeout", "60", "--silence", "0.5")
QUICK = ("--timeout", "1", "--silence", "0.1")
QUICK_CLIENT = ("--timeout", "10", "--silence", "0.3")  # it begins with the start of a program
# Cases that wait for a server's deadlines run against one that has short ones; the others would have to be quick there.
LATE = ("late_first_byte", "late_frame", "waiting_is_never_late")
SHORT, LONG = 2, 60


class Failure(Exception):
    pass


def conform(*arguments):
    """The results by the names of their cases."""
    command = [program("sorteo"), "conform", arguments[0], "--json", *arguments[1:]]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if not lines or "passed" not in lines[-1]:
        raise Failure(f"it ended with {done.returncode}: {done.stderr}")
    if done.returncode != (lines[-1]["failed"] > 0):
        raise Failure(f"exit status {done.returncode} after {lines[-1]}")
    return {line["case"]: line for line in lines[:-1]}


def expect_passed(results):
    failed = [result for result in results.values() if result["result"] == "failed"]
    if failed:
        raise Failure("\n".join(json.dumps(result) for result in failed))
    skipped = sum(result["result"] == "skipped" for result in results.values())
    return f"{len(results) - skipped} passed, {skipped} skipped"


def cases(of):
    """The names of the cases of a server, or of a client."""
    listed = subprocess.run([program("sorteo"), "conform", of, "--list"], stdout=subprocess.PIPE, text=True,
                            check=True).stdout
    return [line.split()[1] for line in listed.splitlines()]


def expect_failed(name, run):
    """In the first dialect that does not skip the case."""
    for dialect in (wire.WIDE, wire.KEYED):
        result = run(dialect)[name]
        if result["result"] == "failed":
            return f"in {dialect.name}: expected {result['expected']}; came {result['came']}"
        if result["result"] == "passed":
            raise Failure(f"in {dialect.name} the case passes")
    raise Failure("the case is skipped in every dialect")


# ---- Servers -----------------------------------------------------------------------------------------------------

def deadlines(chosen):
    """The server's, and what conform is told of it."""
    return (SHORT, ("--deadline", str(SHORT), "--case", chosen)) if chosen in (*LATE, ",".join(LATE)) else (LONG, ())


def our_server(dialect, chosen=""):
    deadline, late = deadlines(chosen)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(folder, dialect=dialect.name, agencies=4, rounds=2, first_byte_timeout=deadline,
                        frame_timeout=deadline).start()
        try:
            return expect_passed(conform(
                "server", f"127.0.0.1:{server.ports['agency']}", "--bets", f"127.0.0.1:{server.ports['bets']}",
                "--dialect", dialect.name, "--agencies", "4", *late, *PATIENT))
        finally:
            server.destroy()


def planted_server(dialect, fault, chosen, *options):
    deadline, late = deadlines(chosen)
    command = [sys.executable, os.path.join(HERE, "planted_server.py"), dialect.name, str(deadline),
               *([fault] if fault else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            ports = server.stdout.readline().split()
            return conform("server", f"127.0.0.1:{ports[0]}", "--bets", f"127.0.0.1:{ports[1]}", "--dialect",
                           dialect.name, "--agencies", "4", *(late or (("--case", chosen) if chosen else ())), *options)
        finally:
            server.stdin.close()
            server.kill()


def good_planted_server(dialect, chosen=""):
    return expect_passed(planted_server(dialect, None, chosen, *PATIENT))


def faulty_server(name):
    return expect_failed(name, lambda dialect: planted_server(dialect, name, name, *QUICK))


def late_receipt_case():
    """The case asks for WINNERS again where an earlier one has used up the connection that they came on."""
    name, earlier = "receipt_has_no_answer", "finish_repeats_the_round_before"
    return expect_failed(name, lambda dialect: planted_server(dialect, name, f"{earlier},{name}", *QUICK))


# ---- Clients -----------------------------------------------------------------------------------------------------

def our_client(dialect):
    return expect_passed(conform("client", "--dialect", dialect.name, *PATIENT, "--", program("sorteo-client"),
                                 "--server", "{server}", "--agency", "{agency}", "--dialect", "{dialect}", "{file}"))


def planted_client(dialect, fault, *options):
    return conform("client", "--dialect", dialect.name, *options, "--", sys.executable,
                   os.path.join(HERE, "planted_client.py"), "{dialect}", "{server}", "{agency}", "{file}",
                   *([fault] if fault else []))


def good_planted_client(dialect):
    return expect_passed(planted_client(dialect, None, *PATIENT))


def faulty_client(name):
    return expect_failed(name, lambda dialect: planted_client(dialect, name, "--case", name, *QUICK_CLIENT))


# ---- The program -------------------------------------------------------------------------------------------------

def tests(what):
    """(name, function) of each."""
    if what == "ours":
        for dialect in wire.ALL:
            yield f"sorteo_server_in_{dialect.name}", lambda dialect=dialect: our_server(dialect)
            yield f"sorteo_client_in_{dialect.name}", lambda dialect=dialect: our_client(dialect)
        yield "sorteo_server_at_its_deadlines", lambda: our_server(wire.WIDE, ",".join(LATE))
        return
    for dialect in wire.ALL:
        yield f"server_without_a_fault_in_{dialect.name}", lambda dialect=dialect: good_planted_server(dialect)
        yield f"client_without_a_fault_in_{dialect.name}", lambda dialect=dialect: good_planted_client(dialect)
    yield "server_without_a_fault_at_its_deadlines", lambda: good_planted_server(wire.WIDE, ",".join(LATE))
    for name in cases("server"):
        yield f"server_fails_{name}", lambda name=name: faulty_server(name)
    yield "server_fails_receipt_has_no_answer_after_the_next_round", late_receipt_case
    for name in cases("client"):
        yield f"client_fails_{name}", lambda name=name: faulty_client(name)


def run(name, function):
    try:
        return name, None, function()
    except Failure as failure:
        return name, str(failure), ""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("ours", "planted"))
    parser.add_argument("-j", "--jobs", type=int, default=4)
    parser.add_argument("parts", nargs="*", metavar="NAME-PART")
    options = parser.parse_args()
    chosen = [(name, function) for name, function in tests(options.what)
              if not options.parts or any(part in name for part in options.parts)]
    print(f"1..{len(chosen)}", flush=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = pool.map(lambda test: run(*test), chosen)
        for number, (name, reason, said) in enumerate(results, 1):
            failed += reason is not None
            print(f"{'not ok' if reason else 'ok'} {number} - {name}")
            for line in (reason or said).splitlines():
                print(f"# {line}")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(end_of(main))
