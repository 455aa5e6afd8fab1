"""Options and the environment: what is refused before anything is opened, defaults and what overrides them, the log."""

import functools
import os
import pty
import select
import signal
import subprocess
import threading
import time

import client
import wire
from client import DONE, USAGE, Client, run, write_file
from fake import FakeServer, good
from server import PATIENCE, Failure, clean_environment, program, wait_for
from terminal import Terminal
from wire import bet, bets
from world import case

# The arguments, and what the error must say.
WRONG = {
    "unknown_option": (["--bogus"], "'--bogus'"),
    "ambiguous_option": (["--win", "1"], "--win"),
    "missing_value": (["--agency"], "--agency"),
    "agency_0": (["--agency", "0"], "'0'", "1", "255"),
    "agency_256": (["--agency", "256"], "'256'", "255"),
    "agency_that_is_no_number": (["--agency", "1x"], "'1x'"),
    "agency_of_no_text": (["--agency", ""], "--agency"),
    "server_without_port": (["--server", "127.0.0.1"], "'127.0.0.1' is not HOST:PORT"),
    "server_port_65536": (["--server", "127.0.0.1:65536"], "127.0.0.1:65536"),
    "server_port_0": (["--server", "127.0.0.1:0"], "'127.0.0.1:0' has port 0"),
    "server_of_no_text": (["--server", ""], "--server"),
    "server_missing_in_a_list": (["--server", "a:1,,b:1"], "a server's address is missing in 'a:1,,b:1' (--server"),
    "server_of_a_list_without_port": (["--server", "a:1,b"], "'b' is not HOST:PORT"),
    "server_of_a_list_with_port_0": (["--server", "a:1,b:0"], "'b:0' has port 0"),
    "server_given_twice": (["--server", "a:1", "--server", "b:1,a:1"], "the server's address 'a:1' is given twice"),
    "server_beyond_the_sixteenth": (["--server", ",".join(f"a:{port}" for port in range(1, 18))],
                                    "one more than the 16 that may be given"),
    "dialect_that_is_none": (["--dialect", "broad"], "'broad'", "wide, compact"),
    "batch_0": (["--batch", "0"], "'0' is neither auto nor a number from 1 to 65535"),
    "batch_65536": (["--batch", "65536"], "'65536' is neither"),
    "batch_minus_1": (["--batch", "-1"], "'-1' is neither"),
    "batch_that_is_no_number": (["--batch", "many"], "'many' is neither"),
    "window_0": (["--window", "0"], "'0'", "1"),
    "window_1025": (["--window", "1025"], "'1025'", "1024"),
    "window_with_per_frame": (["--window", "2", "--connection", "per-frame"], "--window must be 1"),
    "window_with_resend": (["--window", "2", "--on-doubt", "resend"], "--on-doubt resend needs --window 1",
                           "such as wide", "stored twice", "'sorteo export --agency 1 --count' says", "skip=LINE"),
    "window_with_skip": (["--window", "2", "--on-doubt", "skip", "--resume", "x"], "--on-doubt skip needs --window 1",
                         "would be lost", "skip=LINE"),
    "connection_that_is_none": (["--connection", "both"], "'both'", "keep"),
    "on_doubt_that_is_none": (["--on-doubt", "perhaps"], "'perhaps'", "stop"),
    "retry_for_minus_1": (["--retry-for", "-1"], "'-1'"),
    "retry_for_that_is_no_number": (["--retry-for", "soon"], "'soon'"),
    "retry_for_more_than_a_year": (["--retry-for", "31536001"], "'31536001'"),
    "log_level_that_is_none": (["--log-level", "LOUD"], "'LOUD'", "DEBUG"),
    "winners_of_no_text": (["--winners", ""], "--winners"),
    "single_with_batch": (["--single", "--batch", "3"], "--single sends each bet alone"),
    "single_with_winners": (["--single", "--winners", "-"], "the single-bet stream returns no winners"),
    "single_with_results": (["--single", "--results"], "--results"),
    "results_with_a_file": (["--results"], "--results sends no bets, but a file is given: 'agency-1.csv'"),
    "results_with_empty_round": (["--results", "--empty-round"], "cannot be used together"),
    "finish_key_in_wide": (["--finish-key", "1"], "--finish-key is for a dialect with keys"),
    "finish_key_over_64_bits": (["--dialect", "keyed", "--finish-key", "18446744073709551616"], "--finish-key"),
    "retry_pause_0": (["--retry-pause", "0"], "'0'", "0.001"),
    "skip_without_resume": (["--on-doubt", "skip"], "--on-doubt skip needs the --resume file"),
    "resume_of_no_text": (["--resume", ""], "--resume"),
    "resume_with_finish_key": (["--resume", "x", "--finish-key", "1", "--dialect", "keyed"],
                               "--finish-key cannot be given"),
    "two_files": (["agency-2.csv"], "unexpected argument"),
    "flag_with_a_value": (["--single=yes"], "--single"),
}


def add_wrong_case(name, arguments, said):
    def test(world):
        write_file(world, bets(1))
        with FakeServer(world.dialect, good) as fake:
            refused = run(world, *arguments, client.FILE, server=fake)
            refused.expect(USAGE, "sorteo-client: ", "Try 'sorteo-client --help'.", *said)
            if refused.out or refused.err.count("\n") != 1:
                raise Failure(f"wanted one line on standard error, got {refused.out!r} and {refused.err!r}")
            fake.expect_shape("")
    test.__name__ = f"option_{name}_is_refused"
    case(heart=name in ("missing_value", "agency_256"))(test)


for wrong_name, (wrong_arguments, *wrong_said) in WRONG.items():
    add_wrong_case(wrong_name, wrong_arguments, wrong_said)


@case()
def results_in_keyed_without_a_key_is_refused(world):
    world.compares = False
    run(world, "--agency", "1", "--dialect", "keyed", "--results", defaults=False).expect(
        USAGE, "--results needs --finish-key in a dialect with keys")


@case()
def resume_without_bets_is_refused(world):
    world.compares = False
    for option in ("--results", "--empty-round"):
        run(world, "--agency", "1", "--resume", "x", option, defaults=False).expect(
            USAGE, f"--resume records which bets were sent, and {option} sends none")


@case()
def client_without_agency_or_bets_is_refused(world):
    world.compares = False
    run(world, client.FILE, defaults=False).expect(USAGE, "the agency is missing: give --agency N, or set CLI_ID")
    run(world, "--agency", "1", defaults=False).expect(USAGE, "no bets: give FILE.csv, or - for standard input")


@case()
def help_and_version_are_printed(world):
    world.compares = False
    for option, text in (("--help", "--retry-for"), ("--version", "sorteo-client")):
        printed = run(world, option, defaults=False).expect_done()
        if text not in printed.out or max(map(len, printed.out.splitlines())) > 80:
            raise Failure(f"{option} printed:\n{printed.out}")


# ---- The environment -------------------------------------------------------------------------------------------

# What container platforms set beside a service of that name: Kubernetes, and Docker for a link.
SERVICE = {"SORTEO_SERVICE_HOST": "10.0.0.7", "SORTEO_SERVICE_PORT": "12345", "SORTEO_SERVICE_PORT_AGENCY": "12345",
           "SORTEO_PORT": "tcp://10.0.0.7:12345", "SORTEO_PORT_12345_TCP": "tcp://10.0.0.7:12345",
           "SORTEO_PORT_12345_TCP_PROTO": "tcp", "SORTEO_PORT_12345_TCP_PORT": "12345",
           "SORTEO_PORT_12345_TCP_ADDR": "10.0.0.7", "SORTEO_NAME": "/agency/sorteo", "SORTEO_ENV_PATH": "/bin"}


@case()
def service_called_sorteo_disturbs_no_program(world):
    """It once made each `sorteo decode` a usage error: --port had the variable SORTEO_PORT."""
    world.serve(agencies=1, environment=SERVICE)
    agency_bets = bets(5)
    write_file(world, agency_bets)
    run(world, client.FILE, environment=SERVICE).expect_done(winners=0)
    world.ledger.stored += agency_bets
    encoded = tool(world, "encode", "--agency", "1", client.FILE)
    if tool(world, "decode", stdin=encoded.stdout).stdout.count(b"BET agency=1") != 5:
        raise Failure("the bets were not decoded")
    tool(world, "describe")


def tool(world, *arguments, stdin=b""):
    done = subprocess.run([program("sorteo"), *arguments], input=stdin, capture_output=True, cwd=world.folder,
                          env=clean_environment(**SERVICE), timeout=PATIENCE, check=False)
    if done.returncode != 0 or done.stderr:
        raise Failure(f"sorteo {arguments[0]}: status {done.returncode}, {done.stderr!r}")
    return done


def environment_of(fake, **changes):
    return {"CLI_ID": "1", "CLI_SERVER_ADDRESS": f"127.0.0.1:{fake.ports['agency']}", "CLI_BATCH_MAXAMOUNT": "2",
            "CLI_LOG_LEVEL": "ERROR", **changes}


@case()
def environment_gives_defaults(world):
    agency_bets = bets(5)
    write_file(world, agency_bets)
    with FakeServer(world.dialect, good) as fake:
        quiet = run(world, client.FILE, defaults=False, environment=environment_of(fake)).expect_done()
        if quiet.out:
            raise Failure(f"CLI_LOG_LEVEL=ERROR still logged: {quiet.out!r}")
        fake.expect_shape("b2b2b1FR")
        fake.expect_stored(agency_bets)


@case()
def options_win_over_the_environment(world):
    agency_bets = bets(5, 7)
    write_file(world, agency_bets)
    with FakeServer(world.dialect, good) as fake:
        environment = environment_of(fake, CLI_ID="0", CLI_SERVER_ADDRESS="nonsense", CLI_BATCH_MAXAMOUNT="many",
                                     CLI_LOG_LEVEL="LOUD")
        spoken = run(world, "--agency", "7", "--server", f"127.0.0.1:{fake.ports['agency']}", "--batch", "3",
                     "--log-level", "info", client.FILE, defaults=False, environment=environment)
        spoken.expect_done(winners=0)
        fake.expect_shape("b3b2FR")
        fake.expect_stored(agency_bets)


def add_wrong_variable_case(name, value, said):
    def test(world):
        write_file(world, bets(1))
        with FakeServer(world.dialect, good) as fake:
            environment = environment_of(fake, **{name: value})
            run(world, client.FILE, defaults=False, environment=environment).expect(USAGE, name, *said)
            fake.expect_shape("")
    test.__name__ = f"variable_{name}_of_{value or 'space'}_is_refused".replace(" ", "_")
    case()(test)


add_wrong_variable_case("CLI_ID", "256", ["'256'"])
add_wrong_variable_case("CLI_ID", "one", ["'one'"])
add_wrong_variable_case("CLI_SERVER_ADDRESS", "server", ["'server' is not HOST:PORT"])
add_wrong_variable_case("CLI_BATCH_MAXAMOUNT", "0", ["'0' is neither"])
add_wrong_variable_case("CLI_LOG_LEVEL", "LOUD", ["'LOUD'"])

ONE_BET = {"NOMBRE": "Santiago Lionel", "APELLIDO": "Lorca", "DOCUMENTO": "30904465", "NACIMIENTO": "1999-03-17",
           "NUMERO": "2201"}


def bet_of_environment(**changes):
    return bet(name=b"Santiago Lionel", surname=b"Lorca", document=30904465, birthdate=b"1999-03-17", number=2201,
               **changes)


@case(wire.ALL)
def bet_of_the_environment_goes_over_the_single_bet_stream(world):
    world.serve(agencies=1)
    sent = run(world, stream="bets", environment=ONE_BET).expect_done()
    if not sent.log("apuesta_enviada", result="success", dni="30904465", numero="2201"):
        raise Failure(f"the client did not log the bet, but: {sent.out}")
    if sent.log("finish"):
        raise Failure("a FINISH followed a single bet")
    world.ledger.stored.append(bet_of_environment())


@case()
def masked_document_shows_its_last_three_digits(world):
    world.serve(agencies=1)
    sent = run(world, "--mask-documents", stream="bets", environment=ONE_BET).expect_done()
    if not sent.log("apuesta_enviada", result="success", dni="*****465", numero="2201") or "30904465" in sent.out:
        raise Failure(f"the document is not masked: {sent.out}")
    world.ledger.stored.append(bet_of_environment())


@case(wire.ALL)
def bet_of_the_environment_goes_as_a_batch_if_told(world):
    world.serve(agencies=1, winning_number=2201)
    run(world, "--batch", "1", environment=ONE_BET).expect_done(winners=1)
    world.ledger.stored.append(bet_of_environment())


@case()
def wrong_bet_of_the_environment_sends_nothing(world):
    world.serve(agencies=1)
    for name, value, said in (
            ("NUMERO", "65536", "the environment:1: number (field 5): \"65536\" is not a decimal number"),
            ("DOCUMENTO", "", "the environment:1: document (field 3): \"\" is not a decimal number"),
            ("NACIMIENTO", "1999-02-29", "the environment:1: birth date (field 4): \"1999-02-29\": not a day"),
            ("NOMBRE", "a\tb", "the environment:1: first name (field 1): a control character")):
        run(world, stream="bets", environment={**ONE_BET, name: value}).expect(USAGE, said)
    missing = {name: value for name, value in ONE_BET.items() if name != "NACIMIENTO"}
    run(world, stream="bets", environment=missing).expect(USAGE, "part of a bet, but NACIMIENTO is not set")


# ---- Standard input, output and error ---------------------------------------------------------------------------

@case()
def winners_go_to_standard_output_and_the_log_to_standard_error(world):
    world.serve(agencies=1)
    agency_bets = bets(3) + bets(2, number=wire.WINNING) + bets(1)
    write_file(world, agency_bets)
    told = run(world, "--winners", "-", client.FILE).expect(DONE, "action: consulta_ganadores | result: success")
    if told.out != "".join(f"{one.document}\n" for one in agency_bets[3:5]):
        raise Failure(f"standard output is {told.out!r}")
    world.ledger.stored += agency_bets


@case()
def winners_that_cannot_be_written_fail_the_run(world):
    world.serve(agencies=1)
    agency_bets = bets(2, number=wire.WINNING)
    write_file(world, agency_bets)
    run(world, "--winners", "missing/winners", client.FILE).expect(
        USAGE, "the winners cannot be written to missing/winners: No such file or directory")
    run(world, "--winners", "/dev/full", client.FILE).expect(
        client.FAILED,
        "the winners cannot be written to /dev/full: No space left on device; --results asks for them again")
    world.ledger.stored += agency_bets
    run(world, "--results", "--winners", "winners").expect_done(winners=2)
    with open(os.path.join(world.folder, "winners"), encoding="ascii") as file:
        if file.read() != "".join(f"{one.document}\n" for one in agency_bets):
            raise Failure("the winners' file is wrong")


@case()
def client_without_standard_descriptors_writes_its_log_nowhere_else(world):
    """No file that it opens may become the standard output that the log goes to."""
    world.serve(agencies=1)
    agency_bets = bets(3, number=wire.WINNING)
    write_file(world, agency_bets)
    for closed in ((0,), (0, 1), (0, 1, 2)):
        run(world, "--winners", "winners", client.FILE, closed=closed).expect(DONE)
        with open(os.path.join(world.folder, "winners"), encoding="ascii") as file:
            if file.read() != "".join(f"{one.document}\n" for one in agency_bets):
                raise Failure("there is more than winners in the winners' file")
        run(world, "--results", closed=closed).expect(DONE)
        world.ledger.stored += agency_bets


@case()
def log_that_nobody_reads_does_not_stop_the_client(world):
    """Standard output is a pipe that is full."""
    world.serve(agencies=1)
    agency_bets = bets(3000)
    write_file(world, agency_bets)
    reader, writer = os.pipe()
    sent = Client(world, "--batch", "1", "--window", "64", client.FILE, stdout=writer)
    os.close(writer)
    sent.expect(DONE)
    os.close(reader)
    world.ledger.stored += agency_bets


# ---- The progress bar --------------------------------------------------------------------------------------------

def slow(connection, until=None):
    """A correct server that takes 40 ms per frame; until that event, if there is one."""
    answer = connection.answer

    def later(value=0):
        if until is None or not until.is_set():
            time.sleep(0.04)
        answer(value)
    connection.answer = later
    good(connection)


def read_terminal(master, client_process):
    """Everything that is written to the terminal while the client runs."""
    shown = b""
    while True:
        if select.select([master], [], [], 0.05)[0]:
            try:
                piece = os.read(master, 65536)
            except OSError:  # the last writer has closed it
                return shown
            shown += piece
        elif client_process.poll() is not None:
            return shown


@case()
def progress_bar_is_shown_on_a_terminal(world):
    write_file(world, bets(10))
    with FakeServer(world.dialect, slow) as fake:
        master, slave = pty.openpty()
        shown = Client(world, "--batch", "1", "--log-level", "ERROR", client.FILE, server=fake, stderr=slave,
                       environment={"TERM": "xterm"})
        os.close(slave)
        text = read_terminal(master, shown.process)
        os.close(master)
        shown.expect(DONE)
    for part in (b"/10 bets  ", b"[##------------------]  10 %", b"/s  0:", b" left", b"\r\x1b[K"):
        if part not in text:
            raise Failure(f"{part!r} is not on the terminal: {text!r}")
    if not text.endswith(b"\r\x1b[K"):
        raise Failure(f"the bar was left on the terminal: {text[-80:]!r}")
    if text.count(b"bets") < 3:
        raise Failure(f"the bar did not move: {text!r}")


@case()
def progress_bar_leaves_nothing_behind_on_a_terminal_that_becomes_narrower(world):
    """From wide to narrow, where the bar that is shown is broken into several lines, and wide again."""
    write_file(world, bets(2000))
    shown, resized = [], threading.Event()
    with FakeServer(world.dialect, functools.partial(slow, until=resized)) as fake, Terminal(100) as terminal:
        running = Client(world, "--batch", "1", "--log-level", "ERROR", client.FILE, server=fake,
                         stderr=terminal.slave, environment={"TERM": "xterm"})
        terminal.close_slave()
        for columns in (40, 18, 7, 100):
            wait_for(lambda: terminal.read(0.01) and terminal.screen.text(), "the bar to be shown")
            shown.append(terminal.screen.text())
            running.signal(signal.SIGSTOP)
            terminal.resize(columns)
            running.signal(signal.SIGCONT)
            wait_for(terminal.has_more, "the bar to be drawn again")
        resized.set()
        while terminal.read(0.05) and running.process.poll() is None:
            pass
        running.expect(DONE)
    if not shown[0].startswith("[") or not shown[1][0].isdigit():
        raise Failure(f"the bar is not as wide as the terminal: {shown}")
    if terminal.screen.text():
        raise Failure(f"was left on the terminal: {terminal.screen.text()!r}; shown: {shown}")


@case()
def progress_bar_is_not_shown_in_a_pipe_or_on_a_dumb_terminal(world):
    write_file(world, bets(10))
    with FakeServer(world.dialect, slow) as fake:
        run(world, "--batch", "1", client.FILE, server=fake, environment={"TERM": "xterm"}).expect_done()
        master, slave = pty.openpty()
        plain = Client(world, "--batch", "1", client.FILE, server=fake, stderr=slave, environment={"TERM": "dumb"})
        os.close(slave)
        text = read_terminal(master, plain.process)
        os.close(master)
        plain.expect(DONE)
    if text:
        raise Failure(f"a dumb terminal got {text!r}")
