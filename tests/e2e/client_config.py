"""The client's config.yaml, and the agency files that it finds by itself: what overrides what, and the errors."""

import os

import client
from client import USAGE, run, write_file
from client_options import ONE_BET, bet_of_environment, environment_of
from fake import FakeServer, good
from server import Failure
from wire import bets
from world import case, mounting

# As the field's client has it, with comments and quotes.
FIELDS_CONFIG = """# Client
server:
  address: "{address}"
loop:
  amount: 5
  period: "5s"
log:
  level: "INFO"
batch:
  maxAmount: {batch}
"""


def write_config(world, text, name="config.yaml"):
    return write_file(world, text.encode(), name)


def address_of(fake):
    return f"127.0.0.1:{fake.ports['agency']}"


@case(heart=True)
def config_of_the_fields_client_gives_defaults(world):
    agency_bets = bets(5)
    write_file(world, agency_bets)
    with FakeServer(world.dialect, good) as fake:
        write_config(world, FIELDS_CONFIG.format(address=address_of(fake), batch=2))
        run(world, client.FILE, defaults=False, environment={"CLI_ID": "1"}).expect_done(winners=0)
        fake.expect_shape("b2b2b1FR")
        fake.expect_stored(agency_bets)


@case()
def environment_wins_over_the_config(world):
    agency_bets = bets(5, 2)
    write_file(world, agency_bets)
    with FakeServer(world.dialect, good) as fake:
        write_config(world, "id: 300\nserver.address: nowhere\nbatch: {maxAmount: many}\nwindow: 4\n")
        run(world, client.FILE, defaults=False, environment=environment_of(fake, CLI_ID="2")).expect_done()
        run(world, "--config", "/dev/null", client.FILE, defaults=False,
            environment={"SORTEO_AGENCY": "0", "CLI_ID": "1"}).expect(USAGE, "SORTEO_AGENCY: '0'")
        fake.expect_shape("b2b2b1FR")
        fake.expect_stored(agency_bets)


BROKEN = {
    "id of 300": ("log: {level: INFO}\nid: 300\n", "config.yaml:2: id: '300' is not a whole number from 1 to 255"),
    "a list": ("id: [1]\n", "config.yaml:1: id: expected one value, not several"),
    "an address": ("id: 1\nserver:\n  address: nowhere\n",
                   "the server's address 'nowhere' is not HOST:PORT (config.yaml:3: server.address)"),
    "a batch": ("id: 1\nbatch:\n  maxAmount: many\n", "config.yaml:3: batch.maxAmount: 'many' is neither auto nor"),
    "a level": ("log:\n  level: LOUD\n", "config.yaml:2: log.level: 'LOUD' is not one of DEBUG"),
    "a doubt": ("id: 1\non-doubt: hope\n", "config.yaml:2: on-doubt: 'hope' is not stop"),
    "no YAML": ("id: 1\nserver: {address: x\n", "config.yaml:3: invalid YAML: "),
    "a key twice": ("id: 1\nid: 2\n", "config.yaml:2: id was given in line 1 already"),
    "control characters": ("id: \"\\e[31m\"\n", "config.yaml:1: id: '?[31m' is not a whole number"),
}


@case()
def config_that_is_broken_is_refused_with_its_line(world):
    world.compares = False
    write_file(world, bets(1))
    for name, (text, said) in BROKEN.items():
        write_config(world, text)
        refused = run(world, client.FILE, defaults=False).expect(USAGE, "sorteo-client: ", said)
        if refused.out or refused.err.count("\n") != 1:
            raise Failure(f"{name}: wanted one line on standard error, got {refused.out!r} and {refused.err!r}")


@case()
def config_that_cannot_be_read_is_refused(world):
    world.compares = False
    write_file(world, bets(1))
    run(world, "--config", "other.yaml", client.FILE, defaults=False).expect(
        USAGE, "sorteo-client: other.yaml: No such file or directory. Try 'sorteo-client --help'.")
    run(world, client.FILE, defaults=False, environment={"SORTEO_CONFIG": "other.yaml"}).expect(USAGE, "other.yaml: No")
    os.mkdir(os.path.join(world.folder, "config.yaml"))
    run(world, client.FILE, defaults=False).expect(USAGE, "config.yaml: Is a directory")
    os.rmdir(os.path.join(world.folder, "config.yaml"))
    os.mkfifo(os.path.join(world.folder, "config.yaml"))
    run(world, client.FILE, defaults=False).expect(USAGE, "config.yaml: is not a regular file")
    os.unlink(os.path.join(world.folder, "config.yaml"))
    os.symlink("/dev/zero", os.path.join(world.folder, "config.yaml"))
    run(world, client.FILE, defaults=False).expect(USAGE, "config.yaml: is larger than 65536 bytes")


@case()
def unknown_keys_of_the_config_are_named_and_ignored(world):
    agency_bets = bets(1)
    write_file(world, agency_bets)
    with FakeServer(world.dialect, good) as fake:
        write_config(world, f"id: 1\nserver: {{address: \"{address_of(fake)}\", adress: x}}\nconfig: y\n")
        said = run(world, client.FILE, defaults=False).expect(client.DONE).err
        wanted = ["server.adress: unknown key; it is ignored", "config: unknown key; it is ignored"]
        if said.splitlines() != [f"sorteo-client: config.yaml:{line}: {text}" for line, text in zip((2, 3), wanted)]:
            raise Failure(f"it said {said!r}")
        fake.expect_stored(agency_bets)


# ---- Files that are found -------------------------------------------------------------------------------------

@case()
def file_of_the_agency_is_found_where_its_variable_is_set(world):
    agency_bets = bets(3, 7)
    os.mkdir(os.path.join(world.folder, ".data"))
    write_file(world, agency_bets, ".data/agency-7.csv")
    with FakeServer(world.dialect, good, good) as fake:
        run(world, defaults=False, environment=environment_of(fake, CLI_ID="7")).expect_done()
        write_config(world, "id: 7\n")
        run(world, defaults=False, environment=environment_of(fake, CLI_ID="")).expect_done()
        run(world, "--agency", "7", defaults=False, environment=environment_of(fake)).expect(
            USAGE, "no bets: give FILE.csv")
        run(world, defaults=False, environment=environment_of(fake, CLI_ID="8")).expect(
            USAGE, "no bets: there is neither /data/agency-8.csv nor .data/agency-8.csv")
        fake.expect_shape("b2b1FR b2b1FR")


def below_a_root_with_data(world):
    """For a client's start: its root is a copy of ours by mounts, in which the world's folder data is /data."""
    root = os.path.join(world.folder, "root")
    tops = [name for name in os.listdir("/") if os.path.isdir("/" + name) and not os.path.islink("/" + name)]
    for name in {*tops, "data"}:
        os.makedirs(os.path.join(root, name))
    for name in set(os.listdir("/")) - set(tops):
        if os.path.islink("/" + name):
            os.symlink(os.readlink("/" + name), os.path.join(root, name))
    mounts = [mounting("/" + name, os.path.join(root, name)) for name in tops if name != "data"]
    mounts.append(mounting(os.path.join(world.folder, "data"), os.path.join(root, "data")))

    def enter():
        for mount in mounts:
            mount()
        os.chroot(root)
        os.chdir(world.folder)

    return enter


@case()
def file_in_the_data_folder_of_a_container_comes_first(world):
    agency_bets = bets(2)
    for folder in ("data", ".data"):
        os.mkdir(os.path.join(world.folder, folder))
    write_file(world, agency_bets, "data/agency-1.csv")
    write_file(world, bets(3), ".data/agency-1.csv")
    with FakeServer(world.dialect, good) as fake:
        run(world, defaults=False, environment=environment_of(fake),
            prepare=below_a_root_with_data(world)).expect_done()
        fake.expect_stored(agency_bets)


@case()
def bet_of_the_environment_comes_before_a_file_that_is_found(world):
    world.serve(agencies=1)
    os.mkdir(os.path.join(world.folder, ".data"))
    write_file(world, bets(3), ".data/agency-1.csv")
    run(world, defaults=False, environment={
        **ONE_BET, "CLI_ID": "1", "CLI_SERVER_ADDRESS": f"127.0.0.1:{world.server.ports['bets']}"}).expect_done()
    world.ledger.stored.append(bet_of_environment())


@case()
def bet_of_the_environment_is_logged_in_a_batch_as_alone(world):
    world.serve(agencies=1)
    sent = run(world, "--batch", "1", environment=ONE_BET).expect_done()
    if not sent.log("apuesta_enviada", result="success", dni="30904465", numero="2201"):
        raise Failure(f"the client did not log the bet, but: {sent.out}")
    world.ledger.stored.append(bet_of_environment())
