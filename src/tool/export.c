/*
 * sorteo export: the bets of a store as CSV on standard output: agency, name, surname, document,
 * birthdate, number (the fields of a BET, in their order). Knows no SQL; the store is read through
 * store.h.
 */
#include "tool/export.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/options.h"
#include "base/printable.h"
#include "base/usage_error.h"
#include "codec/bet_fields.h"
#include "store/store.h"
#include "tool/export_counts.h"
#include "tool/export_rows.h"
#include "tool/export_source.h"
#include "tool/output.h"
#include "tool/stop.h"

#define OUTPUT_BUF_LEN (256 * 1024)

enum { EXIT_DONE = 0, EXIT_FAILED = 1 };

struct export_options {
    const char *path;
    uint64_t round;  /* 0: every one */
    uint64_t agency; /* 0: every one */
    bool winners;
    bool finishes;
    bool count;
    bool escape_formulas;
};

static enum options_outcome parse(struct export_options *options, int argc, char **argv)
{
    const struct option_spec specs[] = {
        { .name = "store",
          .kind = OPTION_TEXT,
          .value = &options->path,
          .metavar = "PATH",
          .help = "The store to read: a file, or a PostgreSQL URI. Default: bets.db." },
        { .name = "round",
          .kind = OPTION_NUMBER,
          .value = &options->round,
          .min = 1,
          .max = UINT32_MAX,
          .metavar = "R",
          .help = "Only the bets of round R. Default: every round." },
        { .name = "agency",
          .kind = OPTION_NUMBER,
          .value = &options->agency,
          .min = 1,
          .max = UINT8_MAX,
          .metavar = "N",
          .help = "Only the bets of agency N. Default: every agency." },
        { .name = "winners",
          .kind = OPTION_FLAG,
          .value = &options->winners,
          .help = "Only the bets that won, in the rounds that were drawn." },
        { .name = "count",
          .kind = OPTION_FLAG,
          .value = &options->count,
          .help =
              "Instead of bets, how many there are: a row of round, agency and bets for each round of each agency." },
        { .name = "escape-formulas",
          .kind = OPTION_FLAG,
          .value = &options->escape_formulas,
          .help = "Put an apostrophe before each name that begins with =, +, - or @, which spreadsheet programs would "
                  "take for a formula and run." },
        { .name = "finishes",
          .kind = OPTION_FLAG,
          .value = &options->finishes,
          .help =
              "Instead of bets, the agencies that were finished by hand (sorteo finish): round, agency, time (UTC), "
              "bets stored by then, and the uid, user and host that did it." }
    };
    const struct options_program program = {
        .name = "sorteo export",
        .synopsis = "[OPTION]...",
        .summary =
            "Writes the bets of a store to standard output as CSV, in the order in which they were stored: "
            "agency" BET_FIELD_NAMES ". No bet is changed. If a server "
            "is using a store in a file, a copy is made first, in TMPDIR (or /var/tmp), which must have room for it; "
            "the copy is removed afterwards.",
        .epilogue = "With --agency and --count, running servers first close the agency's connections,\n"
                    "so that none of them can add a bet to those that are counted. In PostgreSQL\n"
                    "this is written into the database, on its primary, and needs the right to.\n"
                    "\n"
                    "Exit status: 0 done, 1 failed, 2 usage.",
        .version = SORTEO_VERSION,
        .options = specs,
        .option_count = sizeof specs / sizeof specs[0]
    };
    int operand = argc;

    enum options_outcome outcome = options_parse(&program, argc, argv, 0, &operand);

    if (outcome != OPTIONS_OK || !options->finishes ||
        (!options->winners && !options->count && options->round == 0 && options->agency == 0))
        return outcome;
    (void)usage_error("sorteo export", "--finishes shows no bets, which --round, --agency and --winners choose");
    return OPTIONS_ERROR;
}

static int fail(const char *reason)
{
    printable_line(stderr, "sorteo export: %s", reason);
    return EXIT_FAILED;
}

static void write_counts(const struct export_counts *counts, struct export_rows *rows)
{
    errno = 0;
    export_counts_write(counts, rows->file);
    (void)export_rows_are_written(rows);
}

/* What was written has to be on its way before it counts. */
static int flush_rows(struct export_rows *rows)
{
    char reason[160];

    if (rows->error == 0 && fflush(rows->file) != 0)
        rows->error = errno;
    if (rows->error == 0)
        return EXIT_DONE;
    if (!output_note_failure(rows->error))
        return EXIT_FAILED; /* the reader has gone: nothing to say */
    snprintf(reason, sizeof reason, "cannot write to standard output: %s: what was written is incomplete",
             strerror(rows->error));
    return fail(reason);
}

static int write_rows(struct store *store, const struct export_options *options)
{
    const struct store_filter filter = { .round = (uint32_t)options->round,
                                         .agency = (uint8_t)options->agency,
                                         .winners = options->winners };
    struct export_rows rows = { .file = stdout,
                                .escape_formulas = options->escape_formulas,
                                .terminal = isatty(STDOUT_FILENO) == 1 };
    struct export_counts counts = { 0 };

    enum store_code code = options->finishes ? store_each_finish(store, export_row_of_finish, &rows)
                           : options->count  ? store_each(store, &filter, export_count_bet, &counts)
                                             : store_each(store, &filter, export_row_of_bet, &rows);
    bool failed = counts.failed;
    if (code == STORE_OK && options->count && !failed)
        write_counts(&counts, &rows);
    export_counts_free(&counts);
    if (failed)
        return fail("out of memory");
    return code == STORE_OK ? flush_rows(&rows) : fail(store_error_text(store));
}

static int export_store(const struct export_options *options, struct store *store)
{
    char reason[160];
    int status;

    if (options->agency > store_agencies(store)) {
        snprintf(reason, sizeof reason, "--agency %" PRIu64 ": the store is for the agencies 1 to %u", options->agency,
                 store_agencies(store));
        status = fail(reason);
    } else {
        status = write_rows(store, options);
    }
    store_close(store);
    return status;
}

int export_main(int argc, char **argv)
{
    static char output_buf[OUTPUT_BUF_LEN];
    struct export_options options = { .path = "bets.db" };
    char text[OPERATOR_TEXT_MAX];
    struct store *store;
    enum options_outcome outcome = parse(&options, argc, argv);

    if (outcome != OPTIONS_OK)
        return options_exit_status(outcome);
    signal(SIGPIPE, SIG_IGN); /* so that a reader that went away is an error that we report */
    setvbuf(stdout, output_buf, _IOFBF, sizeof output_buf);
    stop_catch();
    bool reached = export_source_open(options.path, options.count ? (uint8_t)options.agency : 0, &store, text);
    stop_release();
    if (!reached)
        return fail(text);
    if (stop_asked()) {
        store_close(store);
        return fail("stopped by a signal");
    }
    return export_store(&options, store);
}
