"""The server's processes are separate programs: each has its own address layout, only the descriptors that it needs,
and the build that the server was started with, even if the file was replaced."""

import fcntl
import os
import pwd
import re
import shutil
import signal
import subprocess

from server import PATIENCE, UNIT, Failure, clean_environment, is_heeding, open_files, program, read_text, wait_for
from world import Skip, case, mounting

EXPOSURE_MOST = 12      # tenths, of 100


def status_of(pid, key):
    """The words of a line of its status, or None where the kernel has no such line."""
    found = re.search(rf"^{key}:\s+(.*)$", read_text(f"/proc/{pid}/status"), re.M)
    return found and found[1].split()


def comm(pid):
    return read_text(f"/proc/{pid}/comm").strip()


@case()
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
    high = fcntl.fcntl(writing, fcntl.F_DUPFD, 200)     # a number that no process of the server has a use for
    world.serve(pass_fds=(high,))
    world.peer().store()
    world.server.settle()
    store = os.path.realpath(world.server.store)
    for pid in world.server.children():
        links = open_files(pid)
        if any("pipe" in link and os.fstat(writing).st_ino == int(link[len("pipe:["):-1]) for link in links
               if link.startswith("pipe:")):
            raise Failure(f"{comm(pid)} has a descriptor that the server was started with")
        if any("sorteo-order" in link for link in links):
            raise Failure(f"{comm(pid)} has its order still open")
        if comm(pid) != "sorteo-commit" and any(link.startswith(store) or "sorteo-calls" in link for link in links):
            raise Failure(f"{comm(pid)} has what is the committer's: {links}")
    for fd in (reading, writing, high):
        os.close(fd)


@case(heart=True)
def processes_load_the_libraries_of_their_role_alone(world):
    """What a process does not use it has not in its memory: neither the time of a start goes there, nor a thief."""
    world.serve(workers=2, observe="127.0.0.1:0")
    world.peer().store()
    world.server.settle()
    for pid in (world.server.process.pid, *world.server.children()):
        loaded = {found[1] for found in re.finditer(r"/(lib[a-z]+)[^/]*\.so", read_text(f"/proc/{pid}/maps"))}
        wanted = {"libmicrohttpd"} if comm(pid) == "sorteo-observe" else set()
        if loaded & {"libmicrohttpd", "libpq", "libldap"} != wanted or not loaded:
            raise Failure(f"{comm(pid)} has loaded {sorted(loaded)}")


@case()
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


# ---- What they cannot do --------------------------------------------------------------------------------------

@case(heart=True)
def processes_are_confined_unless_that_is_turned_off(world):
    world.serve()
    if world.server.log("sandbox"):
        raise Skip("this kernel, or this build, has no sandbox: " + world.server.log("sandbox")[0]["reason"])
    world.peer().store()
    if status_of("self", "Seccomp_filters") is None:
        raise Skip("this kernel does not say how many filters a process has")
    own = int(status_of("self", "Seccomp_filters")[0])
    world.server.settle()
    for pid, filters in [(world.server.process.pid, 1), *((child, 2) for child in world.server.children())]:
        if status_of(pid, "NoNewPrivs") != ["1"] or int(status_of(pid, "Seccomp_filters")[0]) - own != filters:
            raise Failure(f"{comm(pid)} is not confined")
    world.server.stop()
    world.server.options["sandbox"] = "off"
    world.server.start()
    world.peer(2).store()
    if any(int(status_of(pid, "Seccomp_filters")[0]) != own for pid in world.server.children()):
        raise Failure("a process is confined all the same")
    lines = world.server.log("sandbox", result="success", without="seccomp, landlock")
    said = [line for line in world.server.text().splitlines() if "action: sandbox" in line]
    if len(lines) != 1 or " WARNING " not in said[0]:
        raise Failure(f"the log says {len(lines)} times that there is no sandbox, wanted one WARNING")


SANITIZERS = (b"__asan_init", b"__msan_init", b"__tsan_init")     # each calls one of these when it is loaded


@case(heart=True)
def build_with_sanitizers_and_no_other_says_that_it_runs_without_a_sandbox(world):
    with open(program("sorteo-server"), "rb") as file:
        code = file.read()
    has_sanitizer = any(name in code for name in SANITIZERS)
    world.serve()
    world.peer().store()
    said = [line for line in world.server.log("sandbox", result="success") if "sanitizers" in line["reason"]]
    wanted = {"without": "seccomp, landlock",
              "reason": "off because this program was built with sanitizers, which make other system calls"}
    if [{key: line[key] for key in wanted} for line in said] != [wanted] * has_sanitizer:
        raise Failure(f"built {'with' if has_sanitizer else 'without'} sanitizers, and the log says {said}")
    own = status_of("self", "Seccomp_filters")
    everyone = [world.server.process.pid, *world.server.children()]
    if has_sanitizer and any(status_of(pid, "Seccomp_filters") != own for pid in everyone):
        raise Failure("a process is confined all the same")


@case()
def kernel_without_landlock_is_said_once_and_the_filters_stay(world):
    if shutil.which("strace") is None:
        raise Skip("strace is not here")
    wrapper = os.path.join(world.folder, "old-kernel")
    with open(wrapper, "w", encoding="ascii") as file:
        file.write("#!/bin/sh\nexec strace -DD -f -qq -o /dev/null -e trace=landlock_create_ruleset -e "
                   f"inject=landlock_create_ruleset:error=ENOSYS {program('sorteo-server')} \"$@\"\n")
    os.chmod(wrapper, 0o755)
    world.serve(executable=wrapper)
    world.peer().store()
    reasons = [line["reason"] for line in world.server.log("sandbox")]
    if any("sanitizers" in reason for reason in reasons):
        raise Skip("this build has no sandbox")
    if len(reasons) != 1 or "Landlock" not in reasons[0] or world.server.failures():
        raise Failure(f"the log says {reasons}, {world.server.failures()}")
    if any(status_of(pid, "Seccomp") != ["2"] for pid in world.server.children()):
        raise Failure("a process has no filter")


# ---- Who they are ---------------------------------------------------------------------------------------------

@case()
def server_that_root_started_is_another_user_from_when_it_listens(world):
    if os.geteuid() != 0:
        raise Skip("needs root")
    nobody = pwd.getpwnam("nobody")
    os.chown(world.folder, nobody.pw_uid, nobody.pw_gid)
    world.serve(user="nobody")
    world.peer().store()
    openers = [pid for pid in world.server.children() if comm(pid) == "sorteo-opener"]      # over TLS: see tls.py
    for pid in {world.server.process.pid, *world.server.children()} - set(openers):
        if set(status_of(pid, "Uid")) != {str(nobody.pw_uid)} or set(status_of(pid, "Gid")) != {str(nobody.pw_gid)}:
            raise Failure(f"{comm(pid)} is still somebody else: {status_of(pid, 'Uid')}, {status_of(pid, 'Gid')}")
        if set(status_of(pid, "CapEff")) != {"0" * 16} or set(status_of(pid, "Groups")) - {str(nobody.pw_gid)}:
            raise Failure(f"{comm(pid)} has rights of root")
    os.kill(world.server.workers()[0], signal.SIGKILL)
    world.server.settle()
    world.peer(2).store()
    if os.stat(world.server.store).st_uid != nobody.pw_uid:
        raise Failure("the store is not that user's")


@case(seconds=90)
def server_that_waits_to_hear_who_its_user_is_stops_at_once(world):
    """The list of users is a pipe that nobody opens to write: as a network of users that does not answer."""
    world.compares = False
    path = os.path.join(world.folder, "passwd")
    os.mkfifo(path)
    server = world.add_server(user="nobody", preexec=mounting(path, "/etc/passwd"))
    server.launch()
    wait_for(lambda: is_heeding(server.process.pid, signal.SIGTERM), "the server to block or heed its stop")
    server.settle()
    if server.log("listen"):
        raise Failure("the server did not ask who its user is")
    server.stop()
    if server.failures() or not server.log("stop", result="success"):
        raise Failure("the log does not say that it stopped")


@case()
def user_that_there_is_not_is_refused(world):
    for user, reason in (("no-such-user-here", "no such user"), ("root", "this user is root"), ("a|b", "no such user")):
        server = world.add_server(user=user)
        if server.launch().wait_exit() != 1:
            raise Failure(f"--user {user} was taken")
        if reason not in server.log("user", result="fail")[0]["reason"]:
            raise Failure(f"--user {user}: the log says {server.text()}")


@case()
def unit_for_systemd_leaves_little_exposed(_):
    if shutil.which("systemd-analyze") is None:
        raise Skip("systemd-analyze is not here")
    result = subprocess.run(["systemd-analyze", "security", "--offline=yes", "--no-pager",
                             f"--threshold={EXPOSURE_MOST}", UNIT], capture_output=True, text=True, check=False)
    if "unrecognized option" in result.stderr:
        raise Skip("systemd-analyze is too old for --offline")
    if result.returncode != 0:
        raise Failure(result.stdout.strip().splitlines()[-1] if result.stdout else result.stderr)
