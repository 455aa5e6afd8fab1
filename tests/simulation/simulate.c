/*
 * The simulator: servers that share a store, agencies, and all that can go wrong between them, in
 * one process and from one seed.
 *
 *     simulate [--seed N] [--schedules N] [--servers N] [--dialect NAME] [--schedule N]
 *              [--without RULE] [--rules]
 *
 * Prints TAP, with the figures as comments. Of a schedule that fails, its number and its trace are
 * printed; --schedule runs that one alone. --without leaves out a rule that the simulation has
 * itself (--rules lists them): then the test passes if that is found.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "audit.h"
#include "rules.h"
#include "schedule.h"
#include "seen.h"
#include "server.h"
#include "trace.h"

static struct {
    struct schedule_options options;
    uint64_t first, count;
    bool is_single; /* one schedule, with its trace */
    const char *without;
} run = { .options = { .seed = 1, .servers = 2, .dialect = SORTEO_WIDE }, .first = 1, .count = 10000 };

static int complain(void)
{
    fprintf(stderr, "usage: simulate [--seed N] [--schedules N] [--servers 1..%u] [--dialect wide|keyed] "
                    "[--schedule N] [--without RULE] [--rules]\n",
            SERVERS_MAX);
    return 2;
}

/* Of processor time: how busy the machine is with other things is no matter. */
static double now_s(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static bool take_option(int option, const char *value)
{
    switch (option) {
    case 's':
        run.options.seed = strtoull(value, NULL, 0);
        return true;
    case 'n':
        run.count = strtoull(value, NULL, 0);
        return true;
    case 'S':
        run.options.servers = (unsigned)strtoul(value, NULL, 0);
        return run.options.servers >= 1 && run.options.servers <= SERVERS_MAX;
    case 'd':
        return sorteo_dialect_find(value, &run.options.dialect) &&
               (run.options.dialect == SORTEO_WIDE || run.options.dialect == SORTEO_KEYED);
    case '1':
        run.first = strtoull(value, NULL, 0);
        run.count = 1;
        run.is_single = true;
        return true;
    case 'w':
        run.without = value;
        return rules_leave_out(value);
    case 't':
        audit_tolerates = true;
        return true;
    case 'r':
        rules_print();
        exit(0);
    default:
        return false;
    }
}

static bool read_options(int argc, char **argv)
{
    static const struct option known[] = {
        { "seed", required_argument, NULL, 's' },    { "schedules", required_argument, NULL, 'n' },
        { "servers", required_argument, NULL, 'S' }, { "dialect", required_argument, NULL, 'd' },
        { "schedule", required_argument, NULL, '1' }, { "without", required_argument, NULL, 'w' },
        { "rules", no_argument, NULL, 'r' },         { "tolerate", no_argument, NULL, 't' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
        if (!take_option(option, optarg))
            return false;
    return optind == argc;
}

static void print_figures(uint64_t schedules, double took_s)
{
    printf("# %s, %u servers: %" PRIu64 " schedules, %" PRIu64 " steps, %s%" PRIu64 " states, %.1f s of CPU time\n",
           sorteo_dialect_name(run.options.dialect), run.options.servers, schedules, counts.steps,
           seen_is_full() ? "more than " : "", seen_count(), took_s);
    counts_print();
}

/* The schedule in which something was found; 0: none. */
static uint64_t search(void)
{
    for (uint64_t i = 0; i < run.count; i++) {
        const char *found = schedule_run(&run.options, run.first + i);
        if (found == NULL)
            continue;
        printf("# schedule %" PRIu64 " of seed %" PRIu64 ": %s\n", run.first + i, run.options.seed, found);
        return run.first + i;
    }
    return 0;
}

static void print_again(uint64_t schedule)
{
    if (run.is_single || run.without != NULL)
        return;
    trace_is_on = true;
    (void)schedule_run(&run.options, schedule);
    printf("# again: simulate --seed %" PRIu64 " --servers %u --dialect %s --schedule %" PRIu64 "\n", run.options.seed,
           run.options.servers, sorteo_dialect_name(run.options.dialect), schedule);
}

int main(int argc, char **argv)
{
    if (!read_options(argc, argv))
        return complain();
    printf("1..1\n");
    (void)fflush(stdout);
    trace_is_on = run.is_single;
    const double began_s = now_s();
    const uint64_t failed = search();
    const bool passed = (failed == 0) == (run.without == NULL);
    print_figures(failed == 0 ? run.count : failed - run.first + 1, now_s() - began_s);
    if (failed != 0)
        print_again(failed);
    if (run.without == NULL)
        printf("%s 1 - every_schedule_keeps_what_is_promised\n", passed ? "ok" : "not ok");
    else
        printf("%s 1 - without_%s_something_is_found\n", passed ? "ok" : "not ok", run.without);
    return passed ? 0 : 1;
}
