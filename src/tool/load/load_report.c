/* See load_report.h. */
#include "tool/load/load_report.h"

#include <inttypes.h>
#include <stdio.h>

#define NS_PER_US 1e3
#define NS_PER_MS 1e6
#define BAR_MAX 50u

static const struct {
    const char *name, *member;
    double part;
} percentiles[] = {
    { "50 %", "p50_us", 0.5 },      { "90 %", "p90_us", 0.9 },  { "99 %", "p99_us", 0.99 },
    { "99.9 %", "p999_us", 0.999 }, { "100 %", "max_us", 1.0 },
};
#define PERCENTILES (sizeof percentiles / sizeof percentiles[0])

/* ---- How long answers took ------------------------------------------------------------------- */

/* Bounds of the plot's rows: 1, 2, 5, 10 … times 10 us. */
static uint64_t next_bound(uint64_t bound_ns)
{
    uint64_t digit = bound_ns;

    while (digit >= 10)
        digit /= 10;
    return digit == 2 ? bound_ns / 2 * 5 : bound_ns * 2;
}

static size_t count_below(const struct times *times, size_t from, uint64_t bound_ns)
{
    size_t to = from;

    while (to < times->count && times->notes[to].took_ns < bound_ns)
        to++;
    return to - from;
}

static void print_row(uint64_t bound_ns, size_t count, size_t most)
{
    unsigned bar = (unsigned)((count * BAR_MAX + most - 1) / most);

    (void)printf("  %9.3f ms %9zu%s", (double)bound_ns / NS_PER_MS, count, bar > 0 ? "  " : "");
    for (unsigned i = 0; i < bar; i++)
        (void)putchar('#');
    (void)putchar('\n');
}

/* A row for each range that holds an answer, or lies between two that do. */
static void print_plot(const struct times *times)
{
    uint64_t first_ns = 10000;
    size_t most = 1, done = 0;

    if (times->count == 0)
        return;
    (void)printf("\n         below   answers\n");
    while (next_bound(first_ns) <= times->notes[0].took_ns)
        first_ns = next_bound(first_ns);
    for (uint64_t bound_ns = first_ns; done < times->count; bound_ns = next_bound(bound_ns)) {
        size_t count = count_below(times, done, bound_ns);

        most = count > most ? count : most;
        done += count;
    }
    done = 0;
    for (uint64_t bound_ns = first_ns; done < times->count; bound_ns = next_bound(bound_ns)) {
        size_t count = count_below(times, done, bound_ns);

        if (done + count > 0)
            print_row(bound_ns, count, most);
        done += count;
    }
}

/* ---- All of it ------------------------------------------------------------------------------- */

static void print_trouble(const struct load_result *result)
{
    const struct load_totals *totals = result->totals;

    (void)printf("errors      %" PRIu64 " refused, %" PRIu64 " unanswered, %" PRIu64 " malformed, %" PRIu64
                 " connections lost, %" PRIu64 " not opened\n",
                 totals->refused, totals->unanswered, totals->malformed, totals->lost, totals->failed);
    if (result->settings->rate > 0)
        (void)printf("behind      %" PRIu64 " frames were due and not sent at the end\n", result->behind);
}

void load_report_text(const struct load_result *result)
{
    const struct load_totals *totals = result->totals;

    (void)printf("stored      %" PRIu64 " bets in %" PRIu64 " frames, in %.3f s\n", totals->stored_bets, totals->stored,
                 result->seconds);
    (void)printf("per second  %.0f bets, %.1f frames\n", (double)totals->stored_bets / result->seconds,
                 (double)totals->stored / result->seconds);
    print_trouble(result);
    (void)printf("answers     ");
    for (size_t i = 0; i < PERCENTILES; i++)
        (void)printf("%s%s %.3f ms", i == 0 ? "" : ", ", percentiles[i].name,
                     (double)times_percentile(&totals->times, percentiles[i].part) / NS_PER_MS);
    (void)putchar('\n');
    print_plot(&totals->times);
}

void load_report_json(const struct load_result *result)
{
    const struct load_totals *totals = result->totals;

    (void)printf("{\"bets\":%" PRIu64 ",\"frames\":%" PRIu64 ",\"seconds\":%.6f,\"bets_per_second\":%.1f",
                 totals->stored_bets, totals->stored, result->seconds, (double)totals->stored_bets / result->seconds);
    (void)printf(",\"refused\":%" PRIu64 ",\"unanswered\":%" PRIu64 ",\"malformed\":%" PRIu64 ",\"lost\":%" PRIu64
                 ",\"not_opened\":%" PRIu64 ",\"behind\":%" PRIu64,
                 totals->refused, totals->unanswered, totals->malformed, totals->lost, totals->failed, result->behind);
    for (size_t i = 0; i < PERCENTILES; i++)
        (void)printf(",\"%s\":%.1f", percentiles[i].member,
                     (double)times_percentile(&totals->times, percentiles[i].part) / NS_PER_US);
    (void)printf("}\n");
}
