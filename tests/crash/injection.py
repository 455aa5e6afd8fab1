"""What can go wrong with a system call, and how to start a server so that it does.

A Fault strikes at the n-th such call of each process, once or from then on. strace makes a call fail, delays it, or
kills the process at it. What strace cannot do (short transfers, missing memory, a sync that loses data) is done by a
library that is loaded before the C library (failing_libc.c). The server is the one that is shipped.
"""

import collections
import os
import re
import subprocess

from server import program, read_text

DELAY = "300ms"

# The errors that each call can really return: a sync does not block, a socket has no disk.
ERRORS = {
    "pwrite64": ("EIO", "ENOSPC", "EINTR"),
    "pread64": ("EIO", "EINTR"),
    "fdatasync": ("EIO", "ENOSPC"),
    "fsync": ("EIO",),
    "ftruncate": ("EIO", "EINTR"),
    "unlink": ("EIO",),
    "openat": ("EMFILE", "EIO", "ENOMEM", "EINTR"),
    "newfstatat": ("EIO", "ENOMEM"),
    "fcntl": ("ENOLCK", "EINTR"),
    "mmap": ("ENOMEM",),
    "brk": ("ENOMEM",),
    "accept4": ("EMFILE", "ENFILE", "ENOMEM", "ECONNABORTED", "EINTR", "EAGAIN"),
    "recvfrom": ("ECONNRESET", "ENOMEM", "EINTR", "EAGAIN"),
    "sendto": ("EPIPE", "ECONNRESET", "ENOMEM", "EINTR", "EAGAIN"),
    "recvmsg": ("ENOMEM", "EINTR", "EAGAIN"),
    "sendmsg": ("ENOBUFS", "ETOOMANYREFS", "EINTR", "EAGAIN"),
    "setsockopt": ("ENOMEM",),
    "socketpair": ("EMFILE", "ENOMEM"),
    "write": ("EIO", "ENOSPC", "EINTR", "EAGAIN", "EPIPE"),
    "read": ("EIO", "EINTR", "EAGAIN"),
    "epoll_create1": ("EMFILE", "ENOMEM"),
    "epoll_ctl": ("ENOMEM", "ENOSPC"),
    "epoll_wait": ("EINTR", "EIO"),
    "eventfd2": ("EMFILE", "ENOMEM"),
    "pipe2": ("EMFILE",),
    "ppoll": ("EINTR", "ENOMEM"),
    "clone": ("EAGAIN", "ENOMEM"),
    "wait4": ("EINTR",),
    "prctl": ("EINVAL",),
    "futex": ("EINTR", "EAGAIN"),
    "close": ("EIO", "EINTR"),
}
# Those that a server goes on making as long as it works; the others are over soon after the start.
OFTEN = ("pwrite64", "pread64", "fdatasync", "accept4", "recvfrom", "sendto", "recvmsg", "write", "epoll_ctl",
         "epoll_wait", "ppoll", "mmap", "setsockopt", "close", "short-pwrite", "short-send", "short-recv",
         "short-write", "clock", "lost-sync")
NOT_KILLED_AT = ("mmap", "brk", "close")    # of which there is one for everything
UNLUCK = ("short-pwrite", "short-send", "short-recv", "short-write", "no-memory", "clock", "lost-sync")


class Fault(collections.namedtuple("Fault", "call kind first for_good")):
    """`kind`: an error, "delay", "kill", or "libc" for what failing_libc.c calls by the name in `call`."""

    def __str__(self):
        return f"{self.call} {self.kind} {self.first}{'+' if self.for_good else ''}"

    def _injection(self):
        what = {"delay": f"delay_enter={DELAY}", "kill": "signal=KILL"}.get(self.kind, f"error={self.kind}")
        return f"inject={self.call}:{what}:when={self.first}{'+' if self.for_good else ''}"

    def command(self, folder):
        """What stands before the server's own command. strace as a grandchild: what is started is the server."""
        if self.kind == "libc":
            return []
        quick = [] if self.kind == "kill" else ["--seccomp-bpf"]    # with which strace 6.1 kills at the first call only
        return ["strace", "-DD", "-f", *quick, "-q", "-o", os.path.join(folder, "injected"), "-e", f"trace={self.call}",
                "-e", self._injection()]

    def environment(self, folder):
        if self.kind != "libc":
            return {}
        return {"LD_PRELOAD": program("failing_libc.so"), "SORTEO_LIBC_FAULT_SEEN": os.path.join(folder, "injected"),
                "SORTEO_LIBC_FAULT": f"{self.call}:{self.first}{'+' if self.for_good else ''}"}

    def struck(self, folder):
        """The processes that it has struck. A process that is started in place of one makes the same calls again.
        To be asked before they are killed."""
        said = read_text(os.path.join(folder, "injected"))
        return set(re.findall(r"^(\d+).*(?:\(INJECTED|\(DELAYED|killed by SIGKILL|failing libc)", said, re.M))


ONLY_ONCE = ("EINTR", "EAGAIN", "delay", "kill")    # from then on they would be no fault, but another machine


def can_trace():
    """Whether strace is here, and may do what it is for."""
    try:
        return subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def rows(traced=True):
    """Every (call, kind, whether from then on). `traced`: those that take strace, too."""
    found = [(call, kind) for call, errors in ERRORS.items() for kind in (*errors, "delay", "kill") if traced]
    found += [(call, "libc") for call in UNLUCK]
    for call, kind in found:
        if kind != "kill" or call not in NOT_KILLED_AT:
            yield call, kind, False
        if kind not in ONLY_ONCE:
            yield call, kind, True


def places():
    """1, 2, 3 …, then ever further apart: faults at the start are many, and the middle is much alike."""
    place = 1
    while True:
        yield place
        place += max(1, place // 3)
