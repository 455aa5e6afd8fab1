"""What the servers' bench is asked for: ratios of what was measured in one run, beside what they should be.

Says so and judges nothing: a figure that falls short is a figure.
"""

import rounds

SERVER = "sorteo-server"
BETS = "bets_per_second"
# Section, the peer whose throughput the server's is a multiple of, and what that should be at least.
PEERS = (
    ("throughput by the plain log's", "plain log", 1.0),
    ("throughput by that of the plain log that groups", "plain log, grouped", 0.8),
    ("throughput by Redis'", "Redis", 1.0),
    ("throughput by PostgreSQL's", "PostgreSQL", 1.6),
    ("throughput by that of SQLite with a lock per batch", "SQLite, lock per batch", 2.5),
)
SLOW = tuple((f"the same with {ms} ms more for each sync", f"{ms}000", "SQLite, lock per batch", 4.0) for ms in (1, 4))
WORST_BY_MEDIAN, TIME_WHEN_LARGE, MEMORY_WHEN_LARGE, IDLE_BYTES = 10, 1.2, 1.1, 2048
LEVELS = ((5, 7), (6, 8))       # powers of ten: bets in a small store, and in a large one
DRAW_NS_PER_BET = 50            # half a second for ten million


def spread(values):
    return rounds.spread([{"ratio": value} for value in values], "ratio")


def of_peers(results):
    rows = [(title, rounds.ratio(results, SERVER, peer, BETS), f"≥ {least:g}") for title, peer, least in PEERS]
    worst = spread([row["worst_us"] / row["median_us"] for row in results[SERVER]])
    return rows + [("worst answer by the median one", worst, f"≤ {WORST_BY_MEDIAN}")]


def of_slow_disk(found):
    return [(title, rounds.ratio(found[sync_us], SERVER, peer, BETS), f"≥ {least:g}")
            for title, sync_us, peer, least in SLOW]


def of_answers(found):
    rows = found["255 agencies"]
    return [("worst answer by the median one, 255 agencies",
             spread([row["worst_us"] / row["median_us"] for row in rows]), f"≤ {WORST_BY_MEDIAN}")]


def of_levels(levels, small, large):
    """What a bet costs in a large store by that in a small one; nothing if the store did not grow that far."""
    if 10**small not in levels or 10**large not in levels:
        return []
    pairs = list(zip(levels[10**large]["windows"], levels[10**small]["windows"]))
    title = f"at 10^{large} bets by that at 10^{small}"
    return [(f"time a bet {title}", spread([one["ns_per_bet"] / other["ns_per_bet"] for one, other in pairs]),
             f"≤ {TIME_WHEN_LARGE}"),
            (f"median answer {title}", spread([one["median_us"] / other["median_us"] for one, other in pairs]),
             f"≤ {TIME_WHEN_LARGE}"),
            (f"memory of each process {title}",
             spread([one / other for one, other in zip(levels[10**large]["rss_kb"], levels[10**small]["rss_kb"])]),
             f"≤ {MEMORY_WHEN_LARGE}")]


def of_growth(found):
    levels = {row["bets"]: row for row in found["levels"]}
    draw = spread([found["draw_seconds"] * 1e9 / found["bets"] / DRAW_NS_PER_BET])
    return [row for small, large in LEVELS for row in of_levels(levels, small, large)] + \
        [(f"the draw, a bet, by {DRAW_NS_PER_BET} ns", draw, "≤ 1")]


def of_memory(found):
    client = list(found["client_kb"].values())
    return [("a client's memory, largest file by smallest", spread([client[-1] / client[0]]), f"≤ {MEMORY_WHEN_LARGE}"),
            ("an idle connection's memory by 2 kB", spread([found["idle_bytes"] / IDLE_BYTES]), "≤ 1")]


def ratios(found):
    """[(what, (median, least, most), what is wanted)] of the sections that were measured."""
    functions = {"peers": of_peers, "slow-disk": of_slow_disk, "answers": of_answers, "memory": of_memory,
                 "growth": of_growth}
    return [row for section, function in functions.items() if section in found for row in function(found[section])]


def print_ratios(rows):
    if not rows:
        return
    print("Ratios, round by round\n")
    rounds.print_table(["sorteo-server", "median", "least", "most", "wanted"],
                       [[title, *(f"{figure:.2f}" for figure in figures), wanted] for title, figures, wanted in rows])
