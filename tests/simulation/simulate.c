/*
 * The simulator: servers that share a store, agencies, and all that can go wrong between them, from
 * one seed.
 *
 *     simulate [--seed N] [--schedules N] [--servers N] [--dialect NAME] [--schedule N]
 *              [--without RULE] [--at-most N] [--rules]
 *
 * Runs so many schedules in each dialect; then leaves out each rule that the simulation has itself,
 * one after the other, and expects that a schedule finds it. With --dialect it runs schedules in
 * that one alone, and leaves no rule out. With --without only that rule is left out (--rules lists
 * them), and looked for in --at-most schedules of each dialect. Prints TAP, with the figures as
 * comments. Of a schedule that fails, its number and its trace are printed; --schedule runs that
 * one alone, with --without, too.
 *
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "search.h"
#include "server.h"

#define SEED 1u
#define SCHEDULES 30000u
#define AT_MOST 20000u

static struct {
    struct schedule_options options;
    uint64_t count, at_most;
    uint64_t only; /* one schedule, with its trace; 0: many */
    bool has_dialect;
    enum simulated_rule without;
    unsigned tests, failed;
} run = {
    .options = { .seed = SEED, .dialect = SORTEO_WIDE }, .count = SCHEDULES, .at_most = AT_MOST, .without = RULES
};

/* ---- Options --------------------------------------------------------------------------------- */

static int complain(void)
{
    fprintf(stderr,
            "usage: simulate [--seed N] [--schedules N] [--servers 1..%u] [--dialect wide|keyed] [--schedule N] "
            "[--without RULE] [--at-most N] [--rules]\n",
            SERVERS_MAX);
    return 2;
}

static bool take_dialect(const char *value)
{
    run.has_dialect = true;
    return sorteo_dialect_find(value, &run.options.dialect) &&
           (run.options.dialect == SORTEO_WIDE || run.options.dialect == SORTEO_KEYED);
}

static bool take_number(const char *value, uint64_t *number)
{
    char *end;

    *number = strtoull(value, &end, 10);
    return *value != '\0' && *end == '\0' && *number > 0;
}

static bool take_option(int option, const char *value)
{
    uint64_t number;

    switch (option) {
    case 's':
        return take_number(value, &run.options.seed);
    case 'n':
        return take_number(value, &run.count);
    case 'm':
        return take_number(value, &run.at_most);
    case 'S':
        if (!take_number(value, &number) || number > SERVERS_MAX)
            return false;
        run.options.servers = (unsigned)number;
        return true;
    case 'd':
        return take_dialect(value);
    case '1':
        return take_number(value, &run.only);
    case 'w':
        run.without = rule_find(value);
        return run.without != RULES;
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
        { "seed", required_argument, NULL, 's' },
        { "schedules", required_argument, NULL, 'n' },
        { "servers", required_argument, NULL, 'S' },
        { "dialect", required_argument, NULL, 'd' },
        { "schedule", required_argument, NULL, '1' },
        { "without", required_argument, NULL, 'w' },
        { "at-most", required_argument, NULL, 'm' },
        { "rules", no_argument, NULL, 'r' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1)
        if (!take_option(option, optarg))
            return false;
    return optind == argc;
}

/* ---- Telling --------------------------------------------------------------------------------- */

static void report(bool passed, const char *before, const char *name, const char *after)
{
    run.failed += !passed;
    printf("%s %u - %s%s%s\n", passed ? "ok" : "not ok", ++run.tests, before, name, after);
    (void)fflush(stdout);
}

static void print_figures(const struct search_result *result)
{
    const struct counts *counted = &result->counts;

    printf("# %s: %" PRIu64 " schedules, %" PRIu64 " steps, %s%" PRIu64 " states, %.1f s of CPU time, %" PRIu64
           " deaths of servers, %" PRIu64 " sessions cut, %" PRIu64 " answers to COMMIT lost\n",
           sorteo_dialect_name(result->dialect), result->schedules, counted->steps,
           result->has_more_states ? "more than " : "", result->states, result->took_s, counted->deaths, counted->cuts,
           counted->lost_answers);
    counts_print(counted);
}

static void print_command(const struct search_result *result, enum simulated_rule without)
{
    printf("# simulate --seed %" PRIu64, run.options.seed);
    if (run.options.servers > 0)
        printf(" --servers %u", run.options.servers);
    if (without != RULES)
        printf(" --without %s", rule_word(without));
    printf(" --dialect %s --schedule %" PRIu64 ": %s\n", sorteo_dialect_name(result->dialect), result->number,
           result->finding);
}

/* The same schedule, with its trace. */
static void print_trace(const struct search_result *result)
{
    struct search again = {
        .options = run.options, .first = result->number, .count = 1, .without = RULES, .traces = true
    };
    struct search_result ignored;

    again.options.dialect = result->dialect;
    search_run(&again, &ignored);
}

/* ---- Tests ----------------------------------------------------------------------------------- */

static void test_rules_hold(enum sorteo_dialect dialect)
{
    struct search search = { .options = run.options, .first = 1, .count = run.count, .without = RULES };
    struct search_result result;

    search.options.dialect = dialect;
    search_run(&search, &result);
    print_figures(&result);
    if (result.is_found) {
        print_trace(&result);
        print_command(&result, RULES);
    }
    report(!result.is_found && !result.is_broken, "every_schedule_keeps_what_is_promised_in_",
           sorteo_dialect_name(dialect), "");
}

static void test_is_found(enum simulated_rule without)
{
    const struct search search = {
        .options = run.options, .first = 1, .count = run.at_most, .in_both = !run.has_dialect, .without = without
    };
    struct search_result result;

    search_run(&search, &result);
    if (result.is_found)
        print_command(&result, without);
    printf("# %s of %" PRIu64 " schedules\n", result.is_found ? "found in the last" : "found in none",
           result.schedules);
    report(result.is_found && !result.is_broken, "left_out_", rule_word(without), "_is_found");
}

static void test_one_schedule(void)
{
    const struct search search = {
        .options = run.options, .first = run.only, .count = 1, .without = run.without, .traces = true
    };
    struct search_result result;

    search_run(&search, &result);
    print_figures(&result);
    if (result.is_found)
        print_command(&result, run.without);
    report(!result.is_found && !result.is_broken, "this_schedule_keeps_what_is_promised", "", "");
}

static void test_everything(void)
{
    printf("1..%u\n", run.has_dialect ? 1u : 2u + (unsigned)RULES);
    if (!run.has_dialect || run.options.dialect == SORTEO_WIDE)
        test_rules_hold(SORTEO_WIDE);
    if (!run.has_dialect || run.options.dialect == SORTEO_KEYED)
        test_rules_hold(SORTEO_KEYED);
    for (unsigned rule = 0; !run.has_dialect && rule < RULES; rule++)
        test_is_found((enum simulated_rule)rule);
}

int main(int argc, char **argv)
{
    if (!read_options(argc, argv))
        return complain();
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* what was traced is there when the code dies */
    if (run.only > 0 || run.without != RULES)
        printf("1..1\n");
    if (run.only > 0)
        test_one_schedule();
    else if (run.without != RULES)
        test_is_found(run.without);
    else
        test_everything();
    return run.failed == 0 ? 0 : 1;
}
