"""Bets a second, durable before the answer: sorteo-server beside what one would pick instead."""

import tempfile

import contenders
import load
import rounds

BETS = 1_000_000
SYNC_US = (0, 1000, 4000)       # more for each sync than the disk takes


def measure(contender, frames, bets=BETS, idle=0):
    """A function that starts the server, loads it, and stops it."""
    def once():
        with contender as server:
            return load.run(server, frames, bets, idle)
    return once


def print_results(results, first, is_peer=True):
    """A row for each; its last figure is how many times as fast `first` is as a peer, or as it is as `first`."""
    rows = []
    for name, figures in results.items():
        bets, least, most = rounds.spread(figures, "bets_per_second")
        times, low, high = rounds.ratio(results, *((first, name) if is_peer else (name, first)), "bets_per_second")
        rows.append([name, f"{bets / 1e6:.3f} M", f"{least / 1e6:.3f}–{most / 1e6:.3f}",
                     *(f"{rounds.median(figures, time) / 1e3:.2f}" for time in ("median_us", "p99_us", "worst_us")),
                     f"{times:.2f}", f"{low:.2f}–{high:.2f}"])
    rounds.print_table(["", "bets/s", "of all rounds", "answer ms", "99 %", "worst",
                        f"{first} by it" if is_peer else f"by {first}", "of all rounds"], rows)


def peers(count):
    """Five connections, batches of 150, each server in turn."""
    print("Stored bets a second: five connections, batches of 150, each answer after stable storage\n")
    with tempfile.TemporaryDirectory() as folder:
        frames = load.Frames(folder)
        results = rounds.in_turn({kind.name: measure(kind(), frames) for kind in contenders.ALL}, count, "servers")
    print_results(results, contenders.Sorteo.name)
    return results


def without_syncs(count):
    """As it is, and on a disk that takes no time: what working while a group is synced could gain at most."""
    print("What syncs cost: as it is, and with syncs that take no time\n")
    with tempfile.TemporaryDirectory() as folder:
        frames = {batch: load.Frames(folder, batch=batch) for batch in (10, 150)}
        results = rounds.in_turn({f"{batch} bets{name}": measure(contenders.Sorteo(sync_us), frames[batch])
                                  for batch in frames
                                  for name, sync_us in (("", 0), (", no syncs", contenders.NO_SYNC))}, count, "syncs")
    for batch in frames:
        pair = {name: rows for name, rows in results.items() if name.startswith(f"{batch} bets")}
        print_results(pair, f"{batch} bets", is_peer=False)
    return results


def slow_disk(count):
    """The same on disks whose syncs take longer, beside this one as it is."""
    found = {}
    kinds = (contenders.Sorteo, contenders.GroupedLog, contenders.LockPerBatch)
    with tempfile.TemporaryDirectory() as folder:
        frames = load.Frames(folder)
        for sync_us in SYNC_US:
            print(f"The same with {sync_us / 1000:g} ms more for each sync\n")
            results = rounds.in_turn(
                {kind.name: measure(kind(sync_us), frames, BETS // (10 if sync_us > 1000 else 4)) for kind in kinds},
                count, f"{sync_us} us")
            print_results(results, contenders.Sorteo.name)
            found[str(sync_us)] = results
    return found
