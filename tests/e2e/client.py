"""sorteo-client as a process: its agency files, its output and how it ended. Knows nothing about frames."""

import os
import re
import signal
import subprocess
import tempfile
import time

import over_tls
from server import (PATIENCE, Failure, clean_environment, is_heeding, parse_log_line, program, wait_calm,
                    wait_for)

DONE, FAILED, USAGE, DOUBT = 0, 1, 2, 3  # exit statuses
FILE = "agency-1.csv"


def row(bet, end=b"\n"):
    """A bet as a row of an agency file."""
    def quoted(text):
        return b'"' + text.replace(b'"', b'""') + b'"' if re.search(b'[,"\r\n]', text) else text
    return b",".join([quoted(bet.name), quoted(bet.surname), b"%d" % bet.document, bet.birthdate,
                      b"%d" % bet.number]) + end


def rows(bets, end=b"\n"):
    return b"".join(row(bet, end) for bet in bets)


def write_file(world, content, name=FILE):
    """Writes a file in the world's folder, where clients run. `content` is bytes, or bets."""
    path = os.path.join(world.folder, name)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else rows(content))
    return path


def fates_in(said):
    """[(first line, last line, "stored" | "refused" | "IN DOUBT" | "not sent")], from a client's last output."""
    found = re.findall(r"^sorteo-client: [^:]*: lines? (\d+)(?: to (\d+))? \(\d+ bets?\): "
                       r"(stored|refused|IN DOUBT|not sent)", said, re.M)
    return [(int(first), int(last or first), fate) for first, last, fate in found]


class Client:
    """A running client. `server` is anything with ports["agency"] and ports["bets"]."""

    def __init__(self, world, *arguments, server=None, stream="agency", agency=1, dialect=None, environment=None,
                 stdin=None, stdout=None, stderr=None, defaults=True, closed=(), prepare=None):
        """`stream`: the port; the option --single is the test's matter. `closed`: descriptors that it is started
        without. `prepare` is called in the process that becomes the client."""
        self.arguments = [program("sorteo-client")]
        if defaults:
            port = (server or world.server).ports[stream]
            self.arguments += ["--agency", str(agency), "--server", f"127.0.0.1:{port}", "--dialect",
                               (dialect or world.dialect).name]
        self.arguments += list(arguments)

        def before():
            for fd in closed:
                os.close(fd)
            if prepare:
                prepare()
        forks = closed or prepare   # all of Python, which takes longer than to start the client

        self.out_file = tempfile.TemporaryFile()
        self.err_file = tempfile.TemporaryFile()
        self.began = time.monotonic()
        self.process = subprocess.Popen(self.arguments, cwd=world.folder, stdin=stdin or subprocess.DEVNULL,
                                        stdout=stdout or self.out_file, stderr=stderr or self.err_file,
                                        preexec_fn=before if forks else None,
                                        env=clean_environment(**{**over_tls.client_environment(),
                                                                 **(environment or {})}))

    # ---- While it runs -----------------------------------------------------------------------------------

    def wait_log(self, action, count=1, within=PATIENCE, **pairs):
        wait_for(lambda: len(self.log(action, **pairs)) >= count, f"{count} lines of {action} of the client", within)

    def signal(self, sig=signal.SIGTERM):
        self.process.send_signal(sig)

    def settle(self):
        """Waits until it has begun and is idle, or has ended."""
        wait_for(lambda: self.process.poll() is not None or is_heeding(self.process.pid, signal.SIGTERM),
                 "the client to begin")
        wait_calm(lambda: [self.process.pid] if self.process.poll() is None else [], "the client to become idle")

    def wait(self, within=PATIENCE):
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failure(f"the client had not ended after {within:g} s; it said:\n{self.out}{self.err}") from None
        self.seconds = time.monotonic() - self.began
        return self

    # ---- What it said ------------------------------------------------------------------------------------

    @staticmethod
    def _read(file):
        size = os.fstat(file.fileno()).st_size  # pread: the client's own place in the file is not touched
        return os.pread(file.fileno(), size, 0).decode("utf-8", "replace")

    @property
    def status(self):
        return self.process.returncode

    @property
    def out(self):
        return self._read(self.out_file)

    @property
    def err(self):
        return self._read(self.err_file)

    def log(self, action=None, **pairs):
        entries = [entry for entry in map(parse_log_line, self.out.splitlines()) if entry]
        return [entry for entry in entries if (action is None or entry.get("action") == action)
                and all(entry.get(key) == str(value) for key, value in pairs.items())]

    def fates(self):
        return fates_in(self.err)

    # ---- What it should have said --------------------------------------------------------------------------

    def expect(self, status, *said):
        """Expects that it ended with this status, with each of these texts on its standard error."""
        self.wait()
        if self.status != status:
            raise Failure(f"the client's status is {self.status}, wanted {status}; it said:\n{self.out}{self.err}")
        for text in said:
            if text not in self.err:
                raise Failure(f"the client did not say {text!r}, but:\n{self.err}")
        return self

    def expect_done(self, winners=None, quiet=True):
        """Expects success, nothing on standard error, and this number of winners."""
        self.expect(DONE)
        if quiet and self.err:
            raise Failure(f"the client said on standard error:\n{self.err}")
        if winners is not None and not self.log("consulta_ganadores", result="success", cant_ganadores=winners):
            raise Failure(f"the client did not log {winners} winners, but:\n{self.out}")
        return self

    def expect_lines(self, *wanted):
        if self.fates() != list(wanted):
            raise Failure(f"the client told {self.fates()}, wanted {list(wanted)}:\n{self.err}")
        return self


def run(world, *arguments, **options):
    """A client from its start to its end."""
    return Client(world, *arguments, **options).wait()


def store_file(world, bets, *arguments, name=FILE, winners=None, **options):
    """A run that must store all of these bets; at the end the store is compared with them."""
    write_file(world, bets, name)
    client = run(world, *arguments, name, **options).expect_done(winners)
    world.ledger.stored += bets
    return client
