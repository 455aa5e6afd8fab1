"""--observe and --metrics-file: the server's numbers over HTTP and in a file, whatever dies and whatever is asked."""

import http.client
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import time

import wire
from metrics import Metrics
from peer import Ended
from server import PATIENCE, Failure, free_port, has_name, open_files, read_text, wait_for
from wire import KEYED, bets, new_key
from world import Skip, case

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
OPEN_METRICS = "application/openmetrics-text; version=1.0.0"


def ask(world, path, method="GET", **headers):
    """The status, the type and the text of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", world.server.ports["observe"], timeout=PATIENCE)
    try:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, response.getheader("Content-Type"), response.read().decode()
    finally:
        connection.close()


def read(world, is_open=True):
    """The numbers, by a strict reader."""
    status, kind, text = ask(world, "/metrics", **({"Accept": OPEN_METRICS} if is_open else {}))
    wanted = "application/openmetrics-text" if is_open else "text/plain; version=0.0.4"
    if status != 200 or not kind.startswith(wanted):
        raise Failure(f"/metrics is answered with {status}, {kind}")
    return Metrics(text, is_open)


def expect_total(world, wanted, name, **labels):
    """It comes with the next message of who counts it."""
    def is_there():
        return read(world).total(name, **labels) == wanted
    try:
        wait_for(is_there, name)
    except Failure:
        raise Failure(f"{name} {labels} is {read(world).total(name, **labels)}, wanted {wanted}") from None


def observer(world):
    return next((pid for pid in world.server.children() if has_name(pid, "sorteo-observe")), None)


def kill(world, pid):
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: pid not in world.server.children(), "the process to be gone")


@case(heart=True)
def numbers_tell_what_was_answered(world):
    world.serve(observe="127.0.0.1:0")
    peer = world.peer()
    peer.store(bets(3))
    world.peer(9).refuse(bets(2, 9))
    malformed = world.peer(2)
    malformed.send(wire.encode_batch(malformed.dialect, bets(1, 2), None).replace(b"-", b"/"))
    malformed.expect_answer(1)
    peer.finish()
    expect_total(world, 3, "sorteo_bets_total", result="taken", agency="1")
    expect_total(world, 2, "sorteo_bets_total", result="refused", agency="none")
    expect_total(world, 1, "sorteo_refusals_total", reason="agency not served")
    expect_total(world, 1, "sorteo_malformed_frames_total")
    expect_total(world, 1, "sorteo_frames_total", frame="finish", result="taken")
    expect_total(world, 1, "sorteo_agency_phase", agency="1", phase="waiting")


def store_by_key(world, peer, batch):
    """Sends it until it is answered, on one connection after another. Returns the last one."""
    key, again = new_key(), False
    while True:
        try:
            peer.store(batch, key, repeat=again)
            return peer
        except (Ended, OSError):
            peer.close()
            peer, again = world.peer(), True


@case((KEYED,), seconds=60)
def totals_survive_workers_that_are_killed(world):
    """Each killed in the middle of its work: what was acknowledged is what is counted, and what is in the store."""
    world.serve(observe="127.0.0.1:0", workers=2)
    peer, stored = world.peer(), 0
    for turn in range(12):
        batch = bets(5)
        peer = store_by_key(world, peer, batch)
        stored += len(batch)
        if turn % 3 == 2:
            kill(world, world.server.workers()[0])
    expect_total(world, stored, "sorteo_bets_total", result="taken")
    expect_total(world, 4, "sorteo_processes_ended_total", role="worker")


@case()
def totals_survive_a_committer_that_is_killed(world):
    world.serve(observe="127.0.0.1:0")
    world.peer().store(bets(4))
    expect_total(world, 4, "sorteo_bets_total", result="taken")
    kill(world, world.server.committer())
    wait_for(lambda: ask(world, "/ready")[0] == 200, "the server to be ready again")
    world.peer().store(bets(3))
    expect_total(world, 7, "sorteo_bets_total", result="taken")
    expect_total(world, 7, "sorteo_agency_round_bets", agency="1")


@case()
def numbers_follow_a_draw(world):
    world.serve(observe="127.0.0.1:0", agencies=2)
    winning = bets(2, 1, wire.WINNING)
    peers = [world.peer(1), world.peer(2)]
    peers[0].store(winning)
    for peer in peers:
        peer.finish()
    peers[0].expect_winners(winning)
    peers[1].expect_winners()
    expect_total(world, 1, "sorteo_draws_total")
    expect_total(world, 2, "sorteo_draw_winners")
    for peer in peers:
        peer.receipt_and_leave()
    expect_total(world, 1, "sorteo_collected_rounds")
    expect_total(world, 2, "sorteo_agency_phase", phase="open")


@case()
def both_formats_say_the_same(world):
    world.serve(observe="127.0.0.1:0")
    world.peer().store()
    expect_total(world, 1, "sorteo_frames_total", result="taken")
    one, other = read(world), read(world, is_open=False)
    if one.values.keys() != other.values.keys():
        raise Failure(f"only in one of them: {one.values.keys() ^ other.values.keys()}")


@case()
def what_is_told_of_metrics_is_what_there_is(world):
    """The page names each of them, and the dashboard asks for no other."""
    world.serve(observe="127.0.0.1:0")
    metrics = read(world)
    ending = {"counter": "_total", "info": "_info"}
    served = {family + ending.get(kind, "") for family, kind in metrics.types.items()}
    named = set(re.findall(r"`(sorteo_[a-z_]+)`", read_text(os.path.join(ROOT, "src/server/observe/README.md"))))
    asked = set(re.findall(r"\bsorteo_[a-z_]+", read_text(os.path.join(ROOT, "examples/grafana-dashboard.json"))))
    asked = {re.sub(r"_(bucket|count)$", "", name) for name in asked}
    if served != named or not asked or asked - served:
        raise Failure(f"not both served and named: {served ^ named}; asked for in vain: {asked - served}")


@case()
def promtool_has_nothing_to_say(world):
    if shutil.which("promtool") is None:
        raise Skip("promtool is not installed (Debian's package prometheus)")
    world.serve(observe="127.0.0.1:0")
    world.peer().store()
    world.peer(9).refuse(bets(2, 9))
    expect_total(world, 1, "sorteo_frames_total", result="refused")
    told = subprocess.run(["promtool", "check", "metrics"], input=ask(world, "/metrics")[2], text=True,
                          capture_output=True, check=False)
    if told.returncode != 0 or told.stdout or told.stderr:
        raise Failure(told.stdout + told.stderr)


@case()
def unknown_paths_and_methods_are_refused(world):
    world.serve(observe="127.0.0.1:0")
    wait_for(lambda: ask(world, "/ready")[0] == 200, "the server to be ready")
    for path, method, wanted in (("/health", "GET", 200), ("/health", "HEAD", 200), ("/health", "POST", 405),
                                 ("/metrics", "DELETE", 405), ("/nothing", "GET", 404), ("/metrics/../x", "GET", 404)):
        status = ask(world, path, method)[0]
        if status != wanted:
            raise Failure(f"{method} {path} is answered with {status}, wanted {wanted}")


@case(seconds=60)
def whoever_asks_cannot_hurt_the_server(world):
    """Garbage, a request byte by byte, a thousand connections that say nothing: agencies are served, and the numbers
    are there again when they have had their time."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 2048)), hard))
    world.serve(observe="127.0.0.1:0")
    address = ("127.0.0.1", world.server.ports["observe"])
    with socket.create_connection(address, PATIENCE) as garbage:
        garbage.sendall(bytes(range(256)) * 8 + b"\r\n\r\n")
        while garbage.recv(4096):
            pass
    with socket.create_connection(address, PATIENCE) as slow:
        for byte in b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n":
            slow.sendall(bytes([byte]))
        if not slow.recv(4096).startswith(b"HTTP/1.1 200"):
            raise Failure("a request byte by byte is not answered")
    idle = []
    for _ in range(1000):
        idle.append(socket.socket())
        idle[-1].setblocking(False)
        idle[-1].connect_ex(address)
    world.peer().store()
    for one in idle:
        one.close()
    expect_total(world, 1, "sorteo_frames_total", result="taken")
    if world.server.log("process_ended"):
        raise Failure("a process has ended")


@case(seconds=60)
def slow_request_is_ended(world):
    """One that never ends would hold its place for ever. The server gives it ten seconds."""
    world.serve(observe="127.0.0.1:0")
    patience = max(PATIENCE, 30)
    with socket.create_connection(("127.0.0.1", world.server.ports["observe"]), PATIENCE) as slow:
        slow.settimeout(0.2)
        began = time.monotonic()
        while time.monotonic() - began < patience:
            try:
                slow.sendall(b"G")
                if slow.recv(100) == b"":
                    return
            except TimeoutError:
                continue
            except OSError:
                return
    raise Failure(f"still open after {patience} s")


@case()
def observer_that_is_killed_is_replaced_and_no_agency_notices(world):
    """However often: it does not count among the deaths after which a server gives up."""
    world.serve(observe="127.0.0.1:0")
    peer = world.peer()
    for turn in range(6):
        wait_for(lambda: observer(world), "an observer")
        kill(world, observer(world))
        peer.store()
        world.server.process.poll()
        if not world.server.is_running():
            raise Failure(f"the server gave up after {turn + 1} deaths of its observer")
    wait_for(lambda: observer(world), "an observer")
    expect_total(world, 6, "sorteo_processes_ended_total", role="observer")
    expect_total(world, 6, "sorteo_frames_total", result="taken")


@case()
def observer_that_hangs_keeps_nobody_from_stopping(world):
    world.serve(observe="127.0.0.1:0", stop_timeout=20)
    os.kill(observer(world), signal.SIGSTOP)
    if world.server.stop() >= 20:
        raise Failure("the server waited for its observer")


@case()
def observer_is_confined(world):
    world.serve(observe="127.0.0.1:0")
    links = open_files(observer(world))
    store = os.path.realpath(world.server.store)
    if any(link.startswith(store) or "sorteo-calls" in link for link in links):
        raise Failure(f"the observer has what is the committer's: {links}")
    with open(f"/proc/{observer(world)}/status", encoding="ascii") as file:
        status = file.read()
    if "sanitizers" not in world.server.text() and "Seccomp:\t2" not in status:
        raise Failure("the observer has no filter of system calls")


def recorded(world, path):
    """The numbers in the file, which must be whole whenever it is read."""
    wait_for(lambda: os.path.exists(path), "the file")
    return Metrics(read_text(path), is_open=False)


@case()
def file_of_metrics_is_always_whole(world):
    path = os.path.join(world.folder, "sorteo.prom")
    world.serve(metrics_file=path)
    world.peer().store(bets(3))
    wait_for(lambda: recorded(world, path).total("sorteo_bets_total", result="taken") == 3, "the bets in the file")
    until = time.monotonic() + 2.5
    while time.monotonic() < until:
        recorded(world, path)
    kill(world, next(pid for pid in world.server.children() if has_name(pid, "sorteo-record")))
    wait_for(lambda: recorded(world, path).total("sorteo_processes_ended_total", role="recorder") == 1,
             "its successor to write")


@case()
def file_of_metrics_that_cannot_be_written_is_said_once(world):
    folder = os.path.join(world.folder, "nowhere")
    world.serve(metrics_file=os.path.join(folder, "sorteo.prom"))
    world.server.wait_log("metrics_file", result="fail")
    world.peer().store()
    time.sleep(2.5)
    if len(world.server.log("metrics_file")) != 1:
        raise Failure("said more than once")


@case()
def port_alone_is_of_loopback(world):
    port = free_port()
    world.serve(observe=port)
    if not world.server.log("listen", stream="observe", address=f"127.0.0.1:{port}"):
        raise Failure(f"not on 127.0.0.1:{port}")


@case()
def address_that_cannot_be_used_is_said(world):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = world.add_server(observe=taken.getsockname()[1]).launch()
        if server.wait_exit() != 1 or not server.log("listen", result="fail", stream="observe"):
            raise Failure("a port that is in use is not said")
    for wrong in ("70000", "nowhere:", ":80", "a/b:80"):
        server = world.add_server(observe=wrong).launch()
        if server.wait_exit() != 2 or "--observe: " not in server.text():
            raise Failure(f"{wrong}: not said to be no address")
