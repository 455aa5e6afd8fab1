"""Starting: options, what is refused with a reason, and what a store remembers."""

import contextlib
import errno
import os
import socket
import sqlite3
import subprocess

import wire
from server import PATIENCE, Failure, clean_environment, free_port, program, wait_for
from wire import COMPACT, WIDE, bets
from world import Skip, case, mounting

REFUSE_WITHIN = 9.0  # seconds: the server waits 5 s for a lingering lock


def expect_start_refused(world, *hints, environment=None, **options):
    """The server exits with a status other than 0, for a reason that contains one of the hints."""
    server = world.add_server(environment=environment, **options)
    server.launch()
    status = server.wait_exit(REFUSE_WITHIN)
    said = server.text()
    if status == 0 or status < 0:
        raise Failure(f"exit status {status}, wanted an error")
    if not any(hint.lower() in said.lower() for hint in hints):
        raise Failure(f"the reason names none of {hints}: {said!r}")
    server.expect_no_process()
    return status


# ---- Options ------------------------------------------------------------------------------------------------

BAD_OPTIONS = {
    "listen": ("", "127.0.0.1", ":", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:12x"),
    "bet-listen": ("", "127.0.0.1", "127.0.0.1:65536"),
    "agencies": ("", "0", "256", "-1", "x", "1.5", "5x", "99999999999999999999"),
    "workers": ("", "0", "-1", "x", "99999999999"),
    "dialect": ("", "narrow", "wide,compact"),
    "winning-number": ("", "-1", "65536", "x", "7574x"),
    "rounds": ("", "-1", "x"),
    "max-frame": ("", "0", "-1", "x"),
    "max-connections": ("", "0", "-1", "x"),
    "max-per-address": ("", "0", "-1", "x"),
    "max-refusals": ("", "0", "-1", "x"),
    "untaken-timeout": ("", "-1", "x", "nan"),
    "first-byte-timeout": ("", "-1", "x", "nan", "inf", "1s"),
    "frame-timeout": ("", "-1", "x", "nan"),
    "idle-timeout": ("", "-1", "x", "nan"),
    "send-timeout": ("", "-1", "x", "nan"),
    "stop-timeout": ("", "0.01", "x", "-5"),
    "hang-timeout": ("", "1.9", "x", "-20"),
    "log-level": ("", "LOUD"),
    "sandbox": ("", "maybe"),
    "user": ("",),
}


def run_server(world, *arguments, **environment):
    return subprocess.run([program("sorteo-server"), *arguments], capture_output=True, text=True, timeout=PATIENCE,
                          cwd=world.folder, env=clean_environment(**environment), check=False)


def expect_usage_error(world, arguments, *hints, **environment):
    result = run_server(world, *arguments, **environment)
    if result.returncode != 2:
        raise Failure(f"{arguments} {environment or ''}: exit status {result.returncode}, wanted 2")
    for hint in hints:
        if hint not in result.stderr + result.stdout:
            raise Failure(f"{arguments} {environment or ''}: the error does not name {hint!r}: {result.stderr!r}")
    if os.listdir(world.folder):
        raise Failure(f"{arguments}: made {os.listdir(world.folder)}")


def register_bad_options():
    for option, values in BAD_OPTIONS.items():
        def test(world, option=option, values=values):
            for value in values:
                expect_usage_error(world, ["--" + option, value], option)
                expect_usage_error(world, [f"--{option}={value}"], option)
            expect_usage_error(world, ["--" + option])  # the value is missing
        test.__name__ = f"start_is_refused_with_a_bad_{option.replace('-', '_')}"
        case(heart=option == "agencies")(test)


register_bad_options()


@case()
def start_is_refused_with_an_unknown_option_or_operand(world):
    expect_usage_error(world, ["--frobnicate"], "frobnicate")
    expect_usage_error(world, ["-x"])
    expect_usage_error(world, ["bets.db"], "bets.db")


@case()
def start_is_refused_with_a_bad_environment(world):
    expect_usage_error(world, [], "SERVER_PORT: '65536'", SERVER_PORT="65536")
    expect_usage_error(world, [], "SERVER_PORT: 'x'", SERVER_PORT="x")
    expect_usage_error(world, [], "SERVER_PORT: 'tcp://10.3.2.1:80'", SERVER_PORT="tcp://10.3.2.1:80")
    expect_usage_error(world, [], "SERVER_IP: 'tcp://10.3.2.1'", SERVER_IP="tcp://10.3.2.1", SERVER_PORT="80")
    expect_usage_error(world, [], "SORTEO_LISTEN: 'tcp://10.3.2.1:80'", SORTEO_LISTEN="tcp://10.3.2.1:80")
    expect_usage_error(world, ["--listen", "tcp://10.3.2.1:80"], "--listen: 'tcp://10.3.2.1:80'")
    expect_usage_error(world, [], "SERVER_LISTEN_BACKLOG", SERVER_LISTEN_BACKLOG="x")
    expect_usage_error(world, [], "LOGGING_LEVEL", LOGGING_LEVEL="LOUD")


@case()
def start_is_refused_with_a_bad_value_in_the_variable_of_any_option(world):
    for option, values in BAD_OPTIONS.items():
        name = "SORTEO_" + option.upper().replace("-", "_")
        for value in values:
            if value:   # an empty one counts as unset
                expect_usage_error(world, [], f"sorteo-server: {name}: '{value}'", **{name: value})
    expect_usage_error(world, [], "SORTEO_CHANGE_DIALECT", SORTEO_CHANGE_DIALECT="perhaps")


@case()
def halves_of_an_address_that_is_given_do_not_matter(world):
    """A platform that sets SERVER_PORT to something of its own."""
    world.serve(environment={"SERVER_PORT": "tcp://10.3.2.1:80"})
    world.peer().store()


@case()
def help_names_every_option_and_version_tells_one(world):
    result = run_server(world, "--help")
    options = [*BAD_OPTIONS, "store", "help", "version"]
    missing = [option for option in options if "--" + option not in result.stdout]
    if result.returncode != 0 or missing:
        raise Failure(f"--help: status {result.returncode}, without {missing}")
    result = run_server(world, "--version")
    if result.returncode != 0 or not any(part[:1].isdigit() for part in result.stdout.split()):
        raise Failure(f"--version: status {result.returncode}, {result.stdout!r}")


@case()
def environment_gives_the_defaults_and_options_win(world):
    spare = free_port()
    settings = {"SERVER_PORT": str(spare), "SERVER_IP": "127.0.0.1", "SERVER_LISTEN_BACKLOG": "7",
                "LOGGING_LEVEL": "INFO"}
    world.serve(listen=None, environment=settings)
    if world.server.ports["agency"] != spare:
        raise Failure(f"listens on {world.server.ports}, wanted {spare}")
    world.peer().store()
    world.server.stop()
    world.server.options["listen"] = "127.0.0.1:0"
    world.server.environment = {**settings, "SERVER_PORT": "1"}
    world.server.start()
    world.peer().store()


@case()
def log_level_of_the_environment_silences_the_log(world):
    world.serve(environment={"LOGGING_LEVEL": "INFO"})
    port = free_port()
    server = world.add_server(store="silent.db", environment={"LOGGING_LEVEL": "ERROR"},
                              listen=f"127.0.0.1:{port}", bet_listen=None)
    server.launch()
    wait_for(lambda: can_connect(port), "the silent server")
    server.stop()
    if server.log("listen"):
        raise Failure("a line of level INFO came")


def can_connect(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@case()
def server_listens_on_ipv6(world):
    try:
        socket.socket(socket.AF_INET6).bind(("::1", 0))
    except OSError as error:
        raise Skip(f"no IPv6 here: {error}") from None
    world.serve(listen="[::1]:0", agencies=1)
    connection = socket.create_connection(("::1", world.server.ports["agency"]), 5)
    connection.sendall(wire.encode_finish(WIDE, 1, 0))
    if connection.recv(2) != b"\0\0":
        raise Failure("no winners")


SEVERAL = "several.example"
ITS_ADDRESSES = ("127.0.0.2", "127.0.0.3")
ANOTHER_MACHINES = "192.0.2.1"


def knowing_several(world):
    """For a server's start: it knows a name with several addresses, one of them of another machine."""
    path = os.path.join(world.folder, "hosts")
    with open(path, "w", encoding="ascii") as file:
        for address in (*ITS_ADDRESSES, ITS_ADDRESSES[0], ANOTHER_MACHINES):
            file.write(f"{address} {SEVERAL}\n")
    return mounting(path, "/etc/hosts")


@case()
def name_is_listened_on_at_all_its_addresses(world):
    world.serve(listen=f"{SEVERAL}:0", bet_listen=f"{SEVERAL}:0", agencies=1, preexec=knowing_several(world))
    for stream in ("agency", "bets"):
        came = sorted(line["address"] for line in world.server.log("listen", stream=stream))
        if came != [f"{host}:{world.server.ports[stream]}" for host in ITS_ADDRESSES]:
            raise Failure(f"listens for {stream} on {came}")
    for host in ITS_ADDRESSES:
        with socket.create_connection((host, world.server.ports["agency"]), 5) as connection:
            connection.sendall(wire.encode_finish(WIDE, 1, 0))
            if connection.recv(2) != b"\0\0":
                raise Failure(f"no winners from {host}")


@case()
def localhost_is_listened_on_with_each_version_of_ip(world):
    """Where the name has both addresses, and the machine, too."""
    families = set()
    for family, _, _, _, address in socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM):
        with socket.socket(family) as probe, contextlib.suppress(OSError):
            probe.bind(address)
            families.add(address[0])
    world.serve(listen="localhost:0", bet_listen=None)
    came = {line["address"].rsplit(":", 1)[0].strip("[]") for line in world.server.log("listen")}
    if came != families:
        raise Failure(f"listens on {came}, wanted {families}")


@case()
def start_is_refused_with_a_port_in_use_on_one_of_the_addresses(world):
    world.compares = False
    for host in ITS_ADDRESSES:
        with socket.create_server((host, 0)) as taken:
            expect_start_refused(world, "in use", store="other.db", preexec=knowing_several(world),
                                 listen=f"{SEVERAL}:{taken.getsockname()[1]}")


@case()
def port_that_is_in_use_is_waited_for(world):
    """As after a kill: the processes of the server that was killed leave a moment after it."""
    world.compares = False
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        server = world.add_server(listen=address).launch()
        wait_for(lambda: server.log("listen", result="in_progress", address=address), "a line about the address")
    wait_for(lambda: server.log("listen", result="success", address=address), "the server to listen")
    server.stop()


@case()
def nobody_can_connect_while_a_port_is_waited_for(world):
    """A client would be left in doubt by a server that may never serve."""
    world.compares = False
    free = free_port()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = world.add_server(listen=f"127.0.0.1:{free}", bet_listen=f"127.0.0.1:{taken.getsockname()[1]}").launch()
        wait_for(lambda: server.log("listen", result="in_progress"), "a line about the address")
        with socket.socket() as early:
            if early.connect_ex(("127.0.0.1", free)) != errno.ECONNREFUSED:
                raise Failure("a server that does not serve yet takes connections")
    wait_for(lambda: len(server.log("listen", result="success")) == 2, "the server to listen")
    server.stop()


@case()
def two_of_its_own_listeners_on_one_port_are_refused_at_once(world):
    world.compares = False
    port = free_port()
    server = world.add_server(listen=f"127.0.0.1:{port}", bet_listen=f"127.0.0.1:{port}").launch()
    if server.wait_exit() != 1 or server.log("listen", result="in_progress"):
        raise Failure("it waits for itself")
    if not server.log("listen", result="fail", address=f"127.0.0.1:{port}"):
        raise Failure("it does not say where")


@case()
def server_that_waits_for_a_port_stops_at_once(world):
    world.compares = False
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server = world.add_server(listen=f"127.0.0.1:{taken.getsockname()[1]}").launch()
        wait_for(lambda: server.log("listen", result="in_progress"), "a line about the address")
        server.process.terminate()
        server.wait_exit()
        if server.log("listen", result="fail"):
            raise Failure("it stopped only when it had given up")


@case(seconds=60)
def server_that_waits_for_a_name_stops_at_once(world):
    """No name server answers: it would wait for a minute and a half."""
    world.compares = False
    path = os.path.join(world.folder, "resolv.conf")
    with open(path, "w", encoding="ascii") as file:
        file.write("nameserver 127.0.0.153\noptions timeout:30 attempts:3\n")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.settimeout(PATIENCE)
        try:
            silent.bind(("127.0.0.153", 53))
        except OSError as error:
            raise Skip(f"cannot be a server of names: {error}") from None
        server = world.add_server(listen="nobody.example.test:0", preexec=mounting(path, "/etc/resolv.conf"))
        server.launch()
        silent.recv(512)    # it has asked
        server.stop()
        if server.failures() or not server.log("stop", result="success"):
            raise Failure("the log does not say that it stopped")


@case()
def server_listens_for_singles_only_if_told_to(world):
    world.serve(bet_listen=None)
    if set(world.server.ports) != {"agency"}:
        raise Failure(f"listens for {world.server.ports}")
    world.peer().store()


# ---- Reasons not to start -----------------------------------------------------------------------------------

@case()
def start_is_refused_with_a_store_that_cannot_be_written(world):
    world.compares = False
    expect_start_refused(world, "missing", store="missing/bets.db")
    os.mkdir(os.path.join(world.folder, "folder.db"))
    expect_start_refused(world, "folder.db", store="folder.db")
    if os.geteuid() != 0:  # permissions do not stop root
        open(os.path.join(world.folder, "read-only.db"), "wb").close()
        os.chmod(os.path.join(world.folder, "read-only.db"), 0o400)
        expect_start_refused(world, "read-only.db", store="read-only.db")


@case(heart=True)
def start_is_refused_with_a_file_that_is_no_store(world):
    world.compares = False
    path = os.path.join(world.folder, "letter.db")
    with open(path, "wb") as file:
        file.write(b"Dear lottery, " * 1000)
    expect_start_refused(world, "letter.db", store="letter.db")
    with open(path, "rb") as file:
        if file.read() != b"Dear lottery, " * 1000:
            raise Failure("the file was changed")


@case()
def start_is_refused_with_the_database_of_another_program(world):
    world.compares = False
    path = os.path.join(world.folder, "other.db")
    with sqlite3.connect(path) as database:
        database.execute("create table songs (title text)")
    database.close()
    expect_start_refused(world, "other.db", store="other.db")


@case()
def start_is_refused_with_other_agencies_than_the_stores(world):
    world.serve(agencies=3)
    world.peer(3).store()
    world.server.stop()
    for agencies in (2, 4, 5):
        expect_start_refused(world, "agencies", agencies=agencies)
    world.server.start()
    world.peer(3).store()


def expect_dialect_refused(world, made_for):
    server = world.add_server()
    status = server.launch().wait_exit(REFUSE_WITHIN)
    wanted = f"was made for the dialect {made_for}, not for {world.dialect.name}: start with --dialect {made_for}"
    reasons = [line["reason"] for line in server.log("open_store", result="fail")]
    if status != 1 or not any(wanted in reason and "--change-dialect" in reason for reason in reasons):
        raise Failure(f"exit status {status}, and the log does not say that it {wanted!r}: {reasons}")


@case()
def start_is_refused_with_a_store_of_another_dialect_unless_it_may_be_changed(world):
    """Then it is of the new dialect, also without being told again, and the old one is refused."""
    world.serve()
    world.peer().store()
    world.server.stop()
    world.dialect = COMPACT
    expect_dialect_refused(world, "wide")
    world.serve(change_dialect=True)
    world.peer().store()
    world.server.stop()
    world.serve()
    world.peer().store()
    world.close_peers()
    world.server.stop()
    world.dialect = WIDE
    expect_dialect_refused(world, "compact")


@case()
def start_is_refused_with_a_store_of_an_unknown_schema_version(world):
    world.serve()
    world.peer().store()
    world.server.stop()
    with sqlite3.connect(world.server.store) as database:
        version = database.execute("pragma user_version").fetchone()[0]
        if version == 0:
            raise Failure("the store has no schema version")
        database.execute(f"pragma user_version = {version + 99}")
    database.close()
    expect_start_refused(world, "version")
    with sqlite3.connect(world.server.store) as database:
        database.execute(f"pragma user_version = {version}")
    database.close()
    world.server.start()
    world.peer().store()


@case(heart=True)
def start_is_refused_with_a_damaged_store_and_works_with_its_copy(world):
    world.serve()
    world.peer().store(bets(500))
    world.close_peers()
    world.server.stop()
    with open(world.server.store, "rb") as file:
        copy = file.read()
    with open(world.server.store, "r+b") as file:
        file.seek(len(copy) // 4096 // 2 * 4096)
        file.write(b"#" * 4096)
    expect_start_refused(world, "is damaged")
    with open(world.server.store, "wb") as file:
        file.write(copy)
    world.server.start()
    world.peer().store()


@case()
def start_with_a_new_store_says_so(world):
    """A missing store does not go unnoticed."""
    world.serve()
    if not world.server.log("open_store", store="new"):
        raise Failure("no line says that the store is new")
    world.server.restart("term")
    if world.server.log("open_store", store="new"):
        raise Failure("an old store is called new")


@case(heart=True)
def start_of_a_second_server_on_the_same_store_is_refused_and_the_first_works_on(world):
    world.serve()
    peer = world.peer()
    peer.store()
    expect_start_refused(world, "bets.db")
    peer.store()
    world.peer().store()


@case()
def start_is_refused_with_a_port_in_use(world):
    world.serve()
    port = world.server.ports["agency"]
    expect_start_refused(world, str(port), store="other.db", listen=f"127.0.0.1:{port}")
    expect_start_refused(world, str(port), store="other.db", bet_listen=f"127.0.0.1:{port}")
    world.peer().store()


@case()
def start_is_refused_with_an_address_that_is_not_ours(world):
    world.compares = False
    expect_start_refused(world, "192.0.2.1", store="other.db", listen="192.0.2.1:0")


@case()
def port_can_be_used_again_at_once(world):
    port = free_port()
    world.serve(listen=f"127.0.0.1:{port}")
    for how in ("term", "kill", "term"):
        peer = world.peer()
        peer.store()
        world.server.restart(how)
        peer.close()
    world.peer().store(bets(1))


@case()
def server_that_was_refused_leaves_a_new_store_usable(world):
    world.serve()
    world.server.stop()
    world.server.start()
    world.peer().store()
