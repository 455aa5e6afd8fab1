"""A sorteo-server as a process: started on free ports, stopped, killed, observed from outside.

Knows its log and its processes, and nothing about frames.
"""

import contextlib
import csv
import ctypes
import io
import os
import random
import re
import signal
import socket
import subprocess
import time

import over_tls

BUILD = os.environ.get("BUILD", "build")
UNIT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "examples", "sorteo-server.service")
# Seconds that anything may take that is waited for: a net for what never comes, no test of speed. That a server leaves
# in time its exit status says: what it has to kill is an error.
PATIENCE = float(os.environ.get("TEST_PATIENCE", "60"))
PR_SET_PDEATHSIG = 1
# What the log calls them, and the option that opens each.
STREAMS = {"agency": "listen", "bets": "bet_listen", "agency_tls": "tls_listen", "bets_tls": "tls_bet_listen",
           "observe": "observe"}
_libc = ctypes.CDLL(None, use_errno=True)


class Failure(AssertionError):
    """What a test raises when the server is wrong."""


def program(name):
    return os.path.abspath(os.path.join(BUILD, name))


def clean_environment(**changes):
    """The environment, without variables that would change a program's defaults."""
    ours = ("SERVER_", "CLI_", "LOGGING_LEVEL", "NOMBRE", "APELLIDO", "DOCUMENTO", "NACIMIENTO", "NUMERO")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**environment, **changes}


def open_files(pid):
    """What its descriptors are of, without those that it closes meanwhile."""
    links = []
    for fd in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):
            links.append(os.readlink(f"/proc/{pid}/fd/{fd}"))
    return links


def wait_for(question, what, within=PATIENCE):
    """Calls the condition until its result is true, and returns that."""
    deadline = time.monotonic() + within
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise Failure(f"waited {within:g} s for {what}")
        time.sleep(0.005)


def read_text(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def is_in_group(pid, group):
    try:
        return os.getpgid(pid) == group
    except ProcessLookupError:
        return False


def processes(group):
    """(pid, parent's pid) of every live process of a group; zombies do not count. Opens files of these alone: tests ask
    again and again, on machines with many other processes."""
    for entry in os.listdir("/proc"):
        if entry.isdigit() and is_in_group(int(entry), group):
            stat = read_text(f"/proc/{entry}/stat")
            state, parent = stat[stat.rindex(")") + 2:].split()[:2] if stat else ("Z", "0")
            if state != "Z":
                yield int(entry), int(parent)


def group_members(group):
    return sorted(pid for pid, _ in processes(group))


def parse_log_line(line):
    """{'action': 'sorteo', 'result': 'success', ...}, or None for a line of another form."""
    start = line.find("action: ")
    if start < 0:
        return None
    return dict(pair.split(": ", 1) if ": " in pair else (pair, "") for pair in line[start:].split(" | "))


def activity(pids, states="S"):
    """A value that changes whenever one of the processes has run; None while one runs or waits for the disk."""
    seen = []
    for pid in pids:
        status = read_text(f"/proc/{pid}/status")
        state = re.search(r"^State:\s+(\w)", status, re.M)
        if state is None or state[1] not in states:
            return None
        seen.append((pid, re.findall(r"ctxt_switches:\s+(\d+)", status)))
    return seen


def wait_turns(pid, count):
    """Waits until the process has woken up so often, and sleeps again."""
    def turns():
        seen = activity([pid])
        return seen and int(seen[0][1][0])
    before = wait_for(turns, "the process to sleep")
    wait_for(lambda: (turns() or 0) >= before + count, f"the process to have {count} turns")


def is_heeding(pid, sig):
    """Does the process do something about that signal, so that it would not just end?"""
    masks = re.findall(r"^Sig(?:Blk|Cgt):\s+(\w+)", read_text(f"/proc/{pid}/status"), re.M)
    return any(int(mask, 16) >> (sig - 1) & 1 for mask in masks)


def wait_calm(pids, what, within=PATIENCE, states="S"):
    """Waits until the processes that `pids` returns all sleep, and have slept for a while."""
    calm = [None, object()]

    def is_calm():
        time.sleep(0.02)
        calm.append(activity(pids(), states))
        return calm[-1] is not None and calm[-1] == calm[-2] == calm[-3]
    wait_for(is_calm, what, within)


PORTS_FROM = 10000
_ports = set()      # that this process was given


def free_port():
    """A port that was free a moment ago, for tests that cannot read the chosen one from the log, or restart a server on
    it.

    It is not from the range that the system gives to outgoing connections: another test's connection could take it
    while no server listens.
    """
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        given_from = int(file.read().split()[0])
    while True:
        port = random.SystemRandom().randrange(PORTS_FROM, given_from) if given_from > PORTS_FROM else 0
        with socket.socket() as probe, contextlib.suppress(OSError):    # somebody else's
            probe.bind(("127.0.0.1", port))
            port = probe.getsockname()[1]
            if port not in _ports:
                _ports.add(port)
                return port


def has_name(pid, name):
    """Does the list of processes show it by this name?"""
    return read_text(f"/proc/{pid}/comm").strip() == name


class Server:
    """A server and its store. Options are keyword arguments: agencies=5 is --agencies 5, None leaves one out."""

    def __init__(self, folder, name="server", store="bets.db", environment=None, preexec=None,
                 executable=None, pass_fds=(), **options):
        self.executable = executable or program("sorteo-server")
        self.store = os.path.join(folder, store)
        self.log_path = os.path.join(folder, name + ".log")
        self.environment = environment or {}
        self.preexec = preexec
        self.pass_fds = pass_fds
        self.options = {"listen": "127.0.0.1:0", "bet_listen": "127.0.0.1:0", "agencies": 2, "workers": 2,
                        "store": self.store, **options}
        self.process = None
        self.ports = {}
        self.lines_before = 0  # of the log, before this start

    # ---- Starting ----------------------------------------------------------------------------------------

    def arguments(self):
        given = [self.executable]
        for name, value in over_tls.server_options(self.options).items():
            if value is True:
                given.append("--" + name.replace("_", "-"))
            elif value is not None:
                given += ["--" + name.replace("_", "-"), str(value)]
        return given

    def launch(self, stdout=None):
        """Starts the process without waiting for it to listen. It is killed if this one dies. setpriv sees to that
        where it can: to fork all of Python takes longer than to start a server. An environment may be meant for the
        server alone."""
        def prepare():
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if self.preexec:
                self.preexec()
        forks = self.preexec or self.environment

        self.ports = {}
        self.lines_before = len(self.text().splitlines())
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                ([] if forks else ["setpriv", "--pdeathsig", "KILL"]) + self.arguments(), stdin=subprocess.DEVNULL,
                stdout=stdout or log, stderr=log, env=clean_environment(**self.environment), start_new_session=True,
                preexec_fn=prepare if forks else None, pass_fds=self.pass_fds)
        return self

    def start(self, within=PATIENCE):
        self.launch()
        streams = {name for name, option in STREAMS.items() if self.options.get(option)}
        wait_for(lambda: self.is_listening(streams), "the server to listen", within)
        return self

    def is_listening(self, streams):
        if self.process.poll() is not None:
            reasons = [line.get("reason", line["action"]) for line in self.log(result="fail")]
            raise Failure(f"the server left at start with status {self.process.returncode}: {reasons}")
        for line in self.log("listen", result="success"):
            self.ports[over_tls.stream_of(line["stream"])] = int(line["address"].rsplit(":", 1)[1])
        return streams <= set(self.ports)

    # ---- Leaving -----------------------------------------------------------------------------------------

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def wait_exit(self, within=None):
        """It ends itself what has not left within its --stop-timeout, however slow the machine is."""
        within = within or PATIENCE + float(self.options.get("stop_timeout") or 0)
        try:
            status = self.process.wait(within)
        except subprocess.TimeoutExpired:
            raise Failure(f"the server had not left after {within:g} s") from None
        self.ports = {}
        return status

    def stop(self, sig=signal.SIGTERM):
        """Asks the server to stop: it must exit with status 0, in time, and no process of it may remain."""
        began = time.monotonic()
        os.kill(self.process.pid, sig)
        status = self.wait_exit()
        if status != 0:
            raise Failure(f"exit status {status} after {signal.Signals(sig).name}, wanted 0")
        self.expect_no_process()
        return time.monotonic() - began

    def kill(self):
        """Kills all processes of the server at once, as a crash does."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.ports = {}
        self.expect_no_process()

    def restart(self, how):
        {"term": self.stop, "kill": self.kill}[how]()
        return self.start()

    def expect_no_process(self, within=PATIENCE):
        wait_for(lambda: not group_members(self.process.pid), "the server's processes to be gone", within)

    def destroy(self):
        """Removes everything, whatever happened. Its ports are free then: somebody may start it again at once."""
        if self.process is not None:
            for pid in group_members(self.process.pid):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.process.wait()
            self.expect_no_process()

    # ---- Looking at it -----------------------------------------------------------------------------------

    def children(self):
        return sorted(pid for pid, parent in processes(self.process.pid) if parent == self.process.pid)

    def committer(self):
        """The child that has the store open, or None."""
        return next((pid for pid in self.children() if self.has_store_open(pid)), None)

    def acceptor(self):
        """The child that accepts connections, or None."""
        return next((pid for pid in self.children() if has_name(pid, "sorteo-accept")), None)

    def workers(self):
        """At least one: a process that has just been started has no role's name yet."""
        wait_for(self.committer, "a process that has the store open")
        return wait_for(lambda: [pid for pid in self.children() if has_name(pid, "sorteo-worker")], "a worker")

    def has_store_open(self, pid):
        try:
            return any(link.startswith(self.store) for link in open_files(pid))
        except OSError:
            return False

    def settle(self, within=PATIENCE, beside_stopped=False):
        """Waits until the server has done all that it can do with what was sent to it. `beside_stopped`: all that it
        can do while some of its processes are stopped."""
        wait_calm(lambda: group_members(self.process.pid), "the server to become idle", within,
                  "ST" if beside_stopped else "S")

    def text(self):
        return read_text(self.log_path)

    def log(self, action=None, since_start=True, **pairs):
        """Log lines, as dictionaries, with this action and these pairs."""
        lines = self.text().splitlines()[self.lines_before if since_start else 0:]
        wanted = "action: " + (action or "")
        parsed = [entry for entry in map(parse_log_line, (line for line in lines if wanted in line)) if entry]
        return [entry for entry in parsed if (action is None or entry.get("action") == action)
                and all(entry.get(key) == str(value) for key, value in pairs.items())]

    def wait_log(self, action, count=1, within=PATIENCE, **pairs):
        wait_for(lambda: len(self.log(action, **pairs)) >= count, f"{count} log line(s) of {action} {pairs or ''}",
                 within)
        return self.log(action, **pairs)

    def failures(self):
        """Lines that speak of one."""
        return self.log(result="fail")

    def has_given_up(self):
        """Did it leave because its processes had died again and again?"""
        return any("processes died within" in line.get("reason", "") for line in self.log("stop", result="fail"))

    def draws(self):
        """How many draws the log has, from all starts."""
        return len(self.log("sorteo", since_start=False, result="success"))

    # ---- The store ---------------------------------------------------------------------------------------

    def export(self, *options):
        """Rows of `sorteo export`, as tuples of text. The server must be down."""
        result = subprocess.run([program("sorteo"), "export", "--store", self.store, *options], capture_output=True,
                                env=clean_environment(), timeout=PATIENCE, check=False)
        if result.returncode != 0:
            raise Failure(f"sorteo export: status {result.returncode}: {result.stderr.decode(errors='replace')}")
        return [tuple(row) for row in csv.reader(io.StringIO(result.stdout.decode("utf-8"), newline=""))]
