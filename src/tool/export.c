/*
 * sorteo export: the bets of a store as CSV on standard output: agency, name, surname, document,
 * birthdate, number (the fields of a BET, in their order).
 *
 * RFC 4180: lines end in CRLF, quotes only where they are needed. On a terminal, control characters
 * are shown as ?. Knows no SQL; the store is read through store.h. A server that has it open is
 * asked for a copy, so that it never waits for the reader of the rows.
 */
#include "tool/export.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/csv_quote.h"
#include "base/options.h"
#include "base/printable.h"
#include "base/usage_error.h"
#include "codec/bet_fields.h"
#include "store/bet_row.h"
#include "store/store.h"
#include "tool/output.h"
#include "tool/stop.h"
#include "tool/store_copy.h"

#define OUTPUT_BUF_LEN (256 * 1024)
#define LOCK_WAIT_MS 500 /* a server that was just killed may hold its lock for a moment */

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
          .help = "The store to read. Default: bets.db." },
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
            "agency" BET_FIELD_NAMES ". The store is not changed. If a server "
            "is using it, a copy is made first, in TMPDIR (or /var/tmp), which must have room for it; the copy is "
            "removed afterwards.",
        .epilogue = "With --agency and --count, a running server first closes the agency's\n"
                    "connections, so that none of them can add a bet to those that are counted.\n"
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

struct output {
    FILE *file;
    bool escape_formulas;
    bool terminal;
    int error; /* errno of the first failure; 0: none */
};

/* A file that somebody else has written may have anything in its texts. */
static void show_field(FILE *out, struct sorteo_text text)
{
    char *shown = strndup(text.bytes, text.len);

    if (shown == NULL)
        return;
    printable(shown, text.len + 1, shown);
    csv_quote_write(out, shown, strlen(shown));
    free(shown);
}

static void write_field(const struct output *output, struct sorteo_text text)
{
    if (output->terminal)
        show_field(output->file, text);
    else
        csv_quote_write(output->file, text.bytes, text.len);
}

/* False ends the reading at the first failure: a full disk does not get better by writing on. */
static bool note_error(struct output *output)
{
    if (ferror(output->file) != 0)
        output->error = errno != 0 ? errno : EIO;
    return output->error == 0;
}

/* Names come from bettors. */
static void write_text(void *context, FILE *out, const struct bet_field *field, struct sorteo_text text)
{
    const struct output *output = context;

    if (output->escape_formulas && field->kind == PROTOCOL_TEXT && text.len > 0 &&
        memchr("=+-@", text.bytes[0], 4) != NULL)
        putc('\'', out);
    write_field(output, text);
}

static bool write_row(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    struct output *output = context;

    (void)round;
    errno = 0;
    bet_row_write(output->file, bet, write_text, output);
    return note_error(output);
}

/* ---- Counts ---------------------------------------------------------------------------------- */

struct count {
    uint32_t round;
    uint64_t bets[UINT8_MAX + 1]; /* by agency */
};

struct counts {
    struct count *list;
    size_t len;
    bool failed; /* no memory */
};

/* Rounds come in their order, or nearly so. */
static bool count_row(void *context, uint32_t round, const struct sorteo_bet *bet)
{
    struct counts *counts = context;
    size_t i = counts->len;

    while (i > 0 && counts->list[i - 1].round != round)
        i--;
    if (i == 0) {
        struct count *longer = realloc(counts->list, (counts->len + 1) * sizeof *longer);

        counts->failed = longer == NULL;
        if (counts->failed)
            return false;
        counts->list = longer;
        counts->list[counts->len] = (struct count){ .round = round };
        i = ++counts->len;
    }
    counts->list[i - 1].bets[bet->agency]++;
    return true;
}

static void write_counts(const struct counts *counts, struct output *output)
{
    errno = 0;
    for (size_t i = 0; i < counts->len; i++)
        for (unsigned agency = 0; agency <= UINT8_MAX; agency++)
            if (counts->list[i].bets[agency] > 0)
                fprintf(output->file, "%" PRIu32 ",%u,%" PRIu64 "\r\n", counts->list[i].round, agency,
                        counts->list[i].bets[agency]);
    (void)note_error(output);
}

static struct sorteo_text text_of(const char *text)
{
    return (struct sorteo_text){ .bytes = text, .len = strlen(text) };
}

static bool write_finish(void *context, const struct finish_record *record)
{
    struct output *output = context;
    FILE *out = output->file;

    errno = 0;
    fprintf(out, "%" PRIu32 ",%u,", record->round, record->agency);
    write_field(output, text_of(record->at));
    fprintf(out, ",%" PRIu64 ",%" PRId64 ",", record->bets, record->uid);
    write_field(output, text_of(record->user));
    putc(',', out);
    write_field(output, text_of(record->host));
    fputs("\r\n", out);
    return note_error(output);
}

static int fail(const char *reason)
{
    printable_line(stderr, "sorteo export: %s", reason);
    return EXIT_FAILED;
}

static int write_rows(struct store *store, const struct export_options *options)
{
    const struct store_filter filter = { .round = (uint32_t)options->round,
                                         .agency = (uint8_t)options->agency,
                                         .winners = options->winners };
    struct output output = { .file = stdout,
                             .escape_formulas = options->escape_formulas,
                             .terminal = isatty(STDOUT_FILENO) == 1 };
    struct counts counts = { 0 };
    char reason[160];

    enum store_code code = options->finishes ? store_each_finish(store, write_finish, &output)
                           : options->count  ? store_each(store, &filter, count_row, &counts)
                                             : store_each(store, &filter, write_row, &output);
    if (code == STORE_OK && options->count && !counts.failed)
        write_counts(&counts, &output);
    free(counts.list);
    if (counts.failed)
        return fail("out of memory");
    if (code != STORE_OK)
        return fail(store_error_text(store));
    if (output.error == 0 && fflush(stdout) != 0)
        output.error = errno;
    if (output.error == 0)
        return EXIT_DONE;
    if (!output_note_failure(output.error))
        return EXIT_FAILED; /* the reader has gone: nothing to say */
    snprintf(reason, sizeof reason, "cannot write to standard output: %s: what was written is incomplete",
             strerror(output.error));
    return fail(reason);
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

/* ---- Where the store is ---------------------------------------------------------------------- */

static bool open_store(const char *path, struct store **store, char text[static OPERATOR_TEXT_MAX])
{
    const struct store_options store_options = { .path = path, .read_only = true, .lock_wait_ms = LOCK_WAIT_MS };
    struct store_error error;

    if (store_open(&store_options, store, &error) == STORE_OK)
        return true;
    snprintf(text, OPERATOR_TEXT_MAX, "%s", error.text);
    return false;
}

/* Its name is there for as long as opening it takes. */
static bool open_copy(struct copy_target *target, struct store **store, char text[static OPERATOR_TEXT_MAX])
{
    if (!copy_target_name(target, false, text))
        return false;
    bool opened = open_store(target->path, store, text);
    unlink(target->path);
    return opened;
}

static enum asked copy_from_server(const struct export_options *options, struct store **store,
                                   char text[static OPERATOR_TEXT_MAX])
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    struct copy_target target;
    enum asked asked;

    snprintf(path, sizeof path, "%s/sorteo-export-%ld", folder != NULL && folder[0] != '\0' ? folder : "/var/tmp",
             (long)getpid());
    if (!copy_target_open(&target, path, text))
        return ASKED_FAILED;
    asked = copy_target_ask(&target, options->path, options->count ? (uint8_t)options->agency : 0, text);
    if (asked == ASKED_DONE && !open_copy(&target, store, text))
        asked = ASKED_FAILED;
    copy_target_close(&target);
    return asked;
}

static bool reach_store(const struct export_options *options, struct store **store, char text[static OPERATOR_TEXT_MAX])
{
    enum asked asked = server_listens(options->path) ? copy_from_server(options, store, text) : ASKED_NO_SERVER;

    if (asked == ASKED_NO_SERVER)
        return open_store(options->path, store, text);
    return asked == ASKED_DONE;
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
    bool reached = reach_store(&options, &store, text);
    stop_release();
    if (!reached)
        return fail(text);
    if (stop_asked()) {
        store_close(store);
        return fail("stopped by a signal");
    }
    return export_store(&options, store);
}
