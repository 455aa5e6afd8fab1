/*
 * See encode.h. The rows are the client's csv_reader's, the frames its batcher's: what comes out is
 * what the client would send.
 */
#include "tool/encode.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "base/options.h"
#include "base/printable.h"
#include "base/usage_error.h"
#include "bets_file/batcher.h"
#include "bets_file/csv_reader.h"
#include "codec/bet_fields.h"
#include "tool/dialect_option.h"
#include "tool/output.h"

#define PROGRAM "sorteo encode"
#define NOT_GIVEN UINT64_MAX
struct settings {
    uint64_t agency;
    unsigned dialect;
    const char *batch; /* NULL: not given */
    const char *key;   /* NULL: not given */
    bool single;
    bool finish;
    bool receipt;
};

static int fail(int status, const char *why)
{
    printable_line(stderr, PROGRAM ": %s", why);
    return status;
}

static int bad_usage(const char *why)
{
    (void)usage_error(PROGRAM, "%s", why);
    return 2;
}

/* 0 with *batches and *first_key set, or the exit status. */
static int check(const struct settings *settings, struct batch_settings *batches, uint64_t *first_key)
{
    uint64_t bets = 0;

    batches->dialect = (enum sorteo_dialect)settings->dialect;
    const struct key_range keys = keys_of(batches->dialect);
    *first_key = keys.low <= 1 ? 1 : keys.low;
    if (settings->agency == NOT_GIVEN)
        return bad_usage("--agency is missing");
    if (settings->single && (settings->batch != NULL || settings->finish))
        return bad_usage("--single excludes --batch and --finish: a single-bet stream has only bets");
    if (settings->receipt && !settings->finish)
        return bad_usage("--receipt needs --finish");
    if (settings->key != NULL && sorteo_dialect_parameters(batches->dialect)->key_size == 0)
        return bad_usage("--key: this dialect has no keys");
    if (settings->key != NULL && !options_number(settings->key, keys.low, keys.high, first_key))
        return bad_usage("--key: not a number that KEY can have in this dialect (sorteo describe)");
    batches->form = settings->single ? BATCH_SINGLE : BATCH_AUTO;
    if (settings->batch == NULL || strcasecmp(settings->batch, "auto") == 0)
        return 0;
    const uint32_t most = protocol_batch_most(batches->dialect);
    if (!options_number(settings->batch, 1, most, &bets)) {
        (void)usage_error(PROGRAM, "--batch: not 'auto', nor a whole number from 1 to %" PRIu32, most);
        return 2;
    }
    batches->form = BATCH_EXACT;
    batches->bets = (uint32_t)bets;
    return 0;
}

/* 0, or the exit status. */
static int encode_rows(struct batcher *batcher)
{
    static struct bets_frame frame; /* 8 kB, which some stacks would mind */

    for (;;) {
        switch (batcher_next(batcher, &frame)) {
        case BATCH_FRAME:
            if (fwrite(frame.bytes, 1, frame.len, stdout) == frame.len)
                break;
            output_check();
            return 1; /* said when the output is flushed */
        case BATCH_END:
            return 0;
        case BATCH_BAD:
        case BATCH_STOPPED:
            return fail(2, batcher->error);
        }
    }
}

/* FINISH and RECEIPT, as far as they were asked for. */
static void encode_end(const struct settings *settings, uint64_t key)
{
    enum sorteo_dialect dialect = (enum sorteo_dialect)settings->dialect;
    uint8_t bytes[16];
    size_t len;

    if (settings->finish &&
        sorteo_encode_finish(dialect, key, (uint8_t)settings->agency, bytes, sizeof bytes, &len) == SORTEO_E_OK)
        (void)fwrite(bytes, 1, len, stdout);
    if (settings->receipt && sorteo_encode_receipt(dialect, bytes, sizeof bytes, &len) == SORTEO_E_OK)
        (void)fwrite(bytes, 1, len, stdout);
}

static int encode_path(const struct settings *settings, const char *path)
{
    struct batch_settings batches = { 0 };
    char error[CSV_ERROR_MAX];
    struct csv_reader *reader;
    struct batcher batcher;
    uint64_t first_key;
    int status = check(settings, &batches, &first_key);

    if (status != 0)
        return status;
    if (isatty(STDOUT_FILENO))
        return fail(2, "frames are binary and standard output is a terminal; redirect it to a file or program");
    reader = csv_reader_open(path, (uint8_t)settings->agency, error);
    if (reader == NULL)
        return fail(2, error);
    batcher_init(&batcher, &batches, reader, first_key);
    status = encode_rows(&batcher);
    if (status == 0)
        encode_end(settings, batcher_next_key(&batcher));
    csv_reader_close(reader);
    if (!output_flush(PROGRAM))
        return 1;
    return status;
}

int encode_main(int argc, char **argv)
{
    struct settings settings = { .agency = NOT_GIVEN };
    const struct option_spec table[] = {
        { .name = "agency",
          .kind = OPTION_NUMBER,
          .value = &settings.agency,
          .max = UINT8_MAX,
          .help = "The agency whose bets these are, 0 to 255. Required." },
        dialect_option(&settings.dialect, "The dialect to write."),
        { .name = "batch",
          .kind = OPTION_TEXT,
          .value = &settings.batch,
          .metavar = "N|auto",
          .help = "Bets per batch. auto, the default: as many as fit into 8,000 bytes." },
        { .name = "single",
          .kind = OPTION_FLAG,
          .value = &settings.single,
          .help = "Write each row as a single bet, not in batches." },
        { .name = "finish", .kind = OPTION_FLAG, .value = &settings.finish, .help = "End with a FINISH." },
        { .name = "receipt",
          .kind = OPTION_FLAG,
          .value = &settings.receipt,
          .help = "After the FINISH, add a RECEIPT, as if the winners had been read." },
        { .name = "key",
          .kind = OPTION_TEXT,
          .value = &settings.key,
          .metavar = "K",
          .help = "The KEY of the first frame, in a dialect with keys; the others count up from it. Default 1." },
    };
    const struct options_program program = {
        .name = PROGRAM,
        .synopsis = "--agency N [OPTION]... [FILE.csv | -]",
        .version = SORTEO_VERSION,
        .summary = "Writes the bets of an agency file to standard output, as frames.",
        .epilogue = BET_FIELD_ROW "\n"
                                  "Exit status: 0 done, 1 standard output could not be written, 2 usage or\n"
                                  "a bad file. Frames that were complete before the bad row are written.\n",
        .options = table,
        .option_count = sizeof table / sizeof table[0],
    };
    int operand;
    enum options_outcome outcome = options_parse(&program, argc, argv, 1, &operand);

    if (outcome != OPTIONS_OK)
        return options_exit_status(outcome);
    return encode_path(&settings, operand < argc ? argv[operand] : "-");
}
