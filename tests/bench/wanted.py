"""What the servers' bench is asked for: ratios of what was measured in one run, beside what they should be.

Says so and judges nothing: a figure that falls short is a figure.
"""

import rounds

SERVER = "sorteo-server"
BETS = "bets_per_second"
# Section, the peer whose throughput the server's is a multiple of, and what that should be at least.
PEERS = (
    ("throughput by the plain log's", "plain log", 0.3),
    ("throughput by Redis'", "Redis", 1.0),
    ("throughput by PostgreSQL's", "PostgreSQL", 1.6),
    ("throughput by that of SQLite with a lock per batch", "SQLite, lock per batch", 2.0),
)
SLOW = ("the same with 1 ms more for each sync", "1000", "SQLite, lock per batch", 3.0)
WORST_BY_MEDIAN, TIME_WHEN_LARGE, MEMORY_WHEN_LARGE, IDLE_BYTES = 10, 1.3, 1.1, 2048
SMALL, LARGE = 100_000, 10_000_000


def spread(values):
    return rounds.spread([{"ratio": value} for value in values], "ratio")


def of_peers(results):
    rows = [(title, rounds.ratio(results, SERVER, peer, BETS), f"≥ {least:g}") for title, peer, least in PEERS]
    worst = spread([row["worst_us"] / row["median_us"] for row in results[SERVER]])
    return rows + [("worst answer by the median one", worst, f"≤ {WORST_BY_MEDIAN}")]


def of_slow_disk(found):
    title, sync_us, peer, least = SLOW
    return [(title, rounds.ratio(found[sync_us], SERVER, peer, BETS), f"≥ {least:g}")]


def of_growth(found):
    """None if the store did not grow that far."""
    levels = {row["bets"]: row for row in found["levels"]}
    if SMALL not in levels or LARGE not in levels:
        return []
    small, large = levels[SMALL], levels[LARGE]
    time = spread([one["ns_per_bet"] / other["ns_per_bet"] for one, other in zip(large["windows"], small["windows"])])
    memory = spread([one / other for one, other in zip(large["rss_kb"], small["rss_kb"])])
    return [("time a bet at 10^7 by that at 10^5", time, f"≤ {TIME_WHEN_LARGE}"),
            ("memory of each process, likewise", memory, f"≤ {MEMORY_WHEN_LARGE}")]


def of_memory(found):
    client = list(found["client_kb"].values())
    return [("a client's memory, largest file by smallest", spread([client[-1] / client[0]]), f"≤ {MEMORY_WHEN_LARGE}"),
            ("an idle connection's memory by 2 kB", spread([found["idle_bytes"] / IDLE_BYTES]), "≤ 1")]


def ratios(found):
    """[(what, (median, least, most), what is wanted)] of the sections that were measured."""
    functions = {"peers": of_peers, "slow-disk": of_slow_disk, "memory": of_memory, "growth": of_growth}
    return [row for section, function in functions.items() if section in found for row in function(found[section])]


def print_ratios(rows):
    if not rows:
        return
    print("Ratios, round by round\n")
    rounds.print_table(["sorteo-server", "median", "least", "most", "wanted"],
                       [[title, *(f"{figure:.2f}" for figure in figures), wanted] for title, figures, wanted in rows])
