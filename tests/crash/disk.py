"""A disk whose power can be cut: a file system in an image file that is shut down without flushing its log.

Unsynced writes are then lost, as after a power cut: the ioctl stops the file system at once, nothing more of its cache
reaches the image, and the next mount replays the journal. The image itself stays in the memory of this machine, so this
tests the file system's promises, not a real disk's.

All mounts are in a mount namespace of this process: they and their loop devices disappear with it, however it ends.
"""

import ctypes
import fcntl
import os
import shutil
import struct
import subprocess
import time

SHUTDOWN = 0x8004587D           # _IOR('X', 125, __u32): EXT4_IOC_SHUTDOWN, XFS_IOC_GOINGDOWN
WITHOUT_LOG_FLUSH = 2
CLONE_NEWNS = 0x00020000
UNMOUNTED_WITHIN = 60.0

# How to make one, its size, and the mount options with which nothing is synced unless someone asks for it.
KINDS = {
    "ext4": (["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0"], 64 << 20, "commit=300"),
    "xfs": (["mkfs.xfs", "-q", "-f"], 320 << 20, "defaults"),
}


class Impossible(Exception):
    """This machine cannot provide such a disk; the text says why."""


def _run(*command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise Impossible(f"{' '.join(command[:2])}: {result.stderr.strip() or result.returncode}")


def enter_mount_namespace():
    if os.geteuid() != 0:
        raise Impossible("mounting needs root")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        raise Impossible(f"no mount namespace: {os.strerror(ctypes.get_errno())}")
    _run("mount", "--make-rprivate", "/")


class Disk:
    def __init__(self, folder, kind, size=None):
        """`folder` is not on it; a size in bytes other than the usual one may be given. Raises Impossible."""
        make, usual_size, self.options = KINDS[kind]
        if shutil.which(make[0], path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin") is None:
            raise Impossible(f"{make[0]} is not installed")
        self.kind = kind
        self.image = os.path.join(folder, kind + ".image")
        self.place = os.path.join(folder, kind)
        self.is_mounted = False
        os.mkdir(self.place)
        with open(self.image, "wb") as image:
            image.truncate(size or usual_size)
        _run(*make, self.image)
        self.mount()

    def mount(self):
        _run("mount", "-t", self.kind, "-o", "loop," + self.options, self.image, self.place)
        self.is_mounted = True

    def unmount(self):
        if not self.is_mounted:
            return
        deadline = time.monotonic() + UNMOUNTED_WITHIN
        while True:
            try:
                _run("umount", self.place)
                break
            except Impossible:      # a process that was killed has not let go yet
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
        self.is_mounted = False

    def cut_power(self):
        """From now on nothing reaches the image."""
        place = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(place, SHUTDOWN, struct.pack("=I", WITHOUT_LOG_FLUSH))
        except OSError as error:
            raise Impossible(f"the file system cannot be shut down: {error.strerror}") from error
        finally:
            os.close(place)

    def restore_power(self):
        """The journal is replayed. What has the disk open must be gone."""
        self.unmount()
        self.mount()
