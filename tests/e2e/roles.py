"""The server's processes as programs of their own: each has its own memory, its own few descriptors and the program
that the server was started with, whatever became of that file."""

import os
import re
import shutil
import signal
import subprocess

from server import PATIENCE, Failure, clean_environment, program, read_text, wait_for
from world import case


def comm(pid):
    return read_text(f"/proc/{pid}/comm").strip()


@case(heart=True)
def processes_share_no_address_layout(world):
    """Where the program, its stack and its libraries are in one of them says nothing of another."""
    world.serve(workers=3)
    world.peer().store()
    everyone = [world.server.process.pid, *world.server.children()]
    for what in (r"sorteo-server$", r"\[stack\]$", r"libc\.so"):
        found = [re.search(rf"^([0-9a-f]+)-.*{what}", read_text(f"/proc/{pid}/maps"), re.M) for pid in everyone]
        places = {place[1] for place in found if place}
        if len(places) != len(everyone):
            raise Failure(f"{what} is at {len(places)} places in {len(everyone)} processes")


@case()
def processes_have_the_descriptors_of_their_role_alone(world):
    """Also where the server was started with others open, as by a careless script."""
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    world.serve(preexec=lambda: os.dup2(writing, 200))
    world.peer().store()
    world.server.settle()
    store = os.path.realpath(world.server.store)
    for pid in world.server.children():
        links = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
        if any("pipe" in link and os.fstat(writing).st_ino == int(link[len("pipe:["):-1]) for link in links
               if link.startswith("pipe:")):
            raise Failure(f"{comm(pid)} has a descriptor that the server was started with")
        if any("sorteo-order" in link for link in links):
            raise Failure(f"{comm(pid)} has its order still open")
        if comm(pid) != "sorteo-commit" and any(link.startswith(store) or "sorteo-calls" in link for link in links):
            raise Failure(f"{comm(pid)} has what is the committer's: {links}")
    os.close(reading)
    os.close(writing)


@case(heart=True)
def upgrade_under_a_running_server_mixes_nothing(world):
    """Its program is replaced by another, then removed: what dies is replaced by the build that the server is of."""
    own = os.path.join(world.folder, "sorteo-server")
    shutil.copy(program("sorteo-server"), own)
    world.serve(executable=own)
    peer = world.peer()
    peer.store()
    with open(own + ".new", "wb") as file:
        file.write(b"#!/bin/false\n")
    os.chmod(own + ".new", 0o755)
    os.rename(own + ".new", own)
    for victim in (world.server.workers()[0], world.server.acceptor(), world.server.committer()):
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: victim not in world.server.children(), "the process to be gone")
        world.peer().store()
    os.remove(own)
    os.kill(world.server.workers()[0], signal.SIGKILL)
    world.server.settle()
    world.peer().store()


@case()
def role_that_is_started_by_hand_says_who_starts_it(_):
    for name in ("worker 0", "committer", "acceptor", "anything"):
        result = subprocess.run(["sorteo-server: " + name], executable=program("sorteo-server"), capture_output=True,
                                text=True, env=clean_environment(), timeout=PATIENCE, check=False)
        if result.returncode != 1 or "started by sorteo-server alone" not in result.stderr:
            raise Failure(f"{name}: status {result.returncode}, said {result.stderr!r}")
