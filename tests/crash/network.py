#!/usr/bin/env python3
"""The network fails: agencies and a server over an unreliable relay, and on two hosts whose cable is unplugged.

usage: network.py [--long] [--seed N]

When the network works again, every agency gets its draw; then the store is compared with the answers. The long form
takes longer, and waits for keep-alive to notice agencies that have gone. Control: a network that repeats what was sent,
in `wide`, where a repetition cannot be recognised; in `keyed` it must do no harm.
"""

import functools
import shutil
import sys
import tempfile
import time

from rig import Rig
import over_tls
from agencies import Address, Agency, Crowd
from audit import DOUBLED, Audit, Book, Contents, Totals, draws_in
from hosts import SERVER, SMALL_MTU, NoHosts, two_hosts
from server import Failure, Server, wait_for
from broken_network import BrokenNetwork
from wire import KEYED, WIDE, bets
from peer import Peer

AGENCIES = 4
CONTROL_TRIES = 5
IMPATIENT_S = 3.0       # for an answer, or winners: an agency whose connection is forgotten opens another one then
BACK_WITHIN = 60.0      # seconds until everyone has the winners of another round, once it is fair
GONE_WITHIN = 90.0      # … until keep-alive has found out that an agency is gone: 30 + 3 × 10, and what the kernel adds


class Trial:
    """A server, its agencies and a network between them."""

    def __init__(self, rig, dialect, listen="127.0.0.1:0", preexec=None):
        self.rig = rig
        self.folder = tempfile.mkdtemp(prefix="sorteo-network-")
        self.book = Book(dialect)
        self.server = Server(self.folder, agencies=AGENCIES, workers=2, dialect=dialect.name, listen=listen,
                             bet_listen=listen, preexec=preexec)

    def __enter__(self):
        self.server.start()
        return self

    def __exit__(self, *_):
        self.server.destroy()
        shutil.rmtree(self.folder, ignore_errors=True)

    def crowd(self, ports, host="127.0.0.1"):
        address = Address(ports["agency"], ports["bets"])
        address.host = host
        agencies = [Agency(agency, address, self.book, self.rig.random.randrange(1 << 32))
                    for agency in range(1, AGENCIES + 1)]
        for agency in agencies:
            agency.answer_within = agency.winners_within = IMPATIENT_S
        return Crowd(agencies)

    def conclude(self, name, crowd, totals, within=BACK_WITHIN, **figures):
        """It is fair now: everyone gets its winners. Then nothing is missing."""
        rounds = [agency.round for agency in crowd.agencies]
        problems = []
        try:
            wait_for(lambda: all(agency.round > before + 1 for agency, before in zip(crowd.agencies, rounds)),
                     f"the winners of two rounds for everyone, from {rounds}", within)
        except Failure as failure:
            problems.append(str(failure))
        problems += crowd.halt()
        self.server.destroy()
        contents = Contents(self.server.store)
        lost = Audit(contents, self.book, draws_in(self.server)).run()
        totals.add(self.book, contents, lost)
        self.rig.figures(name, **figures, connections_lost=crowd.count("lost_connections"), late=crowd.count("late"),
                         **totals.figures())
        return problems, lost


# ---- In user space -------------------------------------------------------------------------------------------------

def stormy(rig, dialect, seconds, replays=False, within=BACK_WITHIN):
    with Trial(rig, dialect) as trial, BrokenNetwork(trial.server.ports, rig.random, replays=replays) as network:
        crowd = trial.crowd(network.ports).start()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(rig.random.random() * 0.1)
            network.stir()
        network.clear_up()
        name = f"broken network {dialect.name}{' that repeats' if replays else ''}"
        return trial.conclude(name, crowd, Totals(), within, seconds=seconds, **network.counts)


def run_bad_weather(rig, dialect, seconds):
    problems, lost = stormy(rig, dialect, seconds)
    rig.expect(f"agencies_get_their_winners_after_bad_weather_{dialect.name}", problems)
    rig.expect(f"bad_weather_loses_and_doubles_nothing_{dialect.name}", lost)


def run_repeats(rig, dialect, seconds):
    problems, lost = stormy(rig, dialect, seconds, replays=True)
    rig.expect(f"network_that_repeats_does_no_harm_in_{dialect.name}{'_over_tls' if over_tls.is_on() else ''}",
               problems + lost)


def run_control(rig):
    doubled = []
    for _ in range(CONTROL_TRIES):      # whether a batch is among what is repeated is chance
        _, lost = stormy(rig, WIDE, 3, replays=True, within=0.5)    # and what is doubled may stop agencies for good
        doubled += [problem for problem in lost if problem.kind == DOUBLED]
        if doubled:
            break
    rig.expect_red("control_network_that_repeats_in_wide", doubled)


def weather(seconds):
    for dialect in (KEYED, WIDE):
        yield functools.partial(run_bad_weather, dialect=dialect, seconds=seconds)
    yield functools.partial(run_repeats, dialect=KEYED, seconds=seconds)
    if over_tls.is_on():        # where a repeated record is none
        yield functools.partial(run_repeats, dialect=WIDE, seconds=seconds)
    else:
        yield run_control


# ---- On two hosts ----------------------------------------------------------------------------------------------------

def pull_cable(rig, hosts, seconds):
    """Again and again, at either end. How often."""
    until, pulled = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        time.sleep(rig.random.random() * 0.5)
        end = rig.random.choice((0, 1))
        hosts.cable(end, "down")
        time.sleep(rig.random.random())
        hosts.cable(end, "up")
        pulled += 1
    return pulled


def run_cable(rig, hosts, name, seconds):
    with Trial(rig, KEYED, f"{SERVER}:0", hosts.enter_server) as trial:
        crowd = trial.crowd(trial.server.ports, SERVER).start()
        pulled = pull_cable(rig, hosts, seconds)
        problems, lost = trial.conclude(name, crowd, Totals(), seconds=seconds, pulled=pulled)
    rig.expect(f"agencies_get_their_winners_over_{name}", problems)
    rig.expect(f"nothing_is_lost_or_doubled_over_{name}", lost)


def run_gone_agency(rig, hosts):
    """An agency waits for the draw, and its host is cut off: the server must notice."""
    with Trial(rig, WIDE, f"{SERVER}:0", hosts.enter_server) as trial:
        address = Address(trial.server.ports["agency"], trial.server.ports["bets"])
        address.host = SERVER
        waiting = Peer(address, WIDE)
        waiting.store(bets(2))
        waiting.finish()
        trial.server.settle()
        hosts.cable(1, "down")
        began = time.monotonic()
        problems = []
        try:
            wait_for(lambda: hosts.connections_of_server() == 0, "keep-alive to find out", GONE_WITHIN)
        except Failure as failure:
            problems.append(str(failure))
        seconds = time.monotonic() - began
        hosts.cable(1, "up")
    rig.figures("keep-alive", seconds=f"{seconds:.0f}")
    rig.expect("keep_alive_finds_out_that_a_waiting_agency_is_gone", problems)


def run_hosts(rig):
    seconds = 60 if rig.long else 3
    with two_hosts() as hosts:
        if rig.long:
            run_gone_agency(rig, hosts)
        run_cable(rig, hosts, "a_cable_that_is_pulled", seconds)
        hosts.set_mtu(SMALL_MTU)
        run_cable(rig, hosts, "small_packets", seconds)
        hosts.set_mtu(1500)
        refusal = hosts.emulate("loss", "3%", "delay", "5ms", "5ms", "reorder", "20%")
        if refusal:
            rig.skip("agencies_get_their_winners_over_lossy_packets", refusal)
        else:
            run_cable(rig, hosts, "lossy_packets", seconds)


def run_hosts_if_any(rig):
    try:
        run_hosts(rig)
    except NoHosts as error:
        rig.skip("two_hosts_with_a_cable_between_them", error)


def main():
    rig = Rig(__doc__)
    seconds = 60 if rig.long else 3     # most of which the agencies wait for the network
    rig.side_by_side([run_hosts_if_any, *weather(seconds)], 3 if rig.long else 2)
    return rig.finish()


if __name__ == "__main__":
    sys.exit(main())
