"""The server's config.ini: what overrides what, and the errors."""

import os
import subprocess

from server import PATIENCE, Failure, clean_environment, free_port, program
from world import case

# As the field's server has it.
FIELDS_CONFIG = """[DEFAULT]
SERVER_PORT = {port}
SERVER_IP = 127.0.0.1
SERVER_LISTEN_BACKLOG = 5
LOGGING_LEVEL = INFO
"""


def write_config(world, text, name="config.ini"):
    path = os.path.join(world.folder, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def expect_refused(world, *said, **environment):
    result = subprocess.run([program("sorteo-server")], capture_output=True, text=True, timeout=PATIENCE,
                            cwd=world.folder, env=clean_environment(**environment), check=False)
    if result.returncode != 2 or result.stderr.count("\n") != 1 or not all(text in result.stderr for text in said):
        raise Failure(f"{said}: status {result.returncode}, {result.stderr!r}")
    if os.path.exists(os.path.join(world.folder, "bets.db")):
        raise Failure("a store was made")


@case(heart=True)
def config_of_the_fields_server_gives_defaults(world):
    port = free_port()
    path = write_config(world, FIELDS_CONFIG.format(port=port))
    world.serve(listen=None, config=path)
    if world.server.ports["agency"] != port:
        raise Failure(f"listens on {world.server.ports}, wanted {port}")
    world.peer().store()


@case()
def environment_wins_over_the_config(world):
    port = free_port()
    path = write_config(world, "SERVER_IP = no.such.host\nSERVER_PORT = x\nLOGGING_LEVEL = LOUD\nagencies = 999\n")
    world.serve(listen=None, config=path, agencies=2,
                environment={"SERVER_PORT": str(port), "SERVER_IP": "127.0.0.1", "LOGGING_LEVEL": "INFO"})
    if world.server.ports["agency"] != port:
        raise Failure(f"listens on {world.server.ports}, wanted {port}")
    world.peer().store()


@case()
def address_of_the_config_gives_way_to_the_environment(world):
    port = free_port()
    path = write_config(world, "listen = no.such.host:1\n")
    world.serve(listen=None, config=path, environment={"SERVER_PORT": str(port)})
    if world.server.ports["agency"] != port:
        raise Failure(f"listens on {world.server.ports}, wanted {port}")
    world.peer().store()


@case()
def config_that_is_broken_is_refused_with_its_line(world):
    for text, said in (
            ("[DEFAULT]\nSERVER_PORT = 99999\n", "config.ini:2: SERVER_PORT: '99999' is not a port from 0 to 65535"),
            ("SERVER_IP = a/b\n", "config.ini:1: SERVER_IP: 'a/b' is not a host"),
            ("\nlisten = here\n", "config.ini:2: listen: 'here' is not HOST:PORT"),
            ("LOGGING_LEVEL = LOUD\n", "config.ini:1: LOGGING_LEVEL: 'LOUD' is not one of DEBUG"),
            ("SERVER_LISTEN_BACKLOG = 0\n", "config.ini:1: SERVER_LISTEN_BACKLOG: '0' is not a whole number from 1"),
            ("SORTEO_DIALECT = narrow\n", "config.ini:1: SORTEO_DIALECT: 'narrow' is not one of wide"),
            ("agencies = 5\nAgencies = 6\n", "config.ini:2: Agencies was given in line 1 already"),
            ("agencies\n", "config.ini:1: neither [SECTION] nor KEY = VALUE"),
            ("a = " + 200 * "x", "config.ini:1: a line of more than 180 bytes")):
        write_config(world, text)
        expect_refused(world, "sorteo-server: " + said, "Try 'sorteo-server --help'.")
    expect_refused(world, "sorteo-server: other.ini: No such file or directory", SORTEO_CONFIG="other.ini")


@case()
def unknown_keys_of_the_config_are_named_and_ignored(world):
    path = write_config(world, "[DEFAULT]\nSERVER_PROT = 12345\n[extra]\nagencies = 2\n")
    world.serve(config=path)
    for line, key in ((2, "SERVER_PROT"), (4, "extra.agencies")):
        if f"sorteo-server: {path}:{line}: {key}: unknown key; it is ignored" not in world.server.text():
            raise Failure(f"{key} was not named: {world.server.text()}")
    world.peer().store()
