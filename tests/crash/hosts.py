"""Two hosts on this machine: a network namespace for the server, one for the agencies, and a cable between them.

Needs root. Knows nothing about what runs on them.
"""

import contextlib
import ctypes
import os
import subprocess

import rig  # noqa: F401  the path to the next one
from server import Failure

CLONE_NEWNET = 0x40000000
SERVER, AGENCIES = "10.77.0.1", "10.77.0.2"
SMALL_MTU = 296
_libc = ctypes.CDLL(None, use_errno=True)


def ip(*arguments):
    result = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Failure(f"ip {' '.join(arguments)}: {result.stderr.strip()}")


def enter(path):
    """The calling thread, and what it starts, is on that host from now on."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if _libc.setns(descriptor, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), f"setns to {path}")
    finally:
        os.close(descriptor)


class NoHosts(Exception):
    """This machine cannot provide them; the text says why."""


class Hosts:
    def __init__(self):
        self.names = [f"sorteo-{os.getpid()}-{part}" for part in ("server", "agencies")]

    def path(self, part):
        return f"/run/netns/{self.names[part]}"

    def enter_server(self):
        enter(self.path(0))

    def make(self):
        for part, address in enumerate((SERVER, AGENCIES)):
            ip("netns", "add", self.names[part])
            ip("-n", self.names[part], "link", "set", "lo", "up")
            if part == 0:
                ip("-n", self.names[0], "link", "add", "cable", "type", "veth", "peer", "name", "other")
            else:
                ip("-n", self.names[0], "link", "set", "other", "netns", self.names[1], "name", "cable")
            ip("-n", self.names[part], "address", "add", f"{address}/24", "dev", "cable")
            ip("-n", self.names[part], "link", "set", "cable", "up")

    def unmake(self):
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)

    def cable(self, part, state):
        """Unplugs the cable ("down") or plugs it in ("up"), at the server's end (0) or the other (1)."""
        ip("-n", self.names[part], "link", "set", "cable", state)

    def set_mtu(self, size):
        for name in self.names:
            ip("-n", name, "link", "set", "cable", "mtu", str(size))

    def emulate(self, *how):
        """Loss, delay, reordering by the kernel. None, or why it will not."""
        for name in self.names:
            result = subprocess.run(["tc", "-n", name, "qdisc", "replace", "dev", "cable", "root", "netem", *how],
                                    capture_output=True, text=True, check=False)
            if result.returncode != 0:
                return "tc netem: " + (result.stderr.strip().splitlines() or ["it failed"])[0]
        return None

    def connections_of_server(self):
        """Established ones on the server's host."""
        result = subprocess.run(["ip", "netns", "exec", self.names[0], "cat", "/proc/net/tcp"], capture_output=True,
                                text=True, check=True)
        return sum(line.split()[3] == "01" for line in result.stdout.splitlines()[1:])


@contextlib.contextmanager
def two_hosts():
    """The calling thread is on the agencies' host meanwhile. Raises NoHosts where that is not possible."""
    hosts = Hosts()
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            hosts.make()
            enter(hosts.path(1))
        except (Failure, OSError) as error:
            raise NoHosts(f"no network namespaces here: {error}") from error
        yield hosts
    finally:
        _libc.setns(home, CLONE_NEWNET)
        os.close(home)
        hosts.unmake()
